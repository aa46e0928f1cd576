"""Compare versions of the same numbers by their suffixes: pre-releases and what follows a release."""

from __future__ import annotations

from typing import NamedTuple

from speclint.markdown.lazy_regex import lazy_regex

_PRE_RELEASE = lazy_regex(r"(?:a|b|c|rc|cr|alpha|beta|dev|pre|preview|snapshot|m|canary|nightly|next)\d*\b")

_PIECES = lazy_regex(r"\d{1,9}|[a-z]+")

_PYTHON_PIECES = lazy_regex(r"(a|b|c|rc|alpha|beta|dev|pre|post)(\d{0,6})")

_PHASES = {"alpha": 0, "a": 0, "beta": 1, "b": 1, "c": 2, "rc": 2, "pre": 2}

# Without one of these suffixes: above all pre-releases, below everything that follows the release.
_RELEASED = 3

_NO_POST, _NO_DEV = -1, 10**6


class Rank(NamedTuple):
    """What a suffix says: `phase` is -1 before a release, 0 for it and 1 behind it.

    `key` orders suffixes of one phase that are written in the same style.
    """

    phase: int
    style: str
    key: tuple[tuple[int, str], ...]

    def is_newer_than(self, other: Rank) -> bool:
        """Return whether the suffix is that of a newer version; suffixes in two styles are not compared."""
        if self.phase != other.phase:
            return self.phase > other.phase
        return self.style == other.style and self.key > other.key


def semantic_rank(suffix: str) -> Rank | None:
    """Return the rank of a suffix by Semantic Versioning (2.0.0, item 11); None for other builds."""
    if not suffix:
        return Rank(0, "", ())
    if not _PRE_RELEASE.match(suffix):
        return None
    pieces = _PIECES.findall(suffix)
    key = tuple((0, f"{int(piece):09}") if piece.isdigit() else (1, piece) for piece in pieces)
    return Rank(-1, "semantic", key)


def python_rank(suffix: str) -> Rank:
    """Return the rank of a suffix by PEP 440: `.dev1`, `a1`, `b1`, `rc1`, then `.post1`."""
    numbers = {word: int(number or 0) for word, number in _PYTHON_PIECES.findall(suffix)}
    word = next((word for word in numbers if word in _PHASES), None)
    post, dev = numbers.get("post", _NO_POST), numbers.get("dev", _NO_DEV)
    phase = _PHASES[word] if word else -1 if "post" not in numbers else _RELEASED
    key = (phase, numbers.get(word, 0) if word else 0, post, dev)
    behind = 1 if word is None and "post" in numbers else -1
    return Rank(behind, "python", tuple((number + 1, "") for number in key))
