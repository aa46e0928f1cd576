"""Read the metadata that a template asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from speclint.authoring.derive_text import StandingText
from speclint.authoring.derive_values import ValueReader
from speclint.authoring.instructions import is_legend
from speclint.authoring.ruleset_draft import ValueDraft
from speclint.authoring.template_document import (
    TemplateDocument,
    inside,
)
from speclint.authoring.template_syntax import (
    value_of,
)
from speclint.diagnostics import Span
from speclint.markdown.blocks import Block, List, Paragraph, Quote
from speclint.markdown.document import Field
from speclint.markdown.inline import normalise_label
from speclint.markdown.lazy_regex import lazy_regex

# Front matter of a page or form, not of the documents made from it.
_FORM_KEYS = frozenset(("about", "labels", "assignees"))

_PAGE_KEYS = frozenset(("layout", "parent", "nav_order", "permalink", "template", "has_children", "sidebar"))

# Fields that name other documents, of which not every document has any.
_RELATION = lazy_regex(
    r"see[ -]also$|(?:supersed|replac|obsolet)(?:es|ed)(?:[ -]by)?$",
    re.IGNORECASE,
)


# When a field is owed, behind its name: `category (*only required for proposals)`.
_REMARK = lazy_regex(
    r"[ \t]*[(\[][*_ \t]*(?:(?:only|not)[ \t]+)?(?:optional|required|mandatory|needed|if|when)\b"
    r"[^()\[\]]*[)\]]$",
    re.IGNORECASE,
)


# A value with as many words is likely a sentence.
_SENTENCE = 6


class FieldReader:
    """The reading of the fields of one template."""

    def __init__(self, template: TemplateDocument, values: ValueReader, standing: StandingText) -> None:
        self.template = template
        self.values = values
        self.standing = standing

    def fields(self) -> Iterator[ValueDraft]:
        """Yield the metadata of documents: front matter, labels at the top, and fields in headings."""
        seen: set[str] = set()
        for field in self._field_candidates():
            name = field.name.strip("*_`? ")
            name = _REMARK.sub("", name)
            key = normalise_label(name)
            if not key or key in seen:
                continue
            seen.add(key)
            self.template.field_spans.add(field.span)
            draft = self.values.value(field, name)
            if draft.required and _RELATION.match(name):
                draft = draft._replace(required=False, note="not every document has one")
            yield draft

    def _field_candidates(self) -> Iterator[Field]:
        matter = [field for field in self.template.document.fields if field.place == "front-matter"]
        keys = {field.name.casefold() for field in matter}
        # One that speaks of the template is that of its page, or of a form.
        form = "name" in keys and not keys.isdisjoint(_FORM_KEYS)
        form = form or any(re.search(r"(?i)\btemplate\b", field.value) for field in matter)
        metadata = set(self._metadata_labels())
        listed = set(self._labels_of_items())
        for field in self.template.document.fields:
            if field.place == "front-matter":
                if not form and field.name.casefold() not in _PAGE_KEYS:
                    yield field
            elif field.place == "heading":
                if field.span in self.template.heading_fields:
                    yield field
            elif not self.values.is_answer(field) or self._is_standing(field):
                continue
            elif field.place == "footer":
                if field.emphasised and not field.blocks and field.value and field.span not in listed:
                    yield field
            elif field.span in metadata:
                yield field

    def _is_standing(self, field: Field) -> bool:
        """Return whether a line says something of its own: `**Tests**: they are written before the work`."""
        title = self.template.title
        if title is None or not self.standing.is_standing_label(title, field):
            return False
        return is_legend(field.name, field.value) or len(field.value.split()) >= _SENTENCE

    def _labels_of_items(self) -> Iterator[Span]:
        """Yield the labels in lists of something else, such as tasks: they describe an item."""
        for section in self.template.document.sections:
            for block in section.body:
                if isinstance(block, List):
                    labels = inside(section.labels, block.span)
                    own = set(self._metadata_labels_in(block, labels))
                    yield from (label.span for label in labels if label.span not in own)

    def _metadata_labels(self) -> Iterator[Span]:
        """Yield the labels at the top, or in a chapter of metadata, that describe the document."""
        for section in self.template.document.sections:
            metadata = re.match(r"(?i)(?:meta|document (?:info|details|control))", section.title) is not None
            if section.number == 0 or section is self.template.title or (metadata and not section.bold):
                for block in section.body:
                    yield from self._metadata_labels_in(block, inside(section.labels, block.span))

    def _metadata_labels_in(self, block: Block, labels: Sequence[Field]) -> Iterator[Span]:
        """Yield those of a block's labels that are not merely part of a text."""
        if isinstance(block, List):
            # Most items of such a list begin with one.
            firsts = [self.values.first(labels, item.span) for item in block.items]
            found = [label.span for label in firsts if label is not None]
            if 3 * len(found) >= 2 * len(firsts):
                yield from found
            return
        every = not isinstance(block, Paragraph) or len(labels) >= len(block.lines)
        for label in labels:
            if isinstance(block, Quote):
                if label.emphasised and value_of(self.template.source.slice(label.value_span)).open:
                    yield label.span
            elif label.blocks and not label.value and not label.emphasised:
                continue  # a line above a list
            elif (every or label.emphasised) and label.span.start not in self.template.openings:
                yield label.span
