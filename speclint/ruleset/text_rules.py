"""Define what a rule set asks of running text: what it holds, how long it is, its links, the ids it cites."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from speclint.ruleset.patterns import RulePattern

# A part of a document in which a pattern is looked for.
Place = Literal["prose", "code", "links", "comments", "html", "fields"]

# What a pattern is held against: the text of a section as a whole, or each of its paragraphs or items.
Each = Literal["section", "paragraph", "item"]


class TextRule(NamedTuple):
    """A text that must not occur, or must, from the stage `start` on (None: always).

    It is looked for in the places `where`; with `language`, in the code of that language alone. `message` is
    what the diagnostic says about it, None for a generic one.
    """

    pattern: RulePattern
    language: str | None = None
    message: str | None = None
    start: str | None = None
    where: tuple[Place, ...] = ("prose",)
    each: Each = "section"


class Extent(NamedTuple):
    """The least and the greatest number of something, None for any."""

    min: int | None = None
    max: int | None = None


class Length(NamedTuple):
    """How long a section is, from the stage `start` on (None: always)."""

    words: Extent = Extent()
    items: Extent = Extent()
    paragraphs: Extent = Extent()
    start: str | None = None

    @property
    def units(self) -> tuple[tuple[str, Extent], ...]:
        """What is counted, with the least and the greatest number of each."""
        return ("words", self.words), ("items", self.items), ("paragraphs", self.paragraphs)


class LinkRules(NamedTuple):
    """Where links may lead; None and empty for no rule.

    `allow` and `deny` are globs for addresses; with `relative_only`, addresses lead to files, or are allowed.
    `map` has by a pattern for the path of a link where that file lies, from the root of the repository.
    `first_mention` are titles with `{n}`: the first mention of each such document is a link.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    relative_only: bool = False
    map: Mapping[str, str] = {}
    first_mention: tuple[str, ...] = ()
    start: str | None = None

    @property
    def restricts(self) -> bool:
        """Whether an address may be one that is not allowed."""
        return bool(self.allow or self.deny or self.relative_only)


class Ids(NamedTuple):
    """How the entries of a text are numbered, by titles with `{n}`; `defines` is the kind of what has them.

    `start` is the stage from which this is owed (None: always).
    """

    titles: tuple[str, ...]
    start: str | None = None
    defines: str | None = None


class Citations(NamedTuple):
    """The ids of a kind that a text cites: only defined ones, and with `every` all of them."""

    id: str
    every: bool = False
    start: str | None = None


class Groups(NamedTuple):
    """Titles of subsections of which at least one, or at most one, is there; () for no such rule."""

    at_least_one: tuple[str, ...] = ()
    at_most_one: tuple[str, ...] = ()


class TitleRule(NamedTuple):
    """What the title of a document is like; not `wanted` means that there is none."""

    wanted: bool = True
    pattern: RulePattern | None = None
    max_length: int | None = None
    message: str | None = None
