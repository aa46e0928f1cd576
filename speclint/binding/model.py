"""Define the binding of a document to a rule set: the section of each rule, and all structural faults."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from speclint.binding.surroundings import DocumentLocation
from speclint.markdown.document import Document, Section
from speclint.ruleset.model import RuleSet, SectionRule
from speclint.ruleset.patterns import RegexBudget

if TYPE_CHECKING:
    from speclint.coverage.model import Measurements


T = TypeVar("T")


class Missing(NamedTuple):
    """A rule without a section; only the topmost missing rule of a branch is listed.

    `after` is the section that it belongs behind: the previous sibling, or the parent (the root for the very
    first chapter). `parent` is the section that it belongs in: the title's or the root for a chapter. `times`
    is how many more are required of a repeatable one; `level` is the level of heading that is right in this
    document.
    """

    rule: SectionRule
    after: Section
    parent: Section
    times: int
    level: int


class Misplaced(NamedTuple):
    """A section in the wrong place; `anchor` is the title it should follow ("" for the first place)."""

    rule: SectionRule
    section: Section
    anchor: str


class WrongLevel(NamedTuple):
    """A section at the wrong heading level; `level` is the right one."""

    rule: SectionRule
    section: Section
    level: int


class NearMiss(NamedTuple):
    """A section bound although its title is not quite the rule's; `wanted` is the right title."""

    rule: SectionRule
    section: Section
    wanted: str


class Duplicate(NamedTuple):
    """A second section for a rule that occurs once; `first` is the bound one.

    With `namesake`, it is one of several that may be there, and has the title of the first.
    """

    rule: SectionRule
    section: Section
    first: Section
    namesake: bool = False


class Lacking(NamedTuple):
    """A section without any of several subsections of which one must be there; the root for chapters."""

    parent: Section
    titles: tuple[str, ...]


class Exceeding(NamedTuple):
    """A section beside another, `first`, though only one of the titles may be there."""

    section: Section
    first: Section
    titles: tuple[str, ...]


class Binding(NamedTuple):
    """A document under a rule set at a stage ("" if the rule set has no stages).

    `sections` has, by the number of every rule, the sections bound to it in document order (several only for
    repeatable rules; across all instances of a repeated parent); `rules_of` the rule by the number of every
    bound section. Sections opened by a bold line count like any other once bound. `title` is the section of
    the document's title, which is no chapter; `parents` has, by the number of every bound section, that of
    the bound one it belongs to (the title's or 0 for chapters; none if the heading of its parent is missing).
    `location` is where among other files the document lies, None if that is not known; `coverage` what
    coverage reports measured, None if there are none; `regex_budget` is the time that patterns of the rule
    set may still take.
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
    lacking: tuple[Lacking, ...]
    exceeding: tuple[Exceeding, ...]
    title: Section | None
    parents: Mapping[int, int]
    location: DocumentLocation | None
    coverage: "Measurements | None"
    regex_budget: RegexBudget
    # The one part that changes: results of functions under `cached_per_binding`. Each follows from the other
    # parts alone, so a binding with a full cache and one with an empty cache cannot be told apart; it lives
    # here, not in a global, so that it goes when the binding goes.
    cache: dict[str, Any]

    def owed(self, start: str | None) -> bool:
        """Return whether an obligation that begins at stage `start` (None: always) is owed now."""
        stages = self.rules.stages
        return start is None or (stages is not None and stages.reached(self.stage, start))


def cached_per_binding(function: Callable[[Binding], T]) -> Callable[[Binding], T]:
    """Return a function of a binding that keeps its result in the cache of the binding.

    It is for results that several checks need. The function must depend on nothing but the binding, and its
    result must not be changed.
    """
    name = f"{function.__module__}.{function.__name__}"

    @wraps(function)
    def remembered(binding: Binding) -> T:
        if name not in binding.cache:
            binding.cache[name] = function(binding)
        result: T = binding.cache[name]
        return result

    return remembered


def titles(binding: Binding, section: Section) -> tuple[str, ...]:
    """Return the titles from the outermost chapter down to a section, without the document's own."""
    around = binding.document.sections_at(section.heading_span.start)
    within = (*around, *(() if section in around[-1:] else (section,)))
    return tuple(part.title for part in within if part.level and part is not binding.title)
