"""What a change owes: documents before and after it, and which diagnostics count."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speclint.binding.matcher import bind
from speclint.binding.surroundings import DocumentLocation
from speclint.diagnostics import Diagnostic
from speclint.linting.changes import known
from speclint.markdown.document import parse_document
from speclint.ruleset.library import parse_rule_set

from .linted import lint
from .made import Made

RULES = parse_rule_set("""\
id: note
stages:
  order: [draft, staging]
  field: Status
  values: {Draft: draft, Staging: staging}
fields:
  Owner: {}
  Status: {required: false}
sections:
  - title: Reason
    labels: [Cost]
  - title: Plan
    sections: [Steps, Risks]
  - {title: Rollback, from: staging}
  - title: Work
    required: false
    sections:
      - {title: "Part {n}: {name}", repeat: {min: 3}, labels: [Effort]}
  - {title: Review, required: false, checklist: {complete_from: staging}}
""")
# It lacks its owner, a label and the section Risks, has a link to nothing and an open place.
OLD = """\
# Old note

**Status:** Draft

## Reason

[Describe why] it is.

## Plan

How it is done.

### Steps

See [there](gone.md).

## Review

- [ ] Looked at
"""


def compare(old: str, new: str, **options: bool) -> tuple[Diagnostic, ...]:
    """The diagnostics of a text that was another one."""
    before, after = (bind(parse_document(text), RULES) for text in (old, new))
    return known(after, lint(after), before, lint(before), **options)


def owed(old: str, new: str, **options: bool) -> list[str]:
    """The checks of what counts."""
    return [d.check for d in compare(old, new, **options) if not d.known]


def test_the_old_document_is_bad() -> None:
    assert sorted({d.check for d in lint(bind(parse_document(OLD), RULES))} - {"broken-link"}) == [
        "missing-field", "missing-label", "missing-section", "placeholder",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("part", "edited", "expected"),
    [
        pytest.param("it is.", "it is so.", ["missing-label", "placeholder"], id="one section"),
        pytest.param("How it is done.", "How we do it.", [], id="a parent, not its child"),
        pytest.param("See [there]", "Look [there]", [], id="a child"),
        pytest.param("# Old note", "# An old note", ["missing-field"], id="the title"),
        pytest.param("**Status:** Draft", "**Status:** draft", ["missing-field"], id="a field"),
        pytest.param("- [ ] Looked at", "- [ ] Looked at it", [], id="a good section"),
        pytest.param("it is.", "it\n  is.", [], id="a line broken anew"),
        pytest.param("\n", "\r\n", [], id="line ends"),
        pytest.param("## Reason", "## 1. Reason", [], id="a number"),
        pytest.param(OLD, OLD, [], id="nothing"),
        pytest.param(OLD, "\ufeff" + OLD, [], id="a byte order mark"),
    ],
)
def test_an_edit_owes_what_is_wrong_where_it_is(part: str, edited: str, expected: list[str]) -> None:
    assert owed(OLD, OLD.replace(part, edited)) == expected


def test_a_section_that_moves_owes_nothing_but_its_place() -> None:
    review = OLD[OLD.index("## Review") :]
    reason = OLD[OLD.index("## Reason") : OLD.index("## Plan")]
    moved = OLD.replace(review, "").replace(reason, f"{review}\n{reason}")
    assert owed(OLD, moved) == ["section-order"]
    assert owed(moved, moved.replace("How it is done.", "How we do it.")) == []


def test_a_copy_is_new_and_its_original_is_not() -> None:
    reason = OLD[OLD.index("## Reason") : OLD.index("## Plan")]
    found = compare(OLD, OLD.replace(reason, reason + reason))
    placeholders = [d.known for d in found if d.check == "placeholder"]
    assert placeholders[0], "the first one was there"
    assert "duplicate-section" in [d.check for d in found if not d.known]


class TestMissing:
    """A section that is missing counts where it was there, where its parent is new, or all is judged anew."""

    def test_it_was_missing_before(self) -> None:
        assert owed(OLD, OLD.replace("### Steps\n\nSee", "### Steps\n\nLook at")) == []

    def test_it_was_there(self) -> None:
        steps = OLD[OLD.index("### Steps") : OLD.index("## Review")]
        assert owed(OLD, OLD.replace(steps, "")) == ["missing-section"]

    def test_its_neighbours_changed(self) -> None:
        before = OLD.replace("## Plan\n\nHow it is done.\n\n### Steps\n\nSee [there](gone.md).\n\n", "")
        after = before.replace("## Review", "## Remarks\n\nNone.\n\n## Review")
        assert owed(before, after) == []

    def test_who_writes_a_chapter_owes_its_sections(self) -> None:
        before = OLD[: OLD.index("## Plan")]
        assert owed(before, f"{before}## Plan\n\nSoon.\n") == ["missing-section"] * 2

    def test_the_rule_set_is_another(self) -> None:
        assert owed(OLD, OLD, same_rules=False) == ["missing-section"]

    def test_the_stage_is_an_earlier_one(self) -> None:
        staging = OLD.replace("Draft", "Staging")
        assert owed(staging, OLD) == ["missing-field", "missing-section"]

    def test_fewer_are_missing_than_before(self) -> None:
        one = "## Work\n\n### Part 1: A\n\n**Effort:** small\n\n"
        two = f"{one}### Part 2: B\n\n**Effort:** small\n\n"
        some, more = (OLD.replace("## Review", f"{work}## Review") for work in (one, two))
        assert owed(some, more) == []
        assert owed(more, some) == ["missing-section"]


def test_a_raised_stage_owes_everything() -> None:
    found = compare(OLD, OLD.replace("Draft", "Staging"))
    assert not any(d.known for d in found)
    assert {"unchecked-item", "missing-field", "placeholder"} <= {d.check for d in found}
    assert sum(d.check == "missing-section" for d in found) == 2


def test_what_others_took_away_is_owed() -> None:
    before = bind(
        parse_document(OLD), RULES, location=DocumentLocation(Made({"a.md": OLD, "gone.md": ""}), "a.md")
    )
    after = bind(parse_document(OLD), RULES, location=DocumentLocation(Made({"a.md": OLD}), "a.md"))
    found = known(after, lint(after), before, lint(before))
    assert [d.check for d in found if not d.known] == ["broken-link"]


@settings(max_examples=60)
@given(st.permutations(OLD.split("\n## ")[1:]), st.sampled_from(["\n", "\r\n"]))
def test_a_document_that_is_compared_with_itself_owes_nothing(chapters: list[str], end: str) -> None:
    text = "\n## ".join([OLD.split("\n## ")[0], *chapters])
    assert owed(text, text.replace("\n", end)) == []


@settings(max_examples=60)
@given(st.lists(st.sampled_from(OLD.split("\n## ")[1:]), max_size=6))
def test_comparing_marks_and_does_nothing_else(chapters: list[str]) -> None:
    text = "\n## ".join([OLD.split("\n## ")[0], *chapters])
    unmarked = tuple(d._replace(known=False) for d in compare(OLD, text))
    assert unmarked == lint(bind(parse_document(text), RULES))
