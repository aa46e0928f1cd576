"""Read a template's placeholders: titles that vary, values and their types, what may be left out.

A template leaves places open in brackets of all kinds (`[Name]`, `{name}`, `{{name}}`, `<name>`), with
letters in place of digits (`NNNN`, `YYYY-MM-DD`, `X.Y.Z`), in parentheses that address the author (`(fill me
in)`) and in comments. Everything here is a question about one line of text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from speclint.authoring.optional_sections import (
    FIRM_REMARK,
    OPTIONAL_REMARK,
    first_sentence,
    optional_sentence,
    shown_form,
)
from speclint.checks.placeholders.unfilled import HTML_NAMES, VOCABULARY
from speclint.markdown.inline import comments, plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.open_places import is_any_title, is_kept, samples_in
from speclint.ruleset.titles import fold

# Stands for a hole while a title is still Markdown, whose own signs must not be taken for one.
_HOLES = {"n": "\ue000", "name": "\ue001", "date": "\ue002", "version": "\ue003"}

_NAMES = {mark: name for name, mark in _HOLES.items()}


_LINK = lazy_regex(r"(?<!!)\[([^\[\]]*)\](?:\([^()\s]*\)|\[[^\[\]]*\])")

_SLOT = lazy_regex(r"\[([^\[\]\n]+)\]|\{\{?([^{}\n]+)\}?\}|<(?![/!])([^<>\n=]+)>")

_ATTRIBUTES = lazy_regex(r"(?<![ \t])[ \t]*+\{[:#.][^{}]*\}[ \t]*$")

_ESCAPED = lazy_regex(r"\\([<>\[\]{}])")

_COMMENT = lazy_regex(r"<!--(.*?)(?:-->|$)", re.DOTALL)

_DAY = (
    r"(?:YYYY|yyyy|20\d\d)[-/.](?:MM|mm|\d\d)[-/.](?:DD|dd|\d\d)"
    r"|(?:DD|dd|MM|mm)[-/.](?:MM|mm|DD|dd)[-/.](?:YYYY|yyyy)"
)

_VERSION = r"v?[XYZNxyzn]\.[XYZNxyzn](?:\.[XYZNxyzn])?|v?\d+\.\d+\.\d+(?:[-+][\w.]+)?|v?\d+\.[xX]"

_STAND_IN = lazy_regex(r"(?<![A-Za-z0-9])(?:N{2,}|X{3,}|Y{3,}|#{2,}|0{3,})(?![A-Za-z0-9])")

# `FIP-Number: Title`.
_ID_NUMBER = lazy_regex(r"\b([A-Z]{2,}[-_ ])(?:[Nn]umber|NUMBER|[Nn]r|[Nn]o|ID|[Ii]d)\.?(?=[ \t]*[:–—-])")

# `1. [Name]`: a number of its own and a name.
_NUMBERED_NAME = lazy_regex(r"^\d{1,3}([.):]?[ \t]*)\{name\}$")

_NUMBER_WORD = lazy_regex(r"(?i)(?:n|nn+|x|xx+|#+|\d{1,4}|no\.?|num(?:ber)?|.{0,30}\b(?:number|id|nr|no))$")


_OPTIONAL_VALUE = lazy_regex(
    r"\boptional\b|\bif (?:applicable|any|needed|relevant|known|available|required)\b|\bwhere applicable\b"
    r"|\bnot required\b|\bonly (?:required|needed|for|if|when)\b"
    r"|\b(?:leave|left) (?:this |it )?(?:empty|blank)\b"
    r"|\b(?:remove|delete|omit)\b[^.]{0,20}\b(?:if|when|field|line)\b|\botherwise,? (?:remove|delete|omit)\b"
    r"|^[\s*_`\[{<(]*any (?:additional|other|further)\b"
    # What is known only later is not there before.
    r"|(?<!or )(?<!no )\blater\b|\bwill (?:contain|hold|list|link to|be (?:added|assigned|filled|set))\b"
    r"|\b(?:once|after|when) (?:(?:it|the \w+) (?:is|was) )?(?:accepted|approved|merged|implemented)\b",
    re.IGNORECASE,
)

_REQUIRED_PREFIX = lazy_regex(r"(?i)^(?:required|mandatory|not required|optional)[ \t]*:[ \t]*")

_OPEN_END = lazy_regex(r"(?i)\betc\b|\.\.\.|…|\be\.g\b|\bsuch as\b|\blike\b|\bexample\b|\bfor instance\b")

_CHOICE = lazy_regex(r"[^\W_][\w .&+'’/-]{0,40}$")

_KNOWN_CHOICES = ({"yes", "no"}, {"true", "false"}, {"low", "high"}, {"low", "medium", "high"})


class Value(NamedTuple):
    """What the text in the place of a value shows.

    `type` is one of the rule language (`text` if it shows none), `one_of` the choices it lists; `open` means
    that the place is still to be filled in, so that its text is no value.
    """

    type: str = "text"
    one_of: tuple[str, ...] = ()
    open: bool = False


class Title(NamedTuple):
    """A heading as a rule set has it: holes as `{n}` and the like, no remarks.

    `remark` is the remark that makes the section optional (`(if applicable)`), "" for none.
    """

    text: str
    remark: str = ""

    @property
    def anything(self) -> bool:
        """Whether nothing of the title is fixed."""
        return not any(map(str.isalnum, re.sub(r"\{(?:n|name|date|version)\}", "", self.text)))

    @property
    def numbered(self) -> bool:
        """Whether it is any name behind a number of its own: `{n}. {name}`."""
        return self.anything and self.text.startswith("{n}") and self.text.endswith("{name}")


def title_of(heading: str) -> Title:
    """Return the title that a heading, given as its raw inline text, shows."""
    text = _with_hole(heading)
    if form := shown_form(text):
        text = f"{text[: form.start - 1]}{_HOLES['name']}"
    text = _ESCAPED.sub(r"\1", _ATTRIBUTES.sub("", _COMMENT.sub("", text))).strip()
    remark = OPTIONAL_REMARK.search(text) or next(
        (comment for comment in _COMMENT.finditer(heading) if optional_sentence(comment[1])), None
    )
    text = OPTIONAL_REMARK.sub("", FIRM_REMARK.sub("", text))
    text = _LINK.sub(r"\1", text)
    for _ in range(3):  # brackets in brackets
        text = _SLOT.sub(_hole, text)
    text = re.sub(_DAY, _HOLES["date"], text)
    if _HOLES["date"] in text or re.search(r"(?i)\bversion\b|^[\W_]*v?\d+\.\d+\.\d", text):
        text = re.sub(rf"(?<![\w.])(?:{_VERSION})(?![\w.])", _HOLES["version"], text)
    text = _STAND_IN.sub(_HOLES["n"], text)
    text = re.sub(r"\b([A-Z]{2,}[-_ ]?)\d{2,}(?=\s*[:.–—-])", lambda found: found[1] + _HOLES["n"], text)
    text = _ID_NUMBER.sub(lambda found: found[1] + _HOLES["n"], text)
    text = " ".join(plain(text).split())
    if not re.search("[\ue000-\ue003]", text) and _names_example(text):
        text = _HOLES["name"]
    text = text.rstrip(" :：#")
    text = re.sub("\ue001(?:[\\s/,&|-]*\ue001)+", "\ue001", text)
    text = re.sub(r"[{}]", "", text)
    for mark, name in _NAMES.items():
        text = text.replace(mark, f"{{{name}}}")
    text = _NUMBERED_NAME.sub(r"{n}\1{name}", text)
    return Title(text, plain(re.sub("[<>!]|--", "", remark[0])) if remark else "")


def _with_hole(heading: str) -> str:
    """Return a heading with a hole for a comment that is all of it, or its end (`Name: <!-- name -->`).

    So is one behind a number (`1. <!-- name -->`).
    """
    end = len(heading)
    for comment in reversed(list(comments(heading))):
        if heading[comment.end() : end].strip(" \t"):
            break
        end = comment.start()
    before = heading[:end].rstrip(" \t")
    numbered = re.fullmatch(r"\d{1,3}[.)]?", before)
    if end < len(heading) and (not before or numbered or before.endswith((":", "–", "—", "-"))):
        return heading[:end] + _HOLES["name"]
    return heading


def _hole(slot: re.Match[str]) -> str:
    """Return the mark of the hole that a slot is, or its text if it is none."""
    inner = next(group for group in slot.groups() if group is not None).strip()
    if slot[0].startswith("[") and is_kept(inner) and not inner[:1].isdigit():
        return inner
    if slot[0].startswith("<") and inner.rstrip("/ ") in HTML_NAMES - VOCABULARY:
        return ""
    if re.fullmatch(f"{_DAY}|(?i:(?:release |the )?date)", inner):
        return _HOLES["date"]
    if re.fullmatch(rf"{_VERSION}|(?i:unreleased|(?:the )?version(?: number)?)", inner):
        return _HOLES["version"]
    if _NUMBER_WORD.match(inner):
        return _HOLES["n"]
    return _HOLES["name"]


def _names_example(title: str) -> bool:
    """Return whether a title is the name of an example: `command_name`, `GET /api/things/`."""
    return re.match(r"[a-z]+(?:_[a-z0-9]+)+$|(?:GET|POST|PUT|PATCH|DELETE) /", title) is not None


def document_title(title: Title) -> str:
    """Return the pattern of documents' titles that a template's title shows, "" if it shows none.

    A title without holes is the template's own name, and one without fixed words fits every document.
    """
    text = title.text
    separator = re.match(r"(.*?\{n\}[ \t]*[:–—-]+[ \t]*)(?=\S)", text)
    if separator:
        text = f"{separator[1]}{{name}}"
    elif (labelled := re.match(r"([^:{}]{2,60}:[ \t]+)(\S.*)$", text)) and is_any_title(labelled[2]):
        text = f"{labelled[1]}{{name}}"
    words = re.sub(r"\{\w+\}", " ", text)
    if "{" not in text or not re.search(r"[^\W\d_]{2}", words) or is_any_title(words.strip()):
        return ""
    return text


# `Part 1: Scope` is a numbered chapter, not one of several parts.
_COUNTED = lazy_regex(
    r"(?!(?i:section|chapter|part) )(?P<words>(?:[^\W\d_][\w/&'’-]*[ \t]+){0,4}?[^\W\d_]+)"
    r"(?P<gap>[ \t]*[#-]?)(?P<n>\d{1,2}|(?<=[ \t])[A-FNX])"
    r"(?P<rest>|[ \t]*[:.–—(|-].*)$"
)


_REMARK_ALONE = lazy_regex(r"[ \t]*\([^()]*\)$")


def series(titles: Sequence[Title]) -> tuple[str, ...]:
    """Return the titles of siblings, with `{n}` for the number if they differ by it, or show that they would.

    `Story 1`, `Story 2` give `Story {n}: {name}` twice, which fits without a name too; so do `Story 1: Login`
    beside `Story 2: Logout`, and one title with a hole behind its number. `N` stands for a number.
    """
    counted = [_COUNTED.match(title.text) for title in titles]
    groups: dict[str, list[int]] = {}
    for i, match in enumerate(counted):
        if match is not None:
            groups.setdefault(fold(match["words"]), []).append(i)
    found = [title.text for title in titles]
    for members in groups.values():
        matches = [match for i in members if (match := counted[i]) is not None]
        numbers = [match["n"] for match in matches]
        several = len(set(numbers)) > 1
        if not several and not _shows_number(matches[0]):
            continue
        first = matches[0]
        rests = {match["rest"] for match in matches}
        # Which may be left out; a remark is no name that all have.
        rest = ": {name}" if not first["rest"] or _REMARK_ALONE.match(first["rest"]) else first["rest"]
        if len(rests) > 1:
            separator = re.match(r"[ \t]*[:.–—|-]+[ \t]*|[ \t]*", rest or max(rests, key=len))
            rest = f"{separator[0] if separator else ': '}{{name}}"
        for i in members:
            found[i] = f"{first['words']}{first['gap']}{{n}}{rest}"
    return tuple(found)


def _shows_number(title: re.Match[str]) -> bool:
    """Return whether the only title of its words shows that their number varies."""
    number, rest = title["n"], title["rest"]
    if number == "N":
        return True
    return number.isdigit() and ("{" in rest or (number == "1" and not rest))


def optional_value(text: str) -> str:
    """Return the words in the place of a value that make it optional, "" for none."""
    found = _OPTIONAL_VALUE.search(text.replace("_", " "))
    if found is None:
        return ""
    sentence = first_sentence(text.strip("<!-> *_`()[]{}"))
    return sentence if len(sentence) < 60 and not re.search(r"[\[`]", text) else found[0].strip("*_ ([{<")


def value_of(text: str, remark: str = "") -> Value:
    """Return what the text in the place of a value shows; `remark` is a comment behind it."""
    commented = _COMMENT.search(text)
    if commented and not _COMMENT.sub("", text).strip(" \t#"):
        return value_of(commented[1])._replace(open=True)
    text = _COMMENT.sub("", text).strip().strip("\"'").strip()
    for mark in ("`", "**", "__", "*", "_"):
        inner = text[len(mark) : -len(mark)]
        if text.startswith(mark) and text.endswith(mark) and inner and mark not in inner:
            text = inner.strip()
    slot = _whole_slot(text)
    if slot is None:
        listed = _choices(text, loose=False)
        if listed:
            return Value(one_of=listed, open=True)
        dated = re.fullmatch(_DAY, text) is not None
        open = not text or (dated and not text[0].isdigit())
        return Value("date" if dated else "text", _choices(remark, loose=False), open)
    slot = _REQUIRED_PREFIX.sub("", slot).strip()
    listed = _choices(slot, loose=True)
    if listed:
        return Value(one_of=listed, open=True)
    if re.search(rf"\b(?:{_DAY})\b", slot) or re.match(r"(?i)(?:[\w'’]+ ){0,3}date\b(?!s| range)", slot):
        return Value("date", open=True)
    if re.fullmatch(rf"{_VERSION}|(?i:(?:the |document |current |semantic )*version(?: number)?)", slot):
        return Value("version", open=True)
    if re.fullmatch(r"(?i)n|\d{1,3}(?:-\d{1,3})?|(?:a |the )?number", slot):
        return Value("number", open=True)
    return Value(open=True)


def is_open(text: str) -> bool:
    """Return whether a whole text is a placeholder, such as the name of a label that authors choose."""
    return _whole_slot(text.strip("*_` ")) is not None


def has_open(text: str) -> bool:
    """Return whether a text has a placeholder in it."""
    return (
        any(map(_is_slot, _SLOT.finditer(_LINK.sub("", text))))
        or re.search(r"(?:\.\.\.|…)$", text) is not None
        or next(samples_in(text), None) is not None
    )


def _is_slot(slot: re.Match[str]) -> bool:
    return _hole(slot) in _NAMES


def _whole_slot(text: str) -> str | None:
    """Return the text inside the brackets around the whole of a text, None if there are none."""
    match = re.fullmatch(r"\[([^\[\]]+)\]|\{\{?([^{}]+)\}?\}|<([^<>]+)>|\(([^()]*)\)", text) or (
        # Brackets may stand in what the author is told.
        re.fullmatch(r"<(.+)>|\{([^{}].*)\}|\[([^\[\]].*)\]|\((fill .*)\)", text)
    )
    if match is None:
        return None
    inner = next((group for group in match.groups() if group is not None), "")
    return None if re.match(r"\[[^\[\]]*\]\([^()]*\)$", text) else inner.strip("`*_ ")


def _parts(text: str, loose: bool) -> list[str]:
    """Return what bars or slashes between spaces separate in a text; with `loose`, any slashes, and "or"."""
    if "|" in text:
        return text.split("|")
    if " / " in text:
        return text.split(" / ")
    if loose and "/" in text:
        return text.split("/")
    return re.split(r",[ \t]*(?:or[ \t]+)?|[ \t]+or[ \t]+", text) if loose and " or " in text else []


def _choices(text: str, loose: bool) -> tuple[str, ...]:
    """Return the choices that a text lists, () for none.

    With `loose`, for text in brackets, slashes and commas separate choices as well. A list that continues
    ("etc.", an ellipsis) has no choices, nor has one of things to write.
    """
    # In the cell of a table, a bar is written behind a backslash.
    text = text.replace("\\|", "|").strip("` \t")
    if not text or len(text) > 300 or _OPEN_END.search(text):
        return ()
    parts = _parts(text, loose)
    told = "|" not in text
    cleaned = tuple(plain(part).strip(" \"'`[]()") for part in parts)
    if len(cleaned) < 2 or len(set(map(fold, cleaned))) < len(cleaned):
        return ()
    if not all(_CHOICE.match(part) and len(part.split()) <= 4 for part in cleaned):
        return ()
    if told and set(map(str.lower, cleaned)) not in _KNOWN_CHOICES:
        capital = all(part[0].isupper() for part in cleaned)
        words = {word for part in cleaned for word in part.lower().split()}
        pair = len(cleaned) == 2 and loose and capital and " / " in text
        if pair and words.isdisjoint(VOCABULARY):
            return cleaned
        if len(cleaned) < 3 or not (capital or (loose and words.isdisjoint(VOCABULARY))):
            return ()
    return cleaned
