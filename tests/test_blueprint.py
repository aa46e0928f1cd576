"""Drafts as YAML: whatever their texts hold, what is written loads and says the same."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from speclint.authoring.ruleset_draft import (
    RuleSetDraft,
    SectionDraft,
    StagesDraft,
    ValueDraft,
    comment,
    scalar,
    write,
)
from speclint.ruleset.library import parse_rule_set

# What YAML gives a meaning, beside any text.
SIGNS = """
true no ~ null 1.0 0x1f - # &a *a !t %x @ `x` | > [a] {b} ' " \\ ? --- ... = << a: Yes/No it's é 日本
Questions? 2025-01-01 1_000 \U0001f600 \ud7ff
"""
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=40),
    st.sampled_from(SIGNS.split()),
    st.sampled_from(
        ["- a", "a: b", "a #b", "a, b", "? a", " a ", "a\tb", "a\nb", "\ufeff", "\x85", "\u2028", "\x00"]
    ),
)


@given(TEXTS, st.booleans())
def test_a_scalar_is_read_as_its_text(text: str, flow: bool) -> None:
    line = f"key: [{scalar(text, True)}]" if flow else f"{scalar(text)}: {scalar(text)} # {comment(text)}"
    read = yaml.safe_load(line)
    assert read == ({"key": [text]} if flow else {text: text})
    assert "\n" not in line


@given(st.lists(TEXTS, min_size=4, max_size=4, unique_by=lambda text: text.casefold().strip()))
def test_texts_survive(texts: list[str]) -> None:
    title, name, note, alias = (text.replace("{", "(").replace("}", ")") for text in texts)
    draft = RuleSetDraft(
        id="draft",
        name=name,
        title=title,
        fields=(ValueDraft(name, required=False, one_of=(title,), note=note),),
        sections=(
            SectionDraft(
                "Fixed", aliases=(f"x{alias}",), share=note, notes=(note,), why=note, required=False
            ),
            SectionDraft(note, proposed=True, share=note, labels=(ValueDraft(note),)),
        ),
        labels=(ValueDraft(name, checklist=True), ValueDraft(note, proposed=True)),
        allow=(note,),
        allow_note=note,
        preface=(note,),
        stages=StagesDraft((title,), name, ((note, title),), notes=(note,)),
    )
    rules = parse_rule_set(write(draft))
    assert rules.name == name
    assert rules.title == title
    (field,) = rules.fields
    assert (field.name, field.one_of, field.required) == (name, (title,), False)
    (section,) = rules.sections
    assert (section.title, section.aliases, section.required) == ("Fixed", (f"x{alias}",), False)
    assert [label.name for label in rules.labels] == [name]
    assert rules.allowed_placeholders == (note,)
    assert rules.stages is None


def test_all_that_a_draft_can_say() -> None:
    child = SectionDraft("Child", level=5, repeat=True, checklist="", coverage=82.5)
    draft = RuleSetDraft(
        id="all",
        name="All",
        stages=StagesDraft(
            ("a", "b"), "Status", (("A", "a"), ("B", "b")), (("a", 50), ("b", 80)), certain=True
        ),
        fields=(
            ValueDraft("Status"),
            ValueDraft("Created", type="date"),
            ValueDraft("Updated", type="date", not_before="Created", aliases=("Changed",)),
        ),
        sections=(
            SectionDraft("Parent", sections=(child,), any_order=True, checklist="b", coverage_stage="a"),
            SectionDraft("Open Questions", closed_from="b", labels=(ValueDraft("Owner", together=True),)),
        ),
        checks=(("section-order", "off", "They differ."),),
    )
    rules = parse_rule_set(write(draft))
    assert rules.stages is not None
    assert rules.stages.values == {"A": "a", "B": "b"}
    assert rules.thresholds == {"a": 50, "b": 80}
    assert [field.not_before for field in rules.fields] == [None, None, "Created"]
    parent, questions = rules.sections
    assert parent.any_order
    assert parent.checklist is not None
    assert parent.checklist.complete_from == "b"
    assert parent.coverage is not None
    assert parent.coverage.stage == "a"
    (section,) = parent.sections
    assert section.level == 5
    assert section.repeat is not None
    assert section.checklist is not None
    assert section.coverage is not None
    assert section.coverage.minimum == 82.5
    assert questions.questions_closed_from == "b"
    assert questions.labels[0].together
    assert rules.severities == {"section-order": {"": None}}


@pytest.mark.parametrize("proposed", [True, False])
def test_what_is_proposed_loads_when_it_is_uncommented(proposed: bool) -> None:
    draft = RuleSetDraft(
        id="x",
        name="X",
        fields=(ValueDraft("Extra", proposed=proposed),),
        sections=(SectionDraft("A", labels=(ValueDraft("L", proposed=proposed),)),),
    )
    text = write(draft)
    uncommented = text.replace("# ", "")
    rules = parse_rule_set(uncommented)
    assert [field.name for field in rules.fields] == ["Extra"]
    assert [label.name for label in rules.sections[0].labels] == ["L"]
    assert (text == uncommented) is not proposed
