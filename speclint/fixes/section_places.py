"""Find the places of missing sections: offsets at line starts, or the end of the text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from speclint.binding.model import Binding, Missing, cached_per_binding
from speclint.checks.reading.fences import swallowed_section
from speclint.markdown.blocks import (
    Block,
    CodeBlock,
    Heading,
    Html,
    LinkDefinition,
    Paragraph,
    ThematicBreak,
)
from speclint.markdown.document import Section, is_anchor, runs_on
from speclint.markdown.source import BYTE_ORDER_MARK, Source
from speclint.markdown.visibility import is_blank
from speclint.ruleset.model import SectionRule

# How many lines a paragraph below a break may have to be one that closes the document.
_CLOSING_LINES = 3


def is_blank_before(source: Source, offset: int) -> bool:
    """Return whether nothing, or an empty line, stands before the line that an offset begins."""
    line = source.line_number(offset)
    if line == 1:
        return not source.text[:offset].strip(BYTE_ORDER_MARK)
    return not source.slice(source.line_span(line - 1)).strip(" \t" + BYTE_ORDER_MARK)


@cached_per_binding
def closing_start(binding: Binding) -> int:
    """Return the offset of the text that closes a document without belonging to a section.

    That is definitions of links and notes, and a short paragraph below a break (`(c) 2026 by us`). Without
    any, return the length of the text.
    """
    source, blocks = binding.document.source, binding.document.blocks
    first = len(blocks)
    while first and _is_definition(source, blocks[first - 1]):
        first -= 1
    last = blocks[first - 2 : first]
    if len(last) == 2 and isinstance(last[0], ThematicBreak) and isinstance(last[1], Paragraph):
        first -= 2 * (len(last[1].lines) <= _CLOSING_LINES)
    # A section that holds nothing else keeps it.
    alone = first == 0 or isinstance(blocks[first - 1], Heading) or is_blank(source, blocks[:first])
    return len(source.text) if alone or first == len(blocks) else blocks[first].span.start


def _is_definition(source: Source, block: Block) -> bool:
    """Return whether a block is a link's definition, or what a footnote says."""
    if isinstance(block, LinkDefinition):
        return True
    if isinstance(block, CodeBlock) and not block.fence:
        return False
    # Elsewhere nothing but code is indented so far.
    line = source.line_span(source.line_number(block.span.start))
    before = source.text[line.start : block.span.start]
    return re.fullmatch(r" {0,3}\[\^[^\]\s]+\]:[ \t]*| {0,3}(?: {4}|\t)[ \t]*", before) is not None


