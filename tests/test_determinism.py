"""The same files give the same bytes, whatever the machine, the place, the order and the settings around."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from speclint.reporters.formats import FORMATS

ROOT = Path(__file__).parent.parent
DOCUMENTS = {
    f"{path.parent.name}-{path.name}": path.read_bytes()
    for path in sorted((ROOT / "tests" / "documents").glob("*/*.md"))[::15]
}
# Findings of every kind, names that every locale sorts in its own way, and one that is not UTF-8.
DOCUMENTS |= {
    "Zoë.md": b"# Feature Specification: A\n\n## Requirments\n\n- [] [Name]\n",
    "zebra.md": (ROOT / "rules" / "feature-doc.md").read_bytes(),
    "\u00e9tude.md": (ROOT / "rules" / "feature-pr.md").read_bytes(),
    "I.md": (ROOT / "rules" / "go-feature.md").read_bytes(),
    "i\udcff.md": (ROOT / "rules" / "django-feature.md").read_bytes(),
}
RULES = """\
extends: feature-doc
sections: [Cost, {title: Crew, labels: [Lead, Team]}]
checks: {unknown-section: info}
"""
CONFIGURATION = '[templates]\n"zebra.md" = "own.yaml"\n'

# Several things at once: what one of them would change, it changes beside others as well.
ENVIRONMENTS: dict[str, dict[str, str]] = {
    "plain": {"PYTHONHASHSEED": "0"},
    "another hash seed, the C locale, the far west, no bytecode": {
        "PYTHONHASHSEED": "4242",
        "LC_ALL": "C",
        "TZ": "Etc/GMT+12",
        "PYTHONDONTWRITEBYTECODE": "1",
    },
    "any hash seed, a Turkish locale, the far east, a narrow terminal": {
        "PYTHONHASHSEED": "random",
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "LANGUAGE": "tr",
        "TZ": "Pacific/Kiritimati",
        "COLUMNS": "20",
        "LINES": "5",
        "TERM": "dumb",
    },
    "UTF-8 mode, warnings as errors": {"PYTHONUTF8": "1", "PYTHONWARNINGS": "error"},
}


# Python then takes the names of files to be ASCII, and texts too where nobody says otherwise.
ASCII = {"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONCOERCECLOCALE": "0"}


def write(folder: Path, seed: int) -> None:
    """The files, made in an order of their own, which is how a folder may list them."""
    folder.mkdir()
    files = list({**DOCUMENTS, "own.yaml": RULES.encode(), "speclint.toml": CONFIGURATION.encode()}.items())
    random.Random(seed).shuffle(files)
    for name, data in files:
        (folder / name).write_bytes(data)


def outputs(
    folder: Path, env: dict[str, str] | None = None, umask: int = 0o22, paths: tuple[str, ...] = (".",)
) -> dict[str, bytes]:
    """What the command writes: every format, both streams, the documents fixed, and how it ends."""
    (folder.parent / f"{folder.name}-out").mkdir()
    results: dict[str, bytes] = {}
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "PYTHON"))}
    for name, arguments in {
        "check": [
            word for one in FORMATS for word in ("--output-format", f"{one}=../{folder.name}-out/{one}")
        ],
        "diff": ["--diff"],
        "fix": ["--fix"],
    }.items():
        done = subprocess.run(
            [sys.executable, "-m", "speclint", *arguments, *paths],
            cwd=folder,
            env={
                **clean,
                "PYTHONPATH": str(ROOT),
                "SPECLINT_CACHE_DIR": str(folder.parent / "cache"),
                "SOURCE_DATE_EPOCH": "1700000000",
                **(env or {}),
            },
            capture_output=True,
            check=False,
            umask=umask,
        )
        results[f"{name}, exit"] = bytes([done.returncode])
        results[f"{name}, out"], results[f"{name}, err"] = done.stdout, done.stderr
    for path in (folder.parent / f"{folder.name}-out").iterdir():
        results[path.name] = path.read_bytes()
    for path in folder.iterdir():
        results[f"fixed {path.name}"] = path.read_bytes()
    return results


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the command writes where nothing is special."""
    folder = tmp_path_factory.mktemp("expected") / "documents"
    write(folder, 0)
    found = outputs(folder, ENVIRONMENTS["plain"])
    assert found["check, exit"] == b"\1"
    assert all(found[name] for name in FORMATS)
    assert b"\n+++ " in found["diff, out"]
    return found


def same(found: dict[str, bytes], expected: dict[str, bytes]) -> None:
    """That nothing differs, by the names of what does."""
    assert found.keys() == expected.keys()
    assert [name for name in expected if found[name] != expected[name]] == []


@pytest.mark.parametrize("name", [name for name in ENVIRONMENTS if name != "plain"])
def test_the_environment_makes_no_difference(name: str, tmp_path: Path, expected: dict[str, bytes]) -> None:
    write(tmp_path / "documents", len(name))
    same(outputs(tmp_path / "documents", ENVIRONMENTS[name]), expected)


def test_the_encoding_of_the_locale_makes_no_difference(tmp_path: Path) -> None:
    """Only names that are not ASCII are then written as escapes."""
    for name in ("plain", "ascii"):
        write(tmp_path / name, 6)
        for path in (tmp_path / name).iterdir():
            if not path.name.isascii():
                path.unlink()
    found, expected = outputs(tmp_path / "ascii", ASCII), outputs(tmp_path / "plain")
    assert not expected["text"].isascii()
    same(found, expected)


def test_folder_umask_and_naming_a_file_twice_make_no_difference(
    tmp_path: Path, expected: dict[str, bytes]
) -> None:
    folder = tmp_path / "deeper" / "ünder" / "documents"
    folder.parent.mkdir(parents=True)
    write(folder, 1)
    same(outputs(folder, umask=0o77, paths=(".", "I.md", "./I.md")), expected)


def test_a_second_run_makes_no_difference(tmp_path: Path, expected: dict[str, bytes]) -> None:
    """What the first one has kept in the cache is what it has read."""
    write(tmp_path / "first", 3)
    outputs(tmp_path / "first")
    write(tmp_path / "documents", 4)
    same(outputs(tmp_path / "documents"), expected)
