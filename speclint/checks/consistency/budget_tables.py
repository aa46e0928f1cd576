"""Find budgets in tables: columns of limits beside columns of measured figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.checks.consistency.budget_limits import (
    KINDS,
    OF,
    PERCENTILES,
    REACH,
    Budget,
    asks_for_more,
    budget_message,
    exceeds,
    has_only,
    is_excused,
    tokens_of,
)
from speclint.checks.consistency.measures import NO_UNIT, Measure, measures, unit_named
from speclint.diagnostics import Finding, Span
from speclint.markdown.lazy_regex import lazy_regex

_MEASURED_HEAD = lazy_regex(r"\b(?:measured|actual|observed|current|result|achieved|now)\b", re.IGNORECASE)

_METRIC_HEAD = lazy_regex(
    r"\b(?:latency|time|duration|size|memory|value|average|mean|median|usage|used|spent|p\d\d)\b",
    re.IGNORECASE,
)

_PARENTHESES = lazy_regex(r"[(\[]([^()\[\]]{1,12})[)\]]")


class Cell(NamedTuple):
    """A cell of a table: its text and its span."""

    text: str
    span: Span


class _Figure(NamedTuple):
    """The figure of a cell, and its text for messages."""

    measure: Measure
    said: str


# Pairs in tables


def faults_in_table(rows: Sequence[Sequence[Cell]], words: re.Pattern[str]) -> Iterator[Finding]:
    """Yield findings for the figures of a table that miss their limits; its first column names the rows."""
    heads = rows[0]
    for j, i in _columns([cell.text for cell in heads], words):
        word = words.search(heads[i].text)
        assert word is not None
        for row in rows[1:]:
            if max(i, j) >= len(row):
                continue
            both = [_figure(row[k].text, heads[k].text) for k in (j, i)]
            if both[0] is None or both[1] is None or both[0].measure.beside(both[1].measure) is None:
                continue
            (measured, _), (limit, _) = found = both[0], both[1]
            if is_excused(" ".join(cell.text for k, cell in enumerate(row) if k not in (0, i))):
                continue
            text = row[i].text
            more = asks_for_more(text[: limit.start] + heads[i].text[word.end() :], text[limit.end :])
            budget = Budget(word[0], limit, 0, 0, more)
            about = (row[0].text, heads[j].text)
            if (too_much := exceeds(budget, measured, about)) is not None:
                message = budget_message(word[0], too_much, *(figure.said for figure in found))
                start = row[j].span.start
                yield Finding(Span(start + measured.start, start + measured.end), message)


def _columns(heads: Sequence[str], words: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield the column of what was measured and that of its budget, for every pair."""
    kinds = [PERCENTILES.intersection(tokens_of(head)) for head in heads]
    budgets = [
        i
        for i, head in enumerate(heads)
        if i and words.search(head) and has_only(_PARENTHESES.sub("", words.sub("", head)), OF | KINDS)
    ]
    others = [i for i in range(1, len(heads)) if not words.search(heads[i])]
    measured = [i for i in others if _MEASURED_HEAD.search(heads[i])]
    measured = measured or [i for i in others if _METRIC_HEAD.search(heads[i])]
    if len(measured) == len(budgets) == 1:
        yield measured[0], budgets[0]
        return
    alike: dict[frozenset[str], list[int]] = {}
    for j in measured:
        alike.setdefault(kinds[j], []).append(j)
    for i in budgets:
        if len(alike.get(kinds[i], ())) == 1:
            yield alike[kinds[i]][0], i


def _figure(text: str, head: str) -> _Figure | None:
    """Return the figure of a cell, in the unit of its column's head if it has none; None without one."""
    found = list(measures(text[:REACH]))
    if not found or (len(found) > 1 and text[found[0].end : found[1].start].strip() == "/"):
        return None
    figure = found[0]
    said = text[figure.start : figure.end]
    named = _PARENTHESES.search(head)
    unit = unit_named(named[1].strip()) if named else None
    if named and unit and figure.unit == NO_UNIT:
        return _Figure(figure._replace(unit=unit), f"{said} {named[1].strip()}")
    return _Figure(figure, said)
