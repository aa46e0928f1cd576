"""Markdown that parsers fall over: by name, a text of about so many characters.

The kinds are those that parsers have fallen over: marks that open and never close, what closes in the
wrong order, nesting without end, what looks like a definition, a table, a tag; and what specifications hold
besides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

Maker = Callable[[int], str]


def repeated(unit: str, around: tuple[str, str] = ("", "\n")) -> Maker:
    """A unit over and over, with something before and after it."""
    return lambda n: around[0] + unit * (n // len(unit)) + around[1]


def numbered(unit: str, around: tuple[str, str] = ("", "\n")) -> Maker:
    """A unit over and over, each with a number of its own in the place of `{}`."""
    return lambda n: (
        around[0] + "".join(unit.replace("{}", str(i)) for i in range(n // (len(unit) + 2))) + around[1]
    )


def nested(before: str, after: str, middle: str = "a") -> Maker:
    """Something around itself as deep as it goes."""
    return lambda n: before * (n // (2 * len(before))) + middle + after * (n // (2 * len(after))) + "\n"


def staircase(line: str, step: str = " ", wrap: int = 300) -> Maker:
    """Lines each deeper than the one above."""

    def make(n: int) -> str:
        lines: list[str] = []
        left = n
        while left > 0:
            lines.append(step * (len(lines) % wrap) + line)
            left -= len(lines[-1]) + 1
        return "\n".join(lines) + "\n"

    return make


def noise(letters: str, seed: int) -> Maker:
    """Marks by chance, the same each time."""
    return lambda n: "".join(Random(seed).choices(letters, k=n)) + "\n"


INLINE: Mapping[str, Maker] = {
    "strong in strong": nested("*a **a ", " a** a*"),
    "stars that never close": repeated("a **a "),
    "stars that never open": repeated("a** "),
    "stars and underscores by turns": repeated("*a_ "),
    "closers of the other kind": repeated("**x* "),
    "three and two and one": repeated("***a** b* "),
    "only stars": repeated("*"),
    "only underscores": repeated("_"),
    "tildes by turns": repeated("~~a~ "),
    "brackets that never close": repeated("[a "),
    "brackets that never open": repeated("a] "),
    "brackets and stars that do not match": repeated("*a] [b_ "),
    "brackets in brackets": nested("[", "]"),
    "link in link": nested("[a](", ")"),
    "image in image": nested("![a](", ")"),
    "open links": repeated("[a](b"),
    "open links with titles": repeated('[a](b "c '),
    "open links in angles": repeated("[a](<b"),
    "open links after a bracket": repeated("[ (]("),
    "parentheses in targets": nested("[a](b(", "))"),
    "backslashes in targets": repeated("\\(", ("[a](", ")\n")),
    "backticks that grow": lambda n: "".join("e" + "`" * i for i in range(int((2 * n) ** 0.5))) + "\n",
    "backticks that shrink": lambda n: "".join("`" * i + " " for i in range(int((2 * n) ** 0.5), 0, -1)),
    "one backtick and many": repeated("`", ("`a", "a\n")),
    "open angles": repeated("<"),
    "open tags with quotes": repeated("<a b='"),
    "open tags with comments": repeated("<a <!-- "),
    "open declarations": repeated("<!A "),
    "open instructions": repeated("<?a "),
    "open CDATA": repeated("<![CDATA[ "),
    "comments in comments": repeated("<!-- a <!-- ", ("a ", "\n")),
    "comment ends without a beginning": repeated("--> "),
    "dashes in a comment": repeated("-", ("<!", ">\n")),
    "autolinks that are none": repeated("<http://a "),
    "mail addresses that are none": repeated("a@", ("<", ">\n")),
    "entities without an end": repeated("&amp"),
    "numeric entities": repeated("&#99999999;"),
    "entities of one": repeated("&#"),
    "backslashes": repeated("\\"),
    "hard breaks": repeated("a\\\n"),
    "blanks before a line end": lambda n: ("a" + " " * 200 + "\n") * (n // 202),
    "NUL": repeated("abc\0de\0", ("# a\0b\n\n", "\n")),
    "footnotes of themselves": numbered("[^{}]: [^{}] "),
    "bad references": numbered("[a][{}] [b{}][] "),
    "noise of marks": noise("*_`[]()<>!&\\ ab\n", 1),
    "noise of brackets": noise("[]()![]a\n", 2),
}

BLOCK: Mapping[str, Maker] = {
    "quotes without end": repeated(">"),
    "lists without end": repeated("- "),
    "numbered lists without end": repeated("1. "),
    "lists of all kinds without end": repeated("* + - 1. > "),
    "a list in steps": staircase("- a", "  "),
    "a quote in steps": staircase("> a", ">"),
    "code in steps": staircase("a", " "),
    "a list that comes back": staircase("- a\n\n  b", " ", 60),
    "lazy lines of deep quotes": lambda n: ">" * 300 + " a\n" + "b\n" * (n // 2),
    "empty lines in deep lists": lambda n: "- " * 200 + "a" + "\n\n" * (n // 2) + "b\n",
    "setext lines": repeated("a\n=\n"),
    "setext lines without a text": repeated("===\n\n"),
    "dashes": repeated("- - - "),
    "fences of all lengths": lambda n: "".join("`" * (3 + i % 500) + "a\n" for i in range(n // 255)),
    "fences with long words": lambda n: "```" + "a" * n + "\n",
    "fences by turns": repeated("```\n~~~\n"),
    "fences in lists": repeated("- ```\n  a\n"),
    "fences in quotes that end": repeated("> ```\na\n"),
    "definitions of everything": numbered("[{}]: /a 'b'\n"),
    "definitions with long names": lambda n: "[" + "a" * (n // 2) + "]: b\n[" + "a" * (n // 2) + "]\n",
    "the same definition": repeated("[a]: b\n"),
    "definitions that go on": repeated("[a]:\n"),
    "definitions with open titles": repeated('[a]: b "c\n'),
    "tables in rows": repeated("|a|b|\n", ("|a|b|\n|-|-|\n", "")),
    "tables in columns": lambda n: "|a" * (n // 5) + "\n" + "|-" * (n // 5) + "\n" + "|b" * (n // 10) + "\n",
    "heads without tables": repeated("|a\n-|\n"),
    "bars": repeated("|"),
    "escaped bars": repeated("\\|", ("|a|\n|-|\n|", "|\n")),
    "HTML blocks of every kind": repeated("<div>\n<script>\n<!-- -->\n<?a?>\n<!A>\n"),
    "HTML that never ends": repeated("<script>\na\n"),
    "details in details": repeated("<details>\n\n"),
    "quotes with HTML": repeated("> <details>\na\n"),
    "comments that swallow": repeated("<!-->\n## a\n"),
    "headings of closing marks": lambda n: "# " + "# " * (n // 2) + "\n",
    "headings of blanks": lambda n: "# a" + " " * n + "#\n",
    "headings with tabs": repeated("#\ta\t#\n"),
    "headings too deep": lambda n: "#" * n + " a\n",
    "blank lines": repeated("\n"),
    "lines of tabs": repeated("\t\t\t\n"),
    "lines of blanks": repeated("     \n"),
    "front matter of brackets": lambda n: "---\na: " + "[" * n + "\n---\n# a\n",
    "front matter that never ends": repeated("a: b\n", ("---\n", "")),
    "front matter of aliases": numbered("a{}: &a{} [*a, *a]\n", ("---\n", "---\n")),
    "rules of front matter": repeated("---\n"),
    "form feeds": repeated("a\f\v\x1c\x85\u2028"),
    "noise of blocks": noise("#-=>`~|:[]<!1.) \t\na", 3),
    "noise of line ends": noise("\r\n \t-#a", 4),
}  # fmt: skip

SPECIFICATION: Mapping[str, Maker] = {
    "headings, all the same": repeated("## Requirements\n"),
    "headings, nearly right": numbered("## Requirementz {}\n"),
    "headings of patterns": numbered("### R{}: R{}: R{}\n", ("## Requirements\n\n", "")),
    "headings in every order": numbered("## Tests\n\n## Changes\n\n# {}\n\n"),
    "levels up and down": repeated("###### a\n# b\n##### c\n## d\n"),
    "long heading": lambda n: "## " + "Requirements " * (n // 13) + "\n",
    "labels": repeated("**Target:** "),
    "labels of labels": repeated("**a: **b:** "),
    "fields": numbered("**Created{}:** 2025-02-30\n", ("# a\n\n", "")),
    "field table": numbered("| Created | {} |\n", ("# a\n\n| a | b |\n|-|-|\n", "")),
    "boxes of every kind": repeated("- [ ] a\n- [x]b\n- [] c\n- [X ] d\n- [✓] e\n"),
    "boxes in boxes": repeated("- [ ] "),
    "placeholders": repeated("[Name] {name} <name> TODO ___ YYYY-MM-DD "),
    "placeholders in placeholders": nested("[Name {", "}]"),
    "versions": numbered("### 1.{}.{} - 2025-01-01\n", ("## Changes\n\n", "")),
    "numbers beyond counting": lambda n: "### R" + "9" * n + ": a\n",
    "numbers beyond counting, many": lambda n: (
        "## Requirements\n\n" + ("### R" + "9" * 5_000 + ": a\n") * (n // 5_010)
    ),
    "percentages": repeated("coverage of 1% 99% >= 80% ", ("## Tests\n\n", "\n")),
    "percentages without end": lambda n: "## Tests\n\ncoverage: " + "9" * n + "%\n",
    "links up": lambda n: "[a](" + "../" * (n // 3) + "b.md)\n",
    "links of escapes": lambda n: "[a](" + "%2e%2e%2f" * (n // 9) + ")\n",
    "anchors": numbered("## a{}\n\n[b](#a{}-1)\n"),
    "paths": numbered("- `src/{}/a.py`\n", ("## Files\n\n", "")),
    "suppressions": repeated("<!-- speclint-disable placeholder: a -->\n"),
    "suppressions of nothing": numbered("<!-- speclint-disable-next-line check{}: a -->\n"),
    "suppressions that never end": repeated("<!-- speclint-disable "),
    "steps of a rollout": repeated("- 5% -> 4% after 1 day\n", ("## Rollout\n\n", "")),
    "code of brackets": lambda n: "```json\n" + "[" * n + "\n```\n",
    "Python of brackets": lambda n: "```python\n" + "(" * n + "\n```\n",
    "Python of minuses": lambda n: "```python\nx = " + "-" * n + "1\n```\n",
    "Python of dots": lambda n: "```python\nx" + ".a" * (n // 2) + "\n```\n",
    "TOML of dots": lambda n: "```toml\n" + "a." * (n // 2) + "b = 1\n```\n",
    "TOML of brackets": lambda n: "```toml\na = " + "[" * n + "\n```\n",
    "YAML of aliases": numbered("a{}: &a{} [*a, *a]\n", ("```yaml\na: &a b\n", "```\n")),
    "YAML of numbers": lambda n: "```yaml\na: " + "9" * n + "\n```\n",
    "JSON of numbers": lambda n: "```json\n" + "9" * n + "\n```\n",
    "JSON of escapes": lambda n: '```json\n"' + "\\ud800" * (n // 6) + '"\n```\n',
}  # fmt: skip

# What one expression might read again from every place in it. No line of Python shows that, so these are
# asked for at a size at which it would take longer than there is time.
LONG: Mapping[str, Maker] = {
    "comments that open": repeated("<!-- ", ("## Files\n\n", "\n")),
    "comments that open, a line each": repeated("<!--\n\n", ("## Files\n\n", "\n")),
    "comments that open in a text": repeated("a <!-- ", ("## Files\n\n", "\n")),
    "comments that open in a heading": repeated("- <!-- ", ("# ", "\n\n## Files\n")),
    "comments in a heading": repeated("- <!-- a -->", ("## ", " a\n")),
    "a word of letters": repeated("a", ("## Files\n\n", "\n")),
    "a word of underscores": repeated("a_", ("## Files\n\n", "\n")),
    "a word of News": repeated("New", ("## Files\n\n", "\n")),
    "blanks in a heading": repeated(" ", ("## a", "b\n")),
    "blanks in a heading, behind a bracket": repeated(" ", ("## a (please", "b)\n")),
    "marks in a heading": repeated("*", ("## ", "a\n")),
    "digits in a heading": repeated("1", ("## Requirements\n\n### R", ": a\n")),
    "blanks in a label": repeated(" ", ("## Files\n\n**a", "b:** c\n")),
    "blanks in a value": repeated(" ", ("# a\n\n**Created:** a", "b\n")),
    "blanks in a box": repeated(" ", ("## Tests\n\n- [ ] coverage", "b\n")),
    "blanks in front matter": repeated(" ", ("---\nCreated: a", "b\n---\n# a\n")),
    "blanks in front matter, to be filled": repeated(" ", ("---\nCreated: <a", "b>\n---\n# a\n")),
    "blanks in a line of code": repeated(" ", ("## Code\n\n```\na", "b\n```\n")),
    "blanks in a step": repeated(" ", ("## Rollout\n\n- 5%", "b\n")),
    "underscores beside coverage": repeated("_", ("## Tests\n\ncoverage of ", "b\n")),
    "dashes in a block": repeated("-", ("## Code\n\n```\n", "\n```\n")),
    "equals signs beside steps": repeated("=", ("## Rollout\n\n5% 10% ", "\n")),
    "slashes in a path": repeated("/", ("## Files\n\n- `a", "b`: coverage 5%\n")),
}  # fmt: skip

CASES: Mapping[str, Maker] = {**INLINE, **BLOCK, **SPECIFICATION}

# Asks of a document everything that can be asked.
RULES = """\
id: all
fields: {Status: {required: false}, Created: {type: date}, Updated: {type: date, not_before: Created}}
stages: {order: [draft, final], field: Status, values: {Draft: draft, Final: final}}
sections:
  - title: Requirements
    sections: [{title: "R{n}: {name}", repeat: {min: 1}, labels: [{name: Target, type: quantity}]}]
  - {title: Files, paths: true, ids: "Metric {n}", code: false}
  - {title: Changes, changelog: true}
  - {title: Rollout, rollout: true, labels: [{name: Flag, used_as: [flag, key]}]}
  - {title: Dates, dates: rising}
  - {title: Code, code: [ts], forbidden: [{pattern: 'any+', language: ts}]}
  - {title: Tests, coverage: 80, checklist: {complete_from: draft}}
forbidden: [{pattern: 'whil[s]t'}]
checks: {unknown-section: warning}
"""
