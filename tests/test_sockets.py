"""speclint uses no network: with the kernel refusing sockets, the command does all that it does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Ends the process at the first socket, whoever opens it; `sys.addaudithook` cannot be taken back.
GUARD = """
import os, sys
def refuse(event, arguments):
    if event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")):
        os.write(2, f"a socket: {event}".encode())
        os._exit(99)
sys.addaudithook(refuse)
from speclint.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def guarded(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command in a process that a socket ends."""
    return subprocess.run(
        [sys.executable, "-c", GUARD, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_tests_have_none() -> None:
    with pytest.raises(AssertionError, match="a test opens a socket"):
        socket.socket()


def test_the_guard_sees_sockets(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            GUARD.replace("from speclint.cli.main import main", "import socket; socket.socket()"),
        ],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (99, b"a socket: socket.__new__")


RULES = """\
$schema: https://example.org/never/fetched.json
sections: [{title: A, pattern: 'A+'}]
"""


def test_documents_full_of_links_and_a_rule_set_with_its_schema_fetch_nothing(tmp_path: Path) -> None:
    (tmp_path / "note.yaml").write_text(RULES.partition("\n")[2])
    (tmp_path / "odd.yaml").write_text(RULES)
    (tmp_path / "a.md").write_text(
        "# A\n\n## A\n\n[x](https://example.org) ![y](http://example.org/i.png) <https://example.org>\n"
        "[z](//example.org/a.md) [w](file:///etc/passwd) [v](\\\\\\\\host\\\\share)\n"
    )
    done = guarded("--template", "note.yaml", "--output-format", "sarif", "a.md", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, ""), "a link out of the repository is broken"
    done = guarded("--template", "odd.yaml", "a.md", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("speclint: odd.yaml:1:1: no key `$schema`")


@pytest.mark.parametrize(
    "arguments",
    [
        ("templates",), ("explain",), ("new", "feature-doc", "b.md"), ("derive", "a.md"),
        ("init", "--dry-run"), ("--fix", "."), ("--diff", "."), ("--version",), ("--help",),
    ],
    ids=lambda arguments: arguments[0],
)  # fmt: skip
def test_no_command_needs_a_network(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes((ROOT / "rules" / "feature-doc.md").read_bytes())
    done = guarded(*arguments, cwd=tmp_path)
    assert done.returncode in (0, 1), done.stderr
