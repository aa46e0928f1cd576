"""Recognise inline text that shows a reader nothing."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from speclint.markdown.inline import comments
from speclint.markdown.lazy_regex import lazy_regex

# Tags, but not those of elements that are seen without a text of their own.
_TAG = lazy_regex(
    r"</?(?!(?:img|input|svg|picture|video|audio|object|embed|iframe|canvas|hr|progress|meter)\b)"
    r"[a-z][a-z0-9-]*(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)


def shows_nothing(text: str) -> bool:
    """Return whether inline text is empty to a reader: comments, `<br>`, `&nbsp;`, zero-width characters."""
    if text[:1].isalnum():
        return False
    if "<" in text:
        text = _TAG.sub("", _without_comments(text))
    if "&" in text:
        text = unescape(text)
    return all(c.isspace() or unicodedata.category(c) in ("Cf", "Cc") for c in text)


def _without_comments(text: str) -> str:
    shown: list[str] = []
    end = 0
    for comment in comments(text):
        shown.append(text[end : comment.start()])
        end = comment.end()
    return "".join((*shown, text[end:]))
