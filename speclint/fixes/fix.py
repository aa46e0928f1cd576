"""Fix a document: apply the fixes of its findings until none is left; pure.

What is inserted is the template's text, so that it still fails as unfilled. After every pass the text is read
again: each heading, code block and line that was there must still be there, in the old order, and safe fixes
must have met nothing.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import accumulate
from typing import NamedTuple

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.diagnostics import AppliedFix, Edit, Finding, Fix, Span
from speclint.fixes.edits import apply, changes_line, growth_of, lines_of, moved_by, place_of
from speclint.fixes.proof import what_is_lost
from speclint.fixes.proposals import FIXERS, fix_of
from speclint.fixes.unearned import meets_something, passes_unseen
from speclint.linting.lint import chosen_checks, suppressions
from speclint.linting.settings import Settings
from speclint.markdown.document import Document, parse_document
from speclint.markdown.source import Source

# A fix can bring others to light: a heading that is no longer one, a level that was hidden. More than a few
# times it never does.
_PASSES = 20

# How many characters (line ends) a place may be off what was inserted there.
_NEAR = 4

# To find the fixes that lose something, so many characters are read, and so many times the text.
_TRIED, _TRIED_OFTEN = 300_000, 8


# Of a binding, a question to ask of a check's id and a finding.
Spared = Callable[[Binding], Callable[[str, Finding], bool]]


class _Terms(NamedTuple):
    """What was asked for: unsafe fixes too or not, and what is not to be fixed."""

    unsafe: bool
    settings: Settings
    spared: Spared | None


class FixedBinding(NamedTuple):
    """A text after fixing, its binding, and the applied fixes, in the order of their places."""

    source: Source
    binding: Binding
    applied: tuple[AppliedFix, ...]


class UnsoundFix(Exception):
    """A fault of speclint itself: fixing lost something of the text, or does not terminate."""


class Unfixable(Exception):
    """A text in which too many fixes would lose something; only made-up documents are like that."""


class _Proposal(NamedTuple):
    """A fix, by the place of its first edit, the id of its check, and its number among that check's.

    `line` is the line that it begins on: with check and title it tells a fix from others after the text has
    changed.
    """

    place: Span
    check: str
    number: int
    fix: Fix
    line: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What identifies the fix when the text has changed."""
        return self.check, self.fix.title, self.line


# Of a binding and some fixes, a question to ask of what these make of the document.
_Question = Callable[[Binding, Sequence[_Proposal]], bool]


def fix_binding(
    binding: Binding,
    *,
    unsafe: bool = False,
    settings: Settings = Settings(),  # noqa: B008 - immutable
    spared: Spared | None = None,
) -> FixedBinding:
    """Apply all safe fixes of the checks chosen as in `lint`, with `unsafe` the others too.

    What a comment in the document hides, on the day given as in `lint`, is not fixed, nor what is `spared`.
    The result does not depend on the order of the checks. A fix is left out where it would lose something (a
    mark that begins a list item may take code below it into the item), where it is safe and would meet
    something (an empty line may make a ticked box of a line of text), or where it would change nothing for
    its check. Raise `UnsoundFix`, `Unfixable`, and `RegexTimeout` when the patterns of the rule set take too
    long.
    """
    terms = _Terms(unsafe, settings, spared)
    applied: list[AppliedFix] = []
    refused = set[tuple[str, str, str]]()
    open_ones = _proposals(binding, terms)
    passes = 0
    trials = _Trials(len(binding.document.source.text))
    # Whether anything was fixed since the first of the refused: in another text they may be sound.
    moved_on = False
    while True:
        left = [one for one in open_ones if one.key not in refused]
        taken = _unended(binding.document.source, _compatible(binding.document.source, left))
        if not taken:
            if not (refused and moved_on):
                break
            refused.clear()
            moved_on = False
            continue
        edits = _edits(taken)
        document = parse_document(apply(binding.document.source.text, edits))
        lost = what_is_lost(binding.document, document, edits)
        if lost is not None:
            culprits = {one.key for one in trials.guilty(binding, taken, _loses)}
            if not culprits:
                raise UnsoundFix(f"{lost} would be lost")
            refused |= culprits
            continue
        mended = _bound(binding, document)
        if not unsafe and _is_unearned(binding, mended, edits, terms):
            guilty = trials.guilty(binding, taken, partial(_gains, terms))
            # Each may be sound alone, and all together not.
            refused |= {one.key for one in guilty or taken}
            continue
        extents = _extents([one.fix for one in taken], edits)
        new = [AppliedFix(one.check, one.fix.title, at) for one, at in zip(taken, extents, strict=True)]
        open_ones_after = _proposals(mended, terms)
        idle = _again(open_ones_after, new)
        if idle:
            trials.count(mended)
            refused |= {one.key for one in taken if (one.check, one.fix.title) in idle}
            continue
        passes += 1
        moved_on = bool(refused)
        if passes > _PASSES:
            raise UnsoundFix(f"fixing does not come to an end; last: {new[-1].check}, {new[-1].title}")
        move = moved_by(edits)
        applied = [*(one._replace(span=move(one.span)) for one in applied), *new]
        binding, open_ones = mended, open_ones_after
    return FixedBinding(binding.document.source, binding, tuple(sorted(applied, key=lambda one: one.span)))


