"""The command's entry point: `speclint`, `python -m speclint`."""

import gc
import sys


def main() -> int:
    """Runs the command line and returns its exit code."""
    # What imports make stays to the end; looking through it for garbage is a tenth of a cold start.
    gc.disable()
    from speclint import cli, expressions

    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    compiler = expressions.use()
    try:
        return cli.main()
    finally:
        compiler.save()


if __name__ == "__main__":
    sys.exit(main())
