"""Boxes of a template: which of them a derived rule set asks for by name."""

from __future__ import annotations

import pytest

import speclint
from speclint.authoring.derive import derive
from speclint.authoring.ruleset_draft import write
from speclint.ruleset.library import parse_rule_set


def items(body: str, title: str = "Release Checklist") -> tuple[str, ...]:
    """Return the boxes that the rule set of a template with one section asks for."""
    (section,) = derive(f"# [Name]\n\n## {title}\n\n{body}", "template.md").sections
    return section.items


def test_boxes_without_an_open_place_are_owed() -> None:
    body = (
        "- [ ] **Load test** passed\n- [ ] Manual printed (both languages)\n  - [ ] Proof read\n- A bullet\n"
    )
    assert items(body) == ("Load test passed", "Manual printed (both languages)", "Proof read")


def test_the_name_of_a_link_whose_address_stands_elsewhere_is_no_open_place() -> None:
    assert items("- [ ] An entry in [the log]\n\n[the log]: https://example.org/log\n") == (
        "An entry in the log",
    )


def test_a_box_to_be_filled_in_leaves_the_others() -> None:
    body = "- [ ] Load test passed\n- [ ] Approved by [Name]\n- [ ] Manual printed\n"
    assert items(body) == ("Load test passed", "Manual printed")


@pytest.mark.parametrize(
    "body",
    [
        "- [ ] [First thing]\n- [ ] [Second thing]\n- [ ] Load test passed\n",
        "- [ ] T001 Create the project\n- [ ] T002 Add the linter\n",
        "- [ ] 1.1 Create the project\n- [ ] 1.2 Add the linter\n",
        "- [ ] 1.1 <!-- what is to be done -->\n",
        "- [ ] First item ...\n- [ ] Item 2\n",
        "<!-- Examples; write your own. -->\n\n- [ ] Oven is hot\n",
        "For example:\n\n- [ ] Oven is hot\n",
        "Tick what applies:\n\n- [ ] Bug fix\n- [ ] Feature\n",
        "- Load test passed\n",
    ],
)
def test_boxes_that_are_samples_are_not_owed(body: str) -> None:
    assert items(body) == ()


@pytest.mark.parametrize("title", ["Tasks", "Phase 1", "Open Questions", "Next Steps"])
def test_the_work_of_a_document_is_its_own(title: str) -> None:
    assert items("- [ ] Add the table\n", title) == ()


def test_the_derived_rule_set_warns() -> None:
    template = "# [Name]\n\n## Release\n\n- [ ] Load test passed\n- [ ] Manual printed\n"
    rules = parse_rule_set(write(derive(template, "template.md")))
    good = template.replace("[Name]", "Tills")
    assert not speclint.lint(good, rules).diagnostics
    (found,) = speclint.lint(good.replace("- [ ] Manual printed\n", ""), rules).diagnostics
    assert (found.check, found.severity.label) == ("missing-item", "warning")
