"""Lint one file: read it, resolve what applies to it, and apply filters."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.binding.surroundings import DocumentLocation
from speclint.diagnostics import Diagnostic
from speclint.linting.lint import MOST_OF_A_CHECK, chosen_checks, limited, lint_binding
from speclint.linting.result import FileResult
from speclint.linting.settings import Settings
from speclint.markdown.digest import digest
from speclint.markdown.document import Document, parse_document
from speclint.markdown.source import Source
from speclint.ruleset.model import RuleSet
from speclint.ruleset.patterns import RegexTimeout
from speclint.workspace.files import ReadError, decode, read_text
from speclint.workspace.resolver import STDIN, Resolver, WorkspaceError
from speclint.workspace.surroundings import Checkout, RecordingFiles

if TYPE_CHECKING:
    from speclint.workspace.baseline_file import BaselineFile


class Job(NamedTuple):
    """A text and what it is to be linted under; `document` is the parsed text, None if it was not kept."""

    path: str
    name: str
    source: Source
    document: Document | None
    rules: RuleSet
    stage: str | None
    settings: Settings
    baseline: "BaselineFile | None"
    location: DocumentLocation | None


class Filter(Protocol):
    """A filter of a run, which decides which files are linted, and which of their diagnostics count."""

    def selects(self, name: str, source: Source) -> bool:
        """Return whether a file is linted. Raise `WorkspaceError`."""

    def weighed(
        self, job: Job, binding: Binding, diagnostics: tuple[Diagnostic, ...]
    ) -> tuple[Diagnostic, ...]:
        """Return the diagnostics, with those marked as known that do not count. Raise `WorkspaceError`."""


class FileLinter:
    """Lints files; with `recording`, their results hold what is needed to keep them in a cache."""

    def __init__(self, resolver: Resolver, filters: Sequence[Filter] = (), recording: bool = False) -> None:
        self.resolver = resolver
        self._filters = filters
        self._recording = recording

    def lint_file(self, path: str, name: str) -> FileResult:
        """Return the result of the file at a path, or of standard input, reported by a name."""
        try:
            source = self.read(path, name)
        except WorkspaceError as error:
            return FileResult(name, "failed", messages=error.messages)
        return self.lint_source(path, name, source)

    def lint_source(self, path: str, name: str, source: Source) -> FileResult:
        """Return the result of a text at a path, whatever is on the disk there."""
        prepared = self.prepare(path, name, source)
        result = self.lint_job(prepared) if isinstance(prepared, Job) else prepared
        if self._recording:
            text = source.text
            dated = "speclint" in text and "until" in text
            result = result._replace(digest=digest(text.encode()), dated=dated)
        return result

    def read(self, path: str, name: str) -> Source:
        """Return the text of a file, or of standard input. Raise `WorkspaceError`."""
        try:
            if path != STDIN:
                return read_text(path, self.resolver.options.max_bytes)
            return _standard_input(self.resolver.options.max_bytes)
        except ReadError as error:
            hint = " (for a pipe, use `-`)" if str(error) == "not a regular file" else ""
            raise WorkspaceError([f"{error.at(name or repr(''))}{hint}"]) from None

    def prepare(self, path: str, name: str, source: Source) -> Job | FileResult:
        """Return what a text is to be linted under, or its result if it is not, or cannot be, linted."""
        resolver = self.resolver
        try:
            if not all(one.selects(name, source) for one in self._filters):
                return FileResult(name, "unchanged")
            configuration = resolver.configuration(name)
            settings = resolver.settings(configuration)
            document = parse_document(source)
            rules = resolver.rule_set_of(document, name, configuration)
            if rules is None:
                return FileResult(name, "skipped")
            baseline = resolver.baseline_of(name, configuration)
        except WorkspaceError as error:
            return FileResult(name, "failed", messages=error.messages)
        # Without stages everything is owed at any time, and so at the one that was asked for.
        stage = resolver.options.stage if rules.stages else None
        if stage is not None and rules.stages is not None and stage not in rules.stages.order:
            return FileResult(name, "unstaged", rules.id, rules.stages.order)
        location = resolver.location(path, name)
        return Job(path, name, source, document, rules, stage, settings, baseline, location)

    def bind(self, job: Job, location: DocumentLocation | None = None) -> Binding:
        """Return the binding of a job. Raise `RegexTimeout`."""
        document = job.document or parse_document(job.source)
        return bind(document, job.rules, job.stage, location or job.location, job.settings.coverage)

    def lint_job(self, job: Job) -> FileResult:
        """Return the result of a job."""
        order = job.rules.stages.order if job.rules.stages else ()
        location = job.location
        recorder = None
        if self._recording and location is not None and isinstance(location.files, Checkout):
            recorder = RecordingFiles(location.files)
            location = location._replace(files=recorder)
        baseline_result = None
        try:
            binding = self.bind(job, location)
            require_checks(binding, job.settings)
            # What was there before does not count among the most that are listed.
            compared = job.baseline is not None or bool(self._filters)
            result = lint_binding(binding, job.settings, None if compared else MOST_OF_A_CHECK)
            diagnostics = result.diagnostics
            if diagnostics and self.resolver.options.fixes:
                from speclint.fixes.proposals import with_fixes

                diagnostics = with_fixes(binding, diagnostics)
            if job.baseline is not None:
                ran = {check.id for check, _ in chosen_checks(binding, job.settings)}
                diagnostics, baseline_result = job.baseline.compare(job.name, diagnostics, ran)
            for one in self._filters:
                diagnostics = one.weighed(job, binding, diagnostics)
            if compared:
                diagnostics = limited(diagnostics)
        except RegexTimeout as error:
            message = f"{job.name}: {error} (rule set `{job.rules.id}`)"
            return FileResult(job.name, "failed", job.rules.id, order, messages=(message,))
        except WorkspaceError as error:
            return FileResult(job.name, "failed", job.rules.id, order, messages=error.messages)
        return FileResult(
            job.name,
            "linted",
            job.rules.id,
            order,
            binding.stage,
            result.met,
            len(result.obligations),
            diagnostics,
            job.source,
            fail_on=job.settings.fail_on,
            bound=tuple(number for number, sections in enumerate(binding.sections) if sections),
            baseline=baseline_result,
            dependencies=recorder.answers() if recorder is not None else {},
        ).trimmed()


def require_checks(binding: Binding, settings: Settings) -> None:
    """Raise `WorkspaceError` if no check is left to run: what nobody looks at must not pass."""
    if not any(chosen_checks(binding, settings)):
        reason = "options, configuration and rule set turn all of them off"
        raise WorkspaceError([f"no check is left for documents of `{binding.rules.id}`: {reason}"])


def _standard_input(limit: int) -> Source:
    if sys.stdin is None:  # closed by whoever started the command
        raise ReadError("standard input is closed")
    try:
        data = sys.stdin.buffer.read(limit + 1)
    except (OSError, ValueError) as error:
        raise ReadError(f"cannot be read: {error}") from None
    if len(data) > limit:
        raise ReadError(f"larger than {limit // 1_000_000} MB")
    return decode(data)
