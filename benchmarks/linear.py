"""Whether time grows with the text: parses and lints hostile constructs at n, 2n and 4n.

The first table is of reading alone, the second of linting with every check and every option turned on, the
others are of the hostile documents of the tests.

Prints seconds for each size and the ratio of the last two steps; a ratio near 2 is linear. Exits with 1
if a construct that takes long enough to measure grows faster.

    python benchmarks/linear.py
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from speclint.binding.matcher import bind
from speclint.binding.surroundings import DocumentLocation
from speclint.checks.registry import CHECKS
from speclint.diagnostics import Span
from speclint.fixes.fix import Unfixable, fix_binding
from speclint.linting.lint import lint_binding
from speclint.linting.settings import Settings
from speclint.markdown import document
from speclint.markdown.inline import scan
from speclint.ruleset.library import parse_rule_set
from speclint.workspace.surroundings import Deriving

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from tests.hostile import markdown

if TYPE_CHECKING:
    from speclint.binding.surroundings import Kind

# Below this many seconds noise is larger than growth.
MEASURABLE = 0.05
# Doubling the text may take this much longer: twice, and room for noise.
ALLOWED = 3.0

CONSTRUCTS: dict[str, Callable[[int], str]] = {
    "blanks within a heading": lambda n: "# a" + " " * n + "b\n",
    "hashes within a heading": lambda n: "# a" + " #" * (n // 2) + "b\n",
    "blank lines": lambda n: "\n" * n,
    "lines of blanks": lambda n: "   \n" * (n // 4),
    "quotes in quotes": lambda n: "> " * (n // 2) + "a\n",
    "quotes in quotes, many lines": lambda n: ("> " * 50 + "a\n") * (n // 102),
    "lists in lists": lambda n: "- " * (n // 2) + "a\n",
    "lists ever deeper": lambda n: "".join("  " * (i % 200) + "- a\n" for i in range(n // 200)),
    "quotes and lists by turns": lambda n: "> - " * (n // 4) + "a\n",
    "items": lambda n: "- a\n" * (n // 4),
    "empty items": lambda n: "-\n" * (n // 2),
    "lazy lines": lambda n: "> a\n" + "b\n" * (n // 2),
    "lines below headings in quotes": lambda n: "> # a\nb\n" * (n // 8),
    "lines below fences in quotes": lambda n: "> ~~~\nb\n" * (n // 8),
    "lines below comments in quotes": lambda n: "> <!--\nb\n" * (n // 9),
    "lines below quotes in quotes": lambda n: "> > # a\n> b\nc\n" * (n // 14),
    "lines below quotes in items": lambda n: "- > # a\nb\n" * (n // 10),
    "code below definitions": lambda n: "[a]: b\n    c\n" * (n // 13),
    "labels over two lines": lambda n: "[a\nb]: c\n" * (n // 9),
    "blank lines below items": lambda n: ("- a\n" + "\n" * (n // 100)) * 100,
    "blank lines below code": lambda n: ("    a\n" + "\n" * (n // 100)) * 100,
    "lines of text": lambda n: "some words of text\n" * (n // 19),
    "one long line": lambda n: "word " * (n // 5) + "\n",
    "unclosed fences": lambda n: "```\n" * (n // 4 | 1),
    "fences of growing length": lambda n: "".join("`" * (3 + i % 60) + "\na\n" for i in range(n // 35)),
    "unclosed comments": lambda n: "<!-- a\n" * (n // 7),
    "unclosed comments in items": lambda n: "- <!-- a\n" * (n // 9),
    "unclosed instructions": lambda n: "a <?b\n" * (n // 6),
    "tags with attributes": lambda n: "<a" + " b" * (n // 2) + "\n",
    "half definitions": lambda n: "[a\n" * (n // 3),
    "definitions": lambda n: "".join(f"[a{i}]: b\n" for i in range(n // 10)),
    "definitions with open titles": lambda n: "[a]: b 'c\n[a]: b \"c\n[a]: b (c\n" * (n // 30),
    "table rows": lambda n: "| a | b |\n| - | - |\n" + "| c | d |\n" * (n // 10),
    "table columns": lambda n: "|" + "a|" * (n // 4) + "\n|" + "-|" * (n // 4) + "\n",
    "headers without tables": lambda n: "a | b\n" * (n // 6),
    "delimiter rows": lambda n: "|-|-|\n" * (n // 6),
    "setext candidates": lambda n: "a\n= =\n" * (n // 6),
    "headings": lambda n: "# a\n" * (n // 4),
    "headings ever deeper": lambda n: "# a\n## a\n### a\n#### a\n##### a\n###### a\n" * (n // 33),
    "labels": lambda n: "**a:** b\n" * (n // 9),
    "labels on a line": lambda n: "**a:** b " * (n // 9) + "\n",
    "bold lines": lambda n: "**a**\n\n" * (n // 7),
    "open brackets": lambda n: "[" * n + "\n",
    "brackets in brackets": lambda n: "[" * (n // 2) + "a" + "]" * (n // 2) + "\n",
    "links without an end": lambda n: "[a](b" * (n // 5) + "\n",
    "backticks of growing length": lambda n: " ".join("`" * (i % 300) for i in range(n // 150)) + "\n",
    "angle brackets": lambda n: "<a " * (n // 3) + "\n",
    "stars": lambda n: "*a **b " * (n // 7) + "\n",
    "front matter": lambda n: "---\n" + "a: b\n" * (n // 5) + "---\n",
    "carriage returns": lambda n: "a\r" * (n // 2),
}

FLAG = "## Rollout\n\n**Flag:** `ff.a`\n\n```js\n"
# Every kind of thing that a check looks at, many times over; linted besides what only the parser minds.
CHECKED: dict[str, Callable[[int], str]] = {
    **CONSTRUCTS,
    "placeholders": lambda n: "[Feature Name] " * (n // 15) + "\n",
    "promises": lambda n: "TODO " * (n // 5) + "\n",
    "blanks to fill": lambda n: "___ " * (n // 4) + "\n",
    "boxes": lambda n: "- [ ] a\n" * (n // 8),
    "malformed boxes": lambda n: "- [] a\n" * (n // 7),
    "coverage": lambda n: "coverage 50% " * (n // 13) + "\n",
    "comments": lambda n: "<!-- a -->\n\n" * (n // 12),
    "the same section": lambda n: "## Requirements\n" * (n // 16),
    "misspelt sections": lambda n: "## Requirementz\n" * (n // 16),
    "misspelt sections, all different": lambda n: "".join(f"## Requiremen{i}\n" for i in range(n // 18)),
    "empty labels": lambda n: "**a:**\n\n" * (n // 8),
    "template cells": lambda n: "| a | b |\n| - | - |\n" + "| [X] | |\n" * (n // 10),
    "template names in code": lambda n: "```\n" + "class [ModelName]:\n" * (n // 19) + "```\n",
    "dates": lambda n: "2025-02-30 " * (n // 11) + "\n",
    "accidental headings": lambda n: "a\n-\n" * (n // 4),
    "broken links": lambda n: "".join(f"[a](b{i}.md) " for i in range(n // 14)) + "\n",
    "links up and down": lambda n: "[a](" + "../a/" * (n // 6) + ")\n",
    "broken anchors": lambda n: "".join(f"[a](#b{i}) " for i in range(n // 12)) + "\n",
    "anchors of equal headings": lambda n: "# a\n" * (n // 12) + "[a](#a-7)\n" * (n // 24),
    "anchors that collide": lambda n: "".join(f"# a-{i % 9}\n# a\n" for i in range(n // 10)),
    "anchors nearly right": lambda n: "".join(f"# abcdefg{i}\n[a](#abcdefh{i})\n" for i in range(n // 36)),
    "images in tags": lambda n: '<img src="a.png"> ' * (n // 18) + "\n",
    "at-paths": lambda n: "@docs/a/b.md " * (n // 13) + "\n",
    "ats": lambda n: "@a/" * (n // 3) + "\n",
    "undefined references": lambda n: "[a][b] " * (n // 7) + "\n",
    "footnotes": lambda n: "a[^b] " * (n // 6) + "\n",
    "paths": lambda n: "## Files\n\n" + "- `src/a/b.py` - c\n" * (n // 20),
    "long paths": lambda n: "## Files\n\n- `" + "a/" * (n // 2) + "b.py`\n",
    "bare code": lambda n: "```\nimport a\n```\n\n" * (n // 19),
    "empty code": lambda n: "```python\n```\n\n" * (n // 15),
    "swallowed sections": lambda n: "```python\na\n ````\n" + "## Requirements\n\n" * (n // 17),
    "fences nearly closed": lambda n: "```python\n    ```\n" * (n // 18),
    "fences by turns": lambda n: "```python\na\n```x\n## B\n" * (n // 21),
    "bad JSON": lambda n: "```json\n" + "[" * n + "\n```\n",
    "bad JSON, many": lambda n: '```json\n{"a": }\n```\n\n' * (n // 22),
    "JSON, one after another": lambda n: "```json\n" + '{"a": 1}\n\n' * (n // 10) + "```\n",
    "bad YAML": lambda n: "```yaml\n" + "[" * n + "\n```\n",
    "YAML ever deeper": lambda n: (
        "```yaml\n" + "".join(" " * i + "a:\n" for i in range(int((2 * n) ** 0.5))) + "```\n"
    ),
    "bad TOML": lambda n: "```toml\n" + "a = 1\n" * (n // 6) + "```\n",
    "bad Python": lambda n: "```python\n" + "(" * n + "\n```\n",
    "bad Python, many": lambda n: "```python\ndef (:\n```\n\n" * (n // 23),
    "equal ids": lambda n: "## Requirements\n\n" + "### R1: a\n" * (n // 10),
    "ids with gaps": lambda n: "## Requirements\n\n" + "".join(f"### R{2 * i}: a\n" for i in range(n // 13)),
    "numbered items": lambda n: "## Files\n\n" + "".join(f"- Metric {3 * i}: a\n" for i in range(n // 18)),
    "a changelog that rises": lambda n: "## Changes\n\n" + "".join(f"### 1.{i}\n" for i in range(n // 11)),
    "a changelog by turns": lambda n: "## Changes\n\n" + "### 1.1 (2025-02-30)\n### 1.2\n" * (n // 30),
    "a rollout": lambda n: "## Rollout\n\n" + "- Day 1: 5%\n- Day 2: 4%\n" * (n // 24),
    "a rollout on a line": lambda n: "## Rollout\n\n" + "5% -> " * (n // 6) + "\n",
    "dates that fall": lambda n: "## Dates\n\n" + "- 2025-02-02: a\n- 2025-02-01: b\n" * (n // 34),
    "budgets": lambda n: "45ms (budget: 30ms) " * (n // 20) + "\n",
    "budgets, no figures": lambda n: "budget " * (n // 7) + "\n",
    "figures, no budget": lambda n: "45ms " * (n // 5) + "(budget: 30ms)\n",
    "flags": lambda n: FLAG + "f(flag='ff.b');\n" * (n // 16) + "```\n",
    "flags in one line": lambda n: FLAG + "flag='ff.b';" * (n // 12) + "\n```\n",
    "forbidden words": lambda n: "whilst " * (n // 7) + "\n",
    "forbidden types": lambda n: "## Code\n\n```ts\n" + "a: any; // any\n" * (n // 15) + "```\n",
    "open strings": lambda n: "## Code\n\n```ts\n" + "`${'" * (n // 4) + "\n```\n",
    "open comments": lambda n: "## Code\n\n```ts\n" + "/* a\n" * (n // 5) + "```\n",
}  # fmt: skip

RULES = parse_rule_set("""
fields: {Created: {type: date}, Updated: {type: date, not_before: Created}}
sections:
  - title: Requirements
    sections: [{title: "R{n}: {name}", repeat: {min: 0}, labels: [{name: Target, type: quantity}]}]
  - {title: Files, paths: true, ids: "Metric {n}", code: false}
  - {title: Changes, changelog: true}
  - {title: Rollout, rollout: true, labels: [{name: Flag, used_as: [flag, key]}]}
  - {title: Dates, dates: rising}
  - {title: Code, code: [ts], forbidden: [{pattern: '\\bany\\b', language: ts}]}
  - {title: Tests, coverage: 80, checklist: true}
