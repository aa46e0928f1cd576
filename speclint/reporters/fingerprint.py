"""What tells one diagnostic from all others, and stays when lines move or documents above change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from speclint.diagnostics import Diagnostic
from speclint.linting.result import FileResult
from speclint.markdown.digest import digest
from speclint.reporters.escape import with_slashes
from speclint.reporters.formats import Report


def identified(report: Report) -> Iterator[tuple[FileResult, Diagnostic, str]]:
    """Every diagnostic with its document and its identity, 32 hexadecimal digits, unique in the report."""
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
    return (key.check, with_slashes(document.path), key.text, *key.section)
