"""Decide what of a cache is believed: what this user's key has signed, and never what a checkout brings.

A cache may lie where others can write, such as in a folder that a build keeps from one run to the next. An
entry that was not signed with the key is as if it were not there.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from speclint.workspace.files import NotWritten, create, read_bytes, repository_of

_NAME = "key"
# In bytes; as long as the digests need it to be.
_LENGTH = 32


def key_in(folder: str) -> bytes | None:
    """Return the key in the user's folder, made anew if there is none.

    None if there can be none: the folder cannot be written, or somebody else can read or write the key.
    """
    path = os.path.join(folder, _NAME)
    try:
        if not os.path.lexists(path):
            os.makedirs(folder, mode=0o700, exist_ok=True)
            with suppress(NotWritten):  # another process may just have made one
                create(path, os.urandom(_LENGTH), 0o600)
        state = os.lstat(path)
        if not stat.S_ISREG(state.st_mode) or (os.name == "posix" and not _is_own(state)):
            return None
        key = read_bytes(path, _LENGTH)
    except (OSError, ValueError):
        return None
    return key if len(key) == _LENGTH else None


def is_part_of_checkout(folder: str) -> bool:
    """Return whether a repository could bring a cache: the folder is in it, and is tracked or not ignored.

    Without git nobody can tell, and it counts as one that could.
    """
    from speclint.workspace import git

    path = os.path.realpath(folder)
    root = repository_of(os.path.join(path, _NAME))
    return root is not None and not git.is_untouched(root, os.path.relpath(path, os.path.realpath(root)))


def _is_own(state: os.stat_result) -> bool:
    return state.st_uid == os.geteuid() and not state.st_mode & 0o077
