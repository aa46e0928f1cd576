"""The check `missing-item`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.checks.checklists.owed_items import owed_items
from speclint.diagnostics import Finding, shorten


def missing_item(binding: Binding) -> Iterator[Finding]:
    """Every checklist has the boxes that the template gives it.

    A box that is deleted is never open: who cannot tick it can make the list look complete. Texts compare as
    titles do, and a remark behind a dash or in parentheses does not count. An item that does not apply is
    struck out, or ends in "N/A - reason". A section that says that it does not apply owes no box.

    Fails, where the template asks for the box "Load test passed":

        ## Release

        - [x] Code review approved

    Passes:

        ## Release

        - [x] Code review approved
        - [ ] ~~Load test passed~~
    """
    source = binding.document.source
    for owed in owed_items(binding):
        if owed.found is None:
            message = f'the box "{shorten(owed.rule.text)}" is missing in "{shorten(owed.titles[-1])}"'
            if owed.near is not None:
                line = source.line_number(owed.near.place)
                message += f'; it is there as "{shorten(owed.near.shown)}" in line {line}'
            yield Finding(owed.at, message, subject=(*owed.titles, owed.rule.text))
