"""Parse a document: its section tree, fields and labels, and walks over them.

Sections come from the headings outside quotes and lists. A heading that is only an accident of CommonMark
(text right above a lone `-` or `=`, prose above `---`) opens no section; it is kept in
`accidental_headings` and its text counts as a paragraph.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.diagnostics import Span
from speclint.markdown.accidental_headings import is_accidental
from speclint.markdown.blocks import (
    Block,
    CodeBlock,
    Heading,
    Html,
    LinkDefinition,
    List,
    ListItem,
    Paragraph,
    Quote,
    ThematicBreak,
)
from speclint.markdown.html_headings import html_heading
from speclint.markdown.inline import normalise_label, plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.metadata.field import Field as Field
from speclint.markdown.metadata.labels import BOLD_LINE, find_labels
from speclint.markdown.metadata.notations import AT_THE_TOP, IN_HEADINGS
from speclint.markdown.parser import parse_blocks
from speclint.markdown.source import Source
from speclint.markdown.visibility import is_blank


class Section(NamedTuple):
    """A node of the heading tree; the root (level 0) has no heading and holds what precedes the first.

    `title` is plain text: the heading without inline markup. `span` runs from the heading to the next heading
    of the same or a higher level; `body` are the blocks before the first child, `body_span` their extent from
    the end of the heading line to the first child or the end. `number` counts the sections of a document in
    order, the root being 0: use it, not the section, as a key. `labels` are the fields found in the body.
    `bold` marks a section that is opened by a bold line of its own (`**Unit Tests**`) instead of a heading:
    such sections are not part of the tree; they are listed in `bold_sections` of the section they are in, and
    binding may use them.
    """

    number: int
    level: int
    title: str
    heading: Heading | None
    heading_span: Span
    span: Span
    body_span: Span
    body: tuple[Block, ...]
    children: "tuple[Section, ...]"
    labels: tuple[Field, ...]
    bold_sections: "tuple[Section, ...]" = ()
    bold: bool = False


class Document(NamedTuple):
    """A parsed text. `fields` are the metadata of the whole document, `sections` all in order.

    `sections` holds the tree in order, then the sections of bold lines, then the footer: the section with
    number n is at index n. `link_labels` are the normalised labels of link definitions. `footer` is what
    follows the last thematic break of the last section when it begins with a label or an emphasised line
    (`**Approval:**`, `*Last updated: ...*`): a section without heading that closes the document and belongs
    to no other.
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
        """Return the sections of the tree that an offset lies in, from the root to the innermost."""
        path = [self.root]
        while True:
            children = path[-1].children
            before = bisect_right(children, offset, key=lambda section: section.span.start)
            if not before or offset >= children[before - 1].span.end:
                return tuple(path)
            path.append(children[before - 1])

    def section_at(self, offset: int) -> Section:
        """Return the innermost section of the tree that an offset lies in."""
        return self.sections_at(offset)[-1]


def parse_document(text: str | Source) -> Document:
    """Return the document in a text; any text is one."""
    source = text if isinstance(text, Source) else Source(text)
    blocks = parse_blocks(source)
    return _Builder(source, blocks).document()


