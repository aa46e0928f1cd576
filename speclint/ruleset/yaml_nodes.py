"""Hold values of a YAML or TOML text with their places, and name them in messages.

Plain scalars have the types of JSON: `true`, `false`, `null`, numbers; all else is text, so that `off`,
`yes`, `1.2.3` and `2025-01-01` are what they look like.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from speclint.diagnostics import Problem
from speclint.markdown.source import Position

Scalar = str | int | float | bool | None


class Node(NamedTuple):
    """A value and its place; a mapping holds its entries, a list its items, as nodes.

    `path` is the file; `key` the place of the key that leads here, None for an item or the root.
    """

    value: dict[str, Node] | list[Node] | Scalar
    path: str
    place: Position
    key: Position | None = None

    @property
    def entries(self) -> dict[str, Node]:
        """The entries of a mapping; none for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The items of a list; none for anything else."""
        return self.value if isinstance(self.value, list) else []

    def plain(self) -> Any:
        """Return the value as plain data."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def problem(self, message: str, at_key: bool = False) -> Problem:
        """Return a problem at this value, or at its key."""
        place = self.key if at_key and self.key is not None else self.place
        return Problem(self.path, place.line, place.column, message)


_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?\Z")

_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}


def resolve(text: str) -> Scalar:
    """Return the value of a plain scalar."""
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.match(text)
    if number is None:
        return text
    return float(text) if number[1] else int(text)


def describe(value: object) -> str:
    """Return the kind of a value, with its article, for a message."""
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
    return "a mapping"


def short(text: str) -> str:
    """Return a text of the file as a message quotes it: one line, of at most 60 code points."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
