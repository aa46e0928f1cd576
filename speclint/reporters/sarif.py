"""SARIF 2.1.0, the form in which code scanning services take results.

All checks are listed as rules, with what `speclint explain` says of them. Paths are relative to the folder
of the run, which is `%SRCROOT%`; those that lead out of it stand for themselves. GitHub refuses a file with
more than 25,000 results or 10 MB (https://docs.github.com/en/code-security, "SARIF support for code
scanning"): the worst ones are listed, and a notification gives the number of the others.
"""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

from speclint import __version__
from speclint.checks.registry import CHECKS, Check
from speclint.diagnostics import Diagnostic, Edit, Fix, Severity
from speclint.linting.result import FileResult
from speclint.reporters.escape import dump_json, escape_controls, uri_path
from speclint.reporters.fingerprint import Identified, identified
from speclint.reporters.formats import Report, Style

if TYPE_CHECKING:
    from speclint.diagnostics import Span


SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}

MAX_RESULTS, MAX_BYTES = 25_000, 10_000_000

_ROOT = "%SRCROOT%"

_NUMBERS = {check.id: number for number, check in enumerate(CHECKS)}


def render(report: Report, style: Style) -> str:
    """Return the report as a SARIF log of one run."""
    found = list(identified(report))
    listed = _worst(found, MAX_RESULTS)
    text = _log(report, listed, len(found))
    while len(text) > MAX_BYTES and listed:
        # By so much as it is too long, and some for what all have in common.
        listed = _worst(listed, min(len(listed) - 1, len(listed) * MAX_BYTES // len(text) * 9 // 10))
        text = _log(report, listed, len(found))
    return text


def _worst(found: list[Identified], most: int) -> list[Identified]:
    """Return the worst diagnostics, at most so many, in the order that they have."""
    if len(found) <= most:
        return found
    worst = sorted(range(len(found)), key=lambda number: -found[number][1].weight)[:most]
    return [found[number] for number in sorted(worst)]


def _log(report: Report, listed: list[Identified], total: int) -> str:
    """Return a log of some diagnostics of a report; JSON in ASCII, so that characters are bytes."""
    invocation: dict[str, Any] = {"executionSuccessful": not report.failed}
    if len(listed) < total:
        message = f"{total - len(listed):,} of {total:,} results are left out; other formats list them."
        invocation["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": message}}]
    run = {
        "tool": {"driver": {"name": "speclint", "version": __version__, "rules": list(map(_rule, CHECKS))}},
        "automationDetails": {"id": "speclint/"},
        "invocations": [invocation],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder that speclint was run in."}}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [_result(report, *one) for one in listed],
    }
    return dump_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _rule(check: Check) -> dict[str, Any]:
    first, _, rest = check.documentation.strip().partition("\n")
    documentation = f"{first}\n{dedent(rest)}".strip() or check.id
    paragraphs = [" ".join(paragraph.split()) for paragraph in documentation.split("\n\n")]
    name = check.id.title().replace("-", "")
    return {
        "id": check.id,
        # A name that differs from the id in case alone adds nothing.
        **({"name": name} if name.lower() != check.id else {}),
        "shortDescription": {"text": paragraphs[0]},
        "fullDescription": {"text": " ".join(paragraphs[:2])},
        # It is Markdown, and reads well as it is.
        "help": {"text": documentation, "markdown": documentation},
        "defaultConfiguration": {
            "enabled": check.severity is not None,
            "level": LEVELS[check.severity or Severity.WARNING],
        },
        "properties": {"tags": [check.family]},
    }


def _result(report: Report, document: FileResult, diagnostic: Diagnostic, identity: str) -> dict[str, Any]:
    artifact = _artifact(document.path)
    region = _region(document, diagnostic.span)
    result = {
        "ruleId": diagnostic.check,
        "ruleIndex": _NUMBERS[diagnostic.check],
        "level": LEVELS[diagnostic.weight],
        "message": {"text": _plain(diagnostic.message)},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "partialFingerprints": {"speclint/v2": identity},
    }
    if report.base is not None:
        result["baselineState"] = "unchanged" if diagnostic.known else "new"
    if diagnostic.fix is not None:
        result["fixes"] = [_fix(document, diagnostic.fix)]
    return result


def _plain(text: str) -> str:
    """Return a message with no `[words](target)`, which would be a link even in plain text."""
    return escape_controls(text).replace("](", "] (")


def _artifact(path: str) -> dict[str, str]:
    reference = uri_path(path)
    if reference.startswith(("file:", "../")):
        return {"uri": reference}
    return {"uri": reference, "uriBaseId": _ROOT}


def _region(document: FileResult, span: Span) -> dict[str, int]:
    start, end = (document.source.position(offset) for offset in span)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _fix(document: FileResult, fix: Fix) -> dict[str, Any]:
    def replacement(edit: Edit) -> dict[str, Any]:
        return {"deletedRegion": _region(document, edit.span), "insertedContent": {"text": edit.text}}

    return {
        "description": {"text": _plain(fix.title)},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(document.path),
                "replacements": [replacement(edit) for edit in fix.edits],
            }
        ],
        "properties": {"safe": fix.safe},
    }
