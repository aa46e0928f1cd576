"""What stands between a document and a later stage: pure, and nothing is edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from speclint.binding.model import Binding
from speclint.diagnostics import Diagnostic, Severity
from speclint.fixes.proposals import with_fixes
from speclint.linting.lint import lint_binding, section_path
from speclint.linting.result import FileResult
from speclint.reporters.concise import BOLD, COLORS, RESET
from speclint.reporters.escape import dump_json, escape_controls
from speclint.reporters.formats import Style
from speclint.reporters.json import entry
from speclint.ruleset.model import RuleSet
from speclint.ruleset.patterns import RegexTimeout
from speclint.workspace.linter import FileLinter, Job
from speclint.workspace.resolver import WorkspaceError, stage_error
from speclint.workspace.workspace import Workspace

VERSION = 1


class Promotion(NamedTuple):
    """A document at its stage (`now`) and at the one it is to have (`then`), there with what it lacks.

    `sections` are the titles around each group of diagnostics, the outermost first, in the order of the
    document; `fail_on` is the least severity that stands in the way.
    """

    now: FileResult
    then: FileResult
    sections: tuple[tuple[tuple[str, ...], tuple[Diagnostic, ...]], ...]
    fail_on: Severity

    @property
    def obstacles(self) -> int:
        """How many diagnostics stand in the way."""
        return sum(diagnostic.severity >= self.fail_on for diagnostic in self.then.diagnostics)


def promote(workspace: Workspace, path: str, stage: str) -> Promotion:
    """Return what stands between a document and a later stage; raises `WorkspaceError`."""
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
        if order.index(now.stage) > order.index(stage):
            raise WorkspaceError([f'{path}: is at stage "{now.stage}" already, which is beyond "{stage}"'])
        then, binding = _at(linter, job, stage)
    except RegexTimeout as error:
        raise WorkspaceError([f"{path}: {error} (rule set `{job.rules.id}`)"]) from None
    return promotion(now, then, binding, job.settings.fail_on)


def _at(linter: FileLinter, job: Job, stage: str | None) -> tuple[FileResult, Binding]:
    """A document as it is at a stage, None for its own, with its binding."""
    binding = linter.bind(job._replace(stage=stage))
    result = lint_binding(binding, job.settings)
    diagnostics = with_fixes(binding, result.diagnostics)
    met, total = result.met, len(result.obligations)
    found = FileResult(
        job.name, "linted", job.rules.id, (), binding.stage, met, total, diagnostics, job.source
    )
    return found, binding


def require_stage(rules: RuleSet, stage: str) -> tuple[str, ...]:
    """Return the stages of a rule set; raises `WorkspaceError` when one is not among them."""
    order = rules.stages.order if rules.stages else ()
    if stage not in order:
        raise WorkspaceError([stage_error(rules.id, order, stage)])
    return order


def promotion(now: FileResult, then: FileResult, binding: Binding, fail_on: Severity) -> Promotion:
    """What a document lacks at the stage of `binding`; `then` is what was found there."""
    groups: dict[tuple[str, ...], list[Diagnostic]] = {}
    for titles, diagnostic in _placed(binding, then.diagnostics):
        groups.setdefault(titles, []).append(diagnostic)
    return Promotion(now, then, tuple((titles, tuple(group)) for titles, group in groups.items()), fail_on)


def _placed(
    binding: Binding, diagnostics: tuple[Diagnostic, ...]
) -> Iterator[tuple[tuple[str, ...], Diagnostic]]:
    """The diagnostics, each with the titles of the sections that it belongs in.

    A section that is missing belongs in the one that it would be in, although it is shown behind another.
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


def text(promoted: Promotion, style: Style) -> str:
    """The list for people: a line that sums up, then the diagnostics section by section."""
    now, then = promoted.now, promoted.then
    stages = f'"{escape_controls(now.stage)}" and "{escape_controls(then.stage)}"'
    stands = f"{_stand(promoted.obstacles)} between {stages}"
    path = escape_controls(then.path)
    lines = [
        f"{BOLD}{path}{RESET}: {stands}" if style.color else f"{path}: {stands}",
        *(
            f"  {one.met} of {one.total} obligations of {escape_controls(one.stage)} met"
            for one in (now, then)
        ),
    ]
    for titles, diagnostics in promoted.sections:
        heading = " > ".join(map(escape_controls, titles)) or "(document)"
        lines += ["", f"{BOLD}{heading}{RESET}" if style.color else heading]
        for diagnostic in diagnostics:
            line, column = then.source.position(diagnostic.span.start)
            word = diagnostic.severity.label
            word = f"{COLORS[diagnostic.severity]}{word}{RESET}" if style.color else word
            lines.append(f"  {line}:{column} {word} {diagnostic.check} {escape_controls(diagnostic.message)}")
    return "".join(f"{line}\n" for line in lines)


def _stand(number: int) -> str:
    return f"{number} things stand" if number > 1 else f"{'1 thing' if number else 'nothing'} stands"


def data(promoted: Promotion) -> str:
    """The list for programs: one JSON object, described by `schemas/promotion.schema.json`."""
    now, then = promoted.now, promoted.then
    content: dict[str, Any] = {
        "version": VERSION,
        "path": then.path,
        "template": then.template,
        "obstacles": promoted.obstacles,
        "now": {"stage": now.stage, "met": now.met, "total": now.total},
        "then": {"stage": then.stage, "met": then.met, "total": then.total},
        "sections": [
            {"section": list(titles), "diagnostics": [entry(then, diagnostic) for diagnostic in diagnostics]}
            for titles, diagnostics in promoted.sections
        ],
    }
    return f"{dump_json(content)}\n"
