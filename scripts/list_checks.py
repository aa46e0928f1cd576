"""Writes what is made from the list of checks: the README's table, and the ids in a schema.

Run it after a check is added or its docstring changes: `python scripts/list_checks.py`. With `--check` it
writes nothing and exits with 1 when a file is stale.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from speclint.checks.registry import CHECKS

ROOT = Path(__file__).resolve().parent.parent
FAMILIES = (
    "structure",
    "placeholders",
    "fields",
    "checklists",
    "tables",
    "coverage",
    "references",
    "code",
    "consistency",
)
BEGIN, END = "<!-- checks: made by scripts/list_checks.py -->", "<!-- end of checks -->"


def readme(text: str) -> str:
    """The README with the table of checks between its marks."""
    rows = ["| family | check | default | what is true of a good document |", "| --- | --- | --- | --- |"]
    # Checks run in an order of their own; people look for what is most common first.
    for family in dict.fromkeys((*FAMILIES, *(check.family for check in CHECKS))):
        for check in CHECKS:
            if check.family == family:
                severity = check.severity.label if check.severity else "off"
                sentence = " ".join(check.documentation.strip().partition("\n\n")[0].split())
                rows.append(
                    f"| {family} | `{check.id}` | {severity} | {sentence.replace('|', chr(92) + '|')} |"
                )
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n" + "\n".join(rows) + f"\n\n{END}{rest.partition(END)[2]}"


def schema(text: str) -> str:
    """The configuration's schema with the ids of all checks."""
    ids = json.dumps([check.id for check in CHECKS], indent=2).replace("\n", "\n      ")
    place = r'("check": \{\s*"description": "[^"]*",\s*"enum": )\[[^\]]*\]'
    new, count = re.subn(place, lambda match: match[1] + ids, text)
    if count != 1:
        raise ValueError("the list of checks is not found in the schema of the configuration")
    return new


def main() -> int:
    stale = False
    for path, make in ((ROOT / "README.md", readme), (ROOT / "schemas" / "config.schema.json", schema)):
        text = path.read_text(encoding="utf-8")
        if make(text) != text:
            stale = True
            if "--check" in sys.argv:
                print(f"{path.name} is stale: run python scripts/list_checks.py", file=sys.stderr)
            else:
                path.write_text(make(text), encoding="utf-8", newline="\n")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
