"""Killed at any moment, a document is the old or the new one, and what is left beside it is none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from speclint.workspace.discovery import markdown_files

from .amount import some

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def kill(folder: Path, *options: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.killing", str(folder), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def whole(result: dict[str, Any], folder: Path) -> None:
    """Every document was the old or the new one, both were seen, and what was left is nobody's document."""
    assert set(result["seen"]) == {"old", "new"}, result
    (folder / "left").mkdir()
    for name in result["left"]:
        (folder / "left" / name).touch()
    assert list(markdown_files(str(folder / "left"), lambda _: None)) == []


def test_at_random_moments(tmp_path: Path) -> None:
    runs = some(40, 300)
    result = kill(tmp_path, "random", str(runs), "1")
    whole(result, tmp_path)
    assert result["killed"] >= runs / 3, result
    assert result["left"], "some were killed in the middle of writing"


@pytest.mark.parametrize("way", ["replace", "create"])
def test_at_every_call_of_the_system(tmp_path: Path, way: str) -> None:
    result = kill(tmp_path, "calls", way)
    whole(result, tmp_path)
    assert result["killed"] >= 20, result
    assert result["left"]
