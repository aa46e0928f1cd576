"""Offsets to lines and columns, and bytes to text."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint.diagnostics import Span
from speclint.markdown.source import NotText, Position, Source


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("", 0, (1, 1)),
        ("ab\ncd", 3, (2, 1)),
        ("ab\r\ncd", 4, (2, 1)),
        ("ab\rcd", 3, (2, 1)),
        ("ab\n\rcd", 4, (3, 1)),
        ("a\u2028b\x0cc\x85d", 6, (1, 7)),
        ("a\x00b", 2, (1, 3)),
        ("\ufeffab", 1, (1, 1)),
        ("\ufeffab\ncd", 4, (2, 1)),
        ("日本語", 2, (1, 3)),
        ("ab\n", 3, (2, 1)),
    ],
)
def test_position(text: str, offset: int, place: tuple[int, int]) -> None:
    assert Source(text).position(offset) == Position(*place)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("a", ["a"]),
        ("a\n", ["a", ""]),
        ("a\r\nb\rc\nd", ["a", "b", "c", "d"]),
        ("a\n\r\n\rb", ["a", "", "", "b"]),
        ("a\u2028b\nc", ["a\u2028b", "c"]),
    ],
)
def test_lines_end_at_line_feed_and_carriage_return_only(text: str, lines: list[str]) -> None:
    source = Source(text)
    numbers = range(1, len(source.line_starts) + 1)
    assert [source.slice(source.line_span(number)) for number in numbers] == lines


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [(b"\xff", 1, 1), (b"ab\ncd\xe9f", 2, 3), ("日".encode() + b"\x80", 1, 2), (b"\xef\xbb\xbfa\xc3", 1, 2)],
)
def test_bytes_that_are_not_utf_8_are_refused_with_their_place(data: bytes, line: int, column: int) -> None:
    with pytest.raises(NotText) as caught:
        Source.decode(data)
    assert (caught.value.line, caught.value.column) == (line, column)


@given(st.text(alphabet="ab\n\r\u2028\ufeff"))
def test_every_offset_lies_in_the_line_it_is_said_to_lie_in(text: str) -> None:
    source = Source(text)
    for offset in range(len(text) + 1):
        line, column = source.position(offset)
        assert source.line_starts[line - 1] <= offset
        assert column >= 0 if text.startswith("\ufeff") else column >= 1
        if line < len(source.line_starts):
            assert offset < source.line_starts[line]


def test_a_source_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Source("a\nb"))).line_starts == (0, 2)


def test_spans() -> None:
    assert 3 in Span(3, 5)
    assert 5 not in Span(3, 5)
    assert Span(0, 9).encloses(Span(3, 9))
    assert not Span(4, 9).encloses(Span(3, 9))
    assert Span(0, 4).overlaps(Span(3, 9))
    assert not Span(0, 3).overlaps(Span(3, 9))
