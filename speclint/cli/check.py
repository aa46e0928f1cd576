"""Implement `speclint check`: files in, a report out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from speclint.checks.registry import CHECKS
from speclint.cli.console import (
    UsageError,
    in_ci,
    noting,
    print_note,
    report_error,
    report_errors,
    style_for,
    write_output,
    write_remark,
)
from speclint.cli.running import Output, check_ids, day_of_run, outputs_in, publish, workspace_for
from speclint.diagnostics import plural
from speclint.reporters.formats import SHOW_FIXES, Report
from speclint.workspace import limits
from speclint.workspace.config import SEVERITIES, Configuration
from speclint.workspace.files import NotWritten
from speclint.workspace.options import Options
from speclint.workspace.resolver import STDIN, WorkspaceError
from speclint.workspace.run_result import RunResult
from speclint.workspace.workspace import Workspace

if TYPE_CHECKING:
    from speclint.linting.baseline import Entry
    from speclint.workspace.baseline_file import BaselineTotals
    from speclint.workspace.fixer import Change

# How many entries of a baseline, and how many lines about what met nothing, are shown.
_SHOWN, _MOST = 10, 100


def run(asked: SimpleNamespace) -> int:
    """Lint files, folders and standard input, with `--fix` after fixing them, and return the exit code."""
    options = _options(asked)
    _refuse_contradictions(asked, options)
    outputs = outputs_in(asked.outputs or ("text",))
    shown = asked.write_baseline is None and any(name in SHOW_FIXES for name, _ in outputs)
    options = options._replace(fixes=shown)
    paths = asked.paths or (os.curdir,)
    try:
        workspace = workspace_for(options, asked.config)
        workspace.settle_template(paths, asked.stdin_filename)
        if workspace.resolver.options.template is not None:
            workspace.resolver.rule_set(workspace.resolver.options.template)
        if options.coverage:
            workspace.resolver.coverage(Configuration())
    except WorkspaceError as error:
        report_errors(error.messages)
        return 2
    if not (asked.fix or asked.diff or asked.since is not None or asked.write_baseline is not None):
        return _lint(workspace, asked, paths, outputs)
    if asked.fix or asked.diff:
        result = workspace.fix_paths(
            paths, asked.stdin_filename, asked.since, unsafe=asked.unsafe, write=not asked.diff
        )
    else:
        result = workspace.lint_paths(paths, asked.stdin_filename, asked.since)
    report_errors((*result.messages, *result.grown))
    if asked.write_baseline is not None:
        return _write_baseline(result, asked.write_baseline, options, paths)
    return _Run(workspace, result, asked, paths).report(outputs)


def _lint(
    workspace: Workspace, asked: SimpleNamespace, paths: Sequence[str], outputs: Sequence[Output]
) -> int:
    """Lint files and report, or print what was printed before if nothing has changed since."""
    selection = workspace.select(paths, asked.stdin_filename)
    copy = None
    if all(path is None for _, path in outputs):
        command = repr((sorted(vars(asked).items()), style_for(asked.color, asked.quiet)))
        copy = workspace.printed(selection, paths, command)
    printed = copy.recall() if copy is not None else None
    if printed is not None:
        for is_output, text in printed.texts:
            (write_output if is_output else write_remark)(text)
        return printed.code
    with noting() as pieces:
        # What concerns whole folders is not said after thousands of documents.
        report_errors(selection.messages)
        result = workspace.lint_selection(selection)
        report_errors(message for message in result.messages if message not in selection.messages)
        code = _Run(workspace, result, asked, paths).report(outputs)
    if copy is not None:
        copy.keep(code, pieces, result)
    return code


def _options(asked: SimpleNamespace) -> Options:
    return Options(
        template=asked.template,
        stage=asked.stage,
        select=check_ids(asked.select),
        ignore=check_ids(asked.ignore),
        fail_on=SEVERITIES[asked.fail_on] if asked.fail_on else None,
        baseline=asked.baseline or asked.write_baseline,
        new_baseline=asked.write_baseline is not None,
        coverage=asked.coverage,
        today=day_of_run(),
        force_exclude=asked.force_exclude,
        jobs=asked.jobs,
        max_bytes=asked.max_size * 1_000_000 if asked.max_size else limits.DOCUMENT,
        cache=None if asked.no_cache else asked.cache_dir or "",
    )


def _refuse_contradictions(asked: SimpleNamespace, options: Options) -> None:
    """Raise `UsageError` if options exclude each other or refer to something that is not there."""
    if asked.select and not options.select:
        raise UsageError("`--select` names no check")
    if set(options.select or (check.id for check in CHECKS)) <= set(options.ignore):
        raise UsageError("`--ignore` leaves no check to run")
    if asked.unsafe and not (asked.fix or asked.diff):
        raise UsageError("`--unsafe-fixes` needs `--fix` or `--diff`")
    if asked.diff and asked.outputs:
        raise UsageError("`--diff` shows a diff and no report; leave out `--output-format`")
    if asked.since is not None and STDIN in asked.paths and asked.stdin_filename is None:
        raise UsageError("with `--since`, `--stdin-filename` must say which file standard input is")
    if "" in (asked.baseline, asked.write_baseline):
        raise UsageError("the name of the baseline is empty")
    shows = asked.baseline is not None or asked.fix or asked.diff or asked.outputs
    if asked.write_baseline is not None and shows:
        others = "`--baseline`, `--fix`, `--diff` and `--output-format`"
        raise UsageError(f"`--write-baseline` shows nothing and fixes nothing; leave out {others}")


class _Run:
    """A run and what is to be reported of it."""

    def __init__(
        self, workspace: Workspace, result: RunResult, asked: SimpleNamespace, paths: Sequence[str]
    ) -> None:
        self.workspace = workspace
        self.result = result
        self.asked = asked
        self.paths = paths
        self.failed = bool(result.messages)
        self.edited: Sequence[str] = ()
        # What makes that an error which is a note else, "" for nothing.
        self.strict = "--strict" if asked.strict else ""
        if not asked.strict and any(one.strict for one in workspace.resolver.configurations()):
            self.strict = "strict = true"

    def report(self, outputs: Sequence[tuple[str, str | None]]) -> int:
        """Print what the run found, and return the exit code."""
        asked, result = self.asked, self.result
        if self.strict or not asked.quiet:
            self._report_unused()
        skipped = len(result.skipped) + sum(map(len, result.without_stage.values()))
        fixing = asked.fix or asked.diff
        report = Report(result.linted, skipped, fixing, asked.unsafe, base=asked.since, failed=self.failed)
        if asked.diff:
            _show_changes(result.changes, asked.color)
            if report.documents and not asked.quiet:
                from speclint.reporters.text import forecast

                print_note(forecast(report))
        else:
            if result.piped is not None:
                write_output(result.piped.encode())
            # Standard output is for the text then.
            piped = result.piped is not None
            self.failed |= not publish(report, outputs, asked.color, asked.quiet, to_stderr=piped)
        if not asked.quiet:
            self._print_notes()
        if self.failed:
            return 2
        return 1 if result.failing else 0

    def _report_unused(self) -> None:
        """Report what makes a pass mean less than it seems to; with `strict` these are errors."""
        lines: list[str] = []
        try:
            self.edited = self.workspace.edited_rules(self.result)
            lines += self._unused()
            lines += self.workspace.empty_rule_sets(self.result)
            lines += self.workspace.unrecognised(self.result) if self.strict else ()
        except WorkspaceError as error:
            report_errors(line for line in error.messages if line not in self.result.messages)
            self.failed = True
        for line in lines[:_MOST]:
            report_error(f"{line} ({self.strict})" if self.strict else line)
        if len(lines) > _MOST:
            report_error(f"and {len(lines) - _MOST} more that met nothing")
        self.failed |= bool(self.strict and lines)

    def _unused(self) -> Iterator[str]:
        # Where only changes are looked at, there may well be none.
        if self.asked.since is not None:
            return
        folders = any(map(os.path.isdir, self.paths))
        # Hooks and editors name what is no document, under a configuration that was written for folders.
        if not self.result.linted and (self.asked.strict or (self.strict and folders)):
            yield "no document was checked"
        if folders:
            yield from self.workspace.unused(self.result, self.paths)

    def _print_notes(self) -> None:
        for line in not_checked(self.result, self.paths, self.asked.stage, self.failed):
            print_note(line)
        for line in self.edited:
            print_note(f"speclint: {line}")
        for totals in self.result.baselines:
            # At another stage, or after fixes that were not made, other things are found.
            partial = self.asked.stage is not None or self.asked.diff
            for line in _about_baseline(totals, () if partial else self.paths):
                print_note(line)


def not_checked(result: RunResult, paths: Sequence[str], stage: str | None, failed: bool) -> Iterator[str]:
    """Yield what was not linted, and why, a line each."""
    for path in result.absent_reports:
        yield f"speclint: {path}: no such coverage report, so nothing is compared with it"
    for folder, count in result.excluded.items():
        files = f"all {count} Markdown files are" if count > 1 else "its only Markdown file is"
        yield f"speclint: {folder}: {files} excluded by the configuration"
    for path in result.left_out:
        yield f"speclint: {path}: excluded by the configuration"
    if not result.files:
        for path in result.templates:
            yield f"speclint: {path}: is the template of a rule set; it is checked where it is named"
    since = result.since
    if since is not None:
        for name, before, after in since.raised:
            yield f'speclint: {name}: raised from "{before}" to "{after}", so all that it owes counts'
        if not failed:
            changed = plural(since.changed, "Markdown file")
            others = f"{since.unchanged} unchanged (only what the change breaks there is reported)"
            yield f"speclint: {changed} changed since {since.base}, {others}"
    if any(document.stage == stage for document in result.linted):
        for id, names in result.without_stage.items():
            files = f"{len(names)} files" if len(names) > 1 else names[0]
            yield f"speclint: {files}: not checked, rule set `{id}` has no stage `{stage}`"
    yield from _skipped(result, paths)


def _skipped(result: RunResult, paths: Sequence[str]) -> Iterator[str]:
    skipped, checked = result.skipped, len(result.linted)
    if not skipped:
        return
    if checked:
        yield f"{plural(checked, 'file')} checked, {len(skipped)} skipped (no template)"
    elif len(skipped) == 1 and len(paths) == 1 and not os.path.isdir(paths[0]):
        yield (
            f"speclint: {skipped[0]}: skipped, no template recognised; "
            "to check it anyway, name one with --template (`speclint templates` lists them)"
        )
    else:
        yield (
            f"0 files checked, {len(skipped)} skipped (no template); "
            "name one with --template or in the configuration (`speclint templates` lists them)"
        )


def _write_baseline(result: RunResult, path: str, options: Options, paths: Sequence[str]) -> int:
    """Write what was found into a baseline, whole or not at all, and return the exit code."""
    totals = next((one for one in result.baselines if one.file.path == path), None)
    if result.messages or totals is None:
        report_error(f"{path}: the baseline was not written")
        return 2
    entries = totals.rewritten(paths)
    try:
        totals.file.save(entries)
    except NotWritten as error:
        report_error(f"{path}: the baseline was not written: {error}")
        return 2
    for line in not_checked(result, paths, options.stage, failed=False):
        print_note(line)
    print_note(f"{_findings(entries)} written to {path}")
    return 0


def _findings(entries: Sequence[Entry]) -> str:
    return plural(sum(entry.times for entry in entries), "finding")


def _about_baseline(totals: BaselineTotals, paths: Sequence[str]) -> Iterator[str]:
    """Yield how much of a baseline is known, and, if paths are given, what is gone."""
    path = totals.file.path
    if totals.known:
        yield f"{totals.known} known from {path}"
    gone = [*totals.gone, *totals.file.of_deleted(paths)] if paths else []
    if gone:
        yield f"{_findings(gone)} of {path} no longer there (`speclint baseline prune` removes them):"
        for entry in gone[:_SHOWN]:
            where = f' in "{" > ".join(entry.section)}"' if entry.section else ""
            times = f" ({entry.times} times)" if entry.times > 1 else ""
            yield f"  {entry.path}: {entry.check}{where}{times}"
        if len(gone) > _SHOWN:
            yield f"  and {_findings(gone[_SHOWN:])} more"


def _show_changes(changes: Sequence[Change], color: str) -> None:
    """Print diffs: byte for byte for programs; for terminals and CI systems, what they obey is escaped."""
    from speclint.reporters.diff import shown, unified

    people = color == "always" or in_ci() or (sys.stdout is not None and sys.stdout.isatty())
    for change in changes:
        difference = unified(change.name, change.old, change.new)
        colored = style_for(color, quiet=False).color
        write_output(shown(difference, colored) if people else difference.encode())
