"""Standing text of templates: it may stay in documents, and it may go."""

from __future__ import annotations

from pathlib import Path

import pytest

from speclint.authoring.derive import derive
from speclint.authoring.instructions import is_instruction, is_legend, is_question
from speclint.authoring.ruleset_draft import write
from speclint.binding.matcher import bind
from speclint.diagnostics import Diagnostic
from speclint.markdown.document import parse_document
from speclint.ruleset.bundled import bundled, data_file
from speclint.ruleset.fingerprints import without_marker
from speclint.ruleset.library import parse_rule_set
from speclint.ruleset.model import RuleSet

from .linted import lint

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

# What asks for something that is not there.
ASKING = {
    "missing-section", "missing-field", "missing-label", "missing-table", "missing-column", "missing-item",
    "missing-checklist", "empty-section",
}  # fmt: skip


def rules_of(template: str) -> RuleSet:
    return parse_rule_set(write(derive(template, "template.md")), skeleton=template)


def diagnostics(rules: RuleSet, text: str) -> tuple[Diagnostic, ...]:
    return lint(bind(parse_document(text), rules))


def messages(rules: RuleSet, text: str) -> list[str]:
    return [f"{one.check}: {one.message}" for one in diagnostics(rules, text)]


FRAME = "# Plan: [NAME]\n\n## Owner\n\n[Who does it]\n\n## Ready\n\n{}\n\n[What it takes]\n"
FILLED = "# Plan: Cards\n\n## Owner\n\nThe desk.\n\n## Ready\n\n{}\n\nCards are printed at the desk.\n"

STANDING = {
    "a gate": "*GATE: must be passed before work begins. Look at it again when the design is done.*",
    "a gate with a verb": "> **MANDATORY: Write the tests FIRST, then begin**",
    "a note": "**Note**: This plan is made from the list of the house.",
    "a warning": "**⚠️ CRITICAL**: No work can begin until this phase is complete",
    "criteria": "- More testing (opening day, holidays)\n- Enough time for feedback from the desk",
    "a legend": "**Legend**: P Passed | O Open | X Failed",
    "a legend by its form": "**State of rooms**: P = passed, O = open",
    "a label with a fixed text": "**Purpose**: What all rooms have in common and need first",
    "a label in a list": "- **Rooms (last)**: need all the stories\n  - one by one\n  - or side by side",
    "a path": "- **Plans**: `plans/`, one file each",
    "a table in which nothing is open": "| Sign | Is |\n| --- | --- |\n| P | Passed |\n| X | Not passed |",
    "several lines": "Rooms are opened one by one, as the printer\nserves only one of them at a time.",
    "a quote": "> Cards of readers are never printed twice, whatever they say.",
}


@pytest.mark.parametrize("name", STANDING)
def test_standing_text_may_stay_and_may_go(name: str) -> None:
    text = STANDING[name]
    rules = rules_of(FRAME.format(text))
    assert messages(rules, FILLED.format(text)) == []
    assert messages(rules, FILLED.format("")) == []


ASKED = {
    "an instruction": "Describe in a few words how the cards are printed.",
    "an instruction behind a label": "**RECOMMENDED**: Include a drawing of the whole desk",
    "an instruction behind a sentence": "Rooms differ a lot. Explain which of them are meant here.",
    "what a section should hold": "The plan should describe all the rooms of the house.",
    "how long it is": "Two paragraphs max, with a picture of it",
    "a comment in the open": "<!-- All rooms of the house are meant. -->\nAll rooms of the house are meant.",
    "an issue": "This plan closes #(issue) of the house.",
    "an example": "Example: the room on the first floor has a desk.",
    "samples with numbers": "- Primary objective 1\n- Primary objective 2",
    "samples with ids": "- **FR-001**: readers can print their own cards",
    "sample names": "**Team**: John Smith, Ann Lee and Ada King",
    "sample steps": "1. Merge the branch to main\n2. Deploy to the first house",
    "made-up names": "- `--option-name`: says what is printed on cards",
    "a stock description": "- `print(card)`: Description",
}


