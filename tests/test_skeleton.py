"""Skeletons: what a document starts from is complete in form, and nothing in it passes for filled in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speclint.binding.matcher import bind
from speclint.markdown.document import parse_document
from speclint.ruleset.library import bundled_rule_sets, parse_rule_set
from speclint.ruleset.model import RuleSet, SectionRule
from speclint.ruleset.skeleton import heading_text, section_text, skeleton

from .linted import lint

# What an unfilled document is told: its open places, and that nothing is done yet.
UNFILLED = {"placeholder", "unchecked-item", "open-question"}


def bare(rules: RuleSet) -> RuleSet:
    """A rule set as if it came without its skeleton."""
    return rules._replace(skeleton="", fingerprints=frozenset())


def checks(text: str, rules: RuleSet, stage: str | None = None) -> list[str]:
    return [diagnostic.check for diagnostic in lint(bind(parse_document(text), rules, stage))]


def open_places(text: str) -> int:
    return text.count("[") - text.count("[ ]")


STAGES = [
    (rules, stage)
    for rules in bundled_rule_sets()
    for stage in (rules.stages.order if rules.stages else (None,))
]


@pytest.mark.parametrize(("rules", "stage"), STAGES, ids=lambda value: getattr(value, "id", value))
def test_a_made_skeleton_lacks_nothing_but_the_text_of_its_author(rules: RuleSet, stage: str | None) -> None:
    text = skeleton(bare(rules))
    found = checks(text, bare(rules), stage)
    assert set(found) <= UNFILLED
    # The date of a changelog's entry stands in a heading, without brackets.
    dates_in_headings = text.count("(YYYY-MM-DD)")
    assert found.count("placeholder") == open_places(text) + dates_in_headings


def test_a_rule_set_keeps_its_own_skeleton() -> None:
    assert skeleton(parse_rule_set("sections: [A]", skeleton="# Mine\n")) == "# Mine\n"


def test_a_made_skeleton_reads_like_a_template() -> None:
    rules = parse_rule_set("""\
detect: {title: "Change {n}: {name}"}
stages: {order: [draft, done], field: State, values: {Draft: draft, Done: done}}
fields:
  Author:
  Created: {type: date}
  Risk: {one_of: [High, Low]}
  Reviewer: {required: false}
  State: {required: false}
sections:
  - Problem
  - title: Options
    sections:
      - {title: "Option {n}: {name}", repeat: {min: 2}, labels: [Gain, {name: Steps, checklist: true}]}
  - {title: History, required: false}
labels:
  - {name: Approval, checklist: true}
""")
    assert (
        skeleton(rules)
        == """\
# Change 1: [Enter a name]

**Author:** [Describe what belongs here]
**Created:** [YYYY-MM-DD]
**Risk:** [High | Low]
**State:** [Draft | Done]

## Problem

[Describe what belongs here]

## Options

### Option 1: [Enter a name]

- **Gain:** [Describe what belongs here]
- **Steps:**
  - [ ] [Describe what is to be done]

### Option 2: [Enter a name]

- **Gain:** [Describe what belongs here]
- **Steps:**
  - [ ] [Describe what is to be done]

---

**Approval:**
- [ ] [Describe what is to be done]
"""
    )
    assert set(checks(skeleton(rules), rules, "done")) <= UNFILLED


def test_a_section_can_be_had_alone_and_at_another_level() -> None:
    rule = parse_rule_set(
        "sections: [{title: Plan, sections: ['Step {n}', {title: Extra, required: false}]}]"
    ).sections[0]
    assert section_text(rule, level=3) == ("### Plan\n\n#### Step 1\n\n[Describe what belongs here]\n")


@pytest.mark.parametrize(
    "pattern",
    [
        r"ADR-\d{4}: .+",
        r"(?:Decision|Choice) \d+",
        r"(?i)release v\d+\.\d+",
        r"^Notes on \S.*$",
        r"Why\?",
    ],
)
def test_a_heading_matches_the_pattern_it_stands_for(pattern: str) -> None:
    rules = parse_rule_set(json.dumps({"sections": [{"title": "Of a form of its own", "pattern": pattern}]}))
    assert "missing-section" not in checks(skeleton(rules), rules)


def test_where_no_heading_can_be_found_the_title_stands() -> None:
    rule = parse_rule_set(
        json.dumps({"sections": [{"title": "Odd", "pattern": r"(?=x)(?<!y)x{3}z"}]})
    ).sections[0]
    assert heading_text(rule) == "Odd"


def test_many_repetitions_stay_few() -> None:
    inner: dict[str, Any] = {"title": "Step {n}", "repeat": {"min": 30}}
    text = skeleton(
        parse_rule_set(json.dumps({"sections": [inner | {"title": "Part {n}", "sections": [inner]}]}))
    )
    assert text.count("## Part") == 9


WORDS = st.text(alphabet="abcdefghkmoprstuw", min_size=3, max_size=9)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(lambda words: " ".join(words).title())


def values(**more: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            "required": st.booleans(),
            "type": st.sampled_from(["text", "date", "version", "number", "quantity"]),
            **more,
        },
    )


LABELS = st.dictionaries(NAMES, values(checklist=st.booleans(), coverage=st.booleans()), max_size=3).map(
    lambda labels: [{"name": name, **options} for name, options in labels.items()]
)
CHOICES = st.lists(NAMES, min_size=1, max_size=4, unique=True)


COLUMNS = st.dictionaries(NAMES, values(one_of=CHOICES), min_size=1, max_size=3).map(
    lambda columns: [{"name": name, **options} for name, options in columns.items()]
)
TABLES = st.lists(
    st.fixed_dictionaries(
        {"columns": COLUMNS},
        optional={"required": st.booleans(), "rows": st.fixed_dictionaries({"min": st.integers(0, 3)})},
    ),
    max_size=2,
)


def sections(depth: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    below = {"sections": sections(depth - 1)} if depth else {}
    options = {
        "required": st.booleans(),
        "labels": LABELS,
        "tables": TABLES,
        "checklist": st.booleans(),
        "coverage": st.booleans(),
        "repeat": st.fixed_dictionaries({"min": st.integers(0, 3)}),
        **below,
    }
    one = st.tuples(
        st.sampled_from(["{t}", "{t} {{n}}: {{name}}"]), st.fixed_dictionaries({}, optional=options)
    )
    return st.dictionaries(NAMES, one, min_size=1, max_size=3).map(
        lambda made: [{"title": form.format(t=title), **options} for title, (form, options) in made.items()]
    )


@settings(max_examples=60)
@given(fields=st.dictionaries(NAMES, values(one_of=CHOICES), max_size=4), chapters=sections(2), title=NAMES)
def test_whatever_the_rules_a_made_skeleton_meets_their_form(
    fields: dict[str, Any], chapters: list[dict[str, Any]], title: str
) -> None:
    data = {"detect": {"title": title + ": {name}"}, "fields": fields, "sections": chapters}
    rules = parse_rule_set(json.dumps(data))
    text = skeleton(rules)
    found = checks(text, rules)
    assert set(found) <= UNFILLED, text
    assert found.count("placeholder") == open_places(text)


def test_every_section_of_a_bundled_rule_set_stands_where_it_belongs() -> None:
    def walk(rules: tuple[SectionRule, ...]) -> list[SectionRule]:
        return [rule for top in rules for rule in (top, *walk(top.sections))]

    for rules in bundled_rule_sets():
        binding = bind(parse_document(skeleton(bare(rules))), rules)
        owed = {rule.number for rule in walk(rules.sections) if rule.required}
        assert owed <= {number for number, found in enumerate(binding.sections) if found}
