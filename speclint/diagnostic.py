"""What a check finds and what the user sees of it."""

from __future__ import annotations

from enum import IntEnum

from speclint.record import NamedTuple
from speclint.text import Span


class Severity(IntEnum):
    """How much a diagnostic matters; ordered, so that `--fail-on` is a comparison."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        """The lower-case name, as rule sets and reports spell it."""
        return self.name.lower()


class Edit(NamedTuple):
    """New text for a span; an empty span is an insertion."""

    span: Span
    text: str


class Fix(NamedTuple):
    """A titled group of edits, applied as a whole or not at all."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


class Finding(NamedTuple):
    """What a check yields: where, and what is wrong, in a sentence that says what to do.

    `accounts_for` is the text that this finding already says everything about (an empty section, a
    run of template text): findings of the checks that come later in the list and lie wholly inside
    it are dropped, so that one fault gives one diagnostic. `subject` names something that is not there,
    behind the titles of the sections that it belongs in: the text at the span then says nothing of it.
    """

    span: Span
    message: str
    fix: Fix | None = None
    accounts_for: Span | None = None
    subject: tuple[str, ...] = ()


class Diagnostic(NamedTuple):
    """A finding with the id and severity of its check and the titles of the sections around it.

    `known` says that it was there before: in a baseline, or at the base that the run compares with. It is
    shown as a note and counts for nothing.
    """

    check: str
    severity: Severity
    span: Span
    message: str
    section: tuple[str, ...] = ()
    fix: Fix | None = None
    known: bool = False
    subject: tuple[str, ...] = ()

    @property
    def weight(self) -> Severity:
        """The severity that it is shown with."""
        return Severity.INFO if self.known else self.severity
