"""Parse GFM tables."""

from __future__ import annotations

from speclint.diagnostics import Span, span_of
from speclint.markdown.blocks import Table
from speclint.markdown.cursor import State
from speclint.markdown.interruptions import interrupts
from speclint.markdown.lazy_regex import lazy_regex

_DELIMITER_ROW = lazy_regex(r"(?:[|:][-:|]|--|-:|-\||[|:][ \t])[-:| \t]*+(?=\n)")

_DELIMITER_CELL = lazy_regex(r":?-+:?\Z")

_EDGE = lazy_regex(r"(?<!\\)\|")


def is_table(s: State) -> bool:
    """Return whether the current line is a table's header row, which the line below it decides."""
    place = s.place()
    header = _parse_cells(s)
    s.advance(s.next_line())
    found = _is_delimiter_row(s, len(header))
    s.return_to(place)
    return found


def _is_delimiter_row(s: State, columns: int) -> bool:
    """Return whether the current line is the delimiter row of a table with `columns` columns."""
    if s.missing or not 0 <= s.indent - s.block_indent < 4:
        return False
    match = _DELIMITER_ROW.match(s.src, s.first)
    if match is None:
        return False
    cells = match.group().strip(" \t").split("|")
    if not cells[0]:
        cells.pop(0)
    if cells and not cells[-1].strip():
        cells.pop()
    return len(cells) == columns > 0 and all(_DELIMITER_CELL.match(cell.strip(" \t")) for cell in cells)


def parse_table(s: State) -> Table | None:
    """Parse the table whose header row is the current line, and move behind it.

    Return None, without moving, if the line below is not its delimiter row.
    """
    begin, header = s.first, _parse_cells(s)
    place = s.place()
    s.advance(s.next_line())
    if not _is_delimiter_row(s, len(header)):
        s.return_to(place)
        return None
    following = s.next_line()
    delimiter = s.trimmed(s.first, following - 1)
    end = delimiter.end
    rows = [header]
    surplus: list[Span] = []
    s.advance(following)
    while not s.missing and s.src[s.first] != "\n" and 0 <= s.indent - s.block_indent < 4:
        if interrupts(s, reference=True):
            break
        cells = _parse_cells(s)
        rows.append(cells[: len(header)])
        if len(cells) > len(header):
            surplus.append(Span(cells[len(header)].start, cells[-1].end))
        following = s.next_line()
        end = s.trimmed(s.first, following - 1).end
        s.advance(following)
    return Table(Span(begin, end), tuple(rows), delimiter, tuple(surplus))


def _parse_cells(s: State) -> tuple[Span, ...]:
    """Return the spans of the trimmed cells of the current line."""
    return split_cells(s.src, s.trimmed(s.first, s.next_line() - 1))


def split_cells(text: str, line: Span) -> tuple[Span, ...]:
    """Return the spans of the trimmed cells of a row; pipes behind a backslash are text, in code as well.

    `line` has no white space at its ends.
    """
    start, end = line
    cells: list[Span] = []
    if text.startswith("|", start):
        start += 1
    for edge in _EDGE.finditer(text, start, end):
        cells.append(_trim_cell(text, start, edge.start()))
        start = edge.end()
    if start < end:
        cells.append(_trim_cell(text, start, end))
    return tuple(cells)


def _trim_cell(text: str, start: int, end: int) -> Span:
    content = text[start:end]
    filled = content.lstrip(" \t")
    start += len(content) - len(filled)
    return span_of((start, start + len(filled.rstrip(" \t"))))
