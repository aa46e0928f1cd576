"""The walk that all checks of references and code share: what a document holds, in the order of the text.

Containers are taken apart; whatever is not a container is met once.
"""

from __future__ import annotations

from speclint.binding.model import Binding, cached_per_binding
from speclint.markdown.leaf_blocks import LeafBlocks, leaf_blocks_of


@cached_per_binding
def leaf_blocks(binding: Binding) -> LeafBlocks:
    """The leaves of the binding's document."""
    return leaf_blocks_of(binding.document)
