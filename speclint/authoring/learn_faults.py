"""Loosen what the documents that a rule set was learned from fail by it.

A rule that many of a team's documents break is not theirs: it is required no longer, or a warning. What the
rule set has no part in, such as text that is still to be written, is named in a comment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from speclint.authoring.ruleset_draft import RuleSetDraft, SectionDraft
from speclint.binding.matcher import bind
from speclint.diagnostics import Severity, plural
from speclint.linting.lint import run_checks
from speclint.markdown.document import Document
from speclint.ruleset.model import RuleSet

# The share of documents that may fail by a rule.
_TOLERATED = 0.1

# Questions of form, which a rule set may ask less firmly.
_FORM = frozenset(
    (
        "code-language",
        "date-order",
        "duplicate-id",
        "duplicate-section",
        "id-gap",
        "invalid-field",
        "missing-checklist",
        "section-level",
        "section-order",
        "section-title",
    )
)


def loosened(draft: RuleSetDraft, rules: RuleSet, documents: Sequence[Document]) -> RuleSetDraft:
    """Return a draft that at most a tenth of some documents fail by, but for what its preface names.

    `rules` is the rule set that the draft gives.
    """
    missing: Counter[int] = Counter()
    failed: Counter[str] = Counter()
    for document in documents:
        binding = bind(document, rules)
        missing.update({entry.rule.number for entry in binding.missing})
        failed.update({found.check for found in run_checks(binding)[0] if found.severity is Severity.ERROR})
    many = {number: n for number, n in missing.items() if n > _TOLERATED * len(documents)}
    checks = {check: n for check, n in failed.items() if n > _TOLERATED * len(documents)}
    of = plural(len(documents), "document")
    loose = sorted(checks.keys() & _FORM - {check for check, _, _ in draft.checks})
    rest = [check for check in sorted(checks.keys() - _FORM) if check != "missing-section"]
    named = (
        f"Errors in more than a tenth of them: {', '.join(f'{check} in {checks[check]}' for check in rest)}."
    )
    return draft._replace(
        sections=tuple(_optional(draft.sections, iter(range(1_000_000)), many, of)),
        checks=(*draft.checks, *((check, "warning", f"In {checks[check]} of {of}.") for check in loose)),
        preface=(*draft.preface, named) if rest else draft.preface,
    )


def _optional(
    drafts: Sequence[SectionDraft], numbers: Iterator[int], many: dict[int, int], of: str
) -> Iterator[SectionDraft]:
    """Yield sections; those that `many` documents lack, by the number of the rule, are not required."""
    for draft in drafts:
        if draft.proposed:
            yield draft
            continue
        count = many.get(next(numbers), 0)
        sections = tuple(_optional(draft.sections, numbers, many, of))
        draft = draft._replace(sections=sections)
        yield draft._replace(required=False, why=f"missing in {count} of {of}") if count else draft
