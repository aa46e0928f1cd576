"""Check of what was measured against the budget that stands beside it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, zip_longest
from typing import TYPE_CHECKING, NamedTuple

from speclint.binding.model import Binding
from speclint.checks.consistency.measures import NO_UNIT, Measure, measures, unit_named
from speclint.checks.reading.leaves import leaves
from speclint.checks.reading.prose import visible_lines
from speclint.diagnostics import Finding, shorten
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.leaves import text_of
from speclint.markdown.source import Source, Span

if TYPE_CHECKING:
    from speclint.markdown.inline import Kind


_HIDDEN: tuple[Kind, ...] = ("comment", "html", "autolink")

# How far from a budget its figures and what is said of them are looked for.
_REACH = 120

# Wider tables are not read down their rows.
_COLUMNS = 100

_TOKEN = lazy_regex(r"\w+|[^\w\s]")


# What figures are of beyond doubt; others count things by any name, or nothing.
_DIMENSIONS = frozenset(("time", "bytes", "%", "rate", "fps", "$", "€", "£"))

_PERCENTILES = frozenset(
    ("p50", "p75", "p90", "p95", "p99", "p999", "median", "average", "avg", "mean", "max")
)

# What a budget is one of: `latency budget`.
_KINDS = frozenset(
    ("latency", "time", "memory", "size", "performance", "request", "response", "bundle", "page", "frame",
     "cpu", "cost", "daily", "weekly", "monthly", "yearly", "error", "allowed", "maximum", "total", "overall",
     "-", *_PERCENTILES)
)  # fmt: skip

_MARKS = frozenset("*`_~≈")

# Between the word and the figure of a budget: `budget: 30ms`, `a budget of at most 30ms`.
_OF = frozenset(
    ("of", "is", "was", "be", "at", "least", "most", "no", "not", "more", "less", "than", "up", "to", "under",
     "below", "above", "within", "max", "min", "maximum", "minimum", "a", "the", "set", *":=<>≤≥()", *_MARKS,
     *_PERCENTILES)
)  # fmt: skip

# Between what was measured and its budget: `45ms, within the 50ms budget`.
_BESIDE = frozenset(
    ("vs", "versus", "against", "with", "of", "the", "a", "an", "our", "its", "their", "under", "within",
     "below", "over", "above", "for", "is", "in", "and", "but", "compared", "exceeds", "exceeding", "beyond",
     "measured", "actual", "gzip", "gzipped", "minified", "compressed", "peak", *",:=–—→>|/[(<≤≥", *_KINDS,
     *_MARKS)
)  # fmt: skip

_MEASURED = frozenset(
    ("measured", "measures", "actual", "actually", "observed", "achieved", "got", "result", "reached", "took")
)

# Between a budget and what was measured: `budget 30ms, measured 45ms`.
_THEN = frozenset((*_MEASURED, *_PERCENTILES, "we", "is", "was", "at", *",;:=–—-→>|/[]()", *_MARKS))

# So far back from its parenthesis, in words, stands what a budget is for.
_WORDS = 9


_LOWER = lazy_regex(r"<|≤|\b(?:at most|less than|up to|under|below|within|max(?:imum)?)(?!\w)")

_HIGHER = lazy_regex(r">|≥|\b(?:at least|more than|above|min(?:imum)?)(?!\w)")

_BEHIND = lazy_regex(
    r"[ ]?(?:(?P<lower>max(?:imum)?|or (?:less|lower|faster))|(?P<higher>min(?:imum)?|or (?:more|higher)))\b"
    r"|(?P<plus>\+)"
)


# What is better the more of it there is, beyond doubt and as a rule, and what is not.
_SURELY_MORE = lazy_regex(
    r"\bhit[ -]?(?:rate|ratio|s\b)|success|succeed|availab|uptime|(?:error|crash|fault|failure)-free"
)

_LESS = lazy_regex(
    r"error|fail|miss|latenc|loss|lost|drop|reject|time-?outs?|memory|\bcpu\b|\bram\b|usage|utili[sz]|overhead"
    r"|duplicat|stale|cost|increas|added|regress|churn|bounce|false|complain|unsubscri|opt-?outs?|crash"
    r"|retr(?:y|ies)|\blag\b|jitter|delay|waste|overrun|\b[45]xx|\bp\d\d"
)

_MORE = lazy_regex(
    r"throughput|coverage|score|accura|precision|recall|\bf1\b|satisf|adopt|conver|retention|retained|complet"
    r"|lighthouse|apdex|\bnps\b|engage|sav(?:ed|ings?)|revenue|bandwidth|battery|between failures|\bmtbf\b"
    r"|deliver|\b[rqt]ps\b|\bfps\b|frame rate|\bpass(?:ed|ing)?\b|rating|speed-?up|compression|freed"
)

# Of times, sizes and money few are better when they are more.
_MORE_OF_SIZE = lazy_regex(
    r"uptime|battery|retention|between failures|\bmtbf\b|bandwidth|saved|savings|freed|revenue"
)

# What a percentage is of can often not be told; from here on it is rather to be reached than to be kept.
_MOST = 50


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

# What an author adds who knows, or who tells what it is by now.
_EXCUSE = lazy_regex(
    r"(?P<not>\b(?:not|no|never|without)[ ](?:(?:been|yet|an?)[ ])?)?"
    r"\b(?:accepted|acceptable|waived?|waiver|exception|exempt(?:ed)?|known|tolerated|tolerable|approved"
    r"|signed off|follow[ -]?up|deferred|tracked|will be|to be fixed|temporar(?:y|ily)|now|down to)\b|→|->",
    re.IGNORECASE,
)


_MEASURED_HEAD = lazy_regex(r"\b(?:measured|actual|observed|current|result|achieved|now)\b", re.IGNORECASE)

_METRIC_HEAD = lazy_regex(
    r"\b(?:latency|time|duration|size|memory|value|average|mean|median|usage|used|spent|p\d\d)\b",
    re.IGNORECASE,
)

_PARENTHESES = lazy_regex(r"[(\[]([^()\[\]]{1,12})[)\]]")


class _Text(NamedTuple):
    """A text that is read as one, and where its lines stand in the source; `about` tells what it is about.

    With `wraps`, a line may go on in the next; else each stands for itself.
    """

    text: str
    lines: Sequence[Span]
    wraps: bool
    about: str = ""


class _Budget(NamedTuple):
    """A budget in a text: its word, its figure, and where the whole of it stands.

    `more` says whether it asks for more or for less, in so many words; None when it does not. The error
    budget of an availability is made of another thing than that.
    """

    word: str
    figure: Measure
    start: int
    end: int
    more: bool | None
    of_errors: bool = False


class _Cell(NamedTuple):
    """A cell of a table: its text, and where it stands."""

    text: str
    span: Span


class _Figure(NamedTuple):
    """The figure of a cell, and how to say it."""

    measure: Measure
    said: str


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
    """
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
    for table in leaves(binding).tables:
        if not _may_hold(source, (table.span,), parts):
            continue
        rows = [[_Cell(source.slice(cell), cell) for cell in row] for row in table.rows]
        if any(words.search(cell.text) for row in rows for cell in row):
            yield from _in_table(rows, words)
            if len(rows[0]) <= _COLUMNS:
                yield from _in_table(list(zip_longest(*rows, fillvalue=_Cell("", Span(0, 0)))), words)
            for row in rows:
                for cell in row:
                    yield from _in_text(_Text(cell.text, (cell.span,), False, row[0].text), words)


