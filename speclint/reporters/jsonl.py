"""The report for programs that read line by line: one JSON object a diagnostic, and no other lines.

Each is what `json` gives for a diagnostic, with the path, template and stage of its document:
`#/$defs/line` in `schemas/report.schema.json`.
"""

from __future__ import annotations

from speclint.reporters.escape import dump_json
from speclint.reporters.formats import Report, Style
from speclint.reporters.json import entry


def render(report: Report, style: Style) -> str:
    """Return the report as lines of JSON, "" when nothing was found."""
    return "".join(
        dump_json(
            {
                "path": document.path,
                "template": document.template,
                "stage": document.stage or None,
                **entry(document, diagnostic),
            },
            indent=None,
        )
        + "\n"
        for document, diagnostic in report.diagnostics()
    )
