"""Check of what a rule set forbids: it occurs nowhere."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from speclint.binding.labels import owed_labels
from speclint.binding.model import Binding
from speclint.checks.reading.languages import canonical, language_of
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.checks.reading.lexer import without_comments_and_strings
from speclint.checks.reading.texts import Text, texts_in, texts_of
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.inline import plain
from speclint.markdown.leaf_blocks import text_of
from speclint.ruleset.text_rules import TextRule

# Who sees so many in one block sees the rest.
_MOST = 20

_MARKUP = frozenset("*_~&")


class _Line(NamedTuple):
    """The searched part of a line of code, its offset in the source, and the number of its block."""

    text: str
    start: int
    block: int


def forbidden_text(binding: Binding) -> Iterator[Finding]:
    r"""What the rule set forbids occurs nowhere in the part of the document that it names.

    A contract that is said to know all its types must not hold an `any`; a specification is not done "as
    soon as possible". A rule set, a section or a label lists under `forbidden` what must not occur: a
    `pattern` and, if wanted, a `message` and the stage it is forbidden `from`. With a `language` it is
    looked for in code blocks of that language, outside comments and strings; else `where` says in what:
    `prose` (as without it), `code`, `links`, `comments`, `html` or `fields`. Paragraphs and items of lists
    are held against it as one line each; headings are not.

    Fails, where `forbidden` has the pattern `\bany\b` for the language `typescript`:

        ```typescript
        export interface Answer { data: any }
        ```

    Passes:

        ```typescript
        // verified: no 'any'
        export interface Answer { data: string }
        ```
    """  # noqa: D401 - true of a good document
    seen: set[tuple[Span, str]] = set()
    for rule, span in _found(binding):
        message = rule.message or f'"{shorten(binding.document.source.slice(span))}" must not stand here'
        if (span, message) not in seen:
            seen.add((span, message))
            yield Finding(span, message)


def _found(binding: Binding) -> Iterator[tuple[TextRule, Span]]:
    """Yield every place of what is forbidden."""
    lines_of: dict[str, list[_Line]] = {}
    for rule, scope in _bans(binding):
        if rule.language is None:
            for text in texts_in(texts_of(binding, rule.where), scope):
                if rule.each in ("section", text.kind):
                    yield from ((rule, span) for span in _spans_in(binding, rule, text))
            continue
        if rule.language not in lines_of:
            lines_of[rule.language] = list(_lines(binding, rule.language))
        yield from ((rule, span) for span in _spans_in_code(binding, rule, lines_of[rule.language], scope))


def _bans(binding: Binding) -> Iterator[tuple[TextRule, Span]]:
    """Yield everything that is forbidden now, each with the part of the document that must not hold it."""
    for rule in binding.rules.content.forbidden:
        if binding.owed(rule.start):
            yield rule, Span(0, len(binding.document.source.text))
    for section_rule in binding.rules.walk():
        for rule in section_rule.content.forbidden:
            if binding.owed(rule.start):
                for section in binding.sections[section_rule.number]:
                    yield rule, section.span
    for label_rule, _, found in owed_labels(binding):
        for rule in label_rule.content.forbidden:
            if binding.owed(rule.start):
                for label in found:
                    yield rule, label.span


def _spans_in(binding: Binding, rule: TextRule, text: Text) -> Iterator[Span]:
    """Yield where a pattern matches in a text, all of it for a match of nothing or across emphasis."""
    matches = rule.pattern.finditer(text.text, binding.regex_budget)
    for begin, end in matches[:_MOST]:
        yield text.span(begin, end) if begin < end else text.span(0, len(text.text))
    if not matches and not _MARKUP.isdisjoint(text.text):
        shown = plain(text.text)
        if shown != text.text and rule.pattern.finditer(shown, binding.regex_budget):
            yield text.span(0, len(text.text))


def _spans_in_code(binding: Binding, rule: TextRule, lines: list[_Line], scope: Span) -> Iterator[Span]:
    """Yield where a pattern matches in lines of code, at most so often in each block."""
    found: Counter[int] = Counter()
    for i in range(bisect_right(lines, scope.start, key=_end), bisect_left(lines, scope.end, key=_start)):
        start = max(lines[i].start, scope.start)
        text = lines[i].text[start - lines[i].start : scope.end - lines[i].start]
        for begin, end in rule.pattern.finditer(text, binding.regex_budget):
            found[lines[i].block] += begin < end
            if begin < end and found[lines[i].block] <= _MOST:
                yield Span(start + begin, start + end)


def _lines(binding: Binding, language: str) -> Iterator[_Line]:
    """Yield the lines of all code in a language, with spaces for what is not searched."""
    source = binding.document.source
    wanted = canonical(language)
    for i, block in enumerate(leaf_blocks(binding).code):
        if canonical(language_of(block.info)) == wanted:
            code = text_of(source, block)
            searched = without_comments_and_strings(code, wanted).split("\n")
            for text, span in zip(searched, block.lines, strict=False):
                yield _Line(text, span.start, i)


def _start(line: _Line) -> int:
    return line.start


def _end(line: _Line) -> int:
    return line.start + len(line.text)
