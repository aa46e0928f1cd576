"""Convert between offsets in the source and offsets in its lines joined to one text."""

from __future__ import annotations

from speclint.diagnostics import Span


def joined_offset(lines: tuple[Span, ...], starts: list[int], offset: int) -> int:
    """Return the offset in the joined lines of an offset in the source."""
    low, high = 0, len(lines) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if lines[middle].start <= offset:
            low = middle
        else:
            high = middle - 1
    return starts[low] + offset - lines[low].start


def source_offset(lines: tuple[Span, ...], starts: list[int], position: int) -> int:
    """Return the offset in the source of an offset in the joined lines."""
    low, high = 0, len(lines) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if starts[middle] <= position:
            low = middle
        else:
            high = middle - 1
    return lines[low].start + position - starts[low]
