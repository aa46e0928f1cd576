"""What passed because there was nothing to look at: said, and with `--strict` an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from .test_cli import GOOD, RULES, run

OPTIONAL = (
    RULES + "  - {title: Roll-out, required: false, labels: [Share]}\n  - {title: Notes, required: false}\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a good note."""
    (tmp_path / "note.yaml").write_text(OPTIONAL)
    (tmp_path / "speclint.toml").write_text('[templates]\n"notes/*.md" = "note.yaml"\n')
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text(GOOD)
    (tmp_path / "README.md").write_text("# A project\n")
    return tmp_path


def test_a_pass_that_looked_at_something(folder: Path) -> None:
    assert run("--strict", cwd=folder).code == 0


def test_no_document(folder: Path) -> None:
    assert run("README.md", cwd=folder).code == 0
    done = run("--strict", "README.md", cwd=folder)
    assert done.code == 2
    assert done.err.startswith("speclint: no document was checked (--strict)\n")


def test_everything_excluded(folder: Path) -> None:
    assert run("--strict", "--force-exclude", "notes/a.md", cwd=folder).code == 0
    (folder / "speclint.toml").write_text('exclude = ["notes"]\n')
    assert run("--strict", "--force-exclude", "notes/a.md", cwd=folder).code == 2
    assert run("--strict", "notes", cwd=folder).code == 2


def test_of_many_globs_that_match_nothing_some_are_told(folder: Path) -> None:
    with (folder / "speclint.toml").open("a") as file:
        file.writelines(f'"guides/{number}.md" = "feature-doc"\n' for number in range(150))
    told = run(cwd=folder).err.splitlines()
    assert sum("none matches" in line for line in told) == 100
    assert "speclint: and 50 more that met nothing" in told


def test_a_rule_set_without_documents(folder: Path) -> None:
    told = "speclint.toml: no file is under `feature-doc`: none matches `guides/*.md`"
    with (folder / "speclint.toml").open("a") as file:
        file.write('"guides/*.md" = "feature-doc"\n')
    done = run(cwd=folder)
    assert (done.code, f"speclint: {told}\n" in done.err) == (0, True)
    done = run("--strict", cwd=folder)
    assert (done.code, f"speclint: {told} (--strict)\n" in done.err) == (2, True)
    assert told not in run("-q", cwd=folder).err
    assert run("--strict", "notes", cwd=folder).code == 0, "the guides are elsewhere"
    assert run("--strict", "notes/a.md", cwd=folder).code == 0


def test_a_file_that_cannot_be_read_matches(folder: Path) -> None:
    (folder / "notes" / "a.md").write_bytes(b"\xff")
    done = run(cwd=folder)
    assert done.code == 2
    assert "no file is under" not in done.err


def test_an_include_that_matches_nothing(folder: Path) -> None:
    text = (folder / "speclint.toml").read_text()
    (folder / "speclint.toml").write_text(f'include = ["notes", "guides"]\n{text}')
    assert "speclint.toml: `include`: no file matches `guides`" in run(cwd=folder).err


class TestSections:
    """A section of a rule set that no document has is most likely misspelt there."""

    TOLD = "rule set `note`: none of 5 documents has the section `Roll-out`"

    def several(self, folder: Path, count: int) -> None:
        for number in range(1, count):
            (folder / "notes" / f"{number}.md").write_text(GOOD)

    def test_none_of_many(self, folder: Path) -> None:
        self.several(folder, 5)
        done = run(cwd=folder)
        assert (done.code, done.err.count("rule set `note`")) == (0, 1)
        assert self.TOLD in done.err
        assert run("--strict", cwd=folder).code == 2

    def test_none_of_few(self, folder: Path) -> None:
        self.several(folder, 4)
        assert "rule set" not in run(cwd=folder).err

    def test_one_of_many(self, folder: Path) -> None:
        self.several(folder, 5)
        (folder / "notes" / "1.md").write_text(f"{GOOD}\n## Roll-out\n\n**Share:** 5%\n")
        assert run("--strict", cwd=folder).code == 0

    def test_what_is_inherited_is_nobody_s_slip(self, folder: Path) -> None:
        (folder / "note.yaml").write_text("extends: feature-doc\nid: note\n")
        self.several(folder, 6)
        assert "rule set" not in run(cwd=folder).err


def test_with_changes_only_there_may_be_none(folder: Path) -> None:
    from .checkout import Repository

    Repository(folder).commit()
    assert run("--strict", "--since", "main", cwd=folder).code == 0
