"""The check `section-level`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.diagnostics import Finding, shorten


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
            cause=entry,
        )
