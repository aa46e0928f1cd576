"""Asks every check about a document under its rule set: pure, text in, diagnostics out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import attrgetter

from speclint.binding import Binding
from speclint.checks import CHECKS, Check
from speclint.diagnostic import Diagnostic, Severity
from speclint.document import Document
from speclint.text import Span


def lint(
    binding: Binding,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    severities: Mapping[str, Severity | None] | None = None,
) -> tuple[Diagnostic, ...]:
    """The diagnostics of a bound document, in the order of their places.

    `select` names the checks to run (none: all), `ignore` those to leave out; `severities` overrides
    what the rule set says about checks, which overrides each check's default.
    """
    diagnostics: list[Diagnostic] = []
    accounted = _Accounted()
    for check, severity in chosen(binding, select, ignore, severities):
        claims: list[Span] = []
        for finding in check.run(binding):
            if accounted.encloses(finding.span):
                continue
            titles = section_path(binding.document, finding.span.start)
            diagnostics.append(
                Diagnostic(check.id, severity, finding.span, finding.message, titles, finding.fix)
            )
            if finding.accounts_for is not None:
                claims.append(finding.accounts_for)
        accounted.add(claims)
    # Findings of one check at one place stay in the order of the template.
    return tuple(sorted(diagnostics, key=lambda d: (d.span, d.check)))


def chosen(
    binding: Binding,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    severities: Mapping[str, Severity | None] | None = None,
) -> Iterator[tuple[Check, Severity]]:
    """The checks to run, in their order, each with its severity; the arguments are those of `lint`."""
    said: dict[str, Severity | None] = {**binding.rules.severities_at(binding.stage), **(severities or {})}
    for check in CHECKS:
        severity = said.get(check.id, check.severity)
        if check.id in select:
            severity = severity or check.severity or Severity.WARNING
        if severity is not None and check.id not in ignore and (not select or check.id in select):
            yield check, severity


class _Accounted:
    """The texts of which earlier checks have said everything."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        # The farthest end of the spans up to each, so that one look tells whether any of them reaches.
        self.ends: list[int] = []

    def add(self, spans: Sequence[Span]) -> None:
        if spans:
            self.spans = sorted([*self.spans, *spans])
            self.ends = list(accumulate((span.end for span in self.spans), max))

    def encloses(self, span: Span) -> bool:
        """Whether one of the texts holds the whole of a span."""
        before = bisect_right(self.spans, span.start, key=attrgetter("start"))
        return before > 0 and self.ends[before - 1] >= span.end


def section_path(document: Document, offset: int) -> tuple[str, ...]:
    """The titles of the sections around an offset, the outermost first."""
    return tuple(section.title for section in document.sections_at(offset)[1:])
