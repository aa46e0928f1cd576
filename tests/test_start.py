"""What was added to a template by extending it: its skeleton has it as well."""

from __future__ import annotations

import pytest

from speclint.authoring.new_document import start
from speclint.binding.matcher import bind
from speclint.markdown.document import parse_document
from speclint.ruleset.bundled import bundled
from speclint.ruleset.library import bundled_rule_sets, parse_rule_set

from .linted import lint

UNFILLED = {"placeholder", "instruction-comment", "unedited-template", "unchecked-item", "open-question"}
ADDED = """\
extends: {base}
fields:
  Budget: {{}}
  Team: {{one_of: [Red, Blue]}}
sections:
  - title: Cost Estimate
    sections:
      - {{title: "Item {{n}}: {{name}}", repeat: {{min: 2}}, labels: [Amount]}}
      - {{title: Approval of Costs, checklist: true}}
labels:
  - {{name: Blessing, checklist: true}}
"""
SKELETON = """\
# Note

**Author:** [Your Name]

---

## Reason

[Why]

### Detail

[What]

## Result

[What came of it]
"""


@pytest.mark.parametrize("base", bundled())
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_extends_a_bundled_template_starts_complete(base: str, line_end: str) -> None:
    rules = parse_rule_set(ADDED.format(base=base))
    text = start(rules._replace(skeleton=rules.skeleton.replace("\n", line_end)))
    for stage in rules.stages.order if rules.stages else (None,):
        assert {diagnostic.check for diagnostic in lint(bind(parse_document(text), rules, stage))} <= UNFILLED
    assert text.count("\n") == text.count(line_end)


def test_a_bundled_skeleton_lacks_nothing() -> None:
    for rules in bundled_rule_sets():
        assert start(rules) == rules.skeleton


def test_each_thing_goes_where_the_rules_have_it() -> None:
    rules = parse_rule_set("""\
fields: {Author: , Created: {type: date}}
sections:
  - Context
  - {title: Reason, labels: [Cause], sections: [First, Detail, Last]}
  - Result
  - End
""")
    assert (
        start(rules._replace(skeleton=SKELETON))
        == """\
# Note

**Author:** [Your Name]
**Created:** [YYYY-MM-DD]

---

## Context

[Describe what belongs here]

## Reason

[Why]

- **Cause:** [Describe what belongs here]

### First

[Describe what belongs here]

### Detail

[What]

### Last

[Describe what belongs here]

## Result

[What came of it]

## End

[Describe what belongs here]
"""
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\nAuthor: a\n---\n# Note\n", '---\nAuthor: a\nCreated: "[YYYY-MM-DD]"\n---\n# Note\n'),
        (
            "# Note\n\n**Author:** a\n\nText.\n",
            "# Note\n\n**Author:** a\n**Created:** [YYYY-MM-DD]\n\nText.\n",
        ),
        (
            "# Note\n\n| Author | a |\n|-|-|\n",
            "# Note\n\n| Author | a |\n|-|-|\n| Created | [YYYY-MM-DD] |\n",
        ),
        (
            "# Note\nText.\n",
            "# Note\n\n**Author:** [Describe what belongs here]\n**Created:** [YYYY-MM-DD]\n\nText.\n",
        ),
    ],
)
def test_a_field_is_written_like_those_that_are_there(before: str, after: str) -> None:
    rules = parse_rule_set("fields: {Author: , Created: {type: date}}")
    assert start(rules._replace(skeleton=before)) == after
    assert {diagnostic.check for diagnostic in lint(bind(parse_document(after), rules))} == {"placeholder"}


def test_a_skeleton_without_anything() -> None:
    rules = parse_rule_set("fields: {Author: }\nsections: [Reason]\n")
    text = start(rules._replace(skeleton="# Note"))
    assert text == (
        "# Note\n\n**Author:** [Describe what belongs here]\n\n## Reason\n\n[Describe what belongs here]"
    )
