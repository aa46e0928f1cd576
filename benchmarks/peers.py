"""What checking 1, 300 and 10,000 files costs, beside other Markdown linters, in one run.

    python benchmarks/peers.py [--quick]

The files are copies of the documents in ../shared/corpus, with rule sets derived from ../shared/templates, or
else of the skeletons of the bundled rule sets; each copy ends in a line of its own. They lie in a temporary
folder that is a git repository. `rumdl` and `markdownlint-cli2` are measured where they are installed, with
all their rules; `cold` is with an empty cache, `warm` with that of a run before; a linter that keeps nothing
has no warm figures.

`rumdl, MD043 only` is with the one rule that is about required headings.

Of small sets the best of several runs counts, of the largest one there is one run. Memory is that of all
processes together, shared pages counted once, as far as the system tells.
"""

from __future__ import annotations

import compileall
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter, sleep
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SETS = {1: 15, 300: 3, 10_000: 1}
QUICK = {1: 5, 300: 1}
# Files need to be older than this before linters trust their times.
SETTLED = 2.5


class Cost(NamedTuple):
    """Seconds by the clock, seconds of all processors, and megabytes."""

    wall: float
    cpu: float
    memory: float


class Peer(NamedTuple):
    """A linter, its command, and whether that keeps what it found in the cache it is given."""

    name: str
    command: Sequence[str]
    keeps: bool


def texts() -> Iterator[tuple[str, str]]:
    """Documents to copy, each with the name of its folder."""
    corpus = sorted((SHARED / "corpus").glob("*/*.md"))
    for path in corpus or sorted((ROOT / "rules").glob("*.md")):
        yield path.parent.name if corpus else "docs", path.read_text(encoding="utf-8")


def fill(folder: Path, count: int) -> int:
    """Makes a repository of so many documents; the bytes of all of them."""
    originals = list(texts())
    size = 0
    for number in range(count):
        group, text = originals[number % len(originals)]
        path = folder / group / f"{number // 1000:02}" / f"{number:05}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        data = f"{text}\n<!-- {number} -->\n".encode()
        path.write_bytes(data)
        size += len(data)
    globs = ['exclude = ["templates/"]', "[templates]"]
    (folder / "templates").mkdir()
    for template in sorted((SHARED / "templates").glob("*.md")):
        if (folder / template.stem).is_dir():
            rules = f"{template.stem}.yaml"
            # What lies outside of a repository is not read for it.
            copied = shutil.copy(template, folder / "templates")
            speclint = [sys.executable, "-m", "speclint", "derive", copied, "--output", rules]
            subprocess.run(speclint, cwd=folder, check=True, capture_output=True)
            globs.append(f'"{template.stem}/**" = "{rules}"')
    (folder / "speclint.toml").write_text("\n".join(globs) + "\n")
    for command in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *command], cwd=folder, check=True, capture_output=True)
    return size


def tree(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from tree(int(child))


def memory(pid: int) -> float:
    """The megabytes that a process and those below it take now; 0 where the system does not tell."""
    kilobytes = 0
    for one in tree(pid):
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return kilobytes / 1024


def measure(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Cost:
    """What a command costs; its findings are written to a file, as a pipe could slow it down."""
    peak = 0.0
    ended = threading.Event()

    def watch(pid: int) -> None:
        nonlocal peak
        while not ended.is_set():
            peak = max(peak, memory(pid))
            sleep(0.2)

    with tempfile.TemporaryFile() as output:
        start = perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
        watcher = threading.Thread(target=watch, args=(process.pid,))
        watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - start
        ended.set()
        watcher.join()
        code = process.returncode = os.waitstatus_to_exitcode(status)
        if code not in (0, 1):
            output.seek(0)
            said = output.read()[-500:].decode(errors="replace")
            raise SystemExit(f"{' '.join(command)}: exit code {code}\n{said}")
    # Too short a run is not seen by the watcher.
    return Cost(wall, usage.ru_utime + usage.ru_stime, max(peak, usage.ru_maxrss / 1024))


def best(costs: Sequence[Cost]) -> Cost:
    """The least of every figure."""
    return Cost(*(min(column) for column in zip(*costs, strict=True)))


def version(command: str) -> str:
    """What a linter says of its version, in one line."""
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=False).stdout
    return next(iter(said.splitlines()), command)


def peers(cache: Path) -> Iterator[Peer]:
    """The linters that are there."""
    yield Peer("speclint", [sys.executable, "-m", "speclint", "check", ".", "--cache-dir", str(cache)], True)
    if rumdl := shutil.which("rumdl"):
        command = [rumdl, "check", "--cache-dir", str(cache), "--exclude", "templates", "."]
        yield Peer("rumdl", command, True)
        yield Peer("rumdl, MD043 only", [*command, "--enable", "MD043"], True)
    else:
        print("rumdl is not installed (pip install rumdl): skipped")
    if markdownlint := shutil.which("markdownlint-cli2"):
        yield Peer("markdownlint-cli2", [markdownlint, "**/*.md", "#templates"], False)
    else:
        print("markdownlint-cli2 is not installed (npm install -g markdownlint-cli2): skipped")


def row(name: str, kind: str, cost: Cost, reference: Cost | None) -> str:
    """A line of a table, with how many times a peer's time speclint takes."""
    ratio = f"{reference.wall / cost.wall:7.2f}" if reference else "      -"
    return f"{name:18} {kind:4} {cost.wall:8.3f} {cost.cpu:8.3f} {cost.memory:7.0f} {ratio}"


def main() -> int:
    """Prints a table for every set."""
    compileall.compile_dir(ROOT / "speclint", quiet=2)
    sets = QUICK if "--quick" in sys.argv else SETS
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    print(f"{platform.system()}, {os.cpu_count()} cores, load {load}, Python {platform.python_version()}")
    for command in filter(shutil.which, ("rumdl", "markdownlint-cli2")):
        print(version(command))
    with tempfile.TemporaryDirectory() as temporary:
        for count, runs in sets.items():
            folder, cache = Path(temporary) / f"files-{count}", Path(temporary) / f"cache-{count}"
            folder.mkdir()
            size = fill(folder, count)
            sleep(SETTLED)
            python = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
            environment = {**os.environ, "PYTHONPATH": python}
            # An installed package has its bytecode.
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            print(f"\n{count:,} files, {size / 1e6:.1f} MB, {runs} runs")
            print(f"{'':18} {'':4} {'wall s':>8} {'CPU s':>8} {'MB':>7} {'ratio':>7}", flush=True)
            reference: dict[str, Cost] = {}
            for peer in peers(cache):
                for kind in ("cold", "warm") if peer.keeps else ("cold",):
                    costs = []
                    for _ in range(runs):
                        if kind == "cold":
                            shutil.rmtree(cache, ignore_errors=True)
                        costs.append(measure(peer.command, folder, environment))
                    cost = best(costs)
                    reference.setdefault(kind, cost)
                    shown = None if peer.name == "speclint" else reference[kind]
                    print(row(peer.name, kind, cost, shown), flush=True)
            shutil.rmtree(folder)
    print("\nratio: how many times as long as the peer speclint takes by the clock")
    return 0


if __name__ == "__main__":
    sys.exit(main())
