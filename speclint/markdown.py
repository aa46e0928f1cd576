"""Markdown text to a tree of blocks with spans; the only module that imports mistune.

Every block knows where it is in the source as a half-open span of code-point offsets, from its first
character (after indentation and container prefixes) to the end of its last line, without that line's
ending. Leaf blocks also give `lines`: for every line of content, the span of that content, without
container prefixes (`> `, list indentation), indentation of the block itself, or the line ending.
Inline scanning and code checks read those and so never see a container's prefix.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import Literal, NamedTuple

from mistune.block_parser import BlockParser
from mistune.core import BlockState
from mistune.helpers import (
    BLOCK_TAGS,
    HTML_TAGNAME,
    LINK_LABEL,
    PRE_TAGS,
    parse_link_href,
    parse_link_title,
)

from speclint.text import BYTE_ORDER_MARK, Source, Span


class Heading(NamedTuple):
    """An ATX or setext heading. `text` is its raw inline text, trimmed as CommonMark says.

    `text_span` runs over the text in the source (empty at the place for it when there is none);
    the text of a setext heading over several lines is joined by newlines. `underline` is the span of a
    setext underline's characters (`---`), None for ATX.
    """

    span: Span
    level: int
    text: str
    text_span: Span
    lines: tuple[Span, ...]
    underline: Span | None = None


class Paragraph(NamedTuple):
    """Lines of running text."""

    span: Span
    lines: tuple[Span, ...]


class CodeBlock(NamedTuple):
    """Fenced or indented code.

    `info` is the raw info string, trimmed; `info_span` its place (empty, after the fence, when there is
    none). `lines` are the content lines; `body_span` runs from the first to the end of the last (empty,
    after the opening fence's line, when there is none). `closed` is False for a fence that the end of
    the document or of its container closed. `fence` is the opening run (```` ``` ````), "" if indented.
    """

    span: Span
    fence: str
    info: str
    info_span: Span
    lines: tuple[Span, ...]
    body_span: Span
    closed: bool = True

    @property
    def language(self) -> str:
        """The first word of the info string, lower case; empty when there is none."""
        return self.info.split(None, 1)[0].lower() if self.info else ""


class Html(NamedTuple):
    """An HTML block; `comment` when the whole of it is one or more comments."""

    span: Span
    lines: tuple[Span, ...]
    comment: bool


class ThematicBreak(NamedTuple):
    """`---` and its kin."""

    span: Span


class LinkDefinition(NamedTuple):
    """`[label]: destination "title"`; `label` is raw text, not normalised."""

    span: Span
    label: str
    destination: str
    destination_span: Span


class Table(NamedTuple):
    """A GFM table: for every row, the header first, the spans of its trimmed cells."""

    span: Span
    rows: tuple[tuple[Span, ...], ...]
    delimiter_span: Span


class Quote(NamedTuple):
    """A block quote."""

    span: Span
    blocks: tuple[Block, ...]


class ListItem(NamedTuple):
    """One item. `checkbox` is " " or "x" (also for `X`) for a GFM task item, else None;

    `checkbox_span` is the three characters `[ ]`. `content_start` is the offset of the first character
    after marker and checkbox and the blanks behind them; `marker` the span of `-` or `1.`.
    """

    span: Span
    marker: Span
    checkbox: Literal[" ", "x"] | None
    checkbox_span: Span | None
    content_start: int
    blocks: tuple[Block, ...]


class List(NamedTuple):
    """A bullet list (`start` is None) or an ordered list with the number of its first item."""

    span: Span
    start: int | None
    items: tuple[ListItem, ...]


class FrontMatter(NamedTuple):
    """YAML between `---` lines at the top; `body_span` is the YAML text with its last newline."""

    span: Span
    body_span: Span


Block = (
    Heading
    | Paragraph
    | CodeBlock
    | Html
    | ThematicBreak
    | LinkDefinition
    | Table
    | Quote
    | List
    | FrontMatter
)


def parse(source: Source) -> tuple[Block, ...]:
    """The top-level blocks of a source, in order."""
    state = _State(source)
    front_matter = _front_matter(source)
    if front_matter is not None:
        state.hide(front_matter.span)
    _PARSER.parse(state)
    return tuple([front_matter, *state.blocks] if front_matter else state.blocks)


Interrupted = Literal["paragraph", "reference", "quote", "list", "table"]

# Containers (a quote, a list item) nest this deep; a deeper marker is text, as a reader would take it.
_DEEPEST = 20

_BLANKS = " \t"
_BLANK_RUN = re.compile(r"[ \t]*")
_ATX = re.compile(r"(#{1,6})(?=[ \t]|$)")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_THEMATIC_BREAK = re.compile(r"(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$|(?:\*[ \t]*){3,}$")
_UNDERLINE = re.compile(r"(=+|-+)[ \t]*$")
_MARKER = re.compile(r"(?:[-+*]|(\d{1,9})[.)])(?=[ \t]|$)")
_CHECKBOX = re.compile(r"\[([ xX])\](?=[ \t]|$)")
_DEFINITION = re.compile(rf"\[({LINK_LABEL})\]:")
_DELIMITER_ROW = re.compile(r"(?:[|:][-:|]|--|-:|-\||[|:][ \t])[-:| \t]*$")
_DELIMITER_CELL = re.compile(r":?-+:?$")
_FRONT_MATTER_FENCE = re.compile(r"---[ \t]*$")
_FRONT_MATTER_END = re.compile(r"(?:---|\.\.\.)[ \t]*$")
_FRONT_MATTER_KEY = re.compile(r"[^\s#:\-\[{][^:]*:(?:[ \t]|$)")

# How HTML blocks begin and end, in CommonMark's order; an end of None is a blank line.
# The last one, any other complete tag on a line of its own, can not interrupt a paragraph.
_ATTRIBUTE = r"(?:[ \t]+[A-Za-z_:][A-Za-z0-9_.:-]*(?:[ \t]*=[ \t]*(?:[^\s\"'=<>`]+|'[^'\n]*'|\"[^\"\n]*\"))?)"
# CommonMark 0.31 has `search`; `source` and `meta`, which mistune lists, are no block tags of it.
_BLOCK_TAGS = "|".join(sorted({*BLOCK_TAGS, "search"} - {"source", "meta"}))
_HTML_BLOCKS: tuple[tuple[re.Pattern[str], re.Pattern[str] | None], ...] = (
    (
        re.compile(rf"<(?:{'|'.join(PRE_TAGS)})(?=[\s>]|$)", re.I | re.A),
        re.compile(rf"</(?:{'|'.join(PRE_TAGS)})>", re.I | re.A),
    ),
    (re.compile(r"<!--"), re.compile(r"-->")),
    (re.compile(r"<\?"), re.compile(r"\?>")),
    (re.compile(r"<![A-Za-z]"), re.compile(r">")),
    (re.compile(r"<!\[CDATA\["), re.compile(r"\]\]>")),
    (re.compile(rf"</?(?:{_BLOCK_TAGS})(?=\s|/?>|$)", re.I | re.A), None),
    (
        re.compile(rf"(?:<{HTML_TAGNAME}{_ATTRIBUTE}*[ \t]*/?>|</{HTML_TAGNAME}[ \t]*>)[ \t]*$"),
        None,
    ),
)
_ANY_TAG = _HTML_BLOCKS[-1]

# What a line that interrupts a paragraph can begin with, but for table headers.
_INTERRUPTERS = frozenset("`~>*-_+0123456789<#")


class _State(BlockState):
    """The lines of a source, and where the content of each begins inside the containers open around it.

    For the line at place i (from 0): `first[i]` is the offset behind the markers of the quotes around it,
    `content[i]` that of its first character that is no blank, `ends[i]` the end without the line ending;
    `indents[i]` are the columns from `first` to `content`, tabs expanded at the true columns (`columns[i]`
    is the column of `first`), -1 for a line that can only go on with a paragraph. `block_indent` is the
    column at which the content of the list item being read begins.
    """

    def __init__(self, source: Source) -> None:
        super().__init__()
        text = source.text
        self.process(text)
        self.source = source
        self.first = list(source.line_starts)
        if text.startswith(BYTE_ORDER_MARK):
            self.first[0] = 1
        self.ends: list[int] = []
        self.content: list[int] = []
        self.indents: list[int] = []
        ends, content, indents = self.ends, self.content, self.indents
        following = iter((*source.line_starts[1:], len(text)))
        for start in self.first:
            end = next(following)
            if end > start and text[end - 1] == "\n":
                end -= 1
            if end > start and text[end - 1] == "\r":
                end -= 1
            ends.append(end)
            if start < end and text[start] in _BLANKS:
                match = _BLANK_RUN.match(text, start, end)
                stop = match.end() if match else start
                indent = stop - start
                if "\t" in text[start:stop]:
                    indent = len(text[start:stop].expandtabs(4))
                content.append(stop)
                indents.append(indent)
            else:
                content.append(start)
                indents.append(0)
        self.columns = [0] * len(self.first)
        self.line = 0
        # What stands behind the last line ending is a line only if something stands there.
        self.line_end = len(self.first) - (self.first[-1] == len(text))
        self.block_indent = 0
        self.list_indent = -1
        self.nesting = 0
        self.blocks: list[Block] = []

    def hide(self, span: Span) -> None:
        """Make blank lines of the lines of a span."""
        for i in range(len(self.first)):
            if self.first[i] >= span.end:
                break
            self.first[i] = self.content[i] = self.ends[i]

    def is_blank(self, i: int) -> bool:
        return self.content[i] >= self.ends[i]

    def is_code(self, i: int) -> bool:
        """Whether a line is indented enough for code."""
        return self.indents[i] - self.block_indent >= 4

    def rest(self, i: int) -> str:
        """A line's content."""
        return self.src[self.content[i] : self.ends[i]]

    def trimmed(self, i: int) -> Span:
        """The span of a line's content without blanks at its end."""
        start, end = self.content[i], self.ends[i]
        while end > start and self.src[end - 1] in _BLANKS:
            end -= 1
        return Span(start, end)

    def stripped(self, i: int, columns: int) -> Span:
        """The span of a line without up to so many columns of indentation."""
        position, column = self.first[i], 0
        end = self.ends[i]
        while position < end and column < columns:
            character = self.src[position]
            if character == "\t":
                column += 4 - (self.columns[i] + column) % 4
            elif character == " " or position < self.content[i]:  # a list marker hides as indentation
                column += 1
            else:
                break
            position += 1
        return Span(position, end)

    def last_filled(self, start: int, stop: int) -> int:
        """The last line in a range that is not blank."""
        i = stop - 1
        while i > start and self.is_blank(i):
            i -= 1
        return i


