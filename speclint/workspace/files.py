"""Read and replace files of untrusted repositories: within a limit, and only regular files.

A checkout may hold links that lead out of it, and a path in it may be a pipe, on which reading blocks, or a
device without end. What lies in a repository is read only if it stays there.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from speclint.diagnostics import error_reason
from speclint.markdown.source import NotText, Source

# A terminal must not become ours, nor anything wait.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


OUTSIDE = "leads out of the repository"


class NotAFile(OSError):
    """Neither a regular file nor a link to one."""


def read_bytes(path: str, limit: int) -> bytes:
    """Return the bytes of a file, but at most `limit` + 1, so that a file over the limit can be recognised.

    Raise `OSError` or `ValueError` as `open` does, and `NotAFile` for anything but a regular file.
    """
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not stat.S_ISREG(mode):
        raise NotAFile("is not a regular file")
    with open(os.open(path, _READ), "rb") as file:
        # It may have become another one meanwhile.
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise NotAFile("is not a regular file")
        # Room is made for as much as is asked for: that is what there is, and more only where there is more.
        expected = min(state.st_size, limit) + 1
        content = file.read(expected)
        return content if len(content) < expected else content + file.read(limit + 1 - expected)


class ReadError(Exception):
    """A file that cannot be read; the message is the reason, `line` and `column` (from 1, or 0) the place."""

    def __init__(self, reason: str, line: int = 0, column: int = 0) -> None:
        super().__init__(reason)
        self.line = line
        self.column = column

    def at(self, name: str) -> str:
        """Return the message after the name of the file and the place in it."""
        return f"{name}:{self.line}:{self.column}: {self}" if self.line else f"{name}: {self}"


def read_data(path: str, limit: int) -> bytes:
    """Return the bytes of a regular file. Raise `ReadError`, also for more than `limit` bytes."""
    try:
        data = read_bytes(path, limit)
    except (NotAFile, IsADirectoryError):
        raise ReadError("not a regular file") from None
    except FileNotFoundError:
        raise ReadError("no such file or folder") from None
    except (OSError, ValueError) as error:
        raise ReadError(f"cannot be read: {error_reason(error)}") from None
    if len(data) > limit:
        raise ReadError(f"larger than {limit // 1_000_000} MB")
    return data


def read_text(path: str, limit: int) -> Source:
    """Return the text of a regular file. Raise `ReadError`, also for what is not UTF-8."""
    return decode(read_data(path, limit))


def decode(data: bytes) -> Source:
    """Return the text of UTF-8 bytes. Raise `ReadError` with the place of the first bad byte."""
    try:
        return Source.decode(data)
    except NotText as error:
        raise ReadError(str(error), error.line, error.column) from None


def top_of(folder: str) -> str | None:
    """Return the top of the git repository around a folder, wherever that really is; None without one."""
    above = os.path.realpath(folder)
    while True:
        # A file in a worktree or submodule, a folder elsewhere.
        if os.path.lexists(os.path.join(above, ".git")):
            return above
        if os.path.dirname(above) == above:
            return None
        above = os.path.dirname(above)


def repository_of(path: str) -> str | None:
    """Return the real top of the git repository that a path, as written, lies in; None if there is none.

    The repository that a link leads to is not the one that the link lies in.
    """
    above = os.path.dirname(os.path.abspath(path))
    linked: str | None = None
    while True:
        if os.path.lexists(os.path.join(above, ".git")):
            if not os.path.islink(above):
                return os.path.realpath(above)
            linked = linked or above
        if os.path.dirname(above) == above:
            return os.path.realpath(linked) if linked is not None else None
        above = os.path.dirname(above)


def is_outside(path: str, root: str | None) -> bool:
    """Return whether a path leads out of a folder that has no links in its path; False if `root` is None."""
    if root is None:
        return False
    try:
        real = os.path.realpath(path)
    except (OSError, ValueError):  # a NUL, with which nothing can be read
        return False
    try:
        return os.path.commonpath((real, root)) != root
    except ValueError:  # on another drive
        return True


def leads_out(path: str) -> bool:
    """Return whether a path leads out of its repository by a symbolic link."""
    return is_outside(path, repository_of(path))


# Windows knows no O_NOFOLLOW, and only there must be said that bytes are bytes.
_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

_READ_PLAIN = os.O_RDONLY | _PLAIN

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN


_CHANGED = "has changed since it was read"


class NotWritten(Exception):
    """A file that was left as it was; the message is the reason, as in "is a symbolic link"."""


def replace(path: str, old: bytes, new: bytes) -> None:
    """Replace the bytes of a file, `old` when it was read, by new ones. Raise `NotWritten`.

    If the process is killed, the file is the old or the new one, with the same mode, the same extended
    attributes and, where the system allows it, the same owner. The new text is a new file: of several hard
    links only this one leads to it, the others keep the old text. If the file has changed, up to the last
    moment before it is replaced, nothing is written; if it already has the new bytes, nothing need be.
    """
    try:
        _replace(path, old, new)
    except FileNotFoundError:
        raise NotWritten("is gone, or its folder is") from None
    except (OSError, ValueError) as error:
        raise NotWritten(error_reason(error)) from None


def _replace(path: str, old: bytes, new: bytes) -> None:
    """Replace the bytes of a file. Raise `NotWritten`, `OSError` or `ValueError`."""
    root = repository_of(path)
    if root is not None:
        _refuse_way_out(path, root)
    try:
        was = _unchanged(path, old)
        with _temporary(path, new, was) as temporary:
            # No system can look and replace at once, so this is as late as it can be.
            if _identity(_unchanged(path, old)) != _identity(was):
                raise NotWritten(_CHANGED)
            os.replace(temporary, path)
        _settle(path)
    except NotWritten as error:
        if str(error) != _CHANGED:
            raise
        # Another run may have come to the same result.
        _unchanged(path, new)


def create(path: str, data: bytes, mode: int = 0o666) -> None:
    """Create a file with some bytes and a mode, which the umask restricts.

    Raise `NotWritten`, also if something is at its path.

    If the process is killed, the file is complete or not there. Only on a file system without hard links may
    it be left empty.
    """
    try:
        with _temporary(path, data, mode=mode) as temporary:
            try:
                os.link(temporary, path)
            except FileExistsError:
                raise
            except OSError:
                _take(path, temporary)
        _settle(path)
    except FileExistsError:
        raise NotWritten("is there already") from None
    except (OSError, ValueError) as error:
        raise NotWritten(error_reason(error)) from None


def save(path: str, data: bytes) -> None:
    """Write a report to a path that the user gave, whatever is there. Raise `NotWritten`.

    In a repository, whose links are not the user's, none is written through, and no folder of them leads out
    or into `.git`. A path outside of repositories is trusted. A pipe or device is written to; a file is
    replaced as a whole.
    """
    try:
        root = repository_of(path)
        if root is not None:
            if os.path.islink(path):
                raise NotWritten("is a symbolic link")
            _refuse_way_out(path, root)
        state = os.lstat(path) if os.path.lexists(path) else None
        if state is not None and not stat.S_ISREG(state.st_mode):
            _overwrite(path, data, follow=root is None)
            return
        if state is not None and not os.access(path, os.W_OK):
            raise NotWritten("is read-only")
        if state is not None and root is None and not os.access(os.path.dirname(path) or os.curdir, os.W_OK):
            _overwrite(path, data, follow=True)
            return
        with _temporary(path, data, state) as temporary:
            os.replace(temporary, path)
        _settle(path)
    except (OSError, ValueError) as error:
        raise NotWritten(error_reason(error)) from None


def create_named(path: str, data: bytes, with_folders: bool = False) -> None:
    """Create a file that the user named, perhaps with its folders. Raise `NotWritten` as `create` does.

    No linked folder of a repository leads out of it or into `.git`.
    """
    root = repository_of(path)
    if root is not None:
        _refuse_way_out(path, root)
    if with_folders and os.path.dirname(path):
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
        except (OSError, ValueError) as error:
            raise NotWritten(error_reason(error)) from None
    create(path, data)


def _refuse_way_out(path: str, root: str) -> None:
    """Raise `NotWritten` if links on the way to a path of a repository lead out or into `.git`."""
    folder = os.path.realpath(os.path.dirname(path) or os.curdir)
    if is_outside(folder, root):
        raise NotWritten(OUTSIDE)
    asked = os.path.abspath(path).split(os.sep)
    if ".git" not in asked and ".git" in os.path.relpath(folder, root).lower().split(os.sep):
        raise NotWritten("leads into `.git`")


def _overwrite(path: str, data: bytes, follow: bool) -> None:
    """Write into what is there: a pipe or a device, or with `follow` what a link leads to."""
    flags = os.O_WRONLY | os.O_TRUNC | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
    if follow:
        flags |= os.O_CREAT
    else:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    with open(os.open(path, flags, 0o666), "wb") as file:
        file.write(data)


def _unchanged(path: str, old: bytes) -> os.stat_result:
    """Return the state of a file that may be written and holds `old`. Raise `NotWritten` or `OSError`."""
    state = os.lstat(path)
    if stat.S_ISLNK(state.st_mode):
        raise NotWritten("is a symbolic link")
    if not stat.S_ISREG(state.st_mode):
        raise NotWritten("is not a regular file")
    # To replace a file takes no right to write it, and root needs none: what counts is what its mode says.
    if not state.st_mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        raise NotWritten("is read-only")
    handle = os.open(path, _READ_PLAIN)
    with open(handle, "rb") as file:
        if file.read(len(old) + 1) != old:
            raise NotWritten(_CHANGED)
        return os.fstat(handle)


def _identity(state: os.stat_result) -> tuple[int, ...]:
    """Return what differs if a file was modified, or is another one."""
    return state.st_dev, state.st_ino, state.st_mode, state.st_uid, state.st_gid, state.st_mtime_ns


@contextmanager
def _temporary(
    path: str, data: bytes, like: os.stat_result | None = None, mode: int = 0o666
) -> Iterator[str]:
    """Yield the path of a file beside another that holds the data, synced to the disk; remove it afterwards.

    Its name is hidden, has no suffix that speclint reads, and is short however long the other is.
    """
    # As `sweep` knows it.
    temporary = os.path.join(os.path.dirname(path), f".speclint-{os.urandom(8).hex()}.tmp")
    try:
        handle = os.open(temporary, _NEW, mode if like is None else 0o600)
    except OSError as error:
        raise NotWritten(f"no file can be made in its folder: {error_reason(error)}") from None
    try:
        try:
            if like is not None:
                _liken(handle, path, like)
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(handle, rest) :]
            os.fsync(handle)
        finally:
            os.close(handle)
        yield temporary
    finally:
        with suppress(OSError):
            os.unlink(temporary)


_TEMPORARY = re.compile(r"\.speclint-[0-9a-f]{16}\.tmp")

# No run takes that long to write a file, in seconds.
_LEFT = 3600


def sweep(folder: str) -> None:
    """Remove the temporary files that runs of this user left in a folder because they were killed.

    Only files of an hour's age and more count, as others may be in use.
    """
    with suppress(OSError), os.scandir(folder or os.curdir) as scan:
        for entry in scan:
            if _TEMPORARY.fullmatch(entry.name):
                with suppress(OSError):
                    state = entry.stat(follow_symlinks=False)
                    is_own = not hasattr(os, "geteuid") or state.st_uid == os.geteuid()
                    if stat.S_ISREG(state.st_mode) and is_own and state.st_mtime < time.time() - _LEFT:
                        os.unlink(entry.path)


def _liken(handle: int, path: str, like: os.stat_result) -> None:
    """Copy the owner, mode and extended attributes (labels, access lists) of a file to a new one."""
    own = os.fstat(handle)
    if hasattr(os, "fchown") and (own.st_uid, own.st_gid) != (like.st_uid, like.st_gid):
        # Only root may give files away, but a group of one's own may be kept.
        for owner in (like.st_uid, -1):
            with suppress(OSError):
                os.fchown(handle, owner, like.st_gid)
                break
    # Some file systems have one mode for all files, and refuse to set even that.
    mode = stat.S_IMODE(like.st_mode)
    if hasattr(os, "fchmod") and stat.S_IMODE(own.st_mode) != mode:
        os.fchmod(handle, mode)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(path):
                with suppress(OSError):
                    os.setxattr(handle, name, os.getxattr(path, name))


def _take(path: str, temporary: str) -> None:
    """Move a file to a free path without hard links: create the target first, so as not to overwrite."""
    os.close(os.open(path, _NEW, 0o666))
    try:
        os.replace(temporary, path)
    except BaseException:
        os.unlink(path)
        raise


def _settle(path: str) -> None:
    """Sync a folder to the disk, so that the new name is there; do nothing where the system cannot."""
    with suppress(OSError):
        handle = os.open(os.path.dirname(path) or os.curdir, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
