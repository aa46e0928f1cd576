"""The report for programs: one JSON object, described by `schemas/report.schema.json`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from speclint.diagnostics import Diagnostic, Severity
from speclint.linting.result import FileResult
from speclint.reporters.escape import dump_json
from speclint.reporters.formats import Report, Style

if TYPE_CHECKING:
    from speclint.diagnostics import AppliedFix


VERSION = 1


def render(report: Report, style: Style) -> str:
    """Return the report as JSON."""
    data = {
        "version": VERSION,
        "base": report.base,
        "summary": {
            "files": len(report.documents) + report.skipped,
            "checked": len(report.documents),
            "skipped": report.skipped,
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "infos": report.count(Severity.INFO),
            "known": report.known(),
            "fixable": sum(report.fixable()),
            "fixed": report.fixed(),
        },
        "files": [_file(document) for document in report.documents],
    }
    return dump_json(data) + "\n"


def _file(document: FileResult) -> dict[str, Any]:
    return {
        "path": document.path,
        "template": document.template,
        "stage": document.stage or None,
        "obligations": {"met": document.met, "total": document.total},
        "fixed": [_fixed(document, applied) for applied in document.fixed],
        "diagnostics": [entry(document, diagnostic) for diagnostic in document.diagnostics],
    }


def _fixed(document: FileResult, applied: AppliedFix) -> dict[str, Any]:
    first, last = document.lines(applied)
    return {"check": applied.check, "title": applied.title, "line": first, "end_line": last}


def entry(document: FileResult, diagnostic: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic as data, without its document."""
    start, end = (document.source.position(offset) for offset in diagnostic.span)
    fix = diagnostic.fix
    return {
        "check": diagnostic.check,
        "severity": diagnostic.severity.label,
        "message": diagnostic.message,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "section": list(diagnostic.section),
        "known": diagnostic.known,
        "fix": None if fix is None else {"title": fix.title, "safe": fix.safe},
    }
