"""Parse paragraphs and setext headings (CommonMark 0.31, sections 4.8 and 4.3)."""

from __future__ import annotations

from speclint.diagnostics import Span, span_of
from speclint.markdown.blocks import Heading, Paragraph
from speclint.markdown.cursor import NO_LINE, State
from speclint.markdown.interruptions import interrupts
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.tables import is_table

_UNDERLINE = lazy_regex(r"(=++|-++)[ \t]*\n")

_LINE = lazy_regex(r"[ \t]*+([^\n]*[^ \t\n])[ \t]*+\n")

# A line that begins like this, however far indented, goes on with a paragraph. The rest of the line and
# all such lines below it; the blank lines below those.
_TEXT_RUN = lazy_regex(
    r"[^\n]*+\n(?:[ \t]*+"
    r"(?:[^ \t\n#>*+_=|:<`~\[0-9-]|\[(?!\^)|\*\*?[^ \t\n*]|[0-9]++[^0-9.)\n]|`(?!``))[^\n]*+\n)*+"
    r"((?:[ \t]*+\n)*+)"
)


def parse_paragraph(s: State) -> Paragraph | Heading:
    """Parse the paragraph that begins at the current line, or the setext heading that it turns out to be."""
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
        if s.missing == NO_LINE:
            break
        character = text[s.first]
        if character == "\n":
            break
        columns = s.indent - block_indent
        if columns >= 4 and not s.missing:
            continue
        if columns >= 0 and not s.missing:
            if character in "|-:" and len(lines) > 1 and _take_table_header(s, first_line, lines):
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
        if character in "#>`~<*-_+[0123456789" and interrupts(s):
            break
    return Paragraph(span_of((begin, lines[-1].end)), tuple(lines))


def _take_table_header(s: State, first_line: int, lines: list[Span]) -> bool:
    """Return whether the last line of a paragraph is the head of a table; if so, remove it and move to it."""
    head = s.src.rfind("\n", 0, s.cursor - 1) + 1
    if head not in s.header_rows or head == first_line:
        return False
    place = s.place()
    s.advance(head)
    if not s.missing and s.indent - s.block_indent < 4 and is_table(s):
        lines.pop()
        return True
    s.return_to(place)
    return False
