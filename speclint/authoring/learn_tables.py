"""Count what filled documents of a template have of its tables, and correct the drafts of tables by it."""

from __future__ import annotations

from collections import Counter

from speclint.authoring.ruleset_draft import TableDraft, ValueDraft
from speclint.binding.model import Binding
from speclint.binding.tables import OwedTable, owed_tables
from speclint.diagnostics import plural
from speclint.markdown.inline import plain
from speclint.markdown.visibility import shows_nothing
from speclint.ruleset.model import ValueRule
from speclint.ruleset.patterns import RegexBudget
from speclint.ruleset.values import fault, is_unfilled, without_remark

_Key = tuple[int, str]

# No fewer documents prove anything.
_SEVERAL = 3


class TableStatistics:
    """The counts of tables by the number of their section's rule and their name, and of their columns."""

    def __init__(self) -> None:
        self.owed: Counter[_Key] = Counter()
        self.there: Counter[_Key] = Counter()
        # Tables that have a column, with a value in every row; values of another form than the rule has.
        self.full: Counter[tuple[_Key, str]] = Counter()
        self.misfits: dict[tuple[_Key, str], Counter[str]] = {}

    def count(self, binding: Binding) -> None:
        """Count the tables of a document."""
        for owed in owed_tables(binding):
            key = binding.rules_of[owed.section.number].number, owed.rule.name
            self.owed[key] += 1
            self.there[key] += owed.table is not None
            for column, place in owed.places:
                cells = _cells(binding, owed, place)
                self.full[key, column.name] += not any(map(shows_nothing, cells))
                misfits = self.misfits.setdefault((key, column.name), Counter())
                misfits.update({_value(cell) for cell in cells if _is_misfit(column, cell)})

    def table(self, draft: TableDraft, number: int, share: float) -> TableDraft:
        """Return a table as documents have it: what fewer than a share of them have is not required."""
        key = number, draft.name
        owed, there = self.owed[key], self.there[key]
        if not owed:
            return draft
        required = draft.required and there >= share * owed
        note = draft.note if required == draft.required else f"in {there} of {plural(owed, 'such section')}"
        columns = (
            tuple(self.column(column, key, share) for column in draft.columns) if there else draft.columns
        )
        return draft._replace(columns=columns, required=required, note=note)

    def column(self, draft: ValueDraft, key: _Key, share: float) -> ValueDraft:
        """Return a column as documents have it."""
        full, there = self.full[key, draft.name], self.there[key]
        required = draft.required and full >= share * there
        note = draft.note if required == draft.required else f"filled in {full} of {plural(there, 'table')}"
        misfits = self.misfits.get((key, draft.name), Counter())
        others = sorted(value for value, count in misfits.items() if count >= _SEVERAL)
        rest = sum(count for value, count in misfits.items() if value not in others)
        if draft.one_of and rest <= (1 - share) * there:
            return draft._replace(required=required, note=note, one_of=(*draft.one_of, *others))
        if misfits:
            draft = draft._replace(one_of=(), type="text")
        return draft._replace(required=required, note=note)


def _cells(binding: Binding, owed: OwedTable, place: int) -> list[str]:
    """Return the texts below a column of the table, "" where a row ends before."""
    rows = owed.table.rows[1:] if owed.table else ()
    return [binding.document.source.slice(row[place]) if place < len(row) else "" for row in rows]


def _value(cell: str) -> str:
    return without_remark(plain(cell)) or plain(cell)


def _is_misfit(column: ValueRule, cell: str) -> bool:
    limited = column.one_of or column.type != "text"
    if not limited or shows_nothing(cell) or is_unfilled(cell):
        return False
    return fault(column, cell, RegexBudget()) is not None