forbidden: [{pattern: whilst}]
""")


class Nothing(Deriving):
    """A repository in which no file is."""

    def kind(self, path: str) -> Kind | None:
        """Nothing."""
        return None

    def read(self, path: str) -> str | None:
        """Nothing."""
        return None


def lint_all(text: str) -> None:
    """Lints a text with every check."""
    binding = bind(document.parse_document(text), RULES, location=DocumentLocation(Nothing(), "docs/a.md"))
    lint_binding(binding, Settings(select=tuple(check.id for check in CHECKS)))


def mend_all(text: str) -> None:
    """Mends a text; one of which too much would be lost is left, in no more time."""
    with suppress(Unfixable):
        fix_binding(bind(document.parse_document(text), RULES))


def read_all(text: str) -> None:
    """Reads a text and looks at all of its inline syntax."""
    read = document.parse_document(text)
    scan(read.source, (Span(0, len(text)),))


def measure(run: Callable[[str], None], text: str) -> float:
    """Seconds that a function takes with a text; the better of two runs."""
    best = float("inf")
    for _ in range(2):
        start = perf_counter()
        run(text)
        best = min(best, perf_counter() - start)
    return best


def main() -> int:
    """Prints both tables; the verdict is whether anything grows too fast."""
    faults = table("read", read_all, CONSTRUCTS, 100_000) + table("linted", lint_all, CHECKED, 25_000)
    faults += table("hostile, linted", lint_all, markdown.CASES, 25_000)
    faults += table("hostile, mended", mend_all, markdown.CASES, 25_000)
    return 1 if faults else 0


def table(
    verb: str, run: Callable[[str], None], constructs: Mapping[str, Callable[[int], str]], n: int
) -> int:
    """Prints what a function takes for every construct; gives the number of those that grow too fast."""
    faults = 0
    print(f"{verb + f', n = {n:,}':34}{'n':>8}{'2n':>8}{'4n':>8}  ratio")
    for name, make in constructs.items():
        times = [measure(run, make(n * factor)) for factor in (1, 2, 4)]
        ratio = times[2] / times[1]
        bad = times[2] > MEASURABLE and ratio > ALLOWED
        faults += bad
        row = "".join(f"{seconds:8.3f}" for seconds in times)
        print(f"{name:34}{row}  {ratio:5.2f}{'  superlinear' if bad else ''}", flush=True)
    return faults


if __name__ == "__main__":
    sys.exit(main())
