"""Find placeholders in fenced code: those of the template, and what cannot be code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from speclint.checks.placeholders import unfilled


def places_in_code(
    text: str, language: str, whole: bool, is_known: Callable[[str], bool]
) -> Iterator[tuple[int, int]]:
    """Yield the placeholders in one line of code, as ranges of offsets.

    `whole` means that the block has no other line; `is_known` tests whether a text is a placeholder of the
    template.
    """
    for match in unfilled.BRACKETS.finditer(text):
        if _is_open(text, match, language, whole, is_known):
            yield match.span()
    for match in unfilled.ANGLES.finditer(text):
        several = " " in match[1] or "your" in match[1].lower()
        alone = (
            whole
            and not language
            and match[0] == text.strip()
            and match[1].lower() not in unfilled.HTML_NAMES
        )
        if (several or alone) and is_known(match[1]):
            yield match.span()
    for match in unfilled.BRACES.finditer(text):
        if is_known(match[1]):
            yield match.span()
    for match in unfilled.TICKET.finditer(text):
        yield match.span()
    if "your" in text.lower():
        for match in unfilled.YOURS.finditer(text):
            yield match.span()


def _is_open(
    text: str, match: re.Match[str], language: str, whole: bool, is_known: Callable[[str], bool]
) -> bool:
    start, end = match.span()
    inner = match[1]
    before, after = text[max(0, start - 60) : start], text[end : end + 12]
    declared = bool(unfilled.DECLARATION.search(before)) and after[:1] in ("", ":", "(", " ", "{")
    if declared and unfilled.IDENTIFIER.match(inner):
        return after[:1] != "(" or inner[:1].isupper() or is_known(inner)
    if unfilled.ATTACHED_NAME.match(inner) and before[-1:] == "_" and re.match(r"\.[a-z]|_|$|/", after):
        return True
    if unfilled.STAND_IN.match(inner):
        return re.match(r"%|ms\b", after) is not None
    if not is_known(inner):
        return _is_instruction(inner) and not before[-1:].isalnum()
    return _is_left_in_code(inner, before, after, language, whole)


def _is_instruction(inner: str) -> bool:
    return (
        bool(unfilled.INSTRUCTION.match(inner))
        and len(unfilled.WORD.findall(inner)) > 1
        and re.fullmatch(r"[\w ,.'’/&-]+", inner) is not None
    )


def _is_left_in_code(inner: str, before: str, after: str, language: str, whole: bool) -> bool:
    """Return whether brackets are a placeholder of the template, and not the language's own brackets."""
    if " " in inner and not re.search(r"[\"'{}()=]", inner):
        return not before[-1:].isalnum()
    if "sql" in language and inner[:1].isupper():
        return False  # a quoted identifier
    alone = not before.strip() and not after.strip()
    if alone:
        return language not in unfilled.INI and (whole or bool(language))
    if before[-1:] == "_" or (
        before[-1:] == "/" and not whole and unfilled.IDENTIFIER.match(inner) is not None
    ):
        return True
    if before.rstrip().endswith(f"{inner}:"):
        return True
    return not unfilled.EXPRESSION.search(before)
