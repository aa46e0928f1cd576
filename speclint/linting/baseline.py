"""Read, write and compare baselines: lists of known findings, which do not count. Pure: text in, values out.

A finding is identified by its document, its check, the titles of the sections around it and the text that it
stands on (its name, if it is missing). Line numbers are not compared: a finding that has moved is still
known.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from speclint.diagnostics import Diagnostic, DiagnosticKey, Problem
from speclint.markdown.digest import digest
from speclint.markdown.source import Source

VERSION = 1

_KEYS = {"path": "a text", "check": "a text", "section": "a list of texts", "digest": "a text"}

_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: .*)?$", re.MULTILINE)

_WHITE = re.compile(r"[ \t\r\n,]*")


class Entry(NamedTuple):
    """A finding in a baseline: `path` is that of its document, relative to the baseline's folder, with `/`.

    `section` holds the titles around it, without the document's own and without their numbers, `digest` is
    that of the text that it stands on, and `times` is how many findings have all of these in common.
    """

    path: str
    check: str
    section: tuple[str, ...]
    digest: str
    times: int = 1

    @property
    def one(self) -> "Entry":
        """The same entry with `times` 1, to compare findings whatever their number."""
        return self._replace(times=1)


class BaselineError(Exception):
    """A baseline that cannot be used; `problem` holds the reason and its place."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(str(problem))


class Compared(NamedTuple):
    """A document's diagnostics, those in the baseline marked as known, and the entries not found."""

    diagnostics: tuple[Diagnostic, ...]
    gone: tuple[Entry, ...]


def read(text: str, name: str = "<baseline>") -> tuple[Entry, ...]:
    """Return the entries of a baseline's text, sorted, each finding once.

    An entry that is listed twice, as after a merge, counts as often as the larger of both. `name` is the path
    that errors show. Raise `BaselineError` with the place of the fault if the text is not a baseline.
    """
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        message = "a merge has left its marks here; resolve it, or write the baseline again"
        raise _error(text, name, conflict.start(), message)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise BaselineError(Problem(name, error.lineno, error.colno, f"not JSON: {error.msg}")) from None
    except (ValueError, RecursionError):
        raise BaselineError(
            Problem(name, 1, 1, "not a baseline: a number or a nesting beyond reason")
        ) from None
    if not isinstance(data, dict) or "version" not in data:
        raise BaselineError(Problem(name, 1, 1, 'not a baseline: it has no "version"'))
    if type(data["version"]) is not int or data["version"] != VERSION:
        message = f"version {VERSION} is the only one known here; write the baseline again"
        raise _error(text, name, text.find('"version"'), message)
    entries = data.get("entries")
    if not isinstance(entries, list) or data.keys() - {"version", "entries"}:
        raise BaselineError(
            Problem(name, 1, 1, 'not a baseline: beside "version" it has only a list "entries"')
        )
    found: dict[Entry, int] = {}
    for number, value in enumerate(entries):
        fault = _fault(value)
        if fault:
            raise _error(text, name, _place(text, number), fault)
        entry = Entry(value["path"], value["check"], tuple(value["section"]), value["digest"])
        found[entry] = max(found.get(entry, 0), value.get("count", 1))
    return tuple(sorted(entry._replace(times=count) for entry, count in found.items()))


def _fault(value: Any) -> str:
    """Return what is wrong with an entry, "" for nothing."""
    if not isinstance(value, dict):
        return "an entry must be a mapping"
    for key, kind in _KEYS.items():
        if key not in value:
            return f'an entry needs "{key}"'
        listed = value[key] if key == "section" else [value[key]]
        if not isinstance(listed, list) or not all(isinstance(text, str) for text in listed):
            return f'"{key}" must be {kind}'
    for key in value.keys() - _KEYS.keys() - {"count"}:
        return f'an entry has no "{key[:60]}"'
    count = value.get("count", 1)
    if type(count) is not int or not 0 < count <= 1_000_000:
        return '"count" must be a whole number from 1 on'
    return ""


