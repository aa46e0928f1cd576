"""What earlier runs know: a second run says the same to the byte, and sees every change."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from speclint.cli import main
from speclint.linting.result import FileResult
from speclint.reporters.formats import FORMATS
from speclint.workspace import cache, known_results, runner, terms
from speclint.workspace.cache import Cache, Stamp
from speclint.workspace.known_results import KnownResults
from speclint.workspace.linter import FileLinter
from speclint.workspace.surroundings import Checkout
from speclint.workspace.workspace import Workspace

from .amount import some
from .forks import start_anew
from .test_cli import run as run_command

RULES = """\
id: note
name: Note
stages: {order: [draft, final], field: Status, values: {Draft: draft, Final: final}}
fields:
  Owner: {required: true}
  Status: {required: false}
sections:
  - {title: Reason, checklist: {complete_from: final}}
  - {title: Result, required: false}
"""
GOOD = "# Note {n}\n\n**Owner:** Ada\n**Status:** Draft\n\n## Reason\n\n[A](../guide.md#start)\n\n- [ ] b\n"
BAD = "\ufeff# Note {n}\n\n**Status:** TBD\n\n## Reason\n\n[Gone](gone.md) <!-- speclint-disable x -->\n"
DATED = GOOD + "\n<!-- speclint-disable-next-line placeholder until=2026-06-01: later -->\nTBD\n"
CONFIGURATION = '[templates]\n"notes/*.md" = "note.yaml"\n'
COUNT = 24
PACKAGE = Path(__file__).parent.parent / "speclint"

Said = tuple[int, str, str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with so many notes that what comes of them is kept."""
    project = tmp_path / "project"
    (project / "notes").mkdir(parents=True)
    (project / "speclint.toml").write_text(CONFIGURATION)
    (project / "note.yaml").write_text(RULES)
    (project / "guide.md").write_text("# Guide\n\n## Start\n")
    for n in range(COUNT):
        text = (GOOD, BAD, DATED)[n % 3]
        (project / "notes" / f"{n:02}.md").write_text(text.replace("{n}", str(n)), encoding="utf-8")
    monkeypatch.chdir(project)
    monkeypatch.setenv("SPECLINT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return project


@pytest.fixture
def lint(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """The command: its exit code and what it printed."""

    def call(*arguments: str) -> Said:
        code = main.main(["check", ".", *arguments])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the documents that were not known, in this process."""
    names: list[str] = []
    lint_file = FileLinter.lint_file

    def noted(self: FileLinter, path: str, name: str) -> FileResult:
        names.append(name)
        return lint_file(self, path, name)

    monkeypatch.setattr(FileLinter, "lint_file", noted)
    return names


def kept(folder: Path) -> Path:
    """The file in which results are kept."""
    return folder.parent / "cache" / "speclint.sqlite3"


def database(folder: Path) -> sqlite3.Connection:
    """The cache, to be tampered with; what is done is committed at once."""
    return sqlite3.connect(kept(folder), isolation_level=None)


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are taken for older than they are, so that their times are trusted at once."""
    monkeypatch.setattr(cache, "_COARSE", -60_000_000_000)


@pytest.mark.parametrize("name", FORMATS)
def test_a_warm_run_says_the_same(
    name: str, folder: Path, lint: Callable[..., Said], looked_at: list[str]
) -> None:
    plain = lint("--output-format", name, "--no-cache")
    assert not (folder.parent / "cache" / "results").exists()
    cold = lint("--output-format", name)
    looked_at.clear()
    warm = lint("--output-format", name)
    assert looked_at == []
    assert plain == cold == warm
    assert warm[0] == 1


def test_results_are_written_in_portions(
    folder: Path, lint: Callable[..., Said], looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_results, "_PORTION", 500)
    cold = lint("--jobs", "2")
    edit(folder / "guide.md", "Start", "Begin")
    changed = lint("--jobs", "2")
    assert changed == lint("--no-cache") != cold
    looked_at.clear()
    assert lint("--jobs", "2") == changed
    assert looked_at == []


def test_excerpts_are_the_same(folder: Path, lint: Callable[..., Said]) -> None:
    cold = lint("--color", "always")
    assert lint("--color", "always") == cold
    assert "^^^" in cold[1]


def test_what_is_known_is_not_even_read(
    folder: Path, lint: Callable[..., Said], settled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Workspace, "printed", lambda *_: None)
    before = lint()

    def refuse(path: str, most: int) -> str:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr(runner, "_digest_of", refuse)
    assert lint() == before


def test_a_fresh_checkout_is_known_by_its_texts(
    folder: Path, lint: Callable[..., Said], looked_at: list[str], settled: None
) -> None:
    before = lint()
    for path in (folder / "notes").iterdir():
        copy = path.with_suffix(".new")
        shutil.copyfile(path, copy)
        copy.replace(path)
    looked_at.clear()
    assert lint() == before
    assert looked_at == []


def test_a_checkout_in_another_place_is_known_by_its_texts(
    folder: Path,
    lint: Callable[..., Said],
    looked_at: list[str],
    settled: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = lint()
    shutil.copytree(folder, folder.parent / "another")
    monkeypatch.chdir(folder.parent / "another")
    edit(Path("notes", "00.md"), "Owner", "Ownez")
    looked_at.clear()
    assert lint()[1].replace("Ownez", "Owner") != before[1]
    assert looked_at == ["notes/00.md"]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def edit_in_place(folder: Path) -> None:
    path = folder / "notes" / "00.md"
    before = path.stat()
    edit(path, "Owner", "Ownez")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)


CHANGES: dict[str, Callable[[Path], object]] = {
    "document, same size and time": edit_in_place,
    "document removed": lambda folder: (folder / "notes" / "00.md").unlink(),
    "document added": lambda folder: (folder / "notes" / "99.md").write_text("# New\n"),
    "document renamed": lambda folder: (folder / "notes" / "00.md").rename(folder / "notes" / "98.md"),
    "linked file added": lambda folder: (folder / "notes" / "gone.md").write_text("# Not gone\n"),
    "linked file removed": lambda folder: (folder / "guide.md").unlink(),
    "linked heading renamed": lambda folder: edit(folder / "guide.md", "Start", "Begin"),
    "rule set": lambda folder: edit(folder / "note.yaml", "Owner", "Keeper"),
    "configuration": lambda folder: edit(
        folder / "speclint.toml", "[templates]", 'ignore = ["missing-field"]\n[templates]'
    ),
    "configuration, other severity": lambda folder: edit(
        folder / "speclint.toml", "[templates]", 'checks = {missing-field = "info"}\n[templates]'
    ),
    "template": lambda folder: edit(folder / "speclint.toml", "notes/*.md", "notes/*0.md"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.usefixtures("settled")
def test_every_change_is_seen(change: str, folder: Path, lint: Callable[..., Said]) -> None:
    before = lint("--output-format", "json")
    CHANGES[change](folder)
    warm = lint("--output-format", "json")
    assert warm == lint("--output-format", "json", "--no-cache")
    assert warm != before


@pytest.mark.usefixtures("settled")
def test_options_are_terms(folder: Path, lint: Callable[..., Said]) -> None:
    for options in ((), ("--stage", "final"), ("--ignore", "placeholder"), ("--fail-on", "info"), ()):
        lint(*options)
        assert lint(*options) == lint(*options, "--no-cache")


@pytest.mark.usefixtures("settled")
def test_a_day_matters_where_a_comment_expires(
    folder: Path, lint: Callable[..., Said], looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lint()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(1767225600 + 365 * 86_400))
    looked_at.clear()
    after = lint()
    assert len(looked_at) == COUNT / 3
    assert after == lint("--no-cache") != before


@pytest.mark.usefixtures("settled")
def test_a_baseline_matters(folder: Path, lint: Callable[..., Said]) -> None:
    assert lint()[0] == 1
    assert lint("--write-baseline", "known.json")[0] == 0
    known = lint("--baseline", "known.json")
    assert known[0] == 0
    assert lint("--baseline", "known.json") == known == lint("--baseline", "known.json", "--no-cache")
    data = json.loads((folder / "known.json").read_text())
    data["entries"] = data["entries"][3:]
    (folder / "known.json").write_text(json.dumps(data))
    assert lint("--baseline", "known.json") == lint("--baseline", "known.json", "--no-cache") != known


@pytest.mark.usefixtures("settled")
def test_another_version_knows_nothing(
    folder: Path, lint: Callable[..., Said], looked_at: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = lint()
    monkeypatch.setattr(cache, "tool", lambda: "another")
    monkeypatch.setattr(terms, "tool", lambda: "another")
    looked_at.clear()
    assert lint() == before
    assert len(looked_at) == COUNT + 1


def test_the_same_version_elsewhere_knows_what_this_one_knows(tmp_path: Path) -> None:
    """Builds install speclint anew each time; what it reads with may be another version then."""
    installed = tmp_path / "a" / "regex-9.9.dist-info"
    installed.mkdir(parents=True)
    shutil.copytree(PACKAGE, tmp_path / "b" / "speclint")
    shutil.copytree(PACKAGE.parent / "schemas", tmp_path / "b" / "schemas")
    program = "from speclint.workspace.cache import tool; print(tool())"

    def tool(*folders: str) -> str:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
        command = [sys.executable, "-c", program]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        ).stdout

    here, there, beside = str(PACKAGE.parent), str(tmp_path / "b"), str(tmp_path / "a")
    assert tool(here) == tool(there)
    assert tool(there) != tool(there, beside)
    with (tmp_path / "b" / "speclint" / "checks" / "references" / "links.py").open("a") as file:
        file.write("\n")
    assert tool(here) != tool(there)


def truncated(data: bytes) -> Iterator[bytes]:
    yield from (data[:end] for end in (0, 1, 33, 34, 500, len(data) // 2, len(data) - 1))


def garbled(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), len(data) // 7):
        yield data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def foreign(data: bytes) -> Iterator[bytes]:
    yield from (b"", b"\n", b"{}\n", b"SQLite format 3\0", b"SQLite format 3\0" + b"\xff" * 5000)


@pytest.mark.parametrize("damage", [truncated, garbled, foreign])
def test_a_damaged_file_is_as_none(
    damage: Callable[[bytes], Iterator[bytes]], folder: Path, lint: Callable[..., Said]
) -> None:
    before = lint()
    path = kept(folder)
    data = path.read_bytes()
    for broken in damage(data):
        path.write_bytes(broken)
        assert lint() == before
    assert lint() == before


def test_results_that_are_none_are_not_used(folder: Path, lint: Callable[..., Said]) -> None:
    before = lint()
    connection = database(folder)
    [(one,)] = connection.execute("SELECT data FROM results WHERE path = 'notes/01.md'")
    data = json.loads(one)
    wrong = [json.dumps([*data[:at], 1.5, *data[at + 1 :]]) for at in range(len(data))]
    for hostile in (
        "null",
        "[]",
        '["linted"]',
        "[" * 5000,
        *wrong,
    ):
        connection.execute("UPDATE results SET data = ?", (hostile,))
        assert lint() == before


@pytest.mark.parametrize("column", ["size", "digest", "terms", "day", "questions", "data"])
@pytest.mark.parametrize("hostile", [None, b"\xff\0", 5, 1.5, "x\0y"])
def test_columns_may_hold_anything(
    column: str, hostile: object, folder: Path, lint: Callable[..., Said]
) -> None:
    before = lint()
    database(folder).execute(f"UPDATE results SET {column} = ?", (hostile,))
    assert lint() == before


@pytest.mark.parametrize("table", ["results", "answers", "roots", "validated"])
def test_tables_may_be_missing_or_others(table: str, folder: Path, lint: Callable[..., Said]) -> None:
    before = lint()
    database(folder).execute(f"DROP TABLE {table}")
    assert lint() == before
    database(folder).execute(f"CREATE TABLE {table} (root)" if table != "roots" else "SELECT 1")
    assert lint() == before


@pytest.mark.parametrize("hostile", [None, "", 10**30, float("nan"), ["a"], [[]]])
def test_values_of_other_kinds_are_no_error(hostile: object, folder: Path, lint: Callable[..., Said]) -> None:
    """Wherever one stands in a result, a report knows it or it is not used."""
    lint()
    connection = database(folder)
    [(one,)] = connection.execute("SELECT data FROM results WHERE path = 'notes/01.md'")
    every = some(12, 1)
    for wrong in islice(other_kinds(json.loads(one), hostile), len(str(hostile)) % every, None, every):
        connection.execute("UPDATE results SET data = ? WHERE path = 'notes/01.md'", (json.dumps(wrong),))
        assert lint()[0] == 1


def other_kinds(data: Any, hostile: object) -> Iterator[Any]:
    """JSON with a value in the place of each one that is of another kind, one at a time."""
    if type(data) is not type(hostile) and not (data == [] and isinstance(hostile, list)):
        yield hostile
    if isinstance(data, list):
        for number, value in enumerate(data):
            for other in other_kinds(value, hostile):
                yield [*data[:number], other, *data[number + 1 :]]


@pytest.mark.parametrize("obstacle", ["file", "folder", "pipe", "link to nowhere"])
def test_what_cannot_be_kept_is_not(obstacle: str, folder: Path, lint: Callable[..., Said]) -> None:
    before = lint()
    path = kept(folder)
    path.unlink()
    if obstacle == "file":
        shutil.rmtree(path.parent)
        path.parent.write_text("")
    elif obstacle == "folder":
        path.mkdir()
    elif obstacle == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere/at/all")
    assert lint() == before
    assert lint() == before


# A program that is the command, and says which files below a folder it touches.
WATCHED = """\
import os, sys
from speclint.__main__ import main
folder = os.path.realpath(sys.argv.pop(1))
def hook(event, arguments):
    if event.startswith(("open", "os.")) and any(str(one).startswith(folder) for one in arguments):
        print(event, *arguments, file=sys.stderr)
sys.addaudithook(hook)
main()
"""


def touched(folder: Path, cache: Path, *arguments: str) -> str:
    """What the command does in the folder of a cache."""
    program = [sys.executable, "-c", WATCHED, str(cache), "check", "--quiet", ".", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    return done.stderr


def test_without_a_cache_none_is_read_or_written(folder: Path) -> None:
    cache = folder.parent / "cache"
    assert touched(folder, cache, "--no-cache") == ""
    assert not cache.exists()
    assert touched(folder, cache)
    assert sorted(path.name for path in cache.iterdir()) == ["key", "speclint.sqlite3"]
    assert touched(folder, cache, "--no-cache") == ""


def test_another_cache_is_instead_of_the_user_s(folder: Path) -> None:
    cache, other = folder.parent / "cache", folder.parent / "other"
    assert "sqlite3" not in touched(folder, cache, "--cache-dir", str(other))
    assert [path.name for path in other.iterdir()] == ["speclint.sqlite3"]
    assert [path.name for path in cache.iterdir()] == ["key"]


def test_few_files_are_not_kept(folder: Path, lint: Callable[..., Said]) -> None:
    for path in sorted((folder / "notes").iterdir())[5:]:
        path.unlink()
    lint()
    assert list(database(folder).execute("SELECT path FROM results")) == []


def test_documents_that_are_gone_leave(folder: Path, lint: Callable[..., Said]) -> None:
    lint()
    (folder / "notes" / "00.md").unlink()
    lint()
    documents = {path for (path,) in database(folder).execute("SELECT path FROM results")}
    assert "notes/00.md" not in documents
    assert "notes/01.md" in documents


def test_the_oldest_repositories_are_forgotten(
    folder: Path, lint: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    lint()
    connection = database(folder)
    for n in range(3):
        connection.execute("INSERT INTO roots VALUES (?, ?)", (f"/old/{n}", n))
    monkeypatch.setattr(cache, "_MAX_BYTES", 0)
    edit(folder / "notes" / "00.md", "Owner", "Ownez")
    lint()
    assert [root for (root,) in connection.execute("SELECT root FROM roots")] == [str(folder)]


def test_nothing_of_others_is_touched(folder: Path, lint: Callable[..., Said]) -> None:
    """A folder that is named for the cache may hold anything else."""
    before = sorted(path.name for path in folder.iterdir())
    lint("--cache-dir", ".")
    assert sorted(path.name for path in folder.iterdir()) == sorted([*before, "speclint.sqlite3"])


def test_the_cache_is_its_owner_s_alone(folder: Path, lint: Callable[..., Said]) -> None:
    lint()
    assert kept(folder).stat().st_mode & 0o077 == 0


def test_a_file_that_is_written_while_it_is_checked_is_read_again(folder: Path) -> None:
    checkout = Checkout(str(folder))
    stamp = Stamp.of((folder / "notes" / "00.md").stat())
    folder_of_cache = str(folder.parent / "cache")
    first = KnownResults(Cache(folder_of_cache), str(folder), checkout.answer, time.time_ns())
    first.keep("notes/00.md", stamp, "terms", "", FileResult("", "skipped", digest="before"))
    first.save()
    second = KnownResults(Cache(folder_of_cache), str(folder), checkout.answer, time.time_ns())
    # Its times are those from before, but they are too young to say anything.
    assert second.recall("notes/00.md", stamp, "terms", "", lambda: "after") is None
    assert second.recall("notes/00.md", stamp, "terms", "", lambda: "before") is not None


def test_two_runs_at_once(folder: Path) -> None:
    command = partial(run_command, start=start_anew)
    environment = {"SPECLINT_CACHE_DIR": str(folder.parent / "cache")}
    alone = command(".", "--no-cache", cwd=folder, env=environment)
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(command, ".", cwd=folder, env=environment) for _ in range(6)]
    for one in runs:
        assert (one.result().code, one.result().out) == (alone.code, alone.out)
    assert kept(folder).exists()


@pytest.mark.usefixtures("settled")
def test_a_repository_around_it_is_a_change(
    folder: Path,
    lint: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A path from the top is judged only where the top is known."""
    monkeypatch.setenv("SPECLINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    edit(folder / "note.yaml", "{title: Reason, ", "{title: Reason, paths: true, ")
    edit(folder / "notes" / "00.md", "- [ ] b", "- `src/gone.py`")
    before = lint()
    for above in (folder, folder.parent):
        (above / ".git").mkdir()
        assert lint() == lint("--no-cache") != before
        (above / ".git").rmdir()
        assert lint() == before


@pytest.mark.usefixtures("settled")
def test_a_configuration_that_holds_for_no_document_is_looked_at(
    folder: Path, lint: Callable[..., Said]
) -> None:
    """Globs that match nothing are told, and whatever else is wrong with it."""
    shutil.copy(folder / "note.yaml", folder / "notes")
    (folder / "notes" / "speclint.toml").write_text('[templates]\n"*.md" = "note.yaml"\n')
    (folder / "guide.md").unlink()
    before = lint()
    edit(folder / "speclint.toml", "notes/*.md", "misspelt/*.md")
    assert lint() == lint("--no-cache") != before


@pytest.mark.usefixtures("settled")
def test_rule_sets_that_no_document_is_under_are_looked_at(folder: Path, lint: Callable[..., Said]) -> None:
    """A bad one is told, whichever the command names."""
    shutil.copy(folder / "note.yaml", folder / "other.yaml")
    before = lint("--template", "other.yaml")
    edit(folder / "note.yaml", "sections", "sectoins")
    assert lint("--template", "other.yaml") == lint("--template", "other.yaml", "--no-cache") != before


@pytest.mark.usefixtures("settled")
def test_what_is_left_out_is_counted_anew(folder: Path, lint: Callable[..., Said]) -> None:
    (folder / "more").mkdir()
    (folder / "more" / "a.md").write_text("# A\n")
    edit(folder / "speclint.toml", "[templates]", 'exclude = ["more"]\n[templates]')
    first = lint("more")
    (folder / "more" / "b.md").write_text("# B\n")
    second = lint("more")
    assert second == lint("more", "--no-cache") != first


@pytest.mark.usefixtures("settled")
def test_colors_are_another_command(folder: Path, lint: Callable[..., Said]) -> None:
    plain = lint()
    assert lint("--color", "always") != plain
    assert lint() == plain


def test_of_two_runs_at_once_the_first_to_end_is_kept(folder: Path) -> None:
    """Else an answer of one would be trusted for a result of the other."""
    checkout = Checkout(str(folder))

    def run(answer: str) -> KnownResults:
        known = KnownResults(
            Cache(str(folder.parent / "cache")), str(folder), checkout.answer, time.time_ns()
        )
        result = FileResult("", "skipped", digest="text", dependencies={"?guide.md": answer})
        known.keep(f"notes/{answer or 'none'}.md", Stamp(1, 1, 1, 1), "terms", "", result)
        return known

    before, after = run(""), run("file")
    before.save()
    after.save()
    _, results = Cache(str(folder.parent / "cache")).load_results(str(folder))
    assert list(results) == ["notes/none.md"]
    assert run("file").recall("notes/none.md", Stamp(1, 1, 1, 1), "terms", "", lambda: "text") is None
