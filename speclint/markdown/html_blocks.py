"""Parse HTML blocks: which tags begin one, and where it ends (CommonMark 0.31, section 4.6)."""

from __future__ import annotations

import re

from speclint.diagnostics import Span, span_of
from speclint.markdown.blocks import Html
from speclint.markdown.cursor import State
from speclint.markdown.lazy_regex import lazy_regex

# Tags of blocks that end at a blank line (type 6).
_BLOCK_TAGS = frozenset(
    (
        "address",
        "article",
        "aside",
        "base",
        "basefont",
        "blockquote",
        "body",
        "caption",
        "center",
        "col",
        "colgroup",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frame",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "iframe",
        "legend",
        "li",
        "link",
        "main",
        "menu",
        "menuitem",
        "nav",
        "noframes",
        "ol",
        "optgroup",
        "option",
        "p",
        "param",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "track",
        "ul",
    )
)

# Tags of blocks that end at a closing tag of one of them (type 1).
_RAW_TEXT_TAGS = frozenset(("pre", "script", "style", "textarea"))

_RAW_TEXT_END = lazy_regex(r"</(?:pre|script|style|textarea)>", re.I | re.A)

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

_ABOVE_BLANK_LINE = lazy_regex(r"\n(?=[ \t]*+\n)")


def html_block_end(text: str, first: int, *, any_tag: bool = False) -> re.Pattern[str] | None:
    """Return the pattern that ends the HTML block at an offset, None if no block begins there.

    `any_tag` is for a place where no paragraph can continue: there a line with any complete tag begins a
    block.
    """
    match = _HTML.match(text, first)
    if match is None:
        return None
    if match.lastindex is not None and match.lastindex <= len(_HTML_ENDS):
        return _HTML_ENDS[match.lastindex - 1]
    slash, name = match.group(5), match.group(6).lower()
    if not slash and name in _RAW_TEXT_TAGS and (text[match.end()] == ">" or text[match.end()].isspace()):
        return _RAW_TEXT_END
    if name in _BLOCK_TAGS and _ENDS_BLOCK_TAG.match(text, match.end()):
        return _ABOVE_BLANK_LINE
    if any_tag and (_CLOSE_TAG_REST if slash else _OPEN_TAG_REST).match(text, match.end()):
        return _ABOVE_BLANK_LINE
    return None


def parse_html(s: State) -> Html | None:
    """Parse the HTML block that begins at the current line, and move behind it.

    Return None, without moving, if none begins there.
    """
    text, begin, block_indent = s.src, s.first, s.block_indent
    ending = html_block_end(text, begin, any_tag=True)
    if ending is None:
        return None
    if not s.nesting:
        # Leap to the end.
        end = ending.search(text, begin)
        last = end.end() - 1 if end else begin + len(text[begin:].rstrip(" \t\n"))
        stop = text.find("\n", last) + 1
        s.leave(stop)
        return _html_block(s, s.whole_lines(begin, stop))
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
    return _html_block(s, tuple(lines))


def _html_block(s: State, lines: tuple[Span, ...]) -> Html:
    span = Span(lines[0].start, lines[-1].end)
    return Html(span, lines, _is_only_comments(s.src[span.start : span.end]))


def _is_only_comments(text: str) -> bool:
    """Return whether HTML is one or more comments and nothing else."""
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
