"""Make the fixes of sections: insert, rename, change the level."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding, Missing, NearMiss, WrongLevel, cached_per_binding
from speclint.checks.structure.missing_section import subject
from speclint.checks.structure.renamed_section import renamed_sections
from speclint.diagnostics import Edit, Fix, Span, shorten
from speclint.fixes.section_insertion import insertions
from speclint.markdown.blocks import Heading
from speclint.markdown.document import Section
from speclint.ruleset.titles import without_number


def insert_section(binding: Binding, missing: Missing) -> Fix | None:
    """Return the fix that inserts a missing section with all it must hold, None if it cannot be inserted.

    It is unsafe where the section seems to stand there under another name.
    """
    edit = _insertions_by_missing(binding)[id(missing)]
    if edit is None:
        return None
    times = f", {missing.times} times" if missing.times > 1 else ""
    title = f'Insert section "{shorten(subject(binding, missing)[-1])}"{times}'
    # Where the section stands under another name, it would be there twice.
    return Fix(title, (edit,), safe=missing.rule.number not in renamed_sections(binding))


@cached_per_binding
def _insertions_by_missing(binding: Binding) -> dict[int, Edit | None]:
    """Return the edits that insert missing sections, by the `id` of the missing section."""
    return {id(missing): edit for missing, edit in zip(binding.missing, insertions(binding), strict=True)}


def insert_subsections(binding: Binding, chapter: Section) -> Fix | None:
    """Return the fix that inserts the sections that an empty chapter owes, None if none can be inserted."""
    pairs = zip(binding.missing, insertions(binding), strict=True)
    edits = [edit for missing, edit in pairs if missing.parent.number == chapter.number and edit is not None]
    return Fix(f'Insert the sections of "{shorten(chapter.title)}"', tuple(edits)) if edits else None


def separate_heading(binding: Binding, heading: Heading) -> Fix | None:
    """Return the fix that puts an empty line between a text and the underline that makes it a heading.

    None if the heading is not underlined. Unsafe for a lone `-`, which becomes an item without text.
    """
    source = binding.document.source
    if heading.underline is None:
        return None
    below = source.line_starts[source.line_number(heading.underline.start) - 1]
    edit = Edit(Span(below, below), source.line_ending(below))
    return Fix("Insert an empty line", (edit,), safe=source.slice(heading.underline) != "-")


def rename_section(binding: Binding, entry: NearMiss) -> Fix | None:
    """Return the fix that gives a section the title of the template; a number in front of it stays.

    None if the heading is not one line. Unsafe: whether the author meant that section is a guess.
    """
    heading = entry.section.heading
    if heading is None or len(heading.lines) != 1:
        return None
    number = len(heading.text) - len(without_number(heading.text))
    span = Span(heading.text_span.start + number, heading.text_span.end)
    return Fix(f'Write "{shorten(entry.wanted)}"', (Edit(span, entry.wanted),), safe=False)


def change_level(binding: Binding, entry: WrongLevel) -> Fix | None:
    """Return the fix that gives a section its level, and those in it theirs; None if one cannot have it.

    Unsafe: it moves what follows into another section.
    """
    title = f"Make the heading level {entry.level}"
    edits: list[Edit] = []
    for section, level in _levels(binding, entry.section, entry.level):
        heading = section.heading
        if heading is None or level > 6 or (heading.underline is not None and level > 2):
            return None
        if level == section.level:
            continue
        if heading.html:
            ends = (heading.span.start + len("<h"), heading.span.end - len("1>"))
            edits += [Edit(Span(end, end + 1), str(level)) for end in ends]
        elif heading.underline is None:
            start = heading.span.start
            edits.append(Edit(Span(start, start + section.level), "#" * level))
        else:
            mark = "=" if level == 1 else "-"
            edits.append(Edit(heading.underline, mark * (heading.underline.end - heading.underline.start)))
    return Fix(title, tuple(edits), safe=False) if edits else None


def _levels(binding: Binding, section: Section, level: int) -> Iterator[tuple[Section, int]]:
    """Yield a section and those that belong to it, each with the level that it should have."""
    yield section, level
    rule = binding.rules_of.get(section.number)
    for child in section.children:
        bound = binding.rules_of.get(child.number)
        if bound is None or rule is None:
            yield from _levels(binding, child, level + child.level - section.level)
        elif binding.parents.get(child.number) == section.number:
            yield from _levels(binding, child, level + bound.level - rule.level)
