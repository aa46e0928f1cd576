"""Markdown text to a tree of blocks with spans; the only module that imports mistune.

The lines are read here: mistune's tokens have no places. What it knows of HTML and of link destinations is
asked for at the first text that has some, since it takes long to import.

Every block knows where it is in the source as a half-open span of code-point offsets, from its first
character (after indentation and container prefixes) to the end of its last line, without that line's
ending. Leaf blocks also give `lines`: for every line of content, the span of that content, without
container prefixes (`> `, list indentation), indentation of the block itself, or the line ending.
Inline scanning and code checks read those and so never see a container's prefix.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from speclint.markdown.blocks import (
    Block,
    CodeBlock,
    FrontMatter,
    Heading,
    Html,
    LinkDefinition,
    List,
    ListItem,
    Paragraph,
    Quote,
    Table,
    ThematicBreak,
)
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import BYTE_ORDER_MARK, Source, Span, span_of


def parse_blocks(source: Source) -> tuple[Block, ...]:
    """The top-level blocks of a source, in order."""
    state = _State(source)
    front_matter = _front_matter(source)
    if front_matter is not None:
        # To CommonMark these lines are blank.
        state.advance(state.src.find("\n", front_matter.span.end) + 1)
    blocks = _PARSER.read(state, 0)
    return tuple([front_matter, *blocks] if front_matter else blocks)


# Containers (a quote, a list item) nest this deep; a deeper marker is text, as a reader would take it.
_DEEPEST = 20


# Characters and columns that a link destination and a label may have at most.
_DEEPEST_PARENTHESES = 32

_LONGEST_LABEL = 999


# All of these are matched at the first character of a line that is no blank, in a text in which every
# line ends with a line feed, and none can look at a character more than a few times.
_BLANK_RUN = lazy_regex(r"[ \t]*")

_BLANK_LINES = lazy_regex(r"(?:[ \t]*+\n)++")

_ABOVE_BLANK_LINE = lazy_regex(r"\n(?=[ \t]*+\n)")

_ATX = lazy_regex(r"(#{1,6})(?:[ \t]++([^\n]*[^ \t\n]))?[ \t]*+\n")

_FENCE = lazy_regex(r"(`{3,}+)(?=[^`\n]*\n)|(~{3,})")

_CLOSING_FENCE = lazy_regex(r"(`{3,}+|~{3,}+)[ \t]*\n")

_BREAK = r"(?:-[ \t]*+){3,}+\n|(?:_[ \t]*+){3,}+\n|(?:\*[ \t]*+){3,}+\n"

_THEMATIC_BREAK = lazy_regex(_BREAK)

_UNDERLINE = lazy_regex(r"(=++|-++)[ \t]*\n")

_MARKER = lazy_regex(r"([-+*]|([0-9]{1,9})[.)])(?:( {1,4}+)(?=[^ \t\n])|(?=[ \t\n]))")

_CHECKBOX = lazy_regex(r"(\[([ xX])\])(?:[ \t]++|(?=\n))")

_DELIMITER_ROW = lazy_regex(r"(?:[|:][-:|]|--|-:|-\||[|:][ \t])[-:| \t]*+(?=\n)")

_DELIMITER_ROWS = lazy_regex(r"\n[ \t>]*+([|:-][-:| \t]++)(?=\n)")

_DELIMITER_CELL = lazy_regex(r":?-+:?\Z")

_EDGE = lazy_regex(r"(?<!\\)\|")

_LABELLED = lazy_regex(r"\[(?:[^\[\]\\\n]|\\[^\n])*+(?:\]:|\\?\n)")

_LABEL = lazy_regex(r"(?:[^\[\]\\\n]|\\[^\n])*+")

_TITLES = {
    '"': (lazy_regex(r'(?:[^"\\\n]|\\[^\n])*+'), '"'),
    "'": (lazy_regex(r"(?:[^'\\\n]|\\[^\n])*+"), "'"),
    "(": (lazy_regex(r"(?:[^()\\\n]|\\[^\n])*+"), ")"),
}

_LINE = lazy_regex(r"[ \t]*+([^\n]*[^ \t\n])[ \t]*+\n")

_FRONT_MATTER_FENCE = lazy_regex(r"---[ \t]*$")

_FRONT_MATTER_END = lazy_regex(r"(?:---|\.\.\.)[ \t]*$")

_FRONT_MATTER_KEY = lazy_regex(r"[^\s#:\-\[{][^:]*:(?:[ \t]|$)")


# A line that begins like this, however far indented, goes on with a paragraph. The rest of the line and
# all such lines below it; the blank lines below those.
_TEXT_RUN = lazy_regex(
    r"[^\n]*+\n(?:[ \t]*+(?:[^ \t\n#>*+_=|:<`~0-9-]|\*\*?[^ \t\n*]|[0-9]++[^0-9.)\n]|`(?!``))[^\n]*+\n)*+"
    r"((?:[ \t]*+\n)*+)"
)

# The beginnings of blocks that end a paragraph, HTML aside: where the paragraph's containers go on, an
# empty item and a number other than 1 are text; where they do not, any list begins.
_INTERRUPTION = rf"#{{1,6}}[ \t\n]|>|`{{3,}}+[^`\n]*\n|~~~|{_BREAK}"

_INTERRUPTS = lazy_regex(rf"{_INTERRUPTION}|(?:[-+*]|0{{0,8}}1[.)])[ \t]++[^\n]")

_INTERRUPTS_OUTSIDE = lazy_regex(rf"{_INTERRUPTION}|(?:[-+*]|[0-9]{{1,9}}[.)])[ \t\n]")

_INTERRUPTS_BUT_LISTS = lazy_regex(_INTERRUPTION)


_HTML = lazy_regex(r"<(?:(!--)|(\?)|(!\[CDATA\[)|(![A-Za-z])|(/?)([A-Za-z][A-Za-z0-9-]*+))")

_ENDS_BLOCK_TAG = lazy_regex(r"\s|/?>")

_ATTRIBUTE = (
    r"[ \t\f\v]++[A-Za-z_:][A-Za-z0-9_.:-]*+"
    r"(?:[ \t\f\v]*+=[ \t\f\v]*+(?:[^\s\"'=<>`]++|'[^'\n]*+'|\"[^\"\n]*+\"))?+"
)

_OPEN_TAG_REST = lazy_regex(rf"(?:{_ATTRIBUTE})*+[ \t\f\v]*+/?>[ \t\f\v]*+\n")

_CLOSE_TAG_REST = lazy_regex(r"[ \t\f\v]*+>[ \t\f\v]*+\n")

# How HTML blocks end; all others at a blank line.
_HTML_ENDS = (
    lazy_regex(r"-->"),
    lazy_regex(r"\?>"),
    lazy_regex(r"\]\]>"),
    lazy_regex(r">"),
)


# Larger than the number of quotes that can be open.
_NO_LINE = 1 << 30


class _Tags(NamedTuple):
    """The tags that begin HTML blocks: up to a blank line, or (`pre`) up to what `pre_end` matches."""

    block: frozenset[str]
    pre: frozenset[str]
    pre_end: re.Pattern[str]


@cache
def _helpers() -> Any:
    """mistune's `helpers`."""
    from mistune import helpers

    return helpers


