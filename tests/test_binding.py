"""Binding: one fault costs one entry, of the right kind, for the right section."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.binding.stage import stage_of
from speclint.checks.registry import CHECKS
from speclint.markdown.document import parse_document
from speclint.ruleset.library import parse_rule_set
from speclint.ruleset.model import RuleSet
from speclint.workspace import rule_sets

from .amount import some
from .linted import lint
from .work import grows_evenly

BUNDLED = Path(__file__).parent.parent / "rules"
TEMPLATES = sorted(path.stem for path in BUNDLED.glob("*.yaml"))
STRUCTURE = [check.id for check in CHECKS if check.family == "structure" and check.severity]


def rules_of(data: Any) -> RuleSet:
    return parse_rule_set(yaml.safe_dump({"id": "test", "name": "Test", **data}, sort_keys=False))


def entries(binding: Binding) -> list[tuple[str, str]]:
    """Every fault as its kind and a title."""
    return [
        *(("missing", missing.rule.title) for missing in binding.missing),
        *(("misplaced", entry.section.title) for entry in binding.misplaced),
        *(("level", entry.section.title) for entry in binding.wrong_levels),
        *(("near", entry.section.title) for entry in binding.near_misses),
        *(("duplicate", entry.section.title) for entry in binding.duplicates),
        *(("unknown", section.title) for section in binding.unknown),
    ]


def outline(text: str, rules: RuleSet | None = None) -> Binding:
    """The binding of a document given by its headings alone, each with a line of text below."""
    lines = [line.strip() for line in text.strip().splitlines()]
    body = "\n\n".join(f"{line}\n\nText." if line.startswith("#") else line for line in lines)
    return bind(parse_document(f"{body}\n"), rules or SPEC)


SPEC = rules_of(
    {
        "sections": [
            {"title": "Overview"},
            {
                "title": "Requirements",
                "sections": [
                    {
                        "title": "Functional Requirements",
                        "sections": [{"title": "FR{n}: {name}", "repeat": {"min": 1}}],
                    },
                    {
                        "title": "Non-Functional Requirements",
                        "sections": [{"title": "Performance"}, {"title": "Security", "required": False}],
                    },
                ],
            },
            {"title": "Testing", "sections": [{"title": "Unit Tests"}, {"title": "Acceptance Tests"}]},
            {"title": "Checklist", "sections": [{"title": "Overview"}, {"title": "Testing"}]},
            {"title": "Risks", "sections": [{"title": "{name}", "repeat": {"min": 1}}]},
        ]
    }
)
GOOD = """
    # Export
    ## Overview
    ## Requirements
    ### Functional Requirements
    #### FR1: Download
    #### FR2: Upload
    ### Non-Functional Requirements
    #### Performance
    ## Testing
    ### Unit Tests
    ### Acceptance Tests
    ## Checklist
    ### Overview
    ### Testing
    ## Risks
    ### Loss of data
    ### Overload
