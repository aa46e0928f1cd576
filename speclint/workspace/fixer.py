"""Fix files: all of them first, then what remains is linted, as one file may refer to another."""

from __future__ import annotations

import os
from typing import NamedTuple

from speclint.diagnostics import AppliedFix
from speclint.fixes.fix import FixedBinding, Unfixable, UnsoundFix
from speclint.fixes.fix import fix_binding as fix_binding
from speclint.linting.result import FileResult
from speclint.ruleset.patterns import RegexTimeout
from speclint.workspace import files
from speclint.workspace.files import NotWritten
from speclint.workspace.linter import FileLinter, Job
from speclint.workspace.resolver import STDIN, WorkspaceError


class Change(NamedTuple):
    """What fixing changes in a text."""

    name: str
    old: str
    new: str


class FileFixer:
    """Fixes files; without `write`, only collects in `changes` what it would write.

    `piped` is the text of standard input, fixed or unchanged.
    """

    def __init__(self, linter: FileLinter, unsafe: bool = False, write: bool = True) -> None:
        self._linter = linter
        self._unsafe = unsafe
        self._write = write
        self.changes: list[Change] = []
        self.piped: str | None = None
        self._swept: set[str] = set()

    def fix_files(self, files: list[tuple[str, str]]) -> list[FileResult]:
        """Fix files, given by path and name, and return their results after that."""
        # All jobs wait for the last one, and documents take much more room than their texts.
        keeps = len(files) == 1
        fixed = [self._fixed(path, name, keeps) for path, name in files]
        # What was found out about files may no longer be true of them.
        self._linter.resolver.forget_files()
        return [one if isinstance(one, FileResult) else self._linted(*one) for one in fixed]

    def _linted(self, job: Job, applied: tuple[AppliedFix, ...], messages: tuple[str, ...]) -> FileResult:
        location = self._linter.resolver.location(job.path, job.name)
        result = self._linter.lint_job(job._replace(location=location))
        if applied:
            # Reports show what fixes wrote: the whole source is there.
            result = result._replace(fixed=applied, source=job.source)
        return result._replace(messages=(*messages, *result.messages))

    def _fixed(
        self, path: str, name: str, keeps: bool
    ) -> FileResult | tuple[Job, tuple[AppliedFix, ...], tuple[str, ...]]:
        try:
            source = self._linter.read(path, name)
        except WorkspaceError as error:
            return FileResult(name, "failed", messages=error.messages)
        if path == STDIN:
            self.piped = source.text
        prepared = self._linter.prepare(path, name, source)
        if not isinstance(prepared, Job):
            return prepared
        unchanged = prepared if keeps else prepared._replace(document=None)
        if self._write and path != STDIN and os.path.dirname(path) not in self._swept:
            self._swept.add(os.path.dirname(path))
            files.sweep(os.path.dirname(path))
        try:
            fixed = self._fix(prepared)
            if fixed.source.text == prepared.source.text:
                return unchanged, (), ()
            self._put(prepared, fixed.source.text)
        except WorkspaceError as error:
            return unchanged, (), error.messages
        document = fixed.binding.document if keeps else None
        return prepared._replace(source=fixed.source, document=document), fixed.applied, ()

    def _fix(self, job: Job) -> FixedBinding:
        try:
            return fix_binding(
                self._linter.bind(job),
                unsafe=self._unsafe,
                settings=job.settings,
                spared=job.baseline.is_listed(job.name) if job.baseline is not None else None,
            )
        except RegexTimeout as error:
            raise WorkspaceError([f"{job.name}: not fixed: {error} (rule set `{job.rules.id}`)"]) from None
        except Unfixable as error:
            raise WorkspaceError([f"{job.name}: not fixed: {error}"]) from None
        except UnsoundFix as error:
            message = f"not fixed, this is a bug of speclint's: {error}; please report it"
            raise WorkspaceError([f"{job.name}: {message}"]) from None

    def _put(self, job: Job, text: str) -> None:
        """Write a new text over the old one, or note that it would be written. Raise `WorkspaceError`."""
        old = job.source.text
        if not self._write and os.path.islink(job.path):
            # No program would take the diff, nor that of the other files with it.
            raise WorkspaceError([f"{job.name}: no diff: is a symbolic link"])
        if not self._write:
            self.changes.append(Change(job.name, old, text))
        elif job.path == STDIN:
            self.piped = text
        else:
            try:
                files.replace(job.path, old.encode(), text.encode())
            except NotWritten as error:
                raise WorkspaceError([f"{job.name}: not written: {error}"]) from None
