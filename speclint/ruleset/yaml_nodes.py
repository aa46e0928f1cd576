"""YAML text to a tree whose every key and value knows its line and column.

This is the YAML that people write by hand: mappings, lists, plain and quoted scalars, plain aliases.
Tags, merge keys and several documents are refused. Words mean what JSON means by them: `true`, `false`,
`null`, numbers; all else is text, so that `off`, `yes`, `1.2.3` and `2025-01-01` hold no surprise. Size
and depth are bounded before anything is built, and nothing here recurses with the depth of the text.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from speclint.diagnostics import Problem, RuleSetError
from speclint.markdown.source import BYTE_ORDER_MARK, Position, Source

MAX_DEPTH = 40

MAX_NODES = 20_000


Scalar = str | int | float | bool | None


class Node(NamedTuple):
    """A value and its place; a mapping holds its entries, a list its items, as nodes.

    `path` is the file; `key` the place of the key that leads here, None for an item or the root.
    """

    value: dict[str, Node] | list[Node] | Scalar
    path: str
    place: Position
    key: Position | None = None

    @property
    def entries(self) -> dict[str, Node]:
        """The entries of a mapping; none for anything else."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def items(self) -> list[Node]:
        """The items of a list; none for anything else."""
        return self.value if isinstance(self.value, list) else []

    def plain(self) -> Any:
        """The value as plain data."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def problem(self, message: str, at_key: bool = False) -> Problem:
        """A problem at this value, or at its key."""
        place = self.key if at_key and self.key is not None else self.place
        return Problem(self.path, place.line, place.column, message)


class _Open:
    """A collection whose end has not been read yet."""

    def __init__(self, node: Node, anchor: str | None, key: str | None, key_place: Position | None) -> None:
        self.node = node
        self.anchor = anchor
        # The key in the collection around this one, None in a list or for a key that was refused.
        self.key = key
        self.key_place = key_place
        # Inside a mapping: the key whose value comes next.
        self.next_key: str | None = None
        self.next_key_place: Position | None = None
        self.size = 1
        self.height = 1


def read(text: str, path: str, problems: list[Problem]) -> Node | None:
    """The tree of a YAML text; None when the text holds no value.

    Duplicate keys and keys that are not text are added to `problems` and left out. Raises
    `RuleSetError` where nothing sensible can be read on.
    """
    import yaml

    source = Source(text.removeprefix(BYTE_ORDER_MARK))

    def stop(offset: int, message: str) -> RuleSetError:
        place = source.position(min(offset, len(source.text)))
        return RuleSetError([*problems, Problem(path, *place, message)])

    offset = 0
    builder = _Builder(source, path, problems)
    try:
        for event in yaml.parse(source.text, Loader=yaml.SafeLoader):
            if event.start_mark is not None:
                offset = event.start_mark.index
            message = builder.take(event)
            if message:
                raise stop(offset, message)
    except yaml.reader.ReaderError as error:
        raise stop(error.position, f"not YAML: the character U+{_code(error):04X} is not allowed") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise stop(mark.index if mark else offset, f"not YAML: {_explain(error)}") from None
    except (ValueError, OverflowError):
        raise stop(offset, "not YAML: a number or an escape here is out of range") from None
    return builder.root


def syntax_fault(text: str) -> tuple[int, str] | None:
    """Where a text of any YAML, several documents and tags included, does not parse, and why; else None.

    It is read event by event: no value is made of it, no alias followed. A text that is nested too deep for
    a person to have written it counts as one that parses.
    """
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > MAX_DEPTH:
                    return None
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
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
    """Whether a fault is at the beginning of what it is in: a quote or bracket that its line never closes."""
    problem = str(error.problem)
    if "end of stream" in problem or "expected ':'" in problem or "alias" in str(error.context):
        return True
    line = text[start:].partition("\n")[0].partition(" #")[0].rstrip()
    return "expected ',' or" in problem and not line.endswith((",", "[", "{"))


def _code(error: Any) -> int:
    return ord(error.character) if isinstance(error.character, str) else int(error.character)


def _explain(error: Any) -> str:
    """What a YAML error says, in one line."""
    fault = " ".join(str(error.problem or error.context or "cannot be read").split())
    if "'\\t'" in fault:
        return "a tab here; indent with spaces"
    if error.context and error.problem:
        return f"{fault} ({' '.join(str(error.context).split())})"
    return fault


class _Builder:
    """Builds the tree from YAML events, without recursion."""

    def __init__(self, source: Source, path: str, problems: list[Problem]) -> None:
        self.source = source
        self.path = path
        self.problems = problems
        self.root: Node | None = None
        self.documents = 0
        self.stack: list[_Open] = []
        # What anchors name: the node, how many nodes it holds and how deep it is.
        self.anchors: dict[str, tuple[Node, int, int]] = {}

    def take(self, event: Any) -> str | None:
        """Adds an event; gives what is wrong with it when reading cannot go on."""
        kind = type(event).__name__
        if kind == "DocumentStartEvent":
            self.documents += 1
            return "a second document; a rule set is one YAML document" if self.documents > 1 else None
        if kind == "AliasEvent":
            return self._alias(event)
        if kind in ("MappingEndEvent", "SequenceEndEvent"):
            closed = self.stack.pop()
            return self._add(
                closed.node, closed.key, closed.key_place, closed.size, closed.height, closed.anchor
            )
        if kind not in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent"):
            return None

        if event.tag is not None:
            tag = short(event.tag.replace("tag:yaml.org,2002:", "!!"))
            return f"tags such as `{tag}` are not supported; put a text in quotes instead"
        parent = self.stack[-1] if self.stack else None
        place = self._place(event)
        wants_key = parent is not None and isinstance(parent.node.value, dict) and not _has_key(parent)
        if kind == "ScalarEvent":
            if re.search("[\ud800-\udfff]", event.value):
                return "an escape here names half a character (a surrogate)"
            value = _resolve(event.value) if event.implicit[0] else event.value
            if wants_key:
                assert parent is not None
                if event.implicit[0] and event.value == "<<":
                    return "merge keys (`<<`) are not supported; use `extends`, or repeat the entries"
                if event.anchor is not None:
                    self.anchors[event.anchor] = (Node(value, self.path, place), 1, 0)
                self._key(parent, value, place)
                return None
            node = Node(value, self.path, place)
            return self._add(node, *self._claim_key(parent), 1, 0, event.anchor)

        if len(self.stack) >= MAX_DEPTH:
            return f"nested more than {MAX_DEPTH} levels deep"
        node = Node({} if kind == "MappingStartEvent" else [], self.path, place)
        if wants_key:
            assert parent is not None
            self._key(parent, node.value, place)
            # A collection in the place of a key is read and, having no key itself, dropped.
            self.stack.append(_Open(node, event.anchor, None, None))
        else:
            self.stack.append(_Open(node, event.anchor, *self._claim_key(parent)))
        return None

    def _alias(self, event: Any) -> str | None:
        known = self.anchors.get(event.anchor)
        if known is None:
            if any(open_node.anchor == event.anchor for open_node in self.stack):
                return f"`*{short(event.anchor)}` stands inside what it names"
            return f"`*{short(event.anchor)}` has no `&{short(event.anchor)}` above it"
        node, size, height = known
        parent = self.stack[-1] if self.stack else None
        if parent is not None and isinstance(parent.node.value, dict) and not _has_key(parent):
            self._key(parent, node.value, self._place(event))
            return None
        return self._add(node, *self._claim_key(parent), size, height, None)

    def _add(
        self, node: Node, key: str | None, place: Position | None, size: int, height: int, anchor: str | None
    ) -> str | None:
        """Puts a finished node into the collection around it, within the bounds."""
        if anchor is not None:
            self.anchors[anchor] = (node, size, height)
        if not self.stack:
            self.root = node
            return None
        parent = self.stack[-1]
        parent.size += size
        parent.height = max(parent.height, height + 1)
        if parent.size > MAX_NODES:
            return f"more than {MAX_NODES} values, aliases counted"
        if len(self.stack) + height > MAX_DEPTH:
            return f"nested more than {MAX_DEPTH} levels deep"
        node = node._replace(key=place)
        if isinstance(parent.node.value, list):
            parent.node.value.append(node)
        elif isinstance(parent.node.value, dict) and key is not None:
            parent.node.value[key] = node
        return None

    def _key(self, parent: _Open, value: object, place: Position) -> None:
        """Notes the key whose value comes next, or what is wrong with it."""
        entries = parent.node.entries
        parent.next_key, parent.next_key_place = None, place
        if not isinstance(value, str):
            message = f"a key must be a text, not {describe(value)}"
            self.problems.append(Problem(self.path, *place, message + _quotes(value)))
        elif value in entries:
            first = entries[value].key or entries[value].place
            message = f"key `{short(value)}` stands twice; it is already on line {first.line}"
            self.problems.append(Problem(self.path, *place, message))
        else:
            parent.next_key = value

    def _claim_key(self, parent: _Open | None) -> tuple[str | None, Position | None]:
        """The key that a value belongs to; the next thing in its mapping is a key again."""
        if parent is None:
            return None, None
        claimed = parent.next_key, parent.next_key_place
        parent.next_key = parent.next_key_place = None
        return claimed

    def _place(self, event: Any) -> Position:
        return self.source.position(event.start_mark.index)


def _has_key(mapping: _Open) -> bool:
    return mapping.next_key_place is not None


_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?\Z")

_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}


def _resolve(text: str) -> Scalar:
    """The value of a plain scalar."""
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.match(text)
    if number is None:
        return text
    return float(text) if number[1] else int(text)


def describe(value: object) -> str:
    """What kind of value this is, with its article."""
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
    return "a mapping"


def _quotes(value: object) -> str:
    return "; put it in quotes" if isinstance(value, int | float) else ""


def short(text: str) -> str:
    """A text of the file as a message quotes it: one line, not too long."""
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
