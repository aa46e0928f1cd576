"""Find the stage that a document states."""

from __future__ import annotations

from speclint.markdown.document import Document
from speclint.ruleset.model import RuleSet
from speclint.ruleset.titles import fold


def stage_of(document: Document, rules: RuleSet) -> str:
    """Return the stage that a document states, the default if it states none that is known."""
    stages = rules.stages
    if stages is None:
        return ""
    if stages.field is None:
        return stages.default
    names = {fold(stages.field)}
    for field_rule in rules.fields:
        if fold(field_rule.name) in names:
            names |= {fold(alias) for alias in field_rule.aliases}
    values = {fold(value): stage for value, stage in stages.values.items()}
    for field in document.fields:
        if fold(field.name) in names:
            said = fold(field.value)
            for value in sorted(values, key=len, reverse=True):
                if said.startswith(value) and not said[len(value) : len(value) + 1].isalnum():
                    return values[value]
    return stages.default
