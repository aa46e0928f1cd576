"""The check `text-length`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from speclint.binding.labels import owes_nothing
from speclint.binding.model import Binding, cached_per_binding, titles
from speclint.checks.reading.texts import texts_in, texts_of
from speclint.diagnostics import Finding, shorten
from speclint.markdown.blocks import List
from speclint.markdown.document import Section
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.visibility import is_blank
from speclint.ruleset.text_rules import Extent

# A letter of a script that sets no spaces between words counts as one.
_WORD = lazy_regex(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\s\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")


class OwedLength(NamedTuple):
    """How many of something a section has and may have; `unit` is their name in the plural."""

    section: Section
    unit: str
    extent: Extent
    number: int

    @property
    def is_short(self) -> bool:
        """Whether there are fewer than must be."""
        return self.extent.min is not None and self.number < self.extent.min


def length_name(unit: str, extent: Extent) -> str:
    """Return how lists call the least length of a section."""
    return f"at least {_counted(extent.min or 0, unit)}"


def text_length(binding: Binding) -> Iterator[Finding]:
    """Every section is as long as the rule set asks: not shorter, and not longer.

    A motivation of three words is none, and a summary of two pages is none either. `length` says how many
    `words`, `items` and `paragraphs` a section has with its subsections, each with `min` and `max`. Comments
    and code do not count, items inside of others do not, and paragraphs are those outside of lists. A section
    that is empty, or says that it does not apply, is no matter of length.

    Fails, where `length` is `{words: {min: 5}}`:

        ## Summary

        Open on Sundays.

    Passes:

        ## Summary

        The library stays open until ten on weekdays.
    """
    for owed in owed_lengths(binding):
        has = f'section "{shorten(owed.section.title)}" has {_counted(owed.number, owed.unit)}'
        span = owed.section.heading_span
        if owed.is_short:
            subject = (*titles(binding, owed.section), length_name(owed.unit, owed.extent))
            yield Finding(span, f"{has}; at least {owed.extent.min} are owed", subject=subject)
        elif owed.extent.max is not None and owed.number > owed.extent.max:
            yield Finding(span, f"{has}; at most {owed.extent.max} are allowed")


@cached_per_binding
def owed_lengths(binding: Binding) -> tuple[OwedLength, ...]:
    """Return the lengths of all sections that a rule set limits at the binding's stage."""
    return tuple(_owed_lengths(binding))


def _owed_lengths(binding: Binding) -> Iterator[OwedLength]:
    for rule in binding.rules.walk():
        length = rule.content.length
        if length is None or not binding.owed(length.start):
            continue
        for section in binding.sections[rule.number]:
            if owes_nothing(binding, section):
                continue
            for unit, extent in length.units:
                if extent != Extent():
                    yield OwedLength(section, unit, extent, _COUNTS[unit](binding, section))


def _words(binding: Binding, section: Section) -> int:
    texts = texts_in(texts_of(binding, ("prose",)), section.span)
    return sum(any(map(str.isalnum, word)) for text in texts for word in _WORD.findall(text.text))


def _paragraphs(binding: Binding, section: Section) -> int:
    texts = texts_in(texts_of(binding, ("prose",)), section.span)
    return sum(text.kind == "paragraph" and not text.text.isspace() for text in texts)


def _items(binding: Binding, section: Section) -> int:
    """Count the items of lists, without those inside of others, in a section and its subsections."""
    source = binding.document.source
    lists = (block for block in section.body if isinstance(block, List))
    own = sum(not is_blank(source, item.blocks) for block in lists for item in block.items)
    return own + sum(_items(binding, child) for child in section.children)


_COUNTS: dict[str, Callable[[Binding, Section], int]] = {
    "words": _words,
    "items": _items,
    "paragraphs": _paragraphs,
}


def _counted(count: int, unit: str) -> str:
    return f"{count} {unit if count != 1 else unit[:-1]}"
