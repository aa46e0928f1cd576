"""JSON that nothing on its way obeys or spoils: ASCII, without marks of HTML or commands of CI systems."""

from __future__ import annotations

import json
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Besides what is not printable ASCII: tags and entities, and what begins `##[command]` in a log.
_ESCAPED = re.compile(r"[^\n -~]|[<>&]|(?<=#)#")


def written(data: Any, indent: int | None = 2) -> str:
    """Data as JSON. Lone surrogates, which no JSON reader has to take, become U+FFFD."""
    return _ESCAPED.sub(_escape, json.dumps(data, indent=indent, ensure_ascii=False))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xD800 <= code <= 0xDFFF:
        code = 0xFFFD
    if code <= 0xFFFF:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
