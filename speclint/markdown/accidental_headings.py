"""Tell the headings that are only an accident of CommonMark: text right above a mark that is no underline.

A lone `-` or `=` is meant as an item or a sign, `---` below prose as a break between parts of the text.
"""

from __future__ import annotations

from speclint.markdown.blocks import Heading
from speclint.markdown.lazy_regex import lazy_regex

# An underline that is as long as its text, give or take so many characters, is meant as one.
_NEARLY = 2

# No heading has so many characters.
_PROSE = 100

_SENTENCE = lazy_regex(r"(?:\S+\s+){3,}\S*[.;,]")

# `**Status:** Draft`, `**Given**`
_LABEL = lazy_regex(r"(?:\*\*|__)[^*_\n]{1,80}(?:[:：](?:\*\*|__)|(?:\*\*|__)[:：]).*")


def is_accidental(heading: Heading) -> bool:
    """Return whether nobody meant a heading: its text is prose or a label, or its underline a lone mark."""
    if heading.underline is None:
        return False
    length = heading.underline.end - heading.underline.start
    if length == 1:
        return True
    text = heading.text
    if heading.level == 1 or abs(length - len(text)) <= _NEARLY:
        return False
    prose = len(heading.lines) > 1 or len(text) > _PROSE or _SENTENCE.fullmatch(text)
    return bool(prose or _LABEL.fullmatch(text))
