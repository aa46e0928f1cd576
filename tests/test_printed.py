"""What a command printed is printed again while nothing has changed, and never when something has."""

from __future__ import annotations

import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from speclint.cli import main
from speclint.cli.console import OutputError
from speclint.linting.result import FileResult
from speclint.reporters.formats import FORMATS
from speclint.workspace import cache, printed
from speclint.workspace.linter import FileLinter
from speclint.workspace.run_result import RunResult
from speclint.workspace.selection import Selection
from speclint.workspace.workspace import Workspace

from .test_cache import COUNT, RULES, Said, database, edit, edit_in_place, folder, kept, settled

__all__ = ["folder", "settled"]

Lint = Callable[..., Said]


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str]) -> Lint:
    """The command: its exit code and what it printed."""

    def call(*arguments: str) -> Said:
        paths = () if (arguments and not arguments[0].startswith("--")) or "-" in arguments else (".",)
        code = main.main(["check", *paths, *arguments])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch, settled: None) -> list[int]:
    """How many files each run that was not printed again was about."""
    counts: list[int] = []
    lint_selection = Workspace.lint_selection

    def noted(self: Workspace, selection: Selection) -> RunResult:
        counts.append(len(selection.files))
        return lint_selection(self, selection)

    monkeypatch.setattr(Workspace, "lint_selection", noted)
    return counts


@pytest.mark.parametrize("options", [*([f"--output-format={name}"] for name in FORMATS), ["--color=always"]])
def test_it_is_the_same_to_the_byte(options: list[str], folder: Path, lint: Lint, runs: list[int]) -> None:
    plain = lint(*options, "--no-cache")
    cold = lint(*options)
    assert len(runs) == 2
    assert lint(*options) == cold == plain
    assert len(runs) == 2
    assert plain[0] == 1
    assert plain[1]


def test_each_file_is_linted_once(folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []
    lint_file = FileLinter.lint_file

    def noted(self: FileLinter, path: str, name: str) -> FileResult:
        names.append(name)
        return lint_file(self, path, name)

    monkeypatch.setattr(FileLinter, "lint_file", noted)
    lint("--jobs", "1")
    assert len(names) == len(set(names)) == COUNT + 1


def test_what_is_not_checked_is_said_again(folder: Path, lint: Lint, runs: list[int]) -> None:
    edit(
        folder / "speclint.toml",
        "[templates]",
        'coverage = ["absent.info"]\n[templates]\n"no/*" = "note.yaml"',
    )
    cold = lint()
    for words in ("no such coverage report", "none matches `no/*`", "skipped (no template)"):
        assert words in cold[2]
    assert lint() == cold
    assert len(runs) == 1
    (folder / "absent.info").write_text("SF:a.py\nDA:1,1\nend_of_record\n")
    assert lint() == lint("--no-cache") != cold


def test_an_exit_code_of_none_is_kept_as_well(folder: Path, lint: Lint, runs: list[int]) -> None:
    shutil.rmtree(folder / "notes")
    for n in range(COUNT):
        (folder / f"{n}.md").write_text(f"# A {n}\n")
    (folder / "speclint.toml").unlink()
    cold = lint()
    assert cold[0] == 0
    assert lint() == cold
    assert len(runs) == 1


def link(path: Path, target: str) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)


