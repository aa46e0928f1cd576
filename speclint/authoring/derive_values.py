"""Read what a template's fields and labels ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from speclint.authoring.ruleset_draft import ValueDraft
from speclint.authoring.template_document import (
    COMMENT,
    NUMBERED,
    REMARKS,
    TemplateDocument,
    inside,
    is_comment,
)
from speclint.authoring.template_syntax import (
    is_open,
    optional_value,
    value_of,
)
from speclint.diagnostics import Span
from speclint.markdown.blocks import FrontMatter
from speclint.markdown.document import Field
from speclint.markdown.lazy_regex import lazy_regex

_AS_IS = lazy_regex(r"\b(?:leave|keep)\b.{0,20} as (?:it )?is\b|\bleave as is\b", re.IGNORECASE)


class ValueReader:
    """The reading of the values that fields and labels of one template leave open."""

    def __init__(self, template: TemplateDocument) -> None:
        self.template = template
        self._said_of_all = self._general()
        self._said_above = dict(self._directions())

    def value(self, field: Field, name: str) -> ValueDraft:
        """Return what a template's field or label asks of those of documents."""
        raw = self.template.source.slice(field.value_span)
        remark = self._remark(field)
        if field.place == "front-matter":
            raw = re.split(r"(?:^|[ \t])#", raw, maxsplit=1)[0]
        value = value_of(raw.split("\n")[0], remark)
        told = self._said_above.get(name.casefold(), "") if field.place == "front-matter" else ""
        said = map(optional_value, (remark, told, raw, self.template.source.slice(field.name_span)))
        optional = next(filter(None, said), "")
        if not optional and field.place == "front-matter" and not raw.strip("[]{}\"' \t"):
            if _AS_IS.search(told):
                optional = told
            elif not remark and not told:
                optional = "empty in the template"
        return ValueDraft(
            name=name,
            required=not optional,
            type=value.type,
            one_of=value.one_of,
            note=f'"{optional}"' if optional else "",
        )

    def _remark(self, field: Field) -> str:
        """Return the comment on a field: behind it, or in YAML above it; "" for none."""
        line = self.template.source.slice(
            self.template.source.line_span(self.template.source.line_number(field.span.start))
        )
        if field.place != "front-matter":
            return " ".join(found[1].strip() for found in COMMENT.finditer(line))
        behind = re.search(r"[ \t]#[ \t]*(.*)$", line)
        number = self.template.source.line_number(field.span.start)
        above = self.template.source.slice(self.template.source.line_span(number - 1)) if number > 1 else ""
        if behind:
            return behind[1]
        return above.lstrip("# ") if above.startswith("#") else self._said_of_all

    def _general(self) -> str:
        """Return what the first comments of the front matter state about all its fields, "" for nothing."""
        block = self.template.document.blocks[0] if self.template.document.blocks else None
        if not isinstance(block, FrontMatter):
            return ""
        lines = self.template.source.slice(block.body_span).splitlines()[:2]
        said = (line.lstrip("# ") for line in lines if line.startswith("#"))
        return next(
            (text for text in said if re.search(r"(?i)\b(?:elements|fields|keys|metadata)\b", text)), ""
        )

    def _directions(self) -> Iterator[tuple[str, str]]:
        """Yield a field's name, folded, and the text of a line on it (`suite: Leave as is`) in a comment.

        Only comments above the first chapter count.
        """
        names = {
            field.name.casefold() for field in self.template.document.fields if field.place == "front-matter"
        }
        for section in (self.template.document.root, self.template.title):
            for block in filter(is_comment, section.body if section else ()):
                for line in self.template.source.slice(block.span).splitlines():
                    name, colon, text = line.partition(":")
                    if colon and name.strip().casefold() in names:
                        yield name.strip().casefold(), text.strip()

    def is_answer(self, field: Field) -> bool:
        """Return whether a label is a question to the author, and not a remark or an example."""
        if is_open(field.name) or REMARKS.match(field.name) or NUMBERED.match(field.name):
            return False
        if len(field.name.split()) > 6 or not any(map(str.isalpha, field.name)) or "://" in field.name:
            return False
        if field.place == "table":
            return not re.match(
                r"(?i)(?:field|key|item|attribute|property|name|value|metadata|changes?|revision|rev)s?$",
                field.name,
            )
        return (
            ":" in self.template.source.text[field.name_span.start : field.value_span.start]
            or "：" in field.name
        )

    def first(self, labels: Sequence[Field], item: Span) -> Field | None:
        """Return the label that a list item begins with, None if it begins with none."""
        found = next(iter(inside(labels, item)), None)
        if found is None or re.search(r"[\r\n]", self.template.source.text[item.start : found.span.start]):
            return None
        return found