class SectionPlaces:
    """The places of all missing sections of one document, and the sections around them."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.document = binding.document
        self.source = binding.document.source
        self.misplaced = {entry.section.number for entry in binding.misplaced}
        sections = self.document.sections
        # By the number of a section, those that belong into it.
        self.children: dict[int, list[Section]] = {}
        for number, parent in binding.parents.items():
            self.children.setdefault(parent, []).append(sections[number])
        bound = [sections[number] for number in binding.rules_of if number not in self.misplaced]
        self.bound = sorted(bound, key=lambda section: section.span)
        self.starts = [section.span.start for section in self.bound]
        # Sections that belong into one that is missing, by the path of that one and of each around it.
        self.torn: dict[tuple[str, ...], list[Section]] = {}
        for section in self.bound:
            if section.number not in binding.parents:
                path = binding.rules_of[section.number].path
                for length in range(len(path) + 1):
                    self.torn.setdefault(path[:length], []).append(section)
        # By the number of a section, the rules of those that are missing in it.
        self.missing_in: dict[int, list[SectionRule]] = {}
        for missing in binding.missing:
            self.missing_in.setdefault(missing.parent.number, []).append(missing.rule)
        self.openings = sorted(
            (section.span.start, section.level)
            for section in sections
            if section.heading is not None or section.number in binding.rules_of
        )
        blocks = self.document.blocks
        self.breaks = {block.span.end: block for block in blocks if isinstance(block, ThematicBreak)}
        self.ends = [block.span.end for block in blocks]
        # The sections of each level that have a heading, the title aside.
        self.levels: dict[int, list[Section]] = {}
        for section in sections:
            if section.heading is not None and section is not binding.title:
                self.levels.setdefault(section.level, []).append(section)
        self.separated: dict[int, bool] = {}

    def place(self, entry: Missing) -> int | None:
        """Return the offset for a missing section, None if the text before would swallow it, or has."""
        if swallowed_section(self.binding, entry.rule):
            return None
        orphans = self.orphans(entry.rule)
        if orphans:
            return self.line_start(orphans[0].span.start)
        inside = entry.after.number == entry.parent.number
        offset = self.beginning(entry.after) if inside else self.end(entry.after)
        # What belongs to a missing section before this one stays before it.
        for rule in self.earlier_missing(entry):
            offset = max([offset, *(self.end(orphan) for orphan in self.orphans(rule))])
        offset = self.line_start(offset)
        before = bisect_right(self.ends, offset) - 1
        if (
            before >= 0
            and offset == len(self.source.text)
            and runs_on(self.source, self.document.blocks[before])
        ):
            return None
        following = self.level_behind(offset)
        if not following:
            ends = offset == len(self.source.text)
            return min(self.line_start(closing_start(self.binding)), offset) if ends else offset
        offset = self.above_lead_in(offset)
        separator = self.separator_before(offset)
        # A break stays right before the section that it stands before, unless it closes the text above the
        # first section in another one.
        closes = inside and entry.level <= following and not self.is_separated(following)
        return offset if separator is None or closes else self.line_start(separator.span.start)

    def orphans(self, rule: SectionRule) -> list[Section]:
        """Return the sections that belong in a missing one, of which only the heading is then missing."""
        return self.torn.get(rule.path, [])

    def earlier_missing(self, entry: Missing) -> list[SectionRule]:
        """Return the rules of missing sections that belong before one in the same section."""
        found = self.missing_in.get(entry.parent.number, ()) if self.torn else ()
        return [rule for rule in found if rule.number < entry.rule.number]

    def beginning(self, section: Section) -> int:
        """Return the offset of the first section in another, or of the end of its text if it has none."""
        bold = (one.span.start for one in section.bold_sections if one.number in self.binding.rules_of)
        return min([section.body_span.end, *bold])

    def end(self, section: Section) -> int:
        """Return the end of a section and of all that belongs to it, before the next that does not."""
        own = {section.number}
        end = section.span.end
        pending = list(self.children.get(section.number, ()))
        while pending:
            child = pending.pop()
            own.add(child.number)
            pending += self.children.get(child.number, ())
            if child.number not in self.misplaced:
                end = max(end, child.span.end)
        for other in self.bound[bisect_right(self.starts, section.span.start) :]:
            if other.span.start >= end:
                break
            if other.number not in own:
                return other.span.start
        return end

    def line_start(self, offset: int) -> int:
        """Return the beginning of the line of an offset, or the end of a text without a final line ending."""
        if offset >= len(self.source.text):
            return len(self.source.text)
        start = self.source.line_starts[self.source.line_number(offset) - 1]
        return start or int(self.source.text.startswith(BYTE_ORDER_MARK))

    def above_lead_in(self, offset: int) -> int:
        """Return the offset where what belongs to a heading begins: anchors, and a comment right above it."""
        blocks = self.document.blocks
        before = bisect_right(self.ends, offset) - 1
        while before >= 0 and self.leads_in(blocks[before], offset):
            offset = self.line_start(blocks[before].span.start)
            before -= 1
        return offset

    def leads_in(self, block: Block, offset: int) -> bool:
        """Return whether a block belongs to the heading that an offset begins, and not to the text above."""
        if is_anchor(self.source, block):
            return True
        line = self.source.line_number
        joined = isinstance(block, Html) and block.comment and line(block.span.end - 1) + 1 == line(offset)
        return joined and is_blank_before(self.source, block.span.start)

    def separator_before(self, offset: int) -> ThematicBreak | None:
        """Return the thematic break that is the last block before an offset, None if there is none."""
        before = bisect_right(self.ends, offset) - 1
        return self.breaks.get(self.ends[before]) if before >= 0 else None

    def level_behind(self, offset: int) -> int:
        """Return the level of the section that begins at an offset or behind it, 0 if none does."""
        place = bisect_left(self.openings, (offset, 0))
        return self.openings[place][1] if place < len(self.openings) else 0

    def is_separated(self, level: int) -> bool:
        """Return whether thematic breaks stand before most sections of a level."""
        if level not in self.separated:
            sections = self.levels.get(level, ())
            starts = [self.above_lead_in(self.line_start(section.span.start)) for section in sections]
            found = [self.separator_before(start) for start in starts]
            self.separated[level] = sum(separator is not None for separator in found) * 2 > len(found)
        return self.separated[level]

    def siblings(self, entry: Missing) -> list[Section]:
        """Return the sections beside a missing one, in order, without those that are misplaced."""
        found = self.children.get(entry.parent.number, ())
        return sorted((one for one in found if one.number not in self.misplaced), key=lambda one: one.span)
