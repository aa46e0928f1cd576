"""The check of placeholders: brackets, blanks, dots and promises that stand where text should."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from speclint.binding.model import Binding
from speclint.checks.placeholders import unfilled
from speclint.checks.placeholders.code_places import places_in_code
from speclint.checks.placeholders.front_matter_places import front_matter_places
from speclint.checks.placeholders.label_values import LabelsWithoutValue
from speclint.checks.placeholders.lines import line_of
from speclint.checks.placeholders.prose_places import ProsePlaces, is_tag, leads_somewhere
from speclint.checks.placeholders.template_places import template_places
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
from speclint.markdown.visibility import is_invisible
from speclint.ruleset.allowed_placeholders import is_allowed
from speclint.ruleset.fingerprints import known
from speclint.ruleset.open_places import is_kept


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
        self.binding = binding
        self.source = binding.document.source
        self.text = self.source.text
        self.template = template_places(known(binding.rules))
        self.prose = ProsePlaces(binding, self.template)

    def findings(self) -> Iterator[Finding]:
        stack: list[Block | ListItem] = list(reversed(self.binding.document.blocks))
        while stack:
            block = stack.pop()
            if isinstance(block, Paragraph):
                yield from self.report_all(self.prose.find(block.lines))
            elif isinstance(block, Heading):
                yield from self.report_all(self.prose.find(block.lines, heading=True))
            elif isinstance(block, List):
                stack += reversed(block.items)
            elif isinstance(block, ListItem):
                yield from self.item(block)
                stack += reversed(block.blocks if block.checkbox is None else _behind(block))
                if block.checkbox is not None and block.blocks and isinstance(block.blocks[0], Paragraph):
                    lines = _lines_from(block.blocks[0], block.content_start)
                    yield from self.report_all(self.prose.find(lines))
            elif isinstance(block, Quote):
                stack += reversed(block.blocks)
            elif isinstance(block, Table):
                yield from self.table(block)
            elif isinstance(block, CodeBlock):
                yield from self.report_all(self.code(block))
            elif isinstance(block, Html):
                yield from self.report_all(self.html(block))
            elif isinstance(block, LinkDefinition):
                yield from self.report_all(self.definition(block))
            elif isinstance(block, FrontMatter):
                yield from self.report_all(front_matter_places(self.binding, self.template, block))
        yield from self.report_all(self.blanks())
        yield from LabelsWithoutValue(self.binding).find()

    def report_all(self, places: Iterable[Span]) -> Iterator[Finding]:
        """Yield the findings for placeholders that are not allowed; each accounts for its line."""
        for span in places:
            text = self.source.slice(span)
            if not is_allowed(text, self.binding.rules.allowed_placeholders):
                message = f"`{shorten(text)}` is still to be filled in"
                yield Finding(span, message, accounts_for=line_of(self.source, span))

    def blanks(self) -> Iterator[Span]:
        """Yield lines to write on that Markdown takes for a thematic break: the first thing in a section."""
        for section in self.binding.document.sections:
            first = section.body[0] if section.body and section.heading else None
            if isinstance(first, ThematicBreak) and self.source.slice(first.span).startswith("____"):
                yield first.span

    def code(self, block: CodeBlock) -> Iterator[Span]:
        """Yield the placeholders in code: those of the template, and what cannot be code."""
        texts = [self.source.slice(line) for line in block.lines]
        content = [(line, text) for line, text in zip(block.lines, texts, strict=True) if text.strip()]
        if len(content) == 1:
            line, text = content[0]
            stripped = text.strip(" \t#/*<!->;.")
            if unfilled.PROMISE.fullmatch(stripped) or unfilled.DOTS.match(text.strip()):
                start = line.start + len(text) - len(text.lstrip())
                yield Span(start, start + len(text.strip()))
                return
        for line, text in content:
            if not any(mark in text for mark in "[<{#") and "here" not in text.lower():
                continue
            end = 0
            for low, high in sorted(
                places_in_code(text, block.language, len(content) == 1, self.template.has_exactly)
            ):
                if low >= end:
                    end = high
                    yield Span(line.start + low, line.start + high)

    def item(self, item: ListItem) -> Iterator[Finding]:
        """Yield a finding for an item without any text."""
        empty = not item.blocks
        if len(item.blocks) == 1 and isinstance(item.blocks[0], Paragraph | Html):
            text = self.text[item.content_start : item.span.end].strip()
            empty = text in ("[ ]", "[x]", "[X]", "[]") or is_invisible(text)
        if empty:
            end = max(item.marker.end, item.checkbox_span.end if item.checkbox_span else 0)
            span = Span(item.marker.start, max(end, item.span.start + len(self._item_text(item))))
            yield Finding(span, "the list item is empty", accounts_for=line_of(self.source, span))

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
            for cell in row if row and self.prose.is_marked(row[0].start, row[-1].end) else ():
                # Among other cells of its row it is an outcome, beside a name it is open.
                unknown = self.source.slice(cell).strip("? ") == "" and sum(map(bool, texts)) > 2
                if not unknown:
                    yield from self.report_all(self.prose.find((cell,), cell=True))

    def html(self, block: Html) -> Iterator[Span]:
        if len(block.lines) == 1:
            text = self.source.slice(block.lines[0]).strip()
            if unfilled.is_mark(text) if block.comment else not is_tag(text):
                yield from self.prose.find(block.lines)

    def definition(self, block: LinkDefinition) -> Iterator[Span]:
        """Yield placeholders such as `[Capability 1]: Description`, which parses as a link definition."""
        if leads_somewhere(block) or is_kept(block.label):
            return
        if self.template.has(block.label) or unfilled.looks_open(block.label, True):
            start = self.text.find("[", block.span.start)
            yield Span(start, start + len(block.label) + 2)


def _lines_from(block: Paragraph, start: int) -> tuple[Span, ...]:
    first, *rest = block.lines
    return (Span(min(max(first.start, start), first.end), first.end), *rest)


def _behind(item: ListItem) -> tuple[Block, ...]:
    return item.blocks[1:] if item.blocks and isinstance(item.blocks[0], Paragraph) else item.blocks
