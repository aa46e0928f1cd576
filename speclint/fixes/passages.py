"""Take from a template's skeleton the text to insert for what a document lacks.

Inserted text must not pass for the author's work. Where the skeleton's text for a section would draw no
diagnostic (a list of boxes, a fixed sentence), a placeholder is added to it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from speclint.binding.labels import Label, name_keys, owed_labels, rule_keys
from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.checks.checklists.boxes import boxes
from speclint.checks.placeholders.instruction_comment import instruction_comment
from speclint.checks.placeholders.placeholder import placeholder
from speclint.checks.placeholders.unedited_template import unedited_template
from speclint.diagnostics import Edit, Span
from speclint.fixes.edits import apply
from speclint.markdown.blocks import Block, List, ThematicBreak
from speclint.markdown.document import Section, is_anchor, parse_document, runs_on, walk
from speclint.ruleset.model import RuleSet, SectionRule, ValueRule
from speclint.ruleset.skeleton import body_text, heading_text, label_lines, value_text

# Goes with text that is the template's and has nothing to fill in.
REVIEW = "[To be reviewed]"


class Passage(NamedTuple):
    """The text of a section to insert.

    `rule` is None for a section that only the skeleton has, `depth` is how many levels it stands below the
    passage that it is in, `title` is the inline text of its heading, and `body` its text without empty lines
    around it, in lines that end with a line feed.
    """

    rule: SectionRule | None
    depth: int
    title: str
    body: str
    sections: tuple[Passage, ...]


class Template:
    """A rule set's skeleton, parsed and bound, with the places in it that are to be filled in."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        last = rules.stages.order[-1] if rules.stages else None
        self.binding = bind(parse_document(rules.skeleton), rules, last)
        if ticked := _ticked(self.binding):
            # An example may show a ticked box; the author of a document has done nothing yet.
            self.binding = bind(parse_document(_opened(rules.skeleton, ticked)), rules, last)
        self.source = self.binding.document.source
        checks = (placeholder, instruction_comment, unedited_template)
        self.open = sorted(finding.span.start for check in checks for finding in check(self.binding))
        self.labels: dict[tuple[int, str], Label] = {}
        for rule, section, found in owed_labels(self.binding):
            bound = self.binding.rules_of.get(section.number)
            if found:
                self.labels.setdefault((bound.number if bound else -1, rule.name), found[0])
        self.fields = {key: field for field in self.binding.document.fields for key in name_keys(field.name)}
        # What was asked for, by the number of the rule, the depth, and the stage, which says what is owed.
        self.passages: dict[tuple[int, int, str], Passage] = {}

    def is_open(self, span: Span) -> bool:
        """Return whether a span of the skeleton has a place to fill in."""
        place = bisect_left(self.open, span.start)
        return place < len(self.open) and self.open[place] < span.end

    # Sections

    def passage(self, rule: SectionRule, binding: Binding, depth: int = 0) -> Passage:
        """Return the passage for a rule, with the sections in it that a document owes."""
        asked = rule.number, depth, binding.stage
        if asked not in self.passages:
            self.passages[asked] = self._passage(rule, binding, depth)
        return self.passages[asked]

    def _passage(self, rule: SectionRule, binding: Binding, depth: int) -> Passage:
        found = self.binding.sections[rule.number]
        if not found or any(runs_on(self.source, block) for block in _all_blocks(found[0])):
            return self.generated(rule, binding, depth)
        section = found[0]
        body = self.body(section)
        wanted = [child for child in rule.sections if _is_owed(child, binding)]
        if not wanted and not body:
            wanted = [child for child in rule.sections if self.binding.sections[child.number]]
        parts: list[Passage] = []
        for child in section.children:
            bound = self.binding.rules_of.get(child.number)
            if bound is None:
                parts.append(self.unbound(child, child.level - section.level))
            elif bound in wanted and self.binding.sections[bound.number][0] is child:
                parts += self.copies(bound, binding, bound.level - rule.level)
        for child_rule in wanted:
            if not any(part.rule is child_rule for part in parts):
                later = (
                    i for i, part in enumerate(parts) if part.rule and part.rule.number > child_rule.number
                )
                place = next(later, len(parts))
                parts[place:place] = self.copies(child_rule, binding, child_rule.level - rule.level)
        return Passage(rule, depth, _heading_text(section), body, tuple(parts))

    def copies(self, rule: SectionRule, binding: Binding, depth: int) -> list[Passage]:
        """Return the passage for a rule as often as it must be there."""
        return [self.passage(rule, binding, depth)] * (max(rule.repeat.min, 1) if rule.repeat else 1)

    def unbound(self, section: Section, depth: int) -> Passage:
        """Return the passage of a section that the skeleton has and the rule set does not know."""
        parts = (self.unbound(child, child.level - section.level) for child in section.children)
        return Passage(None, depth, _heading_text(section), self.body(section), tuple(parts))

    def body(self, section: Section) -> str:
        """Return the text right below a heading of the skeleton, with something to fill in.

        "" if the section has only subsections, or is not in the rule set.
        """
        blocks = list(section.body)
        while blocks and (isinstance(blocks[-1], ThematicBreak) or is_anchor(self.source, blocks[-1])):
            blocks.pop()
        if not blocks:
            rule = self.binding.rules_of.get(section.number)
            return "" if section.children or rule is None else body_text(rule)
        lines = self.source.text[section.body_span.start : blocks[-1].span.end].strip("\r\n")
        text = re.sub(r"\r\n?", "\n", lines) + "\n"
        whole = Span(section.span.start, section.body_span.end)
        return text if self.is_open(whole) else f"{text}\n{REVIEW}\n"

    def generated(self, rule: SectionRule, binding: Binding, depth: int) -> Passage:
        """Return a text for a rule of which the skeleton has nothing."""
        parts = [
            part
            for child in rule.sections
            if _is_owed(child, binding)
            for part in self.copies(child, binding, child.level - rule.level)
        ]
        return Passage(rule, depth, heading_text(rule), body_text(rule), tuple(parts))

    # Labels and fields

    def label(self, section: SectionRule | None, rule: ValueRule) -> tuple[str, str]:
        """Return the value that a label is inserted with, and the text below it, in lines."""
        found = self.labels.get((section.number if section else -1, rule.name))
        if found is None or found.field is None or not self.is_open(found.span):
            rest = label_lines(rule)[1:]
            return ("", _dedented("\n".join(rest))) if rest else (value_text(rule), "")
        blocks = found.field.blocks
        below = ""
        if blocks:
            start = self.source.line_span(self.source.line_number(blocks[0].span.start)).start
            below = _dedented(self.source.text[start : blocks[-1].span.end])
        return self.source.slice(found.field.value_span), below

    def field(self, rule: ValueRule) -> str:
        """Return the value that a field is inserted with."""
        found = next((self.fields[key] for key in rule_keys(rule) if key in self.fields), None)
        if found is None or not found.value or not self.is_open(found.span):
            return value_text(rule)
        return self.source.slice(found.value_span)


