"""Asks for the tables that a good document has, and plants what may become of them, one defect at a time.

Where a table is comes from the parser, and what it must have from the table itself; never from a check.
"""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.diagnostics import Span
from speclint.markdown.blocks import Table
from speclint.markdown.document import Section, walk
from speclint.markdown.inline import plain
from speclint.markdown.visibility import is_blank
from speclint.ruleset.model import RuleSet, SectionRule, TableRule, ValueRule

from .planting import Defect, Planter


def first_tables(binding: Binding) -> Iterator[tuple[SectionRule, Section, Table]]:
    """The first table in the own text of each bound section whose rule has no other section."""
    for section in binding.document.sections:
        rule = binding.rules_of.get(section.number)
        if rule is None or len(binding.sections[rule.number]) > 1:
            continue
        tables = [block for block in walk(section.body) if isinstance(block, Table)]
        if tables:
            yield rule, section, tables[0]


def with_tables(binding: Binding) -> RuleSet:
    """The rule set of a document that also asks for its tables: every column, and the first one's values."""
    asked: dict[int, TableRule] = {}
    for rule, _, table in first_tables(binding):
        named = [plain(binding.document.source.slice(cell)) for cell in table.rows[0]]
        values = tuple(plain(binding.document.source.slice(row[0])) for row in table.rows[1:])
        first, *others = [name for name in named if name]
        columns = (ValueRule(first, one_of=values), *(ValueRule(name) for name in others))
        asked[rule.number] = TableRule(columns, unique=(first,))

    def added(rule: SectionRule) -> SectionRule:
        tables = (asked[rule.number],) if rule.number in asked else ()
        content = rule.content._replace(tables=tables)
        return rule._replace(content=content, sections=tuple(map(added, rule.sections)))

    return binding.rules._replace(sections=tuple(map(added, binding.rules.sections)))


def damaged_tables(binding: Binding) -> Iterator[Defect]:
    """Every defect of the tables that `with_tables` asks for."""
    planter = Planter(binding)
    text = binding.document.source.text
    for _, section, table in first_tables(binding):
        title, heading = section.title, section.heading_span.start
        header, *rows = table.rows
        yield planter.defect(f"a word: {title}", "missing-table", heading, table.span, "As agreed.")
        below = Span(table.delimiter_span.end, table.span.end)
        # A table without rows shows nothing: a section that holds nothing else is empty.
        alone = is_blank(planter.source, [block for block in section.body if block is not table])
        alone = alone and not section.children
        check, place = ("empty-section", heading) if alone else ("missing-table", header[0].start)
        yield planter.defect(f"no rows: {title}", check, place, below, "")
        first, second = rows[0][0], rows[0][1]
        known = Span(first.start, first.end)
        name = text[header[0].start : header[0].end]
        yield planter.defect(
            f"another name: {title}", "missing-column", header[0].start, header[0], f"Zq {name[:1]}"
        )
        yield planter.defect(
            f"misspelt: {title}", "invalid-cell", first.start, known, f"q{text[first.start : first.end]}"
        )
        yield planter.defect(f"emptied: {title}", "invalid-cell", rows[0][0].start, second, "<br>")
        again = text[first.start : first.end]
        yield planter.defect(f"twice: {title}", "invalid-cell", rows[1][0].start, rows[1][0], again)
        line = planter.line(rows[-1][0].start)
        end = binding.document.source.line_span(line).end
        yield planter.defect(f"a cell more: {title}", "malformed-table", end - 1, Span(end, end), " more |")
        starts = Span(rows[-1][1].start - 1, end)
        yield planter.defect(f"a cell less: {title}", "malformed-table", rows[-1][0].start, starts, "")
