"""The check `section-level`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding, WrongLevel
from speclint.diagnostics import Edit, Finding, Fix, shorten
from speclint.markdown.document import Section
from speclint.markdown.source import Span


def section_level(binding: Binding) -> Iterator[Finding]:
    """Every section's heading has the level that the template gives it.

    A subsection at the level of a chapter takes all that follows out of its chapter: outlines, tables of
    contents and links go wrong. Only levels in relation to each other count: a document may start its
    chapters at any level.

    Fails, where the template has `Backend` in `Implementation`:

        ## Implementation
        ## Backend

    Passes:

        ## Implementation
        ### Backend
    """
    for entry in binding.wrong_levels:
        section = entry.section
        yield Finding(
            section.heading_span,
            f'section "{shorten(section.title)}" has a heading of level {section.level}; '
            f'make it level {entry.level} ("{"#" * entry.level}")',
            _change(binding, entry),
        )


def _change(binding: Binding, entry: WrongLevel) -> Fix | None:
    """The fix that gives a section its level, and those in it theirs; None where one cannot have it.

    It is unsafe: it moves what follows into another section.
    """
    title = f"Make the heading level {entry.level}"
    edits: list[Edit] = []
    for section, level in _levels(binding, entry.section, entry.level):
        heading = section.heading
        if heading is None or level > 6 or (heading.underline is not None and level > 2):
            return None
        if level == section.level:
            continue
        if heading.underline is None:
            start = heading.span.start
            edits.append(Edit(Span(start, start + section.level), "#" * level))
        else:
            mark = "=" if level == 1 else "-"
            edits.append(Edit(heading.underline, mark * (heading.underline.end - heading.underline.start)))
    return Fix(title, tuple(edits), safe=False) if edits else None


def _levels(binding: Binding, section: Section, level: int) -> Iterator[tuple[Section, int]]:
    """A section and those that belong to it, each with the level that it is to have."""
    yield section, level
    rule = binding.rules_of.get(section.number)
    for child in section.children:
        bound = binding.rules_of.get(child.number)
        if bound is None or rule is None:
            yield from _levels(binding, child, level + child.level - section.level)
        elif binding.parents.get(child.number) == section.number:
            yield from _levels(binding, child, level + bound.level - rule.level)
