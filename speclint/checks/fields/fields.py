"""Checks of metadata fields and of the labels inside sections: present and well formed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from speclint.binding.labels import Label, MissingLabel, name_keys, owed_labels, rule_keys
from speclint.binding.model import Binding, cached_per_binding, titles
from speclint.binding.stage import stage_keys
from speclint.checks.fields.stated_stage import stage_faults
from speclint.checks.reading.fences import swallowed_name
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.blocks import List
from speclint.markdown.document import Document, Field, Section
from speclint.markdown.metadata.field import Item, first_line
from speclint.markdown.source import Source
from speclint.markdown.visibility import is_blank
from speclint.ruleset.model import ValueRule
from speclint.ruleset.stage_names import folded_stage_names
from speclint.ruleset.values import closest, fault, is_unfilled

_YAML_NOTHING = frozenset(("~", "null", "Null", "NULL", "[]", "{}"))


class Filled(NamedTuple):
    """A rule, a field or label that it applies to, and, by rule, the first of each that stands beside it."""

    rule: ValueRule
    field: Field
    peers: Mapping[str, Field]


def missing_field(binding: Binding) -> Iterator[Finding]:
    """Every field that the template asks for stands in the document.

    Author, dates or status are what people and tools look for first; a document without them cannot be
    sorted, assigned or trusted to be current. A field may stand in front matter, on a `**Name:** value`
    line, in a table below the title, behind a colon in a heading, or in a footer line.

    Fails, where `Author` is required:

        **Created:** 2025-03-01

    Passes:

        **Author:** Ada Lovelace
        **Created:** 2025-03-01
    """
    document = binding.document
    present = {key for field in document.fields for key in name_keys(field.name)}
    known = frozenset[str]().union(*map(rule_keys, binding.rules.fields))
    strangers = {
        field.name: field for field in document.fields if not known.intersection(name_keys(field.name))
    }
    # A field in a heading goes with it: that the section is missing says it all.
    gone = [name_keys(missing.rule.title.partition(":")[0]) for missing in binding.missing]
    present |= frozenset[str]().union(*gone)
    for rule in binding.rules.fields:
        if not rule.required or not binding.owed(rule.from_stage) or present & rule_keys(rule):
            continue
        meant = closest(rule.name, strangers)
        if meant:
            name_span = strangers.pop(meant).name_span
            message = f'field "{rule.name}" is missing; is "{meant}" meant to be it?'
            yield Finding(name_span, message, subject=(rule.name,))
        else:
            # One that a fence swallows is reported with the fence.
            swallowed = swallowed_name(binding, rule_keys(rule))
            message = f'field "{rule.name}" is missing'
            span = swallowed or title_span(document)
            yield Finding(span, message, subject=(rule.name,), cause=None if swallowed else rule)


def invalid_field(binding: Binding, unfilled: Callable[[], Iterable[Span]]) -> Iterator[Finding]:
    """Every field and label has a value of the form that the template asks for.

    A status outside the known ones, a date that is in no calendar or a free-form id breaks the tools that
    read them, and often is a slip. Words compare without regard to case, emphasis and emoji, and a remark
    may follow (`Staging (since May)`). Dates are best written `2025-03-01`; other spellings count when
    they have one reading. A quantity (`type: quantity`) says how much or how many, in a figure or in words
    (`zero`, `within a second`, `every request`), on its line or below; `fast enough` does not. The field of
    the stage names one stage, and front matter says the same as a line below the title: a slip there would
    switch off all that is owed later. Values that still are placeholders are left to the check `placeholder`.

    Fails:

        **Status:** Stagin
        **Created:** 2025-02-30

    Passes:

        **Status:** Staging
        **Created:** 2025-02-28
    """
    reported = _lines_of(binding.document.source, unfilled)
    of_stage = {one.field.value_span: one for one in stage_faults(binding)}
    stated = stage_keys(binding.rules)
    stages = folded_stage_names(binding.rules.stages)
    seen: set[Span] = set()
    for rule, field, _ in filled(binding):
        if field.value_span in seen:
            continue
        seen.add(field.value_span)
        quantity = rule.type == "quantity"
        value = _all_of(binding.document, field) if quantity else first_line(binding.document.source, field)
        known = stages if not stated.isdisjoint(rule_keys(rule)) else ()
        if field.items:
            for item, wrong in _item_faults(binding, rule, field, known):
                if not (is_unfilled(item.text) and reported(item.span)):
                    yield Finding(item.span, f'{rule.name} has "{shorten(item.text)}": {wrong}')
            continue
        problem = fault(rule, value, binding.regex_budget, known)
        if problem is None and field.value_span in of_stage:
            problem = of_stage[field.value_span].problem
        span = field.value_span if field.value else field.name_span
        if problem and not (is_unfilled(value) and reported(span)):
            yield Finding(span, f'{rule.name} is "{shorten(value)}": {problem}')
    for rule, field in _blank(binding):
        seen.add(field.value_span)
        stage_fault = of_stage.get(field.value_span)
        what = f"; {stage_fault.problem}" if stage_fault else ""
        yield Finding(field.name_span, f'"{rule.name}" has no value{what}')
    yield from _blank_items(binding)
    for field, value, problem in of_stage.values():
        line = Span(field.span.start, max(field.name_span.end, field.value_span.start + len(value)))
        if field.value_span in seen or reported(line):
            continue
        if value:
            yield Finding(field.value_span, f'{field.name} is "{shorten(value)}": {problem}')
        else:
            yield Finding(field.name_span, f'"{field.name}" has no value; {problem}')


def _lines_of(source: Source, unfilled: Callable[[], Iterable[Span]]) -> Callable[[Span], bool]:
    """Return a function that tells whether something in the line of a place is still to be filled in."""

    @cache
    def lines() -> frozenset[int]:
        return frozenset(
            number
            for place in unfilled()
            for number in range(source.line_number(place.start), source.line_number(place.end) + 1)
        )

    return lambda span: source.line_number(span.start) in lines()


def _item_faults(
    binding: Binding, rule: ValueRule, field: Field, known: Collection[str]
) -> Iterator[tuple[Item, str]]:
    """Yield the items of a list that are no values of a rule, each with what is wrong with it."""
    for item in field.items:
        problem = fault(rule, item.text, binding.regex_budget, known) if item.text else None
        if problem:
            yield item, problem


def _blank_items(binding: Binding) -> Iterator[Finding]:
    """Yield findings for items without a value in lists that have others."""
    for group in _groups(binding):
        for rule, field in group:
            if field.value:
                yield from (
                    Finding(item.span, f'an item of "{rule.name}" has no value')
                    for item in field.items
                    if not item.text
                )


def missing_label(binding: Binding) -> Iterator[Finding]:
    """Every section has the labels that the template gives it.

    Labels such as `**Mitigation:**` are the questions a section must answer; one that is gone was not
    answered. A label may be bold or plain, a list item, a row or column of a table, a bold line or a
    subheading; its name may be in the plural or have a remark in parentheses. A section that is empty,
    or says that it does not apply, owes none.

    Fails, where the template asks for `Probability` and `Mitigation`:

        #### Risk 1: Slow queries
        **Probability:** Low

    Passes:

        #### Risk 1: Slow queries
        **Probability:** Low
        **Mitigation:** An index on the owner.
    """
    # What is inserted at one place stands in the order of the rules.
    order = {(rule.name, section.number): i for i, (rule, section, _) in enumerate(owed_labels(binding))}
    found = [*_missing_labels(binding), *_missing_in_groups(binding)]
    for _, finding in sorted(found, key=lambda pair: order[pair[0]]):
        yield finding


def _missing_labels(binding: Binding) -> Iterator[tuple[tuple[str, int], Finding]]:
    """Yield findings for the labels that sections lack, by the rule's name and the section's number."""
    claimed: set[Span] = set()
    owed = list(owed_labels(binding))
    matched = {label.name_span for _, _, found in owed for label in found}
    for rule, section, found in owed:
        if found or not rule.required or not binding.owed(rule.from_stage):
            continue
        strangers = {
            field.name: field
            for field in section.labels
            if field.name_span not in matched and field.name_span not in claimed
        }
        meant = closest(rule.name, strangers)
        subject = (*titles(binding, section), rule.name)
        if meant:
            span = strangers[meant].name_span
            claimed.add(span)
            message = f'label "{rule.name}" is missing; is "{meant}" meant to be it?'
            yield (rule.name, section.number), Finding(span, message, subject=subject)
        else:
            inside = section if section.level else None
            swallowed = swallowed_name(binding, rule_keys(rule), inside)
            place = swallowed or (section.heading_span if inside else title_span(binding.document))
            where = f' in "{shorten(section.title)}"' if inside else ""
            message = f'label "{rule.name}" is missing{where}'
            cause = None if swallowed else MissingLabel(rule, section)
            yield (rule.name, section.number), Finding(place, message, subject=subject, cause=cause)


@cached_per_binding
def incomplete_groups(binding: Binding) -> frozenset[tuple[str, int]]:
    """Return the labels that a group of those that stand together lacks: rule's name, section's number."""
    return frozenset(lost for lost, _ in _missing_in_groups(binding))


def _missing_in_groups(binding: Binding) -> Iterator[tuple[tuple[str, int], Finding]]:
    """Where one of the labels that stand together stands, the others that do not.

    Each list item is a group of its own. A label whose words are in the text of the group, as in `**As a**
    clerk I want order`, is not missing.
    """
    groups: dict[tuple[int, Span], dict[str, Label | None]] = {}
    for rule, section, found in owed_labels(binding):
        if not rule.together or not binding.owed(rule.from_stage):
            continue
        groups.setdefault((section.number, section.body_span), {}).setdefault(rule.name, None)
        for label in found:
            group = groups.setdefault((section.number, _group(section, label.name_span)), {})
            group.setdefault(rule.name, label)
            group[rule.name] = group[rule.name] or label
    for (number, span), present in groups.items():
        if any(present.values()):
            yield from _missing_in_group(binding, binding.document.sections[number], span, present)


def _missing_in_group(
    binding: Binding, section: Section, span: Span, present: Mapping[str, Label | None]
) -> Iterator[tuple[tuple[str, int], Finding]]:
    """Yield findings for the labels of a section that a group of labels in it lacks."""
    text = binding.document.source.slice(span).casefold()
    rules = [
        owed.rule
        for owed in owed_labels(binding)
        if owed.section.number == section.number and owed.rule.together
    ]
    lost = [
        rule
        for rule in rules
        if not present.get(rule.name)
        and not any(name.casefold() in text for name in (rule.name, *rule.aliases))
    ]
    if not lost:
        return
    among = tuple((rule, label.field if (label := present.get(rule.name)) else None) for rule in rules)
    fellows = tuple(MissingLabel(rule, section, among) for rule in lost)
    place = section.heading_span if span == section.body_span else _opening_line(binding, span)
    where = shorten(binding.document.source.slice(place))
    for rule in lost:
        message = f'label "{rule.name}" is missing in "{where}"'
        subject = (*titles(binding, section), where, rule.name)
        cause = MissingLabel(rule, section, among, fellows)
        yield (rule.name, section.number), Finding(place, message, subject=subject, cause=cause)


def _group(section: Section, label: Span) -> Span:
    """Return the span of the top-level list item below which a label is, or of the section's own text."""
    for block in section.body:
        if isinstance(block, List) and block.span.encloses(label):
            before = bisect_right(block.items, label.start, key=lambda item: item.span.start)
            item = block.items[max(before - 1, 0)]
            first = item.blocks[0].span if item.blocks else item.span
            if item.span.encloses(label) and not first.encloses(label):
                return item.span
    return section.body_span


