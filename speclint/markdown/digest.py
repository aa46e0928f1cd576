"""Compute digests of bytes, for baselines, fingerprints and the cache."""

from __future__ import annotations


def digest(*data: bytes | memoryview) -> str:
    """Return a short digest of some bytes, concatenated, in hexadecimal."""
    # Loading OpenSSL takes a twentieth of a cold start, and few runs need a digest.
    from hashlib import blake2b

    hashed = blake2b(digest_size=16)
    for part in data:
        hashed.update(part)
    return hashed.hexdigest()
