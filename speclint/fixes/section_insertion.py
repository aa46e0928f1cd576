"""Where sections that are missing go, and the edits that insert them.

An edit only inserts, at the beginning of a line or at the end of the text: every byte around it stays.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from speclint.binding.model import Binding, Missing, cached_per_binding
from speclint.checks.reading.fences import swallowed_section
from speclint.diagnostics import Edit, Span
from speclint.fixes.heading_style import Numbering, are_numbered, id_of, numbering, with_id, written
from speclint.fixes.passages import Passage, template
from speclint.markdown.blocks import Block, Heading, Html, LinkDefinition, Paragraph, ThematicBreak
from speclint.markdown.document import Section, is_anchor, is_blank, runs_on
from speclint.markdown.source import BYTE_ORDER_MARK, Source
from speclint.ruleset.model import SectionRule
from speclint.ruleset.titles import without_number

# How many lines a paragraph below a break may have to be one that closes the document.
_CLOSING_LINES = 3


@cached_per_binding
def insertions(binding: Binding) -> tuple[Edit | None, ...]:
    """For every missing section, in their order, the edit that inserts it with all it must hold.

    None where nothing can be inserted: an open fence would swallow it, or has, and it is there again once
    that is closed. Edits at one place follow each other in the order of the template.
    """
    return tuple(_Inserter(binding).edits()) if binding.missing else ()


def is_blank_before(source: Source, offset: int) -> bool:
    """Whether nothing, or a blank line, stands before the line that an offset begins."""
    line = source.line_number(offset)
    if line == 1:
        return not source.text[:offset].strip(BYTE_ORDER_MARK)
    return not source.slice(source.line_span(line - 1)).strip(" \t" + BYTE_ORDER_MARK)


@cached_per_binding
def closing_start(binding: Binding) -> int:
    """Where what closes a document without belonging to a section begins; the end of the text for nothing.

    That is definitions of links and notes, and a short paragraph below a break (`(c) 2026 by us`).
    """
    source, blocks = binding.document.source, binding.document.blocks
    first = len(blocks)
    while first and _is_definition(source, blocks[first - 1]):
        first -= 1
    last = blocks[first - 2 : first]
    if len(last) == 2 and isinstance(last[0], ThematicBreak) and isinstance(last[1], Paragraph):
        first -= 2 * (len(last[1].lines) <= _CLOSING_LINES)
    # A section that holds nothing else keeps it.
    alone = first == 0 or isinstance(blocks[first - 1], Heading) or is_blank(blocks[:first])
    return len(source.text) if alone or first == len(blocks) else blocks[first].span.start


def _is_definition(source: Source, block: Block) -> bool:
    note = isinstance(block, Paragraph) and re.match(r"\[\^[^\]\n]+\]:", source.slice(block.lines[0]))
    return bool(note) or isinstance(block, LinkDefinition)


class _Inserter:
    """Makes all insertions of one document."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.document = binding.document
        self.source = binding.document.source
        self.template = template(binding.rules)
        self.misplaced = {entry.section.number for entry in binding.misplaced}
        self.children: dict[int, list[Section]] = {}
        sections = self.document.sections
        for number, parent in binding.parents.items():
            self.children.setdefault(parent, []).append(sections[number])
        bound = [sections[number] for number in binding.rules_of if number not in self.misplaced]
        self.bound = sorted(bound, key=lambda section: section.span)
        # By the number of a section, the rules of those that are missing in it.
        self.missing_in: dict[int, list[SectionRule]] = {}
        for missing in binding.missing:
            self.missing_in.setdefault(missing.parent.number, []).append(missing.rule)
        # Sections that belong into one that is missing.
        self.torn = [section for section in self.bound if section.number not in binding.parents]
        self.starts = [section.span.start for section in self.bound]
        self.openings = sorted(
            (section.span.start, section.level)
            for section in sections
            if section.heading is not None or section.number in binding.rules_of
        )
        self.breaks = {
            block.span.end: block for block in self.document.blocks if isinstance(block, ThematicBreak)
        }
        self.ends = [block.span.end for block in self.document.blocks]
        self.levels: dict[int, list[Section]] = {}
        for section in self.document.sections:
            if section.heading is not None and section is not binding.title:
                self.levels.setdefault(section.level, []).append(section)
        gaps = [self.gap(section) for section in self.document.sections if section.heading and section.body]
        # Whether text stands right below its heading, without a blank line.
        self.tight = gaps.count(1) * 2 > len(gaps)
        self.separated: dict[int, bool] = {}
        # The numbers that sections inserted so far have taken.
        self.last: dict[int, Numbering] = {}
        self.ids: dict[tuple[int, int], int] = {}
        self.inserted = 0

    def edits(self) -> Iterator[Edit | None]:
        missing = self.binding.missing
        places = [self.place(entry) for entry in missing]
        lasts = {place: i for i, place in enumerate(places)}
        firsts = {places[i]: i for i in reversed(range(len(places)))}
        for i, (entry, place) in enumerate(zip(missing, places, strict=True)):
            if place is None:
                yield None
                continue
            first, last = i == firsts[place], i == lasts[place]
            yield Edit(Span(place, place), self.text(entry, place, first, last))

    # Where

    def place(self, entry: Missing) -> int | None:
        """The offset at which a missing section goes; None where the text before would swallow it, or has."""
        if swallowed_section(self.binding, entry.rule):
            return None
        orphans = self.orphans(entry.rule)
        if orphans:
            return self.line_start(orphans[0].span.start)
        inside = entry.after.number == entry.parent.number
        offset = self.beginning(entry.after) if inside else self.end(entry.after)
        # What belongs to a missing section before this one stays before it.
        for rule in self.elder(entry):
            offset = max([offset, *(self.end(orphan) for orphan in self.orphans(rule))])
        offset = self.line_start(offset)
        before = bisect_right(self.ends, offset) - 1
        if (
            before >= 0
            and offset == len(self.source.text)
            and runs_on(self.source, self.document.blocks[before])
        ):
            return None
        following = self.document_level(offset)
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
        """The sections that belong into a missing one, of which then only the heading is gone."""
        return [
            section
            for section in self.torn
            if self.binding.rules_of[section.number].path[: len(rule.path)] == rule.path
        ]

    def elder(self, entry: Missing) -> list[SectionRule]:
        """The rules of missing sections that stand before one in the same section."""
        found = self.missing_in.get(entry.parent.number, ()) if self.torn else ()
        return [rule for rule in found if rule.number < entry.rule.number]

    def beginning(self, section: Section) -> int:
        """Where the first section in another one begins, or would: a bold line stands in its text."""
        bold = (one.span.start for one in section.bold_sections if one.number in self.binding.rules_of)
        return min([section.body_span.end, *bold])

    def end(self, section: Section) -> int:
        """Where a section ends with all that belongs to it, before the next one that does not."""
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
        """The beginning of the line of an offset, or the end of a text without a final line ending."""
        if offset >= len(self.source.text):
            return len(self.source.text)
        start = self.source.line_starts[self.source.line_number(offset) - 1]
        return start or int(self.source.text.startswith(BYTE_ORDER_MARK))

    def above_lead_in(self, offset: int) -> int:
        """Where what belongs to a heading at an offset begins: anchors, and a comment right above it."""
        blocks = self.document.blocks
        before = bisect_right(self.ends, offset) - 1
        while before >= 0 and self.leads_in(blocks[before], offset):
            offset = self.line_start(blocks[before].span.start)
            before -= 1
        return offset

    def leads_in(self, block: Block, offset: int) -> bool:
        """Whether a block belongs to the heading that an offset begins, and not to the text above."""
        if is_anchor(self.source, block):
            return True
        line = self.source.line_number
        joined = isinstance(block, Html) and block.comment and line(block.span.end - 1) + 1 == line(offset)
        return joined and is_blank_before(self.source, block.span.start)

    def separator_before(self, offset: int) -> ThematicBreak | None:
        """The thematic break that is the last thing before an offset."""
        before = bisect_right(self.ends, offset) - 1
        return self.breaks.get(self.ends[before]) if before >= 0 else None

    def document_level(self, offset: int) -> int:
        """The level of the section that begins at an offset or behind it, 0 for none."""
        place = bisect_left(self.openings, (offset, 0))
        return self.openings[place][1] if place < len(self.openings) else 0

    def is_separated(self, level: int) -> bool:
        """Whether thematic breaks stand before most sections of a level."""
        if level not in self.separated:
            sections = self.levels.get(level, ())
            starts = [self.above_lead_in(self.line_start(section.span.start)) for section in sections]
            found = [self.separator_before(start) for start in starts]
            self.separated[level] = sum(separator is not None for separator in found) * 2 > len(found)
        return self.separated[level]

    # What

    def text(self, entry: Missing, place: int, first: bool, last: bool) -> str:
        """The lines to insert for a missing section, as often as it is missing."""
        text = self.source.text
        like = self.like(entry, place)
        passage = self.template.passage(entry.rule, self.binding)
        if self.orphans(entry.rule):
            passage = passage._replace(sections=())
        number = self.numbering(entry)
        separated = self.is_separated(entry.level) and (like is None or not like.bold)
        blocks: list[str] = []
        for _ in range(entry.times):
            if separated and not (first and not blocks and self.separator_before(place)):
                blocks.append("---\n")
            blocks += self.blocks(passage, entry.level, entry.parent.number, number, like)
            if number is not None:
                self.last[entry.parent.number] = number
                number = number.moved(1)
        lines = "\n".join(blocks)
        at_end = place == len(text)
        if first:
            unfinished = at_end and bool(text.strip(BYTE_ORDER_MARK)) and not text.endswith(("\n", "\r"))
            lines = "\n" * (unfinished + (unfinished or not is_blank_before(self.source, place))) + lines
        if not (at_end and last):
            lines += "\n"
        elif text and not text.endswith(("\n", "\r")):
            lines = lines.removesuffix("\n")
        return lines.replace("\n", self.source.line_ending(place))

    def blocks(
        self, passage: Passage, level: int, parent: int, number: Numbering | None, like: Section | None
    ) -> Iterator[str]:
        """Heading and text of a passage and of those in it, each in lines."""
        title = passage.title
        rule = passage.rule
        if number is not None:
            title = f"{number}{without_number(title)}"
        elif like is not None:
            title = without_number(title)
        if rule is not None and rule.repeat is not None:
            title = with_id(title, rule, self.next_id(rule, parent))
        heading = written(self.document, min(level, 6), title, like)
        if passage.body and self.tight and not (like is not None and like.bold):
            yield heading + passage.body
        else:
            yield heading
            if passage.body:
                yield passage.body
        inner = self.child(number, level + 1) if number is not None else None
        # What is in here counts from one again.
        self.inserted += 1
        here = -self.inserted
        for part in passage.sections:
            below = self.like_at(level + part.depth) if like is None or not like.bold else like
            yield from self.blocks(part, level + part.depth, here, inner, below)
            inner = inner.moved(1) if inner else None

    def next_id(self, rule: SectionRule, parent: int) -> int:
        """The number of the next section for a repeatable rule in a section."""
        key = (rule.number, parent)
        if key not in self.ids:
            found = [
                id_of(section.title, rule)
                for section in self.binding.sections[rule.number]
                if self.binding.parents.get(section.number) == parent
            ]
            self.ids[key] = max((int(n) for n in found if n.isdecimal()), default=0)
        self.ids[key] += 1
        return self.ids[key]

    # How

    def siblings(self, entry: Missing) -> list[Section]:
        """The sections that stand beside a missing one, in order."""
        found = self.children.get(entry.parent.number, ())
        return sorted((one for one in found if one.number not in self.misplaced), key=lambda one: one.span)

    def like(self, entry: Missing, place: int) -> Section | None:
        """The section whose heading shows how this one's is written."""
        siblings = self.siblings(entry)
        found = entry.after if entry.after in siblings else siblings[0] if siblings else None
        if found is None and entry.parent.bold:
            found = entry.parent
        # A bold line opens a section only in the text that those beside it stand in.
        if found is None or (found.bold and self.host(found.span.start) is not self.host(place - 1)):
            return self.like_at(entry.level)
        return found

    def host(self, offset: int) -> Section:
        """The section with a heading that an offset lies in."""
        return self.document.section_at(offset)

    def gap(self, section: Section) -> int:
        """By how many lines the text of a section lies below its heading."""
        assert section.heading is not None
        line = self.source.line_number
        return line(section.body[0].span.start) - line(section.heading.span.end)

    def like_at(self, level: int) -> Section | None:
        """A section whose heading shows how those of a level are written."""
        return next(iter(self.levels.get(level, ())), None)

    def child(self, above: Numbering, level: int) -> Numbering | None:
        """The first number below another, written as others of its level; None where those have none."""
        sections = self.levels.get(level, ())
        if not sections:
            return above.child()
        styles = [found for section in sections if (found := numbering(section))]
        return above.child()._replace(close=styles[0].close) if are_numbered(sections) else None

    def numbering(self, entry: Missing) -> Numbering | None:
        """The number that a missing section gets in a document that numbers such sections."""
        siblings = self.siblings(entry)
        above = numbering(entry.parent)
        if siblings:
            if not are_numbered(siblings):
                return None
        elif above is None or not self.levels.get(entry.level):
            return None
        taken = self.last.get(entry.parent.number)
        start = entry.after.span.start if entry.after.number != entry.parent.number else -1
        before = [found for one in siblings if one.span.start <= start and (found := numbering(one))]
        if taken is not None and (not before or _value(before[-1]) < _value(taken)):
            return taken.moved(1)
        if before:
            return before[-1].moved(1)
        if above is not None and (found := self.child(above, entry.level)):
            return found
        following = [(one, found) for one in siblings if (found := numbering(one))]
        return following[0][1].moved(-self.missing_before(following[0][0])) if following else None

    def missing_before(self, section: Section) -> int:
        """How many sections are missing before one, among those beside it."""
        parent, rule = self.binding.parents[section.number], self.binding.rules_of[section.number]
        return sum(
            missing.times
            for missing in self.binding.missing
            if missing.parent.number == parent and missing.rule.number < rule.number
        )


def _value(found: Numbering) -> list[int]:
    return [int(part) for part in found.number.split(".")]
