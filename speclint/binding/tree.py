"""Build the tree of rules in one document: a node for every rule that has a place there."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.markdown.document import Section
from speclint.ruleset.model import SectionRule

# The number that stands for the parent of the chapters, where others have that of a rule.
TOP = -1


class Node:
    """A rule's place in the document: a section, or None if only sections below it are there."""

    __slots__ = ("children", "latest", "misplaced", "parent", "rule", "section", "vacant")

    def __init__(self, rule: SectionRule | None, section: Section | None, parent: Node | None) -> None:
        self.rule = rule
        self.section = section
        self.parent = parent
        self.children: dict[int, list[Node]] = {}
        # By the number of their rule, the children that have no section of their own.
        self.vacant: dict[int, list[Node]] = {}
        self.misplaced = False
        # The child that a sweep over the document has passed last.
        self.latest: Node | None = None

    @property
    def number(self) -> int:
        """The number of the rule, `TOP` for the parent of the chapters."""
        return self.rule.number if self.rule else TOP

    def present(self, rule: SectionRule) -> list[Node]:
        """Return the children for a rule that have a section of their own."""
        return [node for node in self.children.get(rule.number, ()) if node.section is not None]

    def has(self, rule: SectionRule) -> bool:
        """Return whether a child for a rule has a section of its own."""
        return any(node.section is not None for node in self.children.get(rule.number, ()))

    def free(self, rule: SectionRule) -> bool:
        """Return whether one more section for a rule may be here."""
        return rule.repeat is not None or not self.has(rule)

    def lies_in(self, section: Section) -> bool:
        """Return whether a section holds everything that was bound below."""
        below = [node.section for nodes in self.children.values() for node in nodes if node.section]
        return all(section.span.encloses(one.span) for one in below)

    def ancestors(self) -> Iterator[Node]:
        """Yield the node itself and those around it, from the inside."""
        node: Node | None = self
        while node is not None:
            yield node
            node = node.parent

    def is_in_order(self, rule: SectionRule) -> bool:
        """Return whether a section for a rule would follow the right sibling at the place of a sweep."""
        latest = self.latest.number if self.latest else None
        before = [number for number in self.children if number < rule.number]
        if latest == max(before, default=None):
            return True
        return rule.repeat is not None and latest == rule.number


class Tree:
    """All nodes of a document: `nodes` by the number of their rule, `node_of` by that of their section."""

    __slots__ = ("node_of", "nodes", "root")

    def __init__(self, section: Section) -> None:
        self.root = Node(None, section, None)
        self.nodes: dict[int, list[Node]] = {TOP: [self.root]}
        self.node_of: dict[int, Node] = {}

    def attach(self, rule: SectionRule, section: Section, parent: Node) -> Node:
        """Bind a section to a rule below a node, and return its node."""
        vacant = parent.vacant.get(rule.number, [])
        node = vacant[0] if vacant else None
        if node is not None and (rule.repeat is None or node.lies_in(section)):
            node.section = section
            del vacant[0]
        else:
            node = self.open(rule, section, parent)
        self.node_of[section.number] = node
        return node

    def open(self, rule: SectionRule, section: Section | None, parent: Node) -> Node:
        """Add a node for a rule below another one, with a section of its own or None."""
        node = Node(rule, section, parent)
        parent.children.setdefault(rule.number, []).append(node)
        if section is None:
            parent.vacant.setdefault(rule.number, []).append(node)
        self.nodes.setdefault(rule.number, []).append(node)
        return node


def position(node: Node) -> int:
    """Return the offset at which the section of a node begins, -1 if it has none."""
    return node.section.span.start if node.section else -1
