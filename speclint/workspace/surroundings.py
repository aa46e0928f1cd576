"""Answer questions about the files around a document, by path, without leaving the repository.

A document may name any path. What is outside the root is never looked at, and no answer shows whether
anything is there.
"""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Callable
from typing import Any

from speclint.binding.surroundings import Kind, T
from speclint.markdown.digest import digest
from speclint.workspace import limits
from speclint.workspace.files import read_bytes

MAX_BYTES = limits.DOCUMENT


class Deriving:
    """Files that keep the values derived from their texts."""

    def __init__(self) -> None:
        self._derived: dict[tuple[str, str], Any] = {}

    def read(self, path: str) -> str | None:
        """Return the text of a file, None if it has none."""
        raise NotImplementedError

    def derived(self, path: str, name: str, make: Callable[[str | None], T]) -> T:
        """Return what a function makes of the text of a file; made once per path and name."""
        if (path, name) not in self._derived:
            self._derived[path, name] = make(self.read(path))
        made: T = self._derived[path, name]
        return made


class Checkout(Deriving):
    """The files below a folder on disk."""

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = os.path.realpath(root)
        self._kinds: dict[str, Kind | None] = {}
        # By path of a folder, where it really is; None outside of the root.
        self._folders: dict[str, str | None] = {}
        # By path of a file that was read, the digest of its bytes; None where it has no text.
        self._digests: dict[str, str | None] = {}

    def kind(self, path: str) -> Kind | None:
        """Return the kind of what is at a path, None if nothing is; follow links inside the root only."""
        if path not in self._kinds:
            self._kinds[path] = self._kind(path)
        return self._kinds[path]

    def _kind(self, path: str) -> Kind | None:
        folder, name = posixpath.split(path)
        if folder not in self._folders:
            self._folders[folder] = self._inside(folder)
        around = self._folders[folder]
        if around is None:
            return "unknown"
        try:
            mode = os.lstat(os.path.join(around, name)).st_mode
            if stat.S_ISLNK(mode):
                real = self._inside(path)
                if real is None:
                    return "unknown"
                mode = os.stat(real).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError):  # a loop, a name too long, a NUL
            return "unknown"
        return "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "unknown"

    def read(self, path: str) -> str | None:
        """Return the text of a file, None if there is no file, it is not UTF-8 or is larger than 10 MB."""
        self._digests[path] = None
        real = self._inside(path)
        if real is None or self.kind(path) != "file":
            return None
        try:
            data = read_bytes(real, MAX_BYTES)
            text = data.decode("utf-8") if len(data) <= MAX_BYTES else None
        except (OSError, ValueError):
            return None
        if text is not None:
            self._digests[path] = digest(data)
        return text

    def digest(self, path: str) -> str | None:
        """Return the digest of the bytes of a file, None if it has no text."""
        if path not in self._digests:
            self.read(path)
        return self._digests[path]

    def answer(self, question: str) -> str:
        """Return the kind of what a path leads to (`?path`), or the digest of a text (`=path`).

        "" if there is none.
        """
        path = question[1:]
        return (self.kind(path) if question[0] == "?" else self.digest(path)) or ""

    def _inside(self, path: str) -> str | None:
        """Return a path without symbolic links, None if it is outside the root."""
        try:
            real = os.path.realpath(os.path.join(self.root, path))
            return real if os.path.commonpath((real, self.root)) == self.root else None
        except (OSError, ValueError):
            return None


class RecordingFiles:
    """Files of a folder that record what they were asked."""

    def __init__(self, files: Checkout) -> None:
        self.files = files
        self._asked: set[str] = set()

    def kind(self, path: str) -> Kind | None:
        """Return the kind of what is at a path, None if nothing is."""
        self._asked.add(f"?{path}")
        return self.files.kind(path)

    def read(self, path: str) -> str | None:
        """Return the text of a file, None if it has none."""
        self._asked.add(f"={path}")
        return self.files.read(path)

    def derived(self, path: str, name: str, make: Callable[[str | None], T]) -> T:
        """Return what a function makes of the text of a file."""
        self._asked.add(f"={path}")
        return self.files.derived(path, name, make)

    def answers(self) -> dict[str, str]:
        """Return the questions with their answers, as `Checkout.answer` gives them."""
        return {question: self.files.answer(question) for question in sorted(self._asked)}
