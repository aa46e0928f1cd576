"""What came of the documents of a repository in earlier runs, in one file of the user's cache.

An outcome is used again when nothing that it came from has changed:

- the text, told by size, times and number of the file, and where these differ by a digest of its bytes;
- the terms: this version of speclint, options, configuration, rule sets, baselines, coverage reports;
- what was asked of the files around: what a path leads to (`?path`), the digest of a text (`=path`);
- the day, where a comment holds until some day.

A file that was touched while it was read, or right before, may have been written again with the same times:
its times are not kept then, as in the index of git.

The file is a line with a digest of all the rest, a line of JSON that tells of every document, and the
outcomes themselves, as JSON, one behind the other. It is read as JSON, nothing else. Whatever is wrong with
it, or with writing it, is as if it were not there.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from speclint.diagnostics import Diagnostic, Edit, Fix, Severity
from speclint.linting.result import Judged, Outcome
from speclint.markdown import digest
from speclint.markdown.source import Span
from speclint.markdown.source_excerpt import SourceExcerpt
from speclint.reporters.formats import Checked
from speclint.workspace import storage

if TYPE_CHECKING:
    from speclint.linting.baseline import Entry


MAX_BYTES = 200_000_000

# How many repositories are remembered, and how many bytes of them.
MAX_FILES, MAX_ALL = 50, 1_000_000_000

# What `kept_in` calls files, and what becomes of them in `storage.write_checked` when a run is killed.
_OURS = re.compile(r"speclint-[0-9a-f]{32}\.(?:json|said)(?:\.\d+)?")

_RESULTS = ".json"

# Some file systems tell times by two seconds.
_COARSE = 2_000_000_000


# Size, time of change, time of a change of what is known of it, number.
Stamp = tuple[int, int, int, int]

_NO_STAMP: Stamp = (-1, -1, -1, -1)


class _Kept(NamedTuple):
    """What is known of a document: its state, what its outcome depends on, and the outcome as JSON."""

    stamp: Stamp
    digest: str
    terms: str
    day: str
    asked: tuple[str, ...]
    data: bytes


class Results:
    """The outcomes of the documents below a root.

    `answer` gives the answer to a question about the files; `now` is a time before they were looked at.
    """

    def __init__(self, root: str, answer: Callable[[str], str], now: int) -> None:
        self.root = root
        self._path = kept_in(root, _RESULTS)
        self._began = now
        self._kept: dict[str, _Kept] = {}
        # What was asked of the files around, and whether anything had two answers in this run.
        self.answers: dict[str, str] = {}
        self.torn = False
        self._seen: set[str] = set()
        self._written = 0
        self._changed = False
        with suppress(OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            self._load()
        stale = {one for one, known in self.answers.items() if answer(one) != known}
        if stale:
            self._changed = True
            self._kept = {path: kept for path, kept in self._kept.items() if stale.isdisjoint(kept.asked)}
            for question in stale:
                del self.answers[question]

    def recall(
        self, path: str, stamp: Stamp, terms: str, day: str, read: Callable[[], str | None]
    ) -> Outcome | None:
        """What came of the document at a path from the root; None when that is not known.

        `read` gives the digest of its text, None where it has none.
        """
        self._seen.add(path)
        kept = self._kept.get(path)
        if kept is None or kept.terms != terms or kept.day not in ("", day):
            return None
        if kept.stamp != stamp or max(stamp[1:3]) >= self._written:
            if read() != kept.digest:
                return None
            self._kept[path] = kept._replace(stamp=self._settled(stamp))
            self._changed |= self._kept[path] != kept
        try:
            return _decoded(json.loads(kept.data))
        except (ValueError, TypeError, AttributeError, RecursionError):
            return None  # not one of ours

    def keep(self, path: str, stamp: Stamp, terms: str, day: str, outcome: Outcome) -> None:
        """Remembers what came of a document, of which this is the state before it was read."""
        self._kept.pop(path, None)
        self._changed = True
        # What changed while the run went on has two answers, and neither is good for the next run.
        if any(self.answers.setdefault(one, answer) != answer for one, answer in outcome.asked.items()):
            self.torn = True
            return
        data = json.dumps(_encoded(outcome), separators=(",", ":")).encode()
        self._kept[path] = _Kept(
            self._settled(stamp),
            outcome.digest,
            terms,
            day if outcome.dated else "",
            tuple(outcome.asked),
            data,
        )

    def save(self) -> None:
        """Writes everything, whole or not at all, without the documents that are gone."""
        unseen = self._kept.keys() - self._seen
        gone = {path for path in unseen if not os.path.lexists(os.path.join(self.root, path))}
        if not self._changed and not gone:
            return
        # Those of this run come first, when there is not room for all.
        order = sorted(self._kept.keys() - gone, key=lambda path: (path in unseen, path))
        numbers: dict[str, int] = {}
        documents: dict[str, Any] = {}
        parts: list[bytes] = []
        length = 0
        for path in order:
            kept = self._kept[path]
            if length + len(kept.data) > MAX_BYTES // 2:
                break
            asked = [numbers.setdefault(question, len(numbers)) for question in kept.asked]
            documents[path] = (*kept[:4], asked, len(kept.data))
            parts.append(kept.data)
            length += len(kept.data)
        world = {one: self.answers[one] for one in numbers}
        head = json.dumps({"world": world, "documents": documents}, separators=(",", ":"))
        write(self._path, head.encode() + b"\n", *parts)

    def _settled(self, stamp: Stamp) -> Stamp:
        """The state of a file as it is kept: none where it is so young that it says nothing."""
        return stamp if settled(stamp, self._began) else _NO_STAMP

    def _load(self) -> None:
        path = self._path
        elsewhere = path is not None and not os.path.lexists(path)
        if path is not None and elsewhere:
            path = _newest(os.path.dirname(path))
        content, start = read(path)
        written = os.stat(path or "").st_mtime_ns
        end = content.find(b"\n", start)
        head = json.loads(content[start:end])
        answers: dict[str, str] = head["world"]
        questions = list(answers)
        if not all(question.startswith(("?", "=")) for question in questions):
            return
        at = end + 1
        kept: dict[str, _Kept] = {}
        for name, (stamp, text_digest, terms, day, asked, length) in head["documents"].items():
            about = tuple([questions[number] for number in asked])
            # Of another checkout, perhaps of the same repository, the texts say whether they are the same.
            stamp = _NO_STAMP if elsewhere else tuple(stamp)
            kept[name] = _Kept(stamp, text_digest, terms, day, about, content[at : at + length])
            at += length
        self.answers, self._kept, self._written = answers, kept, written


def stamp_of(state: os.stat_result) -> Stamp:
    """What differs when a file was written."""
    return state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino


def settled(stamp: Stamp, now: int) -> bool:
    """Whether a file was left alone so long (`now` in nanoseconds) that its times tell of every change."""
    return max(stamp[1:3]) < now - _COARSE


def kept_in(about: str, ending: str) -> str | None:
    """The path of what is kept about something; None where there is no cache."""
    folder = storage.cache_folder()
    name = digest.digest(about.encode(errors="replace"))
    return os.path.join(folder, "results", f"speclint-{name}{ending}") if folder is not None else None


def read(path: str | None) -> tuple[bytes, int]:
    """A file in which this version of speclint keeps something, and where that begins.

    Raises `ValueError` where there is nothing.
    """
    found = None if path is None else storage.find_checked(path, storage.tool().encode(), MAX_BYTES)
    if found is None:
        raise ValueError
    return found


def write(path: str | None, *content: bytes | memoryview) -> None:
    """Keeps something in a file, where that is possible, at the expense of what is older."""
    if path is not None:
        storage.write_checked(path, storage.tool().encode(), *content)
        with suppress(OSError):
            _prune(os.path.dirname(path))


def _prune(folder: str) -> None:
    """Removes the oldest of our files from a folder while there are too many, or too large ones."""
    room = MAX_ALL
    for number, (state, path) in enumerate(_by_age(folder)):
        room -= state.st_size
        if number >= MAX_FILES or room < 0:
            os.unlink(path)


def _newest(folder: str) -> str | None:
    """The results that were kept last in a folder, those of whatever repository."""
    return next((path for _, path in _by_age(folder) if path.endswith(_RESULTS)), None)


def _by_age(folder: str) -> list[tuple[os.stat_result, str]]:
    """Our files in a folder, the newest first."""
    with os.scandir(folder) as scan:
        ours = [
            entry for entry in scan if _OURS.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)
        ]
    found = [(entry.stat(follow_symlinks=False), entry.path) for entry in ours]
    return sorted(found, key=lambda file: -file[0].st_mtime_ns)


def _encoded(outcome: Outcome) -> list[Any]:
    """An outcome as JSON has it, without what the run itself knows."""
    checked, judged = outcome.checked, outcome.judged
    return [
        outcome.status,
        outcome.rules,
        outcome.order,
        None if checked is None else [*checked[2:6], checked.fail_on, *_shown(checked)],
        outcome.bound,
        outcome.ledger,
        None if judged is None else judged[1:],
    ]


def _shown(checked: Checked) -> Iterable[Any]:
    """The diagnostics of a document and the lines that they speak of: tuples are lists in JSON."""
    assert isinstance(checked.source, SourceExcerpt)
    return checked.diagnostics, checked.source


def _decoded(data: Any) -> Outcome:
    status, rules, order, checked, bound, ledger, judged = data
    result = None
    if checked is not None:
        template, stage, met, total, fail_on, diagnostics, (numbers, starts, lines) = checked
        _expect(str, template, stage, *lines)
        _expect(int, met, total, *numbers, *starts)
        if not len(numbers) == len(starts) == len(lines) >= bool(diagnostics):
            raise ValueError
        found = tuple([_diagnostic(*one) for one in diagnostics])
        source = SourceExcerpt(tuple(numbers), tuple(starts), tuple(lines))
        result = Checked("", source, template, stage, met, total, found, (), Severity(fail_on))
        if judged is not None:
            judged = Judged(found, *(tuple(map(_listed, entries)) for entries in judged))
    elif judged is not None:
        raise ValueError
    _expect(str, status, rules, ledger, *order)
    _expect(int, *bound)
    if status not in ("checked", "skipped", "unstaged") or (status == "checked") != (result is not None):
        raise ValueError
    return Outcome("", status, rules, tuple(order), result, tuple(bound), ledger, judged)


def _expect(kind: type, *values: Any) -> None:
    if not all(type(value) is kind for value in values):
        raise TypeError


def _diagnostic(
    check: str, severity: int, span: Any, message: str, section: Any, fix: Any, known: bool, subject: Any
) -> Diagnostic:
    _expect(str, check, message, *section, *subject)
    _expect(int, *span)
    _expect(bool, known)
    return Diagnostic(
        check,
        Severity(severity),
        Span(*span),
        message,
        tuple(section),
        None if fix is None else _fix(*fix),
        known,
        tuple(subject),
    )


def _fix(title: str, edits: Any, safe: bool) -> Fix:
    _expect(str, title, *(text for _, text in edits))
    _expect(bool, safe)
    _expect(int, *(offset for span, _ in edits for offset in span))
    return Fix(title, tuple([Edit(Span(*span), text) for span, text in edits]), safe)


def _listed(entry: Any) -> Entry:
    from speclint.linting.baseline import Entry

    path, check, section, digest, times = entry
    _expect(str, path, check, digest, *section)
    _expect(int, times)
    return Entry(path, check, tuple(section), digest, times)
