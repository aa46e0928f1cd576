"""Write out the short forms of a rule set, so that all later code handles one form only.

In the normal form sections, labels and fields are mappings throughout, and `checklist: true`, `coverage: 80`
and the like are mappings too.
"""

from __future__ import annotations

from collections.abc import Iterator

from speclint.markdown.inline import normalise_label
from speclint.ruleset.titles import fold
from speclint.ruleset.yaml_nodes import Node

# The lists of rules that may be just names, which extending merges by name, and what a name is called there.
NAME_KEYS = {"sections": "title", "labels": "name", "columns": "name", "items": "text"}

# What `true` turns on, and the key of a mapping for which a value may stand alone.
_SWITCHES = frozenset(
    ("checklist", "repeat", "coverage", "paths", "code", "changelog", "rollout", "dates", "budgets")
)

_SHORT = {"code": "languages", "dates": "order", "ids": "titles", "used_as": "words"}


def normalise(tree: Node) -> Node:
    """Return the normal form of a tree that fits the schema."""
    entries: dict[str, Node] = {}
    for key, node in tree.entries.items():
        if key in NAME_KEYS:
            node = node._replace(value=_rules(node, NAME_KEYS[key]))
        elif key == "tables":
            node = node._replace(value=[normalise(table) for table in node.items])
        elif key == "fields":
            fields = {name: normalise(field) for name, field in node.entries.items()}
            node = node._replace(value=dict(fields))
        elif key in _SWITCHES and node.value is True:
            node = node._replace(value={})
        elif key in _SHORT and node.value not in (True, False) and not isinstance(node.value, dict):
            listed = node if key == "dates" or node.items else node._replace(value=[node])
            node = node._replace(value={_SHORT[key]: listed})
        elif key in ("ids", "cites"):
            node = _ids(node) if key == "ids" else _citations(node)
        elif key == "checks":
            node = _severities(node)
        elif key == "checklist" and node.entries:
            node = normalise(node)
        elif key == "coverage" and isinstance(node.value, int | float) and node.value is not False:
            node = node._replace(value={"minimum": node})
        elif key == "coverage" and "thresholds" in node.entries:
            thresholds = node.entries["thresholds"]
            if not isinstance(thresholds.value, dict):
                thresholds = thresholds._replace(value={"": thresholds})
            node = node._replace(value={**node.entries, "thresholds": thresholds})
        entries[key] = node
    return tree._replace(value=entries)


def _severities(node: Node) -> Node:
    """Return the normal form of `checks`: a mapping from stages for each."""
    severities = {
        check: severity if severity.entries else severity._replace(value={"": severity})
        for check, severity in node.entries.items()
    }
    return node._replace(value=dict(severities))


def _ids(node: Node) -> Node:
    """Return the normal form of `ids`, where `title` is for a list of one."""
    title = node.entries.get("title")
    if title is None:
        return node
    titles = [title, *(node.entries["titles"].items if "titles" in node.entries else ())]
    rest = {name: value for name, value in node.entries.items() if name != "title"}
    return node._replace(value={**rest, "titles": title._replace(value=titles)})


def _citations(node: Node) -> Node:
    """Return the normal form of `cites`: a list of mappings."""
    kinds = node.items or [node]
    return node._replace(
        value=[kind if kind.entries else kind._replace(value={"id": kind}) for kind in kinds]
    )


def _rules(listed: Node, name: str) -> list[Node]:
    """Return the normal form of the rules in a list, of which one may be just its name."""
    return [
        normalise(rule if isinstance(rule.value, dict) else rule._replace(value={name: rule}))
        for rule in listed.items
        if rule.value != {}
    ]


def rules_below(node: Node) -> Iterator[Node]:
    """Yield the fields, labels and sections directly below a node."""
    for key in ("fields", "labels", "sections"):
        if key in node.entries:
            yield from node.entries[key].items
            yield from node.entries[key].entries.values()


def folded_name(name: str, kind: str) -> str:
    """Return the name of a rule for comparison with others of its kind (`sections`, `labels`, `fields`)."""
    return fold(name) if kind in ("sections", "items") else normalise_label(name)


def text_entry(rule: Node, key: str) -> str:
    """Return the text that a rule has for a key, "" if it has none."""
    node = rule.entries.get(key)
    return node.value if node is not None and isinstance(node.value, str) else ""
