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
    sys.exit(command.main())


if __name__ == "__main__":
    main()
