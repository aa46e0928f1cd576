"""Prove that safe fixes meet nothing: no box is ticked or gets away, and what is inserted is unfilled."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from speclint.binding.model import Binding
from speclint.binding.stage import stage_of
from speclint.checks.checklists.boxes import boxes, demanded
from speclint.checks.checklists.checklists import missing_checklist
from speclint.checks.placeholders.instruction_comment import instruction_comment
from speclint.checks.placeholders.placeholder import placeholder
from speclint.checks.placeholders.unedited_template import unedited_template
from speclint.diagnostics import Finding, Span

# What says that a text is still the template's, by the ids of the checks.
_UNFILLED: dict[str, Callable[[Binding], Iterable[Finding]]] = {
    "placeholder": placeholder,
    "instruction-comment": instruction_comment,
    "unedited-template": unedited_template,
}


def meets_something(old: Binding, new: Binding) -> bool:
    """Return whether the new document has a box ticked, or owes less of boxes, than the old one.

    An insertion can do that without a word of its own: an empty line makes an item of a line of text, a label
    takes the list below it from another, whose boxes had to be ticked, and a field may tell another stage.
    """
    if stage_of(old.document, old.rules) != stage_of(new.document, new.rules):
        return True
    if list(_ticked(old)) != list(_ticked(new)):
        return True
    for owed in (_pending, _without_boxes):
        rest = owed(new)
        if not all(one in rest for one in owed(old)):  # `in` uses up what it has searched
            return True
    return False


def _ticked(binding: Binding) -> Iterator[str]:
    return (box.text for box in boxes(binding) if box.ticked and not box.replacement)


def _pending(binding: Binding) -> Iterator[str]:
    """Yield the texts of boxes that must be ticked or answered at the stage, and are not."""
    for box, demand in demanded(binding):
        if (box.replacement or not box.ticked) and binding.owed(demand.stage):
            yield box.text


def _without_boxes(binding: Binding) -> Iterator[str]:
    """Yield the names of sections and labels that lack the boxes that they owe."""
    return (binding.document.source.slice(finding.span) for finding in missing_checklist(binding))


def passes_unseen(
    binding: Binding, inserted: Sequence[Span], is_hidden: Callable[[str, Finding], bool]
) -> bool:
    """Return whether one of some inserted texts is unfilled, and all that reports it as such is hidden."""
    hidden: list[Span] = []
    shown: list[Span] = []
    for id, check in _UNFILLED.items():
        for finding in check(binding):
            (hidden if is_hidden(id, finding) else shown).append(finding.span)
    is_shown, is_unseen = _reaching(shown), _reaching(hidden)
    return any(is_unseen(span) and not is_shown(span) for span in inserted)


def _reaching(spans: list[Span]) -> Callable[[Span], bool]:
    """Return a function that tells whether one of some spans reaches into another."""
    found = sorted(spans)
    # The farthest end up to each, so that one look is enough.
    ends = list(accumulate((span.end for span in found), max, initial=0))
    return lambda one: ends[bisect_left(found, (one.end, 0))] > one.start
