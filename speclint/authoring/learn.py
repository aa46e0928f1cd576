"""Correct the draft of a rule set by what filled documents have.

What nearly all documents have stays required; headings in the place of a missing one are its aliases; an
order that most have is the order. The counts go into comments, so that whoever edits the rule set can decide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from speclint.authoring.derive import name_of
from speclint.authoring.document_statistics import TOP, DocumentStatistics, collect
from speclint.authoring.learn_faults import loosened
from speclint.authoring.ruleset_draft import RuleSetDraft, SectionDraft, ValueDraft, write
from speclint.authoring.template_syntax import has_open
from speclint.markdown.document import Document
from speclint.ruleset.library import parse_rule_set
from speclint.ruleset.model import RuleSet
from speclint.ruleset.similarity import closeness
from speclint.ruleset.titles import fold, pattern_of

# The share of documents that must have a thing for it to be required.
REQUIRED = 0.9

# No fewer documents prove anything.
_SEVERAL = 3

# The share of documents in which another title stands for a section, for it to be an alias.
_ALIAS = 0.03

# The share from which on what the template lacks is proposed.
_EXTRA = 0.2

# From the first on siblings change places; from the second on they have no order.
_TURNED = 0.6

_DISORDER = 0.2

# How close the name of a field is to another for both to be one field.
_SAME_NAME = 0.9

# The share of values of another form from which on a field has none.
_MISFITS = 0.1

# The share of documents that keep a line of the template for it to be meant to stay.
_KEPT = 0.2


# The share of titles from which on the template's pattern holds.
_FOLLOWED = 0.5

# A title with a number, `RFC-0012: Name` and `12. Name`; and one that only begins alike, `RFC: Name`.
_NUMBERED = re.compile(
    r"(?P<before>(?:[^\W\d_]+[-# ]+){0,2}(?:[^\W\d_]+[-# ]*)?)\d+(?P<between>\s*[:.)–—-]\s*)\S"
)
_LABELLED = re.compile(r"(?P<before>[^\W\d_]+(?:[- ][^\W\d_]+){0,3}: +)\S")


class Learned(NamedTuple):
    """A corrected draft, the number of documents used, and the names of those of other templates."""

    draft: RuleSetDraft
    documents: int
    left_out: tuple[str, ...]


def learn(draft: RuleSetDraft, template: str, documents: Iterable[tuple[str, Document]]) -> Learned:
    """Return the draft corrected by documents, given with their names, which most of them then hold to.

    `template` is the text that the draft was derived from. If none of the documents is of the template, the
    draft is unchanged.
    """
    statistics = collect(_rules(draft, template), documents)
    if statistics.used:
        draft = _Learner(statistics).draft(draft)
        draft = loosened(draft, _rules(draft, template), statistics.used)
    return Learned(draft, len(statistics.used), tuple(statistics.left_out))


def _rules(draft: RuleSetDraft, template: str) -> RuleSet:
    """Return the rule set that a draft gives."""
    return parse_rule_set(write(draft._replace(skeleton="")), skeleton=template)


class _Learner:
    """The correction of a draft by the statistics of its documents."""

    def __init__(self, statistics: DocumentStatistics) -> None:
        self.statistics = statistics
        self.total = len(statistics.used)
        # Those of the rules, which the statistics know them by.
        self.numbers = iter(range(1_000_000))
        self.titles = {fold(rule.title) for rule in statistics.rules.walk()}

    def draft(self, draft: RuleSetDraft) -> RuleSetDraft:
        sections, in_order = self.siblings(draft.sections, TOP)
        kept = [
            text for text, count in self.statistics.kept.items() if self.is_share(count, _KEPT, self.total)
        ]
        kept = [text for text in kept if not has_open(text) and text not in draft.allow]
        checks = draft.checks
        if not in_order:
            note = "Documents have their chapters in different orders."
            checks = (*checks, ("section-order", "warning", note))
        bare = self.statistics.bare_code
        if self.is_share(bare, 1 - REQUIRED, self.total):
            note = f"{_of(bare, self.total).capitalize()} there is code that names no language."
            checks = (*checks, ("code-language", "warning", note))
        title = self.title(draft.title)
        return draft._replace(
            title=title,
            name=draft.name if title == draft.title else name_of(title, draft.id),
            preface=(
                *draft.preface,
                f"Learned from {_counted(self.total)}: what fewer than {REQUIRED:.0%} "
                "of them have is not required.",
            ),
            fields=tuple(self.fields(draft.fields)),
            sections=sections,
            labels=tuple(self.label(label, TOP) for label in draft.labels),
            allow=(*draft.allow, *kept),
            allow_note=draft.allow_note if draft.allow else "Text of the template that documents keep.",
            checks=checks,
        )

    def title(self, pattern: str) -> str:
        """Return the pattern of titles, that of the documents where most do not follow the template's."""
        titles = self.statistics.titles
        if not pattern or len(titles) < _SEVERAL:
            return pattern
        following = sum(pattern_of(pattern).match(title) is not None for title in titles)
        if following >= _FOLLOWED * len(titles):
            return pattern
        forms = Counter(map(_form, titles))
        form, count = max(forms.items(), key=lambda entry: entry[1])
        return form if self.is_share(count, REQUIRED, len(titles)) else ""

    def is_share(self, count: int, share: float, of: int) -> bool:
        """Return whether a count is at least a share of others, and not by chance."""
        return count >= _SEVERAL and count >= share * of

    # Sections

    def siblings(self, drafts: Sequence[SectionDraft], parent: int) -> tuple[tuple[SectionDraft, ...], bool]:
        """Return sibling sections as documents have them, and whether most agree on their order."""
        known = set(self.titles)
        learned: list[tuple[int, SectionDraft]] = []
        for draft in drafts:
            number = next(self.numbers)
            learned.append((number, self.section(draft, number, known)))
        learned = self.ordered(learned)
        ranks = {number: rank for rank, (number, _) in enumerate(learned)}
        pairs = (pair for pair in self.statistics.both if pair[0] in ranks and pair[1] in ranks)
        ordered = (sorted(pair, key=lambda number: ranks[number]) for pair in pairs)
        in_order = not any(self.is_turned(first, second, _DISORDER) for first, second in ordered)
        around = self.total if parent == TOP else self.statistics.present[parent]
        extra = (
            SectionDraft(
                self.spelling(title), proposed=True, share=f"not in the template: {_of(count, around)}"
            )
            for title, count in self.statistics.extra.get(parent, Counter()).items()
            if self.is_share(count, _EXTRA, around) and title not in known
        )
        return (*(one for _, one in learned), *extra), in_order

    def section(self, draft: SectionDraft, number: int, known: set[str]) -> SectionDraft:
        """Return a section as documents have it; its aliases are added to the titles that are `known`."""
        statistics = self.statistics
        aliases = self.aliases(draft, number, known)
        around = statistics.around[number]
        instead = statistics.instead.get(number, Counter())
        there = statistics.present[number] + sum(instead[fold(alias)] for alias in aliases)
        children, in_order = self.siblings(draft.sections, number)
        if not around:
            return draft._replace(sections=children)
        required = draft.required and there >= REQUIRED * around
        present = statistics.present[number]
        notes = draft.notes
        checklist, coverage = draft.checklist, draft.coverage
        if checklist == "" and present and statistics.boxed[number] < REQUIRED * present:
            checklist = None
            notes = (
                *notes,
                f"With boxes {_of(statistics.boxed[number], present)}: `checklist: true` would ask for them.",
            )
        if coverage is not None and present and statistics.covered[number] < REQUIRED * present:
            coverage = None
        return draft._replace(
            aliases=aliases,
            required=required,
            why=draft.why if required == draft.required else "",
            share=_of(there, around),
            any_order=draft.any_order or not in_order,
            labels=tuple(self.label(label, number) for label in draft.labels),
            tables=tuple(statistics.tables.table(table, number, REQUIRED) for table in draft.tables),
            checklist=checklist,
            coverage=coverage,
            sections=children,
            notes=notes,
        )

    def aliases(self, draft: SectionDraft, number: int, known: set[str]) -> tuple[str, ...]:
        """Return the titles under which several documents have a section, the most frequent first."""
        if "{" in draft.title:
            return ()
        statistics = self.statistics
        counts = statistics.instead.get(number, Counter()) + statistics.nearly.get(number, Counter())
        found: list[str] = []
        for title, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
            spelling = self.spelling(title)
            plain = "{" not in spelling and "}" not in spelling
            if title not in known and plain and self.is_share(count, _ALIAS, self.total):
                known.add(title)
                found.append(spelling)
        return tuple(found)

    def spelling(self, folded: str) -> str:
        """Return how most documents write a title."""
        counts = self.statistics.spellings[folded]
        return min(counts, key=lambda title: (-counts[title], title))

    def is_turned(self, first: int, second: int, share: float) -> bool:
        """Return whether a share of the documents with both sections have the second before the first."""
        statistics = self.statistics
        if first > second:
            both = statistics.both[second, first]
            turned = both - statistics.reversed[second, first]
        else:
            both, turned = statistics.both[first, second], statistics.reversed[first, second]
        return self.is_share(turned, share, both)

    def ordered(self, sections: list[tuple[int, SectionDraft]]) -> list[tuple[int, SectionDraft]]:
        """Return siblings, those before others that most documents have before them."""
        ordered: list[tuple[int, SectionDraft]] = []
        for number, draft in sections:
            place = len(ordered)
            while place and self.is_turned(ordered[place - 1][0], number, _TURNED):
                place -= 1
            if place < len(ordered):
                draft = draft._replace(
                    notes=(*draft.notes, "Most documents have it here, the template has it later.")
                )
            ordered.insert(place, (number, draft))
        return ordered

    # Fields and labels

    def fields(self, drafts: Sequence[ValueDraft]) -> Iterator[ValueDraft]:
        names: set[str] = set()
        for draft in drafts:
            learned = self.field(draft)
            names |= {fold(name) for name in (draft.name, learned.name, *learned.aliases)}
            yield learned
        for name, count in self.statistics.other_fields.items():
            if self.is_share(count, _EXTRA, self.total) and fold(name) not in names:
                yield ValueDraft(name, proposed=True, note=f"not in the template: {_of(count, self.total)}")

    def field(self, draft: ValueDraft) -> ValueDraft:
        """Return a field as documents have it, by the name that most of them give it."""
        count = self.statistics.fields[draft.name]
        unknown = self.statistics.other_fields
        near = [name for name in unknown if closeness(fold(name), fold(draft.name)) >= _SAME_NAME]
        near = [name for name in near if self.is_share(unknown[name], _ALIAS, self.total)]
        names = sorted([draft.name, *near], key=lambda name: -(unknown[name] or count))
        template, draft = draft, draft._replace(name=names[0], aliases=tuple(names[1:]))
        count += sum(unknown[name] for name in near)
        notes = [_of(count, self.total)]
        required = draft.required and count >= REQUIRED * self.total
        if draft.note and not required and not draft.required:
            notes.insert(0, draft.note)
        draft = draft._replace(required=required)
        misfits = self.statistics.misfits.get(template.name, Counter())
        others = [value for value, times in misfits.items() if times >= _SEVERAL and _is_word(value)]
        rest = sum(times for value, times in misfits.items() if value not in others)
        if draft.one_of and others:
            draft = draft._replace(one_of=(*draft.one_of, *sorted(others)))
            notes.append(f"documents also have {', '.join(sorted(others))}")
        if rest > _MISFITS * self.statistics.values[template.name]:
            notes.append(f"{rest} values of another form than the template's")
            draft = draft._replace(one_of=(), type="text", not_before="")
        return draft._replace(note="; ".join(notes))

    def label(self, draft: ValueDraft, number: int) -> ValueDraft:
        """Return a label as the sections that owe it have it."""
        key = (number, draft.name)
        owed = self.statistics.labels_owed[key]
        if not owed or draft.proposed or draft.together:
            return draft
        count = self.statistics.labels[key]
        boxed = self.statistics.labels_boxed[key] >= REQUIRED * count
        required = draft.required and count >= REQUIRED * owed
        note = draft.note if required == draft.required else f"{count} of {owed} such sections have it"
        return draft._replace(required=required, checklist=draft.checklist and boxed, note=note)


def _form(title: str) -> str:
    """Return the pattern that a title suggests: `{n}` and `{name}` for its number and what follows; or ""."""
    numbered = _NUMBERED.match(title)
    if numbered:
        return f"{numbered['before']}{{n}}{numbered['between']}{{name}}"
    labelled = _LABELLED.match(title)
    return f"{labelled['before']}{{name}}" if labelled else ""


def _of(count: int, total: int) -> str:
    return f"in {count} of {_counted(total)}"


def _counted(documents: int) -> str:
    return f"{documents} document{'s' * (documents != 1)}"


def _is_word(value: str) -> bool:
    """Return whether a value is one of a few words rather than a text."""
    return len(value.split()) <= 4 and value[:1].isalpha()
