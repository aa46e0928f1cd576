"""Find the sections of an author that most likely are missing ones under another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from speclint.binding.model import Binding, Missing, cached_per_binding
from speclint.markdown.document import Section
from speclint.ruleset.similarity import says_more
from speclint.ruleset.titles import fold, pattern_of


@cached_per_binding
def renamed_sections(binding: Binding) -> Mapping[int, Section]:
    """Return by the number of a missing rule the section that stands in its place with words of its title.

    Such a section belongs to no other rule, and stands right where the missing one would: "Success metrics"
    for "Metrics".
    """
    found: dict[int, Section] = {}
    unknown = {section.number for section in binding.unknown}
    for missing in binding.missing if unknown else ():
        if missing.rule.repeat or not pattern_of(missing.rule.title).fixed:
            continue
        titles = [fold(title) for title in (missing.rule.title, *missing.rule.aliases)]
        for section in _in_place_of(binding, missing):
            folded = fold(section.title)
            if section.number in unknown and any(says_more(folded, title) for title in titles):
                found[missing.rule.number] = section
                unknown.remove(section.number)
                break
    return found


def _in_place_of(binding: Binding, missing: Missing) -> Iterator[Section]:
    """Yield the sections that stand where a missing one would: up to the next one of the template."""
    sections = binding.document.sections
    for number in range(missing.after.number + 1, len(sections)):
        section = sections[number]
        outside = not missing.parent.span.encloses(section.heading_span)
        if outside or (number in binding.rules_of and section.level <= missing.level):
            return
        if section.level == missing.level:
            yield section
