"""Finds rule sets by id or path."""

from __future__ import annotations

from collections.abc import Iterable

from speclint.markdown.document import parse_document
from speclint.ruleset import library
from speclint.ruleset.detection import candidate, detect
from speclint.ruleset.model import RuleSet
from speclint.workspace.cache import Cache


def find(id_or_path: str, base_dir: str = "", cache: Cache | None = None) -> RuleSet:
    return library.find(id_or_path, base_dir)


def sources(path: str) -> tuple[str, ...]:
    """Return the paths of the files that a rule set is made of."""
    from speclint.ruleset import loading

    return tuple(loading.read(path).sources)


def load_rule_set(id_or_path: str) -> RuleSet:
    """Return the bundled rule set of an id, or the one in a YAML file; raises `RuleSetError`, with places."""
    return find(id_or_path)


def detect_rule_set(text: str, rule_sets: Iterable[RuleSet] | None = None) -> RuleSet | None:
    """Return the rule set that a text is under by its title and headings, None for none.

    `rule_sets` are those that it may be under, by default the bundled ones.
    """
    known = {rules.id: rules for rules in rule_sets or library.bundled_rule_sets()}
    id = detect(parse_document(text), [candidate(rules) for rules in known.values()])
    return None if id is None else known[id]
