"""Safe fixes insert what is unfilled, spaces and empty lines, and never meet a box: over all there is."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import speclint
from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.diagnostics import Fix
from speclint.fixes import fix as fixer
from speclint.fixes import structure
from speclint.markdown.blocks import Heading
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source
from speclint.ruleset.library import bundled_rule_set, parse_rule_set
from speclint.ruleset.model import RuleSet

from .amount import some
from .linted import lint
from .safe_fixes import lower_nothing, meet_nothing, only_insert, ticked
from .strategies import Trial, trials
from .test_cases import ALL_CASES, Case, bound, case_id
from .test_fixer import DOCUMENTS, parts, rules_of, text_of

SHARED = Path(__file__).parents[2] / "shared"


@pytest.mark.parametrize("case", ALL_CASES, ids=case_id)
def test_of_every_case(case: Case) -> None:
    binding, today = bound(case, case.text), case.rules.get("today")
    only_insert(lint(binding, today=today))
    lower_nothing(binding, meet_nothing(binding, today=today), today)


def worn(text: str, rng: random.Random) -> str:
    """A text in which boxes are written badly, and lines are dropped, moved and marked up."""
    wrong = ["[X ]", "[ x]", "[]", "[ ]*", "[-]", "[~]", "\\[x]", "[✓]", "[  ]", "[x]", "[ ]"]

    def other(match: re.Match[str]) -> str:
        gap, behind = rng.choice([match["gap"], ""]), rng.choice([" ", ""])
        return f"{match['marker']}{gap}{rng.choice(wrong)}{behind}"

    return parts(re.sub(r"(?P<marker>[-*+])(?P<gap> +)\[[ xX]\] ", other, text), rng)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_of_every_document(path: Path) -> None:
    rng = random.Random(path.stem)
    text, rules = text_of(path), rules_of(path)
    count = 0
    for one in (text, *(worn(text, rng) for _ in range(some(3, 12)))):
        for stage in (None, *(rules.stages.order[-1:] if rules.stages else ())):
            binding = bind(parse_document(one), rules, stage)
            count += only_insert(lint(binding))
            mended = meet_nothing(binding)
            if one is text and stage is None:
                lower_nothing(binding, mended)
    assert count, "no safe fix was offered"


@pytest.mark.parametrize("id", ["feature-spec", "feature-pr"])
@pytest.mark.parametrize("corpus", ["corpus", "corpus2"])
def test_of_documents_of_others(corpus: str, id: str) -> None:
    paths = sorted((SHARED / corpus).rglob("*.md"))[:: some(90, 8)]
    if not paths:
        pytest.skip("the corpus is not here")
    rules = bundled_rule_set(id)
    for path in paths:
        binding = bind(parse_document(Source.decode(path.read_bytes())), rules)
        assert only_insert(lint(binding)), path
        meet_nothing(binding)


@settings(max_examples=some(40, 150), suppress_health_check=[HealthCheck.too_slow])
@given(trials)
def test_of_any_document_under_any_rule_set(trial: Trial) -> None:
    binding = trial.binding()
    only_insert(lint(binding))
    meet_nothing(binding)


# How a fix that only inserts could do more than that


def rule_set(text: str, skeleton: str = "") -> RuleSet:
    """A rule set of some YAML."""
    return parse_rule_set(f"id: trial\n{text}", "trial.yaml", skeleton)


def test_a_ticked_box_of_the_template_is_inserted_open() -> None:
    skeleton = "# T\n\n## Tasks\n\n- [x] Write it\n  - [X ] Read it\n\n> - [x] Quoted\n"
    fixed = speclint.fix("# T\n", rule_set("sections: [Tasks]", skeleton))
    assert "- [ ] Write it\n  - [  ] Read it\n\n> - [ ] Quoted\n\n[To be reviewed]\n" in fixed.text


STAGES = "stages: {order: [draft, final], field: Status, values: {Draft: draft, Final: final}%s}\n"
LABELS = """\
sections:
  - title: Tasks
    labels:
      - {name: Before, checklist: {complete_from: draft}}
      - {name: After, checklist: {complete_from: final}}
