"""Read and write a baseline file: what it lists of each document, and what it would list after a run."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from speclint.binding.model import Binding
from speclint.checks.registry import CHECKS
from speclint.diagnostics import Diagnostic, Finding, Problem, error_reason
from speclint.linting import baseline
from speclint.linting.baseline import BaselineError, Entry
from speclint.linting.keys import key_of
from speclint.linting.result import BaselineResult
from speclint.markdown.source import BYTE_ORDER_MARK
from speclint.workspace import files, limits


class BaselineFile:
    """One baseline file: `path` as the user wrote it, and `data`, its bytes, None for a new file."""

    def __init__(self, path: str, data: bytes | None, entries: Sequence[Entry]) -> None:
        self.path = path
        self.data = data
        self.entries = entries
        self.folder = os.path.realpath(os.path.dirname(path) or os.curdir)
        self._by_path: dict[str, list[Entry]] = {}
        for entry in entries:
            self._by_path.setdefault(entry.path, []).append(entry)
        self._checks = {check.id for check in CHECKS}

    @classmethod
    def load(cls, path: str, new: bool = False) -> "BaselineFile":
        """Read a baseline; with `new`, a missing file is an empty one. Raise `BaselineError`."""

        def refused(reason: str, line: int = 1, column: int = 1) -> BaselineError:
            return BaselineError(Problem(path, line, column, reason))

        try:
            data = files.read_bytes(path, limits.BASELINE)
        except FileNotFoundError:
            if new:
                return cls(path, None, ())
            raise refused("no such baseline; --write-baseline makes one") from None
        except (OSError, ValueError) as error:
            raise refused(f"the baseline cannot be read: {error_reason(error)}") from None
        if len(data) > limits.BASELINE:
            raise refused(f"the baseline is larger than {limits.BASELINE // 1_000_000} MB")
        try:
            text = files.decode(data).text.removeprefix(BYTE_ORDER_MARK)
        except files.ReadError as error:
            raise refused(str(error), error.line, error.column) from None
        return cls(path, data, baseline.read(text, path))

    def compare(
        self, name: str, diagnostics: Sequence[Diagnostic], ran: Collection[str]
    ) -> tuple[tuple[Diagnostic, ...], BaselineResult]:
        """Return the diagnostics of a document, those in the baseline marked as known, and the comparison.

        `ran` are the ids of the checks that ran: entries of other checks do not count as gone.
        """
        path = self.relative(name)
        compared = baseline.compare(self._by_path.get(path, ()), path, diagnostics)
        gone = (entry for entry in compared.gone if entry.check in ran or entry.check not in self._checks)
        known = sum(diagnostic.known for diagnostic in compared.diagnostics)
        found = baseline.entries(path, diagnostics)
        return compared.diagnostics, BaselineResult(self.path, found, known, tuple(gone))

    def is_listed(self, name: str) -> Callable[[Binding], Callable[[str, Finding], bool]]:
        """Return a predicate for the fixer: whether a finding of a document is in the baseline.

        The fixer leaves such findings as they are. The predicate of a binding counts: each call uses an entry
        up.
        """
        path = self.relative(name)

        def of(binding: Binding) -> Callable[[str, Finding], bool]:
            left = Counter({entry.one: entry.times for entry in self._by_path.get(path, ())})

            def is_known(check: str, finding: Finding) -> bool:
                entry = baseline.entry_of(path, key_of(binding, check, finding.span, finding.subject))
                left[entry] -= 1
                return left[entry] >= 0

            return is_known

        return of

    def relative(self, name: str) -> str:
        """Return the path of a document as the baseline lists it."""
        folder, file = os.path.split(os.path.abspath(name))
        try:
            path = os.path.relpath(os.path.join(os.path.realpath(folder), file), self.folder)
        except ValueError:  # on another drive
            path = os.path.abspath(name)
        return path.replace(os.sep, "/")

    def of_deleted(self, paths: Iterable[str]) -> list[Entry]:
        """Return the entries of deleted documents that are, or lie below, one of some paths."""
        roots = [os.path.normpath(os.path.join(self.folder, self.relative(path))) for path in paths]
        gone: list[Entry] = []
        for path, entries in self._by_path.items():
            full = os.path.normpath(os.path.join(self.folder, path))
            named = any(full == root or full.startswith(root.rstrip(os.sep) + os.sep) for root in roots)
            if named and not os.path.lexists(full):
                gone += entries
        return gone

    def save(self, entries: Sequence[Entry]) -> None:
        """Write other entries into the file, as a whole or not at all. Raise `NotWritten`."""
        data = baseline.written(entries)
        if self.data is None:
            files.create_named(self.path, data)
        elif data != self.data:
            files.replace(self.path, self.data, data)


class BaselineTotals(NamedTuple):
    """What one run found of a baseline: the entries of its documents, and those that are gone from them."""

    file: BaselineFile
    found: tuple[Entry, ...]
    known: int
    gone: tuple[Entry, ...]

    @classmethod
    def of(cls, file: BaselineFile, results: Iterable[BaselineResult]) -> "BaselineTotals":
        """Return the sums over the results of a run."""
        mine = [one for one in results if one.path == file.path]
        found = tuple(entry for one in mine for entry in one.found)
        gone = tuple(entry for one in mine for entry in one.gone)
        return cls(file, found, sum(one.known for one in mine), gone)

    def rewritten(self, paths: Iterable[str]) -> tuple[Entry, ...]:
        """Return the entries for a new baseline: those found, and those that the run could not look for.

        It could not look for entries of documents that it did not lint, and of checks that did not run.
        """
        now = {entry.one: entry.times for entry in baseline.counted(self.found)}
        for entry in self.pruned(paths):
            now[entry.one] = max(now.get(entry.one, 0), entry.times)
        return tuple(sorted(entry._replace(times=times) for entry, times in now.items()))

    def pruned(self, paths: Iterable[str]) -> tuple[Entry, ...]:
        """Return the entries that were found, and those that the run could not look for."""
        return baseline.without(self.file.entries, (*self.gone, *self.file.of_deleted(paths)))
