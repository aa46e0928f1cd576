"""Output formats, one a file: each is a pure function from a report to text."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

from speclint.diagnostic import Diagnostic, Severity
from speclint.text import Source


class Checked(NamedTuple):
    """A document that was linted: under which rule set, at which stage, and with what result.

    `stage` is "" where the rule set has no stages; `met` and `total` count its obligations.
    """

    path: str
    source: Source
    template: str
    stage: str
    met: int
    total: int
    diagnostics: tuple[Diagnostic, ...]


class Report(NamedTuple):
    """One run: the documents in the order in which they were checked, and how many were under no template."""

    documents: tuple[Checked, ...]
    skipped: int = 0

    def count(self, severity: Severity) -> int:
        """How many diagnostics of a severity there are."""
        return sum(d.severity is severity for document in self.documents for d in document.diagnostics)


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
