"""The public API: documented, runnable as documented, pure, and of values that can be sent anywhere."""

from __future__ import annotations

import ast
import builtins
import doctest
import inspect
import os
import pickle
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import speclint
from speclint import Diagnostic, Options, Settings, Workspace

ROOT = Path(__file__).parents[1]
MANUAL = ROOT / "docs" / "api.md"
TEXT = "# Feature: Exports\n\n## Summary\n\nTBD\n\n- [ ]Done\n"


def test_every_name_is_documented_and_every_documented_name_is_there() -> None:
    documented = set(re.findall(r"`(?:speclint\.)?(\w+)", MANUAL.read_text(encoding="utf-8")))
    assert set(speclint.__all__) <= documented
    assert set(speclint.__all__) <= set(dir(speclint))
    assert all(getattr(speclint, name).__doc__ for name in speclint.__all__)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        speclint.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_the_examples_of_the_manual_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    results = doctest.testfile(str(MANUAL), module_relative=False)
    assert results.attempted > 10
    assert results.failed == 0


def test_results_can_be_pickled() -> None:
    rules = speclint.load_rule_set("feature-pr")
    workspace = Workspace(options=Options(template="feature-pr"))
    for value in (
        rules, Settings(), speclint.lint(TEXT, rules), speclint.fix(TEXT, rules),
        workspace.lint_text("a.md", TEXT),
    ):  # fmt: skip
        assert pickle.loads(pickle.dumps(value)) == value


def test_lint_and_fix_touch_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = speclint.load_rule_set("feature-pr")
    before = speclint.lint(TEXT, rules), speclint.fix(TEXT, rules)

    def refused(*arguments: Any, **named: Any) -> Any:
        raise AssertionError("touched")

    for module, names in (
        (builtins, ("open",)),
        (os, ("open", "stat", "lstat", "listdir", "scandir", "getcwd")),
    ):
        for name in names:
            monkeypatch.setattr(module, name, refused)
    assert (speclint.lint(TEXT, rules), speclint.fix(TEXT, rules)) == before


def test_a_stage_that_is_none() -> None:
    with pytest.raises(ValueError, match="no stage `nowhere`"):
        speclint.lint(TEXT, speclint.load_rule_set("feature-pr"), stage="nowhere")


def test_a_text_that_is_not_on_the_disk_is_linted_as_the_command_would(tmp_path: Path) -> None:
    (tmp_path / "speclint.toml").write_text('[templates]\n"docs/*.md" = "feature-pr"\n')
    workspace = Workspace(str(tmp_path))
    result = workspace.lint_text("docs/a.md", TEXT)
    assert (result.path, result.status, result.template) == ("docs/a.md", "linted", "feature-pr")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(TEXT)
    [there] = workspace.lint_paths(["docs/a.md"]).linted
    assert there.diagnostics == result.diagnostics


def test_invalidate_forgets_what_depended_on_a_file(tmp_path: Path) -> None:
    configuration = tmp_path / "speclint.toml"
    configuration.write_text('[templates]\n"*.md" = "note.yaml"\n')
    note = tmp_path / "note.yaml"
    note.write_text("id: note\nname: Note\nsections: [Reason]\n")
    text = "# Note\n\n[there](b.md)\n"
    workspace = Workspace(str(tmp_path))

    def checks() -> set[str]:
        return {one.check for one in workspace.lint_text("a.md", text).diagnostics}

    assert checks() == {"missing-section", "broken-link"}
    (tmp_path / "b.md").write_text("# B\n")
    workspace.invalidate("b.md")
    assert checks() == {"missing-section"}
    note.write_text("id: note\nname: Note\nsections: [{title: Reason, required: false}]\n")
    workspace.invalidate("note.yaml")
    assert checks() == set()
    note.write_text(
        "id: note\nname: Note\nskeleton: start.md\nsections: [{title: Reason, required: false}]\n"
    )
    (tmp_path / "start.md").write_text("# Note\n\n## Reason\n\nBecause the old one is slow and dear.\n")
    text = "# Note\n\n## Reason\n\nBecause the old one is slow and dear.\n"
    workspace.invalidate("note.yaml")
    assert checks() == {"unedited-template"}
    (tmp_path / "start.md").write_text("# Note\n\n## Reason\n\nTBD\n")
    workspace.invalidate("start.md")
    assert checks() == set()
    configuration.write_text("")
    workspace.invalidate("speclint.toml")
    assert workspace.lint_text("a.md", text).status == "skipped"


def test_the_wording_of_messages_is_no_part_of_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reworded messages change no baseline, no `--since`, no fingerprint."""
    from speclint.linting import lint
    from speclint.reporters.fingerprint import identified
    from speclint.reporters.formats import Report

    workspace = Workspace(options=Options(template="feature-pr"))
    before = workspace.lint_text("a.md", TEXT)
    make = lint._diagnostic

    def reworded(*arguments: Any) -> Diagnostic:
        return make(*arguments)._replace(message="something else")

    monkeypatch.setattr(lint, "_diagnostic", reworded)
    after = workspace.lint_text("a.md", TEXT)
    assert {one.message for one in after.diagnostics} == {"something else"}
    assert [one.key for one in after.diagnostics] == [one.key for one in before.diagnostics]
    marks = [[mark for _, _, mark in identified(Report((one,)))] for one in (before, after)]
    assert marks[0] == marks[1]


@pytest.mark.parametrize("name", [name for name in speclint.__all__ if name[0].islower()])
def test_functions_say_what_they_do_in_the_imperative(name: str) -> None:
    first = inspect.getdoc(getattr(speclint, name)).split()[0]  # type: ignore[union-attr]
    assert first in ("Lint", "Apply", "Return")


def test_type_checkers_are_told_of_the_names_that_there_are() -> None:
    stub = ast.parse((Path(speclint.__file__).parent / "__init__.pyi").read_text(encoding="utf-8"))
    imported = {
        alias.name: getattr(import_module(str(node.module)), alias.name)
        for node in stub.body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("speclint.")
        for alias in node.names
    }
    assert imported == {name: getattr(speclint, name) for name in speclint.__all__}
    [names] = [node.value for node in stub.body if isinstance(node, ast.Assign)]
    assert ast.literal_eval(names) == speclint.__all__
