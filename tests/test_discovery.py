"""Which files a run finds: in a repository those of git, elsewhere what no .gitignore leaves out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from speclint.workspace import discovery, git

from .checkout import Repository, needs_git
from .test_cli import BAD, RULES, run

FILES = (
    "a.md", "docs/b.markdown", "docs/deep/c.MD", "docs/a.md", "drafts/d.md", "docs/drafts/d.md", "kept/no.md",
    "docs/kept.md", "env/e.md", "node_modules/f.md", ".hidden/g.md", "docs/.h.md", "notes.txt",
)  # fmt: skip
IGNORES = {".gitignore": "drafts/\nkept*\n!docs/kept.md\n", "docs/.gitignore": "deep/*\n!deep/c.MD\n/a.md\n"}


def found(folder: Path, where: str = ".") -> list[str]:
    """The Markdown files below a folder, as a run of that folder finds them."""

    def failed(error: OSError) -> None:
        raise error

    here = os.getcwd()
    os.chdir(folder)
    try:
        return list(discovery.markdown_files(where, failed))
    finally:
        os.chdir(here)


def write(folder: Path, names: tuple[str, ...] = FILES) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("# A\n")


@pytest.fixture(params=["git", "no git", "none"])
def tree(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tree with ignored files: in a repository, in one whose git is not to be had, and in none."""
    folder = tmp_path / "tree"
    folder.mkdir()
    if request.param == "git":
        Repository(folder)
    elif request.param == "no git":
        (folder / ".git").mkdir()
        monkeypatch.setenv("PATH", "")
    write(folder)
    for name, text in IGNORES.items():
        (folder / name).write_text(text)
    return folder


@needs_git
class TestIgnored:
    """The rules of .gitignore are those of git, whoever applies them."""

    def test_from_the_top(self, tree: Path) -> None:
        assert [name for name in found(tree) if name != "env/e.md"] == [
            "a.md", "docs/b.markdown", "docs/kept.md", "docs/deep/c.MD",
        ]  # fmt: skip

    def test_from_below(self, tree: Path) -> None:
        if (tree / ".git").exists():
            assert found(tree, "docs") == ["docs/b.markdown", "docs/kept.md", "docs/deep/c.MD"]

    def test_an_ignored_folder_that_is_named(self, tree: Path) -> None:
        if (tree / ".git" / "HEAD").exists():
            assert found(tree, "drafts") == ["drafts/d.md"]


def test_what_is_in_a_gitignore_need_not_make_sense(tmp_path: Path) -> None:
    write(tmp_path, ("a.md", "b.md"))
    for nonsense in (b"\xff\xfe", b"[z-a]\n\\\n!\n", b"\0" * 100):
        (tmp_path / ".gitignore").write_bytes(nonsense)
        assert found(tmp_path) == ["a.md", "b.md"]


