"""What the git repository around says, asked of the `git` command: the only module that runs a program.

It reads and nothing else: no hook, pager, monitor, filter or prompt runs, nothing is fetched, and files of
the working tree are left to others to read, whatever a repository configures.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import IO, NamedTuple

_SECONDS = 5

# Listing a large repository takes a while, even more so from a cold disk.
_SECONDS_FOR_LISTS = 30

# Longer ones are no names.
_LONGEST = 200

# What a repository could have run or fetched, and what would change the spelling of its answers.
_SAFE = (
    "--no-pager", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.quotePath=false", "-c", "protocol.allow=never",
)  # fmt: skip

_SHALLOW = "this clone is shallow: fetch its history (in GitHub Actions, check out with `fetch-depth: 0`)"


class GitError(Exception):
    """What git could not or would not do; the message says why."""


class Entry(NamedTuple):
    """A file of a commit: its mode in octal (`120000` for a symbolic link) and the id of its blob."""

    mode: str
    blob: str


def user_name(folder: str) -> str | None:
    """The name that git would give the author of a commit in a folder.

    None where there is no git or no name, or where git refuses or takes too long.
    """
    # Where those of the repository cannot be had, the settings of the user still hold; git is asked for them
    # elsewhere, because it does not get past a broken repository.
    return _setting(folder, ()) or _setting(os.sep, ("--global",))


def _setting(folder: str, where: tuple[str, ...]) -> str | None:
    try:
        name = _ask(folder, ("config", *where, "--get", "user.name"), _SECONDS).decode().strip()
    except (GitError, ValueError):
        return None
    return name if 0 < len(name) <= _LONGEST else None


def merge_base(folder: str, ref: str) -> str:
    """The commit at which the history of HEAD left that of a branch, tag or commit; raises `GitError`."""
    if ref.startswith("-") or not ref.isprintable() or not ref.strip():
        raise GitError(f"`{ref}` is no name of a commit")
    given = _commit(folder, ref)
    shallow = _ask(folder, ("rev-parse", "--is-shallow-repository")).strip() == b"true"
    if given is None:
        if _commit(folder, f"origin/{ref}"):
            raise GitError(f"there is no commit `{ref}`; did you mean `origin/{ref}`?")
        raise GitError(f"there is no commit `{ref}`{f'; {_SHALLOW}' if shallow else ''}")
    if _commit(folder, "HEAD") is None:
        raise GitError("there is no commit yet")
    try:
        return _ask(folder, ("merge-base", given, "HEAD")).decode().split()[0]
    except (GitError, IndexError):
        why = _SHALLOW if shallow else "nothing could be compared"
        raise GitError(f"`{ref}` and HEAD have no history in common; {why}") from None


def _commit(folder: str, ref: str) -> str | None:
    try:
        return _ask(folder, ("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")).decode().strip()
    except Refused:
        return None


def files_at(root: str, commit: str) -> dict[str, Entry]:
    """The files of a commit by path from the top, without submodules; raises `GitError`."""
    entries: dict[str, Entry] = {}
    for line in _fields(_ask(root, ("ls-tree", "-r", "-z", "--full-tree", commit), _SECONDS_FOR_LISTS)):
        about, _, path = line.partition(b"\t")
        mode, kind, blob = about.decode().split()
        if kind == "blob":
            entries[os.fsdecode(path)] = Entry(mode, blob)
    return entries


def renamed(root: str, commit: str) -> dict[str, str]:
    """The paths in the index that had another one at a commit, each with that one; raises `GitError`."""
    command = ("diff-index", "--cached", "-M", "--diff-filter=R", "--raw", "-z", "--no-ext-diff")
    fields = _fields(_ask(root, (*command, "--no-textconv", commit, "--"), _SECONDS_FOR_LISTS))
    # Three fields a file: modes, blobs and likeness; the old path; the new one.
    return {os.fsdecode(new): os.fsdecode(old) for old, new in zip(fields[1::3], fields[2::3], strict=True)}


def content(root: str, blob: str, most: int) -> bytes | None:
    """The bytes of a blob; None when there are more than so many. Raises `GitError`."""
    import subprocess

    try:
        reading = subprocess.Popen(
            _command(("cat-file", "blob", blob)),
            cwd=root,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise GitError(f"git cannot be run: {error}") from None
    with reading as process:
        output: IO[bytes] | None = process.stdout
        data = output.read(most + 1) if output else b""
        process.kill() if len(data) > most else process.wait()
    if len(data) > most:
        return None
    if process.returncode:
        raise GitError(f"blob {blob} is not in this clone (a partial one?)")
    return data


def listed(folder: str) -> list[str] | None:
    """The files in a folder and below that git tracks, or would if asked to add all, relative to the folder.

    A file in conflict comes once, one that was deleted still does. None where git does not look: no
    repository, a folder that is ignored or cannot be read, no git.
    """
    # What is ignored as a whole has no files for git, although somebody asks for them; a whole repository
    # never is.
    if not os.path.lexists(os.path.join(folder, ".git")):
        try:
            _ask(folder, ("check-ignore", "--quiet", "."))
            return None
        except Refused:
            pass
        except GitError:
            return None
    try:
        command = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".")
        found = _ask(folder, command, _SECONDS_FOR_LISTS, unwarned=True)
    except GitError:
        return None
    return list(dict.fromkeys(map(os.fsdecode, _fields(found))))


def _fields(output: bytes) -> list[bytes]:
    return output.split(b"\0")[:-1]


class Refused(GitError):
    """Git says no, without saying why: what it was asked for is not there."""


def _ask(
    folder: str, arguments: tuple[str, ...], seconds: float | None = None, unwarned: bool = False
) -> bytes:
    """What git prints; with `unwarned`, a warning counts as an error."""
    import subprocess

    try:
        done = subprocess.run(
            _command(arguments),
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds or _SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise GitError("git takes too long") from None
    except (OSError, ValueError) as error:
        raise GitError(f"git cannot be run: {error}") from None
    if done.returncode or (unwarned and done.stderr):
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        if not said and done.returncode == 1:
            raise Refused("git says no")
        raise GitError(said.removeprefix("fatal: ") or f"git ended with {done.returncode}")
    return done.stdout


def _command(arguments: tuple[str, ...]) -> tuple[str, ...]:
    import shutil

    program = shutil.which("git")
    if program is None or not os.path.isabs(program):  # what lies in the current folder is not trusted
        raise GitError("there is no git")
    return (program, *_SAFE, *arguments)


def _environment() -> Mapping[str, str]:
    # Variables such as GIT_DIR, which hooks set, would lead to another repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return environment | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }
