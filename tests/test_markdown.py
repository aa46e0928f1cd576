"""The block parser: the same outline and code as the oracle, and spans that are true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mistune.helpers import parse_link_href

from speclint.diagnostics import Span
from speclint.markdown.blocks import (
    Block,
    CodeBlock,
    Heading,
    Html,
    LinkDefinition,
    List,
    ListItem,
    Paragraph,
    Quote,
    Table,
)
from speclint.markdown.document import walk
from speclint.markdown.link_destinations import parse_destination
from speclint.markdown.parser import parse_blocks
from speclint.markdown.source import Source

from .amount import some
from .markdown_cases import CASES, DIFFERENCES
from .oracle import actual, expected

SHARED = Path(__file__).parents[2] / "shared"

# Lines that begin, end or upset a block.
_LINES = st.sampled_from(
    (
        *("", "", "", "a", "text", "# h", "## h ##", "#", "#\tt", "=", "==", "===", "-", "--", "---", "- -"),
        *("- a", "  - b", "1. x", "2) y", "10. z", "+ ", "*", "-\tfoo", "- [ ] t", "- # h", "1.", "1. > - x"),
        *("> q", ">", "> > r", "> - a", "- > q", "> ```", "- ```", ">\tbar", "***", "* * *", "_ _ _"),
        *(
            "```",
            "  ```",
            "   ```",
            "~~~",
            "````py",
            "``` a`b",
            "    code",
            "\tcode",
            "  text",
            "   x",
            " \t",
        ),
        *("<div>", "</div>", "<!-- c", "-->", "<!-->", "<b>", "<script>", "</script>", "<a", "<x y='1'>"),
        *(
            "[a]: b",
            "[TODO]:",
            "[a]: <b> 'c",
            "[x]:",
            "/url",
            "'t'",
            '"t"',
            "(t)",
            "\\",
            "  ===",
            "    ===",
        ),
        *("| a | b |", "|---|---|", "a | b", "-|-", "--|--"),
    )
)
_INDENTS = st.sampled_from(("", "", "", "", " ", "  ", "   ", "    ", "> ", "- ", "\t", "  > "))
_ENDINGS = st.sampled_from(("\n", "\n", "\n", "\r\n", "\r"))
DOCUMENTS = st.lists(st.tuples(_INDENTS, _LINES, _ENDINGS).map("".join), max_size=12).map("".join)


@pytest.mark.parametrize("name", CASES)
def test_hard_cases(name: str) -> None:
    assert actual(CASES[name]) == expected(CASES[name])


@pytest.mark.parametrize("name", DIFFERENCES)
def test_known_differences_are_the_oracles(name: str) -> None:
    text, reason, headings = DIFFERENCES[name]
    assert actual(text).headings == headings, reason
    assert expected(text).headings != headings, "no longer a difference"


def test_there_are_enough_hard_cases() -> None:
    assert len(CASES) >= 150


@settings(max_examples=some(300, 3_000))
@given(DOCUMENTS)
def test_made_documents(text: str) -> None:
    assert actual(text) == expected(text)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs the corpus in ../shared")
@pytest.mark.parametrize("folder", ["corpus/kep", "corpus/eip", "corpus/rust-rfc", "seeds", "templates"])
def test_real_documents(folder: str) -> None:
    paths = sorted((SHARED / folder).glob("*.md"))
    assert paths
    for path in paths:
        text = path.read_bytes().decode("utf-8")
        assert actual(text) == expected(text), path.name


@settings(max_examples=some(100, 400))
@given(DOCUMENTS)
@example("> - [ ] a\n>   b\n")
@example("\ufeff---\na: b\n---\n\n- x")
def test_spans_lie_in_the_text_in_order_and_inside_their_parents(text: str) -> None:
    source = Source(text)
    check_order(source, parse_blocks(source), Span(0, len(text)))


def check_order(source: Source, blocks: tuple[Block, ...], around: Span) -> None:
    position = around.start
    for block in blocks:
        assert position <= block.span.start <= block.span.end <= around.end
        position = block.span.end
        for line in getattr(block, "lines", ()):
            assert block.span.start <= line.start <= line.end <= block.span.end
            assert not set(source.slice(line)) & {"\n", "\r"}
        if isinstance(block, Quote):
            check_order(source, block.blocks, block.span)
        elif isinstance(block, List):
            first = source.slice(block.items[0].marker)
            assert first in "-+*" if block.start is None else int(first[:-1]) == block.start
            for item in block.items:
                assert block.span.encloses(item.span)
                assert item.span.encloses(item.marker)
                check_order(source, item.blocks, item.span)


@settings(max_examples=some(80, 300))
@given(DOCUMENTS)
def test_line_endings_change_nothing(text: str) -> None:
    def content(ending: str) -> list[tuple[type, list[str]]]:
        source = Source(re.sub(r"\r\n|\r|\n", ending, text))
        blocks = walk(parse_blocks(source))
        return [(type(block), [*map(source.slice, getattr(block, "lines", ()))]) for block in blocks]

    assert content("\n") == content("\r\n") == content("\r")


@settings(max_examples=some(80, 300))
@given(st.text(max_size=80))
def test_any_text_is_parsed(text: str) -> None:
    for block in walk(parse_blocks(Source(text))):
        assert 0 <= block.span.start <= block.span.end <= len(text)


class TestBlocks:
    def test_heading(self) -> None:
        text = "  ## A *b* ##  \n"
        (heading,) = parse_blocks(Source(text))
        assert isinstance(heading, Heading)
        assert (heading.level, heading.text, heading.underline) == (2, "A *b*", None)
        assert text[slice(*heading.text_span)] == "A *b*"
        assert text[slice(*heading.span)] == "## A *b* ##"

    def test_setext_heading(self) -> None:
        text = "A\n  b\n----  \n"
        (heading,) = parse_blocks(Source(text))
        assert isinstance(heading, Heading)
        assert (heading.level, heading.text) == (2, "A\nb")
        assert heading.underline is not None
        assert text[slice(*heading.underline)] == "----"

    def test_fence(self) -> None:
        text = "- a\n\n  ```py x\n  one\n    two\n  ```\n"
        _, code = walk(walk_items(text)[0].blocks)
        assert isinstance(code, CodeBlock)
        assert (code.fence, code.info, code.language, code.closed) == ("```", "py x", "py", True)
        assert [text[slice(*line)] for line in code.lines] == ["one", "  two"]
        assert text[slice(*code.body_span)] == "one\n    two"
        assert text[slice(*code.info_span)] == "py x"

    def test_unclosed_fence(self) -> None:
        (code,) = parse_blocks(Source("```\na\n"))
        assert isinstance(code, CodeBlock)
        assert not code.closed

    def test_task_items(self) -> None:
        text = "- [ ] open\n- [x] done\n- [X] done\n- [y] no\n- []\n- [x]no\n- [ ]\n"
        found = walk_items(text)
        assert [item.checkbox for item in found] == [" ", "x", "x", None, None, None, " "]
        assert [text[item.content_start :].split("\n")[0] for item in found[:3]] == ["open", "done", "done"]
        assert found[0].checkbox_span is not None
        assert text[slice(*found[0].checkbox_span)] == "[ ]"

    def test_ordered_list(self) -> None:
        (block,) = parse_blocks(Source("3. a\n4. b\n"))
        assert isinstance(block, List)
        assert (block.start, len(block.items)) == (3, 2)

    def test_quote_lines_have_no_prefix(self) -> None:
        text = "> a\n> > b\nc\n"
        (quote,) = parse_blocks(Source(text))
        lines = [text[slice(*line)] for b in walk((quote,)) if isinstance(b, Paragraph) for line in b.lines]
        assert lines == ["a", "b", "c"]

    def test_table(self) -> None:
        text = "| a | b \\| c |\n|---|:-:|\n| `d` |  |\n| e | f | g |\n"
        (table,) = parse_blocks(Source(text))
        assert isinstance(table, Table)
        cells = [[text[slice(*cell)] for cell in row] for row in table.rows]
        assert cells == [["a", "b \\| c"], ["`d`", ""], ["e", "f"]]
        assert text[slice(*table.delimiter_span)] == "|---|:-:|"

    def test_definitions(self) -> None:
        text = "[One]: <a b> 'title'\n[two]:\n  to\ntext\n"
        one, two, paragraph = parse_blocks(Source(text))
        assert isinstance(one, LinkDefinition)
        assert isinstance(two, LinkDefinition)
        assert isinstance(paragraph, Paragraph)
        assert (one.label, one.destination) == ("One", "a b")
        assert text[slice(*two.destination_span)] == "to"
        assert text[slice(*two.span)] == "[two]:\n  to"

    @pytest.mark.parametrize(
        ("text", "comment"),
        [
            ("<!-- a -->\n", True),
            ("<!-- a -->\n<!-- b -->\n", True),
            ("<!-- a -->b\n", False),
            ("<p>\n", False),
        ],
    )
    def test_comments(self, text: str, comment: bool) -> None:
        blocks = parse_blocks(Source(text))
        assert all(isinstance(block, Html) and block.comment == comment for block in blocks)

    @pytest.mark.parametrize("opening", ["> ", "- ", "1. ", "> - ", "* > "])
    def test_deep_nesting_ends_in_text(self, opening: str) -> None:
        text = opening * 5000 + "a\n\n# H\n"
        assert actual(text).headings == [(1, 3, "H")]


def walk_items(text: str) -> list[ListItem]:
    """All items of the lists of a text."""
    return [
        item for block in walk(parse_blocks(Source(text))) if isinstance(block, List) for item in block.items
    ]


@settings(max_examples=some(120, 500))
@given(st.text(st.sampled_from("ab()<>\\\\ \t\n\f\v\r\0\x1f\x7f!é\u00a0"), max_size=40))
@example("(" * 32 + ")" * 32)
@example("(" * 33 + ")" * 33)
def test_destinations_are_those_of_mistune(text: str) -> None:
    if text[:1] in set(" \t\n\r"):
        return  # The parser has skipped these.
    expected = parse_link_href(text, 0, block=True, max_nested_level=32)
    if not expected[0] and not text.startswith("<"):
        expected = None, None
    assert (parse_destination(text, 0) or (None, None)) == expected


def test_parsing_imports_no_mistune() -> None:
    code = (
        "from speclint.markdown.document import parse_document\n"
        "assert parse_document('[a]: <b c>\\n\\n<details>\\nc\\n').blocks[0].destination == 'b c'\n"
        "assert 'mistune' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", f"import sys; sys.path[:0] = {sys.path!r}; {code}"], check=True)
