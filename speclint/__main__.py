"""The command's entry point: `speclint`, `python -m speclint`."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line and end the process with its exit code."""
    # What imports make stays to the end; looking through it for garbage is a tenth of a cold start.
    gc.disable()
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
