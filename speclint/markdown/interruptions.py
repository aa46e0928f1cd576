"""Decide which lines end a paragraph because another block begins there."""

from __future__ import annotations

import re

from speclint.markdown.cursor import State
from speclint.markdown.html_blocks import html_block_end
from speclint.markdown.lazy_regex import lazy_regex

BREAK = r"(?:-[ \t]*+){3,}+\n|(?:_[ \t]*+){3,}+\n|(?:\*[ \t]*+){3,}+\n"

# The label of a footnote's definition, as cmark-gfm takes it.
FOOTNOTE = r"\[\^[^\]\s]++\]:"

# The beginnings of blocks that end a paragraph, HTML aside: where the paragraph's containers go on, an
# empty item and a number other than 1 are text; where they do not, any list begins.
_INTERRUPTION = rf"#{{1,6}}[ \t\n]|>|`{{3,}}+[^`\n]*\n|~~~|{FOOTNOTE}|{BREAK}"

_INTERRUPTS = lazy_regex(rf"{_INTERRUPTION}|(?:[-+*]|0{{0,8}}1[.)])[ \t]++[^\n]")

_INTERRUPTS_OUTSIDE = lazy_regex(rf"{_INTERRUPTION}|(?:[-+*]|[0-9]{{1,9}}[.)])[ \t\n]")

_INTERRUPTS_BUT_LISTS = lazy_regex(_INTERRUPTION)


def interrupts(s: State, *, reference: bool = False) -> bool:
    """Return whether a block begins at the current line that ends a paragraph or definition above it."""
    character = s.src[s.first]
    if s.missing:
        block_indent, list_indent = s.quotes[-s.missing]
        # The quotes inside of the outermost one that ends see no indentation.
        if s.missing > 1:
            return _begins_block(s, character, _INTERRUPTS_OUTSIDE)
    else:
        block_indent, list_indent = s.block_indent, s.list_indent
    columns = s.indent - block_indent
    if columns >= 4:
        return False
    if columns >= 0:
        pattern = _INTERRUPTS_OUTSIDE if s.missing or reference else _INTERRUPTS
    elif list_indent >= 0 and s.indent - list_indent >= 4:
        # Too deep for the list around and too shallow for its item: a list's marker is text there.
        pattern = _INTERRUPTS_BUT_LISTS
    else:
        pattern = _INTERRUPTS_OUTSIDE
    return _begins_block(s, character, pattern)


def _begins_block(s: State, character: str, pattern: re.Pattern[str]) -> bool:
    if character == "<":
        return html_block_end(s.src, s.first) is not None
    return pattern.match(s.src, s.first) is not None
