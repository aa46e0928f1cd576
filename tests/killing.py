"""Runs speclint and kills it: in a process of its own, because it forks.

    python -m tests.killing FOLDER random COUNT SEED
    python -m tests.killing FOLDER calls replace|create

Every run begins with the old document, or none for `create`. The first way kills at random moments, the
second at every call of the system that writing makes: before it, and once more in the middle of what it
writes. What was found afterwards is printed as JSON: how often the document was old, new or anything else,
how many runs were killed, and the names of all files that were left beside it.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from speclint.cli.main import main
from speclint.workspace import files

RULES = "id: note\nsections: [{title: Reason, checklist: true}]\n"
# More than a page of memory, so that there is a middle to be killed in.
OLD = ("# A\n\n## Reason\n\n" + "- [] one\r\n- [ ]two\n\tthree  \r" * 200).encode()
NEW = OLD.replace(b"[] one", b"[ ] one").replace(b"[ ]two", b"[ ] two")

# What writing asks of the system; a name that it does not use does no harm.
CALLS = (
    "open", "close", "write", "fsync", "fstat", "lstat", "fchmod", "fchown", "access", "urandom",
    "listxattr", "setxattr", "getxattr", "link", "replace", "unlink",
)  # fmt: skip


def killed(child: Callable[[], object], delay: Callable[[], None] | None = None) -> bool:
    """Runs something in a fork that kills itself, or is killed after a delay: whether that came in time."""
    pid = os.fork()
    if pid == 0:
        try:
            child()
        finally:
            os._exit(0)
    if delay is not None:
        delay()
        os.kill(pid, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


class Scene:
    """A folder with a document, and what was seen in it after each run."""

    def __init__(self, folder: Path, before: bytes | None) -> None:
        self.folder, self.before = folder, before
        self.path = folder / "a.md"
        self.seen: Counter[str] = Counter()
        self.left: set[str] = set()
        self.killed = 0

    def set(self) -> None:
        """Brings the document back to what it was."""
        for path in self.folder.iterdir():
            path.unlink()
        if self.before is not None:
            self.path.write_bytes(self.before)

    def look(self) -> None:
        """Notes what is there."""
        now = self.path.read_bytes() if self.path.exists() else None
        self.seen["old" if now == self.before else "new" if now == NEW else "other"] += 1
        self.left |= {path.name for path in self.folder.iterdir()} - {"a.md"}


def at_random(scene: Scene, rules: Path, times: int, seed: int) -> None:
    """Kills whole runs of the command: half of them anywhere, half of them while they write."""
    moments = random.Random(seed)
    arguments = ["-q", "--fix", "--template", str(rules), str(scene.path)]
    replace = files.replace
    writing_lasts = 0.0

    def measured(path: str, old: bytes, new: bytes) -> None:
        nonlocal writing_lasts
        began = time.perf_counter()
        replace(path, old, new)
        writing_lasts = time.perf_counter() - began

    scene.set()
    # The second run is as long as the others: the first has loaded what they need.
    main(arguments)
    scene.set()
    files.replace = measured
    began = time.perf_counter()
    main(arguments)
    all_lasts = time.perf_counter() - began
    assert scene.path.read_bytes() == NEW
    assert writing_lasts, "the command writes by `files.replace`, or half of the runs would wait for ever"

    for number in range(times):
        scene.set()
        ready, tell = os.pipe()

        def announced(path: str, old: bytes, new: bytes, tell: int = tell) -> None:
            os.write(tell, b".")
            replace(path, old, new)

        def delay(number: int = number, ready: int = ready) -> None:
            if number % 2:
                os.read(ready, 1)
                time.sleep(moments.uniform(0, 1.5 * writing_lasts))
            else:
                time.sleep(moments.uniform(0, 1.5 * all_lasts))

        files.replace = announced
        scene.killed += killed(partial(main, arguments), delay)
        os.close(ready)
        os.close(tell)
        scene.look()


def deadly(write: Callable[[], None], number: int, halfway: bool) -> None:
    """Writes, and dies before a call of the system, counted from 0, or halfway through it."""

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*values: Any, **options: Any) -> Any:
            nonlocal number
            if number == 0:
                if halfway and name == "write":
                    real(values[0], values[1][: len(values[1]) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            number -= 1
            return real(*values, **options)

        return call

    for name in CALLS:
        if hasattr(os, name):
            setattr(os, name, counted(name, getattr(os, name)))
    write()


def at_every_call(scene: Scene, write: Callable[[], None]) -> None:
    """Kills a write before its first call of the system, its second, and so on, until one gets through."""
    for halfway in (False, True):
        for number in count():
            scene.set()
            died = killed(partial(deadly, write, number, halfway))
            scene.look()
            if not died:
                break
            scene.killed += 1


def run_driver(folder: Path, way: str, *options: str) -> dict[str, Any]:
    """What was found after all the runs."""
    (folder / "docs").mkdir()
    rules = folder / "note.yaml"
    rules.write_text(RULES)
    scene = Scene(folder / "docs", None if options[0] == "create" else OLD)
    path = str(scene.path)
    if way == "random":
        at_random(scene, rules, int(options[0]), int(options[1]))
    elif options[0] == "replace":
        at_every_call(scene, lambda: files.replace(path, OLD, NEW))
    else:
        at_every_call(scene, lambda: files.create(path, NEW))
    return {"seen": scene.seen, "killed": scene.killed, "left": sorted(scene.left)}


if __name__ == "__main__":
    print(json.dumps(run_driver(Path(sys.argv[1]), *sys.argv[2:])))
