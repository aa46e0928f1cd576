"""Finds the Markdown files of a folder."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

_SUFFIXES = (".md", ".markdown")

# Folders that hold what others wrote or what tools made; hidden ones are left out as well.
_NOT_ENTERED = frozenset(
    {
        "node_modules",
        "bower_components",
        "venv",
        "env",
        "site-packages",
        "vendor",
        "__pycache__",
        "build",
        "dist",
    }
)


def markdown_files(folder: str, failed: Callable[[OSError], None]) -> Iterator[str]:
    """The paths of the Markdown files in a folder and below, sorted folder by folder.

    Links to folders are not followed, so no loop is possible and no file comes twice. `failed` is told
    of folders that cannot be read.
    """
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except OSError as error:
        failed(error)
        return
    folders: list[str] = []
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path = os.path.normpath(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _NOT_ENTERED and not os.path.exists(os.path.join(path, "pyvenv.cfg")):
                folders.append(path)
        elif entry.name.lower().endswith(_SUFFIXES) and _is_file(entry):
            yield path
    for path in folders:
        yield from markdown_files(path, failed)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False
