"""Define the values that every room shares: spans, edits, findings, diagnostics and errors."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import partial
from typing import Any, NamedTuple

_LENGTH = 60


def shorten(text: str) -> str:
    """Return a text for a message: on one line, and at most 60 code points long.

    Whitespace is collapsed; what is left out is replaced by an ellipsis.
    """
    text = " ".join(text[: 10 * _LENGTH].split())
    return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 1]}…"


def shorten_both(first: str, second: str) -> tuple[str, str]:
    """Return two texts for a message, shortened so that it shows where they first differ."""
    texts = [" ".join(text[: 10 * _LENGTH].split()) for text in (first, second)]
    shortened = shorten(first), shorten(second)
    if shortened[0] != shortened[1] or texts[0] == texts[1]:
        return shortened
    same = next(
        (i for i, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), min(len(text) for text in texts)
    )
    # From the beginning of a word some way before.
    start = texts[0].rfind(" ", 0, max(same - _LENGTH // 3, 0)) + 1
    return shorten(f"…{texts[0][start:]}"), shorten(f"…{texts[1][start:]}")


class Span(NamedTuple):
    """A half-open range of code-point offsets into a source."""

    start: int
    end: int

    def __contains__(self, other: object) -> bool:
        """Return whether an offset lies inside."""
        return isinstance(other, int) and self.start <= other < self.end

    def encloses(self, other: "Span") -> bool:
        """Return whether the whole of another span lies inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: "Span") -> bool:
        """Return whether the two share at least one code point."""
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
        """The lower-case name, as rule sets and reports write it."""
        return self.name.lower()


class Edit(NamedTuple):
    """A replacement of the text at a span; an empty span is an insertion."""

    span: Span
    text: str


class Fix(NamedTuple):
    """A titled group of edits, applied as a whole or not at all."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


class Finding(NamedTuple):
    """What a check yields: a span, and a message that says what is wrong and what to do.

    `accounts_for` is the text that this finding reports as a whole (an empty section, a run of template
    text): findings of checks later in the list that lie wholly inside it are dropped, so that one fault gives
    one diagnostic. `subject` identifies something that is missing: the titles of the sections that it belongs
    in, then its name; the text at the span then does not identify the finding. `times` is how many of it are
    missing. `cause` is the value that the finding is about, from which its fix is made.
    """

    span: Span
    message: str
    accounts_for: Span | None = None
    subject: tuple[str, ...] = ()
    times: int = 1
    cause: Any = None


class AppliedFix(NamedTuple):
    """A fix that was applied: the id of its check, its title, and the span of its text in the fixed text."""

    check: str
    title: str
    span: Span


class DiagnosticKey(NamedTuple):
    """What identifies a diagnostic across versions of a document.

    `section` holds the titles around it, without the document's own and without their numbers; `text` is the
    name of what is missing, or else the lines that the diagnostic stands on, without markers and with single
    spaces. Line numbers and the wording of messages are not part of it. Baselines, `--since` and fingerprints
    compare nothing else.
    """

    check: str
    section: tuple[str, ...] = ()
    text: str = ""


class Diagnostic(NamedTuple):
    """A finding with the id and severity of its check and the titles of the sections around it.

    `known` means that it was there before: in a baseline, or at the base that the run compares with. It is
    shown as a note and does not affect the exit code. `fix` is None until fixes are asked for, and if there
    is none.
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
        """The severity that it is shown with: INFO if it is known."""
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
    """Yield the first 100 problems as lines, then one line with the number of the rest, if any."""
    yield from map(str, problems[:_SHOWN])
    if len(problems) > _SHOWN:
        yield f"{problems[_SHOWN].path}: and {len(problems) - _SHOWN} more faults"


def error_reason(error: Exception) -> str:
    """Return why something failed: the message of the operating system, or else that of the exception."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """Return the end of a message that suggests the most similar of some words, or "" if none is similar."""
    from difflib import get_close_matches

    near = get_close_matches(word[:80], list(words), n=1, cutoff=0.6)
    return f"; did you mean `{near[0]}`?" if near else ""


def quoted(words: Iterable[object]) -> str:
    """Return words as a message lists them: each in backticks, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)


def plural(count: int, noun: str) -> str:
    """Return a number with its noun: "1 error", "2 errors"."""
    return f"{count} {noun}{'s' * (count != 1)}"
