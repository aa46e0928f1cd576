"""Only what this user's key has signed is believed, and no cache that a checkout brings along is used."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from speclint.cli import main
from speclint.workspace.cache_trust import key_in

Lint = Callable[..., tuple[int, str]]

COUNT = 24


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with so many unfinished notes that what comes of them is kept."""
    project = tmp_path / "project"
    (project / "notes").mkdir(parents=True)
    (project / "speclint.toml").write_text('[templates]\n"notes/*.md" = "note.yaml"\n')
    (project / "note.yaml").write_text("id: note\nname: Note\nsections: [Reason]\n")
    for n in range(COUNT):
        (project / "notes" / f"{n:02}.md").write_text(f"# Note {n}\n\n## Reason\n\nTBD [gone](gone.md)\n")
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    monkeypatch.chdir(project)
    monkeypatch.setenv("SPECLINT_CACHE_DIR", str(tmp_path / "mine"))
    return project


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str]) -> Lint:
    """The command: its exit code and what it printed."""

    def call(*arguments: str) -> tuple[int, str]:
        code = main.main(["check", "notes", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return call


def database(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "speclint.sqlite3", isolation_level=None)


def without_findings(data: list[object]) -> str:
    """A result as it is kept, with nothing in the place of its findings."""
    longest = max(range(len(data)), key=lambda number: len(json.dumps(data[number])))
    return json.dumps([*data[:longest], [], *data[longest + 1 :]])


FORGED = {
    "nothing found": ("results", "data", lambda data: without_findings(json.loads(data))),
    "another text": ("results", "digest", lambda _: "0" * 32),
    "another file": ("results", "inode", lambda inode: inode + 1),
    "other terms": ("results", "terms", lambda terms: terms[::-1]),
    "other answers": ("answers", "answer", lambda answer: answer + "x"),
    "another rule set": ("validated", "data", lambda data: data.replace('"Reason"', '"Result"')),
    "another signature": ("results", "signature", lambda signature: signature[::-1]),
}


@pytest.mark.parametrize("what", FORGED)
def test_an_entry_that_was_changed_is_a_miss(what: str, folder: Path, lint: Lint, tmp_path: Path) -> None:
    cold = lint()
    table, column, change = FORGED[what]
    with database(tmp_path / "mine") as connection:
        connection.create_function("change", 1, change)
        connection.execute(f"UPDATE {table} SET {column} = change({column})")
        connection.execute("DELETE FROM printed")
    assert lint() == cold
    assert cold[0] == 1


def test_what_another_user_wrote_is_a_miss(
    folder: Path, lint: Lint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever makes a cache with documents in order cannot hand it on for those that are not."""
    cold = lint()
    shared = tmp_path / "shared"
    with monkeypatch.context() as theirs:
        theirs.setenv("SPECLINT_CACHE_DIR", str(tmp_path / "theirs"))
        lint("--cache-dir", str(shared))
    with database(shared) as connection:
        before = connection.execute("SELECT count(*) FROM results WHERE data LIKE '%TBD%'").fetchone()
        connection.execute("UPDATE results SET data = replace(data, 'placeholder', 'missing-link')")
        connection.execute("UPDATE printed SET data = ''")
    assert before is not None
    assert before[0]
    assert lint("--cache-dir", str(shared)) == cold


@pytest.mark.parametrize("how", ["as a folder", "as a link", "in the environment"])
def test_a_cache_of_the_checkout_is_refused(
    how: str, folder: Path, lint: Lint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "as a link":
        (folder / "hidden").mkdir()
        (tmp_path / "outside").symlink_to(folder / "hidden")
    named = str(tmp_path / "outside") if how == "as a link" else ".cache"
    if how == "in the environment":
        monkeypatch.setenv("SPECLINT_CACHE_DIR", named)
        code, said = lint()
    else:
        code, said = lint("--cache-dir", named)
    assert code == 2
    assert said.startswith(f"speclint: {named}: no folder for a cache: is in a repository")
    assert not (folder / ".cache").exists()


def test_a_folder_that_git_ignores_will_do(folder: Path, lint: Lint) -> None:
    cold = lint("--no-cache")
    (folder / ".gitignore").write_text(".cache/\n")
    (folder / ".cache").mkdir()
    assert lint("--cache-dir", ".cache") == cold
    assert (folder / ".cache" / "speclint.sqlite3").exists()
    subprocess.run(["git", "add", "--force", ".cache"], check=True)
    assert lint("--cache-dir", ".cache")[0] == 2, "what is tracked may be anybody's"


def test_the_key_is_for_its_owner_alone(tmp_path: Path) -> None:
    key = key_in(str(tmp_path / "a" / "b"))
    assert key is not None
    assert key == key_in(str(tmp_path / "a" / "b"))
    assert key != key_in(str(tmp_path / "c"))
    path = tmp_path / "a" / "b" / "key"
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    assert key_in(str(tmp_path / "a" / "b")) is None


@pytest.mark.parametrize("what", ["short", "a link", "a folder"])
def test_what_is_no_key_is_not_used(what: str, folder: Path, lint: Lint, tmp_path: Path) -> None:
    cold = lint()
    key = tmp_path / "mine" / "key"
    if what == "short":
        key.write_bytes(b"x")
    else:
        key.rename(tmp_path / "elsewhere")
        if what == "a link":
            key.symlink_to(tmp_path / "elsewhere")
        else:
            key.mkdir()
    with database(tmp_path / "mine") as connection:
        connection.execute("UPDATE printed SET data = ''")
    assert lint() == cold


def test_without_a_key_there_is_no_cache(
    folder: Path, lint: Lint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = lint("--no-cache")
    shutil.rmtree(tmp_path / "mine", ignore_errors=True)
    (tmp_path / "mine").write_text("no folder")
    assert lint("--cache-dir", str(tmp_path / "other")) == cold
    assert not os.path.lexists(tmp_path / "other" / "speclint.sqlite3")
