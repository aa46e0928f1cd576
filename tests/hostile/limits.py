"""Runs the command within limits, each time in a process of its own.

    python -m tests.hostile.limits

Every line read is a request in JSON (`arguments`, `cwd`, and `seconds` of CPU), every line written the
outcome (`code`, `out`, `err`; a negative code is a signal). The processes are forks of one that has loaded
everything and compiled all its expressions, so that hundreds of them take seconds. None may have more than
200 MB above what a bare interpreter has.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from math import ceil
from pathlib import Path
from typing import IO, NamedTuple

ROOT = Path(__file__).parents[2]
MEMORY = 200_000_000
# For what waits instead of working; the CPU may be shared with others, so this is no measure of speed.
PATIENCE = 60
# So many times as long as plain text of its size a hostile one may take.
TIMES_PLAIN = 20


class Outcome(NamedTuple):
    """How a process ended, what it wrote, and the seconds of CPU that it took."""

    code: int
    out: str
    err: str
    seconds: float


def seconds_for(size: int) -> int:
    """The seconds that a text of so many bytes may take: two for every 100 KB begun."""
    return 2 * (1 + size // 100_000)


class Runner:
    """The process that forks."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.hostile.limits"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, *arguments: str, cwd: Path, seconds: int = 2) -> Outcome:
        """Runs the command with arguments in a folder.

        Where it is killed, it has another try, within what so much plain text takes at this moment: on a
        machine that is slow, or shared, the same work takes more seconds, even of CPU.
        """
        outcome = self._ask(arguments, cwd, seconds)
        if outcome.code in (-signal.SIGKILL, -signal.SIGXCPU):
            with tempfile.TemporaryDirectory() as folder:
                Path(folder, "plain.md").write_text("Some words of text.\n\n" * 4_700)
                plain = self._ask(("--template", "feature-doc", "plain.md"), Path(folder), 60)
            if (scaled := ceil(TIMES_PLAIN * plain.seconds * seconds / seconds_for(0))) > seconds:
                outcome = self._ask(arguments, cwd, scaled)
        return outcome

    def _ask(self, arguments: Sequence[str], cwd: Path, seconds: int) -> Outcome:
        request = {"arguments": arguments, "cwd": str(cwd), "seconds": seconds}
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return Outcome(**json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        """Ends the process."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(PATIENCE)


def address_space() -> int:
    """The bytes of address space that this process has; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def limited(memory: int, seconds: int, run: Callable[[], int]) -> tuple[int, float]:
    """Runs something in a fork within limits: the exit code (negative: a signal) and the seconds of CPU."""
    import resource

    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            if memory:
                resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            code = run()
            sys.stdout.flush()
            sys.stderr.flush()
        except BaseException:
            import traceback

            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(code)
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)


def answer(request: dict[str, object], memory: int) -> Outcome:
    """The outcome of one request."""
    from speclint.__main__ import main

    def call(out: IO[bytes], err: IO[bytes]) -> int:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        os.chdir(str(request["cwd"]))
        sys.argv[1:] = [str(word) for word in request["arguments"]]  # type: ignore[attr-defined]
        try:
            main()
        except SystemExit as ending:
            return int(str(ending.code))
        raise AssertionError("the command has not ended the process")

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code, seconds = limited(memory, int(str(request["seconds"])), lambda: call(out, err))
        return Outcome(code, written(out), written(err), seconds)


def written(file: IO[bytes]) -> str:
    """What was written to a file."""
    file.seek(0)
    return file.read().decode("utf-8", "surrogateescape")


def warm_up() -> None:
    """Runs the command once, so that what is loaded and compiled late is there before the first fork."""
    import jsonschema
    import regex
    import yaml

    from speclint.cli.main import main

    del jsonschema, regex, yaml
    shown = os.dup(1), os.dup(2)
    silent = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silent, stream)
    skeletons = [str(path) for path in sorted((ROOT / "rules").glob("*.md"))]
    main(["--template", "feature-doc", "--diff", *skeletons])
    main(["derive", skeletons[0]])
    sys.stdout.flush()
    for stream, before in zip((1, 2), shown, strict=True):
        os.dup2(before, stream)
        os.close(before)
    os.close(silent)


def serve() -> None:
    """Answers requests until there are no more."""
    bare = address_space()
    warm_up()
    # What only the child may write to is not to be written twice.
    for line in iter(sys.stdin.readline, ""):
        outcome = answer(json.loads(line), bare and bare + MEMORY)
        print(json.dumps(outcome._asdict()), flush=True)


if __name__ == "__main__":
    serve()
