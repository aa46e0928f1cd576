"""List what a rule set owes at the stage of a document, and which of it is met."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from speclint.binding.labels import (
    Label,
    OwedLabel,
    has_list,
    name_keys,
    owed_labels,
    owes_nothing,
    rule_keys,
)
from speclint.binding.model import Binding
from speclint.binding.model import titles as titles_of
from speclint.binding.tables import OwedTable, owed_tables
from speclint.checks.checklists.boxes import boxes, demanded
from speclint.checks.checklists.owed_items import OwedItem, owed_items
from speclint.checks.fields.fields import incomplete_groups
from speclint.checks.structure.missing_section import group_subject, subject
from speclint.diagnostics import Diagnostic, Span
from speclint.markdown.document import Section
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.visibility import is_blank, shows_nothing
from speclint.ruleset.model import NO_CONTENT, Checklist, SectionRule, ValueRule, options
from speclint.ruleset.text_rules import Groups
from speclint.ruleset.titles import fold

if TYPE_CHECKING:
    from speclint.linting.text_obligations import TextObligation

Kind = Literal["field", "section", "label", "table", "checklist", "item", "coverage", "text"]


# What may stand before a label and says nothing: the markers of lists and quotes, the bars of tables.
_MARKERS = lazy_regex(r"(?:[\s*+>|-]|\d{1,9}[.)](?=\s|$))*")

# What makes a text that stands there still unfilled, or not what is owed.
_UNFILLED = frozenset(("placeholder", "instruction-comment", "unedited-template", "empty-section"))

_IN_FIELD = _UNFILLED | {"invalid-field", "duplicate-field", "date-order", "missing-text"}

_IN_CHECKLIST = frozenset(("missing-checklist", "unchecked-item", "malformed-checkbox", "open-question"))

_IN_TABLE = _UNFILLED | {"missing-table", "missing-column", "invalid-cell", "malformed-table"}

_IN_COVERAGE = frozenset(("missing-coverage", "coverage-below-threshold", "coverage-mismatch"))


# What makes a rule set owe something of a text.
_TEXT_OPTIONS = frozenset(("must_contain", "text", "length", "cites"))


class Obligation(NamedTuple):
    """One thing owed: its kind, its name in the rule set, the titles around it, and whether it is met."""

    kind: Kind
    name: str
    section: tuple[str, ...]
    met: bool


def obligations(
    binding: Binding, reported: Mapping[str, Sequence[int]], hidden: Sequence[Diagnostic] = ()
) -> tuple[Obligation, ...]:
    """Return everything that the rule set owes at the binding's stage, in the order of the rule set.

    `reported` maps the ids of checks to the offsets at which they report something: what is in the document
    counts as met unless it is reported as unfilled or wrong; of malformed boxes, those that must be ticked at
    this stage. A missing section leaves all that it would hold unmet; an optional one is not counted, but if
    it is there, what it owes is. What is missing and waived by a comment in the document (its diagnostic is
    in `hidden`) counts as met.
    """
    return tuple(_Count(binding, reported, hidden).all())


def places_of(diagnostics: Iterable[Diagnostic]) -> dict[str, list[int]]:
    """Return by check the offsets at which diagnostics stand."""
    places: dict[str, list[int]] = {}
    for diagnostic in diagnostics:
        places.setdefault(diagnostic.check, []).append(diagnostic.span.start)
    return places


class _Count:
    def __init__(
        self, binding: Binding, reported: Mapping[str, Sequence[int]], hidden: Sequence[Diagnostic]
    ) -> None:
        self.binding = binding
        self.source = binding.document.source
        # What comments waive: by check and subject what is missing, by check and place what is not filled.
        self.waived = {(one.check, one.subject or one.span.start) for one in hidden}
        self.boxes = [box.span.start for box in boxes(binding)]
        # By section number ("0" for the document) the labels owed there.
        self.labels: dict[int, list[OwedLabel]] = {}
        for owed in owed_labels(binding):
            self.labels.setdefault(owed.section.number, []).append(owed)
        self.tables: dict[int, list[OwedTable]] = {}
        for table in owed_tables(binding):
            self.tables.setdefault(table.section.number, []).append(table)
        # By the place of what owes them, the boxes owed by name.
        self.items: dict[int, dict[str, OwedItem]] = {}
        for item in owed_items(binding):
            self.items.setdefault(item.at.start, {})[item.rule.text] = item
        # By section number what is owed of texts.
        self.texts_owed: dict[int, list[TextObligation]] = {}
        if not _TEXT_OPTIONS.isdisjoint(options(binding.rules)):
            from speclint.linting.text_obligations import text_obligations

            self.texts_owed = text_obligations(binding)
        self.lacking = {lacking.parent.number: lacking for lacking in binding.lacking}
        # By the number of their rule, the sections that are missing, and those of them that are waived.
        self.missing: dict[int, int] = {}
        self.spared: dict[int, int] = {}
        for missing in binding.missing:
            number = missing.rule.number
            spared = self.waived and ("missing-section", subject(binding, missing)) in self.waived
            counts = self.spared if spared else self.missing
            counts[number] = counts.get(number, 0) + missing.times
        self.found = {check: sorted(places) for check, places in reported.items()}
        if "malformed-checkbox" in self.found:
            # A malformed box is one that nobody can tick: where it must be ticked it is not, and elsewhere
            # it is as good as an open one, so that writing it well meets nothing.
            pending = {box.span.start for box, demand in demanded(binding) if binding.owed(demand.stage)}
            malformed = self.found["malformed-checkbox"]
            self.found["malformed-checkbox"] = [place for place in malformed if place in pending]

    def all(self) -> Iterator[Obligation]:
        yield from self.fields()
        for rule in self.binding.rules.sections:
            yield from self.section(rule, ())
        document = self.binding.document
        rules = self.binding.rules
        yield from self.group(rules.groups, rules.sections, (self.binding.title or document.root,), ())
        yield from self.texts(document.root)
        for owed in self.labels.get(0, []):
            if owed.section.level == 0:
                yield from self.label(owed, ())
        if self.binding.rules.complete_from and self.binding.owed(self.binding.rules.complete_from):
            whole = Span(0, len(self.binding.document.source.text) + 1)
            met = not self.reported(whole, {"unchecked-item", "malformed-checkbox"})
            yield Obligation("checklist", "every box", (), met)

    def fields(self) -> Iterator[Obligation]:
        by_key = {key: field for field in self.binding.document.fields for key in name_keys(field.name)}
        for rule in self.binding.rules.fields:
            if rule.required and self.binding.owed(rule.from_stage):
                found = [by_key[key] for key in rule_keys(rule) if key in by_key]
                met = bool(found) and not any(self.reported(field.span, _IN_FIELD) for field in found)
                met = met and any(field.value or not is_blank(self.source, field.blocks) for field in found)
                yield Obligation(
                    "field", rule.name, (), met or ("missing-field", (rule.name,)) in self.waived
                )

    def section(self, rule: SectionRule, path: tuple[str, ...]) -> Iterator[Obligation]:
        """Yield what a rule owes: for every section bound to it, and for every one that is missing."""
        titles = (*path, rule.title)
        owed = rule.required and self.binding.owed(rule.from_stage)
        for section in self.binding.sections[rule.number]:
            spared = self.spares("empty-section", section.heading_span)
            if owed:
                met = not self.is_empty(rule, section) and not self.unfilled(section)
                yield Obligation("section", rule.title, path, met or spared)
            if not spared:
                yield from self.within(rule, section, titles)
        for child in rule.sections:
            yield from self.section(child, titles)
        yield from self.group(rule.groups, rule.sections, self.binding.sections[rule.number], titles)
        for _ in range(self.spared.get(rule.number, 0)):
            yield Obligation("section", rule.title, path, True)
        for _ in range(self.missing.get(rule.number, 0)):
            yield from self.nothing(rule, path)

    def within(self, rule: SectionRule, section: Section, titles: tuple[str, ...]) -> Iterator[Obligation]:
        """Yield what a section owes besides its text; nothing if it states that it does not apply."""
        if self.is_empty(rule, section):
            yield from self.parts(rule, titles)
        elif not owes_nothing(self.binding, section):
            for owed in self.labels.get(section.number, []):
                yield from self.label(owed, titles)
            for table in self.tables.get(section.number, []):
                yield from self.table(table, titles)
            if rule.checklist and rule.checklist.required:
                met = self.complete(section.span) or self.spares("missing-checklist", section.heading_span)
                yield Obligation("checklist", rule.title, titles, met)
            own = Span(section.span.start, section.body_span.end)
            yield from self.named(rule.checklist, section.heading_span, own, titles)
            if rule.coverage and rule.coverage.required:
                met = not self.reported(section.span, _IN_COVERAGE | _UNFILLED)
                yield Obligation("coverage", rule.title, titles, met)
            yield from self.texts(section, titles)

    def texts(self, section: Section, titles: tuple[str, ...] = ()) -> Iterator[Obligation]:
        """Yield what a section, or the document, owes of its text: none of it is met while it is unfilled."""
        owed = self.texts_owed.get(section.number, ())
        unfilled = bool(owed) and self.reported(Span(section.span.start, section.span.end + 1), _UNFILLED)
        for text in owed:
            spared = all((text.check, place) in self.waived for place in text.lacking)
            met = not unfilled if not text.lacking else spared
            yield Obligation("text", text.name, titles, met)

    def group(
        self, groups: Groups, rules: Iterable[SectionRule], parents: Iterable[Section], path: tuple[str, ...]
    ) -> Iterator[Obligation]:
        """Yield for each of some sections that owe one of several subsections whether there is one."""
        if not groups.at_least_one:
            return
        from speclint.ruleset.values import listed

        names = set(map(fold, groups.at_least_one))
        members = [rule.number for rule in rules if fold(rule.title) in names]
        holders = {
            self.binding.parents.get(section.number)
            for number in members
            for section in self.binding.sections[number]
        }
        for parent in parents:
            lacking = self.lacking.get(parent.number)
            if lacking is not None:
                spared = ("missing-section", group_subject(self.binding, lacking)) in self.waived
                yield Obligation("section", listed(groups.at_least_one), path, spared)
            elif parent.number in holders:
                yield Obligation("section", listed(groups.at_least_one), path, True)

    def is_empty(self, rule: SectionRule, section: Section) -> bool:
        """Return whether a section that needs a text has nothing below its heading."""
        may_be = rule.not_applicable == "empty"
        return not may_be and not section.children and is_blank(self.source, section.body)

    def label(self, owed: OwedLabel, titles: tuple[str, ...]) -> Iterator[Obligation]:
        rule, section, found = owed
        lacks = self.lacks_in_group(rule, section)
        if not (rule.required or lacks) or not self.binding.owed(rule.from_stage):
            return
        if not found and self.waived:
            within = titles_of(self.binding, section)
            if ("missing-label", (*within, rule.name)) in self.waived:
                yield Obligation("label", rule.name, titles, True)
                return
        met = any(map(self.filled, found)) and not lacks
        yield Obligation("label", rule.name, titles, met)
        if rule.checklist and rule.checklist.required:
            # A label without a list of its own has none that could lack boxes; no check asks for them there.
            met = (met and not any(map(has_list, found))) or any(
                self.complete(label.span) or self.spares("missing-checklist", label.name_span)
                for label in found
            )
            yield Obligation("checklist", rule.name, titles, met)
        if rule.checklist and found:
            yield from self.named(rule.checklist, found[0].name_span, found[0].span, (*titles, rule.name))
        elif not found:
            yield from _items(self.binding, rule.checklist, (*titles, rule.name))
        if rule.coverage and rule.coverage.required:
            met = any(not self.reported(label.span, _IN_COVERAGE | _UNFILLED) for label in found)
            yield Obligation("coverage", rule.name, titles, met)

    def lacks_in_group(self, rule: ValueRule, section: Section) -> bool:
        """Return whether a label is missing where others stand with which it belongs, unhidden."""
        if not rule.together or (rule.name, section.number) not in incomplete_groups(self.binding):
            return False
        return ("missing-label", (*titles_of(self.binding, section), rule.name)) not in self.waived

    def named(
        self, checklist: Checklist | None, at: Span, own: Span, titles: tuple[str, ...]
    ) -> Iterator[Obligation]:
        """Yield the boxes that a checklist must have: none is met where `own` is reported as unfilled."""
        if checklist is None or not checklist.items:
            return
        unfilled = self.reported(own, _UNFILLED)
        there = self.items.get(at.start)
        if there is None:
            # There is no box at all.
            spared = self.spares("missing-checklist", at)
            if checklist.required:
                yield from _items(self.binding, checklist, titles, met=spared)
            return
        for item in there.values():
            spared = ("missing-item", (*item.titles, item.rule.text)) in self.waived
            met = item.found is not None and not unfilled
            yield Obligation("item", item.rule.text, titles, met or spared)

    def table(self, owed: OwedTable, titles: tuple[str, ...]) -> Iterator[Obligation]:
        """Yield a required table: met if it is there and nothing in it is reported."""
        if owed.rule.required:
            within = titles_of(self.binding, owed.section)
            spared = ("missing-table", (*within, owed.rule.name)) in self.waived
            met = owed.table is not None and not self.reported(owed.table.span, _IN_TABLE)
            if met and owed.table is not None:
                # A run of the template's lines is reported where it begins, which may be above the table.
                above = Span(owed.section.span.start, owed.table.span.start)
                met = not self.reported(above, {"unedited-template"})
            yield Obligation("table", owed.rule.name, titles, met or spared)

    def nothing(self, rule: SectionRule, path: tuple[str, ...]) -> Iterator[Obligation]:
        """Yield what a missing section leaves unmet."""
        if not self.binding.owed(rule.from_stage):
            return
        titles = (*path, rule.title)
        yield Obligation("section", rule.title, path, False)
        yield from self.parts(rule, titles)
        for child in rule.sections:
            if child.required:
                yield from self.nothing(child, titles)

    def parts(self, rule: SectionRule, titles: tuple[str, ...]) -> Iterator[Obligation]:
        """Yield what the body of a missing or empty section leaves unmet."""
        for label in rule.labels:
            if label.required and self.binding.owed(label.from_stage):
                yield Obligation("label", label.name, titles, False)
                yield from _lists(label, label.name, titles)
                yield from _items(self.binding, label.checklist, (*titles, label.name))
        for table in rule.content.tables:
            if table.required and self.binding.owed(table.start):
                yield Obligation("table", table.name, titles, False)
        yield from _lists(rule, rule.title, titles)
        yield from _items(self.binding, rule.checklist, titles)
        if rule.groups.at_least_one:
            from speclint.ruleset.values import listed

            yield Obligation("section", listed(rule.groups.at_least_one), titles, False)
        if rule.content is not NO_CONTENT:
            from speclint.linting.text_obligations import names_of

            for name in names_of(self.binding, rule.content):
                yield Obligation("text", name, titles, False)

    def spares(self, check: str, span: Span) -> bool:
        """Return whether a comment waives what a check finds at a place."""
        return (check, span.start) in self.waived

    def filled(self, label: Label) -> bool:
        return not self.reported(label.span, _IN_FIELD)

    def unfilled(self, section: Section) -> bool:
        """Return whether the heading or the body right below it is reported as unfilled.

        A label that is unfilled is an obligation of its own: it leaves the section unmet only if that has
        nothing else.
        """
        whole = Span(section.span.start, section.body_span.end)
        labels = [label for owed in self.labels.get(section.number, []) for label in owed.found]
        if not self.reported(whole, _UNFILLED):
            return False
        if not labels:
            return True
        outside, start = [], whole.start
        for span in (*sorted(label.span for label in labels), Span(whole.end, whole.end)):
            if start < span.start:
                outside.append(Span(start, span.start))
            start = max(start, span.end)
        if any(self.reported(span, _UNFILLED) for span in outside):
            return True
        below = section.body_span.start
        rest = [self.source.text[max(span.start, below) : max(span.end, below)] for span in outside]
        alone = all(shows_nothing(_MARKERS.sub("", text, count=1)) for text in rest)
        return alone and not any(map(self.filled, labels))

    def complete(self, span: Span) -> bool:
        """Return whether a part has a box and nothing in it is reported as unfilled or unchecked."""
        place = bisect_left(self.boxes, span.start)
        return (
            place < len(self.boxes)
            and self.boxes[place] < span.end
            and not self.reported(span, _IN_CHECKLIST | _UNFILLED)
        )

    def reported(self, span: Span, checks: Collection[str]) -> bool:
        """Return whether one of some checks reports something that begins in a span."""
        for check in checks:
            places = self.found.get(check, [])
            place = bisect_left(places, span.start)
            if place < len(places) and places[place] < max(span.end, span.start + 1):
                return True
        return False


def _items(
    binding: Binding, checklist: Checklist | None, titles: tuple[str, ...], met: bool = False
) -> Iterator[Obligation]:
    """Yield the boxes that a checklist must have where there is none."""
    if checklist and checklist.required:
        for item in checklist.items:
            if binding.owed(item.start):
                yield Obligation("item", item.text, titles, met)


def _lists(rule: SectionRule | ValueRule, name: str, titles: tuple[str, ...]) -> Iterator[Obligation]:
    """Yield the checklist and the coverage statement that a missing section or label leaves unmet."""
    if rule.checklist and rule.checklist.required:
        yield Obligation("checklist", name, titles, False)
    if rule.coverage and rule.coverage.required:
        yield Obligation("coverage", name, titles, False)
