"""Writes `rules/compiled.json`, the checked copies of the bundled rule sets.

Run it after every change in `rules/` or to the language: `python scripts/compile_rules.py`.
"""

from __future__ import annotations

import sys

from speclint.ruleset import RuleSetError, compile_bundled
from speclint.storage import COMPILED, data_file


def main() -> int:
    try:
        compiled = compile_bundled()
    except RuleSetError as error:
        print(error, file=sys.stderr)
        return 2
    with open(data_file("rules", COMPILED), "w", encoding="utf-8", newline="\n") as file:
        file.write(compiled)
    return 0


if __name__ == "__main__":
    sys.exit(main())
