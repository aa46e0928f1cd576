"""Read the headings that are written in HTML, such as `<h2 align="center">Plan</h2>`."""

from __future__ import annotations

import re

from speclint.diagnostics import Span
from speclint.markdown.blocks import Heading, Html
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source

_ELEMENT = lazy_regex(
    r"<h(?P<level>[1-6])(?:[ \t\n][^<>]*+)?>\s*+"
    r"(?P<text>[^<]*+(?:<(?!/?h[1-6]\b)[^<]*+)*+)</h(?P=level)[ \t]*>",
    re.IGNORECASE,
)


def html_heading(source: Source, block: Html) -> tuple[Heading, Html | None] | None:
    """Return the heading that a block of HTML begins with, and what follows it in the block.

    None if there is none, or none that shows a text. Its `text` may hold tags, as that of any heading may.
    """
    if block.comment or not source.text.startswith(("<h", "<H"), block.span.start):
        return None
    match = _ELEMENT.match(source.text, block.span.start, block.span.end)
    if match is None:
        return None
    text = match["text"].rstrip()
    if not plain(text).strip():
        return None
    span, text_span = Span(*match.span()), Span(match.start("text"), match.start("text") + len(text))
    lines = [
        Span(max(line.start, text_span.start), min(line.end, text_span.end))
        for line in block.lines
        if line.end > text_span.start and line.start < text_span.end
    ]
    heading = Heading(span, int(match["level"]), text, text_span, tuple(lines), html=True)
    rest = tuple(
        Span(max(line.start, span.end), line.end)
        for line in block.lines
        if source.text[max(line.start, span.end) : line.end].strip()
    )
    return heading, Html(Span(rest[0].start, block.span.end), rest, comment=False) if rest else None
