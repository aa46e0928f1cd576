"""The count and the diagnostics agree: nothing is unmet in silence, and nothing that is missing is met."""

from __future__ import annotations

from pathlib import Path

import pytest

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.linting.obligations import obligations, places_of
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source
from speclint.ruleset.library import bundled_rule_set

from .amount import some
from .linted import judge
from .test_cases import ALL_CASES, Case, bound, case_id
from .test_fixer import DOCUMENTS, rules_of, text_of

SHARED = Path(__file__).parents[2] / "shared"

MISSING = ("missing-section", "missing-field", "missing-label", "missing-checklist", "missing-item")


def agree(binding: Binding, today: object = None) -> None:
    """Asserts that what is unmet has a diagnostic, and that what diagnostics call missing is unmet."""
    shown, hidden = judge(binding, today=today)
    unmet = [one for one in obligations(binding, places_of(shown), hidden) if not one.met]
    assert not unmet or shown or hidden, f"nothing says that these are unmet: {unmet}"
    missing = [one for one in shown if one.check in MISSING]
    assert not missing or unmet, f"all is met, but {missing}"


@pytest.mark.parametrize("case", ALL_CASES, ids=case_id)
def test_of_every_case(case: Case) -> None:
    agree(bound(case, case.text), case.rules.get("today"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_of_every_document_at_every_stage(path: Path) -> None:
    text, rules = text_of(path), rules_of(path)
    cut = "\n".join(line for number, line in enumerate(text.split("\n")) if number % 7)
    for stage in (None, *(rules.stages.order if rules.stages else ())):
        for one in (text, cut):
            agree(bind(parse_document(one), rules, stage))


def test_of_documents_of_others() -> None:
    paths = sorted((SHARED / "corpus").rglob("*.md"))[:: some(60, 8)]
    if not paths:
        pytest.skip("the corpus of ../shared is not here")
    rules = bundled_rule_set("feature-spec")
    for path in paths:
        agree(bind(parse_document(Source.decode(path.read_bytes())), rules))
