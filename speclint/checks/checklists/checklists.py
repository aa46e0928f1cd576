"""Checks of checklists: there, written so that they render, and ticked when the stage demands it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from speclint.binding.labels import has_list, owed_labels, owes_nothing
from speclint.binding.model import Binding
from speclint.checks.checklists.boxes import Box, boxes, demanded
from speclint.checks.checklists.inapplicable import inapplicable
from speclint.diagnostics import Finding, Span, shorten

_NOT_ALLOWED = 'may not just say that it does not apply; write "N/A - reason" where the section allows that'


def missing_checklist(binding: Binding) -> Iterator[Finding]:
    """Every list that the template gives boxes has boxes.

    Where a template asks for a checklist, people and tools count its boxes; plain bullets cannot be
    ticked off. One box is enough, and a malformed one counts. A section that is empty, or says that it
    does not apply, owes none.

    Fails:

        ### Monitoring
        - Alerts configured

    Passes:

        ### Monitoring
        - [ ] Alerts configured
    """
    document = binding.document
    places = [box.span.start for box in boxes(binding)]
    for section in document.sections:
        rule = binding.rules_of.get(section.number)
        if rule is None or rule.checklist is None or not rule.checklist.required:
            continue
        if not _holds(section.span, places) and not owes_nothing(binding, section):
            message = f'"{shorten(section.title)}" has no checkbox; write its items as "- [ ] ..."'
            yield Finding(section.heading_span, message)
    for owed, _, found in owed_labels(binding):
        if owed.checklist is None or not owed.checklist.required or not found:
            continue
        lists = [label for label in found if has_list(label)]
        if lists and not any(_holds(label.span, places) for label in found):
            message = f'"{owed.name}" has no checkbox; write its items as "- [ ] ..."'
            yield Finding(lists[0].name_span, message)


def unchecked_item(binding: Binding) -> Iterator[Finding]:
    """Every box is ticked that must be at the document's stage.

    A document that says "Production" says that what leads there is done; an open box contradicts it.
    The rule set names the stage from which a list, or every box of the document, must be ticked. Boxes
    of later stages are open by right, and so are those in code and quotes. An item that does not apply is
    struck out, or ends in "N/A - reason"; the reason may be left out unless the section asks for one.

    Fails, in a document whose status is "Staging":

        ### Development Stage
        - [ ] Code review approved

    Passes:

        ### Development Stage
        - [x] Code review approved
    """
    for box, demand in demanded(binding):
        if _is_open(box) and not demand.questions and binding.owed(demand.stage):
            said = inapplicable(binding, box)
            if said is None:
                yield Finding(box.span, f"{_name(box)} is not ticked; {_why(binding, demand.stage)}")
            elif not said.allowed:
                yield Finding(box.span, f"{_name(box)} is not ticked, and {_NOT_ALLOWED}")


def malformed_checkbox(binding: Binding) -> Iterator[Finding]:
    """Every box is written `[ ]` or `[x]`, between spaces, behind a list marker.

    Anything else renders as text, and nobody counts it: a step can stay undone unseen. Rarer marks
    such as `[y]` count as meant to be boxes only beside true boxes or in a section for checklists. The states
    of other tools are well formed and open: `[-]`, `[~]`, `[/]`, `[>]`, and `[ ]*` for an optional task.

    Fails:

        - [] Run migrations
        -[x] Enable the flag
        - [x]Verify alerts

    Passes:

        - [ ] Run migrations
        - [x] Enable the flag
        - [x] Verify alerts
    """
    text = binding.document.source.text
    for box in boxes(binding):
        if not box.replacement:
            continue
        found = text[box.span.start : box.span.end]
        shown = found if text[box.span.end : box.span.end + 1].isspace() else f"{found}…"
        if box.replacement == "?":
            yield Finding(box.span, f'"{found}" is not a checkbox; write "- [ ]" or "- [x]"')
            continue
        wanted = box.replacement.rstrip()
        if wanted == found and box.replacement != wanted:
            message = f'"{shown}" is not a checkbox; a space must follow it'
        elif wanted == found:
            message = f'"{found}" is not a checkbox here; its line is indented too far to begin a list item'
        else:
            message = f'"{found}" is not a checkbox; write "{wanted}"'
        yield Finding(box.span, message, cause=box)


def open_question(binding: Binding) -> Iterator[Finding]:
    """No question is open at a stage that needs them all answered.

    What is still open when a feature ships was decided by accident. Answer the question in the text and
    tick its box, or move it to a document of its own.

    Fails, in a document whose status is "Production":

        ## Open Questions
        - [ ] Who owns the nightly job?

    Passes:

        ## Open Questions
        - [x] Who owns the nightly job? The data team.
    """
    for box, demand in demanded(binding):
        if (
            _is_open(box)
            and demand.questions
            and binding.owed(demand.stage)
            and not _is_settled(binding, box)
        ):
            yield Finding(box.span, f"{_name(box)} is still open; {_why(binding, demand.stage)}")


def _is_settled(binding: Binding, box: Box) -> bool:
    """Return whether an item says that it does not apply, and may."""
    said = inapplicable(binding, box)
    return said is not None and said.allowed


def _is_open(box: Box) -> bool:
    """Return whether a box is well formed and not ticked; a malformed one is reported as such."""
    return not box.ticked and not box.replacement


def _holds(span: Span, places: list[int]) -> bool:
    """Return whether one of the sorted places lies in a span."""
    place = bisect_left(places, span.start)
    return place < len(places) and places[place] < span.end


def _why(binding: Binding, stage: str) -> str:
    if stage == binding.stage:
        return f'stage "{stage}" requires it'
    return f'required from stage "{stage}" on, and the document is at "{binding.stage}"'


def _name(box: Box) -> str:
    return f'"{shorten(box.text)}"' if box.text else "the box"
