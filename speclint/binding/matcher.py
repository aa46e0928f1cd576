"""Binds a document's sections to the rule set's tree, once, before any check asks.

The binding says which section stands for which rule and names every structural fault exactly once:
a misplaced, misspelt or misnumbered section costs one entry here and never makes its neighbours or
children look wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from speclint.binding.model import Binding, Duplicate, Misplaced, Missing, NearMiss, WrongLevel
from speclint.binding.not_applicable import is_not_applicable, not_applicable_statement
from speclint.binding.stage import stage_of
from speclint.binding.surroundings import DocumentLocation
from speclint.markdown.document import Document, Section, is_blank
from speclint.ruleset.model import RuleSet, SectionRule
from speclint.ruleset.patterns import RegexBudget
from speclint.ruleset.similarity import closeness
from speclint.ruleset.titles import TitlePattern, fold, head, pattern_of, unnumbered, without_parenthesis

if TYPE_CHECKING:
    from speclint.coverage.model import Measurements


def bind(
    document: Document,
    rules: RuleSet,
    stage: str | None = None,
    place: DocumentLocation | None = None,
    measured: Measurements | None = None,
) -> Binding:
    """The binding of a document under a rule set, at the stage given or else its own.

    `place` is where the document lies, for what it says of other files, `measured` what it is held against
    when it speaks of test coverage. Raises `OutOfTime` when a pattern of the rule set takes too long.
    """
    stage = stage_of(document, rules) if stage is None else stage
    return _Binder(document, rules, stage, place, measured).binding()


# The number that stands for the parent of the chapters, where others have that of a rule.
_TOP = -1

# How many titles are compared for likeness in one document, and how many for one rule.
_COMPARISONS = 3000

_COMPARISONS_A_RULE = 60


class _Node:
    """A rule's place in the document: a section, or None where only sections below it are there."""

    __slots__ = ("children", "latest", "misplaced", "parent", "rule", "section")

    def __init__(self, rule: SectionRule | None, section: Section | None, parent: _Node | None) -> None:
        self.rule = rule
        self.section = section
        self.parent = parent
        self.children: dict[int, list[_Node]] = {}
        self.misplaced = False
        # The child that a sweep over the document has passed last.
        self.latest: _Node | None = None

    @property
    def number(self) -> int:
        return self.rule.number if self.rule else _TOP

    def present(self, rule: SectionRule) -> list[_Node]:
        """The children that stand for a rule with a section of their own."""
        return [node for node in self.children.get(rule.number, ()) if node.section is not None]

    def has(self, rule: SectionRule) -> bool:
        """Whether a section of its own stands for a rule among the children."""
        return any(node.section is not None for node in self.children.get(rule.number, ()))

    def free(self, rule: SectionRule) -> bool:
        """Whether one more section may stand for a rule here."""
        return rule.repeat is not None or not self.has(rule)

    def lies_in(self, section: Section) -> bool:
        """Whether a section holds all that was bound below."""
        below = [node.section for nodes in self.children.values() for node in nodes if node.section]
        return all(section.span.encloses(one.span) for one in below)

    def ancestors(self) -> Iterator[_Node]:
        """The node itself and those around it, from the inside."""
        node: _Node | None = self
        while node is not None:
            yield node
            node = node.parent


