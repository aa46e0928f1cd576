"""Make the fixes of boxes that do not render as such."""

from __future__ import annotations

from speclint.binding.model import Binding
from speclint.checks.checklists.boxes import Box
from speclint.diagnostics import Edit, Fix, Span


def write_checkbox(binding: Binding, box: Box) -> Fix | None:
    """Return the fix that writes a box in Markdown's notation, None if what is meant is unknown.

    It is safe if it only inserts spaces, and the box is open: a ticked one was text before. None also if
    nothing would change.
    """
    if not box.replacement or box.replacement == "?":
        return None
    wanted, found = box.replacement.rstrip(), binding.document.source.slice(box.span)
    title = "Insert a space" if wanted == found else f'Write "{wanted}"'
    edits = _inserted_spaces(box.span.start, found, box.replacement)
    if edits is None:
        return Fix(title, (Edit(box.span, box.replacement),), safe=False)
    return Fix(title, tuple(edits), safe=not box.ticked) if edits else None


def _inserted_spaces(start: int, found: str, wanted: str) -> list[Edit] | None:
    """Return the edits that make one text of another by spaces alone, None if that takes more."""
    edits: list[Edit] = []
    kept = 0
    for character in wanted:
        if found.startswith(character, kept):
            kept += 1
        elif character == " ":
            edits.append(Edit(Span(start + kept, start + kept), character))
        else:
            return None
    return edits if kept == len(found) else None
