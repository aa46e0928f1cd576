"""Read the rule sets and schemas that are bundled with the package, and compiled copies of the rule sets.

This is the one module of the room that reads from the disk, and it reads only what is installed. A compiled
copy is used unchecked: a test reports when it is older than its sources.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def data_file(folder: str, name: str) -> str:
    """Return the path of a file in `rules` or `schemas`, in the installed package or in a checkout."""
    inside = os.path.join(_PACKAGE, folder)
    return os.path.join(
        inside if os.path.isdir(inside) else os.path.join(os.path.dirname(_PACKAGE), folder), name
    )


@cache
def bundled() -> tuple[str, ...]:
    """Return the ids of the bundled rule sets, in alphabetical order."""
    names = os.listdir(data_file("rules", ""))
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


@cache
def compiled(name: str) -> dict[str, Any]:
    """Return what `scripts/compile_rules.py` wrote to a file in `rules`, {} if there is no such file."""
    try:
        with open(data_file("rules", f"{name}.json"), "rb") as file:
            content = json.load(file)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def read_schema(name: str) -> bytes:
    """Return the JSON of a schema of the package."""
    with open(data_file("schemas", name), "rb") as file:
        return file.read()


def is_package_file(path: str) -> bool:
    """Return whether a path is that of a file in the package's `rules`."""
    return os.path.dirname(path) == os.path.dirname(data_file("rules", ""))


class PackageFiles:
    """The `FileAccess` (see `loading`) of the files that are bundled with the package."""

    def read(self, path: str) -> bytes:
        """Return the bytes of a file. Raise `OSError`."""
        with open(path, "rb") as file:
            return file.read()

    def is_file(self, path: str) -> bool:
        """Return whether a file is at a path."""
        return os.path.isfile(path)

    def is_outside(self, path: str) -> bool:
        """Return False: wherever the package was installed, its files belong to it."""
        return False

    def resolve(self, path: str) -> str:
        """Return the path without symbolic links."""
        return os.path.realpath(path)
