"""Report what a document lacks for a later stage; nothing is edited."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.diagnostics import Diagnostic, Severity
from speclint.fixes.proposals import with_fixes
from speclint.linting.lint import lint_binding, section_path
from speclint.linting.result import FileResult
from speclint.reporters.promotion import Promotion
from speclint.ruleset.model import RuleSet
from speclint.ruleset.patterns import RegexTimeout
from speclint.workspace.linter import FileLinter, Job, require_checks
from speclint.workspace.resolver import WorkspaceError, stage_error
from speclint.workspace.workspace import Workspace


def promote(workspace: Workspace, path: str, stage: str) -> Promotion:
    """Return what a document lacks for a later stage. Raise `WorkspaceError`."""
    resolver = workspace.resolver
    linter = FileLinter(resolver)
    job = linter.prepare(path, path, linter.read(path, path))
    if not isinstance(job, Job):
        if job.status == "skipped":
            raise WorkspaceError([f"{path}: no template recognised; name one with --template"])
        raise WorkspaceError(job.messages)
    order = require_stage(job.rules, stage)
    try:
        now, _ = _at(linter, job, None)
        if now.stage in order and order.index(now.stage) > order.index(stage):
            raise WorkspaceError([f'{path}: is at stage "{now.stage}" already, which is beyond "{stage}"'])
        then, binding = _at(linter, job, stage)
    except RegexTimeout as error:
        raise WorkspaceError([f"{path}: {error} (rule set `{job.rules.id}`)"]) from None
    return promotion(now, then, binding, job.settings.fail_on)


def _at(linter: FileLinter, job: Job, stage: str | None) -> tuple[FileResult, Binding]:
    """Return the result of a document at a stage, None for its own, with its binding."""
    binding = linter.bind(job._replace(stage=stage))
    require_checks(binding, job.settings)
    result = lint_binding(binding, job.settings)
    diagnostics = with_fixes(binding, result.diagnostics)
    met, total = result.met, len(result.obligations)
    found = FileResult(
        job.name, "linted", job.rules.id, (), binding.stage, met, total, diagnostics, job.source
    )
    return found, binding


def require_stage(rules: RuleSet, stage: str) -> tuple[str, ...]:
    """Return the stages of a rule set. Raise `WorkspaceError` if `stage` is not among them."""
    order = rules.stages.order if rules.stages else ()
    if stage not in order:
        raise WorkspaceError([stage_error(rules.id, order, stage)])
    return order


def promotion(now: FileResult, then: FileResult, binding: Binding, fail_on: Severity) -> Promotion:
    """Return what a document lacks at the stage of `binding`; `now` and `then` are its results.

    `now` is the result at its own stage, `then` the one at the stage of `binding`.
    """
    groups: dict[tuple[str, ...], list[Diagnostic]] = {}
    for titles, diagnostic in _placed(binding, then.diagnostics):
        groups.setdefault(titles, []).append(diagnostic)
    return Promotion(now, then, tuple((titles, tuple(group)) for titles, group in groups.items()), fail_on)


def _placed(
    binding: Binding, diagnostics: tuple[Diagnostic, ...]
) -> Iterator[tuple[tuple[str, ...], Diagnostic]]:
    """Yield the diagnostics, each with the titles of the sections that it belongs in.

    A missing section belongs in the section that should hold it, although it is shown behind another one.
    """
    missing = list(binding.missing)
    for diagnostic in diagnostics:
        titles = diagnostic.section
        if diagnostic.check == "missing-section":
            found = next((one for one in missing if one.after.heading_span == diagnostic.span), None)
            if found is not None:
                missing.remove(found)
                titles = section_path(binding.document, found.parent.span.start) if found.parent.level else ()
        yield titles, diagnostic
