"""Find front matter at the top of a text."""

from __future__ import annotations

from speclint.diagnostics import Span
from speclint.markdown.blocks import FrontMatter
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import BYTE_ORDER_MARK, Source

_FENCES = ("---", "+++")

_YAML_END = lazy_regex(r"(?:---|\.\.\.)[ \t]*$")

_YAML_KEY = lazy_regex(r"[^\s#:\-\[{][^:]*:(?:[ \t]|$)")

_TOML_END = lazy_regex(r"\+\+\+[ \t]*$")

_TOML_KEY = lazy_regex(r"""[ \t]*(?:[\w.-]+|"[^"]*"|'[^']*')[ \t]*=|[ \t]*\[[^\]]""")


def parse_front_matter(source: Source) -> FrontMatter | None:
    """Return the YAML between `---` and `---` or `...` at the very top, or the TOML between two `+++`.

    It is None if the first entry is no key.
    """
    text = source.text
    start = 1 if text.startswith(BYTE_ORDER_MARK) else 0
    if not text.startswith(_FENCES, start):
        return None
    first = source.line_span(1)
    if text[start + 3 : first.end].strip(" \t"):
        return None
    is_toml = text[start] == "+"
    key, end = (_TOML_KEY, _TOML_END) if is_toml else (_YAML_KEY, _YAML_END)
    keyed = False
    for number in range(2, len(source.line_starts) + 1):
        line = source.line_span(number)
        if end.match(text, *line):
            if not keyed:
                return None
            body = Span(source.line_starts[1], line.start)
            return FrontMatter(Span(start, line.end), body, "toml" if is_toml else "yaml")
        content = source.slice(line).strip()
        if not keyed and content and not content.startswith("#"):
            if not key.match(text, *line):
                return None
            keyed = True
    return None
