"""Text that Markdown shows as it is: as code, in which no mark, tag, link or mention is anything."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from speclint.markdown.lazy_regex import lazy_regex


def markdown_code(text: str) -> str:
    """A text as a code span on one line; "" for an empty one."""
    text = escape_controls(text)
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    # One blank on either side is taken away again, unless there is nothing else.
    room = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{room}{text}{room}{fence}"


def markdown_code_in_cell(text: str) -> str:
    """A text as a code span in a table.

    A table is cut at its bars before anything else is read, and a backslash protects one only where no other
    stands before it: bars are written as escapes.
    """
    return markdown_code(text.replace("|", r"\x7c"))


def html_text(text: str) -> str:
    """A text as a code element, for lines that begin with a tag, in which Markdown is not read."""
    return f"<code>{re.sub('[&<>@]', _reference, escape_controls(text))}</code>"


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


# Besides what is not printable ASCII: tags and entities, and what begins `##[command]` in a log.
_ESCAPED = re.compile(r"[^\n -~]|[<>&]|(?<=#)#")


def dump_json(data: Any, indent: int | None = 2) -> str:
    """Data as JSON. Lone surrogates, which no JSON reader has to take, become U+FFFD."""
    return _ESCAPED.sub(_json_escape, json.dumps(data, indent=indent, ensure_ascii=False))


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xD800 <= code <= 0xDFFF:
        code = 0xFFFD
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


# What stands for itself in a URI (RFC 3986, unreserved), and the slash. A colon would end a scheme.
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def with_slashes(path: str) -> str:
    """A path with `/` and without `./`."""
    return os.path.normpath(path).replace(os.sep, "/")


def plain_path(path: str) -> str:
    """A path for a list that people look at as well: what is unsafe to show is written as an escape."""
    return escape_controls(with_slashes(path))


def uri_path(path: str) -> str:
    """A path as a URI, byte by byte; a relative one is a relative reference."""
    data = with_slashes(path).encode("utf-8", "surrogateescape" if _from_bytes(path) else "replace")
    encoded = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in data)
    if not os.path.isabs(path):
        return encoded
    return f"file://{'' if encoded.startswith('/') else '/'}{encoded}"


def _from_bytes(path: str) -> bool:
    """Whether each surrogate stands for a byte, as in the names that the system gives."""
    return all("\udc80" <= c <= "\udcff" for c in path if "\ud800" <= c <= "\udfff")


# The second `#` of `##[group]` or `##vso[...]`: CI systems obey that anywhere in a line of their logs.
COMMAND = r"(?<=#)#(?=\w{0,20}\[)"

COMMAND_ESCAPE = r"\x23"


# Control characters (C0, DEL, C1), line and paragraph separators, direction marks and overrides,
# the byte order mark, zero-width space, tags, what is no character, and lone surrogates, as which
# undecodable bytes of a path come.
_UNSAFE = lazy_regex(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
    f"\U000e0000-\U000e007f\ud800-\udfff]|{COMMAND}"
)


def escape_controls(text: str) -> str:
    """The text with every character that is unsafe to print as `\\x1b` or `\\u202e`."""
    if text.isascii() and text.isprintable() and "##" not in text:
        return text
    return _UNSAFE.sub(_hex_escape, text)


def escape_path(path: str) -> str:
    """A path safe to begin a line with, and a colon after it: `::` there would be a command of GitHub's."""
    shown = escape_controls(path)
    return f"./{shown}" if shown.lstrip().startswith(":") else shown


def _hex_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # how Python spells an undecodable byte of a file name
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