def _ticked(binding: Binding) -> list[Span]:
    """Return the spans of all ticked boxes, malformed ones and those in quotes too."""
    lists = (block for block in walk(binding.document.blocks) if isinstance(block, List))
    spans = {item.checkbox_span for one in lists for item in one.items if item.checkbox == "x"}
    spans |= {box.span for box in boxes(binding) if box.ticked}
    return sorted(span for span in spans if span is not None)


def _opened(text: str, ticked: Sequence[Span]) -> str:
    """Return a text of the same length in which some ticked boxes are open."""
    mark = re.compile(r"(?<=[\[( ])[^\s\[\]()](?=[\]) ])")
    return apply(text, [Edit(span, mark.sub(" ", text[slice(*span)])) for span in ticked])


class _RuleSetKey:
    """A rule set as the key of a cache, by identity: hashing its content would take too long."""

    __slots__ = ("rules",)

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _RuleSetKey) and self.rules is other.rules

    def __hash__(self) -> int:
        return id(self.rules)


def template(rules: RuleSet) -> Template:
    """Return the template of a rule set, from a cache of the last eight."""
    return _template(_RuleSetKey(rules))


@lru_cache(maxsize=8)
def _template(key: _RuleSetKey) -> Template:
    return Template(key.rules)


def _is_owed(rule: SectionRule, binding: Binding) -> bool:
    return rule.required and binding.owed(rule.from_stage) and (rule.repeat is None or rule.repeat.min > 0)


def _heading_text(section: Section) -> str:
    return " ".join(section.heading.text.split()) if section.heading else section.title


def _all_blocks(section: Section) -> Iterable[Block]:
    yield from section.body
    for child in section.children:
        yield from _all_blocks(child)


def _dedented(text: str) -> str:
    """Return lines without their common indentation, each ended by a line feed."""
    from textwrap import dedent

    return dedent(re.sub(r"\r\n?", "\n", text)) + "\n"
