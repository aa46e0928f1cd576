"""Find figures with a unit in running text: `45ms`, `1,200 ms`, `40-45 MB`, `$5k`, `99.5 %`, `12 queries`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from speclint.markdown.lazy_regex import lazy_regex

_NUMBER = r"(?:\d{1,3}(?:[, \u00a0\u202f']\d{3}(?!\d)){1,4}|\d{1,15})(?:[.,]\d{1,9})?(?!\d)"

_FIGURE = lazy_regex(
    r"(?<![\w.,#/-])(?P<money>[$€£])?(?P<first>" + _NUMBER + r")(?!(?:st|nd|rd|th)\b)"
    r"(?:[ ]?(?P<own>[a-zA-Zµμ%]{1,3})?(?:[-–—…]|\.\.\.?)(?P<last>" + _NUMBER + r")"
    r"|[ ](?:[-–—]|to)[ ](?P<then>" + _NUMBER + r"))?"
    r"(?P<times>[kKM](?![^\W_])|[ ](?:thousand|million|billion)\b)?"
    r"(?:(?P<gap>[ \u00a0\u202f]?)(?P<word>%|[^\W\d_]{1,20}(?![^\W_])|×)"
    r"(?:(?:[ ]?/[ ]?|[ ]per[ ])(?P<per>[a-zA-Z]{1,20})\b)?)?"
)

_TIMES = {"k": 1e3, "K": 1e3, "M": 1e6, "thousand": 1e3, "million": 1e6, "billion": 1e9}

_MONEY = {"$": "$", "€": "€", "£": "£", "USD": "$", "EUR": "€", "GBP": "£", "dollars": "$", "euros": "€"}

_SECONDS = {
    "ns": 1e-9, "nanosecond": 1e-9, "us": 1e-6, "usec": 1e-6, "microsecond": 1e-6, "ms": 1e-3, "msec": 1e-3,
    "millis": 1e-3, "millisecond": 1e-3, "s": 1.0, "sec": 1.0, "second": 1.0, "min": 60.0, "minute": 60.0,
    "h": 3600.0, "hr": 3600.0, "hour": 3600.0, "d": 86400.0, "day": 86400.0, "week": 604800.0,
}  # fmt: skip

_RATES = {"rps": 1.0, "qps": 1.0, "tps": 1.0, "ops": 1.0, "rpm": 1 / 60}

# What is done per second has a rate.
_DONE = frozenset(
    ("req", "request", "op", "operation", "query", "call", "transaction", "event", "message", "job")
)

_PREFIXES = "BKMGTP"

# Words in the plural behind a number that are none.
_NO_NOUNS = frozenset(("was", "has", "does", "this", "less", "versus", "exceeds", "always", "towards"))


class Unit(NamedTuple):
    """What a figure counts, and the size of one unit in the base unit of its dimension.

    A kilobyte has 1,000 bytes or 1,024: `decimal` and `binary` differ there.
    """

    dimension: str
    decimal: float = 1.0
    binary: float = 1.0
    per: str = ""


NO_UNIT = Unit("")


class Measure(NamedTuple):
    """A figure: its number, or the ends of its range, its unit, and its offsets in the text."""

    low: float
    high: float
    unit: Unit
    start: int
    end: int

    def beside(self, other: Measure) -> tuple[Measure, Measure] | None:
        """Return both measures, one without a unit in that of the other; None if they cannot be compared."""
        if NO_UNIT in (self.unit, other.unit):
            unit = other.unit if self.unit == NO_UNIT else self.unit
            return self._replace(unit=unit), other._replace(unit=unit)
        same = (self.unit.dimension, self.unit.per) == (other.unit.dimension, other.unit.per)
        return (self, other) if same else None

    def above(self, other: Measure) -> bool:
        """Return whether the high end is above that of a comparable one, in decimal and in binary units."""
        return _is_more(self.high, self.unit, other.high, other.unit)

    def below(self, other: Measure) -> bool:
        """Return whether the low end is below that of a comparable one, in decimal and in binary units."""
        return _is_more(other.low, other.unit, self.low, self.unit)


def _is_more(one: float, unit: Unit, other: float, other_unit: Unit) -> bool:
    # Rounding errors of the conversion make nothing more.
    return one * unit.decimal > other * other_unit.decimal * (1 + 1e-9) and (
        one * unit.binary > other * other_unit.binary * (1 + 1e-9)
    )


def measures(text: str) -> Iterator[Measure]:
    """Yield the figures of a text, in order."""
    for match in _FIGURE.finditer(text):
        word, per, end = match["word"] or "", match["per"] or "", match.end()
        known = unit_named(word)
        noun = word.islower() and len(word) > 3 and word.endswith("s") and word not in _NO_NOUNS
        noun |= bool(per) and word in _DONE
        if match["gap"] and known is None and not noun:
            # The next word of the sentence.
            word, per, end = "", "", match.start("gap")
        unit = known or (Unit(_singular(word.lower())) if word else NO_UNIT)
        if match["money"]:
            unit = Unit(_MONEY[match["money"]])
        if per:
            unit = _rated(unit, per)
        further = match["last"] or match["then"]
        first = _number(match["first"])
        last = first if further is None else _number(further)
        own = unit_named(match["own"] or "") or unit
        if own.dimension == unit.dimension:
            # `900ms-1.2s`
            first *= own.decimal / unit.decimal
        if first > last:
            # What falls from one to the other is at the other now.
            first = last
        times = _TIMES.get((match["times"] or "").strip(), 1.0)
        yield Measure(first * times, last * times, unit, match.start(), end)


def unit_named(name: str) -> Unit | None:
    """Return the unit with a name, None if it is not a known one."""
    if name in _MONEY:
        return Unit(_MONEY[name])
    if name in ("%", "percent", "pct"):
        return Unit("%")
    if name.lower() == "fps":
        return Unit("fps")
    if name.lower() in _RATES:
        return Unit("rate", *(2 * (_RATES[name.lower()],)))
    word = name.replace("µ", "u").replace("μ", "u")
    seconds = _SECONDS.get(word) or _SECONDS.get(_singular(word))
    if seconds:
        return Unit("time", seconds, seconds)
    if name in ("B", "byte", "bytes", "Bytes"):
        return Unit("bytes")
    if len(name) in (2, 3) and name[0].upper() in _PREFIXES[1:] and name[1:] in ("B", "b", "i", "iB"):
        power = _PREFIXES.index(name[0].upper())
        return Unit("bytes", 1024.0**power if "i" in name else 1000.0**power, 1024.0**power)
    return None


def _rated(unit: Unit, per: str) -> Unit:
    """Return a unit per another (`3 GB per day`); so many requests per second are a rate."""
    seconds = _SECONDS.get(per) or _SECONDS.get(_singular(per))
    if seconds and unit.dimension in _DONE:
        return Unit("rate", 1 / seconds, 1 / seconds)
    return unit._replace(per=f"{seconds:g}" if seconds else _singular(per.lower()))


def _singular(word: str) -> str:
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s") if len(word) > 1 else word


def _number(text: str) -> float:
    """Return the value of a number; a comma before three digits groups them, else it is the decimal point."""
    text = re.sub(r"[ \u00a0\u202f']", "", text)
    if re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    # Of several commas only the last can be a point.
    whole, comma, part = text.rpartition(",")
    return float(f"{whole.replace(',', '')}.{part}" if comma else text)
