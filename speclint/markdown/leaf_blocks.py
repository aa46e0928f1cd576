"""Sort what a document holds by type: prose, code, HTML, definitions, headings, tables."""

from typing import Literal, NamedTuple

from speclint.diagnostics import Span
from speclint.markdown.blocks import Block, CodeBlock, Heading, Html, LinkDefinition, Paragraph, Table
from speclint.markdown.document import Document, walk
from speclint.markdown.inline import Inline, scan
from speclint.markdown.source import Source

Kind = Literal["paragraph", "heading", "cell"]


class Prose(NamedTuple):
    """Lines of running text and the inline pieces in them; each cell of a table is one."""

    kind: Kind
    lines: tuple[Span, ...]
    pieces: tuple[Inline, ...]


class LeafBlocks(NamedTuple):
    """The leaves of a document, each kind in the order of the text."""

    prose: tuple[Prose, ...]
    code: tuple[CodeBlock, ...]
    html: tuple[Html, ...]
    definitions: tuple[LinkDefinition, ...]
    headings: tuple[Heading, ...]
    tables: tuple[Table, ...]


def leaf_blocks_of(document: Document) -> LeafBlocks:
    """Return the leaves of a document; headings in quotes and lists are among them."""
    prose: list[Prose] = []
    kinds: dict[type[Block], list[Block]] = {
        kind: [] for kind in (CodeBlock, Html, LinkDefinition, Heading, Table)
    }

    def take(kind: Kind, lines: tuple[Span, ...]) -> None:
        prose.append(Prose(kind, lines, scan(document.source, lines, document.link_labels)))

    for block in walk(document.blocks):
        if type(block) in kinds:
            kinds[type(block)].append(block)
        if isinstance(block, Paragraph):
            take("paragraph", block.lines)
        elif isinstance(block, Heading):
            take("heading", block.lines)
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row:
                    take("cell", (cell,))
    return LeafBlocks(tuple(prose), *(tuple(found) for found in kinds.values()))  # type: ignore[arg-type]


def text_of(source: Source, block: CodeBlock) -> str:
    """Return the text of a code block, without the prefixes of the containers around it."""
    return "\n".join(source.slice(line) for line in block.lines)
