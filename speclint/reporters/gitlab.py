"""A code quality report of GitLab, which shows in a merge request what is new and what is gone."""

from __future__ import annotations

from speclint.diagnostics import Severity
from speclint.reporters.escape import dump_json, escape_controls, escape_posix_path
from speclint.reporters.fingerprint import identified
from speclint.reporters.formats import Report, Style

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, style: Style) -> str:
    """Return the report as a JSON array."""
    issues = [
        {
            "description": escape_controls(diagnostic.message),
            "check_name": diagnostic.check,
            "fingerprint": identity,
            "severity": SEVERITIES[diagnostic.weight],
            "location": {
                "path": escape_posix_path(document.path),
                "lines": {
                    "begin": document.source.line_number(diagnostic.span.start),
                    "end": document.last_line(diagnostic.span),
                },
            },
        }
        for document, diagnostic, identity in identified(report)
    ]
    return dump_json(issues) + "\n"
