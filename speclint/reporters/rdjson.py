"""The Reviewdog Diagnostic Format, which reviewdog posts as comments of a review.

Columns count bytes of UTF-8, and so does reviewdog where it puts in a suggestion. Comments are Markdown:
messages are code in it. A fix of several edits is one suggestion, from the first to the last.
"""

from __future__ import annotations

from typing import Any

from speclint.diagnostics import Diagnostic, Fix, Span
from speclint.linting.result import FileResult
from speclint.markdown.source import Source
from speclint.markdown.source_excerpt import SourceExcerpt
from speclint.reporters.escape import dump_json, escape_posix_path, markdown_code
from speclint.reporters.formats import Report, Style


def render(report: Report, style: Style) -> str:
    """Return the report as a `DiagnosticResult` in JSON."""
    diagnostics = [_diagnostic(document, diagnostic) for document, diagnostic in report.diagnostics()]
    return dump_json({"source": {"name": "speclint"}, "diagnostics": diagnostics}) + "\n"


def _diagnostic(document: FileResult, diagnostic: Diagnostic) -> dict[str, Any]:
    data: dict[str, Any] = {
        "message": markdown_code(diagnostic.message),
        "location": {
            "path": escape_posix_path(document.path),
            "range": _range(document.source, diagnostic.span),
        },
        "severity": diagnostic.weight.name,
        "code": {"value": diagnostic.check},
    }
    if diagnostic.fix is not None and diagnostic.fix.edits:
        data["suggestions"] = [_suggestion(document.source, diagnostic.fix)]
    return data


def _range(source: Source | SourceExcerpt, span: Span) -> dict[str, Any]:
    return {"start": _position(source, span.start), "end": _position(source, span.end)}


def _position(source: Source | SourceExcerpt, offset: int) -> dict[str, int]:
    line = source.line_number(offset)
    # A byte order mark is read as a part of its line.
    before = source.slice(Span(source.line_span(line).start, offset))
    return {"line": line, "column": len(before.encode("utf-8", "replace")) + 1}


def _suggestion(source: Source | SourceExcerpt, fix: Fix) -> dict[str, Any]:
    edits = sorted(fix.edits)
    whole = Span(edits[0].span.start, max(edit.span.end for edit in edits))
    parts, at = [], whole.start
    for edit in edits:
        parts += [source.slice(Span(at, edit.span.start)), edit.text]
        at = edit.span.end
    return {"range": _range(source, whole), "text": "".join(parts)}
