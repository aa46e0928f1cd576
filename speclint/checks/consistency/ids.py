"""The checks `duplicate-id` and `id-gap`: what is numbered is numbered without slips."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from speclint.binding.model import Binding, cached_per_binding
from speclint.checks.code.fences import runaways
from speclint.checks.reading.entries import Entry, misplaced, promises
from speclint.diagnostics import Finding, shorten
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Span
from speclint.ruleset.titles import TitlePattern


class _Id(NamedTuple):
    """A numbered thing.

    `key` is what its id is compared by, `number` that where the id is a plain number; both None for a title
    that should have an id and has none that can be read. `name` is what stands behind the id; `group` tells
    with which others it is numbered in a row. One that stands for several (`Phase 2-3`) goes up to `last`. A
    `withdrawn` one is struck out or said to be gone.
    """

    key: str | None
    number: int | None
    last: int | None
    width: int
    name: str
    span: Span
    group: int
    withdrawn: bool


class _Series(NamedTuple):
    """What is numbered together, in the order of the text; `prefix` is what precedes the numbers."""

    prefix: str
    ids: tuple[_Id, ...]
    also: frozenset[int]  # numbers that stand elsewhere in the same text


class _Faults(NamedTuple):
    duplicates: tuple[Finding, ...]
    gaps: tuple[Finding, ...]


_PLAIN = lazy_regex(r"\d{1,6}")

_LEADING_ZEROS = lazy_regex(r"(?<!\d)0+(?=\d)")

_SEPARATED = lazy_regex(r"\s*(?:[:：.)\](–—|→=-]|$)")

_PART = lazy_regex(r"\.?(?:[a-zA-Z]|\d{1,6})(?!\w)")

_UP_TO = lazy_regex(r"\s?(?:[-–/&,+]|and|to|through)\s?\D{0,12}(\d{1,6})(?![\w%])")

_WITHDRAWN = (
    r"(?:removed|dropped|deleted|withdrawn|merged|folded|moved|superseded|obsolete|deprecated|reserved|retired"
    r"|rejected|skipped|unused|unassigned|omitted|left\s+out|no\s+longer|cancell?ed|split|replaced"
    r"|intentionally|deliberately|de-?scoped|out\s+of\s+scope|postponed|deferred|renumbered|struck|gone|void"
    r"|became|not\s+used|declined|abandoned|discarded|closed|answered|resolved|settled)\b"
)

_SAYS_WITHDRAWN = lazy_regex(rf"~~|\b{_WITHDRAWN}", re.IGNORECASE)

_TITLE_WITHDRAWN = lazy_regex(rf"~~|[(\[]\s*{_WITHDRAWN}|^\W{{0,4}}{_WITHDRAWN}\W{{0,4}}$", re.IGNORECASE)

_SENTENCE_END = lazy_regex(r"[.!?]\s|\n[ \t>]*(?:\n|[-*+#|]|\d+[.)]\s)")

# How much text around the mention of an id is read.
_AROUND = 300

# So many numbers left out at once are not forgotten: the numbering goes on elsewhere.
_LEAP = 10

# So many mentions are read at most.
_MENTIONS = 500

_NUMBERS = lazy_regex(r"(?:(?<=\d)\s?(to|through|–|-)\s?\D{0,40})?(\d{1,6})", re.IGNORECASE)

_LATE_START = 2


def duplicate_id(binding: Binding) -> Iterator[Finding]:
    """No two things that are numbered together have the same number.

    A review, a ticket or a test that names `FR2` must mean one requirement. Numbered are the sections whose
    title has an `{n}` in the rule set (`FR{n}: {name}`), below each parent anew, and what the option `ids` of
    a section or label names (`ids: "Metric {n}"`): its items, lines, rows and subsections that begin so.
    Numbers compare as numbers (`FR-02` is `FR2`). Of two, the one that does not fit its place is reported.

    Fails, where the title in the rule set is `FR{n}: {name}`:

        #### FR1: Import
        #### FR2: Export
        #### FR2: Print

    Passes:

        #### FR1: Import
        #### FR2: Export
        #### FR3: Print
    """
    yield from _faults(binding).duplicates


def id_gap(binding: Binding) -> Iterator[Finding]:
    """What is numbered is numbered in order, and no number is left out.

    Readers look for what is missing: a requirement that was lost in a merge, or only its number. Numbers
    begin at 1 or 0, or go on from those of the section before (`Risk 3` under the next heading). What follows
    a plan of its own is left alone: letters, `1.2`, steps of ten, leaps of ten and more, numbers of tickets.
    A number whose owner is struck out, or of which the text says that it was dropped, merged or is reserved,
    is not missing. For what is numbered, see `duplicate-id`.

    Fails, where the title in the rule set is `FR{n}: {name}`:

        #### FR1: Import
        #### FR3: Print

    Passes:

        #### FR1: Import
        #### FR3: Print

        FR2 was merged into FR1.
    """
    yield from _faults(binding).gaps


@cached_per_binding
def _faults(binding: Binding) -> _Faults:
    duplicates: list[Finding] = []
    gaps: list[Finding] = []
    highest: dict[str, int] = {}
    for series in _series(binding):
        twice = dict(_doubles(series, highest.get(series.prefix, 0)))
        for place, first in twice.items():
            duplicates.append(_duplicate(series, place, first))
        gaps += _gaps(binding, series, set(twice), highest.get(series.prefix, 0))
        numbers = [id.number for id in series.ids if id.number is not None]
        highest[series.prefix] = max([highest.get(series.prefix, 0), *numbers])
    return _Faults(tuple(duplicates), tuple(gaps))


# What is numbered


def _series(binding: Binding) -> list[_Series]:
    """Every series of the document, in the order of the text."""
    found = [*_series_of_sections(binding), *_series_of_entries(binding)]
    return sorted((series for series in found if series.ids), key=lambda series: series.ids[0].span)


def _series_of_sections(binding: Binding) -> Iterator[_Series]:
    wanted = {entry.section.number: entry.wanted for entry in binding.near_misses}
    source = binding.document.source
    for rule in binding.rules.walk():
        if not rule.repeat or "{n}" not in rule.title:
            continue
        patterns = [TitlePattern(title) for title in (rule.title, *rule.aliases) if "{n}" in title]
        by_parent: dict[int, list[_Id]] = {}
        for section in binding.sections[rule.number]:
            parent = binding.parents.get(section.number, -1)
            title = section.title
            if section.number in wanted:
                # Another check says what is wrong with the title; a number in it still counts.
                title = wanted[section.number] if any(map(str.isdigit, title)) else ""
            raw = source.slice(section.heading_span)
            id = _Id(None, None, None, 0, "", section.heading_span, 0, False)
            for pattern in patterns:
                values = pattern.match(title)
                if values is not None:
                    end = _end_of_number(title, pattern.title, values["n"])
                    id = _id(values, title[end:], section.heading_span, 0, raw)
                    break
            by_parent.setdefault(parent, []).append(id)
        lost = frozenset(_lost_in_code(binding, patterns))
        for ids in by_parent.values():
            yield _Series(_prefix(patterns[0].title), tuple(ids), lost)


def _lost_in_code(binding: Binding, patterns: Sequence[TitlePattern]) -> Iterator[int]:
    """The numbers of sections that became code, which are reported with the fence that swallows them."""
    for runaway in runaways(binding):
        for title, _ in runaway.swallowed.titles:
            for values in filter(None, (pattern.match(title) for pattern in patterns)):
                if _PLAIN.fullmatch(values["n"]):
                    yield int(values["n"])


def _series_of_entries(binding: Binding) -> Iterator[_Series]:
    for promise, _, listed in promises(binding, lambda content: content.ids):
        if not binding.owed(promise.start):
            continue
        for title in promise.words:
            pattern = TitlePattern(title if "{name}" in title else f"{title}: {{name}}")
            by_kind: dict[str, list[_Id]] = {}
            unsure: set[int] = set()
            for entry in listed:
                found, sure = _entry_id(binding, pattern, entry)
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
                yield _Series(_prefix(title), tuple(run), also)


def _entry_id(binding: Binding, pattern: TitlePattern, entry: Entry) -> tuple[_Id | None, bool]:
    """The id that an entry begins with, and whether it is the entry's own or a sentence may just begin so."""
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
    """Where the number of a title, or of the beginning of a text, ends."""
    words = _prefix(title).strip(" -_#.").casefold()
    start = max(0, shown.casefold().find(words)) + len(words)
    return max(start, shown.find(n, start) + len(n))


