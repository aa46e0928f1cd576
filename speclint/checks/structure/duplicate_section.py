"""The check `duplicate-section`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.document import Section
from speclint.ruleset.values import listed


def duplicate_section(binding: Binding) -> Iterator[Finding]:
    """No section stands more often than the template has it.

    Of two sections with one title the reader trusts the first and the author edits the second. What is
    in the second one is not checked any further: it goes into the first, or away. Where a section may stand
    often and the rule set says `unique`, each has a title of its own; of those that it lists under
    `at_most_one`, one may be there.

    Fails:

        ## Risks

        None known.

        ## Risks

        Data may be lost.

    Passes:

        ## Risks

        Data may be lost.
    """
    for entry in binding.duplicates:
        title = shorten(entry.section.title)
        line = binding.document.source.line_number(entry.first.span.start)
        if entry.namesake:
            message = f'section "{title}" has the title of the one in line {line}; give each its own'
            yield Finding(entry.section.heading_span, message)
            continue
        if entry.rule.repeat is not None:
            message = f'section "{title}" is one too many; the template has at most {entry.rule.repeat.max}'
        else:
            message = f'section "{title}" stands here again, first in line {line}; merge the two'
        yield Finding(entry.section.heading_span, message, accounts_for=_own(binding, entry.section))
    for surplus in binding.exceeding:
        names = listed([f'"{shorten(title)}"' for title in surplus.titles], "and")
        line = binding.document.source.line_number(surplus.first.span.start)
        title = shorten(surplus.section.title)
        message = f'section "{title}" stands beside the one in line {line}; only one of {names} may be there'
        yield Finding(surplus.section.heading_span, message)


def _own(binding: Binding, section: Section) -> Span:
    """Return the span of a section up to the first section in it that is bound to a rule."""
    sections = binding.document.sections
    for number in range(section.number + 1, len(sections)):
        inner = sections[number]
        if inner.heading is None or inner.span.start >= section.span.end:
            break
        if inner.number in binding.rules_of:
            return Span(section.span.start, inner.span.start)
    return section.span
