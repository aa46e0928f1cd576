"""The check `date-order`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from speclint.binding.model import Binding
from speclint.checks.fields.fields import filled
from speclint.checks.reading.dates import Moment, comes_after, comes_before, moment_of, no_such_date
from speclint.checks.reading.entries import Entry, misplaced, promises, upside_down
from speclint.diagnostics import Finding, shorten
from speclint.ruleset.values import NotADate, parse_date


def date_order(binding: Binding) -> Iterator[Finding]:
    """Dates that follow each other in life follow each other in the document.

    A document that was last updated before it was created tells that one of the two dates was forgotten; a
    milestone that comes before the one above it, that a plan was changed in one place only. In fields,
    `not_before` names the date that must not be later. In the text of a section or label, `dates: rising` or
    `dates: falling` says how the dates follow each other that its items, rows, lines or subsections begin
    with, or have as their value or at their end. Each list is taken by itself. A month or a quarter is before
    a day only when all of it is. A date that is in no calendar is reported as well.

    Fails, where `Last Updated` has `not_before: Created`, and `Milestones` has `dates: rising`:

        **Created:** 2025-03-01
        **Last Updated:** 2024-03-05

        ### Milestones

        - **2025-05-01:** Development complete
        - **2025-04-01:** Staging deployment

    Passes:

        **Created:** 2025-03-01
        **Last Updated:** 2025-03-05

        ### Milestones

        - **2025-05-01:** Development complete
        - **May 2025:** Staging deployment
    """
    for rule, field, peers in filled(binding):
        earlier = peers.get(rule.not_before) if rule.not_before else None
        if earlier is None:
            continue
        try:
            wrong = parse_date(field.value) < parse_date(earlier.value)
        except NotADate:
            continue
        if wrong:
            late_date, early_date = shorten(field.value), shorten(earlier.value)
            yield Finding(
                field.value_span, f'{rule.name} "{late_date}" is before {rule.not_before} "{early_date}"'
            )
    for promise, _, listed in promises(binding, lambda content: content.dates):
        if binding.owed(promise.start):
            yield from _entries_in_order(binding, listed, promise.order)


def _entries_in_order(
    binding: Binding, entries: tuple[Entry, ...], order: Literal["rising", "falling"]
) -> Iterator[Finding]:
    source = binding.document.source
    groups: dict[tuple[str, int], list[Moment]] = {}
    for entry in entries:
        moment = moment_of(source.text, entry) if entry.kind != "code" else None
        if moment is None:
            continue
        if moment.days is None:
            yield no_such_date(source.slice(moment.span), moment.span)
        else:
            groups.setdefault((entry.kind, entry.group), []).append(moment)
    for moments in groups.values():
        clash = comes_before if order == "falling" else comes_after
        reverse = upside_down(moments, clash)
        if reverse is not None:
            way = "fall" if order == "rising" else "rise"
            message = f"the dates {way} from entry to entry; they must be {order} here"
            yield Finding(moments[reverse].span, message)
            continue
        for place, neighbour in misplaced(moments, clash):
            where = "behind" if neighbour < place else "above"
            one, other = source.slice(moments[place].span), source.slice(moments[neighbour].span)
            yield Finding(moments[place].span, f"{one} stands {where} {other}; dates must be {order} here")
