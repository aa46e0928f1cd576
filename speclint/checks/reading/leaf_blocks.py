"""The walk that all checks of references and code share: what a document holds, in the order of the text.

Containers are taken apart; whatever is not a container is met once.
"""

from __future__ import annotations

from speclint.binding.model import Binding, cached_per_binding
from speclint.markdown.leaves import Leaves, leaves_of


@cached_per_binding
def leaves(binding: Binding) -> Leaves:
    """The leaves of the binding's document."""
    return leaves_of(binding.document)
