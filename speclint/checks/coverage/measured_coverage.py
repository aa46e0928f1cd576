"""Compare what documents claim of test coverage with the reports of coverage tools.

A report is about code, and a document may be about anything. A figure is compared only when it is certain
what it is about: a sentence that names a path is about that, and one is about all of the code when nothing in
it is about anything else, which is decided word by word.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from speclint.binding.labels import name_keys
from speclint.binding.model import Binding
from speclint.checks.coverage.figures import Figure, clause, sentences
from speclint.checks.coverage.statements import Reading, Statement, readings
from speclint.coverage.model import Measurements, Part
from speclint.diagnostics import Finding, Span
from speclint.markdown.document import Section
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.titles import fold

_Claim = Literal["measured", "reached"]


# A difference of so many points is taken for rounding.
_POINTS = 1.0


# In a text with more, nobody can tell what goes with what.
_MAX_FIGURES = 20

_MAX_LENGTH = 4000


# A figure that is claimed to be what was measured, and one that is claimed to be reached.

# Words that leave open which part of the code is meant: with any other, a sentence may be about that.
_WORDS = frozenset(
    re.findall(
        r"\S+",
        """
    a all an and are as at be been by for from gives had has have in is it its of on or our over so still
    than that the there these they this to under up we were with
    above below least less min minimum more most
    actual actually achieved ci current currently far figure figures latest measured measurement metric now
    reached report reported reports result results stands state today value
    cov cover coverage covered covers code codebase line lines percent pct per cent project repo repository
    source sources statement statements overall total whole backed
    test tested testing tests suite suites unit automated regression property pytest
    add added done exist exists green meet meets met ok pass passed passes passing ran ready run runs status
    write written complete completed verified confirmed
    asked claimed demanded gate goal gated needed required requirement requires target targets threshold
    wanted
    """,
    )
)

# Beside them in titles of sections: where documents speak of tests.
_TITLE_WORDS = _WORDS | frozenset(
    re.findall(
        r"\S+",
        """
    acceptance before checklist checklists checks criteria criterion definition deployment development
    implementation list merge merging metrics notes plan pre-merge pre pull quality quick release request
    reviewer review section stage stages staging strategy production success summary verification validation
    """,
    )
)

# A box, links, tools and their reports: what measured, not what was.
_TOOLS = lazy_regex(
    r"(?i)\A\s{0,3}\[[ x]\]|\]\([^()\n]{0,500}\)|[(<]https?://[^\s()<>]{0,500}[)>]|(?<![\w/.-])coverage\.py\b|--cov\b(?!=)"
    r"|(?<![\w/.-])\.{0,2}/?(?:[\w.-]{1,80}/){0,8}[\w-]{1,80}\.(?:xml|out|info|lcov)\b|\blcov\b"
    r"|(?<![\w/.-])(?:[\w.-]{1,80}/){0,8}coverage[\w-]{0,40}\.(?:json|html)\b"
    r"|\b(?:pytest-cov|jacoco(?:\.xml)?|gcov|nyc|c8|istanbul|codecov|coveralls|cobertura|sonarqube)\b"
)

_CODE = lazy_regex(r"`{1,2}([^`\n]{1,300})`{1,2}")

_NAME = r"\.{0,2}/?[\w@+$-]{1,100}(?:[/.:\\]{1,3}[\w@+$*-]{1,100}){0,40}/?(?:\.\.\.)?"

_QUOTED_NAME = lazy_regex(rf"{_NAME}|(?:{_NAME})?/")

# Outside of code quotes, what has a slash, an ending, or the dots of a package.
_BARE_NAME = lazy_regex(
    r"(?<![\w/.\\-])\.{0,2}/?(?:[\w@+$-]{1,100}/[\w@+$*./-]{0,300}[\w/*]|[\w@+$-]{1,100}/(?!\w)"
    r"|[\w@+$-]{1,100}(?:\.[\w@+$-]{1,100}){0,40}\.(?:[a-z_]\w{0,60}))(?![\w/\\-])"
)

_WORD = lazy_regex(r"[^\W\d_](?:[\w'’-]{0,60}\w)?")

_ALL = lazy_regex(r"(?i)\b(?:overall|total|whole|project|repo|repository|codebase)\b")

_AIM = lazy_regex(
    r"(?i)\b(?:gates?|gated|goals?|targets?|thresholds?|floor|require[ds]?|demand(?:ed|s)?|wanted|needed)\b"
)

_YEAR = lazy_regex(r"\b(?:19|20)\d\d\b")

_TESTS = lazy_regex(
    r"(?i)(?:^|[/_.-])(?:tests?|testing|specs?|__tests__|e2e)(?:[/_.-]|$)|(?-i:[a-z]Tests?(?:[/.]|$))"
)

_KINDS_OF_PART = frozenset(("package", "packages", "module", "folder", "directory", "crate", "file"))

_LOCATIONS = frozenset(("location", "package", "module"))


class _Name(NamedTuple):
    """A path, package or module as a statement names it."""

    text: str
    span: Span


def refuted(binding: Binding, measured: Measurements, told: bool) -> Iterator[Finding]:
    """Yield the claims that the reports contradict; without any, a stage that requires more than they have.

    `told` means that the document itself gives a figure that is too low for its stage.
    """
    refuted_any = False
    anchor: Span | None = None
    parts: dict[str, Part] = {}
    for reading in readings(binding):
        if len(reading.figures) > _MAX_FIGURES or len(reading.statement.text) > _MAX_LENGTH:
            continue
        claims = dict(_claims(binding, reading))
        for figure in reading.figures:
            part = _part(binding, measured, reading, figure)
            if part is None:
                continue
            parts[part.name] = part
            claim = claims.get(figure)
            if claim == "measured" and anchor is None:
                anchor = reading.statement.place(figure.span)
            if claim is not None and not _borne_out(part, reading.statement, figure, claim):
                refuted_any = True
                yield Finding(reading.statement.place(figure.span), _message(measured, part, figure, claim))
    limit = binding.rules.thresholds.get(binding.stage)
    if limit is None or told or refuted_any:
        return
    named = [part for name, part in parts.items() if name]
    part = named[0] if len(named) == 1 and len(parts) == 1 else measured.total
    if not part.bears_out(limit, 0, at_least=True):
        whose = f' by stage "{binding.stage}"' if binding.stage else ""
        message = f"{_has(measured, part)}, below the {limit:g}% required{whose}"
        yield Finding(anchor or _stage_place(binding), message)


def _claims(binding: Binding, reading: Reading) -> Iterator[tuple[Figure, _Claim]]:
    """Yield the figures of a statement that claim something: of a ticked criterion, the lowest target."""
    statement, bound = reading.statement, reading.bound
    # `CI gate: 80% coverage` was measured by nobody.
    claiming = [figure for figure in reading.figures if not _aims(statement.text, figure)]
    measured = [figure for figure in claiming if figure.kind == "measured"]
    if measured:
        yield from ((figure, "measured") for figure in measured)
        return
    if statement.ticked:
        yield min(reading.figures, key=lambda figure: figure.value), "reached"
    elif statement.ticked is None:
        # What is just stated may be a plan in a first draft, and a criterion where one is asked for.
        stages = binding.rules.stages
        first = stages is not None and binding.stage == stages.order[0]
        asked = bound is not None and (bound.rule.minimum is not None or bound.rule.stage is not None)
        if not first and not asked:
            yield from ((figure, "reached") for figure in claiming if figure.kind == "stated")


def _aims(text: str, figure: Figure) -> bool:
    """Return whether the clause around a figure is about a target."""
    sentence = next(span for span in sentences(text) if figure.span.start in span)
    said = text[sentence.start : sentence.end]
    start, end = clause(said, Span(figure.span.start - sentence.start, figure.span.end - sentence.start))
    return _AIM.search(said[start:end]) is not None


def _borne_out(part: Part, statement: Statement, figure: Figure, claim: _Claim) -> bool:
    digits = re.match(r"\d+(?:[.,](\d+))?", statement.text[figure.span.start : figure.span.end])
    decimals = len(digits[1] or "") if digits else 0
    # The document may have rounded, too.
    tolerance = _POINTS + 0.5 * 10**-decimals
    return part.bears_out(figure.value, tolerance, at_least=claim == "reached")


def _message(measured: Measurements, part: Part, figure: Figure, claim: _Claim) -> str:
    if figure.kind == "target":
        return f"ticked, but {_has(measured, part)}, below the {figure.value:g}% claimed"
    what = "measured coverage" if claim == "measured" else "coverage"
    return f"the document says {figure.value:g}% {what}; {_has(measured, part)}"


def _has(measured: Measurements, part: Part) -> str:
    # Rounded down: what is below a threshold must not look as if it were not.
    percent = math.floor(part.percent * 10 + 1e-9) / 10
    return f"{measured.name} has {percent:g}%{f' ({part.name})' if part.name else ''}"


def _stage_place(binding: Binding) -> Span:
    """Return where the document states its stage, or else its title."""
    stages = binding.rules.stages
    if stages is not None and stages.field is not None:
        keys = name_keys(stages.field)
        for field in binding.document.fields:
            if not keys.isdisjoint(name_keys(field.name)):
                return field.value_span
    return (binding.title or binding.document.root).heading_span


# What a figure is about


def _part(binding: Binding, measured: Measurements, reading: Reading, figure: Figure) -> Part | None:
    """Return the part of the code that a figure is about, None if that is unclear, or not in the report."""
    statement = reading.statement
    text = _without_tools(statement.text)
    sentence = next(span for span in sentences(statement.text) if figure.span.start in span)
    said = text[sentence.start : sentence.end]
    names = [name for name in _names(text) if name.span.start < sentence.end]
    if _ALL.search(said) and not any(sentence.encloses(name.span) for name in names):
        names = []
    if names:
        name = _name_of(names, text, sentence, reading.figures, figure)
        return measured.part(name) if name is not None and not _TESTS.search(name) else None
    context = _without_tools(f"{reading.bound.context if reading.bound else ''} {statement.context}")
    above = list(_names(context))
    if above:
        return measured.part(above[0].text) if len(above) == 1 and not _TESTS.search(above[0].text) else None
    if _YEAR.search(f"{said} {context}"):
        return None
    known = _WORDS | {word for stage in binding.rules.thresholds for word in fold(stage).split()}
    other, head = _unknown(said, known), _unknown(context, known)
    if other or head:
        return _part_called(measured, other, head)
    return _part_of_sections(binding, measured, statement.start, known)


def _without_tools(text: str) -> str:
    """Return a text with spaces for its box, links and the names of tools and reports."""
    return _TOOLS.sub(lambda match: " " * len(match[0]), text)


def _names(text: str) -> Iterator[_Name]:
    """Yield the paths, packages and modules that a text names, in order."""
    start = 0
    for code in [*_CODE.finditer(text), None]:
        for bare in _BARE_NAME.finditer(text, start, code.start() if code else len(text)):
            if re.search(r"[^\W\d_]", bare[0]) and bare[0].lower() not in ("n/a", "e.g", "i.e"):
                yield _Name(bare[0], Span(*bare.span()))
        if code is not None:
            content = code[1].strip()
            if _QUOTED_NAME.fullmatch(content) and content.lower() not in _WORDS:
                yield _Name(content, Span(*code.span()))
            start = code.end()


def _name_of(
    names: Sequence[_Name], text: str, sentence: Span, figures: Sequence[Figure], figure: Figure
) -> str | None:
    """Return the one name that a figure belongs to: in its own clause, or in front of the first figure.

    None if there is none, or several.
    """
    masked = text
    for name in names:
        start, end = name.span
        masked = f"{masked[:start]}{'_' * (end - start)}{masked[end:]}"
    start, end = clause(
        masked[sentence.start : sentence.end],
        Span(figure.span.start - sentence.start, figure.span.end - sentence.start),
    )
    around = Span(sentence.start + start, sentence.start + end)
    own = {name.text for name in names if around.encloses(name.span)}
    within = [name for name in names if sentence.encloses(name.span)]
    first = next(other for other in figures if other.span.start in sentence)
    in_front = all(name.span.start < first.span.start for name in names)
    if not own and in_front and (within or first == figures[0]):
        own = {name.text for name in within or names}
    return own.pop() if len(own) == 1 else None


def _unknown(text: str, known: frozenset[str]) -> list[str]:
    """Return the words of a text that may state which part of the code is meant."""
    return [word for word in _WORD.findall(text) if word.lower() not in known]


def _part_called(measured: Measurements, said: list[str], head: list[str]) -> Part | None:
    """Return the part with a name as in `the billing package`, in the statement or above; None if none."""
    names = [word for word in (*said, *head) if word.lower() not in _KINDS_OF_PART]
    if len(names) != 1 or len(said) == len(names):
        return None
    return measured.part(names[0]) if not _TESTS.search(names[0]) else None


def _part_of_sections(
    binding: Binding, measured: Measurements, offset: int, known: frozenset[str]
) -> Part | None:
    """Return the part that the sections around an offset are about; all of the code if they name none.

    None if they are about something else, or name several parts.
    """
    document = binding.document
    around = [section for section in document.sections_at(offset)[1:] if section is not binding.title]
    for section in reversed(around):
        rule = binding.rules_of.get(section.number)
        expected = rule is not None and rule.coverage is not None and "{" not in rule.title
        if not expected and _unknown(fold(section.title), known | _TITLE_WORDS):
            return None
        names = list(_locations(section))
        if names:
            return measured.part(names[0]) if len(names) == 1 else None
    return measured.total


def _locations(section: Section) -> Iterator[str]:
    """Yield the paths of code that the labels of a section give; tests are not what is covered."""
    for label in section.labels:
        name = fold(plain(label.name)).rstrip("s")
        # A column of modules says nothing of the text around the table.
        if name in _LOCATIONS and (label.place != "table" or name == "location"):
            value = label.value if "`" in label.value else f"`{label.value}`"
            yield from (name.text for name in _names(value) if not _TESTS.search(name.text))
