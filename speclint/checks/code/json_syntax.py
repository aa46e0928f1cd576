"""Find where JSON in a document does not parse.

Specifications show JSON more freely than a parser takes it: with comments, with `...` for what is left out,
with `<id>` or `string` for a value, as members without the braces around them, as several texts one after
another. None of that is a fault. Single quotes, a comma too many or too few, an unclosed brace are.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from speclint.checks.code.syntax import Fault
from speclint.diagnostics import shorten
from speclint.markdown.lazy_regex import lazy_regex

_TOKEN = lazy_regex(
    r"(?P<blank>\s++)"
    r'|(?P<string>"(?:[^"\\\n]|\\[^\n])*+")'
    r'|(?P<open_string>"[^\n]*+)'
    r"|(?P<comment>//[^\n]*+|#[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)"
    r"|(?P<elision>\.{2,}+|…)"
    r"|(?P<slot><[^<>\n]{0,80}>|\{\{[^{}\n]{0,80}\}\}|\$\{[^{}\n]{0,80}\})"
    r"|(?P<mark>[{}\[\],:])"
    r"|(?P<quoted>'[^'\n]*+')"
    r"|(?P<word>(?:(?!//|\.\.)[^\s{}\[\],:\"<#…])++|.)"
)

_ESCAPE = lazy_regex(r"\\(?:[\"\\/bfnrt]|u[0-9A-Fa-f]{4}|(?P<bad>[^\n]))")

_NUMBER = lazy_regex(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?[0-9]++)?+")

_LEFT_OUT = lazy_regex(r"\.\.|…|\b(?:more|others?|rest|etc|same|omitted|and so on)\b", re.IGNORECASE)

# `"more fields..."`: a text that says that more of the same follows.
_MORE = lazy_regex(
    r"(?i)[\"']?(?:.*(?:\.{3}|…)|(?:and )?(?:more|others?|further|etc|the (?:same|rest))\b.*|.*\betc\.?)"
    r"[\"']?$"
)

# What stands for a value: a type, a variable, a constant.
_TYPE = lazy_regex(
    r"(?:string|str|text|number|int(?:eger)?|float|double|decimal|long|bool(?:ean)?|object|array|list|map|any"
    r"|uuid|id|date|datetime|timestamp|time|ur[il]|email|bytes|binary|enum|u?int(?:32|64))$",
    re.IGNORECASE,
)

_STAND_IN = lazy_regex(r"[$%@]|(?!(?:NULL|TRUE|FALSE|NAN)$)[A-Z][A-Z0-9_]+$")

# Words of other languages, and what JSON has instead.
_INSTEAD = {
    "true": "true",
    "false": "false",
    "none": "null",
    "nil": "null",
    "undefined": "null",
    "null": "null",
}


class _NotJson(Exception):
    """The text is something else: an assignment, a type, a diff, a dialogue."""


class _Open(NamedTuple):
    """A brace or bracket that is not closed yet, and its offset."""

    mark: str
    start: int


def json_fault(text: str) -> Fault | None:
    """Return the first fault in a text of JSON, None for what parses and for what is no JSON at all."""
    reader = _Reader()
    try:
        for token in _TOKEN.finditer(text):
            fault = reader.take(token)
            if fault is not None:
                return fault
    except _NotJson:
        return None
    return reader.end(text)


class _Reader:
    """A parser of one text that takes it token by token, without recursion."""

    def __init__(self) -> None:
        self.stack: list[_Open] = []
        # What may come next; `end` is a comma, or what closes the braces around. Outside of all braces
        # another value may follow as well, and a colon behind a text.
        self.wanted: Literal["key", "colon", "value", "end"] = "value"
        # The last token that is no comment.
        self.last: re.Match[str] | None = None
        self.elided = False
        self.commented = False

    def take(self, token: re.Match[str]) -> Fault | None:
        """Return what is wrong with the next token, None for nothing."""
        kind = token.lastgroup
        if kind == "blank":
            return None
        if kind == "comment":
            self.commented = True
            self.elided = self.elided or _LEFT_OUT.search(token.group()) is not None
            return None
        if kind == "slot" and self.wanted != "value" and _LEFT_OUT.search(token.group()):
            kind = "elision"
        fault = self.mark(token) if kind in ("mark", "elision") else self.scalar(token)
        self.last = token
        return fault

    def end(self, text: str) -> Fault | None:
        """Return what is wrong with the end of the text, None for nothing."""
        if not self.stack or self.elided:
            return None
        opened = self.stack[-1]
        end = len(text)
        start = end if text.endswith("\n") else end - 1
        return Fault(start, end, f"`{opened.mark}` of line {{line}} is not closed", opened.start)

    def inner(self) -> str:
        """Return the brace or bracket that the next token stands in, "" outside of all."""
        return self.stack[-1].mark if self.stack else ""

    def mark(self, token: re.Match[str]) -> Fault | None:
        mark = token.group()
        if mark == ":":
            return self.colon(token)
        if mark not in "{}[],":
            return self.elision()
        if mark in "{[":
            return self.opening(token)
        if self.wanted == "colon" and self.last is not None:
            if not _MORE.match(self.last.group()):
                return _fault(self.last, "`{}` has no value")
            self.elided, self.wanted = True, "end"
        if self.last is not None and self.last.group() == ":":
            return _fault(self.last, "there is no value behind this `:`")
        return self.comma(token) if mark == "," else self.closing(token)

    def colon(self, token: re.Match[str]) -> Fault | None:
        after_text = not self.stack and self.last is not None and self.last.lastgroup == "string"
        if self.wanted != "colon" and not after_text:
            return _fault(token, "`:` has no key before it")
        self.wanted = "value"
        return None

    def elision(self) -> Fault | None:
        if self.wanted == "colon":
            raise _NotJson
        self.elided, self.wanted = True, "end"
        return None

    def opening(self, token: re.Match[str]) -> Fault | None:
        fault = self.begin()
        if fault is None and self.wanted == "key":
            fault = _fault(token, "`{}` stands where a key should")
        self.stack.append(_Open(token.group(), token.start()))
        self.wanted = "key" if token.group() == "{" else "value"
        return fault

    def comma(self, token: re.Match[str]) -> Fault | None:
        if self.wanted != "end":
            return _fault(token, "`,` has nothing before it")
        self.elided = False
        self.wanted = "key" if self.inner() == "{" else "value"
        return None

    def closing(self, token: re.Match[str]) -> Fault | None:
        mark, inner = token.group(), self.inner()
        if not inner:
            return _fault(token, "`{}` closes nothing")
        if inner + mark not in ("{}", "[]"):
            opened = self.stack[-1].start
            return _fault(token, f"`{mark}` cannot close the `{inner}` of line {{line}}", opened)
        # Where there are comments, commas at the end are as common.
        last = None if self.elided or self.commented else self.last
        if last is not None and last.group() == ",":
            return _fault(last, f"the comma before `{mark}` is one too many")
        self.stack.pop()
        self.elided, self.wanted = False, "end"
        return None

    def begin(self) -> Fault | None:
        """Return what is wrong with a key or value at this place, None for nothing."""
        inner = self.inner()
        if self.wanted == "colon" and self.last is not None:
            return _fault(self.last, "a colon is missing behind `{}`")
        if self.wanted == "end":
            if inner and not self.elided and self.last is not None:
                return _fault(self.last, "a comma is missing behind `{}`")
            self.wanted = "key" if inner == "{" else "value"
        self.elided = False
        return None

    def scalar(self, token: re.Match[str]) -> Fault | None:
        follows = self.last.group() if self.last else ""
        kind, word = token.lastgroup, token.group()
        plain = kind == "word" and not (_NUMBER.fullmatch(word) or word in ("true", "false", "null"))
        if plain and (word[0] in "(|=?;+-" or "=" in word or not (self.stack or follows == ":")):
            raise _NotJson
        fault = self.begin()
        if fault is not None:
            return fault
        wanted, self.wanted = self.wanted, "colon" if self.wanted == "key" else "end"
        if kind == "string":
            return _of_escapes(token) if "\\" in word else None
        if kind == "open_string":
            return _fault(token, "the quotes of `{}` are not closed")
        if kind == "quoted":
            return _fault(token, "`{}` has single quotes; JSON has double ones")
        if kind == "slot" or (not plain and wanted == "value"):
            return None
        if wanted == "key":
            return _fault(token, "the key `{}` has no double quotes")
        if _TYPE.match(word) or _STAND_IN.match(word):
            return None
        if word.lower() in _INSTEAD:
            return _fault(token, f"`{{}}` is no word of JSON; write `{_INSTEAD[word.lower()]}`")
        if word[0].isdigit() or word[:2].strip("-.").isdigit():
            return _fault(token, "`{}` is no number of JSON")
        return _fault(token, "`{}` has no double quotes")


def _of_escapes(token: re.Match[str]) -> Fault | None:
    for escape in _ESCAPE.finditer(token.group()):
        if escape["bad"]:
            start = token.start() + escape.start()
            return Fault(start, start + 2, f"`{escape.group()}` is no escape of JSON")
    return None


def _fault(token: re.Match[str], reason: str, other: int | None = None) -> Fault:
    return Fault(token.start(), token.end(), reason.replace("{}", shorten(token.group())), other)
