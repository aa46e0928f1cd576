"""Find the rules of a rule set that a title names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speclint.binding.tree import TOP
from speclint.markdown.document import Section
from speclint.ruleset.model import RuleSet, SectionRule
from speclint.ruleset.patterns import RegexBudget
from speclint.ruleset.titles import TitlePattern, fold, pattern_of, unnumbered, without_parenthesis


class RuleIndex:
    """The section rules of a rule set by number and by title.

    `parents` has, by the number of a rule, that of the rule around it, `TOP` for chapters; `patterns` the
    pattern of every title; `wildcards`, by the number of a rule, the rule below it that takes any title.
    """

    def __init__(self, rule_set: RuleSet, stage: str, regex_budget: RegexBudget) -> None:
        self.rule_set = rule_set
        self.stage = stage
        self.regex_budget = regex_budget
        self.rules: dict[int, SectionRule] = {}
        self.parents: dict[int, int] = {}
        self.by_title: dict[str, list[tuple[SectionRule, bool]]] = {}
        self.patterns: dict[str, TitlePattern] = {}
        self.patterned: list[tuple[SectionRule, TitlePattern | None]] = []
        self.wildcards: dict[int, SectionRule] = {}
        self.field_names = {fold(field.name) for field in rule_set.fields}
        self._index(rule_set.sections, TOP)
        # What was found for a title, because every pass asks for it again.
        self.names: dict[str, tuple[tuple[SectionRule, bool], ...]] = {}

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

    def named(self, title: str) -> tuple[tuple[SectionRule, bool], ...]:
        """Return the rules that a title names, each with whether it is the rule's title, not an alias."""
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
        if rule.pattern.fullmatch(title, self.regex_budget):
            return True
        bare = unnumbered(title)
        return bare != title and rule.pattern.fullmatch(bare, self.regex_budget)

    def is_owed(self, rule: SectionRule) -> bool:
        """Return whether a section for a rule is required at the stage of the document."""
        stages = self.rule_set.stages
        reached = rule.from_stage is None or stages is None or stages.reached(self.stage, rule.from_stage)
        return rule.required and reached and (rule.repeat is None or rule.repeat.min > 0)

    def is_chapter(self, rule: SectionRule) -> bool:
        """Return whether a rule is for a chapter, not for a section of one."""
        return self.parents[rule.number] == TOP

    def names_chapter(self, section: Section) -> bool:
        """Return whether the title of a section names a chapter."""
        return any(self.is_chapter(rule) for rule, _ in self.named(section.title))
