"""What linting one document costs from a cold start, beside other commands, and where the time goes.

    python benchmarks/cold_start.py [DOCUMENT]

Commands take turns, so that what else runs on the machine falls on all of them alike: the least time of each
is what it costs, the median what it feels like. Linters that are not installed are left out, with a message.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parent.parent
RUNS = 40
SLOWEST = 15
PEERS = {
    "rumdl": ["rumdl", "check", "--no-cache"],
    "markdownlint-cli2": ["markdownlint-cli2"],
}

PHASES = """
import gc
gc.disable()  # as the command does
import sys
from time import process_time
start = process_time()
import speclint.cli.main
from speclint.binding.matcher import bind
from speclint.linting.lint import lint_binding
from speclint.markdown.document import parse_document
from speclint.ruleset.bundled import bundled
from speclint.ruleset.detection import bundled_candidate, detect
from speclint.ruleset.library import bundled_rule_set
text = open(sys.argv[1], encoding="utf-8").read()
began = process_time()
document = parse_document(text)
parsed = process_time()
name = detect(document, [bundled_candidate(id) for id in bundled()])
detected = process_time()
rules = bundled_rule_set(name or "feature-doc")
loaded = process_time()
binding = bind(document, rules)
bound = process_time()
lint_binding(binding)
linted = process_time()
for phase, seconds in (
    ("interpreter", start),
    ("imports", began - start),
    ("parse", parsed - began),
    ("detect", detected - parsed),
    ("rule set", loaded - detected),
    ("bind", bound - loaded),
    ("checks", linted - bound),
):
    print(f"  {phase:12}{seconds * 1000:7.1f} ms")
"""


def environment(cache: str) -> dict[str, str]:
    """Ours, with a cache of our own, and with compiled modules as an installation has them."""
    ours = {**os.environ, "SPECLINT_CACHE_DIR": cache}
    ours.pop("PYTHONDONTWRITEBYTECODE", None)
    return ours


def measure(commands: Mapping[str, Sequence[str]], cache: str) -> dict[str, list[float]]:
    """The times of several commands that take turns, in milliseconds."""
    times: dict[str, list[float]] = {name: [] for name in commands}
    for run in range(RUNS + 1):
        for name, command in commands.items():
            # The first run writes compiled modules and the cache; a cache of nothing is made before each.
            empty = cache
            start = perf_counter()
            subprocess.run(command, env=environment(empty), capture_output=True, check=False)
            if run:
                times[name].append((perf_counter() - start) * 1000)
    return times


def main() -> int:
    given = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "tests/documents/feature-doc/receipt-ocr.md")
    with tempfile.TemporaryDirectory() as folder:
        # Away from any configuration.
        report(shutil.copy(given, folder), os.path.join(folder, "cache"))
    return 0


def report(document: str, cache: str) -> None:
    """Prints the times of the commands, the phases, and the imports."""
    os.mkdir(cache)
    python = sys.executable
    lint = [python, "-m", "speclint", document]
    commands = {
        "python -c pass": [python, "-c", "pass"],
        "speclint": lint,
        "speclint with options": [*lint, "--output-format", "concise"],
        "speclint --color never": [*lint, "--color", "never"],  # one of those for which click is loaded
        "speclint --no-cache": [*lint, "--no-cache"],
    }
    for name, command in PEERS.items():
        found = shutil.which(command[0]) or shutil.which(command[0], path=str(Path(python).parent))
        if found:
            commands[name] = [found, *command[1:], document]
        else:
            print(f"{name} is not installed")
    print(f"{os.path.basename(document)}, {os.path.getsize(document):,} bytes, {RUNS} runs each:")
    print(f"  {'':26}{'least':>8}{'median':>8}  times python -c pass")
    times = measure(commands, cache)
    nothing = times["python -c pass"]
    for name, each in times.items():
        ratios = min(each) / min(nothing), statistics.median(each) / statistics.median(nothing)
        figures = f"{min(each):8.1f}{statistics.median(each):8.1f}"
        print(f"  {name:26}{figures}  {ratios[0]:.1f} (least), {ratios[1]:.1f} (median)")
    print("where it goes, in one process, CPU time:")
    phases = subprocess.run(
        [python, "-c", PHASES, document],
        env=environment(cache),
        capture_output=True,
        text=True,
        check=True,
    )
    print(phases.stdout, end="")
    trace = subprocess.run(
        [python, "-X", "importtime", *lint[1:]],
        env=environment(cache),
        capture_output=True,
        text=True,
        check=False,
    ).stderr
    rows = [line.removeprefix("import time:").split("|") for line in trace.splitlines() if "|" in line][1:]
    print(f"{len(rows)} imports, the slowest (own time, microseconds):")
    for own, _, name in sorted(rows, key=lambda row: -int(row[0]))[:SLOWEST]:
        print(f"  {int(own):7} {name.strip()}")


if __name__ == "__main__":
    sys.exit(main())
