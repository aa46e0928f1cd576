"""Boxes that a rule set asks for by name: under `--since`, counted, extended, struck out, in a skeleton."""

from __future__ import annotations

from pathlib import Path

import pytest

import speclint
from speclint.binding.matcher import bind
from speclint.linting.changes import known
from speclint.markdown.document import parse_document
from speclint.ruleset.library import parse_rule_set
from speclint.ruleset.model import Checklist, ItemRule
from speclint.ruleset.skeleton import skeleton

from .linted import lint

RULES = parse_rule_set("""\
stages: {order: [draft, final], field: Status}
fields: {Status: {required: false}}
sections:
  - title: Checks
    not_applicable: reason
    checklist: {complete_from: final, items: [Code review approved, Load test passed]}
""")
GOOD = """\
# T

**Status:** final

## Checks

- [x] Code review approved

### Load

- [x] Load test passed
- [x] Another
"""


def found(text: str) -> list[str]:
    return [one.check for one in speclint.lint(text, RULES).diagnostics]


@pytest.mark.parametrize("gone", ["- [x] Code review approved\n", "- [x] Load test passed\n"])
def test_a_box_that_a_change_deletes_is_new(gone: str) -> None:
    # That of the subsection leaves the heading, and the text below it, as they were.
    old, new = (bind(parse_document(text), RULES) for text in (GOOD, GOOD.replace(gone, "")))
    (one,) = known(new, lint(new), old, lint(old))
    assert (one.check, one.known) == ("missing-item", False)


def test_a_box_that_was_missing_before_is_known() -> None:
    lacking = GOOD.replace("- [x] Load test passed\n", "")
    old, new = (bind(parse_document(text), RULES) for text in (lacking, f"{lacking}\n## More\n\nText.\n"))
    (one,) = known(new, lint(new), old, lint(old))
    assert (one.check, one.known) == ("missing-item", True)


@pytest.mark.parametrize(
    ("item", "checks"),
    [
        ("- [ ] Load test passed", ["unchecked-item"]),
        ("- [ ] ~~Load test passed~~", []),
        ("- [ ] ~~Load test passed~~ N/A - one till", []),
        ("- ~~[ ] Load test passed~~", []),
        ("- [ ] Load test passed: N/A - one till", []),
        ("- [ ] Load test passed - N/A: one till", []),
        ("- [ ] Load test passed (N/A, one till)", []),
        ("- [ ] Load test passed (N/A: one\n  till only)", []),
        ("- [ ] Load test passed — not applicable, one till", []),
        ("- [ ] Load test passed: N/A", ["unchecked-item"]),
        ("- [ ] Load test passed (N/A)", ["unchecked-item"]),
        ("- [ ] Load ~~test~~ passed", ["unchecked-item"]),
        ("- [ ] N/A - one till", ["missing-item", "unchecked-item"]),
        ("- [ ] Load test passed - others are marked N/A - with a reason", ["unchecked-item"]),
    ],
)
def test_an_item_that_does_not_apply(item: str, checks: list[str]) -> None:
    assert sorted(found(GOOD.replace("- [x] Load test passed", item))) == checks


def test_a_bare_statement_will_do_unless_a_reason_is_asked_for() -> None:
    text = "# T\n\n**Status:** final\n\n## Checks\n\n- [ ] Load test: N/A\n"
    for allowed, count in (("true", 0), ("reason", 1), ("false", 1)):
        rules = parse_rule_set(f"""\
stages: {{order: [draft, final], field: Status}}
sections:
  - {{title: Checks, not_applicable: {allowed}, checklist: {{complete_from: final, items: [Load test]}}}}
""")
        assert len(speclint.lint(text, rules).diagnostics) == count


@pytest.mark.parametrize(
    ("text", "met"),
    [
        (GOOD, [True, True]),
        (GOOD.replace("- [x] Load test passed\n", ""), [True, False]),
        (GOOD.replace("passed", "skipped"), [True, False]),
        ("# T\n\n## Checks\n\nLater.\n", [False, False]),
        ("# T\n\n## Checks\n", [False, False]),
        ("# T\n", [False, False]),
        ("# T\n\n## Checks\n\nN/A - nothing to release.\n", []),
    ],
)
def test_each_is_an_obligation(text: str, met: list[bool]) -> None:
    result = speclint.lint(text, RULES)
    assert [one.met for one in result.obligations if one.kind == "item"] == met
    assert bool(result.diagnostics) is not all(met)


def test_a_comment_waives_one() -> None:
    text = GOOD.replace("- [x] Load test passed\n", "").replace(
        "## Checks", "<!-- speclint-disable-next-line missing-item -->\n## Checks"
    )
    result = speclint.lint(text, RULES)
    assert not result.diagnostics
    assert all(one.met for one in result.obligations)


def test_extending_merges_items_by_their_text(tmp_path: Path) -> None:
    (tmp_path / "base.yaml").write_text(
        "stages: {order: [a, b]}\nsections: [{title: Checks, checklist: {items: [One, Two]}}, Notes]\n"
    )
    (tmp_path / "own.yaml").write_text(
        "extends: base.yaml\nsections:\n"
        "  - {title: Checks, checklist: {items: [{text: two, from: b}, {text: One, remove: true}, Three]}}\n"
        "  - {title: Notes, checklist: {items: [Four]}}\n"
    )
    checks, notes = speclint.load_rule_set(str(tmp_path / "own.yaml")).sections
    assert checks.checklist == Checklist(items=(ItemRule("Three"), ItemRule("two", "b")))
    assert notes.checklist == Checklist(items=(ItemRule("Four"),))


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        ("[One, one]", "`one` stands twice among these items"),
        ("[{text: One, from: late}]", "no stage `late`"),
        ('["Load {m}"]', "no placeholder `{m}`"),
        ("[{text: One, remove: true}]", "`remove` without `extends`"),
        ("[]", "`items` must not be empty"),
    ],
)
def test_faults(items: str, problem: str) -> None:
    with pytest.raises(speclint.RuleSetError, match=problem):
        parse_rule_set(
            f"stages: {{order: [a, b]}}\nsections: [{{title: A, checklist: {{items: {items}}}}}]\n"
        )


def test_a_made_skeleton_has_them() -> None:
    text = skeleton(RULES)
    assert "- [ ] Code review approved\n- [ ] Load test passed\n" in text
    assert "missing-item" not in found(text)
    # It is unfilled as a whole.
    result = speclint.lint(text, RULES)
    assert not any(one.met for one in result.obligations if one.kind == "item")


def test_fixing_meets_none() -> None:
    fixed = speclint.fix("# T\n", RULES, unsafe=True)
    assert "Code review approved" in fixed.text
    assert not any(one.met for one in fixed.result.obligations if one.kind == "item")
