"""Ask the `git` command about the repository: the only module that runs a program.

It only reads: no hook, pager, monitor, filter or prompt runs, nothing is fetched, and files of the working
tree are not read, whatever a repository configures. It is started at the top of the repository that
`files.top_of` finds, with its `.git`: a folder below that merely looks like a repository is data.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import IO, NamedTuple

from speclint.workspace.files import top_of

_SECONDS = 5

# Listing a large repository takes a while, even more so from a cold disk.
_SECONDS_FOR_LISTS = 30

# Longer ones are no names.
_LONGEST = 200

# What a repository could have run or fetched, and what would change the spelling of its answers.
_SAFE = (
    "--no-pager", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.quotePath=false", "-c", "protocol.allow=never", "-c", "safe.bareRepository=explicit",
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
    top = top_of(folder)
    return (_setting(top, ()) if top is not None else None) or _setting(os.sep, ("--global",))


def _setting(top: str, where: tuple[str, ...]) -> str | None:
    try:
        name = _ask(top, ("config", *where, "--get", "user.name"), _SECONDS).decode().strip()
    except (GitError, ValueError):
        return None
    return name if 0 < len(name) <= _LONGEST else None


def merge_base(root: str, ref: str) -> str:
    """Return the commit where the history of HEAD left that of a branch, tag or commit. Raise `GitError`."""
    if ref.startswith("-") or not ref.isprintable() or not ref.strip():
        raise GitError(f"`{ref}` is no name of a commit")
    given = _commit(root, ref)
    shallow = _ask(root, ("rev-parse", "--is-shallow-repository")).strip() == b"true"
    if given is None:
        if _commit(root, f"origin/{ref}"):
            raise GitError(f"there is no commit `{ref}`; did you mean `origin/{ref}`?")
        raise GitError(f"there is no commit `{ref}`{f'; {_SHALLOW}' if shallow else ''}")
    if _commit(root, "HEAD") is None:
        raise GitError("there is no commit yet")
    try:
        return _ask(root, ("merge-base", given, "HEAD")).decode().split()[0]
    except (GitError, IndexError):
        why = _SHALLOW if shallow else "nothing could be compared"
        raise GitError(f"`{ref}` and HEAD have no history in common; {why}") from None


def _commit(root: str, ref: str) -> str | None:
    try:
        return _ask(root, ("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")).decode().strip()
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


def altered(root: str, commit: str) -> list[str]:
    """Return the paths of a commit whose files the index has not, or has otherwise. Raise `GitError`."""
    command = ("diff-index", "--cached", "--no-renames", "--diff-filter=DMT", "--name-only", "-z")
    fields = _fields(
        _ask(root, (*command, "--no-ext-diff", "--no-textconv", commit, "--"), _SECONDS_FOR_LISTS)
    )
    return [os.fsdecode(path) for path in fields]


def content(root: str, blob: str, most: int) -> bytes | None:
    """Return the bytes of a blob, None if there are more than `most`. Raise `GitError`."""
    import subprocess

    try:
        reading = subprocess.Popen(
            _command(("cat-file", "blob", blob)),
            cwd=root,
            env=_environment(root),
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
    real = os.path.realpath(folder)
    top = top_of(real)
    below = os.path.relpath(real, top).replace(os.sep, "/") if top is not None else ""
    if top is None or ".git" in below.split("/"):
        return None
    try:
        # What is ignored as a whole has no files for git, although somebody asks for them; a whole repository
        # never is.
        if below != os.curdir and _says_yes(top, ("check-ignore", "--quiet", "--", below)):
            return None
        command = ("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", f":(literal){below}")
        found = _fields(_ask(top, command, _SECONDS_FOR_LISTS, unwarned=True))
    except GitError:
        return None
    around = "" if below == os.curdir else f"{below}/"
    return list(dict.fromkeys(os.fsdecode(path).removeprefix(around) for path in found))


def _says_yes(top: str, arguments: tuple[str, ...]) -> bool:
    """Return whether git agrees. Raise `GitError` if it cannot tell."""
    try:
        _ask(top, arguments)
    except Refused:
        return False
    return True


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


def _ask(top: str, arguments: tuple[str, ...], seconds: float | None = None, unwarned: bool = False) -> bytes:
    """Return what git prints, at the top of a repository.

    Raise `GitError`, with `unwarned` also for a warning.
    """
    import subprocess

    if _passes_for_bare(top):
        raise GitError("the top of the repository looks like a repository itself")
    try:
        done = subprocess.run(
            _command(arguments),
            cwd=top,
            env=_environment(top),
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


def _passes_for_bare(top: str) -> bool:
    """Return whether a git before 2.38 would take the top itself for its repository if `.git` is broken.

    Such a git does not know `safe.bareRepository`, and believes what anybody has put there.
    """
    return all(os.path.lexists(os.path.join(top, name)) for name in ("HEAD", "objects", "refs"))


def _command(arguments: tuple[str, ...]) -> tuple[str, ...]:
    import shutil

    program = shutil.which("git")
    if program is None or not os.path.isabs(program):  # what lies in the current folder is not trusted
        raise GitError("there is no git")
    return (program, *_SAFE, *arguments)


def _environment(top: str) -> Mapping[str, str]:
    # Variables such as GIT_DIR, which hooks set, would lead to another repository.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return environment | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        # Older versions do not know the first of the two; the second overrides what a repository allows.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "",
        # Where its `.git` is of no use, none further up is asked instead.
        "GIT_CEILING_DIRECTORIES": os.path.dirname(top),
        "LC_ALL": "C",
    }
