"""Tells text that is only comments for speclint, which turn checks off."""

from __future__ import annotations

from speclint.markdown.lazy_regex import lazy_regex

_WHOLE = lazy_regex(r"(?:\s*<!--\s*speclint-(?:(?!-->)[\s\S])*-->)+\s*")


def is_suppression(text: str) -> bool:
    """Return whether the whole of a text is comments for speclint."""
    return _WHOLE.fullmatch(text) is not None
