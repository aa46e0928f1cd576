"""Parse the definitions of footnotes (GFM; cmark-gfm's `footnotes` extension)."""

from __future__ import annotations

from collections.abc import Callable

from speclint.diagnostics import Span
from speclint.markdown.blocks import Block, Heading, LinkDefinition, Paragraph, ThematicBreak
from speclint.markdown.cursor import State
from speclint.markdown.interruptions import FOOTNOTE
from speclint.markdown.lazy_regex import lazy_regex

_DEFINITION = lazy_regex(rf"({FOOTNOTE})[ \t]*+")

# What stands in a footnote is indented by so many columns, but for its first line.
_INDENT = 4


def parse_footnote(s: State, parse_content: Callable[[State, int], list[Block]]) -> list[Block]:
    """Parse the footnote that begins at the current line; return no block if there is none.

    Its label comes as a link definition without destination. What it says comes as blocks behind that, like
    what surrounds it: for a reader it is text of the document. A heading in it is none of the document's.
    """
    match = _DEFINITION.match(s.src, s.first)
    if match is None:
        return []
    label = Span(*match.span(1))
    behind = Span(label.end, label.end)
    found: list[Block] = [LinkDefinition(label, s.src[label.start + 1 : label.end - 2], "", behind)]
    around = s.block_indent, s.list_indent
    indent = s.block_indent + _INDENT
    if s.src[match.end()] == "\n":
        s.advance(match.end() + 1)
    else:
        s.first = s.start = match.end()
        s.indent = s.start_column = indent
    s.list_indent = s.block_indent
    s.nesting += 1
    for block in parse_content(s, indent):
        if isinstance(block, Heading):
            found.append(Paragraph(Span(block.span.start, block.lines[-1].end), block.lines))
        elif not isinstance(block, ThematicBreak):
            found.append(block)
    s.nesting -= 1
    s.block_indent, s.list_indent = around
    return found
