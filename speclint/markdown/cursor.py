"""Track the block parser's place in a text, and the current line inside the open containers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise

from speclint.diagnostics import Span, span_of
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import BYTE_ORDER_MARK, Source

# All of these are matched at the first character of a line that is no blank, in a text in which every
# line ends with a line feed, and none can look at a character more than a few times.
BLANK_RUN = lazy_regex(r"[ \t]*")

_BLANK_LINES = lazy_regex(r"(?:[ \t]*+\n)++")

_DELIMITER_ROWS = lazy_regex(r"\n[ \t>]*+([|:-][-:| \t]++)(?=\n)")

# Larger than the number of quotes that can be open.
NO_LINE = 1 << 30


class State:
    """A place in a text, and the current line as the containers open around it see it.

    `src` is the text with every line ending as one line feed at the same offset. `cursor` is the offset at
    which the current line begins, `start` that behind the markers of its containers, at the column
    `start_column`; `first` is the offset of its first character that is neither space nor tab, at the column
    `indent`. Columns have tabs expanded and count from where the innermost quote's content begins, which is
    at the column `origin` of the line.

    `quotes` has for each open quote the block and list indent around it. `missing` is how many of them the
    line lacks the mark of: it is outside of those, and `first` and `indent` are as seen there. At the end of
    the text it is more than there can be. `block_indent` is the column at which the content of the list item
    being read begins, `list_indent` that of the item around its list, -1 in no list.
    """

    def __init__(self, source: Source) -> None:
        text = source.text
        self.source = source
        self.carriage_returns = "\r" in text
        if self.carriage_returns:
            # Blanks at the end of a line change nothing, and `line_end` tells this one from the author's.
            text = text.replace("\r\n", " \n").replace("\r", "\n")
        if not text.endswith("\n"):
            text += "\n"
        self.src = text
        # An empty text has no line.
        self.cursor_max = len(text) if source.text else 0
        self.quotes: list[tuple[int, int]] = []
        self.nesting = 0
        self.block_indent = 0
        self.list_indent = -1
        self.missing = 0
        self.first = self.start = self.indent = self.start_column = self.origin = 0
        # The lines above delimiter rows, by their offsets: what may be the head of a table.
        self.header_rows: set[int] = set()
        if "|" in text:
            for match in _DELIMITER_ROWS.finditer(text):
                head = text.rfind("\n", 0, match.start()) + 1
                if "-" in match.group(1) and text.find("|", head, match.start()) >= 0:
                    self.header_rows.add(head)
        self.advance(1 if text.startswith(BYTE_ORDER_MARK) else 0)

    def advance(self, cursor: int) -> None:
        """Move to the line that begins at an offset."""
        self.cursor = self.start = self.first = cursor
        self.start_column = self.indent = self.origin = self.missing = 0
        if cursor >= self.cursor_max:
            self.missing = NO_LINE
            return
        if self.src[cursor] in " \t":
            self.skip_blanks()
        if self.quotes:
            self.enter_quotes()

    def leave(self, cursor: int) -> None:
        """Move to the line that begins at an offset, or to the first one below it that is not blank."""
        if not self.quotes and (blank := _BLANK_LINES.match(self.src, cursor)):
            cursor = blank.end()
        self.advance(cursor)

    def skip_blanks(self) -> None:
        """Move `first` and `indent` behind spaces and tabs."""
        blanks = BLANK_RUN.match(self.src, self.first)
        assert blanks is not None
        end = blanks.end()
        if self.src.find("\t", self.first, end) < 0:
            self.indent += end - self.first
        else:
            column = self.origin + self.indent
            for blank in blanks.group():
                column += 4 - column % 4 if blank == "\t" else 1
            self.indent = column - self.origin
        self.first = end

    def enter_quotes(self) -> None:
        """Move behind the marks of the open quotes, as many of them as the line has."""
        missing = len(self.quotes)
        for block_indent, _ in self.quotes:
            if self.src[self.first] != ">" or self.indent < block_indent:
                break
            self.enter_quote()
            missing -= 1
        self.missing = missing

    def enter_quote(self) -> None:
        """Move behind a `>` and one space."""
        position, column = self.first + 1, self.origin + self.indent + 1
        character = self.src[position]
        if character == " ":
            position += 1
            column += 1
        elif character == "\t":
            column += 1  # one column of the tab belongs to the mark
            if column % 4 == 0:
                position += 1
        self.first = self.start = position
        self.origin = column
        self.indent = self.start_column = 0
        if self.src[position] in " \t":
            self.skip_blanks()

    def next_line(self) -> int:
        """Return the offset at which the line below begins."""
        return self.src.find("\n", self.first) + 1

    def place(self) -> tuple[int, int, int, int, int, int, int]:
        """Return the state of the place, for `return_to`."""
        return (
            self.cursor,
            self.start,
            self.start_column,
            self.first,
            self.indent,
            self.origin,
            self.missing,
        )

    def return_to(self, place: tuple[int, int, int, int, int, int, int]) -> None:
        """Move back to a place."""
        (
            self.cursor,
            self.start,
            self.start_column,
            self.first,
            self.indent,
            self.origin,
            self.missing,
        ) = place

    def line_end(self, following: int) -> int:
        """Return the end, without its line ending, of the line before one that begins at an offset."""
        end = following - 1
        if self.carriage_returns and end > 0 and self.source.text[end - 1 : end + 1] == "\r\n":
            end -= 1
        return end

    def trimmed(self, start: int, end: int) -> Span:
        """Return a span without spaces and tabs at its end."""
        if end > start and self.src[end - 1] in " \t":
            end = start + len(self.src[start:end].rstrip(" \t"))
        return span_of((start, end))

    def content(self, columns: int) -> Span:
        """Return the span of the current line without up to `columns` columns of indentation."""
        position, column = self.start, self.start_column
        if self.indent - column == self.first - position:  # no tabs
            position = min(self.first, max(position, position + columns - column))
        else:
            while position < self.first and column < columns:
                step = 4 - (self.origin + column) % 4 if self.src[position] == "\t" else 1
                column += step
                position += 1
        end = self.line_end(self.next_line())
        return span_of((min(position, end), end))

    def whole_lines(self, start: int, stop: int) -> tuple[Span, ...]:
        """Return the spans of the lines between two line starts, without their line endings."""
        starts = self.source.line_starts
        if start >= stop:
            return ()
        low, high = bisect_right(starts, start), bisect_left(starts, stop)
        places = [start, *starts[low:high], stop]
        if self.carriage_returns:
            return tuple([span_of((a, self.line_end(b))) for a, b in pairwise(places)])
        return tuple([span_of((a, b - 1)) for a, b in pairwise(places)])
