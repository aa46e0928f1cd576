"""What the inline scanner takes for syntax, and what it leaves as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint.diagnostics import Span
from speclint.markdown.inline import plain, scan
from speclint.markdown.source import Source


def pieces(text: str, *defined: str) -> list[tuple[str, str, str]]:
    """Kind, text and target of every piece of a line."""
    source = Source(text)
    found = scan(source, (Span(0, len(text)),), defined)
    return [(piece.kind, source.slice(piece.span), piece.target) for piece in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain [text] stays (text)", []),
        ("a [link](to.md) b", [("link", "[link](to.md)", "to.md")]),
        ("[a](<b c> 'title')", [("link", "[a](<b c> 'title')", "b c")]),
        ("[a](b(c)d)", [("link", "[a](b(c)d)", "b(c)d")]),
        ("[a](b c)", []),
        ("[a] (b)", []),
        ("![alt](i.png)", [("image", "![alt](i.png)", "i.png")]),
        (
            "[![alt](i.png)](to)",
            [("link", "[![alt](i.png)](to)", "to"), ("image", "![alt](i.png)", "i.png")],
        ),
        ("[a][Label]", [("reference", "[a][Label]", "Label")]),
        ("[Known][]", [("reference", "[Known][]", "Known")]),
        ("[Known] and [unknown]", [("reference", "[Known]", "Known")]),
        ("[^note] [^ no]", [("footnote", "[^note]", "note")]),
        ("[[Page]]", [("wiki-link", "[[Page]]", "Page")]),
        ("`a[b]` [x]", [("code", "`a[b]`", "")]),
        ("``a`b`` c", [("code", "``a`b``", "")]),
        ("`unclosed [a](b)", [("link", "[a](b)", "b")]),
        (r"\[a](b) \`c`", [("escape", r"\[", ""), ("escape", r"\`", "")]),
        ("<https://a.example> <a@b.example>", [
            ("autolink", "<https://a.example>", "https://a.example"),
            ("autolink", "<a@b.example>", "a@b.example"),
        ]),
        ("a<br/>b <your name>", [("html", "<br/>", ""), ("html", "<your name>", "")]),
        ("a < b > c", []),
        ("a <!-- [b](c) --> d", [("comment", "<!-- [b](c) -->", "")]),
        ("a <!-- open", []),
    ],
)  # fmt: skip
def test_pieces(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert pieces(text, "known") == expected


def test_pieces_over_the_lines_of_a_block_have_spans_in_the_source() -> None:
    source = Source("> see [the\n> page](to.md)\n")
    (piece,) = scan(source, (Span(2, 10), Span(13, 25)))
    assert (piece.kind, piece.target) == ("link", "to.md")
    assert source.slice(piece.span) == "[the\n> page](to.md)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**Bold** _title_", "Bold title"),
        ("`snake_case` stays", "snake_case stays"),
        ("my_own_name", "my_own_name"),
        ("[Text **of** it](url) end", "Text of it end"),
        (r"2 \* 3", "2 * 3"),
        ("a <b>c</b><!-- d --> e[^1]", "a c e"),
        ("  a   b ", "a b"),
    ],
)
def test_plain_is_what_a_reader_sees(text: str, expected: str) -> None:
    assert plain(text) == expected


@given(st.text(alphabet="ab[]()`<>!\\-^ \n\"'", max_size=60))
def test_pieces_lie_inside_the_text_and_their_content_inside_them(text: str) -> None:
    whole = Span(0, len(text))
    for piece in scan(Source(text), (whole,)):
        assert whole.encloses(piece.span)
        assert piece.span.encloses(piece.content)
    plain(text)
