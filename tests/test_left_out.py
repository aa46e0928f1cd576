"""What a folder has and has not: hidden places that are named, templates, and excluded standard input."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import pytest

from .checkout import Repository, needs_git
from .test_cli import run

RULES = "id: cake\nsections: [Scope, Plan]\n"
NOTE = "# Pie\n\n## Scope\n\nPies.\n"


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def linted(folder: Path, *arguments: str) -> list[str]:
    """The paths of the documents that a run reports on."""
    report = json.loads(run("--output-format", "json", *arguments, cwd=folder).out)
    return [file["path"] for file in report["files"]]


@pytest.fixture(params=["git", "none"])
def tree(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A folder, in a git repository and in none."""
    if request.param == "git":
        Repository(tmp_path)
    write(tmp_path, {"cake.yaml": RULES})
    return tmp_path


def configure(folder: Path, globs: Collection[str], before: str = "") -> None:
    lines = "".join(f'"{glob}" = "cake.yaml"\n' for glob in globs)
    (folder / "speclint.toml").write_text(f"{before}[templates]\n{lines}")


@needs_git
class TestHiddenFolders:
    """A hidden folder is entered where the configuration names it."""

    DOCUMENTS = (
        ".plans/specs/a/spec.md", ".plans/specs/.old/spec.md", ".plans/b.md", ".cache/specs/c/spec.md",
        "lib/.plans/specs/d.md", "docs/e.md",
    )  # fmt: skip

    @pytest.mark.parametrize(
        ("globs", "found"),
        [
            (["docs/*.md"], ["docs/e.md"]),
            ([".plans/specs/*/spec.md", "docs/*.md"], ["docs/e.md", ".plans/specs/a/spec.md"]),
            ([".plans/*.md"], [".plans/b.md"]),
            (["./.plans/**"], [".plans/b.md", ".plans/specs/a/spec.md"]),
            ([".plans/b.md"], [".plans/b.md"]),
            ([".plans/specs/.old/*.md"], [".plans/specs/.old/spec.md"]),
            (["*/.plans/specs/*.md"], ["lib/.plans/specs/d.md"]),
            (["**/.plans/specs/**"], [".plans/specs/a/spec.md", "lib/.plans/specs/d.md"]),
            (["**/spec.md"], []),
            ([".gone/*.md"], []),
        ],
    )
    def test_globs(self, tree: Path, globs: list[str], found: list[str]) -> None:
        write(tree, dict.fromkeys(self.DOCUMENTS, NOTE))
        configure(tree, globs)
        assert linted(tree) == found
        assert linted(tree, str(tree)) == [str(tree / name) for name in found]

    def test_what_is_found_there_and_under_no_glob_is_told(self, tree: Path) -> None:
        write(tree, {".plans/specs/a.md": NOTE, ".plans/specs/b/c.md": "# B\n", ".plans/d.md": "# D\n"})
        configure(tree, [".plans/specs/*.md"])
        assert run(cwd=tree).err == "1 file checked, 1 skipped (no template)\n"

    def test_include_and_exclude(self, tree: Path) -> None:
        write(tree, dict.fromkeys(self.DOCUMENTS, NOTE))
        configure(tree, ["*.md"], 'include = [".plans"]\nexclude = ["spec.md"]\n')
        assert linted(tree) == [".plans/b.md"]

    def test_part_of_a_tree(self, tree: Path) -> None:
        write(tree, dict.fromkeys(self.DOCUMENTS, NOTE))
        configure(tree, ["lib/.plans/specs/*.md", ".plans/b.md"])
        assert linted(tree, "lib") == ["lib/.plans/specs/d.md"]
        assert linted(tree, ".plans/specs/a") == []

    def test_a_configuration_further_down(self, tree: Path) -> None:
        write(tree, {"lib/.plans/a.md": NOTE, "lib/docs/b.md": NOTE, "lib/cake.yaml": RULES})
        configure(tree / "lib", [".plans/*.md", "docs/*.md"])
        assert linted(tree) == ["lib/docs/b.md", "lib/.plans/a.md"]

    def test_links_are_not_followed(self, tree: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
        write(tree, {"lib/.plans/a.md": NOTE})
        elsewhere = tmp_path_factory.mktemp("elsewhere")
        write(elsewhere, {".plans/b.md": NOTE})
        for name in "abcdefgh":
            (tree / "lib" / name).symlink_to(tree, target_is_directory=True)
        (tree / "other").symlink_to(elsewhere, target_is_directory=True)
        configure(tree, ["**/.plans/*.md"])
        assert linted(tree) == ["lib/.plans/a.md"]

    def test_a_template_of_pull_requests_is_no_document(self, tree: Path) -> None:
        write(tree, {".github/PULL_REQUEST_TEMPLATE.md": NOTE, "docs/a.md": f"{NOTE}\n## Plan\n\nNone.\n"})
        configure(tree, [".github/PULL_REQUEST_TEMPLATE.md", "docs/*.md"])
        done = run("--strict", cwd=tree)
        assert (done.code, done.err) == (0, ""), "the glob is for `speclint pr`, so that it met something"


class TestTemplates:
    """What a rule set is made from is no document, unless it is named."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A folder of documents with the template beside them."""
        write(
            tmp_path,
            {
                "cake.yaml": f"{RULES}skeleton: specs/_template.md\n",
                "specs/_template.md": "# [Name]\n\n## Scope\n\n[What]\n",
                "specs/a.md": NOTE,
                "specs/b/_template.md": NOTE,
            },
        )
        return tmp_path

    DOCUMENTS = ("specs/a.md", "specs/b/_template.md")

    def test_of_the_rule_set_that_is_named(self, folder: Path) -> None:
        for path in (".", "specs", "./specs"):
            for _ in range(2):  # the second time, the rule set comes from the cache
                assert linted(folder, "--template", "cake.yaml", path) == list(self.DOCUMENTS)

    def test_of_a_configured_one(self, folder: Path) -> None:
        configure(folder, ["specs/**/*.md"])
        assert linted(folder) == list(self.DOCUMENTS)
        assert linted(folder, "--template", "feature-doc", "specs") == list(self.DOCUMENTS)

    def test_of_what_a_rule_set_extends(self, folder: Path) -> None:
        write(folder, {"more.yaml": "extends: cake.yaml\nid: more\n"})
        assert linted(folder, "--template", "more.yaml", "specs") == list(self.DOCUMENTS)

    def test_named(self, folder: Path) -> None:
        assert linted(folder, "--template", "cake.yaml", "specs/_template.md") == ["specs/_template.md"]
        hook = ("--force-exclude", "--template", "cake.yaml")
        assert linted(folder, *hook, "specs/_template.md", "specs/a.md") == ["specs/a.md"]

    def test_nothing_else(self, folder: Path) -> None:
        (folder / "specs" / "a.md").unlink()
        (folder / "specs" / "b" / "_template.md").unlink()
        told = (
            "speclint: specs/_template.md: is the template of a rule set; it is checked where it is named\n"
        )
        done = run("--template", "cake.yaml", "specs", cwd=folder)
        assert (done.code, done.out, done.err) == (0, "", told)
        assert run("--strict", "--template", "cake.yaml", "specs", cwd=folder).code == 2

    def test_a_copy_is_a_document(self, folder: Path) -> None:
        write(folder, {"specs/a.md": (folder / "specs" / "_template.md").read_text()})
        assert "specs/a.md:1:3: error placeholder" in run("--template", "cake.yaml", "specs", cwd=folder).out

    def test_fixing_leaves_it_alone(self, folder: Path) -> None:
        before = (folder / "specs" / "_template.md").read_text()
        assert run("--fix", "--template", "cake.yaml", "specs", cwd=folder).code == 1
        assert (folder / "specs" / "_template.md").read_text() == before
        assert "## Plan" in (folder / "specs" / "a.md").read_text()


class TestStandardInput:
    """With --force-exclude, what the configuration excludes is left out under its name, too."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        """A folder with old documents that are excluded."""
        write(tmp_path, {"cake.yaml": RULES})
        configure(tmp_path, ["**/*.md"], 'exclude = ["old"]\n')
        return tmp_path

    def test_it_is_left_out(self, folder: Path) -> None:
        done = run("--force-exclude", "--stdin-filename", "old/a.md", "-", cwd=folder, stdin=NOTE.encode())
        assert (done.code, done.out) == (0, "")
        assert done.err == "speclint: old/a.md: excluded by the configuration\n"

    @pytest.mark.parametrize("text", [NOTE, "", "no end", "\ufeff# A\r\n\r\nB\r\n"])
    def test_it_goes_through_unchanged(self, folder: Path, text: str) -> None:
        done = run(
            "--force-exclude", "--fix", "--stdin-filename", "old/a.md", "-", cwd=folder, stdin=text.encode()
        )
        assert (done.code, done.out) == (0, text)

    def test_it_is_checked(self, folder: Path) -> None:
        for options in (
            ("--stdin-filename", "old/a.md"),
            ("--force-exclude", "--stdin-filename", "new/a.md"),
            ("--force-exclude",),
        ):
            template = () if "--stdin-filename" in options else ("--template", "cake.yaml")
            done = run(*options, *template, "-", cwd=folder, stdin=NOTE.encode())
            assert (done.code, "missing-section" in done.out) == (1, True)
