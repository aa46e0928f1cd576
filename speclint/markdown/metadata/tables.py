"""Read metadata in tables."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.diagnostics import Span
from speclint.markdown.blocks import Table
from speclint.markdown.inline import plain
from speclint.markdown.metadata.field import Field, strip_marks
from speclint.markdown.source import Source
from speclint.markdown.visibility import is_invisible


def table_fields(source: Source, table: Table) -> Iterator[Field]:
    """Yield every cell under the name of its column, and in tables of two columns also row by row."""
    header, *rows = table.rows
    if len(header) == 2:
        for row in table.rows:
            if len(row) == 2 and (field := _cell_field(source, row[0], row[1])):
                yield field
    for row in rows:
        for name, value in zip(header, row, strict=False):
            if field := _cell_field(source, name, value):
                yield field


def _cell_field(source: Source, name: Span, value: Span) -> Field | None:
    title = plain(source.slice(name)).rstrip(" :：")
    if not title:
        return None
    span = Span(name.start, value.end) if name.start < value.start else name
    text = source.slice(value)
    return Field(title, name, "" if is_invisible(text) else strip_marks(text), value, span, "table")
