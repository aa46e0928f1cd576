"""Read the comments in a document that turn checks off, and find what they hide; pure.

    <!-- speclint-disable-next-line CHECK[, CHECK]: reason -->
    <!-- speclint-disable CHECK: reason --> ... <!-- speclint-enable CHECK -->
    <!-- speclint-disable-file CHECK until=2027-01-31: reason -->

Only what HTML takes for a comment is one: in code, and in front matter, the same text has no effect.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from speclint.checks.reading.suppression_comments import is_suppression
from speclint.diagnostics import Span
from speclint.markdown.blocks import Heading, Html, Paragraph, Table
from speclint.markdown.document import Document, walk
from speclint.markdown.inline import scan
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source

VERBS = ("disable-next-line", "disable", "enable", "disable-file")


# What begins a comment for speclint, also one that is not quite right.
_BEGINNING = lazy_regex(r"<!--\s*speclint(?:-(?P<verb>[\w-]*)|[ \t:_]+(?P<wrong>(?:dis|en)able[\w-]*))")

_WORD = lazy_regex(r"[^\s,]+")

_CHECK = lazy_regex(r"[a-z]+(?:-[a-z]+)*")

# What a line may begin with that shows nothing of its own.
_BLANK = " \t>"

# No comment stands deeper in lists and quotes than so many columns.
_INDENT = 200

# Likely words are looked for as often as that: it takes longer than all the rest.
_HINTS = 100


class Named(NamedTuple):
    """A word of a comment and its place."""

    text: str
    span: Span


class Comment(NamedTuple):
    """A comment for speclint; `fault` is why it is invalid ("" for a valid one).

    `until` is the last day on which it applies, as it is written; `checks` are the words in the place of ids.
    """

    span: Span
    verb: str
    checks: tuple[Named, ...] = ()
    until: Named | None = None
    reason: str = ""
    fault: str = ""


class Fault(NamedTuple):
    """A message about a comment, and its span."""

    span: Span
    message: str


class SuppressionReport(NamedTuple):
    """The faults of a document's comments, in the order of the text."""

    invalid: tuple[Fault, ...] = ()
    unused: tuple[Fault, ...] = ()


def comments(document: Document) -> tuple[Comment, ...]:
    """Return the comments of a document, those with faults included, in the order of the text."""
    text = document.source.text
    # For each beginning the end of its comment: None for one without, nothing where it is none.
    starts = [match.start() for match in _BEGINNING.finditer(text)]
    ends: dict[int, int | None] = {}
    for block in walk(document.blocks) if starts else ():
        if isinstance(block, Html):
            _look(block.span, starts, ends, _in_html(text, block.span))
        elif isinstance(block, Paragraph | Heading):
            _look_between(document, block.lines, starts, ends)
        elif isinstance(block, Table):
            first = bisect_left(starts, block.span.start)
            if first < len(starts) and starts[first] < block.span.end:
                for row in block.rows:
                    for cell in row:
                        _look_between(document, (cell,), starts, ends)
    return tuple(_read(text, start, ends[start]) for start in sorted(ends))


def _in_html(text: str, span: Span) -> Iterator[Span]:
    """Yield the spans of an HTML block's comments, with end -1 for an unclosed one; none in a program."""
    if text[span.start : span.end].lstrip().lower().startswith(("<script", "<style", "<textarea")):
        return
    position = text.find("<!--", span.start, span.end)
    while position >= 0:
        end = text.find("-->", position + 4, span.end)
        yield Span(position, end + 3 if end >= 0 else -1)
        position = text.find("<!--", end + 3, span.end) if end >= 0 else -1


def _look_between(
    document: Document, lines: tuple[Span, ...], starts: list[int], ends: dict[int, int | None]
) -> None:
    """Add the comments in lines of running text to `ends`."""
    if not lines:
        return
    span = Span(lines[0].start, lines[-1].end)
    first = bisect_left(starts, span.start)
    if first == len(starts) or starts[first] >= span.end:
        return
    pieces = scan(document.source, lines, document.link_labels)
    _look(span, starts, ends, (piece.span for piece in pieces if piece.kind == "comment"))
    hidden = [piece.span for piece in pieces if piece.kind in ("comment", "code", "autolink", "html")]
    escaped = {piece.span.start + 1 for piece in pieces if piece.kind == "escape"}
    for start in starts[first : bisect_left(starts, span.end)]:
        before = bisect_right(hidden, start, key=lambda piece: piece.start) - 1
        shown = before < 0 or hidden[before].end <= start
        if shown and start not in escaped:
            ends[start] = None


