"""How much work something is: counted in lines of Python, or beside other work at the same moment.

Seconds alone depend on the machine and on what else it does, and no test fails for that.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import process_time
from typing import Any


def steps(run: Callable[[], object]) -> int:
    """Return how many lines of Python something runs through."""
    count = 0

    def line(frame: Any, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(line)
    try:
        run()
    finally:
        sys.settrace(before)
    return count


def grows_evenly(run: Callable[[int], object], size: int) -> bool:
    """Return whether the second doubling of a size costs about twice what the first one does.

    What happens inside one line does not show: that is what `make bench` measures, or `outweighs` compares.
    """
    once, twice, fourfold = (steps(lambda size=size * n: run(size)) for n in (1, 2, 4))  # type: ignore[misc]
    return fourfold - twice <= 2.7 * (twice - once) + 4_000


def outweighs(run: Callable[[], object], reference: Callable[[], object], times: float) -> bool:
    """Return whether something takes more than so many times the processor time of something else.

    Both run by turns, so that what slows the one down slows the other as well; of three tries the best one
    counts. `times` is to be far from what is usual, and what grows with the square of its input far beyond.
    At first, what the reference took the last time is good enough: most need not be looked at any closer.
    """
    if reference in _TAKEN and _seconds(run) <= times * _TAKEN[reference]:
        return False
    for _ in range(3):
        _TAKEN[reference] = _seconds(reference)
        if _seconds(run) <= times * _TAKEN[reference]:
            return False
    return True


_TAKEN: dict[Callable[[], object], float] = {}


def _seconds(run: Callable[[], object]) -> float:
    start = process_time()
    run()
    return process_time() - start
