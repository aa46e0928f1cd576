"""The check `changelog-order`: the versions of a changelog and their dates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from speclint.binding.model import Binding
from speclint.checks.consistency.version_ranks import Rank, python_rank, semantic_rank
from speclint.checks.reading.dates import Moment, comes_before, moment_at, no_such_date
from speclint.checks.reading.entries import Entry, misplaced, promises, upside_down
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source


class _Version(NamedTuple):
    """A version: its numbers without zeros at the end, the rank of its suffix, and its build.

    The rank is None for suffixes that cannot be compared.
    """

    numbers: tuple[int, ...]
    suffix: str
    rank: Rank | None
    build: str
    text: str
    span: Span

    def is_newer_than(self, other: _Version) -> bool:
        """Return whether it is newer; builds are not compared."""
        if self.numbers != other.numbers:
            return self.numbers > other.numbers
        return self.rank is not None and other.rank is not None and self.rank.is_newer_than(other.rank)

    def maintains_a_line_before(self, other: _Version) -> bool:
        """Return whether it may be a later release of an older line: 2.0.1 beside 3.0.0, 1.2.4 beside 1.3."""
        one, two = (*self.numbers, 0), (*other.numbers, 0)
        if one[0] != two[0]:
            return one[0] < two[0] and len(self.numbers) > 1
        return one[1] < two[1] and len(self.numbers) > 2


class _Release(NamedTuple):
    """An entry of a changelog; without version and date it is about what is not released yet."""

    version: _Version | None
    moment: Moment | None
    span: Span
    name: str

    @property
    def line(self) -> tuple[int, ...]:
        """The first two numbers of the version: releases of one line maintain one another."""
        return (*self.version.numbers, 0, 0)[:2] if self.version else ()


_MARKS = r"[\s*_~`\[(#]{0,8}"

_UNRELEASED = lazy_regex(_MARKS + r"(?:unreleased|upcoming|not\s+yet\s+released)\b", re.IGNORECASE)

_VERSION = lazy_regex(
    _MARKS + rf"(?P<word>(?:version|release|rev(?:ision)?|ver|rel|v)\b\.?{_MARKS})?"
    r"(?P<text>v?(?P<numbers>\d{1,9}(?:\.\d{1,9}){0,3})"
    r"(?:-(?!\d{4}-)(?P<suffix>[0-9A-Za-z][0-9A-Za-z.-]{0,30})|\.?(?P<short>(?:a|b|c|rc|alpha|beta|dev|pre|post)\d{0,6}"
    r"(?:\.?(?:dev|post)\d{0,6}){0,2})(?![\w.]))?(?:\+(?P<build>[0-9A-Za-z.-]{1,40}))?)(?![\w+%]|[.,/:]\w|\.\*)",
    re.IGNORECASE,
)

# What stands behind the version that an item is of, and not behind a figure that it begins with.
_AFTER = lazy_regex(r"\s*(?:$|[*_~`\])]|[:：(,|–—→]|-\s)|\s+[\[(]")

_DATE_BEGINS = lazy_regex(
    r"(?<![\w.])(?=\d{1,4}[-/. ]\w|\d{1,2}(?:st|nd|rd|th)\b|[a-z]{3,9}[.,]?\s\d|[qh][1-4])", re.IGNORECASE
)

# The number of a heading among the others, before its version.
_NUMBERING = lazy_regex(
    r"\d{1,3}(?:\.\d{1,3}){0,3}[.)]?\s+(?=[*_`\[(]{0,3}(?:version|release|rev|unreleased|v?\d{1,9}\.\d))",
    re.IGNORECASE,
)

_COLUMN = lazy_regex(r"(?:doc(?:ument)?\s+)?(?:version|release|rev(?:ision)?|v|no)\b", re.IGNORECASE)

# How far behind the version of an item its date may begin.
_NEAR = 24


def changelog_order(binding: Binding) -> Iterator[Finding]:
    """A changelog has its newest version first, each once, with dates that exist.

    Readers take the top entry for the state of things. In a section with `changelog: true`, versions fall
    from entry to entry by the rules of Semantic Versioning (`2.0.0` is above `2.0.0-rc.1`) and of PEP 440
    (`1.0` is above `1.0rc1`), no version stands twice, what is unreleased comes first, and dates exist and
    never rise. A release of an older line (`2.0.1` after `3.0.0`) stands in its line or at its date.
    Entries are subsections, or else the bold lines, rows of a table or list items that begin with a version
    or a date.

    Fails:

        ### Version 1.1.0 (2025-03-01)
        ### Version 1.2.0 (2025-06-01)

    Passes:

        ### [Unreleased]
        ### Version 1.2.0 (2025-06-01)
        ### v1.1.0 - March 2025
    """  # noqa: D401 - true of a good document
    for promise, _, listed in promises(binding, lambda content: content.changelog):
        if binding.owed(promise.start):
            yield from _faults(binding, _releases(binding, listed))


def _faults(binding: Binding, releases: Sequence[_Release]) -> Iterator[Finding]:
    source = binding.document.source
    at_fault: set[Span] = set()
    for release in releases:
        if release.moment and release.moment.days is None:
            at_fault.add(release.span)
            yield no_such_date(source.slice(release.moment.span), release.moment.span)
    reversed_ = False
    versions = [release for release in releases if release.version and release.span not in at_fault]
    for release, message in _version_faults(versions):
        at_fault.add(release.span)
        reversed_ |= message == _UPSIDE_DOWN
        yield Finding(release.version.span if release.version else release.span, message)
    for place, release in enumerate(releases):
        if release.version is None and release.moment is None and not reversed_ and place:
            before = releases[place - 1]
            if before.version or before.moment:
                at_fault.add(release.span)
                yield Finding(release.span, f"{release.name} stands below {before.name}; it comes first")
    dated = [
        release
        for release in releases
        if release.moment and release.moment.days and release.span not in at_fault
    ]
    yield from _date_faults(source, dated, reversed_)


def _date_faults(source: Source, dated: Sequence[_Release], reversed_: bool) -> Iterator[Finding]:
    """Yield the findings on the order of dates; `reversed_`: the versions are reported as reversed."""
    moments = [release.moment for release in dated if release.moment]
    reverse = upside_down(dated, _is_earlier)
    if reverse is not None and not reversed_:
        yield Finding(moments[reverse].span, "the oldest date comes first; the newest must")
    for place, neighbour in () if reversed_ or reverse is not None else _misplaced(dated, _is_earlier):
        relation = "later" if neighbour < place else "earlier"
        where = "above" if neighbour < place else "below"
        one, other = source.slice(moments[place].span), source.slice(moments[neighbour].span)
        version = dated[neighbour].version
        of = f" of {version.text}" if version else ""
        message = f"{one} is {relation} than the {other}{of} {where} it; the newest comes first"
        yield Finding(moments[place].span, message)


_UPSIDE_DOWN = "the oldest version comes first; the newest must"


def _version_faults(releases: Sequence[_Release]) -> Iterator[tuple[_Release, str]]:
    seen: set[tuple[tuple[int, ...], str, str]] = set()
    kept: list[_Release] = []
    for release in releases:
        version = release.version
        assert version is not None
        key = (version.numbers, version.suffix, version.build)
        if key in seen:
            yield release, f"version {version.text} stands twice"
        else:
            seen.add(key)
            kept.append(release)
    versions = [release.version for release in kept if release.version]
    is_older = _older_in(kept)
    reverse = upside_down(kept, is_older)
    if reverse is not None:
        yield kept[reverse], _UPSIDE_DOWN
        return
    for place, neighbour in _misplaced(kept, is_older):
        where = "below" if neighbour < place else "above"
        one, other = versions[place].text, versions[neighbour].text
        yield kept[place], f"{one} stands {where} {other}; the newest version comes first"


def _older_in(releases: Sequence[_Release]) -> Callable[[_Release, _Release], bool]:
    """Return the test whether a version is too old to stand above another one of some releases.

    A correction of an older line may: it then stands at its date, and what it corrects further below.
    """
    line_ends = {release.line: release.span.start for release in releases}

    def is_older(one: _Release, other: _Release) -> bool:
        if not one.version or not other.version or not other.version.is_newer_than(one.version):
            return False
        at_its_date = one.moment and other.moment and not comes_before(one.moment, other.moment)
        corrects = one.version.maintains_a_line_before(other.version)
        return not (at_its_date and corrects and line_ends[one.line] > other.span.start)

    return is_older


def _is_earlier(one: _Release, other: _Release) -> bool:
    """Return whether a date is too early to stand above another one.

    That of a newer line may, above a later release of an older one: that stands in its line.
    """
    if not one.moment or not other.moment or not comes_before(one.moment, other.moment):
        return False
    return not (one.version and other.version and other.version.maintains_a_line_before(one.version))


def _misplaced(
    releases: Sequence[_Release], clash: Callable[[_Release, _Release], bool]
) -> Iterator[tuple[int, int]]:
    """Yield the places that are out of order, each with a neighbour's: among all, then within each line."""
    at_fault = set()
    for place, neighbour in misplaced(releases, clash):
        at_fault.add(place)
        yield place, neighbour
    lines: dict[tuple[int, ...], list[int]] = {}
    for place, release in enumerate(releases):
        if place not in at_fault:
            lines.setdefault(release.line, []).append(place)
    for line, places in lines.items():
        if line and len(lines) > 1:
            for one, other in misplaced([releases[place] for place in places], clash):
                yield places[one], places[other]


