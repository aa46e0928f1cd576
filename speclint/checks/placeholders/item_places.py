"""Walk list items, and what follows each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from speclint.markdown.blocks import Block, List, ListItem, Quote


class ItemPlace(NamedTuple):
    """A list item, the one behind it, and whether another list follows its list."""

    item: ListItem
    following: ListItem | None
    list_follows: bool


def item_places(blocks: Sequence[Block]) -> Iterator[ItemPlace]:
    """Yield every list item of a sequence of blocks and below."""
    for body in bodies(blocks):
        for block, behind in zip_longest(body, body[1:]):
            if isinstance(block, List):
                for item, following in zip(block.items, (*block.items[1:], None), strict=True):
                    yield ItemPlace(item, following, isinstance(behind, List))


def bodies(blocks: Sequence[Block]) -> Iterator[Sequence[Block]]:
    """Yield a sequence of blocks and those of every list item and quote below."""
    stack: list[Sequence[Block]] = [blocks]
    while stack:
        body = stack.pop()
        yield body
        for block in body:
            if isinstance(block, List):
                stack += (item.blocks for item in block.items)
            elif isinstance(block, Quote):
                stack.append(block.blocks)
