"""Recognise the text of an item that is struck out or says that it does not apply."""

from __future__ import annotations

import re
from typing import NamedTuple

from speclint.markdown.lazy_regex import lazy_regex

# `Load test: N/A - one till only`, `Load test (N/A: one till only)`, `Load test, not applicable`.
_STATEMENT = lazy_regex(
    r"[\s:;,.–—(\-~*_]{1,9}(?P<words>n\s?/\s?a|not\s+applicable)\b[*_~]{0,3}"
    r"(?:[\s:;,.–—\-(]*(?P<bare>[).*_~\s]*)$|\s*[-:;,–—(.]\s*(?P<reason>.{1,300})$)",
    re.IGNORECASE,
)

# With a word before it, the item is about such statements: "Sections are marked N/A - with a reason".
_ABOUT = lazy_regex(
    r"(?:^|\s)(?:as|mark\w*|says?|said|or|with|be|to|use[ds]?|writ\w+|state[ds]?)$", re.IGNORECASE
)

# `~~Load test~~`, and what stands behind it.
_STRUCK = lazy_regex(r"\s*~~(?P<item>[^~]{1,600})~~(?P<rest>.{0,400})$")

_SEPARATED = lazy_regex(r"\s*(?:[-–—:;,.(]|n\s?/\s?a\b|not\s+applicable\b)", re.IGNORECASE)


class Inapplicable(NamedTuple):
    """An item that says that it does not apply: its own text, and whether it may say so as it does."""

    item: str
    allowed: bool


def inapplicable_text(text: str, not_applicable: object) -> Inapplicable | None:
    """Return what the text of an item says under a section's `not_applicable`."""
    if not may_say_so(text):
        return None
    struck = _STRUCK.match(text)
    if struck and (not struck["rest"].strip(" .") or _SEPARATED.match(struck["rest"])):
        return Inapplicable(struck["item"], bool(not_applicable))
    match = _STATEMENT.search(text)
    if match is None or not match.start() or _ABOUT.search(text[: match.start()]):
        return None
    reason = (match["reason"] or "").strip(" -–—:;,.()*_~")
    allowed = bool(not_applicable) and (not_applicable != "reason" or reason != "")
    return Inapplicable(text[: match.start()], allowed)


def may_say_so(text: str) -> bool:
    """Return False if a text certainly does not say so: a cheap test that saves compiling the patterns."""
    if "~~" in text:
        return True
    lowered = text.lower()
    return ("/" in lowered and "n/a" in lowered.replace(" ", "")) or "applicable" in lowered
