"""The result of one file: a plain value, which may come from another process or from an earlier run."""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from speclint.diagnostics import AppliedFix, Diagnostic, DiagnosticKey, Edit, Fix, Severity, Span
from speclint.markdown.source import Source
from speclint.markdown.source_excerpt import SourceExcerpt, excerpt

if TYPE_CHECKING:
    from speclint.linting.baseline import Entry

# "linted"; "skipped": under no rule set; "unstaged": its rule set lacks the stage that was asked for;
# "unchanged": the same as at the base of `--since`; "failed": `messages` say why.
Status = Literal["linted", "skipped", "unstaged", "unchanged", "failed"]

_NO_LINES = SourceExcerpt((), (), ())


class BaselineResult(NamedTuple):
    """The comparison of a document with the baseline at `path`.

    `found` are the diagnostics of the document as entries, `known` is how many of them the baseline lists,
    and `gone` are its entries that were not found.
    """

    path: str
    found: "tuple[Entry, ...]"
    known: int
    gone: "tuple[Entry, ...]"


class FileResult(NamedTuple):
    """The result of one file: diagnostics, obligations, messages.

    `template` is the id of its rule set, `stages` are the stages of that rule set, `stage` is the document's
    ("" without stages); `met` and `total` count its obligations. `source` is the text, or the lines of it
    that reports show. `fixed` lists the fixes applied before linting; everything else is about the fixed
    text. `fail_on` is the least severity that makes the exit code 1. `bound` are the numbers of the section
    rules that the document has sections for. `messages` state what could not be done, a line each. For the
    cache: `digest` is that of the text, `dated` means that the result may depend on the day, and
    `dependencies` maps what was asked of other files to the answers (see `workspace.surroundings`).
    """

    path: str
    status: Status
    template: str = ""
    stages: tuple[str, ...] = ()
    stage: str = ""
    met: int = 0
    total: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    source: Source | SourceExcerpt = _NO_LINES
    fixed: tuple[AppliedFix, ...] = ()
    fail_on: Severity = Severity.ERROR
    bound: tuple[int, ...] = ()
    baseline: BaselineResult | None = None
    messages: tuple[str, ...] = ()
    digest: str = ""
    dated: bool = False
    dependencies: Mapping[str, str] = {}

    @property
    def failing(self) -> bool:
        """Whether a diagnostic that counts is at least as severe as `fail_on`."""
        return any(d.severity >= self.fail_on and not d.known for d in self.diagnostics)

    def count(self, severity: Severity) -> int:
        """Return how many diagnostics of a severity there are, without the known ones."""
        return sum(d.severity is severity and not d.known for d in self.diagnostics)

    def worst_first(self) -> list[Diagnostic]:
        """Return the diagnostics by the severity that they are shown with, worst first, then by place."""
        return sorted(self.diagnostics, key=lambda diagnostic: -diagnostic.weight)

    def last_line(self, span: Span) -> int:
        """Return the line of the last character of a span; a line ending belongs to the line that it ends."""
        return self.source.line_number(max(span.start, span.end - 1))

    def trimmed(self) -> "FileResult":
        """Return the same result with no more of its source than reports show."""
        if isinstance(self.source, SourceExcerpt) or self.fixed:
            return self
        fixes = (diagnostic.fix.edits for diagnostic in self.diagnostics if diagnostic.fix is not None)
        wholes = [Span(min(edits)[0].start, max(edit.span.end for edit in edits)) for edits in fixes if edits]
        spans = (diagnostic.span for diagnostic in self.diagnostics)
        return self._replace(source=excerpt(self.source, spans, wholes))

    def extent(self, applied: AppliedFix) -> Span:
        """Return the span of a fix's text without the empty lines around it."""
        start, end = applied.span
        text = self.source.slice(applied.span)
        if not text.strip():
            return applied.span
        return Span(end - len(text.lstrip()), start + len(text.rstrip()))

    def lines(self, applied: AppliedFix) -> tuple[int, int]:
        """Return the first and the last line that a fix wrote to, from 1.

        If it only removed text, both are the line of the gap.
        """
        span = self.extent(applied)
        return self.source.line_number(span.start), self.last_line(span)

    def interned(self) -> "FileResult":
        """Return the same result with its texts interned, which halves the memory of thousands of results."""
        return self._replace(diagnostics=tuple([_interned(diagnostic) for diagnostic in self.diagnostics]))


def _interned(diagnostic: Diagnostic) -> Diagnostic:
    fix, key = diagnostic.fix, diagnostic.key
    if fix is not None:
        edits = tuple([Edit(span, sys.intern(text)) for span, text in fix.edits])
        fix = Fix(sys.intern(fix.title), edits, fix.safe)
    return diagnostic._replace(
        check=sys.intern(diagnostic.check),
        message=sys.intern(diagnostic.message),
        section=tuple(map(sys.intern, diagnostic.section)),
        fix=fix,
        subject=tuple(map(sys.intern, diagnostic.subject)),
        key=DiagnosticKey(sys.intern(key.check), tuple(map(sys.intern, key.section)), sys.intern(key.text)),
    )
