"""Records what the command says over many documents, as digests: `tests/data/golden.json`.

Run it where outputs are meant to change: `.venv/bin/python scripts/record_golden.py`. With
`--write-outputs DIR` it writes the outputs themselves to DIR and records nothing, so that those of two
versions can be compared with `diff -r`; `--thorough` takes all of the shared documents for these, which
takes some minutes. Names of groups limit either to these. `--tree DIR` runs the speclint of another checkout
on the documents of this one: what a change should leave as it is can be recorded with the commit before it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests import golden


def main() -> int:
    parser = argparse.ArgumentParser(description="Record what speclint says over many documents.")
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="only these groups of cases")
    parser.add_argument("--write-outputs", type=Path, metavar="DIR", help="write outputs here, no digests")
    parser.add_argument("--tree", type=Path, metavar="DIR", help="run the speclint of this checkout")
    parser.add_argument("--thorough", action="store_true", help="outputs of all documents in ../shared")
    options = parser.parse_args()
    unknown = sorted(set(options.groups) - golden.GROUPS.keys())
    if unknown:
        parser.error(f"no such group: {', '.join(unknown)}; there are {', '.join(golden.GROUPS)}")
    folder: Path | None = options.write_outputs
    if options.thorough and folder is None:
        parser.error("--thorough needs --write-outputs: the digests are of a few documents")
    golden.thorough = options.thorough
    if options.tree is not None:
        golden.tree = options.tree.resolve()
        if not (golden.tree / "speclint" / "__main__.py").is_file():
            parser.error(f"{options.tree} has no speclint")
    if folder and folder.exists() and any(folder.iterdir()):
        parser.error(f"{folder} is not empty")

    digests = golden.recorded() if golden.DIGESTS.exists() else {}
    # Groups that are no more leave nothing behind; those that cannot be run here keep what they have.
    digests = {case: value for case, value in digests.items() if case.partition("/")[0] in golden.GROUPS}
    for name in options.groups or golden.GROUPS:
        lacking = golden.GROUPS[name].lacking()
        if lacking:
            print(f"{name}: skipped, needs {' and '.join(lacking)}", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as place:
            outputs = golden.outputs(name, Path(place))
        print(f"{name}: {len(outputs)} cases", file=sys.stderr)
        digests = {case: value for case, value in digests.items() if not case.startswith(f"{name}/")}
        digests |= {case: golden.digest(output) for case, output in outputs.items()}
        if folder is not None:
            write(folder, outputs)
    if folder is None:
        text = json.dumps(digests, indent=2, sort_keys=True) + "\n"
        golden.DIGESTS.write_text(text, encoding="utf-8", newline="\n")
    return 0


def write(folder: Path, outputs: dict[str, bytes]) -> None:
    """Writes each output to a file that is called as its case."""
    for case, output in outputs.items():
        path = folder / case
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(output)


if __name__ == "__main__":
    sys.exit(main())
