"""The architecture: rooms whose imports point one way, and limits that keep each of them readable."""

from __future__ import annotations

import ast
import inspect
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from radon.complexity import cc_visit

from speclint.binding.matcher import bind
from speclint.checks.registry import CHECKS, Check
from speclint.markdown.document import parse_document
from speclint.ruleset.bundled import bundled
from speclint.ruleset.library import bundled_rule_set, parse_rule_set
from speclint.ruleset.model import Content, options

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "speclint"
FILES = sorted(PACKAGE.rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

# What is too large today. An entry may shrink or go, and a new one is a fault.
ALLOWED = tomllib.loads((Path(__file__).parent / "data" / "architecture.toml").read_text(encoding="utf-8"))
LIMITS = {"lines": 600, "function": 60, "parameters": 7, "complexity": 25}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(TREES[path]) if isinstance(node, ast.FunctionDef))


# Size


@cache
def measured() -> tuple[tuple[str, str, int], ...]:
    """All of it, measured once."""
    return tuple(measures())


def measures() -> Iterator[tuple[str, str, int]]:
    """What is limited, where, and how much of it there is."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        yield "lines", name_of(path), len(text.splitlines())
        for node in functions(path):
            where = f"{name_of(path)}:{node.name}"
            given = node.args
            parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs]
            yield "function", where, (node.end_lineno or 0) - node.lineno + 1 - documentation(node)
            yield "parameters", where, sum(one.arg not in ("self", "cls") for one in parameters)
        for block in cc_visit(text):
            for one in (block, *getattr(block, "methods", ())):
                yield "complexity", f"{name_of(path)}:{one.name}", one.complexity


def documentation(node: ast.FunctionDef) -> int:
    """How many lines of a function are its docstring: those of checks are what `speclint explain` prints."""
    first = node.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return (first.end_lineno or 0) - first.lineno + 1 if is_text else 0


@pytest.mark.parametrize("kind", LIMITS)
def test_what_is_too_large_can_only_shrink(kind: str) -> None:
    too_large: dict[str, int] = {}
    for one, where, size in measured():
        if one == kind and size > LIMITS[kind]:
            too_large[where] = max(size, too_large.get(where, 0))
    assert too_large == ALLOWED.get(kind, {})


def test_the_package_has_few_entries_and_the_contract_names_each() -> None:
    entries = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in FILES}
    rooms = {f"speclint.{name}" for name in entries if not name.startswith("__")}
    assert len(rooms) <= 13
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = project["tool"]["importlinter"]["contracts"]
    assert rooms == set(contract["layers"])


def test_module_names_say_what_is_inside() -> None:
    assert not {path.stem for path in FILES} & {
        "utils",
        "util",
        "helpers",
        "common",
        "core",
        "manager",
        "base",
        "misc",
    }


# Imports


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """The modules that a file imports, and whether at the top level; without those for types alone."""
    inside = {
        id(node)
        for around in ast.walk(TREES[path])
        if isinstance(around, ast.FunctionDef)
        for node in ast.walk(around)
    }
    for node in reached(TREES[path]):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) not in inside) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: imports are absolute"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                is_module = full in MODULES
                yield full if is_module else str(node.module), id(node) not in inside


def reached(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree that run."""
    if isinstance(tree, ast.If) and "TYPE_CHECKING" in ast.unparse(tree.test):
        return
    yield tree
    for child in ast.iter_child_nodes(tree):
        yield from reached(child)


MODULES = {module_of(path): path for path in FILES}


def test_no_room_imports_one_above_it() -> None:
    """The contract is in pyproject.toml; imports inside of functions count."""
    program = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def family(module: str) -> str:
    """The package in `checks` that a module lies in, if any."""
    parts = module.split(".")
    return parts[2] if parts[:2] == ["speclint", "checks"] and len(parts) > 3 else ""


def test_families_of_checks_do_not_import_each_other() -> None:
    """What several need is in `reading`, which imports none; the registry names the modules of all."""
    pairs = {
        (family(module), family(name))
        for module, path in MODULES.items()
        if module.startswith("speclint.checks.")
        for name, _ in imports(path)
        if family(name) not in ("", "reading")
    }
    assert pairs
    assert {one for one, other in pairs if one != other} == set()


