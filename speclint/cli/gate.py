"""`speclint pr`, `promote` and `baseline prune`: what stands in front of a merge."""

from __future__ import annotations

import os

from speclint.cli.check import Output, configuration_at, day_of_run, publish
from speclint.cli.console import UsageFault, complain, note, say, style_for
from speclint.reporters import formats
from speclint.workspace import config
from speclint.workspace.config import Configuration
from speclint.workspace.run import STDIN, Options, Run


def prune(
    path: str | None,
    paths: tuple[str, ...],
    template: str | None = None,
    stage: str | None = None,
    config_path: str | None = None,
) -> int:
    """Removes from a baseline what its documents no longer have: the exit code."""
    from speclint.workspace.files import NotWritten

    configuration = configuration_at(config_path) if config_path else None
    if config_path and configuration is None:
        return 2
    if path is None:
        found = config.find(os.curdir) if configuration is None else None
        here = configuration or (configuration_at(os.path.relpath(found)) if found else Configuration())
        if here is None:
            return 2
        if not here.baseline:
            raise UsageFault("which baseline? name its file (*.json), or set `baseline` in the configuration")
        path = here.baseline
    options = Options(template, stage, (), (), None, configuration, baseline=path, today=day_of_run())
    run = Run(options, complain)
    ledger = run.ledger(path)
    if ledger is None:
        return 2
    # A document that is gone cannot be checked, but is named to be removed.
    there = tuple(one for one in paths if os.path.lexists(one) or not ledger.lost((one,)))
    if there or not paths:
        run.check(there or (os.curdir,), None)
    entries = ledger.pruned(paths or (os.curdir,))
    try:
        ledger.save(entries)
    except NotWritten as error:
        complain(f"{path}: the baseline was not written: {error}")
        return 2
    before, after = (sum(entry.times for entry in some) for some in (ledger.entries, entries))
    note(f"{before - after} of {before} findings removed from {path}")
    return 2 if run.failed else 0


def pull_request(
    body: str | None,
    template: str | None = None,
    stage: str | None = None,
    drafts: bool = False,
    outputs: tuple[Output, ...] = (("text", None),),
    config_path: str | None = None,
    quiet: bool = False,
) -> int:
    """Checks the description of a pull request, in a file or in the event of a workflow: the exit code."""
    from speclint.workspace import pull_request
    from speclint.workspace.examination import Examination

    given = configuration_at(config_path) if config_path else None
    if config_path and given is None:
        return 2
    run = Examination(Options(template, stage, (), (), None, given, today=day_of_run()), complain)
    event = os.environ.get(pull_request.EVENT)
    try:
        if body is not None:
            source = run.read(body, pull_request.NAME if body == STDIN else body)
            request = pull_request.PullRequest(source.text) if source is not None else None
        elif event:
            request = pull_request.from_event(event)
        else:
            raise pull_request.NoPullRequest(f"no pull request: {pull_request.EVENT} is not set; give --body")
    except pull_request.NoPullRequest as error:
        complain(str(error))
        return 2
    if request is None:
        return 2
    if request.bot:
        note(f"speclint: {pull_request.NAME}: not checked, {request.bot} is a bot")
        return 0
    name = body if body is not None and body != STDIN else pull_request.NAME
    run.examine(name, request)
    if run.documents:
        run.failed |= not publish(formats.Report(tuple(run.documents)), outputs, "auto", quiet)
    if run.failed:
        return 2
    if run.found and request.draft and not drafts:
        note(f"speclint: {pull_request.NAME}: a draft, so this is no failure yet (--drafts makes it one)")
        return 0
    return 1 if run.found else 0


def promote(
    path: str,
    stage: str,
    as_json: bool = False,
    template: str | None = None,
    config_path: str | None = None,
) -> int:
    """Prints what stands between a document and a stage: the exit code."""
    from speclint.workspace import promotion
    from speclint.workspace.examination import Examination

    given = configuration_at(config_path) if config_path else None
    if config_path and given is None:
        return 2
    run = Examination(Options(template, None, (), (), None, given, today=day_of_run()), complain)
    promoted = run.promote(path, stage)
    if promoted is None:
        return 2
    say(promotion.data(promoted) if as_json else promotion.text(promoted, style_for("auto", quiet=False)))
    return 1 if promoted.obstacles else 0
