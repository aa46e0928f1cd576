"""Digests of bytes, for baselines, fingerprints and the cache."""

from __future__ import annotations

from hashlib import blake2b


def digest(*data: bytes | memoryview) -> str:
    """Return a short digest of bytes, one behind the other, in hexadecimal."""
    hashed = blake2b(digest_size=16)
    for part in data:
        hashed.update(part)
    return hashed.hexdigest()
