"""The structure of a text as markdown-it-py sees it, and as speclint does."""

from __future__ import annotations

import re
from typing import NamedTuple

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from speclint.markdown.blocks import Block, CodeBlock, FrontMatter, Heading, List, Paragraph
from speclint.markdown.document import walk
from speclint.markdown.parser import parse_blocks
from speclint.markdown.source import Source

# With footnotes as GitHub has them, left where they are defined.
_ORACLE = MarkdownIt("commonmark").enable("table").use(footnote_plugin, inline=False).disable("footnote_tail")
_CONTAINERS = ("blockquote", "bullet_list", "ordered_list", "footnote_reference")


class Structure(NamedTuple):
    """Headings outside quotes and lists (level, line, text); anywhere: fences (line, info, content), the
    first lines of list items, the first and last lines of paragraphs. Lines count from 1.
    """

    headings: list[tuple[int, int, str]]
    fences: list[tuple[int, str, str]]
    items: list[int]
    paragraphs: list[tuple[int, int]]


def _shown(text: str) -> str:
    """Text without what the two write differently and mean the same: line endings, NUL, outer blanks."""
    lines = re.split(r"\r\n|\r|\n", text.replace("\x00", "\ufffd"))
    return "\n".join(line.strip() for line in lines).strip("\n")


def expected(text: str) -> Structure:
    """What the oracle sees, front matter being blank lines to it."""
    blocks = parse_blocks(Source(text))
    if blocks and isinstance(blocks[0], FrontMatter):
        end = blocks[0].span.end
        text = re.sub(r"[^\r\n]", "", text[:end]) + text[end:]
    tokens = _ORACLE.parse(re.sub(r"\r\n|\r", "\n", text.removeprefix("\ufeff")))
    found = Structure([], [], [], [])
    depth = 0
    for i, token in enumerate(tokens):
        if token.type.endswith("_open") and token.type.removesuffix("_open") in _CONTAINERS:
            depth += 1
        elif token.type.endswith("_close") and token.type.removesuffix("_close") in _CONTAINERS:
            depth -= 1
        elif token.type == "heading_open" and not depth and token.map:
            title = _shown(tokens[i + 1].content)
            found.headings.append((int(token.tag[1]), token.map[0] + 1, title))
        elif token.type == "fence" and token.map:
            found.fences.append((token.map[0] + 1, token.info.strip(), _shown(token.content)))
        elif token.type == "list_item_open" and token.map:
            found.items.append(token.map[0] + 1)
        elif token.type == "paragraph_open" and token.map:
            found.paragraphs.append((token.map[0] + 1, token.map[1]))
    return found


def actual(text: str) -> Structure:
    """What speclint sees."""
    source = Source(text)
    blocks: tuple[Block, ...] = parse_blocks(source)
    found = Structure([], [], [], [])
    for block in blocks:
        if isinstance(block, Heading):
            line = source.line_number(block.span.start)
            found.headings.append((block.level, line, _shown(block.text)))
    for block in walk(blocks):
        if isinstance(block, CodeBlock) and block.fence:
            body = _shown("\n".join(map(source.slice, block.lines)))
            line = source.line_number(block.span.start)
            found.fences.append((line, _shown(block.info), body))
        elif isinstance(block, List):
            found.items.extend(source.line_number(item.span.start) for item in block.items)
        elif isinstance(block, Paragraph):
            found.paragraphs.append(
                (source.line_number(block.span.start), source.line_number(block.span.end))
            )
    found.items.sort()
    return found
