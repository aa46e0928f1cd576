"""What a document owes, and how much of it is met."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

import speclint
from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.linting.obligations import Obligation, obligations, places_of
from speclint.markdown.document import parse_document
from speclint.ruleset.library import parse_rule_set

from .linted import judge, lint

RULES = """
id: spec
name: Spec
stages: {order: [draft, final], field: Status, values: {Draft: draft, Final: final}, default: draft}
fields:
  Author: {required: true}
  Status: {required: true, one_of: [Draft, Final]}
  Tags: {required: false}
sections:
  - title: Overview
  - title: Tests
    sections:
      - title: Unit Tests
        labels:
          - Location
          - {name: Coverage Target, coverage: {minimum: 70}}
          - {name: Cases, checklist: true}
      - title: Gates
        checklist: {complete_from: final}
        coverage: {stage: draft}
  - title: Rollback
    from: final
  - title: Annex
    required: false
    labels: [Source]
labels: [Approval]
coverage:
  thresholds: {draft: 60, final: 80}
"""

GOOD = """
# T

**Author:** Ada
**Status:** Draft

## Overview

Text.

## Tests

### Unit Tests

**Location:** `tests`
**Coverage Target:** ≥70%
**Cases:**

- [ ] One

### Gates

- [ ] Tests pass (≥60% coverage)

---

