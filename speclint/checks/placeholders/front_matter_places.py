"""Find values of front matter that are still to be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speclint.binding.labels import name_keys, rule_keys
from speclint.binding.model import Binding
from speclint.checks.placeholders import unfilled
from speclint.checks.placeholders.template_places import TemplatePlaces
from speclint.diagnostics import Span
from speclint.markdown.blocks import FrontMatter
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.open_places import is_kept

# `<ann@example.org>`, `<https://example.org>`
_ADDRESS = lazy_regex(r"<[^\s<>]*(?:@|://)[^\s<>]*>")

_KEY = lazy_regex(r"[ \t]*(?:[\w.-]+|\"[^\"]*\"|'[^']*')[ \t]*:")


def front_matter_places(binding: Binding, template: TemplatePlaces, block: FrontMatter) -> Iterator[Span]:
    """Yield the values of front matter that are still to be filled in, line by line."""
    source = binding.document.source
    value_of = unfilled.TOML_VALUE if block.language == "toml" else unfilled.YAML_VALUE
    # Fields that need no value, such as "leave this empty".
    optional = [rule_keys(rule) for rule in binding.rules.fields if not rule.required]
    may_be_empty = frozenset[str]().union(*optional)
    first = source.line_number(block.body_span.start)
    last = source.line_number(max(block.body_span.start, block.body_span.end - 1))
    for number in range(first, last + 1):
        line = source.line_span(number)
        text = source.slice(line)
        match = value_of.match(text)
        if match is None or line.start >= block.body_span.end:
            continue
        name = text[: match.start("value")].strip(" \t:=-")
        bare = re.sub(r"(?<![ \t])[ \t]++(?:#.*|<!--.*-->)$", "", match["value"]).strip("'\"")
        if _is_open(bare, template) or (
            _is_left(bare, text, template) and not name_keys(name) & may_be_empty
        ):
            yield Span(line.start + match.start("value"), line.start + match.end("value"))


def _is_open(value: str, template: TemplatePlaces) -> bool:
    """Return whether a value is a placeholder as a whole."""
    if brackets := unfilled.BRACKETS.fullmatch(value):
        if "," in value or is_kept(brackets[1]):
            return False
        return template.has(brackets[1]) or unfilled.looks_open(brackets[1], slot=False)
    if value.startswith("{") and value.endswith("}"):
        return template.has(value[1:-1]) or _is_description(value)
    if any(template.samples_in(f": {value}")):
        return True
    return bool(
        unfilled.BRACES.fullmatch(value)
        or unfilled.DATE.fullmatch(value)
        or unfilled.PROMISE.fullmatch(value)
        or unfilled.NUMBER.fullmatch(value)
        or unfilled.DOTS.match(value)
        or (unfilled.ANGLES.fullmatch(value) and not _ADDRESS.fullmatch(value))
        or re.fullmatch(r"_{3,}", value)
    )


def _is_description(value: str) -> bool:
    """Return whether braces hold words, and not the keys and values of a mapping."""
    inner = value[1:-1]
    first = re.split("[,;]", inner, maxsplit=1)[0]
    return _KEY.match(inner) is None and len(unfilled.WORD.findall(first)) > 1


def _is_left(value: str, line: str, template: TemplatePlaces) -> bool:
    """Return whether a value is in parentheses, and the template's own or an instruction."""
    if not (value.startswith("(") and value.endswith(")")):
        return False
    told = len(value.split()) > 2 and unfilled.INSTRUCTION.match(value[1:]) is not None
    return told or template.has_line(line)
