"""Write headings in the style of a document: numbered or not, underlined, closed, or as bold lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from speclint.markdown.document import Document, Section
from speclint.ruleset.model import SectionRule
from speclint.ruleset.titles import HEADING_NUMBER, pattern_of


class Numbering(NamedTuple):
    """The number in front of a title, and the text around it: `2.3` between `lead` and `close`."""

    lead: str
    number: str
    close: str

    def moved(self, step: int) -> Numbering:
        """Return the number of the sibling `step` further on, at least 1."""
        before, dot, last = self.number.rpartition(".")
        return self._replace(number=f"{before}{dot}{max(int(last) + step, 1)}")

    def child(self) -> Numbering:
        """Return the number of the first section below, in the same style."""
        return self._replace(number=f"{self.number}.1")

    def __str__(self) -> str:
        return f"{self.lead}{self.number}{self.close} "


def numbering(section: Section) -> Numbering | None:
    """Return the number that a heading begins with, None if it has none."""
    match = re.match(HEADING_NUMBER, section.heading.text) if section.heading else None
    return Numbering(match["lead"], match["number"], match["close"]) if match else None


def are_numbered(sections: Sequence[Section]) -> bool:
    """Return whether most of some sections begin with a number of their own."""
    numbers = [found.number for found in map(numbering, sections) if found]
    return len(set(numbers)) * 2 > len(sections)


def id_of(title: str, rule: SectionRule) -> str:
    """Return the number in a title for a rule: its `{n}`, or the first one for a regular expression.

    "" if there is none.
    """
    if rule.pattern is None:
        return (pattern_of(rule.title).match(title) or {}).get("n", "")
    digits = re.search(r"\d+", title)
    return digits[0] if digits else ""


def with_id(title: str, rule: SectionRule, number: int) -> str:
    """Return a heading's text with another number in place of its own; unchanged if it has none."""
    found = id_of(title, rule)
    return re.sub(rf"(?<!\d){re.escape(found)}(?!\w)", str(number), title, count=1) if found else title


def heading_lines(document: Document, level: int, text: str, like: Section | None) -> str:
    """Return the lines of a heading, in the style of another one, each ended by a line feed."""
    if like is not None and like.bold:
        return f"**{text}**\n"
    heading = like.heading if like is not None else None
    if heading is not None and heading.underline is not None and level <= 2:
        return f"{text}\n{('=' if level == 1 else '-') * max(len(text), 3)}\n"
    marks = "#" * level
    closed = heading is not None and heading.underline is None and heading.text_span.end < heading.span.end
    closing = document.source.text[heading.text_span.end : heading.span.end] if heading and closed else ""
    return f"{marks} {text} {marks}\n" if closing.rstrip().endswith("#") else f"{marks} {text}\n"
