"""Puts texts into files: whole or not at all, and not over what was written there meanwhile."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from speclint.problem import reason

# Windows knows no O_NOFOLLOW, and only there must be said that bytes are bytes.
_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_READ = os.O_RDONLY | _PLAIN
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN

_CHANGED = "has changed since it was read"


class NotWritten(Exception):
    """A file that was left as it was; the message says why, as in "is a symbolic link"."""


def replace(path: str, old: bytes, new: bytes) -> None:
    """Puts new bytes in the place of the old ones, which were read from a file; raises `NotWritten`.

    Killed at any moment, the file is the old or the new one, with the same mode, the same extended
    attributes and, where the system allows it, the same owner. The new text is a new file: of several
    names of one file (hard links) only this one leads to it, the others keep the old text. What changed
    up to the very last moment is seen, and then nothing is written.
    """
    try:
        was = _unchanged(path, old)
        with _temporary(path, new, was) as temporary:
            # No system can look and replace at once, so this is as late as it can be.
            if _identity(_unchanged(path, old)) != _identity(was):
                raise NotWritten(_CHANGED)
            os.replace(temporary, path)
        _settle(path)
    except FileNotFoundError:
        raise NotWritten("is gone, or its folder is") from None
    except (OSError, ValueError) as error:
        raise NotWritten(reason(error)) from None


def create(path: str, data: bytes) -> None:
    """Puts bytes into a new file; raises `NotWritten`, also when there is something at its path.

    Killed at any moment, the file is whole or not there. Only where the file system has no hard links
    it may be left empty.
    """
    try:
        with _temporary(path, data) as temporary:
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
        raise NotWritten(reason(error)) from None


def _unchanged(path: str, old: bytes) -> os.stat_result:
    """The state of a file that may be written and still holds what was read from it."""
    state = os.lstat(path)
    if stat.S_ISLNK(state.st_mode):
        raise NotWritten("is a symbolic link")
    if not stat.S_ISREG(state.st_mode):
        raise NotWritten("is not a regular file")
    # To replace a file takes no right to write it, and root needs none: what counts is what its mode says.
    if not state.st_mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        raise NotWritten("is read-only")
    handle = os.open(path, _READ)
    with open(handle, "rb") as file:
        if file.read(len(old) + 1) != old:
            raise NotWritten(_CHANGED)
        return os.fstat(handle)


def _identity(state: os.stat_result) -> tuple[int, ...]:
    """What differs when a file was touched, or is another one."""
    return state.st_dev, state.st_ino, state.st_mode, state.st_uid, state.st_gid, state.st_mtime_ns


@contextmanager
def _temporary(path: str, data: bytes, like: os.stat_result | None = None) -> Iterator[str]:
    """A file beside a path that holds the data, safe on the disk; what is left of it is removed.

    Its name is hidden, ends in nothing that speclint reads, and is short where the other is long.
    """
    temporary = os.path.join(os.path.dirname(path), f".speclint-{os.urandom(8).hex()}.tmp")
    try:
        handle = os.open(temporary, _NEW, 0o666 if like is None else 0o600)
    except OSError as error:
        raise NotWritten(f"no file can be made in its folder: {reason(error)}") from None
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


def _liken(handle: int, path: str, like: os.stat_result) -> None:
    """Gives a new file the owner, mode and extended attributes (labels, access lists) of another one."""
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
    """Moves a file to a path where nothing is yet, without hard links: the name is taken first."""
    os.close(os.open(path, _NEW, 0o666))
    try:
        os.replace(temporary, path)
    except BaseException:
        os.unlink(path)
        raise


def _settle(path: str) -> None:
    """Has the new name written to the disk; where folders cannot be, the system does it when it likes."""
    with suppress(OSError):
        handle = os.open(os.path.dirname(path) or os.curdir, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
