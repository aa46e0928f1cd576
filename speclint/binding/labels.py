"""Find the labels that a rule set asks for in a document.

A label comes in many styles: `**Name:** value`, `- Name: value`, a row or a column of a table, a bold line of
its own, a subheading. All of them count, under the name of the rule or one of its aliases.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from speclint.binding.model import Binding, cached_per_binding
from speclint.binding.not_applicable import is_not_applicable
from speclint.diagnostics import Span
from speclint.markdown.blocks import Table
from speclint.markdown.document import Document, Field, Section, walk
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.visibility import is_blank
from speclint.ruleset.model import ValueRule
from speclint.ruleset.titles import fold

_PARENTHESES = lazy_regex(r"(?<![ \t])[ \t]*+(?:\([^()]*\)|（[^（）]*）)[ \t]*$")


class Label(NamedTuple):
    """A label that was found: its name, its value ("" for none), and all the text that belongs to it."""

    name: str
    name_span: Span
    value: str
    value_span: Span
    span: Span
    field: Field | None


class MissingLabel(NamedTuple):
    """A label that a section lacks, or a field that the document does (`section` None).

    For labels that are owed together, `among` are all of them in the order of the rules, each with its field
    if it is there, and `fellows` all that are missing.
    """

    rule: ValueRule
    section: Section | None
    among: tuple[tuple[ValueRule, Field | None], ...] = ()
    fellows: "tuple[MissingLabel, ...]" = ()


class OwedLabel(NamedTuple):
    """A label rule at one section that it applies to (the root: anywhere), and the labels found there."""

    rule: ValueRule
    section: Section
    found: tuple[Label, ...]


@lru_cache(maxsize=65536)
def name_keys(name: str) -> frozenset[str]:
    """Return the keys a name is compared by: folded, singular, with and without a remark in parentheses."""
    return frozenset(
        fold(variant).rstrip("?:").strip().removesuffix("s")
        for variant in (name, _PARENTHESES.sub("", name))
        if variant.strip()
    )


def rule_keys(rule: ValueRule) -> frozenset[str]:
    """Return the keys under which a field or label of a rule may stand."""
    keys = name_keys(rule.name)
    return keys.union(*map(name_keys, rule.aliases)) if rule.aliases else keys


def first_field(fields: Iterable[Field], keys: frozenset[str]) -> Field | None:
    """Return the first of some fields whose name is one of some keys, None if there is none."""
    return next((field for field in fields if not keys.isdisjoint(name_keys(field.name))), None)


def has_list(label: Label) -> bool:
    """Return whether a label may have a list: False if its value is on the line or nothing is below it."""
    return label.field is None or bool(label.field.blocks)


@cached_per_binding
def owed_labels(binding: Binding) -> tuple[OwedLabel, ...]:
    """Return every label rule, required or not, at every section it applies to, in the order of the rules.

    Sections that are empty or state that they do not apply owe nothing.
    """
    return tuple(_owed_labels(binding))


def _owed_labels(binding: Binding) -> Iterator[OwedLabel]:
    document = binding.document
    for rule in binding.rules.walk():
        for section in binding.sections[rule.number] if rule.labels else ():
            if not owes_nothing(binding, section):
                labels = list(labels_in(binding, section))
                if fold(section.title) != fold(rule.title):
                    # Authors may have made sections of the labels that the template has in one.
                    around = document.sections[binding.parents.get(section.number, 0)].children
                    beside = (one for one in around if one.number not in binding.rules_of)
                    labels += map(_of_section, (section, *beside))
                yield from _matched(rule.labels, section, labels)
    if binding.rules.labels:
        everywhere = [_of_field(field) for section in document.sections for field in section.labels]
        everywhere += [_of_field(field) for field in document.fields]
        everywhere += [_of_section(section) for section in document.sections if section.title]
        yield from _matched(binding.rules.labels, document.root, everywhere)


def _matched(rules: Iterable[ValueRule], section: Section, labels: list[Label]) -> Iterator[OwedLabel]:
    by_key: dict[str, list[Label]] = {}
    for label in labels:
        for key in name_keys(label.name):
            by_key.setdefault(key, []).append(label)
    for rule in rules:
        found = {label.span: label for key in rule_keys(rule) for label in by_key.get(key, ())}
        yield OwedLabel(rule, section, tuple(found[span] for span in sorted(found)))


def labels_in(binding: Binding, section: Section) -> Iterator[Label]:
    """Yield all that may count as a label of a section, in parts of it that no rule claims as well."""
    yield from map(_of_field, section.labels)
    for block in walk(section.body):
        if isinstance(block, Table) and len(block.rows[0]) > 2:
            yield from _rows(binding.document, block)
    for part in (*section.bold_sections, *section.children):
        yield _of_section(part)
    for child in section.children:
        if child.number not in binding.rules_of:
            yield from labels_in(binding, child)


def _rows(document: Document, table: Table) -> Iterator[Label]:
    for row in table.rows[1:]:
        name, *values = row
        text = plain(document.source.slice(name))
        if text and values:
            value = Span(values[0].start, values[-1].end)
            yield Label(text, name, document.source.slice(value), value, Span(name.start, value.end), None)


def _of_field(field: Field) -> Label:
    end = max([field.span.end, *(block.span.end for block in field.blocks)])
    span = Span(field.span.start, end)
    return Label(field.name, field.name_span, field.value, field.value_span, span, field)


def _of_section(section: Section) -> Label:
    end = Span(section.heading_span.end, section.heading_span.end)
    return Label(section.title, section.heading_span, "", end, section.span, None)


def owes_nothing(binding: Binding, section: Section) -> bool:
    """Return whether a section is empty (another check reports that) or may be, and is, "N/A"."""
    if not section.children and is_blank(binding.document.source, section.body):
        return True
    return is_not_applicable(binding.document, section, binding.rules_of.get(section.number))
