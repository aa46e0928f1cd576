"""`--template`: the id of a configured rule set, and a Markdown template, wherever a rule set is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import speclint

from .checkout import Repository, needs_git
from .test_cli import Result, run

RULES = """\
id: cake
stages: {order: [draft, final], field: Status, values: {Draft: draft, Final: final}}
fields: {Status: {required: true}}
sections: [Scope, {title: Plan, from: final}, Oven]
"""
NOTE = "# Pie\n\n**Status:** Draft\n\n## Scope\n\nPies.\n"
MISSING = 'missing-section section "Oven" is missing'

TEMPLATE = """\
# Recipe: [Name]

**Baker:** [name]

## Dough

[What it is made of]

## Steps

- [ ] [Step]
"""
GOOD = "# Recipe: Rolls\n\n**Baker:** Ada\n\n## Dough\n\nFlour.\n\n## Steps\n\n- [x] Knead\n"
HALF = "# Recipe: Buns\n\n**Baker:** [name]\n\n## Dough\n\nFlour.\n"
FOUND = {"docs/good.md": [], "docs/half.md": [(3, "placeholder"), (5, "missing-section")]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder whose configuration names a rule set, and one whose own configuration does."""
    files = {
        "speclint.toml": '[templates]\n"cakes/*.md" = "rules/cake.yaml"\n',
        "rules/cake.yaml": RULES,
        "pies/a.md": NOTE,
        "own/speclint.toml": '[templates]\n"cakes/*.md" = "bread.yaml"\n',
        "own/bread.yaml": "id: bread\nsections: [Scope, Oven]\n",
        "own/a.md": NOTE,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


class TestConfiguredId:
    """What `speclint templates` lists may be named."""

    def test_files_and_folders(self, folder: Path) -> None:
        for path in ("pies/a.md", "pies"):
            done = run("--template", "cake", path, cwd=folder)
            assert (done.code, MISSING in done.out, done.err) == (1, True, "")

    def test_standard_input(self, folder: Path) -> None:
        for name in ((), ("--stdin-filename", "pies/x.md")):
            done = run("--template", "cake", *name, "-", cwd=folder, stdin=NOTE.encode())
            assert (done.code, MISSING in done.out) == (1, True)

    def test_other_commands(self, folder: Path) -> None:
        assert MISSING in run("promote", "pies/a.md", "--to", "final", "--template", "cake", cwd=folder).out
        assert MISSING in run("pr", "--body", "pies/a.md", "--template", "cake", cwd=folder).out
        known = ("--template", "cake", "pies")
        assert run("--write-baseline", "known.json", *known, cwd=folder).code == 0
        assert run("--baseline", "known.json", *known, cwd=folder).code == 0
        pruned = run("baseline", "prune", "--template", "cake", "known.json", cwd=folder)
        assert (pruned.code, pruned.err) == (0, "0 of 1 findings removed from known.json\n")

    def test_the_configuration_of_a_document(self, folder: Path) -> None:
        """As for `new` and the front matter; that of the current folder comes first."""
        assert MISSING in run("--template", "bread", "own/a.md", cwd=folder).out
        assert MISSING in run("--template", "bread", "own", cwd=folder).out
        assert MISSING in run("--template", "cake", "own/a.md", cwd=folder).out
        assert MISSING in run("--template", "bread", "--config", "own/speclint.toml", "pies", cwd=folder).out

    @pytest.mark.parametrize("words", [(), ("promote", "--to", "final"), ("pr", "--body")])
    def test_what_nobody_knows(self, folder: Path, words: tuple[str, ...]) -> None:
        done = run(*words, "pies/a.md", "--template", "caek", cwd=folder)
        assert (done.code, done.out) == (2, "")
        assert "no rule set `caek`; did you mean `cake`?" in done.err

    def test_another_one_that_does_not_load_is_in_nobody_s_way(self, folder: Path) -> None:
        (folder / "rules/bad.yaml").write_text("sectons: [A]\n")
        with (folder / "speclint.toml").open("a") as file:
            file.write('"bad/*.md" = "rules/bad.yaml"\n')
        assert MISSING in run("--template", "cake", "pies/a.md", cwd=folder).out
        done = run("--template", "flan", "pies/a.md", cwd=folder)
        assert (done.code, "rules/bad.yaml:1:1: " in done.err) == (2, True)

    def test_the_api(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(folder)
        options = speclint.Options(template="cake")
        assert speclint.Workspace(options=options).lint_text("x.md", NOTE).template == "cake"
        assert speclint.Workspace(str(folder), options).lint_paths(["pies"]).linted[0].template == "cake"
        with pytest.raises(speclint.WorkspaceError, match="no rule set `flan`"):
            speclint.Workspace(options=options._replace(template="flan")).lint_text("x.md", NOTE)


class TestMarkdown:
    """A template says what its documents owe, with no rule set in between."""

    def found(self, done: Result) -> dict[str, list[tuple[int, str]]]:
        report = json.loads(done.out)
        return {
            file["path"]: [(one["line"], one["check"]) for one in file["diagnostics"]]
            for file in report["files"]
        }

    @pytest.fixture
    def bakery(self, tmp_path: Path) -> Path:
        """A folder with a template and two documents."""
        (tmp_path / "TEMPLATE.md").write_text(TEMPLATE)
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs" / "good.md").write_text(GOOD)
        (tmp_path / "docs" / "half.md").write_text(HALF)
        return tmp_path

    def test_option(self, bakery: Path) -> None:
        for _ in range(2):  # the second time from the cache
            done = run("--template", "TEMPLATE.md", "--output-format", "json", "docs", cwd=bakery)
            assert (done.code, self.found(done), done.err) == (1, FOUND, "")

    def test_a_template_that_changed_is_read_again(self, bakery: Path) -> None:
        (bakery / "TEMPLATE.md").write_text(TEMPLATE)
        assert run("--template", "TEMPLATE.md", "docs/good.md", cwd=bakery).code == 0
        (bakery / "TEMPLATE.md").write_text(f"{TEMPLATE}\n## Price\n\n[How much]\n")
        assert "Price" in run("--template", "TEMPLATE.md", "docs/good.md", cwd=bakery).out

    def test_configuration(self, bakery: Path) -> None:
        (bakery / "speclint.toml").write_text('[templates]\n"docs/*.md" = "TEMPLATE.md"\n')
        done = run("--output-format", "json", cwd=bakery)
        assert (done.code, self.found(done)) == (1, FOUND), "the template itself is no document"
        assert "recipe: Recipe\n" in run("templates", cwd=bakery).out
        assert run("--template", "recipe", "docs/good.md", cwd=bakery).code == 0

    def test_recognised_by_its_title_elsewhere(self, bakery: Path) -> None:
        (bakery / "speclint.toml").write_text('[templates]\n"old/*.md" = "TEMPLATE.md"\n')
        assert "docs/good.md: 4 of 4 obligations met (recipe)" in run("docs", cwd=bakery).out

    def test_it_is_what_derive_writes(self, bakery: Path) -> None:
        (bakery / "recipe.yaml").write_text(run("derive", "TEMPLATE.md", cwd=bakery).out)
        derived = run("--template", "recipe.yaml", "docs", cwd=bakery)
        assert derived.code == 1
        assert run("--template", "TEMPLATE.md", "docs", cwd=bakery).out == derived.out

    def test_new(self, bakery: Path) -> None:
        assert run("new", "TEMPLATE.md", "docs/new.md", "--title", "Flan", cwd=bakery).code == 0
        assert (bakery / "docs" / "new.md").read_text() == TEMPLATE.replace("[Name]", "Flan")

    @needs_git
    def test_the_id_is_the_same_wherever_the_repository_lies(self, bakery: Path) -> None:
        repository = Repository(bakery / "somewhere")
        repository.commit(
            {"TEMPLATE.md": "# {title}\n\n## Dough\n\n[What]\n", "a.md": "# A\n\n## Dough\n\nX.\n"}
        )
        done = repository.lint("--template", str(bakery / "somewhere" / "TEMPLATE.md"), "a.md")
        assert done.out.startswith("a.md: 1 of 1 obligations met (rule-set)\n")

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("Just a line.\n", "no heading in this file"),
            ("# [Title]\n\nand a line.\n", "no section and no field in this file"),
            ("", "no heading in this file"),
        ],
    )
    def test_nothing_to_derive(self, bakery: Path, text: str, reason: str) -> None:
        (bakery / "TEMPLATE.md").write_text(text)
        done = run("--template", "TEMPLATE.md", "docs", cwd=bakery)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"speclint: TEMPLATE.md:1:1: {reason}")
        (bakery / "speclint.toml").write_text('[templates]\n"docs/*.md" = "TEMPLATE.md"\n')
        assert f"TEMPLATE.md:1:1: {reason}" in run(cwd=bakery).err

    @needs_git
    def test_a_template_outside_of_the_repository(self, bakery: Path) -> None:
        """What a repository names is read only inside it; what the user names is the user's."""
        repository = Repository(bakery / "inside")
        repository.commit({"a.md": HALF, "speclint.toml": '[templates]\n"*.md" = "T.md"\n'})
        (bakery / "inside" / "T.md").symlink_to(bakery / "TEMPLATE.md")
        done = repository.lint(".")
        assert (done.code, "speclint.toml:2:10: `T.md` leads out of the repository" in done.err) == (2, True)
        (bakery / "inside" / "speclint.toml").unlink()
        assert repository.lint("--template", "../TEMPLATE.md", "a.md").code == 1

    def test_none_there(self, bakery: Path) -> None:
        assert (
            run("--template", "gone.md", "docs", cwd=bakery).err
            == "speclint: gone.md:1:1: no file `gone.md`\n"
        )

    def test_the_api(self, bakery: Path) -> None:
        options = speclint.Options(template=str(bakery / "TEMPLATE.md"))
        derive = speclint.derive_yaml
        result = speclint.Workspace(options=options, derive=derive).lint_text("x.md", HALF)
        assert [one.check for one in result.diagnostics] == ["placeholder", "missing-section"]
        result = speclint.Workspace(options=options).lint_text("x.md", HALF)
        assert "`speclint derive` makes a rule set" in result.messages[0]
