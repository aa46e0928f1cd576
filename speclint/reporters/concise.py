"""One diagnostic a line, and nothing else: `path:line:column: severity check-id message`."""

from __future__ import annotations

from speclint.diagnostic import Diagnostic, Severity
from speclint.reporters import Checked, Report, Style
from speclint.reporters.visible import visible

BOLD, DIM, RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
COLORS = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m", Severity.INFO: "\x1b[36m"}


def render(report: Report, style: Style) -> str:
    """The report as lines, "" when nothing was found."""
    return "".join(
        f"{headline(document, diagnostic, style)}\n"
        for document in report.documents
        for diagnostic in document.diagnostics
    )


def headline(document: Checked, diagnostic: Diagnostic, style: Style) -> str:
    """A diagnostic on one line."""
    line, column = document.source.position(diagnostic.span.start)
    place = f"{visible(document.path)}:{line}:{column}:"
    severity, check = diagnostic.severity.label, diagnostic.check
    if style.color:
        place = f"{BOLD}{place}{RESET}"
        severity = f"{COLORS[diagnostic.severity]}{severity}{RESET}"
        check = f"{BOLD}{check}{RESET}"
    return f"{place} {severity} {check} {visible(diagnostic.message)}"
