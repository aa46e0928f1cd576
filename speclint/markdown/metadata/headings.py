"""Read metadata in headings (`## Status: Draft`)."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.diagnostics import Span
from speclint.markdown.blocks import Heading
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.metadata.field import Field, strip_marks
from speclint.markdown.source import Source

_HEADING_FIELD = lazy_regex(r"(?P<name>[^:：]{1,60})(?::[ \t]+|：[ \t]*)(?P<value>\S.*)$")


def heading_fields(source: Source, heading: Heading) -> Iterator[Field]:
    """Yield the field that a heading of the form `Name: value` states."""
    match = _HEADING_FIELD.match(source.text, *heading.text_span)
    if match is None:
        return
    yield Field(
        name=plain(match["name"]),
        name_span=Span(*match.span("name")),
        value=strip_marks(match["value"]),
        value_span=Span(*match.span("value")),
        span=Span(*match.span()),
        place="heading",
    )
