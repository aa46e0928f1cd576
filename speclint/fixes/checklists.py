"""Make the fixes of boxes that do not render as such."""

from __future__ import annotations

from speclint.binding.model import Binding
from speclint.checks.checklists.boxes import Box
from speclint.diagnostics import Edit, Fix, Span


def write_checkbox(binding: Binding, box: Box) -> Fix | None:
    """Return the fix that writes a box in Markdown's notation, None if what is meant is unknown.

    It is unsafe if it ticks a box whose mark was not `x`. None also if nothing would change.
    """
    if not box.replacement or box.replacement == "?":
        return None
    wanted, found = box.replacement.rstrip(), binding.document.source.slice(box.span)
    if wanted != found:
        # Other marks than `x` are read, not known, to mean done: no box is ticked by a safe fix.
        safe = not box.ticked or "x" in found.casefold()
        return Fix(f'Write "{wanted}"', (Edit(box.span, box.replacement),), safe)
    if box.replacement != wanted:
        return Fix("Insert a blank", (Edit(Span(box.span.end, box.span.end), " "),))
    return None