@pytest.mark.parametrize("name", ASKED)
def test_what_asks_or_shows_a_sample_may_not_stay(name: str) -> None:
    text = ASKED[name]
    left = diagnostics(rules_of(FRAME.format(text)), FILLED.format(text))
    assert left
    assert {one.check for one in left} <= {"unedited-template", "placeholder"}


def test_a_template_that_asks_in_plain_sentences_has_no_standing_text() -> None:
    template = "# Plan\n\n## Why\n\nSay why.\n\n## Who\n\nThe people of the house who do it.\n"
    template += "\n**Key**: D Desk | H House\n"
    assert derive(template, "t.md").allow == ("**Key**: D Desk | H House",)


def test_samples_of_lists_in_a_section_that_asks_for_nothing() -> None:
    template = "# [NAME]\n\n## Why\n\n[Why]\n\n## Way\n\n- Manual testing\n- Monitor metrics\n"
    template += "- Rooms can be opened in parallel if the team allows it\n\nWhat is left is done later.\n"
    assert derive(template, "t.md").allow == (
        "Rooms can be opened in parallel if the team allows it",
        "What is left is done later.",
    )


def test_a_list_about_the_sections_of_the_document() -> None:
    template = "# [NAME]\n\n## Phase 1: Setup\n\n[What]\n\n## Phase 2: [Name]\n\n[What]\n\n"
    way = "## Way\n\n1. Complete Phase 1\n2. Stop and look\n"
    rules = rules_of(template + way)
    assert not rules.sections[-1].required
    filled = "# Cards\n\n## Phase 1: Setup\n\nPaper.\n\n## Phase 2: Printing\n\nInk.\n\n"
    assert messages(rules, filled + way) == messages(rules, filled) == []


def test_a_question_is_answered_behind_it_or_in_its_place() -> None:
    template = (
        "# T\n\n## A\n\n<!-- Say who. -->\n\n- Will the desk be closed?\n\n## B\n\nHow are books moved?\n"
    )
    assert derive(template, "t.md").allow == ("Will the desk be closed?",)


def test_a_label_is_owed_if_it_has_an_open_place() -> None:
    rules = rules_of(
        FRAME.format("**Owner**: [who]\n\n**Scale**: 1 low, 5 high\n\n**Rooms**: Desk [ ] / Hall [ ]")
    )
    assert [label.name for label in rules.sections[1].labels] == ["Owner", "Rooms"]


def test_figures_to_fill_in_are_no_signs() -> None:
    rules = rules_of(FRAME.format("**Speed**: [X] cards\n\n**[P]**: prints in parallel"))
    assert [label.name for label in rules.sections[1].labels] == ["Speed"]


def test_a_section_of_code_needs_a_text() -> None:
    template = (
        "# [NAME]\n\n## Why\n\n[Why]\n\n## Call\n\n**Request:**\n\n```python\nclass Request: ...\n```\n"
    )
    document = "# Cards\n\n## Why\n\nInk.\n\n## Call\n"
    assert "empty-section" in {one.check for one in diagnostics(rules_of(template), document)}


def test_a_line_at_the_top_with_a_text_of_its_own_is_no_field() -> None:
    template = "# Plan: [NAME]\n\n**Date**: [DATE]\n**Status**: Draft\n"
    template += "**Tests**: they are written before the work, and fail at first\n\n## A\n\n[What]\n"
    assert [field.name for field in derive(template, "t.md").fields] == ["Date", "Status"]


def test_a_licence_is_for_documents_to_have() -> None:
    template = "# [NAME]\n\n## Why\n\n[Why]\n\n## Copyright\n\nAll rights are waived by whoever wrote this.\n"
    rules = rules_of(template)
    assert [section.required for section in rules.sections] == [True, True]
    assert any(
        one.startswith("empty-section") for one in messages(rules, "# X\n\n## Why\n\nSo.\n\n## Copyright\n")
    )


