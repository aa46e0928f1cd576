"""Say which line a placeholder accounts for."""

from __future__ import annotations

from speclint.diagnostics import Span
from speclint.markdown.source import Source


def line_of(source: Source, span: Span) -> Span:
    """Return the line that a span begins in, up to the end of the span if it is longer."""
    first = source.line_span(source.line_number(span.start))
    return Span(first.start, max(span.end, first.end))
