"""One diagnostic a line, and nothing else: `path:line:column: severity check-id message`.

What was fixed comes before, with `fixed` in the place of the severity. What was there before the base of the
run comes last, as a `note`; a quiet report leaves it out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from speclint.diagnostics import Diagnostic, plural
from speclint.linting.result import FileResult
from speclint.reporters.ansi import BOLD, COLORS, DIM, GREEN, RESET
from speclint.reporters.escape import escape_controls, escape_path
from speclint.reporters.formats import Report, Style

if TYPE_CHECKING:
    from speclint.diagnostics import AppliedFix


def render(report: Report, style: Style) -> str:
    """Return the report as lines, "" if nothing was found."""
    lines: list[str] = []
    for document in report.documents:
        lines += fixed(document, style)
        lines += (headline(document, diagnostic, style) for diagnostic in shown(document, report, style))
    return "".join(f"{line}\n" for line in lines)


def shown(document: FileResult, report: Report, style: Style) -> list[Diagnostic]:
    """Return the diagnostics to show, the known ones behind the others.

    Those of a baseline are only counted; those at the base of `--since` are shown unless the report is quiet.
    """
    diagnostics = sorted(document.diagnostics, key=lambda diagnostic: diagnostic.known)
    beside = report.base is not None and not style.quiet
    return [diagnostic for diagnostic in diagnostics if beside or not diagnostic.known]


def fixed(document: FileResult, style: Style) -> list[str]:
    """Return what was fixed in a document, a line each; nothing if the report is quiet."""
    return [] if style.quiet else [_fixed(document, applied, style) for applied in document.fixed]


def _fixed(document: FileResult, applied: AppliedFix, style: Style) -> str:
    first, last = document.lines(applied)
    size = f" ({plural(last - first + 1, 'line')})" if last > first else ""
    message = f"{escape_controls(applied.title)}{size}"
    start = document.extent(applied).start
    return _line(document, start, "fixed", GREEN, applied.check, message, style)


def headline(document: FileResult, diagnostic: Diagnostic, style: Style) -> str:
    """Return a diagnostic as one line."""
    severity = diagnostic.severity
    word, color = ("note", DIM) if diagnostic.known else (severity.label, COLORS[severity])
    message = escape_controls(diagnostic.message)
    return _line(document, diagnostic.span.start, word, color, diagnostic.check, message, style)


def _line(
    document: FileResult, offset: int, word: str, color: str, check: str, message: str, style: Style
) -> str:
    line, column = document.source.position(offset)
    place = f"{escape_path(document.path)}:{line}:{column}:"
    if style.color:
        place, word, check = f"{BOLD}{place}{RESET}", f"{color}{word}{RESET}", f"{BOLD}{check}{RESET}"
    return f"{place} {word} {check} {message}"
