"""Asks every check about a document under its rule set: pure, text in, diagnostics out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.checks.registry import CHECKS, Check
from speclint.diagnostics import Diagnostic, Finding, Severity
from speclint.markdown.document import Document
from speclint.markdown.source import Span
from speclint.ruleset.model import options

if TYPE_CHECKING:
    from datetime import date

    from speclint.checks.exceptions.comments import Suppressions


class Verdict(NamedTuple):
    """What was found in a document, and what comments in it hide; each in the order of the places."""

    diagnostics: tuple[Diagnostic, ...]
    hidden: tuple[Diagnostic, ...] = ()


def lint(
    binding: Binding,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    severities: Mapping[str, Severity | None] | None = None,
    today: date | None = None,
    require_reason: bool = False,
) -> tuple[Diagnostic, ...]:
    """The diagnostics of a bound document, in the order of their places.

    `select` names the checks to run (none: all), `ignore` those to leave out; `severities` overrides
    what the rule set says about checks, which overrides each check's default. Comments in the document turn
    checks off: none has expired where `today` is not given, and with `require_reason` each says why.
    """
    return judge(binding, select, ignore, severities, today, require_reason).diagnostics


def judge(
    binding: Binding,
    select: Collection[str] = (),
    ignore: Collection[str] = (),
    severities: Mapping[str, Severity | None] | None = None,
    today: date | None = None,
    require_reason: bool = False,
) -> Verdict:
    """What `lint` gives, and beside it what comments hide."""
    checks = tuple(chosen(binding, select, ignore, severities))
    # Findings of one check at one place stay in the order of the template.
    found = sorted(_found(binding, checks), key=_place)
    comments = suppressions(binding, today, require_reason)
    if comments is None:
        return Verdict(tuple(found))
    hides = [comments.hides(diagnostic.check, diagnostic.span.start) for diagnostic in found]
    hidden = tuple(d for d, hide in zip(found, hides, strict=True) if hide)
    ran = {check.id for check, _ in checks}
    # What a comment is for may be owed at another stage than this one.
    if idle := comments.idle() & ran:
        for stage in binding.rules.stages.order if binding.rules.stages else ():
            if stage != binding.stage:
                there = bind(binding.document, binding.rules, stage, binding.location)
                others = [pair for pair in chosen(there, select, ignore, severities) if pair[0].id in idle]
                for diagnostic in _found(there, others):
                    comments.hides(diagnostic.check, diagnostic.span.start)
    outcome = comments.outcome(ran)
    shown = [d for d, hide in zip(found, hides, strict=True) if not hide]
    for check, severity in checks:
        if check.last:
            shown += [_diagnostic(binding, check, severity, finding) for finding in check.run(outcome)]
    return Verdict(tuple(sorted(shown, key=_place)), hidden)


def suppressions(
    binding: Binding, today: date | None = None, require_reason: bool = False
) -> Suppressions | None:
    """What comments in a document turn off; None where there can be none, which costs nothing."""
    text = binding.document.source.text
    if "speclint" not in text or "<!--" not in text:
        return None
    from speclint.checks.exceptions.comments import Suppressions

    ids = [check.id for check in CHECKS]
    fixed = [check.id for check in CHECKS if check.last]
    return Suppressions(binding.document, ids, fixed, today, require_reason)


def _found(binding: Binding, checks: Iterable[tuple[Check, Severity]]) -> Iterator[Diagnostic]:
    """What checks find, one after the other; those that come last are not asked."""
    accounted = _Accounted()
    there = options(binding.rules)
    for check, severity in checks:
        # What cannot find anything is not even imported.
        if check.last or (check.needs and check.needs not in there):
            continue
        if check.about and not getattr(binding, check.about):
            continue
        claims: list[Span] = []
        for finding in check.run(binding):
            if accounted.encloses(finding.span):
                continue
            yield _diagnostic(binding, check, severity, finding)
            if finding.accounts_for is not None:
                claims.append(finding.accounts_for)
        accounted.add(claims)


def _diagnostic(binding: Binding, check: Check, severity: Severity, finding: Finding) -> Diagnostic:
    titles = section_path(binding.document, finding.span.start)
    return Diagnostic(
        check.id, severity, finding.span, finding.message, titles, finding.fix, subject=finding.subject
    )


def _place(diagnostic: Diagnostic) -> tuple[Span, str]:
    return diagnostic.span, diagnostic.check


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
