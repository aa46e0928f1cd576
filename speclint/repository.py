"""What lies around a document: the files of its repository, asked for by path and never left.

A document may name any path. What is outside the root is never looked at, and nobody can learn from an
answer whether anything is there.
"""

from __future__ import annotations

import os
import posixpath
import stat
from typing import Any, Literal, Protocol

from speclint.record import NamedTuple
from speclint.text import NotText, Source

# "unknown" is what leads out of the root, through a symbolic link for instance, or is no file or folder.
Kind = Literal["file", "folder", "unknown"]

MAX_BYTES = 10_000_000


class Files(Protocol):
    """The files below one root.

    Paths are relative to the root, in normal form, with `/` between their parts; "" is the root itself.
    `computed` keeps what checks have found out about files, for all documents of a run.
    """

    computed: dict[str, Any]

    def kind(self, path: str) -> Kind | None:
        """What a path leads to; None when nothing is there."""
        ...

    def read(self, path: str) -> str | None:
        """The text of a file; None when it is none, is not UTF-8 or is larger than 10 MB."""
        ...


class Place(NamedTuple):
    """Where a document lies: its path among files.

    `whole` says that the root is known to be the top of a repository or project, so that a path from
    there can be judged.
    """

    files: Files
    path: str
    whole: bool = True

    def resolve(self, target: str) -> str | None:
        """The path that a relative target names from here, or from the root when it begins with `/`.

        None when it leads out of the root.
        """
        joined = (
            posixpath.join(posixpath.dirname(self.path), target) if target[:1] != "/" else target.lstrip("/")
        )
        path = posixpath.normpath(joined) if joined else "."
        if path == ".." or path.startswith("../"):
            return None
        return "" if path == "." else path


class Checkout:
    """The files below a folder on disk."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.computed: dict[str, Any] = {}
        self._kinds: dict[str, Kind | None] = {}

    def kind(self, path: str) -> Kind | None:
        """What a path leads to; symbolic links are followed inside the root only."""
        if path not in self._kinds:
            self._kinds[path] = self._kind(path)
        return self._kinds[path]

    def _kind(self, path: str) -> Kind | None:
        real = self._inside(path)
        if real is None:
            return "unknown"
        try:
            mode = os.stat(real).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError):  # a loop, a name too long, a NUL
            return "unknown"
        return "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "unknown"

    def read(self, path: str) -> str | None:
        """The text of a file; None when it is none, is not UTF-8 or is larger than 10 MB."""
        real = self._inside(path)
        if real is None or self.kind(path) != "file":
            return None
        try:
            with open(real, "rb") as file:
                data = file.read(MAX_BYTES + 1)
            return Source.decode(data).text if len(data) <= MAX_BYTES else None
        except (OSError, NotText):
            return None

    def _inside(self, path: str) -> str | None:
        """The real path of a path; None when that is outside the root."""
        try:
            real = os.path.realpath(os.path.join(self.root, path))
            return real if os.path.commonpath((real, self.root)) == self.root else None
        except (OSError, ValueError):
            return None
