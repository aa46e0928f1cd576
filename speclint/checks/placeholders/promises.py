"""Tell words that promise or ask for text, such as `TBD` and `TODO`, from words of a text about them."""

from __future__ import annotations

import re

from speclint.checks.placeholders import unfilled
from speclint.markdown.lazy_regex import lazy_regex

# What asks the readers of a document, in brackets: `[NEEDS CLARIFICATION: which unit?]`.
_ASKS = lazy_regex(
    r"(?i:needs? )(?:CLARIFICATION|DECISION|INPUT|DISCUSSION|CONFIRMATION|ANSWER)S?\b"
    r"|(?:CLARIFICATION|CLARIFY|UNRESOLVED|OPEN QUESTION|QUESTION|TO BE CLARIFIED|TO CLARIFY)S?\b"
    r"|(?i:needs? clarification|open question|clarify|to be clarified|clarification needed)[ \t]*(?:[:?–—]|$)"
    r"|(?:TBD|TODO|FIXME|TBC|TBA)[ \t]*[:?–—]"
)

# Behind the marker: a question that only shows where the question goes.
_SHOWN = lazy_regex(
    r"(?i)[^:]*:[ \t]*(?:\.{3}|…|(?:the |your |specific )*(?:question|reason|text|details)s?)?$"
)

# In front of a marker and behind it: what makes it the name of such markers.
_COUNTED = lazy_regex(
    r"(?i)(?:\b(?:no|any|all|zero|without|every|each|the|these|those|an?|as|with|of|use|using"
    r"|unresolved|remaining|resolved?|than|\d+)[ \t]+"
    r"(?:(?:more|remaining|open|unresolved|such|other|lingering)[ \t]+)?|~~[ \t]*)[*_]*$"
)

_NAMED = lazy_regex(
    r"(?i)[*_]*[ \t]+(?:markers?|items?|tags?|labels?|notes?|placeholders?|entries|sections?|marks?|comments?"
    r"|blocks?)\b"
    r"|[*_]*[ \t]*~~"
)

_QUOTES = "\"'“”‘’"

# `TODO check it`, behind the end of a sentence.
_NEW_SENTENCE = lazy_regex(r"[.!?…;][\"”')*_\ufffc]*[ \t]+$|\([ \t]*$")

_STATED = lazy_regex(r"(?i)\b(?:is|are|was|were|remains?|still|currently)[ \t]+[*_]*$")

# Among other such words, or states of work, it is one of them: `TODO, DOING and DONE`.
_LISTED_BEFORE = lazy_regex(
    r"\b(?:TODO|TBD|TBC|TBA|FIXME|XXX|WIP)[\"'”*_]*(?:[,/][ \t]*|[ \t]+)(?:(?:and|or)[ \t]+)?[\"'“*_]*$"
)

_LISTED_BEHIND = lazy_regex(
    r"[\"'”*_]*(?:[ \t]*[,/→][ \t]*|[ \t]+(?=and|or))(?:(?:and|or)[ \t]+)?[\"'“*_]*"
    r"(?:TODO|TBD|TBC|TBA|FIXME|XXX|WIP|DOING|DONE|IN[ -_]PROGRESS)\b"
)

_VERB = lazy_regex(r"[ \t]+(?:is|are|was|were|has|have|can|may|means|in|on|from|and|or|of)\b")


def is_promise(text: str, match: re.Match[str], heading: bool) -> bool:
    """Return whether `TBD`, `TODO` or the like promises text that is still to come."""
    word = match.group()
    start, end = match.span()
    before, after = unfilled.before_in_line(text, start), unfilled.after_in_line(text, end)
    whole = unfilled.slot_value(text, start, end)
    if _LISTED_BEFORE.search(before) or _LISTED_BEHIND.match(after):
        return False
    if after[:1] in ("'", "’") or before[-1:] in ('"', "'", "“", "‘"):
        return whole and start > 0 and _is_alone(text, start, end)
    if before.rstrip().endswith("//") and after.lstrip().startswith("//"):
        return True  # `// TODO //`
    if word in ("TODO", "FIXME"):
        return _is_task(text, start, before, after, heading) or (whole and not unfilled.SUBJECT.match(after))
    if word == "TBD":
        defined = re.search(r"[\"”*_] \($", before)
        return not defined and (whole or not unfilled.SUBJECT.match(after))
    if word in ("TBC", "TBA"):
        stated = _STATED.search(before) is not None and unfilled.AFTER.match(after) is not None
        return whole or stated or after[:1] == unfilled.OPAQUE
    if word[0] == "?":
        return whole and unfilled.follows_label(text, start)
    if word == "XXX" and after[:1] == ":":
        return True
    return whole and not _is_verb(text, start, word, after, heading)


def _is_task(text: str, start: int, before: str, after: str, heading: bool) -> bool:
    """Return whether `TODO` begins what is to be done: with a colon or a name, or where a sentence begins."""
    if after[:1] in (":", "("):
        return True
    if heading or unfilled.SUBJECT.match(after):
        return False
    begins = unfilled.begins_value(text, start) or after[:1] == unfilled.OPAQUE
    return begins or (_NEW_SENTENCE.search(before) is not None and not _VERB.match(after))


def _is_verb(text: str, start: int, word: str, after: str, heading: bool) -> bool:
    """Return whether `to do` or `to be added` is a label, or goes on with a sentence or title."""
    if word.lower() in ("to do", "to-do", "todo") and after[:1] == ":":
        return True
    if word.startswith("to") and "\n" in text[:start] and unfilled.begins_line(text, start):
        return True
    return heading and word.lower().startswith("to")


def _is_alone(text: str, start: int, end: int) -> bool:
    """Return whether a word in quotation marks is a whole value: alone or behind a label."""
    if unfilled.after_in_line(text, end).strip(unfilled.DECORATION + _QUOTES):
        return False
    before = unfilled.before_in_line(text, start).rstrip(_QUOTES + "*_` ")
    return before.endswith((":", "：", "|")) or not ("\n" in text or before)


def asks(inner: str) -> bool:
    """Return whether what brackets hold is a marker that asks a question."""
    return _ASKS.match(inner) is not None


def is_asked(inner: str, text: str, start: int, end: int) -> bool:
    """Return whether a marker that asks stands for its question, and the text is not about such markers."""
    return not _SHOWN.match(inner) and not is_named(text, start, end)


def is_named(text: str, start: int, end: int) -> bool:
    """Return whether the text speaks of markers like the one in a range: `no TBD remains`."""
    before, after = unfilled.before_in_line(text, start), unfilled.after_in_line(text, end)
    return bool(_COUNTED.search(before) or _NAMED.match(after))
