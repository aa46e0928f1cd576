"""Tell words that promise text, such as `TBD` and `TODO`, from words of a text about them."""

from __future__ import annotations

import re

from speclint.checks.placeholders import unfilled


def is_promise(text: str, match: re.Match[str], heading: bool) -> bool:
    """Return whether `TBD`, `TODO` or the like promises text that is still to come."""
    word = match.group()
    start, end = match.span()
    following = text[end : end + 16]
    whole = unfilled.slot_value(text, start, end)
    if following[:1] in ("'", "’") or text[start - 1 : start] in ('"', "'", "“", "‘"):
        return whole and start > 0
    if word == "TBD":
        defined = re.search(r"[\"”*_] \($", text[max(0, start - 4) : start])
        return not defined and (whole or not unfilled.SUBJECT.match(following))
    if following[:1] == ":" and word in ("TODO", "FIXME", "XXX"):
        return True
    if word in ("TODO", "FIXME"):
        if following[:1] == "(" or unfilled.SUBJECT.match(following):
            return following[:1] == "("
        return whole or (not heading and unfilled.begins_value(text, start))
    if word.lower() in ("to do", "to-do", "todo") and following[:1] == ":":
        return False  # a label
    if word.startswith("to") and "\n" in text[:start] and unfilled.begins_line(text, start):
        return False  # a sentence that goes on
    return whole and not (heading and word.lower().startswith("to"))
