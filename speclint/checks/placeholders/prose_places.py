"""Find placeholders in running text: brackets, blanks, dots and words that stand for others."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from speclint.binding.model import Binding
from speclint.checks.placeholders import unfilled
from speclint.checks.placeholders.code_places import places_in_code
from speclint.checks.placeholders.joined_lines import joined_offset, source_offset
from speclint.checks.placeholders.promises import asks, is_asked, is_named, is_promise
from speclint.checks.placeholders.template_places import TemplatePlaces
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.diagnostics import Span
from speclint.markdown.blocks import LinkDefinition
from speclint.markdown.inline import normalise_label, scan
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.open_places import is_kept

# `**[The network is slow]** → what is done then`
_NAMED_RISK = lazy_regex(r"\*\*[ \t]*(?:→|->|=>|⇒)[ \t]*\w")

_SENTENCE_END = lazy_regex(r"[.?!。？！][\"”)]?[ \t]{1,3}\Z")


class _Hit(NamedTuple):
    """The offsets of a placeholder in a text."""

    start: int
    end: int


class ProsePlaces:
    """What running text of one document leaves open."""

    def __init__(self, binding: Binding, template: TemplatePlaces) -> None:
        self.source = binding.document.source
        self.text = self.source.text
        self.template = template
        # Most documents have none of the words; one search tells.
        self.words = unfilled.WORDS.search(self.text) is not None
        self.samples = sorted(template.samples_in(self.text))
        # `[Capability 1]: Description` is a link definition only to a parser.
        self.labels = binding.document.link_labels - {
            normalise_label(block.label)
            for block in leaf_blocks(binding).definitions
            if not leads_somewhere(block)
        }
        # What the walk that checks share has found in lines of text, where definitions are the same to it.
        same = self.labels == binding.document.link_labels
        self.scanned = {prose.lines[0].start: prose for prose in leaf_blocks(binding).prose} if same else {}

    def find(self, lines: tuple[Span, ...], heading: bool = False, cell: bool = False) -> Iterator[Span]:
        """Yield the placeholders in lines of running text, or in one cell, in order."""
        if not lines or not self.is_marked(lines[0].start, lines[-1].end):
            return
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + line.end - line.start + 1)
        raw = "\n".join(self.text[line.start : line.end] for line in lines)
        text, codes = self._masked(lines, starts, raw)
        found = {*self._in_text(text, raw, heading, cell), *self._in_code_spans(raw, codes)}
        hits = sorted({*found, *self._samples(lines, starts, text)}, key=lambda hit: (hit.start, -hit.end))
        end = 0
        for hit in hits:
            if hit.start >= end:
                end = hit.end
                first = source_offset(lines, starts, hit.start)
                yield Span(first, source_offset(lines, starts, hit.end - 1) + 1)

    def is_marked(self, start: int, end: int) -> bool:
        """Return whether a placeholder may be in a part of the text, lines or cells."""
        if self.words and unfilled.WORDS.search(self.text, start, end):
            return True
        if bisect_left(self.samples, (start, 0)) < bisect_left(self.samples, (end, 0)):
            return True
        return unfilled.MARKS.search(self.text, start, end) is not None

    def _masked(
        self, lines: tuple[Span, ...], starts: list[int], raw: str
    ) -> tuple[str, list[tuple[int, int]]]:
        """Return the text with code, links, tags, comments and escapes masked, and the ranges of the code."""
        text = raw
        codes: list[tuple[int, int]] = []
        pieces: list[str] = []
        position = 0
        prose = self.scanned.get(lines[0].start)
        same = prose is not None and prose.lines == lines
        found = prose.pieces if prose and same else scan(self.source, lines, self.labels)
        for kind, span, content, _ in found:
            start, end = (
                joined_offset(lines, starts, span.start),
                joined_offset(lines, starts, span.end - 1) + 1,
            )
            if start < position:
                continue
            if kind == "code":
                inner = joined_offset(lines, starts, content.start)
                codes.append((inner, inner + content.end - content.start))
            elif (
                (kind == "html" and not is_tag(raw[start:end]))
                or (
                    kind == "reference"
                    and raw.count("[", start, end) == 1
                    and self.template.has(raw[start:end])
                )
                or (kind == "comment" and (raw[start - 1 : start] == "#" or unfilled.is_mark(raw[start:end])))
            ):
                continue
            mask = " " if kind == "comment" else unfilled.OPAQUE
            pieces += (raw[position:start], mask * (end - start))
            position = end
        if pieces:
            text = "".join((*pieces, raw[position:]))
        return text, codes

    def _samples(self, lines: tuple[Span, ...], starts: list[int], text: str) -> Iterator[_Hit]:
        """Yield the samples of the template, but not in comments, which are masked by blanks."""
        for place in range(bisect_left(self.samples, (lines[0].start, 0)), len(self.samples)):
            start, end = self.samples[place]
            if end > lines[-1].end:
                return
            first = joined_offset(lines, starts, start)
            hit = _Hit(first, joined_offset(lines, starts, end - 1) + 1)
            if not text[hit.start : hit.end].isspace():
                yield hit

    def _in_text(self, text: str, raw: str, heading: bool, cell: bool) -> Iterator[_Hit]:
        """Yield the placeholders in text that is masked where code, links and tags are; `raw` is not."""
        yield from self._in_brackets(text, raw, cell)
        for match in unfilled.OPEN_REFERENCE.finditer(text) if "#<!--" in text else ():
            yield _Hit(*match.span())
        for match in unfilled.BLANK.finditer(text) if "___" in text else ():
            yield _Hit(*match.span())
        if self.words and unfilled.WORDS.search(text):
            yield from self._in_words(text, heading, cell)
        for match in unfilled.LAST_DOTS.finditer(text) if "..." in text or "…" in text else ():
            start = match.start()
            alone = "\n" not in text or not unfilled.begins_line(text, start)
            if not heading and alone and unfilled.begins_value(text, start):
                yield _Hit(start, match.start("blank"))

    def _in_brackets(self, text: str, raw: str, cell: bool) -> Iterator[_Hit]:
        """Yield what brackets, angle brackets and braces hold open."""
        for match in unfilled.NESTED_BRACKETS.finditer(text) if "[" in text else ():
            if self.template.has(raw[match.start(1) : match.end(1)]):
                yield _Hit(*match.span())
        for match in unfilled.BRACKETS.finditer(text) if "[" in text else ():
            if self._is_open(text, raw, match, cell):
                yield _Hit(*match.span())
        for match in unfilled.WIDE.finditer(text) if unfilled.WIDE_MARKS.search(text) else ():
            if self.template.has(raw[match.start() + 1 : match.end() - 1]):
                yield _Hit(*match.span())
        for match in unfilled.ANGLES.finditer(text) if "<" in text else ():
            if self._is_open_tag(text, raw, match, cell):
                yield _Hit(*match.span())
        for match in unfilled.BRACES.finditer(text) if "{{" in text else ():
            if text[match.start() - 1 : match.start()] != "$":
                yield _Hit(*match.span())
        for match in unfilled.SINGLE_BRACES.finditer(text) if "{" in text else ():
            inner = raw[match.start(1) : match.end(1)]
            if self.template.has(inner) if " " in inner else self.template.has_exactly(inner):
                yield _Hit(*match.span())

    def _in_words(self, text: str, heading: bool, cell: bool) -> Iterator[_Hit]:
        """Yield the words, dates and numbers that stand for others still to come."""
        for pattern in (unfilled.FIGURE, unfilled.FILLER):
            for match in pattern.finditer(text):
                yield _Hit(*match.span())
        for match in unfilled.NUMBER.finditer(text):
            if not unfilled.speaks_of_form(text, *match.span()):
                yield _Hit(*match.span())
        for match in unfilled.DATE.finditer(text):
            if unfilled.is_open_date(text, *match.span()):
                yield _Hit(*match.span())
        for match in unfilled.QUESTION_MARK.finditer(text):
            if not is_named(text, *match.span()):
                yield _Hit(*match.span())
        for match in () if heading or cell else unfilled.UNDER_WORK.finditer(text):
            yield _Hit(*match.span("mark"))
        for match in unfilled.PROMISE.finditer(text):
            if is_promise(text, match, heading):
                yield _Hit(*match.span())

    def _is_open_tag(self, text: str, raw: str, match: re.Match[str], cell: bool) -> bool:
        """Return whether angle brackets in running text, not those of HTML, are a placeholder."""
        start, end = match.span()
        if re.match(r"[\w/=.<&{]", text[start - 1 : start]) or re.match(r"[\w/(]", text[end : end + 1]):
            return False
        words = unfilled.WORD.findall(match[1].lower())
        if self.template.has(raw[start + 1 : end - 1]):
            return len(words) > 1 or match[1].lower() not in unfilled.HTML_NAMES
        if cell and unfilled.NAME.fullmatch(match[1]):
            return False  # a table of names may have it
        spoken = unfilled.VOCABULARY.intersection(words) and words[0] not in unfilled.HTML_NAMES
        if not spoken and not unfilled.INSTRUCTION.match(match[1]):
            return False
        return len(words) > 1 or unfilled.slot(text, start, end)

    def _is_open(self, text: str, raw: str, match: re.Match[str], cell: bool) -> bool:
        """Return whether brackets in running text are a placeholder."""
        start, end = match.span()
        inner = match[1]
        before, after = text[start - 1 : start] if start else "", text[end : end + 2]
        if before.isalnum() or before in ("!", "\\", "[", "$", ")", "]", '"') or after[:1] in ("]", "{"):
            return False
        if after[:1] in ("(", "[") and not after[1:].isspace():
            return False
        if inner[:1] == "/":
            return False  # the end of what a mark before it has opened
        if asks(inner):
            return is_asked(inner, text, start, end)
        if unfilled.STAND_IN.match(inner.strip()):
            return self._is_figure(text, start, end, cell)
        if is_kept(inner):
            return False
        if self.template.has(raw[start + 1 : end - 1]):
            return True
        if before == "/" or after[:1] in ("/", "."):
            in_path = before == "/" or after[1:].strip() != ""
            if in_path:
                return inner.startswith("YYYY")
        if "§" in inner or ("," in inner and _SENTENCE_END.search(text, max(0, start - 8), start)):
            return False  # `Who pays? [Completeness, Spec §FR-001, Gap]` says where a question comes from
        if text[start - 2 : start] == "**" and _NAMED_RISK.match(text, end):
            return False
        return unfilled.looks_open(
            inner.replace(unfilled.OPAQUE, " ").strip(), unfilled.slot(text, start, end)
        )

    def _is_figure(self, text: str, start: int, end: int, cell: bool) -> bool:
        """Return whether `[X]` stands for a figure and is no ticked box."""
        unit = unfilled.UNIT.match(text[end : end + 3])
        if re.search(r"[<>≤≥=~][ \t]*$", text[max(0, start - 3) : start]):
            return True
        if unit is None or "[ ]" in unfilled.before_in_line(text, start) + unfilled.after_in_line(text, end):
            return False
        return not unit.group()[:1].isspace() or not (cell or unfilled.begins_line(text, start))

    def _in_code_spans(self, raw: str, codes: list[tuple[int, int]]) -> Iterator[_Hit]:
        for start, end in codes:
            code = raw[start:end]
            for low, high in places_in_code(code, "", True, self.template.has_exactly):
                yield _Hit(start + low, start + high)
            bare = code.strip()
            if unfilled.DATE.fullmatch(bare) or unfilled.PROMISE.fullmatch(bare) or bare in ("...", "…"):
                outer_start, outer_end = start, end
                while raw[outer_start - 1 : outer_start] == "`":
                    outer_start -= 1
                while raw[outer_end : outer_end + 1] == "`":
                    outer_end += 1
                spoken_of = bare in ("...", "…") and raw[outer_start - 1 : outer_start] == "("
                if (
                    not spoken_of
                    and unfilled.follows_label(raw, outer_start)
                    and unfilled.slot_value(raw, outer_start, outer_end)
                ):
                    low = start + code.index(bare)
                    yield _Hit(low, low + len(bare))


def is_tag(text: str) -> bool:
    """Return whether text in angle brackets is HTML, not words such as `<your name>`."""
    name = re.match(r"</?([A-Za-z][\w-]*)", text)
    if name is None or text.startswith("</") or "=" in text or text.endswith("/>"):
        return True
    return name[1].lower() in unfilled.HTML_NAMES


def leads_somewhere(block: LinkDefinition) -> bool:
    """Return whether the destination of a link definition is an address."""
    return block.destination == "" or re.search(r"[/.#:<]", block.destination) is not None
