"""Output formats, one a file: each is a pure function from a report to text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from speclint.diagnostics import Diagnostic, Severity
from speclint.markdown.source import Source, Span
from speclint.markdown.source_excerpt import SourceExcerpt, excerpt

if TYPE_CHECKING:
    from speclint.fixes.fix import Applied


class Checked(NamedTuple):
    """A document that was linted: under which rule set, at which stage, and with what result.

    `stage` is "" where the rule set has no stages; `met` and `total` count its obligations. `fixed` is what
    was fixed before; all the rest is about the text after that. `fail_on` is the least severity that makes
    the exit code 1. Of the source, what diagnostics and fixes speak of is enough.
    """

    path: str
    source: Source | SourceExcerpt
    template: str
    stage: str
    met: int
    total: int
    diagnostics: tuple[Diagnostic, ...]
    fixed: tuple[Applied, ...] = ()
    fail_on: Severity = Severity.ERROR

    def count(self, severity: Severity) -> int:
        """How many diagnostics of a severity there are, without those that were there before."""
        return sum(d.severity is severity and not d.known for d in self.diagnostics)

    def worst_first(self) -> list[Diagnostic]:
        """The diagnostics by the severity that they are shown with, and else in the order of their places."""
        return sorted(self.diagnostics, key=lambda diagnostic: -diagnostic.weight)

    def last_line(self, span: Span) -> int:
        """The line of the last character of a span; a line ending belongs to the line that it ends."""
        return self.source.line_number(max(span.start, span.end - 1))

    def trimmed(self) -> Checked:
        """The same document with no more of its source than reports speak of."""
        if isinstance(self.source, SourceExcerpt) or self.fixed:
            return self
        fixes = (diagnostic.fix.edits for diagnostic in self.diagnostics if diagnostic.fix is not None)
        wholes = [Span(min(edits)[0].start, max(edit.span.end for edit in edits)) for edits in fixes if edits]
        spans = (diagnostic.span for diagnostic in self.diagnostics)
        return self._replace(source=excerpt(self.source, spans, wholes))

    def extent(self, applied: Applied) -> Span:
        """Where what a fix wrote stands, without the blank lines around it."""
        start, end = applied.span
        text = self.source.slice(applied.span)
        if not text.strip():
            return applied.span
        return Span(end - len(text.lstrip()), start + len(text.rstrip()))

    def lines(self, applied: Applied) -> tuple[int, int]:
        """The first and the last line that a fix wrote to; where it took text away, the one with the gap."""
        span = self.extent(applied)
        return self.source.line_number(span.start), self.last_line(span)


class Report(NamedTuple):
    """One run: the documents in the order in which they were checked, and how many were under no template.

    `fixing` says that documents were to be fixed, `unsafe` that this went for unsafe fixes as well. `base` is
    the name of what the run compares with, None where it compares with nothing. `failed` says that something
    could not be done, such as reading a file: there may be more to find.
    """

    documents: tuple[Checked, ...]
    skipped: int = 0
    fixing: bool = False
    unsafe: bool = False
    base: str | None = None
    failed: bool = False

    def diagnostics(self) -> Iterator[tuple[Checked, Diagnostic]]:
        """Every diagnostic with its document."""
        return ((document, diagnostic) for document in self.documents for diagnostic in document.diagnostics)

    def count(self, severity: Severity) -> int:
        """How many diagnostics of a severity there are, without those that were there before."""
        return sum(document.count(severity) for document in self.documents)

    def known(self) -> int:
        """How many diagnostics were there before."""
        return sum(diagnostic.known for _, diagnostic in self.diagnostics())

    def fixed(self) -> int:
        """How many fixes were applied."""
        return sum(len(document.fixed) for document in self.documents)

    def fixable(self) -> tuple[int, int]:
        """How many of the diagnostics that count have a fix that is safe, and how many one that is not."""
        fixes = [d.fix for _, d in self.diagnostics() if d.fix is not None and not d.known]
        safe = sum(fix.safe for fix in fixes)
        return safe, len(fixes) - safe


class Style(NamedTuple):
    """How a report looks: `color` uses ANSI colors, `excerpts` shows source lines, `quiet` no summaries."""

    color: bool = False
    excerpts: bool = False
    quiet: bool = False


Reporter = Callable[[Report, Style], str]


# Each is the module of the same name with a function `render`, imported when it is asked for.
FORMATS = (
    "text", "concise", "json", "jsonl", "sarif", "github", "gitlab", "junit", "rdjson", "markdown",
)  # fmt: skip


def reporter(name: str) -> Reporter:
    """The reporter of a format in `FORMATS`."""
    render: Reporter = import_module(f"speclint.reporters.{name}").render
    return render
