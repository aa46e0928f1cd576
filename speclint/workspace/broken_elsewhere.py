"""Find what a change breaks in the documents that it leaves as they are: their links, anchors and paths."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.checks.references.targets import decoded
from speclint.diagnostics import Diagnostic
from speclint.linting.lint import run_checks
from speclint.linting.result import FileResult
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source
from speclint.workspace.base_revision import BaseRevision
from speclint.workspace.changed import ChangedSince
from speclint.workspace.git import GitError
from speclint.workspace.linter import FileLinter, Job
from speclint.workspace.resolver import Resolver, WorkspaceError

REFERENCES = ("broken-anchor", "broken-link", "missing-path")

# What separates the names of files and folders in a text.
_BETWEEN = r"\s/()<>\[\]\"'`#?|:"
_NAMES = re.compile(rf"[^{_BETWEEN}]+")
_MARKS = ".,;!*_~"

# What a name may be written with in another way: `a%20file`, `b\\_c`, `&amp;`.
_ENCODED = re.compile(r"[%\\&]")

# So many names are looked for one by one.
_FEW = 50

# A link to a folder shows these.
_INDEXES = ("readme", "index")


def with_broken(
    changed: ChangedSince, resolver: Resolver, files: Sequence[tuple[str, str]], results: Sequence[FileResult]
) -> list[FileResult]:
    """Return the results of a run with those of unchanged documents that refer to what the change took away.

    `files` are the paths of the results and the names that they are reported by. Such a result has nothing
    but those references among its diagnostics.
    """
    linter = FileLinter(resolver, (_NewlyBroken(changed),))
    altered: dict[str, _Altered] = {}
    found = list(results)
    for number, ((path, name), result) in enumerate(zip(files, results, strict=True)):
        if result.status != "unchanged":
            continue
        try:
            base = changed.revision(os.path.realpath(name))
            if base.root not in altered:
                there = (one.path for one in results if one.status not in ("unchanged", "failed"))
                altered[base.root] = _Altered(_altered_paths(base, there))
            if not altered[base.root].names:
                continue
            source = linter.read(path, name)
            if altered[base.root].may_concern(source.text):
                linted = linter.lint_source(path, name, source)
                if linted.status == "failed" or linted.diagnostics:
                    found[number] = linted
        except GitError as error:
            found[number] = FileResult(name, "failed", messages=changed.refusal(error).messages)
        except WorkspaceError as error:
            found[number] = FileResult(name, "failed", messages=error.messages)
    return found


def _altered_paths(base: BaseRevision, changed: Iterable[str]) -> Iterator[str]:
    """Yield the paths of files, and of folders, that the base had and that are gone or not the same."""
    yield from base.altered()
    for name in changed:
        yield os.path.relpath(os.path.realpath(name), base.root).replace(os.sep, "/")


class _Altered:
    """The names of files and folders that were altered."""

    def __init__(self, paths: Iterable[str]) -> None:
        names: set[str] = set()
        for path in paths:
            folder, name = posixpath.split(path)
            stem = posixpath.splitext(name)[0]
            names |= {name, stem or name}
            if stem.lower() in _INDEXES:
                names.add(posixpath.basename(folder))
        self.names: Collection[str] = names - {""}
        plain = {name for name in self.names if _NAMES.fullmatch(name.strip(_MARKS))}
        self._words = {name.strip(_MARKS) for name in plain}
        self._others = names - plain - {""}

    def may_concern(self, text: str) -> bool:
        """Return whether a text has one of the names."""
        if len(self.names) <= _FEW and not _ENCODED.search(text):
            return any(name.strip(_MARKS) in text for name in self.names)
        if "&" in text:
            from html import unescape

            text = unescape(text)
        text = decoded(text.replace("\\", ""))
        words = {word.strip(_MARKS) for word in _NAMES.findall(text)}
        return not self._words.isdisjoint(words) or any(name in text for name in self._others)


class _NewlyBroken:
    """The filter of a run that keeps the references that led somewhere at the base, and no longer do."""

    def __init__(self, changed: ChangedSince) -> None:
        self._changed = changed

    def selects(self, name: str, source: Source) -> bool:
        """Return that any file is linted."""
        return True

    def weighed(
        self, job: Job, binding: Binding, diagnostics: tuple[Diagnostic, ...]
    ) -> tuple[Diagnostic, ...]:
        """Return the diagnostics of references that were no fault at the base. Raise `WorkspaceError`."""
        broken = [one for one in diagnostics if one.check in REFERENCES and not one.known]
        if not broken or job.location is None:
            return ()
        location = job.location._replace(files=self._changed.revision(os.path.realpath(job.name)))
        settings = job.settings._replace(select=REFERENCES)
        try:
            document = parse_document(job.source)
            base = bind(document, job.rules, job.stage, location, job.settings.coverage)
            before = {(one.check, one.span) for one in run_checks(base, settings)[0]}
        except GitError as error:
            raise self._changed.refusal(error) from None
        return tuple(one for one in broken if (one.check, one.span) not in before)
