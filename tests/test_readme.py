"""What the README shows comes out as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

from speclint.document import read

from .test_cli import README, ROOT, run


def section(title: str) -> str:
    """The text below a heading of the README."""
    document = read(README)
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