OFFERED = """\
# Proposal: [NAME]

## Adoption

Say what readers have to do when this comes, in some detail.

If there is nothing to say, leave it in with
text like "Readers can take this up and give it up again
without any change to their cards, loans or fees, and without
any new form at the desk."

## Owner

Say who does it, and who is asked before it is done.
"""


def test_an_offered_sentence_is_an_answer() -> None:
    rules = rules_of(OFFERED)
    sentence = OFFERED[OFFERED.index("Readers") : OFFERED.index('desk."')] + "desk."
    document = f"# Proposal: Shelf\n\n## Adoption\n\n{sentence}\n\n## Owner\n\nThe desk.\n"
    assert messages(rules, document) == []
    asked = document.replace(sentence, "Say what readers have to do when this comes, in some detail.")
    assert [one.split(":")[0] for one in messages(rules, asked)] == ["unedited-template"]
    other = document.replace(sentence, "If there is nothing to say, leave it in with")
    assert [one.split(":")[0] for one in messages(rules, other)] == ["unedited-template"]


def test_the_signs_in_a_heading_are_no_places_to_fill_in() -> None:
    template = "# [NAME]\n\n## Format: `[ID] [Room?] Text`\n\n- Rooms are numbered\n\n## Work\n\n[What]\n"
    for text in ("- Rooms are numbered\n\n", ""):
        document = f"# Cards\n\n## Format: `[ID] [Room?] Text`\n\n{text}## Work\n\nInk.\n"
        assert messages(rules_of(template), document) == []


def test_what_instructions_and_legends_look_like() -> None:
    assert is_instruction("Add any other context about the problem here.")
    assert is_instruction("Needs discussion.")
    assert not is_instruction("Rooms: need all the stories")
    assert not is_instruction("Add User Story 1 → Test independently")
    assert not is_instruction("Tests MUST be written and FAIL before implementation")
    assert is_question("How is it **moved**?")
    assert not is_question("Rooms of `a?b` are meant.")
    assert is_legend("State", "✅ Done | ⏳ Open")
    assert is_legend("图例", "完成")
    assert not is_legend("Status", "Draft | Final")


def templates() -> dict[str, Path]:
    """The templates at hand: bundled, of the tests, and where they are there, of other projects."""
    found = {name: Path(data_file("rules", f"{name}.md")) for name in bundled()}
    found |= {
        path.name: path for path in (ROOT / "tests/templates").glob("*.md") if "filled" not in path.name
    }
    for path in (*SHARED.glob("templates/[a-z]*.md"), *SHARED.glob("corpus*/*/TEMPLATE*.md")):
        found["/".join(path.parts[-2:])] = path
    return found


TEMPLATES = templates()


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_line_of_a_template_is_both_owed_and_forbidden(name: str) -> None:
    """A document that keeps all standing text has no finding about it, nor has one that drops it."""
    template = TEMPLATES[name].read_text(encoding="utf-8", errors="replace")
    rules = rules_of(template)
    lines = template.splitlines(keepends=True)
    standing = {
        number
        for number, line in enumerate(lines)
        if without_marker(line).strip() in rules.allowed_placeholders
    }
    kept = diagnostics(rules, template)
    told = {
        number
        for one in kept
        if one.check == "unedited-template"
        for number in range(
            template.count("\n", 0, one.span.start), template.count("\n", 0, one.span.end) + 1
        )
    }
    assert not standing & told
    dropped = "".join(line for number, line in enumerate(lines) if number not in standing)
    owed = [one.subject or one.message for one in kept if one.check in ASKING]
    assert [
        one.message
        for one in diagnostics(rules, dropped)
        if one.check in ASKING and (one.subject or one.message) not in owed
    ] == []
