"""What linting one document costs from a cold start, against `python -c pass`, and where the time goes.

python benchmarks/cold_start.py [DOCUMENT]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
RUNS = 15
SLOWEST = 12

PHASES = """
import sys
from time import perf_counter
start = perf_counter()
from speclint import cli
imported = perf_counter()
from speclint import ruleset
from speclint.binding import bind
from speclint.detect import candidate, detect
from speclint.document import read
from speclint.linter import lint
text = open(sys.argv[1], encoding="utf-8").read()
began = perf_counter()
document = read(text)
parsed = perf_counter()
rules = list(ruleset.bundled_rule_sets())
loaded = perf_counter()
name = detect(document, [candidate(one) for one in rules])
detected = perf_counter()
binding = bind(document, ruleset.bundled_rule_set(name or "feature-doc"))
bound = perf_counter()
lint(binding)
linted = perf_counter()
for phase, seconds in (
    ("import", imported - start),
    ("parse", parsed - began),
    ("rule sets", loaded - parsed),
    ("detect", detected - loaded),
    ("bind", bound - detected),
    ("checks", linted - bound),
):
    print(f"  {phase:10}{seconds * 1000:7.1f} ms")
"""


def median_ms(command: list[str]) -> float:
    """The median time of a process, in milliseconds."""
    times = []
    for _ in range(RUNS):
        start = perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        times.append((perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> int:
    document = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "examples" / "pull-request.md")
    python = sys.executable
    nothing = median_ms([python, "-c", "pass"])
    lint = median_ms([python, "-m", "speclint", document])
    print(f"python -c pass {nothing:.1f} ms; speclint {document} {lint:.1f} ms: {lint / nothing:.1f} times")
    print("where it goes, in one process:")
    print(subprocess.run([python, "-c", PHASES, document], capture_output=True, text=True, check=True).stdout)
    trace = subprocess.run(
        [python, "-X", "importtime", "-m", "speclint", document], capture_output=True, text=True, check=False
    ).stderr
    rows = [line.removeprefix("import time:").split("|") for line in trace.splitlines() if "|" in line][1:]
    print("slowest imports (own time, microseconds):")
    for own, _, name in sorted(rows, key=lambda row: -int(row[0]))[:SLOWEST]:
        print(f"  {int(own):7} {name.strip()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