def replaced(folder: Path) -> None:
    """A file of the same size and time in the place of another."""
    path, copy = folder / "notes" / "00.md", folder / "copy"
    shutil.copy2(path, copy)
    edit_in_place(folder)
    changed = path.read_bytes()
    copy.write_bytes(changed)
    os.utime(copy, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    copy.replace(path)


CHANGES: dict[str, Callable[[Path], object]] = {
    "document, same size and time": edit_in_place,
    "document replaced, same size and time": replaced,
    "document touched": lambda folder: (folder / "notes" / "00.md").touch(),
    "document removed": lambda folder: (folder / "notes" / "00.md").unlink(),
    "document added": lambda folder: (folder / "notes" / "99.md").write_text("# New\n"),
    "document renamed": lambda folder: (folder / "notes" / "00.md").rename(folder / "notes" / "98.md"),
    "document as a link to another": lambda folder: link(folder / "notes" / "00.md", "../extra.txt"),
    "target of a link edited": lambda folder: edit(folder / "extra.txt", "# Linked", "# Edited"),
    "link to elsewhere": lambda folder: link(folder / "notes" / "linked.md", "../hidden.md"),
    "linked file added": lambda folder: (folder / "notes" / "gone.md").write_text("# Not gone\n"),
    "linked file removed": lambda folder: (folder / "hidden.md").unlink(),
    "linked heading renamed": lambda folder: edit(folder / "hidden.md", "Start", "Begin"),
    "rule set": lambda folder: edit(folder / "note.yaml", "Owner", "Keeper"),
    "rule set of no document": lambda folder: edit(folder / "other.yaml", "Reason", "Cause"),
    "skeleton": lambda folder: edit(folder / "skeleton.txt", "Name of", "Words of"),
    "configuration": lambda folder: configure(folder, 'ignore = ["missing-field"]'),
    "configuration, another glob": lambda folder: edit(folder / "speclint.toml", "notes/*.md", "notes/*0.md"),
    "configuration, glob of nothing": lambda folder: edit(folder / "speclint.toml", "none/*.md", "nil/*.md"),
    "configuration, exclusion": lambda folder: edit(
        folder / "speclint.toml", '["hidden.md"', '["hidden.md", "guide.md"'
    ),
    "configuration, nearer": lambda folder: (folder / "notes" / "speclint.toml").write_text(""),
    "configuration, removed": lambda folder: (folder / "speclint.toml").unlink(),
    "ignored": lambda folder: (folder / ".gitignore").write_text("notes/00.md\n"),
    "repository": lambda folder: (folder / ".git").mkdir(),
    "baseline": lambda folder: (folder / "known.json").write_text('{"version": 1, "entries": []}'),
    "baseline removed": lambda folder: (folder / "known.json").unlink(),
    "document of a baseline is back": lambda folder: (folder / "gone.txt").write_text(""),
    "coverage report": lambda folder: edit(folder / "coverage.info", "DA:1,1", "DA:1,0"),
    "coverage report removed": lambda folder: (folder / "coverage.info").unlink(),
}


def configure(folder: Path, line: str) -> None:
    edit(folder / "speclint.toml", "[templates]", f"{line}\n[templates]")


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen(change: str, folder: Path, lint: Lint, runs: list[int]) -> None:
    (folder / "skeleton.txt").write_text("# Name of note\n\n## Reason\n\nName of a person\n")
    (folder / "hidden.md").write_text("# Start\n")
    (folder / "extra.txt").write_text("# Linked\n\n## Reason\n\n[A](../hidden.md#start)\n")
    link(folder / "notes" / "linked.md", "../extra.txt")
    (folder / "note.yaml").write_text(f"{RULES}skeleton: skeleton.txt\n")
    (folder / "other.yaml").write_text(RULES.replace("id: note", "id: other"))
    (folder / "coverage.info").write_text("SF:a.py\nDA:1,1\nend_of_record\n")
    edit(folder / "speclint.toml", "[templates]", '[templates]\n"none/*.md" = "other.yaml"')
    lint("--write-baseline", "known.json")
    edit(folder / "known.json", '"path": "notes/01.md"', '"path": "gone.txt"')
    configure(folder, 'baseline = "known.json"\ncoverage = ["coverage.info"]\nexclude = ["hidden.md"]')
    cold = lint()
    runs.clear()
    assert lint() == cold
    assert not runs
    CHANGES[change](folder)
    assert lint() == lint("--no-cache")
    assert len(runs) == 2


@pytest.mark.parametrize(
    ("variable", "value"),
    [("FORCE_COLOR", "1"), ("SOURCE_DATE_EPOCH", str(1767225600 + 365 * 86_400))],
)
def test_the_environment_matters(
    variable: str,
    value: str,
    folder: Path,
    lint: Lint,
    runs: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cold = lint()
    monkeypatch.setenv(variable, value)
    assert lint() == lint("--no-cache") != cold
    assert len(runs) == 3


def test_paths_and_the_current_folder_matter(
    folder: Path, lint: Lint, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    lint()
    assert lint("notes") == lint("notes", "--no-cache")
    assert lint("notes", "guide.md") == lint("notes", "guide.md", "--no-cache")
    monkeypatch.chdir(folder / "notes")
    assert lint() == lint("--no-cache")
    assert len(runs) == 7


def test_a_folder_by_another_name_is_another(folder: Path, lint: Lint, runs: list[int]) -> None:
    """The files are the same, but what they refer to lies elsewhere."""
    (folder / "first").mkdir()
    (folder / "notes").rename(folder / "first" / "notes")
    (folder / "second").mkdir()
    link(folder / "current", "first/notes")
    options = ("current", "--template", "note.yaml")
    before = lint(*options)
    (folder / "first" / "notes").rename(folder / "second" / "notes")
    link(folder / "current", "second/notes")
    assert lint(*options) == lint(*options, "--no-cache") != before
    assert len(runs) == 3


def test_another_version_prints_nothing_again(
    folder: Path, lint: Lint, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    lint()
    for module in (cache, printed):
        monkeypatch.setattr(module, "tool", lambda: "another")
    lint()
    assert len(runs) == 2


def test_files_that_are_too_young_are_checked(
    folder: Path, lint: Lint, monkeypatch: pytest.MonkeyPatch
) -> None:
    lint()
    assert prints(folder) == 0


def prints(folder: Path) -> int:
    [(count,)] = database(folder).execute("SELECT count(*) FROM printed")
    return int(count)


@pytest.mark.parametrize(
    "options",
    [
        ["--no-cache"],
        ["--output-format", "json=report.json"],
        ["--output-format", "json=report.json", "--output-format", "text"],
        ["--diff"],
        ["--stdin-filename", "x.md", "-"],
        ["--strict"],
        ["--stage", "unknown"],
        ["nowhere.md", "notes"],
        ["guide.md"],
    ],
)
def test_other_runs_are_not_kept(
    options: list[str], folder: Path, lint: Lint, settled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "speclint.toml").write_text(
        '[templates]\n"notes/*.md" = "note.yaml"\n"no/*.md" = "note.yaml"\n'
    )
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"# A\n")))
    lint(*options)
    assert not kept(folder).exists() or prints(folder) == 0


def test_fixing_and_writing_a_baseline_are_done_each_time(folder: Path, lint: Lint, runs: list[int]) -> None:
    lint()
    lint("--write-baseline", "known.json")
    (folder / "known.json").unlink()
    lint("--write-baseline", "known.json")
    assert (folder / "known.json").exists()
    lint("--fix")
    assert lint() == lint("--no-cache")


def test_a_failure_to_write_is_not_kept(
    folder: Path, lint: Lint, settled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(text: str) -> None:
        raise OutputError("is full")

    monkeypatch.setattr("speclint.cli.running.write_output", fail)
    monkeypatch.setattr(main, "drop_output", lambda: None)
    assert lint()[0] == 2
    assert prints(folder) == 0


def test_what_changes_while_it_is_checked_is_seen(
    folder: Path, lint: Lint, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document is written after its times were looked at and before it is read."""
    lint_file = FileLinter.lint_file

    def late(self: FileLinter, path: str, name: str) -> FileResult:
        if name == "notes/00.md":
            edit_in_place(folder)
            monkeypatch.setattr(FileLinter, "lint_file", lint_file)
        return lint_file(self, path, name)

    monkeypatch.setattr(FileLinter, "lint_file", late)
    lint()
    assert lint() == lint("--no-cache")
    assert len(runs) == 3


DAMAGE = {
    "text": "UPDATE printed SET data = CAST('nothing found' AS BLOB)",
    "text of another kind": "UPDATE printed SET data = 'nothing found'",
    "no text": "UPDATE printed SET data = NULL",
    "head": "UPDATE printed SET head = replace(head, '[1,', '[0,')",
    "no head": "UPDATE printed SET head = NULL",
    "bytes for a head": "UPDATE printed SET head = CAST(head AS BLOB)",
    "signature": "UPDATE printed SET signature = 1.5",
    "bytes that are no text": (
        "UPDATE printed SET signature = CAST(x'ff' AS TEXT), head = CAST(x'ff' AS TEXT)"
    ),
    "no table": "DROP TABLE printed",
    "another table": "ALTER TABLE printed RENAME COLUMN head TO tail",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_copy_is_as_none(damage: str, folder: Path, lint: Lint, runs: list[int]) -> None:
    cold = lint()
    database(folder).execute(DAMAGE[damage])
    assert lint() == cold
    assert len(runs) == 2


@pytest.mark.parametrize(
    "head", ["", "null", "[]", "[1,{},null]", "[1,[],[]]", '[1,{"/":{"":1}},[]]', "[" * 5000]
)
def test_heads_that_are_none_are_not_used(
    head: str, folder: Path, lint: Lint, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    cold = lint()
    monkeypatch.setattr(cache.Cache, "_signature", lambda *contents: "same")
    database(folder).execute("UPDATE printed SET signature = 'same', head = ?", (head,))
    assert lint() == cold
    assert len(runs) == 2


def test_a_locked_cache_is_as_none(
    folder: Path, lint: Lint, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_PATIENCE", 0.01)
    cold = lint()
    connection = database(folder)
    connection.execute("BEGIN EXCLUSIVE")
    assert lint() == cold
    connection.execute("ROLLBACK")
    assert len(runs) == 2
    assert lint() == cold
    assert len(runs) == 2


def test_only_some_are_kept(
    folder: Path, lint: Lint, runs: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_MOST_PRINTED", 2)
    for name in ("json", "text", "sarif"):
        lint("--output-format", name)
    assert prints(folder) == 2
    lint("--output-format", "sarif")
    assert len(runs) == 3
    monkeypatch.setattr(cache, "_MAX_PRINTED", len(lint("--output-format", "junit")[1]) + 4000)
    lint("--output-format", "gitlab")
    assert prints(folder) == 1
    monkeypatch.setattr(cache, "_MAX_PRINTED", 10)
    lint("--output-format", "concise")
    assert prints(folder) == 1
