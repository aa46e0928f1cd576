"""Find the steps of a rollout in a text: shares of users, and when or in which phase each is reached."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from speclint.checks.reading.dates import moment_at
from speclint.diagnostics import Span
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.values import MONTHS

# What a figure is about that is no share of those who get the feature.
MEASURED_QUANTITY = (
    r"(?:errors?|fail(?:s|ed|ing|ures?)?|crash(?:es)?|latency|p\d\d|cpu|memory|coverage|success(?:ful)?|succeed"
    r"|conversions?|availability|uptime|slo|sla|budgets?|thresholds?|regressions?|confidence|ok|slower|faster"
    r"|higher|lower|drop|increase|degradation|loss|churn|complaints|opt-?outs?|retries|timeouts?|5xx|4xx|alarms?"
    r"|alerts?|discount|adoption|satisfaction)"
)


class Mark(NamedTuple):
    """The time of a step: a week, day or stage, or a date; numbers of one unit can be compared."""

    unit: str
    number: int
    name: str
    span: Span


class Step(NamedTuple):
    """A share of those who get the feature, in percent, and the time when they do."""

    percent: float
    span: Span
    mark: Mark | None


FIGURE = lazy_regex(
    r"(?<![\w.,])(?P<number>\d{1,6}(?:[.,]\d{1,3})?)(?:\s?%?\s?[-–]\s?(?P<to>\d{1,3}(?:[.,]\d{1,3})?))?"
    r"\s?(?:%|percent\b|per\s?cent\b)",
    re.IGNORECASE,
)

# Where the clause of a figure begins: what is said before that does not concern it.
_CLAUSE = lazy_regex(r"[.;,]\s|[(\n)]|→|⇒|[-=]>|\s[-–—]\s|\bthen\b", re.IGNORECASE)

_OTHER_BEFORE = lazy_regex(
    rf"\b{MEASURED_QUANTITY}\b|\b(?:if|unless|until|once|when|whenever|while|without|wait|roll(?:ed|ing)?\s?-?back|revert"
    r"|disable|abort|kill|back\s+to|down\s+to|reduce[sd]?|target|goal)\b"
    r"|(?:\b(?:below|above|under|over|exceed(?:s|ed|ing)?|beyond|than|by|within|another|further|additional"
    r"|remaining|extra|plus|minus)|[<>≤≥±+]=?|(?<![\w\s])-)\s?$",
    re.IGNORECASE,
)

_OTHER_AFTER = lazy_regex(
    rf"\s?(?:of\s+)?(?:the\s+|all\s+|our\s+)?(?:[\w-]+\s+){{0,2}}?{MEASURED_QUANTITY}\b"
    r"|\s?(?:more|less|fewer|above|below|each|per|hold-?(?:back|out)|control|of\s+(?:which|whom|them|these|those))\b"
    r"|[^.;,(\n]{0,40}?\b(?:(?:less|fewer|more|faster|slower)\s+than|below|above|succeed|fail(?:s|ed)?)\b",
    re.IGNORECASE,
)

_UNIT = "week|day|stage|phase|step|wave|ring|sprint|month|hour|iteration|milestone|tranche|batch|cohort|round"

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"

_COUNTED = lazy_regex(rf"\b(?P<unit>{_UNIT})s?\s?[-#.:]?\s?(?P<number>\d{{1,4}})\b", re.IGNORECASE)

_SHORT = lazy_regex(r"(?<![\w.])(?P<unit>[wdt])[+-]?(?P<number>\d{1,3})(?![\w.%])", re.IGNORECASE)

_DAY_OF_YEAR = lazy_regex(
    rf"(?<![\w.])(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s(?:of\s)?(?P<month>{_MONTH})\b"
    rf"|(?P<month_2>{_MONTH})\.?\s(?P<day_2>\d{{1,2}})(?:st|nd|rd|th)?\b)(?!,?\s\d{{4}})",
    re.IGNORECASE,
)

_DATE_BEGINS = lazy_regex(
    r"(?<![\w.])(?=\d{4}[-/.]\d|\d{1,2}[./]\d{1,2}[./]|\d{1,2}\w{0,2}\s[a-z]{3,9}\s\d{4})", re.I
)

_SOMETIME = lazy_regex(
    rf"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:{_UNIT})s?|tomorrow|afterwards?|later|next|finally"
    rf"|then|{_MONTH})\b|\d{{4}}-\d\d",
    re.IGNORECASE,
)

# What links two steps of one text: an arrow, a mere comma, a line break, a word for growing.
_LINK = lazy_regex(
    r"→|⇒|➜|➔|⟶|»|[-=]>|^\s?[*_`]{0,2}\s?(?:[,;/|>&]|,?\s?and|to)\s?(?:then\s?|to\s?)?[*_`]{0,2}$|\n[\s>*_~-]*$"
    r"|\b(?:go|ramp|raise|increase|grow|widen|expand|move|scale|roll)\w{0,4}\b[^.\n]{0,30}$",
    re.IGNORECASE,
)

_WIDENS = lazy_regex(
    r"\b(?:ramp|roll(?:ed|ing|s)?[\s-]?out|enable|expand|increase|raise|release|ship|open|launch|scale|start|move"
    r"|go|grow|widen|deploy|switch)\w{0,4}\b",
    re.IGNORECASE,
)

_STEP_NAME = lazy_regex(
    r"[\s*_~`(\[]{0,8}[^:%\n]{0,40}\b(?:canary|beta|alpha|internal|ga|general|prod(?:uction)?|stag(?:e|ing)|early|pilot"
    r"|employees|staff|friends|dogfood|users|customers|everyone|all|public|launch|ramp|initial|final|full|rollout)"
    r"\b[^:%\n]{0,40}(?::|\s[-–—]|\()[\s*_`]{0,6}$",
    re.IGNORECASE,
)

_START = lazy_regex(r"[\s*_~`(\[|>≈]{0,8}(?:(?:to|at|for|approx\.?|about|ca\.?|up\s+to)\s)?$", re.IGNORECASE)

# How far before a figure its clause, behind one its time is looked for; and between two of one text.
_BEFORE = 120

_BEHIND = 40

_APART = 200

_FIGURES = 200

# Steps


def steps_in(text: str, offset: int) -> list[Step]:
    """Return the steps in a text: its first chain of figures, or its first figure if that is a step."""
    found = islice(FIGURE.finditer(text), _FIGURES)
    figures = [figure for figure in found if _may_be_a_step(text, figure)]
    place = 0
    while place < len(figures):
        chain = [figures[place]]
        for figure in figures[place + 1 :]:
            if not _linked(text[chain[-1].end() : figure.start()]):
                break
            chain.append(figure)
        if len(chain) > 1 or _is_a_step(text, chain[0]):
            return _with_marks(text, offset, chain)
        place += 1
    return []


def _may_be_a_step(text: str, figure: re.Match[str]) -> bool:
    percent = percent_of(figure)
    if not percent or _OTHER_AFTER.match(text, figure.end()):
        return False
    before = text[max(0, figure.start() - _BEFORE) : figure.start()]
    start = max((match.end() for match in _CLAUSE.finditer(before)), default=0)
    return _OTHER_BEFORE.search(before, start) is None


def _is_a_step(text: str, figure: re.Match[str]) -> bool:
    """Return whether a figure on its own begins its text, or has a time, a name or a word for growing."""
    before = text[max(0, figure.start() - _BEFORE) : figure.start()]
    return bool(
        (_START.match(before) and figure.start() < _BEFORE)
        or mark_in(text, max(0, figure.start() - _BEFORE), figure.start(), 0)
        or mark_in(text, figure.end(), figure.end() + _BEHIND, 0)
        or _WIDENS.search(before)
        or (_STEP_NAME.match(before) and figure.start() < _BEFORE)
    )


def _linked(between: str) -> bool:
    if len(between) > _APART:
        return False
    return _LINK.search(between) is not None or _SOMETIME.search(between) is not None


def _with_marks(text: str, offset: int, chain: Sequence[re.Match[str]]) -> list[Step]:
    """Return steps with their times, which are all before or all behind the figures."""
    edges = [max(0, chain[0].start() - _BEFORE)]
    for figure in chain:
        edges += [figure.start(), figure.end()]
    edges.append(min(len(text), edges[-1] + _BEFORE))
    behind = 0 if mark_in(text, edges[0], edges[1], offset) else 2
    return [
        Step(
            percent_of(figure),
            Span(offset + figure.start(), offset + figure.end()),
            mark_in(text, edges[2 * place + behind], edges[2 * place + behind + 1], offset),
        )
        for place, figure in enumerate(chain)
    ]


def percent_of(figure: re.Match[str]) -> float:
    """Return the share, in percent, that a figure ends at: `10-25%` is 25."""
    numbers = [float(number.replace(",", ".")) for number in figure.group("number", "to") if number]
    return max(numbers)


def mark_in(text: str, start: int, end: int, offset: int) -> Mark | None:
    """Return the first time or stage between two offsets of a text, None if there is none."""
    end = min(end, len(text))
    for begin in _DATE_BEGINS.finditer(text, start, end):
        found = moment_at(text, begin.start(), 0)
        if found and found[0].days:
            place = found[0].span
            span = Span(offset + place.start, offset + place.end)
            return Mark("date", found[0].days[0].toordinal(), text[place.start : place.end], span)
    match = _COUNTED.search(text, start, end) or _SHORT.search(text, start, end)
    if match:
        span = Span(offset + match.start(), offset + match.end())
        unit = {"w": "week", "d": "day"}.get(match["unit"].lower(), match["unit"].lower())
        return Mark(unit, int(match["number"]), match.group(), span)
    match = _DAY_OF_YEAR.search(text, start, end)
    if match:
        month = MONTHS.index((match["month"] or match["month_2"])[:3].lower()) + 1
        number = 100 * month + int(match["day"] or match["day_2"])
        span = Span(offset + match.start(), offset + match.end())
        return Mark("day of the year", number, match.group(), span)
    return None
