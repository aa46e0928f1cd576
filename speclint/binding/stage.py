"""Find the stage that a document states."""

from __future__ import annotations

from typing import NamedTuple

from speclint.binding.labels import name_keys, rule_keys
from speclint.diagnostics import Span
from speclint.markdown.document import Document, Field
from speclint.markdown.metadata.field import first_line
from speclint.ruleset.model import RuleSet
from speclint.ruleset.stage_names import stages_named


class StageStatement(NamedTuple):
    """A field that states the stage, its value in one line, and the stages that this names.

    They are none for a value that is none, and two for a value that names two.
    """

    field: Field
    value: str
    stages: tuple[str, ...]


def stage_of(document: Document, rules: RuleSet) -> str:
    """Return the stage that a document states, the default if it states none that is known.

    It is `OFF_THE_LINE` for a document that is at none of the stages.
    """
    if rules.stages is None:
        return ""
    named = (statement.stages[0] for statement in statements(document, rules) if len(statement.stages) == 1)
    return next(named, rules.stages.default)


def stage_keys(rules: RuleSet) -> frozenset[str]:
    """Return the keys of the names under which the stage may be stated; none if no field states it."""
    if rules.stages is None or rules.stages.field is None:
        return frozenset()
    keys = name_keys(rules.stages.field)
    named = [rule for rule in rules.fields if not keys.isdisjoint(name_keys(rule.name))]
    return keys.union(*map(rule_keys, named))


def statements(document: Document, rules: RuleSet) -> tuple[StageStatement, ...]:
    """Return every field that states the stage of a document, in the order of the document.

    In a table a name may stand above or before its value: where one of the two names a stage, the other is
    no statement. A column of several values that name no stage is no statement about the document either.
    """
    stages, keys = rules.stages, stage_keys(rules)
    if stages is None or not keys:
        return ()
    found: list[StageStatement] = []
    for field in document.fields:
        if not keys.isdisjoint(name_keys(field.name)):
            value = first_line(document.source, field)
            found.append(StageStatement(field, value, stages_named(stages, value)))
    by_name: dict[int, list[StageStatement]] = {}
    for statement in found:
        by_name.setdefault(statement.field.name_span.start, []).append(statement)
    dropped: set[Span] = set()
    for group in by_name.values():
        if len(group) > 1:
            named = [statement for statement in group if statement.stages]
            below = [each for each in group if not _is_beside(document, each.field)]
            kept = named or (below if len(below) == 1 else [])
            dropped.update(each.field.value_span for each in group)
            dropped.difference_update(each.field.value_span for each in kept)
    return tuple(statement for statement in found if statement.field.value_span not in dropped)


def _is_beside(document: Document, field: Field) -> bool:
    """Return whether the value of a field stands in the line of its name."""
    line = document.source.line_number
    return line(field.name_span.start) == line(field.value_span.start)
