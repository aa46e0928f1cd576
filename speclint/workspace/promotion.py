"""What stands between a document and a later stage: pure, and nothing is edited."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from speclint.binding.model import Binding
from speclint.diagnostics import Diagnostic, Severity
from speclint.linting.lint import section_path
from speclint.reporters.concise import BOLD, COLORS, RESET
from speclint.reporters.escape import dump_json, escape_controls
from speclint.reporters.formats import Checked, Style
from speclint.reporters.json import entry

VERSION = 1


class Promotion(NamedTuple):
    """A document at its stage (`now`) and at the one it is to have (`then`), there with what it lacks.

    `sections` are the titles around each group of diagnostics, the outermost first, in the order of the
    document; `fail_on` is the least severity that stands in the way.
    """

    now: Checked
    then: Checked
    sections: tuple[tuple[tuple[str, ...], tuple[Diagnostic, ...]], ...]
    fail_on: Severity

    @property
    def obstacles(self) -> int:
        """How many diagnostics stand in the way."""
        return sum(diagnostic.severity >= self.fail_on for diagnostic in self.then.diagnostics)


def promotion(now: Checked, then: Checked, binding: Binding, fail_on: Severity) -> Promotion:
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
    stands = f'{_stand(promoted.obstacles)} between "{escape_controls(now.stage)}" and "{escape_controls(then.stage)}"'
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
