"""Start a document: a skeleton with what is known of the document filled in.

Only places to fill in are changed: what a check reports as still to be written, or a field that has no value.
All else stays, character by character. What is filled in is text: it reads the same in the finished document,
whatever it would mean to Markdown or YAML.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from speclint.binding.labels import name_keys, rule_keys
from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.binding.stage import stage_keys
from speclint.checks.placeholders.instruction_comment import instruction_comment
from speclint.checks.placeholders.placeholder import placeholder
from speclint.diagnostics import Edit, Span
from speclint.fixes.fix import Unfixable, UnsoundFix, fix_binding
from speclint.linting.settings import Settings
from speclint.markdown.document import Document, Field, parse_document
from speclint.markdown.inline import scan
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.model import RuleSet, ValueRule
from speclint.ruleset.skeleton import skeleton
from speclint.ruleset.stage_names import folded_stage_names
from speclint.ruleset.titles import fold, pattern_of
from speclint.ruleset.values import fault


class Refused(ValueError):
    """Something that cannot be filled in as asked; the message states what and why."""


class Facts(NamedTuple):
    """What is known of a document before it is written; None for what is not.

    `date` is that of writing, `YYYY-MM-DD`. `values` are fields by name. `wanted` lists which of title,
    author and date were asked for: there must be a place for these, and the value must be a valid one.
    """

    title: str | None = None
    author: str | None = None
    date: str | None = None
    values: Mapping[str, str] = {}
    wanted: frozenset[str] = frozenset()


_AUTHOR = frozenset(("author", "written by", "created by", "prepared by"))

# What dates of writing are called, as a word among others or alone.
_WRITING = frozenset(
    ("created", "creation", "written", "drafted", "updated", "update", "modified", "changed", "revised")
)

_DATE = frozenset(("date", "today"))

# The checks that say what a skeleton lacks.
_LACKING = ("missing-section", "missing-field", "missing-label", "empty-section")


def start(rules: RuleSet) -> str:
    """Return what documents of a rule set start from: its skeleton, with all that is owed at any stage.

    A rule set that extends another has the other's skeleton, which lacks what was added. Raise `Refused` if
    that cannot be put in, and `RegexTimeout`.
    """
    last = rules.stages.order[-1] if rules.stages else None
    binding = bind(parse_document(skeleton(rules)), rules, last)
    try:
        return fix_binding(binding, settings=Settings(select=_LACKING)).source.text
    except (Unfixable, UnsoundFix) as error:
        raise Refused(f"the skeleton of `{rules.id}` lacks what cannot be put in: {error}") from None


def fill(text: str, rules: RuleSet, facts: Facts) -> str:
    """Return a skeleton with the facts in their places. Raise `Refused` or `RegexTimeout`."""
    return _Draft(text, rules).filled(facts)


def iso_date(text: str) -> str:
    """Return a date unchanged. Raise `Refused` unless it is `YYYY-MM-DD` and in the calendar."""
    from datetime import date

    try:
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        raise Refused(f'"{text}" is no date; write one that exists as YYYY-MM-DD') from None
    return text


def one_line(what: str, value: str) -> str:
    """Return a value without spaces around it. Raise `Refused` if it is empty or not one line of text."""
    value = value.strip()
    if not value:
        raise Refused(f"{what} is empty")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in value):
        raise Refused(f"{what} must be one line of text, without control characters")
    return value


class _Draft:
    """The skeleton of one rule set, and the places in it to fill in."""

    def __init__(self, skeleton: str, rules: RuleSet) -> None:
        self.rules = rules
        self.document: Document = parse_document(skeleton)
        self.text = skeleton
        self.binding: Binding = bind(self.document, rules)
        found = [*placeholder(self.binding), *instruction_comment(self.binding)]
        self.open = sorted({finding.span for finding in found})

    def filled(self, facts: Facts) -> str:
        edits: dict[Span, Edit] = {}
        for edit in (*self.of_title(facts), *self.of_author(facts), *self.of_date(facts)):
            edits[edit.span] = edit
        for name, value in facts.values.items():
            for edit in self.of_field(name, one_line(name, value)):
                edits = {span: other for span, other in edits.items() if not _meet(span, edit.span)}
                edits[edit.span] = edit
        text = self.text
        for span, new in sorted(edits.values(), reverse=True):
            text = text[: span.start] + new + text[span.end :]
        if _form(parse_document(text)) != _form(self.document):
            raise Refused("a value would change the form of the document; write it in by hand")
        return text

    # What is known

    def of_title(self, facts: Facts) -> list[Edit]:
        if facts.title is None:
            return []
        title = one_line("the title", facts.title)
        edits = []
        place = self.title_place()
        if place is not None:
            edits.append(self.in_line(place, title, heading=True))
        for field in self.document.fields:
            # Where a page is made of the document, its front matter has the title as well.
            if field.place == "front-matter" and fold(field.name) == "title":
                edits += [self.in_front_matter(hole, title) for hole in self.inside(field.value_span)]
        if not edits and "title" in facts.wanted:
            raise Refused(f"the title of `{self.rules.id}` has no place to fill in")
        return edits

    def title_place(self) -> Span | None:
        """Return the span of the subject's name in the document's title, None if it has none."""
        section = self.binding.title
        if section is None or section.heading is None:
            return None
        span = section.heading_span
        raw = self.document.source.slice(span)
        holes = [hole for hole in self.inside(span) if not _NUMBER.fullmatch(self.text, *hole)]
        pattern = pattern_of(self.rules.title or "{name}")
        # Where the number is open as well, any will do to find the name.
        found = pattern.match(section.title) or pattern.match(_NUMBER.sub("1", section.title)) or {}
        name = found.get("name", "") if self.rules.title else ""
        start = raw.rfind(name) if name else -1
        if start < 0 and not holes and not self.rules.title:
            # Documents may have any title: the template's only stands for it (`# Feature name`).
            return span
        if start < 0:
            return holes[-1] if holes else None
        place = Span(span.start + start, span.start + start + len(name))
        # The brackets belong to the hole even where the pattern has them outside the name.
        return next((hole for hole in holes if hole.encloses(place)), place)

    def of_author(self, facts: Facts) -> list[Edit]:
        if facts.author is None:
            return []
        return self.of_known("author", facts.author, self.fields_of(_is_author), "author" in facts.wanted)

    def of_date(self, facts: Facts) -> list[Edit]:
        if facts.date is None:
            return []
        return self.of_known("date", facts.date, self.fields_of(self.is_writing), "date" in facts.wanted)

    def of_known(self, what: str, value: str, fields: Iterable[_Place], wanted: bool) -> list[Edit]:
        """Return the edits that write a value into the open places of fields; other fields are unchanged.

        A `wanted` value goes into the first field in any case. Raise `Refused` if it has no place or is
        invalid.
        """
        edits = []
        chosen = list(fields)
        places = [(field, rule, self.open_place(field)) for field, rule in chosen]
        if wanted and chosen and all(place is None for _, _, place in places):
            places = [(*chosen[0], self.whole_value(chosen[0][0]))]
        for field, rule, place in places:
            if place is None:
                continue
            try:
                value = one_line(f"the {what}", value)
                self.check(field.name, value, rule)
                edits.append(self.edit(field, rule, place, value))
            except Refused:
                if wanted:
                    raise
        if not edits and wanted:
            raise Refused(f"`{self.rules.id}` has no place for the {what}")
        return edits

    def of_field(self, name: str, value: str) -> Iterator[Edit]:
        """Yield the edits for a field by its name. Raise `Refused` if it cannot be filled in."""
        keys = name_keys(name)
        rule = next((rule for rule in self.rules.fields if keys & rule_keys(rule)), None)
        keys = rule_keys(rule) if rule else keys
        # A heading is a field only where the rule set has it as one: `### R1: [Title]` is a section.
        fields = [
            field
            for field in self.document.fields
            if keys & name_keys(field.name) and (rule is not None or field.place != "heading")
        ]
        if not fields:
            raise Refused(self.without_place(name, rule))
        self.check(name, value, rule)
        open_ones = [(field, place) for field in fields if (place := self.open_place(field)) is not None]
        if not open_ones:
            open_ones = [(fields[0], self.whole_value(fields[0]))]
        for field, place in open_ones:
            yield self.edit(field, rule, place, value)

    def without_place(self, name: str, rule: ValueRule | None) -> str:
        """Return why there is no such field to fill in."""
        if rule is not None:
            return f"the skeleton of `{self.rules.id}` has no place for the field `{rule.name}`"
        from speclint.diagnostics import did_you_mean, quoted

        known = list(
            dict.fromkeys(field.name for field in self.document.fields if field.place != "heading")
            | dict.fromkeys(known.name for known in self.rules.fields)
        )
        listed = f"; there are {quoted(known)}" if known else "; it has no fields"
        return f"`{self.rules.id}` has no field `{name}`{did_you_mean(name, known) or listed}"

    def check(self, name: str, value: str, rule: ValueRule | None) -> None:
        """Raise `Refused` for a value that the rule set does not allow."""
        if rule is None:
            return
        says_stage = not stage_keys(self.rules).isdisjoint(rule_keys(rule))
        known = folded_stage_names(self.rules.stages) if says_stage else ()
        problem = fault(rule, value, self.binding.regex_budget, known)
        if problem:
            raise Refused(f'{name} cannot be "{value}": {problem}')

    # Where it goes

    def fields_of(self, chosen: Callable[[Field, ValueRule | None], bool]) -> Iterator[_Place]:
        """Yield the fields of the document that are chosen, each with its rule."""
        numbers: dict[str, int] = {}
        for number, known in enumerate(self.rules.fields):
            for key in rule_keys(known):
                numbers.setdefault(key, number)
        for field in self.document.fields:
            number = min((numbers[key] for key in name_keys(field.name) if key in numbers), default=-1)
            rule = self.rules.fields[number] if number >= 0 else None
            if chosen(field, rule):
                yield field, rule

    def is_writing(self, field: Field, rule: ValueRule | None) -> bool:
        """Return whether a field is owed from the beginning and is the date of writing."""
        first = self.rules.stages.order[0] if self.rules.stages else None
        if rule is None or rule.type != "date" or not rule.required or rule.from_stage not in (None, first):
            return False
        return any(
            fold(name) in _DATE or not _WRITING.isdisjoint(fold(name).split())
            for name in (field.name, rule.name)
        )

    def inside(self, span: Span) -> list[Span]:
        """Return the places to fill in in a span."""
        return [hole for hole in self.open if span.encloses(hole)]

    def open_place(self, field: Field) -> Span | None:
        """Return the one place to fill in of a field, None if there is none, or several."""
        if field.value:
            holes = self.inside(field.value_span)
        elif field.blocks:
            holes = self.inside(Span(field.blocks[0].span.start, field.blocks[-1].span.end))
        else:
            return Span(field.value_span.start, field.value_span.start)
        return holes[0] if len(holes) == 1 else None

    def whole_value(self, field: Field) -> Span:
        """Return the span of a field's value, without the marks around it.

        Raise `Refused` if it has none, or several lines.
        """
        start = self.text.find(field.value, *field.value_span)
        if not field.value or start < 0:
            raise Refused(f"{field.name} takes more than one line; fill it in by hand")
        return Span(start, start + len(field.value))

    # How it is written

    def edit(self, field: Field, rule: ValueRule | None, place: Span, value: str) -> Edit:
        """Return the edit that writes the value of a field into one of its places."""
        if field.place == "front-matter":
            edit = self.in_front_matter(place, value, rule)
        else:
            edit = self.in_line(place, value, field.place == "heading", field.place == "table")
        if place.start < place.end:
            return edit
        before, after = self.text[place.start - 1], self.text[place.end : place.end + 1]
        blank = "" if before.isspace() else " "
        return edit._replace(text=f"{blank}{edit.text}{' ' if after in ('|', '#') else ''}")

    def in_line(self, place: Span, value: str, heading: bool = False, table: bool = False) -> Edit:
        """Return the edit that writes a value into a line of Markdown, so that it is read literally."""
        source = self.document.source
        line = source.line_span(source.line_number(place.start))
        codes = (piece for piece in scan(source, (line,)) if piece.kind == "code")
        code = next((piece for piece in codes if piece.content.encloses(place)), None)
        if code is None:
            text = escaped(value)
            if heading:
                text = _CLOSING.sub(r"\1\\\2", text)
            if not self.text[line.start : place.start].strip(" \t>*+-"):
                text = _OPENING.sub(r"\1\\\2", text)
                # At the head of a line a word with a colon behind it is a label.
                text = _COLON.sub(r"\\\g<0>", text)
        elif "`" not in value:
            text = value
        elif source.slice(code.content).strip() == source.slice(place):
            fence = "`" * (1 + max(len(run) for run in re.findall("`+", value)))
            place, text = code.span, f"{fence} {value} {fence}"
        else:
            raise Refused(f"{value} stands among code and cannot hold a backtick")
        return Edit(place, text.replace("|", r"\|") if table else text)

    def in_front_matter(self, place: Span, value: str, rule: ValueRule | None = None) -> Edit:
        """Return the edit that writes a value into a line of YAML, in its own quotes or those it needs."""
        scalar = _SCALAR.match(self.text, *place)
        assert scalar is not None
        kept = rule is not None and rule.type in ("date", "number") and re.fullmatch(r"\d[\d.-]*", value)
        mark = scalar[0][:1]
        if mark not in ("'", '"'):
            if kept or (_PLAIN.fullmatch(value) and value.lower() not in _YAML_WORDS):
                return Edit(Span(*scalar.span()), value)
            mark = '"'
        if mark == '"' and re.search(r'["\\]', value) and "'" not in value:
            mark = "'"
        elif "'" in value and not re.search(r'["\\]', value):
            mark = '"'
        doubled = value.replace("'", "''")
        return Edit(
            Span(*scalar.span()), f"'{doubled}'" if mark == "'" else json.dumps(value, ensure_ascii=False)
        )


_Place = tuple[Field, ValueRule | None]


# What stands for a number that is not known yet: `NNNN`, `[XX]`, `KEP-###`.
_NUMBER = lazy_regex(r"(?:\b[A-Z][A-Z0-9]{0,9}-)?(?:#{2,}|\[#+\]|\[?\b[NX]+\b\]?)")

_SPECIAL = lazy_regex(r"[\\`*\[\]<~]|&(?=#?\w{1,31};)|^:")

_EDGE = lazy_regex(r"(?<![^\W_])_+|_+(?![^\W_])")

# What a heading would end with, and what a line must not begin with.
_CLOSING = lazy_regex(r"(^|[ \t])(#+$)")

_COLON = lazy_regex(r":(?=\s|$)")

_OPENING = lazy_regex(r"^(\d{0,9})([#>+=|:.)-])")

_SCALAR = lazy_regex(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\n]|'')*'|[^#\n](?:[^ \t\n]|[ \t]++(?!#))*+|")

_PLAIN = lazy_regex(r"[^\W\d_](?:[\w .,/()+'&@-]*[\w.)])?")

_YAML_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))


def escaped(value: str) -> str:
    """Return the Markdown that renders as a text."""
    text = _SPECIAL.sub(r"\\\g<0>", value)
    return _EDGE.sub(lambda run: r"\_" * len(run[0]), text)


def _is_author(field: Field, rule: ValueRule | None) -> bool:
    return not _AUTHOR.isdisjoint(name_keys(field.name) | (rule_keys(rule) if rule else frozenset()))


def _meet(one: Span, other: Span) -> bool:
    """Return whether two edits would change the same text."""
    return one == other or one.overlaps(other)


def _form(document: Document) -> tuple[list[tuple[int, str]], list[str]]:
    """Return what filling in must not change: headings, except the title's words, and the names of fields."""
    title = next((section for section in document.root.children if section.level == 1), document.root)
    outline = [
        (section.level, section.title.partition(":")[0] if section is not title else "")
        for section in document.sections
        if not section.bold
    ]
    # In a table a value may be the name of what stands beside it.
    return outline, [field.name for field in document.fields if field.place != "table"]
