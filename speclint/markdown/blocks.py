"""Define the types of Markdown's blocks, each with its span."""

from typing import Literal, NamedTuple

from speclint.diagnostics import Span


class Heading(NamedTuple):
    """An ATX or setext heading (CommonMark 0.31, sections 4.2 and 4.3), or one in HTML (`html`).

    `text` is its raw inline text, trimmed as CommonMark requires, and `text_span` its place in the source
    (empty, where it would be, if there is none); the lines of a setext heading are joined by line feeds.
    `underline` is the span of a setext underline's characters (`---`), None for ATX.
    """

    span: Span
    level: int
    text: str
    text_span: Span
    lines: tuple[Span, ...]
    underline: Span | None = None
    html: bool = False


class Paragraph(NamedTuple):
    """A paragraph: lines of running text."""

    span: Span
    lines: tuple[Span, ...]


class CodeBlock(NamedTuple):
    """Fenced or indented code.

    `info` is the raw info string, trimmed; `info_span` its place (empty, after the fence, if there is none).
    `lines` are the content lines; `body_span` runs from the first to the end of the last (empty, after the
    opening fence's line, if there are none). `closed` is False for a fence that only the end of the document
    or of its container closes. `fence` is the opening run (```` ``` ````), "" if indented.
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
        """The first word of the info string, in lower case, "" if there is none."""
        return self.info.split(None, 1)[0].lower() if self.info else ""


class Html(NamedTuple):
    """An HTML block; `comment` means that the whole of it is one or more comments."""

    span: Span
    lines: tuple[Span, ...]
    comment: bool


class ThematicBreak(NamedTuple):
    """A thematic break, such as `---`."""

    span: Span


class LinkDefinition(NamedTuple):
    """`[label]: destination "title"`; `label` is raw text, not normalised."""

    span: Span
    label: str
    destination: str
    destination_span: Span


class Table(NamedTuple):
    """A GFM table: for every row, the header first, the spans of its trimmed cells.

    Cells beyond the last column are not rendered, and no row has them: `surplus` is where they stand, one
    span for each row with such cells.
    """

    span: Span
    rows: tuple[tuple[Span, ...], ...]
    delimiter_span: Span
    surplus: tuple[Span, ...] = ()


class Quote(NamedTuple):
    """A block quote."""

    span: Span
    blocks: "tuple[Block, ...]"


class ListItem(NamedTuple):
    """One item of a list.

    `marker` is the span of `-` or `1.`. `checkbox` is " " or "x" (also for `X`) for a GFM task item, else
    None, and `checkbox_span` that of the three characters `[ ]`. `content_start` is the offset of the first
    character after marker and checkbox and the spaces behind them.
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
    """YAML between `---` lines at the top, or TOML between `+++` lines.

    `body_span` is the text between them with its last newline.
    """

    span: Span
    body_span: Span
    language: Literal["yaml", "toml"] = "yaml"


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
