"""Compose YAML text to PyYAML's nodes, within limits and the part of YAML that rule sets are written in.

Import this module inside functions only: PyYAML costs a cold start more than linting a document does.

PyYAML's own composer makes the nodes. The tests before each node cannot be made on finished nodes: composing
recurses with the depth of the text and follows aliases, so the limits come first; and nodes no longer show
where an alias was, which tag was written out, or that an anchor was used twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import yaml
from yaml.composer import Composer

from speclint.ruleset.yaml_nodes import Scalar, resolve, short

MAX_DEPTH = 40

# Ten times what the longest rule set of a real template holds. Each value may become a section, a label or a
# line of a fix, so that it bounds the time that somebody else's rule set can take.
MAX_NODES = 5_000

# Where libyaml reads more than Python's loader does: tabs and `?` behind text, `>#`. Both must agree on
# what is YAML, whether libyaml is installed or not.
_READ_DIFFERENTLY = re.compile(r"[\t?]|[|>][-+0-9]*#")


class KeyFault(NamedTuple):
    """A key that is not text, or that occurs twice in its mapping.

    `key` is its value, an empty one for a collection; `offset` is its place and `first` that of the first
    occurrence (None for a key that is not text), in code points from 0.
    """

    key: object
    offset: int
    first: int | None


class Refused(Exception):
    """YAML that a rule set may not hold; `offset` is the place, in code points from 0."""

    def __init__(self, offset: int, message: str) -> None:
        super().__init__(message)
        self.offset = offset
        self.message = message


class _Limited(Composer):
    """A composer that refuses what exceeds the limits before it composes it."""

    # Of the loader that this is mixed into.
    check_event: Callable[..., bool]
    peek_event: Callable[[], Any]

    def __init__(self, key_faults: list[KeyFault]) -> None:
        self.anchors: dict[str, yaml.Node] = {}
        self.key_faults = key_faults
        # Of every mapping, by identity: where its keys stand.
        self.keys: dict[int, dict[str, int]] = {}
        # The offset of the last event.
        self.offset = 0
        # Of every collection around the next node: how many nodes it holds, and how deep it is. Aliases
        # count as what they stand for; keys that are scalars or aliases do not count.
        self.extents: list[list[int]] = []
        self.open_anchors: list[str | None] = []
        # What anchors name: the node and its extent.
        self.named: dict[str, tuple[yaml.Node, int, int]] = {}

    def get_event(self) -> Any:
        """Return the next event and go on to the one after it."""
        event = super().get_event()  # type: ignore[misc]
        self.offset = event.start_mark.index
        return event

    def compose_text(self) -> yaml.Node | None:
        """Return the root node of a text of one document, None for an empty text."""
        self.get_event()  # the start of the stream
        root: yaml.Node | None = None
        if not self.check_event(yaml.StreamEndEvent):
            root = self.compose_document()
        if not self.check_event(yaml.StreamEndEvent):
            raise Refused(
                self.peek_event().start_mark.index, "a second document; a rule set is one YAML document"
            )
        return root

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Return the next node. Raise `Refused` if it is not allowed there."""
        event = self.peek_event()
        start = event.start_mark.index
        is_key = isinstance(parent, yaml.MappingNode) and index is None
        if isinstance(event, yaml.AliasEvent):
            return self._alias(parent, is_key)
        if event.tag is not None:
            tag = short(event.tag.replace("tag:yaml.org,2002:", "!!"))
            raise Refused(start, f"tags such as `{tag}` are not supported; put a text in quotes instead")
        if isinstance(event, yaml.ScalarEvent):
            if re.search("[\ud800-\udfff]", event.value):
                raise Refused(start, "an escape here names half a character (a surrogate)")
            if is_key and event.implicit[0] and event.value == "<<":
                raise Refused(
                    start, "merge keys (`<<`) are not supported; use `extends`, or repeat the entries"
                )
        elif len(self.extents) >= MAX_DEPTH:
            raise Refused(start, f"nested more than {MAX_DEPTH} levels deep")
        if is_key and parent is not None:
            self._note_key(parent, _key_of(event), start)
        return self._composed(
            parent, index, event, counts=not (is_key and isinstance(event, yaml.ScalarEvent))
        )

    def _composed(self, parent: yaml.Node | None, index: Any, event: Any, counts: bool) -> yaml.Node | None:
        """Compose a node that is no alias, and what is in it."""
        self.anchors.pop(event.anchor, None)  # an anchor may be used again
        self.extents.append([1, 0])
        self.open_anchors.append(event.anchor)
        node = super().compose_node(parent, index)
        self.open_anchors.pop()
        size, height = self.extents.pop()
        if event.anchor is not None and node is not None:
            self.named[event.anchor] = node, size, height
        if counts:
            self._count(size, height)
        return node

    def _alias(self, parent: yaml.Node | None, is_key: bool) -> yaml.Node:
        event = self.get_event()
        name = event.anchor
        if name not in self.named:
            if name in self.open_anchors:
                raise Refused(self.offset, f"`*{short(name)}` stands inside what it names")
            raise Refused(self.offset, f"`*{short(name)}` has no `&{short(name)}` above it")
        node, size, height = self.named[name]
        if not is_key or parent is None:
            self._count(size, height)
            return node
        if not isinstance(node, yaml.ScalarNode):
            self._note_key(parent, {} if isinstance(node, yaml.MappingNode) else [], self.offset)
            return node
        self._note_key(parent, value_of(node), self.offset)
        # A key stands where it is written, not where its anchor is.
        return yaml.ScalarNode(node.tag, node.value, event.start_mark, event.end_mark, node.style)

    def _note_key(self, mapping: yaml.Node, key: object, offset: int) -> None:
        known = self.keys.setdefault(id(mapping), {})
        if not isinstance(key, str):
            self.key_faults.append(KeyFault(key, offset, None))
        elif known.setdefault(key, offset) != offset:
            self.key_faults.append(KeyFault(key, offset, known[key]))

    def _count(self, size: int, height: int) -> None:
        """Add a finished node to the collection around it. Raise `Refused` if that exceeds a limit."""
        if not self.extents:
            return
        around = self.extents[-1]
        around[0] += size
        around[1] = max(around[1], height + 1)
        if around[0] > MAX_NODES:
            raise Refused(self.offset, f"more than {MAX_NODES} values, aliases counted")
        if len(self.extents) + height > MAX_DEPTH:
            raise Refused(self.offset, f"nested more than {MAX_DEPTH} levels deep")


