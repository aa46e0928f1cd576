"""Workflow commands of GitHub Actions, which annotate the changes of a pull request.

GitHub shows ten errors, ten warnings and ten notices of a step: the first ones of each kind, in the order of
the documents, errors before warnings before notices. The rest is counted.
"""

from __future__ import annotations

from speclint.diagnostics import Diagnostic, Severity, plural
from speclint.linting.result import FileResult
from speclint.reporters.escape import escape_controls, escape_posix_path
from speclint.reporters.formats import Report, Style

COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

MOST_OF_A_KIND = 10


def render(report: Report, style: Style) -> str:
    """Return the report as commands, one a line, and a line about those that are left out."""
    lines: list[str] = []
    left_out: list[str] = []
    for severity, command in COMMANDS.items():
        found = [(document, d) for document, d in report.diagnostics() if d.weight is severity]
        lines += [_command(command, *one) for one in found[:MOST_OF_A_KIND]]
        more = len(found) - MOST_OF_A_KIND
        if more > 0:
            left_out.append(plural(more, f"more {command}"))
    if left_out:
        lines.append(f"speclint: not shown, as GitHub takes ten of each kind: {', '.join(left_out)}")
    return "".join(f"{line}\n" for line in lines)


def _command(command: str, document: FileResult, diagnostic: Diagnostic) -> str:
    source, span = document.source, diagnostic.span
    start, last = source.position(span.start), document.last_line(span)
    properties = {"file": escape_posix_path(document.path), "line": str(start.line), "endLine": str(last)}
    # GitHub takes columns on a single line only.
    if start.line == last:
        end = max(span.start, min(span.end, source.line_span(last).end))
        properties |= {"col": str(start.column), "endColumn": str(source.position(end).column)}
    properties["title"] = f"speclint: {diagnostic.check}"
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {shown}::{_data(diagnostic.message)}"


def _data(text: str) -> str:
    """Return a text as GitHub reads it back; `escape_controls` leaves no line endings in it."""
    return escape_controls(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
