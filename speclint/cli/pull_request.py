"""Implement `speclint pr`: lint the description of a pull request."""

from __future__ import annotations

import os
from types import SimpleNamespace

from speclint.cli.console import print_note, report_error, report_errors
from speclint.cli.running import day_of_run, outputs_in, publish, workspace_for
from speclint.reporters.formats import Report
from speclint.workspace import pull_request
from speclint.workspace.linter import FileLinter
from speclint.workspace.options import Options
from speclint.workspace.pull_request import NoPullRequest, PullRequest
from speclint.workspace.resolver import STDIN, WorkspaceError
from speclint.workspace.run_result import RunResult
from speclint.workspace.workspace import Workspace


def run(asked: SimpleNamespace) -> int:
    """Lint a description, in a file or in the event of a workflow, and return the exit code."""
    outputs = outputs_in(asked.outputs or ("text",))
    options = Options(template=asked.template, stage=asked.stage, today=day_of_run(), cache="")
    try:
        workspace = workspace_for(options, asked.config)
        workspace.settle_template(())
        request = _request(workspace, asked.body)
        if request.bot:
            print_note(f"speclint: {pull_request.NAME}: not checked, {request.bot} is a bot")
            return 0
        name = asked.body if asked.body is not None and asked.body != STDIN else pull_request.NAME
        result = pull_request.lint_description(workspace, name, request)
    except NoPullRequest as error:
        report_error(str(error))
        return 2
    except WorkspaceError as error:
        report_errors(error.messages)
        return 2
    if not publish(Report((result,)), outputs, "auto", asked.quiet):
        return 2
    if not asked.quiet:
        report_errors(workspace.empty_rule_sets(RunResult((result,))))
    if result.failing and request.draft and not asked.drafts:
        message = "a draft, so this is no failure yet (--drafts makes it one)"
        print_note(f"speclint: {pull_request.NAME}: {message}")
        return 0
    return 1 if result.failing else 0


def _request(workspace: Workspace, body: str | None) -> PullRequest:
    """Return the pull request. Raise `NoPullRequest` or `WorkspaceError`."""
    event = os.environ.get(pull_request.EVENT)
    if body is not None:
        name = pull_request.NAME if body == STDIN else body
        return PullRequest(FileLinter(workspace.resolver).read(body, name).text)
    if event:
        return pull_request.from_event(event)
    raise NoPullRequest(f"no pull request: {pull_request.EVENT} is not set; give --body")
