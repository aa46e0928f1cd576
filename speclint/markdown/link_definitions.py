"""Parse link reference definitions (CommonMark 0.31, section 4.7)."""

from __future__ import annotations

from speclint.diagnostics import Span
from speclint.markdown.blocks import LinkDefinition
from speclint.markdown.cursor import BLANK_RUN, NO_LINE, State
from speclint.markdown.interruptions import interrupts
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.link_destinations import parse_destination
from speclint.markdown.tables import is_table

_LONGEST_LABEL = 999

_LABELLED = lazy_regex(r"\[(?:[^\[\]\\\n]|\\[^\n])*+(?:\]:|\\?\n)")

_LABEL = lazy_regex(r"(?:[^\[\]\\\n]|\\[^\n])*+")

_TITLES = {
    '"': (lazy_regex(r'(?:[^"\\\n]|\\[^\n])*+'), '"'),
    "'": (lazy_regex(r"(?:[^'\\\n]|\\[^\n])*+"), "'"),
    "(": (lazy_regex(r"(?:[^()\\\n]|\\[^\n])*+"), ")"),
}


def parse_definition(s: State) -> LinkDefinition | None:
    """Parse the link definition at the current line, and move behind it.

    Return None, without moving, if there is none.
    """
    text, begin, place = s.src, s.first, s.place()
    if not _LABELLED.match(text, begin):
        return None
    labelled = _parse_label(s)
    if labelled is None:
        s.return_to(place)
        return None
    label, position = labelled
    position = _skip_blanks(s, position)
    found = parse_destination(text, position)
    if found is None:
        s.return_to(place)
        return None
    destination, end = found
    destination_start = position + (text[position] == "<")
    untitled = s.place()
    titled = _parse_title(s, end)
    if titled is None:
        s.return_to(untitled)
        rest = BLANK_RUN.match(text, end)
        assert rest is not None
        if text[rest.end()] != "\n":
            s.return_to(place)
            return None
    s.advance(s.next_line())
    return LinkDefinition(
        span=Span(begin, titled or end),
        label=label,
        destination=destination,
        destination_span=Span(destination_start, destination_start + len(destination)),
    )


def _go_below(s: State) -> bool:
    """Move to the line below if a definition can continue there; return whether it can."""
    place = s.place()
    s.advance(s.next_line())
    if s.missing != NO_LINE and s.src[s.first] != "\n" and not interrupts(s, reference=True):
        head = s.cursor in s.header_rows and not s.missing and s.indent - s.block_indent < 4
        if not (head and is_table(s)):
            return True
    s.return_to(place)
    return False


def _skip_blanks(s: State, position: int) -> int:
    """Return the offset of the first character that is no space or tab, past at most one line ending."""
    blanks = BLANK_RUN.match(s.src, position)
    assert blanks is not None
    if s.src[blanks.end()] == "\n" and _go_below(s):
        return s.first
    return blanks.end()


def _parse_label(s: State) -> tuple[str, int] | None:
    """Return the label that begins at the current line, and the offset behind its colon; None if none."""
    text, position = s.src, s.first + 1
    parts: list[str] = []
    while True:
        match = _LABEL.match(text, position)
        assert match is not None
        end = match.end()
        if text[end] == "\\":
            end += 1
        parts.append(s.source.text[position:end].rstrip("\r"))
        if text[end] != "\n":
            break
        if not _go_below(s):
            return None
        position = s.first
    label = "\n".join(parts)
    if not text.startswith("]:", end) or not label.strip() or len(label) > _LONGEST_LABEL:
        return None
    return label, end + 2


def _parse_title(s: State, position: int) -> int | None:
    """Return the offset behind the title that follows an offset, None unless it is the last on its line."""
    text = s.src
    start = _skip_blanks(s, position)
    if start == position or text[start] not in _TITLES:
        return None
    pattern, closer = _TITLES[text[start]]
    position = start + 1
    while True:
        match = pattern.match(text, position)
        assert match is not None
        end = match.end()
        if text[end] == "\\":
            end += 1
        if text[end] != "\n":
            break
        if not _go_below(s):
            return None
        position = s.first
    rest = BLANK_RUN.match(text, end + 1)
    return end + 1 if text[end] == closer and rest and text[rest.end()] == "\n" else None
