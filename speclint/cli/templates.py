"""Implement `speclint templates`: list the available rule sets."""

from __future__ import annotations

import os
from types import SimpleNamespace

from speclint.cli.console import report_errors, write_output
from speclint.cli.running import configuration_at, workspace_for
from speclint.reporters.escape import escape_controls
from speclint.ruleset.bundled import bundled
from speclint.workspace import config
from speclint.workspace.config import Configuration
from speclint.workspace.options import Options
from speclint.workspace.resolver import WorkspaceError


def run(asked: SimpleNamespace) -> int:
    """Print the bundled rule sets, and those of the configuration here, and return the exit code."""
    path = asked.config or config.find(os.curdir)
    failed = False
    try:
        configuration = configuration_at(path) if path else Configuration()
        workspace = workspace_for(Options(config=configuration, cache=""))
    except WorkspaceError as error:
        report_errors(error.messages)
        return 2
    own = (configuration.reference(template) for _, template in configuration.templates)
    for reference in dict.fromkeys((*bundled(), *own)):
        try:
            rules = workspace.resolver.rule_set(reference)
        except WorkspaceError as error:
            report_errors(error.messages)
            failed = True
            continue
        lines = [f"{rules.id}: {rules.name}"]
        lines += [f"  {rules.summary}"] if rules.summary else []
        lines += [f"  stages: {' < '.join(rules.stages.order)}"] if rules.stages else []
        lines += [f"  from: {os.path.relpath(reference)}"] if reference not in bundled() else []
        write_output("".join(f"{escape_controls(line)}\n" for line in lines))
    return 2 if failed else 0
