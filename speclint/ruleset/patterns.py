"""Run the regular expressions of rule sets, which are untrusted, within a limit of processor time.

The processor time of the thread is what counts. Elapsed time only decides when to look at it, as that is the
only limit that `regex` knows: a busy machine does not turn a good document into an error.
"""

import re
from collections.abc import Callable
from functools import cache
from time import thread_time
from typing import Any, NamedTuple, TypeVar

from speclint.ruleset.regex_syntax import difference

_Found = TypeVar("_Found")


# How much more of the clock than of the processor a search may take at first. What is more than enough where
# nothing else runs is also what makes the first look the last one for an expression that never ends.
_MARGIN = 1.25

# How often a search begins anew with twice the time because the machine was busy with something else. That
# makes at most 78 s for a budget of 2 s, so that nothing hangs.
_ROUNDS = 5


class RegexTimeout(Exception):
    """The patterns of a rule set took too long on one document; `source` is the pattern at work."""

    def __init__(self, source: str) -> None:
        super().__init__(f"the pattern `{source}` takes too long")
        self.source = source


class RegexBudget:
    """The processor time, in seconds, that all patterns of a rule set together may take on one document.

    `left` is the rest of it, and `clock` returns the time that the thread has used. A document that is linted
    several times, as fixing does, has one budget for all of them.
    """

    __slots__ = ("clock", "left")

    def __init__(self, seconds: float = 2.0, clock: Callable[[], float] = thread_time) -> None:
        self.left = seconds
        self.clock = clock


class RulePattern(NamedTuple):
    """A regular expression of a rule set, in the syntax of Python's `re`.

    A `trusted` one, which is bundled, also runs on `re`. Any other runs on `regex`, which has a timeout:
    `RegexTimeout` is raised when the budget of the document is used up.
    """

    source: str
    trusted: bool = False

    def fullmatch(self, text: str, budget: RegexBudget) -> bool:
        """Return whether the whole of a text matches. Raise `RegexTimeout` if the budget is used up."""
        if self.trusted:
            return re.fullmatch(self.source, text) is not None
        compiled = _untrusted(self.source)
        return self._within(budget, lambda seconds: compiled.fullmatch(text, timeout=seconds) is not None)

    def finditer(self, text: str, budget: RegexBudget) -> list[tuple[int, int]]:
        """Return the matches in a text, from left to right, as (start, end) offsets, empty ones included.

        Raise `RegexTimeout` if the budget is used up.
        """
        if self.trusted:
            return [match.span() for match in re.finditer(self.source, text)]
        compiled = _untrusted(self.source)

        def search(seconds: float) -> list[tuple[int, int]]:
            matches = compiled.finditer(text, timeout=seconds)
            return [match.span() for match in matches]

        return self._within(budget, search)

    def _within(self, budget: RegexBudget, search: Callable[[float], _Found]) -> _Found:
        """Return the result of a search, which is called with its limit in seconds of elapsed time.

        Only processor time is taken from the budget, and only that of the search that completes.
        """
        seconds = budget.left * _MARGIN
        for _ in range(_ROUNDS):
            if budget.left <= 0:
                break
            start = budget.clock()
            try:
                found = search(seconds)
            except TimeoutError:
                if budget.clock() - start >= budget.left:
                    break
                seconds *= 2
                continue
            budget.left -= budget.clock() - start
            if budget.left <= 0:
                break
            return found
        budget.left = 0
        raise RegexTimeout(self.source)

    def fault(self) -> str | None:
        """Return why this is not a usable regular expression, None for a good one."""
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
                # First, because what `regex` says of braces that it cannot read helps nobody.
                found = difference(self.source)
                if found is None:
                    _untrusted(self.source)
        except (re.error, ValueError, OverflowError, RecursionError, Warning) as error:
            return str(error)
        return found


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