def _texts(binding: Binding, parts: Sequence[str]) -> Iterator[_Text]:
    """Paragraphs, headings and code blocks, each as one text, in which one of some parts of words may be."""
    source = binding.document.source
    for prose in leaves(binding).prose:
        if prose.kind != "cell" and _may_hold(source, prose.lines, parts):
            yield _Text("\n".join(visible_lines(source, prose, _HIDDEN)), prose.lines, True)
    for block in leaves(binding).code:
        if _may_hold(source, block.lines, parts):
            yield _Text(text_of(source, block), block.lines, False)


def _may_hold(source: Source, lines: Sequence[Span], parts: Sequence[str]) -> bool:
    """Whether one of some parts of words, in lower case, may be in lines; in other scripts, cases differ."""
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
        start, end = max(end, budget.start - _REACH), budget.end
        first, middle, last = (bisect_left(starts, place) for place in (start, budget.start, budget.end))
        measured = None
        if last < len(figures) and figures[last].start < following:
            measured = _measured_behind(whole, budget, figures[last])
        if measured is None:
            measured = _measured_before(whole, budget, figures[first:middle], start)
        if measured is None:
            continue
        named, behind = min(measured.start, budget.start), max(measured.end, budget.end)
        remark = whole[behind:following][:_REACH]
        if "\n" in remark and not (text.wraps and following == len(whole)):
            # What stands in the line of another budget is said of that.
            remark = remark.rpartition("\n")[0] if text.wraps else remark.partition("\n")[0]
        if _is_excused(whole[measured.end : budget.start]) or _is_excused(remark):
            continue
        line = whole[max(0, named - 2 * _REACH) : named].rpartition("\n")[2]
        clause = whole[start:named]
        clause = clause[max(map(clause.rfind, ("\n", ";", ". "))) + 1 :]
        about = (clause, line, text.about)
        if (too_much := _exceeds(budget, measured, about)) is not None:
            said = (whole[figure.start : figure.end] for figure in (measured, budget.figure))
            message = _message(budget.word, too_much, *said)
            line_number = bisect_right(lines, measured.start) - 1
            shift = text.lines[line_number].start - lines[line_number]
            yield Finding(Span(measured.start + shift, measured.end + shift), message)