def _look(span: Span, starts: list[int], ends: dict[int, int | None], found: Iterator[Span]) -> None:
    """Add those comments that begin like one for speclint to `ends`."""
    for comment in found:
        place = bisect_left(starts, comment.start)
        if place < len(starts) and starts[place] == comment.start:
            ends[comment.start] = comment.end if comment.end >= 0 else None


def _meant(verb: str) -> str:
    """Return a hint at the verb that is meant, never at one that hides more than that."""
    from speclint.diagnostics import did_you_mean, quoted

    if "line" in verb or "next" in verb:
        return "; did you mean `disable-next-line`?"
    verbs = VERBS if "fil" in verb else tuple(each for each in VERBS if each != "disable-file")
    return did_you_mean(verb, verbs) or f"; there are {quoted(VERBS)}"


def _read(text: str, start: int, end: int | None) -> Comment:
    match = _BEGINNING.match(text, start)
    assert match is not None
    if end is None:
        span = Span(start, match.end())
        return Comment(span, "", fault='this comment is not closed; end it with "-->"')
    span = Span(start, end)
    if match["wrong"]:
        return Comment(span, "", fault=f'not understood; write "speclint-{match["wrong"]}"')
    verb = match["verb"]
    if verb not in VERBS:
        return Comment(span, "", fault=f"`{verb[:60]}` means nothing behind `speclint-`{_meant(verb)}")
    stop = end - 3
    colon = text.find(":", match.end(), stop)
    words_end = colon if colon >= 0 else stop
    reason = " ".join(text[colon + 1 : stop].split()) if colon >= 0 else ""
    found = [Named(m.group(), Span(*m.span())) for m in _WORD.finditer(text, match.end(), words_end)]
    dates = [word for word in found if word.text.startswith("until=")]
    checks = tuple(word for word in found if not word.text.startswith("until="))
    fault = ""
    if not checks:
        fault = f'names no check; write "speclint-{verb} CHECK"'
    elif len(dates) > 1:
        fault = "says twice until when it holds"
    elif dates and verb == "enable":
        fault = "`until` belongs to what turns a check off"
    return Comment(span, verb, checks, dates[0] if dates else None, reason, fault)


class _Rule:
    """One check turned off by one comment, for findings that begin in a span."""

    __slots__ = ("check", "comment", "named", "over", "span", "used")

    def __init__(self, comment: Comment, named: Named, span: Span) -> None:
        self.comment = comment
        self.check = named.text
        self.named = named
        self.span = span
        self.used = False
        # Whether another comment does the same here already.
        self.over = False


