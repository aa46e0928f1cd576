"""Tables in templates: which of them documents owe, with which columns and values."""

from __future__ import annotations

import pytest

import speclint
from speclint.authoring.derive import derive
from speclint.authoring.learn import learn
from speclint.authoring.ruleset_draft import write
from speclint.markdown.document import parse_document
from speclint.ruleset.library import parse_rule_set
from speclint.ruleset.model import RuleSet, TableRule, ValueRule


def rules_of(below: str) -> RuleSet:
    template = f"# Plan: [Name]\n\n## Part\n\n{below}\n"
    return parse_rule_set(write(derive(template, "plan.md")), skeleton=template)


def shown(column: ValueRule) -> str:
    choices = f" [{'|'.join(column.one_of)}]" if column.one_of else ""
    kind = f" {column.type}" if column.type != "text" else ""
    return f"{column.name}{kind}{choices}{'' if column.required else ' ?'}"


def outline(table: TableRule) -> str:
    return f"{', '.join(map(shown, table.columns))}{'' if table.required else ' (optional)'}"


TABLES = {
    "rows with open places": (
        "| Risk | Answer |\n| --- | --- |\n| [risk] | [what is done] |",
        ["Risk, Answer"],
    ),
    "no pipes at the ends, emphasis and code": (
        "**Risk** | `Answer`\n--- | ---\n[risk] | [what is done]",
        ["Risk, Answer"],
    ),
    "no rows": ("| Risk | Answer |\n| --- | --- |", ["Risk, Answer ?"]),
    "blank rows": ("| Risk | Answer | Owner |\n| --- | --- | --- |\n| | | |", ["Risk, Answer ?, Owner ?"]),
    "rows with their names only": (
        "| Layer | Choice | Notes |\n| --- | --- | --- |\n| Client | | |\n| Server | <!-- which? --> | |",
        ["Layer, Choice, Notes ?"],
    ),
    "rows with their names, and notes only": (
        "| Name | Notes |\n| --- | --- |\n| Client | |",
        ["Name, Notes"],
    ),
    "a column that is partly blank": (
        "| Risk | Answer | Owner |\n| --- | --- | --- |\n| [risk] | [answer] | [name] |\n"
        "| [risk] | [answer] | |",
        ["Risk, Answer, Owner ?"],
    ),
    "optional columns": (
        "| Risk | Owner (optional) | Link |\n| --- | --- | --- |\n| [risk] | [name] | [link, if any] |",
        ["Risk, Owner ?, Link ?"],
    ),
    "choices": (
        "| ID | Priority | Impact | State | Kind |\n| --- | --- | --- | --- | --- |\n"
        "| [id] | P0/P1/P2 | Low/Med/High | PASS / FAIL / N/A | [Fix \\| Feature] |\n"
        "| [id] | P1 | ... | PASS / FAIL / N/A | Fix \\| Feature |",
        ["ID, Priority [P0|P1|P2], Impact [Low|Med|High|Medium], State [PASS|FAIL|N/A], Kind [Fix|Feature]"],
    ),
    "no choices": (
        "| Path | Priority | Level | Area |\n| --- | --- | --- | --- |\n"
        "| [a/b/c] | P0/P1 | H/M/L | Client/Server |\n| [a] | Urgent | H/M/L | Client |",
        ["Path, Priority, Level, Area"],
    ),
    "dates": (
        "| Step | Due | Since |\n| --- | --- | --- |\n| [step] | YYYY-MM-DD | 2024-01-01 |",
        ["Step, Due date, Since"],
    ),
    "names that the author gives": (
        "| Criterion | Weight | [Option A] | Option 2 | ... |\n| --- | --- | --- | --- | --- |\n"
        "| [c] | [w] | | | |",
        ["Criterion, Weight"],
    ),
    "all names but one are the author's": (
        "| Criterion | [Option A] | Option 2 |\n| --- | --- | --- |\n| [c] | [w] | |",
        [],
    ),
    "a layout without names": ("| | |\n| --- | --- |\n| ![](a.png) | [text] |", []),
    "one column": ("| Risk |\n| --- |\n| [risk] |", []),
    "fields": ("| Field | Value |\n| --- | --- |\n| Owner | [name] |", []),
    "an example": ("For example:\n\n| Risk | Answer |\n| --- | --- |\n| [risk] | [answer] |", []),
    "a table or a list": (
        "Use a table or a list.\n\n| Risk | Answer |\n| --- | --- |\n| [risk] | [answer] |",
        [],
    ),
    "in a list or a quote": (
        "- As a table:\n\n  | Risk | Answer |\n  | --- | --- |\n  | [risk] | [answer] |\n\n"
        "> | Risk | Answer |\n> | --- | --- |\n> | [risk] | [answer] |",
        [],
    ),
    "if there are any": (
        "<!-- If applicable -->\n\n| Risk | Answer |\n| --- | --- |\n| [risk] | [answer] |",
        ["Risk, Answer (optional)"],
    ),
    "a legend": (
        "| Priority | Meaning |\n| --- | --- |\n| P0 | must have |\n| P1 | nice to have |",
        ["Priority, Meaning (optional)"],
    ),
    "boxes and numbered samples are open": (
        "| Gate | Done |\n| --- | --- |\n| Do two people review the design before its work begins? | ☐ |\n\n"
        "| Risk | Answer |\n| --- | --- |\n| Risk 1 | An answer |",
        ["Gate, Done", "Risk, Answer"],
    ),
    "in a label": (
        "**Risks:**\n\n| Risk | Answer |\n| --- | --- |\n| [risk] | [answer] |",
        ["Risk, Answer"],
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_of_a_template(name: str) -> None:
    below, expected = TABLES[name]
    (part,) = rules_of(below).sections
    assert list(map(outline, part.content.tables)) == expected


@pytest.mark.parametrize("name", TABLES)
def test_an_untouched_template_meets_no_table_that_it_owes(name: str) -> None:
    rules = rules_of(TABLES[name][0])
    result = speclint.lint(rules.skeleton, rules)
    assert not [one for one in result.obligations if one.kind == "table" and one.met]


def test_one_of_two_names_is_enough() -> None:
    (part,) = rules_of("| Layer | Choice / Version |\n| --- | --- |\n| Client | [which] |").sections
    assert part.content.tables[0].columns[1] == ValueRule("Choice / Version", ("Choice", "Version"))


def test_a_table_that_some_sections_of_a_kind_lack_is_optional() -> None:
    table = "| Risk | Answer |\n| --- | --- |\n| [risk] | [answer] |\n"
    template = (
        f"# Plan: [Name]\n\n## Step 1\n\n{table}\n## Step 2\n\n{table}\n| A | B |\n| --- | --- |\n| | |\n"
    )
    (part,) = parse_rule_set(write(derive(template, "plan.md")), skeleton=template).sections
    assert list(map(outline, part.content.tables)) == ["Risk, Answer", "A, B ? (optional)"]


def test_many_columns_stand_on_lines_of_their_own() -> None:
    names = [f"A column about the matter {letter}" for letter in "abcdefg"]
    row = f"| {' | '.join(names)} |\n|{' --- |' * 7}\n|{' [x] |' * 7}"
    text = write(derive(f"# T: [Name]\n\n## Part\n\n{row}\n", "plan.md"))
    assert "\n          - A column about the matter b\n" in text


TEMPLATE = """\
# Plan: [Name]

## Risks

| Risk | Priority | Due | Owner |
| --- | --- | --- | --- |
| [risk] | P0/P1 | YYYY-MM-DD | [name] |

## Terms

| Term | Meaning |
| --- | --- |
| [term] | [meaning] |
"""

RISKS = "| Risk | Priority | Due | Owner |\n| --- | --- | --- | --- |\n"
TERMS = "| Term | Meaning |\n| --- | --- |\n| Tray | Forty seeds |\n"


def learned(*documents: tuple[str, str]) -> list[str]:
    texts = [
        (f"{i}.md", parse_document(f"# Plan: Tills\n\n## Risks\n\n{risks}\n## Terms\n\n{terms}\n"))
        for i, (risks, terms) in enumerate(documents)
    ]
    rules = parse_rule_set(
        write(learn(derive(TEMPLATE, "plan.md"), TEMPLATE, texts).draft), skeleton=TEMPLATE
    )
    return [outline(table) for section in rules.sections for table in section.content.tables]


def test_what_all_documents_have_stays() -> None:
    row = "| Rain | P0 | 2025-03-01 | Kim |\n"
    assert learned(*[(RISKS + row * 2, TERMS)] * 4) == [
        "Risk, Priority [P0|P1], Due date, Owner",
        "Term, Meaning",
    ]


def test_what_many_documents_lack_is_not_required() -> None:
    full = RISKS + "| Rain | P0 | 2025-03-01 | Kim |\n"
    holes = full + "| Hail | P1 | 2025-03-01 | |\n"
    assert learned((full, TERMS), (holes, "None.\n"), (holes, "There is none so far.\n"), (holes, TERMS)) == [
        "Risk, Priority [P0|P1], Due date, Owner ?",
        "Term, Meaning (optional)",
    ]


def test_values_that_documents_have_are_choices_or_there_are_none() -> None:
    row = RISKS + "| Rain | P9 | soon | Kim |\n"
    assert learned(*[(row, TERMS)] * 3)[0] == "Risk, Priority [P0|P1|P9], Due, Owner"
    mixed = [(RISKS + f"| Rain | {value} | 2025-03-01 | Kim |\n", TERMS) for value in ("P7", "P8", "P0")]
    assert learned(*mixed)[0] == "Risk, Priority, Due date, Owner"
