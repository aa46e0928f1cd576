"""Find the sections of an author that most likely are missing ones under another name."""

from __future__ import annotations

from collections.abc import Mapping

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
    left = list(binding.unknown)
    for missing in binding.missing if left else ():
        pattern = pattern_of(missing.rule.title)
        if missing.rule.repeat or not pattern.fixed:
            continue
        titles = [fold(title) for title in (missing.rule.title, *missing.rule.aliases)]
        for section in left:
            if _stands_there(binding, missing, section) and any(
                says_more(fold(section.title), title) for title in titles
            ):
                found[missing.rule.number] = section
                left.remove(section)
                break
    return found


def _stands_there(binding: Binding, missing: Missing, section: Section) -> bool:
    """Return whether a section stands in the place of a missing one: no section of the template between."""
    if section.level != missing.level or section.number <= missing.after.number:
        return False
    between = range(missing.after.number + 1, section.number)
    sections = binding.document.sections
    return missing.parent.span.encloses(section.heading_span) and not any(
        number in binding.rules_of and sections[number].level <= section.level for number in between
    )
