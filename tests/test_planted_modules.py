"""`python -m speclint` in a folder full of modules that would be imported instead of Python's and of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRAP = "import sys\nsys.stderr.write(f'SPRUNG {__name__}\\n')\n"
OURS = ("click", "regex", "yaml", "pathspec", "jsonschema", "platformdirs", "sitecustomize_", "speclint_")


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What Python itself imports to run any module with `-m`."""
    folder = tmp_path_factory.mktemp("empty")
    (folder / "nothing.py").write_text("import sys\nprint(*sys.modules)\n")
    done = subprocess.run(
        [sys.executable, "-m", "nothing"], cwd=folder, capture_output=True, check=True, text=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def start(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=False, text=True)


def plant(folder: Path, but: set[str]) -> None:
    for name in {*sys.stdlib_module_names, *OURS} - but:
        (folder / f"{name}.py").write_text(TRAP)


@pytest.mark.parametrize(
    "arguments", [("--version",), ("check", "--no-cache", "--template", "feature-doc", "--fix", "a.md")]
)
def test_no_module_of_the_current_folder_is_imported(
    arguments: tuple[str, ...], before: set[str], tmp_path: Path
) -> None:
    plant(tmp_path, before)
    (tmp_path / "a.md").write_text("# A\n")
    done = start(tmp_path, "-m", "speclint", *arguments)
    assert "SPRUNG" not in done.stderr
    assert done.returncode == (0 if arguments == ("--version",) else 1), done.stderr


def test_nor_any_at_all_where_python_is_told(tmp_path: Path) -> None:
    plant(tmp_path, set())
    done = start(tmp_path, "-P", "-m", "speclint", "--version")
    assert (done.returncode, done.stderr) == (0, "")
