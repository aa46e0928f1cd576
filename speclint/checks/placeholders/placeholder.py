"""The check of placeholders: brackets, blanks, dots and promises that stand where text should."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.binding.labels import name_keys, rule_keys
from speclint.binding.model import Binding
from speclint.checks.placeholders import unfilled
from speclint.checks.placeholders.code_places import places_in_code
from speclint.checks.placeholders.item_places import ItemPlace, bodies, item_places
from speclint.checks.placeholders.joined_lines import joined_offset, source_offset
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.blocks import (
    Block,
    CodeBlock,
    FrontMatter,
    Heading,
    Html,
    LinkDefinition,
    List,
    ListItem,
    Paragraph,
    Quote,
    Table,
    ThematicBreak,
)
from speclint.markdown.document import Field, Section, walk
from speclint.markdown.inline import normalise_label, scan
from speclint.markdown.visibility import is_blank
from speclint.ruleset.fingerprints import fingerprint, is_kept, known, normalise, normalise_placeholder
from speclint.ruleset.model import SectionRule


class _Hit(NamedTuple):
    """The offsets of a placeholder in a text."""

    start: int
    end: int


def placeholder(binding: Binding) -> Iterator[Finding]:
    """Every place that the template leaves open is filled in.

    What is still in brackets, left blank or promised for later (`TBD`) looks finished in a preview and is
    not. Brackets that mean something, such as links, boxes, citations, types or paths, are no placeholders,
    and in code only those are that the template has or that no code could have. Texts that look like
    placeholders and are none can be allowed in the rule set (`placeholders.allow`).

    Fails:

        **Author:** [Your Name]
        **Latency:** p95 below [X]ms

    Passes:

        **Author:** Ada Lovelace
        **Latency:** p95 below 200ms
    """
    return _Search(binding).findings()


class _Search:
    """One walk over a document."""

    def __init__(self, binding: Binding) -> None:
        self.document = binding.document
        self.source = binding.document.source
        self.text = self.source.text
        self.binding = binding
        self.known = known(binding.rules)
        # Most documents have none of the words; one search tells.
        self.words = unfilled.WORDS.search(self.text) is not None
        self.items: list[ItemPlace] = []
        self.not_chosen: tuple[Span, ...] | None = None
        self.empty_fields: set[int] = set()
        self.accidents = {heading.span.start for heading in self.document.accidental_headings}
        # Fields that need no value, such as "leave this empty".
        optional = [rule_keys(rule) for rule in binding.rules.fields if not rule.required]
        self.may_be_empty = frozenset[str]().union(*optional)
        self.allowed = {normalise_placeholder(text) for text in binding.rules.allowed_placeholders}
        # `[Capability 1]: Description` is a link definition only to a parser.
        self.labels = self.document.link_labels - {
            normalise_label(block.label)
            for block in leaf_blocks(binding).definitions
            if not _is_address(block.destination)
        }
        # What the walk that checks share has found in lines of text, where definitions are the same to it.
        same = self.labels == self.document.link_labels
        self.scanned = {prose.lines[0].start: prose for prose in leaf_blocks(binding).prose} if same else {}

    def findings(self) -> Iterator[Finding]:
        stack: list[Block | ListItem] = list(reversed(self.document.blocks))
        while stack:
            block = stack.pop()
            if isinstance(block, Paragraph):
                if self.is_marked(block.lines):
                    yield from self.prose(block.lines)
            elif isinstance(block, Heading):
                if self.is_marked(block.lines):
                    yield from self.prose(block.lines, heading=True)
            elif isinstance(block, List):
                stack += reversed(block.items)
            elif isinstance(block, ListItem):
                yield from self.item(block)
                stack += reversed(block.blocks if block.checkbox is None else _behind(block))
                if block.checkbox is not None and block.blocks and isinstance(block.blocks[0], Paragraph):
                    lines = _lines_from(block.blocks[0], block.content_start)
                    if self.is_marked(lines):
                        yield from self.prose(lines)
            elif isinstance(block, Quote):
                stack += reversed(block.blocks)
            elif isinstance(block, Table):
                yield from self.table(block)
            elif isinstance(block, CodeBlock):
                yield from self.code(block)
            elif isinstance(block, Html):
                yield from self.html(block)
            elif isinstance(block, LinkDefinition):
                yield from self.definition(block)
            elif isinstance(block, FrontMatter):
                yield from self.front_matter(block)
        yield from self.blanks()
        yield from self.labels_without_value()

    def blanks(self) -> Iterator[Finding]:
        """Yield lines to write on that Markdown takes for a thematic break: the first thing in a section."""
        for section in self.document.sections:
            first = section.body[0] if section.body and section.heading else None
            if isinstance(first, ThematicBreak) and self.source.slice(first.span).startswith("____"):
                yield from self.report(first.span)

    def report(self, span: Span, line: Span | None = None) -> Iterator[Finding]:
        """Yield the finding for a placeholder, unless it is allowed; it accounts for its line."""
        text = self.source.slice(span)
        if normalise_placeholder(text) in self.allowed or text in self.binding.rules.allowed_placeholders:
            return
        yield Finding(
            span, f"`{shorten(text)}` is still to be filled in", accounts_for=line or self.line(span)
        )

    def line(self, span: Span) -> Span:
        first = self.source.line_span(self.source.line_number(span.start))
        return Span(first.start, max(span.end, first.end))

    def is_known(self, text: str) -> bool:
        return fingerprint("placeholder", normalise_placeholder(text)) in self.known

    # Prose

    def is_marked(self, lines: Sequence[Span]) -> bool:
        """Return whether a placeholder may be in lines or cells; nothing between them looks like one."""
        if not lines:
            return False
        start, end = lines[0].start, lines[-1].end
        if self.words and unfilled.WORDS.search(self.text, start, end):
            return True
        return unfilled.MARKS.search(self.text, start, end) is not None

    def prose(self, lines: tuple[Span, ...], heading: bool = False, cell: bool = False) -> Iterator[Finding]:
        """Yield the placeholders in lines of running text that are marked, in order."""
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + line.end - line.start + 1)
        raw = "\n".join(self.text[line.start : line.end] for line in lines)
        text, codes = self.masked(lines, starts, raw)
        hits = sorted({*self.in_text(text, heading, cell), *self.in_code_spans(raw, codes)})
        end = 0
        for hit in hits:
            if hit.start >= end:
                end = hit.end
                first, last = (
                    source_offset(lines, starts, hit.start),
                    source_offset(lines, starts, hit.end - 1) + 1,
                )
                yield from self.report(Span(first, last))

    def masked(
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
                (kind == "html" and not _is_tag(raw[start:end]))
                or (kind == "reference" and raw.count("[", start, end) == 1 and self.is_known(raw[start:end]))
                or (kind == "comment" and raw[start - 1 : start] == "#")
            ):
                continue
            pieces += (raw[position:start], unfilled.OPAQUE * (end - start))
            position = end
        if pieces:
            text = "".join((*pieces, raw[position:]))
        return text, codes

    def in_text(self, text: str, heading: bool, cell: bool) -> Iterator[_Hit]:
        yield from self.in_brackets(text, cell)
        for match in unfilled.OPEN_REFERENCE.finditer(text) if "#<!--" in text else ():
            yield _Hit(*match.span())
        for match in unfilled.BLANK.finditer(text) if "___" in text else ():
            yield _Hit(*match.span())
        if self.words and unfilled.WORDS.search(text):
            yield from self.in_words(text, heading)
        for match in unfilled.LAST_DOTS.finditer(text) if "..." in text or "…" in text else ():
            start = match.start()
            alone = "\n" not in text or not unfilled.begins_line(text, start)
            if not heading and alone and unfilled.begins_value(text, start):
                yield _Hit(start, match.start("blank"))

    def in_brackets(self, text: str, cell: bool) -> Iterator[_Hit]:
        """Yield what brackets, angle brackets and braces hold open."""
        for match in unfilled.BRACKETS.finditer(text) if "[" in text else ():
            if self.is_open(text, match, cell):
                yield _Hit(*match.span())
        for match in unfilled.ANGLES.finditer(text) if "<" in text else ():
            if self.is_open_tag(text, match):
                yield _Hit(*match.span())
        for match in unfilled.BRACES.finditer(text) if "{{" in text else ():
            if text[match.start() - 1 : match.start()] != "$":
                yield _Hit(*match.span())
        for match in unfilled.SINGLE_BRACES.finditer(text) if "{" in text else ():
            if self.is_known(match[1]):
                yield _Hit(*match.span())

    def in_words(self, text: str, heading: bool) -> Iterator[_Hit]:
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
        for match in unfilled.PROMISE.finditer(text):
            if self.is_promise(text, match, heading):
                yield _Hit(*match.span())

    def is_open_tag(self, text: str, match: re.Match[str]) -> bool:
        """Return whether angle brackets in running text, not those of HTML, are a placeholder."""
        start, end = match.span()
        if re.match(r"[\w/=.<&{]", text[start - 1 : start]) or re.match(r"[\w/(]", text[end : end + 1]):
            return False
        words = unfilled.WORD.findall(match[1].lower())
        if len(words) > 1 and self.is_known(match[1]):
            return True
        spoken = unfilled.VOCABULARY.intersection(words) and words[0] not in unfilled.HTML_NAMES
        if not spoken and not unfilled.INSTRUCTION.match(match[1]):
            return False
        return len(words) > 1 or unfilled.slot(text, start, end)

    def is_open(self, text: str, match: re.Match[str], cell: bool) -> bool:
        """Return whether brackets in running text are a placeholder."""
        start, end = match.span()
        inner = match[1]
        before, after = text[start - 1 : start] if start else "", text[end : end + 2]
        if before.isalnum() or before in ("!", "\\", "[", "$", ")", "]", '"') or after[:1] in ("]", "{"):
            return False
        if after[:1] in ("(", "[") and not after[1:].isspace():
            return False
        if unfilled.STAND_IN.match(inner.strip()):
            return self.is_figure(text, start, end, cell)
        if is_kept(inner):
            return False
        if self.is_known(inner):
            return True
        if before == "/" or after[:1] in ("/", "."):
            in_path = before == "/" or after[1:].strip() != ""
            if in_path:
                return inner.startswith("YYYY")
        return unfilled.looks_open(
            inner.replace(unfilled.OPAQUE, " ").strip(), unfilled.slot(text, start, end)
        )

    def is_figure(self, text: str, start: int, end: int, cell: bool) -> bool:
        """Return whether `[X]` stands for a figure and is no ticked box."""
        unit = unfilled.UNIT.match(text[end : end + 3])
        if re.search(r"[<>≤≥=~][ \t]*$", text[max(0, start - 3) : start]):
            return True
        if unit is None or "[ ]" in unfilled.before_in_line(text, start) + unfilled.after_in_line(text, end):
            return False
        return not unit.group()[:1].isspace() or not (cell or unfilled.begins_line(text, start))

    def is_promise(self, text: str, match: re.Match[str], heading: bool) -> bool:
        """Return whether `TBD`, `TODO` or the like promises text that is still to come."""
        word = match.group()
        start, end = match.span()
        following = text[end : end + 16]
        whole = unfilled.slot_value(text, start, end)
        if following[:1] in ("'", "’") or text[start - 1 : start] in ('"', "'", "“", "‘"):
            return whole and start > 0
        if word == "TBD":
            defined = re.search(r"[\"”*_] \($", text[max(0, start - 4) : start])
            return not defined and (whole or not unfilled.SUBJECT.match(following))
        if following[:1] == ":" and word in ("TODO", "FIXME", "XXX"):
            return True
        if word in ("TODO", "FIXME"):
            if following[:1] == "(" or unfilled.SUBJECT.match(following):
                return following[:1] == "("
            return whole or (not heading and unfilled.begins_value(text, start))
        if word.lower() in ("to do", "to-do", "todo") and following[:1] == ":":
            return False  # a label
        if word.startswith("to") and "\n" in text[:start] and unfilled.begins_line(text, start):
            return False  # a sentence that goes on
        return whole and not (heading and word.lower().startswith("to"))

    def in_code_spans(self, raw: str, codes: list[tuple[int, int]]) -> Iterator[_Hit]:
        for start, end in codes:
            code = raw[start:end]
            for low, high in places_in_code(code, "", True, self.is_known):
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

    # Code

    def code(self, block: CodeBlock) -> Iterator[Finding]:
        """Yield the placeholders in code: those of the template, and what cannot be code."""
        texts = [self.source.slice(line) for line in block.lines]
        content = [(line, text) for line, text in zip(block.lines, texts, strict=True) if text.strip()]
        if len(content) == 1:
            line, text = content[0]
            stripped = text.strip(" \t#/*<!->;.")
            if unfilled.PROMISE.fullmatch(stripped) or unfilled.DOTS.match(text.strip()):
                start = line.start + len(text) - len(text.lstrip())
                yield from self.report(Span(start, start + len(text.strip())))
                return
        for line, text in content:
            if not any(mark in text for mark in "[<{#") and "here" not in text.lower():
                continue
            end = 0
            for low, high in sorted(places_in_code(text, block.language, len(content) == 1, self.is_known)):
                if low >= end:
                    end = high
                    yield from self.report(Span(line.start + low, line.start + high))

    # Other places

    def item(self, item: ListItem) -> Iterator[Finding]:
        """Yield a finding for an item without any text."""
        empty = not item.blocks
        if len(item.blocks) == 1 and isinstance(item.blocks[0], Paragraph):
            text = self.text[item.content_start : item.span.end].strip()
            empty = not text or text in ("[ ]", "[x]", "[X]", "[]")
        if empty:
            end = max(item.marker.end, item.checkbox_span.end if item.checkbox_span else 0)
            span = Span(item.marker.start, max(end, item.span.start + len(self._item_text(item))))
            yield Finding(span, "the list item is empty", accounts_for=self.line(span))

    def _item_text(self, item: ListItem) -> str:
        return self.text[item.span.start : item.span.end].rstrip()

    def table(self, table: Table) -> Iterator[Finding]:
        for number, row in enumerate(table.rows):
            texts = [self.text[start:end].strip() for start, end in row]
            if number and row and not any(texts):
                line = self.source.line_span(self.source.line_number(row[0].start))
                span = Span(line.start, line.end)
                yield Finding(span, "the table row is empty", accounts_for=span)
                continue
            if number > 1 and texts and all(map(unfilled.DOTS.match, texts)):
                continue  # an elision: more rows like those above
            for cell in row if self.is_marked(row) else ():
                if cell.end > cell.start and self.is_marked((cell,)):
                    yield from self.prose((cell,), cell=True)

    def html(self, block: Html) -> Iterator[Finding]:
        if block.comment or len(block.lines) != 1:
            return
        if not _is_tag(self.source.slice(block.lines[0]).strip()) and self.is_marked(block.lines):
            yield from self.prose(block.lines)

    def definition(self, block: LinkDefinition) -> Iterator[Finding]:
        """Yield placeholders such as `[Capability 1]: Description`, which parses as a link definition."""
        if _is_address(block.destination) or is_kept(block.label):
            return
        if self.is_known(block.label) or unfilled.looks_open(block.label, True):
            start = self.text.find("[", block.span.start)
            yield from self.report(Span(start, start + len(block.label) + 2))

    def front_matter(self, block: FrontMatter) -> Iterator[Finding]:
        value_of = unfilled.TOML_VALUE if block.language == "toml" else unfilled.YAML_VALUE
        first = self.source.line_number(block.body_span.start)
        last = self.source.line_number(max(block.body_span.start, block.body_span.end - 1))
        for number in range(first, last + 1):
            line = self.source.line_span(number)
            match = value_of.match(self.source.slice(line))
            if match is None or line.start >= block.body_span.end:
                continue
            start, end = line.start + match.start("value"), line.start + match.end("value")
            value = match["value"]
            name = self.text[line.start : start].strip(" \t:=-")
            bare = re.sub(r"(?<![ \t])[ \t]++#.*$", "", value).strip("'\"")
            brackets = unfilled.BRACKETS.fullmatch(bare)
            open_brackets = (
                brackets is not None
                and "," not in bare
                and not is_kept(brackets[1])
                and (self.is_known(brackets[1]) or unfilled.looks_open(brackets[1], slot=False))
            )
            if (
                open_brackets
                or unfilled.BRACES.fullmatch(bare)
                or unfilled.DATE.fullmatch(bare)
                or unfilled.PROMISE.fullmatch(bare)
                or unfilled.NUMBER.fullmatch(bare)
                or unfilled.DOTS.match(bare)
                or (unfilled.ANGLES.fullmatch(bare) and "@" not in bare)
                or re.fullmatch(r"_{3,}", bare)
                or (self.is_left(bare, self.source.slice(line)) and not name_keys(name) & self.may_be_empty)
            ):
                yield from self.report(Span(start, end))

    def is_left(self, value: str, line: str) -> bool:
        """Return whether a value of front matter is in parentheses or braces, and the template's own."""
        if value.startswith("{"):
            return value.endswith("}") and self.is_known(value[1:-1])
        if not (value.startswith("(") and value.endswith(")")):
            return False
        told = len(value.split()) > 2 and unfilled.INSTRUCTION.match(value[1:]) is not None
        return told or fingerprint("text", normalise(line)) in self.known

    # Labels

    def labels_without_value(self) -> Iterator[Finding]:
        if self.may_be_empty:
            fields = (field for field in self.document.fields if not field.value)
            self.empty_fields = {
                field.span.start for field in fields if name_keys(field.name) & self.may_be_empty
            }
        everywhere = [*self.binding.rules.fields, *self.binding.rules.labels]
        common = frozenset().union(*map(rule_keys, everywhere)) if everywhere else frozenset()
        own = {0: common}
        for section in self.document.sections:
            if section.bold:
                continue
            rule = self.binding.rules_of.get(section.number)
            keys = own.get(rule.number + 1) if rule else common
            if keys is None and rule:
                keys = own[rule.number + 1] = common.union(*map(rule_keys, rule.labels))
            yield from self.in_labels(section, keys or common, rule)

    def in_labels(
        self, section: Section, keys: frozenset[str], rule: SectionRule | None
    ) -> Iterator[Finding]:
        labels = section.labels
        for i, label in enumerate(labels):
            if label.span.start in self.empty_fields:
                continue
            if label.value or label.place not in ("line", "list", "footer") or label.blocks:
                continue
            if not label.emphasised and label.place != "list":
                continue
            if label.span.start in self.accidents:
                continue  # `**Name:**` right above a lone `-`, which another check explains
            following = labels[i + 1] if i + 1 < len(labels) else None
            if label.place == "list":
                if not self.stands_empty(label) or any(label.span.start in span for span in self.declined()):
                    continue
            elif following is not None and self.near(label, following):
                # A label right above others may be their heading, unless the template knows better.
                known_label = keys & name_keys(label.name)
                if not known_label or not keys & name_keys(following.name):
                    continue
            yield self.no_value(label.name_span, label)
        yield from self.bare_names(section, keys)

    def no_value(self, span: Span, label: Field) -> Finding:
        return Finding(span, f'"{shorten(label.name)}" has no value', accounts_for=self.line(label.span))

    def near(self, label: Field, following: Field) -> bool:
        between = self.text[label.span.end : following.span.start]
        return not between.strip(" \t\r\n*-+>_0123456789.)\\")

    def declined(self) -> tuple[Span, ...]:
        """Return what is below boxes that were not chosen: not ticked, in a list in which others are."""
        if self.not_chosen is None:
            lists = [block for block in walk(self.document.blocks) if isinstance(block, List)]
            self.not_chosen = tuple(
                Span(item.blocks[1].span.start, item.span.end)
                for block in lists
                if any(item.checkbox == "x" for item in block.items)
                for item in block.items
                if item.checkbox == " " and len(item.blocks) > 1
            )
        return self.not_chosen

    def stands_empty(self, label: Field) -> bool:
        """Return whether nothing belongs to a label in a list, below it or in the items behind it."""
        if not self.items:
            self.items = sorted(item_places(self.document.blocks), key=lambda place: place.item.content_start)
        start = label.span.start
        found = bisect_right(self.items, start, key=lambda place: place.item.content_start) - 1
        if found < 0 or start not in self.items[found].item.span:
            return False
        item, following, list_follows = self.items[found]
        if start > item.content_start + 4 or not is_blank(self.document.source, item.blocks[1:]):
            return False
        if following is None:
            return not list_follows
        # A label before items of another form, or further to the right, is their heading.
        if following.checkbox is not None and item.checkbox is None:
            return False
        if (
            self.source.position(following.marker.start).column
            > self.source.position(item.marker.start).column
        ):
            return False
        text = self.text[following.content_start : following.span.end]
        return text.startswith(("*", "_")) if label.emphasised else bool(unfilled.LABEL.match(text))

    def bare_names(self, section: Section, keys: frozenset[str]) -> Iterator[Finding]:
        """Yield labels of the template in bold without a colon and without a value: `**As a**`."""
        if not keys:
            return
        for block in (block for body in bodies(section.body) for block in body):
            if not isinstance(block, Paragraph):
                continue
            for i, line in enumerate(block.lines):
                if not self.text.startswith("**", line.start):
                    continue
                match = unfilled.BOLD_NAME.match(self.source.slice(line))
                if match is None or match[1].endswith(":") or not keys & name_keys(match[1]):
                    continue
                peers = len(block.lines) > 1
                if peers and (
                    i + 1 == len(block.lines) or self.text.startswith("**", block.lines[i + 1].start)
                ):
                    span = Span(line.start, line.start + match.end())
                    yield Finding(span, f'"{shorten(match[1])}" has no value', accounts_for=self.line(span))


def _lines_from(block: Paragraph, start: int) -> tuple[Span, ...]:
    first, *rest = block.lines
    return (Span(min(max(first.start, start), first.end), first.end), *rest)


def _behind(item: ListItem) -> tuple[Block, ...]:
    return item.blocks[1:] if item.blocks and isinstance(item.blocks[0], Paragraph) else item.blocks


def _is_tag(text: str) -> bool:
    """Return whether text in angle brackets is HTML, not words such as `<your name>`."""
    name = re.match(r"</?([A-Za-z][\w-]*)", text)
    if name is None or text.startswith("</") or "=" in text or text.endswith("/>"):
        return True
    return name[1].lower() in unfilled.HTML_NAMES


def _is_address(destination: str) -> bool:
    """Return whether the destination of a link definition leads somewhere."""
    return destination == "" or re.search(r"[/.#:<]", destination) is not None
