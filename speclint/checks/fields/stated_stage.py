"""Find faults of the fields that state the stage of a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from speclint.binding.labels import name_keys, rule_keys
from speclint.binding.model import Binding, cached_per_binding
from speclint.binding.stage import StageStatement, stage_keys, statements
from speclint.diagnostics import shorten
from speclint.markdown.document import Field
from speclint.markdown.metadata.field import first_line
from speclint.ruleset.model import Stages
from speclint.ruleset.stage_names import stage_names, stages_named
from speclint.ruleset.titles import fold
from speclint.ruleset.values import closest, listed, suggestion


class StageFault(NamedTuple):
    """A field that states no stage as it should, and what is wrong with its value, or what to write."""

    field: Field
    value: str
    problem: str


@cached_per_binding
def stage_faults(binding: Binding) -> tuple[StageFault, ...]:
    """Return the faults of the fields that state the stage, in the order of the document."""
    return tuple(_faults(binding))


def _faults(binding: Binding) -> Iterator[StageFault]:
    stages = binding.rules.stages
    if stages is None:
        return
    stated = statements(binding.document, binding.rules)
    if not stated:
        yield from _misspelt(binding)
    allowed = _allowed(binding)
    for statement in stated:
        field, value, named = statement
        if field.place == "unread":
            continue
        if not value:
            yield StageFault(field, "", f"write {listed(stage_names(stages))}")
        elif not named and fold(value) not in allowed:
            yield StageFault(field, value, _no_stage(stages, value))
        elif len(named) > 1:
            yield StageFault(field, value, f"names two stages; write {listed(stage_names(stages))}")
        elif field.place == "front-matter" and (other := _contradicting(statement, stated)):
            line = binding.document.source.line_number(other.field.value_span.start)
            yield StageFault(
                field, value, f'line {line} says "{shorten(other.value)}"; both must say the same'
            )


def _misspelt(binding: Binding) -> Iterator[StageFault]:
    """Yield the field that most likely was meant to state the stage, where none does: `Satus: Done`.

    A field that must be there is missing, which another check reports.
    """
    keys, rules = stage_keys(binding.rules), binding.rules.fields
    named = next((rule for rule in rules if not keys.isdisjoint(rule_keys(rule))), None)
    stages = binding.rules.stages
    if stages is None or stages.field is None or (named is not None and named.required):
        return
    others = frozenset[str]().union(*map(rule_keys, rules))
    strangers = {
        field.name: field for field in binding.document.fields if others.isdisjoint(name_keys(field.name))
    }
    meant = closest(stages.field, strangers)
    if meant is not None:
        field = strangers[meant]
        value = first_line(binding.document.source, field)
        if stages_named(stages, value):
            yield StageFault(field, value, f'is "{stages.field}" meant? No other field says the stage')


def _allowed(binding: Binding) -> frozenset[str]:
    """Return the values, folded, that the rule of the field lists besides the stages."""
    keys = stage_keys(binding.rules)
    rules = [rule for rule in binding.rules.fields if not keys.isdisjoint(rule_keys(rule))]
    return frozenset(fold(value) for rule in rules for value in rule.one_of)


def _no_stage(stages: Stages, value: str) -> str:
    names = stage_names(stages)
    # The name of a stage is a value too, though others may be listed.
    known = set(map(fold, names))
    others = [stage for stage in stages.order if fold(stage) not in known]
    return f"must be one of {listed(names)}{suggestion(value, (*names, *others))}"


def _contradicting(statement: StageStatement, stated: tuple[StageStatement, ...]) -> StageStatement | None:
    """Return a statement below the front matter that names another stage, None if there is none."""
    return next(
        (
            other
            for other in stated
            if other.field.place != "front-matter"
            and len(other.stages) == 1
            and other.stages != statement.stages
        ),
        None,
    )
