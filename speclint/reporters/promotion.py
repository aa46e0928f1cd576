"""Render what a document lacks for a later stage, as text and as JSON."""

from __future__ import annotations

from typing import Any, NamedTuple

from speclint.diagnostics import Diagnostic, Severity, plural
from speclint.linting.result import FileResult
from speclint.reporters.ansi import BOLD, COLORS, RESET
from speclint.reporters.escape import dump_json, escape_controls
from speclint.reporters.formats import Style
from speclint.reporters.json import entry

VERSION = 1


class Promotion(NamedTuple):
    """A document at its stage (`now`) and at a later one (`then`), with what it lacks there.

    `sections` are the titles around each group of diagnostics, the outermost first, in the order of the
    document; `fail_on` is the least severity that prevents the later stage.
    """

    now: FileResult
    then: FileResult
    sections: tuple[tuple[tuple[str, ...], tuple[Diagnostic, ...]], ...]
    fail_on: Severity

    @property
    def obstacles(self) -> int:
        """The number of diagnostics that prevent the later stage."""
        return sum(diagnostic.severity >= self.fail_on for diagnostic in self.then.diagnostics)


def render_text(promotion: Promotion, style: Style) -> str:
    """Return the list for people: a line that sums up, then the diagnostics section by section."""
    now, then = promotion.now, promotion.then
    stages = f'between "{escape_controls(now.stage)}" and "{escape_controls(then.stage)}"'
    path = escape_controls(then.path)
    path = f"{BOLD}{path}{RESET}" if style.color else path
    lines = [
        f"{path}: {_obstacles(promotion.obstacles)} {stages}",
        *(
            f"  {one.met} of {one.total} obligations of {escape_controls(one.stage)} met"
            for one in (now, then)
        ),
    ]
    for titles, diagnostics in promotion.sections:
        heading = " > ".join(map(escape_controls, titles)) or "(document)"
        lines += ["", f"{BOLD}{heading}{RESET}" if style.color else heading]
        for diagnostic in diagnostics:
            line, column = then.source.position(diagnostic.span.start)
            word = diagnostic.severity.label
            word = f"{COLORS[diagnostic.severity]}{word}{RESET}" if style.color else word
            lines.append(f"  {line}:{column} {word} {diagnostic.check} {escape_controls(diagnostic.message)}")
    return "".join(f"{line}\n" for line in lines)


def _obstacles(number: int) -> str:
    return f"{plural(number, 'thing') if number else 'nothing'} stand{'s' * (number < 2)}"


def render_json(promotion: Promotion) -> str:
    """Return the list for programs: one JSON object, described by `schemas/promotion.schema.json`."""
    now, then = promotion.now, promotion.then
    content: dict[str, Any] = {
        "version": VERSION,
        "path": then.path,
        "template": then.template,
        "obstacles": promotion.obstacles,
        "now": {"stage": now.stage, "met": now.met, "total": now.total},
        "then": {"stage": then.stage, "met": then.met, "total": then.total},
        "sections": [
            {"section": list(titles), "diagnostics": [entry(then, diagnostic) for diagnostic in diagnostics]}
            for titles, diagnostics in promotion.sections
        ],
    }
    return f"{dump_json(content)}\n"
