"""Build the key of a diagnostic, by which baselines, `--since` and fingerprints identify it."""

from __future__ import annotations

from functools import lru_cache

from speclint.binding.model import Binding
from speclint.diagnostics import DiagnosticKey, Span
from speclint.markdown.source import Source
from speclint.ruleset.fingerprints import without_marker
from speclint.ruleset.titles import without_number


def key_of(binding: Binding, check: str, span: Span, subject: tuple[str, ...] = ()) -> DiagnosticKey:
    """Return the key of what a check found at a span, or about something that is missing (`subject`)."""
    if subject:
        titles, text = subject[:-1], subject[-1]
    else:
        document = binding.document
        around = document.sections_at(span.start)[1:]
        titles = tuple(part.title for part in around if part is not binding.title)
        text = marked_lines(document.source, span)
    return DiagnosticKey(check, tuple(map(without_number, titles)), text)


def marked_lines(source: Source, span: Span) -> str:
    """Return the lines that a span lies in, with single spaces and without the markers before them."""
    return _words(source, source.line_number(span.start), source.line_number(max(span.start, span.end - 1)))


# Thousands of findings may lie on one line, and it may be long: they share its text.
@lru_cache(maxsize=1)
def _words(source: Source, first: int, last: int) -> str:
    lines = [without_marker(source.slice(source.line_span(line))) for line in range(first, last + 1)]
    if lines[0].startswith("#"):
        # A heading is the same at another level, and with another number.
        lines[0] = without_number(lines[0].lstrip("# \t"))
    return " ".join(" ".join(lines).split())
