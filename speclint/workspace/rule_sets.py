"""Loads rule sets from files, by way of the user's cache of those that have been validated before."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Protocol

from speclint.diagnostics import Problem, RuleSetError
from speclint.ruleset.build import from_data
from speclint.ruleset.bundled import bundled
from speclint.ruleset.library import bundled_rule_set
from speclint.ruleset.model import RuleSet
from speclint.workspace import files, storage


class RuleSetCache(Protocol):
    """Where the data of rule sets that are valid is kept."""

    def read_copy(self, path: str) -> dict[str, Any] | None:
        """Return what was kept of the rule set in a file; None if there is nothing, or a source changed."""

    def write_copy(self, path: str, sources: Mapping[str, str | None], data: Mapping[str, Any]) -> None:
        """Keep the data of the rule set in a file; `sources` are the digests of what it was made from."""


class RepositoryFiles:
    """The files that a rule set may name: those in the repository of the file that it stands in."""

    def __init__(self, path: str) -> None:
        self._repository = files.repository_of(path)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file, within the limit of a rule set. Raise `OSError` or `ValueError`."""
        from speclint.ruleset.loading import MAX_BYTES

        return files.read_bytes(path, MAX_BYTES)

    def is_file(self, path: str) -> bool:
        """Return whether a regular file, or a link to one, is at a path."""
        return os.path.isfile(path)

    def is_outside(self, path: str) -> bool:
        """Return whether a path leads out of the repository."""
        return files.is_outside(path, self._repository)

    def resolve(self, path: str) -> str:
        """Return the path without symbolic links."""
        return os.path.realpath(path)


def load(path: str, cache: RuleSetCache | None = None) -> RuleSet:
    """Return the rule set in a file, from the cache (None: the user's) if none of its sources changed.

    Raise `RuleSetError` with everything that is wrong with it.
    """
    cache = cache or storage
    data = cache.read_copy(path)
    if data is not None:
        try:
            return from_data(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass  # a copy that is not one of ours
    from speclint.ruleset.loading import read_rule_file

    file = read_rule_file(path, RepositoryFiles(path))
    cache.write_copy(path, file.sources, file.data)
    return from_data(file.data)


def find(id_or_path: str, base_dir: str = "", cache: RuleSetCache | None = None) -> RuleSet:
    """Return the bundled rule set of an id, or else the one in a file, relative to `base_dir`.

    Raise `RuleSetError` for what is neither.
    """
    if id_or_path in bundled():
        return bundled_rule_set(id_or_path)
    path = os.path.join(base_dir, id_or_path)
    # A folder is refused as what it is.
    if os.path.isfile(path) or (id_or_path and os.path.isdir(path)):
        return load(path, cache)
    from speclint.ruleset.loading import unknown_rule_set

    raise RuleSetError([Problem(id_or_path, 1, 1, unknown_rule_set(id_or_path))])


def sources(path: str) -> tuple[str, ...]:
    """Return the paths of the files that the rule set in a file is made of. Raise `RuleSetError`."""
    from speclint.ruleset.loading import read_rule_file

    return tuple(read_rule_file(path, RepositoryFiles(path)).sources)
