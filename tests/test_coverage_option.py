"""Coverage reports on the command line and in the configuration."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from speclint.coverage.model import Measurements, Tally
from speclint.coverage.reports import parse

from .test_cli import run

RULES = """\
id: note
name: Note
stages: {order: [draft, final], field: Status, values: {Draft: draft, Final: final}}
fields:
  Owner: {required: true}
  Status: {required: false}
sections: [{title: Tests}]
coverage: {thresholds: {draft: 20, final: 60}}
"""
NOTE = "# A\n\n**Owner:** Ada\n**Status:** Draft\n\n## Tests\n\nMeasured coverage: 92 %.\n"
LCOV = "TN:\nSF:src/a.c\nDA:1,1\nDA:2,0\nDA:3,0\nDA:4,0\nend_of_record\n"
OTHER = LCOV.replace("src/a.c", "src/b.c").replace(",0", ",1")
SAYS = "error coverage-mismatch the document says 92% measured coverage;"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "note.yaml").write_text(RULES)
    (tmp_path / "a.md").write_text(NOTE)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "lcov.info").write_text(LCOV)
    (tmp_path / "build" / "other.info").write_text(OTHER)
    return tmp_path


def configure(folder: Path, line: str) -> None:
    (folder / "speclint.toml").write_text(f'{line}\n[templates]\n"*.md" = "note.yaml"\n')


def test_on_the_command_line(folder: Path) -> None:
    result = run("--template", "note.yaml", "--coverage", "build/lcov.info", "a.md", cwd=folder)
    assert result.code == 1
    assert f"a.md:8:20: {SAYS} lcov.info has 25%\n" in result.out


def test_without_a_report_nothing_is_compared(folder: Path) -> None:
    assert run("--template", "note.yaml", "a.md", cwd=folder).code == 0


def test_several_reports_are_added(folder: Path) -> None:
    reports = ("--coverage", "build/lcov.info", "--coverage", "build/other.info")
    result = run("--template", "note.yaml", *reports, "a.md", cwd=folder)
    assert f"{SAYS} the combined report has 62.5%\n" in result.out


def test_in_the_configuration_relative_to_its_folder(folder: Path) -> None:
    configure(folder, 'coverage = ["build/lcov.info"]')
    (folder / "docs").mkdir()
    result = run("../a.md", cwd=folder / "docs")
    assert result.code == 1
    assert f"{SAYS} lcov.info has 25%\n" in result.out


def test_the_command_line_replaces_the_configuration(folder: Path) -> None:
    configure(folder, 'coverage = ["build/lcov.info"]')
    assert "other.info has 100%" in run("--coverage", "build/other.info", "a.md", cwd=folder).out


def test_one_of_the_configuration_that_is_not_there_is_noted_and_nothing_compared(folder: Path) -> None:
    configure(folder, 'coverage = ["build/lcov.info", "build/none.xml"]')
    result = run("a.md", cwd=folder)
    assert result.code == 0
    note = "speclint: build/none.xml: no such coverage report, so nothing is compared with it\n"
    assert result.err == note.replace("/", os.sep)
    assert run("--quiet", "a.md", cwd=folder).err == ""


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such file or folder"),
        (b"", "is empty"),
        (b"TN:\nhello\n", "no line of an lcov tracefile"),
        (b"TN:\nSF:\xff\n", "not UTF-8: invalid start byte"),
        (b"TN:\n", "nothing is counted in it, so there is no figure to compare with"),
        (b"<!DOCTYPE c [<!ENTITY a 'b'>]><coverage/>", "has a DOCTYPE with declarations of its own"),
    ],
)
def test_a_bad_report_is_told_and_nothing_is_checked(
    folder: Path, content: bytes | None, message: str
) -> None:
    if content is not None:
        (folder / "bad").write_bytes(content)
    result = run("--template", "note.yaml", "--coverage", "bad", "a.md", cwd=folder)
    assert result.code == 2
    assert result.out == ""
    assert result.err.startswith("speclint: bad:")
    assert result.err.endswith(f": {message}\n")
    configure(folder, 'coverage = ["bad"]')
    result = run("a.md", cwd=folder)
    assert result.code == (0 if content is None else 2)
    if content is not None:
        assert result.err.endswith(f": {message}\n")
        assert result.err.count("\n") == 1


@pytest.mark.parametrize("name", ["build", os.devnull])
def test_a_report_is_a_file(folder: Path, name: str) -> None:
    result = run("--template", "note.yaml", "--coverage", name, "a.md", cwd=folder)
    assert result.code == 2
    assert result.err == f"speclint: {name}: not a regular file\n"


def test_fixing_goes_with_a_report(folder: Path) -> None:
    (folder / "a.md").write_text(NOTE.replace("**Owner:** Ada\n", ""))
    result = run("--template", "note.yaml", "--coverage", "build/lcov.info", "--fix", "a.md", cwd=folder)
    assert f"{SAYS} lcov.info has 25%\n" in result.out
    assert "**Owner:**" in (folder / "a.md").read_text()


def test_help_tells_of_it(folder: Path) -> None:
    assert "--coverage FILE" in run("check", "--help", cwd=folder).out


def test_what_was_measured_can_be_sent_elsewhere() -> None:
    """Documents may be linted in other processes."""
    measured = Measurements("lcov.info", {"src/a.c": (Tally(1, 4),)})
    copy = pickle.loads(pickle.dumps(measured))
    assert copy.part("src") == measured.part("src")
    assert pickle.loads(pickle.dumps(parse(LCOV.encode(), "a"))).files == {"src/a.c": ((1, 4), (1, 4))}
