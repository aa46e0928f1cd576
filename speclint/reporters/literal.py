"""Text that Markdown shows as it is: as code, in which no mark, tag, link or mention is anything."""

from __future__ import annotations

import re

from speclint.reporters.visible import visible


def literal(text: str) -> str:
    """A text as a code span on one line; "" for an empty one."""
    text = visible(text)
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    # One blank on either side is taken away again, unless there is nothing else.
    room = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{room}{text}{room}{fence}"


def literal_in_cell(text: str) -> str:
    """A text as a code span in a table.

    A table is cut at its bars before anything else is read, and a backslash protects one only where no other
    stands before it: bars are written as escapes.
    """
    return literal(text.replace("|", r"\x7c"))


def literal_in_tag(text: str) -> str:
    """A text as a code element, for lines that begin with a tag, in which Markdown is not read."""
    return f"<code>{re.sub('[&<>@]', _reference, visible(text))}</code>"


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
