"""Provide what several commands do with options: the workspace, the day, the output formats, the report."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from speclint.checks.registry import CHECKS
from speclint.cli.console import UsageError, report_error, style_for, unknown_word, write_output, write_remark
from speclint.diagnostics import format_problems
from speclint.reporters.formats import FORMATS, Report, Style, reporter
from speclint.workspace import config
from speclint.workspace.config import Configuration, ConfigurationError
from speclint.workspace.files import NotWritten, save
from speclint.workspace.options import Options
from speclint.workspace.resolver import WorkspaceError
from speclint.workspace.workspace import Workspace

if TYPE_CHECKING:
    from datetime import date

# A format, and the file that it is written to (None: standard output).
Output = tuple[str, str | None]


def workspace_for(options: Options, config_path: str | None = None) -> Workspace:
    """Return the workspace of the current folder. Raise `WorkspaceError` for a bad configuration."""
    if config_path:
        options = options._replace(config=configuration_at(config_path))
    return Workspace(options=options, derive=_derive)


def _derive(template: str, path: str) -> str:
    # Most runs derive nothing.
    from speclint.authoring.rule_set import derive_yaml

    return derive_yaml(template, path)


def configuration_at(path: str) -> Configuration:
    """Return the configuration in a file. Raise `WorkspaceError`."""
    try:
        return config.load(path)
    except ConfigurationError as error:
        raise WorkspaceError(format_problems(error.problems)) from None


def day_of_run() -> date:
    """Return the current day in UTC, the same everywhere, or that of SOURCE_DATE_EPOCH."""
    from datetime import date

    seconds = os.environ.get("SOURCE_DATE_EPOCH") or str(int(time.time()))
    try:
        return date(*time.gmtime(int(seconds))[:3])
    except (ValueError, OverflowError, OSError):
        raise UsageError(f"SOURCE_DATE_EPOCH must be a number of seconds, not `{seconds[:60]}`") from None


def check_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Return the check ids in comma-separated lists. Raise `UsageError` for an unknown one."""
    known = [check.id for check in CHECKS]
    ids = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    for id in ids:
        if id not in known:
            raise UsageError(unknown_word("check", id, known))
    return ids


def outputs_in(values: Iterable[str]) -> tuple[Output, ...]:
    """Return the formats and files that `--output-format` names, None for standard output.

    Raise `UsageError` for an unknown format, or two in one place.
    """
    outputs: list[Output] = []
    for value in values:
        name, equals, path = value.partition("=")
        if name not in FORMATS:
            raise UsageError(unknown_word("output format", name, tuple(FORMATS)))
        if equals and not path:
            raise UsageError(f"no file name in `--output-format {value}`")
        outputs.append((name, path if path not in ("", "-") else None))
    if sum(path is None for _, path in outputs) > 1:
        raise UsageError("only one output format can go to standard output; give the others a file")
    files = [os.path.realpath(path) for _, path in outputs if path is not None]
    if len(set(files)) < len(files):
        raise UsageError("two output formats cannot go to the same file")
    return tuple(outputs)


def publish(
    report: Report, outputs: Sequence[Output], color: str, quiet: bool, to_stderr: bool = False
) -> bool:
    """Write a report in every requested format; return whether each file could be written.

    With `to_stderr`, write what is for standard output to standard error.
    """
    written = True
    for name, path in outputs:
        render = reporter(name)
        if path is not None:
            text = render(report, Style(quiet=quiet))
            written &= not _is_document(path, report) and _write(path, text)
        elif to_stderr:
            write_remark(render(report, Style(quiet=quiet)))
        else:
            write_output(render(report, style_for(color, quiet)))
    return written


def _is_document(path: str, report: Report) -> bool:
    """Return whether a report would overwrite a document that was linted; if so, report it."""
    real = os.path.realpath(path)
    if all(os.path.realpath(document.path) != real for document in report.documents):
        return False
    report_error(f"{path}: cannot write: is a document that was checked")
    return True


def _write(path: str, text: str) -> bool:
    try:
        save(path, text.encode())
    except NotWritten as error:
        report_error(f"{path}: cannot write: {error}")
        return False
    return True
