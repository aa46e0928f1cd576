"""Find the structural faults of a document, from the finished tree of what its sections stand for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from speclint.binding.levels import Levels
from speclint.binding.model import Duplicate, Misplaced, Missing, WrongLevel
from speclint.binding.not_applicable import is_not_applicable, not_applicable_statement
from speclint.binding.rule_index import RuleIndex
from speclint.binding.tree import Node, Tree, position
from speclint.markdown.document import Document, Section
from speclint.ruleset.model import SectionRule


class Faults:
    """The faults of one document.

    `copies` has the numbers of duplicate sections and of all below them; `astray` those of the sections in a
    wrong place, to be set from what `misplaced` yields.
    """

    def __init__(
        self,
        document: Document,
        index: RuleIndex,
        levels: Levels,
        tree: Tree,
        title: Section | None,
        copies: set[int],
    ) -> None:
        self.document = document
        self.index = index
        self.levels = levels
        self.tree = tree
        self.title = title
        self.copies = copies
        self.astray: set[int] = set()

    def missing(self, node: Node, rules: Sequence[SectionRule]) -> Iterator[Missing]:
        """Yield the rules without a section below a node; `astray` must be set before."""
        assert node.section is not None
        # What is missing goes behind the last section before it that is in its own place.
        after = node.section
        for rule in rules:
            present = node.present(rule)
            settled = [one for one in present if one.section and one.section.number not in self.astray]
            if settled:
                last = max(settled, key=position).section
                assert last is not None
                after = last
            if self.index.is_owed(rule):
                short = (rule.repeat.min if rule.repeat else 1) - len(present)
                if short > 0:
                    yield Missing(rule, after, node.section, short, self.levels.level_below(node, rule))
            for child in sorted(present, key=position):
                if not self._is_excused(child):
                    yield from self.missing(child, rule.sections)

    def _is_excused(self, node: Node) -> bool:
        """Return whether a section without any of its own states, and may state, that it does not apply."""
        section, rule = node.section, node.rule
        if section is None or rule is None or not rule.sections or node.children:
            return False
        if not is_not_applicable(self.document, section, rule):
            return False
        said = not_applicable_statement(self.document, section)
        return said is None or said.plain

    def misplaced(self) -> Iterator[Misplaced]:
        """Yield the sections in a wrong place: the smallest set whose move restores the order."""
        for parent in [node for nodes in self.tree.nodes.values() for node in nodes]:
            children = [node for nodes in parent.children.values() for node in nodes if node.section]
            inside = sorted((node for node in children if not node.misplaced), key=position)
            any_order = parent.rule is not None and parent.rule.any_order
            kept = range(len(inside)) if any_order else _longest_rise([node.number for node in inside])
            kept_nodes = sorted((inside[i] for i in kept), key=lambda node: node.number)
            numbers = [node.number for node in kept_nodes]
            keeping = {id(node) for node in kept_nodes}
            for node in children:
                if id(node) not in keeping:
                    assert node.rule is not None
                    assert node.section is not None
                    place = bisect_left(numbers, node.number)
                    before = (
                        kept_nodes[place - 1].section if place else parent.section if parent.rule else None
                    )
                    yield Misplaced(node.rule, node.section, before.title if before else "")

    def wrong_levels(self, bound: Sequence[Node]) -> Iterator[WrongLevel]:
        """Yield the sections of some nodes whose headings have a wrong level."""
        for node in bound:
            assert node.rule is not None
            assert node.section is not None
            if (
                not node.section.bold
                and not node.misplaced
                and not self.levels.fits(node.section, node.rule, node.parent)
            ):
                yield WrongLevel(node.rule, node.section, self.levels.level(node.rule))

    def too_many(self) -> Iterator[Duplicate]:
        """Yield the sections beyond the most that a repeatable rule allows, and those of one title."""
        for parent in [node for nodes in self.tree.nodes.values() for node in nodes]:
            for nodes in parent.children.values():
                rule = nodes[0].rule
                assert rule is not None
                repeat = rule.repeat
                many = repeat is not None and repeat.max is not None and len(nodes) > repeat.max
                if repeat is None or not (many or repeat.unique):
                    continue
                ordered = [node.section for node in sorted(nodes, key=position) if node.section]
                kept = ordered[: repeat.max]
                for section in ordered[len(kept) :]:
                    yield Duplicate(rule, section, ordered[0])
                if repeat.unique:
                    yield from _namesakes(rule, kept)

    def unknown(self, sections: Sequence[Section]) -> Iterator[Section]:
        """Yield the topmost of some sections and those below that no rule claims."""
        for section in sections:
            node = self.tree.node_of.get(section.number)
            if section is self.title:
                yield from self.unknown(section.children)
            elif node is None:
                if section.number not in self.copies:
                    yield section
            elif node.rule is not None and node.rule.sections:
                # Below a section without sections in the template, an author is free.
                yield from self.unknown(section.children)


def _namesakes(rule: SectionRule, sections: Sequence[Section]) -> Iterator[Duplicate]:
    """Yield the sections that have the title of one before them, case and spaces aside."""
    owners: dict[str, Section] = {}
    for section in sections:
        first = owners.setdefault(" ".join(section.title.casefold().split()), section)
        if first is not section:
            yield Duplicate(rule, section, first, namesake=True)


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    """Return the indices of a longest subsequence that never falls."""
    tails: list[int] = []
    places: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_right(tails, number)
        before.append(places[length - 1] if length else -1)
        tails[length : length + 1] = [number]
        places[length : length + 1] = [place]
    rise: list[int] = []
    place = places[-1] if places else -1
    while place >= 0:
        rise.append(place)
        place = before[place]
    return rise[::-1]
