"""Compute digests of bytes, for baselines, fingerprints and the cache."""

from __future__ import annotations


def digest(*data: bytes | memoryview, key: bytes = b"") -> str:
    """Return a short digest of some bytes, concatenated, in hexadecimal.

    With a key of at most 64 bytes, only those who have it can make the same one.
    """
    # Loading OpenSSL takes a twentieth of a cold start, and few runs need a digest.
    from hashlib import blake2b

    hashed = blake2b(digest_size=16, key=key)
    for part in data:
        hashed.update(part)
    return hashed.hexdigest()