**Approval:** Bob
"""

UNIT_TESTS = ("Tests", "Unit Tests")
OWED = [
    ("field", "Author", ()),
    ("field", "Status", ()),
    ("section", "Overview", ()),
    ("section", "Tests", ()),
    ("section", "Unit Tests", ("Tests",)),
    ("label", "Location", ("Tests", "Unit Tests")),
    ("label", "Coverage Target", ("Tests", "Unit Tests")),
    ("coverage", "Coverage Target", ("Tests", "Unit Tests")),
    ("label", "Cases", ("Tests", "Unit Tests")),
    ("checklist", "Cases", ("Tests", "Unit Tests")),
    ("section", "Gates", ("Tests",)),
    ("checklist", "Gates", ("Tests", "Gates")),
    ("coverage", "Gates", ("Tests", "Gates")),
    ("label", "Approval", ()),
]


def bound(text: str, stage: str | None = None, rules: str = RULES) -> Binding:
    return bind(parse_document(dedent(text).lstrip("\n")), parse_rule_set(rules), stage)


def count(text: str, stage: str | None = None) -> tuple[Obligation, ...]:
    binding = bound(text, stage)
    found, hidden = judge(binding)
    return obligations(binding, places_of(found), hidden)


def unmet(text: str, stage: str | None = None) -> list[tuple[str, str]]:
    return [(owed.kind, owed.name) for owed in count(text, stage) if not owed.met]


def owed(text: str, stage: str | None = None) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(owed.kind, owed.name, owed.section) for owed in count(text, stage)]


def test_everything_owed_is_listed_in_the_order_of_the_rules() -> None:
    assert owed(GOOD) == OWED


def test_a_good_document_meets_everything() -> None:
    assert unmet(GOOD) == []


def test_a_later_stage_owes_more() -> None:
    assert unmet(GOOD, "final") == [("checklist", "Gates"), ("section", "Rollback")]
    assert unmet(GOOD.replace("Draft", "Final")) == [("checklist", "Gates"), ("section", "Rollback")]


def test_an_empty_document_meets_nothing_and_owes_the_same() -> None:
    assert sorted(owed("")) == sorted(OWED)
    assert not any(owed.met for owed in count(""))


def test_a_missing_section_leaves_all_within_unmet() -> None:
    start, end = GOOD.index("### Unit Tests"), GOOD.index("### Gates")
    text = GOOD[:start] + GOOD[end:]
    assert owed(text) == OWED
    assert unmet(text) == [(kind, name) for kind, name, _ in OWED[4:10]]


def test_an_empty_section_leaves_all_within_unmet() -> None:
    start, end = GOOD.index("**Location"), GOOD.index("### Gates")
    assert unmet(GOOD[:start] + GOOD[end:]) == [(kind, name) for kind, name, _ in OWED[4:10]]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("**Author:** Ada\n", "", [("field", "Author")]),
        ("Ada", "TBD", [("field", "Author")]),
        ("**Status:** Draft", "**Status:** Drafty", [("field", "Status")]),
        ("Text.", "[Describe it]", [("section", "Overview")]),
        ("**Location:** `tests`\n", "", [("label", "Location")]),
        ("≥70%", "≥50%", [("coverage", "Coverage Target")]),
        ("- [ ] One", "- One", [("checklist", "Cases")]),
        (" (≥60% coverage)", "", [("coverage", "Gates")]),
        ("**Approval:** Bob", "Fine.", [("label", "Approval")]),
    ],
)
def test_a_fault_leaves_what_it_is_in_unmet(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert old in GOOD
    assert unmet(GOOD.replace(old, new)) == expected


@pytest.mark.parametrize(
    ("box", "draft", "final"),
    [
        ("[ ]", True, False),
        ("[]", True, False),
        ("[X ]", True, False),
        ("[-]", True, False),
        ("[x]", True, True),
    ],
)
def test_a_malformed_box_is_as_good_as_an_open_one(box: str, draft: bool, final: bool) -> None:
    """It is reported; if it left more unmet, a fix that writes it well would meet that with an open box."""
    text = GOOD.replace("- [ ] Tests pass", f"- {box} Tests pass")
    assert (("checklist", "Gates") not in unmet(text, "draft")) == draft
    assert (("checklist", "Gates") not in unmet(text, "final")) == final


def test_an_optional_section_is_not_counted_but_owes_what_it_owes() -> None:
    text = GOOD.replace("---", "## Annex\n\n**Source:** a book\n\n---")
    assert owed(text) == [*OWED[:13], ("label", "Source", ("Annex",)), OWED[13]]


def test_a_section_that_does_not_apply_owes_no_more() -> None:
    start, end = GOOD.index("- [ ] Tests"), GOOD.index("---")
    text = f"{GOOD[:start]}N/A - there is no code.\n\n{GOOD[end:]}"
    assert owed(text) == [*OWED[:11], OWED[13]]
    assert unmet(text) == []


def test_a_chapter_that_does_not_apply_owes_none_of_its_sections() -> None:
    start, end = GOOD.index("### Unit Tests"), GOOD.index("---")
    text = f"{GOOD[:start]}N/A - there is no code.\n\n{GOOD[end:]}"
    assert ("section", "Tests", ()) in owed(text)
    assert [one for one in owed(text) if "Tests" in one[2]] == []
    assert unmet(text) == []


@pytest.mark.parametrize(
    ("heading", "check", "old", "name"),
    [
        ("# T", "missing-field", "**Author:** Ada\n", ("field", "Author", ())),
        ("# T", "missing-section", "## Overview\n\nText.\n\n", ("section", "Overview", ())),
        ("## Overview", "empty-section", "Text.\n", ("section", "Overview", ())),
        ("### Unit Tests", "missing-label", "**Location:** `tests`\n", ("label", "Location", UNIT_TESTS)),
        ("### Gates", "missing-checklist", "- [ ] Tests", ("checklist", "Gates", ("Tests", "Gates"))),
    ],
)  # fmt: skip
def test_what_a_comment_waives_counts_as_met(heading: str, check: str, old: str, name: object) -> None:
    assert old in GOOD
    text = GOOD.replace(old, "- Tests" if old.startswith("-") else "", 1)
    assert name[:2] in unmet(text)  # type: ignore[index]
    text = text.replace(heading, f"<!-- speclint-disable-next-line {check}: old -->\n{heading}", 1)
    assert name in owed(text)
    assert unmet(text) == []


def _documents() -> list[Path]:
    return sorted((Path(__file__).parent / "documents").glob("*/*.md"))


@pytest.mark.parametrize("path", _documents(), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_filled_documents_meet_everything(path: Path) -> None:
    rules = Path(__file__).parent.parent / "rules" / f"{path.parent.name}.yaml"
    skeleton = rules.with_suffix(".md").read_text(encoding="utf-8")
    binding = bind(
        parse_document(path.read_text(encoding="utf-8")),
        parse_rule_set(rules.read_text(encoding="utf-8"), str(rules), skeleton),
    )
    counted = obligations(binding, places_of(lint(binding)))
    assert counted
    assert [owed for owed in counted if not owed.met] == []


def test_boxes_that_follow_a_label_in_a_list_are_not_missed() -> None:
    """To Markdown the label is part of the item above it, and the boxes are the next items."""
    rules = parse_rule_set("sections: [{title: Story, labels: [Impact, {name: Criteria, checklist: true}]}]")
    binding = bind(parse_document("# A\n\n## Story\n\n- **Impact:** big\n**Criteria:**\n- [ ] one\n"), rules)
    diagnostics = lint(binding)
    assert diagnostics == ()
    assert all(obligation.met for obligation in obligations(binding, places_of(diagnostics)))


TABLES = """
id: spec
stages: {order: [draft, final], field: Status, values: {Draft: draft, Final: final}, default: draft}
sections:
  - title: Needs
    tables:
      - {columns: [ID, {name: Priority, one_of: [P0, P1]}]}
      - {columns: [Risk, Answer], from: final}
      - {columns: [Term, Meaning], required: false}
