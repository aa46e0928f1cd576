"""Feeds the parser bytes that reach ever more of its code, where atheris is installed.

    python benchmarks/fuzz.py [SECONDS]

Every text is read, linted under a bundled rule set and fixed; what is promised of all documents must hold.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SEEDS = ROOT / "tests" / "documents"


def main(seconds: int) -> int:
    """Fuzzes, and ends the process with the code of what was found; 0 without atheris."""
    if find_spec("atheris") is None:
        print("skipped: atheris is not installed (pip install atheris)")
        return 0
    atheris: Any = import_module("atheris")

    with atheris.instrument_imports(include=["speclint", "mistune"]):
        from speclint.binding import bind
        from speclint.document import read
        from speclint.ruleset import bundled_rule_set
        from speclint.text import NotText, Source
        from tests import promises

    rules = bundled_rule_set("feature-doc")

    def one(data: bytes) -> None:
        try:
            source = Source.decode(data)
        except NotText:
            return
        binding = bind(read(source), rules)
        promises.linted(binding)
        promises.fixed(binding)

    corpus = ROOT / "build" / "fuzz"
    corpus.mkdir(parents=True, exist_ok=True)
    folders = [str(corpus), *(str(path) for path in sorted(SEEDS.iterdir()) if path.is_dir())]
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-max_len=4096", *folders], one)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
