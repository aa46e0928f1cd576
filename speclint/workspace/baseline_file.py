"""A baseline's file during one run: what it knows of each document, and what it would be after the run."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from speclint.binding.model import Binding
from speclint.checks.registry import CHECKS
from speclint.diagnostics import Diagnostic, Finding, Problem, error_reason
from speclint.linting import baseline
from speclint.linting.baseline import BaselineError, Entry
from speclint.linting.result import Judged
from speclint.markdown.source import NotText, Source
from speclint.workspace import files
from speclint.workspace.files import create, replace

if TYPE_CHECKING:
    from speclint.fixes.fix import Spared


class Ledger:
    """One baseline file; `path` is where it lies, as the user wrote it."""

    def __init__(self, path: str, was: bytes | None, entries: Sequence[Entry]) -> None:
        self.path = path
        self.was = was
        self.entries = entries
        self.folder = os.path.realpath(os.path.dirname(path) or os.curdir)
        self._by_path: dict[str, list[Entry]] = {}
        for entry in entries:
            self._by_path.setdefault(entry.path, []).append(entry)
        self._known = {check.id for check in CHECKS}
        # What the documents of this run have, how many of that are known, and what they no longer have.
        self.found: list[Entry] = []
        self.known = 0
        self.gone: list[Entry] = []

    def judged(
        self,
        name: str,
        binding: Binding,
        diagnostics: Sequence[Diagnostic],
        ran: Collection[str],
    ) -> Judged:
        """What the baseline says of the diagnostics of a document; `ran` are the checks that ran."""
        path = self.relative(name)
        known = self._by_path.get(path, ())
        compared = baseline.compare(known, path, binding, diagnostics)
        # Of a check that did not run it is not known whether it would still find something.
        gone = (entry for entry in compared.gone if entry.check in ran or entry.check not in self._known)
        return Judged(compared.diagnostics, baseline.entries(path, binding, diagnostics), tuple(gone))

    def take(self, judged: Judged) -> None:
        """Counts a document that was judged."""
        self.found += judged.found
        self.known += sum(diagnostic.known for diagnostic in judged.diagnostics)
        self.gone += judged.gone

    def spares(self, name: str) -> Spared:
        """What of a document's findings is known, for a fixer: it is left as it is."""
        path = self.relative(name)

        def of(binding: Binding) -> Callable[[str, Finding], bool]:
            left = Counter({entry.one: entry.times for entry in self._by_path.get(path, ())})

            def is_known(check: str, finding: Finding) -> bool:
                entry = baseline.entry(path, binding, check, finding.span, finding.subject)
                left[entry] -= 1
                return left[entry] >= 0

            return is_known

        return of

    def relative(self, name: str) -> str:
        """The path of a document as the baseline has it."""
        folder, file = os.path.split(os.path.abspath(name))
        try:
            path = os.path.relpath(os.path.join(os.path.realpath(folder), file), self.folder)
        except ValueError:  # on another drive
            path = os.path.abspath(name)
        return path.replace(os.sep, "/")

    def lost(self, paths: Iterable[str]) -> list[Entry]:
        """The entries of documents that are no longer there, of those that some paths name or hold."""
        roots = [os.path.normpath(os.path.join(self.folder, self.relative(path))) for path in paths]
        gone: list[Entry] = []
        for path, entries in self._by_path.items():
            full = os.path.normpath(os.path.join(self.folder, path))
            named = any(full == root or full.startswith(root.rstrip(os.sep) + os.sep) for root in roots)
            if named and not os.path.lexists(full):
                gone += entries
        return gone

    def rewritten(self, paths: Iterable[str]) -> tuple[Entry, ...]:
        """What documents have now, and what those had that were not looked at, or not by all checks."""
        now = {entry.one: entry.times for entry in baseline.counted(self.found)}
        for entry in self.pruned(paths):
            now[entry.one] = max(now.get(entry.one, 0), entry.times)
        return tuple(sorted(entry._replace(times=times) for entry, times in now.items()))

    def pruned(self, paths: Iterable[str]) -> tuple[Entry, ...]:
        """The entries that were found, or of which it is not known."""
        return baseline.without(self.entries, (*self.gone, *self.lost(paths)))

    def save(self, entries: Sequence[Entry]) -> None:
        """Writes other entries into the file, as a whole or not at all; raises `NotWritten`."""
        data = baseline.written(entries)
        if self.was is None:
            create(self.path, data)
        elif data != self.was:
            replace(self.path, self.was, data)


def load(path: str, new: bool = False) -> Ledger:
    """The ledger of a baseline file, with `new` also of one that is not there yet; raises `BaselineError`."""

    def refused(why: str, line: int = 1, column: int = 1) -> BaselineError:
        return BaselineError(Problem(path, line, column, why))

    try:
        data = files.read_bytes(path, baseline.MAX_BYTES)
    except FileNotFoundError:
        if new:
            return Ledger(path, None, ())
        raise refused("no such baseline; --write-baseline makes one") from None
    except (OSError, ValueError) as error:
        raise refused(f"the baseline cannot be read: {error_reason(error)}") from None
    if len(data) > baseline.MAX_BYTES:
        raise refused(f"the baseline is larger than {baseline.MAX_BYTES // 1_000_000} MB")
    try:
        text = Source.decode(data).text.removeprefix("\ufeff")
    except NotText as error:
        raise refused(str(error), error.line, error.column) from None
    return Ledger(path, data, baseline.read(text, path))
