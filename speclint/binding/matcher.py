"""Bind a document's sections to the rule set's tree, once, before any check runs.

The binding states which section stands for which rule and lists every structural fault exactly once: a
misplaced, misspelt or misnumbered section costs one entry here and never makes its neighbours or children
look wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from speclint.binding.document_title import title_section
from speclint.binding.faults import Faults
from speclint.binding.front_matter import readable
from speclint.binding.groups import exceeding, lacking
from speclint.binding.levels import Levels
from speclint.binding.model import Binding, Duplicate, NearMiss
from speclint.binding.near_titles import title_closeness, wanted_title
from speclint.binding.rule_index import RuleIndex
from speclint.binding.stage import stage_of
from speclint.binding.surroundings import DocumentLocation
from speclint.binding.tree import TOP, Node, Tree, position
from speclint.markdown.document import Document, Section
from speclint.markdown.visibility import is_blank
from speclint.ruleset.model import RuleSet, SectionRule
from speclint.ruleset.patterns import RegexBudget
from speclint.ruleset.titles import fold

if TYPE_CHECKING:
    from speclint.coverage.model import Measurements


def bind(
    document: Document,
    rules: RuleSet,
    stage: str | None = None,
    location: DocumentLocation | None = None,
    coverage: Measurements | None = None,
    regex_budget: RegexBudget | None = None,
) -> Binding:
    """Return the binding of a document under a rule set, at `stage` or, if that is None, its own.

    `location` is where the document lies, so that its references to other files can be followed; `coverage`
    is what its statements about test coverage are compared with. `regex_budget` is the time that patterns of
    the rule set may take, None for a new one. Raise `RegexTimeout` when it is used up.
    """
    document = readable(document)
    stage = stage_of(document, rules) if stage is None else stage
    return _Matcher(document, rules, stage, location, coverage, regex_budget or RegexBudget()).binding()


# How many titles are compared for likeness in one document, and how many for one rule.
_COMPARISONS = 3000

_COMPARISONS_A_RULE = 60


class _Matcher:
    """The binding of one document, in passes from certain to guessed, each over all of the document.

    First what is where the template has it. Then, in the order of the document, what a wrong level or a
    missing heading has separated from its place: such a section belongs to what was bound before it. Then
    bold lines, near misses, and last misplaced sections, those of any title, and duplicates.
    """

    def __init__(
        self,
        document: Document,
        rules: RuleSet,
        stage: str,
        location: DocumentLocation | None,
        coverage: Measurements | None,
        regex_budget: RegexBudget,
    ) -> None:
        self.document = document
        self.location = location
        self.coverage = coverage
        self.index = RuleIndex(rules, stage, regex_budget)
        self.raw_parents = {
            child.number: section.number
            for section in document.sections
            if not section.bold
            for child in section.children
        }
        self.title = title_section(document, self.index)
        self.tree = Tree(self.title or document.root)
        self.headings = [
            section
            for section in document.sections[1:]
            if section.heading is not None and section is not self.title
        ]
        self.levels = Levels(self.index, self.headings)
        self.near_misses: list[NearMiss] = []
        self.duplicates: list[Duplicate] = []
        # The numbers of second sections and of all below them.
        self.copies: set[int] = set()
        # Parents and rules such as `FR{n}: {name}` of which no section has the right title.
        self.untitled: set[tuple[int, int]] = set()

    def binding(self) -> Binding:
        self._settle(self.tree.root)
        self._sweep(self._rejoin)
        self._bind_bold_lines()
        self._bind_near_misses()
        self._bind_bold_lines()
        self._sweep(self._bind_rest)
        bound = sorted(
            (
                node
                for number, nodes in self.tree.nodes.items()
                if number != TOP
                for node in nodes
                if node.section
            ),
            key=position,
        )
        faults = Faults(self.document, self.index, self.levels, self.tree, self.title, self.copies)
        misplaced = tuple(sorted(faults.misplaced(), key=lambda entry: entry.section.span))
        faults.astray = {entry.section.number for entry in misplaced}
        rules = self.index.rule_set
        sections: list[list[Section]] = [[] for _ in self.index.rules]
        rules_of: dict[int, SectionRule] = {}
        parents: dict[int, int] = {}
        for node in bound:
            assert node.section is not None
            assert node.rule is not None
            assert node.parent is not None
            sections[node.number].append(node.section)
            rules_of[node.section.number] = node.rule
            if node.parent.section is not None:
                parents[node.section.number] = node.parent.section.number
        return Binding(
            document=self.document,
            rules=rules,
            stage=self.index.stage,
            sections=tuple(map(tuple, sections)),
            rules_of=rules_of,
            missing=tuple(faults.missing(self.tree.root, rules.sections)),
            misplaced=misplaced,
            wrong_levels=tuple(faults.wrong_levels(bound)),
            near_misses=tuple(sorted(self.near_misses, key=lambda entry: entry.section.span)),
            duplicates=tuple(
                sorted([*self.duplicates, *faults.too_many()], key=lambda entry: entry.section.span)
            ),
            unknown=tuple(faults.unknown(self.document.root.children)),
            lacking=tuple(lacking(self.tree, rules, self.document)),
            exceeding=tuple(exceeding(self.tree, rules)),
            title=self.title,
            parents=parents,
            location=self.location,
            coverage=self.coverage,
            regex_budget=self.index.regex_budget,
            cache={},
        )

    # The passes

    def _settle(self, node: Node) -> None:
        """Bind what is right below a bound section, as the template has it; titles before aliases."""
        assert node.section is not None
        below = [child for child in node.section.children if child.number not in self.tree.node_of]
        if node is self.tree.root:
            below = [child for child in self._chapters() if child.number not in self.tree.node_of]
        for by_title in (True, False):
            torn = False
            for section in below:
                if section.number in self.tree.node_of:
                    continue
                named = self.index.named(section.title)
                own = [entry for entry in named if self.index.parents[entry[0].number] == node.number]
                # Behind a section of another place, what may stand often may belong to that one.
                torn = torn or (bool(named) and not own)
                for rule, primary in own:
                    if primary is by_title and node.free(rule) and not (torn and rule.repeat):
                        self._settle(self.tree.attach(rule, section, node))
                        break

    def _chapters(self) -> Iterator[Section]:
        for top in self.document.root.children:
            if top is self.title:
                yield from top.children
            else:
                yield top

    def _sweep(self, visit: Callable[[Section, Node], Node | None]) -> None:
        """Go over the headings with the node of what was bound before each; `visit` those not bound.

        A section that stays unbound closes what is as deep as itself or deeper.
        """
        for nodes in self.tree.nodes.values():
            for node in nodes:
                node.latest = None
        current = self.tree.root
        for section in self.headings:
            found = self.tree.node_of.get(section.number) or visit(section, current)
            if found is None or found.misplaced:
                while current.parent is not None and self.levels.level_of(current) >= section.level:
                    current = current.parent
            else:
                current = found
                for node in found.ancestors():
                    if node.parent is not None:
                        node.parent.latest = node

    def _rejoin(self, section: Section, current: Node) -> Node | None:
        """Bind a section to the rule it names, if what was bound before it has a place for that rule."""
        parents = self.index.parents
        around = {node.number: node for node in current.ancestors()}
        best: tuple[int, bool] | None = None
        chosen: tuple[SectionRule, int] | None = None
        for rule, primary in self.index.named(section.title):
            top, rank = rule, 0
            while parents[top.number] not in around and not self.tree.nodes.get(parents[top.number]):
                top = self.index.rules[parents[top.number]]
            anchor = around.get(parents[top.number])
            if anchor is None or not anchor.free(top) or (rule.repeat and self._in_copy(section, rule)):
                continue
            in_order = anchor.is_in_order(top)
            if top is rule:
                distinct = self.index.is_owed(rule) or (primary and " " in fold(section.title))
                if self.levels.fits(section, rule, anchor):
                    rank = 0 if in_order else 1
                elif in_order and distinct:
                    rank = 3
                else:
                    continue
            elif in_order and section.level == self.levels.level(rule):
                rank = 2
            else:
                continue
            if best is None or (rank, not primary) < best:
                best, chosen = (rank, not primary), (rule, anchor.number)
        if chosen is None:
            return None
        rule, anchor_number = chosen
        path = [rule]
        while parents[path[-1].number] != anchor_number:
            path.append(self.index.rules[parents[path[-1].number]])
        parent = around[anchor_number]
        for missing in reversed(path[1:]):
            there = parent.children.get(missing.number)
            parent = there[0] if there else self.tree.open(missing, None, parent)
        node = self.tree.attach(rule, section, parent)
        self._settle(node)
        return node

    def _in_copy(self, section: Section, rule: SectionRule) -> bool:
        """Return whether a section is in one that looks like a duplicate of its rule's parent."""
        around = self.document.sections[self.raw_parents[section.number]]
        if around.number == 0 or around is self.title or around.number in self.tree.node_of:
            return False
        parent = self.index.parents[rule.number]
        return bool(self.tree.nodes.get(parent)) and any(
            named.number == parent and not self.tree.nodes[parent][0].free(named)
            for named, _ in self.index.named(around.title)
        )

    def _bind_bold_lines(self) -> None:
        """Bind bold lines used as headings to rules that have no section; deeper ones follow in sequence.

        The line is in the section that would hold it, or, where headings precede it there and nothing in it
        has a better claim, in one of the sections below that.
        """
        for further in (False, True):
            pending = [(node, node.section) for nodes in list(self.tree.nodes.values()) for node in nodes]
            for node, host in pending:
                rules = node.rule.sections if node.rule else self.index.rule_set.sections
                open_rules = {rule.number for rule in rules if not node.has(rule)}
                if host is None or not open_rules:
                    continue
                hosts = [(node.rule, host)]
                if node is self.tree.root and self.title:
                    hosts.append((None, self.document.root))
                if further and node.section is host:
                    below = [child for children in node.children.values() for child in children]
                    hosts += [(child.rule, child.section) for child in below if child.section]
                for rule_of_host, section in hosts:
                    for line in section.bold_sections:
                        if line.number not in self.tree.node_of and not _is_label(line, rule_of_host):
                            bound = self._bind_bold_line(line, node, open_rules)
                            pending += [(bound, section)] if bound else []

    def _bind_bold_line(self, line: Section, node: Node, open_rules: set[int]) -> Node | None:
        for rule, _ in self.index.named(line.title):
            if rule.number in open_rules and node.free(rule):
                return self.tree.attach(rule, line, node)
        return None

    def _bind_near_misses(self) -> None:
        """Bind sections whose titles are close to that of a rule without one, the closest first."""
        near: list[tuple[float, int, Section, Node, SectionRule]] = []
        open_rules: dict[int, list[SectionRule]] = {}
        compared: dict[int, int] = {}
        budget = _COMPARISONS

        def compare(section: Section, current: Node) -> None:
            nonlocal budget
            if self.index.named(section.title):
                return
            for parent in current.ancestors():
                rules = open_rules.get(id(parent))
                if rules is None:
                    own = parent.rule.sections if parent.rule else self.index.rule_set.sections
                    rules = open_rules[id(parent)] = [rule for rule in own if parent.free(rule)]
                for rule in rules:
                    if budget <= 0 or compared.get(rule.number, 0) >= _COMPARISONS_A_RULE:
                        continue
                    fits, in_order = self.levels.fits(section, rule, parent), parent.is_in_order(rule)
                    if fits or in_order:
                        budget -= 1
                        compared[rule.number] = compared.get(rule.number, 0) + 1
                        score = title_closeness(self.index, section, rule)
                        if score >= (0.6 if fits and in_order and self.index.is_owed(rule) else 0.9):
                            near.append((-score, section.number, section, parent, rule))

        def visit(section: Section, current: Node) -> None:
            compare(section, current)

        self._sweep(visit)
        near.sort(key=lambda entry: entry[:2])
        for _, number, section, parent, rule in near:
            if number not in self.tree.node_of and parent.free(rule):
                self._near_miss(section, rule, parent)

    def _near_miss(self, section: Section, rule: SectionRule, parent: Node) -> Node:
        node = self.tree.attach(rule, section, parent)
        wanted = wanted_title(self.index, section, rule, len(parent.children[rule.number]))
        self.near_misses.append(NearMiss(rule, section, wanted))
        self._settle(node)
        return node

    def _bind_rest(self, section: Section, current: Node) -> Node | None:
        """Bind what is in a wrong place, what may have any title, and collect duplicates."""
        around = self.raw_parents[section.number]
        if around in self.copies:
            self.copies.add(section.number)
            return None
        if self._is_copy(section, current):
            return None
        misplaced = self._misplaced_for(section)
        if misplaced is not None:
            return misplaced
        if (
            around != 0
            and around not in self.tree.node_of
            and (self.title is None or around != self.title.number)
        ):
            return None
        for parent in current.ancestors():
            wildcard = self.index.wildcards.get(parent.number)
            right_below = parent.section is not None and parent.section.number == around
            if wildcard is not None and (right_below or section.level == self.levels.level(wildcard)):
                node = self.tree.attach(wildcard, section, parent)
                self._settle(node)
                return node
            if right_below and self.levels.level_of(parent) < section.level:
                unnamed = self._unnamed(section, parent)
                if unnamed is not None:
                    return unnamed
        return self._raised(section, current)

    def _is_copy(self, section: Section, current: Node) -> bool:
        """Return whether a section is a duplicate for a rule that occurs once; if so, collect it."""
        around = {node.number: node for node in current.ancestors()}
        for rule, _ in self.index.named(section.title):
            parent = around.get(self.index.parents[rule.number])
            if parent is None or parent.free(rule):
                continue
            first = parent.present(rule)[0].section
            assert first is not None
            same_level = section.level == first.level or self.levels.fits(section, rule, parent)
            if same_level and fold(section.title) == fold(first.title) and not first.bold:
                self.copies.add(section.number)
                self.duplicates.append(Duplicate(rule, section, first))
                return True
        return False

    def _misplaced_for(self, section: Section) -> Node | None:
        """Bind a section to a rule that is missing elsewhere; return its node, None if there is none."""
        for rule, primary in self.index.named(section.title):
            if not self.index.is_owed(rule) or rule.pattern is not None:
                continue
            fits = section.level == self.levels.level(rule)
            if not fits and (not primary or rule.repeat or " " not in fold(section.title)):
                continue
            for parent in self.tree.nodes.get(self.index.parents[rule.number], ())[:8]:
                if parent.section is not None and not parent.has(rule):
                    node = self.tree.attach(rule, section, parent)
                    node.misplaced = True
                    self._settle(node)
                    return node
        return None

    def _unnamed(self, section: Section, parent: Node) -> Node | None:
        """Bind a section below one that owes sections such as `FR1: Name` and has none with such a title."""
        rules = parent.rule.sections if parent.rule else ()
        for rule in rules:
            pattern = self.index.patterns.get(rule.title)
            if (
                rule.repeat
                and pattern
                and not pattern.fixed
                and self.index.is_owed(rule)
                and "{name}" in rule.title
            ):
                key = (id(parent), rule.number)
                if key not in self.untitled and not parent.has(rule):
                    self.untitled.add(key)
                if key in self.untitled and self.levels.fits(section, rule, parent):
                    return self._near_miss(section, rule, parent)
        return None

    def _raised(self, section: Section, current: Node) -> Node | None:
        """Bind a section of any title that has slipped out of the one right before it."""
        wildcard = self.index.wildcards.get(current.number)
        before = current.section
        if wildcard is None or before is None or current is self.tree.root or current.has(wildcard):
            return None
        follows = before.number == section.number - 1 and before.level == section.level
        if follows and (self.index.is_owed(wildcard) or is_blank(self.document.source, before.body)):
            return self.tree.attach(wildcard, section, current)
        return None


def _is_label(line: Section, rule: SectionRule | None) -> bool:
    """Return whether a bold line is a label that the section it is in owes."""
    folded = fold(line.title)
    return rule is not None and any(
        folded == fold(name) for label in rule.labels for name in (label.name, *label.aliases)
    )
