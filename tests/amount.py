"""How much a test does of what could go on for ever: little each time, much in `make soak`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

SOAKING = bool(os.environ.get("SPECLINT_SOAK"))


def some(few: int, many: int) -> int:
    """A number of examples: the smaller one, unless this is a soak."""
    return many if SOAKING else few


def one_of(all: Sequence[T], turn: int) -> Sequence[T]:
    """Return one of several ways, each time by turns another one; in a soak all of them."""
    return all if SOAKING else (all[turn % len(all)],)
