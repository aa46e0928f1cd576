"""Parse a template: its title, its chapters, and look-ups that several readers of it share."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Protocol, TypeGuard, TypeVar

from speclint.authoring.template_syntax import (
    title_of,
    value_of,
)
from speclint.diagnostics import Span
from speclint.markdown.blocks import Block, Html
from speclint.markdown.document import Document, Field, Section
from speclint.markdown.lazy_regex import lazy_regex


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


_P = TypeVar("_P", bound=_Placed)

CHAPTER_LEVEL = 2

# Words that stand in bold before a remark, not before an answer.
REMARKS = lazy_regex(
    r"(?:notes?|nb|n\.b\.|warnings?|important|tips?|caution|attention|todo|hints?|examples?|e\.g\.?|info"
    r"|for example|instructions?|guidance|guidelines?|remember|reminder|please.*|see(?: also)?|optional"
    r"|required|action required|disclaimer|how to.*|why|what)$",
    re.IGNORECASE,
)

NUMBERED = lazy_regex(r"[^\W\d_]+(?: [^\W\d_]+)?(?:[ -]?\d+|[ -][A-D])$")

COMMENT = lazy_regex(r"<!--(.*?)(?:-->|$)", re.DOTALL)

COVERAGE = lazy_regex(r"(?P<number>\d{1,3}(?:\.\d+)?)[ \t]?(?:%|percent)", re.IGNORECASE)


class TemplateDocument:
    """A template and its parts.

    `title` is the section that is its title, None without one; `chapters` are the sections below that, at the
    level `base`. `heading_fields` are the headings that have the value of a field, `openings` the places
    where bold lines open a chapter. `field_spans` are the labels that turned out to be fields, which are not
    labels of a section as well.
    """

    def __init__(self, document: Document) -> None:
        self.document = document
        self.source = document.source
        self.title = _title(document)
        self.chapters = [
            section
            for top in document.root.children
            for section in (top.children if top is self.title else (top,))
        ]
        if not self.chapters:
            # Forms for issues have bold lines for headings.
            self.chapters = list(document.root.bold_sections)
        self.base = min((section.level for section in self.chapters), default=CHAPTER_LEVEL)
        # `## Status: [Draft | Final]`.
        self.heading_fields = {
            field.span
            for field in document.fields
            if field.place == "heading" and value_of(self.source.slice(field.value_span)).one_of
        }
        self.openings = {part.heading_span.start for part in self.chapters if part.bold}
        self.field_spans: set[Span] = set()


def _title(document: Document) -> Section | None:
    """Return the section that is the title of the template, not a chapter; None if there is none."""
    tops = document.root.children
    highest = [top for top in tops if top.level == 1]
    first = highest[0] if highest else tops[0] if len(tops) == 1 else None
    if first is None or first.heading is None:
        return None
    title = title_of(first.heading.text)
    if len(highest) == 1:
        return first if first.children or len(tops) > 1 or first.labels or title.anything else None
    varies = title.anything or "{" in title.text or not first.title
    return first if varies and (first.children or len(tops) > 1) else None


def around(parts: Sequence[_P], offset: int) -> _P | None:
    """Return the one of some parts of a text, which are in order, that an offset is in; None if none is."""
    before = bisect_right(parts, offset, key=lambda part: part.span.start) - 1
    return parts[before] if before >= 0 and offset < parts[before].span.end else None


def inside(labels: Sequence[Field], span: Span) -> Sequence[Field]:
    """Return the labels, given in order, that begin in a span."""
    start = bisect_left(labels, span.start, key=lambda label: label.span.start)
    return labels[start : bisect_left(labels, span.end, key=lambda label: label.span.start)]


def is_comment(block: Block) -> TypeGuard[Html]:
    """Return whether a block is a comment."""
    return isinstance(block, Html) and block.comment


def comments_in(html: str) -> Iterator[str]:
    """Yield the texts of the comments in HTML."""
    return (found[1].strip() for found in COMMENT.finditer(html))
