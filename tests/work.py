"""What some work costs, told by what other work costs in the same process at the same time."""

from __future__ import annotations

import re
from collections.abc import Callable
from time import process_time

# Plain work of Python and of its matcher, of which every run is alike.
_TEXT = "some words and 12 numbers, again and again " * 200
_WORDS = re.compile(r"\w+")


def units(work: Callable[[], object]) -> float:
    """Return the cost of some work; a unit is what some ten thousand words take to be found and counted."""
    before = _unit()
    start = process_time()
    work()
    spent = process_time() - start
    return spent / max(before, _unit())


def _unit() -> float:
    def once() -> float:
        start = process_time()
        counts: dict[str, int] = {}
        for _ in range(6):
            for word in _WORDS.findall(_TEXT):
                counts[word] = counts.get(word, 0) + 1
        return process_time() - start

    return min(once() for _ in range(3))
