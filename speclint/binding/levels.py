"""Compute the levels of heading that the sections of one document should have."""

from __future__ import annotations

from collections.abc import Sequence

from speclint.binding.rule_index import RuleIndex
from speclint.binding.tree import Node
from speclint.markdown.document import Section
from speclint.ruleset.model import SectionRule


class Levels:
    """The right levels in a document whose headings may all be deeper or higher than the template's."""

    __slots__ = ("grouped", "shift")

    def __init__(self, index: RuleIndex, headings: Sequence[Section]) -> None:
        self.shift = _shift(index, headings)
        # The headings of the author's own right above a section, by its number.
        self.grouped = _grouped(index, headings)

    def level(self, rule: SectionRule) -> int:
        """Return the level, 1 to 6, that a section for a rule has in this document."""
        return min(max(rule.level + self.shift, 1), 6)

    def level_of(self, node: Node) -> int:
        """Return the level of a node: that of its heading, else that of its rule; 0 for the root."""
        if node.section is not None and not node.section.bold:
            return node.section.level
        return self.level(node.rule) if node.rule else 0

    def fits(self, section: Section, rule: SectionRule, parent: Node | None) -> bool:
        """Return whether the level of a section is right: the template's, or one below the section around it.

        Where the template skips levels, a document need not skip as many. What may stand often may be
        grouped under headings of the author's own.
        """
        if section.level == self.level(rule):
            return True
        if parent is None or parent.rule is None or parent.section is None or parent.section.bold:
            return False
        most = self.level_below(parent, rule)
        if min(parent.section.level + 1, most) <= section.level <= most:
            return True
        return bool(rule.repeat) and 0 < section.level - most <= self.grouped.get(section.number, 0)

    def level_below(self, parent: Node, rule: SectionRule) -> int:
        """Return the level that a section for a rule has in the section around it."""
        if parent.rule is None or parent.section is None or parent.section.bold:
            return self.level(rule)
        return min(parent.section.level + rule.level - parent.rule.level, 6)


def _shift(index: RuleIndex, headings: Sequence[Section]) -> int:
    """Return by how many levels the document as a whole is deeper than the template.

    A section in the one that it belongs in says nothing of that: it has been grouped, or is itself too deep.
    """
    votes: dict[int, int] = {}
    around: list[tuple[int, int]] = []
    for section in headings:
        while around and around[-1][0] >= section.level:
            around.pop()
        named = index.named(section.title)
        if len(named) == 1:
            rule = named[0][0]
            if not any(_is_below(index, rule, number) for _, number in around):
                shift = section.level - rule.level
                votes[shift] = votes.get(shift, 0) + 1
            around.append((section.level, rule.number))
    return min(votes, key=lambda shift: (-votes[shift], abs(shift), shift), default=0)


def _is_below(index: RuleIndex, rule: SectionRule, number: int) -> bool:
    """Return whether a rule is inside of the one with a number."""
    above = index.parents.get(rule.number)
    while above is not None and above != number:
        above = index.parents.get(above)
    return above == number


def _grouped(index: RuleIndex, headings: Sequence[Section]) -> dict[int, int]:
    """Return how many headings that no rule names stand right above a section, each one level deeper."""
    found: dict[int, int] = {}
    around: list[tuple[int, int]] = []
    for section in headings:
        while around and around[-1][0] >= section.level:
            around.pop()
        groups = around[-1][1] if around and around[-1][0] == section.level - 1 else 0
        if groups:
            found[section.number] = groups
        around.append((section.level, 0 if index.named(section.title) else groups + 1))
    return found
