"""Regular expressions that are compiled when they are first used.

Compiling is the largest part of a cold start, and a document calls for less than half of them.
"""

from __future__ import annotations

import re
from typing import Any, cast


class _Late:
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


def late(source: str, flags: int = 0) -> re.Pattern[str]:
    """A regular expression like `re.compile` makes, compiled when it is first used.

    An expression that does not compile is noticed only then: a test compiles them all.
    """
    return cast("re.Pattern[str]", _Late(source, flags))
