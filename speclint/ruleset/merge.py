"""Merge a rule set with the one that it extends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from speclint.diagnostics import Problem
from speclint.markdown.inline import normalise_label
from speclint.markdown.source import Position
from speclint.ruleset.normal_form import NAME_KEYS, folded_name, rules_below, text_entry
from speclint.ruleset.yaml_nodes import Node


def merge(base: Node, child: Node, problems: list[Problem]) -> Node:
    """Return the base overridden by the child; lists of rules and mappings are merged by name.

    What the child removes and the base does not have is added to `problems`.
    """
    entries = dict(base.entries)
    for key, node in child.entries.items():
        known = entries.get(key)
        if key in NAME_KEYS and not node.entries:
            entries[key] = _merge_rules(known, node, key, problems)
        elif key == "fields":
            entries[key] = _merge_fields(known, node, problems)
        elif key == "checklist" and node.entries:
            entries[key] = merge(
                known if known is not None and known.entries else _empty(node), node, problems
            )
        elif (
            known is not None
            and isinstance(known.value, dict)
            and isinstance(node.value, dict)
            and "" not in node.entries  # one threshold for all stages
        ):
            entries[key] = merge(known, node, problems)
        else:
            entries[key] = node
    return child._replace(value=entries)


def _merge_rules(base: Node | None, child: Node, kind: str, problems: list[Problem]) -> Node:
    """Return merged sections or labels: those of the base keep their place, new ones follow theirs."""
    name = NAME_KEYS[kind]
    rules = list(base.items) if base is not None else []
    place = len(rules)
    for rule in child.items:
        wanted = folded_name(text_entry(rule, name), kind)
        found = next(
            (i for i, known in enumerate(rules) if folded_name(text_entry(known, name), kind) == wanted), None
        )
        if "remove" in rule.entries:
            if found is None:
                problems.append(_nothing_to_remove(rule, text_entry(rule, name)))
            else:
                del rules[found]
                place = found
        elif found is None:
            rules.insert(place, merge(_empty(rule), rule, problems))
            place += 1
        else:
            rules[found] = merge(rules[found], rule, problems)
            place = found + 1
    return child._replace(value=rules)


def _merge_fields(base: Node | None, child: Node, problems: list[Problem]) -> Node:
    fields = dict(base.entries) if base is not None else {}
    for name, field in child.entries.items():
        known = next((known for known in fields if normalise_label(known) == normalise_label(name)), None)
        if "remove" in field.entries:
            if known is None:
                problems.append(_nothing_to_remove(field, name))
            else:
                del fields[known]
        elif known is None:
            fields[name] = field
        else:
            # The child's spelling, at the base's place.
            merged = merge(fields[known], field, problems)
            fields = {
                (name if key == known else key): merged if key == known else old
                for key, old in fields.items()
            }
    return child._replace(value=dict(fields))


def _empty(rule: Node) -> Node:
    return rule._replace(value={})


def _nothing_to_remove(rule: Node, name: str) -> Problem:
    return rule.entries["remove"].problem(f"no `{name}` to remove in what this extends", at_key=True)


def stray_removals(tree: Node) -> Iterator[Problem]:
    """Yield a problem for every `remove` in a rule set that extends nothing."""
    for key, node in tree.entries.items():
        if key == "remove":
            yield node.problem("`remove` without `extends`: there is nothing to remove from", at_key=True)
    checklist = tree.entries.get("checklist")
    items = checklist.entries.get("items") if checklist is not None else None
    for node in (*rules_below(tree), *(items.items if items is not None else ())):
        yield from stray_removals(node)


def place_at(tree: Node, path: str, place: Position) -> Node:
    """Return a tree in which every value from another file than `path` is placed at `place`."""
    value: Any = tree.value
    if isinstance(value, dict):
        value = {key: place_at(node, path, place) for key, node in value.items()}
    elif isinstance(value, list):
        value = [place_at(node, path, place) for node in value]
    if tree.path == path:
        return tree._replace(value=value)
    return Node(value, path, place, place)