@needs_git
class TestRepository:
    """Files that git tracks and those that it would; not those that are gone."""

    def test_tracked_although_ignored(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path / "r")
        repository.commit({"build/a.md": "# A\n", "drafts/b.md": "# B\n"})
        repository.write({".gitignore": "drafts/\n", "drafts/c.md": "# C\n"})
        assert found(repository.folder) == ["build/a.md", "drafts/b.md"]

    def test_deleted(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path / "r")
        repository.commit({"a.md": "# A\n", "b.md": "# B\n"})
        (repository.folder / "a.md").unlink()
        assert found(repository.folder) == ["b.md"]

    def test_in_conflict(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path / "r")
        repository.commit({"a.md": "# A\n"})
        repository.git("checkout", "--quiet", "-b", "other")
        repository.commit({"a.md": "# B\n"})
        repository.git("checkout", "--quiet", "main")
        repository.commit({"a.md": "# C\n"})
        with pytest.raises(Exception, match="merge"):
            repository.git("merge", "--quiet", "other")
        assert found(repository.folder) == ["a.md"]

    def test_links(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path / "r")
        repository.write({"docs/a.md": "# A\n"})
        (repository.folder / "also").symlink_to("docs")
        (repository.folder / "b.md").symlink_to("docs/a.md")
        (repository.folder / "loop.md").symlink_to("loop.md")
        (repository.folder / "folder.md").symlink_to("docs")
        repository.commit()
        assert [name for name in found(repository.folder) if name != "loop.md"] == ["b.md", "docs/a.md"]

    def test_a_repository_in_a_repository_is_another(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path / "r")
        repository.commit({"a.md": "# A\n"})
        Repository(repository.folder / "inner").commit({"b.md": "# B\n"})
        assert found(repository.folder) == ["a.md"]
        assert found(repository.folder, "inner") == ["inner/b.md"]

    def test_a_worktree_and_a_submodule(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path / "r")
        repository.commit({"docs/a.md": "# A\n", ".gitignore": "drafts\n"})
        repository.git("worktree", "add", "--quiet", str(tmp_path / "w"))
        allowed = ("-c", "protocol.file.allow=always")
        repository.git(*allowed, "submodule", "--quiet", "add", str(repository.folder), "part")
        for folder in (tmp_path / "w", repository.folder / "part"):
            assert (folder / ".git").is_file()
            (folder / "docs" / "drafts").mkdir()
            (folder / "docs" / "drafts" / "b.md").write_text("# B\n")
            assert found(folder, "docs") == ["docs/a.md"]
            assert found(folder / "docs") == ["a.md"]

    def test_the_folder_of_git_itself(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path / "r")
        (repository.folder / ".git" / "a.md").write_text("# A\n")
        assert found(repository.folder, ".git") == [".git/a.md"]


def shim(folder: Path, before: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a `git` first that behaves as an older one would, by some lines of shell before the real one."""
    program = shutil.which("git")
    folder.mkdir()
    (folder / "git").write_text(f'#!/bin/sh\n{before}exec {program} "$@"\n')
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


LIKE_A_REPOSITORY = {
    "HEAD": "ref: refs/heads/main\n",
    "config": "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = ..\n[user]\nname = Mallory\n",
    "info/exclude": "*.md\n", "objects/.keep": "", "refs/heads/.keep": "",
}  # fmt: skip


@needs_git
@pytest.mark.parametrize("where", [".", "docs", "docs/build"])
def test_a_folder_that_looks_like_a_repository_is_data(where: str, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.write({f"docs/{name}": text for name, text in LIKE_A_REPOSITORY.items()})
    repository.commit({"docs/bad.md": "# A\n", "docs/build/bad.md": "# B\n"})
    expected = ["bad.md", "build/bad.md"] if where == "docs" else ["bad.md"]
    if where != ".":
        assert found(repository.folder, where) == [f"{where}/{name}" for name in expected]
        assert found(repository.folder / where) == expected
    assert found(repository.folder) == ["docs/bad.md", "docs/build/bad.md"]
    assert git.user_name(str(repository.folder / "docs")) != "Mallory"


@needs_git
def test_nor_is_the_top_if_git_does_not_know_how_to_refuse_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git before 2.38 passes over a `.git` that is broken, and has no `safe.bareRepository`."""
    top = tmp_path / "r"
    for name, text in {**LIKE_A_REPOSITORY, "bad.md": "# A\n", ".git/HEAD": "broken\n"}.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text.replace("worktree = ..", "worktree = ."))
    shim(tmp_path / "bin", r"""
for word; do shift; case $word in safe.bareRepository=*) word=color.ui=false;; esac; set -- "$@" "$word"; done
""", monkeypatch)  # fmt: skip
    assert found(top) == ["bad.md"]
    assert git.user_name(str(top)) != "Mallory"


@needs_git
def test_no_repository_further_up_stands_in_for_a_broken_one(tmp_path: Path) -> None:
    outer = Repository(tmp_path / "r")
    outer.write({".gitignore": "*.md\n", "inner/a.md": "# A\n"})
    (outer.folder / "inner" / ".git").mkdir()
    (outer.folder / "inner" / "docs").mkdir()
    (outer.folder / "inner" / "docs" / "b.md").write_text("# B\n")
    assert found(outer.folder, "inner") == ["inner/a.md", "inner/docs/b.md"]
    assert found(outer.folder / "inner", "docs") == ["docs/b.md"]


