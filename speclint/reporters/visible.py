"""Text made safe to show: what a terminal or a CI system would obey or hide is written as an escape."""

from __future__ import annotations

import re

from speclint.pattern import late

# The second `#` of `##[group]` or `##vso[...]`: CI systems obey that anywhere in a line of their logs.
COMMAND = r"(?<=#)#(?=\w{0,20}\[)"
COMMAND_ESCAPE = r"\x23"

# Control characters (C0, DEL, C1), line and paragraph separators, direction marks and overrides,
# the byte order mark, zero-width space, tags, what is no character, and lone surrogates, as which
# undecodable bytes of a path come.
_UNSAFE = late(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
    f"\U000e0000-\U000e007f\ud800-\udfff]|{COMMAND}"
)


def visible(text: str) -> str:
    """The text with every character that is unsafe to print as `\\x1b` or `\\u202e`."""
    if text.isascii() and text.isprintable() and "##" not in text:
        return text
    return _UNSAFE.sub(_escape, text)


def named(path: str) -> str:
    """A path safe to begin a line with, and a colon after it: `::` there would be a command of GitHub's."""
    shown = visible(path)
    return f"./{shown}" if shown.lstrip().startswith(":") else shown


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # how Python spells an undecodable byte of a file name
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
