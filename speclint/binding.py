"""Binds a document's sections to the rule set's tree, once, before any check asks.

The binding says which section stands for which rule and names every structural fault exactly once:
a misplaced, misspelt or misnumbered section costs one entry here and never makes its neighbours or
children look wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from speclint.document import Document, Section
from speclint.ruleset import RuleSet, SectionRule


class Missing(NamedTuple):
    """A rule without a section; only the topmost missing rule of a branch is listed.

    `after` is the section behind which it would go: the previous sibling, or the parent (the root for
    the very first chapter). `times` is how many more are wanted, for a repeatable one.
    """

    rule: SectionRule
    after: Section
    times: int = 1


class Misplaced(NamedTuple):
    """A section in the wrong place; `anchor` is the title it should follow ("" for: come first)."""

    rule: SectionRule
    section: Section
    anchor: str


class WrongLevel(NamedTuple):
    """A section at the wrong heading level; `level` is the wanted one."""

    rule: SectionRule
    section: Section
    level: int


class NearMiss(NamedTuple):
    """A section bound although its title is not quite the rule's; `wanted` is the title to write."""

    rule: SectionRule
    section: Section
    wanted: str


class Duplicate(NamedTuple):
    """A second section for a rule that stands once; `first` is the bound one."""

    rule: SectionRule
    section: Section
    first: Section


class Binding(NamedTuple):
    """A document under a rule set at a stage ("" where the rule set has no stages).

    `sections` gives, for the number of every rule, the sections bound to it in document order (several
    only for repeatable rules; across all instances of a repeated parent); `rules_of` the rule for the
    number of every bound section. Sections opened by a bold line count like any other once bound.
    """

    document: Document
    rules: RuleSet
    stage: str
    sections: tuple[tuple[Section, ...], ...]
    rules_of: Mapping[int, SectionRule]
    missing: tuple[Missing, ...]
    misplaced: tuple[Misplaced, ...]
    wrong_levels: tuple[WrongLevel, ...]
    near_misses: tuple[NearMiss, ...]
    duplicates: tuple[Duplicate, ...]
    unknown: tuple[Section, ...]

    def owed(self, start: str | None) -> bool:
        """Whether an obligation that begins at stage `start` (None: always) is owed now."""
        stages = self.rules.stages
        return start is None or (stages is not None and stages.reached(self.stage, start))


def stage_of(document: Document, rules: RuleSet) -> str:
    """The stage a document says it is at; the default where it says none that is known."""
    raise NotImplementedError


def bind(document: Document, rules: RuleSet, stage: str | None = None) -> Binding:
    """The binding of a document under a rule set, at the stage given or else its own."""
    raise NotImplementedError