class _Parser(BlockParser):
    """CommonMark's blocks with GFM tables over mistune's parser state, line by line.

    mistune's own rules search the text with one alternation and cut containers out into strings of their
    own, which loses positions and gets laziness, setext underlines and interruption wrong in places. Here
    containers move the beginnings of lines instead, as in the reference implementation's block phase.
    """

    def __init__(self) -> None:
        super().__init__(max_nested_level=_DEEPEST)
        self.closing_fences: dict[tuple[str, int], re.Pattern[str]] = {}

    def parse(self, state: BlockState, rules: list[str] | None = None) -> None:
        """Fill `state.blocks`."""
        assert isinstance(state, _State)
        state.blocks = self.read(state, 0, state.line_end)

    def read(self, s: _State, start: int, end: int) -> list[Block]:
        """The blocks from a line on, to `end` or to where an open container ends; moves `s.line`."""
        blocks: list[Block] = []
        i = start
        while True:
            while i < end and s.content[i] >= s.ends[i]:
                i += 1
            s.line = i
            if i >= end or s.indents[i] < s.block_indent:
                return blocks
            self.read_block(s, i, end, blocks)
            i = s.line

    def read_block(self, s: _State, i: int, end: int, blocks: list[Block]) -> None:
        """Append the block that begins at a line, or several: link definitions and what follows them."""
        block: Block | None = None
        if s.indents[i] - s.block_indent >= 4:
            block = self.indented_code(s, i, end)
        else:
            character = s.src[s.content[i]]
            if character == "#":
                block = self.atx_heading(s, i)
            elif character in "`~":
                block = self.fenced_code(s, i, end)
            elif character == ">":
                block = self.quote(s, i, end) if s.nesting < _DEEPEST else None
            elif character in "*-_+0123456789":
                if character in "*-_" and _THEMATIC_BREAK.match(s.src, s.content[i], s.ends[i]):
                    s.line = i + 1
                    block = ThematicBreak(s.trimmed(i))
                elif character != "_" and s.nesting < _DEEPEST:
                    block = self.bullet_or_ordered(s, i, end)
            elif character == "<":
                block = self.html(s, i, end)
            elif character == "[":
                found, stop = self.definitions(s, i)
                if found:
                    blocks += found
                    if s.line < stop:
                        blocks.append(self.paragraph(s, s.line, end))
                    return
        blocks.append(block or self.table(s, i, end) or self.paragraph(s, i, end))

    def interrupts(self, s: _State, i: int, what: Interrupted) -> bool:
        """Whether a line begins a block that ends what is open."""
        if s.indents[i] - s.block_indent >= 4:
            return False
        position = s.content[i]
        character = s.src[position] if position < s.ends[i] else ""
        if character in _INTERRUPTERS:
            if character == "#":
                if what != "list" and _ATX.match(s.src, position, s.ends[i]):
                    return True
            elif character in "`~":
                if self.opening_fence(s, i):
                    return True
            elif character == ">":
                return True
            elif character == "<":
                if what != "list" and self.html_kind(s, i) not in (None, _ANY_TAG):
                    return True
            else:
                if character in "*-_" and _THEMATIC_BREAK.match(s.src, position, s.ends[i]):
                    return True
                if character != "_" and what != "list" and self.list_interrupts(s, i, what):
                    return True
        return what in ("paragraph", "reference") and self.is_table(s, i, s.line_end)

    def list_interrupts(self, s: _State, i: int, what: Interrupted) -> bool:
        marker = self.marker(s, i)
        if marker is None:
            return False
        if what == "paragraph" and s.indents[i] >= s.block_indent:
            # In a paragraph only a list that begins with 1, and not with an empty item.
            if marker.group(1) and int(marker.group(1)) != 1:
                return False
            return bool(s.src[marker.end() : s.ends[i]].strip(_BLANKS))
        return True

    def marker(self, s: _State, i: int) -> re.Match[str] | None:
        """The list marker a line begins with."""
        if s.list_indent >= 0 and s.indents[i] - s.list_indent >= 4 and s.indents[i] < s.block_indent:
            return None  # too deep for the list around and too shallow for its item: text
        return _MARKER.match(s.src, s.content[i], s.ends[i])

    def paragraph(self, s: _State, start: int, end: int) -> Paragraph | Heading:
        """A paragraph, or the setext heading that it turns out to be."""
        i = start + 1
        while i < s.line_end and s.content[i] < s.ends[i]:
            indent = s.indents[i] - s.block_indent
            if indent <= 3:
                character = s.src[s.content[i]]
                if indent >= 0 and i < end and character in "=-":
                    underline = _UNDERLINE.match(s.src, s.content[i], s.ends[i])
                    if underline:
                        s.line = i + 1
                        lines = tuple(map(s.trimmed, range(start, i)))
                        return Heading(
                            span=Span(lines[0].start, s.trimmed(i).end),
                            level=1 if character == "=" else 2,
                            text="\n".join(map(s.source.slice, lines)),
                            text_span=Span(lines[0].start, lines[-1].end),
                            lines=lines,
                            underline=Span(*underline.span(1)),
                        )
                if s.indents[i] >= 0 and self.interrupts(s, i, "paragraph"):
                    break
            i += 1
        s.line = i
        lines = tuple(map(s.trimmed, range(start, i)))
        return Paragraph(Span(lines[0].start, lines[-1].end), lines)

    def atx_heading(self, s: _State, i: int) -> Heading | None:
        match = _ATX.match(s.src, s.content[i], s.ends[i])
        if match is None:
            return None
        s.line = i + 1
        start, end = match.end(), s.trimmed(i).end
        closing = end
        while closing > start and s.src[closing - 1] == "#":
            closing -= 1
        if closing > start and s.src[closing - 1] in _BLANKS:
            end = closing
        text = s.src[start:end]
        start += len(text) - len(text.lstrip(_BLANKS))
        end = max(start, start + len(text.strip(_BLANKS)))
        span = Span(start, end)
        return Heading(
            span=Span(match.start(), s.trimmed(i).end),
            level=len(match.group(1)),
            text=s.src[start:end],
            text_span=span,
            lines=(span,),
        )

    def opening_fence(self, s: _State, i: int) -> str:
        """The fence that a line opens a code block with, or ""."""
        match = _FENCE.match(s.src, s.content[i], s.ends[i])
        if match is None or (match.group()[0] == "`" and "`" in s.src[match.end() : s.ends[i]]):
            return ""
        return match.group()

    def fenced_code(self, s: _State, i: int, end: int) -> CodeBlock | None:
        fence = self.opening_fence(s, i)
        if not fence:
            return None
        stop, closed = self.closing_fence(s, i + 1, end, fence)
        lines = tuple(s.stripped(j, s.indents[i]) for j in range(i + 1, stop))
        info = s.src[s.content[i] + len(fence) : s.ends[i]]
        info_start = s.content[i] + len(fence) + len(info) - len(info.lstrip())
        info = info.strip()
        s.line = stop + 1 if closed else stop
        last = s.trimmed(stop).end if closed else s.ends[stop - 1]
        return CodeBlock(
            span=Span(s.content[i], last),
            fence=fence,
            info=info,
            info_span=Span(info_start, info_start + len(info)) if info else Span(s.ends[i], s.ends[i]),
            lines=lines,
            body_span=Span(lines[0].start, lines[-1].end) if lines else Span(s.ends[i], s.ends[i]),
            closed=closed,
        )

    def closing_fence(self, s: _State, start: int, end: int, fence: str) -> tuple[int, bool]:
        """The line that closes a fence, or else where its container ends."""
        closing = self.closing_fences.get((fence[0], len(fence)))
        if closing is None:
            closing = re.compile(rf"(?:(?<=[\n\r])[ ]{{0,3}})?{fence[0]}{{{len(fence)},}}[ \t]*(?=[\n\r]|\Z)")
            self.closing_fences[fence[0], len(fence)] = closing
        if not s.nesting:
            # Outside of containers, leap to the next candidate.
            position = s.first[start] if start < end else len(s.src)
            while match := closing.search(s.src, position):
                line = bisect_right(s.source.line_starts, match.start()) - 1
                if line >= end:
                    break
                fenced = match.start() + len(match.group()) - len(match.group().lstrip(" "))
                if s.content[line] == fenced and s.indents[line] <= 3:
                    return line, True
                position = match.end()
            return end, False
        for j in range(start, end):
            if s.content[j] < s.ends[j]:
                if s.indents[j] < s.block_indent:
                    return j, False
                if (
                    s.src[s.content[j]] == fence[0]
                    and not s.is_code(j)
                    and (match := closing.match(s.src, s.content[j]))
                    and match.end() >= s.ends[j]
                ):
                    return j, True
        return end, False

    def indented_code(self, s: _State, i: int, end: int) -> CodeBlock:
        last = j = i + 1
        while j < end and (s.is_blank(j) or s.is_code(j)):
            j += 1
            if not s.is_blank(j - 1):
                last = j
        s.line = last
        lines = tuple(s.stripped(k, 4 + s.block_indent) for k in range(i, last))
        span = Span(lines[0].start, lines[-1].end)
        return CodeBlock(span, "", "", Span(span.start, span.start), lines, span)

    def html_kind(self, s: _State, i: int) -> tuple[re.Pattern[str], re.Pattern[str] | None] | None:
        for kind in _HTML_BLOCKS:
            if kind[0].match(s.src, s.content[i], s.ends[i]):
                return kind
        return None

    def html(self, s: _State, i: int, end: int) -> Html | None:
        kind = self.html_kind(s, i)
        if kind is None:
            return None
        closing = kind[1]
        j = i
        while j < end:
            if j > i and s.indents[j] < s.block_indent and not s.is_blank(j):
                break
            if closing is None:
                if s.is_blank(j):
                    break
            elif closing.search(s.src, s.content[j], s.ends[j]):
                j += 1
                break
            j += 1
        s.line = j
        last = s.last_filled(i, j)
        lines = (
            Span(s.content[i], s.ends[i]),
            *(s.stripped(k, s.block_indent) for k in range(i + 1, last + 1)),
        )
        span = Span(s.content[i], s.ends[last])
        return Html(span, lines, _only_comments(s.src[span.start : span.end]))

    def quote(self, s: _State, start: int, end: int) -> Quote:
        saved: list[tuple[int, int, int, int]] = []
        begin = s.content[start]
        line_end, block_indent, list_indent = s.line_end, s.block_indent, s.list_indent
        after_blank = False
        i = start
        while i < end and s.content[i] < s.ends[i]:
            if s.src[s.content[i]] == ">" and s.indents[i] >= block_indent:
                saved.append((s.first[i], s.content[i], s.indents[i], s.columns[i]))
                self.enter_quote(s, i)
                after_blank = s.is_blank(i)
            elif after_blank:
                break
            elif self.interrupts(s, i, "quote"):
                # A paragraph inside must not look for its continuation here.
                s.line_end = i
                break
            else:
                saved.append((s.first[i], s.content[i], s.indents[i], s.columns[i]))
                s.indents[i] = -1
            i += 1
        s.block_indent, s.list_indent = 0, -1
        s.nesting += 1
        blocks = self.read(s, start, i)
        s.nesting -= 1
        s.line_end, s.block_indent, s.list_indent = line_end, block_indent, list_indent
        stop = min(s.line, i)
        last = s.ends[stop - 1]
        if blocks and stop > start:
            last = max(blocks[-1].span.end, s.trimmed(stop - 1).end)
        for j, (first, content, indent, column) in enumerate(saved, start):
            s.first[j], s.content[j], s.indents[j], s.columns[j] = first, content, indent, column
        return Quote(Span(begin, last), tuple(blocks))

    def enter_quote(self, s: _State, i: int) -> None:
        """Move the beginning of a line behind its `>` and one blank."""
        position = s.content[i] + 1
        column = s.columns[i] + s.indents[i] + 1  # the true column
        end = s.ends[i]
        begin = column
        if position < end and s.src[position] == " ":
            position += 1
            column += 1
            begin = column
        elif position < end and s.src[position] == "\t":
            begin = column + 1  # one column of the tab belongs to the marker
            if begin % 4 == 0:
                position += 1
                column += 1
        s.first[i] = position
        while position < end and s.src[position] in _BLANKS:
            column += 4 - column % 4 if s.src[position] == "\t" else 1
            position += 1
        s.content[i] = position
        s.indents[i] = column - begin
        s.columns[i] = begin

    def bullet_or_ordered(self, s: _State, start: int, end: int) -> List | None:
        marker = self.marker(s, start)
        if marker is None:
            return None
        kind = s.src[marker.end() - 1]
        begin = marker.start()
        first = marker.group(1)
        items: list[ListItem] = []
        i = start
        while True:
            items.append(self.item(s, i, end, Span(*marker.span())))
            i = s.line
            if i >= end or s.indents[i] < s.block_indent or s.is_code(i) or self.interrupts(s, i, "list"):
                break
            following = self.marker(s, i)
            if following is None or s.src[following.end() - 1] != kind:
                break
            marker = following
        return List(Span(begin, items[-1].span.end), int(first) if first else None, tuple(items))

    def item(self, s: _State, i: int, end: int, marker: Span) -> ListItem:
        width = s.indents[i] + marker.end - s.content[i]
        position, offset = marker.end, width
        while position < s.ends[i] and s.src[position] in _BLANKS:
            offset += 4 - (s.columns[i] + offset) % 4 if s.src[position] == "\t" else 1
            position += 1
        empty = position >= s.ends[i]
        blanks = 1 if empty or offset - width > 4 else offset - width
        content, indent = s.content[i], s.indents[i]
        block_indent, list_indent = s.block_indent, s.list_indent
        s.list_indent, s.block_indent = block_indent, width + blanks
        s.content[i], s.indents[i] = position, offset
        s.nesting += 1
        if empty and i + 1 < end and s.is_blank(i + 1):
            # Nothing can follow an empty first line and a blank one.
            blocks: list[Block] = []
            s.line = i + 2
            while s.line < end and s.is_blank(s.line):
                s.line += 1
        else:
            blocks = self.read(s, i, end)
        s.nesting -= 1
        s.block_indent, s.list_indent = block_indent, list_indent
        s.content[i], s.indents[i] = content, indent
        stop = blocks[-1].span.end if blocks else marker.end
        checkbox: Literal[" ", "x"] | None = None
        checkbox_span = None
        content_start = position
        if blocks and isinstance(blocks[0], Paragraph):
            line = blocks[0].lines[0]
            content_start = line.start
            if box := _CHECKBOX.match(s.src, line.start, line.end):
                checkbox = " " if box.group(1) == " " else "x"
                checkbox_span = Span(*box.span())
                content_start = box.end()
                while content_start < line.end and s.src[content_start] in _BLANKS:
                    content_start += 1
        elif blocks:
            content_start = blocks[0].span.start
        span = Span(marker.start, max(stop, marker.end))
        return ListItem(span, marker, checkbox, checkbox_span, content_start, tuple(blocks))

    def definitions(self, s: _State, start: int) -> tuple[list[LinkDefinition], int]:
        """The link definitions that a paragraph begins with, and the line at which the paragraph ends.

        Moves behind the last definition; what follows it in the paragraph is text, however far indented.
        """
        found: list[LinkDefinition] = []
        if "]:" not in s.src[s.content[start] : s.ends[start] + 1000]:
            return found, start
        lines = [start]
        i = start + 1
        while i < s.line_end and s.content[i] < s.ends[i]:
            if s.indents[i] >= 0 and self.interrupts(s, i, "reference"):
                break
            lines.append(i)
            i += 1
        text = "\n".join(s.src[s.content[j] : s.ends[j]] for j in lines)
        starts = [0]
        for j in lines:
            starts.append(starts[-1] + s.ends[j] - s.content[j] + 1)

        def place(at: int) -> int:
            row = min(bisect_right(starts, at) - 1, len(lines) - 1)
            return s.content[lines[row]] + at - starts[row]

        position = 0
        while position < len(text) and (match := _DEFINITION.match(text, position)):
            if not match.group(1).strip():
                break
            href, after = parse_link_href(text, match.end(), block=True)
            if href is None or after is None:
                break
            end = after
            title, after_title = parse_link_title(text, after, len(text))
            if title is not None and after_title is not None and _at_line_end(text, after_title):
                end = after_title
            elif not _at_line_end(text, after):
                break
            newline = text.find("\n", end)
            newline = len(text) if newline < 0 else newline
            row = bisect_left(starts, position)
            last = bisect_right(starts, newline) - 1

            target = text.rfind(href, match.end(), after)
            destination = Span(place(target), place(target + len(href)))
            span = Span(s.content[lines[row]], place(end))
            found.append(LinkDefinition(span, match.group(1), href, destination))
            position = newline + 1
            s.line = lines[min(last, len(lines) - 1)] + 1
        return found, i

    def is_table(self, s: _State, i: int, end: int) -> bool:
        """Whether a line is a table's header row, which the line behind it decides."""
        if i + 1 >= end or s.content[i + 1] >= s.ends[i + 1] or s.src[s.content[i + 1]] not in "|-:":
            return False
        if s.indents[i + 1] < s.block_indent or s.is_code(i + 1) or s.is_code(i):
            return False
        if not _DELIMITER_ROW.match(s.src, s.content[i + 1], s.ends[i + 1]) or "|" not in s.rest(i):
            return False
        cells = s.rest(i + 1).strip(_BLANKS).split("|")
        if cells and not cells[0].strip():
            cells.pop(0)
        if cells and not cells[-1].strip():
            cells.pop()
        if not all(_DELIMITER_CELL.match(cell.strip(_BLANKS)) for cell in cells):
            return False
        return bool(cells) and len(cells) == len(self.cells(s, i))

    def table(self, s: _State, i: int, end: int) -> Table | None:
        if not self.is_table(s, i, end):
            return None
        header = self.cells(s, i)
        rows = [header]
        j = i + 2
        while j < end and s.content[j] < s.ends[j] and s.indents[j] >= s.block_indent:
            if s.is_code(j) or self.interrupts(s, j, "table"):
                break
            rows.append(self.cells(s, j)[: len(header)])
            j += 1
        s.line = j
        return Table(Span(s.content[i], s.trimmed(j - 1).end), tuple(rows), s.trimmed(i + 1))

    def cells(self, s: _State, i: int) -> tuple[Span, ...]:
        """The spans of a row's trimmed cells; pipes behind a backslash are text."""
        row = s.trimmed(i)
        edges = [row.start - 1]
        edges += [m.start() for m in re.finditer(r"(?<!\\)\|", s.src[row.start : row.end])]
        edges = [edges[0], *(row.start + edge for edge in edges[1:]), row.end]
        cells: list[Span] = []
        for left, right in pairwise(edges):
            start, end = left + 1, right
            while start < end and s.src[start] in _BLANKS:
                start += 1
            while end > start and s.src[end - 1] in _BLANKS:
                end -= 1
            cells.append(Span(start, end))
        if edges[1] == row.start:
            cells.pop(0)
        if cells and edges[-2] == row.end - 1 and len(edges) > 2:
            cells.pop()
        return tuple(cells)


