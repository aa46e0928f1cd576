"""Runs the command in a process of its own that does not begin from nothing.

    python -m tests.forks FOLDER

Starting Python and importing what the command needs takes far longer than most runs do. `Forks` is a process
that has done so, and has linted once; for each run it forks, and the fork becomes what a shell would have
started: with its arguments, folder, environment and streams, it runs the package as `python -m speclint`
does.

What Python reads before it runs anything, such as PYTHONHASHSEED, a fork has from the process that it came
of. Where that differs, and where `os.fork` is not to be had, a new interpreter is started instead. What
speaks of processes themselves (signals, closed streams, imports, many runs at once) starts one as well.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 300
READ_AT_THE_START = ("PYTHON", "LC_", "LANG", "LD_")


class Ended(NamedTuple):
    """How a process ended, as `subprocess` counts it, and what it wrote."""

    code: int
    out: bytes
    err: bytes


def start_anew(arguments: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes = b"") -> Ended:
    """Runs the command in a new interpreter."""
    done = subprocess.run(
        [sys.executable, "-m", "speclint", *arguments],
        cwd=cwd,
        input=stdin,
        env=env,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def read_at_the_start(env: Mapping[str, str]) -> dict[str, str]:
    """The part of an environment that only a new interpreter heeds."""
    return {name: value for name, value in env.items() if name.startswith(READ_AT_THE_START)}


class Forks:
    """A process that forks for each run; it starts at the first one, with what it finds there."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None
        self.began_with: dict[str, str] = {}

    def run(self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes = b"") -> Ended:
        """Runs the command with exactly this environment."""
        if self.process is None and hasattr(os, "fork"):
            self._start(env)
        if self.process is None or read_at_the_start(env) != self.began_with:
            return start_anew(arguments, cwd, env, stdin)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        (self.folder / "in").write_bytes(stdin)
        request = {"arguments": arguments, "cwd": str(cwd), "env": dict(env)}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        if not select.select([self.process.stdout], [], [], PATIENCE)[0]:
            self.process.kill()
            raise subprocess.TimeoutExpired(list(arguments), PATIENCE)
        code = int(self.process.stdout.readline())
        return Ended(code, (self.folder / "out").read_bytes(), (self.folder / "err").read_bytes())

    def _start(self, env: Mapping[str, str]) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.folder = Path(temporary.name)
        self.began_with = read_at_the_start(env)
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "forks.py"), temporary.name],
            cwd=temporary.name,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self._end, temporary)

    def _end(self, temporary: tempfile.TemporaryDirectory[str]) -> None:
        assert self.process is not None
        self.process.communicate()
        temporary.cleanup()


def warm_up(folder: str) -> None:
    """Imports and compiles what most runs need."""
    import jsonschema
    import yaml

    from speclint.cli.main import main

    del jsonschema, yaml
    for name, text in {"a.md": "# A\n", "a.yaml": "sections: [A]\n"}.items():
        Path(folder, name).write_text(text, encoding="utf-8")
    main(["--no-cache", "--template", "a.yaml", "--diff", "a.md"])
    main(["--no-cache", "--template", "feature-doc", "--output-format", "json", "a.md"])
    sys.stdout.flush()
    sys.stderr.flush()


def become(request: dict[str, Any], folder: str) -> None:
    """Makes this process the one that is asked for."""
    import time

    os.chdir(request["cwd"])
    sys.path.insert(0, os.getcwd())
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    for number, name, flags in (
        (0, "in", os.O_RDONLY),
        (1, "out", os.O_WRONLY | os.O_APPEND),
        (2, "err", os.O_WRONLY | os.O_APPEND),
    ):
        opened = os.open(os.path.join(folder, name), flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv[1:] = request["arguments"]


def serve(folder: str, requests: IO[str], answers: IO[str]) -> None:
    """Answers requests until there are no more; returns in a fork, which is to run the command."""
    for line in iter(requests.readline, ""):
        for name in ("out", "err"):
            Path(folder, name).write_bytes(b"")
        pid = os.fork()
        if pid == 0:
            requests.close()
            answers.close()
            become(json.loads(line), folder)
            return
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), file=answers, flush=True)
    sys.exit()


if __name__ == "__main__":
    import runpy

    place = sys.argv[1]
    channels = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    del sys.path[0]
    warm_up(place)
    gc.freeze()
    serve(place, *channels)
    code: object = None
    try:
        runpy.run_module("speclint", run_name="__main__", alter_sys=True)
    except SystemExit as ending:
        code = ending.code
    # Taking apart all that is loaded takes longer than many a run.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 70)
