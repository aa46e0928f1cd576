"""Paths as other programs look them up."""

from __future__ import annotations

import os

from speclint.reporters.visible import visible

# What stands for itself in a URI (RFC 3986, unreserved), and the slash. A colon would end a scheme.
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def slashed(path: str) -> str:
    """A path with `/` and without `./`."""
    return os.path.normpath(path).replace(os.sep, "/")


def plain(path: str) -> str:
    """A path for a list that people look at as well: what is unsafe to show is written as an escape."""
    return visible(slashed(path))


def uri(path: str) -> str:
    """A path as a URI, byte by byte; a relative one is a relative reference."""
    data = slashed(path).encode("utf-8", "surrogateescape" if _from_bytes(path) else "replace")
    encoded = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in data)
    if not os.path.isabs(path):
        return encoded
    return f"file://{'' if encoded.startswith('/') else '/'}{encoded}"


def _from_bytes(path: str) -> bool:
    """Whether each surrogate stands for a byte, as in the names that the system gives."""
    return all("\udc80" <= c <= "\udcff" for c in path if "\ud800" <= c <= "\udfff")
