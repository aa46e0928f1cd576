"""Plants one defect at a time into a good document and says which check should find it, and where.

A defect is made by editing text at places that the parser names, so that it works on any filled
document; the expected check and line come from what was edited, never from a run of the checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from speclint.binding.model import Binding
from speclint.diagnostics import Span
from speclint.markdown.blocks import CodeBlock, List, Paragraph, Table
from speclint.markdown.document import Field, Section, items, walk
from speclint.markdown.source import Source
from speclint.markdown.visibility import is_blank
from speclint.ruleset.model import SectionRule, ValueRule

PLACEHOLDERS = {
    "bracketed": "[Describe the behaviour in detail]",
    "title case": "[Component Name]",
    "choice": "[High | Medium | Low]",
    "your name": "<your name>",
    "braces": "{{name}}",
    "to be done": "TBD",
    "to do": "TODO: describe this",
    "filler": "Lorem ipsum dolor sit amet.",
    "line to write on": "It belongs to ________.",
    "figure": "It takes [X] ms.",
    "date": "It ends on YYYY-MM-DD.",
}


class Defect(NamedTuple):
    """A document with one defect; the check that should find it must report one of the lines.

    Before the colon of its name is what kind of defect it is, behind it where it was planted.
    """

    name: str
    check: str
    lines: tuple[int, ...]
    text: str

    @property
    def kind(self) -> tuple[str, str]:
        """What is expected, and what was done."""
        return self.check, self.name.partition(":")[0]


def defects(binding: Binding) -> Iterator[Defect]:
    """Every defect that can be planted into a bound, clean document."""
    planter = Planter(binding)
    yield from planter.sections()
    yield from planter.placeholders()
    yield from planter.fields()
    yield from planter.labels()
    yield from planter.checklists()
    yield from planter.named_items()
    yield from planter.coverage()


def template_text(binding: Binding, template: Binding) -> Iterator[Defect]:
    """Every section of a clean document with the text that the template, bound as well, has there."""
    yield from Planter(binding).template_text(template)


class Planter:
    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.document = binding.document
        self.source = binding.document.source
        self.text = self.source.text
        self.newline = "\r\n" if "\r\n" in self.text else "\n"

    def line(self, offset: int) -> int:
        return self.source.line_number(offset)

    def replaced(self, span: Span, new: str) -> str:
        new = new.replace("\r\n", "\n").replace("\n", self.newline)
        return self.text[: span.start] + new + self.text[span.end :]

    def defect(self, name: str, check: str, at: int, span: Span, new: str, *more: int) -> Defect:
        """A replacement; the expected lines are those of offsets that the edit does not move."""
        return Defect(name, check, tuple(map(self.line, (at, *more))), self.replaced(span, new))

    def bound(self) -> Iterator[tuple[SectionRule, Section]]:
        for section in self.document.sections:
            rule = self.binding.rules_of.get(section.number)
            if rule is not None and section.heading is not None:
                yield rule, section

    def siblings(self, section: Section) -> tuple[Section, ...]:
        """The sections of the tree next to one, itself included."""
        for parent in self.document.sections:
            if any(child.number == section.number for child in parent.children):
                return parent.children
        return ()

    def lines_of(self, span: Span) -> Span:
        """A span widened to whole lines, the last line's ending included."""
        first, last = self.line(span.start), self.line(max(span.start, span.end - 1))
        starts = self.source.line_starts
        return Span(starts[first - 1], starts[last] if last < len(starts) else len(self.text))

    # Sections

    def sections(self) -> Iterator[Defect]:
        for rule, section in self.bound():
            title = section.title
            owed = rule.required and self.binding.owed(rule.from_stage)
            alone = len(self.binding.sections[rule.number]) == 1
            siblings = self.siblings(section)
            place = next(i for i, s in enumerate(siblings) if s.number == section.number)
            heading = section.heading
            assert heading is not None
            if owed and alone:
                before = siblings[place - 1] if place else None
                parent = self.document.section_at(max(section.span.start - 1, 0))
                while parent.heading and parent.level >= section.level:
                    parent = self.document.section_at(max(parent.span.start - 1, 0))
                at = before or parent
                yield self.defect(f"gone: {title}", "missing-section", at.span.start, section.span, "")
            if section.body and not section.children:
                empty = Span(heading.span.end, section.span.end)
                yield self.defect(f"empty: {title}", "empty-section", section.span.start, empty, "\n\n")
            following = siblings[place + 1] if place + 1 < len(siblings) else None
            next_rule = self.binding.rules_of.get(following.number) if following else None
            if following and next_rule and alone and next_rule.number != rule.number and not rule.repeat:
                first, second = self.source.slice(section.span), self.source.slice(following.span)
                ending = "" if second.endswith(("\n\n", "\r\n\r\n")) else self.newline * 2
                start = self.line(section.span.start)
                moved = start + len(Source(second + ending).line_starts) - 1
                yield Defect(
                    f"behind the next: {title}, {following.title}",
                    "section-order",
                    (start, moved),
                    self.replaced(Span(section.span.start, following.span.end), second + ending + first),
                )
            if rule.repeat is None and alone and heading.underline is None and not section.children:
                copy = self.source.slice(section.span)
                ending = "" if copy.endswith(("\n\n", "\r\n\r\n")) else self.newline * 2
                again = self.line(section.span.start) + len(Source(copy + ending).line_starts) - 1
                yield Defect(
                    f"twice: {title}",
                    "duplicate-section",
                    (again,),
                    self.replaced(section.span, copy + ending + copy),
                )
            if heading.underline is None and not section.children and alone:
                marks = Span(heading.span.start, heading.span.start + section.level)
                if section.level > 2:
                    yield self.defect(
                        f"up: {title}", "section-level", marks.start, marks, "#" * (section.level - 1)
                    )
                if section.level < 6:
                    yield self.defect(
                        f"down: {title}", "section-level", marks.start, marks, "#" * (section.level + 1)
                    )
            words = re.findall(r"[A-Za-z]{6,}", rule.title if "{" not in rule.title else "")
            if alone and owed and words:
                word = max(words, key=len)
                found = self.text.find(word, heading.text_span.start, heading.text_span.end)
                if found >= 0:
                    letter = Span(found + 2, found + 3)
                    yield self.defect(f"misspelt: {title}", "section-title", found, letter, "")
        yield from self.accidents()

    def accidents(self) -> Iterator[Defect]:
        for _, section in self.bound():
            for block in section.body[1:]:
                if isinstance(block, Paragraph):
                    end = Span(block.span.end, block.span.end)
                    last = self.line(block.span.end)
                    first = self.line(block.span.start)
                    lines = tuple(range(first, last + 2))
                    text = self.replaced(end, "\n-\n")
                    yield Defect(f"a dash below: {section.title}", "accidental-heading", lines, text)
                    return

    # Placeholders

    def placeholders(self) -> Iterator[Defect]:
        texts = list(PLACEHOLDERS.items())
        turn = 0
        for _, section in self.bound():
            paragraphs = [
                b for b in section.body if isinstance(b, Paragraph) and b.lines[0].start == b.span.start
            ]
            bare = [b for b in paragraphs if not any(label.span.overlaps(b.span) for label in section.labels)]
            if bare:
                name, new = texts[turn % len(texts)]
                turn += 1
                block = bare[0]
                yield self.defect(
                    f"{name}: {section.title}", "placeholder", block.span.start, block.span, new
                )
                yield self.commented(section)
            for label in section.labels:
                if (
                    label.emphasised
                    and label.place != "table"
                    and label.value
                    and not label.blocks
                    and (":" in self.text[label.name_span.start : label.value_span.start])
                ):
                    name, new = texts[turn % len(texts)]
                    turn += 1
                    at = label.value_span
                    yield self.defect(f"{name} as a value: {label.name}", "placeholder", at.start, at, new)
                    yield self.defect(
                        f"no value: {label.name}", "placeholder", label.span.start,
                        Span(label.value_span.start, label.value_span.end), "",
                    )  # fmt: skip
                    break
            for part in section.body:
                if isinstance(part, List):
                    item = part.items[-1]
                    if len(part.items) > 1 and len(item.blocks) == 1:
                        at = Span(item.content_start, item.span.end)
                        yield self.defect(f"empty item: {section.title}", "placeholder", at.start, at, "")
                        yield self.defect(f"dots: {section.title}", "placeholder", at.start, at, "...")
                        break
        for any_block in walk(self.document.blocks):
            if isinstance(any_block, Table) and len(any_block.rows) > 1 and any_block.rows[1][-1]:
                cell = any_block.rows[1][-1]
                yield self.defect("a table cell", "placeholder", cell.start, cell, "[Value]")
            if isinstance(any_block, CodeBlock) and any_block.language == "python" and any_block.lines:
                at = Span(any_block.lines[0].start, any_block.lines[0].start)
                yield self.defect(
                    "a class name in code", "placeholder", at.start, at, "class [ModelName]: pass  # "
                )
        for _, section in self.bound():
            if "`" in self.text[section.body_span.start : section.body_span.end]:
                paragraph = next((b for b in section.body if isinstance(b, Paragraph)), None)
                if paragraph:
                    at = Span(paragraph.span.end, paragraph.span.end)
                    yield self.defect(
                        "inline code", "placeholder", at.start, at, " See `tests/test_[feature_name].py`."
                    )
                    break

    def commented(self, section: Section) -> Defect:
        """A section with a comment for its body."""
        assert section.heading is not None
        end = section.body_span.end if section.children else section.span.end
        first = self.line(section.heading.span.start)
        last = self.line(section.heading.span.end) + 2
        text = self.replaced(
            Span(section.heading.span.end, end), "\n\n<!-- Say what this is for and who needs it. -->\n\n"
        )
        lines = tuple(range(first, last + 1))
        return Defect(f"only a comment: {section.title}", "instruction-comment", lines, text)

    # Fields

    def owed_fields(self) -> Iterator[tuple[ValueRule, Field]]:
        for rule in self.binding.rules.fields:
            names = {name.casefold() for name in (rule.name, *rule.aliases)}
            found = [field for field in self.document.fields if field.name.casefold() in names]
            if len(found) == 1:
                yield rule, found[0]

    def fields(self) -> Iterator[Defect]:
        title = next((s.span.start for s in self.document.sections if s.level == 1), 0)
        for rule, field in self.owed_fields():
            whole = self.lines_of(field.span)
            line = self.source.slice(whole)
            first = self.document.fields[0].span.start
            single = line.count("**") <= 2 and field.place != "heading"
            if rule.required and single:
                moved = self.source.line_starts[max(self.line(title) - 2, 0)]
                yield self.defect(f"gone: {rule.name}", "missing-field", title, whole, "", moved, 0, first)
            at = field.value_span
            if rule.one_of:
                yield self.defect(f"unknown: {rule.name}", "invalid-field", at.start, at, "Whenever")
            if rule.type == "date":
                yield self.defect(f"no date: {rule.name}", "invalid-field", at.start, at, "2025-02-30")
            if rule.not_before:
                earlier = next((f for r, f in self.owed_fields() if r.name == rule.not_before), None)
                if earlier:
                    yield self.defect(
                        f"too early: {rule.name}",
                        "date-order",
                        at.start,
                        at,
                        "1999-12-31",
                        earlier.span.start,
                    )

    # Labels

    def labels(self) -> Iterator[Defect]:
        for rule, section in self.bound():
            for owed in rule.labels:
                if not owed.required or not self.binding.owed(owed.from_stage):
                    continue
                names = {name.casefold() for name in (owed.name, *owed.aliases)}
                found = [label for label in section.labels if label.name.casefold() in names]
                if len(found) != 1 or len(section.labels) < 2 or found[0].place == "table":
                    continue
                label = found[0]
                end = max([label.span.end, *(block.span.end for block in label.blocks)])
                whole = self.lines_of(Span(label.span.start, end))
                alone = is_blank(
                    self.source, [block for block in section.body if not whole.overlaps(block.span)]
                )
                if alone or self.source.slice(self.lines_of(label.span)).count("**") > 2:
                    continue
                yield self.defect(
                    f"gone: {owed.name} in {section.title}", "missing-label", section.span.start, whole, ""
                )
                if owed.one_of:
                    at = label.value_span
                    yield self.defect(f"unknown: {owed.name}", "invalid-field", at.start, at, "Whenever")

    # Checklists

    def checklists(self) -> Iterator[Defect]:
        for rule, section in self.bound():
            boxes = [item for item in items(section.body) if item.checkbox_span]
            for box in boxes[:2]:
                assert box.checkbox_span is not None
                at = box.checkbox_span
                if box.checkbox == "x" and self.demanded(rule):
                    check = "open-question" if rule.questions_closed_from else "unchecked-item"
                    yield self.defect(f"open box: {section.title}", check, at.start, at, "[ ]")
                for wrong in ("[]", "[y]"):
                    yield self.defect(f"{wrong}: {section.title}", "malformed-checkbox", at.start, at, wrong)
                tight = Span(at.start, box.content_start)
                yield self.defect(f"tight box: {section.title}", "malformed-checkbox", at.start, tight, "[x]")
            if rule.checklist and rule.checklist.required and boxes and not section.children:
                text = self.text
                for box in reversed(boxes):
                    assert box.checkbox_span is not None
                    text = text[: box.checkbox_span.start] + text[box.content_start :]
                yield Defect(
                    f"no boxes: {section.title}",
                    "missing-checklist",
                    (self.line(section.span.start),),
                    text,
                )

    def named_items(self) -> Iterator[Defect]:
        """Boxes that the rule set asks for by name, deleted and reworded."""
        for rule, section in self.bound():
            boxes = [item for item in items(section.body) if item.checkbox_span]
            asked = len(rule.checklist.items) if rule.checklist else 0
            if asked and len(boxes) == asked > 1:
                heading = section.heading_span.start
                for box in boxes:
                    yield self.defect(f"deleted: {section.title}", "missing-item", heading, box.span, "")
                    words = Span(box.content_start, box.span.end)
                    yield self.defect(
                        f"reworded: {section.title}",
                        "missing-item",
                        heading,
                        words,
                        "Everything else as well\n",
                    )

    def demanded(self, rule: SectionRule) -> bool:
        """Whether a box right in a section of this rule must be ticked at the document's stage."""
        rules = self.binding.rules
        own = rule.checklist.complete_from if rule.checklist else None
        start = rule.questions_closed_from or own or rules.complete_from
        return start is not None and self.binding.owed(start)

    # Coverage

    def coverage(self) -> Iterator[Defect]:
        for rule, section in self.bound():
            if rule.coverage is None and not any(label.coverage for label in rule.labels):
                continue
            for line in range(self.line(section.body_span.start), self.line(section.body_span.end - 1) + 1):
                span = self.source.line_span(line)
                text = self.source.slice(span)
                figures = re.findall(r"\d+(?:\.\d+)?(?=[ \u00a0]?(?:%|percent))", text)
                if "overage" in text and len(figures) == 1:
                    lower = text.replace(figures[0], "41")
                    yield self.defect(
                        f"too little: {section.title}", "coverage-below-threshold", span.start, span, lower
                    )
                    said = rf"(?:[≥>=]+|at least)?[ \u00a0]?{figures[0]}[ \u00a0]?(?:%|percent)"
                    silent = re.sub(said, " good", text)
                    yield self.defect(
                        f"no figure: {section.title}",
                        "missing-coverage",
                        section.span.start,
                        span,
                        silent,
                        span.start,
                    )
                    break

    # The template's own text

    def template_text(self, template: Binding) -> Iterator[Defect]:
        """Sections whose text is again the example that the template has there."""
        for rule, section in self.bound():
            examples = template.sections[rule.number]
            if not examples or section.children or examples[0].children:
                continue
            text = template.document.source.slice(examples[0].body_span)
            if not re.search(r"\[|<!--|\]\(|@docs|\.\.\.\n", text) and re.search(r"\w{4}", text):
                first = self.line(section.span.start)
                last = first + len(Source(text).line_starts)
                yield Defect(
                    f"the template's text: {section.title}",
                    "unedited-template",
                    tuple(range(first, last + 1)),
                    self.replaced(section.body_span, text),
                )
