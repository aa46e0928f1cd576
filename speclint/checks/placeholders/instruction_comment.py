"""The check of instruction comments: the template's advice where the author's text should be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.binding.model import Binding
from speclint.checks.placeholders.unfilled import is_mark
from speclint.checks.reading.tool_comments import is_answer, is_for_tools
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.blocks import Block, CodeBlock, Html, List, ListItem, Paragraph, Table
from speclint.markdown.document import Field, Section, walk
from speclint.markdown.inline import comments
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source
from speclint.markdown.visibility import is_blank
from speclint.ruleset.fingerprints import fingerprint, known, normalise, normalise_placeholder

# How an instruction begins.
_INSTRUCTION = lazy_regex(
    r"(?i)\s*(?:\[|<|(?:please|briefly?|say|tell|explain|describe|description|link|list|add|provide|insert|fill|include"
    r"|replace|specify|enter|write|summari[sz]e|summary of|outline|give|state|name|note any|define|document"
    r"|detail|identify|mention|show|attach|paste|put|draw|choose|select|pick|delete|remove|if applicable|e\.g"
    r"|example|optional|required|how|what|why|who|when|where|which|does|is there|are there|any|your|todo|tbd"
    r"|this section|one[- ]sentence|short|\d(?:[-–]\d)? sentences?)\b)"
)

# The number of a section or task, without its name.
_NUMBER = lazy_regex(r"(?:[A-Z]{0,9}-?\d+(?:\.\d+)*[.):]?)?")

# What says of a title when it is needed.
_REMARK = lazy_regex(r"(?i)\s*(?:optional|required|mandatory|if\b|when\b|only\b|not )")

# What may still be open, in a comment or in brackets.
_OPEN = lazy_regex(r"<!--.*?(?:-->|$)|\[[^\]]{2,}\](?!\()|\{[^}]*\}|<[^>]*>|(?:\.{3}|…)\s*$")

# What says when a section is to be filled, and asks for no text of its own.
_WHEN = lazy_regex(
    r"(?i)\s*this section (?:must|should|has to|needs to|may|can|is)\b[^.]{0,12}"
    r"\b(?:completed|filled|answered|required|needed|optional|omitted|removed)\b"
)


def instruction_comment(binding: Binding) -> Iterator[Finding]:
    """No section, label, list item or cell has only the template's instruction as its content.

    A comment cannot be seen in the rendered document, so a section that holds nothing else looks empty.
    Comments beside real content and comments for tools are left alone.

    Fails:

        ### Architecture
        <!-- Explain the design -->

    Passes:

        ### Architecture
        <!-- The diagram is drawn from design.dot. -->
        A queue stands between the two services.
    """
    document = binding.document
    if "<!--" not in document.source.text:
        return
    search = _Search(document.source, known(binding.rules))
    for section in document.sections:
        if section.bold or document.source.text.find("<!--", section.span.start, section.body_span.end) < 0:
            continue
        if section.heading is not None:
            yield from search.as_title(section.heading.text_span)
        lead = tuple(_lead(section))
        if section.heading is not None:
            alone = len(lead) == len(section.body) and not section.children
            answered = any(not is_blank(document.source, child.body) for child in section.children)
            own = [block for block in lead if not _is_answer(document.source, block)] if alone else lead
            if not any(map(search.is_answered, section.labels)):
                yield from search.among(own, alone, answered)
        for label in section.labels:
            if label.place == "table":
                continue
            if label.value:
                yield from search.in_value(label.value_span)
            else:
                yield from search.among(label.blocks)
        for block in walk(section.body):
            if isinstance(block, List):
                for item in block.items:
                    yield from search.behind_number(item)
                    if item.blocks and all(isinstance(inner, Html) for inner in item.blocks):
                        yield from search.among(item.blocks)
            elif isinstance(block, Table):
                for row in block.rows[1:]:
                    for cell in row:
                        yield from search.in_value(cell)


class _Search(NamedTuple):
    """The source of a document, and the fingerprints of its template."""

    source: Source
    tokens: frozenset[str]

    def among(self, blocks: Sequence[Block], alone: bool = True, answered: bool = False) -> Iterator[Finding]:
        """Yield the instructions in blocks that show nothing else.

        `alone` means that no label or section follows them, `answered` that one that follows has content.
        """
        if is_blank(self.source, blocks):
            for block in blocks:
                if isinstance(block, Html):
                    for match in comments(self.source.text, *block.span):
                        yield from self.found(match, alone, answered)

    def in_value(self, span: Span) -> Iterator[Finding]:
        """Yield the instruction that is the whole of a value or cell."""
        text = self.source.slice(span)
        match = next(comments(self.source.text, *span), None) if "<!--" in text else None
        if match and text.strip() == match.group():
            yield from self.found(match, True)

    def as_title(self, span: Span) -> Iterator[Finding]:
        """Yield the template's instruction that stands for a title, or for the name in it."""
        match = self.at_end(span)
        if match and (self.has(match) and not _REMARK.match(match["text"])):
            before = self.source.text[span.start : match.start()].rstrip()
            if before.endswith((":", "：", "–", "—")) or _NUMBER.fullmatch(before):
                yield from self.found(match, True)

    def behind_number(self, item: ListItem) -> Iterator[Finding]:
        """Yield the template's instruction that is all that stands behind the number of a list item."""
        if item.blocks and isinstance(item.blocks[0], Paragraph):
            match = self.at_end(Span(item.content_start, item.blocks[0].lines[0].end))
            if match and self.has(match):
                before = self.source.text[item.content_start : match.start()].strip()
                if _NUMBER.fullmatch(before):
                    yield from self.found(match, True)

    def at_end(self, span: Span) -> re.Match[str] | None:
        """Return the comment that ends a text."""
        text = self.source.slice(span)
        if not text.endswith("-->"):
            return None
        return next((each for each in comments(self.source.text, *span) if each.end() == span.end), None)

    def has(self, match: re.Match[str]) -> bool:
        """Return whether a comment is the template's."""
        return fingerprint("comment", normalise_placeholder(match["text"])) in self.tokens

    def is_answered(self, label: Field) -> bool:
        """Return whether a label in emphasis has text of the author's: no brackets, not the template's.

        What of code is the template's is found out elsewhere.
        """
        if not label.emphasised:
            return False
        blocks = (block.span for block in label.blocks if not isinstance(block, CodeBlock))
        parts = [label.value_span] if label.value else blocks
        lines = (line for part in parts for line in self.source.slice(part).splitlines())
        return any(
            any(map(str.isalnum, line))
            and not _OPEN.search(line)
            and fingerprint("text", normalise(line)) not in self.tokens
            for line in lines
        )

    def found(self, match: re.Match[str], alone: bool, answered: bool = False) -> Iterator[Finding]:
        """Yield the finding for a comment, unless it is the author's own or meant for a tool.

        Above sections or labels with content, a comment that only explains them is no fault.
        """
        if is_mark(match[0]):
            return  # which another check reports, wherever it stands
        text = match["text"]
        if answered and (_WHEN.match(text) or not _INSTRUCTION.match(text)):
            return
        if not self.has(match):
            if is_for_tools(text):
                return
            if not alone and not _INSTRUCTION.match(text):
                return
        span = Span(*match.span())
        message = f'only the instruction "{shorten(text.strip())}" stands here'
        yield Finding(span, message, accounts_for=span)


def _is_answer(source: Source, block: Block) -> bool:
    """Return whether a block is a comment that says that there is nothing; the check `empty-section` asks."""
    found = list(comments(source.text, *block.span)) if isinstance(block, Html) and block.comment else []
    return bool(found) and all(is_answer(each["text"]) for each in found)


def _lead(section: Section) -> Iterator[Block]:
    """Yield the blocks of a section before its first label or line in bold.

    An item of a list that has a colon is the author's text.
    """
    labels = (label for label in section.labels if label.emphasised or label.place != "list")
    first = min((label.span.start for label in labels), default=section.span.end)
    first = min(first, *(part.span.start for part in section.bold_sections), section.span.end)
    for block in section.body:
        if block.span.end > first:
            return
        yield block