def _budgets(text: str, words: re.Pattern[str], figures: Sequence[Measure]) -> Iterator[_Budget]:
    """The budgets of a text: those with a figure behind the word, or right before it."""
    starts = [figure.start for figure in figures]
    end = 0
    for word in words.finditer(text):
        i = bisect_left(starts, word.start())
        before = figures[i - 1] if i and figures[i - 1].start >= end else None
        if before and not (
            word.start() - before.end <= _REACH and _only(text[before.end : word.start()], _KINDS)
        ):
            before = None
        behind = figures[i] if i < len(figures) and figures[i].start - word.end() <= _REACH else None
        between = text[word.end() : behind.start] if behind else ""
        if "\n" in between or not _only(between, _OF):
            behind = None
        errors = re.search(r"\berror[ -]\Z", text[max(0, word.start() - 6) : word.start()], re.IGNORECASE)
        if behind and not (before and "(" in between):
            more = _asks(between, text[behind.end : behind.end + 12])
            budget = _Budget(word[0], behind, word.start(), behind.end, more, errors is not None)
        elif before:
            # `a 30ms budget`, `30ms budget (45ms measured)`
            more = _asks(text[max(0, before.start - 12) : before.start])
            budget = _Budget(word[0], before, before.start, word.end(), more, errors is not None)
        else:
            continue
        end = budget.end
        yield budget


def _asks(before: str, behind: str = "") -> bool | None:
    """Whether the words around the figure of a budget ask for more, or for less; None for neither."""
    before = re.sub(r"\bnot? more than\b", "at most", before.lower())
    before = re.sub(r"\bnot? less than\b", "at least", before)
    trailing = _BEHIND.match(behind.lower())
    if _LOWER.search(before) or (trailing and trailing["lower"]):
        return False
    return True if _HIGHER.search(before) or (trailing and (trailing["higher"] or trailing["plus"])) else None


def _measured_behind(text: str, budget: _Budget, figure: Measure) -> Measure | None:
    """The figure behind a budget, if that was measured: `budget: 30ms, measured 45ms`."""
    if figure.start - budget.end > _REACH or figure.beside(budget.figure) is None:
        return None
    between = text[budget.end : figure.start]
    tokens = [*_tokens(between), *_tokens(text[figure.end : figure.end + 12])[:1]]
    if _only(between, _THEN) and not _MEASURED.isdisjoint(tokens):
        return figure
    # `Latency (budget: 30ms): 45ms`
    return figure if re.fullmatch(r"[ ]?[)\]][\s*_`]*[:=][\s*_`]*", between) else None


