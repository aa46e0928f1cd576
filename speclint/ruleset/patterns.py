"""Regular expressions: our own, compiled when they are first used, and those of rule sets, within limits.

Compiling is the largest part of a cold start, and a document calls for less than half of our own. The
expressions of a rule set may be anybody's: what they take is measured, and too much of it is an error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from time import perf_counter
from typing import Any, NamedTuple

# What compiles our own expressions; the command puts one in its place that knows those of earlier runs.
compiler: Callable[[str, int], re.Pattern[str]] = re.compile


class RegexTimeout(Exception):
    """The patterns of a rule set took too long on one document; `source` is the one that was at it."""

    def __init__(self, source: str) -> None:
        super().__init__(f"the pattern `{source}` takes too long")
        self.source = source


class RegexBudget:
    """The seconds that all patterns of a rule set together may take on one document."""

    __slots__ = ("left",)

    def __init__(self, seconds: float = 2.0) -> None:
        self.left = seconds


class RulePattern(NamedTuple):
    """A regular expression of a rule set, in the language of Python's `re`.

    A `trusted` one, which travels with the package, also runs on `re`. Any other runs on `regex`, which
    can be told when to stop: `OutOfTime` is raised when the allowance of the document is used up.
    """

    source: str
    trusted: bool = False

    def fullmatch(self, text: str, allowance: RegexBudget) -> bool:
        """Whether the whole of a text matches."""
        if self.trusted:
            return re.fullmatch(self.source, text) is not None
        with self._timed(allowance):
            return _untrusted(self.source).fullmatch(text, timeout=allowance.left) is not None

    def finditer(self, text: str, allowance: RegexBudget) -> list[tuple[int, int]]:
        """Where a text matches, from left to right, as ranges of offsets; empty matches are left out."""
        if self.trusted:
            return [match.span() for match in re.finditer(self.source, text) if match.group()]
        with self._timed(allowance):
            matches = _untrusted(self.source).finditer(text, timeout=allowance.left)
            return [match.span() for match in matches if match.end() > match.start()]

    @contextmanager
    def _timed(self, allowance: RegexBudget) -> Iterator[None]:
        """Takes the time of what is done from an allowance."""
        start = perf_counter()
        try:
            yield
        except TimeoutError:
            allowance.left = 0
        else:
            allowance.left -= perf_counter() - start
        if allowance.left <= 0:
            raise RegexTimeout(self.source)

    def fault(self) -> str | None:
        """Why this is not a regular expression that can be used; None for a good one."""
        import warnings

        repeats = 1
        for counts in re.findall(r"\{(\d*),?(\d*)\}", self.source):
            repeats *= max([1, *(int(count[:9]) for count in counts if count)])
        if len(self.source) > _MAX_LENGTH:
            return f"longer than {_MAX_LENGTH} characters"
        if repeats > _MAX_REPEATS:
            return f"repetitions that multiply to more than {_MAX_REPEATS:,}"
        try:
            with warnings.catch_warnings():
                # What Python warns of today means something else tomorrow.
                warnings.simplefilter("error")
                re.compile(self.source)
                _untrusted(self.source)
        except (re.error, ValueError, OverflowError, RecursionError, Warning) as error:
            return str(error)
        return None


_MAX_LENGTH = 1000

# Beyond that, a compiled expression may take all memory there is.
_MAX_REPEATS = 10_000


@cache
def _untrusted(source: str) -> Any:
    import regex

    try:
        return regex.compile(source, regex.VERSION0)
    except regex.error as error:
        raise ValueError(str(error)) from None
