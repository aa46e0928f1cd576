"""Figures with a unit in running text: `45ms`, `1,200 ms`, `40-45 MB`, `$5k`, `99.5 %`, `12 queries`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from speclint.pattern import late

_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,9})?|\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?:[.,]\d{1,9})?"
    r"|\d{1,15}(?:[.,]\d{1,9})?)(?!\d)"
)
_SECOND = r"s(?:ec(?:ond)?)?"
_UNIT = (
    r"(?:%|percent|pct"
    r"|ns|[uµμ]s(?:ec)?|ms(?:ec)?|millis|nanoseconds?|microseconds?|milliseconds?"
    r"|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?"
    r"|B|bytes?|[kKMGTP]i?B|[KMGT]i|[kmgt]b"
    r"|[rRqQtT][pP][sS]|ops|OPS|rpm|RPM|fps|FPS"
    r"|(?:req(?:uest)?s?|ops?|operations|queries|calls|transactions|events|messages|rows|jobs)"
    rf"(?:/| per )(?:{_SECOND}|min(?:ute)?|h(?:our)?)"
    r"|USD|EUR|GBP|CHF|dollars|euros|x|×)(?![^\W_])"
)
_FIGURE = late(
    r"(?<![\w.,#/-])(?P<money>[$€£¥])?(?P<first>" + _NUMBER + r")(?!(?:st|nd|rd|th)\b)"
    r"(?:(?:[ \u00a0\u202f]?(?P<own>" + _UNIT + r"))?(?:[-–—…]|\.\.\.?)(?P<last>" + _NUMBER + r")"
    r"|[ ](?:[-–—]|to)[ ](?P<then>" + _NUMBER + r"))?"
    r"(?P<times>[kKM](?![^\W_])|[ ](?:thousand|million|billion)\b)?"
    r"(?:[ \u00a0\u202f]?(?P<unit>" + _UNIT + r")|(?P<attached>[A-Za-z]{1,12})|[ ](?P<noun>[a-z]{3,20}s)\b)?"
    r"(?:(?:[ ]?/[ ]?|[ ]per[ ])(?P<per>(?!p\d)[A-Za-z]{1,20})\b)?"
)
_TIMES = {"k": 1e3, "K": 1e3, "M": 1e6, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_MONEY = {"$": "$", "€": "€", "£": "£", "USD": "$", "EUR": "€", "GBP": "£", "dollars": "$", "euros": "€"}
_SECONDS = {
    "ns": 1e-9, "nano": 1e-9, "us": 1e-6, "micro": 1e-6, "ms": 1e-3, "milli": 1e-3, "s": 1.0, "sec": 1.0,
    "second": 1.0, "min": 60.0, "minute": 60.0, "h": 3600.0, "hr": 3600.0, "hour": 3600.0, "d": 86400.0,
    "day": 86400.0, "week": 604800.0,
}  # fmt: skip
_PREFIXES = "BKMGTP"
# Words behind a number that say no unit.
_NO_NOUNS = frozenset(("was", "has", "does", "this", "less", "versus", "exceeds", "always", "towards"))


class Unit(NamedTuple):
    """What a figure counts, and how much one of it is.

    A kilobyte has 1,000 bytes or 1,024, depending on whom one asks: `decimal` and `binary` differ there.
    """

    dimension: str
    decimal: float = 1.0
    binary: float = 1.0
    per: str = ""


NO_UNIT = Unit("")


class Measure(NamedTuple):
    """A figure: its number, or the ends of its range, its unit, and where it stands."""

    low: float
    high: float
    unit: Unit
    start: int
    end: int

    def beside(self, other: Measure) -> tuple[Measure, Measure] | None:
        """The two, one without a unit in that of the other; None when they cannot be compared."""
        if NO_UNIT in (self.unit, other.unit):
            unit = other.unit if self.unit == NO_UNIT else self.unit
            return self._replace(unit=unit), other._replace(unit=unit)
        same = (self.unit.dimension, self.unit.per) == (other.unit.dimension, other.unit.per)
        return (self, other) if same else None

    def above(self, other: Measure) -> bool:
        """Whether the high end is above that of a comparable one, whatever a kilobyte is."""
        return _is_more(self.high, self.unit, other.high, other.unit)

    def below(self, other: Measure) -> bool:
        """Whether the low end is below that of a comparable one, whatever a kilobyte is."""
        return _is_more(other.low, other.unit, self.low, self.unit)


def _is_more(one: float, unit: Unit, other: float, other_unit: Unit) -> bool:
    # Rounding errors of the conversion make nothing more.
    return one * unit.decimal > other * other_unit.decimal * (1 + 1e-9) and (
        one * unit.binary > other * other_unit.binary * (1 + 1e-9)
    )


def measures(text: str) -> Iterator[Measure]:
    """The figures of a text, in order."""
    for match in _FIGURE.finditer(text):
        first = _number(match["first"])
        further = match["last"] or match["then"]
        last = first if further is None else _number(further)
        times = _TIMES.get((match["times"] or "").strip(), 1.0)
        noun = match["noun"] if match["noun"] not in _NO_NOUNS else None
        end = match.end() if noun or not match["noun"] else match.start("noun") - 1
        name = match["unit"] or match["own"] or match["attached"] or noun or ""
        unit = unit_named(match["money"] or name)._replace(
            per=_per(match["per"]) if end == match.end() else ""
        )
        own = unit_named(match["own"]) if match["own"] and match["unit"] else unit
        if own.dimension == unit.dimension:
            # `900ms-1.2s`
            first *= own.decimal / unit.decimal
        if first > last:
            # What falls from one to the other is at the other now.
            first = last
        yield Measure(first * times, last * times, unit, match.start(), end)


def unit_named(name: str) -> Unit:
    """The unit of a name; the name itself, in the singular, when it is none that is known."""
    if not name:
        return NO_UNIT
    if name in _MONEY:
        return Unit(_MONEY[name])
    if name in ("%", "percent", "pct"):
        return Unit("%")
    if rate := re.fullmatch(r"(?:[a-z]+(?:/| per ))(s|min|h)[a-z]*", name):
        return Unit("rate", *(2 * (1 / _SECONDS[rate[1]],)))
    if re.fullmatch(r"[rqt]ps|ops", name, re.IGNORECASE):
        return Unit("rate")
    if name.lower() == "fps":
        return Unit("fps")
    if name.lower() == "rpm":
        return Unit("rate", 1 / 60, 1 / 60)
    word = re.sub(r"^[µμ]", "u", name)
    word = re.sub(r"^(nano|micro|milli)\w+$", r"\1", word) if len(word) > 3 else word
    word = re.sub(r"^([num]?s)ec$", r"\1", word)
    for singular in (word, word.removesuffix("s")):
        if singular in _SECONDS:
            return Unit("time", _SECONDS[singular], _SECONDS[singular])
    if name in ("B", "byte", "bytes"):
        return Unit("bytes")
    if prefix := re.fullmatch(r"([KMGTP])(?:(i)B?|B)", name[:1].upper() + name[1:].replace("b", "B")):
        power = _PREFIXES.index(prefix[1])
        return Unit("bytes", 1024.0**power if prefix[2] else 1000.0**power, 1024.0**power)
    return Unit(name.lower().removesuffix("s"))


def _per(name: str | None) -> str:
    """What a figure is counted by, under one name: `second` and `sec` are `s`."""
    word = (name or "").lower()
    return re.sub(r"^(s|min|h)(?:ecs?|econds?|utes?|ours?|rs?)?$", r"\1", word).removesuffix("s") or word


def _number(text: str) -> float:
    """The value of a number; a comma before three digits groups them, before others it is the point."""
    text = re.sub(r"[ \u00a0\u202f']", "", text)
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    return float(text.replace(",", "."))
