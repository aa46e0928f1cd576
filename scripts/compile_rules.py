"""Writes the compiled copies of the bundled rule sets: `rules/<id>.json`, and `rules/candidates.json`.

Run it after every change in `rules/` or to the language: `python scripts/compile_rules.py`.
"""

from __future__ import annotations

import json
import sys

from speclint.diagnostics import RuleSetError
from speclint.ruleset.bundled import data_file
from speclint.ruleset.detection import COMPILED, compile_candidates
from speclint.ruleset.library import compile_bundled


def main() -> int:
    try:
        compiled = compile_bundled() | {COMPILED: compile_candidates()}
    except RuleSetError as error:
        print(error, file=sys.stderr)
        return 2
    for name, content in compiled.items():
        with open(data_file("rules", f"{name}.json"), "w", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(content, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
