"""`speclint derive` as people run it: files in, a rule set out, nothing lost."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from .test_cli import run, shell
from .test_learn import DOCUMENT, TEMPLATE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a template, and documents of it and of another kind."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "rfc.md").write_text(TEMPLATE)
    (tmp_path / "docs").mkdir()
    for number in range(1, 5):
        (tmp_path / "docs" / f"{number}.md").write_text(DOCUMENT.replace("RFC-7", f"RFC-{number}"))
    (tmp_path / "docs" / "notes.md").write_text("# Notes\n\n## Agenda\n\nTalk.\n")
    return tmp_path


def test_to_standard_output(folder: Path) -> None:
    result = run("derive", "templates/rfc.md", cwd=folder)
    assert (result.code, result.err) == (0, "")
    assert "\nid: rfc\nname: RFC\nskeleton: templates/rfc.md # " in result.out


def test_to_a_file_that_checks_documents(folder: Path) -> None:
    result = run("derive", "templates/rfc.md", "--output", "rules/rfc.yaml", cwd=folder)
    assert (result.code, result.out) == (0, "")
    assert (
        result.err == "rules/rfc.yaml: written; to try it: speclint --template rules/rfc.yaml DOCUMENT...\n"
    )
    assert "skeleton: ../templates/rfc.md # " in (folder / "rules" / "rfc.yaml").read_text()
    good = run("--template", "rules/rfc.yaml", "docs/1.md", cwd=folder)
    assert good.code == 0
    assert (
        "1 document checked: no diagnostics" in good.out
        or "0 errors" in good.out
        or good.out.count("error") == 0
    )
    unfilled = run("-q", "--template", "rules/rfc.yaml", "templates/rfc.md", cwd=folder)
    assert unfilled.code == 1
    assert "placeholder `[Name]` is still to be filled in" in unfilled.out
    assert [path.name for path in (folder / "rules").iterdir()] == ["rfc.yaml"], "nothing is left beside it"


def test_a_template_outside_of_the_repository(folder: Path) -> None:
    (folder / "repository" / ".git").mkdir(parents=True)
    result = run("derive", "../templates/rfc.md", "--output", "rfc.yaml", cwd=folder / "repository")
    assert (result.code, result.out) == (0, "")
    assert result.err.splitlines()[0] == (
        "rfc.yaml: does not name its skeleton, as ../templates/rfc.md leads out of the repository; derive it "
        "from a copy inside to have text that is left of the template found"
    )
    (folder / "repository" / "1.md").write_text((folder / "docs" / "1.md").read_text())
    assert run("--template", "rfc.yaml", "1.md", cwd=folder / "repository").code == 0


def test_a_file_that_is_there_is_kept(folder: Path) -> None:
    rules = folder / "rfc.yaml"
    rules.write_text("id: mine\n")
    rules.chmod(0o640)
    result = run("derive", "templates/rfc.md", "--output", "rfc.yaml", cwd=folder)
    assert result.code == 2
    assert result.err == "speclint: rfc.yaml: already there; to write over it, say --force\n"
    assert rules.read_text() == "id: mine\n"
    assert run("derive", "templates/rfc.md", "--output", "rfc.yaml", "--force", cwd=folder).code == 0
    assert rules.read_text().startswith("# Derived from rfc.md")
    assert stat.S_IMODE(rules.stat().st_mode) == 0o640


def test_a_link_that_leads_to_a_file_is_left_alone(folder: Path) -> None:
    (folder / "real.yaml").write_text("id: mine\n")
    (folder / "rfc.yaml").symlink_to("real.yaml")
    assert run("derive", "templates/rfc.md", "--output", "rfc.yaml", cwd=folder).code == 2
    assert run("derive", "templates/rfc.md", "--output", "rfc.yaml", "--force", cwd=folder).code == 2
    assert (folder / "rfc.yaml").is_symlink()
    assert (folder / "real.yaml").read_text() == "id: mine\n"


@pytest.mark.parametrize("output", ["templates/rfc.md/rfc.yaml", "docs"])
def test_where_nothing_can_be_written(folder: Path, output: str) -> None:
    result = run("derive", "templates/rfc.md", "--output", output, "--force", cwd=folder)
    assert result.code == 2
    assert result.err.startswith(f"speclint: {output}: not written: ")
    assert sorted(path.name for path in folder.iterdir()) == ["docs", "templates"]


def test_standard_input_has_no_file_to_name(folder: Path) -> None:
    result = run("derive", "-", "--id", "mine", cwd=folder, stdin=TEMPLATE.encode())
    assert result.code == 0
    assert "id: mine\n" in result.out
    assert "skeleton" not in result.out


def test_an_id_must_be_one(folder: Path) -> None:
    result = run("derive", "templates/rfc.md", "--id", "My Rules", cwd=folder)
    assert result.code == 2
    assert "`My Rules` is no id" in result.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "bad.md:1:1: no heading in this file: a template has the sections of its documents"),
        (
            b"Some text.\n",
            "bad.md:1:1: no heading in this file: a template has the sections of its documents",
        ),
        (b"# A\n\xff\n", "bad.md:2:1: not UTF-8: invalid start byte"),
        (
            b"# A\n" + b"## B\n\ntext\n\n" * 100_000,
            "bad.md: larger than 1 MB, which no rule set can name as its skeleton",
        ),
    ],
    ids=["empty", "text", "not UTF-8", "large"],
)
def test_files_that_are_no_templates(folder: Path, content: bytes, message: str) -> None:
    (folder / "bad.md").write_bytes(content)
    result = run("derive", "bad.md", "--output", "bad.yaml", cwd=folder)
    assert (result.code, result.out, result.err) == (2, "", f"speclint: {message}\n")
    assert not (folder / "bad.yaml").exists()


def test_a_template_with_more_than_a_rule_set_may_hold(folder: Path) -> None:
    (folder / "long.md").write_text("".join(f"## B{n}x\n" for n in range(15_000)))
    result = run("derive", "long.md", cwd=folder)
    assert result.code == 2
    assert "long.md: what is derived from it does not load: " in result.err
    assert "more than 5000 values" in result.err


@pytest.mark.parametrize("path", ["gone.md", "docs"])
def test_paths_that_are_no_files(folder: Path, path: str) -> None:
    result = run("derive", path, cwd=folder)
    assert result.code == 2
    assert result.err.startswith(f"speclint: {path}: ")


# Learning


@pytest.mark.parametrize(
    "arguments",
    [
        ["--learn", "docs"],
        ["--learn", "docs/*.md"],
        ["--learn", "docs/1.md", "docs/2.md", "docs/3.md", "docs/4.md", "docs/notes.md"],
    ],
    ids=["folder", "glob", "files"],
)
def test_documents_to_learn_from(folder: Path, arguments: list[str]) -> None:
    result = run("derive", "templates/rfc.md", *arguments, cwd=folder)
    assert result.code == 0
    assert "  - title: Summary # in 4 of 4 documents\n" in result.out
    assert result.err == (
        "learned from 4 documents\nspeclint: left out, not of this template: docs/notes.md\n"
    )


def test_a_glob_that_the_shell_expands(folder: Path) -> None:
    command = f"{sys.executable} -m speclint derive templates/rfc.md --learn docs/[1-4].md --learn docs/1.md"
    result = shell(command, folder)
    assert result.code == 0
    assert "# Learned from 4 documents: " in result.out, "a document counts once"


def test_the_template_is_none_of_its_documents(folder: Path) -> None:
    (folder / "docs" / "template.md").write_text(TEMPLATE)
    result = run("derive", "docs/template.md", "--learn", "docs", cwd=folder)
    assert result.err.startswith("learned from 4 documents\n")


def test_documents_need_the_option(folder: Path) -> None:
    result = run("derive", "templates/rfc.md", "docs/1.md", cwd=folder)
    assert result.code == 2
    assert "one template at a time; documents such as `docs/1.md` go behind --learn" in result.err


def test_what_cannot_be_read_is_said_and_the_rest_is_learned(folder: Path) -> None:
    (folder / "docs" / "5.md").write_bytes(b"# A\n\xff")
    result = run("derive", "templates/rfc.md", "--learn", "docs", "gone.md", "none*.md", cwd=folder)
    assert result.code == 2
    assert "speclint: docs/5.md:2:1: not UTF-8: invalid start byte\n" in result.err
    assert "speclint: gone.md: no such file or folder\n" in result.err
    assert "speclint: none*.md: no file matches\n" in result.err
    assert "# Learned from 4 documents: " in result.out


def test_strangers_teach_nothing(folder: Path) -> None:
    result = run("derive", "templates/rfc.md", "--learn", "docs/notes.md", "--output", "rfc.yaml", cwd=folder)
    assert result.code == 2
    assert (
        "speclint: templates/rfc.md: nothing to learn from: no document is of this template\n" in result.err
    )
    assert not (folder / "rfc.yaml").exists()


def test_a_closed_pipe(folder: Path) -> None:
    result = shell(
        f"set -o pipefail; {sys.executable} -m speclint derive templates/rfc.md | head -1 >/dev/null", folder
    )
    assert result.code in (0, 141)
    assert result.err == ""
