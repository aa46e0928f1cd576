"""Find the series of numbered ids in a document, from section titles and from entries of lists and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from speclint.binding.model import Binding
from speclint.checks.reading.entries import Entry, promises
from speclint.checks.reading.fences import runaways
from speclint.diagnostics import Span
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.titles import TitlePattern, pattern_of

WITHDRAWN = (
    r"(?:removed|dropped|deleted|withdrawn|merged|folded|moved|superseded|obsolete|deprecated|reserved|retired"
    r"|rejected|skipped|unused|unassigned|omitted|left\s+out|no\s+longer|cancell?ed|split|replaced"
    r"|intentionally|deliberately|de-?scoped|out\s+of\s+scope|postponed|deferred|renumbered|struck|gone|void"
    r"|became|not\s+used|declined|abandoned|discarded|closed|answered|resolved|settled)\b"
)


class Id(NamedTuple):
    """A numbered thing.

    `key` is what its id is compared by, `number` that if the id is a plain number; both None for a title that
    should have an id and has none that can be read. `name` is the text behind the id; `group` identifies the
    others that it is numbered with in a row. An id for several (`Phase 2-3`) goes up to `last`. A `withdrawn`
    one is struck out or declared as dropped.
    """

    key: str | None
    number: int | None
    last: int | None
    width: int
    name: str
    span: Span
    group: int
    withdrawn: bool


class Series(NamedTuple):
    """The ids that are numbered together, in the order of the text; `prefix` precedes their numbers."""

    prefix: str
    ids: tuple[Id, ...]
    also: frozenset[int]  # numbers that stand elsewhere in the same text


_PLAIN = lazy_regex(r"\d{1,6}")

_LEADING_ZEROS = lazy_regex(r"(?<!\d)0+(?=\d)")

_SEPARATED = lazy_regex(r"\s*(?:[:：.)\](–—|→=-]|$)")

_PART = lazy_regex(r"\.?(?:[a-zA-Z]|\d{1,6})(?!\w)")

_UP_TO = lazy_regex(r"\s?(?:[-–/&,+]|and|to|through)\s?\D{0,12}(\d{1,6})(?![\w%])")

TITLE_WITHDRAWN = lazy_regex(rf"~~|[(\[]\s*{WITHDRAWN}|^\W{{0,4}}{WITHDRAWN}\W{{0,4}}$", re.IGNORECASE)

# What is numbered


def series_of(binding: Binding) -> list[Series]:
    """Return every series of the document, in the order of the text."""
    found = [*_series_of_sections(binding), *_series_of_entries(binding)]
    return sorted((series for series in found if series.ids), key=lambda series: series.ids[0].span)


def _series_of_sections(binding: Binding) -> Iterator[Series]:
    wanted = {entry.section.number: entry.wanted for entry in binding.near_misses}
    source = binding.document.source
    for rule in binding.rules.walk():
        if not rule.repeat or "{n}" not in rule.title:
            continue
        patterns = [pattern_of(title) for title in (rule.title, *rule.aliases) if "{n}" in title]
        by_parent: dict[int, list[Id]] = {}
        for section in binding.sections[rule.number]:
            parent = binding.parents.get(section.number, -1)
            title = section.title
            if section.number in wanted:
                # Another check says what is wrong with the title; a number in it still counts.
                title = wanted[section.number] if any(map(str.isdigit, title)) else ""
            raw = source.slice(section.heading_span)
            id = Id(None, None, None, 0, "", section.heading_span, 0, False)
            for pattern in patterns:
                values = pattern.match(title)
                if values is not None:
                    end = _end_of_number(title, pattern.title, values["n"])
                    id = _id(values, title[end:], section.heading_span, 0, raw)
                    break
            by_parent.setdefault(parent, []).append(id)
        if _number_of_parent(binding, by_parent):
            continue
        lost = frozenset(_lost_in_code(binding, patterns))
        for ids in by_parent.values():
            yield Series(_prefix(patterns[0].title), tuple(ids), lost)


def _number_of_parent(binding: Binding, by_parent: Mapping[int, Sequence[Id]]) -> bool:
    """Return whether ids are each alone below sections of which there are several.

    `Tests for Story 2` in a phase has the number of a story, not one of the tests.
    """
    repeated = (rule is not None and rule.repeat for rule in map(binding.rules_of.get, by_parent))
    return all(repeated) and all(len(ids) == 1 for ids in by_parent.values())


def _lost_in_code(binding: Binding, patterns: Sequence[TitlePattern]) -> Iterator[int]:
    """Yield the numbers of sections that became code, which the fence that swallows them reports."""
    for runaway in runaways(binding):
        for title, _ in runaway.swallowed.titles:
            for values in filter(None, (pattern.match(title) for pattern in patterns)):
                if _PLAIN.fullmatch(values["n"]):
                    yield int(values["n"])


def _series_of_entries(binding: Binding) -> Iterator[Series]:
    for promise, _, listed in promises(binding, lambda content: content.ids):
        if not binding.owed(promise.start):
            continue
        for title in promise.titles:
            pattern = pattern_of(title if "{name}" in title else f"{title}: {{name}}")
            by_kind: dict[str, list[Id]] = {}
            unsure: set[int] = set()
            for entry in listed:
                found, sure = _entry_id(binding, pattern, entry)
                # What is said to define things need not look like it.
                sure = sure or (promise.defines is not None and entry.kind in ("heading", "item", "row"))
                if found and sure:
                    by_kind.setdefault(entry.kind, []).append(found)
                elif found and found.number is not None:
                    unsure.add(found.number)
            if not by_kind:
                continue
            # A table or a list beside them may speak of the same things again.
            chosen = max(by_kind, key=lambda kind: len(by_kind[kind]))
            elsewhere = {id.number for kind in by_kind if kind != chosen for id in by_kind[kind]}
            also = frozenset(unsure | {number for number in elsewhere if number is not None})
            for run in _runs(by_kind[chosen]):
                yield Series(_prefix(title), tuple(run), also)


def _entry_id(binding: Binding, pattern: TitlePattern, entry: Entry) -> tuple[Id | None, bool]:
    """Return the id that an entry begins with, and whether it is surely the entry's own.

    If not, a sentence may just begin like an id. None if there is no id.
    """
    if entry.kind == "code":
        return None, False
    source = binding.document.source
    span = entry.cells[0] if entry.cells else entry.span
    raw = source.slice(Span(span.start, min(span.end, span.start + 300))).split("\n", 1)[0].rstrip()
    shown = plain(raw)
    values = pattern.match(shown)
    if values is None:
        return None, False
    n = values["n"]
    rest = shown[_end_of_number(shown, pattern.title, n) :]
    separated = _SEPARATED.match(rest) is not None
    if not n[:1].isdigit() and not (n.isupper() and separated):
        return None, False  # "Component a" may begin a sentence
    id = _id(values, rest, Span(span.start, span.start + len(raw)), entry.group, raw)
    return id, separated or raw[:1] in "*_`~["


def _end_of_number(shown: str, title: str, n: str) -> int:
    """Return the offset where the number of a title, or of the beginning of a text, ends."""
    words = _prefix(title).strip(" -_#.").casefold()
    start = max(0, shown.casefold().find(words)) + len(words)
    return max(start, shown.find(n, start) + len(n))


def _runs(ids: Sequence[Id]) -> Iterator[list[Id]]:
    """Yield ids, cut where another list or section begins and the numbers start again."""
    run: list[Id] = []
    for id in ids:
        if run and id.group != run[-1].group and id.number in (0, 1):
            yield run
            run = []
        run.append(id)
    yield run


def _id(values: Mapping[str, str], rest: str, span: Span, group: int, raw: str) -> Id:
    part = _PART.match(rest)
    n = values["n"] + (part.group() if part else "")
    name = values.get("name", "")
    number = int(n) if _PLAIN.fullmatch(n) else None
    more = _UP_TO.match(rest)
    return Id(
        key=_LEADING_ZEROS.sub("", n).casefold(),
        number=number,
        last=int(more[1]) if more else number,
        width=len(n) if n.startswith("0") else 0,
        name=name,
        span=span,
        group=group,
        withdrawn=TITLE_WITHDRAWN.search(raw if "~~" in raw else name[:200]) is not None,
    )


def _prefix(title: str) -> str:
    return title[: title.index("{n}")]
