"""Read the labels that the sections of a template have."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speclint.authoring.derive_text import StandingText
from speclint.authoring.derive_values import ValueReader
from speclint.authoring.ruleset_draft import ValueDraft
from speclint.authoring.template_document import (
    COVERAGE,
    NUMBERED,
    REMARKS,
    TemplateDocument,
    around,
)
from speclint.authoring.template_syntax import (
    has_open,
    is_open,
    optional_value,
    value_of,
)
from speclint.markdown.blocks import List, Quote
from speclint.markdown.document import Field, Section, items
from speclint.markdown.inline import normalise_label
from speclint.markdown.lazy_regex import lazy_regex

# Lists that are open by nature: what stands in them are examples.
_OPEN_LIST = lazy_regex(
    r"\b(?:improvements?|enhancements?|ideas|examples?|roadmap|planned|future|possible|suggest\w+|options?)\b",
    re.IGNORECASE,
)


class LabelReader:
    """The reading of the labels of one template."""

    def __init__(self, template: TemplateDocument, values: ValueReader, standing: StandingText) -> None:
        self.template = template
        self.values = values
        self.standing = standing

    def labels(self, section: Section) -> Iterator[ValueDraft]:
        """Yield the labels in a section's own text, one rule for each name."""
        own = (label for label in section.labels if label.span.start not in self.template.openings)
        found = [label for label in own if self._is_label(section, label)]
        bare = {label.span for label in found if self._is_bare(label)}
        open_list = self._has_open_list(section)
        seen: set[str] = set()
        for label in found:
            key = normalise_label(label.name)
            example = label.place == "list" and open_list and not label.blocks
            alone = label.span in bare and len(bare) < 2
            if key in seen or example or alone:
                continue
            seen.add(key)
            draft = self._draft(label, key)._replace(together=label.span in bare)
            standing = self.standing.is_standing_label(section, label)
            yield draft._replace(proposed=True, one_of=()) if standing else draft

    def _has_open_list(self, section: Section) -> bool:
        """Whether the labels in lists of a section are examples of what may stand there."""
        if _OPEN_LIST.search(section.title):
            return True
        listed = (label for label in section.labels if label.place == "list" and label.emphasised)
        return any(is_open(label.name) or NUMBERED.match(label.name) for label in listed)

    def _draft(self, label: Field, key: str) -> ValueDraft:
        draft = self.values.value(label, re.sub(r"(?i)[ \t]*\(optional\)$", "", label.name))
        raw = self.template.source.slice(label.value_span)
        figure = COVERAGE.search(raw) if "coverage" in key else None
        open_value = value_of(raw).open or has_open(raw)
        return draft._replace(
            checklist=any(item.checkbox for item in items(label.blocks)),
            coverage=float(figure["number"]) if figure else None,
            # Fixed text behind the name may as well be advice.
            proposed=label.place == "list"
            and (bool(raw) or label.name.endswith(")"))
            and not (open_value or figure or self._is_open_below(label)),
        )

    def _is_open_below(self, label: Field) -> bool:
        """Return whether the blocks of a label have something to fill in or to tick."""
        lines = (
            line for block in label.blocks for line in self.template.source.slice(block.span).splitlines()
        )
        return any(item.checkbox for item in items(label.blocks)) or any(map(has_open, lines))

    def _is_label(self, section: Section, label: Field) -> bool:
        if label.span in self.template.field_spans or label.place == "table" or not label.emphasised:
            return False
        opening = self.template.source.text[label.span.start : label.name_span.start]
        if not opening.rstrip().endswith(("**", "__")):
            return False
        block = around(section.body, label.span.start)
        if block is None or isinstance(block, Quote):
            return False
        if isinstance(block, List):
            item = around(block.items, label.span.start)
            if item is None or item.checkbox or self.values.first(section.labels, item.span) is not label:
                return False
        raw = self.template.source.slice(label.value_span)
        if self._is_bare(label):
            return value_of(raw).open and bool(raw) and self._is_name(label.name)
        return self.values.is_answer(label)

    def _is_bare(self, label: Field) -> bool:
        """Return whether a label has no colon: `**As a** [user]`."""
        return ":" not in self.template.source.text[label.name_span.start : label.value_span.start]

    def _is_name(self, name: str) -> bool:
        return not (is_open(name) or REMARKS.match(name) or NUMBERED.match(name)) and len(name.split()) <= 4

    def closing_labels(self) -> Iterator[ValueDraft]:
        """Yield labels of the footer that are no fields: an approval list, notes."""
        footer = self.template.document.footer
        seen: set[str] = set()
        for label in footer.labels if footer else ():
            key = normalise_label(label.name)
            if label.span in self.template.field_spans or key in seen or not label.emphasised:
                continue
            if (label.blocks or is_open(label.value)) and ":" in self.template.source.text[
                label.name_span.start : label.name_span.end + 4
            ]:
                if is_open(label.name) or NUMBERED.match(label.name):
                    continue
                seen.add(key)
                below = (
                    label.value
                    or self.template.source.text[label.blocks[0].span.start : label.blocks[-1].span.end]
                )
                boxed = any(item.checkbox for item in items(label.blocks))
                yield ValueDraft(label.name, required=boxed and not optional_value(below), checklist=boxed)


def merged(instances: list[list[ValueDraft]]) -> list[ValueDraft]:
    """Return the labels of several sections of one rule; labels that one of them lacks are optional."""
    merged: dict[str, ValueDraft] = {}
    count: dict[str, int] = {}
    for labels in instances:
        for label in labels:
            key = normalise_label(label.name)
            known = merged.setdefault(key, label)
            count[key] = count.get(key, 0) + 1
            merged[key] = known._replace(
                checklist=known.checklist and label.checklist,
                one_of=known.one_of if known.one_of == label.one_of else (),
                type=known.type if known.type == label.type else "text",
                required=known.required and label.required,
            )
    return [
        label if count[key] == len(instances) else label._replace(required=False)
        for key, label in merged.items()
    ]
