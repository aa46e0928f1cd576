"""How much a test does of what could go on for ever: little each time, much in `make soak`."""

from __future__ import annotations

import os

SOAKING = bool(os.environ.get("SPECLINT_SOAK"))


def some(few: int, many: int) -> int:
    """A number of examples: the smaller one, unless this is a soak."""
    return many if SOAKING else few