def _proposals(binding: Binding, terms: _Terms) -> list[_Proposal]:
    """Return the fixes of all findings that are neither hidden nor spared, in the order of their places."""
    source = binding.document.source
    found: list[_Proposal] = []
    comments = suppressions(binding, terms.settings)
    is_spared = terms.spared(binding) if terms.spared is not None else None
    for check, _ in chosen_checks(binding, terms.settings):
        for number, finding in enumerate(check.run(binding) if check.id in FIXERS else ()):
            if comments is not None and comments.hides(check.id, finding.span.start):
                continue
            if is_spared is not None and is_spared(check.id, finding):
                continue
            fix = fix_of(binding, check.id, finding)
            if fix is not None and (fix.safe or terms.unsafe):
                place = min(edit.span for edit in fix.edits)
                line = source.slice(source.line_span(source.line_number(place.start)))
                found.append(_Proposal(place, check.id, number, fix, line))
    return sorted(found)


def _again(proposals: Iterable[_Proposal], applied: Iterable[AppliedFix]) -> set[tuple[str, str]]:
    """Return check and title of the fixes of a pass that are proposed again at the same place."""
    before: dict[tuple[str, str], list[Span]] = {}
    for one in applied:
        before.setdefault((one.check, one.title), []).append(one.span)
    for spans in before.values():
        spans.sort()
    again = set[tuple[str, str]]()
    for proposal in proposals:
        spans, start = before.get((proposal.check, proposal.fix.title), []), proposal.place.start
        near = bisect_right(spans, start + _NEAR, key=_start)
        # Spans of one pass do not overlap, so that of those before a place the last one reaches farthest.
        if near and start <= spans[near - 1].end + _NEAR:
            again.add((proposal.check, proposal.fix.title))
    return again


def _start(span: Span) -> int:
    return span.start


def _edits(proposals: Sequence[_Proposal]) -> list[Edit]:
    """Return the edits of some fixes in the order of their places, then in that of the fixes."""
    return sorted((edit for one in proposals for edit in one.fix.edits), key=place_of)


class _Trials:
    """The search for fixes that are not sound, with a limit on how much text it may parse."""

    def __init__(self, size: int) -> None:
        self.left = _TRIED + _TRIED_OFTEN * size

    def count(self, binding: Binding) -> None:
        """Count a text that was parsed in vain. Raise `Unfixable` when the limit is reached."""
        self.left -= len(binding.document.source.text)
        if self.left < 0:
            raise Unfixable("too many of its fixes would lose something")

    def guilty(
        self, binding: Binding, proposals: Sequence[_Proposal], question: _Question, sure: bool = True
    ) -> list[_Proposal]:
        """Return the fixes of which a question is true on their own; `sure` means that it is of all together.

        A group of which it is not true is taken to have none of which it is.
        """
        if len(proposals) == 1 or not sure:
            self.count(binding)
            if not question(binding, proposals):
                return []
        if len(proposals) == 1:
            return list(proposals)
        middle = len(proposals) // 2
        first = self.guilty(binding, proposals[:middle], question, sure=False)
        return [*first, *self.guilty(binding, proposals[middle:], question, sure=not first)]


def _loses(binding: Binding, proposals: Sequence[_Proposal]) -> bool:
    """Return whether some fixes, without the others, lose something of a document."""
    document, edits = binding.document, _edits(proposals)
    return what_is_lost(document, parse_document(apply(document.source.text, edits)), edits) is not None


def _gains(terms: _Terms, binding: Binding, proposals: Sequence[_Proposal]) -> bool:
    """Return whether some fixes, without the others, meet something."""
    edits = _edits(proposals)
    fixed = _bound(binding, parse_document(apply(binding.document.source.text, edits)))
    return _is_unearned(binding, fixed, edits, terms)


