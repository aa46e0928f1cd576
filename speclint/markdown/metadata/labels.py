"""Find the labels in blocks, by the notations that each kind of block can have."""

from __future__ import annotations

from collections.abc import Sequence

from speclint.markdown.blocks import Block, List, ListItem, Paragraph, Quote, Table, ThematicBreak
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.metadata.field import Field
from speclint.markdown.metadata.labelled_lines import paragraph_labels, starts_label
from speclint.markdown.metadata.tables import table_fields
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
            labels = paragraph_labels(source, block, block.lines[0].start, in_list=False)
            if labels:
                labels[-1] = labels[-1]._replace(blocks=tuple(blocks[i + 1 : following]))
                found += reversed(labels)
                following = i
            elif BOLD_LINE.match(source.text, *block.lines[0]):
                following = i
        elif isinstance(block, List):
            for item in reversed(block.items):
                found += reversed(_item_labels(source, item))
        elif isinstance(block, Quote):
            found += reversed(find_labels(source, block.blocks))
        elif isinstance(block, Table):
            found += reversed(list(table_fields(source, block)))
        elif isinstance(block, ThematicBreak):
            following = i
    found.reverse()
    return found


def _item_labels(source: Source, item: ListItem) -> list[Field]:
    if not item.blocks:
        return []
    first, rest = item.blocks[0], item.blocks[1:]
    if not isinstance(first, Paragraph):
        return find_labels(source, item.blocks)
    labels = paragraph_labels(source, first, item.content_start, in_list=True)
    if labels:
        following = next(
            (
                i
                for i, block in enumerate(rest)
                if isinstance(block, Paragraph) and starts_label(source, block)
            ),
            len(rest),
        )
        labels[-1] = labels[-1]._replace(blocks=rest[:following])
    return labels + find_labels(source, rest)
