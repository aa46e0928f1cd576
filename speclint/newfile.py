"""Creates files: each with all that belongs in it, and only under a name that nothing has yet."""

from __future__ import annotations

import os
from contextlib import suppress
from errno import EEXIST


def create(path: str, text: str) -> None:
    """Creates a file with a text, in UTF-8, or changes nothing.

    Raises `FileExistsError` where the name is taken, be it by a folder or by a link that leads nowhere,
    and `OSError` or `ValueError` where no file can be.
    """
    if os.path.lexists(path):
        raise FileExistsError(EEXIST, "exists already", path)
    folder, name = os.path.split(path)
    # Written beside it and named when it is whole: a run that is killed leaves no half of it.
    partial = os.path.join(folder, f".{name[:40]}.{os.urandom(6).hex()}")
    try:
        with open(partial, "xb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(partial, path)
        except FileExistsError:
            raise
        except (OSError, AttributeError):  # a file system, or a Python, that has no links
            _take(path, partial)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(partial)


def _take(path: str, partial: str) -> None:
    """Takes a name, where nothing has it, and then replaces what stands for it by the whole."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    try:
        os.replace(partial, path)
    except OSError:
        os.unlink(path)
        raise