def _runs(ids: Sequence[_Id]) -> Iterator[list[_Id]]:
    """Ids cut where another list or section begins and they begin anew."""
    run: list[_Id] = []
    for id in ids:
        if run and id.group != run[-1].group and id.number in (0, 1):
            yield run
            run = []
        run.append(id)
    yield run


def _id(values: Mapping[str, str], rest: str, span: Span, group: int, raw: str) -> _Id:
    part = _PART.match(rest)
    n = values["n"] + (part.group() if part else "")
    name = values.get("name", "")
    number = int(n) if _PLAIN.fullmatch(n) else None
    more = _UP_TO.match(rest)
    return _Id(
        key=_LEADING_ZEROS.sub("", n).casefold(),
        number=number,
        last=int(more[1]) if more else number,
        width=len(n) if n.startswith("0") else 0,
        name=name,
        span=span,
        group=group,
        withdrawn=_TITLE_WITHDRAWN.search(raw if "~~" in raw else name[:200]) is not None,
    )


def _prefix(title: str) -> str:
    return title[: title.index("{n}")]


# What is at fault


def _doubles(series: _Series, highest: int) -> Iterator[tuple[int, int]]:
    """The places of ids that stand again, each with that of the one whose id it is.

    That is the one that fits its place among the others, else the first.
    """
    by_key: dict[str, list[int]] = {}
    for place, id in enumerate(series.ids):
        if id.key is not None and not id.withdrawn:
            by_key.setdefault(id.key, []).append(place)
    for places in by_key.values():
        if len(places) > 1:
            owner = max(places, key=lambda place: _fit(series.ids, place, highest))
            yield from ((place, owner) for place in places if place != owner)


