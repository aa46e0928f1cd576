"""Know the open places of the template, which are open in its documents whatever they look like."""

from __future__ import annotations

from speclint.ruleset.fingerprints import fingerprint, normalise, normalise_placeholder


class TemplatePlaces:
    """The open places of a template, as its fingerprints."""

    def __init__(self, tokens: frozenset[str]) -> None:
        self.tokens = tokens

    def has(self, text: str) -> bool:
        """Return whether a text in brackets is a placeholder of the template."""
        return fingerprint("placeholder", normalise_placeholder(text)) in self.tokens

    def has_line(self, line: str) -> bool:
        """Return whether a line is example text of the template."""
        return fingerprint("text", normalise(line)) in self.tokens
