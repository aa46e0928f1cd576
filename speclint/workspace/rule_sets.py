"""Load rule sets from files, by way of the user's cache of validated ones."""

from __future__ import annotations

import os
from collections.abc import Iterable

from speclint.diagnostics import Problem, RuleSetError
from speclint.markdown.document import parse_document
from speclint.ruleset.build import from_data
from speclint.ruleset.bundled import bundled
from speclint.ruleset.detection import candidate, detect
from speclint.ruleset.library import bundled_rule_set, bundled_rule_sets
from speclint.ruleset.model import RuleSet
from speclint.workspace import files, limits
from speclint.workspace.cache import Cache


class RepositoryFiles:
    """The files that a rule set may name: those in the repository of the file that it stands in."""

    def __init__(self, path: str) -> None:
        self._repository = files.repository_of(path)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file, within the limit of a rule set. Raise `OSError` or `ValueError`."""
        return files.read_bytes(path, limits.RULE_SET)

    def is_file(self, path: str) -> bool:
        """Return whether a regular file, or a link to one, is at a path."""
        return os.path.isfile(path)

    def is_outside(self, path: str) -> bool:
        """Return whether a path leads out of the repository."""
        return files.is_outside(path, self._repository)

    def resolve(self, path: str) -> str:
        """Return the path without symbolic links."""
        return os.path.realpath(path)


def load(path: str, cache: Cache | None = None) -> RuleSet:
    """Return the rule set in a file, from the cache if none of its sources changed.

    Raise `RuleSetError` with every fault of it.
    """
    data = cache.validated(path) if cache is not None else None
    if data is not None:
        try:
            return from_data(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass  # a copy that is not one of ours
    from speclint.ruleset.loading import read_rule_file

    file = read_rule_file(path, RepositoryFiles(path))
    if cache is not None:
        cache.keep_validated(path, file.sources, file.data)
    return from_data(file.data)


def find(id_or_path: str, base_dir: str = "", cache: Cache | None = None) -> RuleSet:
    """Return the bundled rule set of an id, or else the one in a file, relative to `base_dir`.

    Raise `RuleSetError` if there is neither, or the rule set has faults.
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


def load_rule_set(id_or_path: str) -> RuleSet:
    """Return the bundled rule set of an id, or the one in a YAML file.

    Raise `RuleSetError` with every fault and its place.
    """
    return find(id_or_path)


def detect_rule_set(text: str, rule_sets: Iterable[RuleSet] | None = None) -> RuleSet | None:
    """Return the rule set whose title and headings fit a text, None if there is none.

    `rule_sets` are the candidates, by default the bundled ones.
    """
    known = {rules.id: rules for rules in rule_sets or bundled_rule_sets()}
    id = detect(parse_document(text), [candidate(rules) for rules in known.values()])
    return None if id is None else known[id]
