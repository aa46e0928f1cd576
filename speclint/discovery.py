"""Finds the Markdown files of a folder, and the root of what lies around it."""

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
    return files_ending(_SUFFIXES, folder, failed)


def files_ending(suffixes: tuple[str, ...], folder: str, failed: Callable[[OSError], None]) -> Iterator[str]:
    """The paths of the files with one of these endings, in lower case, as `markdown_files` has them."""
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
        elif entry.name.lower().endswith(suffixes) and _is_file(entry):
            yield path
    for path in folders:
        yield from files_ending(suffixes, path, failed)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def root_of(folder: str) -> tuple[str, bool]:
    """The root that the documents of a folder may refer into, and whether that is a repository's.

    That is the top of the repository around the folder; without one, the current folder when the folder
    lies in it, and else the folder itself.
    """
    folder = os.path.realpath(folder)
    above = folder
    while True:
        # A file in a worktree or submodule, a folder elsewhere.
        if os.path.lexists(os.path.join(above, ".git")):
            return above, True
        if os.path.dirname(above) == above:
            break
        above = os.path.dirname(above)
    here = os.path.realpath(os.getcwd())
    inside = folder == here or folder.startswith(here.rstrip(os.sep) + os.sep)
    return (here if inside else folder), False
