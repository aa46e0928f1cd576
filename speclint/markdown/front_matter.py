"""Find YAML front matter at the top of a text."""

from __future__ import annotations

from speclint.diagnostics import Span
from speclint.markdown.blocks import FrontMatter
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import BYTE_ORDER_MARK, Source

_FRONT_MATTER_FENCE = lazy_regex(r"---[ \t]*$")

_FRONT_MATTER_END = lazy_regex(r"(?:---|\.\.\.)[ \t]*$")

_FRONT_MATTER_KEY = lazy_regex(r"[^\s#:\-\[{][^:]*:(?:[ \t]|$)")


def parse_front_matter(source: Source) -> FrontMatter | None:
    """Return the YAML between `---` and `---` or `...` at the very top, None if its first entry is no key."""
    text = source.text
    start = 1 if text.startswith(BYTE_ORDER_MARK) else 0
    if not text.startswith("---", start):
        return None
    lines = len(source.line_starts)
    first = source.line_span(1)
    if not _FRONT_MATTER_FENCE.match(text, start, first.end):
        return None
    keyed = False
    for number in range(2, lines + 1):
        line = source.line_span(number)
        if _FRONT_MATTER_END.match(text, *line):
            if not keyed:
                return None
            return FrontMatter(Span(start, line.end), Span(source.line_starts[1], line.start))
        content = source.slice(line).strip()
        if not keyed and content and not content.startswith("#"):
            if not _FRONT_MATTER_KEY.match(text, *line):
                return None
            keyed = True
    return None
