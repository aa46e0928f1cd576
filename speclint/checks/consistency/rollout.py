"""The check `rollout-order`: the steps of a rollout grow up to everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from speclint.binding.model import Binding
from speclint.checks.fields.dates import moment_at
from speclint.checks.reading.entries import Entry, misplaced, promises
from speclint.diagnostics import Finding
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Span
from speclint.ruleset.values import MONTHS


class _Mark(NamedTuple):
    """When a step is taken: a week, day or stage, or a date; numbers of one unit compare."""

    unit: str
    number: int
    name: str
    span: Span


class _Step(NamedTuple):
    """A share of those who get the feature, in percent, and when they do."""

    percent: float
    span: Span
    mark: _Mark | None


class _Text(NamedTuple):
    """A text that may tell of steps; it stands at an offset of the source."""

    text: str
    offset: int
    steps: tuple[_Step, ...]


class _Rollout(NamedTuple):
    """Steps that belong together; `complete` where the text goes on to everybody, or means to stop before."""

    steps: tuple[_Step, ...]
    complete: bool


_FIGURE = lazy_regex(
    r"(?<![\w.,])(?P<number>\d{1,6}(?:[.,]\d{1,3})?)(?:\s?%?\s?[-–]\s?(?P<to>\d{1,3}(?:[.,]\d{1,3})?))?"
    r"\s?(?:%|percent\b|per\s?cent\b)",
    re.IGNORECASE,
)

# What a figure is about that is no share of those who get the feature.
_MEASURED = (
    r"(?:errors?|fail(?:s|ed|ing|ures?)?|crash(?:es)?|latency|p\d\d|cpu|memory|coverage|success(?:ful)?|succeed"
    r"|conversions?|availability|uptime|slo|sla|budgets?|thresholds?|regressions?|confidence|ok|slower|faster"
    r"|higher|lower|drop|increase|degradation|loss|churn|complaints|opt-?outs?|retries|timeouts?|5xx|4xx|alarms?"
    r"|alerts?|discount|adoption|satisfaction)"
)

# Where the clause of a figure begins: what is said before that does not concern it.
_CLAUSE = lazy_regex(r"[.;,]\s|[(\n)]|→|⇒|[-=]>|\s[-–—]\s|\bthen\b", re.IGNORECASE)

_OTHER_BEFORE = lazy_regex(
    rf"\b{_MEASURED}\b|\b(?:if|unless|until|once|when|whenever|while|without|wait|roll(?:ed|ing)?\s?-?back|revert"
    r"|disable|abort|kill|back\s+to|down\s+to|reduce[sd]?|target|goal)\b"
    r"|(?:\b(?:below|above|under|over|exceed(?:s|ed|ing)?|beyond|than|by|within|another|further|additional"
    r"|remaining|extra|plus|minus)|[<>≤≥±+]=?|(?<![\w\s])-)\s?$",
    re.IGNORECASE,
)

_OTHER_AFTER = lazy_regex(
    rf"\s?(?:of\s+)?(?:the\s+|all\s+|our\s+)?(?:[\w-]+\s+){{0,2}}?{_MEASURED}\b"
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

# Said behind the last step: the rest follows, or does not.
_EVERYBODY = lazy_regex(
    r"\b(?:all|every(?:one|body)?|full(?:y)?|general\s+availability|ga|100|remaining|rest|whole|entire)\b",
    re.IGNORECASE,
)

_SURELY_EVERYBODY = lazy_regex(
    r"\bfull\s+(?:roll-?out|release)|\bgeneral\s+availability|\ball\s+(?:the\s+|other\s+|remaining\s+)?(?:users"
    r"|customers|accounts|traffic|tenants|regions|teams|clients)\b|\bevery(?:one|body)\b|\b100\s?%",
    re.IGNORECASE,
)

_THEN_EVERYBODY = lazy_regex(
    r"(?:→|⇒|➜|➔|⟶|»|[-=]>|\bthen\b|\bfinally\b|\band\b|,)\s?(?:then\s|finally\s)?(?:to\s|for\s)?"
    r"(?:all|every(?:one|body)|full|general\s+availability|ga|the\s+(?:rest|remaining|whole))\b",
    re.IGNORECASE,
)

_STOPS = lazy_regex(
    r"\bhold-?backs?\b|\bheld\s+back\b|\bhold-?outs?\b|\bcontrol\s+group\b|\ba/b\b|\bcapped\b|\bexperiment"
    r"|\b(?:never|no|not)\s+more\s+than\b|\bat\s+most\b"
    r"|\+\s?\d{1,3}\s?%|\b(?:another|further|additional|remaining|extra)\s+\d",
    re.IGNORECASE,
)

_STOPS_HERE = lazy_regex(
    r"\b(?:stays?|remains?|keeps?|kept|holds?|for\s+now|limited\s+to|no\s+further)\b", re.IGNORECASE
)

_OTHER_COLUMN = lazy_regex(
    rf"\b{_MEASURED}\b|target|criteri|guard|abort|exit|gate|kpi|metric|stop|rollback", re.IGNORECASE
)

_PERCENT_COLUMN = lazy_regex(r"%|\bper\s?cent", re.IGNORECASE)

_CELL = lazy_regex(
    r"[\s*_~`≈(]{0,6}(?P<number>\d{1,6}(?:[.,]\d{1,3})?)\s?(?P<sign>%|percent\b)?", re.IGNORECASE
)

_AT_END = lazy_regex(
    r"\((?P<number>\d{1,6}(?:[.,]\d{1,3})?)\s?(?P<sign>%|percent)\s?\)[\s*_`]{0,3}$", re.IGNORECASE
)

# How far before a figure its clause, behind one its time is looked for; and between two of one text.
_BEFORE = 120

_BEHIND = 40

_APART = 200

# So many columns of a table are read, and figures of a text.
_COLUMNS = 12

_FIGURES = 200


def rollout_order(binding: Binding) -> Iterator[Finding]:
    """The steps of a rollout grow, follow each other in time, and end with everybody.

    A plan that shrinks on its way, or never says when all have the feature, was changed in one line and not
    read again. In a section or label with `rollout: true`, the percentages of steps rise and the last is 100:
    in the lines of a code block, in items, rows, headings, or in one line with arrows. A step begins with its
    figure or says when it is taken (`Week 2`, `Day 3`, `2 June`); such times follow each other, too. Other
    figures, such as error rates and conditions, are no steps. "Everyone" and the like will do for the last
    step, and a plan that holds somebody back may end before. One of a single step is not judged.

    Fails:

        Week 1: 10%  (our own people)
        Week 2: 50%  (early adopters)
        Week 3: 25%  (half of all users)

    Passes:

        Week 1: 10%  (our own people)
        Week 2: 50%  (half of all users, as long as errors stay below 1%)
        Week 3: 100% (everyone)
    """
    source = binding.document.source
    for promise, span, listed in promises(binding, lambda content: content.rollout):
        if not binding.owed(promise.start):
            continue
        text = source.slice(span)
        stops = _STOPS.search(text) is not None
        for rollout in _rollouts(binding, listed):
            last = rollout.steps[-1].span
            more = stops or _SURELY_EVERYBODY.search(text, _end_of_line(text, last.end - span.start))
            yield from _faults(rollout, bool(more))


def _end_of_line(text: str, place: int) -> int:
    end = text.find("\n", place)
    return len(text) if end < 0 else end


def _faults(rollout: _Rollout, complete: bool) -> Iterator[Finding]:
    for step in rollout.steps:
        if step.percent > 100:
            yield Finding(step.span, f"{step.percent:g}% is more than everybody")
    steps = [step for step in rollout.steps if step.percent <= 100]
    at_fault: set[int] = set()
    for place, neighbour in misplaced(steps, lambda one, other: one.percent > other.percent):
        at_fault.add(place)
        where = "after" if neighbour < place else "before"
        one, other = steps[place].percent, steps[neighbour].percent
        yield Finding(steps[place].span, f"{one:g}% comes {where} {other:g}%: a rollout grows")
    last = rollout.steps[-1]
    if last.percent < 100 and not at_fault and not (complete or rollout.complete):
        yield Finding(last.span, f"the rollout ends at {last.percent:g}%: the last step is 100%")
    marks = [step.mark for place, step in enumerate(steps) if step.mark and place not in at_fault]
    for place, neighbour in misplaced(marks, _is_later):
        where = "after" if neighbour < place else "before"
        message = (
            f"{marks[place].name} comes {where} {marks[neighbour].name}: steps follow each other in time"
        )
        yield Finding(marks[place].span, message)


def _is_later(one: _Mark, other: _Mark) -> bool:
    if one.unit != other.unit or one.number <= other.number:
        return False
    # Weeks and days of a year begin anew.
    last = {"week": 52, "day of the year": 1231}.get(one.unit, 0)
    return not (one.number > last * 3 // 4 > 0 and other.number < last // 3)


# Runs of steps


def _rollouts(binding: Binding, entries: Sequence[Entry]) -> Iterator[_Rollout]:
    """Every run of two steps and more; single ones of several lists make a run together from three on."""
    groups: dict[tuple[str, int, int], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.kind, entry.depth, entry.group), []).append(entry)
    singles: dict[tuple[str, int], list[_Step]] = {}
    for (kind, depth, _), group in groups.items():
        if kind == "row":
            rollout = _of_table(binding, group)
            if rollout:
                yield rollout
            continue
        texts = _texts(binding, group)
        runs = list(_runs(texts))
        for run in runs:
            if len(run) > 1:
                yield _Rollout(tuple(run), _goes_on(texts, run[-1]))
        if len(runs) == 1 and len(runs[0]) == 1:
            singles.setdefault((kind, depth), []).append(runs[0][0])
    for steps in singles.values():
        if len(steps) > 2:
            yield _Rollout(tuple(steps), complete=False)


def _texts(binding: Binding, group: Sequence[Entry]) -> list[_Text]:
    """What stands together, text by text; the lines of a paragraph are one."""
    source = binding.document.source
    spans: list[Span] = []
    block: Span | None = None
    for entry in group:
        if entry.kind == "line" and entry.block == block:
            spans[-1] = Span(spans[-1].start, entry.span.end)
        else:
            spans.append(entry.span)
        block = entry.block
    return [_Text(text := source.slice(span), span.start, tuple(_steps(text, span.start))) for span in spans]


def _runs(texts: Sequence[_Text]) -> Iterator[list[_Step]]:
    """The steps of texts, cut where a text begins a rollout of its own."""
    run: list[_Step] = []
    to_come = sum(step.percent == 100 for text in texts for step in text.steps)
    for _, _, steps in texts:
        if run and steps and steps[0].percent < run[-1].percent:
            again = run[-1].percent == 100 and to_come and steps[0].percent <= run[0].percent
            if len(steps) > 1 or again:
                yield run
                run = []
        run += steps
        to_come -= sum(step.percent == 100 for step in steps)
    if run:
        yield run


def _goes_on(texts: Sequence[_Text], last: _Step) -> bool:
    """Whether what stands behind the last step, up to the end of its list, brings in everybody or stops."""
    for text, offset, steps in texts:
        if offset > last.span.end:
            if not steps and _EVERYBODY.search(text):
                return True
        elif last.span.end <= offset + len(text):
            tail = last.span.end - offset
            if _THEN_EVERYBODY.search(text, tail) or _STOPS_HERE.search(text, tail):
                return True
    return False


# Steps


def _steps(text: str, offset: int) -> list[_Step]:
    """The steps that a text tells of: its first chain of figures, or its first figure if that is a step."""
    found = islice(_FIGURE.finditer(text), _FIGURES)
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
    percent = _percent(figure)
    if not percent or _OTHER_AFTER.match(text, figure.end()):
        return False
    before = text[max(0, figure.start() - _BEFORE) : figure.start()]
    start = max((match.end() for match in _CLAUSE.finditer(before)), default=0)
    return _OTHER_BEFORE.search(before, start) is None


def _is_a_step(text: str, figure: re.Match[str]) -> bool:
    """Whether a figure that stands alone begins its text, or has a time, a name or a word for growing."""
    before = text[max(0, figure.start() - _BEFORE) : figure.start()]
    return bool(
        (_START.match(before) and figure.start() < _BEFORE)
        or _mark(text, max(0, figure.start() - _BEFORE), figure.start(), 0)
        or _mark(text, figure.end(), figure.end() + _BEHIND, 0)
        or _WIDENS.search(before)
        or (_STEP_NAME.match(before) and figure.start() < _BEFORE)
    )


def _linked(between: str) -> bool:
    if len(between) > _APART:
        return False
    return _LINK.search(between) is not None or _SOMETIME.search(between) is not None


def _with_marks(text: str, offset: int, chain: Sequence[re.Match[str]]) -> list[_Step]:
    """Steps with their times, which stand all before or all behind the figures."""
    edges = [max(0, chain[0].start() - _BEFORE)]
    for figure in chain:
        edges += [figure.start(), figure.end()]
    edges.append(min(len(text), edges[-1] + _BEFORE))
    behind = 0 if _mark(text, edges[0], edges[1], offset) else 2
    return [
        _Step(
            _percent(figure),
            Span(offset + figure.start(), offset + figure.end()),
            _mark(text, edges[2 * place + behind], edges[2 * place + behind + 1], offset),
        )
        for place, figure in enumerate(chain)
    ]


def _percent(figure: re.Match[str]) -> float:
    """The share that a figure ends at: `10-25%` is 25."""
    numbers = [float(number.replace(",", ".")) for number in figure.group("number", "to") if number]
    return max(numbers)


def _mark(text: str, start: int, end: int, offset: int) -> _Mark | None:
    """The time or stage that is named first between two places of a text."""
    end = min(end, len(text))
    for begin in _DATE_BEGINS.finditer(text, start, end):
        found = moment_at(text, begin.start(), 0)
        if found and found[0].days:
            place = found[0].span
            span = Span(offset + place.start, offset + place.end)
            return _Mark("date", found[0].days[0].toordinal(), text[place.start : place.end], span)
    match = _COUNTED.search(text, start, end) or _SHORT.search(text, start, end)
    if match:
        span = Span(offset + match.start(), offset + match.end())
        unit = {"w": "week", "d": "day"}.get(match["unit"].lower(), match["unit"].lower())
        return _Mark(unit, int(match["number"]), match.group(), span)
    match = _DAY_OF_YEAR.search(text, start, end)
    if match:
        month = MONTHS.index((match["month"] or match["month_2"])[:3].lower()) + 1
        number = 100 * month + int(match["day"] or match["day_2"])
        span = Span(offset + match.start(), offset + match.end())
        return _Mark("day of the year", number, match.group(), span)
    return None


# Tables


def _of_table(binding: Binding, rows: Sequence[Entry]) -> _Rollout | None:
    """The steps of a table: a column of percentages, or a row of them below times."""
    columns = [_of_column(binding, rows, column) for column in range(min(len(rows[0].heads), _COLUMNS))]
    found = [rollout for rollout in columns if rollout] + [_of_row(binding, row) for row in rows[:2]]
    runs = [rollout for rollout in found if rollout and len(rollout.steps) > 1]
    # The share of the old thing shrinks as that of the new one grows.
    good = (rollout for rollout in runs if not [*_faults(rollout, complete=False)])
    return next(good, runs[0] if runs else None)


def _of_column(binding: Binding, rows: Sequence[Entry], column: int) -> _Rollout | None:
    source = binding.document.source
    head = plain(source.slice(rows[0].heads[column]))
    if _OTHER_COLUMN.search(head):
        return None
    steps: list[_Step] = []
    complete = False
    for row in rows:
        if column < len(row.cells):
            cell = row.cells[column]
            step = _of_cell(source.slice(cell), cell, in_percent=_PERCENT_COLUMN.search(head) is not None)
            if step:
                steps.append(step._replace(mark=_mark_of_row(binding, row, column)))
            complete = step is None and _EVERYBODY.search(source.slice(cell)) is not None
    return _Rollout(tuple(steps), complete) if 2 * len(steps) >= len(rows) else None


def _of_row(binding: Binding, row: Entry) -> _Rollout:
    source = binding.document.source
    steps: list[_Step] = []
    for head, cell in zip(row.heads, row.cells, strict=False):
        name = source.slice(head)
        mark = _mark(name, 0, len(name), head.start)
        step = _of_cell(source.slice(cell), cell, in_percent=False) if mark else None
        if step:
            steps.append(step)
    return _Rollout(tuple(steps), complete=False)


def _of_cell(text: str, cell: Span, *, in_percent: bool) -> _Step | None:
    match = _CELL.match(text) or _AT_END.search(text)
    if match is None or not (match["sign"] or (in_percent and match.end() == len(text))):
        return None
    figure = _FIGURE.search(text) if match["sign"] else None
    percent = _percent(figure) if figure else float(match["number"].replace(",", "."))
    if not percent:
        return None
    start, end = figure.span() if figure else match.span("number")
    return _Step(percent, Span(cell.start + start, cell.start + end), None)


def _mark_of_row(binding: Binding, row: Entry, column: int) -> _Mark | None:
    """The time of a row: in another cell, or a number below such as "Week"."""
    source = binding.document.source
    for place, cell in enumerate(row.cells[:_COLUMNS]):
        text = plain(source.slice(cell))
        if place != column and place < len(row.heads):
            mark = _mark(source.slice(cell), 0, cell.end - cell.start, cell.start)
            head = plain(source.slice(row.heads[place]))
            if mark is None and text.isdecimal() and len(text) < 5:
                named = _mark(f"{head} {text}", 0, len(head) + 5, 0)
                mark = named._replace(span=cell) if named else None
            if mark:
                return mark
    return None
