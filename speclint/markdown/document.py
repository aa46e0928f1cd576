"""A parsed document: its section tree, fields and labels, and walks over them.

Sections come from the headings outside quotes and lists. A heading that is only an accident of
CommonMark (text right above a lone `-` or `=`) opens no section; it is kept in `accidental_headings`
and its text counts as a paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from speclint.markdown.blocks import (
    Block,
    CodeBlock,
    FrontMatter,
    Heading,
    Html,
    LinkDefinition,
    List,
    ListItem,
    Paragraph,
    Quote,
    Table,
    ThematicBreak,
)
from speclint.markdown.inline import normalise_label, plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.parser import parse_blocks
from speclint.markdown.source import Source, Span

FieldNotation = Literal["front-matter", "line", "list", "table", "heading", "footer"]


class Field(NamedTuple):
    """A name and its value, wherever the author put them: metadata and labels alike.

    `name` is the text without emphasis and colon; `value` what follows on the same line (or in the
    cell), trimmed, with one layer of emphasis or code quotes removed; `value_span` is empty, where the
    value belongs, when there is none. `span` runs over name and value. `blocks` are the blocks that
    belong to a label because they follow it before the next label, nested list items included
    (`**Tasks:**` and the list below it). `emphasised` is False for a plain `- Purpose: text`.
    """

    name: str
    name_span: Span
    value: str
    value_span: Span
    span: Span
    place: FieldNotation
    blocks: tuple[Block, ...] = ()
    emphasised: bool = True


class Section(NamedTuple):
    """A node of the heading tree; the root (level 0) has no heading and holds what precedes the first.

    `title` is plain text: the heading without inline markup. `span` runs from the heading to the next
    heading of the same or a higher level; `body` are the blocks before the first child, `body_span`
    their extent from the end of the heading line to the first child or the end. `number` counts the
    sections of a document in order, the root being 0: use it, not the section, as a key. `labels` are
    the fields found in the body. `bold` marks a section that is opened by a bold line of its own
    (`**Unit Tests**`) where no heading stands: such sections are not part of the tree; they are listed
    in `bold_sections` of the section they stand in, and binding may use them.
    """

    number: int
    level: int
    title: str
    heading: Heading | None
    heading_span: Span
    span: Span
    body_span: Span
    body: tuple[Block, ...]
    children: tuple[Section, ...]
    labels: tuple[Field, ...]
    bold_sections: tuple[Section, ...] = ()
    bold: bool = False


class Document(NamedTuple):
    """A parsed text. `fields` are the metadata of the whole document, `sections` all in order.

    `sections` holds the tree in order, then the sections of bold lines, then the footer: the section
    with number n stands at place n. `link_labels` are the normalised labels of link definitions.
    `footer` is what stands behind the last thematic break of the last section when it begins with a
    label or an emphasised line (`**Approval:**`, `*Last updated: ...*`): a section without heading
    that closes the document and belongs to no other.
    """

    source: Source
    blocks: tuple[Block, ...]
    root: Section
    sections: tuple[Section, ...]
    fields: tuple[Field, ...]
    accidental_headings: tuple[Heading, ...]
    link_labels: frozenset[str]
    footer: Section | None = None

    def sections_at(self, offset: int) -> tuple[Section, ...]:
        """The sections of the tree that an offset lies in, from the root to the innermost."""
        path = [self.root]
        while True:
            children = path[-1].children
            before = bisect_right(children, offset, key=lambda section: section.span.start)
            if not before or offset >= children[before - 1].span.end:
                return tuple(path)
            path.append(children[before - 1])

    def section_at(self, offset: int) -> Section:
        """The innermost section of the tree that an offset lies in."""
        return self.sections_at(offset)[-1]


def parse_document(text: str | Source) -> Document:
    """The document in a text."""
    source = text if isinstance(text, Source) else Source(text)
    blocks = parse_blocks(source)
    return _Builder(source, blocks).document()


def walk(blocks: Sequence[Block]) -> Iterator[Block]:
    """Every block of a sequence and below, in the order of the text, containers before what they hold."""
    stack: list[Block | ListItem] = list(reversed(blocks))
    while stack:
        block = stack.pop()
        if isinstance(block, ListItem):
            stack += reversed(block.blocks)
            continue
        yield block
        if isinstance(block, List):
            stack += reversed(block.items)
        elif isinstance(block, Quote):
            stack += reversed(block.blocks)


def items(blocks: Sequence[Block]) -> Iterator[ListItem]:
    """Every list item of a sequence of blocks and below, in the order of the text."""
    for block in walk(blocks):
        if isinstance(block, List):
            yield from block.items


def is_blank(blocks: Sequence[Block]) -> bool:
    """Whether blocks show nothing to a reader: comments, thematic breaks, link definitions, or none."""
    return all(
        isinstance(block, ThematicBreak | LinkDefinition | FrontMatter)
        or (isinstance(block, Html) and block.comment)
        for block in blocks
    )


def runs_on(source: Source, block: Block) -> bool:
    """Whether a block would take in whatever were written below it: an open fence, an open comment."""
    if isinstance(block, CodeBlock):
        return block.fence != "" and not block.closed
    if not isinstance(block, Html):
        return False
    return not isinstance(parse_blocks(Source(f"{source.slice(block.span)}\n\n# End\n"))[-1], Heading)


_ANCHOR = lazy_regex(
    r"(?:<(?P<tag>a|span|div)[ \t][^<>]*?\b(?:id|name)[ \t]*=[^<>]*(?:/>|>[ \t]*</(?P=tag)>)[ \t]*)+"
)


def is_anchor(source: Source, block: Block) -> bool:
    """Whether a block is nothing but an anchor (`<a id="plan"></a>`), which names what stands below it."""
    return (
        isinstance(block, Paragraph | Html)
        and _ANCHOR.fullmatch(source.slice(block.span).strip()) is not None
    )


# A label: `**Name:** value`, `**Name**: value`, `*Name:* value`; a mark or an emoji may precede it.
_LABEL = lazy_regex(
    r"(?:[^\w\s*_`<>\[\](){}|#\"'\\]{1,3}[ \t]+)?"
    r"(?P<mark>\*\*\*|\*\*|\*|__|_)(?=\S)(?P<name>[^*_\n](?:[^*\n]{0,78}?[^*\s])?)(?P=mark)"
    r"(?P<colon>[ \t]?[:：])?"
)

_NEXT_LABEL = lazy_regex(r"(?<![\w*])\*\*(?=\S)(?P<name>[^*\n]{1,60}?)(?:[:：]\*\*|\*\*[ \t]?[:：])")

# The whole of a line in emphasis: `*Last updated: 2025-03-01*`.
_EMPHASISED_LINE = lazy_regex(
    r"(\*{1,3}|_{1,3})(?=[^\s*_])(?P<name>[^*_:\n]{1,60}?)[ \t]?:[ \t]*"
    r"(?P<value>(?=[^\s*_])(?:(?!\1)[^\n])*)\1$"
)

_PLAIN_LABEL = lazy_regex(r"(?P<name>[A-Z][\w/&'’().-]*(?:[ \t]+[\w/&'’().-]+){0,4})[ \t]?:(?=[ \t]|$)")

_BOLD_LINE = lazy_regex(
    r"(?P<mark>\*\*|__)(?=\S)(?P<name>(?:(?!(?P=mark))[^\n]){1,200})(?P=mark)(?P<colon>[ \t]*[:：])?[ \t]*$"
)

_HEADING_FIELD = lazy_regex(r"(?P<name>[^:]{1,60}):[ \t]+(?P<value>\S.*)$")

_FRONT_MATTER_LINE = lazy_regex(
    r"(?P<name>[^\s#:\-][^:\n]{0,60}?)[ \t]*:(?:[ \t]++(?P<value>[^\r\n]*[^ \t\r\n])?)?[ \t]*$"
)

_VALUE_BEHIND = lazy_regex(r"[ \t]+\S")

# What may stand between two labels of one line, and a line break at the end of a value.
_SEPARATORS = " \t-–—|·•;,"

_LINE_BREAK = lazy_regex(r"(?:\\|<br[ \t]{0,3}/?>)[ \t]{0,9}$")

# Chapters that hold metadata rather than text.
_METADATA_TITLES = frozenset(
    ("metadata", "meta", "document information", "document info", "document details", "document control")
)


class _Builder:
    """Builds the document of one parsed source."""

    def __init__(self, source: Source, blocks: tuple[Block, ...]) -> None:
        self.source = source
        self.text = source.text
        self.blocks = blocks
        self.accidental: list[Heading] = []
        # The headings of the tree, None for the root, and the blocks behind each.
        self.headings: list[Heading | None] = [None]
        self.bodies: list[list[Block]] = [[]]
        self.bold: list[Section] = []
        self.sections: list[Section | None] = []
        self.end = len(self.text)

    def document(self) -> Document:
        self._group()
        closing = self._take_footer()
        self.sections = [None] * len(self.headings)
        root = self._section(0)
        footer = None
        if closing:
            start = closing[0].span.start
            footer = Section(
                number=len(self.headings) + len(self.bold),
                level=1,
                title="",
                heading=None,
                heading_span=Span(start, start),
                span=Span(start, len(self.text)),
                body_span=Span(start, len(self.text)),
                body=tuple(closing),
                children=(),
                labels=tuple(self._labels(closing)),
            )
        sections = [section for section in self.sections if section is not None]
        return Document(
            source=self.source,
            blocks=self.blocks,
            root=root,
            sections=(*sections, *self.bold, *((footer,) if footer else ())),
            fields=tuple(self._fields(sections, footer)),
            accidental_headings=tuple(self.accidental),
            link_labels=frozenset(
                normalise_label(block.label)
                for block in (walk(self.blocks) if "]:" in self.text else ())
                if isinstance(block, LinkDefinition)
            ),
            footer=footer,
        )

    def _group(self) -> None:
        """Split the blocks at the headings that open sections."""
        for block in self.blocks:
            if not isinstance(block, Heading):
                self.bodies[-1].append(block)
            elif block.underline is not None and block.underline.end - block.underline.start == 1:
                self.accidental.append(block)
                span = Span(block.span.start, block.lines[-1].end)
                self.bodies[-1].append(Paragraph(span, block.lines))
            else:
                self.headings.append(block)
                self.bodies.append([])

    def _take_footer(self) -> list[Block]:
        """Take from the last section what closes the document behind a thematic break."""
        body = self.bodies[-1]
        cut = len(body)
        if len(self.headings) > 1:
            for i in range(len(body) - 1, -1, -1):
                if isinstance(body[i], ThematicBreak):
                    if i + 1 < len(body) and i + 1 != cut and not self._opens_footer(body[i + 1]):
                        break
                    cut = i
        closing = body[cut:]
        if is_blank(closing):
            return []
        self.end = closing[0].span.start
        del body[cut:]
        return closing

    def _opens_footer(self, block: Block) -> bool:
        return isinstance(block, Paragraph) and self.source.slice(block.lines[0]).startswith(("*", "_"))

    def _section(self, number: int) -> Section:
        """The section of a group, with all below it; headings nest at most six deep."""
        heading = self.headings[number]
        level = heading.level if heading else 0
        children: list[Section] = []
        following = number + 1
        while following < len(self.headings) and self._level(following) > level:
            children.append(self._section(following))
            following = children[-1].number + _size(children[-1])
        end = self._start(following)
        start = heading.span.start if heading else 0
        body_start = heading.span.end if heading else 0
        body = tuple(self.bodies[number])
        section = Section(
            number=number,
            level=level,
            title=plain(heading.text) if heading else "",
            heading=heading,
            heading_span=heading.text_span if heading else Span(start, start),
            span=Span(start, end),
            body_span=Span(body_start, self._start(number + 1)),
            body=body,
            children=tuple(children),
            labels=tuple(self._labels(body)),
            bold_sections=tuple(self._bold_sections(body, level, self._start(number + 1))),
        )
        self.sections[number] = section
        return section

    def _level(self, number: int) -> int:
        heading = self.headings[number]
        return heading.level if heading else 0

    def _start(self, number: int) -> int:
        """Where a group begins, or where the tree ends."""
        heading = self.headings[number] if number < len(self.headings) else None
        return heading.span.start if heading else self.end

    def _bold_sections(self, body: Sequence[Block], level: int, end: int) -> Iterator[Section]:
        """What bold lines of their own would open if they were headings.

        One without a colon runs to the next such; one with a colon to the next bold line of any form.
        """
        lines: list[tuple[int, re.Match[str], bool]] = []
        for i, block in enumerate(body):
            if isinstance(block, Paragraph):
                match = _BOLD_LINE.match(self.text, block.lines[0].start, block.lines[0].end)
                if match:
                    colon = bool(match["colon"]) or match["name"].endswith((":", "："))
                    lines.append((i, match, colon))
        following_any = following_plain = len(body)
        found: list[Section] = []
        for i, match, colon in reversed(lines):
            stop = following_any if colon else following_plain
            following_any = i
            following_plain = following_plain if colon else i
            paragraph = body[i]
            assert isinstance(paragraph, Paragraph)
            rest = paragraph.lines[1:]
            blocks = body[i + 1 : stop]
            if rest:
                blocks = (Paragraph(Span(rest[0].start, paragraph.span.end), rest), *blocks)
            last = body[stop].span.start if stop < len(body) else end
            found.append(
                Section(
                    number=0,
                    level=level + 1,
                    title=plain(match["name"]).rstrip(":："),
                    heading=None,
                    heading_span=Span(match.start(), match.end()),
                    span=Span(match.start(), last),
                    body_span=Span(match.end(), last),
                    body=tuple(blocks),
                    children=(),
                    labels=tuple(self._labels(blocks)),
                    bold=True,
                )
            )
        for section in reversed(found):
            numbered = section._replace(number=len(self.headings) + len(self.bold))
            self.bold.append(numbered)
            yield numbered

    def _fields(self, sections: Sequence[Section], footer: Section | None) -> Iterator[Field]:
        """The metadata of the document."""
        if self.blocks and isinstance(self.blocks[0], FrontMatter):
            yield from self._front_matter(self.blocks[0])
        title = next((section.number for section in sections if section.level == 1), 0)
        for section in sections:
            heading = section.heading
            top = section.number in (0, 1, title)
            if top or section.title.casefold() in _METADATA_TITLES:
                yield from section.labels
            else:
                yield from (label for label in section.labels if label.place == "footer")
            if heading and not top and (match := _HEADING_FIELD.match(self.text, *heading.text_span)):
                yield Field(
                    name=plain(match["name"]),
                    name_span=Span(*match.span("name")),
                    value=_bare(match["value"]),
                    value_span=Span(*match.span("value")),
                    span=Span(*match.span()),
                    place="heading",
                )
        if footer:
            yield from (label._replace(place="footer") for label in footer.labels)

    def _front_matter(self, block: FrontMatter) -> Iterator[Field]:
        """The top-level keys of YAML front matter, without a YAML parser: a scalar, or a list below."""
        first = self.source.line_number(block.body_span.start)
        last = self.source.line_number(max(block.body_span.start, block.body_span.end - 1))
        lines = [self.source.line_span(line) for line in range(first, last + 1)]
        for i, line in enumerate(lines):
            match = _FRONT_MATTER_LINE.match(self.text, *line)
            if match is None or line.start >= block.body_span.end:
                continue
            value = match["value"] or ""
            span = Span(*match.span("value")) if match["value"] else Span(line.end, line.end)
            if value[:1] in ("'", '"') and value.find(value[0], 1) > 0:
                value = value[1 : value.find(value[0], 1)]
            elif "#" in value:
                value = re.split(r"(?:^|[ \t])#", value, maxsplit=1)[0].rstrip()
            if value in ("", "|", ">", "|-", ">-"):
                below = []
                for further in lines[i + 1 :]:
                    text = self.source.slice(further)
                    if text.strip() and not text.startswith((" ", "\t", "-")):
                        break
                    below.append(text.strip().removeprefix("- ").strip("'\""))
                    span = Span(span.start, further.end)
                value = ", ".join(filter(None, below))
            yield Field(
                name=match["name"].strip("'\""),
                name_span=Span(*match.span("name")),
                value=value,
                value_span=span,
                span=Span(line.start, max(span.end, match.end("name"))),
                place="front-matter",
            )

    def _labels(self, blocks: Sequence[Block]) -> list[Field]:
        """The labels in blocks and below, in the order of the text, each with the blocks behind it."""
        found: list[Field] = []
        following = len(blocks)
        # Backwards, so that each label knows where the next one begins.
        for i in range(len(blocks) - 1, -1, -1):
            block = blocks[i]
            if isinstance(block, Paragraph):
                labels = self._paragraph_labels(block, block.lines[0].start, in_list=False)
                if labels:
                    labels[-1] = labels[-1]._replace(blocks=tuple(blocks[i + 1 : following]))
                    found += reversed(labels)
                    following = i
                elif _BOLD_LINE.match(self.text, *block.lines[0]):
                    following = i
            elif isinstance(block, List):
                for item in reversed(block.items):
                    found += reversed(self._item_labels(item))
            elif isinstance(block, Quote):
                found += reversed(self._labels(block.blocks))
            elif isinstance(block, Table):
                found += reversed(list(self._table_labels(block)))
            elif isinstance(block, ThematicBreak):
                following = i
        found.reverse()
        return found

    def _item_labels(self, item: ListItem) -> list[Field]:
        if not item.blocks:
            return []
        first, rest = item.blocks[0], item.blocks[1:]
        if not isinstance(first, Paragraph):
            return self._labels(item.blocks)
        labels = self._paragraph_labels(first, item.content_start, in_list=True)
        if labels:
            following = next(
                (
                    i
                    for i, block in enumerate(rest)
                    if isinstance(block, Paragraph) and self._starts_label(block)
                ),
                len(rest),
            )
            labels[-1] = labels[-1]._replace(blocks=rest[:following])
        return labels + self._labels(rest)

    def _starts_label(self, block: Paragraph) -> bool:
        match = _LABEL.match(self.text, *block.lines[0])
        return match is not None and (bool(match["colon"]) or match["name"].endswith(":"))

    def _paragraph_labels(self, block: Paragraph, start: int, *, in_list: bool) -> list[Field]:
        """The labels at the starts of a paragraph's lines, or behind another label in a line."""
        found: list[Field] = []
        for i, line in enumerate(block.lines):
            begin = max(line.start, start) if i == 0 else line.start
            character = self.text[begin : begin + 1]
            # Most lines begin with a letter, and no label in emphasis does; other labels have a colon.
            unlabelled = character.isalnum() and (
                not "A" <= character <= "Z" or self.text.find(":", begin, line.end) < 0
            )
            if unlabelled and not found:
                if i == 0 and in_list:
                    break
                continue
            end = self._trimmed(begin, line.end)
            whole = _EMPHASISED_LINE.match(self.text, begin, end)
            if whole:
                found.append(self._field(whole, whole.start("value"), whole.end("value"), "footer"))
                continue
            match = _LABEL.match(self.text, begin, end)
            emphasised = match is not None
            if match is None and (in_list or found or i == 0):
                match = _PLAIN_LABEL.match(self.text, begin, end)
                if match is None and not found:
                    if i == 0 and in_list:
                        break
                    continue
            if match is not None and not self._is_label(match, end, emphasised):
                match = None
            if match is None:
                if found and found[-1].place != "footer":
                    found[-1] = self._continued(found[-1], begin, end)
                continue
            place: FieldNotation = "list" if in_list else "line"
            while match is not None:
                further = _NEXT_LABEL.search(self.text, match.end(), end) if emphasised else None
                stop = end
                if further:
                    stop = match.end() + len(self.text[match.end() : further.start()].rstrip(_SEPARATORS))
                found.append(self._field(match, match.end(), stop, place, emphasised))
                match = further
        return found

    def _trimmed(self, start: int, end: int) -> int:
        """The end of a line of text without blanks and line-break marks (`<br>` or a backslash) there."""
        end = start + len(self.text[start:end].rstrip())
        mark = _LINE_BREAK.search(self.text, max(start, end - 20), end)
        return start + len(self.text[start : mark.start()].rstrip()) if mark else end

    def _is_label(self, match: re.Match[str], end: int, emphasised: bool) -> bool:
        """Whether emphasis at the start of a line is a label: it has a colon, or is bold before a value."""
        if not emphasised or match["colon"] or match["name"].endswith((":", "：")):
            return True
        return len(match["mark"]) > 1 and bool(
            _VALUE_BEHIND.match(self.text[match.end() : min(end, match.end() + 20)])
        )

    def _field(
        self, match: re.Match[str], start: int, end: int, place: FieldNotation, emphasised: bool = True
    ) -> Field:
        while start < end and self.text[start] in " \t":
            start += 1
        while start < end and self.text[end - 1] in " \t":
            end -= 1
        return Field(
            name=plain(match["name"]).rstrip(" :："),
            name_span=Span(*match.span("name")),
            value=_bare(self.text[start:end]),
            value_span=Span(start, end),
            span=Span(match.start(), max(end, match.end())),
            place=place,
            emphasised=emphasised,
        )

    def _continued(self, field: Field, start: int, end: int) -> Field:
        """A label whose value goes on in the next line."""
        more = self.text[start:end].strip()
        first = field.value_span.start if field.value else start
        return field._replace(
            value=_bare(f"{field.value} {more}".strip()),
            value_span=Span(first, end),
            span=Span(field.span.start, end),
        )

    def _table_labels(self, table: Table) -> Iterator[Field]:
        """Every cell under the name its column is headed with, and in tables of two columns row by row."""
        header, *rows = table.rows
        if len(header) == 2:
            for row in table.rows:
                if len(row) == 2 and (field := self._cell(row[0], row[1])):
                    yield field
        for row in rows:
            for name, value in zip(header, row, strict=False):
                if field := self._cell(name, value):
                    yield field

    def _cell(self, name: Span, value: Span) -> Field | None:
        title = plain(self.source.slice(name)).rstrip(" :：")
        if not title:
            return None
        span = Span(name.start, value.end) if name.start < value.start else name
        return Field(title, name, _bare(self.source.slice(value)), value, span, "table")


def _bare(value: str) -> str:
    """A value without one layer of code quotes or emphasis around the whole of it."""
    for mark in ("`", "**", "__", "*", "_"):
        inner = value[len(mark) : -len(mark)]
        if value.startswith(mark) and value.endswith(mark) and inner.strip() and mark not in inner:
            return inner.strip()
    return value


def _size(section: Section) -> int:
    """How many sections a section is with all below it."""
    return 1 + sum(map(_size, section.children))
