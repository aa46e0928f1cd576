"""Recognise items of checklists that are struck out or say that they do not apply."""

from __future__ import annotations

import re
from typing import NamedTuple

from speclint.binding.model import Binding
from speclint.checks.checklists.boxes import Box
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


def inapplicable(binding: Binding, box: Box) -> Inapplicable | None:
    """Return what an item says if it is struck out or ends in `N/A`, None if it says nothing of the kind."""
    text = item_text(binding, box)
    if not _may_say_so(text):
        return None
    rule = next(
        (
            rule
            for section in reversed(binding.document.sections_at(box.span.start))
            if (rule := binding.rules_of.get(section.number))
        ),
        None,
    )
    return inapplicable_text(text, True if rule is None else rule.not_applicable)


def inapplicable_text(text: str, not_applicable: object) -> Inapplicable | None:
    """Return what the text of an item says under a section's `not_applicable`."""
    if not _may_say_so(text):
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


def _may_say_so(text: str) -> bool:
    """Return False if a text certainly does not say so: a cheap test that saves compiling the patterns."""
    if "~~" in text:
        return True
    lowered = text.lower()
    return ("/" in lowered and "n/a" in lowered.replace(" ", "")) or "applicable" in lowered


def item_text(binding: Binding, box: Box) -> str:
    """Return the text of a box as it is written, on one line."""
    lines = binding.document.source.text[box.span.end : box.end].splitlines()
    # The lines of an alert begin with the mark of a quotation.
    return " ".join(" ".join([*lines[:1], *(line.lstrip(" \t>") for line in lines[1:])]).split())