def _measured_before(text: str, budget: _Budget, figures: Sequence[Measure], start: int) -> Measure | None:
    """The figure before a budget that was measured: the nearest that can be compared, as a rule.

    One that tells under which conditions another was measured (`8ms over 10 min`) gives way to that.
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
    return None if budget.of_errors and not _LESS.search(line.lower()) else found


def _stands_beside(text: str, figure: Measure, between: str, opening: int | None) -> bool:
    """Whether a figure and a budget belong together by what stands between them."""
    if "\n" in between:
        line = text[max(0, figure.start - _REACH) : figure.start].rpartition("\n")[2]
        if between.lstrip()[:1] not in ("(", "[") and not _MEASURED_LINE.match(line):
            return False
    if _only(between, _BESIDE):
        return True
    if opening is None or opening < figure.end:
        return False
    words, kind = between[: opening - figure.end], between[opening - figure.end :]
    return _only(kind, _BESIDE) and len(_tokens(words)) <= _WORDS and not re.search(r"[;\n]|[.!?][ ]", words)


def _is_excused(text: str) -> bool:
    return any(not match["not"] for match in _EXCUSE.finditer(text))


def _only(text: str, words: frozenset[str]) -> bool:
    """Whether a short text holds none but certain words and marks; pictures do not count."""
    return len(text) <= _REACH and all(token in words or token > "\u2190" for token in _tokens(text))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower().replace("vs.", "vs"))


# Pairs in tables


def _in_table(rows: Sequence[Sequence[_Cell]], words: re.Pattern[str]) -> Iterator[Finding]:
    """What the columns of a table say, the first of which names what each row is about."""
    heads = rows[0]
    for j, i in _columns([cell.text for cell in heads], words):
        word = words.search(heads[i].text)
        assert word is not None
        for row in rows[1:]:
            if max(i, j) >= len(row):
                continue
            both = [_figure(row[k].text, heads[k].text) for k in (j, i)]
            if both[0] is None or both[1] is None or both[0].measure.beside(both[1].measure) is None:
                continue
            (measured, _), (limit, _) = found = both[0], both[1]
            if _is_excused(" ".join(cell.text for k, cell in enumerate(row) if k not in (0, i))):
                continue
            text = row[i].text
            more = _asks(text[: limit.start] + heads[i].text[word.end() :], text[limit.end :])
            budget = _Budget(word[0], limit, 0, 0, more)
            about = (row[0].text, heads[j].text)
            if (too_much := _exceeds(budget, measured, about)) is not None:
                message = _message(word[0], too_much, *(figure.said for figure in found))
                start = row[j].span.start
                yield Finding(Span(start + measured.start, start + measured.end), message)


def _columns(heads: Sequence[str], words: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """The columns of what was measured, each with that of its budget."""
    kinds = [_PERCENTILES.intersection(_tokens(head)) for head in heads]
    budgets = [
        i
        for i, head in enumerate(heads)
        if i and words.search(head) and _only(_PARENTHESES.sub("", words.sub("", head)), _OF | _KINDS)
    ]
    others = [i for i in range(1, len(heads)) if not words.search(heads[i])]
    measured = [i for i in others if _MEASURED_HEAD.search(heads[i])]
    measured = measured or [i for i in others if _METRIC_HEAD.search(heads[i])]
    if len(measured) == len(budgets) == 1:
        yield measured[0], budgets[0]
        return
    alike: dict[frozenset[str], list[int]] = {}
    for j in measured:
        alike.setdefault(kinds[j], []).append(j)
    for i in budgets:
        if len(alike.get(kinds[i], ())) == 1:
            yield alike[kinds[i]][0], i


def _figure(text: str, head: str) -> _Figure | None:
    """The figure of a cell, in the unit that the head of its column names where it has none itself."""
    found = list(measures(text[:_REACH]))
    if not found or (len(found) > 1 and text[found[0].end : found[1].start].strip() == "/"):
        return None
    figure = found[0]
    said = text[figure.start : figure.end]
    named = _PARENTHESES.search(head)
    unit = unit_named(named[1].strip()) if named else None
    if named and unit and figure.unit == NO_UNIT:
        return _Figure(figure._replace(unit=unit), f"{said} {named[1].strip()}")
    return _Figure(figure, said)


# Which of two figures is too much


def _exceeds(budget: _Budget, measured: Measure, about: Sequence[str]) -> bool | None:
    """Whether what was measured is above its budget (True), or below one to be reached (False).

    None when it is neither. `about` are texts that tell what was measured, the best first.
    """
    both = measured.beside(budget.figure)
    assert both is not None
    found, limit = both
    more = budget.more
    if more is None:
        more = _more_is_better(found.unit.dimension, limit.low, about, budget.word)
    if more is None:
        return None
    if more:
        return False if found.below(limit) else None
    return True if found.above(limit) else None


def _more_is_better(dimension: str, limit: float, about: Sequence[str], word: str) -> bool | None:
    """Whether there should be more of what a figure counts, or less; None when that cannot be told."""
    for text in about:
        text = text.lower()
        if dimension in ("time", "bytes", "$", "€", "£"):
            if _MORE_OF_SIZE.search(text):
                return True
        elif _SURELY_MORE.search(text):
            return True
        else:
            less, more = _LESS.search(text), _MORE.search(text)
            if less or more:
                return None if less and more else more is not None
            if "per second" in text:
                return True
    if dimension in ("rate", "fps"):
        return True
    if dimension in ("time", "bytes"):
        return False
    # More than was aimed at is seldom too much.
    if word.lower() in ("target", "goal", "objective") or (dimension == "%" and limit >= _MOST):
        return None
    return False


def _message(word: str, above: bool, measured: str, limit: str) -> str:
    verb = "exceeds" if above else "is below"
    return f"{shorten(measured)} {verb} its {shorten(word.lower())} of {shorten(limit)}"
