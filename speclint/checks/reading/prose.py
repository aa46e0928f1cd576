"""Extract running text without code, comments, tags, and the targets of links, as far as is asked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection
from typing import TYPE_CHECKING

from speclint.diagnostics import Span
from speclint.markdown.leaf_blocks import Prose
from speclint.markdown.source import Source

if TYPE_CHECKING:
    from speclint.markdown.inline import Kind


def visible_lines(source: Source, prose: Prose, hidden: Collection[Kind]) -> list[str]:
    """Return the lines of prose, with spaces for hidden pieces and for what is behind the text of links."""
    lines = [source.slice(line) for line in prose.lines]
    if not prose.pieces:
        return lines
    characters = list(map(list, lines))
    for piece in prose.pieces:
        if piece.kind in hidden:
            _blank(prose, characters, piece.span)
        elif piece.kind in ("link", "image", "reference"):
            _blank(prose, characters, Span(piece.content.end, piece.span.end))
    return list(map("".join, characters))


def _blank(prose: Prose, characters: list[list[str]], span: Span) -> None:
    """Put spaces where a span, which may run over several lines, overlaps the lines of prose."""
    for i in range(bisect_left(prose.lines, span.start, key=lambda line: line.end), len(characters)):
        line = prose.lines[i]
        if line.start >= span.end:
            return
        begin, end = max(line.start, span.start) - line.start, min(line.end, span.end) - line.start
        characters[i][begin:end] = " " * (end - begin)