def _opening_line(binding: Binding, span: Span) -> Span:
    line = binding.document.source.line_span(binding.document.source.line_number(span.start))
    return Span(span.start, min(line.end, span.end))


def filled(binding: Binding) -> Iterator[Filled]:
    """Yield every field and label with a value that a rule constrains, owed or not."""
    for group in _groups(binding):
        values = tuple(
            (rule, field)
            for rule, field in _without_misread(binding, group)
            # How much it is may also be said below the label.
            if _has_value(field)
            or (rule.type == "quantity" and not is_blank(binding.document.source, field.blocks))
        )
        peers: dict[str, Field] = {}
        for rule, field in values:
            peers.setdefault(rule.name, field)
        for rule, field in values:
            if rule.one_of or rule.pattern or rule.type != "text" or rule.not_before:
                yield Filled(rule, field, peers)


def _blank(binding: Binding) -> Iterator[tuple[ValueRule, Field]]:
    """Yield owed fields and labels without a value, in places where the check `placeholder` reports none.

    It reports lines such as `**Author:**` and rows of tables that are empty as a whole.
    """
    source = binding.document.source
    for group in _groups(binding):
        by_rule: dict[str, tuple[ValueRule, list[Field]]] = {}
        for rule, field in group:
            if rule.required and binding.owed(rule.from_stage):
                by_rule.setdefault(rule.name, (rule, []))[1].append(field)
        for rule, found in by_rule.values():
            first = found[0]
            if any(_has_value(field) or field.blocks for field in found):
                continue
            if first.place == "front-matter" or (first.place == "line" and not first.emphasised):
                yield rule, first
            elif first.place == "table":
                row = source.slice(source.line_span(source.line_number(first.value_span.start)))
                if row.strip("| \t>"):
                    yield rule, first


