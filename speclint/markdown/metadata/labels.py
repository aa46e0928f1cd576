"""Find the labels in blocks, by the notations that there are for each."""

from __future__ import annotations

from collections.abc import Sequence

from speclint.markdown.blocks import Block, CodeBlock, List, ListItem, Paragraph, Quote, Table, ThematicBreak
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.metadata.field import Field
from speclint.markdown.metadata.notations import IN_BLOCKS, IN_PARAGRAPHS
from speclint.markdown.source import Source

BOLD_LINE = lazy_regex(
    r"(?P<mark>\*\*|__)(?=\S)(?P<name>(?:(?!(?P=mark))[^\n]){1,200})(?P=mark)(?P<colon>[ \t]*[:：])?[ \t]*$"
)


def find_labels(source: Source, blocks: Sequence[Block]) -> list[Field]:
    """Return the labels in blocks and below, in the order of the text, each with the blocks behind it."""
    found: list[Field] = []
    following = len(blocks)
    # Backwards, so that each label knows where the next one begins.
    for i in range(len(blocks) - 1, -1, -1):
        block = blocks[i]
        if isinstance(block, Paragraph):
            labels = _paragraph_labels(source, block, block.lines[0].start, False)
            if labels:
                labels[-1] = labels[-1]._replace(blocks=tuple(blocks[i + 1 : following]))
                found += reversed(labels)
                following = i
            elif BOLD_LINE.match(source.text, *block.lines[0]):
                following = i
        elif isinstance(block, List):
            for number, item in enumerate(reversed(block.items)):
                labels = _item_labels(source, item)
                if (
                    number == 0
                    and labels
                    and i + 1 < following
                    and not (labels[-1].value or labels[-1].blocks)
                ):
                    labels[-1] = _with_block_behind(labels[-1], blocks[i + 1])
                found += reversed(labels)
        elif isinstance(block, Quote):
            found += reversed(find_labels(source, block.blocks))
        elif isinstance(block, ThematicBreak):
            following = i
        elif read := IN_BLOCKS.get(type(block)):
            found += reversed(list(read(source, block)))
    found.reverse()
    return found


def _with_block_behind(label: Field, block: Block) -> Field:
    """Return the last label of a list, which has no value, with the code or table that stands behind it."""
    is_value = isinstance(block, Table) or (isinstance(block, CodeBlock) and block.fence != "")
    return label._replace(blocks=(block,)) if is_value else label


def _paragraph_labels(source: Source, block: Paragraph, start: int, in_list: bool) -> list[Field]:
    for notation in IN_PARAGRAPHS:
        if labels := notation.read(source, block, start, in_list):
            return labels
    return []


def _item_labels(source: Source, item: ListItem) -> list[Field]:
    if not item.blocks:
        return []
    first, rest = item.blocks[0], item.blocks[1:]
    if not isinstance(first, Paragraph):
        return find_labels(source, item.blocks)
    labels = _paragraph_labels(source, first, item.content_start, True)
    if labels:
        following = next(
            (
                i
                for i, block in enumerate(rest)
                if isinstance(block, Paragraph)
                and any(notation.starts(source, block) for notation in IN_PARAGRAPHS)
            ),
            len(rest),
        )
        labels[-1] = labels[-1]._replace(blocks=rest[:following])
    return labels + find_labels(source, rest)
