"""Provide the walk that all checks of references and code share: the leaves of the document, in order.

Containers are taken apart; every other block is met once.
"""

from __future__ import annotations

from speclint.binding.model import Binding, cached_per_binding
from speclint.markdown.leaves import Leaves, leaves_of


@cached_per_binding
def leaves(binding: Binding) -> Leaves:
    """Return the leaves of the binding's document."""
    return leaves_of(binding.document)
