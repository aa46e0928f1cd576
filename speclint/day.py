"""Days: the `date` of `datetime`, without the rest of that module, which takes a millisecond to load."""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date as date
else:
    try:
        from _datetime import date
    except ImportError:  # where it is not written in C
        from datetime import date


def day_of(seconds: float) -> date:
    """The day in UTC, so many seconds after 1970 began.

    Raises `ValueError`, `OverflowError` or `OSError` for one that is in no calendar.
    """
    return date(*time.gmtime(seconds)[:3])
