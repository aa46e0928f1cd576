"""Parse fenced and indented code (CommonMark 0.31, sections 4.4 and 4.5)."""

from __future__ import annotations

import re
from functools import lru_cache

from speclint.diagnostics import Span
from speclint.markdown.blocks import CodeBlock
from speclint.markdown.cursor import State
from speclint.markdown.lazy_regex import lazy_regex

_FENCE = lazy_regex(r"(`{3,}+)(?=[^`\n]*\n)|(~{3,})")

_CLOSING_FENCE = lazy_regex(r"(`{3,}+|~{3,}+)[ \t]*\n")


def parse_fenced_code(s: State) -> CodeBlock | None:
    """Parse the fenced code block that begins at the current line, and move behind it.

    Return None, without moving, if the line is no opening fence.
    """
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
        lines, closing = _fenced_lines(s, following, fence, columns)
    else:
        # Leap to the closing fence.
        stop, closing = _find_closing_fence(s, following, fence)
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


@lru_cache(maxsize=100)
def _closing_fence_pattern(mark: str, length: int) -> re.Pattern[str]:
    return lazy_regex(rf"\n {{0,3}}{mark}{{{length},}}+[ \t]*+\n")


def _find_closing_fence(s: State, start: int, fence: str) -> tuple[int, re.Match[str] | None]:
    """Return, outside of containers, the end of a fence's content, and the match of its closing line."""
    pattern = _closing_fence_pattern(fence[0], len(fence))
    closing = pattern.search(s.src, start - 1)
    return (closing.start() + 1, closing) if closing else (s.cursor_max, None)


def _fenced_lines(
    s: State, following: int, fence: str, columns: int
) -> tuple[tuple[Span, ...], re.Match[str] | None]:
    """Return, inside of containers, the lines of a fence's content, and the match of its closing line."""
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


def parse_indented_code(s: State) -> CodeBlock:
    """Parse the indented code block that begins at the current line, and move behind it."""
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
