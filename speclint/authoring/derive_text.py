"""Find the text of a template that may stay in its documents, and may go.

A template asks for the author's words by comments, quotes, or open places such as `[Name]`. What it says
besides in its own voice (legends, gates, notes, criteria that hold for all) is standing text: documents may
have it and do not owe it. A template that asks in plain sentences has hardly any, as what an author is to
replace looks the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property

from speclint.authoring.instructions import is_instruction, is_legend, is_question
from speclint.authoring.optional_sections import shown_form
from speclint.authoring.template_document import (
    COMMENT,
    NUMBERED,
    TemplateDocument,
    comments_in,
    inside,
    is_comment,
)
from speclint.authoring.template_syntax import has_open, is_open, value_of
from speclint.diagnostics import Span
from speclint.markdown.blocks import Block, CodeBlock, List, Paragraph, Quote, Table
from speclint.markdown.document import Field, Section, items, walk
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.visibility import shows_nothing
from speclint.ruleset.fingerprints import (
    Kind,
    fingerprint,
    fingerprints,
    is_made_up,
    normalise,
    without_marker,
)
from speclint.ruleset.section_bodies import comparable
from speclint.ruleset.titles import fold

# The share of sections that ask in a way from which on all other text is meant to stay.
_MOSTLY = 0.5

_KINDS: tuple[Kind, ...] = ("text", "short", "value")

# `[P]`, `[US1]`, and a sign that a legend explains: `**[Story]**: the story it belongs to`.
_MARK = lazy_regex(
    r"\[(?![XYZN]{1,3}\])[A-Z]{1,3}\d*\??\]|^[\s>*+-]*(?:\*\*|`)\[[^\[\]]{1,40}\](?:\*\*|`):?(?=[ \t:])"
)

# Samples of what is to be written: `Primary objective 1`, `FR-001`, `Purpose and responsibility`, an example.
_SAMPLE = lazy_regex(
    r"[\W_]*(?:[^\W\d_]+ ){0,3}?(?:[A-Z]{1,6}-?)?#?\d+[\W_]*$|[\W_]*[A-Z]{1,6}-\d+\b"
    r"|[\W_]*(?i:examples?\b|e\.g\.)"
    r"|(?:.{1,60}: )?(?i:description|purpose|responsibility|how it \w+|if applicable)\b.{0,24}$"
)

# `[X] minutes`, and boxes of which an author ticks some.
_FIGURE = lazy_regex(r"\[[XYZN]{1,3}\]|\[ \].*\[ \]")

# `Fixes #(issue)`
_ISSUE = lazy_regex(r"#\([^()]+\)")

# A sentence that the template offers for use as it is.
_OFFERED = lazy_regex(
    r"\b(?:like|such as|says?|saying|write|state|stating|use|put|enter|answer|text|sentence|statement|words"
    r"|phrase|with)\b[^\"“”.!?]{0,30}(?:\"(?P<plain>[^\"]{8,600})\"|“(?P<curly>[^”]{8,600})”)",
    re.IGNORECASE,
)

# Code and addresses, which in samples are made up.
_NAME = lazy_regex(r"`[^`]+`|\]\([^()]*\)")

# The values of samples: names, dates, figures, addresses.
_SAMPLE_VALUE = lazy_regex(
    r"[^\W\d_a-z][\w.'’-]*(?:[ ,]+[^\W\d_a-z][\w.'’-]*){0,11}|\d.{0,20}|[@<].*|\S+@\S+"
)

_LICENCE = lazy_regex(r"(?i)\b(?:copyright|licen[cs]\w*|disclaimer|lizenz)\b")

# Sections that speak to those who work with the document.
_NOTES = lazy_regex(r"(?i)^(?:notes?|legend|key|notation|format)\b|\bconventions?$")

_NUMBERED_TITLE = lazy_regex(r"\b(?:[^\W\d_]+ ){1,2}\d{1,2}\b")

# An item with as many words is likely a sentence.
_SENTENCE = 6


class StandingText:
    """The text of one template that may stay and may go."""

    def __init__(self, template: TemplateDocument) -> None:
        self.template = template
        self.source = template.source
        # What was asked before, by the number of a section or the place of a list.
        self._standing: dict[int, bool] = {}
        self._about_document: dict[int, bool] = {}
        self._naming_lists: dict[int, bool] = {}

    def lines(self) -> Iterator[str]:
        """Yield the lines that may stay, and offered sentences, as far as they would be taken for unedited.

        Behind them come the signs in headings that show the form of what is below.
        """
        seen: set[str] = set()
        for line in self._lines():
            text = without_marker(line).strip()
            known = any(fingerprint(kind, normalise(line)) in self._tokens for kind in _KINDS)
            if known and text not in seen:
                seen.add(text)
                yield text
        for section in self.template.document.sections:
            heading = section.heading.text if section.heading else ""
            if form := shown_form(heading):
                signs = re.findall(r"\[[^\[\]]+\]", heading[form.start : form.end])
                yield from (sign for sign in signs if sign not in seen)

    def is_standing(self, section: Section) -> bool:
        """Return whether a section has text, and nothing but standing text, in all its parts.

        One with a licence is for documents to have, whatever its words.
        """
        if section.number not in self._standing:
            self._standing[section.number] = self._is_standing(section)
        return self._standing[section.number]

    def _is_standing(self, section: Section) -> bool:
        if section.number not in self._told or section.number in self._asking:
            return False
        texts = self._texts(section)
        return (
            bool(texts or section.children)
            and not _LICENCE.search(section.title)
            and not any(item.checkbox for item in items(section.body))
            and not any(isinstance(block, CodeBlock) for block in walk(section.body))
            and all(self._may_stay(section, label) for label in section.labels)
            and all(self._is_standing_text(section, *text) for text in texts)
            and all(map(self.is_standing, section.children))
        )

    def is_about_document(self, section: Section) -> bool:
        """Return whether a section with standing text explains the document instead of its subject."""
        if section.number not in self._about_document:
            texts = (text for one in (section, *section.children) for text, _ in self._texts(one))
            self._about_document[section.number] = _NOTES.search(section.title) is not None or any(
                map(self._names_sections, map(self._joined, texts))
            )
        return self._about_document[section.number]

    def is_standing_label(self, section: Section, label: Field) -> bool:
        """Return whether a label has a fixed text, so that it says something and asks for nothing."""
        value = label.value.strip()
        if not value or is_open(label.name) or self._opens(value) or _FIGURE.search(value):
            return False
        if is_legend(label.name, value):
            return not is_instruction(f"{label.name}: {value}")
        if section.number not in self._told or value_of(value).open or is_instruction(f": {value}"):
            return False
        return not (NUMBERED.match(label.name) or _is_sample(value) or _SAMPLE_VALUE.fullmatch(value))

    @cached_property
    def _tokens(self) -> Collection[str]:
        return fingerprints(self.source.text)

    @cached_property
    def _told(self) -> frozenset[int]:
        """The numbers of the sections whose other text is meant to stay: those that ask in another way."""
        told = self._commented or [section for section in self._headed if section.number in self._asking]
        if not self._commented and self._are_most(told):
            told = [section for section in self.template.document.sections[1:] if not section.bold]
        elif not self._commented:
            quoted = [one for one in self._headed if any(isinstance(block, Quote) for block in one.body)]
            # Where a quote tells what to write; without one, a text tells it itself.
            told = [*told, *quoted] if self._are_most(quoted) else told
        return frozenset(section.number for section in told)

    @cached_property
    def _commented(self) -> Sequence[Section]:
        """All sections of a template that asks by comments, none of another."""
        commented = [section for section in self._headed if any(map(is_comment, section.body))]
        sections = [section for section in self.template.document.sections[1:] if not section.bold]
        return sections if self._are_most(commented) else ()

    @cached_property
    def _headed(self) -> Sequence[Section]:
        return [one for one in self.template.document.sections[1:] if one.heading and not one.bold]

    def _are_most(self, some: Sequence[Section]) -> bool:
        """Return whether at least half of the sections that have text or are among some are among these."""
        spoken = {
            section.number
            for section in self._headed
            if any(not self._is_open(paragraph) for paragraph, _ in self._texts(section))
        }
        return len(some) >= _MOSTLY * len(spoken.union(section.number for section in some)) > 0

    @cached_property
    def _asking(self) -> frozenset[int]:
        """The numbers of the sections in whose own text something is still to be filled in."""
        return frozenset(one.number for one in self.template.document.sections if self._asks(one))

    def _asks(self, section: Section) -> bool:
        """Return whether something in a section's own text is still to be filled in."""
        for block in walk(section.body):
            if isinstance(block, Paragraph):
                if self._is_open(block):
                    return True
            elif is_comment(block) or (isinstance(block, Table) and self._is_open_table(block)):
                return True
        return False

    def _is_open_table(self, table: Table) -> bool:
        cells = [self.source.slice(cell) for row in table.rows[1:] for cell in row]
        return not cells or any(shows_nothing(cell) or "☐" in cell or self._opens(cell) for cell in cells)

    def _is_open(self, paragraph: Paragraph) -> bool:
        return any(self._opens(self.source.slice(line)) for line in paragraph.lines)

    def _opens(self, text: str) -> bool:
        text = _MARK.sub("", COMMENT.sub("", text)) if "[" in text or "<!--" in text else text
        return has_open(text) or ("#(" in text and _ISSUE.search(text) is not None)

    def _texts(self, section: Section) -> list[tuple[Paragraph, List | None]]:
        """Return the paragraphs of a section, each with the innermost list that it is in."""
        return list(_paragraphs(section.body))

    def _lines(self) -> Iterator[str]:
        for section in self.template.document.sections:
            if section.number in self._told and not self._is_stand_in(section):
                yield from self._of_section(section)
            else:
                yield from self._legends(section)
            for paragraph, _ in self._texts(section):
                yield from self._offered(paragraph)

    def _is_stand_in(self, section: Section) -> bool:
        """Return whether all the text of a section is a few words in the place of an answer."""
        heading = section.heading.text if section.heading else ""
        if shown_form(heading) or self.is_about_document(section):
            return False
        body = comparable(self.source.slice(section.body_span))
        return fingerprint("answer", body) in self._tokens

    def _of_section(self, section: Section) -> Iterator[str]:
        for paragraph, inside_list in self._texts(section):
            if self._is_standing_text(section, paragraph, inside_list):
                for line in self._closed_lines(paragraph):
                    labels = inside(section.labels, line)
                    if all(self._may_stay(section, label) for label in labels):
                        yield self.source.slice(line)
        for block in walk(section.body):
            if isinstance(block, Table) and not self._is_open_table(block):
                yield from (
                    self.source.slice(Span(row[0].start, row[-1].end)) for row in block.rows[1:] if row
                )

    def _may_stay(self, section: Section, label: Field) -> bool:
        """Return whether the line of a label may stay: its text is fixed, or it is none of a label."""
        if label.span in self.template.field_spans:
            return False
        return not label.emphasised or self.is_standing_label(section, label)

    def _is_standing_text(self, section: Section, paragraph: Paragraph, inside_list: List | None) -> bool:
        """Return whether a paragraph asks for nothing by its words, nor shows what may stand there.

        What notes and legends advise is said to those who work with the document, and a list that names
        sections of the template is about the document.
        """
        text = self._joined(paragraph)
        if text in self._said_in_comments:
            return False
        text = _without_places(text)
        if inside_list is not None and self._is_about_sections(inside_list):
            return True
        asks = section.number in self._asking
        if not text or _is_sample(text) or (is_question(text) and not asks):
            return False
        notes = _NOTES.search(section.title) is not None
        if is_instruction(text) and not notes:
            return False
        if inside_list is None or notes or self._commented:
            return True
        # The items of other lists may be samples of steps, or of short points.
        return inside_list.start is None and (asks or len(text.split()) >= _SENTENCE)

    def _is_about_sections(self, block: List) -> bool:
        if block.span.start not in self._naming_lists:
            self._naming_lists[block.span.start] = self._names_sections(self.source.slice(block.span))
        return self._naming_lists[block.span.start]

    def _names_sections(self, text: str) -> bool:
        names = (found[0] for found in _NUMBERED_TITLE.finditer(text)) if self._numbered_titles else ()
        # The first of two words may belong to the sentence.
        return any(
            not self._numbered_titles.isdisjoint((fold(name), fold(name.partition(" ")[2]))) for name in names
        )

    @cached_property
    def _numbered_titles(self) -> frozenset[str]:
        """The titles of sections with their numbers, folded: `phase 1`, `user story 1`."""
        titles = (section.title for section in self._headed)
        return frozenset(fold(found[0]) for title in titles for found in _NUMBERED_TITLE.finditer(title))

    @cached_property
    def _said_in_comments(self) -> frozenset[str]:
        return frozenset(" ".join(text.split()) for text in comments_in(self.source.text))

    def _legends(self, section: Section) -> Iterator[str]:
        for label in section.labels:
            if label.span not in self.template.field_spans and self.is_standing_label(section, label):
                yield self.source.slice(self.source.line_span(self.source.line_number(label.span.start)))

    def _offered(self, paragraph: Paragraph) -> Iterator[str]:
        """Yield the lines of the sentences that a paragraph offers in quotation marks."""
        text = "\n".join(map(self.source.slice, paragraph.lines))
        for found in _OFFERED.finditer(text) if '"' in text or "“" in text else ():
            yield from (line.strip() for line in (found["plain"] or found["curly"]).split("\n"))

    def _joined(self, paragraph: Paragraph) -> str:
        return " ".join(" ".join(map(self.source.slice, paragraph.lines)).split())

    def _closed_lines(self, paragraph: Paragraph) -> Iterator[Span]:
        """Yield the lines of a paragraph with nothing open, without those in brackets over several lines."""
        depth = 0
        closed: list[Span] = []
        for line in paragraph.lines:
            before, text = depth, self.source.slice(line)
            for mark in re.findall(r"[\[\]{}]", text):
                depth = max(0, depth + (1 if mark in "[{" else -1))
            if not before and not depth and not self._opens(text):
                closed.append(line)
        yield from closed if not depth else ()


def _paragraphs(blocks: Sequence[Block]) -> Iterator[tuple[Paragraph, List | None]]:
    """Yield the paragraphs among blocks and in them, each with the innermost list that it is in."""
    stack: list[tuple[Block, List | None]] = [(block, None) for block in reversed(blocks)]
    while stack:
        block, inside_list = stack.pop()
        if isinstance(block, Paragraph):
            yield block, inside_list
        elif isinstance(block, List):
            stack += [(inner, block) for item in reversed(block.items) for inner in reversed(item.blocks)]
        elif isinstance(block, Quote):
            stack += [(inner, inside_list) for inner in reversed(block.blocks)]


def _is_sample(text: str) -> bool:
    """Return whether a text shows what may stand in its place."""
    return _SAMPLE.match(text) is not None or any(is_made_up(name) for name in _NAME.findall(text))


def _without_places(text: str) -> str:
    """Return a text without what stands in brackets and braces in it, as deep as they usually go."""
    for _ in range(2):
        text = re.sub(r"\[[^\[\]]*\]|\{[^{}]*\}", "", text)
    return text.strip()