class _PythonComposer(_Limited, yaml.BaseLoader):
    """Composes what Python's loader reads."""

    def __init__(self, text: str, key_faults: list[KeyFault]) -> None:
        yaml.BaseLoader.__init__(self, text)
        _Limited.__init__(self, key_faults)


if yaml.__with_libyaml__:

    class _LibyamlComposer(_Limited, yaml.CBaseLoader):
        """Composes what libyaml reads, ten times as fast."""

        def __init__(self, text: str, key_faults: list[KeyFault]) -> None:
            yaml.CBaseLoader.__init__(self, text)
            _Limited.__init__(self, key_faults)


def compose(text: str, key_faults: list[KeyFault]) -> yaml.Node | None:
    """Return the root node of a YAML text, None if it holds no value.

    Faults of keys are added to `key_faults`. Raise `Refused` or `yaml.YAMLError`, in the words of Python's
    loader: a text that libyaml does not take is read again.
    """
    if yaml.__with_libyaml__ and not _READ_DIFFERENTLY.search(text):
        try:
            return _LibyamlComposer(text, key_faults).compose_text()
        except (Refused, yaml.YAMLError, ValueError, OverflowError):
            key_faults.clear()
    composer = _PythonComposer(text, key_faults)
    try:
        return composer.compose_text()
    except (ValueError, OverflowError):
        raise Refused(composer.offset, "not YAML: a number or an escape here is out of range") from None


def value_of(node: yaml.ScalarNode) -> Scalar:
    """Return the value of a scalar: the resolved value of a plain one, or the text of a quoted one."""
    return node.value if node.style else resolve(node.value)


def _key_of(event: Any) -> Any:
    if isinstance(event, yaml.ScalarEvent):
        return resolve(event.value) if event.implicit[0] else event.value
    return {} if isinstance(event, yaml.MappingStartEvent) else []


def parse(text: str) -> None:
    """Parse a text of any YAML, several documents and tags included, event by event.

    No value is made of it, and no alias followed. A text that nests deeper than `MAX_DEPTH`, as no person
    writes it, counts as one that parses. Raise `yaml.YAMLError`, in the words of Python's loader.
    """
    if yaml.__with_libyaml__ and not _READ_DIFFERENTLY.search(text):
        try:
            return _parse(text, yaml.CBaseLoader)
        except (yaml.YAMLError, ValueError, OverflowError):
            pass
    return _parse(text, yaml.BaseLoader)


def _parse(text: str, loader: Any) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                return
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
