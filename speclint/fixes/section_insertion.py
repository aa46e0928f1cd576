"""Make the edits that insert missing sections, in the style of the document.

An edit only inserts, at the beginning of a line or at the end of the text: everything around it stays.
"""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding, Missing, cached_per_binding
from speclint.diagnostics import Edit, Span
from speclint.fixes.heading_style import Numbering, are_numbered, heading_lines, id_of, numbering, with_id
from speclint.fixes.passages import REVIEW, Passage, template
from speclint.fixes.section_places import SectionPlaces, is_blank_before
from speclint.markdown.document import Section
from speclint.markdown.source import BYTE_ORDER_MARK
from speclint.ruleset.model import SectionRule
from speclint.ruleset.titles import without_number


@cached_per_binding
def insertions(binding: Binding) -> tuple[Edit | None, ...]:
    """Return for every missing section, in their order, the edit that inserts it with all it must hold.

    An edit is None if nothing can be inserted: an open fence would swallow the section, or has done so, and
    it reappears when the fence is closed. Edits at one place follow each other in the order of the template.
    """
    return tuple(_SectionInserter(binding).edits()) if binding.missing else ()


class _SectionInserter:
    """The insertions into one document, and the numbers that they have taken."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.document = binding.document
        self.source = binding.document.source
        self.template = template(binding.rules)
        self.places = SectionPlaces(binding)
        gaps = [self.gap(section) for section in self.document.sections if section.heading and section.body]
        # Whether text stands right below its heading, without a blank line.
        self.tight = gaps.count(1) * 2 > len(gaps)
        # The numbers that sections inserted so far have taken.
        self.last: dict[int, Numbering] = {}
        self.ids: dict[tuple[int, int], int] = {}
        self.inserted = 0

    def edits(self) -> Iterator[Edit | None]:
        missing = self.binding.missing
        places = [self.places.place(entry) for entry in missing]
        lasts = {place: i for i, place in enumerate(places)}
        firsts = {places[i]: i for i in reversed(range(len(places)))}
        for i, (entry, place) in enumerate(zip(missing, places, strict=True)):
            if place is None:
                yield None
                continue
            first, last = i == firsts[place], i == lasts[place]
            yield Edit(Span(place, place), self.text(entry, place, first, last))

    def text(self, entry: Missing, place: int, first: bool, last: bool) -> str:
        """Return the lines to insert for a missing section, as often as it is missing."""
        text = self.source.text
        like = self.like(entry, place)
        passage = self.template.passage(entry.rule, self.binding)
        if self.places.orphans(entry.rule):
            # The author's own text follows: something to fill in must be there, or the heading would pass.
            passage = passage._replace(sections=(), body=passage.body or f"{REVIEW}\n")
        number = self.numbering(entry)
        separated = self.places.is_separated(entry.level) and (like is None or not like.bold)
        blocks: list[str] = []
        for _ in range(entry.times):
            if separated and not (first and not blocks and self.places.separator_before(place)):
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
        """Yield the heading and the text of a passage and of the passages in it, each in lines."""
        title = passage.title
        rule = passage.rule
        if number is not None:
            title = f"{number}{without_number(title)}"
        elif like is not None:
            title = without_number(title)
        if rule is not None and rule.repeat is not None:
            title = with_id(title, rule, self.next_id(rule, parent))
        heading = heading_lines(self.document, min(level, 6), title, like)
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
        """Return the number of the next section for a repeatable rule in a section."""
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

    def like(self, entry: Missing, place: int) -> Section | None:
        """Return the section whose heading style a missing section follows, None if there is none."""
        siblings = self.places.siblings(entry)
        found = entry.after if entry.after in siblings else siblings[0] if siblings else None
        if found is None and entry.parent.bold:
            found = entry.parent
        # A bold line opens a section only in the text that those beside it stand in.
        if found is None or (found.bold and self.host(found.span.start) is not self.host(place - 1)):
            return self.like_at(entry.level)
        return found

    def host(self, offset: int) -> Section:
        """Return the innermost section with a heading that an offset lies in."""
        return self.document.section_at(offset)

    def gap(self, section: Section) -> int:
        """Return by how many lines the text of a section lies below its heading."""
        assert section.heading is not None
        line = self.source.line_number
        return line(section.body[0].span.start) - line(section.heading.span.end)

    def like_at(self, level: int) -> Section | None:
        """Return the first section with a heading at a level, None if there is none."""
        return next(iter(self.places.levels.get(level, ())), None)

    def child(self, above: Numbering, level: int) -> Numbering | None:
        """Return the first number below another, in the style of its level; None if that has no numbers."""
        sections = self.places.levels.get(level, ())
        if not sections:
            return above.child()
        styles = [found for section in sections if (found := numbering(section))]
        return above.child()._replace(close=styles[0].close) if are_numbered(sections) else None

    def numbering(self, entry: Missing) -> Numbering | None:
        """Return the number for a missing section, None if the document does not number such sections."""
        siblings = self.places.siblings(entry)
        above = numbering(entry.parent)
        if siblings:
            if not are_numbered(siblings):
                return None
        elif above is None or not self.places.levels.get(entry.level):
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
        """Return how many sections are missing before one, in the same parent."""
        parent, rule = self.binding.parents[section.number], self.binding.rules_of[section.number]
        return sum(
            missing.times
            for missing in self.binding.missing
            if missing.parent.number == parent and missing.rule.number < rule.number
        )


def _value(found: Numbering) -> list[int]:
    return [int(part) for part in found.number.split(".")]
