"""The check `malformed-table`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from speclint.binding.model import Binding
from speclint.binding.tables import owed_tables
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.checks.tables.rows import row_span, rows_of
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.tables import split_cells
from speclint.markdown.visibility import shows_nothing

_DASHES = lazy_regex(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?$")


def malformed_table(binding: Binding) -> Iterator[Finding]:
    r"""Every row of a table has the cells of its header.

    What stands beyond the last column is not rendered: nobody reads it. Most often a pipe in a text or in a
    code span was meant as text; it is written with a backslash before it, in code too. Where the line of
    dashes has more or fewer cells than the header, all of the table is rendered as text. A row that ends
    early is wrong where the rule set asks for a value in a column that it does not reach.

    Fails:

        | Operator | Meaning |
        | --- | --- |
        | `a|b` | either |

    Passes:

        | Operator | Meaning |
        | --- | --- |
        | `a\|b` | either |
    """
    text = binding.document.source.text
    leaves = leaf_blocks(binding)
    for table in leaves.tables:
        for span in table.surplus:
            lost = text[span.start : span.end]
            if not all(map(shows_nothing, lost.split("|"))):
                message = f'the row has more cells than the header, so "{shorten(lost)}" is not shown'
                yield Finding(span, f'{message}; write a pipe that is text as "\\|"')
    if "-|" in text or "- |" in text or "|-" in text or "| -" in text:
        for prose in leaves.prose:
            if prose.kind == "paragraph" and len(prose.lines) > 1:
                yield from _without_table(text, prose.lines)
    yield from _short_rows(binding)


def _without_table(text: str, lines: tuple[Span, ...]) -> Iterator[Finding]:
    """Yield a finding for a line of dashes with more or fewer cells than the line above: no table."""
    for above, line in pairwise(lines):
        # A line of dashes that begins with one and a space is an item of a list.
        begins = text[line.start : line.start + 1] in ("|", ":", "-")
        if begins and _DASHES.match(text[line.start : line.end]):
            header, dashes = (len(split_cells(text, _trimmed(text, span))) for span in (above, line))
            if 1 < header != dashes:
                cells = f"{dashes} cell{'s' * (dashes > 1)}"
                yield Finding(
                    line, f"the line of dashes has {cells} and the header above {header}: this is no table"
                )


def _trimmed(text: str, line: Span) -> Span:
    shown = text[line.start : line.end]
    start = line.end - len(shown.lstrip(" \t"))
    return Span(start, max(start, line.start + len(shown.rstrip(" \t"))))


def _short_rows(binding: Binding) -> Iterator[Finding]:
    """Yield a finding for every row that lacks the cell of a column in which it must have a value."""
    for owed in owed_tables(binding):
        asked = [(place, column.name) for column, place in owed.places if column.required]
        for row, is_entry in rows_of(binding.document.source, owed.table) if owed.table else ():
            lacking = [name for place, name in asked if place >= len(row)]
            if lacking and is_entry:
                message = f'the row has fewer cells than the header: "{lacking[0]}" is missing'
                yield Finding(row_span(row), message)
