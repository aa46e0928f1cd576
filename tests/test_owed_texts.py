"""What a document owes of its text, and how much of it is met."""

from __future__ import annotations

import pytest

import speclint
from speclint.ruleset.library import parse_rule_set

RULES = parse_rule_set(
    """
text: required
sections:
  - title: Needs
    text: required
    must_contain: [{pattern: MUST, each: item, message: say MUST}, {pattern: seen by}]
    length: {items: {min: 2}}
    ids: {title: "FR-{n}", defines: need}
    at_least_one: [Added, Changed]
    sections: [{title: Added, required: false}, {title: Changed, required: false}]
  - {title: Tests, cites: {id: need, every: true}}
"""
)
GOOD = """# T

What it is.

## Needs

As seen by Ada:

- FR-1: It MUST ring.
- FR-2: It MUST sing.

### Added

The second.

## Tests

FR-1 and FR-2 ring and sing.
"""


def unmet(text: str) -> list[str]:
    return [one.name for one in speclint.lint(text, RULES).obligations if not one.met]


def test_a_good_document_meets_all_that_it_owes() -> None:
    result = speclint.lint(GOOD, RULES)
    assert result.diagnostics == ()
    assert [one.name for one in result.obligations] == [
        "Needs",
        "text of its own",
        "say MUST",
        "seen by",
        "at least 2 items",
        "Added or Changed",
        "Tests",
        "every need cited",
        "text of its own",
    ]
    assert result.met == 9


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("What it is.\n\n", "", ["text of its own"]),
        ("2: It MUST sing", "2: It sings", ["say MUST"]),
        ("seen by", "of", ["seen by"]),
        ("- FR-2: It MUST sing.\n", "", ["at least 2 items"]),
        ("### Added", "### Others", ["Added or Changed"]),
        (" and FR-2", "", ["every need cited"]),
        ("As seen", "TBD: as seen", None),
    ],
)
def test_a_fault_leaves_what_it_is_in_unmet_and_is_reported(
    old: str, new: str, expected: list[str] | None
) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new)
    assert speclint.lint(text, RULES).diagnostics
    if expected is not None:
        assert unmet(text) == expected


@pytest.mark.parametrize("text", ["# T\n", GOOD[: GOOD.index("As seen")] + "## Tests\n"])
def test_what_is_missing_or_empty_owes_as_much_and_meets_none_of_it(text: str) -> None:
    assert len(speclint.lint(text, RULES).obligations) == 9
    assert len(unmet(text)) == 9


def test_what_a_comment_waives_is_met() -> None:
    comment = "<!-- speclint-disable-next-line missing-text -- an old one -->\n"
    text = GOOD.replace("- FR-2: It MUST", f"{comment}- FR-2: It can")
    assert "say MUST" not in unmet(text)


def test_a_severity_alone_owes_nothing_and_titles_are_no_obligations() -> None:
    rules = parse_rule_set("title: {max_length: 3}\nsections: []\n")
    result = speclint.lint("# Long\n", rules)
    assert [one.check for one in result.diagnostics] == ["invalid-title"]
    assert result.obligations == ()


def test_sections_of_one_title_are_told_apart() -> None:
    rules = parse_rule_set(
        'sections: [{title: "Need: {name}", repeat: {unique: true}}]\n',
    )
    result = speclint.lint("# T\n\n## Need: A\n\nOne.\n\n## Need: B\n\nTwo.\n\n## Need: a\n\nThree.\n", rules)
    assert [one.message for one in result.diagnostics] == [
        'section "Need: a" has the title of the one in line 3; give each its own'
    ]
