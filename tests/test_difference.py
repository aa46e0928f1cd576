"""Diffs: what they show, and that git and patch make of the old text exactly the new one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speclint.reporters import diff
from speclint.reporters.diff import shown, unified


def test_nothing_changes_nothing() -> None:
    for text in ("", "a", "a\n", "a\r\nb\r"):
        assert unified("a.md", text, text) == ""


def test_a_hunk_has_three_lines_around_it() -> None:
    old = "".join(f"{number}\n" for number in range(1, 10))
    assert unified("docs/a.md", old, old.replace("5\n", "five\n5.5\n")) == (
        "--- docs/a.md\n+++ docs/a.md\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+5.5\n 6\n 7\n 8\n"
    )


def test_hunks_that_touch_are_one() -> None:
    old = "".join(f"{number}\n" for number in range(1, 30))
    near = unified("a.md", old, old.replace("5\n", "", 1).replace("11\n", "", 1))
    far = unified("a.md", old, old.replace("5\n", "", 1).replace("13\n", "", 1))
    assert (near.count("@@ -"), far.count("@@ -")) == (1, 2)


def test_from_nothing_and_to_nothing() -> None:
    assert unified("a.md", "", "a\n") == "--- a.md\n+++ a.md\n@@ -0,0 +1 @@\n+a\n"
    assert unified("a.md", "a\n", "") == "--- a.md\n+++ a.md\n@@ -1 +0,0 @@\n-a\n"


def test_a_final_newline_that_is_missing_is_told() -> None:
    missing = "\\ No newline at end of file\n"
    assert unified("a.md", "a", "b").endswith(f"\n-a\n{missing}+b\n{missing}")
    assert unified("a.md", "a", "a\n").endswith(f"\n-a\n{missing}+a\n")
    assert unified("a.md", "x\na", "y\na").endswith(f"\n-x\n+y\n a\n{missing}")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("docs/a.md", "docs/a.md"),
        ("dócs/日本.md", "dócs/日本.md"),
        ("my docs/a.md", "my docs/a.md\t"),
        ('a"b.md', '"a\\042b.md"'),
        ("a\tb\n.md", '"a\\011b\\012.md"'),
        ("a\\b.md", '"a\\134b.md"'),
        ("a\udcff\x9b.md", '"a\\377\\302\\233.md"'),
    ],
)
def test_names(path: str, shown: str) -> None:
    assert unified(path, "a\n", "b\n").splitlines()[0] == f"--- {shown}"


def applied(command: list[str], path: str, old: str, new: str) -> bytes:
    """What a program makes of the old text with the diff to the new one."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(old.encode())
        # Without a repository around it, git takes the files as they are.
        env = {**os.environ, "GIT_CEILING_DIRECTORIES": os.path.dirname(folder)}
        done = subprocess.run(
            command,
            cwd=folder,
            input=unified(path, old, new).encode(),
            env=env,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return file.read_bytes()


PROGRAMS = [
    pytest.param(
        command, id=command[0], marks=pytest.mark.skipif(shutil.which(command[0]) is None, reason="not here")
    )
    for command in (
        ["git", "apply", "-p0", "--whitespace=nowarn", "-"],
        ["patch", "-p0", "--binary", "--silent"],
    )
]

# Lines as they come, the same ones often, with all line endings and things that look like a diff's own.
LOOKALIKES = ["--- a.md", "+++ b.md", "@@ -1 +1 @@", "\\ No newline"]
lines = st.sampled_from([*LOOKALIKES, "a", "b", "- [ ] x", "", " ", "\t", "é\u2028\x0c\x85", "\ufeff"])
ends = st.sampled_from(["\n", "\n", "\r\n", "\r", ""])
texts = st.lists(st.tuples(lines, ends), min_size=1, max_size=30).map(
    lambda pairs: "".join(line + end for line, end in pairs)
)


@pytest.mark.parametrize("command", PROGRAMS)
@settings(max_examples=60)
@given(old=texts, new=texts)
def test_applied_it_gives_the_new_text(command: list[str], old: str, new: str) -> None:
    # An empty file is no file for patch, and needs its own words for git.
    old, new = f"first\n{old}", f"first\n{new}"
    if old != new:
        assert applied(command, "a.md", old, new) == new.encode()


@pytest.mark.parametrize("command", PROGRAMS)
@pytest.mark.parametrize("path", ["my docs/a b.md", 'a"b\\c.md', "日本/é.md", "a\tb.md"])
def test_names_are_understood(command: list[str], path: str) -> None:
    assert applied(command, path, "old\r\n", "new\r\n") == b"new\r\n"


@pytest.mark.parametrize("command", PROGRAMS)
@settings(max_examples=40)
@given(old=texts, new=texts)
def test_one_hunk_gives_the_new_text_as_well(command: list[str], old: str, new: str) -> None:
    old, new = f"first\n{old}", f"first\n{new}"
    if old != new:
        with patch.object(diff, "_MOST_WORK", -1):
            assert unified("a.md", old, new).count("\n@@ -") == 1
            assert applied(command, "a.md", old, new) == new.encode()


def test_what_is_shown_to_people_still_applies_unless_something_had_to_be_escaped() -> None:
    difference = unified("a.md", "one\r\ntwo\n", "one\r\n2\r\n")
    assert shown(difference) == difference
    assert shown("--- a\n+++ a\n@@ -1 +1 @@\n-x\r\r\n") == "--- a\n+++ a\n@@ -1 +1 @@\n-x\\x0d\r\n"


def test_lines_that_repeat_take_no_quadratic_time() -> None:
    # difflib takes more than a minute for these.
    old = [chr(0x4E00 + number % 150) for number in range(50_000)]
    new = [f"{number}" if number % 2500 == 100 else line for number, line in enumerate(old)]
    difference = unified("a.md", "\n".join(old), "\n".join(new))
    assert difference.startswith("--- a.md\n+++ a.md\n@@ -98,47507 +98,47507 @@\n")
    assert difference.endswith(f"\n+47600\n {old[47601]}\n {old[47602]}\n {old[47603]}\n")
