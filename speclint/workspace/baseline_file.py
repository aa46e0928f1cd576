"""A baseline on the disk: what it lists of each document, and what it would list after a run."""

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
    """One baseline file; `path` is where it lies, as the user wrote it, `data` its bytes, None for a new
    one.
    """

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
        """Read a baseline, with `new` also one that is not there yet; raises `BaselineError`."""

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
        """Return the diagnostics of a document, those in the baseline marked as known, and what it
        says of them.

        `ran` are the ids of the checks that ran: of the others it is not known what they would find.
        """
        path = self.relative(name)
        compared = baseline.compare(self._by_path.get(path, ()), path, diagnostics)
        gone = (entry for entry in compared.gone if entry.check in ran or entry.check not in self._checks)
        known = sum(diagnostic.known for diagnostic in compared.diagnostics)
        found = baseline.entries(path, diagnostics)
        return compared.diagnostics, BaselineResult(self.path, found, known, tuple(gone))

    def is_listed(self, name: str) -> Callable[[Binding], Callable[[str, Finding], bool]]:
        """Return, for a fixer, what tells whether a finding is in the baseline and is therefore left as
        it is.
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
        """Return the path of a document as the baseline has it."""
        folder, file = os.path.split(os.path.abspath(name))
        try:
            path = os.path.relpath(os.path.join(os.path.realpath(folder), file), self.folder)
        except ValueError:  # on another drive
            path = os.path.abspath(name)
        return path.replace(os.sep, "/")

    def of_deleted(self, paths: Iterable[str]) -> list[Entry]:
        """Return the entries of documents that are no longer there, of those that some paths name or hold."""
        roots = [os.path.normpath(os.path.join(self.folder, self.relative(path))) for path in paths]
        gone: list[Entry] = []
        for path, entries in self._by_path.items():
            full = os.path.normpath(os.path.join(self.folder, path))
            named = any(full == root or full.startswith(root.rstrip(os.sep) + os.sep) for root in roots)
            if named and not os.path.lexists(full):
                gone += entries
        return gone

    def save(self, entries: Sequence[Entry]) -> None:
        """Write other entries into the file, as a whole or not at all; raises `NotWritten`."""
        data = baseline.written(entries)
        if self.data is None:
            files.create(self.path, data)
        elif data != self.data:
            files.replace(self.path, self.data, data)


class BaselineTotals(NamedTuple):
    """What one run found of a baseline: the entries that its documents have, and those that they no longer
    have.
    """

    file: BaselineFile
    found: tuple[Entry, ...]
    known: int
    gone: tuple[Entry, ...]

    @classmethod
    def of(cls, file: BaselineFile, results: Iterable[BaselineResult]) -> "BaselineTotals":
        """Add up what a run found."""
        mine = [one for one in results if one.path == file.path]
        found = tuple(entry for one in mine for entry in one.found)
        gone = tuple(entry for one in mine for entry in one.gone)
        return cls(file, found, sum(one.known for one in mine), gone)

    def rewritten(self, paths: Iterable[str]) -> tuple[Entry, ...]:
        """Return what documents have now, and what those had that were not looked at, or not by all
        checks.
        """
        now = {entry.one: entry.times for entry in baseline.counted(self.found)}
        for entry in self.pruned(paths):
            now[entry.one] = max(now.get(entry.one, 0), entry.times)
        return tuple(sorted(entry._replace(times=times) for entry, times in now.items()))

    def pruned(self, paths: Iterable[str]) -> tuple[Entry, ...]:
        """Return the entries that were found, or of which it is not known."""
        return baseline.without(self.file.entries, (*self.gone, *self.file.of_deleted(paths)))
