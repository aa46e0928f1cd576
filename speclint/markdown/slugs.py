"""Compute the anchors that GitHub gives to headings: their visible text without spaces and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator

from speclint.diagnostics import Span
from speclint.markdown.inline import normalise_label, scan
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source

# Letters, numbers made of letters, decimal digits, marks on any of them, and what joins words.
_KEPT = frozenset(("Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Nd", "Mn", "Mc", "Me", "Pc"))

# Symbols that count as letters: those in circles and squares.
_LETTERS = ((0x24B6, 0x24E9), (0x1F130, 0x1F149), (0x1F150, 0x1F169), (0x1F170, 0x1F189))


_ENTITY = lazy_regex(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


# What becomes of the characters of ASCII.
_ASCII = {
    code: "-" if chr(code) == " " else chr(code).lower() if chr(code).isalnum() or chr(code) in "-_" else None
    for code in range(128)
}


def slug(text: str) -> str:
    """Return the anchor of a heading with this visible text, before it is made unique."""
    if text.isascii():
        return text.translate(_ASCII)
    return "".join([c for c in text.lower() if _is_kept(c)]).replace(" ", "-")


def _is_kept(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in " -_"
    if unicodedata.category(character) in _KEPT:
        return True
    return any(first <= ord(character) <= last for first, last in _LETTERS)


class Slugger:
    """The anchors of one document's headings, given out in order: a second `usage` is `usage-1`."""

    def __init__(self) -> None:
        # By anchor, the number that its last namesake got.
        self.taken: dict[str, int] = {}

    def slug(self, text: str) -> str:
        """Return the anchor of the next heading, given its visible text."""
        anchor = wanted = slug(text)
        while anchor in self.taken:
            self.taken[wanted] += 1
            anchor = f"{wanted}-{self.taken[wanted]}"
        self.taken[anchor] = 0
        return anchor


def shown(text: str, defined: Collection[str] = ()) -> str:
    """Return the visible text of a heading's inline Markdown: no tags or images, links as their text.

    Where `inline.plain` normalises, this is exact about spaces and underscores, of which anchors are made;
    marks that `slug` drops anyway stay. `defined` are the normalised labels of the document's link
    definitions.
    """
    replaced = sorted(_replaced(text, defined))
    marks = _emphasis(text, replaced) if "_" in text else {}
    out: list[str] = []
    position = 0
    for start, end, instead in replaced:
        if start >= position:
            out += (_unmarked(text, position, start, marks), instead)
            position = end
    out.append(_unmarked(text, position, len(text), marks))
    return "".join(out)


def _replaced(text: str, defined: Collection[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the ranges that are not shown as written, each with the text that is shown instead."""
    for kind, span, content, target in scan(Source(text), (Span(0, len(text)),), defined):
        inner = text[content.start : content.end]
        if kind in ("html", "comment", "image"):
            yield span.start, span.end, ""
        elif kind == "code":
            code = inner.replace("\n", " ")
            padded = code.strip() and code[0] == code[-1] == " "
            yield span.start, span.end, code[1:-1] if padded else code
        elif kind in ("autolink", "escape"):
            yield span.start, span.end, inner
        elif kind == "link" or (kind == "reference" and normalise_label(target) in defined):
            yield span.start, content.start, ""
            yield content.end, span.end, ""


def _emphasis(text: str, replaced: list[tuple[int, int, str]]) -> dict[int, int]:
    """Return by the start of each run of underscores how many of them mark emphasis."""
    skipped = iter((*replaced, (len(text), len(text), "")))
    start, end, _ = next(skipped)
    marks: dict[int, int] = {}
    open_runs: list[int] = []
    left: dict[int, int] = {}
    for run in re.finditer("_+", text):
        while end <= run.start() and end < len(text):
            start, end, _ = next(skipped)
        if start <= run.start() < end:
            continue
        before, after = text[run.start() - 1 : run.start()], text[run.end() : run.end() + 1]
        opens = _flanks(after, before) and (not _flanks(before, after) or _is_punctuation(before))
        closes = _flanks(before, after) and (not _flanks(after, before) or _is_punctuation(after))
        here = run.start()
        left[here] = run.end() - here
        while closes and left[here] and open_runs:
            used = min(2, left[here], left[open_runs[-1]])
            for place in (here, open_runs[-1]):
                left[place] -= used
                marks[place] = marks.get(place, 0) + used
            if not left[open_runs[-1]]:
                open_runs.pop()
        if opens and left[here]:
            open_runs.append(here)
    return marks


def _flanks(near: str, far: str) -> bool:
    """Return whether a run of marks belongs to the character `near` it, with `far` on its other side."""
    if not near or near.isspace():
        return False
    return not _is_punctuation(near) or not far or far.isspace() or _is_punctuation(far)


def _is_punctuation(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "PS"


def _unmarked(text: str, start: int, end: int, marks: dict[int, int]) -> str:
    """Return a part of a text without the marks of emphasis, its entities resolved."""
    part = text[start:end]
    if marks and "_" in part:
        part = re.sub("_+", lambda run: run[0][marks.get(start + run.start(), 0) :], part)
    if "&" in part:
        from html import unescape

        part = _ENTITY.sub(lambda entity: unescape(entity[0]), part)
    return part
