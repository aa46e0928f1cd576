"""Validate a tree under a JSON Schema, and word the errors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from speclint.diagnostics import Problem, did_you_mean, quoted
from speclint.ruleset.bundled import read_schema
from speclint.ruleset.yaml_nodes import Node, describe, short

Path = tuple[str | int, ...]


_TYPES = {
    "string": "a text",
    "object": "a mapping",
    "array": "a list",
    "boolean": "true or false",
    "number": "a number",
    "integer": "a whole number",
    "null": "empty",
}


def check(tree: Node, schema_name: str) -> list[tuple[Path, Problem]]:
    """Return the problems of a tree under a schema of the package, each with the path of its cause.

    For a key that does not belong or a value of the wrong kind the path leads to it; for a missing key, to
    the mapping that lacks it.
    """
    problems: list[tuple[Path, Problem]] = []
    for error in errors(tree.plain(), schema_name):
        problems += _explain(tree, error)
    return problems


def errors(data: object, schema_name: str) -> Iterator[Any]:
    """Yield the `jsonschema.ValidationError`s of plain data under a schema of the package."""
    # Both packages cost more to import than linting a document does.
    from jsonschema import Draft202012Validator
    from referencing import Registry

    schema = json.loads(read_schema(schema_name))
    # An empty registry: nothing is ever fetched.
    yield from Draft202012Validator(schema, registry=Registry()).iter_errors(data)


def _explain(tree: Node, error: Any) -> Iterable[tuple[Path, Problem]]:
    """Yield the problems in one `jsonschema` error."""
    path: Path = tuple(error.absolute_path)
    node = _at(tree, path)
    name = _name(path)
    match error.validator:
        case "additionalProperties":
            known = list(error.schema["properties"])
            for key in error.instance:
                if key not in known:
                    hint = did_you_mean(key, known) or f"; there are {quoted(known)}"
                    kind = "check" if path == ("checks",) else "key"
                    yield (
                        (*path, key),
                        node.entries[key].problem(f"no {kind} `{short(key)}`{hint}", at_key=True),
                    )
        case "required":
            for key in error.validator_value:
                strangers = [other for other in error.instance if other not in error.schema["properties"]]
                if key not in error.instance and not any(did_you_mean(o, [key]) for o in strangers):
                    yield path, node.problem(f"{name} needs `{key}`")
                    break
        case "uniqueItems":
            seen: set[str] = set()
            for number, item in enumerate(error.instance):
                if repr(item) in seen:
                    yield (
                        (*path, number),
                        node.items[number].problem(f"`{short(str(item))}` stands twice in {name}"),
                    )
                seen.add(repr(item))
        case kind:
            yield path, node.problem(f"{name} {_demand(kind, error)}")


def _demand(kind: str, error: Any) -> str:
    """Return the end of a message: what a value must be, and is not."""
    value, wanted = error.instance, error.validator_value
    if kind == "type":
        names: Sequence[str] = [wanted] if isinstance(wanted, str) else wanted
        kinds = [_TYPES[name] for name in names]
        joined = " or ".join([", ".join(kinds[:-1]), kinds[-1]] if len(kinds) > 1 else kinds)
        quotes = "; put it in quotes" if isinstance(value, int | float) and set(names) & {"string"} else ""
        return f"must be {joined}, not {describe(value)}{quotes}"
    if kind == "enum":
        if isinstance(value, str):
            hint = did_you_mean(value, map(str, wanted))
            return f"must be one of {quoted(wanted)}, not `{short(value)}`{hint}"
        return f"must be {' or '.join(_word(word) for word in wanted)}, not {describe(value)}"
    if kind == "pattern":
        return str(error.schema.get("patternErrorMessage", f"must match {wanted}"))
    if kind in ("minLength", "minItems", "minProperties"):
        return "must not be empty"
    if kind == "minimum":
        return f"must be at least {wanted}, not {value}"
    if kind == "maximum":
        return f"must be at most {wanted}, not {value}"
    return f"does not fit: {short(error.message)}"


def _word(value: object) -> str:
    return f"`{value}`" if isinstance(value, str) else describe(value)


def _name(path: Path) -> str:
    """Return the name for a value at a path in messages."""
    if not path:
        return "a rule set"
    last = path[-1]
    if isinstance(last, str):
        return f"`{short(last)}`"
    return f"an item of `{path[-2]}`" if len(path) > 1 else "an item"


def _at(tree: Node, path: Path) -> Node:
    node = tree
    for step in path:
        node = node.entries[step] if isinstance(step, str) else node.items[step]
    return node
