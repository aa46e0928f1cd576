"""Finds rule sets by id or path."""

from __future__ import annotations

from speclint.ruleset import library
from speclint.ruleset.model import RuleSet
from speclint.workspace.cache import Cache


def find(id_or_path: str, base_dir: str = "", cache: Cache | None = None) -> RuleSet:
    return library.find(id_or_path, base_dir)


def sources(path: str) -> tuple[str, ...]:
    """Return the paths of the files that a rule set is made of."""
    from speclint.ruleset import loading

    return tuple(loading.read(path).sources)
