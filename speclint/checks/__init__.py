"""Every check, one line each, in the order in which they run.

A check is a function from a binding to findings; those that come last are told what the others found. The
first sentence of its docstring is true of a good document; then follow why it matters, a failing and a
passing example. `speclint explain` prints it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from speclint.checks import (
    accidental_heading,
    anchors,
    budgets,
    changelog,
    checklists,
    code_language,
    code_syntax,
    coverage,
    dates,
    duplicate_section,
    empty_section,
    fences,
    fields,
    forbidden,
    ids,
    instruction_comment,
    links,
    missing_section,
    names,
    paths,
    placeholder,
    references,
    rollout,
    section_level,
    section_order,
    section_title,
    suppressions,
    unedited_template,
    unknown_section,
)
from speclint.diagnostic import Finding, Severity


class Check(NamedTuple):
    """A registered check; `severity` None means off unless a rule set or a user turns it on.

    `fixes` says that findings of it may carry a fix. `run` takes a `Binding`; that of a check which comes
    `last` takes the `Outcome` of the comments that turn others off, and nothing turns it off but severities.
    """

    id: str
    family: str
    severity: Severity | None
    run: Callable[..., Iterator[Finding]]
    fixes: bool = False
    last: bool = False

    @property
    def documentation(self) -> str:
        """What `speclint explain` prints."""
        return self.run.__doc__ or ""


CHECKS: tuple[Check, ...] = (
    # What a fence swallows is not missing, unfilled or out of order: nothing stands before this one.
    Check("unclosed-fence", "code", Severity.ERROR, fences.unclosed_fence),
    Check("missing-section", "structure", Severity.ERROR, missing_section.missing_section, fixes=True),
    Check("section-order", "structure", Severity.ERROR, section_order.section_order),
    Check("duplicate-section", "structure", Severity.ERROR, duplicate_section.duplicate_section),
    Check("section-level", "structure", Severity.ERROR, section_level.section_level, fixes=True),
    Check("section-title", "structure", Severity.ERROR, section_title.section_title, fixes=True),
    Check("unknown-section", "structure", None, unknown_section.unknown_section),
    Check(
        "accidental-heading", "structure", Severity.WARNING, accidental_heading.accidental_heading, fixes=True
    ),
    # Later checks have nothing to add about what is empty: it stands behind those that point at headings.
    Check("empty-section", "structure", Severity.ERROR, empty_section.empty_section, fixes=True),
    Check("placeholder", "placeholders", Severity.ERROR, placeholder.placeholder),
    Check("instruction-comment", "placeholders", Severity.ERROR, instruction_comment.instruction_comment),
    # A name that was left as the template has it is wrong as such: the example around it says less.
    Check("name-mismatch", "consistency", Severity.ERROR, names.name_mismatch),
    Check("unedited-template", "placeholders", Severity.ERROR, unedited_template.unedited_template),
    Check("empty-code", "code", Severity.ERROR, fences.empty_code),
    Check("code-language", "code", Severity.ERROR, code_language.code_language),
    Check("code-syntax", "code", Severity.ERROR, code_syntax.code_syntax),
    Check("missing-field", "fields", Severity.ERROR, fields.missing_field, fixes=True),
    Check("invalid-field", "fields", Severity.ERROR, fields.invalid_field),
    Check("date-order", "fields", Severity.ERROR, dates.date_order),
    Check("missing-label", "fields", Severity.ERROR, fields.missing_label, fixes=True),
    Check("missing-checklist", "checklists", Severity.ERROR, checklists.missing_checklist),
    Check("unchecked-item", "checklists", Severity.ERROR, checklists.unchecked_item),
    Check("malformed-checkbox", "checklists", Severity.ERROR, checklists.malformed_checkbox, fixes=True),
    Check("open-question", "checklists", Severity.ERROR, checklists.open_question),
    Check("coverage-below-threshold", "coverage", Severity.ERROR, coverage.coverage_below_threshold),
    Check("missing-coverage", "coverage", Severity.ERROR, coverage.missing_coverage),
    Check("coverage-mismatch", "coverage", Severity.ERROR, coverage.coverage_mismatch),
    Check("broken-link", "references", Severity.ERROR, links.broken_link),
    Check("broken-anchor", "references", Severity.ERROR, anchors.broken_anchor),
    Check("missing-path", "references", Severity.ERROR, paths.missing_path),
    Check("undefined-reference", "references", Severity.ERROR, references.undefined_reference),
    Check("duplicate-id", "consistency", Severity.ERROR, ids.duplicate_id),
    Check("id-gap", "consistency", Severity.ERROR, ids.id_gap),
    Check("changelog-order", "consistency", Severity.ERROR, changelog.changelog_order),
    Check("rollout-order", "consistency", Severity.ERROR, rollout.rollout_order),
    Check("budget-exceeded", "consistency", Severity.ERROR, budgets.budget_exceeded),
    Check("forbidden-text", "consistency", Severity.ERROR, forbidden.forbidden_text),
    Check("invalid-suppression", "exceptions", Severity.ERROR, suppressions.invalid_suppression, last=True),
    Check("unused-suppression", "exceptions", Severity.WARNING, suppressions.unused_suppression, last=True),
)
