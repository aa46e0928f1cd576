"""Checks of test coverage as far as it is stated: high enough for its stage, there, and true."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from speclint.binding.labels import owed_labels, owes_nothing
from speclint.binding.model import Binding
from speclint.checks.coverage.figures import Figure, has_figure, says_coverage
from speclint.checks.coverage.statements import START, Bound, Reading, Statement, readings, statements_of
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.model import Coverage
from speclint.ruleset.titles import fold

_TESTS = lazy_regex(r"\btest(?:s|ed|ing)?\b", re.IGNORECASE)


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
        statements = statements_of(binding)
        first, last = (bisect_left(statements, place, key=START) for place in section.span)
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
    """  # noqa: D401 - true of a good document
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
    """Return whether a statement in a section that owes a coverage figure has one."""
    about = f"{title} {statement.context} {statement.text}"
    return has_figure(statement.text) and (says_coverage(about) or _TESTS.search(statement.text) is not None)


def too_low(binding: Binding, reading: Reading) -> Iterator[tuple[Figure, Finding]]:
    """Yield the figures of a statement that are too low, each with its finding."""
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
    """Return the lowest allowed target, None for any, and the stage that requires it ("" for the rule)."""
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
    """Return the one stage with a threshold that a statement or a section around it names, or ""."""
    section = binding.document.section_at(statement.start)
    for text in (statement.text, section.title):
        words = fold(text).split()
        named = [stage for stage in binding.rules.thresholds if stage and stage in words]
        if len(named) == 1:
            return named[0]
    return ""


def _example(binding: Binding, rule: Coverage) -> str:
    """Return a statement that would pass, with the figure that is owed."""
    limit, _ = _aim(binding, Bound(Span(0, 0), rule, ""), rule.stage or "")
    return f'"≥{limit or 80:g}% coverage"'
