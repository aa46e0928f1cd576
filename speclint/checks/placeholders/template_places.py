"""Know the open places of the template, which are open in its documents whatever they look like."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from speclint.ruleset.fingerprints import fingerprint, normalise, normalise_placeholder
from speclint.ruleset.open_places import sample_matches, sample_of


class TemplatePlaces:
    """The open places of a template, as its fingerprints."""

    def __init__(self, tokens: frozenset[str]) -> None:
        self.tokens = tokens
        self.samples = any(token.startswith("token:") for token in tokens)

    def has(self, text: str) -> bool:
        """Return whether a text in brackets is a placeholder of the template, case aside."""
        if self.has_exactly(text):
            return True
        folded = normalise_placeholder(text).casefold()
        return fingerprint("folded", folded) in self.tokens or self.has_exactly(folded)

    def has_exactly(self, text: str) -> bool:
        """Return whether a text in brackets is a placeholder of the template, letter by letter."""
        return fingerprint("placeholder", normalise_placeholder(text)) in self.tokens

    def has_line(self, line: str) -> bool:
        """Return whether a line is example text of the template."""
        return fingerprint("text", normalise(line)) in self.tokens

    def samples_in(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the ranges of a text that are samples or masks of the template and are in no brackets."""
        for match in sample_matches(text) if self.samples else ():
            if fingerprint("token", sample_of(match)) in self.tokens:
                yield match.span()


# Every document under a rule set asks.
@lru_cache(maxsize=8)
def template_places(tokens: frozenset[str]) -> TemplatePlaces:
    """Return the open places of the template that has some fingerprints."""
    return TemplatePlaces(tokens)