def _groups(binding: Binding) -> list[list[tuple[ValueRule, Field]]]:
    """Return the fields of the document, then the labels of each section, each with its rule."""
    by_key: dict[str, list[Field]] = {}
    for field in binding.document.fields:
        for key in name_keys(field.name):
            by_key.setdefault(key, []).append(field)
    fields: list[tuple[ValueRule, Field]] = []
    for rule in binding.rules.fields:
        found = {field.span: field for key in rule_keys(rule) for field in by_key.get(key, ())}
        fields += [(rule, found[span]) for span in sorted(found)]
    groups = [fields]
    section_number = None
    for rule, section, labels in owed_labels(binding):
        if section.number != section_number:
            groups.append([])
            section_number = section.number
        groups[-1] += [(rule, label.field) for label in labels if label.field]
    return groups


def _has_value(field: Field) -> bool:
    return bool(field.value) and not (field.place == "front-matter" and field.value in _YAML_NOTHING)


def _without_misread(
    binding: Binding, group: list[tuple[ValueRule, Field]]
) -> Iterator[tuple[ValueRule, Field]]:
    """Yield fields without those that take the head of a column for a name beside a value, or vice versa.

    In a table of two columns a name in the first row may head its column or stand before its value: it does
    the latter when that value is a good one.
    """
    line = binding.document.source.line_number
    beside: dict[Span, bool] = {}
    below: set[Span] = set()
    for rule, field in group:
        if field.place == "table":
            if line(field.name_span.start) == line(field.value_span.start):
                good = is_unfilled(field.value) or fault(rule, field.value, binding.regex_budget) is None
                beside[field.name_span] = good
            else:
                below.add(field.name_span)
    for rule, field in group:
        if field.name_span in below and field.name_span in beside:
            is_beside = line(field.name_span.start) == line(field.value_span.start)
            if is_beside is not beside[field.name_span]:
                continue
        yield rule, field


def title_span(document: Document) -> Span:
    """Return where a fault of the document as a whole is shown: its title, or else its first line."""
    for section in document.sections:
        if section.level == 1 and section.heading:
            return section.heading.span
    if document.fields:
        return document.fields[0].span
    return document.source.line_span(1)


def _all_of(document: Document, field: Field) -> str:
    """Return the value of a field with the text below it."""
    below = Span(field.blocks[0].span.start, field.blocks[-1].span.end) if field.blocks else Span(0, 0)
    return f"{field.value} {document.source.slice(below)}".strip()
