"""Output formats, one a file: each is a pure function from a report to text."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import NamedTuple

from speclint.diagnostics import Diagnostic, Severity
from speclint.linting.result import FileResult


class Report(NamedTuple):
    """One run: the documents in the order in which they were checked, and how many were under no template.

    `fixing` says that documents were to be fixed, `unsafe` that this went for unsafe fixes as well. `base` is
    the name of what the run compares with, None where it compares with nothing. `failed` says that something
    could not be done, such as reading a file: there may be more to find.
    """

    documents: tuple[FileResult, ...]
    skipped: int = 0
    fixing: bool = False
    unsafe: bool = False
    base: str | None = None
    failed: bool = False

    def diagnostics(self) -> Iterator[tuple[FileResult, Diagnostic]]:
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
