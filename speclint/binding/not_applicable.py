"""Recognise sections that state that they do not apply, and whether their rules allow it."""

import re
from typing import NamedTuple

from speclint.markdown.blocks import Html, LinkDefinition, Paragraph, ThematicBreak
from speclint.markdown.document import Document, Section
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.visibility import is_blank
from speclint.ruleset.model import SectionRule

# How a text begins that says that something does not apply, is not there, or is not wanted.
_DENIAL = lazy_regex(
    r"[\s*_(>-]{0,9}(?:n\s?/\s?a|not\s+(?:applicable|needed|required|relevant|planned|affected)|none|nothing"
    r"|no|does\s+not\s+apply)\b",
    re.IGNORECASE,
)

# The plain words for it, which leave nothing to ask for.
_PLAIN = lazy_regex(
    r"[\s*_(]{0,9}(?:this\s+(?:section|chapter|part)\s+)?"
    r"(?:n\s?/\s?a|(?:is\s+)?not\s+applicable|does\s+not\s+apply)\b",
    re.IGNORECASE,
)

_COMMENT = lazy_regex(r"<!--.*?(?:-->|\Z)", re.DOTALL)

# A section that says it does not apply says little else.
_LENGTH = 400


class NotApplicableStatement(NamedTuple):
    """A statement that a section does not apply: `plain` if it is just that; the reason, "" for none."""

    plain: bool
    reason: str


def not_applicable_statement(document: Document, section: Section) -> NotApplicableStatement | None:
    """Return a section's statement that it does not apply, None if it has none or other text."""
    body = [block for block in section.body if not (isinstance(block, Html) and block.comment)]
    if section.children or not body or not isinstance(body[0], Paragraph):
        return None
    start = body[0].span.start
    text = document.source.text[start : section.body_span.end].strip()
    # With a list or code behind it, it says more than that.
    alone = all(isinstance(block, Paragraph | ThematicBreak | LinkDefinition) for block in body)
    plain = _PLAIN.match(text) if alone else None
    match = plain or _DENIAL.match(text)
    # In `**N/A**: reason` the words themselves look like a label.
    labels = [
        label for label in section.labels if label.emphasised and not (plain and label.span.start == start)
    ]
    if match is None or labels or len(text) > _LENGTH:
        return None
    return NotApplicableStatement(plain is not None, _reason(text[match.end() :]))


def _reason(text: str) -> str:
    """Return what follows the words of a statement, without dashes and the like, and without comments."""
    shown = _COMMENT.sub("", text) if "<!--" in text else text
    return " ".join(shown.split()).strip(" -–—:;,.()*_")


def is_not_applicable(document: Document, section: Section, rule: SectionRule | None) -> bool:
    """Return whether a section states that it does not apply and its rule allows it: it owes no more.

    Where its rule lets it be empty, having no text states so too.
    """
    allowed = rule.not_applicable if rule is not None else True
    if allowed == "empty" and not section.children and is_blank(document.source, section.body):
        return True
    said = not_applicable_statement(document, section) if allowed else None
    return said is not None and (allowed != "reason" or said.reason != "")


def not_applicable_error(document: Document, section: Section, rule: SectionRule | None) -> str:
    """Return why a section may not just state that it does not apply, "" if it does not, or may."""
    if rule is None or rule.not_applicable in (True, "empty"):
        return ""
    said = not_applicable_statement(document, section)
    if said is None or not said.plain:
        return ""
    if not rule.not_applicable:
        return "says that it does not apply; the rule set does not allow that here"
    return "" if said.reason else 'does not say why it does not apply; write "N/A - reason"'
