"""Writes the fingerprints of templates to standard output, one a line, sorted.

A bundled rule set takes those of the original and of its skeleton:
`python scripts/fingerprint_template.py ORIGINAL.md rules/ID.md > rules/ID.fingerprints`; then compile.
"""

from __future__ import annotations

import sys

from speclint.ruleset.fingerprints import fingerprints


def main(paths: list[str]) -> None:
    found: set[str] = set()
    for path in paths:
        with open(path, encoding="utf-8", newline="") as file:
            found |= fingerprints(file.read())
    sys.stdout.write("".join(f"{token}\n" for token in sorted(found)))


if __name__ == "__main__":
    main(sys.argv[1:])
