"""How messages quote a document."""

from __future__ import annotations

_LENGTH = 60


def short(text: str) -> str:
    """A text for a message: on one line, and of at most sixty characters."""
    text = " ".join(text[: 10 * _LENGTH].split())
    return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 1]}…"
