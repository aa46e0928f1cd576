"""Lint a text under a rule set: pure, text in, diagnostics and obligations out."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.binding.surroundings import DocumentLocation, Files
from speclint.checks.registry import CHECKS, Check
from speclint.diagnostics import Diagnostic, Finding, Severity, Span
from speclint.linting.keys import key_of
from speclint.linting.obligations import Obligation, obligations
from speclint.linting.settings import Settings
from speclint.markdown.document import Document, parse_document
from speclint.markdown.source import Source
from speclint.ruleset.model import RuleSet, options

if TYPE_CHECKING:
    from speclint.checks.exceptions.comments import Suppressions


# So many diagnostics of one check are listed for a document, and the rest is counted.
MOST_OF_A_CHECK = 1000


class LintResult(NamedTuple):
    """The result of linting one text.

    `rule_set` is the id of the rule set. `diagnostics`, and `suppressed`, which comments in the document
    hide, are in the order of their places; of more than 1,000 of one check the last gives the number of the
    rest. `obligations` are what the rule set asks for at `stage` ("" if it
    has no stages), in its order, met or not.
    """

    rule_set: str
    stage: str
    diagnostics: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...]
    obligations: tuple[Obligation, ...]

    @property
    def met(self) -> int:
        """The number of obligations that are met."""
        return sum(obligation.met for obligation in self.obligations)


def lint(
    text: str | Source,
    rules: RuleSet,
    stage: str | None = None,
    path: str | None = None,
    files: Files | None = None,
    settings: Settings = Settings(),  # noqa: B008 - immutable
) -> LintResult:
    """Lint a text under a rule set, at a stage or else at its own.

    `path` is where the text lies among `files`, with `/` and relative to their root; without both, links and
    paths are not followed. Read no file, clock or environment but through `files`. Raise `RegexTimeout` when
    the patterns of the rule set take too long, and `ValueError` for a stage that the rule set does not have.
    """
    if stage is not None and (rules.stages is None or stage not in rules.stages.order):
        raise ValueError(f"rule set `{rules.id}` has no stage `{stage}`")
    location = DocumentLocation(files, path) if files is not None and path is not None else None
    return lint_binding(bind(parse_document(text), rules, stage, location, settings.coverage), settings)


def lint_binding(
    binding: Binding,
    settings: Settings = Settings(),  # noqa: B008 - immutable
    most: int | None = MOST_OF_A_CHECK,
) -> LintResult:
    """Lint a bound document, with at most so many diagnostics of a check; None: with all of them.

    Raise `RegexTimeout` when the patterns of the rule set take too long.
    """
    found = _run(binding, settings, most)
    owed = obligations(binding, found.places, found.suppressed)
    return LintResult(binding.rules.id, binding.stage, found.listed(), tuple(found.suppressed), owed)


def run_checks(
    binding: Binding,
    settings: Settings = Settings(),  # noqa: B008 - immutable
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Return all diagnostics of a bound document, and those that comments in it hide, in order of place."""
    found = _run(binding, settings, None)
    return found.listed(), tuple(found.suppressed)


class _Collected:
    """Diagnostics, the first `most` of each check and one more, and the places of all of them by check."""

    def __init__(self, most: int | None) -> None:
        self.most = most
        self.diagnostics: list[Diagnostic] = []
        self.suppressed: list[Diagnostic] = []
        self.places: dict[str, list[int]] = {}

    def takes(self, check: str, place: int) -> bool:
        """Count what a check found at a place, and return whether it is one of those that are kept."""
        places = self.places.setdefault(check, [])
        places.append(place)
        return self.most is None or len(places) <= self.most + 1

    def listed(self) -> tuple[Diagnostic, ...]:
        """Return the diagnostics in the order of their places; one too many stands for the rest."""
        left = dict.fromkeys(self.places, self.most)
        listed: list[Diagnostic] = []
        for diagnostic in self.diagnostics:
            room = left[diagnostic.check]
            if room is not None:
                left[diagnostic.check] = room - 1
                if room == 0 and self.most is not None:
                    diagnostic = _rest_of(diagnostic, len(self.places[diagnostic.check]) - self.most)
            listed.append(diagnostic)
        # Those of one check at one place stay in the order of the template.
        return tuple(sorted(listed, key=_place))


def limited(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return the first 1,000 new and known diagnostics of each check, and one of each for the rest."""
    kept = _Collected(MOST_OF_A_CHECK), _Collected(MOST_OF_A_CHECK)
    for diagnostic in diagnostics:
        collected = kept[diagnostic.known]
        if collected.takes(diagnostic.check, diagnostic.span.start):
            collected.diagnostics.append(diagnostic)
    return tuple(sorted((*kept[False].listed(), *kept[True].listed()), key=_place))


def _rest_of(first: Diagnostic, count: int) -> Diagnostic:
    """Return the diagnostic that stands for `count` others of its check, of which this is the first."""
    message = f"{first.message} (and {count - 1:,} more of `{first.check}` that are not listed)"
    return first._replace(message=message, fix=None)


def _run(binding: Binding, settings: Settings, most: int | None) -> _Collected:
    checks = tuple(chosen_checks(binding, settings))
    comments = suppressions(binding, settings)
    found = _Collected(most)
    for check, severity, finding in _found(binding, checks):
        if comments is not None and comments.hides(check.id, finding.span.start):
            found.suppressed.append(_diagnostic(binding, check, severity, finding))
        elif found.takes(check.id, finding.span.start):
            found.diagnostics.append(_diagnostic(binding, check, severity, finding))
    found.suppressed.sort(key=_place)
    if comments is None:
        return found
    ran = {check.id for check, _ in checks}
    # What a comment is for may be owed at another stage than this one.
    if idle := comments.idle() & ran:
        for stage in binding.rules.stages.order if binding.rules.stages else ():
            if stage != binding.stage:
                there = bind(
                    binding.document,
                    binding.rules,
                    stage,
                    binding.location,
                    regex_budget=binding.regex_budget,
                )
                others = [pair for pair in chosen_checks(there, settings) if pair[0].id in idle]
                for check, _, finding in _found(there, others):
                    comments.hides(check.id, finding.span.start)
    report = comments.outcome(ran)
    for check, severity in checks:
        if check.last:
            for finding in check.run(report):
                if found.takes(check.id, finding.span.start):
                    found.diagnostics.append(_diagnostic(binding, check, severity, finding))
    return found


def suppressions(binding: Binding, settings: Settings) -> "Suppressions | None":
    """Return what comments in a document turn off, None if it has no such comment."""
    text = binding.document.source.text
    if "speclint" not in text or "<!--" not in text:
        return None
    from speclint.checks.exceptions.comments import Suppressions

    ids = [check.id for check in CHECKS]
    fixed = [check.id for check in CHECKS if check.last]
    return Suppressions(binding.document, ids, fixed, settings.today, settings.require_reason)


def _found(
    binding: Binding, checks: Iterable[tuple[Check, Severity]]
) -> Iterator[tuple[Check, Severity, Finding]]:
    """Yield what checks find, one check after the other, without what those find that come last."""
    accounted = _Accounted()
    there = options(binding.rules)
    for check, severity in checks:
        # What cannot find anything is not even imported.
        if check.last or (check.needs and there.isdisjoint(check.needs)):
            continue
        if check.about and not any(getattr(binding, part) for part in check.about):
            continue
        claims: list[Span] = []
        for finding in check.run(binding):
            if accounted.encloses(finding.span):
                continue
            yield check, severity, finding
            if finding.accounts_for is not None:
                claims.append(finding.accounts_for)
        accounted.add(claims)


def _diagnostic(binding: Binding, check: Check, severity: Severity, finding: Finding) -> Diagnostic:
    return Diagnostic(
        check.id,
        severity,
        finding.span,
        finding.message,
        section_path(binding.document, finding.span.start),
        subject=finding.subject,
        times=finding.times,
        key=key_of(binding, check.id, finding.span, finding.subject),
    )


def _place(diagnostic: Diagnostic) -> tuple[Span, str]:
    return diagnostic.span, diagnostic.check


def chosen_checks(binding: Binding, settings: Settings) -> Iterator[tuple[Check, Severity]]:
    """Yield the checks to run, in their order, each with its severity."""
    select, ignore = settings.select, settings.ignore
    severities = {**binding.rules.severities_at(binding.stage), **settings.severities}
    for check in CHECKS:
        severity = severities.get(check.id, check.severity)
        if check.id in select:
            severity = severity or check.severity or Severity.WARNING
        if severity is not None and check.id not in ignore and (not select or check.id in select):
            yield check, severity


class _Accounted:
    """The texts that findings of earlier checks account for."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        # The farthest end of the spans up to each, so that one look tells whether any of them reaches.
        self.ends: list[int] = []

    def add(self, spans: Sequence[Span]) -> None:
        if spans:
            self.spans = sorted([*self.spans, *spans])
            self.ends = list(accumulate((span.end for span in self.spans), max))

    def encloses(self, span: Span) -> bool:
        """Return whether one of the texts holds the whole of a span."""
        before = bisect_right(self.spans, span.start, key=attrgetter("start"))
        return before > 0 and self.ends[before - 1] >= span.end


def section_path(document: Document, offset: int) -> tuple[str, ...]:
    """Return the titles of the sections around an offset, the outermost first."""
    return tuple(section.title for section in document.sections_at(offset)[1:])
