"""Read metadata in YAML front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speclint.diagnostics import Span
from speclint.markdown.blocks import FrontMatter
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.metadata.field import Field
from speclint.markdown.source import Source

_FRONT_MATTER_LINE = lazy_regex(
    r"(?P<name>[^\s#:\-][^:\n]{0,60}?)[ \t]*:(?:[ \t]++(?P<value>[^\r\n]*[^ \t\r\n])?)?[ \t]*$"
)


def front_matter_fields(source: Source, block: FrontMatter) -> Iterator[Field]:
    """Yield the top-level keys of YAML front matter as fields, without a YAML parser.

    A list, or a block of text, below a key is joined by commas.
    """
    first = source.line_number(block.body_span.start)
    last = source.line_number(max(block.body_span.start, block.body_span.end - 1))
    lines = [source.line_span(line) for line in range(first, last + 1)]
    for i, line in enumerate(lines):
        match = _FRONT_MATTER_LINE.match(source.text, *line)
        if match is None or line.start >= block.body_span.end:
            continue
        value = match["value"] or ""
        span = Span(*match.span("value")) if match["value"] else Span(line.end, line.end)
        if value[:1] in ("'", '"') and value.find(value[0], 1) > 0:
            value = value[1 : value.find(value[0], 1)]
        elif "#" in value:
            value = re.split(r"(?:^|[ \t])#", value, maxsplit=1)[0].rstrip()
        if value in ("", "|", ">", "|-", ">-"):
            below = []
            for further in lines[i + 1 :]:
                text = source.slice(further)
                if text.strip() and not text.startswith((" ", "\t", "-")):
                    break
                below.append(text.strip().removeprefix("- ").strip("'\""))
                span = Span(span.start, further.end)
            value = ", ".join(filter(None, below))
        yield Field(
            name=match["name"].strip("'\""),
            name_span=Span(*match.span("name")),
            value=value,
            value_span=span,
            span=Span(line.start, max(span.end, match.end("name"))),
            place="front-matter",
        )
