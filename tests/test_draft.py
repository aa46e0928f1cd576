"""Drafts: what is known goes into the open places of a skeleton, as text, and nothing else changes."""

from __future__ import annotations

import difflib
import json

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from speclint.authoring.new_document import Facts, Refused, fill, iso_date, one_line
from speclint.binding.matcher import bind
from speclint.checks.placeholders.placeholder import placeholder
from speclint.markdown.document import Document, parse_document
from speclint.markdown.inline import plain
from speclint.ruleset.library import bundled_rule_set, bundled_rule_sets, parse_rule_set
from speclint.ruleset.model import RuleSet
from speclint.ruleset.skeleton import skeleton

from .amount import some
from .linted import lint

# What a draft may still be told: what its author has not written or done.
UNFILLED = {"placeholder", "instruction-comment", "unedited-template", "unchecked-item", "open-question"}

NOTE = """\
id: note
detect: {title: "Note {n}: {name}"}
fields:
  Author:
  Created: {type: date}
  Due: {type: date}
  Level: {one_of: [High, Low], required: false}
sections: [Reason]
"""


def note(text: str, **facts: object) -> str:
    """A skeleton of notes, filled in; its chapter need not be written each time."""
    whole = text + "\n## Reason\n\n[Why]\n"
    filled = fill(whole, parse_rule_set(NOTE, skeleton=whole), Facts(**facts))  # type: ignore[arg-type]
    assert filled.endswith("\n## Reason\n\n[Why]\n")
    return filled.removesuffix("\n## Reason\n\n[Why]\n")


def asked(**facts: str) -> dict[str, object]:
    """Facts that somebody asked for: there must be a place for them."""
    return {**facts, "wanted": frozenset(facts)}


@pytest.mark.parametrize("rules", list(bundled_rule_sets()), ids=lambda rules: rules.id)
def test_a_bundled_skeleton_passes_all_but_the_checks_of_what_is_open(rules: RuleSet) -> None:
    text = fill(rules.skeleton, rules, Facts("Login", "Ada", "2026-03-01"))
    for stage in rules.stages.order if rules.stages else (None,):
        assert {diagnostic.check for diagnostic in lint(bind(parse_document(text), rules, stage))} <= UNFILLED


@pytest.mark.parametrize("rules", list(bundled_rule_sets()), ids=lambda rules: rules.id)
def test_every_open_place_that_is_not_filled_is_reported_as_in_the_skeleton(rules: RuleSet) -> None:
    def open_lines(text: str) -> list[str]:
        document = parse_document(text)
        source = document.source
        spans = [finding.span for finding in placeholder(bind(document, rules))]
        return [source.slice(source.line_span(source.line_number(span.start))) for span in spans]

    text = fill(rules.skeleton, rules, Facts("Login", "Ada", "2026-03-01"))
    before, after = rules.skeleton.split("\n"), text.split("\n")
    changed = {old for old, new in zip(before, after, strict=True) if old != new}
    assert open_lines(text) == [line for line in open_lines(rules.skeleton) if line not in changed]