@needs_git
class TestNothingIsFetched:
    """Objects that are missing, and a remote from which git would get them by running a command."""

    @pytest.fixture
    def repository(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
        repository = Repository(tmp_path / "r")
        repository.commit({"a.md": "# A\n", "docs/b.md": "# B\n"})
        shim(tmp_path / "bin", "unset GIT_NO_LAZY_FETCH\n", monkeypatch)
        return repository

    def lose(self, repository: Repository, *names: str) -> Path:
        """Lets objects of HEAD be missing, and returns what a fetch of them would make."""
        canary = repository.folder.parent / "CANARY"
        (repository.folder / "trap.sh").write_text(f"#!/bin/sh\ntouch {canary}\n")
        (repository.folder / "trap.sh").chmod(0o755)
        for key, value in (
            ("core.repositoryFormatVersion", "1"), ("extensions.partialClone", "origin"),
            ("remote.origin.promisor", "true"), ("remote.origin.url", f"ext::touch {canary}"),
            ("remote.origin.partialCloneFilter", "blob:none"), ("protocol.ext.allow", "always"),
            ("protocol.allow", "always"), ("remote.origin.uploadpack", str(repository.folder / "trap.sh")),
        ):  # fmt: skip
            repository.git("config", key, value)
        for name in names:
            lost = repository.git("rev-parse", name)
            (repository.folder / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
        return canary

    def test_the_trap_works(self, repository: Repository) -> None:
        canary = self.lose(repository, "HEAD:a.md")
        with pytest.raises(Exception, match="cat-file"):
            repository.git("cat-file", "blob", "HEAD:a.md")
        assert canary.exists()

    @pytest.mark.parametrize("lost", ["HEAD:a.md", "HEAD:docs", "HEAD^{tree}", "HEAD"])
    @pytest.mark.parametrize("url", ["", "file:///nowhere", "ssh://nowhere.invalid/x"])
    def test_since(self, repository: Repository, lost: str, url: str) -> None:
        repository.git("branch", "old")
        repository.commit({"a.md": "# A\n\nChanged.\n", "docs/b.md": "# B\n\nChanged.\n"})
        canary = self.lose(repository, lost.replace("HEAD", "old"))
        if url:
            repository.git("config", "remote.origin.url", url)
        repository.git("config", "core.sshCommand", str(repository.folder / "trap.sh"))
        done = run("--since", "old", "--template", "feature-doc", ".", cwd=repository.folder)
        assert not canary.exists()
        assert done.code == 2

    def test_a_list_of_a_sparse_index(self, repository: Repository) -> None:
        repository.git("sparse-checkout", "init", "--cone", "--sparse-index")
        canary = self.lose(repository, "HEAD:docs")
        for where in (".", "docs"):
            run(where, cwd=repository.folder)
        assert not canary.exists()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A bad note that the configuration leaves out."""
    (tmp_path / "note.yaml").write_text(RULES)
    (tmp_path / "speclint.toml").write_text('exclude = ["old"]\n[templates]\n"*.md" = "note.yaml"\n')
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "bad.md").write_text(BAD)
    return tmp_path


def test_what_is_named_is_checked(project: Path) -> None:
    assert run("old/bad.md", cwd=project).code == 1


def test_unless_exclude_is_to_hold_always(project: Path) -> None:
    for options in (("--force-exclude",), ("--force-exclude", "--fix"), ("--color=never", "--force-exclude")):
        done = run("check", *options, "old/bad.md", cwd=project)
        assert (done.code, done.out) == (0, "")
        assert done.err == "speclint: old/bad.md: excluded by the configuration\n"
    assert (project / "old" / "bad.md").read_text() == BAD


def test_hooks_leave_out_what_the_configuration_does() -> None:
    hooks = (Path(__file__).parent.parent / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    assert hooks.count("entry: speclint check --force-exclude") == hooks.count("- id: ") == 2