def test_no_circle() -> None:
    graph = {
        module: {name for name, _ in imports(path) if name in MODULES and name not in (module, "speclint")}
        for module, path in MODULES.items()
    }
    TopologicalSorter(graph).prepare()


# Heavy ones are loaded where they are needed, so that the common path does not pay.
LATE = {
    "click", "yaml", "jsonschema", "referencing", "regex", "mistune", "pathspec", "sqlite3", "platformdirs",
    "tomli", "difflib", "xml", "subprocess", "concurrent", "multiprocessing", "dataclasses", "inspect",
    "pathlib", "hashlib", "tempfile", "shutil", "urllib", "ast",
}  # fmt: skip
# Loaded with a command that needs it anyway.
LATE_EXCEPT = {
    ("ruleset/yaml_composer.py", "yaml"),
    ("cli/explain.py", "inspect"),
    ("cli/commands.py", "inspect"),
}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_heavy_libraries_are_loaded_late(path: Path) -> None:
    top = {name.partition(".")[0] for name, top_level in imports(path) if top_level} & LATE
    assert {(name_of(path), name) for name in top} <= LATE_EXCEPT


def test_what_a_document_that_passes_does_not_load(tmp_path: Path) -> None:
    program = (
        "import sys; from speclint.cli.main import main; assert main(sys.argv[1:]) == 0; print(*sys.modules)"
    )
    # Away from our own configuration.
    document = shutil.copy(ROOT / "tests/documents/feature-doc/receipt-ocr.md", tmp_path)
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", program, document], cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "SPECLINT_CACHE_DIR": str(tmp_path / "cache")},
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert "speclint.linting.lint" in loaded
    assert not (LATE - {"ast"}) & set(loaded)
    assert not {name for name in loaded if name.startswith(("speclint.fixes.", "speclint.authoring."))}


# The rooms that are pure, and what they may have of the outside nevertheless.
PURE = ("linting", "fixes", "checks", "binding", "markdown", "ruleset")
OUTSIDE = {
    "os",
    "sys",
    "time",
    "subprocess",
    "pathlib",
    "click",
    "jsonschema",
    "yaml",
    "socket",
    "tempfile",
    "shutil",
}
OUTSIDE_ALLOWED = {
    ("ruleset/bundled.py", "os"),  # reads the data of the package
    ("ruleset/loading.py", "os"),  # joins paths that rule sets name; files are read by the workspace
    ("ruleset/patterns.py", "time"),  # the clock of the budget for patterns, which can be handed in
    ("ruleset/schema.py", "jsonschema"),
    ("ruleset/yaml_composer.py", "yaml"),
    ("ruleset/yaml_reader.py", "yaml"),
    ("linting/result.py", "sys"),  # interns texts
}


def test_no_exception_is_made_in_vain() -> None:
    found = {(name_of(path), name.partition(".")[0]) for path in FILES for name, _ in imports(path)}
    assert found >= OUTSIDE_ALLOWED
    assert found >= LATE_EXCEPT


@pytest.mark.parametrize("path", [path for path in FILES if name_of(path).startswith(PURE)], ids=name_of)
def test_pure_rooms_do_not_touch_the_outside(path: Path) -> None:
    found = {(name_of(path), name.partition(".")[0]) for name, _ in imports(path)}
    assert {pair for pair in found if pair[1] in OUTSIDE} <= OUTSIDE_ALLOWED


# Who opens files: everybody else reads by way of `workspace.files`.
OPENS = {
    "ruleset/bundled.py",  # the data of the package
    "workspace/files.py",
    "workspace/cache.py",  # makes the file of the cache, for its owner alone
    "cli/console.py",  # /dev/null
}


# Whose `read_text` and `read_bytes` are not those of pathlib.
READERS = ("", "files", "reader", "self")


def opens(path: Path) -> bool:
    """Whether a file is opened here, in any of Python's ways."""
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Call):
            owner, _, name = ast.unparse(node.func).rpartition(".")
            if (name == "open" and owner in ("", "os", "io")) or name == "fdopen":
                return True
            if name in ("read_text", "read_bytes", "write_text", "write_bytes") and owner not in READERS:
                return True
    return False


