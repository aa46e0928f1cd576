"""Find the fix of a finding, on request."""

from __future__ import annotations

from collections.abc import Collection
from importlib import import_module

from speclint.binding.model import Binding
from speclint.checks.registry import CHECKS
from speclint.diagnostics import Diagnostic, Finding, Fix

# By check, the module of this package and its function that makes a fix of a finding's cause.
FIXERS = {
    "missing-section": "structure.insert_section",
    "section-level": "structure.change_level",
    "section-title": "structure.rename_section",
    "accidental-heading": "structure.separate_heading",
    "empty-section": "structure.insert_subsections",
    "missing-field": "fields.insert_field",
    "missing-label": "fields.insert_label",
    "malformed-checkbox": "checklists.write_checkbox",
}


def fix_of(binding: Binding, check: str, finding: Finding) -> Fix | None:
    """Return the fix for a finding of a check, None if there is none."""
    if check not in FIXERS or finding.cause is None:
        return None
    module, _, name = FIXERS[check].partition(".")
    fix: Fix | None = getattr(import_module(f"speclint.fixes.{module}"), name)(binding, finding.cause)
    return fix


def with_fixes(binding: Binding, diagnostics: Collection[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a bound document, each with its fix if it has one."""
    wanted = FIXERS.keys() & {diagnostic.check for diagnostic in diagnostics}
    if not wanted:
        return tuple(diagnostics)
    # Only those that are listed: of a hostile text there may be a hundred thousand more.
    found: dict[tuple[object, ...], list[Finding]] = {
        (diagnostic.check, diagnostic.span, diagnostic.subject): [] for diagnostic in diagnostics
    }
    for check in CHECKS:
        for finding in check.run(binding) if check.id in wanted else ():
            same = found.get((check.id, finding.span, finding.subject))
            if same is not None:
                same.append(finding)
    fixed: list[Diagnostic] = []
    for diagnostic in diagnostics:
        same = found.get((diagnostic.check, diagnostic.span, diagnostic.subject))
        fix = fix_of(binding, diagnostic.check, same.pop(0)) if same else None
        fixed.append(diagnostic if fix is None else diagnostic._replace(fix=fix))
    return tuple(fixed)
