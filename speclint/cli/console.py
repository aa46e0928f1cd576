"""Write to standard output and standard error: everything that the command prints goes through here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from speclint.diagnostics import did_you_mean, error_reason, quoted
from speclint.reporters import formats
from speclint.reporters.escape import escape_controls

# Whether a text is for standard output (else it is for standard error), and the text.
Piece = tuple[bool, str]

# The lists to which what is written is added.
_LISTENING: list[list[Piece]] = []

# Characters of a message, which may quote what strangers wrote.
_LONGEST = 2_000


class UsageError(Exception):
    """A command line that cannot be understood; the message is the reason."""


class OutputError(Exception):
    """Standard output cannot take what is written; the message is the reason."""


@contextmanager
def noting() -> Iterator[list[Piece]]:
    """Yield a list to which the texts that are written meanwhile are added."""
    pieces: list[Piece] = []
    _LISTENING.append(pieces)
    try:
        yield pieces
    finally:
        _LISTENING.remove(pieces)


def write_output(text: str | bytes | memoryview) -> None:
    """Write to standard output, bytes as they are.

    Raise `OutputError` if that fails, or `BrokenPipeError`.
    """
    if sys.stdout is None:  # closed by whoever started the command
        raise OutputError("is closed")
    try:
        if isinstance(text, str):
            _note(True, text)
            sys.stdout.write(text)
        else:
            sys.stdout.buffer.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(error_reason(error)) from None


def drop_output() -> None:
    """Prevent the interpreter from writing the buffered output once more at exit."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write_remark(text: str) -> None:
    """Write lines that are safe to show to standard error."""
    _note(False, text)
    # Without anyone to read it, it is not worth failing for.
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(text)


def _note(is_output: bool, text: str) -> None:
    for pieces in _LISTENING:
        pieces.append((is_output, text))


def print_note(text: str) -> None:
    """Write a line, made safe to show, to standard error."""
    write_remark(f"{escape_controls(text)}\n")


def report_error(message: str) -> None:
    """Write to standard error what could not be done, in one line; of a very long one, the beginning."""
    print_note(f"speclint: {message if len(message) <= _LONGEST else f'{message[:_LONGEST]}…'}")


def report_errors(messages: Iterable[str]) -> None:
    """Report errors, a line each."""
    for message in messages:
        report_error(message)


# What CI systems set; what they print of a command is read for commands to them.
_RUNNERS = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD")


def in_ci() -> bool:
    """Return whether the command runs in a CI system, whose runner obeys some of what is printed."""
    return any(os.environ.get(name, "").lower() not in ("", "0", "false") for name in _RUNNERS)


def style_for(color: str, quiet: bool) -> formats.Style:
    """Return the style of reports on standard output."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    forced = color == "always" or (color == "auto" and os.environ.get("FORCE_COLOR", "") not in ("", "0"))
    refused = color == "never" or (color == "auto" and bool(os.environ.get("NO_COLOR")))
    usable = terminal and os.environ.get("TERM") != "dumb"
    return formats.Style(
        color=not refused and (forced or usable), excerpts=terminal or (forced and not refused), quiet=quiet
    )


def unknown_word(kind: str, word: str, known: Sequence[str]) -> str:
    """Return the message that a word is not one of some known ones, with the likely one."""
    listed = f"; there are {quoted(known)}" if len(known) <= 10 else "; `speclint explain` lists them"
    return f"no {kind} `{word}`{did_you_mean(word, known) or listed}"
