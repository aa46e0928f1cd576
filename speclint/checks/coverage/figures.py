"""Read test coverage out of text: what is aimed at and what was measured, in percent.

Only figures that certainly are about test coverage count. A text is cut into clauses; a figure belongs to
coverage when its clause says so, or when it merely measures what the rest of the sentence is about (`>= 70%
coverage; 74 % measured`). Figures of other things (users, traffic, a market), of special kinds of coverage
(branches, mutations) and of change over time (`up from 58%`) are left out.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from speclint.diagnostics import Span
from speclint.markdown.lazy_regex import lazy_regex

Kind = Literal["target", "measured", "stated"]


class Figure(NamedTuple):
    """A percentage and what it is: a target (`>= 70%`), measured (`74% measured`), or just stated."""

    value: float
    kind: Kind
    span: Span


# How far from a figure, in code points, a clause is looked at.
_REACH = 160


# Text, not compiled patterns: few documents need them all, and `re` keeps what it has compiled.
_COVERAGE = lazy_regex(r"(?i)\b(?:coverage|covered|cov)\b")

_PERCENT = lazy_regex(
    r"(?i)"
    r"(?<![\w.,])(?P<value>\d{1,3}(?:[.,]\d{1,4})?)[*_`]{0,3}[ \t\u00a0\u202f]{0,2}"
    r"(?:%|％|percent\b|per[ ]cent\b|pct\b)"
)

_CLAUSE_END = lazy_regex(
    r"(?i)"
    r"[;()\[\]—–|→/]|(?<!\d),|,(?!\d)|[ \t]-{1,2}[ \t]|(?<!min)[.!?](?=\s|$)|\b(?:and|with|while|but)\b"
)

_SENTENCE_END = lazy_regex(r"(?<!min)(?<!Min)[.!?](?=\s)|;(?=\s+[A-Z])")

_AT_LEAST_BEFORE = lazy_regex(
    r"(?i)"
    r"(?:[≥⩾≧>]|>=|=>|\bat\s+least|\bmin(?:imum|\.)?(?:\s+of)?|\bno\s+less\s+than|\bnot\s+(?:below|under"
    r"|less\s+than)|\babove|\bover|\bmore\s+than|\bexceeds?|\btargets?|\bgoal|\bthreshold|\brequired|\bmust\s+be"
    r"|\bfloor|\baim(?:ing)?(?:\s+for)?)\s*[:=]?(?:\s+(?:is|of|at))?\s*[*_`\\]{0,3}\s*$"
)

_AT_LEAST_BEHIND = lazy_regex(
    r"(?i)"
    r"\s*(?:(?:(?:test|code|line)\s+)?coverage\s+)?(?:\+|or\s+(?:more|higher|above|better|greater)|(?:at\s+)?min(?:imum|\.)?\b|at\s+least|and\s+(?:above|up)"
    r"|required\b|demanded\b|needed\b|wanted\b|expected\b|asked\b|targets?\b|threshold\b|goal\b)"
)

_NOT_MEANT_BEFORE = lazy_regex(
    r"(?i)"
    r"(?:[<≤]|\bbelow|\bunder|\bless\s+than|\bfrom|\bby|\bwas|\bpreviously|\bup\s+to|\bdown\s+to|\bbaseline(?:\s+of)?"
    r")\s*[*_`\\]{0,3}\s*$|[-+−±]$"
)

_NOT_MEANT_BEHIND = lazy_regex(
    r"(?i)"
    r"\s*(?:of\s+(?!(?:the\s+|all\s+)?(?:code|lines|statements|coverage|source|modules?|package)\b)|points?\b"
    r"|uncovered\b|missing\b|before\b|previously\b|last\b|→|->)"
)

_MEASURED = lazy_regex(
    r"(?i)"
    r"\b(?:measured|currently|current|actual(?:ly)?|achieved|reached|now|today|so\s+far|reported|reports|stands|is\s+at"
    r"|as\s+of|ci|codecov|coverage\.py|covered|result)\b"
)

_OF_LINES = lazy_regex(r"(?i)\b(?:of|in|lines?|statements?|overall|total|locally)\b")

_AIMED = lazy_regex(r"(?i)\b(?:targets?|goal|threshold|required?|minimum|must|shall|should|needs?)\b")

# What coverage may be of besides lines of code, and what else is given in percent.
_OTHER_KINDS = (
    r"branch(?:es)?|mutations?|mutants|conditions?|decision|path|functions?|types?|typing|docs?|docstrings?"
    r"|documentation|translations?|locales?|users?|customers?|accounts?|traffic|markets?|insurance|insured|network"
    r"|geographic|regions?|population|devices?|browsers?|requests?|cache|alerts?|alerting|monitoring|index|media"
    r"|press|data|shift|on-call|warranty|features?|requirements?|scenarios?|new|diff|patch|changed|legacy"
)

_OTHER_COVERAGE = lazy_regex(
    r"(?i)"
    rf"\b(?:{_OTHER_KINDS})(?:[ \t-](?:code|test|line))?[ \t-]+(?:coverage|covered|cov)\b"
    rf"|\bcoverage\s+(?:of|for)\s+(?:the\s+|all\s+)?(?:{_OTHER_KINDS})\b"
)

_OTHER_SUBJECT = lazy_regex(
    r"(?i)"
    rf"\b(?:{_OTHER_KINDS}|rate|latency|errors?|uptime|availability|cpu|memory|disk|p\d\d|pass|passed|success|rollout"
    r"|rolled|canary|discount|budget|increase[ds]?|decrease[ds]?|improve[ds]?|rises?|rose|raised?|drops?|dropped"
    r"|flaky|integration|e2e|end-to-end|acceptance)\b"
)

_BLANK_FIGURE = lazy_regex(
    r"(?i)"
    r"(?:\[[^\[\]\n]{0,30}\]|\{[^{}\n]{0,30}\}|<[A-Za-z][^<>\n]{0,30}>|(?<!_)_{2,}+|\b(?:x{1,3}|n{1,3}|tbd|\?{1,3}))\s?%"
    r"|\bT(?:BD|ODO)\b"
)

_NUMBER = lazy_regex(
    r"(?i)"
    r"\d[ \t\u00a0\u202f]{0,2}[%％]|\b(?:percent|per cent|pct)\b"
    r"|(?:[≥⩾>=:]|\b(?:least|of|is|above|over))\s*[*_`\\]{0,3}\d"
    r"|\b(?:full|complete|total)\s+coverage\b"
)


def says_coverage(text: str) -> bool:
    """Return whether a text is about coverage, of whatever kind."""
    return _COVERAGE.search(text) is not None


def has_figure(text: str) -> bool:
    """Return whether a text about coverage has any figure, or a placeholder for one."""
    return _NUMBER.search(text) is not None or _BLANK_FIGURE.search(text) is not None


def figures(text: str, context: str = "", strict: bool = False) -> list[Figure]:
    """Return the coverage figures of a line or paragraph, with spans in `text`.

    `context` is what the text stands under: a label or the head of a column; a sentence counts when it or its
    context is about coverage. With `strict`, for text where no rule expects a statement, sentences that are
    also about other things are left out.
    """
    found: list[Figure] = []
    for entity in ("&ge;", "&gt;=", "&gt;"):
        text = text.replace(entity, "≥".rjust(len(entity)))
    # A path in code quotes is one word of its clause.
    text = re.sub(r"`[^`\n]{1,300}`", lambda code: code[0].replace("/", "_"), text)
    for start, end in sentences(text):
        sentence = text[start:end]
        if says_coverage(sentence) or says_coverage(context):
            found += _in_sentence(sentence, start, context, strict)
    return found


def sentences(text: str) -> list[Span]:
    """Return the spans of the sentences of a line or paragraph, in order and without gaps."""
    ends = [*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    return [Span(start, end) for start, end in zip([0, *ends], ends, strict=False)]


def clause(text: str, figure: Span) -> Span:
    """Return the span of the clause, in the text of a sentence, that a figure belongs to."""
    ends = [match.start() for match in _CLAUSE_END.finditer(text)]
    start = max((end for end in ends if end <= figure.start), default=0)
    return Span(start, min((end for end in ends if end >= figure.end), default=len(text)))


class _Percentage(NamedTuple):
    """A percentage as it is written, its clause, and what stands right before and behind it."""

    text: str
    clause: str
    before: str
    behind: str


def _in_sentence(sentence: str, offset: int, context: str, strict: bool) -> list[Figure]:
    if strict and _OTHER_SUBJECT.search(sentence):
        return []
    found: list[Figure] = []
    bounds = [0, *(m.start() for m in _CLAUSE_END.finditer(sentence)), len(sentence)]
    place = 0
    for match in _PERCENT.finditer(sentence):
        while bounds[place + 1] <= match.start():
            place += 1
        start = max(bounds[place], match.start() - _REACH)
        percentage = _Percentage(
            text=match[0],
            clause=sentence[start : min(bounds[place + 1], match.end() + _REACH)],
            before=sentence[max(start, match.start() - 40) : match.start()],
            behind=sentence[match.end() : match.end() + 40],
        )
        kind = _kind_of(percentage, context, goes_on=bool(found))
        if kind is not None:
            value = float(match["value"].replace(",", "."))
            found.append(Figure(value, kind, Span(offset + match.start(), offset + match.end())))
    if any(figure.kind == "target" for figure in found):
        # Beside an aim, a figure that is just stated is what there is: `91% coverage, target 80%`.
        found = [f._replace(kind="measured") if f.kind == "stated" else f for f in found]
    return found


def _kind_of(percentage: _Percentage, context: str, goes_on: bool) -> Kind | None:
    """Return what a percentage is of coverage, None if nothing; `goes_on` says that a figure precedes it."""
    text, clause, before, behind = percentage
    own = says_coverage(clause)
    if (_OTHER_COVERAGE if own else _OTHER_SUBJECT).search(clause):
        return None
    target = bool(_AT_LEAST_BEFORE.search(before) or _AT_LEAST_BEHIND.match(behind))
    if (not target and _NOT_MEANT_BEFORE.search(before)) or _NOT_MEANT_BEHIND.match(behind):
        return None
    measured = bool(_MEASURED.search(clause))
    # A clause of its own that only says `74%` or `74% lines` goes on with what the sentence speaks of.
    bare = goes_on and not re.search(r"[^\W\d_]", _OF_LINES.sub("", clause.replace(text, "")))
    if not (own or measured or target or bare or says_coverage(context)):
        return None
    if target or (not measured and _AIMED.search(f"{context} {clause}")):
        return "target"
    return "measured" if measured or (bare and not own) else "stated"
