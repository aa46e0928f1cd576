"""The command's entry point: `speclint`, `python -m speclint`."""

import os
import sys


def _leave_current_folder() -> None:
    """Look for no module in the current folder, as `python -m` does first: anybody may have filled it."""
    try:
        here = os.getcwd()
    except OSError:
        return
    if not sys.flags.safe_path and sys.path[:1] in ([""], [here]):
        del sys.path[0]


# Both modules above were there before; all others are imported after this.
if __name__ == "__main__":
    _leave_current_folder()


def main() -> None:
    """Run the command line and end the process with its exit code."""
    import gc

    # What imports make stays to the end; looking through it for garbage is a tenth of a cold start.
    gc.disable()
    if sys.platform != "linux":
        # Processes are started there as new interpreters, which would look in the current folder too.
        os.environ.setdefault("PYTHONSAFEPATH", "1")
    from speclint.cli import main as command

    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    code = command.main()
    # Nor is there anything to look for when all is about to end.
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
