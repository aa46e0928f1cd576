"""The command's entry point: `speclint`, `python -m speclint`."""

import atexit
import gc
import os
import sys


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    # What imports make stays to the end; looking through it for garbage is a tenth of a cold start.
    gc.disable()
    from speclint import cli, expressions

    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    compiler = expressions.use()
    try:
        code = cli.main()
    finally:
        compiler.save()
    _leave(code)


def _leave(code: int) -> None:
    """Ends the process as Python does, without taking apart all that was imported: another tenth."""
    from contextlib import suppress

    atexit._run_exitfuncs()
    for stream in filter(None, (sys.stdout, sys.stderr)):
        # Who reads it may have gone away, which was told where it matters.
        with suppress(OSError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
