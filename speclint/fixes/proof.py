"""Prove that a fix loses nothing: every line, heading, code block and field is there as before."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from speclint.diagnostics import Edit, Span
from speclint.fixes.edits import changes_line, lines_of
from speclint.markdown.blocks import CodeBlock
from speclint.markdown.document import Document, walk


def what_is_lost(old: Document, new: Document, edits: Sequence[Edit]) -> str | None:
    """Return what of the old document the new one lacks, or has in another order; None if nothing."""
    kinds = (("line", _lines), ("heading", _headings), ("code block", _code), ("field", _fields))
    for what, parts in kinds:
        rest = iter(parts(new, ()))
        for part in parts(old, edits):
            if part not in rest:  # which is used up as far as it was searched
                return f'the {what} "{" ".join(part.split())[:60]}"'
    return None


def _lines(document: Document, edits: Sequence[Edit]) -> Iterator[str]:
    """Yield the lines of a document that no edit changes."""
    source = document.source
    changed = set[int]()
    for edit in edits:
        if changes_line(source, edit):
            changed.update(lines_of(source, edit))
    for number in range(1, len(source.line_starts) + 1):
        if number not in changed and (text := source.slice(source.line_span(number))):
            yield text


def _headings(document: Document, edits: Sequence[Edit]) -> Iterator[str]:
    """Yield the headings that open sections, with their levels, except those that an edit changes."""
    changed = sorted(edit.span for edit in edits if edit.span.start < edit.span.end)
    for section in document.sections:
        heading = section.heading
        if heading is not None and not _touched(heading.span, changed):
            yield f"{'#' * heading.level} {heading.text}"


def _code(document: Document, edits: Sequence[Edit]) -> Iterator[str]:
    """Yield the code blocks, each with its fence and language, except those that an edit changes."""
    changed = sorted(edit.span for edit in edits if edit.span.start < edit.span.end)
    for block in walk(document.blocks):
        if isinstance(block, CodeBlock) and not _touched(block.span, changed):
            lines = "\n".join(map(document.source.slice, block.lines))
            yield f"{block.fence} {block.info}\n{lines}"


def _fields(document: Document, edits: Sequence[Edit]) -> Iterator[str]:
    """Yield the fields and labels, each with its value, except those that an edit changes."""
    changed = sorted(edit.span for edit in edits if edit.span.start < edit.span.end)
    labels = (label for section in document.sections for label in section.labels)
    fields = {field.span: f"{field.name}: {field.value}" for field in (*document.fields, *labels)}
    for span, field in sorted(fields.items()):
        if not _touched(span, changed):
            yield field


def _touched(span: Span, changed: Sequence[Span]) -> bool:
    """Return whether one of some sorted spans, which do not overlap, reaches into a span."""
    place = bisect_left(changed, span)
    return any(other.overlaps(span) for other in changed[max(place - 1, 0) : place + 1])
