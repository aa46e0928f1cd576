"""Find the lines of a template that are meant to stay in its documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from speclint.authoring.template_document import (
    TemplateDocument,
    inside,
    is_comment,
)
from speclint.authoring.template_syntax import (
    has_open,
)
from speclint.diagnostics import Span
from speclint.markdown.blocks import Paragraph, Quote
from speclint.markdown.document import Section, walk
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.fingerprints import fingerprint, fingerprints, normalise, without_marker
from speclint.ruleset.section_bodies import comparable

# Text that says itself that it will not stay.
_PROMISE = lazy_regex(
    r"[\W_]*(?:needs?|to be|tb[dca]|todo|pending|replace|fill|describe|insert|your|add|write|explain|list"
    r"|please|delete|remove|choose|select|check|include|provide)\b",
    re.IGNORECASE,
)

# The share of sections with instructions in comments or quotes from which on all other text is meant to stay.
_MOSTLY = 0.5


class StandingText:
    """The text of one template that is meant to stay."""

    def __init__(self, template: TemplateDocument) -> None:
        self.template = template

    def lines(self) -> Iterator[str]:
        """Yield the lines that are meant to stay: plain text, if instructions are comments or quotes."""
        sections = [
            section for section in self.template.document.sections[1:] if not section.bold and section.heading
        ]
        commented = [section for section in sections if any(map(is_comment, section.body))]
        quoted = [section for section in sections if any(isinstance(block, Quote) for block in section.body)]
        spoken = [section for section in sections if any(self._prose(section))]
        if len(commented) >= _MOSTLY * len({*_numbers(commented), *_numbers(spoken)}) > 0:
            told = sections
        elif len(quoted) >= _MOSTLY * len({*_numbers(quoted), *_numbers(spoken)}) > 0:
            # Where a quote tells what to write; without one, a text tells it itself.
            told = quoted
        else:
            return
        tokens = fingerprints(self.template.source.text)
        seen: set[str] = set()
        for section in told:
            for line in self._prose(section, quotes=told is not quoted):
                text = without_marker(line).strip()
                answer = fingerprint("answer", comparable(line)) in tokens
                if fingerprint("text", normalise(line)) in tokens and text not in seen and not answer:
                    seen.add(text)
                    yield text

    def _prose(self, section: Section, quotes: bool = True) -> Iterator[str]:
        """Yield the lines of a section's text that have nothing to fill in and ask for nothing.

        Without `quotes`, skip the text of quotes.
        """
        body = [block for block in section.body if quotes or not isinstance(block, Quote)]
        for block in walk(body):
            for line in self._closed_lines(block) if isinstance(block, Paragraph) else ():
                text = self.template.source.slice(line)
                if not inside(section.labels, line) and not has_open(text) and not _PROMISE.match(text):
                    yield text

    def _closed_lines(self, paragraph: Paragraph) -> Iterator[Span]:
        """Yield the lines of a paragraph without those in brackets that span several lines."""
        depth = 0
        closed: list[Span] = []
        for line in paragraph.lines:
            before = depth
            for mark in re.findall(r"[\[\]{}]", self.template.source.slice(line)):
                depth = max(0, depth + (1 if mark in "[{" else -1))
            if not before and not depth:
                closed.append(line)
        yield from closed if not depth else paragraph.lines


def _numbers(sections: Sequence[Section]) -> Iterator[int]:
    return (section.number for section in sections)