# Entries


def _releases(binding: Binding, entries: Sequence[Entry]) -> list[_Release]:
    """Return the entries of a changelog: headings of the most frequent level, else the most frequent kind."""
    by_kind: dict[tuple[str, int], list[_Release]] = {}
    for entry in entries:
        if entry.kind != "code":
            release = _of_row(binding, entry) if entry.kind == "row" else _of_text(binding, entry)
            if release:
                by_kind.setdefault((entry.kind, entry.depth), []).append(release)
    return max(
        by_kind.items(), key=lambda found: (found[0][0] == "heading", len(found[1])), default=("", [])
    )[1]


def _of_text(binding: Binding, entry: Entry) -> _Release | None:
    source = binding.document.source
    start = entry.span.start
    text = source.slice(Span(start, min(entry.span.end, start + 200))).split("\n", 1)[0].rstrip()
    heading = entry.kind == "heading"
    if not heading and entry.kind == "line" and text[:1] not in ("*", "_", "[") and not text[:1].isdigit():
        return None
    if heading and (numbering := _NUMBERING.match(text)):
        start, text = start + numbering.end(), text[numbering.end() :]
    span = Span(start, start + len(text))
    if _UNRELEASED.match(text):
        return _Release(None, None, span, shorten(plain(text)))
    version = _version(text, start, anywhere=heading)
    if version is None:
        found = moment_at(text, 0, start)
        if found is None or not (heading or _AFTER.match(text, found[1])):
            return None
        moment, end = found
        return _Release(_version(text[end:], start + end, anywhere=False), moment, span, shorten(plain(text)))
    end = version.span.end - start
    tail = text if heading else text[: end + _NEAR + 20]
    for begin in _DATE_BEGINS.finditer(tail, end, len(tail) if heading else min(len(tail), end + _NEAR)):
        found = moment_at(tail, begin.start(), start)
        if found:
            return _Release(version, found[0], span, version.text)
    return _Release(version, None, span, version.text)


