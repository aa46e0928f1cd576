"""Match texts against those that a rule set allows though they look like placeholders."""

from __future__ import annotations

import re
from functools import lru_cache

from speclint.ruleset.fingerprints import normalise_placeholder

_HOLE = re.compile(r"\{(n|name)\}")

_PARTS = {"n": r"\d+", "name": r"[^\[\]{}<>\n]+"}


def is_allowed(text: str, entries: tuple[str, ...]) -> bool:
    """Return whether a placeholder is an entry of `placeholders.allow`, with its brackets or without.

    In an entry, `{n}` stands for a number and `{name}` for any text, unless it is nothing else.
    """
    if not entries:
        return False
    texts, pattern = _compiled(entries)
    bare = normalise_placeholder(text)
    if text in entries or bare in texts:
        return True
    return pattern is not None and bool(pattern.fullmatch(bare))


@lru_cache(maxsize=8)
def _compiled(entries: tuple[str, ...]) -> tuple[frozenset[str], re.Pattern[str] | None]:
    texts = [normalise_placeholder(entry) for entry in entries]
    patterns = [text for text in texts if _HOLE.search(text) and _HOLE.sub("", text).strip("[]<>() ")]
    expressions = ["".join(_expression(text)) for text in patterns]
    return frozenset(texts), re.compile("|".join(expressions)) if expressions else None


def _expression(text: str) -> list[str]:
    parts = _HOLE.split(text)
    return [_PARTS[part] if i % 2 else re.escape(part) for i, part in enumerate(parts)]
