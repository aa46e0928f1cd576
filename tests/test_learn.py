"""Learning from filled documents: what they have becomes the rule, and the counts stay as comments."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from speclint.authoring.derive import derive
from speclint.authoring.learn import Learned, learn
from speclint.authoring.ruleset_draft import write
from speclint.binding.matcher import bind
from speclint.markdown.document import parse_document
from speclint.ruleset.library import parse_rule_set

from .linted import lint

TEMPLATE = """\
# RFC-NNNN: [Title]

**Author:** [Name]
**Kind:** [Fix | Feature]
**Updated:** [YYYY-MM-DD]

## Summary

## Design

### Interfaces

### Costs

**Money:** [How much]

## Rationale and alternatives

## Rollout

- [ ] [Step]

## Drawbacks
"""

DOCUMENT = """\
# RFC-7: Shorter queues

**Author:** Ada
**Kind:** Fix
**Updated:** 2025-03-01

## Summary

Queues are shorter.

## Design

Two of them.

### Interfaces

None.

### Costs

**Money:** none

## Rationale and alternatives

One long queue.

## Rollout

- [x] Shorten it

## Drawbacks

More queues.
"""

ROOT = Path(__file__).parents[1]


def learned(documents: Iterable[str], template: str = TEMPLATE) -> Learned:
    named = ((f"{number}.md", parse_document(text)) for number, text in enumerate(documents, 1))
    return learn(derive(template, "rfc-template.md"), template, named)


def yaml_of(documents: Iterable[str], template: str = TEMPLATE) -> str:
    """The YAML that is learned from documents; it loads."""
    text = write(learned(documents, template).draft)
    parse_rule_set(text, skeleton=template)
    return text


def mixed(changed: str, times: int, of: int = 10, text: str = DOCUMENT) -> list[str]:
    """Documents of which some are changed."""
    return [changed] * times + [text] * (of - times)


def test_documents_that_have_everything_change_nothing_but_the_counts() -> None:
    text = yaml_of([DOCUMENT] * 10)
    assert "# Learned from 10 documents: what fewer than 90% of them have is not required.\n" in text
    assert "  - title: Summary # in 10 of 10 documents\n" in text
    assert "  Author: {required: true} # in 10 of 10 documents\n" in text
    rules = parse_rule_set(text)
    assert rules.sections == parse_rule_set(write(derive(TEMPLATE, "rfc-template.md"))).sections
    assert lint(bind(parse_document(DOCUMENT), rules)) == ()


def test_code_without_a_language_is_a_warning_where_documents_have_it() -> None:
    bare = DOCUMENT.replace("Two of them.\n", "Two of them.\n\n```\nimport queue\nqueue.Queue(2)\n```\n")
    assert "code-language" not in yaml_of(mixed(bare, 1))
    assert (
        "checks:\n  # In 3 of 10 documents there is code that names no language.\n  code-language: warning\n"
        in yaml_of(mixed(bare, 3))
    )


def test_what_one_in_ten_lacks_is_required() -> None:
    without = DOCUMENT.replace("## Drawbacks\n\nMore queues.\n", "")
    assert "  - title: Drawbacks # in 9 of 10 documents\n" in yaml_of(mixed(without, 1))
    assert "  - title: Drawbacks # in 8 of 10 documents\n    required: false\n" in yaml_of(mixed(without, 2))


def test_sections_are_counted_where_the_one_around_them_is() -> None:
    without = DOCUMENT.replace(
        "## Design\n\nTwo of them.\n\n### Interfaces\n\nNone.\n\n### Costs\n\n**Money:** none\n\n", ""
    )
    text = yaml_of(mixed(without, 5))
    assert "  - title: Design # in 5 of 10 documents\n    required: false\n" in text
    assert "      - title: Interfaces # in 5 of 5 documents\n" in text


def test_a_heading_about_the_same_in_the_place_of_a_missing_one_is_an_alias() -> None:
    other = DOCUMENT.replace("## Rationale and alternatives", "## Alternatives")
    assert (
        "  - title: Rationale and alternatives # in 10 of 10 documents\n    aliases: [Alternatives]\n"
        in yaml_of(mixed(other, 4))
    )
    assert "aliases" not in yaml_of(mixed(other, 2)), "two documents prove nothing"


def test_a_heading_about_something_else_is_proposed() -> None:
    other = DOCUMENT.replace("## Rationale and alternatives", "## Prior art")
    text = yaml_of(mixed(other, 4))
    assert "aliases" not in text
    assert text.rstrip().endswith("# - title: Prior art # not in the template: in 4 of 10 documents")
    assert "  - title: Rationale and alternatives # in 6 of 10 documents\n    required: false\n" in text


def test_the_order_is_that_of_most_documents() -> None:
    rollout = "## Rollout\n\n- [x] Shorten it\n\n"
    turned = DOCUMENT.replace(rollout, "").replace("## Rationale", f"{rollout}## Rationale")
    rules = parse_rule_set(yaml_of(mixed(turned, 9)))
    assert [rule.title for rule in rules.sections][2:4] == ["Rollout", "Rationale and alternatives"]
    undecided = yaml_of(mixed(turned, 5))
    assert undecided.endswith(
        "  # Documents have their chapters in different orders.\n  section-order: warning\n"
    )
    assert parse_rule_set(undecided).sections[2].title == "Rationale and alternatives"


def test_subsections_without_an_order() -> None:
    costs = "### Costs\n\n**Money:** none\n\n"
    turned = DOCUMENT.replace(costs, "").replace("### Interfaces", f"{costs}### Interfaces")
    assert "    any_order: true\n" in yaml_of(mixed(turned, 4))


def test_fields() -> None:
    text = yaml_of(mixed(DOCUMENT.replace("**Author:** Ada\n", ""), 3))
    assert "  Author: {required: false} # in 7 of 10 documents\n" in text
    text = yaml_of(mixed(DOCUMENT.replace("**Kind:** Fix", "**Kind:** Chore (small)"), 3))
    assert "  Kind: {required: true, one_of: [Fix, Feature, Chore]} # in 10 of 10 documents; " in text
    assert "; documents also have Chore\n" in text
    text = yaml_of(mixed(DOCUMENT.replace("2025-03-01", "last spring"), 2))
    assert (
        "  Updated: {required: true} # in 10 of 10 documents; 2 values of another form than the template's\n"
        in text
    )
    text = yaml_of(f"---\nrfc: {n}\n---\n{DOCUMENT}" for n in range(4))
    assert "  # rfc: {required: true} # not in the template: in 4 of 4 documents\n" in text


def test_labels_and_boxes() -> None:
    text = yaml_of(mixed(DOCUMENT.replace("**Money:** none", "It costs nothing."), 3))
    assert "- {name: Money, required: false} # 7 of 10 such sections have it\n" in text
    text = yaml_of(mixed(DOCUMENT.replace("- [x] Shorten", "- Shorten"), 3))
    assert "checklist: true\n" not in text
    assert "  # With boxes in 7 of 10 documents: `checklist: true` would ask for them.\n" in text


def test_text_of_the_template_that_documents_keep_may_stay() -> None:
    legend = "Marked parts are confidential"
    template = TEMPLATE.replace("## Drawbacks\n", f"## Drawbacks\n\n- {legend}\n")
    kept = DOCUMENT.replace("More queues.", f"- {legend}\n\nMore queues.")
    assert f"placeholders:\n  allow:\n    - {legend}\n" in yaml_of(mixed(kept, 5), template)
    assert legend not in yaml_of(mixed(kept, 1), template)


def test_documents_of_another_template_are_left_out() -> None:
    stranger = "# Notes\n\n## Agenda\n\nTalk.\n"
    result = learned([DOCUMENT, stranger, DOCUMENT])
    assert result.documents == 2
    assert result.left_out == ("2.md",)


def test_of_strangers_alone_nothing_is_learned() -> None:
    result = learned(["# Notes\n\n## Agenda\n\nTalk.\n"])
    assert result.documents == 0
    assert result.draft == derive(TEMPLATE, "rfc-template.md")


@settings(max_examples=60)
@given(st.lists(st.lists(st.integers(0, DOCUMENT.count("\n") - 1), max_size=8), min_size=1, max_size=6))
def test_what_is_required_is_what_documents_have(gone: list[list[int]]) -> None:
    """Of documents from which lines were taken away."""
    lines = DOCUMENT.splitlines(keepends=True)
    documents = ["".join(line for i, line in enumerate(lines) if i not in cut) for cut in gone]
    result = learned(documents)
    rules = parse_rule_set(write(result.draft), skeleton=TEMPLATE)
    bindings = [
        bind(parse_document(text), rules)
        for n, text in enumerate(documents, 1)
        if f"{n}.md" not in result.left_out
    ]
    for rule in rules.sections if bindings else ():
        lacking = sum(any(missing.rule == rule for missing in binding.missing) for binding in bindings)
        assert lacking <= 0.1 * len(bindings)


def test_what_is_learned_does_not_depend_on_how_texts_are_hashed(tmp_path: Path) -> None:
    (tmp_path / "template.md").write_text("# Note\n\n## Reason\n\n[Why]\n\n## Result\n\n[What]\n")
    others = "".join(f"## Other {letter}\n\nText of {letter}.\n\n" for letter in "gbfaecd")
    matter = "".join(f"key-{letter}: 1\n" for letter in "gbfaecd")
    for n in range(4):
        text = f"---\n{matter}---\n# Note {n}\n\n## Reason\n\nSlow.\n\n{others}## Result\n\nFast.\n"
        (tmp_path / f"{n}.md").write_text(text)
    outputs = {
        subprocess.run(
            [sys.executable, "-m", "speclint", "derive", "template.md", "--learn", "."], cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "SPECLINT_CACHE_DIR": str(tmp_path / "c")},
            capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2", "3", "4")
    }  # fmt: skip
    assert len(outputs) == 1


TRIED = """\
# {Name}

