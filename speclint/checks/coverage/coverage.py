"""Checks of test coverage as far as it is stated: high enough for its stage, there, and true."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from speclint.binding.labels import owed_labels, owes_nothing
from speclint.binding.model import Binding, cached_per_binding
from speclint.checks.coverage.figures import Figure, figures, has_figure, says_coverage
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.blocks import Block, List, ListItem, Paragraph, Table
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.model import Coverage
from speclint.ruleset.titles import fold

_TESTS = lazy_regex(r"\btest(?:s|ed|ing)?\b", re.IGNORECASE)

# Suites that cover what they cover: thresholds are not for them unless a rule says so.
_OTHER_SUITES = lazy_regex(
    r"\b(?:integration|e2e|end-to-end|acceptance|contract|performance)\b", re.IGNORECASE
)


class Statement(NamedTuple):
    """A line, paragraph or table cell: its text, where its lines stand, and the box before it, if any.

    `starts` are the offsets in the text at which its lines begin; `context` is the head of the row and
    column that a cell stands under.
    """

    text: str
    lines: tuple[Span, ...]
    starts: tuple[int, ...] = (0,)
    ticked: bool | None = None
    context: str = ""

    @property
    def start(self) -> int:
        """Where it begins in the source."""
        return self.lines[0].start

    def place(self, span: Span) -> Span:
        """Where a span of the text stands in the source."""
        return Span(self._offset(span.start), self._offset(span.end - 1) + 1)

    def _offset(self, position: int) -> int:
        i = bisect_right(self.starts, position) - 1
        return self.lines[i].start + position - self.starts[i]


_START = attrgetter("start")


class Bound(NamedTuple):
    """A part of the document that a coverage rule holds for; `context` is the name of its label."""

    span: Span
    rule: Coverage
    context: str


class Reading(NamedTuple):
    """A statement's coverage figures and the rule it is under, if any."""

    statement: Statement
    figures: tuple[Figure, ...]
    bound: Bound | None


def coverage_below_threshold(binding: Binding) -> Iterator[Finding]:
    """Test coverage is stated, aimed at and measured no lower than the stage it belongs to asks for.

    A criterion with a lower figure lets a feature pass that the rules would stop. A target is compared
    with the figure of its own section or label; what was measured with that of its stage, once the item
    is ticked or the document has reached that stage. Only text that plainly speaks of test coverage
    counts: branches, mutations, users or markets are something else.

    Fails, where staging asks for 70%:

        - [x] Integration tests pass (≥50% coverage)

    Passes:

        - [x] Integration tests pass (≥70% coverage), 74% measured
    """
    for reading in readings(binding):
        yield from (finding for _, finding in too_low(binding, reading))


def missing_coverage(binding: Binding) -> Iterator[Finding]:
    """Every section and label that owes a statement of test coverage makes one.

    Without a figure nobody can tell whether the tests are enough. Any spelling will do: `≥70%`,
    `at least 70 percent`, `74 % measured`.

    Fails, where the template asks for coverage:

        ### Development Stage
        - [ ] All unit tests pass

    Passes:

        ### Development Stage
        - [ ] All unit tests pass (≥60% coverage)
    """
    document = binding.document
    for section in document.sections:
        rule = binding.rules_of.get(section.number)
        if rule is None or rule.coverage is None or not rule.coverage.required:
            continue
        if owes_nothing(binding, section):
            continue
        statements = _statements(binding)
        first, last = (bisect_left(statements, place, key=_START) for place in section.span)
        if not any(_gives_figure(statement, section.title) for statement in statements[first:last]):
            example = _example(binding, rule.coverage)
            message = f'"{shorten(section.title)}" states no test coverage; say for example {example}'
            yield Finding(section.heading_span, message)
    for owed, _, found in owed_labels(binding):
        if owed.coverage is None or not owed.coverage.required:
            continue
        # A label with nothing behind it is unfilled rather than without a figure.
        texts = [(label, document.source.text[label.name_span.end : label.span.end]) for label in found]
        filled = [(label, text) for label, text in texts if re.search(r"\w|[^\s:*_]{3}", text)]
        if filled and not any(re.search(r"\d", text) or has_figure(text) for _, text in filled):
            message = f'"{owed.name}" gives no figure; say for example {_example(binding, owed.coverage)}'
            yield Finding(filled[0][0].name_span, message)


def coverage_mismatch(binding: Binding) -> Iterator[Finding]:
    """What is claimed of test coverage agrees with what was measured.

    A tick behind `≥90%` next to `84% measured` is a promise not kept. With `--coverage FILE`, the reports of
    coverage tools are asked as well: a figure that was measured is the one of the report, a ticked criterion
    is met by it, and the report has what the document's stage asks for. Where the same item, or the label
    `Location` of the section, names a path, package or module (`src/auth`), that part of the code is meant,
    else all of it. When it is not plain what a figure is about, nothing is compared: another suite, a time
    gone by, a part that the report does not have. Targets claim nothing. Differences of up to a point are
    taken for rounding, and any way of counting that the report knows will do (lines, statements, lines and
    branches); a measured figure below the threshold of its stage is `coverage-below-threshold`'s.

    Fails:

        - [x] Unit tests (≥90% coverage, 84% measured)

    Passes:

        - [x] Unit tests (≥90% coverage, 91% measured)
    """
    told = False
    for reading in readings(binding):
        low = {figure.span for figure, _ in too_low(binding, reading) if figure.kind == "measured"}
        told |= bool(low)
        if not reading.statement.ticked:
            continue
        claimed = [figure.value for figure in reading.figures if figure.kind == "target"]
        for figure in reading.figures:
            if figure.kind == "measured" and claimed and figure.value < min(claimed) - 1:
                if figure.span in low:
                    continue
                message = (
                    f"ticked, but the {figure.value:g}% measured are below the {min(claimed):g}% claimed"
                )
                yield Finding(reading.statement.place(figure.span), message)
    if binding.coverage is not None:
        from speclint.checks.coverage.measured_coverage import refuted

        yield from refuted(binding, binding.coverage, told)


