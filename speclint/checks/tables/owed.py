"""The checks of what a rule set asks of tables: `missing-table`, `missing-column`, `invalid-cell`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding, titles
from speclint.binding.tables import OwedTable, owed_tables
from speclint.checks.tables.rows import row_span, rows_of
from speclint.diagnostics import Finding, shorten
from speclint.markdown.inline import plain
from speclint.markdown.visibility import shows_nothing
from speclint.ruleset.titles import fold
from speclint.ruleset.values import closest, fault, listed


def missing_table(binding: Binding) -> Iterator[Finding]:
    """Every section has the tables that the template gives it, with rows in them.

    Where a template has a table, people and tools look things up in its columns; a sentence in its place
    answers none of them. The table may have its columns in any order, and more of them; the first of the
    section that has one of the columns is the one meant. A header without rows is no table, and a section
    that is empty, or says that it does not apply, owes none.

    Fails, where the template asks for a table of `Risk` and `Mitigation`:

        ## Risks

        There are some.

    Passes:

        ## Risks

        | Risk | Mitigation |
        | --- | --- |
        | Slow queries | An index on the owner |
    """
    for owed in owed_tables(binding):
        rule, section, table, _ = owed
        if table is None:
            if rule.required:
                columns = [column for column in rule.columns if column.required] or rule.columns
                names = listed([f'"{column.name}"' for column in columns], "and")
                message = f'a table of {names} is missing in "{shorten(section.title)}"'
                yield Finding(section.heading_span, message, subject=(*titles(binding, section), rule.name))
        elif (count := sum(map(bool, table.rows[1:]))) < rule.min_rows:
            has = f"has {count} row{'s' * (count > 1)}" if count else "has no rows"
            wanted = f"; at least {rule.min_rows} are required" if rule.min_rows > 1 else ""
            yield Finding(row_span(table.rows[0]), f"the table {has}{wanted}")


def missing_column(binding: Binding) -> Iterator[Finding]:
    """Every table has the columns that the template gives it.

    A column is a question that every row answers; without it nobody sees what was not answered. Names
    compare without case and markup, in the singular or plural, and with or without a remark in parentheses.

    Fails, where the template asks for a table of `Risk` and `Mitigation`:

        | Risk |
        | --- |
        | Slow queries |

    Passes:

        | Risk | Mitigation |
        | --- | --- |
        | Slow queries | An index on the owner |
    """
    for owed in owed_tables(binding):
        if owed.table is None:
            continue
        header = owed.table.rows[0]
        taken = {place for place in owed.columns if place is not None}
        strangers = {
            plain(binding.document.source.slice(cell)): cell
            for place, cell in enumerate(header)
            if place not in taken
        }
        for column, place in zip(owed.rule.columns, owed.columns, strict=True):
            if place is None and column.required:
                subject = (*titles(binding, owed.section), owed.rule.name, column.name)
                meant = closest(column.name, strangers)
                span = strangers.pop(meant) if meant else row_span(header)
                hint = f'; is "{shorten(meant)}" meant to be it?' if meant else ""
                yield Finding(span, f'the table has no column "{column.name}"{hint}', subject=subject)


def invalid_cell(binding: Binding) -> Iterator[Finding]:
    """Every cell has a value, of the form that the template asks for.

    A table with holes looks complete and is not; a misspelt priority is sorted nowhere; an id that stands
    twice names two things. A cell that shows a reader nothing (a comment, `<br>`, `&nbsp;`) is empty.
    Words and dates compare as in the check `invalid-field`. Where a row has a placeholder, the check
    `placeholder` reports that alone.

    Fails, where `Priority` must be `P0` or `P1`:

        | ID | Priority |
        | --- | --- |
        | R-1 | P7 |
        | R-2 | |

    Passes:

        | ID | Priority |
        | --- | --- |
        | R-1 | P0 |
        | R-2 | P1 |
    """
    for owed in owed_tables(binding):
        yield from _faults(binding, owed)


def _faults(binding: Binding, owed: OwedTable) -> Iterator[Finding]:
    """Yield what is wrong in the cells of a table."""
    table = owed.table
    unique = frozenset(map(fold, owed.rule.unique))
    seen: dict[str, set[str]] = {
        column.name: set()
        for column in owed.rule.columns
        if not unique.isdisjoint(map(fold, (column.name, *column.aliases)))
    }
    source = binding.document.source
    for row, is_entry in rows_of(source, table) if table else ():
        texts = [source.slice(cell) for cell in row]
        if all(map(shows_nothing, texts)):
            yield Finding(row_span(row), "the table row is empty")
            continue
        for column, place in owed.places:
            if place >= len(row) or (place == 0 and not is_entry):
                continue  # `malformed-table` reports the former
            text = texts[place]
            if shows_nothing(text):
                if column.required and is_entry:
                    yield Finding(row_span(row), f'"{column.name}" is empty in this row')
                continue
            limited = column.one_of or column.pattern or column.type != "text"
            problem = fault(column, text, binding.regex_budget) if limited else None
            if problem is None and column.name in seen:
                known, value = seen[column.name], fold(plain(text))
                problem = "stands in an earlier row; every row needs its own" if value in known else None
                known.add(value)
            if problem is not None:
                yield Finding(row[place], f'{column.name} is "{shorten(text)}": {problem}')
