"""Loads rule sets by id, path or text."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from speclint.diagnostics import Problem, RuleSetError
from speclint.ruleset.build import from_data
from speclint.ruleset.bundled import bundled, compiled, data_file
from speclint.ruleset.model import RuleSet
from speclint.workspace import storage


@cache
def bundled_rule_set(id: str) -> RuleSet:
    """A bundled rule set: its compiled copy, or its YAML where that is newer. Raises `RuleSetError`."""
    if id not in bundled():
        return find(id)
    data = storage.data_if_current(compiled(id), data_file("rules", ""))
    if data is None:
        return load(data_file("rules", f"{id}.yaml"))
    return from_data(data, trusted=True)


def bundled_rule_sets() -> Iterator[RuleSet]:
    """Every bundled rule set, in the order of their ids, made when it is asked for."""
    return map(bundled_rule_set, bundled())


def compile_bundled() -> dict[str, dict[str, Any]]:
    """By id, what `rules/<id>.json` should hold: a copy of the bundled rule set. Raises `RuleSetError`."""
    from speclint.ruleset import loading

    folder = data_file("rules", "")
    copies: dict[str, dict[str, Any]] = {}
    for id in bundled():
        file = loading.read(os.path.join(folder, f"{id}.yaml"))
        copies[id] = {"sources": storage.relative_sources(file.sources, folder), "data": file.data}
    return copies


def loads(
    text: str, name: str = "<rule set>", skeleton: str = "", fingerprints: Iterable[str] = ()
) -> RuleSet:
    """The rule set in a YAML text; `name` stands for its path in errors, and paths in it are relative
    to that. Raises `RuleSetError`."""
    from speclint.ruleset import loading

    return from_data(loading.reads(text, name, skeleton, fingerprints).data)


def load(path: str) -> RuleSet:
    """The rule set in a file, from the user's cache where nothing has changed. Raises `RuleSetError`."""
    data = storage.read_copy(path)
    if data is not None:
        try:
            return from_data(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass  # a copy that is not one of ours
    from speclint.ruleset import loading

    file = loading.read(path)
    storage.write_copy(path, file.sources, file.data)
    return from_data(file.data)


def find(id_or_path: str, base_dir: str = "") -> RuleSet:
    """The bundled rule set of an id, or else the one in a file, relative to `base_dir`.

    Raises `RuleSetError` for what is neither.
    """
    if id_or_path in bundled():
        return bundled_rule_set(id_or_path)
    path = os.path.join(base_dir, id_or_path)
    # A folder is refused as what it is.
    if os.path.isfile(path) or (id_or_path and os.path.isdir(path)):
        return load(path)
    from speclint.ruleset import loading

    raise RuleSetError([Problem(id_or_path, 1, 1, loading.unknown_rule_set(id_or_path))])
