"""Days are those of the standard library, and the day of a moment is that in UTC."""

from __future__ import annotations

import datetime
import pickle

import pytest

from speclint.day import date, day_of


def test_a_date_is_that_of_the_standard_library() -> None:
    assert date is datetime.date
    assert pickle.loads(pickle.dumps(date(2024, 2, 29))) == datetime.date(2024, 2, 29)


@pytest.mark.parametrize("seconds", [0, 86_399, 86_400, 951_782_400, 1_767_225_599, -1])
def test_the_day_of_a_moment(seconds: int) -> None:
    assert day_of(seconds) == datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()


@pytest.mark.parametrize("seconds", [10**11 * 4, -(10**11), 10**30])
def test_no_day_beyond_the_calendar(seconds: int) -> None:
    with pytest.raises((ValueError, OverflowError, OSError)):
        day_of(seconds)
