"""The check `section-title`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.diagnostics import Finding, shorten_both


def section_title(binding: Binding) -> Iterator[Finding]:
    """Every section has the title that the template gives it, or one of its aliases.

    Links, searches and tools go by titles, and a misspelt one is not found. A title is taken for a near
    miss only where the template's own is missing; what stands below is then checked as usual.

    Fails, where the template has `Success Criteria`:

        ## Sucess Criteria

    Passes:

        ## Success Criteria
    """
    for entry in binding.near_misses:
        found, wanted = shorten_both(entry.section.title, entry.wanted)
        message = f'section "{found}" should have the title "{wanted}"'
        yield Finding(entry.section.heading_span, message, cause=entry)