def test_files_are_opened_in_one_place() -> None:
    assert {name_of(path) for path in FILES if opens(path)} == OPENS


PRIVATE_MODULES = ("_sre", "_datetime", "_ast", "_blake2", "_hashlib", "_io")
WITH_PRIVATE_PARTS = ("re", "collections", "atexit", "os", "typing", "sys", "functools", "concurrent.futures")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_private_part_of_python_and_no_module_global_that_changes(path: Path) -> None:
    for node in ast.walk(TREES[path]):
        assert not isinstance(node, ast.Global)
        if isinstance(node, ast.Import):
            assert not [alias.name for alias in node.names if alias.name.startswith(PRIVATE_MODULES)]
        if isinstance(node, ast.ImportFrom):
            assert not str(node.module).startswith(PRIVATE_MODULES)
            if str(node.module) in WITH_PRIVATE_PARTS:
                assert not [alias.name for alias in node.names if alias.name.startswith("_")]
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in WITH_PRIVATE_PARTS:
            assert not node.attr.startswith("_"), ast.unparse(node)
        if isinstance(node, ast.Call):
            assert not ast.unparse(node.func).startswith("sys.modules.")
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        for target in map(ast.unparse, targets):
            assert not target.startswith("sys.modules")
            assert target != "TYPE_CHECKING"


# Who reads a message, besides reporters and the command line, which print it.
MESSAGES = {
    "diagnostics.py",  # a problem as text
    "ruleset/schema.py",  # what jsonschema says
    "ruleset/yaml_reader.py",  # what PyYAML says
    "checks/code/fences.py",  # what the parser says of a fence, not a diagnostic
    "checks/consistency/forbidden.py",
    "checks/structure/invalid_title.py",
    "checks/texts/missing_text.py",
    "checks/texts/owed_texts.py",  # what the rule set says
    "linting/lint.py",  # a finding becomes a diagnostic
    "linting/result.py",  # interned
}


def test_nobody_reads_the_message_of_a_diagnostic() -> None:
    """A reworded message changes nothing but what is printed: `Diagnostic.key` is what tells them apart."""
    readers = set()
    for path in FILES:
        for node in ast.walk(TREES[path]):
            if isinstance(node, ast.Compare):
                compared = map(ast.unparse, (node.left, *node.comparators))
                assert not any(part.endswith(".message") for part in compared), name_of(path)
            if isinstance(node, ast.Attribute) and node.attr == "message" and isinstance(node.ctx, ast.Load):
                readers.add(name_of(path))
    assert {name for name in readers if not name.startswith(("reporters/", "cli/"))} == MESSAGES
    assert "reporters/fingerprint.py" not in readers


# Standard input is a file that the workspace reads.
STREAMS = {"workspace/linter.py"}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_command_line_prints_and_exits(path: Path) -> None:
    if name_of(path).startswith(("cli/", "__main__")):
        return
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("print", "input", "exit", "eval", "exec")
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sys":
            assert node.attr not in ("exit", "stdout", "stderr", "argv")
            assert node.attr != "stdin" or name_of(path) in STREAMS


# Checks


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
    assert set(check.needs) <= set(Content._fields)
    without = [id for id in bundled() if options(bundled_rule_set(id)).isdisjoint(check.needs)]
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
            without: dict[str, Any] = {**dict.fromkeys(check.about, ()), "cache": {}}
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
    trees = {module_of(path): TREES[path] for path in FILES}
    late = {
        (module, target.id)
        for module, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name) and node.value.func.id == "lazy_regex"
        for target in node.targets if isinstance(target, ast.Name)
    }  # fmt: skip
    assert len(late) > 50
    for module, tree in trees.items():
        # Where the names of other modules come from, of those imported with their names.
        home = {
            alias.name: str(node.module)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("re.") and node.args:
                owner, _, name = ast.unparse(node.args[0]).rpartition(".")
                assert (owner or home.get(name, module), name) not in late, f"{module}:{node.lineno}"
