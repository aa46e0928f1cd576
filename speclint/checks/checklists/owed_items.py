"""Find the boxes that a rule set asks for by name, among those of the section or label that owes them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.binding.labels import has_list, owed_labels, owes_nothing
from speclint.binding.model import Binding, cached_per_binding, titles
from speclint.checks.checklists.boxes import Box, boxes
from speclint.checks.checklists.inapplicable import item_text
from speclint.checks.reading.inapplicable import inapplicable_text
from speclint.diagnostics import Span
from speclint.markdown.blocks import ListItem, Paragraph
from speclint.markdown.document import items
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.model import Checklist, ItemRule
from speclint.ruleset.similarity import closeness
from speclint.ruleset.titles import fold, pattern_of, without_parenthesis

# What a remark may begin with, behind the text of an item.
_REMARK = lazy_regex(r"\s+(?:[-–—]+\s+|[(\[（])|\s*[–—:：;]\s+|\s*（")

# A link whose address stands elsewhere, or is missing.
_LABEL = lazy_regex(r"\[([^\[\]]{1,100})\]")

# A box that is struck out with the text behind it.
_STRUCK_BOX = lazy_regex(r"~~\s{0,2}\[[ xX]?\]\s*(?P<text>[^~]{1,600})~~")

# How alike the words of two items are that are said to be one, from 0 to 1.
_ALIKE = 0.5


class Candidate(NamedTuple):
    """A text at a place that may be an item, and the forms in which it may be the one that is asked for."""

    place: int
    shown: str
    forms: tuple[str, ...]


class OwedItem(NamedTuple):
    """A box that is owed: at what (the span of a heading or a label's name), and where it is.

    `titles` are those around it, with the name of its label; `found` is the place of its box, None if there
    is none, and `near` then the item that may be meant.
    """

    rule: ItemRule
    at: Span
    titles: tuple[str, ...]
    found: int | None
    near: Candidate | None = None


@cached_per_binding
def owed_items(binding: Binding) -> tuple[OwedItem, ...]:
    """Return every box that is owed by name at the binding's stage, in the order of the rules.

    A section that is empty or states that it does not apply owes none. Where there is no box at all, the list
    is missing as a whole (`missing-checklist`), and nothing is said of each of its items.
    """
    return tuple(_owed_items(binding))


def _owed_items(binding: Binding) -> Iterator[OwedItem]:
    for rule in binding.rules.walk():
        if rule.checklist is not None and rule.checklist.items:
            for section in binding.sections[rule.number]:
                if not owes_nothing(binding, section):
                    around = titles(binding, section)
                    yield from _matched(
                        binding, rule.checklist, section.heading_span, [section.span], around, True
                    )
    for owed, section, labels in owed_labels(binding):
        if owed.checklist is not None and owed.checklist.items and labels:
            around = (*titles(binding, section), owed.name)
            spans = [label.span for label in labels]
            lists = any(map(has_list, labels))
            yield from _matched(binding, owed.checklist, labels[0].name_span, spans, around, lists)


def _matched(
    binding: Binding,
    checklist: Checklist,
    at: Span,
    spans: Sequence[Span],
    around: tuple[str, ...],
    lists: bool,
) -> Iterator[OwedItem]:
    """Yield the items of a checklist, each with the box in some parts of the document that is meant."""
    rules = [item for item in checklist.items if binding.owed(item.start)]
    there = [one for span in spans for one in _boxes_in(binding, span)]
    if not there and (lists or not checklist.required):
        return
    free = list(there)
    found: dict[int, Candidate] = {}
    depths = range(max((len(one.forms) for one in there), default=0))
    # The words as they are first: without remarks, several items may be the same.
    for depth, whole in [*((depth, True) for depth in depths), *((depth, False) for depth in depths)]:
        for number, rule in enumerate(rules):
            if number not in found:
                wanted = rule.text if whole else without_parenthesis(rule.text)
                match = next((one for one in free if _fits(wanted, one, depth)), None)
                if match is not None:
                    free.remove(match)
                    found[number] = match
    others = [*free, *_bullets_in(binding, spans)] if len(found) < len(rules) else []
    for number, rule in enumerate(rules):
        if number in found:
            yield OwedItem(rule, at, around, found[number].place)
        else:
            yield OwedItem(rule, at, around, None, _nearest(rule.text, others))


def _fits(wanted: str | None, one: Candidate, depth: int) -> bool:
    if not wanted or depth >= len(one.forms):
        return False
    return pattern_of(_LABEL.sub(r"\1", wanted)).match(one.forms[depth]) is not None


def _boxes_in(binding: Binding, span: Span) -> Iterator[Candidate]:
    """Yield the boxes in a span that may count, those struck out and those said not to apply as well."""
    found = boxes(binding)
    for box in found[bisect_left(found, span.start, key=_start) : bisect_left(found, span.end, key=_start)]:
        yield _candidate(binding, box.span.start, item_text(binding, box))
    text = binding.document.source.text
    if text.find("~~", *span) >= 0:
        for item in _items(binding):
            if item.span.start in span and item.checkbox is None:
                struck = _STRUCK_BOX.match(_text_of(binding, item))
                if struck:
                    yield _candidate(binding, item.content_start, f"~~{struck['text']}~~")


def _start(box: Box) -> int:
    return box.span.start


def _candidate(binding: Binding, place: int, text: str) -> Candidate:
    said = inapplicable_text(text, True)
    shown = _LABEL.sub(r"\1", plain(text))
    forms = [shown] if said is None else [shown, plain(said.item)]
    cut = _REMARK.search(shown)
    # The longest first: a remark may hold a dash of its own, and an item too.
    ends: list[int] = []
    while cut and len(ends) < 9:
        ends.append(cut.start())
        cut = _REMARK.search(shown, cut.end())
    forms += [shown[:end] for end in reversed(ends) if end]
    return Candidate(place, shown, tuple(dict.fromkeys(forms)))


def _bullets_in(binding: Binding, spans: Sequence[Span]) -> Iterator[Candidate]:
    """Yield the items without a box in some parts of the document."""
    for item in _items(binding):
        if item.checkbox is None and any(item.span.start in span for span in spans):
            shown = plain(_text_of(binding, item))
            yield Candidate(item.content_start, shown, (shown,))


@cached_per_binding
def _items(binding: Binding) -> tuple[ListItem, ...]:
    return tuple(items(binding.document.blocks))


def _text_of(binding: Binding, item: ListItem) -> str:
    first = item.blocks[0] if item.blocks else None
    if not isinstance(first, Paragraph):
        return ""
    return " ".join(binding.document.source.text[item.content_start : first.span.end].split())


def _nearest(wanted: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the item whose words are most like those of another, None if none is like it."""
    folded = fold(wanted)
    words = set(folded.split())
    best, nearest = 0.0, None
    for one in candidates:
        other = fold(one.shown)
        shared = words & set(other.split())
        alike = len(shared) / max(len(words), len(set(other.split())), 1)
        alike = max(alike, closeness(other, folded) if folded and other else 0.0)
        if alike > best:
            best, nearest = alike, one
    return nearest if best >= _ALIKE else None
