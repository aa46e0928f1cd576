"""Find in a text of TOML what its data no longer shows: the places of keys and of faults."""

from __future__ import annotations

import re

from speclint.diagnostics import Problem
from speclint.markdown.lazy_regex import lazy_regex

# A key of so many parts takes the reader of TOML the square of them.
MAX_DOTS = 500

_HEADER = lazy_regex(r"[ \t]*\[([^\[\]\r\n]+)\]")


def dotted_line(text: str) -> int:
    """Return the first line, from 1, with more than `MAX_DOTS` dots; 0 if there is none."""
    if text.count(".") <= MAX_DOTS:
        return 0
    lines = enumerate(text.split("\n"), 1)
    return next((number for number, line in lines if line.count(".") > MAX_DOTS), 0)


def syntax_problem(path: str, text: str, message: str) -> Problem:
    """Return the problem in a message of `tomli`, at the place that it gives."""
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if place:
        return Problem(path, int(place[1]), int(place[2]), f"not TOML: {message[: place.start()]}")
    message = message.removesuffix(" (at end of document)")
    last_line = text.rpartition("\n")[2]
    return Problem(path, text.count("\n") + 1, len(last_line) + 1, f"not TOML: {message}")


def value_place(text: str, keys: tuple[str, ...]) -> tuple[int, int]:
    """Return the line and column of the value of a key; where it cannot be found, those of the key."""
    line, column = place_of(text, keys)
    behind = re.compile(r"[^=\n]*=[ \t]*(?=[^\s#])").match(text.split("\n")[line - 1], column - 1)
    return (line, behind.end() + 1) if behind else (line, column)


def place_of(text: str, keys: tuple[str, ...]) -> tuple[int, int]:
    """Return the line and column of a key, or of a text in the list that is its value.

    Where it cannot be found (TOML has many spellings), that of the nearest key or table around it.
    """
    lines = text.split("\n")
    place, found = (1, 1), 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(lines):
        header = _HEADER.match(line)
        if header:
            table = tuple(part.strip().strip("\"'") for part in header[1].split("."))
        if table != keys[: len(table)]:
            continue
        depth, column = len(table), header.start(1) if header else 0
        if not header:
            # On the way down, a key may stand anywhere behind the one before: `checks = { a = "off" }`.
            behind = 0
            while depth < len(keys):
                match = re.search(rf"(?<![\w-])[\"']?{re.escape(keys[depth])}[\"']?(?![\w-])", line[behind:])
                if match is None or (depth == len(table) and line[: match.start()].strip()):
                    break
                column, behind, depth = behind + match.start(), behind + match.end(), depth + 1
        if depth > found:
            place, found = (number + 1, column + 1), depth
    if found == len(keys) - 1:  # an item of a list over several lines
        for number, line in enumerate(lines[place[0] :], place[0] + 1):
            if f'"{keys[-1]}"' in line or f"'{keys[-1]}'" in line:
                return number, line.index(keys[-1])
            if _HEADER.match(line):
                break
    return place