def _fit(ids: Sequence[_Id], place: int, highest: int) -> int:
    """How well an id fits its place: it is the one due, and it follows and precedes its neighbours."""
    number = ids[place].number
    if number is None:
        return 0
    before = ids[place - 1].number if place else None
    after = ids[place + 1].number if place + 1 < len(ids) else None
    due = number - place in (1, 0, highest + 1)
    return 2 * due + (before == number - 1) + (after == number + 1)


def _duplicate(series: _Series, place: int, owner: int) -> Finding:
    id, other = series.ids[place], series.ids[owner]
    called = f"{series.prefix}{id.key}" if id.number is None else _called(series, id.number, id.width)
    same = not other.name or other.name == id.name
    fault = "stands twice" if same else f'is also "{shorten(other.name)}"'
    return Finding(id.span, f"{called} {fault}; give each a number of its own")


def _gaps(binding: Binding, series: _Series, twice: set[int], highest: int) -> Iterator[Finding]:
    ids = series.ids
    # What has another's number, or none that can be read, is a slip for a number that seems to be missing.
    kept = [place for place, id in enumerate(ids) if id.number is not None and place not in twice]
    if not kept or any(id.key is not None and id.number is None for id in ids):
        return
    numbers = [ids[place].number or 0 for place in kept]
    due = max((start for start in (1, highest + 1) if start <= numbers[0]), default=0)
    if min(numbers) - due > _LATE_START or _follows_a_plan(numbers):
        return
    for one, other in misplaced([ids[place] for place in kept], _clash):
        id, neighbour = ids[kept[one]], ids[kept[other]]
        if not (id.withdrawn or neighbour.withdrawn):
            where = "behind" if other < one else "before"
            called = [_called(series, numbers[i], ids[kept[i]].width) for i in (one, other)]
            yield Finding(id.span, f"{called[0]} stands {where} {called[1]}")
    lost = _lost(series, kept, due)
    said = _said_withdrawn(binding, series.prefix, {number for gap in lost for number in gap.numbers})
    for gap in lost:
        left = [number for number in gap.numbers if number not in said]
        if left:
            id = ids[gap.place]
            yield Finding(id.span, _message(series, id, gap.before, left))


