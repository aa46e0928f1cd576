"""Compare titles: fold them, and match them against patterns such as `FR{n}: {name}`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex

# `1.`, `2.3`, `3)`, `(4)`, `§ 5`, `Section 6:`, `7 -`; an emoji may stand in front.
HEADING_NUMBER = (
    r"(?:[^\w\s#(§\[*`<]{1,4}[ \t]+)?(?P<lead>(?:(?:[Ss]ection|[Cc]hapter|[Pp]art)[ \t]+|§[ \t]?|\()?)"
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,5})(?P<close>[.):]{0,2}(?:[ \t]?[-–—:])?)[ \t]+(?=\S)"
)

# Longer titles are cut before they are compared: no template has them, and work must stay bounded.
_LONGEST = 300

_MARKUP = frozenset("*_`[<\\~")


_SHORTCODE = lazy_regex(r"(?<!\S):[a-z][a-z0-9_+-]{0,40}:(?!\S)")

# Emoji, their skin tones and joiners, and what selects their look.
_SYMBOLS = frozenset(("So", "Sk", "Me", "Cf", "Cs"))

_VARIANTS = "\ufe0e\ufe0f"

_KEYCAP = lazy_regex("[0-9#*]\ufe0f?\u20e3")

# `Goals {#goals}`, `Goals { .wide }`, `Goals {: .wide}`, `Goals {-}`: for tools that make pages.
_ATTRIBUTES = lazy_regex(r"\s*\{(?:\s*[#.:][^{}]*|-|\s*[\w-]+=[^{}]+)\}$")

_CLOSING_HASHES = lazy_regex(r"(?:^|\s)#{1,20}$")

_REMARK = lazy_regex(
    r"\s*[(\[](?:optional|required|mandatory|recommended|conditional|if any"
    r"|(?:if|as|when|where) (?:applicable|needed|required|relevant))[)\]]$"
)

_NUMBERING = lazy_regex(
    r"(?:§ ?\d+(?:\.\d+)*[.):]?"
    r"|\(?\d+(?:\.\d+)*(?:[.):]| ?[-–—](?=\s))?"
    r"|\(?(?:[a-z]|[ivx]{2,5})[.)]"
    r"|(?:section|chapter|part) (?:\d+(?:\.\d+)*|[a-z]|[ivx]{2,5})(?:[.):]| ?[-–—](?=\s)))\s+"
)

_ID_PREFIX = lazy_regex(
    r"\[[a-z]{1,12}[-_ ]?\d+(?:\.\d+)*\][:.\s–—-]{0,4}"
    r"|[a-z]{1,12}[-_]\d+(?:\.\d+)*(?:[:.)]| ?[–—-](?=\s))?\s+"
)

_SEPARATORS = lazy_regex('[\\s\\-‐-―/_,;!?"“”„«»]+')

_TRAILING_PARENTHESIS = lazy_regex(r"\s+[(\[][^()\[\]]*[)\]]$")


def without_attributes(title: str) -> str:
    """Return a title without the attributes at its end that tools read that make pages: `Goals {.wide}`."""
    return _ATTRIBUTES.sub("", title) if title.endswith("}") else title


@lru_cache(maxsize=65536)
def fold(title: str) -> str:
    """Return a title for comparison: titles that a reader takes for the same fold to the same text.

    Case, inline markup, emoji, leading numbers and ids, closing `#`s and colons, remarks like `(optional)`,
    attributes like `{#goals}`, and the kind of dashes and spaces are ignored. A title that is nothing else
    stays.
    """
    if title.isascii() and title.replace(" ", "").isalpha():
        return " ".join(title.lower().split())  # nothing in it could be folded away
    shown = _shown(title).casefold()
    # Expressions that cannot match are not even compiled: most titles of most documents are plain.
    if shown.endswith((")", "]")):
        shown = _remainder(_REMARK, shown)
    if not shown[:1].isalpha() or not shown[:14].replace(" ", "").isalpha():
        shown = _start_removed(_NUMBERING, shown)
    if any(map(str.isdigit, shown[:40])):
        shown = _start_removed(_ID_PREFIX, shown)
    shown = shown.replace("&", " and ").replace("’", "'")
    return " ".join(_SEPARATORS.sub(" ", shown).split()) or " ".join(title.casefold().split())


def without_parenthesis(title: str) -> str | None:
    """Return a title without the parenthesis at its end (`Unit Tests (backend)`), None if it has none."""
    shown = _shown(title)
    shorter = _remainder(_TRAILING_PARENTHESIS, shown)
    return None if shorter == shown else shorter


def unnumbered(title: str) -> str:
    """Return what a reader sees of a title, without the number in front of it."""
    return _start_removed(_NUMBERING, _shown(title))


def without_subtitle(title: str) -> str | None:
    """Return a title up to its colon (`Motivation: why?`) or parenthesis, None if it has neither."""
    before, colon, _ = title.partition(": ")
    return (before if colon and before.strip() else None) or without_parenthesis(title)


# Every pattern of a rule set asks for the same title.
@lru_cache(maxsize=1024)
def _shown(title: str) -> str:
    """Return the visible text of a title, without emoji, closing `#`s and closing colons."""
    text = title[:_LONGEST]
    if text.endswith("}"):
        text = _remainder(_ATTRIBUTES, text)
    if not _MARKUP.isdisjoint(text):
        text = plain(text)
    if not text.isascii():
        text = _KEYCAP.sub("", text)
        text = unicodedata.normalize("NFKC", text)
        text = "".join(c for c in text if c not in _VARIANTS and unicodedata.category(c) not in _SYMBOLS)
    if ":" in text:
        text = _SHORTCODE.sub("", text)
    text = " ".join(text.split())
    if text.endswith("#"):
        text = _remainder(_CLOSING_HASHES, text)
    return text.rstrip(" :：.")


def _remainder(ending: re.Pattern[str], text: str) -> str:
    match = ending.search(text)
    return text[: match.start()] if match and match.start() else text


def _start_removed(beginning: re.Pattern[str], text: str) -> str:
    match = beginning.match(text)
    return text[match.end() :] if match and any(map(str.isalnum, text[match.end() :])) else text


_UNBRACKETED = lazy_regex(r"^\[([^\[\]]{1,40})\]")

_WORD_ENDS = lazy_regex(r"\W+")

_NO_DIGITS = lazy_regex(r"\D+")

# What may stand in the place of a date without a year.
_DATE_WORDS = ("unreleased", "upcoming", "tbd", "yyyy-mm-dd", "date")

_PIECE = lazy_regex(r"[\s:.\-–—|()\[\]]+|[^\s:.\-–—|()\[\]]+")

_HOLE = lazy_regex(r"\{(n|name|date|version)\}")

_EXAMPLES = {"n": "1", "name": "...", "date": "YYYY-MM-DD", "version": "1.0.0"}

_DATE = (
    r"[(\[]?(?P<{0}>\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|[^()\[\]\n]{{0,20}}\b\d{{4}}|unreleased|upcoming|tbd"
    r"|yyyy-mm-dd|[a-z ]{{0,20}}date)[)\]]?"
)

_VERSION = (
    r"[(\[]?(?P<{0}>v?\d+(?:\.(?:\d+|x|\*))*(?:[-+][\w.+-]+)?|v?[xyzn]\.[xyzn](?:\.[xyzn])?"
    r"|unreleased)[)\]]?"
)

_NUMBER = r"[-_ #.]{{0,2}}\[?(?P<{0}>\d+(?:\.\d+)*[a-z]?)\]?"

# After a word of its own an id may also be a letter or a Roman number: `Phase A`, `Phase II`.
_NUMBER_APART = r"[-_ #.]{{0,2}}\[?(?P<{0}>\d+(?:\.\d+)*[a-z]?|[ivx]{{1,5}}|[a-z])\]?(?!\w)"


class TitlePattern:
    """A title pattern with or without the holes `{n}`, `{name}`, `{date}` and `{version}`.

    One without is compared folded; for the others a regular expression is compiled at the first match.
    """

    __slots__ = ("_compiled", "_dated", "_words", "anything", "fixed", "folded", "title")

    def __init__(self, title: str) -> None:
        self.title = title
        self.fixed = _HOLE.search(title) is None
        # Whether any title at all matches.
        self.anything = title.strip() == "{name}"
        self.folded = fold(title) if self.fixed else ""
        fixed = _HOLE.sub(" ", title.lower().replace("&", "and"))
        self._words = [word for word in _WORD_ENDS.split(fixed) if word]
        self._dated = "{date}" in title
        self._compiled: re.Pattern[str] | None = None

    def match(self, title: str) -> Mapping[str, str] | None:
        """Return the values that a title has for the holes of the pattern, None if it does not match.

        Separators, spaces, leading numbers and zeros may differ: `FR1: Login`, `FR-01 - Login` and `[FR 1]
        Login` all match `FR{n}: {name}`. If a hole occurs twice, the first value counts.
        """
        if self.fixed:
            return {} if fold(title) == self.folded else None
        shown = _shown(title).replace(" & ", " and ")
        if not self._may_match(shown.lower()):
            return None
        if self._compiled is None:
            self._compiled = _compiled(self.title)
        found = self._values(shown)
        if found is None:
            bare = _UNBRACKETED.sub(r"\1", _start_removed(_NUMBERING, shown))
            found = self._values(bare) if bare != shown else None
        return found

    def _may_match(self, lowered: str) -> bool:
        """Return False if a title certainly does not match: a cheap test that saves compiling the pattern."""
        if not all(word in lowered for word in self._words):
            return False
        if self._dated and not any(word in lowered for word in _DATE_WORDS):
            # A date has a year.
            return any(digits.isdigit() and len(digits) >= 4 for digits in _NO_DIGITS.split(lowered))
        if self.title.startswith("{version}"):
            return "." in lowered or "unreleased" in lowered or any(map(str.isdigit, lowered))
        return True

    def _values(self, shown: str) -> Mapping[str, str] | None:
        assert self._compiled is not None
        # Lower case is cheaper than a pattern that ignores case; its letters stay where they are.
        lowered = shown.lower()
        if len(lowered) != len(shown):
            lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in shown)
        found = self._compiled.fullmatch(lowered)
        if found is None:
            return None
        return {
            name: shown[slice(*found.span(name))]
            for name, value in found.groupdict().items()
            if value is not None and "_" not in name
        }

    def words(self) -> str:
        """Return the folded fixed words before the first hole, "" for none."""
        hole = _HOLE.search(self.title)
        beginning = self.title[: hole.start()] if hole else self.title
        return fold(beginning) if any(map(str.isalnum, beginning)) else ""


def filled(title: str, values: Mapping[str, str]) -> str:
    """Return a title with its holes filled; examples stand in for values that are not given."""
    return _HOLE.sub(lambda hole: values.get(hole[1]) or _EXAMPLES[hole[1]], title)


# Every document under a rule set has the same patterns.
@lru_cache(maxsize=1024)
def pattern_of(title: str) -> TitlePattern:
    """Return the pattern of a title, from a cache."""
    return TitlePattern(title)


@lru_cache(maxsize=256)
def _compiled(title: str) -> re.Pattern[str]:
    parts = _HOLE.split(" ".join(title.lower().replace("&", "and").split()))
    expression: list[str] = []
    seen: set[str] = set()
    for i, part in enumerate(parts):
        if i % 2 == 0:
            last = i == len(parts) - 1
            expression.append(_literal(part, between=i > 0 and not last))
            continue
        group = part if part not in seen else f"{part}_{i}"
        seen.add(part)
        if part == "name":
            expression.append(f"(?P<{group}>\\S.*{'' if i == len(parts) - 2 and not parts[-1] else '?'})")
        elif part == "n":
            expression.append((_NUMBER_APART if parts[i - 1][-1:] == " " else _NUMBER).format(group))
        else:
            expression.append((_DATE if part == "date" else _VERSION).format(group))
    if parts[-4:-3] == ["n"] and parts[-2:] == ["name", ""]:
        # The id says which one it is: the name may be left out.
        expression[-3:] = ["(?:", *expression[-3:], ")?"]
    return lazy_regex("".join(expression))


def _literal(text: str, between: bool) -> str:
    """Return an expression for the fixed text of a title, which takes any separator where it has one."""
    pieces: list[str] = []
    for piece in _PIECE.findall(text):
        if piece[0].isspace() and piece.isspace():
            pieces.append("[ -]")
        elif piece[0] in " :.-–—|()[]" and not piece.strip(" :.-–—|()[]"):
            optional = not between and not piece.strip(" ()[]")
            pieces.append("[ )(]{0,2}" if optional else "(?: ?[-:.–—|)]{1,2} ?| )")
        else:
            pieces.append(re.escape(piece))
    return "".join(pieces)


def without_number(title: str) -> str:
    """Return a heading's text without the number that it begins with."""
    match = re.match(HEADING_NUMBER, title)
    return title[match.end() :] if match else title
