"""What the command says of the files around a document: in a repository, without one, and from outside."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from .test_cli import Result, run

RULES = """\
id: note
stages: {order: [draft, final], field: Status, values: {Draft: draft, Final: final}}
sections:
  - {title: Files, paths: true}
  - {title: See also, required: false}
checks: {missing-path: {draft: warning, final: error}}
"""
TEXT = """\
# A

**Status:** Draft

## Files

- `src/there.py` - is there
- `src/gone.py` - is not

## See also

- [the guide](../guide.md#setup), [its end](../guide.md#the-end) and [nothing](nothing.md)
- [from the root](/docs/guide.md) and [elsewhere](../../../elsewhere.md)
"""
GONE = '"src/gone.py" does not exist; a file still to come is marked "(planned)"'
FOUND = [
    f"docs/notes/a.md:8:4: warning missing-path {GONE}",
    'docs/notes/a.md:12:56: error broken-anchor "../guide.md" has no anchor "#the-end"',
    'docs/notes/a.md:12:80: error broken-link the link leads to "docs/notes/nothing.md",'
    " which does not exist",
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in a folder of its own, not yet a repository."""
    for path, text in {
        "note.yaml": RULES,
        "docs/notes/a.md": TEXT,
        "docs/guide.md": "# Guide\n\n## Setup\n",
        "src/there.py": "",
    }.items():
        (tmp_path / "project" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / path).write_text(text)
    return tmp_path / "project"


def lint(path: str, cwd: Path, *options: str, stdin: bytes = b"") -> Result:
    rules = str(
        next(folder for folder in (cwd, *cwd.parents) if (folder / "note.yaml").exists()) / "note.yaml"
    )
    return run("--template", rules, "--output-format", "concise", *options, path, cwd=cwd, stdin=stdin)


def test_in_a_repository(project: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    assert lint("docs/notes/a.md", project).out.splitlines() == FOUND
    # From wherever the command is called, the root is that of the repository.
    inside = lint("a.md", project / "docs" / "notes").out.splitlines()
    assert inside == [line.removeprefix("docs/notes/") for line in FOUND]


def test_a_severity_rises_with_the_stage(project: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    (project / "docs" / "notes" / "a.md").write_text(TEXT.partition("## See also")[0])
    assert lint("docs/notes/a.md", project).code == 0
    final = lint("docs/notes/a.md", project, "--stage", "final")
    assert (final.code, final.out) == (1, f"docs/notes/a.md:8:4: error missing-path {GONE}\n")


def test_without_a_repository_the_current_folder_is_the_root(project: Path) -> None:
    assert lint("docs/notes/a.md", project).out.splitlines() == FOUND


def test_from_outside_without_a_repository_only_the_document_s_folder_is_known(project: Path) -> None:
    (project / "docs" / "notes" / "more.md").write_text("# More\n")
    path = project / "docs" / "notes" / "a.md"
    path.write_text(TEXT + "\nSee [more](more.md).\n")
    outside = project / "other"
    outside.mkdir()
    out = lint(str(path), outside).out
    assert "nothing.md" in out
    assert "guide" not in out
    assert "gone.py" not in out


def test_standard_input_lies_where_its_name_says(project: Path) -> None:
    named = lint("-", project, "--stdin-filename", "docs/notes/new.md", stdin=TEXT.encode())
    assert named.out.splitlines() == [line.replace("notes/a.md:", "notes/new.md:", 1) for line in FOUND]
    assert lint("-", project, stdin=TEXT.encode()).out == ""


def test_what_is_outside_of_the_repository_makes_no_difference(project: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    before = lint("docs/notes/a.md", project).out
    (project.parent / "elsewhere.md").write_text("# Elsewhere\n")
    assert lint("docs/notes/a.md", project).out == before
