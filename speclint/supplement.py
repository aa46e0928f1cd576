"""What a skeleton lacks of what its rules ask for, put where it belongs.

A rule set that extends another starts from the other's skeleton, which knows nothing of what was added.
"""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding import Binding, bind
from speclint.checks.labels import name_keys, owed_labels, rule_keys
from speclint.document import read
from speclint.ruleset import RuleSet
from speclint.skeleton import label_lines, section_text, value_text


def supplemented(skeleton: str, rules: RuleSet) -> str:
    """A skeleton with the fields, labels and sections that are owed at any stage. Raises `OutOfTime`."""
    last = rules.stages.order[-1] if rules.stages else None
    binding = bind(read(skeleton), rules, last)
    text = skeleton
    # From the end, so that places stay; what goes to one place keeps its order.
    for place, _, piece in sorted(_pieces(binding), reverse=True):
        text = f"{text[:place]}{piece}{text[place:]}"
    return text


def _pieces(binding: Binding) -> Iterator[tuple[int, int, str]]:
    """Places, their order among those at the same place, and what goes there."""
    text = binding.document.source.text
    pieces = [*_fields(binding), *_labels(binding), *_sections(binding)]
    line_end = "\r\n" if "\r\n" in text else "\n"
    for number, (place, piece) in enumerate(pieces):
        yield place, number, piece.replace("\n", line_end)


def _fields(binding: Binding) -> Iterator[tuple[int, str]]:
    """The fields, behind those that are there, in their style; without any, below the title."""
    document = binding.document
    text = document.source.text
    present = {key for field in document.fields for key in name_keys(field.name)}
    # A heading that carries a field brings it along.
    for missing in binding.missing:
        present |= name_keys(missing.rule.title.partition(":")[0])
    lost = [rule for rule in binding.rules.fields if rule.required and not present & rule_keys(rule)]
    lines = [f.span.end for f in document.fields if f.place == "line" and (f.value or not f.blocks)]
    matter = [field.span.end for field in document.fields if field.place == "front-matter"]
    if matter and not lines:
        yield max(matter), "".join(f'\n{rule.name}: "{value_text(rule)}"' for rule in lost)
    elif lost:
        place = max(lines, default=(binding.title or document.root).body_span.start)
        before = "" if lines or not place else "\n"
        apart = text[place : place + 4].replace("\r\n", "\n").startswith("\n\n")
        after = "\n" if not lines and text[place:].strip() and not apart else ""
        yield place, before + "".join(f"\n**{rule.name}:** {value_text(rule)}" for rule in lost) + after


def _labels(binding: Binding) -> Iterator[tuple[int, str]]:
    source = binding.document.source
    for rule, section, found in owed_labels(binding):
        if rule.required and not found:
            whole = section.span if section.level == 0 else section.body_span
            place = whole.start + len(source.slice(whole).rstrip())
            yield place, "".join(f"\n{line}" for line in ("", *label_lines(rule)))


def _sections(binding: Binding) -> Iterator[tuple[int, str]]:
    text = binding.document.source.text
    for missing in binding.missing:
        within = missing.after.number == missing.parent.number
        place = missing.after.body_span.end if within else missing.after.span.end
        before = text[max(0, place - 4) : place].replace("\r\n", "\n")
        gap = "" if before.endswith("\n\n") else "\n" if before.endswith("\n") else "\n\n"
        sections = "\n".join(section_text(missing.rule, n) for n in range(1, missing.times + 1))
        yield place, f"{gap}{sections}" + ("\n" if place < len(text) else "")