class _Binder:
    """Binds in passes, from what is certain to what is a guess, each over all of the document.

    First what stands where the template has it. Then, in the order of the document, what a wrong level
    or a heading that is gone has torn from its place: such a section belongs to what was bound before it.
    Then bold lines, near misses, and last misplaced sections, those of any title, and duplicates.
    """

    def __init__(
        self,
        document: Document,
        rules: RuleSet,
        stage: str,
        place: DocumentLocation | None,
        measured: Measurements | None,
    ) -> None:
        self.document = document
        self.place = place
        self.measured = measured
        self.allowance = RegexBudget()
        self.rule_set = rules
        self.stage = stage
        self.rules: dict[int, SectionRule] = {}
        self.parents: dict[int, int] = {}
        self.by_title: dict[str, list[tuple[SectionRule, bool]]] = {}
        self.patterns: dict[str, TitlePattern] = {}
        self.patterned: list[tuple[SectionRule, TitlePattern | None]] = []
        self.wildcards: dict[int, SectionRule] = {}
        self.field_names = {fold(field.name) for field in rules.fields}
        self._index(rules.sections, _TOP)
        self.names: dict[str, tuple[tuple[SectionRule, bool], ...]] = {}
        self.raw_parents = {
            child.number: section.number
            for section in document.sections
            if not section.bold
            for child in section.children
        }
        self.title = self._title()
        self.root = _Node(None, self.title or document.root, None)
        self.nodes: dict[int, list[_Node]] = {_TOP: [self.root]}
        self.node_of: dict[int, _Node] = {}
        self.headings = [
            section
            for section in document.sections[1:]
            if section.heading is not None and section is not self.title
        ]
        self.shift = self._shift()
        self.near_misses: list[NearMiss] = []
        self.duplicates: list[Duplicate] = []
        # The numbers of second sections and of all below them.
        self.copies: set[int] = set()
        # The numbers of sections in a wrong place.
        self.astray: set[int] = set()
        # Parents and rules such as `FR{n}: {name}` of which no section has the right title.
        self.untitled: set[tuple[int, int]] = set()

    def binding(self) -> Binding:
        self._settle(self.root)
        self._sweep(self._rejoin)
        self._bind_bold_lines()
        self._bind_near_misses()
        self._bind_bold_lines()
        self._sweep(self._bind_rest)
        bound = sorted(
            (
                node
                for number, nodes in self.nodes.items()
                if number != _TOP
                for node in nodes
                if node.section
            ),
            key=_position,
        )
        misplaced = tuple(sorted(self._misplaced(), key=lambda entry: entry.section.span))
        self.astray = {entry.section.number for entry in misplaced}
        sections: list[list[Section]] = [[] for _ in self.rules]
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
            rules=self.rule_set,
            stage=self.stage,
            sections=tuple(map(tuple, sections)),
            rules_of=rules_of,
            missing=tuple(self._missing(self.root, self.rule_set.sections)),
            misplaced=misplaced,
            wrong_levels=tuple(self._wrong_levels(bound)),
            near_misses=tuple(sorted(self.near_misses, key=lambda entry: entry.section.span)),
            duplicates=tuple(
                sorted([*self.duplicates, *self._too_many()], key=lambda entry: entry.section.span)
            ),
            unknown=tuple(self._unknown(self.document.root.children)),
            title=self.title,
            parents=parents,
            place=self.place,
            measured=self.measured,
            allowance=self.allowance,
            computed={},
        )

    # The rule set

    def _index(self, rules: Sequence[SectionRule], parent: int) -> None:
        for rule in rules:
            self.rules[rule.number] = rule
            self.parents[rule.number] = parent
            if rule.pattern is not None:
                self.patterned.append((rule, None))
            for title in (rule.title, *rule.aliases):
                if title is rule.title and rule.pattern is not None:
                    continue
                pattern = self.patterns[title] = pattern_of(title)
                if pattern.anything:
                    self.wildcards[parent] = rule
                elif pattern.fixed:
                    primary = title is rule.title
                    self.by_title.setdefault(pattern.folded, []).append((rule, primary))
                else:
                    self.patterned.append((rule, pattern))
            self._index(rule.sections, rule.number)

    def _named(self, title: str) -> tuple[tuple[SectionRule, bool], ...]:
        """The rules that a title names, each with whether by the title itself, not by an alias."""
        found = self.names.get(title)
        if found is None:
            found = self.names[title] = tuple(self._find_named(title))
        return found

    def _find_named(self, title: str) -> Iterator[tuple[SectionRule, bool]]:
        exact = self.by_title.get(fold(title), [])
        yield from exact
        seen = {rule.number for rule, _ in exact}
        for rule, pattern in self.patterned:
            if rule.number not in seen and self._matches(rule, pattern, title):
                seen.add(rule.number)
                yield rule, True
        if seen:
            return
        shorter = without_parenthesis(title)
        if shorter is not None:
            yield from self.by_title.get(fold(shorter), ())
        elif ":" in title and (name := fold(title.split(":", 1)[0])) in self.field_names:
            # A heading that carries a field: `## Current Status: Testing`.
            yield from self.by_title.get(name, ())

    def _matches(self, rule: SectionRule, pattern: TitlePattern | None, title: str) -> bool:
        if pattern is not None:
            return pattern.match(title) is not None
        if rule.pattern is None:
            return False
        if rule.pattern.fullmatch(title, self.allowance):
            return True
        bare = unnumbered(title)
        return bare != title and rule.pattern.fullmatch(bare, self.allowance)

    def _owed(self, rule: SectionRule) -> bool:
        stages = self.rule_set.stages
        reached = rule.from_stage is None or stages is None or stages.reached(self.stage, rule.from_stage)
        return rule.required and reached and (rule.repeat is None or rule.repeat.min > 0)

    # The document

    def _title(self) -> Section | None:
        """The section that is the document's title, not one of its chapters."""
        tops = self.document.root.children
        first = next((top for top in tops if top.level == 1), tops[0] if len(tops) == 1 else None)
        if first is None:
            return None
        if self.rule_set.title and pattern_of(self.rule_set.title).match(first.title) is not None:
            return first
        if any(self._is_chapter(rule) for rule, _ in self._named(first.title)):
            chapters = sum(self._names_chapter(child) for child in first.children)
            return first if len(tops) == 1 and chapters > len(first.children) - chapters else None
        if not first.children and sum(map(self._names_chapter, tops)) > 1:
            # All chapters stand at the level of the title: is this one of them, misspelt?
            folded = fold(first.title)
            if any(closeness(folded, fold(rule.title)) >= 0.9 for rule in self.rule_set.sections):
                return None
        return first if first.level == 1 or first.children else None

    def _is_chapter(self, rule: SectionRule) -> bool:
        return self.parents[rule.number] == _TOP

    def _names_chapter(self, section: Section) -> bool:
        return any(self._is_chapter(rule) for rule, _ in self._named(section.title))

    def _shift(self) -> int:
        """By how many levels the document as a whole stands deeper than the template."""
        votes: dict[int, int] = {}
        for section in self.headings:
            named = self._named(section.title)
            if len(named) == 1:
                shift = section.level - named[0][0].level
                votes[shift] = votes.get(shift, 0) + 1
        return min(votes, key=lambda shift: (-votes[shift], abs(shift), shift), default=0)

    def _level(self, rule: SectionRule) -> int:
        return min(max(rule.level + self.shift, 1), 6)

    def _level_of(self, node: _Node) -> int:
        if node.section is not None and not node.section.bold:
            return node.section.level
        return self._level(node.rule) if node.rule else 0

    def _level_fits(self, section: Section, rule: SectionRule, parent: _Node | None) -> bool:
        """Whether a level is right: the template's, or right below that of the section around it.

        Where the template skips levels, a document need not skip as many.
        """
        if section.level == self._level(rule):
            return True
        if parent is None or parent.rule is None or parent.section is None or parent.section.bold:
            return False
        most = self._level_below(parent, rule)
        return min(parent.section.level + 1, most) <= section.level <= most

    def _level_below(self, parent: _Node, rule: SectionRule) -> int:
        """The level that a section for a rule has in the section around it."""
        if parent.rule is None or parent.section is None or parent.section.bold:
            return self._level(rule)
        return min(parent.section.level + rule.level - parent.rule.level, 6)

    def _in_order(self, parent: _Node, rule: SectionRule) -> bool:
        """Whether a section for a rule would follow the right sibling where a sweep has come to."""
        latest = parent.latest.number if parent.latest else None
        before = [number for number in parent.children if number < rule.number]
        if latest == max(before, default=None):
            return True
        return rule.repeat is not None and latest == rule.number

    def _attach(self, rule: SectionRule, section: Section, parent: _Node) -> _Node:
        children = parent.children.setdefault(rule.number, [])
        node = next((child for child in children if child.section is None), None)
        if node is not None and (rule.repeat is None or node.lies_in(section)):
            node.section = section
        else:
            node = self._open(rule, section, parent)
        self.node_of[section.number] = node
        return node

    def _open(self, rule: SectionRule, section: Section | None, parent: _Node) -> _Node:
        node = _Node(rule, section, parent)
        parent.children.setdefault(rule.number, []).append(node)
        self.nodes.setdefault(rule.number, []).append(node)
        return node

    # The passes

    def _settle(self, node: _Node) -> None:
        """Bind what stands right below a bound section, as the template has it; titles before aliases."""
        assert node.section is not None
        below = [child for child in node.section.children if child.number not in self.node_of]
        if node is self.root:
            below = [child for child in self._chapters() if child.number not in self.node_of]
        for by_title in (True, False):
            torn = False
            for section in below:
                if section.number in self.node_of:
                    continue
                named = self._named(section.title)
                own = [entry for entry in named if self.parents[entry[0].number] == node.number]
                # Behind a section of another place, what may stand often may belong to that one.
                torn = torn or (bool(named) and not own)
                for rule, primary in own:
                    if primary is by_title and node.free(rule) and not (torn and rule.repeat):
                        self._settle(self._attach(rule, section, node))
                        break

    def _chapters(self) -> Iterator[Section]:
        for top in self.document.root.children:
            if top is self.title:
                yield from top.children
            else:
                yield top

    def _sweep(self, visit: Callable[[Section, _Node], _Node | None]) -> None:
        """Go over the headings with the node of what was bound before each; `visit` those not bound.

        A section that stays unbound closes what is as deep as itself or deeper.
        """
        for nodes in self.nodes.values():
            for node in nodes:
                node.latest = None
        current = self.root
        for section in self.headings:
            found = self.node_of.get(section.number) or visit(section, current)
            if found is None or found.misplaced:
                while current.parent is not None and self._level_of(current) >= section.level:
                    current = current.parent
            else:
                current = found
                for node in found.ancestors():
                    if node.parent is not None:
                        node.parent.latest = node

    def _rejoin(self, section: Section, current: _Node) -> _Node | None:
        """Bind a section to the rule it names, if what was bound before it gives that rule a place."""
        around = {node.number: node for node in current.ancestors()}
        best: tuple[int, bool] | None = None
        chosen: tuple[SectionRule, int] | None = None
        for rule, primary in self._named(section.title):
            top, rank = rule, 0
            while self.parents[top.number] not in around and not self.nodes.get(self.parents[top.number]):
                top = self.rules[self.parents[top.number]]
            anchor = around.get(self.parents[top.number])
            if anchor is None or not anchor.free(top) or (rule.repeat and self._in_copy(section, rule)):
                continue
            in_order = self._in_order(anchor, top)
            if top is rule:
                distinct = self._owed(rule) or (primary and " " in fold(section.title))
                if self._level_fits(section, rule, anchor):
                    rank = 0 if in_order else 1
                elif in_order and distinct:
                    rank = 3
                else:
                    continue
            elif in_order and section.level == self._level(rule):
                rank = 2
            else:
                continue
            if best is None or (rank, not primary) < best:
                best, chosen = (rank, not primary), (rule, anchor.number)
        if chosen is None:
            return None
        rule, anchor_number = chosen
        path = [rule]
        while self.parents[path[-1].number] != anchor_number:
            path.append(self.rules[self.parents[path[-1].number]])
        parent = around[anchor_number]
        for missing in reversed(path[1:]):
            there = parent.children.get(missing.number)
            parent = there[0] if there else self._open(missing, None, parent)
        node = self._attach(rule, section, parent)
        self._settle(node)
        return node

    def _in_copy(self, section: Section, rule: SectionRule) -> bool:
        """Whether a section stands in one that looks like a second one of its rule's parent."""
        around = self.document.sections[self.raw_parents[section.number]]
        if around.number == 0 or around is self.title or around.number in self.node_of:
            return False
        parent = self.parents[rule.number]
        return bool(self.nodes.get(parent)) and any(
            named.number == parent and not self.nodes[parent][0].free(named)
            for named, _ in self._named(around.title)
        )

    def _bind_bold_lines(self) -> None:
        """Bind bold lines used as headings to rules that have no section; deeper ones follow in sequence.

        The line stands in the section that would hold it, or, where headings precede it there and nothing
        in it has a better claim, in one of the sections below that.
        """
        for further in (False, True):
            pending = [(node, node.section) for nodes in list(self.nodes.values()) for node in nodes]
            for node, host in pending:
                rules = node.rule.sections if node.rule else self.rule_set.sections
                open_rules = {rule.number for rule in rules if not node.has(rule)}
                if host is None or not open_rules:
                    continue
                hosts = [(node.rule, host)]
                if node is self.root and self.title:
                    hosts.append((None, self.document.root))
                if further and node.section is host:
                    below = [child for children in node.children.values() for child in children]
                    hosts += [(child.rule, child.section) for child in below if child.section]
                for rule_of_host, section in hosts:
                    for line in section.bold_sections:
                        if line.number not in self.node_of and not _is_label(line, rule_of_host):
                            bound = self._bind_bold_line(line, node, open_rules)
                            pending += [(bound, section)] if bound else []

    def _bind_bold_line(self, line: Section, node: _Node, open_rules: set[int]) -> _Node | None:
        for rule, _ in self._named(line.title):
            if rule.number in open_rules and node.free(rule):
                return self._attach(rule, line, node)
        return None

    def _bind_near_misses(self) -> None:
        """Bind sections whose titles are close to that of a rule without one, the closest first."""
        near: list[tuple[float, int, Section, _Node, SectionRule]] = []
        open_rules: dict[int, list[SectionRule]] = {}
        compared: dict[int, int] = {}
        budget = _COMPARISONS

        def compare(section: Section, current: _Node) -> None:
            nonlocal budget
            if self._named(section.title):
                return
            for parent in current.ancestors():
                rules = open_rules.get(id(parent))
                if rules is None:
                    own = parent.rule.sections if parent.rule else self.rule_set.sections
                    rules = open_rules[id(parent)] = [rule for rule in own if parent.free(rule)]
                for rule in rules:
                    if budget <= 0 or compared.get(rule.number, 0) >= _COMPARISONS_A_RULE:
                        continue
                    fits, in_order = self._level_fits(section, rule, parent), self._in_order(parent, rule)
                    if fits or in_order:
                        budget -= 1
                        compared[rule.number] = compared.get(rule.number, 0) + 1
                        score = self._closeness(section, rule)
                        if score >= (0.6 if fits and in_order and self._owed(rule) else 0.9):
                            near.append((-score, section.number, section, parent, rule))

        def visit(section: Section, current: _Node) -> None:
            compare(section, current)

        self._sweep(visit)
        near.sort(key=lambda entry: entry[:2])
        for _, number, section, parent, rule in near:
            if number not in self.node_of and parent.free(rule):
                self._near_miss(section, rule, parent)

    def _near_miss(self, section: Section, rule: SectionRule, parent: _Node) -> _Node:
        node = self._attach(rule, section, parent)
        pattern = self.patterns.get(rule.title) or TitlePattern(rule.title)
        wanted = rule.title
        if not pattern.fixed:
            number = re.search(r"\d+(?:\.\d+)*", section.title)
            name = re.sub(r"^[^:–—]{0,40}[:–—]\s*|^\w++(?:[\s.-]++\d++|(?<=\w\d))\s+", "", section.title)
            place = str(len(parent.children[rule.number]))
            wanted = pattern.filled({"n": number.group() if number else place, "name": name})
        self.near_misses.append(NearMiss(rule, section, wanted))
        self._settle(node)
        return node

    def _closeness(self, section: Section, rule: SectionRule) -> float:
        folded = fold(section.title)
        best = 0.0
        for title in (rule.title, *rule.aliases):
            pattern = self.patterns.get(title)
            if pattern is None or pattern.anything:
                continue
            if pattern.fixed:
                best = max(best, closeness(folded, pattern.folded), _shared_head(section.title, title))
            elif words := pattern.words():
                beginning = re.findall(r"[^\W\d_]+", folded)[: words.count(" ") + 1]
                found = " ".join(beginning)
                best = max(best, 0.9 if found == words else closeness(found, words))
        return best

    def _bind_rest(self, section: Section, current: _Node) -> _Node | None:
        """Bind what is in a wrong place, what may have any title, and note second sections."""
        around = self.raw_parents[section.number]
        if around in self.copies:
            self.copies.add(section.number)
            return None
        if self._is_copy(section, current):
            return None
        misplaced = self._misplaced_for(section)
        if misplaced is not None:
            return misplaced
        if around != 0 and around not in self.node_of and (self.title is None or around != self.title.number):
            return None
        for parent in current.ancestors():
            wildcard = self.wildcards.get(parent.number)
            right_below = parent.section is not None and parent.section.number == around
            if wildcard is not None and (right_below or section.level == self._level(wildcard)):
                node = self._attach(wildcard, section, parent)
                self._settle(node)
                return node
            if right_below and self._level_of(parent) < section.level:
                unnamed = self._unnamed(section, parent)
                if unnamed is not None:
                    return unnamed
        return self._raised(section, current)

    def _is_copy(self, section: Section, current: _Node) -> bool:
        """Whether a section is a second one for a rule that stands once; if so it is noted."""
        around = {node.number: node for node in current.ancestors()}
        for rule, _ in self._named(section.title):
            parent = around.get(self.parents[rule.number])
            if parent is None or parent.free(rule):
                continue
            first = parent.present(rule)[0].section
            assert first is not None
            same_level = section.level == first.level or self._level_fits(section, rule, parent)
            if same_level and fold(section.title) == fold(first.title) and not first.bold:
                self.copies.add(section.number)
                self.duplicates.append(Duplicate(rule, section, first))
                return True
        return False

    def _misplaced_for(self, section: Section) -> _Node | None:
        """Bind a section to a rule that is missing elsewhere."""
        for rule, primary in self._named(section.title):
            if not self._owed(rule) or rule.pattern is not None:
                continue
            fits = section.level == self._level(rule)
            if not fits and (not primary or rule.repeat or " " not in fold(section.title)):
                continue
            for parent in self.nodes.get(self.parents[rule.number], ())[:8]:
                if parent.section is not None and not parent.has(rule):
                    node = self._attach(rule, section, parent)
                    node.misplaced = True
                    self._settle(node)
                    return node
        return None

    def _unnamed(self, section: Section, parent: _Node) -> _Node | None:
        """Bind a section below one that owes such as `FR1: Name` and has none that is titled so."""
        rules = parent.rule.sections if parent.rule else ()
        for rule in rules:
            pattern = self.patterns.get(rule.title)
            if rule.repeat and pattern and not pattern.fixed and self._owed(rule) and "{name}" in rule.title:
                key = (id(parent), rule.number)
                if key not in self.untitled and not parent.has(rule):
                    self.untitled.add(key)
                if key in self.untitled and self._level_fits(section, rule, parent):
                    return self._near_miss(section, rule, parent)
        return None

    def _raised(self, section: Section, current: _Node) -> _Node | None:
        """Bind a section of any title that has slipped out of the one right before it."""
        wildcard = self.wildcards.get(current.number)
        before = current.section
        if wildcard is None or before is None or current is self.root or current.has(wildcard):
            return None
        follows = before.number == section.number - 1 and before.level == section.level
        if follows and (self._owed(wildcard) or is_blank(before.body)):
            return self._attach(wildcard, section, current)
        return None

    # What is at fault

    def _missing(self, node: _Node, rules: Sequence[SectionRule]) -> Iterator[Missing]:
        assert node.section is not None
        # What is missing goes behind the last section before it that is in its own place.
        after = node.section
        for rule in rules:
            present = node.present(rule)
            settled = [one for one in present if one.section and one.section.number not in self.astray]
            if settled:
                last = max(settled, key=_position).section
                assert last is not None
                after = last
            if self._owed(rule):
                short = (rule.repeat.min if rule.repeat else 1) - len(present)
                if short > 0:
                    yield Missing(rule, after, node.section, short, self._level_below(node, rule))
            for child in sorted(present, key=_position):
                if not self._is_excused(child):
                    yield from self._missing(child, rule.sections)

    def _is_excused(self, node: _Node) -> bool:
        """Whether a section without any of its own says, and may say, that it does not apply."""
        section, rule = node.section, node.rule
        if section is None or rule is None or not rule.sections or node.children:
            return False
        said = not_applicable_statement(self.document, section)
        return said is not None and said.plain and is_not_applicable(self.document, section, rule)

    def _misplaced(self) -> Iterator[Misplaced]:
        for parent in [node for nodes in self.nodes.values() for node in nodes]:
            children = [node for nodes in parent.children.values() for node in nodes if node.section]
            inside = sorted((node for node in children if not node.misplaced), key=_position)
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

    def _wrong_levels(self, bound: Sequence[_Node]) -> Iterator[WrongLevel]:
        for node in bound:
            assert node.rule is not None
            assert node.section is not None
            if (
                not node.section.bold
                and not node.misplaced
                and not self._level_fits(node.section, node.rule, node.parent)
            ):
                yield WrongLevel(node.rule, node.section, self._level(node.rule))

    def _too_many(self) -> Iterator[Duplicate]:
        for parent in [node for nodes in self.nodes.values() for node in nodes]:
            for nodes in parent.children.values():
                rule = nodes[0].rule
                assert rule is not None
                if rule.repeat and rule.repeat.max is not None and len(nodes) > rule.repeat.max:
                    ordered = [node.section for node in sorted(nodes, key=_position) if node.section]
                    for section in ordered[rule.repeat.max :]:
                        yield Duplicate(rule, section, ordered[0])

    def _unknown(self, sections: Sequence[Section]) -> Iterator[Section]:
        for section in sections:
            node = self.node_of.get(section.number)
            if section is self.title:
                yield from self._unknown(section.children)
            elif node is None:
                if section.number not in self.copies:
                    yield section
            elif node.rule is not None and node.rule.sections:
                # Below a section without sections in the template, an author is free.
                yield from self._unknown(section.children)


def _shared_head(found: str, wanted: str) -> float:
    """How likely a title is meant to be another that begins with it (`Motivation: why?`), or the reverse."""
    for likely, short, long in ((0.9, found, wanted), (0.7, wanted, found)):
        if ":" in long or "(" in long:
            beginning = head(long)
            if beginning is not None and fold(beginning) == fold(short):
                return likely
    return 0.0


def _is_label(line: Section, rule: SectionRule | None) -> bool:
    """Whether a bold line is a label that the section it stands in owes."""
    folded = fold(line.title)
    return rule is not None and any(
        folded == fold(name) for label in rule.labels for name in (label.name, *label.aliases)
    )


def _position(node: _Node) -> int:
    return node.section.span.start if node.section else -1


def _longest_rise(numbers: Sequence[int]) -> list[int]:
    """The places of a longest subsequence that never falls."""
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
