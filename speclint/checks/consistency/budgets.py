"""Check of what was measured against the budget that stands beside it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from speclint.binding.model import Binding
from speclint.checks.consistency.budget_limits import (
    EMPHASIS_MARKS,
    KINDS,
    LESS,
    OF,
    PERCENTILES,
    REACH,
    Budget,
    asks_for_more,
    budget_message,
    exceeds,
    has_only,
    is_excused,
    tokens_of,
)
from speclint.checks.consistency.budget_tables import Cell, faults_in_table
from speclint.checks.consistency.measures import NO_UNIT, Measure, measures
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.checks.reading.prose import visible_lines
from speclint.diagnostics import Finding, Span
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.leaf_blocks import text_of
from speclint.markdown.source import Source

if TYPE_CHECKING:
    from speclint.markdown.inline import Kind

_HIDDEN: tuple[Kind, ...] = ("comment", "html", "autolink")

# Wider tables are not read down their rows.
_COLUMNS = 100

# What figures are of beyond doubt; others count things by any name, or nothing.
_DIMENSIONS = frozenset(("time", "bytes", "%", "rate", "fps", "$", "€", "£"))

# Between what was measured and its budget: `45ms, within the 50ms budget`.
_BESIDE = frozenset(
    ("vs", "versus", "against", "with", "of", "the", "a", "an", "our", "its", "their", "under", "within",
     "below", "over", "above", "for", "is", "in", "and", "but", "compared", "exceeds", "exceeding", "beyond",
     "measured", "actual", "gzip", "gzipped", "minified", "compressed", "peak", *",:=–—→>|/[(<≤≥", *KINDS,
     *EMPHASIS_MARKS)
)  # fmt: skip

_MEASURED = frozenset(
    ("measured", "measures", "actual", "actually", "observed", "achieved", "got", "result", "reached", "took")
)

# Between a budget and what was measured: `budget 30ms, measured 45ms`.
_THEN = frozenset((*_MEASURED, *PERCENTILES, "we", "is", "was", "at", *",;:=–—-→>|/[]()", *EMPHASIS_MARKS))

# So far back from its parenthesis, in words, stands what a budget is for.
_WORDS = 9

# Before a figure that nobody measured: `timeout: 5 s`, `from 45 ms`, `every 10 s`.
_SETTING = lazy_regex(
    r"\b(?:time-?out|deadline|interval|ttl|backoff|every|each|threshold|slo|sla|goal|target|baseline|before"
    r"|previously|formerly|originally|initially|today|from|by|than|above|over|exceeds?|exceeding|beyond|saves?"
    r"|saved|after)"
    r"[\s:=~*`_(]{0,5}(?:(?:of|is|was|at|a|the|about)[\s:=~*`_(]{1,5}){0,3}\Z",
    re.IGNORECASE,
)

_CONDITION = lazy_regex(
    r"\b(?:if|when|whenever|unless|until|would|could|should|must|might|example|e\.g)\b", re.IGNORECASE
)

# Before a figure that tells under which conditions another was measured: `8ms over 10 min`.
_UNDER = lazy_regex(
    r"\b(?:over|at|for|during|with|per|after|every|by|of|last|x|times|within|in)[ ]\Z", re.IGNORECASE
)

# Before a figure without a unit that is no number of something: `Latency: 45`.
_SAYS = lazy_regex(r"(?:[:=|]|\b(?:is|was|are|took|takes|uses|used|measured))[\s*`~]*\Z", re.IGNORECASE)

_MEASURED_LINE = lazy_regex(r"[\W_]*(?:measured|actual|observed|result)\b", re.IGNORECASE)


class _Text(NamedTuple):
    """A text that is read as one, the spans of its lines, and what it is about.

    With `wraps`, a line may continue in the next; else each stands for itself.
    """

    text: str
    lines: Sequence[Span]
    wraps: bool
    about: str = ""


def budget_exceeded(binding: Binding) -> Iterator[Finding]:
    """What was measured keeps to the budget that stands beside it.

    A tick behind `45ms (budget: 30ms)` is a promise broken in the same line. Units are converted; less is
    better, but of hit rates, throughput, availability and the like more is, and what a budget says of itself
    counts (`budget: at least 99%`). Text, lists, code blocks and tables with a column for each are read.
    What the author calls accepted, waived or a known exception is left alone. `budgets: {words: [budget,
    limit]}` in the rule set says what a budget is called.

    Fails:

        Endpoint latency: 45ms (budget: 30ms) ✅

    Passes:

        Endpoint latency: 25ms (budget: 30ms) ✅
    """  # noqa: D401 - true of a good document
    budgets = binding.rules.budgets
    if budgets is None or not budgets.words or not binding.owed(budgets.start):
        return
    names = "|".join(sorted(map(re.escape, budgets.words), key=len, reverse=True))
    words = lazy_regex(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE)
    # One of these is in every text with a budget's name, whatever its case: it costs less to look for them.
    parts = [max(re.findall("[a-z0-9]+", word.lower()), key=len, default="") for word in budgets.words]
    for text in _texts(binding, parts):
        if words.search(text.text):
            yield from _in_text(text, words)
    source = binding.document.source
    for table in leaf_blocks(binding).tables:
        if not _may_hold(source, (table.span,), parts):
            continue
        rows = [[Cell(source.slice(cell), cell) for cell in row] for row in table.rows]
        if any(words.search(cell.text) for row in rows for cell in row):
            yield from faults_in_table(rows, words)
            if len(rows[0]) <= _COLUMNS:
                yield from faults_in_table(list(zip_longest(*rows, fillvalue=Cell("", Span(0, 0)))), words)
            for row in rows:
                for cell in row:
                    yield from _in_text(_Text(cell.text, (cell.span,), False, row[0].text), words)


def _texts(binding: Binding, parts: Sequence[str]) -> Iterator[_Text]:
    """Yield the paragraphs, headings and code blocks that may have one of some parts of words."""
    source = binding.document.source
    for prose in leaf_blocks(binding).prose:
        if prose.kind != "cell" and _may_hold(source, prose.lines, parts):
            yield _Text("\n".join(visible_lines(source, prose, _HIDDEN)), prose.lines, True)
    for block in leaf_blocks(binding).code:
        if _may_hold(source, block.lines, parts):
            yield _Text(text_of(source, block), block.lines, False)


def _may_hold(source: Source, lines: Sequence[Span], parts: Sequence[str]) -> bool:
    """Return whether one of some parts of words, in lower case, may be in lines.

    Lines with other scripts always may: case differs there.
    """
    if not lines:
        return False
    text = source.text[lines[0].start : lines[-1].end]
    lowered = text.lower()
    return not text.isascii() or any(part in lowered for part in parts)


# Pairs in running text


def _in_text(text: _Text, words: re.Pattern[str]) -> Iterator[Finding]:
    whole = text.text
    figures = list(measures(whole))
    budgets = list(_budgets(whole, words, figures))
    taken = {budget.figure.start for budget in budgets}
    figures = [figure for figure in figures if figure.start not in taken]
    starts = [figure.start for figure in figures]
    lines = list(accumulate((line.end - line.start + 1 for line in text.lines), initial=0))
    end = 0
    for i, budget in enumerate(budgets):
        following = budgets[i + 1].start if i + 1 < len(budgets) else len(whole)
        start, end = max(end, budget.start - REACH), budget.end
        first, middle, last = (bisect_left(starts, place) for place in (start, budget.start, budget.end))
        measured = None
        if last < len(figures) and figures[last].start < following:
            measured = _measured_behind(whole, budget, figures[last])
        if measured is None:
            measured = _measured_before(whole, budget, figures[first:middle], start)
        if measured is None:
            continue
        named, behind = min(measured.start, budget.start), max(measured.end, budget.end)
        remark = whole[behind:following][:REACH]
        if "\n" in remark and not (text.wraps and following == len(whole)):
            # What stands in the line of another budget is said of that.
            remark = remark.rpartition("\n")[0] if text.wraps else remark.partition("\n")[0]
        if is_excused(whole[measured.end : budget.start]) or is_excused(remark):
            continue
        line = whole[max(0, named - 2 * REACH) : named].rpartition("\n")[2]
        clause = whole[start:named]
        clause = clause[max(map(clause.rfind, ("\n", ";", ". "))) + 1 :]
        about = (clause, line, text.about)
        if (too_much := exceeds(budget, measured, about)) is not None:
            said = (whole[figure.start : figure.end] for figure in (measured, budget.figure))
            message = budget_message(budget.word, too_much, *said)
            line_number = bisect_right(lines, measured.start) - 1
            shift = text.lines[line_number].start - lines[line_number]
            yield Finding(Span(measured.start + shift, measured.end + shift), message)


def _budgets(text: str, words: re.Pattern[str], figures: Sequence[Measure]) -> Iterator[Budget]:
    """Yield the budgets of a text: those with a figure behind the word, or right before it."""
    starts = [figure.start for figure in figures]
    end = 0
    for word in words.finditer(text):
        i = bisect_left(starts, word.start())
        before = figures[i - 1] if i and figures[i - 1].start >= end else None
        if before and not (
            word.start() - before.end <= REACH and has_only(text[before.end : word.start()], KINDS)
        ):
            before = None
        behind = figures[i] if i < len(figures) and figures[i].start - word.end() <= REACH else None
        between = text[word.end() : behind.start] if behind else ""
        if "\n" in between or not has_only(between, OF):
            behind = None
        errors = re.search(r"\berror[ -]\Z", text[max(0, word.start() - 6) : word.start()], re.IGNORECASE)
        if behind and not (before and "(" in between):
            more = asks_for_more(between, text[behind.end : behind.end + 12])
            budget = Budget(word[0], behind, word.start(), behind.end, more, errors is not None)
        elif before:
            # `a 30ms budget`, `30ms budget (45ms measured)`
            more = asks_for_more(text[max(0, before.start - 12) : before.start])
            budget = Budget(word[0], before, before.start, word.end(), more, errors is not None)
        else:
            continue
        end = budget.end
        yield budget


def _measured_behind(text: str, budget: Budget, figure: Measure) -> Measure | None:
    """Return the figure behind a budget if it was measured (`budget: 30ms, measured 45ms`), else None."""
    if figure.start - budget.end > REACH or figure.beside(budget.figure) is None:
        return None
    between = text[budget.end : figure.start]
    tokens = [*tokens_of(between), *tokens_of(text[figure.end : figure.end + 12])[:1]]
    if has_only(between, _THEN) and not _MEASURED.isdisjoint(tokens):
        return figure
    # `Latency (budget: 30ms): 45ms`
    return figure if re.fullmatch(r"[ ]?[)\]][\s*_`]*[:=][\s*_`]*", between) else None


def _measured_before(text: str, budget: Budget, figures: Sequence[Measure], start: int) -> Measure | None:
    """Return the measured figure before a budget: usually the nearest that can be compared; None without one.

    A figure that states the conditions of another one (`8ms over 10 min`) is skipped for that.
    """
    opening = re.search(r"[(\[][^()\[\]]{0,40}\Z", text[start : budget.start])
    found: Measure | None = None
    for figure in reversed(figures):
        between = text[figure.end : budget.start]
        if figure.beside(budget.figure) is None:
            continue
        if found is not None and re.search(r"[;\n]|[.!?][ ]", text[figure.end : found.start]):
            break
        if found is None and not _stands_beside(text, figure, between, opening and start + opening.start()):
            return None
        found = figure
        if not _UNDER.search(text[max(start, figure.start - 12) : figure.start]):
            break
    if found is None:
        return None
    named = text[start : found.start]
    line = named.rpartition("\n")[2]
    bare = found.unit == NO_UNIT and not _SAYS.search(named)
    # `for 50 rows, budget of 30`
    bare |= found.unit.dimension not in _DIMENSIONS and _UNDER.search(named) is not None
    said = line[max(line.rfind(":"), line.rfind(";"), line.rfind(". ")) + 1 :]
    if bare or _SETTING.search(named) or _CONDITION.search(said):
        return None
    return None if budget.of_errors and not LESS.search(line.lower()) else found


def _stands_beside(text: str, figure: Measure, between: str, opening: int | None) -> bool:
    """Return whether a figure and a budget belong together by the text between them."""
    if "\n" in between:
        line = text[max(0, figure.start - REACH) : figure.start].rpartition("\n")[2]
        if between.lstrip()[:1] not in ("(", "[") and not _MEASURED_LINE.match(line):
            return False
    if has_only(between, _BESIDE):
        return True
    if opening is None or opening < figure.end:
        return False
    words, kind = between[: opening - figure.end], between[opening - figure.end :]
    return (
        has_only(kind, _BESIDE)
        and len(tokens_of(words)) <= _WORDS
        and not re.search(r"[;\n]|[.!?][ ]", words)
    )
