"""List the output formats; each is a pure function from a report to text."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import NamedTuple

from speclint.diagnostics import Diagnostic, Severity
from speclint.linting.result import FileResult


class Report(NamedTuple):
    """The results of one run, as every format gets them.

    `documents` are in the order in which they were linted; `skipped` is how many are under no template.
    `fixing` means that documents were to be fixed, `unsafe` that unsafe fixes were included. `base` is the
    name of what the run compares with, None if it compares with nothing. `failed` means that something could
    not be done, such as reading a file: there may be more to find.
    """

    documents: tuple[FileResult, ...]
    skipped: int = 0
    fixing: bool = False
    unsafe: bool = False
    base: str | None = None
    failed: bool = False

    def diagnostics(self) -> Iterator[tuple[FileResult, Diagnostic]]:
        """Yield every diagnostic with its document."""
        return ((document, diagnostic) for document in self.documents for diagnostic in document.diagnostics)

    def count(self, severity: Severity) -> int:
        """Return how many diagnostics of a severity there are, without the known ones."""
        return sum(document.count(severity) for document in self.documents)

    def known(self) -> int:
        """Return how many diagnostics are known."""
        return sum(diagnostic.known for _, diagnostic in self.diagnostics())

    def fixed(self) -> int:
        """Return how many fixes were applied."""
        return sum(len(document.fixed) for document in self.documents)

    def fixable(self) -> tuple[int, int]:
        """Return how many of the diagnostics that count have a safe fix, and how many an unsafe one."""
        fixes = [d.fix for _, d in self.diagnostics() if d.fix is not None and not d.known]
        safe = sum(fix.safe for fix in fixes)
        return safe, len(fixes) - safe


class Style(NamedTuple):
    """How a report looks: `color` uses ANSI colors, `excerpts` shows source lines, `quiet` no summaries."""

    color: bool = False
    excerpts: bool = False
    quiet: bool = False


Reporter = Callable[[Report, Style], str]


# Every format, in the order of the help. Each is the module of the same name in this package, with a function
# `render` of the type `Reporter`; it is imported when somebody asks for it.
FORMATS = (
    "text",
    "concise",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "rdjson",
    "markdown",
)


# Those that say what can be fixed, or how: for others no fix is made.
SHOW_FIXES = frozenset(("text", "json", "jsonl", "sarif", "rdjson", "markdown"))


def reporter(name: str) -> Reporter:
    """Return the function that renders a format of `FORMATS`."""
    render: Reporter = import_module(f"speclint.reporters.{name}").render
    return render
