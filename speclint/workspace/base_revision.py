"""Read the files of a repository as they were at the commit that a run compares with."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from speclint.markdown.source import NotText, Source
from speclint.workspace import git
from speclint.workspace.surroundings import MAX_BYTES, Checkout, Deriving

if TYPE_CHECKING:
    from speclint.binding.surroundings import Kind


_LINK = "120000"


class BaseRevision(Deriving):
    """The files at the merge base of HEAD and the ref `name`, by their path from the root.

    They serve checks as the surroundings of documents of that time (`binding.surroundings.Files`). The
    constructor and the methods raise `git.GitError`.
    """

    def __init__(self, root: str, name: str) -> None:
        super().__init__()
        self.root = os.path.realpath(root)
        self.name = name
        self.commit = git.merge_base(self.root, name)

    def at_base(self, path: str) -> str | None:
        """Return the text of a file, None if it was not there, is not UTF-8 or is larger than 10 MB."""
        entry = self._files.get(path)
        data = git.content(self.root, entry.blob, MAX_BYTES) if entry and entry.mode != _LINK else None
        if data is None:
            return None
        try:
            return Source.decode(data).text
        except NotText:
            return None

    def origin(self, path: str, text: str) -> str | None:
        """Return the path at the base of a file that now holds `text`, None for a new file."""
        if path in self._files:
            return path
        if path in self._renamed:
            return self._renamed[path]
        # One that was moved without a word to git, and not changed.
        return self._gone.get(self._blob(text)) if self._gone else None

    def same(self, path: str, text: str) -> bool:
        """Return whether a file held this text at this path; line endings are not compared."""
        entry = self._files.get(path)
        if entry is None:
            return False
        return entry.blob == self._blob(text) or _lines(self.at_base(path) or "") == _lines(text)

    def altered(self) -> set[str]:
        """Return the paths of files and folders that are gone, and of files that the index has otherwise."""
        found = set(git.altered(self.root, self.commit))
        for path in self._files:
            while path and path not in found and not os.path.lexists(os.path.join(self.root, path)):
                found.add(path)
                path = path.rpartition("/")[0]
        return found

    def relative(self, path: str) -> str | None:
        """Return the path of a file on disk from the root of the repository, None if it is outside."""
        relative = os.path.relpath(os.path.realpath(path), self.root).replace(os.sep, "/")
        return None if relative.startswith("../") else relative

    def has_changed(self, path: str) -> bool:
        """Return whether a file on disk is not what it was; False outside the repository."""
        relative = self.relative(path) if path else None
        if relative is None:
            return False
        text = Checkout(self.root).read(relative)
        return self.at_base(relative) is not None if text is None else not self.same(relative, text)

    def kind(self, path: str) -> Kind | None:
        """Return the kind of what is at a path, None if nothing is; links are not followed ("unknown")."""
        if path in self._files:
            return "unknown" if self._files[path].mode == _LINK else "file"
        return "folder" if path in self._folders else None

    def read(self, path: str) -> str | None:
        """Return the text of a file, as `at_base` does."""
        return self.at_base(path)

    def _blob(self, text: str) -> str:
        """Return the id that git gives a text as a blob: SHA-1 or SHA-256, like the repository's commits."""
        import hashlib

        data = text.encode()
        algorithm = hashlib.new("sha1" if len(self.commit) == 40 else "sha256", usedforsecurity=False)
        algorithm.update(b"blob %d\0" % len(data) + data)
        return algorithm.hexdigest()

    @cached_property
    def _files(self) -> dict[str, git.Entry]:
        return git.files_at(self.root, self.commit)

    @cached_property
    def _renamed(self) -> dict[str, str]:
        return git.renamed(self.root, self.commit)

    @cached_property
    def _gone(self) -> dict[str, str]:
        """The paths, by blob, of files that are gone and that git knows under no other name."""
        taken = set(self._renamed.values())
        missing = (path for path in self._files if not os.path.lexists(os.path.join(self.root, path)))
        return {self._files[path].blob: path for path in missing if path not in taken}

    @cached_property
    def _folders(self) -> set[str]:
        folders = {""}
        for path in self._files:
            while (path := path.rpartition("/")[0]) and path not in folders:
                folders.add(path)
        return folders


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
