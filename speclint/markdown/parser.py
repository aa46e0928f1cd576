"""Parse Markdown text to a tree of blocks with spans: CommonMark's blocks with GFM tables.

Every rule reads its lines off the one text, each line seen through the containers open at that moment, and
leaves the state at the first line that is not its own, so that nothing is searched for twice. This module has
the entry point and the containers; leaf blocks have modules of their own.

Every block knows where it is in the source as a half-open span of code-point offsets, from its first
character (after indentation and container prefixes) to the end of its last line, without that line's ending.
Leaf blocks also give `lines`: for every line of content, the span of that content, without container prefixes
(`> `, list indentation), indentation of the block itself, or the line ending. Inline scanning and code checks
read those and so never see a container's prefix.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from speclint.diagnostics import Span, span_of
from speclint.markdown.blocks import Block, Heading, List, ListItem, Paragraph, Quote, ThematicBreak
from speclint.markdown.code_blocks import parse_fenced_code, parse_indented_code
from speclint.markdown.cursor import NO_LINE, State
from speclint.markdown.footnotes import parse_footnote
from speclint.markdown.front_matter import parse_front_matter
from speclint.markdown.html_blocks import parse_html
from speclint.markdown.interruptions import BREAK
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.link_definitions import parse_definition
from speclint.markdown.paragraphs import parse_paragraph
from speclint.markdown.source import Source
from speclint.markdown.tables import parse_table

# Containers (a quote, a list item) nest this deep; a deeper marker is text, as a reader would take it.
_DEEPEST = 20

_ATX = lazy_regex(r"(#{1,6})(?:[ \t]++([^\n]*[^ \t\n]))?[ \t]*+\n")

_THEMATIC_BREAK = lazy_regex(BREAK)

_MARKER = lazy_regex(r"([-+*]|([0-9]{1,9})[.)])(?:( {1,4}+)(?=[^ \t\n])|(?=[ \t\n]))")

_CHECKBOX = lazy_regex(r"(\[([ xX])\])(?:[ \t]++|(?=\n))")


def parse_blocks(source: Source) -> tuple[Block, ...]:
    """Return the top-level blocks of a source, in the order of the text."""
    state = State(source)
    front_matter = parse_front_matter(source)
    if front_matter is not None:
        # To CommonMark these lines are blank.
        state.advance(state.src.find("\n", front_matter.span.end) + 1)
    blocks = _parse_container(state, 0)
    return tuple([front_matter, *blocks] if front_matter else blocks)


def _parse_container(s: State, indent: int) -> list[Block]:
    """Parse the blocks up to the end of the innermost container, whose content begins at a column."""
    blocks: list[Block] = []
    s.block_indent = indent
    while not s.missing:
        character = s.src[s.first]
        if character == "\n":
            s.leave(s.first + 1)
            continue
        columns = s.indent - indent
        if columns < 0:
            break
        if columns >= 4:
            blocks.append(parse_indented_code(s))
            continue
        if character == "[" and s.nesting < _DEEPEST and (note := parse_footnote(s, _parse_container)):
            blocks += note
            s.block_indent = indent
            continue
        block: Block | None = parse_table(s) if s.cursor in s.header_rows else None
        if block is None and (opening := _OPENINGS.get(character)):
            block = opening(s)
        blocks.append(block or parse_paragraph(s))
    return blocks


def _parse_atx_heading(s: State) -> Heading | None:
    match = _ATX.match(s.src, s.first)
    if match is None:
        return None
    begin, hashes = match.span(1)
    start, end = match.span(2)
    line = span_of((begin, max(hashes, end)))
    text = match.group(2) or ""
    if text.endswith("#"):
        unclosed = text.rstrip("#")
        if not unclosed or unclosed[-1] in " \t":
            text = unclosed.rstrip(" \t")
    if start < 0:
        start = hashes
    span = span_of((start, start + len(text)))
    s.leave(match.end())
    return Heading(line, hashes - begin, text, span, (span,))


def _parse_thematic_break(s: State) -> ThematicBreak | None:
    match = _THEMATIC_BREAK.match(s.src, s.first)
    if match is None:
        return None
    s.advance(match.end())
    return ThematicBreak(s.trimmed(match.start(), match.end() - 1))


def _parse_break_or_list(s: State) -> Block | None:
    return _parse_thematic_break(s) or _parse_list(s)


def _parse_quote(s: State) -> Quote | None:
    if s.nesting >= _DEEPEST:
        return None
    begin, around = s.first, (s.block_indent, s.list_indent)
    s.quotes.append(around)
    s.nesting += 1
    s.list_indent = -1
    s.enter_quote()
    blocks = _parse_container(s, 0)
    s.block_indent, s.list_indent = around
    s.nesting -= 1
    s.quotes.pop()
    if s.missing != NO_LINE:
        s.missing -= 1
    end = s.trimmed(begin, s.cursor - 1).end
    if blocks:
        end = max(end, blocks[-1].span.end)
    return Quote(Span(begin, end), tuple(blocks))


def _parse_list(s: State) -> List | None:
    match = _MARKER.match(s.src, s.first)
    if match is None or s.nesting >= _DEEPEST:
        return None
    text, block_indent, start = s.src, s.block_indent, match.group(2)
    kind = text[match.end(1) - 1]
    items: list[ListItem] = []
    while match:
        items.append(_parse_item(s, match))
        columns = s.indent - block_indent
        if s.missing or not 0 <= columns < 4:
            break
        if text[s.first] in "*-" and _THEMATIC_BREAK.match(text, s.first):
            break
        match = _MARKER.match(text, s.first)
        if match and text[match.end(1) - 1] != kind:
            break
    span = span_of((items[0].span.start, items[-1].span.end))
    return List(span, int(start) if start else None, tuple(items))


def _parse_item(s: State, match: re.Match[str]) -> ListItem:
    """Parse a list item, and move to the line below it that is not blank."""
    text = s.src
    marker = span_of(match.span(1))
    s.first = s.start = marker.end
    s.indent += marker.end - marker.start
    width = s.start_column = s.indent
    if match.end() > marker.end:
        s.first = match.end()
        s.indent = indent = width + s.first - marker.end
    else:
        # Nothing but blanks follows, or many, or tabs.
        s.skip_blanks()
        indent = s.indent if s.indent - width <= 4 and text[s.first] != "\n" else width + 1
    content_start = s.first
    empty = text[s.first] == "\n"
    if empty:
        content_start = s.line_end(s.first + 1)
        s.advance(s.first + 1)
        # Below an empty first line and a blank one nothing belongs to the item.
        empty = not s.missing and text[s.first] == "\n"
    blocks: list[Block] = []
    if empty:
        while not s.missing and text[s.first] == "\n":
            s.leave(s.first + 1)
    else:
        around = s.block_indent, s.list_indent
        s.list_indent = s.block_indent
        s.nesting += 1
        blocks = _parse_container(s, indent)
        s.nesting -= 1
        s.block_indent, s.list_indent = around
    checkbox: Literal[" ", "x"] | None = None
    checkbox_span = None
    end = marker.end
    if blocks:
        opening = blocks[0]
        end = blocks[-1].span.end
        content_start = opening.span.start
        if text[content_start] == "[" and isinstance(opening, Paragraph):
            box = _CHECKBOX.match(text, content_start)
            if box:
                checkbox = " " if box.group(2) == " " else "x"
                checkbox_span = Span(*box.span(1))
                content_start = min(box.end(), opening.lines[0].end)
    return ListItem(
        span_of((marker.start, end)), marker, checkbox, checkbox_span, content_start, tuple(blocks)
    )


# By the first character of a line: the rule for the block that may begin there.
_OPENINGS: dict[str, Callable[[State], Block | None]] = {
    "#": _parse_atx_heading,
    "`": parse_fenced_code,
    "~": parse_fenced_code,
    ">": _parse_quote,
    "<": parse_html,
    "[": parse_definition,
    "_": _parse_thematic_break,
    **dict.fromkeys("*-", _parse_break_or_list),
    **dict.fromkeys("+0123456789", _parse_list),
}
