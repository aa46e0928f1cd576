"""Keep only the lines of a text that a report shows."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from speclint.diagnostics import Span
from speclint.markdown.source import BYTE_ORDER_MARK, Position, Source


class SourceExcerpt(NamedTuple):
    """Some lines of a source, each with its number and the offset at which it starts, in order.

    Its methods are those of the source, for offsets in these lines and at their ends; the `lines` have their
    endings.
    """

    numbers: tuple[int, ...]
    line_starts: tuple[int, ...]
    lines: tuple[str, ...]

    def position(self, offset: int) -> Position:
        """Return the line and column of an offset."""
        place = self._place(offset)
        start = self.line_starts[place]
        if start == 0 and offset > 0 and self.lines[place].startswith(BYTE_ORDER_MARK):
            start = 1
        return Position(self.numbers[place], offset - start + 1)

    def line_number(self, offset: int) -> int:
        """Return the line, from 1, that an offset lies in."""
        return self.numbers[self._place(offset)]

    def line_span(self, line: int) -> Span:
        """Return the span of a line, from 1, without its line ending."""
        place = bisect_right(self.numbers, line) - 1
        start = self.line_starts[place]
        return Span(start, start + len(self.lines[place].rstrip("\r\n")))

    def slice(self, span: Span) -> str:
        """Return the text of a span; every line from its start to its end must be there."""
        place = self._place(span.start)
        text = "".join(self.lines[place : self._place(max(span.start, span.end - 1)) + 1])
        start = self.line_starts[place]
        return text[span.start - start : span.end - start]

    def _place(self, offset: int) -> int:
        return bisect_right(self.line_starts, offset) - 1


def excerpt(source: Source, ends: Iterable[Span], wholes: Iterable[Span]) -> SourceExcerpt:
    """Return the lines at the start, the end and the last character of `ends`, and all of `wholes`."""
    numbers: set[int] = set()
    for span in ends:
        numbers.update(map(source.line_number, (span.start, span.end, max(span.start, span.end - 1))))
    for span in wholes:
        numbers.update(range(source.line_number(span.start), source.line_number(span.end) + 1))
    kept = tuple(sorted(numbers))
    bounds = (*source.line_starts, len(source.text))
    lines = (source.text[bounds[number - 1] : bounds[number]] for number in kept)
    return SourceExcerpt(kept, tuple(bounds[number - 1] for number in kept), tuple(lines))
