"""Provide the walk that all checks of references and code share: the leaves of the document, in order.

Containers are taken apart; every other block is met once.
"""

from __future__ import annotations

from speclint.binding.model import Binding, cached_per_binding
from speclint.markdown.leaf_blocks import LeafBlocks, leaf_blocks_of


@cached_per_binding
def leaf_blocks(binding: Binding) -> LeafBlocks:
    """Return the leaves of the binding's document."""
    return leaf_blocks_of(binding.document)
