"""A repository for tests that is made of paths and texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from speclint.workspace.surroundings import Deriving

if TYPE_CHECKING:
    from speclint.binding.surroundings import Kind


class Made(Deriving):
    """A repository made of paths and texts."""

    def __init__(self, files: Mapping[str, str] | Iterable[str]) -> None:
        super().__init__()
        self.texts = dict(files) if isinstance(files, Mapping) else dict.fromkeys(files, "")
        self.folders = {"", *(path.rstrip("/") for path in self.texts if path.endswith("/"))}
        for path in self.texts:
            while path := path.rpartition("/")[0]:
                self.folders.add(path)

    def kind(self, path: str) -> Kind | None:
        """What a path leads to."""
        return "folder" if path in self.folders else "file" if path in self.texts else None

    def read(self, path: str) -> str | None:
        """The text of a file."""
        return self.texts.get(path)
