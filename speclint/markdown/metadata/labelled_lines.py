"""Read labels at the starts of lines and of list items, and emphasised lines of a footer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speclint.diagnostics import Span
from speclint.markdown.blocks import Paragraph
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.metadata.field import Field, FieldPlace, strip_marks
from speclint.markdown.source import Source
from speclint.markdown.visibility import is_invisible

# A label: `**Name:** value`, `**Name**: value`, `*Name:* value`; a mark or an emoji may precede it.
_LABEL = lazy_regex(
    r"(?:[^\w\s*_`<>\[\](){}|#\"'\\]{1,3}[ \t]+)?"
    r"(?P<mark>\*\*\*|\*\*|\*|__|_)(?=\S)(?P<name>[^*_\n](?:[^*\n]{0,78}?[^*\s])?)(?P=mark)"
    r"(?:(?<![:：][*_])(?<![:：][*_]{2})(?<![:：][*_]{3})(?P<colon>[ \t]?[:：]))?"
)

_NEXT_LABEL = lazy_regex(r"(?<![\w*])\*\*(?=\S)(?P<name>[^*\n]{1,60}?)(?:[:：]\*\*|\*\*[ \t]?[:：])")

# Behind a bold label without a colon, and the comma of its value: `**Given** a, **When** b`.
_NEXT_STEP = lazy_regex(r"(?<=[,;.][ \t])\*\*(?=\S)(?P<name>[^*:：\n]{1,60})(?<=\S)\*\*(?=[ \t]+[^\s*])")

# The whole of a line in emphasis: `*Last updated: 2025-03-01*`.
_EMPHASISED_LINE = lazy_regex(
    r"(\*{1,3}|_{1,3})(?=[^\s*_])(?P<name>[^*_:：\n]{1,60}?)[ \t]?[:：][ \t]*"
    r"(?P<value>(?=[^\s*_])(?:(?!\1)[^\n])*)\1$"
)

# A character of a plain label: a letter or digit of any script, also of one whose vowels are marks beside
# its letters; a joiner of words; the end of `&amp;`.
_IN_NAME = (
    r"(?:[\w/&'’().（）・·\-\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0963\u0966-\u109f"
    r"\u1780-\u17d3\u200c\u200d]|(?<=&amp);)"
)

# Behind its colon stands a blank, but not behind a wide colon, nor where words are written without blanks.
_PLAIN_LABEL = lazy_regex(
    rf"(?P<name>[^\W\d_]{_IN_NAME}*(?:[ \t]+{_IN_NAME}+){{0,4}})[ \t]?"
    r"(?::(?=[ \t]|$|(?<=[\u2e80-\uffef]:))|：)"
)

# Behind another plain label in its line: `Status: Draft · Owner: Ada`.
_NEXT_PLAIN_LABEL = lazy_regex(
    rf"(?<=[ \t][·•|] )(?P<name>[^\W\d_]{_IN_NAME}*(?:[ \t]+{_IN_NAME}+){{0,4}})[ \t]?(?::(?=[ \t])|：)"
)

_VALUE_BEHIND = lazy_regex(r"[ \t]+\S")

# What may stand between two labels of one line, and a line break at the end of a value.
_SEPARATORS = " \t-–—|·•;,"

_LINE_BREAK = lazy_regex(r"(?:\\|<br[ \t]{0,3}/?>)[ \t]{0,9}$")


def paragraph_labels(source: Source, block: Paragraph, start: int, in_list: bool) -> list[Field]:
    """Return the labels at the starts of a paragraph's lines, or behind another label in a line."""
    found: list[Field] = []
    for i, line in enumerate(block.lines):
        begin = max(line.start, start) if i == 0 else line.start
        if not found and _is_mere_text(source, begin, line.end):
            if i == 0 and in_list:
                break
            continue
        end = _trimmed_end(source, begin, line.end)
        whole = _EMPHASISED_LINE.match(source.text, begin, end)
        if whole:
            found.append(_field(source, whole, whole.start("value"), whole.end("value"), "footer"))
            continue
        match = _LABEL.match(source.text, begin, end)
        emphasised = match is not None
        if match is None and (in_list or found or i == 0):
            match = _PLAIN_LABEL.match(source.text, begin, end)
            if match is None and not found:
                if i == 0 and in_list:
                    break
                continue
        if match is not None and not _is_label(source, match, end, emphasised):
            match = None
        if match is None:
            if found and found[-1].place != "footer":
                found[-1] = _continued(source, found[-1], begin, end)
            continue
        place: FieldPlace = "list" if in_list else "line"
        found += _labels_of_line(source, match, end, place, emphasised)
    return found


