"""Check values of fields and labels: one of a few words, a date, a version, a number, a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.model import ValueRule
from speclint.ruleset.patterns import RegexBudget
from speclint.ruleset.similarity import closeness
from speclint.ruleset.titles import fold

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)

_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"

_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"

_DATES = tuple(
    lazy_regex(source, re.IGNORECASE)
    for source in (
        r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)",
        _WEEKDAY + _MONTH + r"\s+" + _DAY + r",?\s+(?P<year>\d{4})(?!\d)",
        _WEEKDAY + _DAY + r"(?:\s+of)?[\s-]+" + _MONTH + r",?[\s-]+(?P<year>\d{4})(?!\d)",
        r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})(?!\d)",
    )
)

# Behind a value may stand a remark: `Staging (since May)`, `Staging - since May`.
_REMARK = lazy_regex(r"[(\[,;:–—→.]|\s-+\s|\s(?:since|as of|from|until)\b")

_VERSION = lazy_regex(r"(?<![\w.])v?\d{1,9}(?:\.\d{1,9}){0,3}", re.IGNORECASE)

# How much or how many: in digits, as a word, as the length of a time, as the order of growth.
_QUANTITY = lazy_regex(
    r"\d|[%‰∞]|\b(?:zero|nil|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|once|twice|thrice|half"
    r"|halve[sd]?|quarter|third|single|double[sd]?|triple[sd]?|dozen|hundred|thousand|million|percent|per\s?cent)\b"
    r"|\b(?:an?|one|per|sub)[\s-](?:second|minute|hour|day|week|month|year|frame|tap|click|keystroke|page|step)\b"
    r"|\bO\((?:log )?\w",
    re.IGNORECASE,
)

# All and none can be counted as well, and a standard lays down what is measured,
_ABSOLUTE = lazy_regex(
    r"\b(?:no|none|not|never|nobody|nothing|nowhere|all|every\w*|each|always|any|fully|n/a"
    r"|wcag|owasp|gdpr|hipaa|pci|soc|iso|iec|tls|aes|rfc|nist|fips|cvss?|asvs|sso|mfa|aria|slsa|bsi)\b",
    re.IGNORECASE,
)

# but not where it is said of a mere praise.
_VAGUE = lazy_regex(
    r"\b(?:fast(?:er|est)?|quick(?:ly|er)?|rapid(?:ly)?|slow(?:ly)?|good|better|best|great|nice(?:ly)?|easy|easily"
    r"|easier|simple|simply|intuitive(?:ly)?|smooth(?:ly)?|responsive|snappy|performant|acceptable|reasonabl[ey]"
    r"|enough|as\s+possible|user[\s-]friendly|comfortabl[ey]|noticeabl[ey]|perceptibl[ey]|visibl[ey]|sufficient(?:ly)?"
    r"|satisf\w+|happy|robust|secure(?:ly)?|safe(?:ly)?|reliabl[ey]|usable|modern|hope|hoped)\b",
    re.IGNORECASE,
)

_HOLE = lazy_regex(
    r"\[[^\[\]()]{1,60}\](?![(\[:])|\{\{|\b(?:tbd|tba|tbc|todo|fixme|xx+)\b|_{3,}|\.{3}$|…$", re.IGNORECASE
)

_NUMBER = lazy_regex(r"[<>=~≥≤±+\s-]{0,4}\d")

_UNFILLED = lazy_regex(
    r"\[(?![^\[\]]*\][(\[])|\{|<[A-Za-z]|y{2,4}\b|(?:tbd|tba|tbc|todo|fixme)\b|\.{3}|…|_{2,}|\?+$|x{2,}"
    r"|\d{2,4}[-/](?:mm|xx|\?\?)",
    re.IGNORECASE,
)

# From here on two titles differ in spelling only.
_MISSPELT = 0.9

_NOTHING = frozenset(("n/a", "na", "none", "-", "–", "—", "not applicable", "unknown"))


class NotADate(ValueError):
    """A text that is not a date; the message is the end of a sentence about it."""


class NoSuchDate(NotADate):
    """A date that is in no calendar; `length` is that of its text, in code points."""

    def __init__(self, length: int) -> None:
        super().__init__("there is no such date")
        self.length = length


def parse_date(text: str) -> date:
    """Return the day that a text begins with, in any spelling with one reading. Raise `NotADate`."""
    return read_date(text.strip())[0]


def read_date(text: str) -> tuple[date, int]:
    """Return the day that a text begins with, and the length of its spelling in code points.

    Raise `NotADate`.
    """
    for pattern in _DATES if any(map(str.isdigit, text)) else ():
        match = pattern.match(text)
        if match is None:
            continue
        parts = match.groupdict()
        if "first" in parts:
            day, month = int(parts["first"]), int(parts["second"])
            if parts["mark"] != "." and day <= 12 and month <= 12 and day != month:
                raise NotADate("could be one of two dates; write YYYY-MM-DD")
            if parts["mark"] != "." and month > 12:
                day, month = month, day
        else:
            name = parts["month"]
            month = int(name) if name.isdigit() else MONTHS.index(name[:3].lower()) + 1
            day = int(parts["day"])
        try:
            return date(int(parts["year"]), month, day), match.end()
        except ValueError:
            raise NoSuchDate(match.end()) from None
    raise NotADate("not a date; write YYYY-MM-DD")


def is_unfilled(value: str) -> bool:
    """Return whether a value is still to be filled in, which the checks of placeholders report."""
    return _UNFILLED.match(value.strip("*_`\"' ")) is not None


def fault(rule: ValueRule, value: str, budget: RegexBudget, known: Iterable[str] = ()) -> str | None:
    """Return what is wrong with a value under a rule, as the end of a sentence, None for a good value.

    `known` are further words that a `one_of` rule takes, folded. Raise `RegexTimeout` if the rule's pattern
    uses up the budget.
    """
    text = plain(value)
    if not rule.required and text.casefold() in _NOTHING:
        return None
    if rule.one_of and not _is_one_of(text, {*map(fold, rule.one_of), *known}):
        return f"must be one of {listed(rule.one_of)}{suggestion(text, rule.one_of)}"
    if rule.type == "date":
        try:
            parse_date(text)
        except NotADate as error:
            return str(error)
    elif rule.type == "version" and not _VERSION.search(text):
        return "not a version; write one like 1.2.0"
    elif rule.type == "number" and not _NUMBER.match(text):
        return "not a number"
    elif rule.type == "quantity" and not _names_quantity(text):
        return "names no number; say how much or how many"
    if rule.pattern:
        spellings = dict.fromkeys((value, text, without_remark(text)))
        if not any(rule.pattern.fullmatch(spelling, budget) for spelling in spellings):
            return f"does not match the pattern {rule.pattern.source}"
    return None


def _names_quantity(text: str) -> bool:
    """Return whether a text states a quantity, or still has a placeholder that may become one."""
    if _QUANTITY.search(text) or _HOLE.search(text):
        return True
    return _ABSOLUTE.search(text) is not None and _VAGUE.search(text) is None


def without_remark(text: str) -> str:
    """Return a value without the remark that the author added behind it."""
    return _REMARK.split(text, maxsplit=1)[0].strip()


def _is_one_of(text: str, options: set[str]) -> bool:
    """Return whether a value, with or without a remark behind it, is one of the options (folded)."""
    return fold(text) in options or fold(without_remark(text)) in options


def listed(options: Sequence[str], joint: str = "or") -> str:
    """Return options as a message lists them: `A, B or C`."""
    *others, last = options
    return f"{', '.join(others)} {joint} {last}" if others else last


def suggestion(text: str, options: tuple[str, ...]) -> str:
    """Return the end of a message that names the option that is meant, "" if none is similar."""
    close = closest(without_remark(text), options)
    return f"; did you mean {close}?" if close else ""


def closest(text: str, options: Iterable[str]) -> str | None:
    """Return the option that a misspelt text most likely means, None if none is similar."""
    folded = fold(text)
    near, option = max(((closeness(folded, fold(o)), o) for o in options), default=(0.0, ""))
    return option if near >= _MISSPELT else None