"""
FIELDS = "fields: {A: {required: true}, B: {required: true}, Status: {required: false}}\n"


def test_a_label_that_would_take_an_open_box_from_another_is_not_inserted() -> None:
    text = "# T\n\n**Status:** Draft\n\n## Tasks\n\n**Before:** all of it\n\n- [ ] Ask\n"
    fixed = speclint.fix(text, rule_set(STAGES % "" + LABELS))
    assert fixed.text == text
    assert {one.check for one in fixed.result.diagnostics} == {"missing-label", "unchecked-item"}


def test_a_field_that_would_tell_another_stage_is_not_inserted() -> None:
    """Here the template's placeholder is itself a value, by an alias of the draft."""
    stages = STAGES.replace("Draft: draft", '"[Stage]": draft, Draft: draft') % ", default: final"
    rules = rule_set(f"{stages}fields: {{Status: {{required: true}}}}\n", "# T\n\n**Status:** [Stage]\n")
    fixed = speclint.fix("# T\n", rules)
    assert fixed.text == "# T\n"
    assert [one.check for one in fixed.result.diagnostics] == ["missing-field"]


BECOMING = {
    "an item, by an empty line above its mark": "# T\n\n**A:** x\n**B:** y\n\nNote\n-\n  [x] done\n",
    "an item, by an empty line above its number": "# T\n\n**A:** x\n\n**C:** y\n2. [x] done\n",
}


@pytest.fixture
def all_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes a fix for safe that is not: it puts an empty line above a lone dash, which becomes an item."""
    separate = structure.separate_heading

    def separate_safely(binding: Binding, heading: Heading) -> Fix | None:
        found = separate(binding, heading)
        return found and found._replace(safe=True)

    monkeypatch.setattr(structure, "separate_heading", separate_safely)


@pytest.mark.usefixtures("all_safe")
@pytest.mark.parametrize("text", BECOMING.values(), ids=BECOMING)
def test_no_line_of_text_becomes_a_ticked_box(text: str) -> None:
    mended = meet_nothing(bind(parse_document(text), rule_set(FIELDS)))
    assert ticked(mended.binding) == []


@pytest.mark.usefixtures("all_safe")
def test_these_boxes_would_be_ticked_without_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixer, "meets_something", lambda *_: False)
    for text in list(BECOMING.values())[:1]:
        mended = fixer.fix_binding(bind(parse_document(text), rule_set(FIELDS)))
        assert ticked(mended.binding) == ["done"]


@pytest.mark.parametrize(
    ("comment", "inserted"),
    [
        ("<!-- speclint-disable placeholder: not now -->\n\nText.", False),
        ("<!-- speclint-disable-file placeholder: not now -->", False),
        ("<!-- speclint-disable broken-link: not now -->\n\nText.", True),
    ],
)
def test_nothing_is_inserted_where_a_comment_hides_that_it_is_unfilled(comment: str, inserted: bool) -> None:
    rules = rule_set("sections: [Plan]\n")
    fixed = speclint.fix(f"# T\n\n{comment}\n", rules)
    assert ("## Plan" in fixed.text) == inserted
    checks = {one.check for one in fixed.result.diagnostics}
    assert ("placeholder" in checks) == inserted
    assert ("missing-section" in checks) != inserted


def test_a_heading_above_the_text_of_others_is_to_be_reviewed() -> None:
    rules = rule_set("sections: [{title: Plan, sections: [Steps]}]\n")
    fixed = speclint.fix("# T\n\n### Steps\n\nOne.\n", rules)
    assert "## Plan\n\n[To be reviewed]\n\n### Steps\n" in fixed.text
    assert [one.check for one in fixed.result.diagnostics] == ["placeholder"]
