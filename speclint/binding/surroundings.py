"""Define access to the files around a document: by path, and never outside of the root."""

import posixpath
from collections.abc import Callable
from typing import Literal, NamedTuple, Protocol, TypeVar

T = TypeVar("T")

# "unknown" is what leads out of the root, through a symbolic link for instance, or is no file or folder.
Kind = Literal["file", "folder", "unknown"]


class Files(Protocol):
    """The files below one root.

    Paths are relative to the root, in normal form, with `/` between their parts; "" is the root itself.
    """

    def kind(self, path: str) -> Kind | None:
        """Return the kind of what a path leads to, None if nothing is there."""

    def read(self, path: str) -> str | None:
        """Return the text of a file, None if there is no file, it is not UTF-8 or is larger than 10 MB."""

    def derived(self, path: str, name: str, make: Callable[[str | None], T]) -> T:
        """Return what a function makes of the text of a file, made once under a name for a whole run."""


class DocumentLocation(NamedTuple):
    """Where a document lies: its path among files.

    `whole` means that the root is known to be the top of a repository or project, so that a path from there
    can be checked.
    """

    files: Files
    path: str
    whole: bool = True

    def resolve(self, target: str) -> str | None:
        """Return the path of a relative target from here, or from the root if it begins with `/`.

        None if it leads out of the root.
        """
        joined = (
            posixpath.join(posixpath.dirname(self.path), target) if target[:1] != "/" else target.lstrip("/")
        )
        path = posixpath.normpath(joined) if joined else "."
        if path == ".." or path.startswith("../"):
            return None
        return "" if path == "." else path
