"""Reads files that somebody else may have put there: within a limit, and never what is no file.

A stranger's checkout holds links that lead out of it, and what is named in it may be a pipe, at which a
reader waits for ever, or a device without end. What lies in a repository is read only if it stays there.
"""

from __future__ import annotations

import errno
import os
import stat

# A terminal must not become ours, nor anything wait.
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)

OUTSIDE = "leads out of the repository"


class NotAFile(OSError):
    """What is there is neither a regular file nor a link to one."""


def read(path: str, limit: int) -> bytes:
    """The first bytes of a file, one more than a limit where there are more.

    Raises `OSError` or `ValueError` as `open` does, and `NotAFile` for what is no file.
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


def repository_of(path: str) -> str | None:
    """The real top of the git repository that a path lies in as it is written; None when it is in none.

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
    """Whether a path leads to what is not below a real folder; None is a folder around everything."""
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
    """Whether a path leads out of the repository that it lies in, by a symbolic link."""
    return is_outside(path, repository_of(path))
