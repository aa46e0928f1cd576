"""Convert between code-point offsets of a text and lines and columns.

Offsets are the only positions used inside speclint; lines and columns appear in reporters. Value types here
and elsewhere are named tuples: immutable, slotted, picklable, and, unlike dataclasses, nearly free to define,
which a command that starts for every commit can feel.
"""

from bisect import bisect_right
from itertools import accumulate
from typing import NamedTuple

from speclint.diagnostics import Span, span_of
from speclint.markdown.lazy_regex import lazy_regex

BYTE_ORDER_MARK = "\ufeff"


# CommonMark's line endings and no others: `str.splitlines` also cuts at form feed, U+0085, U+2028...
_LINE_END = lazy_regex(r"\r\n|\n|\r")


class Position(NamedTuple):
    """A line and a column, both from 1; columns count code points."""

    line: int
    column: int


class NotText(ValueError):
    """Bytes that are not UTF-8; `line` and `column` (from 1) are the place of the first bad byte."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(f"not UTF-8: {reason}")
        self.line = line
        self.column = column


class Source:
    """A text as read, with its lines.

    A byte order mark stays in `text` (offsets count it) but takes no column. An empty text has one line, and
    so has the rest after a final newline, as in an editor.
    """

    __slots__ = ("line_starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        # The offset at which each line starts.
        self.line_starts: tuple[int, ...]
        if "\r" in text:
            self.line_starts = (0, *(end.end() for end in _LINE_END.finditer(text)))
        else:
            lengths = [len(line) + 1 for line in text.split("\n")]
            lengths.pop()
            self.line_starts = (0, *accumulate(lengths))

    @classmethod
    def decode(cls, data: bytes) -> "Source":
        """Return the source of UTF-8 bytes. Raise `NotText` with the place of the first bad byte."""
        try:
            return cls(data.decode("utf-8"))
        except UnicodeDecodeError as error:
            good = cls(data[: error.start].decode("utf-8"))
            place = good.position(len(good.text))
            raise NotText(place.line, place.column, error.reason) from None

    def position(self, offset: int) -> Position:
        """Return the line and column of an offset; the offset one past the end is allowed."""
        line = bisect_right(self.line_starts, offset)
        start = self.line_starts[line - 1]
        if line == 1 and offset > 0 and self.text.startswith(BYTE_ORDER_MARK):
            start = 1
        return Position(line, offset - start + 1)

    def line_number(self, offset: int) -> int:
        """Return the line, from 1, that an offset lies in."""
        return bisect_right(self.line_starts, offset)

    def line_span(self, line: int) -> Span:
        """Return the span of a line, from 1, without its line ending."""
        start = self.line_starts[line - 1]
        last = line == len(self.line_starts)
        end = len(self.text) if last else self.line_starts[line]
        while not last and end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return span_of((start, end))

    def line_ending(self, offset: int) -> str:
        """Return the line ending in use at an offset: that of the line before, else that of the first line.

        A line feed if the text has no line ending.
        """
        for number in (self.line_number(offset) - 1, 1):
            if 0 < number < len(self.line_starts):
                return self.text[self.line_span(number).end : self.line_starts[number]]
        return "\n"

    def slice(self, span: Span) -> str:
        """Return the text of a span."""
        start, end = span
        return self.text[start:end]

    def __getstate__(self) -> str:
        return self.text

    def __setstate__(self, text: str) -> None:
        self.__init__(text)  # type: ignore[misc]
