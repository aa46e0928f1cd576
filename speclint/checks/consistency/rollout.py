"""The check `rollout-order`: the steps of a rollout grow up to everybody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.binding.model import Binding
from speclint.checks.consistency.rollout_steps import (
    FIGURE,
    MEASURED_QUANTITY,
    Mark,
    Step,
    mark_in,
    percent_of,
    steps_in,
)
from speclint.checks.reading.entries import Entry, misplaced, promises
from speclint.diagnostics import Finding, Span
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex


class _Text(NamedTuple):
    """A text that may have steps, at an offset of the source."""

    text: str
    offset: int
    steps: tuple[Step, ...]


class _Rollout(NamedTuple):
    """Steps that belong together; `complete` if the text goes on to everybody, or intends to stop before."""

    steps: tuple[Step, ...]
    complete: bool


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
    rf"\b{MEASURED_QUANTITY}\b|target|criteri|guard|abort|exit|gate|kpi|metric|stop|rollback", re.IGNORECASE
)

_PERCENT_COLUMN = lazy_regex(r"%|\bper\s?cent", re.IGNORECASE)

_CELL = lazy_regex(
    r"[\s*_~`≈(]{0,6}(?P<number>\d{1,6}(?:[.,]\d{1,3})?)\s?(?P<sign>%|percent\b)?", re.IGNORECASE
)

_AT_END = lazy_regex(
    r"\((?P<number>\d{1,6}(?:[.,]\d{1,3})?)\s?(?P<sign>%|percent)\s?\)[\s*_`]{0,3}$", re.IGNORECASE
)

# So many columns of a table are read, and figures of a text.
_COLUMNS = 12


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
    """  # noqa: D401 - true of a good document
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


def _is_later(one: Mark, other: Mark) -> bool:
    if one.unit != other.unit or one.number <= other.number:
        return False
    # Weeks and days of a year begin anew.
    last = {"week": 52, "day of the year": 1231}.get(one.unit, 0)
    return not (one.number > last * 3 // 4 > 0 and other.number < last // 3)


# Runs of steps


def _rollouts(binding: Binding, entries: Sequence[Entry]) -> Iterator[_Rollout]:
    """Yield every run of two steps or more; single ones of several lists are a run together from three on."""
    groups: dict[tuple[str, int, int], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.kind, entry.depth, entry.group), []).append(entry)
    singles: dict[tuple[str, int], list[Step]] = {}
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
    """Return the entries of a group as texts; the lines of a paragraph are one."""
    source = binding.document.source
    spans: list[Span] = []
    block: Span | None = None
    for entry in group:
        if entry.kind == "line" and entry.block == block:
            spans[-1] = Span(spans[-1].start, entry.span.end)
        else:
            spans.append(entry.span)
        block = entry.block
    return [
        _Text(text := source.slice(span), span.start, tuple(steps_in(text, span.start))) for span in spans
    ]


def _runs(texts: Sequence[_Text]) -> Iterator[list[Step]]:
    """Yield the steps of texts, cut where a text begins a rollout of its own."""
    run: list[Step] = []
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


def _goes_on(texts: Sequence[_Text], last: Step) -> bool:
    """Return whether the text behind the last step, in the same list, includes everybody or stops."""
    for text, offset, steps in texts:
        if offset > last.span.end:
            if not steps and _EVERYBODY.search(text):
                return True
        elif last.span.end <= offset + len(text):
            tail = last.span.end - offset
            if _THEN_EVERYBODY.search(text, tail) or _STOPS_HERE.search(text, tail):
                return True
    return False


# Tables


def _of_table(binding: Binding, rows: Sequence[Entry]) -> _Rollout | None:
    """Return the steps of a table: a column of percentages, or a row of them below times; None if none."""
    columns = [_of_column(binding, rows, column) for column in range(min(len(rows[0].headers), _COLUMNS))]
    found = [rollout for rollout in columns if rollout] + [_of_row(binding, row) for row in rows[:2]]
    runs = [rollout for rollout in found if rollout and len(rollout.steps) > 1]
    # The share of the old thing shrinks as that of the new one grows.
    good = (rollout for rollout in runs if not [*_faults(rollout, complete=False)])
    return next(good, runs[0] if runs else None)


def _of_column(binding: Binding, rows: Sequence[Entry], column: int) -> _Rollout | None:
    source = binding.document.source
    head = plain(source.slice(rows[0].headers[column]))
    if _OTHER_COLUMN.search(head):
        return None
    steps: list[Step] = []
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
    steps: list[Step] = []
    for head, cell in zip(row.headers, row.cells, strict=False):
        name = source.slice(head)
        mark = mark_in(name, 0, len(name), head.start)
        step = _of_cell(source.slice(cell), cell, in_percent=False) if mark else None
        if step:
            steps.append(step)
    return _Rollout(tuple(steps), complete=False)


def _of_cell(text: str, cell: Span, *, in_percent: bool) -> Step | None:
    match = _CELL.match(text) or _AT_END.search(text)
    if match is None or not (match["sign"] or (in_percent and match.end() == len(text))):
        return None
    figure = FIGURE.search(text) if match["sign"] else None
    percent = percent_of(figure) if figure else float(match["number"].replace(",", "."))
    if not percent:
        return None
    start, end = figure.span() if figure else match.span("number")
    return Step(percent, Span(cell.start + start, cell.start + end), None)


def _mark_of_row(binding: Binding, row: Entry, column: int) -> Mark | None:
    """Return the time of a row: in another cell, or a number below such as "Week"; None without any."""
    source = binding.document.source
    for place, cell in enumerate(row.cells[:_COLUMNS]):
        text = plain(source.slice(cell))
        if place != column and place < len(row.headers):
            mark = mark_in(source.slice(cell), 0, cell.end - cell.start, cell.start)
            head = plain(source.slice(row.headers[place]))
            if mark is None and text.isdecimal() and len(text) < 5:
                named = mark_in(f"{head} {text}", 0, len(head) + 5, 0)
                mark = named._replace(span=cell) if named else None
            if mark:
                return mark
    return None