def _is_unearned(old: Binding, new: Binding, edits: Sequence[Edit], terms: _Terms) -> bool:
    """Return whether edits meet something, or insert a text of which nobody is told that it is unfilled."""
    if meets_something(old, new):
        return True
    comments = suppressions(new, terms.settings)
    is_spared = terms.spared(new) if terms.spared is not None else None
    if comments is None and is_spared is None:
        return False
    grown = accumulate(map(growth_of, edits), initial=0)
    inserted: list[Span] = []
    for edit, growth in zip(edits, grown, strict=False):
        if text := edit.text.strip():
            start = edit.span.start + growth + edit.text.index(text)
            inserted.append(Span(start, start + len(text)))

    def is_hidden(check: str, finding: Finding) -> bool:
        by_comment = comments is not None and comments.hides(check, finding.span.start)
        return by_comment or (is_spared is not None and is_spared(check, finding))

    return bool(inserted) and passes_unseen(new, inserted, is_hidden)


def _bound(old: Binding, document: Document) -> Binding:
    """Return the binding of a fixed document.

    The stage that was asked for holds; one that the document says may have been inserted.
    """
    return bind(document, old.rules, old.stage, old.location, old.coverage, old.regex_budget)


def _compatible(source: Source, proposals: Sequence[_Proposal]) -> list[_Proposal]:
    """Return the fixes that can be applied at once, the first ones first; the others wait for the next pass.

    What one check changes in a line may change the meaning of the lines around it: fixes of other checks
    there wait.
    """
    taken: list[_Proposal] = []
    edits: list[tuple[int, int, str]] = []
    # By line, the checks with an edit there, and those that change the line itself.
    touched: dict[int, set[str]] = {}
    changed: dict[int, set[str]] = {}
    for proposal in proposals:
        mine = [(*place_of(edit), proposal.check) for edit in proposal.fix.edits]
        lines = [(lines_of(source, edit), changes_line(source, edit)) for edit in proposal.fix.edits]
        own = {proposal.check}
        clashes = any(
            changed.get(line, own) != own or (changes and touched.get(line, own) != own)
            for numbers, changes in lines
            for line in range(numbers[0] - 1, numbers[-1] + 2)
        )
        if not clashes and not any(_meets(edit, edits) for edit in mine):
            taken.append(proposal)
            for edit in mine:
                insort(edits, edit)
            for numbers, changes in lines:
                for line in numbers:
                    touched.setdefault(line, set()).add(proposal.check)
                    if changes:
                        changed.setdefault(line, set()).add(proposal.check)
    return taken


def _unended(source: Source, proposals: list[_Proposal]) -> list[_Proposal]:
    """Return fixes that do not add the last line end if a text has none.

    Which insertion at the end is the last one is only known when it is known which of them are made at once.
    """
    if not source.text or source.text[-1] in "\r\n":
        return proposals
    at_end = [
        (number, place)
        for number, proposal in enumerate(proposals)
        for place, edit in enumerate(proposal.fix.edits)
        if edit.span.start == len(source.text)
    ]
    for number, place in at_end[-1:]:
        fix = proposals[number].fix
        edits = list(fix.edits)
        edits[place] = edits[place]._replace(text=edits[place].text.rstrip("\r\n"))
        proposals[number] = proposals[number]._replace(fix=fix._replace(edits=tuple(edits)))
    return proposals


def _meets(edit: tuple[int, int, str], others: Sequence[tuple[int, int, str]]) -> bool:
    """Return whether an edit overlaps others, which are sorted, or inserts at the edge of one.

    Insertions of one check at one place may follow each other.
    """
    start, end, check = edit
    place = bisect_left(others, edit)
    for other_start, other_end, other_check in others[max(place - 1, 0) : place + 1]:
        both_insert = start == end and other_start == other_end
        if both_insert and start == other_start and check != other_check:
            return True
        if not both_insert and start <= other_end and other_start <= end:
            return True
    return False


def _extents(fixes: Sequence[Fix], edits: Sequence[Edit]) -> list[Span]:
    """Return the span of each fix's new text once all edits are applied, without the line ends around it."""
    growth = accumulate(map(growth_of, edits), initial=0)
    grown = dict(zip(map(id, edits), growth, strict=False))
    extents: list[Span] = []
    for fix in fixes:
        starts: list[int] = []
        ends: list[int] = []
        for edit in fix.edits:
            shown = edit.text.strip("\r\n")
            start = edit.span.start + grown[id(edit)] + (edit.text.index(shown) if shown else 0)
            starts.append(start)
            ends.append(start + len(shown))
        extents.append(Span(min(starts), max(ends)))
    return extents
