"""The check `section-order`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.diagnostics import Finding, shorten


def section_order(binding: Binding) -> Iterator[Finding]:
    """The sections stand in the order and in the chapters that the template gives them.

    Who reads many documents of one kind finds things by their place. Sections that the template does not
    have may stand anywhere. One section that was moved is reported once, not with all that it passed.

    Fails, where the template has `Risks` and then `Rollback`:

        ## Rollback
        ## Risks

    Passes:

        ## Risks
        ## Rollback
    """  # noqa: D401 - true of a good document
    for entry in binding.misplaced:
        parent = binding.parents.get(entry.section.number)
        inside = parent is not None and binding.document.sections[parent].title == entry.anchor
        if not entry.anchor:
            place = "first"
        elif inside:
            place = f'first in "{shorten(entry.anchor)}"'
        else:
            place = f'after "{shorten(entry.anchor)}"'
        title = shorten(entry.section.title)
        yield Finding(entry.section.heading_span, f'section "{title}" is in the wrong place; it goes {place}')
