"""Find labels without a value: `**Owner:**` with nothing behind it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from speclint.binding.labels import name_keys, rule_keys
from speclint.binding.model import Binding
from speclint.checks.placeholders import unfilled
from speclint.checks.placeholders.item_places import ItemPlace, bodies, item_places
from speclint.checks.placeholders.lines import line_of
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.blocks import List, Paragraph
from speclint.markdown.document import Field, Section, walk
from speclint.markdown.visibility import is_blank
from speclint.ruleset.model import SectionRule


class LabelsWithoutValue:
    """One walk over the labels of a document."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.document = binding.document
        self.source = self.document.source
        self.text = self.source.text
        self.items: list[ItemPlace] = []
        self.not_chosen: tuple[Span, ...] | None = None
        self.accidents = {heading.span.start for heading in self.document.accidental_headings}
        # Fields that need no value, such as "leave this empty".
        optional = [rule_keys(rule) for rule in binding.rules.fields if not rule.required]
        may_be_empty = frozenset[str]().union(*optional)
        self.empty_fields = {
            field.span.start
            for field in (self.document.fields if may_be_empty else ())
            if not field.value and name_keys(field.name) & may_be_empty
        }

    def find(self) -> Iterator[Finding]:
        """Yield a finding for each label that nothing follows."""
        everywhere = [*self.binding.rules.fields, *self.binding.rules.labels]
        common = frozenset().union(*map(rule_keys, everywhere)) if everywhere else frozenset()
        own = {0: common}
        for section in self.document.sections:
            if section.bold:
                continue
            rule = self.binding.rules_of.get(section.number)
            keys = own.get(rule.number + 1) if rule else common
            if keys is None and rule:
                keys = own[rule.number + 1] = common.union(*map(rule_keys, rule.labels))
            yield from self._in_labels(section, keys or common, rule)

    def _in_labels(
        self, section: Section, keys: frozenset[str], rule: SectionRule | None
    ) -> Iterator[Finding]:
        labels = section.labels
        for i, label in enumerate(labels):
            if label.span.start in self.empty_fields:
                continue
            if label.value or label.place not in ("line", "list", "footer") or label.blocks:
                continue
            if not label.emphasised and label.place != "list":
                continue
            if label.span.start in self.accidents:
                continue  # `**Name:**` right above a lone `-`, which another check explains
            following = labels[i + 1] if i + 1 < len(labels) else None
            if label.place == "list":
                if not self._stands_empty(label) or any(
                    label.span.start in span for span in self._declined()
                ):
                    continue
            elif following is not None and self._near(label, following):
                # A label right above others may be their heading, unless the template knows better.
                known_label = keys & name_keys(label.name)
                if not known_label or not keys & name_keys(following.name):
                    continue
            yield self._no_value(label.name_span, label)
        yield from self._bare_names(section, keys)

    def _no_value(self, span: Span, label: Field) -> Finding:
        return Finding(
            span, f'"{shorten(label.name)}" has no value', accounts_for=line_of(self.source, label.span)
        )

    def _near(self, label: Field, following: Field) -> bool:
        between = self.text[label.span.end : following.span.start]
        return not between.strip(" \t\r\n*-+>_0123456789.)\\")

    def _declined(self) -> tuple[Span, ...]:
        """Return what is below boxes that were not chosen: not ticked, in a list in which others are."""
        if self.not_chosen is None:
            lists = [block for block in walk(self.document.blocks) if isinstance(block, List)]
            self.not_chosen = tuple(
                Span(item.blocks[1].span.start, item.span.end)
                for block in lists
                if any(item.checkbox == "x" for item in block.items)
                for item in block.items
                if item.checkbox == " " and len(item.blocks) > 1
            )
        return self.not_chosen

    def _stands_empty(self, label: Field) -> bool:
        """Return whether nothing belongs to a label in a list, below it or in the items behind it."""
        if not self.items:
            self.items = sorted(item_places(self.document.blocks), key=lambda place: place.item.content_start)
        start = label.span.start
        found = bisect_right(self.items, start, key=lambda place: place.item.content_start) - 1
        if found < 0 or start not in self.items[found].item.span:
            return False
        item, following, list_follows = self.items[found]
        if start > item.content_start + 4 or not is_blank(self.document.source, item.blocks[1:]):
            return False
        if following is None:
            return not list_follows
        # A label before items of another form, or further to the right, is their heading.
        if following.checkbox is not None and item.checkbox is None:
            return False
        if (
            self.source.position(following.marker.start).column
            > self.source.position(item.marker.start).column
        ):
            return False
        text = self.text[following.content_start : following.span.end]
        return text.startswith(("*", "_")) if label.emphasised else bool(unfilled.LABEL.match(text))

    def _bare_names(self, section: Section, keys: frozenset[str]) -> Iterator[Finding]:
        """Yield labels of the template in bold without a colon and without a value: `**As a**`."""
        if not keys:
            return
        for block in (block for body in bodies(section.body) for block in body):
            if not isinstance(block, Paragraph):
                continue
            for i, line in enumerate(block.lines):
                if not self.text.startswith("**", line.start):
                    continue
                match = unfilled.BOLD_NAME.match(self.source.slice(line))
                if match is None or match[1].endswith(":") or not keys & name_keys(match[1]):
                    continue
                peers = len(block.lines) > 1
                if peers and (
                    i + 1 == len(block.lines) or self.text.startswith("**", block.lines[i + 1].start)
                ):
                    span = Span(line.start, line.start + match.end())
                    yield Finding(
                        span, f'"{shorten(match[1])}" has no value', accounts_for=line_of(self.source, span)
                    )
