"""Recognise text that tells the author of a document what to write, by its words."""

from __future__ import annotations

import re

from speclint.authoring.optional_sections import later_sentence, optional_sentence
from speclint.markdown.lazy_regex import lazy_regex

# What is done to a document, and to hardly anything else; some of these words are nouns as well.
_VERBS = (
    r"describ\w+|explain\w*|summari[sz]\w+|outlin(?:e|ing)|provid\w+|specif\w+|fill\w*|replace\w*|insert|enter"
    r"|writ(?:e|ing)|includ\w+|add(?=[ \t]+(?-i:[^A-Z]))|mention\w*|identif(?:y|ying)|giv(?:e|ing)|say|tell"
    r"|highlight|capture|discuss\w*|elaborat\w+|clarif\w+|paste|attach|illustrat\w+|keep|omit|skip|remove|delete"
    r"|consider|use this|note any|briefly|please|your|choose|select|pick|link to"
    r"|(?:list|state|detail|name|map|group|reference|cover|document|address|focus|check)"
    r"(?![ \t]+(?:of|for|is|are|was|were|has|have|items)\b|[*_]*[:,.)])"
)

_AT_START = lazy_regex(
    r"[\s*_>(-]*(?:needs?|to be|tb[dca]|todo|pending)\b"
    # Behind a label too: `**RECOMMENDED**: Include a diagram`.
    rf"|(?:[\W_]*|.{{1,40}}:[*_]*[ \t]+(?:[*_]+)?)(?:{_VERBS})\b",
    re.IGNORECASE,
)

_LATER = lazy_regex(
    r"[.!?][*_)\"”]*[ \t]+(?:describe|explain|summari[sz]e|outline|provide|list|specify|say|tell|give|include"
    r"|mention|identify|discuss|elaborate|fill|replace)\b",
    re.IGNORECASE,
)

_ANYWHERE = lazy_regex(
    r"\b(?:should|must|shall|can|may|will) (?:also |then |clearly |briefly )?(?:describe|explain|summari[sz]e"
    r"|outline|list|include|contain|specify|provide|detail|discuss|cover|mention|identify|address)\b"
    r"|\bthis section\b|\bwhen filling\b|\b(?:paragraphs?|sentences?|words) max\b"
    r"|\b(?:one|two|three|\d(?:[-–]\d)?) (?:short )?(?:paragraphs?|sentences?)\b"
    r"|\bthe (?:author|proposer|submitter)s?\b|\bleave\b[^.]{0,40}\b(?:empty|blank)\b",
    re.IGNORECASE,
)

_QUESTION = lazy_regex(r"\?(?=[*_)\"”]*(?:\s|$))")

# `GATE:`, `**MANDATORY: Write the tests first**`: what holds for the work, whatever verb follows.
_GATE = lazy_regex(
    r"[\W_]*(?:(?-i:GATE|MANDATORY|CRITICAL|CHECKPOINT|STOP|WARNING|NON-NEGOTIABLE)|gate|checkpoint)\b[*_]*:",
    re.IGNORECASE,
)

_OF_TEXT = lazy_regex(r"(?i)\b(?:describe|explain|summari[sz]e|outline|fill|replace|insert|delete|remove)\b")

# The names of labels whose text explains the document, not its subject.
_LEGEND = lazy_regex(
    r"(?:status |symbol |colou?r |priority )?(?:legend|key)|symbols?|markers?|notation|abbreviations?"
    r"|conventions?|scale|gates?|checkpoint|notes?|nb|warning|important|caution|disclaimer|critical|mandatory|reminder"
    r"|legende|hinweis|légende|leyenda|凡例|图例|圖例|범례",
    re.IGNORECASE,
)

# `P Passed | O Open`, `1 = low, 5 = high`: what short signs mean.
_MEANINGS = lazy_regex(
    r"[^\sa-z|]{1,3}[ \t]*[=:–-]?[ \t]+[^|;·]*(?:[|;·][ \t]*[^\sa-z|]{1,3}[ \t]*[=:–-]?[ \t]+[^|;·]*)+"
    r"|[^\s=]{1,3}[ \t]*=[^,|;=]+(?:[,|;][ \t]*[^\s=]{1,3}[ \t]*=[^,|;=]+)+"
)


def is_instruction(text: str) -> bool:
    """Return whether a line or paragraph of a template tells its author what to write there."""
    if _GATE.match(text):
        return _OF_TEXT.search(text) is not None
    if _AT_START.match(text) or _LATER.search(text) or _ANYWHERE.search(text):
        return True
    return (optional_sentence(text) or later_sentence(text)) != ""


def is_question(text: str) -> bool:
    """Return whether a line or paragraph asks a question, which its author is to answer."""
    return _QUESTION.search(text) is not None


def is_legend(name: str, value: str) -> bool:
    """Return whether a label explains the document itself: a legend, a gate, a note."""
    return _LEGEND.fullmatch(re.sub(r"[^\w ]", "", name).strip()) is not None or has_meanings(value)


def has_meanings(text: str) -> bool:
    """Return whether a text says what short signs mean."""
    return _MEANINGS.fullmatch(text.strip(" *_.")) is not None
