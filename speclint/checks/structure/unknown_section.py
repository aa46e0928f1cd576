"""The check `unknown-section`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.diagnostics import Finding, shorten


def unknown_section(binding: Binding) -> Iterator[Finding]:
    """Every section is one that the template has.

    For teams whose documents are read by machines, or compared side by side. Off unless it is turned on:
    most templates gain by what an author adds. Below a section for which the template has no subsections
    an author is free, and a section inside an unknown one is not reported again.

    Fails, where the template has only `Risks`:

        ## Risks

        None known.

        ## Thoughts

    Passes:

        ## Risks

        None known.
    """
    for section in binding.unknown:
        yield Finding(
            section.heading_span,
            f'section "{shorten(section.title)}" is not in the template; rename it, or move what it says',
        )
