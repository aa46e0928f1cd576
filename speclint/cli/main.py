"""Run the command line, and map its outcome to an exit code.

Exit codes: 0, nothing at or above `--fail-on`; 1, something; 2, something could not be done; 130,
interrupted; 141, the reader of the output closed it.

Importing click takes as long as linting a document. A command of paths and plain options, which is what hooks
and editors run, is parsed without it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from speclint.cli import check
from speclint.cli.console import OutputError, UsageError, drop_output, report_error
from speclint.cli.options import CHECK, NAMES, first_word, plain_values
from speclint.diagnostics import did_you_mean, error_reason

# What shells set to ask for completions, by the name that click's users know.
_COMPLETE = "_SPECLINT_COMPLETE"

# Names that commands have elsewhere, and what they are called here.
_ELSEWHERE = {"lint": "check", "fix": "check --fix"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # What a terminal cannot show is written as an escape, never an error; programs read UTF-8 anywhere.
        if hasattr(stream, "reconfigure"):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    try:
        os.getcwd()
    except FileNotFoundError:
        report_error("the current folder is gone")
        return 2
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if os.environ.get(_COMPLETE):
            from speclint.cli.commands import complete

            return complete(_COMPLETE, os.environ[_COMPLETE])
        given = _with_command(given)
        plain = plain_values(CHECK, given[1:]) if given[0] == CHECK.name else None
        return _with_click(given) if plain is None else check.run(plain)
    except UsageError as fault:
        command = f"{given[0]} " if given[0] in NAMES else ""
        report_error(f"{fault} (see: speclint {command}--help)")
        return 2
    except OutputError as fault:
        drop_output()
        report_error(f"standard output: {fault}")
        return 2
    except BrokenPipeError:
        # Who closes a pipe early, as `head` does, has read enough: nothing to say.
        drop_output()
        return 128 + 13  # what a shell gives for SIGPIPE
    except KeyboardInterrupt:
        return 130
    except (MemoryError, SystemError) as error:
        # Where memory ends, Python 3.11 may lose the one on its way and raise the other.
        if isinstance(error, SystemError) and "exception" not in str(error):
            raise
    # Only now, without the error, all that it happened in is let go, and there is room to say so.
    report_error("there is not enough memory for this; check fewer or smaller files at once")
    return 2


def _with_command(given: list[str]) -> list[str]:
    """Return the words of a command line with a command in front.

    Raise `UsageError` if the first word is a misspelt command. One that is also a path is the path.
    """
    if given[:1] == ["help"] and not os.path.lexists("help"):
        return [*given[1:], "--help"]
    if given == ["version"] and not os.path.lexists("version"):
        return ["--version"]
    if given and given[0] in (*NAMES, "--help", "-h", "--version"):
        return given
    word = first_word(CHECK, given)
    if word and word.isidentifier() and not os.path.lexists(word):
        meant = f"; did you mean `{_ELSEWHERE[word]}`?" if word in _ELSEWHERE else did_you_mean(word, NAMES)
        if meant:
            raise UsageError(f"`{word}` is no command, and no such file or folder{meant}")
    return ["check", *given]


def _with_click(arguments: list[str]) -> int:
    import click

    from speclint.cli.commands import commands

    try:
        code = commands().main(arguments, prog_name="speclint", standalone_mode=False)
    except click.UsageError as error:
        raise UsageError(error.format_message().rstrip(".")) from None
    except click.Abort:
        return 130
    except SystemExit:  # how click takes leave of a closed pipe
        raise BrokenPipeError from None
    except OSError as error:
        raise OutputError(error_reason(error)) from None
    return code if isinstance(code, int) else 0
