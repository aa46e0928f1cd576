"""Count what filled documents of a template have: sections and their order, fields, labels, boxes.

Every document is bound under the rule set as it stands. Nothing is decided here; see `learn` for that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import combinations

from speclint.authoring.learn_tables import TableStatistics
from speclint.binding.labels import name_keys, owed_labels, rule_keys
from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.checks.code.code_language import code_language
from speclint.markdown.document import Document, Section, items
from speclint.markdown.inline import plain
from speclint.markdown.source import Source
from speclint.ruleset.fingerprints import fingerprint, fingerprints, normalise, without_marker
from speclint.ruleset.model import RuleSet, SectionRule
from speclint.ruleset.patterns import RegexBudget
from speclint.ruleset.titles import fold, pattern_of
from speclint.ruleset.values import fault, is_unfilled, without_remark

# The number that stands for the parent of the chapters.
TOP = -1

# Of how many siblings the order is counted.
_COMPARED = 100

# A document with a smaller share of the chapters that are required is of another template.
_BELONGS = 0.34


class DocumentStatistics:
    """The counts of documents that have something. Rules are keyed by their numbers, titles are folded."""

    def __init__(self, rules: RuleSet) -> None:
        self.rules = rules
        self.used: list[Document] = []
        # Titles of documents.
        self.titles: list[str] = []
        self.left_out: list[str] = []
        # Sections: how often there, how often the one around them, how often under a title nearly right.
        self.present: Counter[int] = Counter()
        self.around: Counter[int] = Counter()
        self.nearly: dict[int, Counter[str]] = {}
        # What stands in the place of a section that is not there, and what no rule has a place for.
        self.instead: dict[int, Counter[str]] = {}
        self.extra: dict[int, Counter[str]] = {}
        self.spellings: dict[str, Counter[str]] = {}
        # Pairs of siblings that are both there, and those of them that stand in the other order.
        self.both: Counter[tuple[int, int]] = Counter()
        self.reversed: Counter[tuple[int, int]] = Counter()
        # Sections with boxes, with a figure of coverage.
        self.boxed: Counter[int] = Counter()
        self.covered: Counter[int] = Counter()
        # Labels by section and name: how often owed, there, there with boxes.
        self.labels_owed: Counter[tuple[int, str]] = Counter()
        self.labels: Counter[tuple[int, str]] = Counter()
        self.labels_boxed: Counter[tuple[int, str]] = Counter()
        self.tables = TableStatistics()
        self.fields: Counter[str] = Counter()
        self.other_fields: Counter[str] = Counter()
        # Values by field: how many there are, and those of another form than the rule has.
        self.values: Counter[str] = Counter()
        self.misfits: dict[str, Counter[str]] = {}
        # Lines of the template that documents keep.
        self.kept: Counter[str] = Counter()
        # Documents with code that names no language.
        self.bare_code = 0


def collect(rules: RuleSet, documents: Iterable[tuple[str, Document]]) -> DocumentStatistics:
    """Return the statistics of documents, given with their names, without those of other templates."""
    statistics = DocumentStatistics(rules)
    template = _lines_of(rules.skeleton)
    for name, document in documents:
        binding = bind(document, rules)
        if not _belongs(binding):
            statistics.left_out.append(name)
            continue
        statistics.used.append(document)
        if binding.title is not None:
            statistics.titles.append(binding.title.title)
        _count_sections(statistics, binding)
        _count_labels(statistics, binding)
        statistics.tables.count(binding)
        _count_fields(statistics, binding)
        statistics.bare_code += any(code_language(binding))
        found = {normalise(line) for line in re.split(r"\r\n|\n|\r", document.source.text)}
        statistics.kept.update(text for folded, text in template.items() if folded in found)
    return statistics


def _belongs(binding: Binding) -> bool:
    """Return whether a document is of the template: it has enough of the chapters that others have too."""
    named = [rule for rule in binding.rules.sections if any(map(str.isalpha, _fixed(rule.title)))]
    chapters = [rule for rule in named if rule.required] or named
    there = sum(bool(binding.sections[rule.number]) for rule in chapters)
    if not chapters or there >= _BELONGS * len(chapters):
        return True
    title = binding.title
    fits = title is not None and binding.rules.title and pattern_of(binding.rules.title).match(title.title)
    return bool(fits) and there > 0


def _fixed(title: str) -> str:
    return re.sub(r"\{\w+\}", "", title)


def _lines_of(template: str) -> dict[str, str]:
    """Return the lines of a template that its documents should replace, by their normalised form."""
    tokens = fingerprints(template)
    lines = (without_marker(line).strip() for line in Source(template).text.splitlines())
    return {normalise(line): line for line in lines if fingerprint("text", normalise(line)) in tokens}


def _count_sections(statistics: DocumentStatistics, binding: Binding) -> None:
    """Count sections, and for each the content that it has."""
    for entry in binding.near_misses:
        statistics.nearly.setdefault(entry.rule.number, Counter())[_noted(statistics, entry.section)] += 1
    top = binding.title or binding.document.root
    chapters = [
        section
        for section in binding.document.root.children
        for section in (section.children if section is binding.title else (section,))
    ]
    _count_below(
        statistics, binding, binding.rules.sections, TOP, [(top, chapters or list(top.bold_sections))]
    )


def _count_below(
    statistics: DocumentStatistics,
    binding: Binding,
    rules: Sequence[SectionRule],
    parent: int,
    instances: Sequence[tuple[Section, Sequence[Section]]],
) -> None:
    """Count the sections of sibling rules, in all instances of the section around them."""
    statistics.around.update(rule.number for rule in rules)
    firsts = [_first_places(binding, rules, around) for around, _ in instances]
    _count_order(statistics, firsts)
    unknown = [
        (section, there)
        for (_, below), there in zip(instances, firsts, strict=True)
        for section in below
        if section.number not in binding.rules_of and section.title and not section.bold
    ]
    _count_unknown(statistics, rules, parent, unknown)
    for rule in rules:
        found = binding.sections[rule.number]
        if found:
            _count_contents(statistics, binding, rule, found)


def _first_places(binding: Binding, rules: Sequence[SectionRule], around: Section) -> dict[int, int]:
    """Where the first section of each rule begins that stands right below another section."""
    places: dict[int, int] = {}
    for rule in rules:
        for section in binding.sections[rule.number]:
            if binding.parents.get(section.number) == around.number:
                places[rule.number] = section.span.start
                break
    return places


def _count_order(statistics: DocumentStatistics, firsts: Iterable[dict[int, int]]) -> None:
    both: set[tuple[int, int]] = set()
    turned: set[tuple[int, int]] = set()
    for places in firsts:
        for first, second in combinations(sorted(places)[:_COMPARED], 2):
            both.add((first, second))
            if places[second] < places[first]:
                turned.add((first, second))
    statistics.both.update(both)
    statistics.reversed.update(turned)


def _count_unknown(
    statistics: DocumentStatistics,
    rules: Sequence[SectionRule],
    parent: int,
    sections: Iterable[tuple[Section, dict[int, int]]],
) -> None:
    """Count sections without a rule, given with the first places of the rules that have sections there."""
    # Each once, and in the order of the document: what is said of them must not depend on how texts are
    # hashed.
    extra: dict[str, None] = {}
    instead: dict[tuple[int, str], None] = {}
    for section, firsts in sections:
        title = _noted(statistics, section)
        rule = _stands_for(section, rules, firsts)
        if rule is None:
            extra[title] = None
        else:
            instead[rule.number, title] = None
    statistics.extra.setdefault(parent, Counter()).update(extra.keys())
    for number, title in instead:
        statistics.instead.setdefault(number, Counter())[title] += 1


def _count_contents(
    statistics: DocumentStatistics, binding: Binding, rule: SectionRule, found: Sequence[Section]
) -> None:
    """Count what stands in the sections of a rule, those below included."""
    statistics.present[rule.number] += 1
    statistics.boxed[rule.number] += any(item.checkbox for s in found for item in items(s.body))
    texts = (binding.document.source.slice(s.body_span) for s in found)
    statistics.covered[rule.number] += any("coverage" in t.lower() and re.search(r"\d\s?%", t) for t in texts)
    if rule.sections:
        _count_below(statistics, binding, rule.sections, rule.number, [(s, s.children) for s in found])


def _noted(statistics: DocumentStatistics, section: Section) -> str:
    """Return the folded title of a section, and count its spelling."""
    folded = fold(section.title)
    statistics.spellings.setdefault(folded, Counter())[section.title] += 1
    return folded


def _stands_for(section: Section, rules: Sequence[SectionRule], firsts: dict[int, int]) -> SectionRule | None:
    """Return the rule without a section in whose place a section stands, None if there is none.

    Its place in the order fits, and its title is about the same thing.
    """
    start = section.span.start
    before = max((number for number, place in firsts.items() if place < start), default=TOP)
    after = min((n for n, place in firsts.items() if place > start and n > before), default=None)
    nouns = _head_nouns(section.title)
    for rule in rules:
        fits = before < rule.number and (after is None or rule.number < after)
        if fits and rule.number not in firsts and rule.repeat is None and nouns & _head_nouns(rule.title):
            return rule
    return None


def _head_nouns(title: str) -> set[str]:
    """Return the nouns that a title is about, in the singular: `Rationale and alternatives` is about either.

    `References` is not about `Reference Implementation`, but `Implementation` is.
    """
    parts = re.split(r"(?i)[/,;&:]|\b(?:and|or)\b", title)
    words = [re.findall(r"[^\W\d_]{3,}", fold(part)) for part in parts]
    return {found[-1].removesuffix("s") for found in words if found}


def _count_labels(statistics: DocumentStatistics, binding: Binding) -> None:
    for rule, section, found in owed_labels(binding):
        bound = binding.rules_of.get(section.number)
        key = (bound.number if bound else TOP, rule.name)
        statistics.labels_owed[key] += 1
        statistics.labels[key] += bool(found)
        fields = [label.field for label in found if label.field]
        statistics.labels_boxed[key] += any(item.checkbox for field in fields for item in items(field.blocks))


def _count_fields(statistics: DocumentStatistics, binding: Binding) -> None:
    document = binding.document
    by_key = {key: field for field in reversed(document.fields) for key in name_keys(field.name)}
    known: set[str] = set()
    for rule in binding.rules.fields:
        keys = rule_keys(rule)
        known |= keys
        field = next((by_key[key] for key in sorted(keys) if key in by_key), None)
        if field is None or not (field.blocks or field.value.strip("[]{}\"' \t")):
            continue
        statistics.fields[rule.name] += 1
        if is_unfilled(field.value) or not (rule.one_of or rule.type != "text"):
            continue
        statistics.values[rule.name] += 1
        if fault(rule, field.value, RegexBudget()):
            statistics.misfits.setdefault(rule.name, Counter())[without_remark(plain(field.value))] += 1
    others = dict.fromkeys(
        field.name
        for field in document.fields
        if field.place == "front-matter" and not known & name_keys(field.name)
    )
    statistics.other_fields.update(others.keys())
