"""What holds for the safe fixes of every document: they only insert, and neither tick nor meet a box."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.checks.checklists.boxes import boxes, demanded
from speclint.diagnostics import Diagnostic, Severity
from speclint.fixes.fix import FixedBinding
from speclint.linting.obligations import obligations, places_of
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source

from .linted import fix_binding, judge

# Ticked boxes as people write them.
TICKED = re.compile(r"^[ \t>]*(?:[-*+•]|\d+[.)])[ \t]*\\?\[ *[xX✓✔✅☑] *\\?\](?=\s|$)", re.MULTILINE)

# What is missing; where a fix has put it in, it is reported as still the template's.
MISSING = ("missing-section", "missing-field", "missing-label", "empty-section")
UNFILLED = ("placeholder", "instruction-comment", "unedited-template")
# What is wrong with boxes, but for their spelling.
OWED = ("unchecked-item", "open-question", "missing-checklist", "missing-item")
# What spaces and empty lines alone can set right.
SPELLING = ("malformed-checkbox", "accidental-heading")


def only_insert(diagnostics: tuple[Diagnostic, ...]) -> int:
    """Asserts that safe fixes only insert, and no ticked box: how many there are."""
    safe = [one.fix for one in diagnostics if one.fix is not None and one.fix.safe]
    for fix in safe:
        assert fix.edits
        for edit in fix.edits:
            assert edit.span.start == edit.span.end, f"{fix} replaces something"
            assert edit.text, f"{fix} inserts nothing"
            assert not TICKED.search(edit.text), f"{fix} inserts a ticked box"
    return len(safe)


def ticked(binding: Binding) -> list[str]:
    """The texts of the ticked boxes of a document."""
    return [box.text for box in boxes(binding) if box.ticked and not box.replacement]


def pending(binding: Binding) -> list[str]:
    """The texts of the boxes that have to be ticked or answered at the stage, and are not."""
    owed = ((box, demand) for box, demand in demanded(binding) if binding.owed(demand.stage))
    return [box.text for box, demand in owed if box.replacement or not box.ticked]


def follows(part: list[Any] | str, whole: list[Any] | str) -> bool:
    """Whether everything is in the whole, in the same order."""
    rest: Iterator[Any] = iter(whole)
    return all(one in rest for one in part)


def meet_nothing(old: Binding, **settings: Any) -> FixedBinding:
    """Applies all safe fixes and asserts that nothing is changed, ticked or met by them."""
    mended = fix_binding(old, **settings)
    text = mended.source.text
    assert follows(old.document.source.text, text), "something was removed or changed"
    # Once more from the text: what a later run reads.
    new, was = (
        bind(parse_document(Source(one)), old.rules, None, old.location, old.coverage)
        for one in (text, old.document.source.text)
    )
    assert new.stage == was.stage, "the stage is another"
    assert ticked(new) == ticked(old), "a box was ticked, or got away"
    _owes_as_much(was, new, settings.get("today"))
    if old.stage != was.stage:
        _owes_as_much(old, mended.binding, settings.get("today"))
    return mended


def _owes_as_much(before: Binding, after: Binding, today: Any) -> None:
    assert follows(pending(before), pending(after)), "a box was met"
    was, now = judge(before, today=today), judge(after, today=today)
    met = []
    for binding, (shown, hidden) in ((before, was), (after, now)):
        owed = obligations(binding, places_of(shown), hidden)
        met.append(
            Counter((one.name, one.section) for one in owed if one.met and one.kind in ("checklist", "item"))
        )
    assert not met[1] - met[0], f"checklists are met by fixing: {met[1] - met[0]}"
    # By their text alone: a section that was inserted may be around them now.
    gone = [
        Counter((one.check, one.key.text) for one in shown if one.check in OWED) for shown, _ in (was, now)
    ]
    assert not gone[0] - gone[1], f"what is owed of boxes is no longer reported: {gone[0] - gone[1]}"
    errors, left = (
        [one for one in shown if one.severity == Severity.ERROR and not one.known] for shown, _ in (was, now)
    )
    if errors and not left:
        checks = {one.check for one in errors}
        assert checks <= set(SPELLING), f"a document passes by fixing {checks}"
    if any(one.check in MISSING for one in errors):
        assert any(one.check in (*MISSING, *UNFILLED) for one in left), "what was missing is not reported"


def lower_nothing(old: Binding, mended: FixedBinding, today: Any = None) -> None:
    """Asserts that what safe fixes insert lowers no figure: as many obligations are met as before."""
    new = bind(parse_document(mended.source), old.rules, None, old.location, old.coverage)
    was, now = (
        sum(one.met for one in obligations(binding, places_of(shown), hidden))
        for binding, (shown, hidden) in ((one, judge(one, today=today)) for one in (old, new))
    )
    assert was <= now, f"{was} obligations were met, {now} are after fixing"
