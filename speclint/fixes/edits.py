"""Apply edits to a text, and compute how they move its lines and spans."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from speclint.diagnostics import Edit, Span
from speclint.markdown.source import Source


def apply(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with edits applied, which must be in order and must not overlap.

    Several may insert at one place; their texts follow each other in the order of the edits.
    """
    pieces: list[str] = []
    end = 0
    for edit in edits:
        pieces += (text[end : edit.span.start], edit.text)
        end = edit.span.end
    return "".join((*pieces, text[end:]))


def place_of(edit: Edit) -> tuple[int, int]:
    """Return the offsets of an edit's start and end, to sort edits by."""
    return edit.span.start, edit.span.end


def lines_of(source: Source, edit: Edit) -> range:
    """Return the numbers of the lines, from 1, that an edit reaches."""
    return range(source.line_number(edit.span.start), source.line_number(edit.span.end) + 1)


def changes_line(source: Source, edit: Edit) -> bool:
    """Return whether an edit changes lines, rather than inserting others between them."""
    start = source.line_starts[source.line_number(edit.span.start) - 1]
    at_start = edit.span.start == start and edit.text.endswith(("\n", "\r"))
    at_end = edit.span.start == len(source.text) and edit.text.startswith(("\n", "\r"))
    return edit.span.start < edit.span.end or not (at_start or at_end)


def moved_by(edits: Sequence[Edit]) -> Callable[[Span], Span]:
    """Return a function from a span before some edits in order to the same span after them.

    Text that is inserted inside a span belongs to it.
    """
    starts = [edit.span.start for edit in edits]
    ends = [edit.span.end for edit in edits]
    growth = [0, *accumulate(map(growth_of, edits))]

    def moved(span: Span) -> Span:
        before = bisect_right(ends, span.start)
        within = max(before, bisect_left(starts, span.end))
        return Span(span.start + growth[before], span.end + growth[within])

    return moved


def growth_of(edit: Edit) -> int:
    """Return by how many code points an edit lengthens a text; negative if it shortens the text."""
    return len(edit.text) - (edit.span.end - edit.span.start)