@pytest.mark.parametrize(
    ("id", "changes"),
    [
        (
            "feature-spec",
            {
                "# Feature Specification: Login",
                "**Author:** Ada",
                "**Created:** 2026-03-01",
                "**Last Updated:** 2026-03-01",
            },
        ),
        ("feature-doc", {"# Feature: Login"}),
        ("feature-pr", {"# Login"}),
        ("django-feature", {"# Login"}),
        ("go-feature", {"# Login - Go Feature Context", "*Last updated: 2026-03-01*"}),
    ],
)
def test_title_author_and_dates_of_writing_are_filled_in_and_no_other_date(
    id: str, changes: set[str]
) -> None:
    rules = bundled_rule_set(id)
    text = fill(rules.skeleton, rules, Facts("Login", "Ada", "2026-03-01"))
    lines = difflib.ndiff(rules.skeleton.split("\n"), text.split("\n"))
    assert {line[2:] for line in lines if line.startswith("+ ")} == changes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# N\n\n**Author:** [Your Name]\n", "# N\n\n**Author:** Ada L.\n"),
        ("# N\n\n**Author**: `[name]` (lead)\n", "# N\n\n**Author**: `Ada L.` (lead)\n"),
        ("# N\n\n- Author: <your name>\n", "# N\n\n- Author: Ada L.\n"),
        ("# N\n\n**Author:**\n", "# N\n\n**Author:** Ada L.\n"),
        ("# N\n\n**Author:** <!-- who wrote this -->\n", "# N\n\n**Author:** Ada L.\n"),
        ("# N\n\n**Author:**\n- [Your Name]\n", "# N\n\n**Author:**\n- Ada L.\n"),
        ("# N\n\n|Author|Team|\n|-|-|\n|[Name]|a|\n", "# N\n\n|Author|Team|\n|-|-|\n|Ada L.|a|\n"),
        ("# N\n\n| Author | [Name] |\n| --- | --- |\n", "# N\n\n| Author | Ada L. |\n| --- | --- |\n"),
        ("---\nauthor: [Your Name]\n---\n# N\n", "---\nauthor: Ada L.\n---\n# N\n"),
        ('---\nauthor: "[Your Name]"  # who\n---\n# N\n', '---\nauthor: "Ada L."  # who\n---\n# N\n'),
        ("---\nauthor: <your name> # who\n---\n# N\n", "---\nauthor: Ada L. # who\n---\n# N\n"),
        ("---\nauthor:\n---\n# N\n", "---\nauthor: Ada L.\n---\n# N\n"),
        ("---\nauthor: # who\n---\n# N\n", "---\nauthor: Ada L. # who\n---\n# N\n"),
        ("---\nauthors:\n  - TBD\n---\n# N\n", "---\nauthors:\n  - Ada L.\n---\n# N\n"),
        ("# N\n\n*Author: [Your Name]*\n", "# N\n\n*Author: Ada L.*\n"),
        ("# N\r\n\r\n**Author:** [Your Name]\r\n", "# N\r\n\r\n**Author:** Ada L.\r\n"),
        # Filled in by the template itself, or in several parts that only their author can tell apart.
        ("# N\n\n**Author:** The Team\n", "# N\n\n**Author:** The Team\n"),
        ("# N\n\n**Author:** [Your Name], [Team Name]\n", "# N\n\n**Author:** [Your Name], [Team Name]\n"),
    ],
)  # fmt: skip
def test_a_field_is_filled_in_the_style_of_the_skeleton(before: str, after: str) -> None:
    assert note(before, author="Ada L.") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Note [NNN]: [Title]\n", "# Note [NNN]: Login\n"),
        ("# Note 1: What it is about\n", "# Note 1: Login\n"),
        ("# Note NNNN: What it is about\n", "# Note NNNN: Login\n"),
        ("# Note-NNNN: What it is about\n", "# Note-NNNN: Login\n"),
        ("# [Title of the Note]\n", "# Login\n"),
        ("[Title of the Note]\n===================\n", "Login\n===================\n"),
        ("---\ntitle: <The title>\n---\n", "---\ntitle: Login\n---\n"),
    ],
)
def test_the_name_in_the_title_is_filled_in(before: str, after: str) -> None:
    assert note(before, **asked(title="Login")) == after


def test_what_nobody_asked_for_may_have_no_place() -> None:
    assert note("# N\n", title="T", author="Ada", date="2026-03-01") == "# N\n"


def test_an_author_who_was_asked_for_replaces_one_that_the_skeleton_has() -> None:
    text = "# N\n\n**Author:** The Team\n**Created:** 2020-01-01\n"
    facts = asked(author="Ada", date="2026-03-01")
    assert note(text, **facts) == "# N\n\n**Author:** Ada\n**Created:** 2026-03-01\n"
    assert note(text, author="Ada", date="2026-03-01") == text


def test_what_somebody_asked_for_must_have_a_place() -> None:
    for fact in ({"title": "T"}, {"author": "Ada"}, {"date": "2026-03-01"}):
        with pytest.raises(Refused, match="no place"):
            note("# N\n", **asked(**fact))


def test_a_name_that_is_not_one_line_is_left_out_unless_asked_for() -> None:
    assert note("# N\n\n**Author:** [Your Name]\n", author="A\nB") == "# N\n\n**Author:** [Your Name]\n"
    with pytest.raises(Refused, match="one line"):
        note("# N\n\n**Author:** [Your Name]\n", **asked(author="A\nB"))


def test_a_field_set_by_name_replaces_what_the_skeleton_says() -> None:
    text = "# N\n\n**Author:** The Team\n**Level:** `Low`\n**Ticket:** [id]\n"
    values = {"author": "Ada", "LEVEL": "High", "Ticket": "A-1"}
    assert (
        note(text, author="Git", values=values)
        == "# N\n\n**Author:** Ada\n**Level:** `High`\n**Ticket:** A-1\n"
    )


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"Levle": "High"}, r"`note` has no field `Levle`; did you mean `Level`\?"),
        ({"Zzz": "1"}, "`note` has no field `Zzz`; there are `Level`, `Parts`"),
        ({"Level": "Hgh"}, 'Level cannot be "Hgh": must be one of High or Low'),
        ({"Level": " "}, "Level is empty"),
        ({"Created": "2026-03-01"}, "the skeleton of `note` has no place for the field `Created`"),
        ({"Parts": "x"}, "Parts takes more than one line; fill it in by hand"),
    ],
)
def test_a_field_that_cannot_be_set_is_refused(values: dict[str, str], message: str) -> None:
    with pytest.raises(Refused, match=message):
        note("# N\n\n**Level:** [High | Low]\n\n**Parts:**\n- one\n- two\n", values=values)


