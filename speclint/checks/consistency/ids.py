"""The checks `duplicate-id` and `id-gap`: what is numbered is numbered without slips."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from speclint.binding.model import Binding, cached_per_binding
from speclint.checks.consistency.numbered_ids import WITHDRAWN, Id, Series, series_of
from speclint.checks.reading.entries import misplaced
from speclint.diagnostics import Finding, shorten
from speclint.markdown.lazy_regex import lazy_regex


class _Faults(NamedTuple):
    duplicates: tuple[Finding, ...]
    gaps: tuple[Finding, ...]


_SAYS_WITHDRAWN = lazy_regex(rf"~~|\b{WITHDRAWN}", re.IGNORECASE)

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
    """  # noqa: D401 - true of a good document
    yield from _faults(binding).gaps


@cached_per_binding
def _faults(binding: Binding) -> _Faults:
    duplicates: list[Finding] = []
    gaps: list[Finding] = []
    highest: dict[str, int] = {}
    for series in series_of(binding):
        twice = dict(_doubles(series, highest.get(series.prefix, 0)))
        for place, first in twice.items():
            duplicates.append(_duplicate(series, place, first))
        gaps += _gaps(binding, series, set(twice), highest.get(series.prefix, 0))
        numbers = [id.number for id in series.ids if id.number is not None]
        highest[series.prefix] = max([highest.get(series.prefix, 0), *numbers])
    return _Faults(tuple(duplicates), tuple(gaps))


# What is at fault


def _doubles(series: Series, highest: int) -> Iterator[tuple[int, int]]:
    """Yield the indices of ids that occur again, each with the index of the id's owner.

    The owner is the one that fits its place among the others, else the first.
    """
    by_key: dict[str, list[int]] = {}
    for place, id in enumerate(series.ids):
        if id.key is not None and not id.withdrawn:
            by_key.setdefault(id.key, []).append(place)
    for places in by_key.values():
        if len(places) > 1:
            owner = max(places, key=lambda place: _fit(series.ids, place, highest))
            yield from ((place, owner) for place in places if place != owner)


def _fit(ids: Sequence[Id], place: int, highest: int) -> int:
    """Return how well an id fits its place: whether it is due, and follows and precedes its neighbours."""
    number = ids[place].number
    if number is None:
        return 0
    before = ids[place - 1].number if place else None
    after = ids[place + 1].number if place + 1 < len(ids) else None
    due = number - place in (1, 0, highest + 1)
    return 2 * due + (before == number - 1) + (after == number + 1)


def _duplicate(series: Series, place: int, owner: int) -> Finding:
    id, other = series.ids[place], series.ids[owner]
    called = f"{series.prefix}{id.key}" if id.number is None else _called(series, id.number, id.width)
    same = not other.name or other.name == id.name
    fault = "stands twice" if same else f'is also "{shorten(other.name)}"'
    return Finding(id.span, f"{called} {fault}; give each a number of its own")


def _gaps(binding: Binding, series: Series, twice: set[int], highest: int) -> Iterator[Finding]:
    ids = series.ids
    # What has another's number, or none that can be read, is a slip for a number that seems to be missing.
    kept = [place for place, id in enumerate(ids) if id.number is not None and place not in twice]
    if not kept or any(id.key is not None and id.number is None for id in ids):
        return
    numbers = [ids[place].number or 0 for place in kept]
    due = max((start for start in (1, highest + 1) if start <= numbers[0]), default=0)
    if min(numbers) - due > _LATE_START or _follows_a_plan(numbers):
        return
    yield from _out_of_order(series, [ids[place] for place in kept])
    yield from _missing(binding, series, _numbering_gaps(series, kept, due))


def _out_of_order(series: Series, ids: Sequence[Id]) -> Iterator[Finding]:
    """Return the ids that stand before smaller or behind greater ones; each of them has a number."""
    for one, other in misplaced(ids, _clash):
        id, neighbour = ids[one], ids[other]
        if not (id.withdrawn or neighbour.withdrawn):
            where = "behind" if other < one else "before"
            called = [_called(series, it.number or 0, it.width) for it in (id, neighbour)]
            yield Finding(id.span, f"{called[0]} stands {where} {called[1]}")


def _missing(binding: Binding, series: Series, lost: Sequence[_Gap]) -> Iterator[Finding]:
    """Return the gaps whose numbers the document does not account for."""
    said = _said_withdrawn(binding, series.prefix, {number for gap in lost for number in gap.numbers})
    for gap in lost:
        left = [number for number in gap.numbers if number not in said]
        if left:
            id = series.ids[gap.place]
            yield Finding(id.span, _message(series, id, gap.before, left))


def _follows_a_plan(numbers: Sequence[int]) -> bool:
    """Return whether numbers have gaps by design (10, 20, 30), or fall to the last."""
    steps = {other - one for one, other in pairwise(numbers)}
    return len(numbers) > 2 and (max(steps) < 0 or (len(steps) == 1 and steps != {1}))


class _Gap(NamedTuple):
    """Numbers that are missing before an id; `before` is the one before them, None at the beginning."""

    place: int
    before: int | None
    numbers: tuple[int, ...]


def _numbering_gaps(series: Series, kept: Sequence[int], due: int) -> list[_Gap]:
    """Return the gaps: numbers that no id has, from the one that is due to the last."""
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


def _clash(one: Id, other: Id) -> bool:
    return one.group == other.group and (one.number or 0) > (other.number or 0)


def _message(series: Series, id: Id, before: int | None, lost: Sequence[int]) -> str:
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


def _called(series: Series, number: int, width: int) -> str:
    return f"{series.prefix}{str(number).zfill(width)}"


def _said_withdrawn(binding: Binding, prefix: str, lost: set[int]) -> set[int]:
    """Return those of some numbers that the document declares as dropped, merged or reserved."""
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
    """Return the numbers of `FR3, FR4` and of `FR3 - 6`."""
    found: set[int] = set()
    last = 0
    for way, digits in _NUMBERS.findall(mention):
        number = int(digits)
        found |= {number, *(range(last, number) if way and number - last <= 2 * _LEAP else ())}
        last = number
    return found