_PARSER = _Parser()


def _at_line_end(text: str, position: int) -> bool:
    """Whether only blanks follow in the line."""
    match = _BLANK_RUN.match(text, position)
    end = match.end() if match else position
    return end >= len(text) or text[end] == "\n"


def _only_comments(text: str) -> bool:
    """Whether HTML is one or more comments and nothing else."""
    text = text.strip()
    if not text.startswith("<!--"):
        return False
    position = 0
    while text.startswith("<!--", position):
        end = text.find("-->", position + 2)
        if end < 0:
            return True
        position = end + 3
        while position < len(text) and text[position].isspace():
            position += 1
    return position >= len(text)


def _front_matter(source: Source) -> FrontMatter | None:
    """YAML between `---` and `---` or `...` at the very top, if its first entry is a key."""
    text = source.text
    start = 1 if text.startswith(BYTE_ORDER_MARK) else 0
    if not text.startswith("---", start):
        return None
    lines = len(source.line_starts)
    first = source.line_span(1)
    if not _FRONT_MATTER_FENCE.match(text, start, first.end):
        return None
    keyed = False
    for number in range(2, lines + 1):
        line = source.line_span(number)
        if _FRONT_MATTER_END.match(text, *line):
            if not keyed:
                return None
            return FrontMatter(Span(start, line.end), Span(source.line_starts[1], line.start))
        content = source.slice(line).strip()
        if not keyed and content and not content.startswith("#"):
            if not _FRONT_MATTER_KEY.match(text, *line):
                return None
            keyed = True
    return None