@cache
def _tags() -> _Tags:
    block, pre = _helpers().BLOCK_TAGS, _helpers().PRE_TAGS
    # CommonMark 0.31 has `search`; `source` and `meta`, which mistune lists, are no block tags of it.
    block = frozenset({*block, "search"} - {"source", "meta"})
    return _Tags(block, frozenset(pre), lazy_regex(rf"</(?:{'|'.join(pre)})>", re.I | re.A))


def _destination(text: str, position: int) -> tuple[str, int] | tuple[None, None]:
    """The link destination at an offset, and the offset behind it."""
    found: tuple[str, int] | tuple[None, None] = _helpers().parse_link_href(
        text, position, block=True, max_nested_level=_DEEPEST_PARENTHESES
    )
    return found


class _State:
    """A place in a text, and the current line as the containers open around it see it.

    `src` is the text with every line ending as one line feed at the same offset. `cursor` is the offset
    at which the current line begins, `start` that behind the markers of its containers, at the column
    `start_column`; `first` is the offset of its first character that is no blank, at the column `indent`.
    Columns have tabs expanded and count from where the innermost quote's content begins, which is at the
    column `origin` of the line.

    `quotes` has for each open quote the block and list indent around it. `missing` is how many of them
    the line lacks the mark of: it is outside of those, and `first` and `indent` are as seen there. At the
    end of the text it is more than there can be. `block_indent` is the column at which the content of
    the list item being read begins, `list_indent` that of the item around its list, -1 in no list.
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
        self.heads: set[int] = set()
        if "|" in text:
            for match in _DELIMITER_ROWS.finditer(text):
                head = text.rfind("\n", 0, match.start()) + 1
                if "-" in match.group(1) and text.find("|", head, match.start()) >= 0:
                    self.heads.add(head)
        self.advance(1 if text.startswith(BYTE_ORDER_MARK) else 0)

    def advance(self, cursor: int) -> None:
        """Go to the line that begins at an offset."""
        self.cursor = self.start = self.first = cursor
        self.start_column = self.indent = self.origin = self.missing = 0
        if cursor >= self.cursor_max:
            self.missing = _NO_LINE
            return
        if self.src[cursor] in " \t":
            self.skip_blanks()
        if self.quotes:
            self.enter_quotes()

    def leave(self, cursor: int) -> None:
        """Go to the line that begins at an offset, or to the first below it that is not blank."""
        if not self.quotes and (blank := _BLANK_LINES.match(self.src, cursor)):
            cursor = blank.end()
        self.advance(cursor)

    def skip_blanks(self) -> None:
        """Move `first` and `indent` behind blanks."""
        blanks = _BLANK_RUN.match(self.src, self.first)
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
        """Go behind the marks of the open quotes, as many of them as the line has."""
        missing = len(self.quotes)
        for block_indent, _ in self.quotes:
            if self.src[self.first] != ">" or self.indent < block_indent:
                break
            self.enter_quote()
            missing -= 1
        self.missing = missing

    def enter_quote(self) -> None:
        """Go behind a `>` and one blank."""
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
        """The offset at which the line below begins."""
        return self.src.find("\n", self.first) + 1

    def place(self) -> tuple[int, int, int, int, int, int, int]:
        """Where we are, for `return_to`."""
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
        """Go back to a place."""
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
        """The end, without its line ending, of the line before one that begins at an offset."""
        end = following - 1
        if self.carriage_returns and end > 0 and self.source.text[end - 1 : end + 1] == "\r\n":
            end -= 1
        return end

    def trimmed(self, start: int, end: int) -> Span:
        """A span without blanks at its end."""
        if end > start and self.src[end - 1] in " \t":
            end = start + len(self.src[start:end].rstrip(" \t"))
        return span_of((start, end))

    def content(self, columns: int) -> Span:
        """The span of the current line without up to so many columns of indentation."""
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
        """The spans of the lines from one that begins at an offset to before one that begins at another."""
        starts = self.source.line_starts
        if start >= stop:
            return ()
        low, high = bisect_right(starts, start), bisect_left(starts, stop)
        places = [start, *starts[low:high], stop]
        if self.carriage_returns:
            return tuple([span_of((a, self.line_end(b))) for a, b in pairwise(places)])
        return tuple([span_of((a, b - 1)) for a, b in pairwise(places)])


class _Parser:
    """CommonMark's blocks with GFM tables, line by line.

    mistune's own rules search the text with one alternation and cut containers out into strings of their
    own, which loses positions and gets laziness, setext underlines and interruption wrong in places. Here
    every rule reads its lines off the one text, each seen through the containers open at that moment, and
    leaves the state at the first line that is not its own. So nothing is looked for twice.
    """

    def __init__(self) -> None:
        openings: dict[str, Callable[[_State], Block | None]] = {
            "#": self.atx_heading,
            "`": self.fenced_code,
            "~": self.fenced_code,
            ">": self.quote,
            "<": self.html,
            "[": self.definition,
            "_": self.thematic_break,
            **dict.fromkeys("*-", self.break_or_list),
            **dict.fromkeys("+0123456789", self.bullet_or_ordered),
        }
        # By the first character of a line: the rule for the block that may begin there.
        self.openings = openings
        self.closing_fences: dict[tuple[str, int], re.Pattern[str]] = {}

    def read(self, s: _State, indent: int) -> list[Block]:
        """The blocks up to where the innermost container ends, whose content begins at a column."""
        blocks: list[Block] = []
        s.block_indent = indent
        while not s.missing:
            character = s.src[s.first]
            if character == "\n":
                s.leave(s.first + 1)
                continue
            columns = s.indent - indent
            if columns < 0:
                break
            if columns >= 4:
                blocks.append(self.indented_code(s))
                continue
            block: Block | None = self.table(s) if s.cursor in s.heads else None
            if block is None and (opening := self.openings.get(character)):
                block = opening(s)
            blocks.append(block or self.paragraph(s))
        return blocks

    def interrupts(self, s: _State, *, reference: bool = False) -> bool:
        """Whether a block begins at the current line that ends a paragraph, or a definition, above it."""
        character = s.src[s.first]
        if s.missing:
            block_indent, list_indent = s.quotes[-s.missing]
            # The quotes inside of the outermost one that ends see no indentation.
            if s.missing > 1:
                return self.begins_block(s, character, _INTERRUPTS_OUTSIDE)
        else:
            block_indent, list_indent = s.block_indent, s.list_indent
        columns = s.indent - block_indent
        if columns >= 4:
            return False
        if columns >= 0:
            pattern = _INTERRUPTS_OUTSIDE if s.missing or reference else _INTERRUPTS
        elif list_indent >= 0 and s.indent - list_indent >= 4:
            # Too deep for the list around and too shallow for its item: a list's marker is text there.
            pattern = _INTERRUPTS_BUT_LISTS
        else:
            pattern = _INTERRUPTS_OUTSIDE
        return self.begins_block(s, character, pattern)

    def begins_block(self, s: _State, character: str, pattern: re.Pattern[str]) -> bool:
        if character == "<":
            return self.html_end(s.src, s.first) is not None
        return pattern.match(s.src, s.first) is not None

    def paragraph(self, s: _State) -> Paragraph | Heading:
        """A paragraph, or the setext heading that it turns out to be."""
        text, begin, block_indent = s.src, s.first, s.block_indent
        lines: list[Span] = []
        first_line = s.cursor
        while True:
            first = s.first
            if s.quotes:
                following = stop = text.find("\n", first) + 1
            else:
                run = _TEXT_RUN.match(text, first)
                assert run is not None
                stop, following = run.span(1)
            if text.find("\n", first, stop) == stop - 1:
                lines.append(s.trimmed(first, stop - 1))
            else:
                lines += [span_of(line.span(1)) for line in _LINE.finditer(text, first, stop)]
            s.advance(following)
            if following > stop:
                break
            if s.missing == _NO_LINE:
                break
            character = text[s.first]
            if character == "\n":
                break
            columns = s.indent - block_indent
            if columns >= 4 and not s.missing:
                continue
            if columns >= 0 and not s.missing:
                if character in "|-:" and len(lines) > 1 and self.head_above(s, first_line, lines):
                    break
                if character in "=-" and (underline := _UNDERLINE.match(text, s.first)):
                    s.advance(underline.end())
                    return Heading(
                        span=Span(begin, underline.end(1)),
                        level=1 if character == "=" else 2,
                        text="\n".join(map(s.source.slice, lines)),
                        text_span=Span(begin, lines[-1].end),
                        lines=tuple(lines),
                        underline=Span(*underline.span(1)),
                    )
            if character in "#>`~<*-_+0123456789" and self.interrupts(s):
                break
        return Paragraph(span_of((begin, lines[-1].end)), tuple(lines))

    def head_above(self, s: _State, first_line: int, lines: list[Span]) -> bool:
        """Whether the last line of a paragraph is the head of a table; if so, takes it off and goes to it."""
        head = s.src.rfind("\n", 0, s.cursor - 1) + 1
        if head not in s.heads or head == first_line:
            return False
        place = s.place()
        s.advance(head)
        if not s.missing and s.indent - s.block_indent < 4 and self.is_table(s):
            lines.pop()
            return True
        s.return_to(place)
        return False

    def atx_heading(self, s: _State) -> Heading | None:
        match = _ATX.match(s.src, s.first)
        if match is None:
            return None
        begin, hashes = match.span(1)
        start, end = match.span(2)
        line = span_of((begin, max(hashes, end)))
        text = match.group(2) or ""
        if text.endswith("#"):
            unclosed = text.rstrip("#")
            if not unclosed or unclosed[-1] in " \t":
                text = unclosed.rstrip(" \t")
        if start < 0:
            start = hashes
        span = span_of((start, start + len(text)))
        s.leave(match.end())
        return Heading(line, hashes - begin, text, span, (span,))

    def thematic_break(self, s: _State) -> ThematicBreak | None:
        match = _THEMATIC_BREAK.match(s.src, s.first)
        if match is None:
            return None
        s.advance(match.end())
        return ThematicBreak(s.trimmed(match.start(), match.end() - 1))

    def break_or_list(self, s: _State) -> Block | None:
        return self.thematic_break(s) or self.bullet_or_ordered(s)

    def fenced_code(self, s: _State) -> CodeBlock | None:
        match = _FENCE.match(s.src, s.first)
        if match is None:
            return None
        text, fence, columns = s.src, match.group(), s.indent
        begin = match.start()
        following = s.next_line()
        end = s.line_end(following)
        info = text[match.end() : end]
        info_start = match.end() + len(info) - len(info.lstrip())
        info = s.source.text[info_start : info_start + len(info.strip())]
        lines: tuple[Span, ...]
        if s.nesting or columns:
            lines, closing = self.fenced_lines(s, following, fence, columns)
        else:
            # Leap to the closing fence.
            stop, closing = self.closing_fence(s, following, fence)
            lines = s.whole_lines(following, stop)
            s.leave(closing.end() if closing else stop)
        last = lines[-1].end if lines else end
        if closing:
            last = s.trimmed(begin, closing.end() - 1).end
        return CodeBlock(
            span=Span(begin, last),
            fence=fence,
            info=info,
            info_span=Span(info_start, info_start + len(info)) if info else Span(end, end),
            lines=lines,
            body_span=Span(lines[0].start, lines[-1].end) if lines else Span(end, end),
            closed=closing is not None,
        )

    def closing_fence(self, s: _State, start: int, fence: str) -> tuple[int, re.Match[str] | None]:
        """Outside of containers: where the content of a fence ends, and the line that closes it."""
        kind = fence[0], len(fence)
        pattern = self.closing_fences.get(kind)
        if pattern is None:
            pattern = lazy_regex(rf"\n {{0,3}}{fence[0]}{{{len(fence)},}}+[ \t]*+\n")
            if len(self.closing_fences) < 100:
                self.closing_fences[kind] = pattern
        closing = pattern.search(s.src, start - 1)
        return (closing.start() + 1, closing) if closing else (s.cursor_max, None)

    def fenced_lines(
        self, s: _State, following: int, fence: str, columns: int
    ) -> tuple[tuple[Span, ...], re.Match[str] | None]:
        """Inside of containers: the content of a fence, and the line that closes it."""
        text, block_indent = s.src, s.block_indent
        lines: list[Span] = []
        s.advance(following)
        while not s.missing:
            if text[s.first] != "\n":
                if s.indent < block_indent:
                    break
                if text[s.first] == fence[0] and s.indent - block_indent < 4:
                    closing = _CLOSING_FENCE.match(text, s.first)
                    if closing and len(closing.group(1)) >= len(fence):
                        s.leave(closing.end())
                        return tuple(lines), closing
            lines.append(s.content(columns))
            s.advance(s.next_line())
        return tuple(lines), None

    def indented_code(self, s: _State) -> CodeBlock:
        text, columns = s.src, s.block_indent + 4
        lines: list[Span] = []
        filled = 0
        while not s.missing:
            if text[s.first] != "\n":
                if s.indent < columns:
                    break
                filled = len(lines) + 1
            lines.append(s.content(columns))
            s.advance(s.next_line())
        del lines[filled:]
        span = Span(lines[0].start, lines[-1].end)
        return CodeBlock(span, "", "", Span(span.start, span.start), tuple(lines), span)

    def html_end(self, text: str, first: int, *, any_tag: bool = False) -> re.Pattern[str] | None:
        """How the HTML block that begins at an offset ends; None if none does there.

        `any_tag` is for where a paragraph can not go on: there a line with any complete tag begins one.
        """
        match = _HTML.match(text, first)
        if match is None:
            return None
        if match.lastindex is not None and match.lastindex <= len(_HTML_ENDS):
            return _HTML_ENDS[match.lastindex - 1]
        slash, name, tags = match.group(5), match.group(6).lower(), _tags()
        if not slash and name in tags.pre and (text[match.end()] == ">" or text[match.end()].isspace()):
            return tags.pre_end
        if name in tags.block and _ENDS_BLOCK_TAG.match(text, match.end()):
            return _ABOVE_BLANK_LINE
        if any_tag and (_CLOSE_TAG_REST if slash else _OPEN_TAG_REST).match(text, match.end()):
            return _ABOVE_BLANK_LINE
        return None

    def html(self, s: _State) -> Html | None:
        text, begin, block_indent = s.src, s.first, s.block_indent
        ending = self.html_end(text, begin, any_tag=True)
        if ending is None:
            return None
        if not s.nesting:
            # Leap to the end.
            end = ending.search(text, begin)
            last = end.end() - 1 if end else begin + len(text[begin:].rstrip(" \t\n"))
            stop = text.find("\n", last) + 1
            s.leave(stop)
            return self.html_of(s, s.whole_lines(begin, stop))
        lines = [span_of((begin, s.line_end(s.next_line())))]
        filled = 1
        while not ending.search(text, s.first, s.next_line()):
            s.advance(s.next_line())
            if s.missing:
                break
            if text[s.first] == "\n":
                if ending is _ABOVE_BLANK_LINE:
                    break
            elif s.indent < block_indent:
                break
            else:
                filled = len(lines) + 1
            lines.append(s.content(block_indent))
        else:
            s.advance(s.next_line())
        del lines[filled:]
        return self.html_of(s, tuple(lines))

    def html_of(self, s: _State, lines: tuple[Span, ...]) -> Html:
        span = Span(lines[0].start, lines[-1].end)
        return Html(span, lines, _only_comments(s.src[span.start : span.end]))

    def quote(self, s: _State) -> Quote | None:
        if s.nesting >= _DEEPEST:
            return None
        begin, around = s.first, (s.block_indent, s.list_indent)
        s.quotes.append(around)
        s.nesting += 1
        s.list_indent = -1
        s.enter_quote()
        blocks = self.read(s, 0)
        s.block_indent, s.list_indent = around
        s.nesting -= 1
        s.quotes.pop()
        if s.missing != _NO_LINE:
            s.missing -= 1
        end = s.trimmed(begin, s.cursor - 1).end
        if blocks:
            end = max(end, blocks[-1].span.end)
        return Quote(Span(begin, end), tuple(blocks))

    def bullet_or_ordered(self, s: _State) -> List | None:
        match = _MARKER.match(s.src, s.first)
        if match is None or s.nesting >= _DEEPEST:
            return None
        text, block_indent, start = s.src, s.block_indent, match.group(2)
        kind = text[match.end(1) - 1]
        items: list[ListItem] = []
        while match:
            items.append(self.item(s, match))
            columns = s.indent - block_indent
            if s.missing or not 0 <= columns < 4:
                break
            if text[s.first] in "*-" and _THEMATIC_BREAK.match(text, s.first):
                break
            match = _MARKER.match(text, s.first)
            if match and text[match.end(1) - 1] != kind:
                break
        span = span_of((items[0].span.start, items[-1].span.end))
        return List(span, int(start) if start else None, tuple(items))

    def item(self, s: _State, match: re.Match[str]) -> ListItem:
        """A list item; leaves the state at the line below it that is not blank."""
        text = s.src
        marker = span_of(match.span(1))
        s.first = s.start = marker.end
        s.indent += marker.end - marker.start
        width = s.start_column = s.indent
        if match.end() > marker.end:
            s.first = match.end()
            s.indent = indent = width + s.first - marker.end
        else:
            # Nothing but blanks follows, or many, or tabs.
            s.skip_blanks()
            indent = s.indent if s.indent - width <= 4 and text[s.first] != "\n" else width + 1
        content_start = s.first
        empty = text[s.first] == "\n"
        if empty:
            content_start = s.line_end(s.first + 1)
            s.advance(s.first + 1)
            # Below an empty first line and a blank one nothing belongs to the item.
            empty = not s.missing and text[s.first] == "\n"
        blocks: list[Block] = []
        if empty:
            while not s.missing and text[s.first] == "\n":
                s.leave(s.first + 1)
        else:
            around = s.block_indent, s.list_indent
            s.list_indent = s.block_indent
            s.nesting += 1
            blocks = self.read(s, indent)
            s.nesting -= 1
            s.block_indent, s.list_indent = around
        checkbox: Literal[" ", "x"] | None = None
        checkbox_span = None
        end = marker.end
        if blocks:
            opening = blocks[0]
            end = blocks[-1].span.end
            content_start = opening.span.start
            if text[content_start] == "[" and isinstance(opening, Paragraph):
                box = _CHECKBOX.match(text, content_start)
                if box:
                    checkbox = " " if box.group(2) == " " else "x"
                    checkbox_span = Span(*box.span(1))
                    content_start = min(box.end(), opening.lines[0].end)
        return ListItem(
            span_of((marker.start, end)), marker, checkbox, checkbox_span, content_start, tuple(blocks)
        )

    def definition(self, s: _State) -> LinkDefinition | None:
        """A link definition at the current line; goes behind it."""
        text, begin, place = s.src, s.first, s.place()
        if not _LABELLED.match(text, begin):
            return None
        labelled = self.label(s)
        if labelled is None:
            s.return_to(place)
            return None
        label, position = labelled
        position = self.behind_blanks(s, position)
        destination, end = None, None
        if text[position] != "\n":
            destination, end = _destination(text, position)
        if not destination and text[position] != "<":
            end = None
        if end is None or destination is None:
            s.return_to(place)
            return None
        destination_start = position + (text[position] == "<")
        untitled = s.place()
        titled = self.title(s, end)
        if titled is None:
            s.return_to(untitled)
            rest = _BLANK_RUN.match(text, end)
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

    def below(self, s: _State) -> bool:
        """Go to the line below, if a definition can go on there."""
        place = s.place()
        s.advance(s.next_line())
        if s.missing != _NO_LINE and s.src[s.first] != "\n" and not self.interrupts(s, reference=True):
            head = s.cursor in s.heads and not s.missing and s.indent - s.block_indent < 4
            if not (head and self.is_table(s)):
                return True
        s.return_to(place)
        return False

    def behind_blanks(self, s: _State, position: int) -> int:
        """The first character behind an offset that is no blank, one line ending passed over."""
        blanks = _BLANK_RUN.match(s.src, position)
        assert blanks is not None
        if s.src[blanks.end()] == "\n" and self.below(s):
            return s.first
        return blanks.end()

    def label(self, s: _State) -> tuple[str, int] | None:
        """The label that begins at the current line, and the offset behind it and its colon."""
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
            if not self.below(s):
                return None
            position = s.first
        label = "\n".join(parts)
        if not text.startswith("]:", end) or not label.strip() or len(label) > _LONGEST_LABEL:
            return None
        return label, end + 2

    def title(self, s: _State, position: int) -> int | None:
        """The offset behind the title that follows an offset, if one does and nothing else on its line."""
        text = s.src
        start = self.behind_blanks(s, position)
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
            if not self.below(s):
                return None
            position = s.first
        rest = _BLANK_RUN.match(text, end + 1)
        return end + 1 if text[end] == closer and rest and text[rest.end()] == "\n" else None

    def is_table(self, s: _State) -> bool:
        """Whether the current line is a table's header row, which the line below it decides."""
        place = s.place()
        header = self.cells(s)
        s.advance(s.next_line())
        found = self.is_delimiter_row(s, len(header))
        s.return_to(place)
        return found

    def is_delimiter_row(self, s: _State, columns: int) -> bool:
        """Whether the current line is the delimiter row of a table with so many columns."""
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

    def table(self, s: _State) -> Table | None:
        begin, header = s.first, self.cells(s)
        place = s.place()
        s.advance(s.next_line())
        if not self.is_delimiter_row(s, len(header)):
            s.return_to(place)
            return None
        following = s.next_line()
        delimiter = s.trimmed(s.first, following - 1)
        end = delimiter.end
        rows = [header]
        s.advance(following)
        while not s.missing and s.src[s.first] != "\n" and 0 <= s.indent - s.block_indent < 4:
            if self.interrupts(s, reference=True):
                break
            rows.append(self.cells(s)[: len(header)])
            following = s.next_line()
            end = s.trimmed(s.first, following - 1).end
            s.advance(following)
        return Table(Span(begin, end), tuple(rows), delimiter)

    def cells(self, s: _State) -> tuple[Span, ...]:
        """The spans of the trimmed cells of the current line; pipes behind a backslash are text."""
        text = s.src
        start, end = s.trimmed(s.first, s.next_line() - 1)
        cells: list[Span] = []
        if text[start] == "|":
            start += 1
        for edge in _EDGE.finditer(text, start, end):
            cells.append(self.cell(text, start, edge.start()))
            start = edge.end()
        if start < end:
            cells.append(self.cell(text, start, end))
        return tuple(cells)

    def cell(self, text: str, start: int, end: int) -> Span:
        content = text[start:end]
        filled = content.lstrip(" \t")
        start += len(content) - len(filled)
        return span_of((start, start + len(filled.rstrip(" \t"))))


_PARSER = _Parser()


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
