"""The check `changelog-order`: the versions of a changelog and their dates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.binding.model import Binding
from speclint.checks.reading.dates import Moment, comes_before, moment_at, no_such_date
from speclint.checks.reading.entries import Entry, misplaced, promises, upside_down
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source


class _Version(NamedTuple):
    """A version: its numbers, and the suffix of a pre-release or of another build of the same numbers."""

    numbers: tuple[int, ...]
    suffix: str
    text: str
    span: Span

    def is_newer_than(self, other: _Version) -> bool:
        """Return whether it is newer by the precedence of Semantic Versioning; builds are not compared."""
        if self.numbers != other.numbers:
            return self.numbers > other.numbers
        one, two = _rank(self.suffix), _rank(other.suffix)
        return one is not None and two is not None and one > two


class _Release(NamedTuple):
    """An entry of a changelog; without version and date it is about what is not released yet."""

    version: _Version | None
    moment: Moment | None
    span: Span
    name: str


_MARKS = r"[\s*_~`\[(#]{0,8}"

_UNRELEASED = lazy_regex(_MARKS + r"(?:unreleased|upcoming|not\s+yet\s+released)\b", re.IGNORECASE)

_VERSION = lazy_regex(
    _MARKS + rf"(?P<word>(?:version|release|rev(?:ision)?|ver|rel|v)\b\.?{_MARKS})?"
    r"(?P<text>v?(?P<numbers>\d{1,9}(?:\.\d{1,9}){0,3})"
    r"(?:-(?!\d{4}-)(?P<suffix>[0-9A-Za-z][0-9A-Za-z.-]{0,30})|\.?(?P<short>(?:a|b|c|rc|alpha|beta|dev|pre|post)\d{0,6})"
    r"(?![\w.]))?(?:\+[0-9A-Za-z.-]{1,40})?)(?![\w+%]|[.,/:]\w|\.\*)",
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

_PRE_RELEASE = lazy_regex(r"(?:a|b|c|rc|cr|alpha|beta|dev|pre|preview|snapshot|m|canary|nightly|next)\d*\b")

_PIECES = lazy_regex(r"\d{1,9}|[a-z]+")

_COLUMN = lazy_regex(r"(?:doc(?:ument)?\s+)?(?:version|release|rev(?:ision)?|v|no)\b", re.IGNORECASE)

# How far behind the version of an item its date may begin.
_NEAR = 24


def changelog_order(binding: Binding) -> Iterator[Finding]:
    """A changelog has its newest version first, each once, with dates that exist.

    Readers take the top entry for the state of things. In a section with `changelog: true`, versions fall
    from entry to entry by the rules of Semantic Versioning (`2.0.0` is above `2.0.0-rc.1`), no version stands
    twice, what is unreleased comes first, and dates exist and never rise. Entries are subsections, or else
    the bold lines, rows of a table or list items that begin with a version or a date.

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
    reverse = upside_down(moments, comes_before)
    if reverse is not None and not reversed_:
        yield Finding(moments[reverse].span, "the oldest date comes first; the newest must")
    for place, neighbour in () if reversed_ or reverse is not None else misplaced(moments, comes_before):
        relation = "later" if neighbour < place else "earlier"
        where = "above" if neighbour < place else "below"
        one, other = source.slice(moments[place].span), source.slice(moments[neighbour].span)
        version = dated[neighbour].version
        of = f" of {version.text}" if version else ""
        message = f"{one} is {relation} than the {other}{of} {where} it; the newest comes first"
        yield Finding(moments[place].span, message)


_UPSIDE_DOWN = "the oldest version comes first; the newest must"


def _version_faults(releases: Sequence[_Release]) -> Iterator[tuple[_Release, str]]:
    seen: dict[tuple[tuple[int, ...], str], _Version] = {}
    kept: list[_Release] = []
    for release in releases:
        version = release.version
        assert version is not None
        key = (version.numbers, version.suffix)
        if key in seen:
            yield release, f"version {version.text} stands twice"
        else:
            seen[key] = version
            kept.append(release)
    versions = [release.version for release in kept if release.version]
    reverse = upside_down(versions, _is_older)
    if reverse is not None:
        yield kept[reverse], _UPSIDE_DOWN
        return
    for place, neighbour in misplaced(versions, _is_older):
        where = "below" if neighbour < place else "above"
        one, other = versions[place].text, versions[neighbour].text
        yield kept[place], f"{one} stands {where} {other}; the newest version comes first"


def _is_older(one: _Version, other: _Version) -> bool:
    return other.is_newer_than(one)


def _rank(suffix: str) -> tuple[tuple[int, str], ...] | None:
    """Return the key by which pre-releases of the same numbers are compared, None for builds."""
    if not suffix:
        return ((2, ""),)
    if not _PRE_RELEASE.match(suffix):
        return None
    pieces = _PIECES.findall(suffix)
    return tuple((0, f"{int(piece):09}") if piece.isdigit() else (1, piece) for piece in pieces)


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
    return _Version(
        tuple(numbers), suffix, match["text"], Span(offset + match.start("text"), offset + match.end("text"))
    )
