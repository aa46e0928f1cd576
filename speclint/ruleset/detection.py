"""Detect which rule set a document is under from the document itself."""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple

from speclint.markdown.document import Document, Field
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.build import from_data
from speclint.ruleset.bundled import compiled
from speclint.ruleset.library import compile_bundled
from speclint.ruleset.model import RuleSet, SectionRule
from speclint.ruleset.similarity import closeness
from speclint.ruleset.titles import fold, pattern_of

# Headings that documents of every kind have. They say little about the template, and so count less.
_GENERIC = frozenset(
    {
        "advanced usage", "alternatives", "api", "api reference", "architecture", "background", "basic usage",
        "changelog", "common issues", "components", "configuration", "dependencies", "deployment",
        "description", "design", "documentation", "endpoints", "environment variables", "error handling",
        "examples", "features", "goals", "implementation", "integration tests", "introduction", "logging",
        "metrics", "monitoring", "open questions", "overview", "performance", "purpose", "quick start",
        "references", "requirements", "risks and mitigations", "scalability", "security",
        "security considerations", "test plan", "testing", "troubleshooting", "unit tests", "usage",
        "usage examples", "user stories",
    }
)  # fmt: skip

_GENERIC_WEIGHT = 0.25


# Measured: over real proposals and manuals of other kinds the share stays below 0.1, and a manual with
# every generic heading there is comes to 0.2; filled documents have 0.9 and more, those with half of
# their sections deleted 0.28 and more.
_SHARE = 0.22

# The same for what is left of a filled document: most of its chapters are the candidate's, and so are
# more than generic headings.
_SHARE_OF_REST = 0.14

_MOST = 0.6

# Of a document whose title fits, so many chapters are chapters of the candidate, unless its share is larger
# than that of strangers. Measured: specifications of another template with the same title have up to a third.
_HALF = 0.5

_DISTINCTIVE = 3

# From here on headings that are spelt a little otherwise count too, among so many of the document.
_DOUBTFUL = 0.1

_COMPARED = 200

_NEAR = 0.9

# No share of a few headings proves anything.
_LEAST = 1.5

# What a document whose title fits must hold besides, by how many words of its own the title has:
# "Feature: X" may be anything, "Feature Specification: X" is rarely anything else.
_SUPPORT = {1: 2.0, 2: 0.5}

# How much share a title that fits is worth where several candidates are likely.
_TITLE = 0.3


# The level of a document's chapters.
_CHAPTER = 2

# The compiled copies of all bundled candidates, in one file, since all are asked for at once.
COMPILED = "candidates"


_HOLE = lazy_regex(r"\{\w+\}")

_WORD = lazy_regex(r"\w+")


class Candidate(NamedTuple):
    """A rule set as far as detection needs it.

    `title` is the pattern of the document's title ("" for none); `headings` holds, for every section with
    a title of fixed words, the folded spellings that it may have, and `chapters` those of all chapters.
    """

    id: str
    title: str
    headings: tuple[frozenset[str], ...]
    chapters: frozenset[str] = frozenset()


def candidate(rules: RuleSet) -> Candidate:
    """Return what detection needs of a rule set."""
    spellings = [(rule, _spellings(rule)) for rule in rules.walk()]
    return Candidate(
        rules.id,
        rules.title,
        tuple(found for _, found in spellings if found),
        frozenset(one for rule, found in spellings if rule.level == _CHAPTER for one in found),
    )


def _spellings(rule: SectionRule) -> frozenset[str]:
    return frozenset(fold(title) for title in (rule.title, *rule.aliases) if title and "{" not in title)


def bundled_candidate(id: str) -> Candidate | None:
    """Return what detection needs of a bundled rule set, from its compiled copy, None if there is none."""
    data = compiled(COMPILED).get(id)
    if data is None:
        return None
    return Candidate(id, data["title"], tuple(map(frozenset, data["headings"])), frozenset(data["chapters"]))


def compile_candidates() -> dict[str, dict[str, Any]]:
    """Return what `rules/candidates.json` should hold: by id, what detection needs of a bundled rule set.

    Raise `RuleSetError` if one is faulty.
    """
    copies: dict[str, dict[str, Any]] = {}
    for id, data in compile_bundled().items():
        one = candidate(from_data(data, trusted=True))
        copies[id] = {
            "title": one.title,
            "headings": [sorted(spellings) for spellings in one.headings],
            "chapters": sorted(one.chapters),
        }
    return copies


