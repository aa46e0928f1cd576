"""The check `section-title`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding, NearMiss
from speclint.diagnostics import Edit, Finding, Fix, shorten
from speclint.markdown.source import Span


def section_title(binding: Binding) -> Iterator[Finding]:
    """Every section has the title that the template gives it, or one of its aliases.

    Links, searches and tools go by titles, and a misspelt one is not found. A title is taken for a near
    miss only where the template's own is missing; what stands below is then checked as usual.

    Fails, where the template has `Success Criteria`:

        ## Sucess Criteria

    Passes:

        ## Success Criteria
    """
    for entry in binding.near_misses:
        found, wanted = shorten(entry.section.title), shorten(entry.wanted)
        message = f'section "{found}" should have the title "{wanted}"'
        yield Finding(entry.section.heading_span, message, _renaming(entry))


def _renaming(entry: NearMiss) -> Fix | None:
    """The fix that gives a section the title of the template; a number in front of it stays.

    It is unsafe: whether the author meant that section is a guess.
    """
    heading = entry.section.heading
    if heading is None or len(heading.lines) != 1:
        return None
    from speclint.ruleset.titles import without_number

    number = len(heading.text) - len(without_number(heading.text))
    span = Span(heading.text_span.start + number, heading.text_span.end)
    return Fix(f'Write "{shorten(entry.wanted)}"', (Edit(span, entry.wanted),), safe=False)