class Suppressions:
    """What the comments of a document turn off.

    `known` are the ids of all checks, `fixed` those that no comment can turn off; `today` is the day that
    expiry is compared with, None if nothing has expired.
    """

    def __init__(
        self,
        document: Document,
        known: Collection[str],
        fixed: Collection[str] = (),
        today: date | None = None,
        require_reason: bool = False,
    ) -> None:
        self.source = document.source
        self.known = known
        self.fixed = fixed
        self.today = today
        self.require_reason = require_reason
        self.invalid: list[Fault] = []
        self.stray: list[Fault] = []
        self.rules: list[_Rule] = []
        # By check: the rule for the file, those for lines by the line's start, and blocks in order.
        self.files: dict[str, _Rule] = {}
        self.lines: dict[tuple[str, int], _Rule] = {}
        self.blocks: dict[str, list[_Rule]] = {}
        found = comments(document)
        self.targets = _next_lines(self.source, found)
        for comment in found:
            for named in self._holding(comment):
                self._add(comment, named)

    def _holding(self, comment: Comment) -> Iterator[Named]:
        """Yield the checks that a comment is about; collect its faults."""
        from speclint.diagnostics import did_you_mean

        if comment.fault:
            self.invalid.append(Fault(comment.span, comment.fault))
            return
        if comment.until is not None and not self._lasts(comment.until):
            return
        told = False
        for named in comment.checks:
            if named.text in self.fixed:
                self.invalid.append(Fault(named.span, f"no comment turns off `{named.text}`"))
            elif named.text in self.known:
                yield named
            elif not told:
                # Where the colon before a reason is missing, every word of it is one too many.
                told = True
                hint = did_you_mean(named.text, self.known) if len(self.invalid) < _HINTS else ""
                reason = not hint and (comment.checks[0] is not named or not _CHECK.fullmatch(named.text))
                hint = hint or (
                    "; a reason goes behind a colon" if reason else "; `speclint explain` lists them"
                )
                self.invalid.append(Fault(named.span, f"no check `{named.text[:60]}`{hint}"))
        if self.require_reason and not told and comment.verb != "enable" and not _has_word(comment.reason):
            message = f'says no reason; write "speclint-{comment.verb} {comment.checks[0].text}: reason"'
            self.invalid.append(Fault(comment.span, message))

    def _lasts(self, until: Named) -> bool:
        """Return whether a day has not passed; a text that is no day has not."""
        said = until.text.removeprefix("until=")
        try:
            if len(said) != 10:
                raise ValueError
            day = date.fromisoformat(said)
        except ValueError:
            self.invalid.append(Fault(until.span, f'"{said[:60]}" is no date; write "until=2027-01-31"'))
            return True
        if self.today is None or self.today <= day:
            return True
        message = f"expired: it held until {said}; do what it put off and remove it, or set a new date"
        self.invalid.append(Fault(until.span, message))
        return False

    def _add(self, comment: Comment, named: Named) -> None:
        check = named.text
        blocks = self.blocks.setdefault(check, [])
        last = blocks[-1] if blocks and blocks[-1].span.end > comment.span.end else None
        if comment.verb == "enable":
            if last is None:
                self.stray.append(Fault(named.span, f"`{check}` is not turned off here"))
            else:
                last.span = Span(last.span.start, comment.span.end)
            return
        whole = Span(0, len(self.source.text) + 1)
        if comment.verb == "disable-file":
            rule = _Rule(comment, named, whole)
            rule.over = self.files.setdefault(check, rule) is not rule
        elif comment.verb == "disable":
            rule = _Rule(comment, named, Span(comment.span.start, whole.end))
            rule.over = last is not None
            if last is None:
                blocks.append(rule)
        else:
            line = self.targets[comment.span.start]
            rule = _Rule(comment, named, Span(line, line))
            rule.over = line >= 0 and self.lines.setdefault((check, line), rule) is not rule
        self.rules.append(rule)

    def hides(self, check: str, offset: int) -> bool:
        """Return whether a finding of a check at an offset is hidden; if so, count the comment as used."""
        rule = self._rule(check, offset)
        if rule is not None:
            rule.used = True
        return rule is not None

    def _rule(self, check: str, offset: int) -> _Rule | None:
        line = self.source.line_starts[self.source.line_number(offset) - 1]
        blocks = self.blocks.get(check, [])
        before = bisect_right(blocks, offset, key=lambda block: block.span.start) - 1
        inside = before >= 0 and offset < blocks[before].span.end
        block = blocks[before] if inside else None
        # The nearest one counts: of one further away, then, nothing is needed.
        return self.lines.get((check, line)) or block or self.files.get(check)

    def idle(self) -> frozenset[str]:
        """Return the checks of which some comment has hidden nothing so far."""
        return frozenset(rule.check for rule in self.rules if not rule.used and not rule.over)

    def outcome(self, ran: Collection[str]) -> SuppressionReport:
        """Return the faults of the comments, once `hides` has seen all findings.

        `ran` are the ids of the checks that ran: a comment about another check is not reported as unused.
        """
        unused = list(self.stray)
        for rule in self.rules:
            check = rule.check
            if rule.over:
                unused.append(Fault(rule.named.span, f"`{check}` is turned off here already"))
            elif not rule.used and check in ran:
                where = {"disable-next-line": "on the next line", "disable": "in this part"}
                place = where.get(rule.comment.verb, "in this document")
                message = f"`{check}` finds nothing {place}; remove it from this comment"
                unused.append(Fault(rule.named.span, message))
        return SuppressionReport(tuple(sorted(self.invalid)), tuple(sorted(unused)))


def _has_word(reason: str) -> bool:
    return any(map(str.isalnum, reason))


def _next_lines(source: Source, found: tuple[Comment, ...]) -> dict[int, int]:
    """Return for every comment the start of the next line that shows something, -1 if there is none.

    Lines that hold only such comments are skipped, so that several may stand above one line.
    """
    targets: dict[int, int] = {}
    # By the number of a line, where the next line that shows something starts; of comments, by their line.
    shown: dict[int, int] = {}
    alone: dict[int, int] = {}
    for comment in reversed(found):
        last = source.line_number(comment.span.end)
        if last not in shown:
            shown[last] = _next_line(source, last, alone, shown)
        targets[comment.span.start] = shown[last]
        first = source.line_number(comment.span.start)
        begin = source.line_starts[first - 1]
        if comment.span.start - begin > _INDENT or source.text[begin : comment.span.start].strip(_BLANK):
            continue
        behind = source.text[comment.span.end : source.line_span(last).end]
        if not behind.strip() or is_suppression(behind):
            alone[first] = last
    return targets


def _next_line(source: Source, line: int, alone: dict[int, int], shown: dict[int, int]) -> int:
    count = len(source.line_starts)
    line += 1
    while line <= count:
        if line in alone:
            return shown[alone[line]]
        if source.slice(source.line_span(line)).strip(_BLANK):
            return source.line_starts[line - 1]
        line += 1
    return -1
