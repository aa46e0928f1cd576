"""Read which stage a value of the stage field names."""

from __future__ import annotations

import re
from collections.abc import Mapping

from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.model import OFF_THE_LINE, Stages
from speclint.ruleset.titles import fold

# Where a remark may begin behind the name of a stage: `Staging (since May)`, `Draft 2`, `Superseded by R-5`.
_REMARK = lazy_regex(
    r"[(\[（【,;:|/.，；：。、–—→⇒]|[-=]+>|\s-+\s|\s(?=v?\d)"
    r"|\s(?:since|as|from|until|till|by|on|in|at|with|to|for|after|before|per|via)\b",
    re.IGNORECASE,
)

# What stands between two values: `Draft -> Done`, `Draft, Done`, `Draft/Done`.
_BETWEEN = lazy_regex(
    r"[()\[\]（）【】,;:|/.，；：。、–—→⇒]|[-=]+>|\s-+\s|\s(?:or|and|then|to)\s", re.IGNORECASE
)

_STRUCK = lazy_regex(r"~~[^~]+~~")

_LINE_BREAK = lazy_regex(r"<br[ \t]*/?>", re.IGNORECASE)

# Longer values are cut: no name of a stage is behind it.
_LONGEST = 300

# Nobody puts the name of a stage behind more marks.
_MOST_MARKS = 8


def stage_names(stages: Stages) -> tuple[str, ...]:
    """Return what a document may write to name a stage, as the rule set spells it, each once."""
    spelled: dict[str, str] = {}
    for name in (*stages.values, *stages.aside, *(() if stages.values else stages.order)):
        spelled.setdefault(fold(name), name)
    return tuple(spelled.values())


def folded_stage_names(stages: Stages | None) -> frozenset[str]:
    """Return every value that means a stage, or that the document is off the line, folded."""
    return frozenset(_meanings(stages)) if stages is not None else frozenset()


def stages_named(stages: Stages, value: str) -> tuple[str, ...]:
    """Return the stages that a value names: none, one, or two where it names more than one.

    Case, markup, emoji, what is struck out, and a remark behind the name make no difference. A value that
    takes the document off the line names `OFF_THE_LINE`.
    """
    meanings = _meanings(stages)
    shown = _STRUCK.sub(" ", value) if "~~" in value else value
    shown = _LINE_BREAK.sub("; ", shown) if "<" in shown else shown
    text = plain(shown)[:_LONGEST]
    named = meanings.get(_folded(text))
    if named is not None:
        return (named,)
    for count, mark in enumerate(_REMARK.finditer(text)):
        named = meanings.get(_folded(text[: mark.start()])) if mark.start() else None
        if named is not None:
            others = [meanings.get(_folded(piece)) for piece in _BETWEEN.split(text[mark.end() :]) if piece]
            other = next((stage for stage in others if stage not in (None, named)), None)
            return (named,) if other is None else (named, other)
        if count == _MOST_MARKS:
            break
    return ()


def _folded(text: str) -> str:
    return fold(text).strip("'‘ ")


def _meanings(stages: Stages) -> Mapping[str, str]:
    """Return the stage that each value means, folded: a stage's own name is always one."""
    own = {fold(stage): stage for stage in stages.order}
    aside = {fold(value): OFF_THE_LINE for value in stages.aside}
    return own | aside | {fold(value): stage for value, stage in stages.values.items()}
