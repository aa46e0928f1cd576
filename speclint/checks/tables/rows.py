"""Give the rows of a table: their places, and those that hold what the header asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speclint.diagnostics import Span
from speclint.markdown.blocks import Table
from speclint.markdown.source import Source
from speclint.markdown.visibility import shows_nothing


def row_span(row: Sequence[Span]) -> Span:
    """Return the span of a row that has cells, without the pipes at its ends."""
    return Span(row[0].start, row[-1].end)


def rows_of(source: Source, table: Table) -> Iterator[tuple[tuple[Span, ...], bool]]:
    """Yield the rows below the header that have cells, each with whether it is one of those the table is of.

    A row with holes whose first cell is bold where others are not heads those below it or sums up others.
    """
    rows = [row for row in table.rows[1:] if row]
    bold = [_is_bold(source.slice(row[0])) for row in rows]
    width = len(table.rows[0])
    mixed = width > 2 and not all(bold)
    for row, begins_bold in zip(rows, bold, strict=True):
        heads = mixed and begins_bold
        yield (
            row,
            not (heads and (len(row) < width or any(shows_nothing(source.slice(cell)) for cell in row))),
        )


def _is_bold(cell: str) -> bool:
    return len(cell) > 4 and cell[:2] == cell[-2:] in ("**", "__")
