"""The command line: the only place that prints and decides how to exit.

Exit codes: 0, nothing at or above `--fail-on`; 1, something; 2, something could not be done; 130,
interrupted; 141, the reader of the output went away.

Importing click takes as long as linting a document. A command of paths and plain options, which is what hooks
and editors run, is understood without it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any

from speclint.cli.check import check_as_asked
from speclint.cli.console import OutputFault, UsageFault, complain, drop_output
from speclint.diagnostics import error_reason
from speclint.workspace.run import STDIN

COMMANDS = ("check", "pr", "promote", "explain", "templates", "new", "derive", "init", "baseline")

# Options of `check` that are understood without click, under the names of their parameters: those without a
# value, those with one, and those that may be given several times.
FLAGS = {
    "--fix": "fix", "--diff": "diff", "--unsafe-fixes": "unsafe", "--quiet": "quiet", "-q": "quiet",
    "--strict": "strict", "--force-exclude": "force_exclude", "--no-cache": "no_cache",
}  # fmt: skip

TEXTS = {
    "--template": "template", "--stage": "stage", "--config": "config_path", "--since": "since",
    "--baseline": "baseline", "--write-baseline": "write_baseline", "--stdin-filename": "stdin_filename",
    "--cache-dir": "cache_dir",
}  # fmt: skip

LISTS = {"--output-format": "outputs", "--select": "select", "--ignore": "ignore", "--coverage": "coverage"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # What a terminal cannot show is written as an escape, never an error; programs read UTF-8 anywhere.
        if hasattr(stream, "reconfigure"):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    try:
        os.getcwd()
    except FileNotFoundError:
        complain("the current folder is gone")
        return 2
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] not in (*COMMANDS, "--help", "-h", "--version"):
        given.insert(0, "check")
    try:
        plain = without_click(given[1:]) if given[0] == "check" else None
        return _with_click(given) if plain is None else check_as_asked(**plain)
    except UsageFault as fault:
        complain(f"{fault} (see: speclint {given[0]} --help)")
        return 2
    except OutputFault as fault:
        drop_output()
        complain(f"standard output: {fault}")
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
    complain("there is not enough memory for this; check fewer or smaller files at once")
    return 2


def without_click(words: Sequence[str]) -> dict[str, Any] | None:
    """What click would make of the words behind `check`; None where it takes click to know.

    That is so for help, for what is wrong, and for options that are not plain.
    """
    paths: list[str] = []
    options: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word == STDIN or not word.startswith("-"):
            paths.append(word)
        elif word in FLAGS:
            options[FLAGS[word]] = True
        elif name in TEXTS or name in LISTS:
            value = value if equals else next(rest, "-")
            if not equals and value.startswith("-"):
                return None
            if name in TEXTS:
                options[TEXTS[name]] = value
            else:
                options[LISTS[name]] = (*options.get(LISTS[name], ()), value)
        else:
            return None
    return {"paths": tuple(paths), **options}


def _with_click(arguments: list[str]) -> int:
    import click

    from speclint.cli.commands import commands

    try:
        code = commands().main(arguments, prog_name="speclint", standalone_mode=False)
    except click.UsageError as error:
        raise UsageFault(error.format_message().rstrip(".")) from None
    except click.Abort:
        return 130
    except SystemExit:  # how click takes leave of a closed pipe
        raise BrokenPipeError from None
    except OSError as error:
        raise OutputFault(error_reason(error)) from None
    return code if isinstance(code, int) else 0