def _error(text: str, name: str, offset: int, message: str) -> BaselineError:
    line, column = Source(text).position(max(offset, 0))
    return BaselineError(Problem(name, line, column, message))


def _place(text: str, number: int) -> int:
    """Return the offset of an entry in a text that is JSON, 0 if it cannot be found."""
    opening = re.search(r'"entries"\s*:\s*\[', text)
    if opening is None:
        return 0
    decoder = json.JSONDecoder()
    offset = opening.end()
    try:
        for _ in range(number):
            _, offset = decoder.raw_decode(text, _WHITE.match(text, offset).end())  # type: ignore[union-attr]
    except ValueError:
        return 0
    return _WHITE.match(text, offset).end()  # type: ignore[union-attr]


def written(entries: Iterable[Entry]) -> bytes:
    """Return a baseline with some entries, in UTF-8.

    The entries are sorted, one a line, so that merges seldom conflict.
    """
    lines = [_line(entry) for entry in sorted(entries)]
    body = ",\n".join(lines)
    text = f'{{"version": {VERSION}, "entries": [\n{body}{chr(10) if body else ""}]}}\n'
    # Bytes of a path that are not UTF-8 become what JSON has for them.
    return text.encode("utf-8", "backslashreplace")


def _line(entry: Entry) -> str:
    path, check, section, digest, count = entry
    data = {"path": path, "check": check, "section": section, "digest": digest, "count": count}
    return json.dumps(data, ensure_ascii=False)


def counted(found: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries sorted, each finding once, with how often it occurs among those given."""
    counts: Counter[Entry] = Counter()
    for entry in found:
        counts[entry.one] += entry.times
    return tuple(sorted(entry._replace(times=count) for entry, count in counts.items()))


def entry_of(path: str, key: DiagnosticKey) -> Entry:
    """Return the entry of a diagnostic in the document at a path."""
    return Entry(path, key.check, key.section, digest(key.text.encode("utf-8", "surrogatepass"))[:16])


def entries(path: str, diagnostics: Sequence[Diagnostic]) -> tuple[Entry, ...]:
    """Return the diagnostics of a document as entries, one for each, in their order."""
    return tuple(entry_of(path, diagnostic.key) for diagnostic in diagnostics)


def compare(known: Sequence[Entry], path: str, diagnostics: Sequence[Diagnostic]) -> Compared:
    """Mark the diagnostics of a document that its baseline lists as known.

    If more of one finding are there than the baseline lists, the last ones are new.
    """
    left = Counter({entry.one: entry.times for entry in known if entry.path == path})
    marked: list[Diagnostic] = []
    for diagnostic, one in zip(diagnostics, entries(path, diagnostics), strict=True):
        is_known = left[one] > 0
        left[one] -= is_known
        marked.append(diagnostic._replace(known=is_known))
    gone = [entry._replace(times=count) for entry, count in left.items() if count > 0]
    return Compared(tuple(marked), tuple(sorted(gone)))


def without(known: Iterable[Entry], gone: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the entries that remain when others are removed: each with its count less theirs."""
    counts = {entry.one: entry.times for entry in known}
    for entry in gone:
        counts[entry.one] = counts.get(entry.one, 0) - entry.times
    return tuple(sorted(entry._replace(times=count) for entry, count in counts.items() if count > 0))


def grown(old: str | None, new: str) -> tuple[Entry, ...]:
    """Return the entries that a baseline gained over an older one, sorted; `times` is the increase.

    None stands for an older baseline without entries. Raise `BaselineError` if one of the texts is no
    baseline.
    """
    before: Mapping[Entry, int] = {entry.one: entry.times for entry in read(old)} if old is not None else {}
    more = ((entry, entry.times - before.get(entry.one, 0)) for entry in read(new))
    return tuple(entry._replace(times=count) for entry, count in more if count > 0)
