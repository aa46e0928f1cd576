"""The house rules of the package: imports point one way, and few modules touch the outside."""

from __future__ import annotations

import ast
import inspect
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from speclint.binding.matcher import bind
from speclint.checks.registry import CHECKS, Check
from speclint.markdown.document import parse_document
from speclint.ruleset.bundled import bundled
from speclint.ruleset.library import bundled_rule_set, parse_rule_set
from speclint.ruleset.model import Content, options

PACKAGE = Path(__file__).parent.parent / "speclint"

# Modules may import only those above them (a family as one of its own members).
ORDER = (
    "__init__", "record", "day", "pattern", "text", "excerpt", "diagnostic", "problem", "reading", "markdown",
    "inline", "document", "storage", "repository", "measured", "expressions", "git", "past", "writing",
    "yamltree", "schema", "title", "rulefile", "ruleset", "skeleton", "fingerprint", "applicability",
    "binding", "suppression", "checks", "linter", "since", "fixer", "draft", "completeness", "config",
    "detect", "blueprint", "slots", "lifecycle", "derive", "census", "learn", "discovery",
    "coverage_reports", "reporters", "baseline", "outcome", "ledger", "results", "replay", "workers",
    "difference", "run", "sweep", "comparison", "pullrequest", "promotion", "examination", "vacuity",
    "proposal", "survey", "cli", "__main__",
)  # fmt: skip

# Who may import what, and whether that must be inside a function, so that the common path does not pay.
GUESTS = {
    "mistune": ({"markdown"}, True),
    "yaml": ({"yamltree", "ruleset", "config"}, True),
    "jsonschema": ({"schema", "ruleset", "config"}, True),
    "referencing": ({"schema", "ruleset", "config"}, True),
    "regex": ({"pattern"}, True),
    "typing": (None, True),
    "ast": (None, True),
    "pathspec": ({"discovery"}, True),
    "click": ({"cli"}, True),
    "tomllib": ({"config", "checks"}, True),
    "difflib": (None, True),
    "dataclasses": (set(), False),
    "inspect": ({"cli"}, True),
    "xml": ({"coverage_reports"}, True),
    "subprocess": ({"git"}, True),
    "socket": (set(), False),
    "urllib": (set(), False),
}

FILES = sorted(PACKAGE.rglob("*.py"))


def module_of(path: Path) -> str:
    """The first part of a module's name below the package: `checks` for all checks."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """The dotted names a file imports, and whether at the top level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    late = {
        id(node)
        for around in ast.walk(tree)
        if isinstance(around, ast.FunctionDef)
        or (isinstance(around, ast.If) and "TYPE_CHECKING" in ast.unparse(around.test))
        for node in ast.walk(around)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) not in late
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            if node.module == "speclint":
                for alias in node.names:
                    yield f"speclint.{alias.name}", id(node) not in late
            else:
                yield str(node.module), id(node) not in late


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports(path: Path) -> None:
    here = module_of(path)
    assert here in ORDER, "a new module has its place in the order"
    for name, top_level in imports(path):
        first, _, rest = name.partition(".")
        if first == "speclint":
            there = rest.partition(".")[0] or "__init__"
            there = there if there in ORDER else "__init__"
            if there != here:
                assert ORDER.index(there) < ORDER.index(here), f"{here} must not import {there}"
        elif first in GUESTS:
            allowed, late = GUESTS[first]
            assert allowed is None or here in allowed, f"{here} must not import {first}"
            assert not (late and top_level), f"{here} must import {first} late"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    if module_of(path) in ("cli", "__main__"):
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("print", "input", "exit", "eval", "exec")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sys":
            assert node.attr not in ("exit", "stdout", "stderr", "argv")


def test_what_a_document_that_passes_does_not_load(tmp_path: Path) -> None:
    """Each of these takes a twentieth of a cold start or more."""
    program = (
        "import sys; from speclint.cli.main import main; assert main(sys.argv[1:]) == 0; print(*sys.modules)"
    )
    # Away from our own configuration.
    document = shutil.copy(PACKAGE.parent / "tests/documents/feature-doc/receipt-ocr.md", tmp_path)
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", program, document], cwd=tmp_path,
        env={"PYTHONPATH": str(PACKAGE.parent), "SPECLINT_CACHE_DIR": str(tmp_path / "cache")},
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert "speclint.linter" in loaded
    late = {
        "ast", "calendar", "click", "dataclasses", "datetime", "difflib", "inspect", "jsonschema", "mistune",
        "pathlib", "regex", "shutil", "subprocess", "tempfile", "tomllib", "yaml",
    }  # fmt: skip
    if sys.version_info < (3, 14):
        late.add("typing")
    assert not late & set(loaded)


def test_module_names() -> None:
    names = {path.stem for path in FILES}
    assert not names & {"utils", "util", "helpers", "common", "core", "manager", "base", "misc"}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_is_a_function_called_like_it(check: Check) -> None:
    """The list of checks names modules, so that they can be imported late: a wrong name is noticed here."""
    function = getattr(import_module(f"speclint.checks.{check.run.module}"), check.id.replace("-", "_"))  # type: ignore[attr-defined]
    assert inspect.isfunction(function)
    assert check.documentation == function.__doc__


NEEDY = [check for check in CHECKS if check.needs]


@pytest.mark.parametrize("check", NEEDY, ids=lambda check: check.id)
def test_a_check_finds_nothing_without_the_option_it_needs(check: Check) -> None:
    """Such checks are not asked: here they are, about everything that is wrong with unfilled templates."""
    assert check.needs in Content._fields
    without = [id for id in bundled() if check.needs not in options(bundled_rule_set(id))]
    assert without
    for id in bundled():
        for other in without:
            binding = bind(parse_document(bundled_rule_set(id).skeleton), bundled_rule_set(other))
            assert list(check.run(binding)) == []


@pytest.mark.parametrize("check", [check for check in CHECKS if check.about], ids=lambda check: check.id)
def test_a_check_finds_nothing_where_there_is_nothing_that_it_is_about(check: Check) -> None:
    found = 0
    for id in bundled():
        for other in bundled():
            binding = bind(parse_document(bundled_rule_set(id).skeleton), bundled_rule_set(other))
            found += len(list(check.run(binding)))
            without: dict[str, Any] = {check.about: (), "computed": {}}
            assert list(check.run(binding._replace(**without))) == []
    assert found or check.id in ("section-title", "duplicate-section")


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ("sections: [One]", set()),
        ("forbidden: [{pattern: a}]", {"forbidden"}),
        (
            "sections: [{title: One, sections: [{title: Two, rollout: true, code: false}]}]",
            {"rollout", "code"},
        ),
        ("sections: [{title: One, labels: [{name: Flag, used_as: [flag]}]}]", {"used_as"}),
        ("labels: [{name: Files, paths: true}]", {"paths"}),
    ],
)
def test_options_of_a_rule_set(rules: str, found: set[str]) -> None:
    assert options(parse_rule_set(rules)) == found


def test_a_late_expression_is_asked_itself() -> None:
    """`re.match(late(...), text)` fails, which no type checker sees: `re` takes strings and its own only."""
    trees = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
    late = {
        (module, target.id)
        for module, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name) and node.value.func.id == "late"
        for target in node.targets if isinstance(target, ast.Name)
    }  # fmt: skip
    assert len(late) > 50
    for module, tree in trees.items():
        # Where the names of other modules come from, of those imported with their names.
        home = {
            alias.name: str(node.module).rpartition(".")[2]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
                owner, _, name = ast.unparse(node.args[0]).rpartition(".")
                assert (owner or home.get(name, module), name) not in late, f"{module}:{node.lineno}"