def _gives_figure(statement: Statement, title: str) -> bool:
    """Whether a statement in a section that owes a coverage figure has one."""
    about = f"{title} {statement.context} {statement.text}"
    return has_figure(statement.text) and (says_coverage(about) or _TESTS.search(statement.text) is not None)


def too_low(binding: Binding, reading: Reading) -> Iterator[tuple[Figure, Finding]]:
    """The figures of a statement that are too low, with what to say about them."""
    statement, bound = reading.statement, reading.bound
    thresholds = binding.rules.thresholds
    stage = _stage_named(binding, statement) if bound is None else bound.rule.stage or ""
    aims = [figure for figure in reading.figures if figure.kind != "measured"]
    highest = max((figure.value for figure in aims), default=0.0)
    for figure in reading.figures:
        limit: float | None
        if figure.kind == "measured":
            own = stage if stage and stage in thresholds else binding.stage
            limit = thresholds.get(own) if thresholds else None
            if limit is None and bound is not None and bound.rule.minimum is not None:
                limit, own = bound.rule.minimum, ""
            if statement.ticked is False or not (statement.ticked or _reached(binding, own)):
                limit = None
        else:
            limit, own = _aim(binding, bound, stage)
            # Of several aims (`70% overall, 50% in legacy modules`) the highest is the one for all.
            if figure.value < highest:
                limit = None
        if limit is not None and figure.value < limit:
            what = "measured coverage" if figure.kind == "measured" else "coverage"
            whose = f'that stage "{own}" requires' if own else "required here"
            message = f"{what} of {figure.value:g}% is below the {limit:g}% {whose}"
            yield figure, Finding(statement.place(figure.span), message)


def _aim(binding: Binding, bound: Bound | None, stage: str) -> tuple[float | None, str]:
    """The lowest figure that may be aimed at, and the stage that says so ("" for the rule itself)."""
    thresholds = binding.rules.thresholds
    if bound is not None and bound.rule.minimum is not None:
        return bound.rule.minimum, ""
    if stage and stage in thresholds:
        return thresholds[stage], stage
    if bound is not None:
        return thresholds.get(binding.stage, thresholds.get("")), binding.stage
    # Text that no rule speaks of may look back or ahead to any stage.
    lowest = min(thresholds, key=lambda name: thresholds[name], default=None)
    return (None, "") if lowest is None else (thresholds[lowest], lowest)


def _reached(binding: Binding, stage: str) -> bool:
    stages = binding.rules.stages
    return stage not in (stages.order if stages else ()) or binding.owed(stage)


def _stage_named(binding: Binding, statement: Statement) -> str:
    """The one stage with a threshold that a statement or a section around it names, or ""."""
    section = binding.document.section_at(statement.start)
    for text in (statement.text, section.title):
        words = fold(text).split()
        named = [stage for stage in binding.rules.thresholds if stage and stage in words]
        if len(named) == 1:
            return named[0]
    return ""


@cached_per_binding
def readings(binding: Binding) -> tuple[Reading, ...]:
    """Every statement with coverage figures."""
    document = binding.document
    bounds = _bounds(binding)
    found: list[Reading] = []
    if not bounds and not binding.rules.thresholds and binding.coverage is None:
        return ()
    bounds.reverse()
    around: list[Bound] = []
    for statement in _statements(binding):
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
    """The parts of the document under coverage rules, outer ones before what they hold."""
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
def _statements(binding: Binding) -> list[Statement]:
    """Every line, paragraph and table cell outside quotes and code, in order."""
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
            state = None if block.checkbox is None else block.checkbox == "x"
            # Only the item's own text is behind its box; what is nested says its own.
            inner = [(child, state if i == 0 else None) for i, child in enumerate(block.blocks)]
            stack += reversed(inner)
        elif isinstance(block, Paragraph):
            found += _of_lines(text, block.lines, labels, ticked)
        elif isinstance(block, Table):
            found += _of_table(text, block)
    return found


def _of_lines(text: str, lines: Sequence[Span], labels: set[int], ticked: bool | None) -> Iterator[Statement]:
    """The statements of a paragraph: a line that begins with a label begins a new one."""
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


def _example(binding: Binding, rule: Coverage) -> str:
    """A statement that would do, with the figure that is owed."""
    limit, _ = _aim(binding, Bound(Span(0, 0), rule, ""), rule.stage or "")
    return f'"≥{limit or 80:g}% coverage"'
