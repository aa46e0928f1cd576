"""Make the edits that insert missing fields and labels, in the style of the document.

An entry is a field or a label with its value. A new one goes behind the one that the template has before it,
or before the next one that is there, and looks like that one: a bold line, a list item, a row of a table, a
key of the front matter. Edits only insert whole lines.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from speclint.binding.labels import MissingLabel, OwedLabel, first_field, owed_labels, rule_keys
from speclint.binding.model import Binding, cached_per_binding
from speclint.diagnostics import Edit, Span
from speclint.fixes.field_style import (
    are_one_list,
    entry_lines,
    front_matter_entry,
    front_matter_key,
    table_row,
)
from speclint.fixes.passages import Template, template
from speclint.fixes.section_places import closing_start, is_blank_before
from speclint.markdown.blocks import Block, FrontMatter, List, ThematicBreak
from speclint.markdown.document import Field, Section, is_anchor, runs_on
from speclint.markdown.source import BYTE_ORDER_MARK, Source
from speclint.ruleset.skeleton import label_lines

# The places of fields that stand in lines of their own.
_IN_LINES = ("line", "footer")


class _Place(NamedTuple):
    """The offset for an entry, and the entry in `source` whose style it follows, None for none.

    `step` is 1 behind that one and -1 before it; 0 if there is none beside it. `behind_list` means that the
    block above is a list, of which the entry is no item.
    """

    offset: int
    like: Field | None
    source: Source
    step: int
    behind_list: bool = False


class _Siblings(NamedTuple):
    """The entries that missing ones belong among.

    `numbers` has the number of each rule by its name; `usable` the numbers of those whose entries another one
    can stand beside, in order, and `fields` these entries; `names` all keys that any entry may have.
    """

    numbers: dict[str, int]
    usable: list[int]
    fields: list[Field]
    names: frozenset[str]


def edits(binding: Binding, wanted: Sequence[MissingLabel]) -> Iterator[Edit | None]:
    """Yield for every missing entry the edit that inserts it, None if nothing can be inserted."""
    inserter = _FieldInserter(binding)
    places = [inserter.place(entry) for entry in wanted]
    offsets = [place.offset if place else None for place in places]
    below = False
    for i, (entry, place) in enumerate(zip(wanted, places, strict=True)):
        if place is None:
            yield None
            continue
        follows = below if i > 0 and offsets[i - 1] == place.offset else None
        last = offsets[i + 1 : i + 2] != [place.offset]
        begins = i == 0 or wanted[i - 1].section is not entry.section
        text, below = inserter.text(entry, place, follows, begins=begins, last=last)
        yield Edit(Span(place.offset, place.offset), text)


class _FieldInserter:
    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.document = binding.document
        self.source = binding.document.source
        self.template: Template = template(binding.rules)
        # By the identity of what is asked for: one group of entries may have thousands.
        self.siblings: dict[int, _Siblings] = {}
        self.examples: dict[tuple[int, int], Field | None] = {}

    # Where

    def place(self, entry: MissingLabel) -> _Place | None:
        """Return the place for a missing entry, None if the text before would swallow it."""
        siblings = self.siblings_of(entry)
        if siblings.usable:
            # Behind the nearest one before it, or else before the first.
            before = bisect_left(siblings.usable, siblings.numbers[entry.rule.name])
            field, step = (siblings.fields[before - 1], 1) if before else (siblings.fields[0], -1)
            return _Place(self.beside(field, step), field, self.source, step)
        like = self.like(entry)
        if entry.section is not None:
            return self.at_end(entry.section, like)
        columns = self.columns(entry)
        for field in reversed(self.document.fields):
            if field.place != "footer" and self.is_usable(field, columns):
                return _Place(self.beside(field, 1), field, self.source, 1)
        return self.below_title(like)

    def siblings_of(self, entry: MissingLabel) -> _Siblings:
        """Return the entries that one stands among."""
        known = self.siblings.get(id(entry.among))
        if known is None:
            columns = self.columns(entry)
            usable = [
                (number, field)
                for number, (_, field) in enumerate(entry.among)
                if field is not None and self.is_usable(field, columns)
            ]
            known = self.siblings[id(entry.among)] = _Siblings(
                {rule.name: number for number, (rule, _) in enumerate(entry.among)},
                [number for number, _ in usable],
                [field for _, field in usable],
                frozenset[str]().union(*(rule_keys(rule) for rule, _ in entry.among)),
            )
        return known

    def columns(self, entry: MissingLabel) -> list[Span]:
        """Return the spans of table fields beside which no row can be inserted.

        Those are fields with their value below their name: a table of two columns is read both ways, and one
        with the names of fields in its head takes no rows.
        """
        tables = [field for _, field in entry.among if field and field.place == "table"]
        return [field.span for field in tables if self.is_column(field)]

    def is_usable(self, field: Field, columns: Sequence[Span] = ()) -> bool:
        """Return whether another entry can stand beside a field and be written like it."""
        if field.place == "heading" or any(map(field.span.overlaps, columns)):
            return False
        return field.place != "table" or not self.is_column(field)

    def is_column(self, field: Field) -> bool:
        """Return whether a field of a table has its value below its name."""
        line = self.source.line_number
        return line(field.name_span.start) != line(field.value_span.start)

    def beside(self, field: Field, step: int) -> int:
        """Return the line start before a field, or the one behind it and the blocks that belong to it."""
        if step < 0 and field.place != "table":
            return self.source.line_span(self.source.line_number(field.span.start)).start
        end = max([field.span.end, *(block.span.end for block in self.below(field))])
        line = self.source.line_number(max(field.span.start, end - 1))
        if field.place == "table":
            if step < 0 and not self.is_delimited(line):
                return self.source.line_span(line).start
            line += self.is_delimited(line)
        return self.line_start(line + 1)

    def below(self, field: Field) -> Sequence[Block]:
        """Return the blocks that surely belong to an entry: behind a value, only one on the next line."""
        line = self.source.line_number
        if field.place not in _IN_LINES or not field.value or not field.blocks:
            return field.blocks
        return field.blocks[:1] if line(field.blocks[0].span.start) == line(field.span.end) + 1 else ()

    def is_delimited(self, line: int) -> bool:
        """Return whether the line below is the delimiter row that makes a row the head of a table."""
        if line >= len(self.source.line_starts):
            return False
        below = self.source.slice(self.source.line_span(line + 1))
        return "-" in below and not below.strip("|:- \t>")

    def line_start(self, line: int) -> int:
        starts = self.source.line_starts
        return starts[line - 1] if line <= len(starts) else len(self.source.text)

    def example(self, number: int, entry: MissingLabel) -> Field | None:
        """Return the first entry of a group, in the sections of a rule, that another can be written like."""
        key = number, id(entry.among)
        if key not in self.examples:
            names = self.siblings_of(entry).names
            found = (first_field(section.labels, names) for section in self.binding.sections[number])
            usable = (field for field in found if field is not None and self.is_usable(field))
            self.examples[key] = next(usable, None)
        return self.examples[key]

    def like(self, entry: MissingLabel) -> tuple[Field, Source] | None:
        """Return an entry elsewhere whose style this one follows, with its source; None if there is none.

        It is in a section under the same rule, or in the template.
        """
        if entry.section is not None:
            rule = self.binding.rules_of.get(entry.section.number)
            example = self.example(rule.number, entry) if rule else None
            if example is not None:
                return example, self.source
            found = self.template.labels.get((rule.number if rule else -1, entry.rule.name))
            field = found.field if found else None
        else:
            field = first_field(self.template.binding.document.fields, rule_keys(entry.rule))
        usable = field is not None and field.place in ("line", "list")
        return (field, self.template.source) if field is not None and usable else None

    def below_title(self, like: tuple[Field, Source] | None) -> _Place:
        """Return the place for a document's first field: below the title, in front matter, or on top."""
        first = self.document.blocks[0] if self.document.blocks else None
        title = self.binding.title
        if title is not None and title.heading is not None and title.level == 1:
            offset = self.line_start(self.source.line_number(title.heading.span.end) + 1)
        elif isinstance(first, FrontMatter):
            # Behind the last line of TOML a key may be one of a table.
            offset = first.body_span.start if self.in_toml() else first.body_span.end
            return _Place(offset, _key_of(first), self.source, 0)
        else:
            offset = int(self.source.text.startswith(BYTE_ORDER_MARK))
        return _Place(offset, like[0] if like else None, like[1] if like else self.source, 0)

    def at_end(self, section: Section, like: tuple[Field, Source] | None) -> _Place | None:
        """Return the place for a label at the end of a section's own text, or of the document's.

        None if the last block there does not end.
        """
        blocks: Sequence[Block] = section.body
        if section is self.document.root:
            blocks = self.document.blocks
        closing = closing_start(self.binding)
        while blocks and (blocks[-1].span.start >= closing or self.is_outside(blocks[-1])):
            blocks = blocks[:-1]
        if blocks and runs_on(self.source, blocks[-1]):
            return None
        end = blocks[-1].span.end if blocks else section.heading_span.end
        offset = self.line_start(self.source.line_number(end) + 1)
        if blocks and isinstance(blocks[-1], List):
            return _Place(offset, None, self.source, 0, behind_list=True)
        return _Place(offset, like[0] if like else None, like[1] if like else self.source, 0)

    def in_toml(self) -> bool:
        """Return whether the document has front matter in TOML."""
        first = self.document.blocks[0] if self.document.blocks else None
        return isinstance(first, FrontMatter) and first.language == "toml"

    def is_outside(self, block: Block) -> bool:
        """Return whether a block at the end of a section belongs to what follows."""
        return isinstance(block, ThematicBreak) or is_anchor(self.source, block)

    # What

    def text(
        self, entry: MissingLabel, place: _Place, follows: bool | None, *, begins: bool, last: bool
    ) -> tuple[str, bool]:
        """Return the lines of a missing entry, and whether an empty line must separate them from the next.

        `follows` is None for the first insertion at a place; for others it says whether an empty line must
        separate them from the one before. `begins` means that the entry is the first of its section, `last`
        that no insertion follows at its place.
        """
        like = place.like
        lines, below = self.written(entry, place)
        if like is not None and like.place in ("front-matter", "table"):
            return self.finished(lines, place), False
        footer = entry.section is self.document.root and place.step == 0
        apart = follows
        if footer and begins and self.document.footer is None:
            lines = f"---\n\n{lines}"
            apart = True
        if follows is None:
            # Below text of another kind, and below a list, a label needs a blank line to be one.
            below_list = (
                place.step > 0 and like is not None and like.place in _IN_LINES and bool(self.below(like))
            )
            apart = place.step == 0 or below_list or (place.step > 0 and self.is_spaced(entry))
            apart = apart and not is_blank_before(self.source, place.offset)
        if apart:
            lines = f"\n{lines}"
        behind = self.source.text[place.offset : place.offset + 400].split("\n", 1)[0].strip(" \t\r>")
        wants_gap = below or place.step == 0 or self.is_spaced(entry)
        if last and behind and wants_gap and not are_one_list(lines, behind):
            lines += "\n"
        apart_next = below or (not lines.startswith("-") and self.is_spaced(entry))
        return self.finished(lines, place), apart_next

    def written(self, entry: MissingLabel, place: _Place) -> tuple[str, bool]:
        """Return an entry's lines, in the style of its neighbour, and whether text stands below the first."""
        if entry.section is None:
            value, below = self.template.field(entry.rule), ""
        else:
            value, below = self.template.label(self.binding.rules_of.get(entry.section.number), entry.rule)
        name, like = entry.rule.name, place.like
        in_section = entry.section is not None and entry.section.level > 0
        if like is None and in_section and not place.behind_list:
            return "".join(f"{line}\n" for line in label_lines(entry.rule)), False
        if like is None:
            return f"**{name}:** {value}".rstrip() + f"\n{below}", bool(below)
        if like.place == "front-matter":
            key = front_matter_key(self.document.fields, name)
            return front_matter_entry(key, value, self.in_toml()), False
        if like.place == "table":
            return table_row(place.source, like, name, value), False
        return entry_lines(place.source, like, name, value, below, place.step), bool(below)

    def is_spaced(self, entry: MissingLabel) -> bool:
        """Return whether empty lines separate the entries around a missing one."""
        around = self.document.fields if entry.section is None else entry.section.labels
        fields = sorted(field.span for field in around if field.place in _IN_LINES)
        if len(fields) < 2:
            return False
        gaps = [self.source.slice(Span(one.end, other.start)) for one, other in pairwise(fields)]
        return all(re.search(r"\n[ \t>]*\r?\n", gap) for gap in gaps)

    def finished(self, lines: str, place: _Place) -> str:
        """Return lines with the document's line endings, beginning with one if the last line has none."""
        text = self.source.text
        if place.offset == len(text) and text.strip(BYTE_ORDER_MARK) and not text.endswith(("\n", "\r")):
            lines = "\n" + lines.removesuffix("\n")
        return lines.replace("\n", self.source.line_ending(place.offset))