def _follows_a_plan(numbers: Sequence[int]) -> bool:
    """Whether numbers have room between them by design (10, 20, 30), or fall to the last."""
    steps = {other - one for one, other in pairwise(numbers)}
    return len(numbers) > 2 and (max(steps) < 0 or (len(steps) == 1 and steps != {1}))


class _Gap(NamedTuple):
    """Numbers that are missing before an id; `before` is the one before them, None at the beginning."""

    place: int
    before: int | None
    numbers: tuple[int, ...]


def _lost(series: _Series, kept: Sequence[int], due: int) -> list[_Gap]:
    """The numbers that no id has, from the one that is due to the last."""
    ids = series.ids
    present = set(series.also)
    for place in kept:
        number, last = ids[place].number or 0, ids[place].last or 0
        present |= {number, *range(number, min(last, number + _LEAP) + 1)}
    found: list[_Gap] = []
    reached = due - 1
    for i, place in enumerate(kept):
        number = ids[place].number or 0
        if number <= reached:
            continue
        slips = place > (kept[i - 1] if i else -1) + 1
        before, reached = reached, number
        if slips or number - before > 2 * _LEAP:
            continue
        lost = tuple(missing for missing in range(before + 1, number) if missing not in present)
        if lost and len(lost) < _LEAP and not (len(lost) > 2 and number % 10 == 0):
            before = max((there for there in range(before, number) if there in present), default=before)
            found.append(_Gap(place, None if i == 0 and before < 1 else before, lost))
    return found


def _clash(one: _Id, other: _Id) -> bool:
    return one.group == other.group and (one.number or 0) > (other.number or 0)


def _message(series: _Series, id: _Id, before: int | None, lost: Sequence[int]) -> str:
    names = [_called(series, number, id.width) for number in lost]
    if len(names) == 1:
        missing = f"{names[0]} is missing"
    elif len(names) > 2 and lost[-1] - lost[0] == len(lost) - 1:
        missing = f"{names[0]} to {names[-1]} are missing"
    else:
        missing = f"{', '.join(names[:-1])} and {names[-1]} are missing"
    called = _called(series, id.number or 0, id.width)
    if before is None:
        return f"the first is {called}: {missing}"
    return f"{called} follows {_called(series, before, id.width)}: {missing}"


def _called(series: _Series, number: int, width: int) -> str:
    return f"{series.prefix}{str(number).zfill(width)}"


def _said_withdrawn(binding: Binding, prefix: str, lost: set[int]) -> set[int]:
    """Those of some numbers of which the document says that what had them is gone, or has not come."""
    words = prefix.strip(" -_#.")
    if not words or not lost:
        return set()
    name = rf"{re.escape(words)}s?[\s_#.-]{{0,2}}"
    and_more = rf"\s?(?:,|&|/|and|or|to|through|–|-)\s?(?:{name})?\d{{1,6}}"
    mention = rf"(?<!\w){name}\d{{1,6}}(?:{and_more}){{0,20}}"
    text = binding.document.source.text
    found: set[int] = set()
    mentions = 0
    for match in re.finditer(mention, text, re.IGNORECASE):
        numbers = _expanded(match.group()) & lost - found
        if not numbers:
            continue
        before = text[max(0, match.start() - _AROUND) : match.start()]
        after = text[match.end() : match.end() + _AROUND]
        start = max((end.end() for end in _SENTENCE_END.finditer(before)), default=0)
        end = _SENTENCE_END.search(after)
        sentence = before[start:] + match.group() + (after[: end.start()] if end else after)
        if _SAYS_WITHDRAWN.search(sentence):
            found |= numbers
        mentions += 1
        if mentions == _MENTIONS:
            break
    return found


def _expanded(mention: str) -> set[int]:
    """The numbers of `FR3, FR4` and of `FR3 - 6`."""
    found: set[int] = set()
    last = 0
    for way, digits in _NUMBERS.findall(mention):
        number = int(digits)
        found |= {number, *(range(last, number) if way and number - last <= 2 * _LEAP else ())}
        last = number
    return found
