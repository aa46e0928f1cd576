"""Read days, months and quarters from texts."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from speclint.checks.reading.entries import Entry
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.values import MONTHS, NoSuchDate, NotADate, read_date


class Moment(NamedTuple):
    """The first and the last day that a text may mean, and its place; None for a date in no calendar."""

    days: tuple[date, date] | None
    span: Span


_MARKS = r"[\s*_~`\[(|\"']{0,8}"

# What may precede the date that an entry begins with.
_LEAD = lazy_regex(
    _MARKS
    + r"(?:(?:by|on|until|due|from|since|before|after|around|about|week\s+of|w/c|week\s+commencing|target"
    r"|eta|planned|expected|approx\.?|ca\.?|circa|early|mid|late|(?:the\s+)?(?:start|beginning|middle|end)\s+of)"
    r"\b\.?[:\s~-]{1,3}|[~≈]\s?){0,3}" + _MARKS,
    re.IGNORECASE,
)

_WEEK = lazy_regex(r"(?:week\s+of|w/c|week\s+commencing)\W", re.IGNORECASE)

_MONTH_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)

# Dates without a day.
_ROUGH = lazy_regex(
    r"(?:(?P<year>(?:19|20|21)\d\d)[-/](?P<month>0[1-9]|1[0-2])(?![-/.]?\d)"
    rf"|{_MONTH_NAME}\.?,?\s+(?P<year_2>(?:19|20|21)\d\d)"
    r"|(?P<part>[qh])(?P<nth>[1-4])[\s,/'-]{1,2}(?P<year_3>(?:19|20|21)\d\d)"
    r"|(?P<year_4>(?:19|20|21)\d\d)[\s,/-]{0,2}(?P<part_2>[qh])(?P<nth_2>[1-4]))(?![\w-])",
    re.IGNORECASE,
)

_SEPARATOR = lazy_regex(r"[:：(|,;→]|\s[-–—]{1,2}\s|\b(?:on|by|due|until)\s", re.IGNORECASE)

_CLOSING = lazy_regex(r"[\s)\]*_~`.|\\]*$")

# What stands between the date of a line and its text.
_AFTER = lazy_regex(r"[*_~`\])]{0,4}\s*(?:$|[:：–—|→-]|[*_~`\])])")

_LABEL_END = lazy_regex(r"[:：][*_~`]{0,3}\s+|[*_~`]{1,3}\s*[:：]\s+")

# A date stands at the end of a text when it begins in its last characters.
_TAIL = 48


def moment_at(text: str, start: int, offset: int) -> tuple[Moment, int] | None:
    """Return the date at `start` of a text that is at `offset` of the source, and where it ends.

    Words such as "by" may precede it. None if no date is there, or one with two readings.
    """
    lead = _LEAD.match(text, start)
    assert lead is not None
    begin = lead.end()
    if not text[begin : begin + 1].isalnum():
        return None
    try:
        day, length = read_date(text[begin : begin + 40])
    except NoSuchDate as error:
        if "." in text[begin : begin + error.length]:
            return None  # a version, such as 2025.16.1
        end = begin + error.length
        return Moment(None, Span(offset + begin, offset + end)), end
    except NotADate:
        rough = _ROUGH.match(text, begin)
        days = _days(rough) if rough else None
        if rough is None or days is None:
            return None
        return Moment(days, Span(offset + begin, offset + rough.end())), rough.end()
    end = begin + length
    last = (
        date.fromordinal(min(day.toordinal() + 6, date.max.toordinal()))
        if _WEEK.search(text, start, begin)
        else day
    )
    return Moment((day, last), Span(offset + begin, offset + end)), end


def _days(rough: re.Match[str]) -> tuple[date, date] | None:
    found = rough.groupdict()
    year = int(found["year"] or found["year_2"] or found["year_3"] or found["year_4"])
    part = (found["part"] or found["part_2"] or "").lower()
    if part:
        nth, months = int(found["nth"] or found["nth_2"]), 3 if part == "q" else 6
        if nth * months > 12:
            return None
        first, last = nth * months - months + 1, nth * months
    else:
        name = found["name"]
        first = last = MONTHS.index(name[:3].lower()) + 1 if name else int(found["month"])
    following = date(year + last // 12, last % 12 + 1, 1)
    return date(year, first, 1), date.fromordinal(following.toordinal() - 1)


def moment_of(text: str, entry: Entry) -> Moment | None:
    """Return the date that an entry of a text begins with, or else ends with; None without any.

    A row has its date in a cell of its own; a line of running text that merely begins with one has none.
    """
    if entry.kind == "row":
        cells = (moment_at(text[cell.start : cell.end], 0, cell.start) for cell in entry.cells)
        return next((found[0] for found in cells if found), None)
    own = text[entry.span.start : entry.span.end]
    found = moment_at(own, 0, entry.span.start)
    if found:
        return found[0] if entry.kind != "line" or _AFTER.match(own, found[1]) else None
    if entry.kind == "line" and own[:1] not in ("*", "_"):
        return None
    label = _LABEL_END.search(own, 0, 100)
    if label and (found := moment_at(own, label.end(), entry.span.start)):
        return found[0]
    first_line = own.split("\n", 1)[0]
    for separator in _SEPARATOR.finditer(first_line, max(0, len(first_line) - _TAIL)):
        found = moment_at(first_line, separator.end(), entry.span.start)
        if found and _CLOSING.match(first_line, found[1]):
            return found[0]
    return None


def comes_after(one: Moment, other: Moment) -> bool:
    """Return whether the whole of one time is after another."""
    return one.days is not None and other.days is not None and one.days[0] > other.days[1]


def comes_before(one: Moment, other: Moment) -> bool:
    """Return whether the whole of one time is before another."""
    return comes_after(other, one)


def no_such_date(text: str, span: Span) -> Finding:
    """Return the finding for a date that is in no calendar."""
    return Finding(span, f"there is no date {shorten(text)}")
