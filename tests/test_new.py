"""`speclint new`: from a template to a document that fails for what is not written, and only for that."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from speclint.authoring import new_document
from speclint.cli.main import main
from speclint.fixes.fix import Unfixable
from speclint.workspace import git
from tests.test_cli import Result, run

SKELETON = "# Note: [Title]\n\n**Author:** [Your Name]\n**Created:** [YYYY-MM-DD]\n\n## Reason\n\n[Why]\n"
RULES = """\
name: Note
detect: {title: "Note: {name}"}
fields: {Author: , Created: {type: date}}
sections: [Reason]
"""

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a rule set of its own and its skeleton."""
    (tmp_path / "note.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "note.md").write_text(SKELETON, encoding="utf-8")
    return tmp_path


def new(*arguments: str, cwd: Path, **env: str) -> Result:
    """The command, with nothing that git says of whoever runs the tests."""
    nobody = {"HOME": str(cwd), "XDG_CONFIG_HOME": str(cwd), "GIT_CONFIG_NOSYSTEM": "1", "PATH": ""}
    nobody |= {"SPECLINT_CACHE_DIR": str(cwd.parent / "cache")}
    return run("new", *arguments, cwd=cwd, env=nobody | env)


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


@pytest.mark.parametrize("id", ["feature-spec", "feature-doc", "feature-pr", "django-feature", "go-feature"])
def test_a_new_document_is_recognised_and_fails_until_it_is_written(id: str, tmp_path: Path) -> None:
    done = new(id, "a.md", cwd=tmp_path)
    assert (done.code, done.out) == (0, "")
    assert done.err == "a.md: written; `speclint a.md` says what is still to be filled in\n"
    checked = run("--output-format", "concise", "a.md", cwd=tmp_path)
    assert checked.code == 1
    told = {line.split()[2] for line in checked.out.splitlines() if line.startswith("a.md:")}
    assert told <= {"placeholder", "instruction-comment", "unedited-template", "unchecked-item"}


def test_a_template_to_a_failing_and_a_passing_document(folder: Path) -> None:
    (folder / "speclint.toml").write_text('exclude = ["/note.md"]\n[templates]\n"notes/*.md" = "note.yaml"\n')
    (folder / "notes").mkdir()
    done = new(
        "note", "notes/a.md", "--title", "Login", "--author", "Ada", "--date", "2026-03-01", cwd=folder
    )
    assert done.code == 0
    path = folder / "notes" / "a.md"
    assert path.read_text() == (
        "# Note: Login\n\n**Author:** Ada\n**Created:** 2026-03-01\n\n## Reason\n\n[Why]\n"
    )
    assert run(cwd=folder).code == 1
    path.write_text(path.read_text().replace("[Why]", "It was slow."))
    assert run(cwd=folder).code == 0


def test_without_a_file_the_skeleton_goes_to_standard_output(folder: Path) -> None:
    before = names(folder)
    for arguments in ((), ("-",)):
        done = new("note.yaml", *arguments, "--date", "2026-03-01", cwd=folder)
        assert (done.code, done.err) == (0, "")
        assert done.out == SKELETON.replace("[YYYY-MM-DD]", "2026-03-01")
    assert names(folder) == before


def test_a_rule_set_without_a_skeleton_gets_one_made_of_its_rules(folder: Path) -> None:
    (folder / "note.md").unlink()
    done = new("note.yaml", "--date", "2026-03-01", cwd=folder)
    assert done.out.startswith("# Note: [Enter a name]\n\n**Author:** [")
    assert "**Created:** 2026-03-01\n" in done.out


def test_what_a_rule_set_adds_to_another_is_there_from_the_start(folder: Path) -> None:
    (folder / "more.yaml").write_text("extends: note.yaml\nsections: [Cost]\n")
    assert new("more.yaml", "a.md", cwd=folder).code == 0
    assert "\n## Cost\n\n[Describe what belongs here]\n" in (folder / "a.md").read_text()
    checked = run("--template", "more.yaml", "--output-format", "concise", "a.md", cwd=folder).out
    assert {line.split()[2] for line in checked.splitlines()} == {"placeholder"}


def test_fields_are_set_by_name(tmp_path: Path) -> None:
    done = new("feature-spec", "--set", "Priority=High", "--set", "feature id=a_b", cwd=tmp_path)
    assert "**Feature ID:** `a_b`\n" in done.out
    assert "**Priority:** High\n" in done.out


def test_a_field_beside_others_is_filled_in_alone_and_a_numbered_heading_is_none(tmp_path: Path) -> None:
    (tmp_path / "template.md").write_text(
        "# Plan: [Name]\n\nStatus: [Draft / Final] · Owner: [name]\n\n## Needs\n\n### R1: [Need]\n\n[What]\n"
    )
    assert run("derive", "template.md", "--output", "plan.yaml", cwd=tmp_path).code == 0
    done = new("plan.yaml", "--set", "Status=Final", cwd=tmp_path)
    assert "\nStatus: Final · Owner: [name]\n" in done.out
    refused = new("plan.yaml", "a.md", "--set", "R1=Speed", cwd=tmp_path)
    assert refused.code == 2
    assert "has no field `R1`; there are `Status`, `Owner`" in refused.err
    assert not (tmp_path / "a.md").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["feature-spce", "a.md"], "no rule set `feature-spce`; did you mean `feature-spec`?"),
        (["gone.yaml", "a.md"], "no file `gone.yaml`"),
        (["bare.md", "a.md"], "bare.md:1:1: no heading in this file"),
        (["feature-spec", "a.md", "--set", "Priority"], "must be of the form NAME=VALUE"),
        (["feature-spec", "a.md", "--set", "Prioirty=High"], "no field `Prioirty`; did you mean `Priority`?"),
        (["feature-spec", "a.md", "--set", "Priority=Urgent"], "must be one of High, Medium or Low"),
        (["feature-spec", "a.md", "--date", "2026-02-30"], '"2026-02-30" is no date'),
        (["feature-spec", "a.md", "--title", "a\nb"], "the title must be one line"),
        (["feature-doc", "a.md", "--author", "Ada"], "`feature-doc` has no place for the author"),
        (["untitled.yaml", "a.md", "--title", "A"], "the title of `untitled` has no place to fill in"),
        (["feature-spec", ""], "FILE is empty"),
        (["feature-spec", "a.md", "--config", "gone.toml"], "gone.toml:1:1: No such file or directory"),
        (["feature-spec", "gone/a.md"], "gone/a.md: there is no folder `gone`; make it first"),
        (["feature-spec", "note.md"], "note.md: is there already (nothing was written)"),
        (["feature-spec", "."], ".: is there already (nothing was written)"),
        (["feature-spec", "dangling.md"], "dangling.md: is there already (nothing was written)"),
        (["feature-spec", "x" * 300 + ".md"], "File name too long (nothing was written)"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_changes(
    arguments: list[str], message: str, folder: Path
) -> None:
    (folder / "dangling.md").symlink_to("nowhere.md")
    (folder / "untitled.yaml").write_text("skeleton: untitled.txt\nsections: [Reason]\n")
    (folder / "untitled.txt").write_text("## Reason\n")
    (folder / "bare.md").write_text("Text.\n")
    before = names(folder)
    done = new(*arguments, cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert names(folder) == before
    assert (folder / "note.md").read_text() == SKELETON


def test_a_document_that_would_not_be_recognised_is_written_with_a_hint(folder: Path) -> None:
    done = new("note.yaml", "a b.md", cwd=folder)
    assert done.code == 0
    assert "would not be recognised: check it with `speclint --template note.yaml 'a b.md'`" in done.err
    assert new("note.yaml", "c.md", "--quiet", cwd=folder).err == ""


def test_a_document_that_would_be_taken_for_another_is_written_with_a_hint(folder: Path) -> None:
    (folder / "speclint.toml").write_text('[templates]\n"*.md" = "feature-doc"\n')
    assert "it would be taken for `feature-doc`" in new("note.yaml", "a.md", cwd=folder).err


def test_the_configuration_around_the_file_says_what_an_id_means(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "speclint.toml").write_text('[templates]\n"sub/*.md" = "note.yaml"\n')
    assert new("note", "sub/a.md", cwd=folder).code == 0
    assert new("note.yaml", "b.md", cwd=folder / "sub").code == 0
    (folder / "speclint.toml").write_text("[templates\n")
    done = new("note", "sub/c.md", cwd=folder)
    assert done.code == 2
    assert "speclint.toml:1:" in done.err


@needs_git
class TestAuthor:
    """The author is who git says, where it says so."""

    @staticmethod
    def configure(folder: Path, *arguments: str) -> None:
        environment = {"HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"]}
        subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True)

    @staticmethod
    def author(folder: Path, **env: str) -> str:
        path = {"PATH": os.environ["PATH"]}
        done = new("note.yaml", cwd=folder, **(path | env))
        assert done.code == 0
        return done.out.split("**Author:** ")[1].split("\n")[0]

    def test_no_name(self, folder: Path) -> None:
        assert self.author(folder) == "[Your Name]"

    def test_the_name_of_the_user_and_of_the_repository(self, folder: Path) -> None:
        self.configure(folder, "config", "--global", "user.name", "Ada Lovelace")
        assert self.author(folder) == "Ada Lovelace"
        self.configure(folder, "init", "--quiet")
        self.configure(folder, "config", "user.name", "A*d*a | `L`")
        assert self.author(folder) == r"A\*d\*a | \`L\`"

    def test_no_git(self, folder: Path) -> None:
        self.configure(folder, "config", "--global", "user.name", "Ada")
        assert self.author(folder, PATH="") == "[Your Name]"

    def test_variables_of_a_hook_lead_nowhere_else(self, folder: Path) -> None:
        self.configure(folder, "config", "--global", "user.name", "Ada")
        odd = {"GIT_DIR": "/nonexistent", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.name"}
        assert self.author(folder, **odd, GIT_CONFIG_VALUE_0="Mallory") == "Ada"

    def test_a_broken_repository_leaves_the_name_of_the_user(self, folder: Path) -> None:
        self.configure(folder, "config", "--global", "user.name", "Ada")
        (folder / ".git").mkdir()
        for name, text in {"HEAD": "ref: refs/heads/main\n", "config": "[user\n"}.items():
            (folder / ".git" / name).write_text(text)
        for name in ("objects", "refs"):
            (folder / ".git" / name).mkdir()
        assert self.author(folder) == "Ada"

    def test_nothing_that_a_repository_names_is_run(self, folder: Path) -> None:
        self.configure(folder, "init", "--quiet")
        trap = folder / "trap.sh"
        trap.write_text(f"#!/bin/sh\ntouch {folder}/sprung\n")
        trap.chmod(0o755)
        for key in ("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "alias.config"):
            self.configure(folder, "config", key, str(trap))
        self.configure(folder, "config", "user.name", "Ada")
        assert self.author(folder) == "Ada"
        assert not (folder / "sprung").exists()

    def test_a_git_that_hangs_is_not_waited_for(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        slow = folder / "git"
        slow.write_text("#!/bin/sh\nexec sleep 60\n")
        slow.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        monkeypatch.setattr(git, "_SECONDS", 0.2)
        assert git.user_name(str(folder)) is None

    def test_a_git_of_the_current_folder_is_not_run(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fake = folder / "git"
        fake.write_text("#!/bin/sh\necho Mallory\n")
        fake.chmod(0o755)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("PATH", ".")
        assert git.user_name(str(folder)) is None


def test_a_skeleton_that_cannot_be_completed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unfixable(*_: object, **__: object) -> None:
        raise Unfixable("too many of its fixes would lose something")

    monkeypatch.setattr(new_document, "fix_binding", unfixable)
    assert main(["new", "feature-pr", str(tmp_path / "a.md")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("speclint: the skeleton of `feature-pr` lacks what cannot be put in: ")
    assert not (tmp_path / "a.md").exists()
