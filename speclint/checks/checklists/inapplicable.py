"""Recognise items of checklists that are struck out or say that they do not apply."""

from __future__ import annotations

from speclint.binding.model import Binding
from speclint.checks.checklists.boxes import Box
from speclint.checks.reading.inapplicable import Inapplicable, inapplicable_text, may_say_so


def inapplicable(binding: Binding, box: Box) -> Inapplicable | None:
    """Return what an item says if it is struck out or ends in `N/A`, None if it says nothing of the kind."""
    text = item_text(binding, box)
    if not may_say_so(text):
        return None
    rule = next(
        (
            rule
            for section in reversed(binding.document.sections_at(box.span.start))
            if (rule := binding.rules_of.get(section.number))
        ),
        None,
    )
    return inapplicable_text(text, True if rule is None else rule.not_applicable)


def item_text(binding: Binding, box: Box) -> str:
    """Return the text of a box as it is written, on one line."""
    lines = binding.document.source.text[box.span.end : box.end].splitlines()
    # The lines of an alert begin with the mark of a quotation.
    return " ".join(" ".join([*lines[:1], *(line.lstrip(" \t>") for line in lines[1:])]).split())
