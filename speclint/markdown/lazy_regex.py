"""Compile the package's own regular expressions at their first use, which speeds up a cold start."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

# What the methods of an expression give where it matches nowhere.
_NOTHING = {"match": None, "fullmatch": None, "search": None, "findall": (), "finditer": ()}


class LazyRegex:
    """A stand-in for a compiled expression; it takes over the methods of that once it is compiled."""

    __slots__ = (
        "findall", "finditer", "flags", "fullmatch", "match", "needs", "search", "source", "split", "sub",
    )  # fmt: skip

    def __init__(self, source: str, flags: int, needs: tuple[str, ...]) -> None:
        self.source = source
        self.flags = flags
        self.needs = needs

    def __getattr__(self, name: str) -> Any:
        # Called for a slot that is still empty.
        if self.needs and name in _NOTHING:
            return partial(self._guarded, name)
        return getattr(self._compiled(), name)

    def _guarded(self, name: str, text: str, *rest: Any) -> Any:
        """Return the result of a method, without compiling if the text has none of the needed texts."""
        if not any(need in text for need in self.needs):
            return _NOTHING[name]
        return getattr(self._compiled(), name)(text, *rest)

    def _compiled(self) -> re.Pattern[str]:
        compiled = re.compile(self.source, self.flags)
        for method in ("findall", "finditer", "fullmatch", "match", "search", "split", "sub"):
            setattr(self, method, getattr(compiled, method))
        return compiled


def lazy_regex(source: str, flags: int = 0, needs: tuple[str, ...] = ()) -> re.Pattern[str]:
    """Return a regular expression as `re.compile` does, compiled when it is first used.

    `needs` are texts of which every match contains one: if a text has none of them, the expression is not
    even compiled. An expression that does not compile fails only when it is used: a test compiles them all,
    and generates matches of those with `needs`.
    """
    pattern: re.Pattern[str] = LazyRegex(source, flags, needs)  # type: ignore[assignment]
    return pattern
