"""What the command says, on standard output and on stderr: all of it goes through here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from speclint.diagnostics import error_reason
from speclint.reporters import formats
from speclint.reporters.escape import escape_controls

if TYPE_CHECKING:
    from speclint.workspace.replay import Piece


# Characters of a message, which may quote what strangers wrote.
_LONGEST = 2_000


# What is said while somebody notes it.
_notes: list[Piece] | None = None


class UsageFault(Exception):
    """A command line that cannot be understood; the message says why."""


class OutputFault(Exception):
    """Standard output cannot take what is written; the message says why."""


@contextmanager
def noted() -> Iterator[list[Piece]]:
    """All that is said meanwhile, as a list that grows."""
    global _notes
    _notes = []
    try:
        yield _notes
    finally:
        _notes = None


def say(text: str | bytes | memoryview) -> None:
    """Writes to standard output, bytes as they are.

    Raises `OutputFault` when that cannot take it, or `BrokenPipeError`.
    """
    if sys.stdout is None:  # closed by whoever started the command
        raise OutputFault("is closed")
    try:
        if _notes is not None and isinstance(text, str):
            _notes.append((True, text.encode("utf-8", "backslashreplace")))
        if isinstance(text, str):
            sys.stdout.write(text)
        else:
            sys.stdout.buffer.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputFault(error_reason(error)) from None


def drop_output() -> None:
    """Keeps the interpreter from writing the rest once more at exit."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def remark(text: str) -> None:
    """Writes lines that are safe to show to stderr."""
    if _notes is not None:
        _notes.append((False, text.encode("utf-8", "backslashreplace")))
    # Without anyone to read it, it is not worth failing for.
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(text)


def note(text: str) -> None:
    """Writes a line to stderr, safe to show."""
    remark(f"{escape_controls(text)}\n")


def complain(message: str) -> None:
    """Says on stderr what could not be done, in one line; of a very long one, the beginning."""
    note(f"speclint: {message if len(message) <= _LONGEST else f'{message[:_LONGEST]}…'}")


def style_for(color: str, quiet: bool) -> formats.Style:
    """How to write to standard output."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    forced = color == "always" or (color == "auto" and os.environ.get("FORCE_COLOR", "") not in ("", "0"))
    refused = color == "never" or (color == "auto" and bool(os.environ.get("NO_COLOR")))
    usable = terminal and os.environ.get("TERM") != "dumb"
    return formats.Style(
        color=not refused and (forced or usable), excerpts=terminal or (forced and not refused), quiet=quiet
    )


def unknown(kind: str, word: str, known: Sequence[str]) -> str:
    from speclint.diagnostics import did_you_mean, quoted

    listed = f"; there are {quoted(known)}" if len(known) <= 10 else "; `speclint explain` lists them"
    return f"no {kind} `{word}`{did_you_mean(word, known) or listed}"