def detect(document: Document, candidates: Sequence[Candidate]) -> str | None:
    """Return the id of the candidate that a document is under, None if there is none.

    Its front matter decides with `template: <id>`. Otherwise a candidate needs a good share of its headings
    in the document, or a title that matches with some support from the headings.
    """
    field = declaration(document)
    if field is not None and any(candidate.id == field.value for candidate in candidates):
        return field.value
    headings = dict.fromkeys(fold(section.title) for section in document.sections if section.title)
    title = next((section.title for section in document.root.children if section.level == 1), "")
    chapters = [fold(section.title) for section in document.sections if section.level == _CHAPTER]
    totals = [sum(map(_weight, candidate.headings)) or 1.0 for candidate in candidates]
    as_written = [_present(candidate, headings) for candidate in candidates]
    # Where one is beyond doubt, spelling need not be corrected in favour of the others.
    clear = any(present / total >= _MOST for present, total in zip(as_written, totals, strict=True))
    best = 0.0
    chosen: str | None = None
    for candidate, present, total in zip(candidates, as_written, totals, strict=True):
        found: Collection[str] = headings
        if not clear and _DOUBTFUL <= present / total < _SHARE:
            found = _corrected(candidate, headings)
            present = _present(candidate, found)
        share = present / total
        fits = _has_title(candidate, title, present) and _is_related(candidate, share, chapters)
        left = _part(chapters, _known(candidate)) > _MOST and _distinctive(candidate, found) >= _DISTINCTIVE
        enough = _SHARE_OF_REST if left else _SHARE
        likeness = share + _TITLE * fits
        if (fits or (share >= enough and present >= _LEAST)) and likeness > best:
            best, chosen = likeness, candidate.id
    return chosen


def _has_title(candidate: Candidate, title: str, present: float) -> bool:
    """Return whether a title is the candidate's, as far as that says anything beside some headings."""
    support = _SUPPORT.get(min(_own_words(candidate.title), 2))
    return support is not None and present >= support and pattern_of(candidate.title).match(title) is not None


def _is_related(candidate: Candidate, share: float, chapters: Sequence[str]) -> bool:
    """Return whether a document has more than next to nothing of a candidate: others have its title, too."""
    return share >= _DOUBTFUL or _part(chapters, candidate.chapters) >= _HALF


def declaration(document: Document) -> Field | None:
    """Return the field `template: <id>` of a document's front matter, None if it has none."""
    return next(
        (f for f in document.fields if f.name.casefold() == "template" and f.place == "front-matter"), None
    )


def closest_id(id: str, ids: Iterable[str]) -> str | None:
    """Return the id that a document most likely means by a misspelt one; None if `id` is one or none is near.

    None if `id` is one of `ids` or none is similar: other tools have templates of their own, so not every
    unknown id is a mistake.
    """
    known = tuple(ids)
    return (
        None if id in known else next((one for one in known if closeness(id.casefold(), one) >= _NEAR), None)
    )


def _present(candidate: Candidate, headings: Collection[str]) -> float:
    """Return the summed weight of a candidate's headings that are among those of a document."""
    return sum(_weight(spellings) for spellings in candidate.headings if not spellings.isdisjoint(headings))


def _part(chapters: Sequence[str], known: Collection[str]) -> float:
    """Return which part of a document's chapters have a known heading; all if there are none."""
    return sum(chapter in known for chapter in chapters) / len(chapters) if chapters else 1.0


def _known(candidate: Candidate) -> set[str]:
    return {spelling for spellings in candidate.headings for spelling in spellings}


def _distinctive(candidate: Candidate, headings: Collection[str]) -> int:
    """Return how many of a candidate's headings that are not generic are among those of a document."""
    return sum(
        spellings.isdisjoint(_GENERIC) and not spellings.isdisjoint(headings)
        for spellings in candidate.headings
    )


def _corrected(candidate: Candidate, headings: Iterable[str]) -> set[str]:
    """Return the headings of a document, and the candidate's spellings of those that are nearly its own."""
    known = _known(candidate)
    first = list(islice(headings, _COMPARED))
    corrected = set(first)
    for heading in first:
        if heading not in known:
            corrected.update(spelling for spelling in known if closeness(heading, spelling) >= _NEAR)
    return corrected


def _weight(spellings: frozenset[str]) -> float:
    return _GENERIC_WEIGHT if not spellings.isdisjoint(_GENERIC) else 1.0


def _own_words(title: str) -> int:
    """Return how many words of a title pattern are not left to the author."""
    return len(_WORD.findall(_HOLE.sub("", title)))
