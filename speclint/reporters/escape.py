"""Escape texts of documents and paths, so that they are harmless where they are shown or parsed.

In this order: for terminals and logs, for lists of paths, for JSON, and for Markdown.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

from speclint.markdown.lazy_regex import lazy_regex

# The second `#` of `##[group]` or `##vso[...]`: CI systems obey that anywhere in a line of their logs.
CI_COMMAND = r"(?<=#)#(?=\w{0,20}\[)"

CI_COMMAND_ESCAPE = r"\x23"

# Control characters (C0, DEL, C1), line and paragraph separators, direction marks and overrides,
# the byte order mark, zero-width space, tags, noncharacters, and lone surrogates, as which
# undecodable bytes of a path come.
_UNSAFE = lazy_regex(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
    f"\U000e0000-\U000e007f\ud800-\udfff]|{CI_COMMAND}"
)


def escape_controls(text: str) -> str:
    r"""Return the text with every character that is unsafe to print as `\x1b` or `\u202e`.

    What is left has no line endings, and no character that XML 1.0 forbids.
    """
    if text.isascii() and text.isprintable() and "##" not in text:
        return text
    return _UNSAFE.sub(_hex_escape, text)


def _hex_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # how Python spells an undecodable byte of a file name
        code -= 0xDC00
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def escape_path(path: str) -> str:
    """Return a path that may begin a line, where GitHub would take `::` for a command."""
    shown = escape_controls(path)
    return f"./{shown}" if shown.lstrip().startswith(":") else shown


def posix_path(path: str) -> str:
    """Return a path with `/` between its parts and without `./`, not escaped."""
    return os.path.normpath(path).replace(os.sep, "/")


def escape_posix_path(path: str) -> str:
    """Return a path with `/` between its parts, safe to show, for fields that hold just a path."""
    return escape_controls(posix_path(path))


# What needs no escape in a URI (RFC 3986, unreserved), and the slash. A colon would end a scheme.
_URI_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def uri_path(path: str) -> str:
    """Return a path as a URI, percent-encoded byte by byte; a relative path gives a relative reference."""
    data = posix_path(path).encode("utf-8", "surrogateescape" if _from_bytes(path) else "replace")
    encoded = "".join(chr(byte) if byte in _URI_SAFE else f"%{byte:02X}" for byte in data)
    if not os.path.isabs(path):
        return encoded
    return f"file://{'' if encoded.startswith('/') else '/'}{encoded}"


def _from_bytes(path: str) -> bool:
    """Return whether each surrogate stands for a byte, as in the paths that the system returns."""
    return all("\udc80" <= c <= "\udcff" for c in path if "\ud800" <= c <= "\udfff")


# Besides what is not printable ASCII: tags and entities, and what begins `##[command]` in a log.
_JSON_UNSAFE = re.compile(r"[^\n -~]|[<>&]|(?<=#)#")


def dump_json(data: Any, indent: int | None = 2) -> str:
    """Return data as JSON in ASCII. Lone surrogates, which no JSON reader must accept, become U+FFFD."""
    return _JSON_UNSAFE.sub(_json_escape, json.dumps(data, indent=indent, ensure_ascii=False))


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xD800 <= code <= 0xDFFF:
        code = 0xFFFD
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


def markdown_code(text: str) -> str:
    """Return a text as a code span on one line, in which no mark, tag, link or mention works; "" for ""."""
    text = escape_controls(text)
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    # Markdown strips one space from either side, unless there is nothing else.
    padding = " " if text.strip(" ") and (text[0] in "` " or text[-1] in "` ") else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def markdown_code_in_cell(text: str) -> str:
    """Return a text as a code span in a table.

    A row is split at its bars before its code spans are parsed, and a backslash protects a bar only if no
    other one precedes it: bars are written as escapes.
    """
    return markdown_code(text.replace("|", r"\x7c"))


def html_code(text: str) -> str:
    """Return a text as a code element, for lines that begin with a tag, in which Markdown is not read."""
    return f"<code>{re.sub('[&<>@]', _reference, escape_controls(text))}</code>"


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
