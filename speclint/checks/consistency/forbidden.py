"""Check of what a rule set forbids: it occurs nowhere."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from speclint.binding.labels import owed_labels
from speclint.binding.model import Binding
from speclint.checks.reading.languages import canonical, language_of
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.checks.reading.lexer import without_comments_and_strings
from speclint.checks.reading.prose import visible_lines
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.leaf_blocks import text_of
from speclint.ruleset.model import Forbidden

if TYPE_CHECKING:
    from speclint.markdown.inline import Kind


# Who sees so many in one block sees the rest.
_MOST = 20

_NO_PROSE: tuple[Kind, ...] = ("code", "comment", "html", "autolink")


class _Line(NamedTuple):
    """The searched part of a line, its offset in the source, and the number of its block."""

    text: str
    start: int
    block: int


def forbidden_text(binding: Binding) -> Iterator[Finding]:
    r"""What the rule set forbids occurs nowhere in the part of the document that it names.

    A contract that is said to know all its types must not hold an `any`; a specification is not done "as
    soon as possible". A rule set, a section or a label lists under `forbidden` what must not occur: a
    `pattern` and, if wanted, a `message` and the stage it is forbidden `from`. With a `language` it is
    looked for in code blocks of that language, outside comments and strings; without one in prose, outside
    code and the targets of links.

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
    source = binding.document.source
    lines_of: dict[str | None, list[_Line]] = {}
    seen: set[tuple[Span, str]] = set()
    for rule, scope in _bans(binding):
        if rule.language not in lines_of:
            lines_of[rule.language] = list(_lines(binding, rule.language))
        lines = lines_of[rule.language]
        found: Counter[int] = Counter()
        for i in range(bisect_right(lines, scope.start, key=_end), bisect_left(lines, scope.end, key=_start)):
            start = max(lines[i].start, scope.start)
            text = lines[i].text[start - lines[i].start : scope.end - lines[i].start]
            for begin, end in rule.pattern.finditer(text, binding.regex_budget):
                span = Span(start + begin, start + end)
                message = rule.message or f'"{shorten(source.slice(span))}" must not stand here'
                found[lines[i].block] += 1
                if found[lines[i].block] <= _MOST and (span, message) not in seen:
                    seen.add((span, message))
                    yield Finding(span, message)


def _bans(binding: Binding) -> Iterator[tuple[Forbidden, Span]]:
    """Yield everything that is forbidden now, each with the part of the document that must not hold it."""
    for rule in binding.rules.forbidden:
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


def _lines(binding: Binding, language: str | None) -> Iterator[_Line]:
    """Yield the lines of all code in a language, or of all prose, with spaces for what is not searched."""
    source = binding.document.source
    if language is None:
        for i, prose in enumerate(leaf_blocks(binding).prose):
            lines = visible_lines(source, prose, _NO_PROSE)
            for line, span in zip(lines, prose.lines, strict=True):
                yield _Line(line, span.start, i)
        return
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
