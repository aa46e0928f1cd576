"""Tells which day it is."""

from __future__ import annotations

import time
from datetime import date


def day_of(seconds: float) -> date:
    """The day in UTC, so many seconds after 1970 began.

    Raises `ValueError`, `OverflowError` or `OSError` for one that is in no calendar.
    """
    return date(*time.gmtime(seconds)[:3])
