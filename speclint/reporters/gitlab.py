"""A code quality report of GitLab, which shows in a merge request what is new and what is gone."""

from __future__ import annotations

from speclint.diagnostic import Severity
from speclint.reporters import Report, Style
from speclint.reporters.identity import identified
from speclint.reporters.notation import written
from speclint.reporters.paths import plain
from speclint.reporters.visible import visible

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report, style: Style) -> str:
    """The report as a JSON array."""
    issues = [
        {
            "description": visible(diagnostic.message),
            "check_name": diagnostic.check,
            "fingerprint": identity,
            "severity": SEVERITIES[diagnostic.weight],
            "location": {
                "path": plain(document.path),
                "lines": {
                    "begin": document.source.line_number(diagnostic.span.start),
                    "end": document.last_line(diagnostic.span),
                },
            },
        }
        for document, diagnostic, identity in identified(report)
    ]
    return written(issues) + "\n"
