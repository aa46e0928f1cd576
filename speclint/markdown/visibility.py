"""Recognise blocks and inline text that show a reader nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from speclint.markdown.blocks import (
    Block,
    FrontMatter,
    Html,
    LinkDefinition,
    Paragraph,
    Quote,
    Table,
    ThematicBreak,
)
from speclint.markdown.inline import comments, unescape
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source

# Tags of elements that show nothing but the text in them, and comments without a word. A name that is none of
# HTML (`<owner>`) is most likely a place to fill in.
_TAG = lazy_regex(
    r"</?(?:a|b|big|blockquote|br|center|code|del|details|div|em|font|h[1-6]|hr|i|ins|kbd|li|mark|ol|p|pre|s|small"
    r"|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|u|ul|wbr)(?:[\s/][^<>]*)?>|<!--[\s-]*-->",
    re.IGNORECASE,
)

# The heading of a text that is folded away.
_SUMMARY = lazy_regex(r"<summary\b[^<>]*>[^<>]{0,200}</summary>", re.IGNORECASE)

# The attributes of a paragraph.
_ATTRIBUTES = lazy_regex(r"\{:[^{}\n]{0,200}\}")

# What GitHub's forms write for an answer that was not given.
_NO_RESPONSE = ("_No response_", "*No response*")

# https://docs.github.com/get-started/writing-on-github (alerts)
_ALERT = lazy_regex(r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\][ \t]*$", re.IGNORECASE)

# A link without a text, a place for a table of contents that is all there is.
_EMPTY_LINK = lazy_regex(r"(?<!!)\[[ \t]*\]\([^()\n]{0,500}\)")
_CONTENTS = lazy_regex(r"\s*(?:\[TOC\]|\[\[_TOC_\]\])\s*", re.IGNORECASE)

# The blank of Braille is a symbol to Unicode.
_BLANK_SYMBOL = "\u2800"

# The categories of characters that show nothing by themselves.
_UNSEEN = ("Cf", "Cc", "Mn")


def is_blank(source: Source, blocks: Sequence[Block]) -> bool:
    """Return whether blocks show a reader nothing.

    Comments, thematic breaks, link definitions, tables without rows, folded texts that hold nothing, and
    paragraphs and quotes that hold only such things.
    """
    return all(_is_blank(source, block) for block in blocks)


def _is_blank(source: Source, block: Block) -> bool:
    match block:
        case ThematicBreak() | LinkDefinition() | FrontMatter():
            return True
        case Html():
            if block.comment:
                return True
            text = source.slice(block.span)
            return shows_nothing(_SUMMARY.sub("", text) if "ummary" in text else text)
        case Paragraph():
            if source.text[block.span.start].isalnum():
                return False
            text = source.slice(block.span)
            return shows_nothing(text) or _ATTRIBUTES.fullmatch(text.strip()) is not None
        case Quote():
            return is_blank(source, block.blocks) or _is_alert_alone(source, block)
        case Table():
            return len(block.rows) == 1
    return False


def shows_nothing(text: str) -> bool:
    """Return whether inline text is empty to a reader: it is invisible, but for comments."""
    return is_invisible(_without_comments(text) if "<!--" in text else text)


def is_invisible(text: str) -> bool:
    """Return whether inline text is only what a reader does not see: `<br>`, `&nbsp;`, a zero-width space."""
    if text[:1].isalnum():
        return False
    if text.strip() in _NO_RESPONSE:
        return True
    if _CONTENTS.fullmatch(text):
        return True
    shown = _EMPTY_LINK.sub("", text) if "](" in text else text
    shown = unescape(_TAG.sub("", shown) if "<" in shown else shown)
    return all(c.isspace() or c == _BLANK_SYMBOL or unicodedata.category(c) in _UNSEEN for c in shown)


def _without_comments(text: str) -> str:
    shown: list[str] = []
    end = 0
    for comment in comments(text):
        shown.append(text[end : comment.start()])
        end = comment.end()
    return "".join((*shown, text[end:]))


def _is_alert_alone(source: Source, quote: Quote) -> bool:
    """Return whether a quote is an alert without a text."""
    lines = quote.blocks[0].lines if len(quote.blocks) == 1 and isinstance(quote.blocks[0], Paragraph) else ()
    return len(lines) == 1 and is_alert(source, quote)


def is_alert(source: Source, quote: Quote) -> bool:
    """Return whether a quote is one of GitHub's alerts: `[!NOTE]` alone in its first line, text below."""
    first = quote.blocks[0] if quote.blocks else None
    return isinstance(first, Paragraph) and _ALERT.match(source.text, *first.lines[0]) is not None
