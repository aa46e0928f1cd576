"""Find what a document states about test coverage, and which coverage rule each statement is under."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from speclint.binding.labels import owed_labels
from speclint.binding.model import Binding, cached_per_binding
from speclint.checks.coverage.figures import Figure, figures, says_coverage
from speclint.checks.reading.task_states import is_ticked
from speclint.diagnostics import Span
from speclint.markdown.blocks import Block, List, ListItem, Paragraph, Table
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.model import Coverage

# Suites that cover what they cover: thresholds are not for them unless a rule says so.
_OTHER_SUITES = lazy_regex(
    r"\b(?:integration|e2e|end-to-end|acceptance|contract|performance)\b", re.IGNORECASE
)


class Statement(NamedTuple):
    """A line, paragraph or table cell: its text, the spans of its lines, and the box before it, if any.

    `starts` are the offsets in the text at which its lines begin; `context` is the head of the row and column
    of a cell.
    """

    text: str
    lines: tuple[Span, ...]
    starts: tuple[int, ...] = (0,)
    ticked: bool | None = None
    context: str = ""

    @property
    def start(self) -> int:
        """The offset in the source where it begins."""
        return self.lines[0].start

    def place(self, span: Span) -> Span:
        """Return the span in the source of a span of the text."""
        return Span(self._offset(span.start), self._offset(span.end - 1) + 1)

    def _offset(self, position: int) -> int:
        i = bisect_right(self.starts, position) - 1
        return self.lines[i].start + position - self.starts[i]


START = attrgetter("start")


class Bound(NamedTuple):
    """A part of the document that a coverage rule applies to; `context` is the name of its label."""

    span: Span
    rule: Coverage
    context: str


class Reading(NamedTuple):
    """A statement's coverage figures and the rule it is under, if any."""

    statement: Statement
    figures: tuple[Figure, ...]
    bound: Bound | None


@cached_per_binding
def readings(binding: Binding) -> tuple[Reading, ...]:
    """Return every statement with coverage figures."""
    document = binding.document
    bounds = _bounds(binding)
    found: list[Reading] = []
    if not bounds and not binding.rules.thresholds and binding.coverage is None:
        return ()
    bounds.reverse()
    around: list[Bound] = []
    for statement in statements_of(binding):
        while bounds and bounds[-1].span.start <= statement.start:
            around.append(bounds.pop())
        while around and around[-1].span.end <= statement.start:
            around.pop()
        bound = around[-1] if around else None
        if bound is None:
            if not says_coverage(f"{statement.context} {statement.text}"):
                continue
            if _OTHER_SUITES.search(document.section_at(statement.start).title):
                continue
        context = f"{bound.context if bound else ''} {statement.context}"
        stated = figures(statement.text, context, strict=bound is None)
        if stated:
            found.append(Reading(statement, tuple(stated), bound))
    return tuple(found)


def _bounds(binding: Binding) -> list[Bound]:
    """Return the parts of the document under coverage rules, outer ones before those in them."""
    found = [
        Bound(section.span, rule.coverage, "")
        for section in binding.document.sections
        if (rule := binding.rules_of.get(section.number)) and rule.coverage
    ]
    for owed, _, labels in owed_labels(binding):
        if owed.coverage:
            found += [Bound(label.span, owed.coverage, label.name) for label in labels]
    return sorted(found, key=lambda bound: (bound.span.start, -bound.span.end))


@cached_per_binding
def statements_of(binding: Binding) -> list[Statement]:
    """Return every line, paragraph and table cell outside quotes and code, in order."""
    document = binding.document
    text = document.source.text
    labels = {field.span.start for section in document.sections for field in section.labels}
    found: list[Statement] = []
    stack: list[tuple[Block | ListItem, bool | None]] = [(block, None) for block in reversed(document.blocks)]
    while stack:
        block, ticked = stack.pop()
        if isinstance(block, List):
            stack += [(item, None) for item in reversed(block.items)]
        elif isinstance(block, ListItem):
            state = is_ticked(text, block)
            # Only the item's own text is behind its box; what is nested says its own.
            inner = [(child, state if i == 0 else None) for i, child in enumerate(block.blocks)]
            stack += reversed(inner)
        elif isinstance(block, Paragraph):
            found += _of_lines(text, block.lines, labels, ticked)
        elif isinstance(block, Table):
            found += _of_table(text, block)
    return found


def _of_lines(text: str, lines: Sequence[Span], labels: set[int], ticked: bool | None) -> Iterator[Statement]:
    """Yield the statements of a paragraph: a line that begins with a label begins a new one."""
    group: list[Span] = []
    for line in [*lines, None]:
        if group and (line is None or line.start in labels):
            starts = accumulate((e - s + 1 for s, e in group[:-1]), initial=0)
            yield Statement("\n".join(text[s:e] for s, e in group), tuple(group), tuple(starts), ticked)
            group = []
        if line is not None:
            group.append(line)


def _of_table(text: str, table: Table) -> Iterator[Statement]:
    header, *rows = table.rows
    for cell in header:
        yield Statement(text[cell.start : cell.end], (cell,))
    for row in rows:
        for i, cell in enumerate(row):
            heads = [header[i]] if i < len(header) else []
            heads += [row[0]] if i else []
            context = " ".join(text[s:e] for s, e in heads)
            yield Statement(text[cell.start : cell.end], (cell,), context=context)
