"""The report for people: diagnostics with their source lines, and how complete each document is."""

from __future__ import annotations

import re

from speclint.diagnostics import Diagnostic, Severity, Span, plural
from speclint.linting.result import FileResult
from speclint.reporters.ansi import BOLD, COLORS, DIM, RESET
from speclint.reporters.concise import fixed, headline, shown
from speclint.reporters.escape import CI_COMMAND, CI_COMMAND_ESCAPE, escape_controls, escape_path
from speclint.reporters.formats import Report, Style

# An excerpt shows at most this many characters of a line: so many before the column, so many from it on.
_BEFORE, _FROM = 40, 60

_TAB = "    "

_CUT = "…"


def render(report: Report, style: Style) -> str:
    """Return the documents one after the other, then a line that sums them up."""
    parts: list[str] = []
    for document in report.documents:
        lines = fixed(document, style)
        for diagnostic in shown(document, report, style):
            lines.append(headline(document, diagnostic, style))
            if style.excerpts and not diagnostic.known:
                lines += _excerpt(document, diagnostic, style)
        if not style.quiet:
            lines.append(_completeness(document, style))
        if lines:
            parts.append("".join(f"{line}\n" for line in lines))
    if report.documents and not style.quiet:
        parts.append(f"{total(report, escape_controls(report.base or ''))}\n")
    return ("" if style.quiet else "\n").join(parts)


def _completeness(document: FileResult, style: Style) -> str:
    template = escape_controls(document.template)
    stage = f" at stage {escape_controls(document.stage)}" if document.stage else ""
    path = f"{BOLD}{escape_path(document.path)}{RESET}" if style.color else escape_path(document.path)
    template = escape_controls(document.template)
    return f"{path}: {document.met} of {document.total} obligations met ({template}{stage})"


def total(report: Report, base: str = "") -> str:
    """Return the line that sums up a run; `base`, safe to show, is what it was compared with."""
    number, found = _found(report)
    if report.fixing and (number or report.fixed()):
        remain = f"{found or 'nothing'} remain{'' if number > 1 else 's'}"
        outcome = f"{report.fixed() or 'nothing'} fixed, {remain}"
    else:
        outcome = found or "nothing found"
    return f"{_checked(report, base)}: {outcome}{_known(report)}{_offer(report)}"


def forecast(report: Report) -> str:
    """Return the line that sums up what fixing would do, if nothing was written."""
    _, found = _found(report)
    return (
        f"{_checked(report)}: {report.fixed() or 'nothing'} would be fixed, {found or 'nothing'} would remain"
        f"{_known(report)}{_offer(report)}"
    )


def _checked(report: Report, base: str = "") -> str:
    against = f" against {base}" if base else ""
    return f"{plural(len(report.documents), 'document')} checked{against}"


def _found(report: Report) -> tuple[int, str]:
    """Return how many diagnostics count, and the numbers of each severity in words."""
    errors, warnings, infos = map(report.count, (Severity.ERROR, Severity.WARNING, Severity.INFO))
    words = [plural(errors, "error")] if errors else []
    words += [plural(warnings, "warning")] if warnings else []
    words += [f"{infos} info"] if infos else []
    return errors + warnings + infos, ", ".join(words)


def _known(report: Report) -> str:
    known = report.known()
    return f", {known} known" if known else ""


def _offer(report: Report) -> str:
    """Return which options would fix more, and how much."""
    safe, unsafe = report.fixable()
    if report.fixing:
        offers = [f"{unsafe} fixable with --unsafe-fixes"] if unsafe and not report.unsafe else []
    elif safe:
        offers = [f"{safe} fixable with --fix", *([f"{unsafe} more with --unsafe-fixes"] if unsafe else [])]
    else:
        offers = [f"{unsafe} fixable with --fix --unsafe-fixes"] if unsafe else []
    return f" ({', '.join(offers)})" if offers else ""


def _excerpt(document: FileResult, diagnostic: Diagnostic, style: Style) -> list[str]:
    """Return the line that a diagnostic begins on, and carets under the part that it is about."""
    source, span = document.source, diagnostic.span
    number = source.line_number(span.start)
    line = source.line_span(number)
    if line.start == line.end:
        return []
    first = max(line.start, span.start - _BEFORE)
    last = min(line.end, span.start + _FROM)
    shown = _shown(source.slice(Span(first, last)))
    begin, end = span.start - first, min(last, span.end) - first
    before, marked, after = ("".join(part) for part in (shown[:begin], shown[begin:end], shown[end:]))
    before = (_CUT if first > line.start else "") + before
    after += _CUT if last < line.end else ""
    gutter = f"{number} | "
    bar, carets = " " * (len(gutter) - 2) + "| ", "^" * max(1, _width(marked))
    if style.color:
        color = COLORS[diagnostic.weight]
        gutter, bar, carets = f"{DIM}{gutter}{RESET}", f"{DIM}{bar}{RESET}", f"{color}{carets}{RESET}"
    return [f"  {gutter}{before}{marked}{after}", f"  {bar}{' ' * _width(before)}{carets}"]


def _shown(text: str) -> list[str]:
    """Return each character of a text as it is shown."""
    own = {"\t": _TAB, "\ufeff": ""}
    shown = [own[character] if character in own else escape_controls(character) for character in text]
    for match in re.finditer(CI_COMMAND, text):
        shown[match.start()] = CI_COMMAND_ESCAPE
    return shown


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(character) in ("Mn", "Me", "Cf") else 1 + (east_asian_width(character) in "WF")
        for character in text
    )
