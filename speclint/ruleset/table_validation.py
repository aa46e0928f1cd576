"""Check what a schema cannot express about the tables of a rule set: columns that exist and occur once."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.diagnostics import Problem, did_you_mean, quoted
from speclint.ruleset.normal_form import text_entry
from speclint.ruleset.titles import fold
from speclint.ruleset.yaml_nodes import Node


def table_problems(table: Node) -> Iterator[Problem]:
    """Yield a problem for every column that stands twice, and for every name in `unique` without a column."""
    columns = table.entries["columns"].items if "columns" in table.entries else []
    owners: dict[str, int] = {}
    for number, column in enumerate(columns):
        for name in _names(column):
            text = str(name.value)
            if owners.setdefault(fold(text), number) != number:
                yield name.problem(f"`{text}` stands twice among these columns")
    for name in table.entries["unique"].items if columns and "unique" in table.entries else ():
        text = str(name.value)
        if fold(text) not in owners:
            known = [text_entry(column, "name") for column in columns]
            hint = did_you_mean(text, known) or f"; there are {quoted(known)}"
            yield name.problem(f"no column `{text}`{hint}")


def _names(column: Node) -> Iterator[Node]:
    """Yield the nodes of a column's name and aliases."""
    if "name" in column.entries:
        yield column.entries["name"]
    if "aliases" in column.entries:
        yield from column.entries["aliases"].items