def _of_row(binding: Binding, entry: Entry) -> _Release | None:
    source = binding.document.source
    version: _Version | None = None
    moment: Moment | None = None
    for place, cell in enumerate(entry.cells[:3]):
        text = source.slice(cell)[:200]
        if place == 0 and _UNRELEASED.match(text):
            return _Release(None, None, cell, shorten(plain(text)))
        found = moment_at(text, 0, cell.start)
        if found:
            moment = moment or found[0]
        elif version is None:
            head = source.slice(entry.headers[place]) if place < len(entry.headers) else ""
            version = _version(text, cell.start, anywhere=False, named=_COLUMN.match(plain(head)) is not None)
    if version is None and moment is None:
        return None
    return _Release(version, moment, entry.span, version.text if version else source.slice(entry.cells[0]))


def _version(text: str, offset: int, *, anywhere: bool, named: bool = False) -> _Version | None:
    """Return the version that a text begins with, None if it begins with none.

    With `anywhere`, any text may follow it; with `named`, a number alone is one as well.
    """
    match = _VERSION.match(text)
    if match is None or moment_at(text, 0, 0):
        return None
    lone = "." not in match["numbers"] and match["text"][0] not in "vV"
    if (lone and not (match["word"] or named)) or not (anywhere or _AFTER.match(text, match.end())):
        return None
    numbers = [int(number) for number in match["numbers"].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    suffix = (match["suffix"] or match["short"] or "").lower()
    rank = python_rank(suffix) if match["short"] else semantic_rank(suffix)
    span = Span(offset + match.start("text"), offset + match.end("text"))
    return _Version(tuple(numbers), suffix, rank, match["build"] or "", match["text"], span)
