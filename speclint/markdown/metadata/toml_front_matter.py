"""Read metadata in TOML front matter."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from speclint.diagnostics import Span
from speclint.markdown.blocks import FrontMatter
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.metadata.field import Field, Item
from speclint.markdown.source import Source
from speclint.markdown.visibility import is_invisible

_KEY = lazy_regex(
    r"""(?m)^[ \t]*(?:(?P<name>[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*=[ \t]*"""
    r"""|\[(?P<table>\[?[^\[\]\n]+\]?)\][ \t]*(?:#.*)?$)"""
)

# Where lines that look like keys are none.
_LONG_TEXT = lazy_regex(r"""(?s)\"{3}(?:[^\\]|\\.)*?\"{3}|'{3}.*?'{3}""")


def toml_fields(source: Source, block: FrontMatter) -> Iterator[Field]:
    """Yield the top-level keys of TOML front matter as fields; tables are left out.

    What does not parse has no value here.
    """
    start, end = block.body_span
    texts = [match.span() for match in _LONG_TEXT.finditer(source.text, start, end)]
    keys: list[re.Match[str]] = []
    for key in _KEY.finditer(source.text, start, end):
        before = bisect_right(texts, (key.start(), end)) - 1
        if before < 0 or key.start() >= texts[before][1]:
            keys.append(key)
    for i, match in enumerate(keys):
        if match["table"]:
            return
        stop = keys[i + 1].start() if i + 1 < len(keys) else end
        raw = source.text[match.end() : stop]
        value = _parsed(raw)
        written = _written(raw)
        place = Span(match.end(), match.end() + len(written))
        values = value if isinstance(value, list) else []
        yield Field(
            name=match["name"].strip("'\""),
            name_span=Span(*match.span("name")),
            value=", ".join(map(_shown, values)) if isinstance(value, list) else _shown(value),
            value_span=place,
            span=Span(match.start("name"), place.end),
            place="front-matter",
            items=tuple(Item(_shown(each), place) for each in values),
        )


def _parsed(raw: str) -> Any:
    import tomli

    try:
        return tomli.loads(f"value = {raw}")["value"]
    except (ValueError, RecursionError):
        return ""


def _written(raw: str) -> str:
    """Return a value as it is written, without what stands behind it, if it is in one line."""
    text = raw.rstrip()
    if "\n" not in text and text[:1] not in ("'", '"', "["):
        text = text.partition("#")[0].rstrip()
    return text


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if isinstance(value, dict) or is_invisible(str(value)) else str(value)
