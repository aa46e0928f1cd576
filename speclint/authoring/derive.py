"""Reads a template, any Markdown that authors start from, into the draft of a rule set.

Pure: text in, draft out. What the template shows beyond doubt becomes a rule; what it may mean becomes a
proposal in a comment, because a rule that is not meant raises false alarms on every document.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, TypeGuard, TypeVar

from speclint.authoring import infer_stages
from speclint.authoring.ruleset_draft import RuleSetDraft, SectionDraft, ValueDraft
from speclint.authoring.template_syntax import (
    Title,
    document_title,
    has_open,
    is_open,
    optional_reason,
    optional_value,
    says_all_optional,
    says_optional,
    series,
    title_of,
    value_of,
)
from speclint.diagnostics import Span
from speclint.markdown.blocks import Block, FrontMatter, Html, List, Paragraph, Quote
from speclint.markdown.document import Document, Field, Section, items, parse_document, walk
from speclint.markdown.inline import normalise_label
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source
from speclint.ruleset.fingerprints import fingerprint, fingerprints, normalise, without_marker
from speclint.ruleset.titles import fold


class _Placed(Protocol):
    @property
    def span(self) -> Span: ...


_P = TypeVar("_P", bound=_Placed)


CHAPTER_LEVEL = 2

_DEEPEST = 6


# Front matter of a page or form, not of the documents made from it.
_FORM_KEYS = frozenset(("about", "labels", "assignees"))

_PAGE_KEYS = frozenset(("layout", "parent", "nav_order", "permalink", "template", "has_children", "sidebar"))

# Words that stand in bold before a remark, not before an answer.
_REMARKS = lazy_regex(
    r"(?:notes?|nb|n\.b\.|warnings?|important|tips?|caution|attention|todo|hints?|examples?|e\.g\.?|info"
    r"|for example|instructions?|guidance|guidelines?|remember|reminder|please.*|see(?: also)?|optional"
    r"|required|action required|disclaimer|how to.*|why|what)$",
    re.IGNORECASE,
)

_NUMBERED = lazy_regex(r"[^\W\d_]+(?: [^\W\d_]+)?(?:[ -]?\d+|[ -][A-D])$")

# Lists that are open by nature: what stands in them are examples.
_OPEN_LIST = lazy_regex(
    r"\b(?:improvements?|enhancements?|ideas|examples?|roadmap|planned|future|possible|suggest\w+|options?)\b",
    re.IGNORECASE,
)

_QUESTIONS = lazy_regex(r"\b(?:open|unresolved) (?:questions?|issues?)\b|^questions?$", re.IGNORECASE)

# Boxes of which an author keeps some.
_PICK = lazy_regex(
    r"\b(?:pick|choose|select|check|tick|mark) (?:one|any|the|all|what|which|an?)\b[^.]{0,40}"
    r"\b(?:appl\w+|relevant|rest|these|following|option|type|box\w*)\b|\bpick one\b|\bdelete as appropriate\b"
    r"|\b(?:delete|remove)\b[^.]{0,40}\b(?:rest|others?|options?|irrelevant|not (?:relevant|appl\w+))\b",
    re.IGNORECASE,
)

_COVERAGE = lazy_regex(r"(?P<number>\d{1,3}(?:\.\d+)?)[ \t]?(?:%|percent)", re.IGNORECASE)

_CREATED = lazy_regex(r"(?:date )?(?:created|creation)(?: (?:on|date|at))?$|start date$", re.IGNORECASE)

_UPDATED = lazy_regex(
    r"(?:last |date )*(?:updated?|modified|changed|revised|edited)(?: (?:on|date|at))?$", re.IGNORECASE
)

_COMMENT = lazy_regex(r"<!--(.*?)(?:-->|$)", re.DOTALL)

# Text that says itself that it will not stay.
_PROMISE = lazy_regex(
    r"[\W_]*(?:needs?|to be|tb[dca]|todo|pending|replace|fill|describe|insert|your|add|write|explain|list"
    r"|please|delete|remove|choose|select|check|include|provide)\b",
    re.IGNORECASE,
)

# Fields that name other documents, of which not every document has any.
_RELATION = lazy_regex(
    r"see[ -]also$|(?:supersed|replac|obsolet)(?:es|ed)(?:[ -]by)?$",
    re.IGNORECASE,
)

_AS_IS = lazy_regex(r"\b(?:leave|keep)\b.{0,20} as (?:it )?is\b|\bleave as is\b", re.IGNORECASE)

# The share of sections with instructions in comments or quotes from which on all other text is meant to stay.
_MOSTLY = 0.5


class NotATemplate(ValueError):
    """A text that shows nothing a rule set could hold; the message says what is missing."""


def derive(text: str | Source, name: str, id: str | None = None, skeleton: str = "") -> RuleSetDraft:
    """The draft of a rule set for the template in a text.

    `name` is the path of the template as people know it, from which the id is made where none is given;
    `skeleton` the path that the rule set names it by. Raises `NotATemplate` for a text without a heading.
    """
    return _Reader(parse_document(text), name, id, skeleton).draft()


class _Group(NamedTuple):
    """Sections of a template that are one rule: the pattern of their titles, and in how many of the
    instances of their parent they stand."""

    title: str
    members: list[tuple[Title, Section]]
    instances: set[int]


class _Reader:
    """Reads one template."""

    def __init__(self, document: Document, name: str, id: str | None, skeleton: str) -> None:
        self.document = document
        self.source = document.source
        self.name = name
        self.given_id = id
        self.skeleton = skeleton
        self.title = self._title()
        self.chapters = [
            section
            for top in document.root.children
            for section in (top.children if top is self.title else (top,))
        ]
        if not self.chapters:
            # Forms for issues have bold lines for headings.
            self.chapters = list(document.root.bold_sections)
        self.base = min((section.level for section in self.chapters), default=CHAPTER_LEVEL)
        # Headings that carry the value of a field: `## Status: [Draft | Final]`.
        self.heading_fields = {
            field.span
            for field in document.fields
            if field.place == "heading" and value_of(self.source.slice(field.value_span)).one_of
        }
        # Labels that open a chapter, and those that are fields: they are not labels of a section too.
        self.openings = {part.heading_span.start for part in self.chapters if part.bold}
        self.field_spans: set[Span] = set()
        self.general = self._general()
        self.directions = dict(self._directions())

    def draft(self) -> RuleSetDraft:
        if not self.chapters and self.title is None:
            raise NotATemplate("no heading in this file: a template has the sections of its documents")
        pattern = (
            document_title(title_of(self.title.heading.text)) if self.title and self.title.heading else ""
        )
        fields = tuple(self._fields())
        sections = tuple(self._sections([self.chapters], CHAPTER_LEVEL - 1, ""))
        id = self.given_id or id_of(self.name, pattern, self.title.title if self.title else "")
        draft = RuleSetDraft(
            id=id,
            name=_readable(pattern) or _spoken(id),
            title=pattern,
            skeleton=self.skeleton,
            fields=tuple(_dated(fields)),
            sections=sections,
            labels=tuple(self._closing_labels()),
            allow=tuple(self._boilerplate()),
            allow_note=(
                "Where the template's instructions are comments or quotes, its other text is meant to stay."
            ),
            checks=tuple(self._checks()),
            preface=(
                f"Derived from {self.name.replace(chr(92), '/').rpartition('/')[2]} by `speclint derive`. "
                "It is meant to be edited: comments and order are for people.",
            ),
        )
        return infer_stages.staged(draft)

    def _checks(self) -> Iterator[tuple[str, str, str]]:
        """Severities, where what stands above the first chapter speaks of all of them."""
        for section in dict.fromkeys((self.document.root, self.title)):
            said = next(filter(None, map(says_all_optional, self._said(section))), "") if section else ""
            if said:
                yield "missing-section", "warning", f'"{said}"'
                return

    # Title and sections

    def _title(self) -> Section | None:
        """The section that is the title of the template, as opposed to a chapter."""
        tops = self.document.root.children
        highest = [top for top in tops if top.level == 1]
        first = highest[0] if highest else tops[0] if len(tops) == 1 else None
        if first is None or first.heading is None:
            return None
        title = title_of(first.heading.text)
        if len(highest) == 1:
            return first if first.children or len(tops) > 1 or first.labels or title.anything else None
        varies = title.anything or "{" in title.text or not first.title
        return first if varies and (first.children or len(tops) > 1) else None

    def _sections(
        self, instances: Sequence[Sequence[Section]], parent_level: int, path: str
    ) -> Iterator[SectionDraft]:
        """The rules for sibling sections, of which repeated parents have several instances."""
        groups = self._groups(instances)
        notes: list[str] = []
        for group in groups:
            if group.title == "{name}" and len(groups) > 1:
                shown = group.members[0][1].title or "..."
                notes.append(f'"{shown}": a heading of the author\'s own; it is not checked.')
                continue
            yield self._section(group, len(instances), parent_level, path, tuple(notes))
            notes = []

    def _groups(self, instances: Sequence[Sequence[Section]]) -> list[_Group]:
        found: dict[str, _Group] = {}
        for number, sections in enumerate(instances):
            titled = [(title_of(s.heading.text if s.heading else s.title), s) for s in sections]
            titled = [(title, section) for title, section in titled if title.text.strip(" -–—.:*_/")]
            for text, (title, section) in zip(series([title for title, _ in titled]), titled, strict=True):
                if title.anything and "{date}" not in text and "{version}" not in text:
                    text = "{name}"
                group = found.setdefault(fold(text), _Group(text, [], set()))
                group.members.append((title, section))
                group.instances.add(number)
        return list(found.values())

    def _section(
        self, group: _Group, of: int, parent_level: int, path: str, notes: tuple[str, ...]
    ) -> SectionDraft:
        sections = [section for _, section in group.members]
        first = sections[0]
        level = min(max(first.level - self.base + CHAPTER_LEVEL, parent_level + 1), _DEEPEST)
        why = next(filter(None, (self._why_optional(*member) for member in group.members)), "")
        if not why and len(group.instances) < of:
            why = f"in {len(group.instances)} of {of} of the template's own"
        labels = self._merged([list(self._labels(section)) for section in sections])
        titles = {fold(child.title) for section in sections for child in section.children}
        # A heading below asks the same already.
        labels = [label for label in labels if fold(label.name) not in titles]
        here = f"{path}/{group.title}"
        children: tuple[SectionDraft, ...] = ()
        if level < _DEEPEST:
            children = tuple(self._sections([section.children for section in sections], level, here))
        repeats = len(sections) > len(group.instances)
        hole = "{" in group.title and not self._is_field(first)
        return SectionDraft(
            title=group.title if "{" in group.title else _unnumbered(group.title),
            level=level if level > parent_level + 1 else None,
            required=not why,
            repeat=repeats or hole,
            labels=tuple(labels),
            checklist="" if any(map(self._has_checklist, sections)) else None,
            coverage=next(filter(None, map(self._coverage, sections)), None),
            sections=children,
            why=why,
            notes=notes,
        )

    def _is_field(self, section: Section) -> bool:
        """Whether a heading carries the value of a field: `## Status: [Draft | Final]`."""
        return section.heading is not None and section.heading.text_span in self.heading_fields

    def _why_optional(self, title: Title, section: Section) -> str:
        """Why a section may be left out, as the template has it; "" for one that may not."""
        if title.remark:
            return f'"{title.remark.strip("*_ ")}" in the heading'
        for text in (*self._above(section), *self._lead(section)):
            if says_optional(text):
                return f'"{optional_reason(text)}"'
        return ""

    def _above(self, section: Section) -> Iterator[str]:
        """The comment right above the heading of a section, if it belongs to that."""
        before = (
            self.document.sections[section.number - 1].body if section.number and not section.bold else ()
        )
        if before and self._is_above(before[-1]):
            yield from _comments(self.source.slice(before[-1].span))

    def _is_above(self, block: Block) -> bool:
        """Whether a block is a comment on the heading below it, from which no blank line parts it."""
        if not _is_comment(block):
            return False
        first, last = (self.source.line_number(line.start) for line in (block.lines[0], block.lines[-1]))
        before = self.source.slice(self.source.line_span(first - 1)) if first > 1 else ""
        after = (
            self.source.slice(self.source.line_span(last + 1)) if last < len(self.source.line_starts) else ""
        )
        return not before.strip() and after.startswith("#")

    def _lead(self, section: Section) -> Iterator[str]:
        """What a section begins with: all comments, or the first paragraph."""
        for i, block in enumerate(section.body):
            if _is_comment(block):
                following = section.body[i + 1] if i + 1 < len(section.body) else None
                for text in _comments(self.source.slice(block.span)):
                    # Right above a text, an "optional element" is that text.
                    touches = (
                        following is not None
                        and self.source.line_number(following.span.start)
                        == self.source.line_number(block.lines[-1].start) + 1
                    )
                    if not self._is_above(block) and not (touches and "element" in text):
                        yield text
                continue
            if isinstance(block, Quote) and block.blocks:
                block = block.blocks[0]
            if isinstance(block, Paragraph):
                yield "\n".join(map(self.source.slice, block.lines)).strip()
            return

    # Fields

    def _fields(self) -> Iterator[ValueDraft]:
        """The metadata of documents: front matter, what stands at the top, and fields in headings."""
        seen: set[str] = set()
        for field in self._field_candidates():
            name = field.name.strip("*_`? ")
            name = re.sub(r"(?i)[ \t]*[(\[](?:optional|required|if applicable|if any)[)\]]$", "", name)
            key = normalise_label(name)
            if not key or key in seen:
                continue
            seen.add(key)
            self.field_spans.add(field.span)
            draft = self._value(field, name)
            if draft.required and _RELATION.match(name):
                draft = draft._replace(required=False, note="not every document has one")
            yield draft

    def _field_candidates(self) -> Iterator[Field]:
        matter = [field for field in self.document.fields if field.place == "front-matter"]
        keys = {field.name.casefold() for field in matter}
        # One that speaks of the template is that of its page, or of a form.
        form = "name" in keys and not keys.isdisjoint(_FORM_KEYS)
        form = form or any(re.search(r"(?i)\btemplate\b", field.value) for field in matter)
        heads = set(self._heads())
        for field in self.document.fields:
            if field.place == "front-matter":
                if not form and field.name.casefold() not in _PAGE_KEYS:
                    yield field
            elif field.place == "heading":
                if field.span in self.heading_fields:
                    yield field
            elif field.place == "footer":
                if field.emphasised and not field.blocks and field.value and self._is_answer(field):
                    yield field
            elif field.span in heads and self._is_answer(field):
                yield field

    def _heads(self) -> Iterator[Span]:
        """The labels at the top, or in a chapter of metadata, that say what the document is."""
        for section in self.document.sections:
            metadata = re.match(r"(?i)(?:meta|document (?:info|details|control))", section.title) is not None
            if section.number == 0 or section is self.title or (metadata and not section.bold):
                for block in section.body:
                    yield from self._heads_in(block, _inside(section.labels, block.span))

    def _heads_in(self, block: Block, labels: Sequence[Field]) -> Iterator[Span]:
        """Those of a block's labels that are not said in passing."""
        if isinstance(block, List):
            # Most items of such a list begin with one.
            firsts = [self._first(labels, item.span) for item in block.items]
            found = [label.span for label in firsts if label is not None]
            if 3 * len(found) >= 2 * len(firsts):
                yield from found
            return
        every = not isinstance(block, Paragraph) or len(labels) >= len(block.lines)
        for label in labels:
            if isinstance(block, Quote):
                if label.emphasised and value_of(self.source.slice(label.value_span)).open:
                    yield label.span
            elif label.blocks and not label.value and not label.emphasised:
                continue  # a line above a list
            elif (every or label.emphasised) and label.span.start not in self.openings:
                yield label.span

    def _first(self, labels: Sequence[Field], item: Span) -> Field | None:
        """The label that a list item begins with."""
        found = next(iter(_inside(labels, item)), None)
        if found is None or re.search(r"[\r\n]", self.source.text[item.start : found.span.start]):
            return None
        return found

    def _is_answer(self, field: Field) -> bool:
        """Whether a label is a question put to the author, and not a remark or an example."""
        if is_open(field.name) or _REMARKS.match(field.name) or _NUMBERED.match(field.name):
            return False
        if len(field.name.split()) > 6 or not any(map(str.isalpha, field.name)) or "://" in field.name:
            return False
        if field.place == "table":
            return not re.match(
                r"(?i)(?:field|key|item|attribute|property|name|value|metadata|changes?|revision|rev)s?$",
                field.name,
            )
        return ":" in self.source.text[field.name_span.start : field.value_span.start] or "：" in field.name

    def _value(self, field: Field, name: str) -> ValueDraft:
        """What a template's field or label asks of the documents'."""
        raw = self.source.slice(field.value_span)
        remark = self._remark(field)
        if field.place == "front-matter":
            raw = re.split(r"(?:^|[ \t])#", raw, maxsplit=1)[0]
        value = value_of(raw.split("\n")[0], remark)
        told = self.directions.get(name.casefold(), "") if field.place == "front-matter" else ""
        said = map(optional_value, (remark, told, raw, self.source.slice(field.name_span)))
        optional = next(filter(None, said), "")
        if not optional and field.place == "front-matter" and not raw.strip():
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
        """The comment that goes with a field: behind it, or in YAML above it."""
        line = self.source.slice(self.source.line_span(self.source.line_number(field.span.start)))
        if field.place != "front-matter":
            return " ".join(found[1].strip() for found in _COMMENT.finditer(line))
        behind = re.search(r"[ \t]#[ \t]*(.*)$", line)
        number = self.source.line_number(field.span.start)
        above = self.source.slice(self.source.line_span(number - 1)) if number > 1 else ""
        if behind:
            return behind[1]
        return above.lstrip("# ") if above.startswith("#") else self.general

    def _general(self) -> str:
        """What the first comments of the front matter say of all its fields."""
        block = self.document.blocks[0] if self.document.blocks else None
        if not isinstance(block, FrontMatter):
            return ""
        lines = self.source.slice(block.body_span).splitlines()[:2]
        said = (line.lstrip("# ") for line in lines if line.startswith("#"))
        return next(
            (text for text in said if re.search(r"(?i)\b(?:elements|fields|keys|metadata)\b", text)), ""
        )

    def _directions(self) -> Iterator[tuple[str, str]]:
        """What comments above the first chapter say of single fields, a line each: `suite: Leave as is`."""
        names = {field.name.casefold() for field in self.document.fields if field.place == "front-matter"}
        for section in (self.document.root, self.title):
            for block in filter(_is_comment, section.body if section else ()):
                for line in self.source.slice(block.span).splitlines():
                    name, colon, text = line.partition(":")
                    if colon and name.strip().casefold() in names:
                        yield name.strip().casefold(), text.strip()

    # Labels

    def _labels(self, section: Section) -> Iterator[ValueDraft]:
        """The labels that a section's own text has, one rule for those of a name."""
        own = (label for label in section.labels if label.span.start not in self.openings)
        found = [label for label in own if self._is_label(section, label)]
        listed = [label for label in section.labels if label.place == "list" and label.emphasised]
        examples = any(is_open(label.name) or _NUMBERED.match(label.name) for label in listed)
        bare = {label.span for label in found if self._is_bare(label)}
        open_list = examples or _OPEN_LIST.search(section.title) is not None
        seen: set[str] = set()
        for label in found:
            key = normalise_label(label.name)
            in_list = label.place == "list"
            if (
                key in seen
                or (in_list and open_list and not label.blocks)
                or (label.span in bare and len(bare) < 2)
            ):
                continue
            seen.add(key)
            draft = self._value(label, re.sub(r"(?i)[ \t]*\(optional\)$", "", label.name))
            raw = self.source.slice(label.value_span)
            boxed = any(item.checkbox for item in items(label.blocks))
            value = value_of(raw)
            figure = _COVERAGE.search(raw) if "coverage" in key else None
            yield draft._replace(
                checklist=boxed,
                coverage=float(figure["number"]) if figure else None,
                together=label.span in bare,
                # Fixed text behind the name may as well be advice.
                proposed=in_list
                and bool(raw)
                and not (value.open or has_open(raw) or label.blocks or figure),
            )

    def _is_label(self, section: Section, label: Field) -> bool:
        if label.span in self.field_spans or label.place == "table" or not label.emphasised:
            return False
        opening = self.source.text[label.span.start : label.name_span.start]
        if not opening.rstrip().endswith(("**", "__")):
            return False
        block = _around(section.body, label.span.start)
        if block is None or isinstance(block, Quote):
            return False
        if isinstance(block, List):
            item = _around(block.items, label.span.start)
            if item is None or item.checkbox or self._first(section.labels, item.span) is not label:
                return False
        raw = self.source.slice(label.value_span)
        if self._is_bare(label):
            return value_of(raw).open and bool(raw) and self._is_name(label.name)
        return self._is_answer(label)

    def _is_bare(self, label: Field) -> bool:
        """Whether a label has no colon: `**As a** [user]`."""
        return ":" not in self.source.text[label.name_span.start : label.value_span.start]

    def _is_name(self, name: str) -> bool:
        return not (is_open(name) or _REMARKS.match(name) or _NUMBERED.match(name)) and len(name.split()) <= 4

    def _merged(self, instances: list[list[ValueDraft]]) -> list[ValueDraft]:
        """The labels of several sections that are one rule; what one of them lacks may be left out."""
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

    def _closing_labels(self) -> Iterator[ValueDraft]:
        """Labels of the footer that are no fields: an approval list, notes."""
        footer = self.document.footer
        seen: set[str] = set()
        for label in footer.labels if footer else ():
            key = normalise_label(label.name)
            if label.span in self.field_spans or key in seen or not label.emphasised:
                continue
            if (label.blocks or is_open(label.value)) and ":" in self.source.text[
                label.name_span.start : label.name_span.end + 4
            ]:
                if is_open(label.name) or _NUMBERED.match(label.name):
                    continue
                seen.add(key)
                below = (
                    label.value or self.source.text[label.blocks[0].span.start : label.blocks[-1].span.end]
                )
                boxed = any(item.checkbox for item in items(label.blocks))
                yield ValueDraft(label.name, required=boxed and not optional_value(below), checklist=boxed)

    # What a section holds

    def _has_checklist(self, section: Section) -> bool:
        """Whether the text of a section has boxes that all its documents have."""
        if _QUESTIONS.search(section.title) or any(map(_PICK.search, self._said(section))):
            return False
        claimed = [block for label in section.labels if label.emphasised for block in label.blocks]
        return any(item.checkbox and not _around(claimed, item.span.start) for item in items(section.body))

    def _said(self, section: Section) -> Iterator[str]:
        for block in walk(section.body):
            if isinstance(block, Html):
                yield " ".join(self.source.slice(block.span).split())
            elif isinstance(block, Paragraph):
                yield " ".join(" ".join(map(self.source.slice, block.lines)).split())

    def _coverage(self, section: Section) -> float | None:
        """The figure of test coverage that a box of a section asks for."""
        for item in items(section.body):
            line = self.source.slice(item.span)
            if item.checkbox and re.search(r"(?i)\bcoverage\b", line) and (found := _COVERAGE.search(line)):
                return min(float(found["number"]), 100.0)
        return None

    def _boilerplate(self) -> Iterator[str]:
        """The lines that a template means to stay: its open text, where instructions are comments."""
        sections = [section for section in self.document.sections[1:] if not section.bold and section.heading]
        commented = [section for section in sections if any(map(_is_comment, section.body))]
        quoted = [section for section in sections if any(isinstance(block, Quote) for block in section.body)]
        spoken = [section for section in sections if any(self._prose(section))]
        if len(commented) >= _MOSTLY * len({*_numbers(commented), *_numbers(spoken)}) > 0:
            told = sections
        elif len(quoted) >= _MOSTLY * len({*_numbers(quoted), *_numbers(spoken)}) > 0:
            # Where a quote tells what to write; without one, a text tells it itself.
            told = quoted
        else:
            return
        tokens = fingerprints(self.source.text)
        seen: set[str] = set()
        for section in told:
            for line in self._prose(section, quotes=told is not quoted):
                text = without_marker(line).strip()
                if fingerprint("text", normalise(line)) in tokens and text not in seen:
                    seen.add(text)
                    yield text

    def _prose(self, section: Section, quotes: bool = True) -> Iterator[str]:
        """The lines of a section's text, with or without that of quotes, that leave nothing open and ask
        for nothing."""
        body = [block for block in section.body if quotes or not isinstance(block, Quote)]
        for block in walk(body):
            for line in self._closed_lines(block) if isinstance(block, Paragraph) else ():
                text = self.source.slice(line)
                if not _inside(section.labels, line) and not has_open(text) and not _PROMISE.match(text):
                    yield text

    def _closed_lines(self, paragraph: Paragraph) -> Iterator[Span]:
        """The lines of a paragraph without those of brackets that open in one line and close in another."""
        depth = 0
        closed: list[Span] = []
        for line in paragraph.lines:
            before = depth
            for mark in re.findall(r"[\[\]{}]", self.source.slice(line)):
                depth = max(0, depth + (1 if mark in "[{" else -1))
            if not before and not depth:
                closed.append(line)
        yield from closed if not depth else paragraph.lines


