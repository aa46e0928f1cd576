"""The command's first use: a misspelt command, `help`, `version`, and completion in a shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_cli import BAD_LINE, run
from .test_cli import folder as folder  # a fixture


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("chekc", "notes"), "check"),
        (("promte", "notes/bad.md", "--to", "final"), "promote"),
        (("--no-cache", "--select", "placeholder", "chekc", "notes"), "check"),
        (("lint", "notes"), "check"),
        (("template",), "templates"),
    ],
)
def test_a_misspelt_command_is_no_path(folder: Path, words: tuple[str, ...], meant: str) -> None:
    done = run(*words, cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert f"did you mean `{meant}`?" in done.err


def test_what_is_there_is_a_path_whatever_it_is_called(folder: Path) -> None:
    for name in ("chekc", "help", "version"):
        (folder / name).mkdir()
        (folder / name / "a.md").write_text("# A\n")
        assert BAD_LINE in run(name, "notes", cwd=folder).out
        assert run(name, cwd=folder).err.startswith("0 files checked, 1 skipped")


@pytest.mark.parametrize("path", ["notes/chekc.md", "chekc.md", "README", "./chekc"])
def test_a_path_that_is_not_there_is_no_command(folder: Path, path: str) -> None:
    done = run(path, "notes", cwd=folder)
    assert (done.code, BAD_LINE in done.out) == (2, True)
    assert done.err.splitlines()[0] == f"speclint: {path}: no such file or folder"


def test_a_path_behind_a_command_is_none(folder: Path) -> None:
    assert "chekc: no such file or folder" in run("check", "chekc", cwd=folder).err


@pytest.mark.parametrize(
    ("words", "same"),
    [
        (("help",), ("--help",)),
        (("help", "promote"), ("promote", "--help")),
        (("help", "baseline", "prune"), ("baseline", "prune", "--help")),
        (("version",), ("--version",)),
    ],
)
def test_help_and_version(folder: Path, words: tuple[str, ...], same: tuple[str, ...]) -> None:
    done = run(*words, cwd=folder)
    assert (done.code, done.out, done.err) == (0, run(*same, cwd=folder).out, "")
    assert done.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_that_completes(folder: Path, shell: str) -> None:
    done = run(cwd=folder, env={"_SPECLINT_COMPLETE": f"{shell}_source"})
    assert (done.code, BAD_LINE in done.out) == (0, False)
    assert f"_SPECLINT_COMPLETE={shell}_complete" in done.out


def test_a_shell_that_nobody_knows(folder: Path) -> None:
    done = run(cwd=folder, env={"_SPECLINT_COMPLETE": "csh_source"})
    assert (done.code, done.out) == (1, "")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("che", {"plain,check"}),
        ("--str", {"plain,--strict"}),
        ("notes --str", {"plain,--strict"}),
        ("notes --fail-on w", {"plain,warning"}),
        ("promote --t", {"plain,--to", "plain,--template"}),
        ("not", {"file,not"}),
        ("notes/a.md no", {"file,no"}),
        ("check --baseline b", {"file,b"}),
        ("new feature-spec d", {"file,d"}),
        ("baseline pr", {"plain,prune"}),
    ],
)
def test_what_is_completed(folder: Path, line: str, offered: set[str]) -> None:
    words = f"speclint {line}"
    asked = {
        "_SPECLINT_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = run(cwd=folder, env=asked)
    assert (done.code, set(done.out.splitlines()), done.err) == (0, offered, "")
