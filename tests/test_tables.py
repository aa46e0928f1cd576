"""Tables: what a reader sees of a cell, and that the work grows with the text and no faster."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import speclint
from speclint.markdown.blocks import Table
from speclint.markdown.document import parse_document, walk
from speclint.markdown.visibility import shows_nothing
from speclint.ruleset.library import parse_rule_set

from .work import grows_evenly, outweighs

RULES = parse_rule_set("""
sections:
  - title: Needs
    tables:
      - columns: [ID, {name: Level, one_of: [P0, P1]}, {name: Due, type: date, required: false}]
        unique: [ID]
      - {columns: [ID, {name: Risk, pattern: '[a-z]+'}], rows: {min: 2}}
""")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "<!-- a -->",
        "<!---->&nbsp;<br>",
        "<br/>",
        "&#x200b;",
        "\ufeff\u2060",
        "<a id='x'></a>",
        "<p\tclass=a>",
    ],
)
def test_a_reader_sees_nothing(text: str) -> None:
    assert shows_nothing(text)


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "-",
        "\\",
        "&amp;",
        "&notathing",
        "<!-- a",
        "<img src=a>",
        "<https://a.example>",
        "<b>x</b>",
        "✅",
        "é",
        "<3",
    ],
)
def test_a_reader_sees_something(text: str) -> None:
    assert not shows_nothing(text)


def test_cells_beyond_the_header_are_kept_apart() -> None:
    text = "| a | b |\n| - | - |\n| 1 | 2 | 3 |4| |\n| 1 |\n| 1 | 2 |\n"
    (table,) = (block for block in walk(parse_document(text).blocks) if isinstance(block, Table))
    assert [text[cell.start : cell.end] for row in table.rows for cell in row] == list("ab12112")
    assert [text[span.start : span.end] for span in table.surplus] == ["3 |4| "]


def document(below: str) -> str:
    return f"# T\n\n## Needs\n\n| ID | Level |\n| --- | --- |\n{below}\n"


BIG: dict[str, Callable[[int], str]] = {
    "rows": lambda n: document("".join(f"| R-{i} | P7 |\n" for i in range(n // 12))),
    "the same row": lambda n: document("| R-1 | P0 |\n" * (n // 12)),
    "short and long rows": lambda n: document("| R-1 |\n| R-1 | P0 | x |\n" * (n // 24)),
    "empty rows": lambda n: document("| <br> | |\n" * (n // 11)),
    "tables": lambda n: document("\n| ID | Level |\n| --- | --- |\n| 1 | P0 |\n" * (n // 40)),
    "other tables": lambda n: "# T\n\n## Needs\n" + "\n| a | b |\n| - | - |\n| 1 | 2 |\n" * (n // 30),
    "subsections": lambda n: document("\n### A\n\n| b |\n| - |\n| 1 |\n" * (n // 25)),
    "no tables": lambda n: "# T\n\n## Needs\n\n" + "| a | b |\n|---|\n" * (n // 16),
}
CELLS = {
    "comments": "<!-- a -->",
    "open comments": "<!-- ",
    "tags": "<br>",
    "open tags": "<a ",
    "entities": "&nbsp;",
    "pipes": "\\|",
    "words": "word ",
}


@pytest.mark.parametrize("name", BIG)
def test_work_grows_with_a_table(name: str) -> None:
    def run(size: int) -> None:
        speclint.lint(BIG[name](size), RULES)

    run(100)  # the first time loads modules and compiles expressions
    assert grows_evenly(run, 4_000)


@pytest.mark.parametrize("name", CELLS)
def test_a_large_cell_is_read_once(name: str) -> None:
    cell = CELLS[name] * (200_000 // len(CELLS[name]))
    assert not outweighs(lambda: shows_nothing(cell), lambda: shows_nothing(" " * 200_000), 200)