def _around(parts: Sequence[_P], offset: int) -> _P | None:
    """That of some parts of a text, which stand in order, in which a place lies."""
    before = bisect_right(parts, offset, key=lambda part: part.span.start) - 1
    return parts[before] if before >= 0 and offset < parts[before].span.end else None


def _inside(labels: Sequence[Field], span: Span) -> Sequence[Field]:
    """The labels, given in order, that begin in a span."""
    start = bisect_left(labels, span.start, key=lambda label: label.span.start)
    return labels[start : bisect_left(labels, span.end, key=lambda label: label.span.start)]


def _numbers(sections: Sequence[Section]) -> Iterator[int]:
    return (section.number for section in sections)


def _is_comment(block: Block) -> TypeGuard[Html]:
    return isinstance(block, Html) and block.comment


def _comments(html: str) -> Iterator[str]:
    """The texts of the comments in HTML."""
    return (found[1].strip() for found in _COMMENT.finditer(html))


def _dated(fields: Sequence[ValueDraft]) -> Iterator[ValueDraft]:
    """Fields in which a date of the last change cannot be before that of the first version."""
    created = next((f for f in fields if f.type == "date" and _CREATED.match(f.name)), None)
    for field in fields:
        later = created is not None and field.type == "date" and _UPDATED.match(field.name)
        yield field._replace(not_before=created.name) if created and later else field


