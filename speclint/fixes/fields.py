"""Make the fixes that insert missing fields and labels."""

from __future__ import annotations

from speclint.binding.labels import MissingLabel
from speclint.binding.model import Binding
from speclint.diagnostics import Edit, Fix
from speclint.fixes.field_insertion import edits, field_edits, label_edits
from speclint.ruleset.model import ValueRule


def insert_field(binding: Binding, rule: ValueRule) -> Fix | None:
    """Return the fix that inserts a field, None if nothing can be inserted."""
    return _fix("field", rule, field_edits(binding).get(rule.name))


def insert_label(binding: Binding, lost: MissingLabel) -> Fix | None:
    """Return the fix that inserts a label, beside those of its group; None if nothing can be inserted."""
    if lost.among:
        number = next(i for i, one in enumerate(lost.fellows) if one.rule is lost.rule)
        return _fix("label", lost.rule, list(edits(binding, lost.fellows))[number])
    section = lost.section.number if lost.section is not None else 0
    return _fix("label", lost.rule, label_edits(binding).get((section, lost.rule.name)))


def _fix(kind: str, rule: ValueRule, edit: Edit | None) -> Fix | None:
    return Fix(f'Insert {kind} "{rule.name}"', (edit,)) if edit is not None else None
