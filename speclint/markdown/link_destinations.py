"""Parse the destinations of link reference definitions (CommonMark 0.31, section 6.3)."""

from __future__ import annotations

from speclint.markdown.lazy_regex import lazy_regex

# Parentheses nest this deep in a destination, so that hostile text stays cheap.
_DEEPEST_PARENTHESES = 32

_IN_ANGLES = lazy_regex(r"<((?:[^<>\\\n\r\0]|\\[!-/:-@\[-`{-~]|\\(?![!-/:-@\[-`{-~]))*+)>")

_BARE = lazy_regex(r"(?:[^\x00-\x20\x7f\\]|\\[!-/:-@\[-`{-~]|\\)++")

_PARENTHESIS = lazy_regex(r"\\[!-/:-@\[-`{-~]|[()]")

_ENDS_BARE = frozenset(" \t\n\r\f")


def parse_destination(text: str, position: int) -> tuple[str, int] | None:
    """Return the link destination at an offset and the offset behind it, None if there is none.

    The text of a destination is as written: without the angle brackets around it, with its backslashes. Only
    one in angle brackets can be empty.
    """
    if text.startswith("<", position):
        angled = _IN_ANGLES.match(text, position)
        return (angled.group(1), angled.end()) if angled else None
    bare = _BARE.match(text, position)
    if bare is None:
        return None
    end = bare.end()
    depth = 0
    for mark in _PARENTHESIS.finditer(text, position, end):
        if mark.group() == "(":
            depth += 1
            if depth > _DEEPEST_PARENTHESES:
                return None
        elif mark.group() == ")":
            if not depth:
                # It belongs to what stands around the destination.
                end = mark.start()
                return (text[position:end], end) if end > position else None
            depth -= 1
    if depth or (end < len(text) and text[end] not in _ENDS_BARE):
        return None
    return text[position:end], end
