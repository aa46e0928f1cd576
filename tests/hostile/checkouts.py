"""Checkouts that lead astray: by name, a function that makes one in a folder.

Each folder holds a good document `good.md` and its rule set `note.yaml`; what is made stands beside them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

SECRET = "secret-9f31"
RULES = "sections: [Reason]\n"
GOOD = "# A\n\n## Reason\n\nNone.\n"
BAD = "# A\n\n## Raeson\n\n[Name]\n"
CONFIGURATION = '[templates]\n"*.md" = "note.yaml"\n'

Maker = Callable[[Path], None]


def checkout(folder: Path, make: Maker) -> Path:
    """A repository in a folder, with a secret beside it, in which something was made."""
    (folder / "secret.md").write_text(f"# A\n\n[{SECRET}]\n")
    (folder / "secret.yaml").write_text(f"{SECRET}: 1\n")
    (folder / "secret.json").write_text(f'{{"{SECRET}": 1}}')
    (folder / "secrets").mkdir()
    (folder / "secrets" / "a.md").write_text(f"# A\n\n[{SECRET}]\n")
    top = folder / "repository"
    (top / ".git").mkdir(parents=True)
    (top / "note.yaml").write_text(RULES)
    (top / "good.md").write_text(GOOD)
    (top / "speclint.toml").write_text(CONFIGURATION)
    make(top)
    return top


def link(name: str, target: str) -> Maker:
    """A symbolic link."""
    return lambda top: (top / name).symlink_to(target)


def written(name: str, text: str) -> Maker:
    """A file."""
    return lambda top: void((top / name).write_text(text))


def void(_: object) -> None:
    """Nothing of something."""


def named(name: bytes) -> Maker:
    """A document with a name."""

    def make(top: Path) -> None:
        with open(os.path.join(os.fsencode(top), name), "wb") as file:
            file.write(BAD.encode())

    return make


def fifo(name: str) -> Maker:
    """A pipe that nobody writes to."""
    return lambda top: os.mkfifo(top / name)


def both(*makers: Maker) -> Maker:
    """Several things at once."""

    def make(top: Path) -> None:
        for one in makers:
            one(top)

    return make


def loop(top: Path) -> None:
    """Links that lead to each other, and a folder that holds itself."""
    (top / "one.md").symlink_to("two.md")
    (top / "two.md").symlink_to("one.md")
    (top / "self").symlink_to(".")
    (top / "three.md").symlink_to("three.md")


def deep(top: Path) -> None:
    """Folders in folders, as deep as a path goes."""
    here = os.getcwd()
    os.chdir(top)
    try:
        for _ in range(1_200):
            os.mkdir("a")
            os.chdir("a")
        Path("a.md").write_text(BAD)
    finally:
        os.chdir(here)


def unlisted(top: Path) -> None:
    """A folder that nobody may list."""
    (top / "closed").mkdir()
    (top / "closed").chmod(0)


CASES: Mapping[str, Maker] = {
    "a link out of the repository": link("out.md", "../secret.md"),
    "an absolute link out": link("out.md", "/etc/passwd"),
    "a link to a link out": both(link("hop.md", "skip"), link("skip", "../secret.md")),
    "a link to a folder outside": link("out", "../secrets"),
    "a link to nothing": link("gone.md", "nothing.md"),
    "links in a loop": loop,
    "a pipe": fifo("pipe.md"),
    "a link to a pipe": both(fifo("pipe"), link("linked.md", "pipe")),
    "a link to a device": link("zero.md", "/dev/zero"),
    "a link to a terminal": link("tty.md", "/dev/tty"),
    "a link to this process": link("memory.md", "/proc/self/mem"),
    "a link to standard input": link("stdin.md", "/dev/stdin"),
    "a folder with the name of a document": lambda top: (top / "folder.md").mkdir(),
    "a name with a line end": named(b"a\n::error::b.md"),
    "a name with an escape": named(b"\x1b]0;owned\x07.md"),
    "a name that is not UTF-8": named(b"\xff\xfe.md"),
    "a name that turns round": named("\u202edm.exe.md".encode()),
    "a name that is an option": named(b"--fix.md"),
    "a name that is standard input": named(b"-.md"),
    "a name of blanks": named(b"   .md"),
    "a long name": named(b"a" * 252 + b".md"),
    "a name that is a glob": named(b"[*]{?}.md"),
    "folders without end": deep,
    "a folder that nobody may list": unlisted,
    "a configuration that is a pipe": both(
        lambda top: (top / "speclint.toml").unlink(), fifo("speclint.toml")
    ),
    "a configuration that is a link out": both(
        lambda top: (top / "speclint.toml").unlink(), link("speclint.toml", "../secret.yaml")
    ),
    "a configuration that is a device": both(
        lambda top: (top / "speclint.toml").unlink(), link("speclint.toml", "/dev/zero")
    ),
    "a rule set outside": written("speclint.toml", '[templates]\n"*.md" = "../secret.yaml"\n'),
    "a rule set anywhere": written("speclint.toml", '[templates]\n"*.md" = "/etc/passwd.yaml"\n'),
    "a rule set that is a link out": both(
        written("speclint.toml", '[templates]\n"*.md" = "linked.yaml"\n'),
        link("linked.yaml", "../secret.yaml"),
    ),
    "a rule set that is a pipe": both(
        written("speclint.toml", '[templates]\n"*.md" = "pipe.yaml"\n'), fifo("pipe.yaml")
    ),
    "a rule set that extends what is outside": written("note.yaml", "extends: ../secret.yaml\n"),
    "a skeleton outside": written("note.yaml", "skeleton: ../secret.md\n" + RULES),
    "a skeleton that is a link out": both(link("note.md", "../secret.md"), named(b"bad.md")),
    "a skeleton that is a pipe": both(written("note.yaml", "skeleton: pipe\n" + RULES), fifo("pipe")),
    "fingerprints that are a pipe": both(written("note.yaml", "fingerprints: pipe\n" + RULES), fifo("pipe")),
    "a baseline outside": written("speclint.toml", 'baseline = "../secret.json"\n' + CONFIGURATION),
    "a baseline that is a pipe": both(
        written("speclint.toml", 'baseline = "pipe"\n' + CONFIGURATION), fifo("pipe")
    ),
    "a baseline that is a device": written("speclint.toml", 'baseline = "/dev/zero"\n' + CONFIGURATION),
    "a coverage report outside": written("speclint.toml", 'coverage = ["../secret.json"]\n' + CONFIGURATION),
    "a coverage report that is a pipe": both(
        written("speclint.toml", 'coverage = ["pipe"]\n' + CONFIGURATION), fifo("pipe")
    ),
    "globs that take forever": written(
        "speclint.toml", 'exclude = ["' + "**/*a" * 30 + 'b"]\n' + CONFIGURATION
    ),
    "globs of stars": both(
        named(b"a" * 250 + b".md"),
        written("speclint.toml", 'exclude = ["' + "*a" * 60 + 'b"]\n' + CONFIGURATION),
    ),
    "ignored by stars": both(named(b"a" * 250 + b".md"), written(".gitignore", "*a" * 60 + "b\n")),
    "ignored by folders": both(deep, written(".gitignore", "**/a/" * 60 + "b\n")),
    "what is ignored is a pipe": fifo(".gitignore"),
    "what is ignored is a device": link(".gitignore", "/dev/zero"),
    "keys of dots": written("speclint.toml", "a." * 50_000 + "b = 1\n"),
    "keys of dots in braces": written("speclint.toml", "a = {" + "a." * 50_000 + "b = 1}\n"),
    "tables without end": written("speclint.toml", "".join(f"[a{i}]\n" for i in range(12_000))),
    "the same table in tables": written("speclint.toml", "[[a]]\n" * 14_000),
    "unknown keys without end": written("speclint.toml", "".join(f"a{i} = 1\n" for i in range(9_000))),
    "unknown checks without end": written(
        "speclint.toml", "ignore = [" + ", ".join(f'"missing-{i}"' for i in range(7_000)) + "]\n"
    ),
    "brackets in TOML": written("speclint.toml", "a = " + "[" * 50_000),
    "braces in TOML": written("speclint.toml", "a = " + "{a = " * 20_000),
    "digits in TOML": written("speclint.toml", "a = " + "9" * 90_000 + "\n"),
    "TOML that is not UTF-8": lambda top: void((top / "speclint.toml").write_bytes(b'a = "\xff"\n')),
    "a large configuration": written("speclint.toml", "# a\n" * 3_000_000),
}
