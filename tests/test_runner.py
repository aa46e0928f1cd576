"""Many files in several processes: the same to the byte, and an end whatever happens to them."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint.cli import main
from speclint.workspace import runner
from speclint.workspace.cache import Cache
from speclint.workspace.config import Configuration
from speclint.workspace.linter import FileLinter
from speclint.workspace.options import Options
from speclint.workspace.resolver import Resolver

from .test_cache import BAD, CONFIGURATION, RULES
from .test_cli import ROOT, shell
from .test_patterns_end import PATTERN, SLOW, impatient

Said = tuple[int, str, str]
COMMAND = f"{sys.executable} -m speclint --no-cache ."


def test_what_goes_to_another_process_can_be_sent_there() -> None:
    """Where processes are not copied but started anew."""
    import pickle

    resolver = Resolver(Options(), Cache("somewhere"))
    known = resolver.known_rule_sets(Configuration())
    linter = pickle.loads(pickle.dumps(FileLinter(resolver, recording=True)))
    assert linter.resolver.known_rule_sets(Configuration()) == known


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with files enough for several processes, some of which cannot be read."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "speclint.toml").write_text(CONFIGURATION)
    (tmp_path / "note.yaml").write_text(RULES)
    for n in range(60):
        text = BAD.replace("{n}", str(n)) + "\nsome more words\n" * (40 * (n % 5))
        (tmp_path / "notes" / f"{n:02}.md").write_text(text, encoding="utf-8")
    for n in (5, 6, 50):
        (tmp_path / "notes" / f"{n:02}.md").write_bytes(b"# \xff\n")
    monkeypatch.chdir(tmp_path)
    # The files are a tenth as long as it takes, and so are the shares of them.
    monkeypatch.setattr(runner, "_PORTION", runner._PORTION // 10)
    monkeypatch.setattr(runner, "_FOR_A_FILE", runner._FOR_A_FILE // 10)
    return tmp_path


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """The command: its exit code and what it printed."""

    def call(*arguments: str) -> Said:
        code = main.main(["check", ".", "--no-cache", *arguments])
        return code, *capsys.readouterr()

    return call


def test_the_number_of_processes_makes_no_difference(folder: Path, lint: Callable[..., Said]) -> None:
    alone = lint("--jobs", "1")
    assert alone[0] == 2
    assert alone[2].count("not UTF-8") == 3
    for jobs in ("2", "3", "7"):
        assert lint("--jobs", jobs) == alone
    (folder / "notes" / "speclint.toml").write_text("colour = 1\n")
    broken = lint("--jobs", "1")
    assert broken[2].count("colour") == 1
    assert lint("--jobs", "3") == broken


def test_a_bad_rule_set_is_told_once(folder: Path, lint: Callable[..., Said]) -> None:
    (folder / "note.yaml").write_text("id: note\nsectoins: []\n")
    alone = lint("--jobs", "1")
    assert alone[2].count("sectoins") == 1
    assert lint("--jobs", "3") == alone


def test_patterns_run_out_of_time_in_every_process(
    folder: Path, lint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    (folder / "note.yaml").write_text(f"{RULES}forbidden: [{{pattern: '{PATTERN}'}}]\n")
    (folder / "notes" / "07.md").write_text(f"{BAD}\n{SLOW}\n")
    alone = lint("--jobs", "1")
    assert "takes too long" in alone[2]
    assert lint("--jobs", "2") == alone


def test_few_bytes_start_no_process(
    folder: Path, lint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in sorted((folder / "notes").iterdir()):
        path.write_text(BAD)

    def refuse(*arguments: object) -> object:
        raise AssertionError

    monkeypatch.setattr(runner, "_spread", refuse)
    assert lint()[0] == 1


def test_a_lost_process_is_an_error(
    folder: Path, lint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    lint_file = FileLinter.lint_file

    def fatal(self: FileLinter, path: str, name: str) -> object:
        if name == os.path.join("notes", "30.md"):
            os.kill(os.getpid(), signal.SIGKILL)
        return lint_file(self, path, name)

    monkeypatch.setattr(FileLinter, "lint_file", fatal)
    code, out, err = lint("--jobs", "2")
    assert code == 2
    assert "was killed" in err
    assert "notes/00.md" in out


def test_processes_that_are_started_anew(
    folder: Path, lint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a process cannot be copied."""
    alone = lint("--jobs", "1")
    monkeypatch.setattr(runner, "_START", "spawn")
    assert lint("--jobs", "2") == alone


def test_where_no_process_can_be_started_the_work_is_done_here(
    folder: Path, lint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    from multiprocessing.process import BaseProcess

    def limited(self: BaseProcess) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    alone = lint("--jobs", "1")
    monkeypatch.setattr(BaseProcess, "start", limited)
    assert lint("--jobs", "5") == alone


def test_an_error_in_a_process_is_an_error_of_the_command(
    folder: Path, lint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: FileLinter, path: str, name: str) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr(FileLinter, "lint_file", broken)
    with pytest.raises(ZeroDivisionError):
        lint("--jobs", "2")


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_a_limit_of_open_files(folder: Path) -> None:
    for path in sorted((folder / "notes").glob("*.md"))[::3]:
        path.write_text(BAD + "\nsome more words\n" * 3_000)
    alone, few = (shell(f"ulimit -n 24; {COMMAND} --jobs {jobs}", folder) for jobs in (1, 200))
    assert alone.code == 2
    assert (few.code, few.out, few.err) == (alone.code, alone.out, alone.err)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc")
def test_an_interrupted_run_ends_at_once_and_leaves_nobody_behind(folder: Path) -> None:
    for n in range(100, 400):
        (folder / "notes" / f"{n}.md").write_text(BAD + "\nsome **words** in `a` line\n" * 3000)
    process = subprocess.Popen(
        [sys.executable, "-m", "speclint", "--no-cache", "--jobs", "2", "."],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # A shell has what it starts in the background ignore interruptions, and so would this process.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_for_children(process, 2)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b""), err
    assert b"Traceback" not in err
    assert not is_there(process.pid)


def is_there(group: int) -> bool:
    """Whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for_children(process: subprocess.Popen[bytes], number: int) -> None:
    """Waits until a process has so many below it."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline = time.monotonic() + 60
    while len(children.read_text().split()) < number:
        assert time.monotonic() < deadline
        time.sleep(0.02)


@given(sizes=st.lists(st.integers(0, 400_000), max_size=40))
def test_every_file_is_in_one_portion_in_order(sizes: list[int]) -> None:
    names = [(f"{n}.md", f"{n}.md") for n in range(len(sizes))]
    portions = runner.portions(names, dict(zip(names, sizes, strict=True)))
    assert [one for portion in portions for one in portion] == names
    assert all(portions)
