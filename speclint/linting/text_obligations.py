"""List what the sections of a document, and the document itself, owe of their text, for its completeness."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from speclint.binding.labels import owes_nothing
from speclint.binding.model import Binding, titles
from speclint.checks.consistency.citations import citations, cited_name
from speclint.checks.texts.owed_texts import owed_texts, text_name
from speclint.checks.texts.own_text import OWN_TEXT, without_own_text
from speclint.checks.texts.text_length import length_name, owed_lengths
from speclint.ruleset.model import NO_CONTENT, Content


class TextObligation(NamedTuple):
    """One thing owed of a text: its name, the check that asks for it, and what that says of where it lacks.

    `lacking` are the subjects or the offsets of the findings, none if it is met.
    """

    name: str
    check: str
    lacking: tuple[tuple[str, ...] | int, ...]


def text_obligations(binding: Binding) -> dict[int, list[TextObligation]]:
    """Return by the number of every section, 0 for the document, what it owes of its text."""
    owed: dict[int, list[TextObligation]] = {}
    for number, obligation in _all(binding):
        owed.setdefault(number, []).append(obligation)
    return owed


def names_of(binding: Binding, content: Content) -> Iterator[str]:
    """Yield the names of what a section that is missing or empty would owe of its text."""
    if content is NO_CONTENT:
        return
    if content.text:
        yield OWN_TEXT
    yield from (text_name(rule) for rule in content.must_contain if binding.owed(rule.start))
    if content.length is not None and binding.owed(content.length.start):
        for unit, extent in content.length.units:
            if extent.min is not None:
                yield length_name(unit, extent)
    yield from (cited_name(rule) for rule in content.cites if rule.every and binding.owed(rule.start))


def _all(binding: Binding) -> Iterator[tuple[int, TextObligation]]:
    lacking = {section.number for section in without_own_text(binding)}
    if binding.rules.content.text:
        top = binding.title or binding.document.root
        places: tuple[tuple[str, ...], ...] = ((OWN_TEXT,),) if top.number in lacking else ()
        yield 0, TextObligation(OWN_TEXT, "missing-text", places)
    for rule in binding.rules.walk():
        for section in binding.sections[rule.number] if rule.content.text else ():
            if not owes_nothing(binding, section):
                places = ((*titles(binding, section), OWN_TEXT),) if section.number in lacking else ()
                yield section.number, TextObligation(OWN_TEXT, "missing-text", places)
    for text in owed_texts(binding):
        if text.section is not None:
            subject = (*text.titles, text_name(text.rule))
            whole = text.rule.each == "section"
            found = tuple(subject if whole else span.start for span in text.lacking)
            yield text.section, TextObligation(text_name(text.rule), "missing-text", found)
    for length in owed_lengths(binding):
        if length.extent.min is not None:
            name = length_name(length.unit, length.extent)
            short = ((*titles(binding, length.section), name),) if length.is_short else ()
            yield length.section.number, TextObligation(name, "text-length", short)
    for cited in citations(binding):
        if cited.rule.every:
            number = cited.sections[0].number if cited.sections else 0
            uncited = tuple(definition.span.start for definition in cited.uncited)
            yield number, TextObligation(cited_name(cited.rule), "uncited-id", uncited)
