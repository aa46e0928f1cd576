"""Compiles the package's own regular expressions at their first use, since that is much of a cold start."""

from __future__ import annotations

import re
from typing import Any


class _LazyRegex:
    """Stands in for a compiled expression; its methods are taken over at the first use of any."""

    __slots__ = ("_flags", "_source", "findall", "finditer", "fullmatch", "match", "search", "split", "sub")

    def __init__(self, source: str, flags: int) -> None:
        self._source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        # Called for a slot that is still empty.
        compiled = re.compile(self._source, self._flags)
        for method in self.__slots__[2:]:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy_regex(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return a regular expression as `re.compile` does, compiled when it is first used.

    An expression that does not compile is noticed only then: a test compiles them all.
    """
    pattern: re.Pattern[str] = _LazyRegex(source, flags)  # type: ignore[assignment]
    return pattern
