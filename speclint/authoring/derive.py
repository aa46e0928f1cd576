"""Read a template, any Markdown that authors start from, into the draft of a rule set.

Pure: text in, draft out. What the template certainly shows becomes a rule; what it may mean becomes a
proposal in a comment, because a rule that is not meant causes false alarms in every document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.authoring import infer_stages
from speclint.authoring.derive_fields import FieldReader
from speclint.authoring.derive_items import ItemReader
from speclint.authoring.derive_items import merged as merged_items
from speclint.authoring.derive_labels import LabelReader, merged
from speclint.authoring.derive_optional import OptionalReader
from speclint.authoring.derive_tables import TableReader
from speclint.authoring.derive_tables import merged as merged_tables
from speclint.authoring.derive_text import StandingText
from speclint.authoring.derive_values import ValueReader
from speclint.authoring.optional_sections import says_all_optional
from speclint.authoring.ruleset_draft import RuleSetDraft, SectionDraft, ValueDraft
from speclint.authoring.template_document import (
    CHAPTER_LEVEL,
    COVERAGE,
    TemplateDocument,
    around,
)
from speclint.authoring.template_syntax import (
    Title,
    document_title,
    series,
    title_of,
)
from speclint.markdown.blocks import Html, Paragraph
from speclint.markdown.document import Document, Section, items, parse_document, walk
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source
from speclint.ruleset.titles import fold

_DEEPEST = 6

_QUESTIONS = lazy_regex(r"\b(?:open|unresolved) (?:questions?|issues?)\b|^questions?$", re.IGNORECASE)

# Boxes of which an author keeps some.
_PICK = lazy_regex(
    r"\b(?:pick|choose|select|check|tick|mark) (?:one|any|the|all|what|which|an?)\b[^.]{0,40}"
    r"\b(?:appl\w+|relevant|rest|these|following|option|type|box\w*)\b|\bpick one\b|\bdelete as appropriate\b"
    r"|\b(?:delete|remove)\b[^.]{0,40}\b(?:rest|others?|options?|irrelevant|not (?:relevant|appl\w+))\b",
    re.IGNORECASE,
)

_CREATED = lazy_regex(r"(?:date )?(?:created|creation)(?: (?:on|date|at))?$|start date$", re.IGNORECASE)

_UPDATED = lazy_regex(
    r"(?:last |date )*(?:updated?|modified|changed|revised|edited)(?: (?:on|date|at))?$", re.IGNORECASE
)

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


class NotATemplate(ValueError):
    """A text from which no rule set can be derived; the message states what is missing."""


def derive(text: str | Source, name: str, id: str | None = None, skeleton: str = "") -> RuleSetDraft:
    """Return the draft of a rule set for the template in a text.

    `name` is the path of the template, from which the id is made if `id` is None; `skeleton` is the path that
    the rule set refers to it by. Raise `NotATemplate` for a text without a heading.
    """
    return _Reader(parse_document(text), name, id, skeleton).draft()


class _Group(NamedTuple):
    """Sections of a template that are one rule.

    `title` is the pattern of their titles, and `instances` are those of their parent that have one.
    """

    title: str
    members: list[tuple[Title, Section]]
    instances: set[int]


class _Reader:
    """The reading of one template."""

    def __init__(self, document: Document, name: str, id: str | None, skeleton: str) -> None:
        self.template = TemplateDocument(document)
        self.name = name
        self.given_id = id
        self.skeleton = skeleton
        values = ValueReader(self.template)
        self.standing = StandingText(self.template)
        self.fields = FieldReader(self.template, values, self.standing)
        self.labels = LabelReader(self.template, values, self.standing)
        self.tables = TableReader(self.template)
        self.items = ItemReader(self.template)
        self.optional = OptionalReader(self.template, self.standing)

    def draft(self) -> RuleSetDraft:
        if not self.template.chapters and self.template.title is None:
            raise NotATemplate("no heading in this file: a template has the sections of its documents")
        pattern = (
            document_title(title_of(self.template.title.heading.text))
            if self.template.title and self.template.title.heading
            else ""
        )
        fields = tuple(self.fields.fields())
        sections = tuple(self._sections([self.template.chapters], CHAPTER_LEVEL - 1, ""))
        id = self.given_id or id_of(
            self.name, pattern, self.template.title.title if self.template.title else ""
        )
        draft = RuleSetDraft(
            id=id,
            name=name_of(pattern, id),
            title=pattern,
            skeleton=self.skeleton,
            fields=tuple(_dated(fields)),
            sections=sections,
            labels=tuple(self.labels.closing_labels()),
            allow=tuple(self.standing.lines()),
            allow_note="Standing text of the template: it may stay, and it may go.",
            checks=tuple(self._checks(sections)),
            preface=(
                f"Derived from {self.name.replace(chr(92), '/').rpartition('/')[2]} by `speclint derive`. "
                "It is meant to be edited: comments and order are for people.",
            ),
        )
        return infer_stages.staged(draft)

    def _checks(self, sections: Sequence[SectionDraft]) -> Iterator[tuple[str, str, str]]:
        """Yield severities: of what all chapters may lack, and of what documents may have in other words."""
        if any(map(_has_items, sections)):
            yield "missing-item", "warning", "documents that are older than a box do not have it"
        for section in dict.fromkeys((self.template.document.root, self.template.title)):
            said = next(filter(None, map(says_all_optional, self._texts(section))), "") if section else ""
            if said:
                yield "missing-section", "warning", f'"{said}"'
                return

    def _sections(
        self, instances: Sequence[Sequence[Section]], parent_level: int, path: str
    ) -> Iterator[SectionDraft]:
        """Yield the rules for sibling sections; a repeated parent has several instances."""
        groups = self._groups(instances)
        notes: list[str] = []
        for group in groups:
            if len(groups) > 1 and _is_authors(group, groups):
                shown = group.members[0][1].title or "..."
                notes.append(f'"{shown}": a heading of the author\'s own; it is not checked.')
                continue
            yield self._section(group, len(instances), parent_level, path, tuple(notes))
            notes = []

    def _groups(self, instances: Sequence[Sequence[Section]]) -> list[_Group]:
        """Return sibling sections by their titles, which may differ by a number from instance to instance."""
        found: dict[str, _Group] = {}
        titled = [
            (number, title_of(section.heading.text if section.heading else section.title), section)
            for number, sections in enumerate(instances)
            for section in sections
        ]
        titled = [entry for entry in titled if entry[1].text.strip(" -–—.:*_/")]
        for text, (number, title, section) in zip(
            series([title for _, title, _ in titled]), titled, strict=True
        ):
            if title.anything and not title.numbered and "{date}" not in text and "{version}" not in text:
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
        level = min(max(first.level - self.template.base + CHAPTER_LEVEL, parent_level + 1), _DEEPEST)
        why = next(filter(None, (self.optional.why(*member) for member in group.members)), "")
        if not why and len(group.instances) < of:
            why = f"in {len(group.instances)} of {of} of the template's own"
        if not why and group.title == "{name}" and path.endswith("/{name}"):
            why = "what has a name of the author's own may be grouped, or not"
        labels = merged([list(self.labels.labels(section)) for section in sections])
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
            may_be_empty=all(map(self.optional.may_be_empty, sections)),
            labels=tuple(labels),
            tables=merged_tables([list(self.tables.tables(section)) for section in sections]),
            checklist="" if any(map(self._has_checklist, sections)) else None,
            items=self._items(sections),
            coverage=next(filter(None, map(self._coverage, sections)), None),
            sections=children,
            why=why,
            notes=notes,
        )

    def _is_field(self, section: Section) -> bool:
        """Return whether a heading has the value of a field: `## Status: [Draft | Final]`."""
        return section.heading is not None and section.heading.text_span in self.template.heading_fields

    def _has_checklist(self, section: Section) -> bool:
        """Return whether the text of a section has boxes that all its documents have."""
        if _QUESTIONS.search(section.title) or any(map(_PICK.search, self._texts(section))):
            return False
        claimed = [block for label in section.labels if label.emphasised for block in label.blocks]
        return any(item.checkbox and not around(claimed, item.span.start) for item in items(section.body))

    def _items(self, sections: Sequence[Section]) -> tuple[str, ...]:
        """Return the boxes that every section of a rule has, outside the lists of its labels."""
        if not all(map(self._has_checklist, sections)):
            return ()
        found: list[tuple[str, ...]] = []
        for section in sections:
            claimed = [block for label in section.labels if label.emphasised for block in label.blocks]
            found.append(self.items.items(section.title, section.body, claimed))
        return merged_items(found)

    def _texts(self, section: Section) -> Iterator[str]:
        for block in walk(section.body):
            if isinstance(block, Html):
                yield " ".join(self.template.source.slice(block.span).split())
            elif isinstance(block, Paragraph):
                yield " ".join(" ".join(map(self.template.source.slice, block.lines)).split())

    def _coverage(self, section: Section) -> float | None:
        """Return the test coverage, in percent, that a box of a section asks for, None for none."""
        for item in items(section.body):
            line = self.template.source.slice(item.span)
            if item.checkbox and re.search(r"(?i)\bcoverage\b", line) and (found := COVERAGE.search(line)):
                return min(float(found["number"]), 100.0)
        return None


def _dated(fields: Sequence[ValueDraft]) -> Iterator[ValueDraft]:
    """Yield fields in which a date of the last change must not be before that of the first version."""
    created = next((f for f in fields if f.type == "date" and _CREATED.match(f.name)), None)
    for field in fields:
        later = created is not None and field.type == "date" and _UPDATED.match(field.name)
        yield field._replace(not_before=created.name) if created and later else field


def _is_authors(group: _Group, groups: Sequence[_Group]) -> bool:
    """Return whether the titles of a group are headings of the author's own among the template's.

    With a number in front they are so where the others are numbered alike.
    """
    if group.title == "{name}":
        return True
    others = (title for other in groups if other is not group for title, _ in other.members)
    return group.members[0][0].numbered and any(title.text[:1].isdigit() for title in others)


def _has_items(section: SectionDraft) -> bool:
    return bool(section.items) or any(map(_has_items, section.sections))


def id_of(path: str, title: str, heading: str) -> str:
    """Return a short id for the template at a path, from the most specific of its names.

    File names like `0000-template.md` or `README.md` are not specific; then it is the title's pattern, the
    folder or the heading. "rule-set" if none is.
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


def name_of(title: str, id: str) -> str:
    """Return the name of a template for people: the fixed words of its title's pattern, or else its id."""
    return _readable(title) or _spoken(id)


def _readable(pattern: str) -> str:
    """Return the fixed words of a title pattern, as the name of a template."""
    words = re.sub(r"\{\w+\}", " ", pattern)
    return " ".join(re.sub(r"[^\w\s/&'’-]", " ", words).split()).strip(" -–—_/")


def _spoken(id: str) -> str:
    """Return an id as people read it: with spaces, a capital letter and known acronyms."""
    words = [word.upper() if word in _ACRONYMS else word for word in re.split(r"[._-]", id)]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _unnumbered(title: str) -> str:
    """Return a title without the number of its chapter, if the number makes no difference when folded."""
    shorter = re.sub(r"^\(?\d+(?:\.\d+)*[.):]?[ \t]+(?=\S)", "", title)
    return shorter if fold(shorter) == fold(title) else title
