"""Find the texts that a rule set asks for, and what lacks them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.binding.labels import owed_labels, owes_nothing
from speclint.binding.model import Binding, cached_per_binding, titles
from speclint.checks.reading.entries import innermost
from speclint.checks.reading.inapplicable import inapplicable_text
from speclint.checks.reading.texts import Text, texts_in, texts_of
from speclint.diagnostics import Span
from speclint.markdown.inline import plain
from speclint.markdown.visibility import shows_nothing
from speclint.ruleset.text_rules import TextRule

_MARKUP = frozenset("*_~&")


class OwedText(NamedTuple):
    """A text that something must hold, and the places where it is missing: that of a heading, or of items.

    `titles` lead to what owes it, and `what` is its own title, "" for the document; `section` is its number,
    0 for the document, None for a label.
    """

    rule: TextRule
    section: int | None
    titles: tuple[str, ...]
    what: str
    lacking: tuple[Span, ...]


def text_name(rule: TextRule) -> str:
    """Return how lists call a text that must be there."""
    return rule.message or rule.pattern.source


class _Scope(NamedTuple):
    """What owes texts: the span of its own, and what of N/A it allows (see `SectionRule`)."""

    rules: tuple[TextRule, ...]
    section: int | None
    at: Span
    titles: tuple[str, ...]
    what: str
    span: Span
    not_applicable: object


@cached_per_binding
def owed_texts(binding: Binding) -> tuple[OwedText, ...]:
    """Return every text that something in the document must hold at the binding's stage.

    Sections that are empty or state that they do not apply owe nothing.
    """
    return tuple(_owed(binding, scope, rule) for scope, rule in _rules(binding))


def _rules(binding: Binding) -> Iterator[tuple[_Scope, TextRule]]:
    for scope in _scopes(binding):
        for rule in scope.rules:
            if binding.owed(rule.start):
                yield scope, rule


def _scopes(binding: Binding) -> Iterator[_Scope]:
    document = binding.document
    if rules := binding.rules.content.must_contain:
        at = binding.title.heading_span if binding.title else Span(0, 0)
        yield _Scope(rules, 0, at, (), "", document.root.span, True)
    for section_rule in binding.rules.walk():
        rules = section_rule.content.must_contain
        for section in binding.sections[section_rule.number] if rules else ():
            if not owes_nothing(binding, section):
                span = Span(section.body_span.start, section.span.end)
                around = titles(binding, section)
                allowed = section_rule.not_applicable
                yield _Scope(
                    rules, section.number, section.heading_span, around, section.title, span, allowed
                )
    for label_rule, section, found in owed_labels(binding):
        rules = label_rule.content.must_contain
        for label in found if rules else ():
            around = (*titles(binding, section), label.name)
            yield _Scope(rules, None, label.name_span, around, label.name, label.span, True)


def _owed(binding: Binding, scope: _Scope, rule: TextRule) -> OwedText:
    texts = list(texts_in(texts_of(binding, rule.where), scope.span))
    lacking: tuple[Span, ...]
    if rule.each == "section":
        lacking = () if _in_section(binding, rule, texts) else (scope.at,)
    else:
        lacking = tuple(_lacking(binding, scope, rule))
    return OwedText(rule, scope.section, scope.titles, scope.what, lacking)


def _in_section(binding: Binding, rule: TextRule, texts: Sequence[Text]) -> bool:
    """Return whether one of the texts of a section holds what is wanted, or all of them together do."""
    if any(_holds(binding, rule, text) for text in texts):
        return True
    whole = "\n".join(text.text for text in texts)
    return len(texts) > 1 and bool(rule.pattern.finditer(whole, binding.regex_budget))


def _lacking(binding: Binding, scope: _Scope, rule: TextRule) -> Iterator[Span]:
    """Yield the places of the paragraphs or items that do not hold what is wanted.

    Those of a subsection that asks for texts itself do not count, nor does an item that does not apply.
    """
    prose = texts_of(binding, ("prose",))
    claims = _claims(binding)
    searched = texts_of(binding, rule.where)
    for unit in texts_in(prose, scope.span):
        if unit.kind != rule.each or claims.get(unit.start) not in (None, scope.rules):
            continue
        if shows_nothing(binding.document.source.slice(Span(unit.start, unit.end))):
            continue
        said = inapplicable_text(unit.text, scope.not_applicable) if unit.kind == "item" else None
        if said is not None and said.allowed:
            continue
        inside = (text for text in texts_in(searched, unit.extent) if _belongs(text, unit))
        if not any(_holds(binding, rule, text) for text in inside):
            yield Span(unit.start, unit.lines[0].end)


@cached_per_binding
def _claims(binding: Binding) -> dict[int, tuple[TextRule, ...] | None]:
    """Return by the places of texts what the innermost section or label around each asks for."""
    starts = [text.start for text in texts_of(binding, ("prose",))]
    found = innermost(binding, lambda content: content.must_contain or None, starts)
    return dict(zip(starts, found, strict=True))


def _belongs(text: Text, unit: Text) -> bool:
    """Return whether a text in the extent of an item or paragraph is its own, not another item."""
    return text.kind == "other" or text.start == unit.start


def _holds(binding: Binding, rule: TextRule, text: Text) -> bool:
    shown = text.text.strip()
    if rule.pattern.finditer(shown, binding.regex_budget):
        return True
    # Emphasis may stand in the middle of what is wanted.
    bare = shown if _MARKUP.isdisjoint(shown) else plain(shown)
    return bare != shown and bool(rule.pattern.finditer(bare, binding.regex_budget))
