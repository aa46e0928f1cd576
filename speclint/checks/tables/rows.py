"""Give the places of a table's rows."""

from collections.abc import Sequence

from speclint.diagnostics import Span


def row_span(row: Sequence[Span]) -> Span:
    """Return the span of a row that has cells, without the pipes at its ends."""
    return Span(row[0].start, row[-1].end)
