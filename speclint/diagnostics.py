"""How messages quote a document."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import partial
from typing import Any, NamedTuple

_LENGTH = 60


def shorten(text: str) -> str:
    """A text for a message: on one line, and of at most sixty characters."""
    text = " ".join(text[: 10 * _LENGTH].split())
    return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 1]}…"


class Span(NamedTuple):
    """A half-open range of code-point offsets into a source."""

    start: int
    end: int

    def __contains__(self, other: object) -> bool:
        """Whether an offset lies inside."""
        return isinstance(other, int) and self.start <= other < self.end

    def encloses(self, other: "Span") -> bool:
        """Whether the whole of another span lies inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end


# A named tuple's own constructor is Python code, which spans for every line or piece can feel.
span_of: Callable[[tuple[int, int]], Span] = partial(tuple.__new__, Span)


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

    `accounts_for` is the text that this finding already says everything about (an empty section, a run of
    template text): findings of the checks that come later in the list and lie wholly inside it are dropped,
    so that one fault gives one diagnostic. `subject` names something that is not there, behind the titles
    of the sections that it belongs in: the text at the span then says nothing of it. `times` is how many of
    it are missing. `cause` is what the finding is about, for whoever makes a fix of it.
    """

    span: Span
    message: str
    accounts_for: Span | None = None
    subject: tuple[str, ...] = ()
    times: int = 1
    cause: Any = None


class AppliedFix(NamedTuple):
    """A fix that was applied: the id of its check, its title, and where its text stands in the fixed text."""

    check: str
    title: str
    span: Span


class DiagnosticKey(NamedTuple):
    """What makes two diagnostics the same one, in whatever version of a document.

    `section` are the titles around it, without that of the document and without their numbers; `text` is
    what is missing, or else the lines that the diagnostic stands on, without markers and with single
    spaces. Neither lines nor the wording of messages are part of it. Baselines, `--since` and fingerprints
    compare nothing else.
    """

    check: str
    section: tuple[str, ...] = ()
    text: str = ""


class Diagnostic(NamedTuple):
    """A finding with the id and severity of its check and the titles of the sections around it.

    `known` says that it was there before: in a baseline, or at the base that the run compares with. It is
    shown as a note and counts for nothing. `fix` is None until somebody asks for fixes, and where there is
    none.
    """

    check: str
    severity: Severity
    span: Span
    message: str
    section: tuple[str, ...] = ()
    fix: Fix | None = None
    known: bool = False
    subject: tuple[str, ...] = ()
    times: int = 1
    key: DiagnosticKey = DiagnosticKey("")

    @property
    def weight(self) -> Severity:
        """The severity that it is shown with."""
        return Severity.INFO if self.known else self.severity


class Problem(NamedTuple):
    """One fault of a file; line and column count from 1, columns in code points."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class RuleSetError(Exception):
    """A rule set that cannot be used; `problems` holds every fault found, in the order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> "tuple[type[RuleSetError], tuple[tuple[Problem, ...]]]":
        return RuleSetError, (self.problems,)


# More than anybody reads of one file.
_SHOWN = 100


def format_problems(problems: Sequence[Problem]) -> Iterator[str]:
    """Problems as lines; of very many the first ones, and how many more there are."""
    yield from map(str, problems[:_SHOWN])
    if len(problems) > _SHOWN:
        yield f"{problems[_SHOWN].path}: and {len(problems) - _SHOWN} more faults"


def error_reason(error: Exception) -> str:
    """Why something failed, in the words of the system where it has any."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A tail for a message that names the likely word, or nothing."""
    from difflib import get_close_matches

    near = get_close_matches(word[:80], list(words), n=1, cutoff=0.6)
    return f"; did you mean `{near[0]}`?" if near else ""


def quoted(words: Iterable[object]) -> str:
    """Words as a message lists them."""
    return ", ".join(f"`{word}`" for word in words)


def plural(count: int, noun: str) -> str:
    """Return a number with its noun: "1 error", "2 errors"."""
    return f"{count} {noun}{'s' * (count != 1)}"
