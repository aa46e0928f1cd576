"""Recognise inline text that shows a reader nothing."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from speclint.markdown.lazy_regex import lazy_regex

# Comments, and tags but those of elements that are seen without a text of their own.
_UNSEEN = lazy_regex(
    r"<!--(?:(?!-->).)*-->|</?(?!(?:img|input|svg|picture|video|audio|object|embed|iframe|canvas|hr|progress|meter)\b)"
    r"[a-z][a-z0-9-]*(?:[\s/][^<>]*)?>",
    re.IGNORECASE | re.DOTALL,
)


def shows_nothing(text: str) -> bool:
    """Return whether inline text is empty to a reader: comments, `<br>`, `&nbsp;`, zero-width characters."""
    if text[:1].isalnum():
        return False
    if "<" in text:
        text = _UNSEEN.sub("", text)
    if "&" in text:
        text = unescape(text)
    # A backslash at the end of a line breaks it.
    return all(c.isspace() or c == "\\" or unicodedata.category(c) in ("Cf", "Cc") for c in text)
