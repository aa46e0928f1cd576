"""What passed because there was nothing to look at: said, and with `--strict` an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from speclint.checks.registry import CHECKS

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


class TestNoCheck:
    """Where no check is left, nothing was checked."""

    def fails(self, folder: Path, *arguments: str) -> str:
        done = run(*arguments, "--template", "note.yaml", "notes/a.md", cwd=folder)
        assert (done.code, "nothing found" in done.out) == (2, False)
        return done.err

    EVERY = ",".join(check.id for check in CHECKS)

    def test_options(self, folder: Path) -> None:
        for chosen in (("--select", "placeholder,id-gap"), ()):
            ignored = "placeholder,id-gap" if chosen else self.EVERY
            assert self.fails(folder, *chosen, "--ignore", ignored).startswith(
                "speclint: `--ignore` leaves no check to run (see: "
            )

    @pytest.mark.parametrize(
        ("configured", "options"),
        [
            ('select = ["id-gap"]\nignore = ["id-gap"]\n', ()),
            ('ignore = ["id-gap"]\n', ("--select", "id-gap")),
            ('select = ["id-gap"]\n', ("--ignore", "id-gap")),
            ("[checks]\n" + "".join(f'{check.id} = "off"\n' for check in CHECKS), ()),
        ],
    )
    def test_configuration(self, folder: Path, configured: str, options: tuple[str, ...]) -> None:
        (folder / "speclint.toml").write_text(configured)
        told = "no check is left for documents of `note`: "
        told += "options, configuration and rule set turn all of them off"
        assert self.fails(folder, *options) == f"speclint: {told}\n"
        (folder / "b.md").write_text(GOOD)
        assert self.fails(folder, *options, "b.md", "--fix") == f"speclint: {told}\n", "told once"
        assert (folder / "notes" / "a.md").read_text() == GOOD

    def test_rule_set(self, folder: Path) -> None:
        off = "".join(f"  {check.id}: off\n" for check in CHECKS)
        (folder / "note.yaml").write_text(f"{RULES}checks:\n{off}")
        assert "no check is left for documents of `note`" in self.fails(folder)

    @pytest.mark.parametrize("words", [("promote", "--to", "final"), ("pr", "--body")])
    def test_other_commands(self, folder: Path, words: tuple[str, ...]) -> None:
        (folder / "speclint.toml").write_text('select = ["id-gap"]\nignore = ["id-gap"]\n')
        done = run(*words, "notes/a.md", "--template", "note.yaml", cwd=folder)
        assert (done.code, done.out) == (2, "")
        assert "no check is left" in done.err

    def test_a_check_that_finds_nothing_under_a_rule_set_is_one(self, folder: Path) -> None:
        done = run("--select", "forbidden-text", cwd=folder)
        assert (done.code, "nothing found" in done.out) == (0, True)

    def test_one_that_is_off_is_turned_on(self, folder: Path) -> None:
        assert run("--select", "unknown-section", "--strict", cwd=folder).code == 0


class TestEmptyRuleSets:
    """A rule set that asks nothing passes every document."""

    TOLD = "rule set `empty` asks nothing: no section and no field"

    @pytest.mark.parametrize(
        "text",
        [
            "name: Orders\n",
            "id: empty\nsummary: A\n",
            "detect: {title: A}\nchecks: {id-gap: off}\n",
            "skeleton: t.md\nplaceholders: {allow: [TBD]}\n",
            "stages: {order: [draft, final]}\n",
        ],
    )
    def test_named(self, folder: Path, text: str) -> None:
        (folder / "empty.yaml").write_text(text)
        (folder / "t.md").write_text("# [Title]\n\n## Reason\n\n[Why]\n")
        asked = ("--template", "empty.yaml", "notes")
        done = run(*asked, cwd=folder)
        assert (done.code, done.err) == (0, f"speclint: empty.yaml: {self.TOLD}\n")
        assert run("-q", *asked, cwd=folder).err == ""
        for more in ((), ("-q",), ("--since", "main"), ("--fix",)):
            if "--since" in more:
                from .checkout import Repository

                Repository(folder).commit()
                (folder / "notes" / "a.md").write_text(f"{GOOD}\nMore.\n")
            done = run("--strict", *more, *asked, cwd=folder)
            assert (done.code, f"speclint: empty.yaml: {self.TOLD} (--strict)\n" in done.err) == (2, True)

    def test_pull_requests(self, folder: Path) -> None:
        (folder / "empty.yaml").write_text("name: Orders\n")
        done = run("pr", "--body", "notes/a.md", "--template", "empty.yaml", cwd=folder)
        assert (done.code, self.TOLD in done.err) == (0, True)

    def test_configured(self, folder: Path) -> None:
        (folder / "empty.yaml").write_text("name: Orders\n")
        with (folder / "speclint.toml").open("a") as file:
            file.write('"other/*.md" = "empty.yaml"\n')
        assert self.TOLD not in run(cwd=folder).err, "it has no document"
        (folder / "other").mkdir()
        (folder / "other" / "b.md").write_text("# B\n")
        assert self.TOLD in run(cwd=folder).err

    @pytest.mark.parametrize(
        "text",
        [
            "sections: [{title: A, required: false}]",
            "fields: {A: {required: false, type: date}}",
            "forbidden: [{pattern: a}]",
            "labels: [{name: A, paths: true}]",
            "checks: {unknown-section: error}",
            "coverage: {thresholds: 80}",
        ],
    )
    def test_what_asks_something(self, folder: Path, text: str) -> None:
        (folder / "some.yaml").write_text(f"{text}\n")
        assert "asks nothing" not in run("--template", "some.yaml", "notes", cwd=folder).err


class TestUnrecognised:
    """A document in a configured folder that is under no rule set was not meant to be skipped."""

    TOLD = "notes/old/b.md: under no rule set, although the configuration names its folder `notes`"

    @pytest.fixture
    def odd(self, folder: Path) -> Path:
        """A folder with a document that no glob matches and nothing recognises."""
        (folder / "notes" / "old").mkdir()
        (folder / "notes" / "old" / "b.md").write_text("# B\n")
        return folder

    def test_strict(self, odd: Path) -> None:
        done = run(cwd=odd)
        assert (done.code, self.TOLD in done.err) == (0, False)
        for paths in ((), ("notes",), ("notes/a.md", "notes/old/b.md")):
            done = run("--strict", *paths, cwd=odd)
            assert (done.code, f"speclint: {self.TOLD} (--strict)\n" in done.err) == (2, True)
            assert "README.md: under" not in done.err, "no glob is about its folder"
        assert run("--strict", "notes/a.md", "README.md", cwd=odd).code == 0
        assert run("--strict", "--template", "note.yaml", "notes", cwd=odd).code == 1, "all are under that"

    def test_strict_in_the_configuration(self, odd: Path) -> None:
        text = (odd / "speclint.toml").read_text()
        (odd / "speclint.toml").write_text(f"strict = true\n{text}")
        done = run("-q", cwd=odd)
        assert (done.code, done.err) == (2, f"speclint: {self.TOLD} (strict = true)\n")
        (odd / "notes" / "old" / "b.md").unlink()
        assert run(cwd=odd).code == 0
        (odd / "notes" / "a.md").unlink()
        assert "no document was checked (strict = true)" in run(cwd=odd).err
        # Hooks and editors name files, of which none need be a document.
        assert run("README.md", cwd=odd).code == 0
        assert run("--stdin-filename", "README.md", "-", cwd=odd, stdin=b"# A\n").code == 0

    @pytest.mark.parametrize(
        ("globs", "told"),
        [
            (('include = ["notes"]', ""), True),
            (("", '"./notes/**/c.md"'), True),
            (("", '"/notes/old/*.md"'), False),
            (("", '"**/c.md"'), False),
            (("", '"c.md"'), False),
            (("", '"notes/c.md"'), True),
            (('exclude = ["old"]', '"notes/*.md"'), False),
        ],
    )
    def test_which_folder_a_glob_is_about(self, odd: Path, globs: tuple[str, str], told: bool) -> None:
        """Whatever else is wrong: the other globs may meet nothing."""
        line = f'[templates]\n{globs[1]} = "note.yaml"\n' if globs[1] else ""
        (odd / "speclint.toml").write_text(f"{globs[0]}\n{line}")
        (odd / "notes" / "old" / "b.md").rename(odd / "notes" / "b.md")
        where = "notes/old/b.md" if "old" in globs[0] else "notes/b.md"
        (odd / where).write_text("# B\n")
        assert (f"{where}: under no rule set" in run("--strict", cwd=odd).err) is told


def test_rule_sets_that_do_not_load_are_told_before_documents_are_read(folder: Path) -> None:
    (folder / "note.yaml").write_text("sectons: [A]\n")
    (folder / "notes" / "a.md").write_bytes(b"\xff")
    for paths in ((), ("notes",), ("notes", "README.md")):
        done = run(*paths, cwd=folder)
        assert (done.code, done.out) == (2, "")
        assert done.err == f"speclint: {folder}/note.yaml:1:1: no key `sectons`; did you mean `sections`?\n"
    assert run("README.md", cwd=folder).code == 2, "what it may be under cannot be known"
    (folder / "guides").mkdir()
    (folder / "guides" / "a.md").write_text("# A\n")
    assert run("--template", "feature-doc", "guides", cwd=folder).code == 1
    (folder / "guides" / "speclint.toml").write_text('[templates]\n"*.md" = "feature-doc"\n')
    done = run("notes", "guides", cwd=folder)
    assert (done.code, "guides/a.md:1:3: error" in done.out) == (2, True), "other folders are checked"
    (folder / "speclint.toml").write_text("exclud = []\n")
    assert run(cwd=folder).err == "speclint: speclint.toml:1:1: no key `exclud`; did you mean `exclude`?\n"
