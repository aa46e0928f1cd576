"""Implement `speclint promote`: list what a document lacks for a stage."""

from __future__ import annotations

from types import SimpleNamespace

from speclint.cli.console import report_errors, style_for, write_output
from speclint.cli.running import day_of_run, workspace_for
from speclint.reporters.promotion import render_json, render_text
from speclint.workspace.options import Options
from speclint.workspace.promotion import promote
from speclint.workspace.resolver import WorkspaceError


def run(asked: SimpleNamespace) -> int:
    """Print what a document lacks for a stage, and return the exit code."""
    try:
        workspace = workspace_for(
            Options(template=asked.template, today=day_of_run(), cache=""), asked.config
        )
        workspace.settle_template((asked.path,))
        found = promote(workspace, asked.path, asked.stage)
    except WorkspaceError as error:
        report_errors(error.messages)
        return 2
    style = style_for("auto", quiet=False)
    write_output(render_json(found) if asked.json else render_text(found, style))
    return 1 if found.obstacles else 0
