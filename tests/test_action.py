"""The GitHub action: what it installs is pinned, inputs never become code, and its script does its work."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
GOOD = (ROOT / "tests" / "documents" / "go-feature" / "quota-limiter.md").read_text(encoding="utf-8")


def test_other_actions_are_pinned() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert used
    for name in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", name)


def test_inputs_come_as_variables_and_not_as_code() -> None:
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert scripts
    assert not [script for script in scripts if "${{" in script]


def test_no_module_of_the_checkout_is_run(tmp_path: Path) -> None:
    """The steps run in the checkout, where anybody may have put a `venv.py`."""
    scripts = "\n".join(step["run"] for step in STEPS if "run" in step)
    started = re.findall(r"python\"? (.*?)-m (\w+)", scripts)
    assert [module for _, module in started] == ["venv", "pip"]
    for flags, module in started:
        (tmp_path / f"{module}.py").write_text("open('CANARY', 'w')\n")
        subprocess.run(
            [sys.executable, *flags.split(), "-m", module, "--help"],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )
    assert not (tmp_path / "CANARY").exists()


def test_every_input_is_used() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    for name in ACTION["inputs"]:
        assert f"inputs.{name} " in text, name


def test_all_that_speclint_needs_is_pinned() -> None:
    pinned = {line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines()}
    needed, pending = set[str](), ["speclint"]
    while pending:
        name = pending.pop()
        for requirement in distribution(name).requires or ():
            found = re.match(r"[\w.-]+", requirement)
            assert found is not None
            other = found[0].lower()
            if "extra ==" not in requirement and other not in needed:
                needed.add(other)
                if 'python_version < "3.1' not in requirement or sys.version_info < (3, 13):
                    pending.append(other)
    assert needed <= pinned


pytestmark = pytest.mark.skipif(
    shutil.which("git") is None or shutil.which("bash") is None, reason="there is no git or no bash"
)


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with an old bad document on its base branch, and a new one and an edit on the other."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    old = GOOD.replace("\n\n", "\n\nTBD: what it does\n\n", 1)
    (folder / "old.md").write_text(old)
    (folder / "left.md").write_text(old)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Old")
    git(folder, "update-ref", "refs/remotes/origin/main", "HEAD")
    git(folder, "checkout", "-q", "-b", "change")
    (folder / "new.md").write_text(GOOD.replace("\n\n", "\n\nTODO: write this\n\n", 1))
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "New")
    return folder


def act(folder: Path, tmp_path: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Runs the script of the action as a runner does."""
    speclint = tmp_path / "speclint"
    speclint.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m speclint "$@"\n')
    speclint.chmod(0o755)
    given = {
        "INPUT_PATHS": ".",
        "INPUT_SINCE": "",
        "INPUT_DESCRIPTION": "false",
        "INPUT_ARGUMENTS": "",
        "INPUT_SARIF": "out.sarif",
        "BASE": "main",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
        **inputs,
    }
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GITHUB_", "GIT_"))}
    return subprocess.run(
        ["bash", str(ROOT / "scripts" / "action.sh"), str(speclint)],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), **given},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def event(tmp_path: Path, body: str | None) -> dict[str, str]:
    """The variables of a pull request with a description."""
    path = tmp_path / "event.json"
    path.write_text(json.dumps({"pull_request": {"body": body, "draft": False, "user": {"type": "User"}}}))
    return {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(path)}


def test_what_the_pull_request_changes_is_annotated(checkout: Path, tmp_path: Path) -> None:
    done = act(checkout, tmp_path)
    assert done.returncode == 1, done.stderr
    assert "::error file=new.md,line=" in done.stdout
    assert "old.md" not in done.stdout, "nobody has touched it"
    sarif = json.loads((checkout / "out.sarif").read_text())
    assert {result["ruleId"] for result in sarif["runs"][0]["results"]} >= {"placeholder"}
    summary = (tmp_path / "summary.md").read_text()
    assert "new.md" in summary
    assert "left.md" not in summary
    assert (tmp_path / "output").read_text() == "sarif-file=out.sarif\n"


def test_without_a_base_everything_counts(checkout: Path, tmp_path: Path) -> None:
    done = act(checkout, tmp_path, INPUT_SINCE="none")
    assert "::error file=old.md,line=" in done.stdout
    assert act(checkout, tmp_path, BASE="", INPUT_PATHS="new.md\n").returncode == 1


def test_the_description_is_checked_too(checkout: Path, tmp_path: Path) -> None:
    done = act(checkout, tmp_path, INPUT_DESCRIPTION="true", **event(tmp_path, None))
    assert "the description is empty" in done.stdout
    assert "pull request" in (tmp_path / "summary.md").read_text()


def test_what_cannot_be_done_fails(checkout: Path, tmp_path: Path) -> None:
    done = act(checkout, tmp_path, INPUT_SINCE="gone")
    assert done.returncode == 2
    assert "gone" in done.stderr


@pytest.mark.parametrize("hostile", ["$(touch pwned)", "`touch pwned`", "; touch pwned", "' \"", "--help"])
def test_inputs_run_nothing(checkout: Path, tmp_path: Path, hostile: str) -> None:
    for name in ("INPUT_PATHS", "INPUT_SINCE", "INPUT_SARIF", "BASE"):
        act(checkout, tmp_path, **{name: hostile})
    assert not (checkout / "pwned").exists()
