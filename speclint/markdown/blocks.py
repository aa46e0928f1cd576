"""The types of blocks that Markdown consists of, each with its span."""

from typing import Literal, NamedTuple

from speclint.diagnostics import Span


class Heading(NamedTuple):
    """An ATX or setext heading. `text` is its raw inline text, trimmed as CommonMark says.

    `text_span` runs over the text in the source (empty at the place for it when there is none);
    the text of a setext heading over several lines is joined by newlines. `underline` is the span of a
    setext underline's characters (`---`), None for ATX.
    """

    span: Span
    level: int
    text: str
    text_span: Span
    lines: tuple[Span, ...]
    underline: Span | None = None


class Paragraph(NamedTuple):
    """Lines of running text."""

    span: Span
    lines: tuple[Span, ...]


class CodeBlock(NamedTuple):
    """Fenced or indented code.

    `info` is the raw info string, trimmed; `info_span` its place (empty, after the fence, when there is
    none). `lines` are the content lines; `body_span` runs from the first to the end of the last (empty,
    after the opening fence's line, when there is none). `closed` is False for a fence that the end of
    the document or of its container closed. `fence` is the opening run (```` ``` ````), "" if indented.
    """

    span: Span
    fence: str
    info: str
    info_span: Span
    lines: tuple[Span, ...]
    body_span: Span
    closed: bool = True

    @property
    def language(self) -> str:
        """The first word of the info string, lower case; empty when there is none."""
        return self.info.split(None, 1)[0].lower() if self.info else ""


class Html(NamedTuple):
    """An HTML block; `comment` when the whole of it is one or more comments."""

    span: Span
    lines: tuple[Span, ...]
    comment: bool


class ThematicBreak(NamedTuple):
    """`---` and its kin."""

    span: Span


class LinkDefinition(NamedTuple):
    """`[label]: destination "title"`; `label` is raw text, not normalised."""

    span: Span
    label: str
    destination: str
    destination_span: Span


class Table(NamedTuple):
    """A GFM table: for every row, the header first, the spans of its trimmed cells."""

    span: Span
    rows: tuple[tuple[Span, ...], ...]
    delimiter_span: Span


class Quote(NamedTuple):
    """A block quote."""

    span: Span
    blocks: "tuple[Block, ...]"


class ListItem(NamedTuple):
    """One item. `checkbox` is " " or "x" (also for `X`) for a GFM task item, else None;

    `checkbox_span` is the three characters `[ ]`. `content_start` is the offset of the first character
    after marker and checkbox and the blanks behind them; `marker` the span of `-` or `1.`.
    """

    span: Span
    marker: Span
    checkbox: Literal[" ", "x"] | None
    checkbox_span: Span | None
    content_start: int
    blocks: "tuple[Block, ...]"


class List(NamedTuple):
    """A bullet list (`start` is None) or an ordered list with the number of its first item."""

    span: Span
    start: int | None
    items: tuple[ListItem, ...]


class FrontMatter(NamedTuple):
    """YAML between `---` lines at the top; `body_span` is the YAML text with its last newline."""

    span: Span
    body_span: Span


Block = (
    Heading
    | Paragraph
    | CodeBlock
    | Html
    | ThematicBreak
    | LinkDefinition
    | Table
    | Quote
    | List
    | FrontMatter
)
