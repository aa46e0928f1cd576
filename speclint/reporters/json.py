"""The report for programs: one JSON object, described by `schemas/report.schema.json`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from speclint.diagnostic import Diagnostic, Severity
from speclint.reporters import Checked, Report, Style

if TYPE_CHECKING:
    from speclint.fixer import Applied

VERSION = 1


def render(report: Report, style: Style) -> str:
    """The report as JSON in ASCII, so that no encoding can spoil it and no terminal obeys it."""
    data = {
        "version": VERSION,
        "summary": {
            "files": len(report.documents) + report.skipped,
            "checked": len(report.documents),
            "skipped": report.skipped,
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "infos": report.count(Severity.INFO),
            "fixable": sum(report.fixable()),
            "fixed": report.fixed(),
        },
        "files": [_file(document) for document in report.documents],
    }
    # DEL is ASCII and no escape is due for it in JSON, but a terminal might obey it.
    return json.dumps(data, indent=2).replace("\x7f", "\\u007f") + "\n"


def _file(document: Checked) -> dict[str, Any]:
    # Bytes of a path that are not UTF-8 come as lone surrogates, which no JSON reader has to take.
    path = document.path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return {
        "path": path,
        "template": document.template,
        "stage": document.stage or None,
        "obligations": {"met": document.met, "total": document.total},
        "fixed": [_fixed(document, applied) for applied in document.fixed],
        "diagnostics": [_diagnostic(document, diagnostic) for diagnostic in document.diagnostics],
    }


def _fixed(document: Checked, applied: Applied) -> dict[str, Any]:
    first, last = document.lines(applied)
    return {"check": applied.check, "title": applied.title, "line": first, "end_line": last}


def _diagnostic(document: Checked, diagnostic: Diagnostic) -> dict[str, Any]:
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
        "fix": None if fix is None else {"title": fix.title, "safe": fix.safe},
    }
