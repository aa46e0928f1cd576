"""Read metadata in headings (`## Status: Draft`)."""

from __future__ import annotations

from speclint.diagnostics import Span
from speclint.markdown.blocks import Heading
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.metadata.field import Field, strip_marks
from speclint.markdown.source import Source

_HEADING_FIELD = lazy_regex(r"(?P<name>[^:]{1,60}):[ \t]+(?P<value>\S.*)$")


def heading_field(source: Source, heading: Heading) -> Field | None:
    """Return the field that a heading of the form `Name: value` states, None if it has another form."""
    match = _HEADING_FIELD.match(source.text, *heading.text_span)
    if match is None:
        return None
    return Field(
        name=plain(match["name"]),
        name_span=Span(*match.span("name")),
        value=strip_marks(match["value"]),
        value_span=Span(*match.span("value")),
        span=Span(*match.span()),
        place="heading",
    )