"""


def test_a_good_document_has_no_entries() -> None:
    binding = outline(GOOD)
    assert entries(binding) == []
    assert [[section.title for section in sections] for sections in binding.sections] == [
        ["Overview"], ["Requirements"], ["Functional Requirements"], ["FR1: Download", "FR2: Upload"],
        ["Non-Functional Requirements"], ["Performance"], [], ["Testing"], ["Unit Tests"],
        ["Acceptance Tests"], ["Checklist"], ["Overview"], ["Testing"], ["Risks"],
        ["Loss of data", "Overload"],
    ]  # fmt: skip
    assert binding.title is not None
    assert binding.title.title == "Export"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        # Gone, with or without what stands below.
        ("## Overview\n", "", ("missing", "Overview")),
        ("### Overview\n", "", ("missing", "Overview")),
        ("## Requirements\n", "", ("missing", "Requirements")),
        ("### Functional Requirements\n", "", ("missing", "Functional Requirements")),
        ("## Checklist\n", "", ("missing", "Checklist")),
        ("## Testing\n", "", ("missing", "Testing")),
        ("## Testing\n    ### Unit Tests\n    ### Acceptance Tests\n", "", ("missing", "Testing")),
        ("#### FR1: Download\n    #### FR2: Upload\n", "", ("missing", "FR{n}: {name}")),
        ("### Loss of data\n    ### Overload\n", "", ("missing", "{name}")),
        # At another level, with all that then nests differently.
        ("## Requirements", "# Requirements", ("level", "Requirements")),
        ("## Requirements", "### Requirements", ("level", "Requirements")),
        ("### Functional Requirements", "## Functional Requirements", ("level", "Functional Requirements")),
        ("### Functional Requirements", "#### Functional Requirements", ("level", "Functional Requirements")),
        ("#### FR1: Download", "### FR1: Download", ("level", "FR1: Download")),
        ("#### FR2: Upload", "##### FR2: Upload", ("level", "FR2: Upload")),
        ("## Testing\n    ### Unit", "### Testing\n    ### Unit", ("level", "Testing")),
        ("### Testing\n    ## Risks", "## Testing\n    ## Risks", ("level", "Testing")),
        ("### Testing\n    ## Risks", "#### Testing\n    ## Risks", ("level", "Testing")),
        ("### Overview\n", "## Overview\n", ("level", "Overview")),
        ("## Checklist", "### Checklist", ("level", "Checklist")),
        # Misspelt.
        ("## Requirements", "## Requirement", ("near", "Requirement")),
        ("### Functional Requirements", "### Functonal Requirements", ("near", "Functonal Requirements")),
        ("Acceptance Tests", "Tests of Acceptance", ("near", "Tests of Acceptance")),
        ("### Non-Functional Req", "### NonFunction Req", ("near", "NonFunction Requirements")),
        ("FR2: Upload", "FR: Upload", ("near", "FR: Upload")),
        ("## Risks", "## Riks", ("near", "Riks")),
        # Twice.
        ("## Overview\n", "## Overview\n    ## Overview\n", ("duplicate", "Overview")),
        ("### Unit Tests\n", "### Unit Tests\n    ### Unit Tests\n", ("duplicate", "Unit Tests")),
        ("### Testing\n", "### Testing\n    ### Testing\n", ("duplicate", "Testing")),
        # Not the template's.
        ("## Overview\n", "## Overview\n    ## Glossary\n    ### Words\n", ("unknown", "Glossary")),
        # No fault.
        ("### Unit Tests", "### 3.1 Unit tests:", ()),
        ("### Unit Tests", "### Unit Tests (backend)", ()),
        ("### Unit Tests\n    ### Acceptance Tests\n", "**Unit Tests**\n    **Acceptance Tests**\n", ()),
        ("    ### Acceptance Tests\n", "    **Acceptance Tests**\n", ()),
        ("#### Performance", "#### Performance\n    ##### Testing\n    ##### Overview", ()),
        ("### Loss of data", "### Unit testing\n    ### Security\n    #### Overview", ()),
        ("# Export", "", ()),
    ],
)  # fmt: skip
def test_one_fault_is_one_entry(old: str, new: str, fault: tuple[str, str] | tuple[()]) -> None:
    assert old in GOOD
    assert entries(outline(GOOD.replace(old, new, 1))) == ([fault] if fault else [])


def test_neighbours_in_the_wrong_order_are_one_entry() -> None:
    text = GOOD.replace("### Unit Tests", "### -").replace("### Acceptance Tests", "### Unit Tests")
    (entry,) = outline(text.replace("### -", "### Acceptance Tests")).misplaced
    assert (entry.section.title, entry.anchor) == ("Acceptance Tests", "Unit Tests")


@pytest.mark.parametrize(
    ("heading", "below", "anchor"),
    [
        ("### Unit Tests\n", "## Overview\n", "Testing"),
        ("### Acceptance Tests\n", "## Requirements\n", "Unit Tests"),
        ("### Testing\n", "#### FR2: Upload\n", "Overview"),
        ("#### Performance\n", "#### FR1: Download\n", "Non-Functional Requirements"),
        (
            "### Non-Functional Requirements\n    #### Performance\n",
            "### Unit Tests\n",
            "Functional Requirements",
        ),
    ],
)
def test_a_section_in_another_chapter_is_one_entry(heading: str, below: str, anchor: str) -> None:
    binding = outline(GOOD.replace(heading, "", 1).replace(below, f"{below}    {heading}", 1))
    (entry,) = binding.misplaced
    assert entry.section.title == heading.split("\n")[0].strip("# ")
    assert entry.anchor == anchor
    assert len(entries(binding)) == 1


def test_levels_count_in_relation_to_each_other() -> None:
    deeper = GOOD.replace("# ", "## ")
    chapters = "\n".join(line.replace("# ", " ", 1) for line in GOOD.splitlines()[2:])
    assert entries(outline(deeper)) == []
    assert entries(outline(chapters)) == []
    assert entries(outline(f"# Export\n{chapters}")) == []
    assert entries(outline(chapters.replace("# Overview", "# Overveiw", 1))) == [("near", "Overveiw")]


SKIPPING = rules_of(
    {
        "sections": [
            "Summary",
            {
                "title": "Test Plan",
                "sections": [{"title": "Unit Tests", "level": 5}, {"title": "e2e", "level": 5}],
            },
            "Drawbacks",
        ]
    }
)


def test_a_template_may_skip_levels() -> None:
    assert [rule.level for rule in SKIPPING.sections[1].sections] == [5, 5]
    as_it_stands = """
    # Title
    ## Summary
    ## Test Plan
    ##### Unit Tests
    ##### e2e
    ## Drawbacks
    """
    assert entries(outline(as_it_stands, SKIPPING)) == []
    closed_up = as_it_stands.replace("#####", "###")
    assert entries(outline(closed_up, SKIPPING)) == [], "a document need not skip what the template does"
    too_deep = as_it_stands.replace("##### e2e", "###### e2e")
    assert entries(outline(too_deep, SKIPPING)) == [("level", "e2e")]
    raised = as_it_stands.replace("##### e2e", "## e2e")
    assert entries(outline(raised, SKIPPING)) == [("level", "e2e")]


def test_a_moved_level_takes_its_children_along() -> None:
    raised = GOOD.replace("### Functional", "## Functional").replace("#### FR", "### FR")
    assert entries(outline(raised)) == [("level", "Functional Requirements")]


def test_a_title_may_be_called_like_a_chapter() -> None:
    assert entries(outline(GOOD.replace("# Export", "# Testing", 1))) == []


def test_where_a_missing_section_goes() -> None:
    def after(text: str) -> str:
        (missing,) = outline(text).missing
        return f"{missing.after.title} / {missing.parent.title}"

    assert after(GOOD.replace("## Overview\n", "", 1)) == "Export / Export"
    assert after(GOOD.replace("## Testing\n", "", 1)) == "Requirements / Export"
    assert after(GOOD.replace("### Unit Tests\n", "", 1)) == "Testing / Testing"
    assert after(GOOD.replace("### Acceptance Tests\n", "", 1)) == "Unit Tests / Testing"
    assert after(GOOD.replace("### Non-Functional Requirements", "### Ideas", 1)) == (
        "Functional Requirements / Requirements"
    )
    assert outline("Text").missing[0].after.number == 0


def test_near_misses_say_what_is_wanted() -> None:
    def wanted(text: str) -> list[str]:
        return [entry.wanted for entry in outline(text).near_misses]

    assert wanted(GOOD.replace("## Requirements", "## Requirement")) == ["Requirements"]
    assert wanted(GOOD.replace("FR2: Upload", "FR: Upload")) == ["FR2: Upload"]
    unnamed = GOOD.replace("FR1: Download", "Requirement 1: Download").replace("FR2: Upload", "Upload")
    assert wanted(unnamed) == ["FR1: Download", "FR2: Upload"]


def test_other_sections_are_no_near_misses() -> None:
    text = GOOD.replace("### Unit Tests", "### UI Tests").replace("## Overview", "## Glossary", 1)
    assert entries(outline(text)) == [
        ("missing", "Overview"), ("missing", "Unit Tests"), ("unknown", "Glossary"), ("unknown", "UI Tests"),
    ]  # fmt: skip


def test_titles_go_before_aliases() -> None:
    rules = rules_of({"sections": [{"title": "Deployment Setup", "aliases": ["Deployment"]}]})
    binding = outline("# A\n## Deployment\n## Deployment Setup", rules)
    assert [section.title for section in binding.sections[0]] == ["Deployment Setup"]
    assert entries(binding) == [("unknown", "Deployment")]


def test_how_often_a_section_may_stand() -> None:
    rules = rules_of({"sections": [{"title": "Phase {n}: {name}", "repeat": {"min": 2, "max": 3}}]})
    (missing,) = outline("# A\n## Phase 1: B", rules).missing
    assert (missing.times, missing.after.title) == (1, "Phase 1: B")
    phases = "\n".join(f"## Phase {n}: B" for n in range(1, 6))
    assert entries(outline(f"# A\n{phases}", rules)) == [
        ("duplicate", "Phase 4: B"),
        ("duplicate", "Phase 5: B"),
    ]


def test_sections_below_each_of_several() -> None:
    phase = {
        "title": "Phase {n}: {name}",
        "repeat": {"min": 1},
        "sections": [{"title": "Tasks"}, {"title": "Costs"}],
    }
    rules = rules_of({"sections": [phase]})
    text = "# A\n## Phase 1: B\n### Tasks\n### Costs\n## Phase 2: C\n### Tasks\n### Costs"
    assert entries(outline(text, rules)) == []
    assert entries(outline(text.replace("## Phase 2", "## Phse 2"), rules)) == [("near", "Phse 2: C")]
    (missing,) = outline(text.removesuffix("\n### Costs"), rules).missing
    assert missing.parent.title == "Phase 2: C"


def test_any_order() -> None:
    chapter = {"title": "A", "any_order": True, "sections": [{"title": "One"}, {"title": "Two"}]}
    assert entries(outline("# T\n## A\n### Two\n### One", rules_of({"sections": [chapter]}))) == []


STAGED = {
    "stages": {
        "order": ["draft", "final"],
        "field": "Status",
        "values": {"Draft": "draft", "In Review": "draft", "Final": "final"},
        "default": "draft",
    },
    "sections": [{"title": "Status: {name}", "required": False}, {"title": "Rollback", "from": "final"}],
}


@pytest.mark.parametrize(
    ("value", "stage"),
    [
        ("**Status:** Final", "final"), ("**Status**: final", "final"), ("**Status:** `Final`", "final"),
        ("**Status:** ✅ Final", "final"), ("**Status:** **Final**", "final"),
        ("- **Status**: Final.", "final"),
        ("**Status:** Final (since 2025-01-01)", "final"), ("**Status:** In Review - 60%", "draft"),
        ("**Status:** Finally", "draft"), ("**Status:**", "draft"), ("", "draft"),
        ("**State:** Final", "draft"),
        ("Text\n\n## Status: Final", "final"),
    ],
)  # fmt: skip
def test_stage(value: str, stage: str) -> None:
    rules = rules_of(STAGED)
    document = parse_document(f"# Title\n\n{value}\n")
    assert stage_of(document, rules) == stage
    assert [missing.rule.title for missing in bind(document, rules).missing] == (
        ["Rollback"] if stage == "final" else []
    )
    assert bind(document, rules, "draft").missing == ()
    assert stage_of(document, SPEC) == ""


# Every bundled rule set, with every section of its skeleton damaged in every way.


class Fault(NamedTuple):
    """A damaged document, and the one structural diagnostic that it should give."""

    name: str
    check: str
    lines: tuple[int, ...]
    text: str


def faults(binding: Binding) -> Iterator[Fault]:
    document, text = binding.document, binding.document.source.text
    for section in document.sections:
        rule = binding.rules_of.get(section.number)
        if rule is None or len(binding.sections[rule.number]) > 1:
            continue
        title, (start, end), level = section.title, section.span, section.level
        line = document.source.line_number(start)
        height = text.count("\n", start, end)
        siblings = next(parent.children for parent in document.sections if section in parent.children)
        place = siblings.index(section)
        if rule.required and not (rule.repeat and rule.repeat.min == 0):
            above = siblings[place - 1] if place else document.sections[binding.parents[section.number]]
            at = document.source.line_number(above.span.start)
            yield Fault(f"no {title}", "missing-section", (at,), text[:start] + text[end:])
        if not section.children:
            copied = text[:end] + text[start:end] + text[end:]
            if not rule.repeat:
                yield Fault(f"{title} twice", "duplicate-section", (line + height,), copied)
            emptied = f"{text[:start]}{'#' * level} {title}\n\n{text[end:]}"
            yield Fault(f"empty {title}", "empty-section", (line,), emptied)
        for other in (level - 1, level + 1):
            if 1 < other < 7 and not (rule.repeat and rule.repeat.min == 0 and other < level):
                moved = f"{text[:start]}{'#' * other}{text[start + level :]}"
                yield Fault(f"{title} at level {other}", "section-level", (line,), moved)
        if place + 1 < len(siblings):
            second = siblings[place + 1].span
            swapped = text[:start] + text[second.start : second.end] + text[start:end] + text[second.end :]
            lines = (line, line + text.count("\n", *second))
            yield Fault(f"{title} later", "section-order", lines, swapped)
        word = max(rule.title.split(), key=len)
        if "{" not in rule.title and len(word) > 5 and word in title:
            misspelt = text[:start] + text[start:end].replace(word, word[:2] + word[3:], 1) + text[end:]
            yield Fault(f"{title} misspelt", "section-title", (line,), misspelt)


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_section_of_the_bundled_templates(template: str) -> None:
    rules = rule_sets.load(str(BUNDLED / f"{template}.yaml"))
    stage = rules.stages.order[-1] if rules.stages else ""
    binding = bind(parse_document(rules.skeleton), rules, stage)
    assert entries(binding) == []
    wrong = []
    every = list(faults(binding))
    for fault in random.Random(template).sample(every, some(len(every) // 8, len(every))):
        document = parse_document(fault.text)
        found = [
            (diagnostic.check, document.source.line_number(diagnostic.span.start))
            for diagnostic in lint(bind(document, rules, stage), select=STRUCTURE)
            if diagnostic.check != "accidental-heading"
        ]
        if len(found) != 1 or found[0] not in [(fault.check, line) for line in fault.lines]:
            wrong.append((fault.name, fault.check, fault.lines, found))
    assert not wrong


# Trees of any shape.

WORDS = [
    "Anchors", "Bridges", "Candles", "Drawings", "Engines", "Feathers", "Gardens", "Harbours", "Islands",
    "Jackets", "Kettles", "Ladders", "Mirrors", "Needles", "Oranges", "Pillows", "Quarries", "Rockets",
    "Saddles", "Tunnels", "Umbrellas", "Violins", "Windows", "Yachts", "Zebras",
]  # fmt: skip


@st.composite
def trees(draw: st.DrawFn) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    titles = iter(draw(st.permutations(WORDS)))
    shape = draw(st.lists(st.lists(st.integers(0, 2), max_size=2), min_size=2, max_size=3))
    return [
        (next(titles), [(next(titles), [next(titles) for _ in range(leaves)]) for leaves in chapter])
        for chapter in shape
    ]


@given(trees(), st.data())
@settings(max_examples=some(50, 150))
def test_one_fault_in_any_tree_is_one_entry(
    tree: list[tuple[str, list[tuple[str, list[str]]]]], data: st.DataObject
) -> None:
    sections = [
        {"title": a, "sections": [{"title": b, "sections": [{"title": c} for c in cs]} for b, cs in bs]}
        for a, bs in tree
    ]
    rules = rules_of({"sections": sections})
    lines = ["# Title"]
    for a, bs in tree:
        lines.append(f"## {a}")
        for b, cs in bs:
            lines += [f"### {b}", *(f"#### {c}" for c in cs)]
    assert entries(outline("\n".join(lines), rules)) == []
    at = data.draw(st.integers(1, len(lines) - 1))
    marks, title = lines[at].split(" ")
    size = next((i for i in range(at + 1, len(lines)) if lines[i].index(" ") <= len(marks)), len(lines)) - at
    kind = data.draw(st.sampled_from(["gone", "heading gone", "level", "near", "twice", "moved"]))
    block, rest = lines[at : at + size], lines[:at] + lines[at + size :]
    if kind == "gone":
        found, expected = rest, [("missing", title)]
    elif kind == "heading gone":
        found, expected = lines[:at] + lines[at + 1 :], [("missing", title)]
    elif kind == "level":
        other = marks + "#" if data.draw(st.booleans()) or marks == "##" else marks[1:]
        found, expected = [*lines[:at], f"{other} {title}", *lines[at + 1 :]], [("level", title)]
    elif kind == "near":
        cut = data.draw(st.integers(1, len(title) - 1))
        slip = title[:cut] + title[cut + 1 :]
        found, expected = [*lines[:at], f"{marks} {slip}", *lines[at + 1 :]], [("near", slip)]
    elif kind == "twice":
        found, expected = [*lines[: at + size], lines[at], *lines[at + size :]], [("duplicate", title)]
    else:
        # Behind another section of the same level that it does not already stand behind.
        ends = [
            i + 1
            for i in range(1, len(rest))
            if rest[i].split(" ")[0] == marks and not (marks == "####" and i == at - 1)
        ]
        if not ends:
            return
        to = data.draw(st.sampled_from(ends))
        while to < len(rest) and rest[to].index(" ") > len(marks):
            to += 1
        found = rest[:to] + block + rest[to:]
        if found == lines:
            return
        faults_found = entries(outline("\n".join(found), rules))
        assert [fault for fault, _ in faults_found] == ["misplaced"]
        return
    assert entries(outline("\n".join(found), rules)) == expected


@pytest.mark.parametrize(
    "lines",
    [
        ["## Overview"], ["## Requirement"], ["### Unit Testing"], ["#### FR: A"],
        ["#### FR1: A"],
        ["### Testing"], ["## Phse 1: A", "### Testing"], ["# A", "###### B"], ["## Risks", "### A"],
        ["### A", "## B", "#### C"],
        ["**Unit Tests**", "## Testing"], ["## Testing", "### Unit Tests", "### Overview"],
        ["### Functional Requirements", "#### A"], ["## Functional Requirements", "#### A", "#### FR1"],
    ],
)  # fmt: skip
def test_many_alike_stay_cheap(lines: list[str]) -> None:
    def bound(size: int) -> None:
        bind(parse_document("# Title\n\n" + "\n\n".join(lines * (size // len(lines)))), SPEC)

    bound(300)  # loads what is loaded late
    assert grows_evenly(bound, 300)
