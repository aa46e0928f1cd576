"""Find the tables that a rule set asks for in a document.

The table meant is the first of a section that shares a column with the rule; the order of columns is free,
and there may be more of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.binding.labels import name_keys, owes_nothing, rule_keys
from speclint.binding.model import Binding, cached_per_binding
from speclint.diagnostics import Span
from speclint.markdown.blocks import Table
from speclint.markdown.document import Section, walk
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.model import SectionRule, TableRule, ValueRule

# From the beginning of a table to the end of its first row.
_HTML_HEADER = lazy_regex(r"(?i)<table\b(?:(?!</tr>).){0,5000}", re.DOTALL)

_HTML_CELL = lazy_regex(r"(?i)<t[hd]\b[^<>]*>|</t[hd]>")


class OwedTable(NamedTuple):
    """A table rule at one section that it applies to, and the table there, None if there is none.

    `columns` has for every column of the rule its place in the table, None for one that is not there.
    """

    rule: TableRule
    section: Section
    table: Table | None
    columns: tuple[int | None, ...]

    @property
    def places(self) -> Iterator[tuple[ValueRule, int]]:
        """The columns of the rule that are there, each with its place in the table."""
        for column, place in zip(self.rule.columns, self.columns, strict=True):
            if place is not None:
                yield column, place


@cached_per_binding
def owed_tables(binding: Binding) -> tuple[OwedTable, ...]:
    """Return every table rule of the binding's stage, required or not, at every section it applies to.

    Sections that are empty or state that they do not apply owe nothing. A table in HTML is not read: where
    one names a column, nothing more is owed.
    """
    return tuple(_owed_tables(binding))


def _owed_tables(binding: Binding) -> Iterator[OwedTable]:
    for rule in binding.rules.walk():
        tables = [table for table in rule.content.tables if binding.owed(table.start)]
        for section in binding.sections[rule.number] if tables else ():
            if not owes_nothing(binding, section):
                yield from _matched(binding, tables, section)


def _matched(binding: Binding, rules: Sequence[TableRule], section: Section) -> Iterator[OwedTable]:
    """Yield the table of each rule in a section; where several rules share columns, each has its own."""
    found: dict[int, tuple[Table, tuple[int | None, ...]]] = {}
    for table in _tables_in(binding, section):
        header = [_keys_of_cell(binding, cell) for cell in table.rows[0]]
        shared: dict[int, tuple[int | None, ...]] = {}
        for number, rule in enumerate(rules):
            columns = tuple(_place(column, header) for column in rule.columns)
            if number not in found and any(place is not None for place in columns):
                shared[number] = columns
        if shared:
            closest = min(shared, key=lambda number: _distance(shared[number]))
            found[closest] = table, shared[closest]
            if len(found) == len(rules):
                break
    for number, rule in enumerate(rules):
        if number in found:
            yield OwedTable(rule, section, *found[number])
        elif not _is_in_html(binding, rule, section):
            yield OwedTable(rule, section, None, (None,) * len(rule.columns))


def _is_in_html(binding: Binding, rule: TableRule, section: Section) -> bool:
    """Return whether a table in HTML, in a section or below it, has the name of a column."""
    text = binding.document.source.slice(section.span)
    header = _HTML_HEADER.search(text) if "<" in text else None
    keys = frozenset[str]().union(*map(rule_keys, rule.columns))
    cells = _HTML_CELL.split(header[0]) if header else ()
    return any(not keys.isdisjoint(name_keys(plain(cell))) for cell in cells)


def _distance(columns: Sequence[int | None]) -> tuple[float, int]:
    """Return how far a table is from a rule: the share of columns that it lacks, then how few it has."""
    lacking = columns.count(None)
    return lacking / len(columns), lacking - len(columns)


def _tables_in(binding: Binding, section: Section) -> Iterator[Table]:
    """Yield the tables of a section and of those below it that owe none themselves."""
    for block in walk(section.body):
        if isinstance(block, Table):
            yield block
    for child in section.children:
        rule: SectionRule | None = binding.rules_of.get(child.number)
        if rule is None or not rule.content.tables:
            yield from _tables_in(binding, child)


def _keys_of_cell(binding: Binding, cell: Span) -> frozenset[str]:
    return name_keys(plain(binding.document.source.slice(cell)))


def _place(column: ValueRule, header: Sequence[frozenset[str]]) -> int | None:
    """Return the place of a rule's column in a header, None if it is not there."""
    keys = rule_keys(column)
    return next((place for place, names in enumerate(header) if not keys.isdisjoint(names)), None)
