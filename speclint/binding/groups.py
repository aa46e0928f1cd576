"""Find the groups of sections of which one must be there and none is, or only one may be there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speclint.binding.model import Exceeding, Lacking
from speclint.binding.not_applicable import is_not_applicable, not_applicable_statement
from speclint.binding.tree import Node, Tree, position
from speclint.markdown.document import Document, Section
from speclint.markdown.visibility import is_blank
from speclint.ruleset.model import NO_GROUPS, RuleSet
from speclint.ruleset.text_rules import Groups
from speclint.ruleset.titles import fold


def lacking(tree: Tree, rules: RuleSet, document: Document) -> Iterator[Lacking]:
    """Yield the sections that have none of several subsections of which they owe one.

    One that is empty, or may state that it does not apply and does, owes nothing more.
    """
    for node, groups in _grouped(tree, rules):
        section = node.section
        if section is None or not groups.at_least_one or _members(node, groups.at_least_one):
            continue
        if node.rule is not None:
            empty = not section.children and is_blank(document.source, section.body)
            said = not_applicable_statement(document, section)
            plain = said is not None and said.plain
            if empty or (plain and is_not_applicable(document, section, node.rule)):
                continue
        yield Lacking(section, groups.at_least_one)


def exceeding(tree: Tree, rules: RuleSet) -> Iterator[Exceeding]:
    """Yield the sections that stand beside another of which only one may be there."""
    for node, groups in _grouped(tree, rules):
        members = _members(node, groups.at_most_one)
        for section in members[1:]:
            yield Exceeding(section, members[0], groups.at_most_one)


def _grouped(tree: Tree, rules: RuleSet) -> Iterator[tuple[Node, Groups]]:
    """Yield the nodes whose rules have groups, in the order of the rules."""
    if rules.groups is not NO_GROUPS:
        yield tree.root, rules.groups
    for rule in rules.walk():
        if rule.groups is not NO_GROUPS:
            for node in tree.nodes.get(rule.number, ()):
                yield node, rule.groups


def _members(node: Node, titles: Sequence[str]) -> list[Section]:
    """Return the sections right below a node that a group names, each title once, in the document's order."""
    folded = set(map(fold, titles)) if titles else set()
    found: list[Node] = []
    for nodes in node.children.values() if folded else ():
        present = [child for child in nodes if child.section is not None]
        if present and present[0].rule is not None and fold(present[0].rule.title) in folded:
            found.append(min(present, key=position))
    return [child.section for child in sorted(found, key=position) if child.section is not None]