def test_a_date_is_one_that_exists() -> None:
    assert iso_date("2024-02-29") == "2024-02-29"
    for text in ("2025-02-29", "20250301", "1.3.2025", "2025-3-1", "", "２０２５-03-01"):
        with pytest.raises(Refused):
            iso_date(text)


@pytest.mark.parametrize(
    "value", ["", "  ", "a\nb", "a\rb", "a\tb", "a\x00b", "a\u2028b", "a\x1b[1m", "\udcff"]
)
def test_a_value_is_one_line_of_text(value: str) -> None:
    with pytest.raises(Refused):
        one_line("the title", value)


def test_code_takes_a_value_as_it_is() -> None:
    assert note("# N\n\n**Author:** `[name]`\n", author="a|b_*") == "# N\n\n**Author:** `a|b_*`\n"
    table = "# N\n\n| Author | `[name]` |\n|-|-|\n"
    assert note(table, author="a|b_*") == table.replace("[name]", r"a\|b_*")


def test_code_with_a_backtick_gets_longer_fences_or_is_refused() -> None:
    assert note("# N\n\n**Author:** `[name]`\n", author="a`b") == "# N\n\n**Author:** `` a`b ``\n"
    with pytest.raises(Refused, match="backtick"):
        note("# N\n\n**Author:** `[Your Name] (lead)`\n", **asked(author="a`b"))


# Properties: whatever goes in, the document has the same form, and says just that.

MARKS = (
    "`` ``` * ** _ __ # ## --- | [ ] ( ) \\ ~~ > - + : ! ' \" 1. <!-- --> &amp; [x] <b> {n} 日本 **Status:**"
)
SPECIAL = st.sampled_from([*MARKS.split(" "), " ", "`"])
LETTERS = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cn", "Co"], exclude_characters="：\ufeff"
)
VALUES = (
    st.lists(st.one_of(SPECIAL, st.text(LETTERS, max_size=6)), min_size=1, max_size=6)
    .map("".join)
    .filter(lambda value: value.strip() != "")
)
FORM = """\
---
author: [Your Name]
title: "[The title]"
---
# Note 1: [Title]

**Created:** [YYYY-MM-DD]
**Author:** [Your Name]
**Level:** [High | Low]

| Author | Team |
| --- | --- |
| [Name] | a |

**Author:**
[Your Name]
"""


def form(document: Document) -> list[tuple[int, str]]:
    return [(section.level, section.title) for section in document.sections if section.level != 1]


def names(document: Document) -> list[str]:
    """What the fields outside of tables are called; in a table a value may name another."""
    return [field.name for field in document.fields if field.place != "table"]


@settings(max_examples=some(50, 400))
@given(title=VALUES, author=VALUES)
@example(title="``", author="A:")
def test_whatever_goes_in_nothing_is_injected(title: str, author: str) -> None:
    text = note(FORM, **asked(title=title, author=author))
    before, after = parse_document(FORM), parse_document(text)
    assert form(after) == form(before)
    assert names(after) == names(before)
    assert len(after.blocks) == len(before.blocks)
    assert len(text.split("\n")) == len(FORM.split("\n"))
    heading = next(section for section in after.sections if section.level == 1)
    assert heading.title == " ".join(f"Note 1: {title}".split())
    matter = yaml.safe_load(text.split("---\n")[1])
    assert matter == {"author": author.strip(), "title": title.strip()}


@settings(max_examples=some(50, 300))
@given(author=VALUES)
def test_a_name_reads_as_it_is(author: str) -> None:
    """As text, in a cell and among code alike."""
    rules = parse_rule_set(NOTE)
    for before in ("**Author:** [Your Name]\n", "| Author | Team |\n|---|---|\n| [Name] | a |\n"):
        text = fill(f"# N\n\n{before}", rules, Facts(author=author, wanted=frozenset(["author"])))
        field = [field for field in parse_document(text).fields if field.name == "Author"][-1]
        raw = text[slice(*field.value_span)]
        # A table takes `\|` for `|` before anything else is read.
        shown = plain(raw.replace(r"\|", "|") if field.place == "table" else raw)
        assert shown == " ".join(author.split())


def test_a_made_skeleton_can_be_filled_as_well() -> None:
    rules = parse_rule_set(
        json.dumps({"detect": {"title": "Plan: {name}"}, "fields": {"Author": None}, "sections": ["A"]})
    )
    text = fill(skeleton(rules), rules, Facts("Login", "Ada"))
    assert text == "# Plan: Login\n\n**Author:** Ada\n\n## A\n\n[Describe what belongs here]\n"
