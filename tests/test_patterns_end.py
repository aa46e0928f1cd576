"""A pattern of a rule set that takes too long soon ends in an error, and costs no other file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import thread_time

import pytest

from speclint.cli.main import main
from speclint.ruleset.patterns import RegexBudget

from .test_cli import Result, run

PATTERN = "(a|aa)+$"
SLOW = "a" * 100 + "b"
GOOD = "# A\n\n**Owner:** Ada\n\n## Reason\n\nNone.\n"
BAD = GOOD.replace("**Owner:** Ada\n\n", "")

# By where a rule set has its pattern, the rest of the rule set, and a document that it takes long on.
PLACES = {
    "field": ("fields: {{Owner: {{pattern: {0}}}}}\nsections: [Reason]", GOOD.replace("Ada", SLOW)),
    "label": (
        "fields: {{Owner: }}\nsections: [{{title: Reason, labels: [{{name: Why, pattern: {0}}}]}}]",
        GOOD.replace("None.", f"**Why:** {SLOW}"),
    ),
    "section": (
        "fields: {{Owner: }}\nsections: [Reason, {{title: Other, required: false, pattern: {0}}}]",
        f"{GOOD}\n## {SLOW}\n\nText.\n",
    ),
    "forbidden": (
        "fields: {{Owner: }}\nforbidden: [{{pattern: {0}}}]\nsections: [Reason]",
        GOOD.replace("None.", SLOW),
    ),
    "forbidden in code": (
        "fields: {{Owner: }}\nforbidden: [{{pattern: {0}, language: go}}]\nsections: [Reason]",
        GOOD.replace("None.", f"```go\n{SLOW}\n```"),
    ),
}


def write(folder: Path, rules: str, **documents: str) -> None:
    """Writes a rule set `slow`, and documents for it."""
    (folder / "slow.yaml").write_text(f"name: Slow\n{rules}\n")
    (folder / "notes").mkdir()
    for name, text in documents.items():
        (folder / "notes" / f"{name}.md").write_text(text)


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gives patterns a tenth of the time that they have; what counts stays the time of the processor."""
    monkeypatch.setattr(RegexBudget.__init__, "__defaults__", (0.2, thread_time))


@pytest.fixture
def check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Result]:
    """What the command does with documents under a rule set `slow`.

    That it ends at all is what shows that a search was stopped; how much time a search may have is asked of
    a made clock in `test_pattern`.
    """
    impatient(monkeypatch)
    monkeypatch.chdir(tmp_path)

    def call(rules: str, *arguments: str, **documents: str) -> Result:
        write(tmp_path, rules, **documents)
        return Result(main(["--template", "slow.yaml", *arguments, "notes"]), *capsys.readouterr())

    return call


@pytest.mark.parametrize("place", PLACES)
def test_a_pattern_that_takes_too_long(place: str, check: Callable[..., Result]) -> None:
    rules, slow = PLACES[place]
    result = check(rules.format(f"'{PATTERN}'"), a_good=GOOD, b_slow=slow, c_bad=BAD)
    assert result.code == 2
    assert f"notes/b_slow.md: the pattern `{PATTERN}` takes too long (rule set `slow`)" in result.err
    # The others are checked, and what is wrong with them is told.
    assert "notes/a_good.md: " in result.out
    assert "notes/b_slow.md" not in result.out
    assert 'notes/c_bad.md:1:1: error missing-field field "Owner" is missing' in result.out


def test_reports_leave_the_file_out(check: Callable[..., Result]) -> None:
    rules, slow = PLACES["forbidden"]
    result = check(rules.format(f"'{PATTERN}'"), "--output-format=json", a_good=GOOD, b_slow=slow)
    assert result.code == 2
    assert [file["path"] for file in json.loads(result.out)["files"]] == ["notes/a_good.md"]


def test_nothing_is_silent_when_quiet_and_patterns_have_all_their_time(tmp_path: Path) -> None:
    rules, slow = PLACES["field"]
    write(tmp_path, rules.format(f"'{PATTERN}'"), a_slow=slow)
    result = run("--template", "slow.yaml", "--quiet", "notes", cwd=tmp_path)
    assert result.code == 2
    assert result.out == ""
    assert f"notes/a_slow.md: the pattern `{PATTERN}` takes too long" in result.err


def test_a_check_that_is_not_asked_takes_no_time(check: Callable[..., Result]) -> None:
    rules, slow = PLACES["forbidden"]
    result = check(rules.format(f"'{PATTERN}'"), "--ignore", "forbidden-text", a_slow=slow)
    assert result.code == 0


def test_what_is_merely_long_does_not_take_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Many lines and patterns have the time that patterns have, which is many times what they need."""
    every = ", ".join(f"{{pattern: 'word{i}'}}" for i in range(20))
    rules = f"fields: {{Owner: }}\nforbidden: [{every}]\nsections: [Reason]"
    write(tmp_path, rules, long=GOOD + "\nA word and another one.\n" * 2000)
    monkeypatch.chdir(tmp_path)
    assert main(["--template", "slow.yaml", "notes"]) == 0, capsys.readouterr().err
