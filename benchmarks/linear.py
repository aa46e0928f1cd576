"""Whether time grows with the text: parses and lints hostile constructs at n, 2n and 4n.

Prints seconds for each size and the ratio of the last two steps; a ratio near 2 is linear. Exits with 1
if a construct that takes long enough to measure grows faster.

    python benchmarks/linear.py
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import perf_counter

from speclint import document
from speclint.inline import scan
from speclint.text import Span

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


def measure(text: str) -> float:
    """Seconds to read a text and look at all of its inline syntax; the better of two runs."""
    best = float("inf")
    for _ in range(2):
        start = perf_counter()
        read = document.read(text)
        scan(read.source, (Span(0, len(text)),))
        best = min(best, perf_counter() - start)
    return best


def main() -> int:
    """Print the table; the number of constructs that grow too fast is the verdict."""
    size = 100_000
    faults = 0
    print(f"{'construct':34}{'n':>8}{'2n':>8}{'4n':>8}  ratio")
    for name, make in CONSTRUCTS.items():
        times = [measure(make(size * factor)) for factor in (1, 2, 4)]
        ratio = times[2] / times[1]
        bad = times[2] > MEASURABLE and ratio > ALLOWED
        faults += bad
        row = "".join(f"{seconds:8.3f}" for seconds in times)
        print(f"{name:34}{row}  {ratio:5.2f}{'  superlinear' if bad else ''}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
