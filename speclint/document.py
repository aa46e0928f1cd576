"""A parsed document: its section tree, fields and labels, and walks over them.

Sections come from the headings outside quotes and lists. A heading that is only an accident of
CommonMark (text right above a lone `-` or `=`) opens no section; it is kept in `accidental_headings`
and its text counts as a paragraph.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from speclint.markdown import Block, Heading
from speclint.text import Source, Span

Place = Literal["front-matter", "line", "list", "table", "heading", "footer"]


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
    place: Place
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
    footer: Section | None = None
