"""Find limits that a text sets, and whether a measured figure exceeds one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from speclint.checks.consistency.measures import Measure
from speclint.diagnostics import shorten
from speclint.markdown.lazy_regex import lazy_regex

EMPHASIS_MARKS = frozenset("*`_~≈")

# How far from a budget its figures and what is said of them are looked for.
REACH = 120

_TOKEN = lazy_regex(r"\w+|[^\w\s]")

PERCENTILES = frozenset(
    ("p50", "p75", "p90", "p95", "p99", "p999", "median", "average", "avg", "mean", "max")
)

# What a budget is one of: `latency budget`.
KINDS = frozenset(
    ("latency", "time", "memory", "size", "performance", "request", "response", "bundle", "page", "frame",
     "cpu", "cost", "daily", "weekly", "monthly", "yearly", "error", "allowed", "maximum", "total", "overall",
     "-", *PERCENTILES)
)  # fmt: skip

# Between the word and the figure of a budget: `budget: 30ms`, `a budget of at most 30ms`.
OF = frozenset(
    ("of", "is", "was", "be", "at", "least", "most", "no", "not", "more", "less", "than", "up", "to", "under",
     "below", "above", "within", "max", "min", "maximum", "minimum", "a", "the", "set", *":=<>≤≥()",
     *EMPHASIS_MARKS, *PERCENTILES)
)  # fmt: skip

_LOWER = lazy_regex(r"<|≤|\b(?:at most|less than|up to|under|below|within|max(?:imum)?)(?!\w)")

_HIGHER = lazy_regex(r">|≥|\b(?:at least|more than|above|min(?:imum)?)(?!\w)")

_BEHIND = lazy_regex(
    r"[ ]?(?:(?P<lower>max(?:imum)?|or (?:less|lower|faster))|(?P<higher>min(?:imum)?|or (?:more|higher)))\b"
    r"|(?P<plus>\+)"
)

# What is better the more of it there is, beyond doubt and as a rule, and what is not.
_SURELY_MORE = lazy_regex(
    r"\bhit[ -]?(?:rate|ratio|s\b)|success|succeed|availab|uptime|(?:error|crash|fault|failure)-free"
)

LESS = lazy_regex(
    r"error|fail|miss|latenc|loss|lost|drop|reject|time-?outs?|memory|\bcpu\b|\bram\b|usage|utili[sz]|overhead"
    r"|duplicat|stale|cost|increas|added|regress|churn|bounce|false|complain|unsubscri|opt-?outs?|crash"
    r"|retr(?:y|ies)|\blag\b|jitter|delay|waste|overrun|\b[45]xx|\bp\d\d"
)

_MORE = lazy_regex(
    r"throughput|coverage|score|accura|precision|recall|\bf1\b|satisf|adopt|conver|retention|retained|complet"
    r"|lighthouse|apdex|\bnps\b|engage|sav(?:ed|ings?)|revenue|bandwidth|battery|between failures|\bmtbf\b"
    r"|deliver|\b[rqt]ps\b|\bfps\b|frame rate|\bpass(?:ed|ing)?\b|rating|speed-?up|compression|freed"
)

# Of times, sizes and money few are better when they are more.
_MORE_OF_SIZE = lazy_regex(
    r"uptime|battery|retention|between failures|\bmtbf\b|bandwidth|saved|savings|freed|revenue"
)

# What a percentage is of can often not be told; from here on it is rather to be reached than to be kept.
_MOST = 50

# What an author adds who knows, or who tells what it is by now.
_EXCUSE = lazy_regex(
    r"(?P<not>\b(?:not|no|never|without)[ ](?:(?:been|yet|an?)[ ])?)?"
    r"\b(?:accepted|acceptable|waived?|waiver|exception|exempt(?:ed)?|known|tolerated|tolerable|approved"
    r"|signed off|follow[ -]?up|deferred|tracked|will be|to be fixed|temporar(?:y|ily)|now|down to)\b|→|->",
    re.IGNORECASE,
)


class Budget(NamedTuple):
    """A budget in a text: its word, its figure, and the offsets of the whole.

    `more` is whether it explicitly asks for more (True) or for less; None if it does neither. `of_errors`
    marks an error budget, which does not measure the availability that it belongs to.
    """

    word: str
    figure: Measure
    start: int
    end: int
    more: bool | None
    of_errors: bool = False


def asks_for_more(before: str, behind: str = "") -> bool | None:
    """Return whether the words around the figure of a budget ask for more, or for less; None for neither."""
    before = re.sub(r"\bnot? more than\b", "at most", before.lower())
    before = re.sub(r"\bnot? less than\b", "at least", before)
    trailing = _BEHIND.match(behind.lower())
    if _LOWER.search(before) or (trailing and trailing["lower"]):
        return False
    return True if _HIGHER.search(before) or (trailing and (trailing["higher"] or trailing["plus"])) else None


def is_excused(text: str) -> bool:
    """Return whether a text calls an excess accepted, waived or the like."""
    return any(not match["not"] for match in _EXCUSE.finditer(text))


def has_only(text: str, words: frozenset[str]) -> bool:
    """Return whether a short text has only certain words and marks; pictures are ignored."""
    return len(text) <= REACH and all(token in words or token > "\u2190" for token in tokens_of(text))


def tokens_of(text: str) -> list[str]:
    """Return the words and marks of a text, in lower case."""
    return _TOKEN.findall(text.lower().replace("vs.", "vs"))


# Which of two figures is too much


def exceeds(budget: Budget, measured: Measure, about: Sequence[str]) -> bool | None:
    """Return whether a measured figure is above its budget (True), or below one to be reached (False).

    None if it is neither. `about` are texts that state what was measured, the best first.
    """
    both = measured.beside(budget.figure)
    assert both is not None
    found, limit = both
    more = budget.more
    if more is None:
        more = _more_is_better(found.unit.dimension, limit.low, about, budget.word)
    if more is None:
        return None
    if more:
        return False if found.below(limit) else None
    return True if found.above(limit) else None


def _more_is_better(dimension: str, limit: float, about: Sequence[str], word: str) -> bool | None:
    """Return whether a figure should be high, or low; None if that is unknown."""
    for text in about:
        text = text.lower()
        if dimension in ("time", "bytes", "$", "€", "£"):
            if _MORE_OF_SIZE.search(text):
                return True
        elif _SURELY_MORE.search(text):
            return True
        else:
            less, more = LESS.search(text), _MORE.search(text)
            if less or more:
                return None if less and more else more is not None
            if "per second" in text:
                return True
    if dimension in ("rate", "fps"):
        return True
    if dimension in ("time", "bytes"):
        return False
    # More than was aimed at is seldom too much.
    if word.lower() in ("target", "goal", "objective") or (dimension == "%" and limit >= _MOST):
        return None
    return False


def budget_message(word: str, above: bool, measured: str, limit: str) -> str:
    """Return the message that a measured figure exceeds its limit, or is below it."""
    verb = "exceeds" if above else "is below"
    return f"{shorten(measured)} {verb} its {shorten(word.lower())} of {shorten(limit)}"
