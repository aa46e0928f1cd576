"""Implement `speclint baseline prune`: remove from a baseline what its documents no longer have."""

from __future__ import annotations

import os
from types import SimpleNamespace

from speclint.cli.console import UsageError, print_note, report_error, report_errors
from speclint.cli.running import day_of_run, workspace_for
from speclint.workspace.baseline_file import BaselineTotals
from speclint.workspace.files import NotWritten
from speclint.workspace.options import Options
from speclint.workspace.resolver import WorkspaceError
from speclint.workspace.workspace import configuration_here


def run(asked: SimpleNamespace) -> int:
    """Remove from a baseline what is no longer found, and return the exit code."""
    named = asked.paths[:1] if asked.paths[:1] and asked.paths[0].endswith(".json") else ()
    paths = asked.paths[len(named) :]
    options = Options(template=asked.template, stage=asked.stage, today=day_of_run(), fixes=False, cache="")
    try:
        workspace = workspace_for(options, asked.config)
        path = named[0] if named else configuration_here(workspace).baseline
        if not path:
            raise UsageError("which baseline? name its file (*.json), or set `baseline` in the configuration")
        workspace = workspace_for(workspace.options._replace(baseline=path))
        workspace.settle_template(paths)
        file = workspace.resolver.baseline(path)
    except WorkspaceError as error:
        report_errors(error.messages)
        return 2
    # A document that is gone cannot be checked, but is named to be removed.
    there = tuple(one for one in paths if os.path.lexists(one) or not file.of_deleted((one,)))
    totals, failed = BaselineTotals(file, (), 0, ()), False
    if there or not paths:
        result = workspace.lint_paths(there or (os.curdir,))
        report_errors(result.messages)
        failed = bool(result.messages)
        totals = next(one for one in result.baselines if one.file.path == path)
    entries = totals.pruned(paths or (os.curdir,))
    try:
        file.save(entries)
    except NotWritten as error:
        report_error(f"{path}: the baseline was not written: {error}")
        return 2
    before, after = (sum(entry.times for entry in some) for some in (file.entries, entries))
    print_note(f"{before - after} of {before} findings removed from {path}")
    return 2 if failed else 0
