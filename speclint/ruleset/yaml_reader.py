"""Read YAML text: to a tree whose every key and value has its line and column, or just for faults.

This is the YAML that people write by hand: mappings, lists, plain and quoted scalars, plain aliases. Tags,
merge keys and several documents are refused, and so is what exceeds the limits of `yaml_composer`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from speclint.diagnostics import Problem, RuleSetError
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import BYTE_ORDER_MARK, Position, Source
from speclint.ruleset.yaml_nodes import Node, describe, short

if TYPE_CHECKING:
    import yaml

    from speclint.ruleset.yaml_composer import KeyFault


def read(text: str, path: str, problems: list[Problem]) -> Node | None:
    """Return the tree of a YAML text, None if the text holds no value.

    Duplicate keys and keys that are not text are added to `problems` and left out. Raise `RuleSetError` with
    all of `problems` and the fault if the text cannot be read any further.
    """
    import yaml

    from speclint.ruleset import yaml_composer

    source = Source(text.removeprefix(BYTE_ORDER_MARK))
    key_faults: list[KeyFault] = []

    fault: tuple[int, str] | None = None
    root: yaml.Node | None = None
    try:
        root = yaml_composer.compose(source.text, key_faults)
    except yaml_composer.Refused as error:
        fault = error.offset, error.message
    except yaml.reader.ReaderError as error:
        fault = error.position, f"not YAML: the character U+{_code(error):04X} is not allowed"
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        fault = (mark.index if mark else 0), f"not YAML: {_explain(error)}"
    problems += [_key_problem(key_fault, source, path) for key_fault in key_faults]
    if fault is not None:
        place = source.position(min(fault[0], len(source.text)))
        raise RuleSetError([*problems, Problem(path, *place, fault[1])])
    return None if root is None else _tree(root, source, path, None)


def _key_problem(fault: KeyFault, source: Source, path: str) -> Problem:
    place = source.position(fault.offset)
    if fault.first is None:
        quotes = "; put it in quotes" if isinstance(fault.key, int | float) else ""
        return Problem(path, *place, f"a key must be a text, not {describe(fault.key)}{quotes}")
    line = source.position(fault.first).line
    return Problem(path, *place, f"key `{short(str(fault.key))}` stands twice; it is already on line {line}")


def _tree(composed: yaml.Node, source: Source, path: str, key: Position | None) -> Node:
    """Return the tree of a composed node; of keys that occur twice, the first counts."""
    import yaml

    from speclint.ruleset.yaml_composer import value_of

    place = source.position(composed.start_mark.index)
    if isinstance(composed, yaml.SequenceNode):
        return Node([_tree(item, source, path, None) for item in composed.value], path, place, key)
    if isinstance(composed, yaml.ScalarNode):
        return Node(value_of(composed), path, place, key)
    entries: dict[str, Node] = {}
    for key_node, value in composed.value:
        name = value_of(key_node) if isinstance(key_node, yaml.ScalarNode) else None
        if isinstance(name, str) and name not in entries:
            key_place = source.position(key_node.start_mark.index)
            entries[name] = _tree(value, source, path, key_place)
    return Node(entries, path, place, key)


# Tabs behind the first character of a line that is no blank.
_INNER_TABS = lazy_regex(r"(?<=[^\s])[ \t]*\t[ \t]*")


def syntax_fault(text: str) -> tuple[int, str] | None:
    """Return the offset of the first fault in a text of any YAML, and its description; None if it parses.

    Several documents and tags are no faults, and tabs are blanks where they do not indent (YAML 1.2.2,
    section 6.1): PyYAML does not take them between tokens. A text that is nested too deep for a person to
    have written it counts as one that parses.
    """
    import yaml

    from speclint.ruleset import yaml_composer

    if "\t" in text:
        text = _INNER_TABS.sub(lambda run: " " * len(run[0]), text)
    try:
        yaml_composer.parse(text)
    except yaml.reader.ReaderError as error:
        return error.position, f"the character U+{_code(error):04X} is not allowed"
    except yaml.MarkedYAMLError as error:
        mark, opened = error.problem_mark or error.context_mark, error.context_mark
        if opened is not None and _is_noticed_late(text, opened.index, error):
            mark = opened
        return (mark.index if mark is not None else 0), _explain(error)
    except (ValueError, OverflowError):
        return None
    return None


def _is_noticed_late(text: str, start: int, error: Any) -> bool:
    """Return whether a fault is at the start of a quote or bracket that its line never closes."""
    problem = str(error.problem)
    if "end of stream" in problem or "expected ':'" in problem or "alias" in str(error.context):
        return True
    line = text[start:].partition("\n")[0].partition(" #")[0].rstrip()
    return "expected ',' or" in problem and not line.endswith((",", "[", "{"))


def _code(error: Any) -> int:
    return ord(error.character) if isinstance(error.character, str) else int(error.character)


def _explain(error: Any) -> str:
    """Return the message of a YAML error, in one line."""
    fault = " ".join(str(error.problem or error.context or "cannot be read").split())
    if "'\\t'" in fault:
        return "a tab here; indent with spaces"
    if error.context and error.problem:
        return f"{fault} ({' '.join(str(error.context).split())})"
    return fault
