"""What tells one diagnostic from all others, and stays when lines move or documents above change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from speclint.diagnostics import Diagnostic
from speclint.markdown.digest import digest
from speclint.markdown.source import Span
from speclint.reporters.escape import with_slashes
from speclint.reporters.formats import Checked, Report


def identified(report: Report) -> Iterator[tuple[Checked, Diagnostic, str]]:
    """Every diagnostic with its document and its identity, 32 hexadecimal digits, unique in the report."""
    seen: Counter[tuple[str, ...]] = Counter()
    for document, diagnostic in report.diagnostics():
        traits = _traits(document, diagnostic)
        seen[traits] += 1
        parts = (*traits, str(seen[traits]))
        # With its length before it, no part can pass for two.
        data = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "backslashreplace")
        yield document, diagnostic, digest(data)


def _traits(document: Checked, diagnostic: Diagnostic) -> tuple[str, ...]:
    """Check, file, sections, what is said, and the line of text that it is said of.

    Two sections that are missing at one place differ in what is said alone. Figures in that do not count:
    they are often those of lines.
    """
    source, span = document.source, diagnostic.span
    line_end = source.line_span(source.line_number(span.start)).end
    first_line = source.slice(Span(span.start, min(span.end, line_end)))
    said = re.sub(r"\d+", "0", diagnostic.message)
    return (
        diagnostic.check, with_slashes(document.path), said, " ".join(first_line.split()), *diagnostic.section,
    )  # fmt: skip