def walk(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield every block of a sequence and below, in the order of the text, containers before content."""
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
    """Yield every list item of a sequence of blocks and below, in the order of the text."""
    for block in walk(blocks):
        if isinstance(block, List):
            yield from block.items


def runs_on(source: Source, block: Block) -> bool:
    """Return whether a block would absorb any text below it: an open fence or an open comment."""
    if isinstance(block, CodeBlock):
        return block.fence != "" and not block.closed
    if not isinstance(block, Html):
        return False
    return not isinstance(parse_blocks(Source(f"{source.slice(block.span)}\n\n# End\n"))[-1], Heading)


_ANCHOR = lazy_regex(
    r"(?:<(?P<tag>a|span|div)[ \t][^<>]*?\b(?:id|name)[ \t]*=[^<>]*(?:/>|>[ \t]*</(?P=tag)>)[ \t]*)+"
)


def is_anchor(source: Source, block: Block) -> bool:
    """Return whether a block is only an anchor (`<a id="plan"></a>`), which names what is below it."""
    return (
        isinstance(block, Paragraph | Html)
        and _ANCHOR.fullmatch(source.slice(block.span).strip()) is not None
    )


# What a line of dashes is at least so long for.
_BREAK = 3

# Chapters that hold metadata rather than text.
_METADATA_TITLES = frozenset(
    ("metadata", "meta", "document information", "document info", "document details", "document control")
)


class _Builder:
    """The building of the document of one parsed source."""

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
        self.link_labels = frozenset(
            normalise_label(block.label)
            for block in (walk(blocks) if "]:" in self.text else ())
            if isinstance(block, LinkDefinition)
        )

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
                labels=tuple(find_labels(self.source, closing)),
            )
        sections = [section for section in self.sections if section is not None]
        return Document(
            source=self.source,
            blocks=self.blocks,
            root=root,
            sections=(*sections, *self.bold, *((footer,) if footer else ())),
            fields=tuple(self._fields(sections, footer)),
            accidental_headings=tuple(self.accidental),
            link_labels=self.link_labels,
            footer=footer,
        )

    def _group(self) -> None:
        """Split the blocks at the headings that open sections."""
        for block in self.blocks:
            if isinstance(block, Html) and (found := html_heading(self.source, block)):
                heading, rest = found
                self.headings.append(heading)
                self.bodies.append([rest] if rest else [])
            elif not isinstance(block, Heading):
                self.bodies[-1].append(block)
            elif block.underline is not None and is_accidental(block):
                self.accidental.append(block)
                span = Span(block.span.start, block.lines[-1].end)
                self.bodies[-1].append(Paragraph(span, block.lines))
                if block.underline.end - block.underline.start >= _BREAK:
                    self.bodies[-1].append(ThematicBreak(block.underline))
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
        if is_blank(self.source, closing):
            return []
        self.end = closing[0].span.start
        del body[cut:]
        return closing

    def _opens_footer(self, block: Block) -> bool:
        return isinstance(block, Paragraph) and self.source.slice(block.lines[0]).startswith(("*", "_"))

    def _section(self, number: int) -> Section:
        """Return the section of a group, with all below it; headings nest at most six deep."""
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
            title=plain(heading.text, self.link_labels) if heading else "",
            heading=heading,
            heading_span=heading.text_span if heading else Span(start, start),
            span=Span(start, end),
            body_span=Span(body_start, self._start(number + 1)),
            body=body,
            children=tuple(children),
            labels=tuple(find_labels(self.source, body)),
            bold_sections=tuple(self._bold_sections(body, level, self._start(number + 1))),
        )
        self.sections[number] = section
        return section

    def _level(self, number: int) -> int:
        heading = self.headings[number]
        return heading.level if heading else 0

    def _start(self, number: int) -> int:
        """Return the offset where a group begins, or where the tree ends."""
        heading = self.headings[number] if number < len(self.headings) else None
        return heading.span.start if heading else self.end

    def _bold_sections(self, body: Sequence[Block], level: int, end: int) -> Iterator[Section]:
        """Yield the sections that bold lines would open if they were headings.

        One without a colon runs to the next such line; one with a colon to the next bold line of any form.
        """
        lines: list[tuple[int, re.Match[str], bool]] = []
        for i, block in enumerate(body):
            if isinstance(block, Paragraph):
                match = BOLD_LINE.match(self.text, block.lines[0].start, block.lines[0].end)
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
                    labels=tuple(find_labels(self.source, blocks)),
                    bold=True,
                )
            )
        for section in reversed(found):
            numbered = section._replace(number=len(self.headings) + len(self.bold))
            self.bold.append(numbered)
            yield numbered

    def _fields(self, sections: Sequence[Section], footer: Section | None) -> Iterator[Field]:
        """Yield the metadata of the document.

        A heading far below states no field that stands elsewhere: it is about something else.
        """
        fields = list(self._stated(sections, footer))
        elsewhere = {field.name.casefold() for field in fields if field.place != "heading"}
        for field in fields:
            if field.place != "heading" or field.name.casefold() not in elsewhere:
                yield field

    def _stated(self, sections: Sequence[Section], footer: Section | None) -> Iterator[Field]:
        for block in self.blocks[:1]:
            if read := AT_THE_TOP.get(type(block)):
                yield from read(self.source, block)
        title = next((section.number for section in sections if section.level == 1), 0)
        for section in sections:
            heading = section.heading
            top = section.number in (0, 1, title)
            if top or section.title.casefold() in _METADATA_TITLES:
                yield from section.labels
            else:
                yield from (label for label in section.labels if label.place == "footer")
            if heading and not top:
                for read_heading in IN_HEADINGS:
                    yield from read_heading(self.source, heading)
        if footer:
            yield from (label._replace(place="footer") for label in footer.labels)


def _size(section: Section) -> int:
    """Return how many sections a section is with all below it."""
    return 1 + sum(map(_size, section.children))
