"""What the README shows comes out as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from speclint.markdown.document import parse_document

from .checkout import needs_git
from .test_cli import README, ROOT, run


def section(title: str) -> str:
    """The text below a heading of the README."""
    document = parse_document(README)
    (found,) = (section for section in document.sections if section.title == title)
    return document.source.slice(found.span)


def blocks(text: str, language: str) -> list[str]:
    """The blocks of code in a text that are in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def play(console: str, folder: Path) -> list[int]:
    """Runs the commands of a console block, compares what they print, and gives their exit codes."""
    codes = []
    for command, expected in re.findall(r"^\$ speclint (.*)\n((?:(?!\$ ).*\n)*)", console, re.MULTILINE):
        result = run(*shlex.split(command), cwd=folder)
        assert result.out == expected, command
        codes.append(result.code)
    return codes


def test_from_a_template_to_a_document_that_passes(tmp_path: Path) -> None:
    text = section("From a template to a document that passes")
    template, filled = blocks(text, "markdown")
    failing, passing = blocks(text, "console")
    (tmp_path / "rfcs").mkdir()
    (tmp_path / "rfcs" / "TEMPLATE.md").write_text(template)
    assert play(failing, tmp_path) == [0, 0, 1]
    (tmp_path / "rfcs" / "0001-cache.md").write_text(filled)
    assert play(passing, tmp_path) == [0]
    assert run("init", cwd=tmp_path).code == 0
    assert run(cwd=tmp_path).out == blocks(text, "console")[1].partition("\n")[2]


def test_mending(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "examples", tmp_path / "examples")
    (console,) = blocks(section("Mend a document"), "console")
    assert play(console, folder) == [1]
    again = console.replace(console.splitlines()[1] + "\n", "").replace("1 fixed, 4", "nothing fixed, 4")
    assert play(again, folder) == [1], "a second run changes nothing"


NEW = """\
# Service Change: Gift cards

**Owner:** Checkout
**Status:** Draft
**Created:** 2026-11-20
**Updated:** YYYY-MM-DD

## Problem

Buyers ask for gift cards, and support sells them by hand.

## Behaviour

TBD
"""
SERVICES = "examples/services"


@needs_git
def test_three_pull_requests(tmp_path: Path) -> None:
    """On a clone of the project's own history, as they come out."""
    clone = tmp_path / "clone"

    def git(*arguments: str, cwd: Path = clone) -> None:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True)

    if not (ROOT / ".git").exists():
        pytest.skip("this is no repository")
    git("clone", "--quiet", str(ROOT), str(clone), cwd=tmp_path)
    # The examples as they are now, also before they are committed.
    shutil.copytree(ROOT / "examples", clone / "examples", dirs_exist_ok=True)
    git("checkout", "--quiet", "-B", "main")
    git("add", "--all")
    git("commit", "--quiet", "--allow-empty", "--message", "Base")

    def edit(name: str, old: str, new: str) -> None:
        text = (clone / SERVICES / name).read_text()
        assert old in text
        (clone / SERVICES / name).write_text(text.replace(old, new))

    changes: list[Callable[[], object]] = [
        lambda: (clone / SERVICES / "gift-cards.md").write_text(NEW),
        lambda: edit(
            "refunds.md", "refunds. Measured coverage: 63 %", "refunds and vouchers. Measured coverage: 66 %"
        ),
        lambda: edit("rate-limits.md", "**Status:** Staging", "**Status:** Production"),
    ]
    consoles = blocks(section("Put it in front of pull requests"), "console")
    for console, change in zip(consoles, changes, strict=True):
        git("checkout", "--quiet", "-B", "change", "main")
        change()
        git("add", "--all")
        git("commit", "--quiet", "--message", "Change")
        assert play(console, clone) == [1]
