"""Tells YAML that is good beyond doubt, so that its parser need not be loaded for what most people write.

Importing the parser takes longer than all else that is done with a short document. What is seen here as
plain is a small part of the language: keys, items and scalars on one line each, in order of indentation.
Whatever else there is, good or bad, is for the parser.
"""

from __future__ import annotations

from speclint.pattern import late

_QUOTED = r"\"[^\"\\\t]*+\"|'[^'\t]*+'"
_ENTRY = rf" *+(?:{_QUOTED}|[A-Za-z0-9][\w./ -]*+) *+"
# Indentation, dashes, a key, a value: plain without signs that mean something, or in quotes, or a list of
# such in brackets; a comment.
_LINE = late(
    r"(?P<blanks> *+)(?P<dashes>(?:- ++)*+)"
    r"(?P<key>[A-Za-z_][\w./-]*+:(?= |$))?+ *+"
    r"(?P<value>[A-Za-z0-9_./$^+=<][^:#\[\]{}&*!|>'\"%@`,?\\\t]*+(?::[^\s:#\[\]{}&*!|>'\"%@`,?\\]++)*+"
    rf"|{_QUOTED}|\[(?:{_ENTRY}(?:,{_ENTRY})*+)?+\]|\{{\}})?+ *+(?:(?<= )#[^\t]*+)?+"
)
_BLANK = late(r" *+(?:#[^\t]*+)?+")
_DEEPEST = 30


def is_plain(text: str) -> bool:
    """Whether a text is good YAML beyond doubt; False says nothing about it."""
    if not text.isprintable() and not text.replace("\n", "").isprintable():
        return False
    # The collections that are open: the column of each, and whether it is a list.
    stack: list[tuple[int, bool]] = []
    # Whether the document has begun, and whether its last key still waits for a value.
    begun = waiting = False
    for line in text.split("\n"):
        if _BLANK.fullmatch(line):
            continue
        if line == "---":
            stack, begun, waiting = [], False, False
            continue
        match = _LINE.fullmatch(line)
        if match is None or not (match["key"] or (match["dashes"] and match["value"])):
            return False
        columns = _columns(match["blanks"], match["dashes"], bool(match["key"]))
        for place, (column, is_list) in enumerate(columns):
            if place == 0:
                while stack and (stack[-1][0] > column or (stack[-1] == (column, True) and not is_list)):
                    stack.pop()
                    waiting = False
                if stack and stack[-1] == (column, is_list):
                    continue
                beside = bool(stack) and is_list and stack[-1] == (column, False)
                deeper = not stack or column > stack[-1][0]
                if not (deeper or beside) or (begun and not waiting) or (begun and not stack):
                    return False
            begun = True
            stack.append((column, is_list))
            if len(stack) > _DEEPEST:
                return False
        waiting = match["value"] is None
    return True


def _columns(blanks: str, dashes: str, key: bool) -> list[tuple[int, bool]]:
    """The collections that a line has a part in: the column of each, and whether it is a list."""
    column = len(blanks)
    found: list[tuple[int, bool]] = []
    for place, sign in enumerate(dashes):
        if sign == "-":
            found.append((column + place, True))
    if key:
        found.append((column + len(dashes), False))
    return found
