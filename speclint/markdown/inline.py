"""Scan lines of text for code spans, links, references and HTML, with their places.

Only what a linter needs, in one pass: emphasis is left alone, and text without `[`, `<`, a backtick or a
backslash is not scanned. Link text may hold other pieces; the pieces of a text come in the order in which
they begin.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from typing import Literal, NamedTuple

from speclint.diagnostics import Span, span_of
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source

Kind = Literal[
    "code", "link", "image", "reference", "footnote", "wiki-link", "autolink", "comment", "html", "escape"
]


class Inline(NamedTuple):
    """A piece of inline syntax.

    `span` is all of it, `content` its text (between the brackets, the backticks, the comment marks).
    `target` is the destination of a link or image, the label of a reference or footnote (for `[text][]`
    and `[text]` the text itself), the address of an autolink, else "". A reference in brackets of its own
    (`[text]`) counts only when its label is defined; `[text][label]` always does.
    """

    kind: Kind
    span: Span
    content: Span
    target: str = ""


_TRIGGER = lazy_regex(r"[\[<`\\]")

# Each alternative begins with a character of its own, which makes Python look for these alone.
_TOKEN = lazy_regex(r"\\[!-/:-@\[-`{-~]|``*|\[|\]|<")

_BACKTICKS = lazy_regex(r"``*")

_AUTOLINK = lazy_regex(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9.-]+)>")

_HTML = lazy_regex(r"</?[A-Za-z][A-Za-z0-9-]*(?:[\s/][^<>]*)?>|<\?[^<>]*\?>|<![A-Z][^<>]*>")

# Destination and title of an inline link; bounded, so that text full of `](` stays cheap.
_DESTINATION = lazy_regex(
    r"\([ \t\n]*(<[^<>\n]{0,2000}>|(?:[^\s()\\]|\\.|\([^\s()]{0,500}\)){0,1000})"
    r"(?:[ \t\n]+(?:\"[^\"]{0,1000}\"|'[^']{0,1000}'|\([^()]{0,1000}\)))?[ \t\n]*\)"
)

_LABEL = lazy_regex(r"\[((?:[^\[\]\\]|\\.){0,999})\]")

_ESCAPED = lazy_regex(r"\\([!-/:-@\[-`{-~])")

_COMMENT = lazy_regex(r"<!--(?P<text>.*?)-->", re.DOTALL)


def normalise_label(label: str) -> str:
    """Return a link label for comparison as in CommonMark: case folded, runs of white space as one space."""
    return " ".join(label.split()).casefold()


def comments(text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
    """Yield a match for each HTML comment in a part of a text, with the group `text`; unclosed ones are none.

    Nothing behind the last end mark is searched: every opening mark there would be followed to the end.
    """
    last = text.rfind("-->", start, len(text) if end is None else end)
    return _COMMENT.finditer(text, start, last + 3) if last >= 0 else iter(())


def scan(source: Source, lines: tuple[Span, ...], defined: Collection[str] = ()) -> tuple[Inline, ...]:
    """Return the inline pieces in the content lines of a block, with spans in the source.

    `defined` are the normalised labels of the document's link definitions.
    """
    text = source.text
    # What stands between the lines, before the text of each, triggers nothing.
    if not lines or not _TRIGGER.search(text, lines[0].start, lines[-1].end):
        return ()
    return tuple(_Scanner("\n".join([text[s:e] for s, e in lines]), _Offsets(lines), defined).pieces())


class _Offsets:
    """A map from offsets in joined lines to offsets in the source."""

    __slots__ = ("lines", "starts")

    def __init__(self, lines: tuple[Span, ...]) -> None:
        self.lines = lines
        self.starts = [0]
        for start, end in lines:
            self.starts.append(self.starts[-1] + end - start + 1)

    def span(self, start: int, end: int) -> Span:
        """Return the source span of a range of the joined text."""
        if len(self.lines) == 1:
            shift = self.lines[0][0]
            return span_of((start + shift, end + shift))
        return span_of((self.offset(start), self.offset(end)))

    def offset(self, position: int) -> int:
        line = min(bisect_right(self.starts, position) - 1, len(self.lines) - 1)
        return self.lines[line][0] + position - self.starts[line]


class _Scanner:
    """One pass over the joined lines of a block. Each method but `pieces` returns where to read on."""

    __slots__ = (
        "brackets",
        "closers",
        "defined",
        "found",
        "last_paren",
        "no_comment_after",
        "offsets",
        "text",
    )

    def __init__(self, text: str, offsets: _Offsets, defined: Collection[str]) -> None:
        self.text = text
        self.offsets = offsets
        self.defined = defined
        self.found: list[Inline] = []
        self.brackets: list[tuple[int, bool]] = []  # the open `[`: its offset and whether `!` precedes it
        self.closers = _backtick_closers(text) if "`" in text else {}
        self.no_comment_after = len(text)  # from here on there is no `-->`
        self.last_paren = text.rfind(")")

    def add(self, kind: Kind, start: int, end: int, content: tuple[int, int], target: str = "") -> int:
        span = self.offsets.span
        self.found.append(Inline(kind, span(start, end), span(*content), target))
        return end

    def pieces(self) -> list[Inline]:
        text, brackets = self.text, self.brackets
        position = 0
        while match := _TOKEN.search(text, position):
            before = position
            start, position = match.span()
            mark = text[start]
            if mark == "\\":
                self.add("escape", start, position, (start + 1, position))
            elif mark == "`":
                position = self.code(start, position)
            elif mark == "<":
                position = self.angle_bracket(start, position)
            elif mark == "[":
                image = start > before and text[start - 1] == "!"
                brackets.append((start - image, image))
            elif brackets:
                position = self.closing_bracket(*brackets.pop(), position)
        found = self.found
        if len(found) > 1:
            found.sort(key=lambda piece: (piece.span.start, -piece.span.end))
        return found

    def code(self, start: int, position: int) -> int:
        """Read a code span, from the end of the backticks before it on."""
        length = position - start
        close = _next_closer(self.closers, length, position)
        return position if close is None else self.add("code", start, close + length, (position, close))

    def angle_bracket(self, start: int, position: int) -> int:
        """Read a comment, an automatic link or a tag."""
        text = self.text
        if text.startswith("<!--", start) and start < self.no_comment_after:
            end = text.find("-->", start + 4)
            if end >= 0:
                return self.add("comment", start, end + 3, (start + 4, end))
            self.no_comment_after = start
        if link := _AUTOLINK.match(text, start):
            return self.add("autolink", start, link.end(), link.span(1), link.group(1))
        if tag := _HTML.match(text, start):
            return self.add("html", start, tag.end(), (start, tag.end()))
        return position

    def closing_bracket(self, start: int, image: bool, position: int) -> int:
        """Read what a pair of brackets is, with the destination or label behind it."""
        text = self.text
        opening = start + image
        content = (opening + 1, position - 1)
        # A label holds at most 999 characters, and slices of nested brackets must not add up.
        inner = text[content[0] : min(content[1], content[0] + 1000)]
        rest = _DESTINATION.match(text, position) if text[position : position + 1] == "(" else None
        if rest and position <= self.last_paren:
            target = rest.group(1)
            target = target[1:-1] if target.startswith("<") else target
            kind: Kind = "image" if image else "link"
            return self.add(kind, start, rest.end(), content, _ESCAPED.sub(r"\1", target))
        if len(inner) == 1000:
            return position
        if inner.startswith("^") and len(inner) > 1 and not any(c.isspace() for c in inner):
            return self.add("footnote", opening, position, content, inner[1:])
        if inner.startswith("[") and inner.endswith("]") and len(inner) > 2:
            # Only the outer pair of `[[Page]]` is judged; the inner was a mere bracket.
            return self.add("wiki-link", start, position, (content[0] + 1, content[1] - 1), inner[1:-1])
        if label := _LABEL.match(text, position):
            return self.add("reference", start, label.end(), content, label.group(1).strip() or inner)
        if inner.strip() and normalise_label(inner) in self.defined:
            self.add("reference", start, position, content, inner)
        return position


def _backtick_closers(text: str) -> dict[int, list[int]]:
    """Return the offsets of the backtick runs by their length, last first."""
    runs: dict[int, list[int]] = {}
    for match in _BACKTICKS.finditer(text):
        start, end = match.span()
        runs.setdefault(end - start, []).append(start)
    for offsets in runs.values():
        offsets.reverse()
    return runs


def _next_closer(closers: dict[int, list[int]], length: int, position: int) -> int | None:
    """Return the first run of a length at or after a position, None if none is left; drop earlier ones."""
    runs = closers.get(length, [])
    while runs and runs[-1] < position:
        runs.pop()
    return runs[-1] if runs else None


def plain(text: str, defined: Collection[str] = ()) -> str:
    """Return the text a reader sees of a line of inline Markdown: no emphasis, code marks, links or tags.

    `defined` are the normalised labels of the document's link definitions.
    """
    if not _TRIGGER.search(text):
        return " ".join(_without_emphasis(text).split())
    replaced: list[tuple[int, int, str]] = []
    for kind, span, content, _ in scan(Source(text), (Span(0, len(text)),), defined):
        if kind in ("link", "image", "reference"):
            replaced += [(span.start, content.start, ""), (content.end, span.end, "")]
        elif kind in ("html", "comment", "footnote"):
            replaced.append((*span, ""))
        else:
            replaced.append((*span, text[content.start : content.end].strip()))
    out: list[str] = []
    position = 0
    for start, end, shown in sorted(replaced):
        if start >= position:
            out += [_without_emphasis(text[position:start]), shown]
            position = end
    out.append(_without_emphasis(text[position:]))
    return " ".join("".join(out).split())


# A name that is none stands for itself, as one without its semicolon does.
_ENTITY = lazy_regex(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


def unescape(text: str) -> str:
    """Return text with each HTML entity (`&amp;`) replaced by the character that a reader sees."""
    if "&" not in text or not _ENTITY.search(text):
        return text
    # Loaded only for texts that have entities.
    from html import unescape as character

    return _ENTITY.sub(lambda entity: character(entity[0]), text)


def _without_emphasis(text: str) -> str:
    """Return text as a reader sees it, without `*` and `~~` marks, and `_` at word edges, and entities.

    A `_` inside of a word is a letter.
    """
    if "*" in text or "~" in text:
        text = re.sub(r"\*+(?=\S)|(?<=\S)\*+|~~", "", text)
    if "_" in text:
        text = re.sub(r"(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)", "", text)
    return unescape(text)