def _is_mere_text(source: Source, start: int, end: int) -> bool:
    """Return whether a line certainly has no label: a cheap test, as most lines are mere text.

    It begins with a letter, as no label in emphasis does; other labels have a colon, and begin with a capital
    where their script has any.
    """
    character = source.text[start : start + 1]
    if not character.isalnum():
        return False
    if character.islower() or not character.isalpha():
        return True
    return source.text.find(":", start, end) < 0 and source.text.find("：", start, end) < 0


def _labels_of_line(
    source: Source, match: re.Match[str], end: int, place: FieldPlace, emphasised: bool
) -> Iterator[Field]:
    """Yield a label and those behind it in its line, each with the text up to the next."""
    following = _NEXT_LABEL if emphasised else _NEXT_PLAIN_LABEL
    if emphasised and not match["colon"] and not match["name"].endswith((":", "：")):
        following = _NEXT_STEP
    further: re.Match[str] | None = match
    while further:
        match = further
        further = following.search(source.text, match.end(), end)
        stop = end
        if further:
            stop = match.end() + len(source.text[match.end() : further.start()].rstrip(_SEPARATORS))
        yield _field(source, match, match.end(), stop, place, emphasised)


def starts_label(source: Source, block: Paragraph) -> bool:
    """Return whether a paragraph begins with an emphasised label that has a colon."""
    match = _LABEL.match(source.text, *block.lines[0])
    return match is not None and (bool(match["colon"]) or match["name"].endswith(":"))


def _trimmed_end(source: Source, start: int, end: int) -> int:
    """Return the end of a line of text without whitespace and line-break marks (`<br>` or a backslash)."""
    end = start + len(source.text[start:end].rstrip())
    mark = _LINE_BREAK.search(source.text, max(start, end - 20), end)
    return start + len(source.text[start : mark.start()].rstrip()) if mark else end


def _is_label(source: Source, match: re.Match[str], end: int, emphasised: bool) -> bool:
    """Return whether emphasis at a line's start is a label: it has a colon, or is bold before a value."""
    if not emphasised or match["colon"] or match["name"].endswith((":", "：")):
        return True
    return len(match["mark"]) > 1 and bool(
        _VALUE_BEHIND.match(source.text[match.end() : min(end, match.end() + 20)])
    )


def _field(
    source: Source, match: re.Match[str], start: int, end: int, place: FieldPlace, emphasised: bool = True
) -> Field:
    while start < end and source.text[start] in " \t":
        start += 1
    while start < end and source.text[end - 1] in " \t":
        end -= 1
    if start < end and is_invisible(source.text[start:end]):
        end = start
    return Field(
        name=plain(match["name"]).rstrip(" :："),
        name_span=Span(*match.span("name")),
        value=strip_marks(source.text[start:end]),
        value_span=Span(start, end),
        span=Span(match.start(), max(end, match.end())),
        place=place,
        emphasised=emphasised,
    )


def _continued(source: Source, field: Field, start: int, end: int) -> Field:
    """Return a label extended by the next line of its value."""
    more = source.text[start:end].strip()
    first = field.value_span.start if field.value else start
    return field._replace(
        value=strip_marks(f"{field.value} {more}".strip()),
        value_span=Span(first, end),
        span=Span(field.span.start, end),
    )
