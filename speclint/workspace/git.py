"""Ask the `git` command about the repository: the only module that runs a program.

It only reads: no hook, pager, monitor, filter or prompt runs, nothing is fetched, and files of the working
tree are not read, whatever a repository configures.
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
    """A question that git could not or would not answer; the message is the reason."""


class Entry(NamedTuple):
    """A file of a commit: its mode in octal (`120000` for a symbolic link) and the id of its blob."""

    mode: str
    blob: str


def user_name(folder: str) -> str | None:
    """Return the name that git would give the author of a commit in a folder.

    None if there is no git or no name, or if git fails or takes too long.
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
    """Return the commit where the history of HEAD left that of a branch, tag or commit. Raise `GitError`."""
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
    """Return the files of a commit by their path from the top, without submodules. Raise `GitError`."""
    entries: dict[str, Entry] = {}
    for line in _fields(_ask(root, ("ls-tree", "-r", "-z", "--full-tree", commit), _SECONDS_FOR_LISTS)):
        about, _, path = line.partition(b"\t")
        mode, kind, blob = about.decode().split()
        if kind == "blob":
            entries[os.fsdecode(path)] = Entry(mode, blob)
    return entries


def renamed(root: str, commit: str) -> dict[str, str]:
    """Return by path in the index the path at a commit, for the files that were renamed. Raise `GitError`."""
    command = ("diff-index", "--cached", "-M", "--diff-filter=R", "--raw", "-z", "--no-ext-diff")
    fields = _fields(_ask(root, (*command, "--no-textconv", commit, "--"), _SECONDS_FOR_LISTS))
    # Three fields a file: modes, blobs and likeness; the old path; the new one.
    return {os.fsdecode(new): os.fsdecode(old) for old, new in zip(fields[1::3], fields[2::3], strict=True)}


def content(root: str, blob: str, most: int) -> bytes | None:
    """Return the bytes of a blob, None if there are more than `most`. Raise `GitError`."""
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
    """Return the files in a folder and below that git tracks, or does not ignore, relative to the folder.

    A file in conflict is listed once, a deleted one still is. None if git cannot list them: no repository, a
    folder that is ignored or cannot be read, no git.
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


def is_untouched(root: str, path: str) -> bool:
    """Return whether git ignores a path of a repository and tracks nothing there; False without git."""
    try:
        if _ask(root, ("ls-files", "-z", "--cached", "--", f":(literal){path}")):
            return False
        _ask(root, ("check-ignore", "--quiet", "--", path))
    except GitError:
        return False
    return True


def _fields(output: bytes) -> list[bytes]:
    return output.split(b"\0")[:-1]


class Refused(GitError):
    """Git answers no, without a message: what it was asked for is not there."""


def _ask(
    folder: str, arguments: tuple[str, ...], seconds: float | None = None, unwarned: bool = False
) -> bytes:
    """Return what git prints. Raise `GitError`, with `unwarned` also for a warning."""
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
