"""Asks every check about a document under its rule set: pure, text in, diagnostics out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from speclint.binding import Binding
from speclint.checks import CHECKS
from speclint.diagnostic import Diagnostic, Severity
from speclint.document import Document, Section
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
    chosen: dict[str, Severity | None] = {**binding.rules.severities, **(severities or {})}
    diagnostics: list[Diagnostic] = []
    accounted: list[Span] = []
    for check in CHECKS:
        severity = chosen.get(check.id, check.severity)
        if check.id in select:
            severity = severity or check.severity or Severity.WARNING
        if severity is None or check.id in ignore or (select and check.id not in select):
            continue
        claims: list[Span] = []
        for finding in check.run(binding):
            if any(claim.encloses(finding.span) for claim in accounted):
                continue
            titles = section_path(binding.document, finding.span.start)
            diagnostics.append(
                Diagnostic(check.id, severity, finding.span, finding.message, titles, finding.fix)
            )
            if finding.accounts_for is not None:
                claims.append(finding.accounts_for)
        accounted += claims
    return tuple(sorted(diagnostics, key=lambda d: (d.span, d.check, d.message)))


def section_path(document: Document, offset: int) -> tuple[str, ...]:
    """The titles of the sections around an offset, the outermost first."""
    titles: list[str] = []
    sections: tuple[Section, ...] = document.root.children
    while sections:
        for section in sections:
            if offset in section.span:
                titles.append(section.title)
                sections = section.children
                break
        else:
            break
    return tuple(titles)
