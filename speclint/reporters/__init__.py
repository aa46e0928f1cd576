"""Output formats, one a file: each is a pure function from a report to text."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from speclint.diagnostic import Diagnostic, Severity
from speclint.text import Source, Span

if TYPE_CHECKING:
    from speclint.fixer import Applied


class Checked(NamedTuple):
    """A document that was linted: under which rule set, at which stage, and with what result.

    `stage` is "" where the rule set has no stages; `met` and `total` count its obligations. `fixed` is what
    was fixed before; all the rest is about the text after that.
    """

    path: str
    source: Source
    template: str
    stage: str
    met: int
    total: int
    diagnostics: tuple[Diagnostic, ...]
    fixed: tuple[Applied, ...] = ()

    def extent(self, applied: Applied) -> Span:
        """Where what a fix wrote stands, without the blank lines around it."""
        start, end = applied.span
        text = self.source.text[start:end]
        if not text.strip():
            return applied.span
        return Span(end - len(text.lstrip()), start + len(text.rstrip()))

    def lines(self, applied: Applied) -> tuple[int, int]:
        """The first and the last line that a fix wrote to; where it took text away, the one with the gap."""
        start, end = self.extent(applied)
        return self.source.line_number(start), self.source.line_number(max(start, end - 1))


class Report(NamedTuple):
    """One run: the documents in the order in which they were checked, and how many were under no template.

    `fixing` says that documents were to be fixed, `unsafe` that this went for unsafe fixes as well.
    """

    documents: tuple[Checked, ...]
    skipped: int = 0
    fixing: bool = False
    unsafe: bool = False

    def count(self, severity: Severity) -> int:
        """How many diagnostics of a severity there are, without those that were there before."""
        return sum(
            d.severity is severity and not d.known
            for document in self.documents
            for d in document.diagnostics
        )

    def fixed(self) -> int:
        """How many fixes were applied."""
        return sum(len(document.fixed) for document in self.documents)

    def fixable(self) -> tuple[int, int]:
        """How many of the diagnostics that count have a fix that is safe, and how many one that is not."""
        found = [d for document in self.documents for d in document.diagnostics if not d.known]
        fixes = [d.fix for d in found if d.fix is not None]
        safe = sum(fix.safe for fix in fixes)
        return safe, len(fixes) - safe


class Style(NamedTuple):
    """How a report looks: `color` uses ANSI colors, `excerpts` shows source lines, `quiet` no summaries."""

    color: bool = False
    excerpts: bool = False
    quiet: bool = False


Reporter = Callable[[Report, Style], str]

# Each is the module of the same name with a function `render`, imported when it is asked for.
FORMATS = ("text", "concise", "json")


def reporter(name: str) -> Reporter:
    """The reporter of a format in `FORMATS`."""
    render: Reporter = import_module(f"speclint.reporters.{name}").render
    return render
