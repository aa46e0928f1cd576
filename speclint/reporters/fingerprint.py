"""Compute fingerprints, which identify diagnostics even when lines move or documents above change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from speclint.diagnostics import Diagnostic
from speclint.linting.result import FileResult
from speclint.markdown.digest import digest
from speclint.reporters.escape import posix_path
from speclint.reporters.formats import Report

# A diagnostic with its document and its fingerprint.
Identified = tuple[FileResult, Diagnostic, str]


def identified(report: Report) -> Iterator[Identified]:
    """Return all diagnostics with documents and fingerprints: 32 hexadecimal digits, unique in the report."""
    seen: Counter[tuple[str, ...]] = Counter()
    for document, diagnostic in report.diagnostics():
        traits = _traits(document, diagnostic)
        seen[traits] += 1
        parts = (*traits, str(seen[traits]))
        # With its length before it, no part can pass for two.
        data = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "backslashreplace")
        yield document, diagnostic, digest(data)


def _traits(document: FileResult, diagnostic: Diagnostic) -> tuple[str, ...]:
    key = diagnostic.key
    return (key.check, posix_path(document.path), key.text, *key.section)