def id_of(path: str, title: str, heading: str) -> str:
    """A short name for the template at a path, from what of it says most.

    Names like `0000-template.md` or `README.md` say nothing; the title, its pattern or the folder do then.
    """
    parts = re.split(r"[/\\]", path)
    stem = parts[-1].rpartition(".")[0] or parts[-1]
    folder = parts[-2] if len(parts) > 1 else ""
    for text in (stem, _readable(title), folder, heading):
        words = [word for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in _SAYING_NOTHING]
        words = [word for word in words if not re.fullmatch(r"\d+|[nxy]{2,}", word)]
        if words:
            return "-".join(words[:6])
    return "rule-set"


_SAYING_NOTHING = frozenset(
    (
        "template",
        "templates",
        "readme",
        "index",
        "skeleton",
        "md",
        "the",
        "a",
        "an",
        "your",
        "name",
        "title",
        "docs",
        "stdin",
        "example",
    )
)


_ACRONYMS = frozenset(("adr", "api", "eip", "faq", "hld", "kep", "lld", "pep", "pr", "prd", "rfc", "rfd"))


def _readable(pattern: str) -> str:
    """The words of a title pattern that are fixed, as the name of a template."""
    words = re.sub(r"\{\w+\}", " ", pattern)
    return " ".join(re.sub(r"[^\w\s/&'’-]", " ", words).split()).strip(" -–—_/")


def _spoken(id: str) -> str:
    """An id as people read it."""
    words = [word.upper() if word in _ACRONYMS else word for word in re.split(r"[._-]", id)]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _unnumbered(title: str) -> str:
    """A title without the number of its chapter, which does not count."""
    shorter = re.sub(r"^\(?\d+(?:\.\d+)*[.):]?[ \t]+(?=\S)", "", title)
    return shorter if fold(shorter) == fold(title) else title