"""

NEEDS = """\
# T

## Needs

| ID | Priority |
| --- | --- |
| R-1 | P0 |
"""


@pytest.mark.parametrize(
    ("changed", "met"),
    [
        (("", ""), True),
        (("| ID | Priority |\n| --- | --- |\n| R-1 | P0 |\n", "There is one.\n"), False),
        (("| R-1 | P0 |\n", ""), False),
        (("Priority", "Rank"), False),
        (("P0", "P7"), False),
        (("P0", ""), False),
        (("P0", "TBD"), False),
        (("| R-1 | P0 |", "| R-1 |"), False),
        (("| R-1 | P0 |", "| R-1 | P0 | soon |"), False),
    ],
)
def test_a_table_is_an_obligation(changed: tuple[str, str], met: bool) -> None:
    rules = parse_rule_set(TABLES)
    binding = bind(parse_document(NEEDS.replace(*changed) if changed[0] else NEEDS), rules)
    reported = lint(binding)
    found = obligations(binding, places_of(reported))
    assert [one for one in found if one.kind == "table"] == [
        Obligation("table", "ID, Priority", ("Needs",), met)
    ]
    # Whatever is unmet has a diagnostic.
    assert bool(reported) is not met


def test_a_table_that_a_comment_waives_is_met() -> None:
    text = "# T\n\n<!-- speclint-disable-next-line missing-table -->\n## Needs\n\nThere is one.\n"
    result = speclint.lint(text, parse_rule_set(TABLES))
    assert not result.diagnostics
    assert all(one.met for one in result.obligations)


def test_a_missing_section_leaves_its_tables_unmet() -> None:
    rules = parse_rule_set(TABLES)
    for text in ("# T\n", "# T\n\n## Needs\n"):
        binding = bind(parse_document(text), rules, "final")
        found = obligations(binding, places_of(lint(binding)))
        assert [(one.kind, one.name, one.met) for one in found] == [
            ("section", "Needs", False),
            ("table", "ID, Priority", False),
            ("table", "Risk, Answer", False),
        ]


def test_a_section_that_does_not_apply_owes_no_table() -> None:
    binding = bind(parse_document("# T\n\n## Needs\n\nN/A - there are none.\n"), parse_rule_set(TABLES))
    found = obligations(binding, places_of(lint(binding)))
    assert [one.kind for one in found] == ["section"]


@pytest.mark.parametrize(
    "body", ["By phone.\n\n**Location:** `tests`\n", "By phone.\n", "**Location:** `tests`\n"]
)
def test_a_label_that_is_inserted_takes_nothing_away(body: str) -> None:
    rules = parse_rule_set("sections: [{title: Orders, labels: [Location, Cases]}]")
    text = f"# T\n\n## Orders\n\n{body}"
    fixed = speclint.fix(text, rules)
    assert fixed.text != text

    def figure(one: str) -> int:
        return sum(obligation.met for obligation in speclint.lint(one, rules).obligations)

    assert figure(fixed.text) == figure(text)


def test_a_section_of_unfilled_labels_alone_is_unmet() -> None:
    rules = parse_rule_set("sections: [{title: Orders, labels: [Location]}]")
    result = speclint.lint("# T\n\n## Orders\n\n**Location:** [Where it is]\n", rules)
    assert not any(obligation.met for obligation in result.obligations)