## Summary

<!-- What it is. -->

## Work Plan

### Trial Plan

<!-- What is tried before. -->

## References

<!-- Where more stands. -->
"""


def test_a_title_of_the_rule_set_is_no_alias_of_another_section() -> None:
    """What nearly all have in another place is not in the wrong one."""
    moved = "# Paper\n\n## Summary\n\nCards.\n\n## Trial Plan\n\nTen cards.\n\n## References\n\nNone.\n"
    placed = moved.replace("## Trial Plan", "## Work Plan\n\n### Trial Plan")
    rules = parse_rule_set(yaml_of([moved] * 9 + [placed] * 4, TRIED))
    assert rules.sections[1].title == "Work Plan"
    assert rules.sections[1].aliases == ()
    for text in (moved, placed):
        assert lint(bind(parse_document(text), rules)) == ()


def test_what_more_than_a_tenth_fail_is_a_warning_or_named() -> None:
    deeper = DOCUMENT.replace("## Rollout", "#### Rollout")
    unfilled = DOCUMENT.replace("Two of them.", "TBD")
    text = yaml_of([deeper, deeper, unfilled, unfilled, *[DOCUMENT] * 6])
    assert "# Errors in more than a tenth of them: placeholder in 2.\n" in text
    assert text.endswith("checks:\n  # In 2 of 10 documents.\n  section-level: warning\n")
    text = yaml_of([deeper, unfilled, *[DOCUMENT] * 8])
    assert "Errors in" not in text
    assert "checks:" not in text


def test_a_field_that_most_leave_empty_is_not_owed() -> None:
    template = "---\ntitle: <title>\nhelpers: <who else>\n---\n\n# T\n\n## Summary\n\n## Costs\n"
    empty = "---\ntitle: Cards\nhelpers: []\n---\n\n# T\n\n## Summary\n\nOne.\n\n## Costs\n\nNone.\n"
    text = yaml_of(mixed(empty.replace("[]", "[Ada]"), 2, text=empty), template)
    assert "  helpers: {required: false} # in 2 of 10 documents\n" in text


def test_the_name_that_documents_give_a_field_is_its_name() -> None:
    template = "---\ntitle: <title>\nday closed: <who>\n---\n\n# T\n\n## Summary\n\n## Costs\n"
    text = (
        "---\ntitle: A\nclosed day: Ada\nmotto: None\n---\n\n# T\n\n## Summary\n\nOne.\n\n## Costs\n\nNone.\n"
    )
    fields = yaml_of(mixed(text.replace("closed day", "day closed"), 2, text=text), template)
    assert "  closed day: {required: true, aliases: [day closed]} # in 10 of 10 documents\n" in fields
    kept = yaml_of(mixed(text.replace("closed day", "day closed"), 9, text=text), template)
    assert "  day closed: {required: true} # in 9 of 10 documents\n" in kept


class TestTitle:
    """Where most documents do not follow the template, what their titles have in common is the pattern."""

    ODD = "# LIB-Key: Title\n\n## Summary\n\n<!-- In short. -->\n\n## Owner\n\n<!-- Who. -->\n"

    def of(self, *titles: str, template: str = ODD) -> tuple[str, str]:
        """The pattern and the name that are learned from documents with some titles."""
        texts = [f"# {title}\n\n## Summary\n\nIn short.\n\n## Owner\n\nAda.\n" for title in titles]
        documents = ((f"{i}.md", parse_document(text)) for i, text in enumerate(texts))
        draft = learn(derive(template, "t.md"), template, documents).draft
        return draft.title, draft.name

    def test_numbers(self) -> None:
        assert self.of(*(f"LIB-000{n}: Plan {n}" for n in range(5))) == ("LIB-{n}: {name}", "LIB")
        assert self.of(*(f"{n}. Plan" for n in range(5))) == ("{n}. {name}", "T")
        assert self.of(*(f"Library plan #{n} - A" for n in range(5)))[0] == "Library plan #{n} - {name}"

    def test_words(self) -> None:
        assert self.of(*(f"Plan: {name}" for name in ("Ada", "Bo", "Cy 2"))) == ("Plan: {name}", "Plan")

    def test_nothing_in_common(self) -> None:
        assert self.of("Cards", "Plan 7", "Shelves: more", "Doors") == ("", "T")

    def test_the_template_holds(self) -> None:
        kept = "LIB-Key: {name}"
        assert self.of("Cards", "Doors")[0] == kept, "too few to tell"
        followed = ("LIB-Key: Cards", "LIB-Key: Doors", "LIB-3: Shelves", "LIB-4: Lamps")
        assert self.of(*followed)[0] == kept
        assert (
            self.of("A: b", "A: c", "A: d", template=self.ODD.replace("LIB-Key: Title", "[Title]"))[0] == ""
        )

    def test_what_is_learned_is_a_pattern_that_loads(self) -> None:
        for title in ("{x}-1: a", "a {n} 2: b", "x" * 5_000 + "-1: a", "A-1: {name}"):
            learned = self.of(*[title] * 4)[0]
            assert parse_rule_set(f"id: a\ndetect: {{title: '{learned or 'x'}'}}\nsections: [A]\n").title
