"""Find the stages of documents in the draft of a rule set: checklists by stage, and a status.

Checklists under `Development`, `Staging` and `Production` state what is owed when; a field that lists the
same words states the stage of a document. Both together are certain; one alone is a proposal.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from speclint.authoring.ruleset_draft import RuleSetDraft, SectionDraft, StagesDraft, ValueDraft
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.titles import fold

# Lives that headings name, the earliest stage first, each with its spellings.
_LIVES = (
    (("alpha",), ("beta",), ("ga", "stable", "general availability", "release", "released")),
    (("experimental", "preview"), ("alpha",), ("beta",), ("stable", "ga", "released")),
    (
        ("development", "dev", "local"),
        ("test", "testing", "qa"),
        ("staging", "uat", "pre-production", "preproduction", "preprod"),
        ("production", "prod", "live"),
    ),
    (("draft", "proposed", "proposal"), ("review", "in review"), ("approved", "accepted", "final")),
    (
        ("planning", "planned"),
        ("development", "in development"),
        ("testing",),
        ("complete", "completed", "done"),
    ),
)

# What may stand beside the name of a stage in a heading.
_ABOUT = lazy_regex(
    r"\b(?:stage|phase|environment|env|release|criteria|checklist|requirements?|gate|sign ?off|readiness)\b"
)

# What a document may be said to be before the first stage is over.
_BEGINNINGS = frozenset(("draft", "planned", "planning", "proposed", "new", "idea", "wip", "in progress"))

_SAYS_STAGE = lazy_regex(r"(?:current |document |lifecycle )?(?:status|stage|state|phase)$", re.IGNORECASE)


def staged(draft: RuleSetDraft) -> RuleSetDraft:
    """Return the draft with the stages that it shows: as rules if they are certain, else as a proposal."""
    found = _stage_sections(draft.sections)
    if found is None:
        field = next((f for f in draft.fields if f.one_of and _SAYS_STAGE.match(f.name)), None)
        return draft if field is None else draft._replace(stages=_of_field(field))
    order = tuple(stage for stage, _ in found)
    thresholds = tuple((stage, one.coverage) for stage, one in found if one.coverage is not None)
    status, values = _status(draft.fields, order)
    titles = " / ".join(section.title for _, section in found)
    if status is None:
        stages = StagesDraft(
            order,
            thresholds=thresholds,
            notes=(
                f"The checklists of {titles} look like stages. To have their boxes ticked by then, uncomment "
                "this, name the field that says the stage, and write for instance "
                f"`checklist: {{complete_from: {order[-1]}}}` there.",
            ),
        )
        return draft._replace(stages=stages)
    stages = StagesDraft(order, status.name, values, thresholds, certain=True)
    by_section = {id(section): place for place, (_, section) in enumerate(found)}
    return draft._replace(
        stages=stages, sections=tuple(_timed(section, by_section, order) for section in draft.sections)
    )


def _timed(section: SectionDraft, places: dict[int, int], order: Sequence[str]) -> SectionDraft:
    """Return a section, and all below it, with boxes that must be ticked when its stage is over."""
    place = places.get(id(section))
    if place is not None:
        following = order[min(place + 1, len(order) - 1)]
        section = section._replace(
            checklist=following, coverage_stage=order[place] if section.coverage is not None else ""
        )
    return section._replace(sections=tuple(_timed(child, places, order) for child in section.sections))


def _stage_sections(sections: Sequence[SectionDraft]) -> list[tuple[str, SectionDraft]] | None:
    """Return sibling checklists whose headings are stages, in order, each with the stage; None for none."""
    boxed = [section for section in sections if section.checklist is not None]
    for life in _LIVES if len(boxed) > 1 else ():
        found: list[tuple[int, str, SectionDraft]] = []
        for section in boxed:
            place, word = _stage_of(section.title, life)
            if place >= 0:
                found.append((place, word, section))
        places = [place for place, _, _ in found]
        if len(found) > 1 and places == sorted(set(places)):
            return [(word, section) for _, word, section in found]
    for section in sections:
        below = _stage_sections(section.sections)
        if below is not None:
            return below
    return None


def _stage_of(text: str, life: Sequence[Sequence[str]]) -> tuple[int, str]:
    """Return the index in `life` of the stage that a heading or value names, and its word; -1 for none."""
    bare = " ".join(_ABOUT.sub(" ", fold(text)).split())
    for place, spellings in enumerate(life):
        for spelling in spellings:
            if bare in (fold(spelling), f"in {fold(spelling)}"):
                return place, bare.removeprefix("in ").replace(" ", "-")
    return -1, ""


def _status(
    fields: Sequence[ValueDraft], order: Sequence[str]
) -> tuple[ValueDraft | None, tuple[tuple[str, str], ...]]:
    """Return the field whose every value is a stage, with the stage of each value; None if there is none."""
    for field in fields:
        values: list[tuple[str, str]] = []
        for value in field.one_of:
            folded = fold(value).removeprefix("in ")
            stage = next((stage for stage in order if folded in (stage, stage.replace("-", " "))), None)
            if stage is None and folded in _BEGINNINGS and not any(said == order[-1] for _, said in values):
                stage = order[0]
            if stage is not None:
                values.append((value, stage))
        if field.one_of and len(values) == len(field.one_of) and {stage for _, stage in values} >= set(order):
            return field, tuple(values)
    return None, ()


def _of_field(field: ValueDraft) -> StagesDraft:
    """Return the proposal to take the values of a status for stages."""
    names = [re.sub(r"[^a-z0-9]+", "-", fold(value)).strip("-") or "stage" for value in field.one_of]
    order = tuple(dict.fromkeys(names))
    return StagesDraft(
        order,
        field.name,
        tuple(zip(field.one_of, names, strict=True)),
        notes=(
            f"{field.name} may be the stages of a document's life. Uncomment this, the earliest first, and "
            f"any rule may begin at one of them: `from: {order[-1]}`.",
        ),
    )