def _key_of(block: FrontMatter) -> Field:
    """Return a field that stands for the last line of front matter."""
    end = Span(block.body_span.end, block.body_span.end)
    return Field("", end, "", end, end, "front-matter")


@cached_per_binding
def field_edits(binding: Binding) -> dict[str, Edit]:
    """Return the edits that insert the fields that the document lacks, by the name of the rule."""
    rules = binding.rules.fields
    among = tuple((rule, first_field(binding.document.fields, rule_keys(rule))) for rule in rules)
    wanted = [
        MissingLabel(rule, None, among)
        for rule, field in among
        if field is None and rule.required and binding.owed(rule.from_stage)
    ]
    found = zip(wanted, edits(binding, wanted), strict=True)
    return {entry.rule.name: edit for entry, edit in found if edit is not None}


@cached_per_binding
def label_edits(binding: Binding) -> dict[tuple[int, str], Edit]:
    """Return the edits that insert missing labels, by the number of the section and the name of the rule."""
    by_section: dict[int, list[OwedLabel]] = {}
    for owed in owed_labels(binding):
        by_section.setdefault(owed.section.number, []).append(owed)
    wanted: list[MissingLabel] = []
    for group in by_section.values():
        among = tuple((owed.rule, owed.found[0].field if owed.found else None) for owed in group)
        missing = [o for o in group if not o.found and o.rule.required and binding.owed(o.rule.from_stage)]
        wanted += [MissingLabel(owed.rule, owed.section, among) for owed in missing]
    return {
        (entry.section.number, entry.rule.name): edit
        for entry, edit in zip(wanted, edits(binding, wanted), strict=True)
        if edit is not None and entry.section is not None
    }
