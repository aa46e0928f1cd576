"""Where rule sets are kept: the files of the package, and copies that have been validated before.

A copy is JSON: `sources` gives, for every file that the rule set was made from, a digest of its bytes
(null for a file that was looked for and not there), and `data` what `ruleset.from_data` takes; that of a
configuration has as `data` what its TOML holds. A copy
whose sources have changed is not used. Copies of the bundled rule sets travel with them as
`rules/<id>.json`; copies of other rule sets lie in the user's cache, one a file.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

from speclint import __version__
from speclint.markdown.digest import digest
from speclint.ruleset.bundled import _PACKAGE, data_file
from speclint.workspace import files

MAX_BYTES = 1_000_000


# Windows must be told that bytes are bytes.
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)

# What an installer keeps of these is named `mistune-3.4.0.dist-info`.
_PARSERS = ("mistune-", "pyyaml-", "regex-")


def file_digest(path: str) -> str | None:
    """The digest of a file's bytes; None when it is not there or cannot be read."""
    try:
        return digest(files.read_bytes(path, MAX_BYTES))
    except (OSError, ValueError):
        return None


def relative_sources(sources: Mapping[str, str | None], folder: str) -> dict[str, str | None]:
    """Sources as a copy keeps them: by name where they lie in the folder of the rule set."""
    folder = os.path.abspath(folder)
    relative: dict[str, str | None] = {}
    for source, known in sources.items():
        path = os.path.abspath(source)
        relative[os.path.basename(path) if os.path.dirname(path) == folder else path] = known
    return relative


def data_if_current(entry: object, folder: str) -> dict[str, Any] | None:
    """The data of a copy when its sources, relative to a folder, are as they were; otherwise None."""
    match entry:
        case {"sources": dict(sources), "data": dict(data)} if sources:
            if all(file_digest(os.path.join(folder, name)) == known for name, known in sources.items()):
                return data
    return None


def read_copy(path: str) -> dict[str, Any] | None:
    """The data of the file at a path from the user's cache; None when there is no good copy."""
    copy = _copy_path(path)
    content = read_checked(copy, _version()) if copy is not None else None
    try:
        return data_if_current(json.loads(content or b"null"), os.path.dirname(os.path.abspath(path)))
    except (ValueError, RecursionError):
        return None


def write_copy(path: str, sources: Mapping[str, str | None], data: Mapping[str, Any]) -> None:
    """Keeps what a file holds in the user's cache; where that is not possible, does nothing."""
    copy = _copy_path(path)
    if copy is None:
        return
    try:
        relative = relative_sources(sources, os.path.dirname(path))
        content = json.dumps({"sources": relative, "data": data}).encode()
    except (RecursionError, TypeError, ValueError):  # a date in a configuration, for one
        return
    write_checked(copy, _version(), content)


def read_checked(path: str, version: bytes, limit: int = 100_000_000) -> bytes | None:
    """The content of a file of the cache; None where it is not there, damaged, or of another version."""
    found = find_checked(path, version, limit)
    return found[0][found[1] :] if found is not None else None


def find_checked(path: str, version: bytes, limit: int) -> tuple[bytes, int] | None:
    """A file of the cache as it is, and where its content begins; to copy that of a large one takes time."""
    try:
        if os.stat(path).st_size > limit:
            return None
        data = files.read_bytes(path, limit)
    except (OSError, ValueError):
        return None
    end = data.find(b"\n")
    is_ours = data[: max(end, 0)] == digest(version, memoryview(data)[end + 1 :]).encode()
    return (data, end + 1) if is_ours else None


def write_checked(path: str, version: bytes, *content: bytes | memoryview) -> None:
    """Writes a file of the cache as a whole, for its owner alone; where it cannot be, does nothing."""
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        partial = f"{path}.{os.getpid()}"
        try:
            with open(os.open(partial, _NEW, 0o600), "wb") as file:
                file.write(digest(version, *content).encode() + b"\n")
                file.writelines(content)
            os.replace(partial, path)
        except OSError:
            os.unlink(partial)
    except (OSError, ValueError):
        return


# The folder of the cache; None: the user's, "": none.
_other: str | None = None


@contextmanager
def cache_in(folder: str | None) -> Iterator[None]:
    """Has the cache in a folder meanwhile (None: the user's); with "" nothing is read or written."""
    global _other
    _other = folder
    try:
        yield
    finally:
        _other = None


def cache_folder() -> str | None:
    """The folder of the cache; None where there is none, because the user has no home or wants none."""
    if _other is not None:
        return _other or None
    folder = os.environ.get("SPECLINT_CACHE_DIR")
    if folder:
        return folder
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "speclint") if os.path.isabs(home) else None


@cache
def tool() -> str:
    """A digest of what answers: speclint itself, what it reads Markdown, YAML and patterns with, and Python.

    It is the same for the same speclint wherever and whenever that was installed.
    """
    sources: dict[str, bytes] = {}
    for folder, folders, names in os.walk(_PACKAGE):
        folders[:] = (name for name in folders if name != "__pycache__")
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                with open(path, "rb", buffering=0) as file:
                    sources[path] = file.readall()
    return digest(f"{sys.version} {_versions()}".encode(), *(sources[path] for path in sorted(sources)))


def _versions() -> list[str]:
    """The names of what is installed beside speclint and decides what comes of a document, with versions."""
    found: set[str] = set()
    for folder in sys.path:
        with suppress(OSError):
            names = os.listdir(folder or os.curdir)
            found.update(
                name for name in names if name.endswith("-info") and name.lower().startswith(_PARSERS)
            )
    return sorted(found)


def _copy_path(path: str) -> str | None:
    """Where the copy of a rule set file lies: one place a file, so that edits do not fill the disk."""
    folder = cache_folder()
    name = digest(os.path.abspath(path).encode(errors="replace")) + ".json"
    return os.path.join(folder, "rulesets", name) if folder is not None else None


def _version() -> bytes:
    """What a copy depends on besides its sources: this version and the schema it was validated against."""
    return f"{__version__} {file_digest(data_file('schemas', 'ruleset.schema.json'))}\n".encode()
