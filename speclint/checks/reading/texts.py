"""Read the texts of a document that the patterns of a rule set are held against.

A paragraph or an item of a list is one text, however its lines wrap; an item's is without the items inside of
it. Headings are none.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Literal, NamedTuple

from speclint.binding.model import Binding
from speclint.checks.reading.prose import visible_lines
from speclint.diagnostics import Span
from speclint.markdown.blocks import (
    Block,
    CodeBlock,
    Heading,
    Html,
    LinkDefinition,
    List,
    ListItem,
    Paragraph,
    Quote,
    Table,
)
from speclint.markdown.inline import Inline, Kind, comments, normalise_label, scan
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.leaf_blocks import Prose
from speclint.ruleset.text_rules import Place

_TAG = lazy_regex(r"<!--.*?-->|<[^<>]*>", re.DOTALL)

_BARE_ADDRESS = lazy_regex(r"(?<![\w/])(?:https?://|www\.)[^\s<>\"'`\])]+[^\s<>\"'`\]).,:;!?*_~]")

_ATTRIBUTE = lazy_regex(r"(?i)(?<![\w-])(?:href|src)\s{0,9}=\s{0,9}[\"']?(?P<address>[^\s\"'<>]+)")

# The inline pieces that are read only where somebody asks for their place.
_HIDDEN: dict[Kind, Place] = {"code": "code", "comment": "comments", "html": "html"}


# How many links, tags and pieces of code before a place are looked behind for the text that it is in.
_LOOK_BACK = 100


class Text(NamedTuple):
    """A text on one line, with the spans of the lines that it was made of, joined by spaces.

    `extent` is what belongs to it: for an item all of it up to the first list inside.
    """

    kind: Literal["paragraph", "item", "other"]
    text: str
    lines: tuple[Span, ...]
    extent: Span

    @property
    def start(self) -> int:
        """The offset at which it begins."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """The offset at which it ends."""
        return self.lines[-1].end

    def span(self, begin: int, end: int) -> Span:
        """Return the place in the source of a part of the text."""
        if len(self.text) != sum(line.end - line.start + 1 for line in self.lines) - 1:
            return self.extent  # the address of a reference, which is written elsewhere
        starts = list(accumulate((line.end - line.start + 1 for line in self.lines), initial=0))

        def offset(position: int) -> int:
            line = min(bisect_right(starts, position) - 1, len(self.lines) - 1)
            return min(self.lines[line].start + position - starts[line], self.lines[line].end)

        return Span(offset(begin), offset(end))

    def within(self, scope: Span) -> Text | None:
        """Return the part of the text that lies in a span, None if there is none."""
        if scope.start <= self.start and self.end <= scope.end:
            return self
        pieces: list[str] = []
        lines: list[Span] = []
        position = 0
        for line in self.lines:
            start, end = max(line.start, scope.start), min(line.end, scope.end)
            if start < end:
                lines.append(Span(start, end))
                pieces.append(self.text[position + start - line.start : position + end - line.start])
            position += line.end - line.start + 1
        return self._replace(text=" ".join(pieces), lines=tuple(lines)) if lines else None


def texts_in(texts: Sequence[Text], scope: Span) -> Iterator[Text]:
    """Yield the texts, or the parts of them, that lie in a span; `texts` are in the order of their places."""
    first = bisect_left(texts, scope.start, key=lambda text: text.start)
    # The text before may reach into the span; in its links and the like, others may begin behind it.
    for before in range(first - 1, max(-1, first - _LOOK_BACK), -1):
        if texts[before].kind != "other":
            first = before
            break
    for text in texts[first : bisect_left(texts, scope.end, key=lambda text: text.start)]:
        part = text.within(scope) if text.end > scope.start else None
        if part is not None:
            yield part


def texts_of(binding: Binding, where: tuple[Place, ...]) -> tuple[Text, ...]:
    """Return the texts of a document in some places, from a cache of the binding, in their order."""
    name = f"{__name__}.{','.join(sorted(where))}"
    if name not in binding.cache:
        found = _Reader(binding, where).texts()
        binding.cache[name] = tuple(sorted(found, key=lambda text: text.start))
    result: tuple[Text, ...] = binding.cache[name]
    return result


class _Reader:
    """The reading of one document for some places."""

    def __init__(self, binding: Binding, where: tuple[Place, ...]) -> None:
        self.document = binding.document
        self.source = binding.document.source
        self.where = frozenset(where)
        self.hidden = ("autolink", *(kind for kind, place in _HIDDEN.items() if place not in self.where))
        self.found: list[Text] = []
        self.addresses = _addresses(binding) if "links" in self.where else {}

    def texts(self) -> list[Text]:
        self.read(self.document.blocks)
        if "fields" in self.where:
            for field in self.document.fields:
                values = [item.span for item in field.items] or [field.value_span]
                for span in values:
                    self.add("other", self.lines_of(span))
        return self.found

    def read(self, blocks: Sequence[Block]) -> None:
        """Read blocks and what is in them; nothing nests deeper than the parser lets it."""
        stack: list[Block | ListItem] = list(reversed(blocks))
        while stack:
            block = stack.pop()
            if isinstance(block, List):
                stack += reversed(block.items)
            elif isinstance(block, Quote):
                stack += reversed(block.blocks)
            elif isinstance(block, ListItem):
                # The paragraphs are the item's own text.
                stack += [inner for inner in reversed(block.blocks) if not isinstance(inner, Paragraph)]
                self.item(block)
            elif isinstance(block, Paragraph):
                self.prose("paragraph", (block.lines,), block.span)
            elif isinstance(block, Table):
                for row in block.rows:
                    for cell in row:
                        if cell.start < cell.end:
                            self.prose("other", ((cell,),), cell)
            elif isinstance(block, CodeBlock):
                if "code" in self.where:
                    for line in block.lines:
                        self.add("other", (line,), extent=block.span)
            elif isinstance(block, Html):
                self.html(block)
            elif isinstance(block, Heading):
                # Its words are no text, but what it links to and hides is.
                self.pieces(self.scan(block.lines))

    def item(self, item: ListItem) -> None:
        paragraphs = [block.lines for block in item.blocks if isinstance(block, Paragraph)]
        if not paragraphs:
            return
        nested = next((block.span.start for block in item.blocks if isinstance(block, List)), item.span.end)
        first, *rest = paragraphs[0]
        first = Span(min(max(first.start, item.content_start), first.end), first.end)
        self.prose("item", ((first, *rest), *paragraphs[1:]), Span(item.span.start, nested))

    def scan(self, lines: tuple[Span, ...]) -> tuple[Inline, ...]:
        return scan(self.source, lines, self.document.link_labels)

    def prose(
        self,
        kind: Literal["paragraph", "item", "other"],
        paragraphs: Sequence[tuple[Span, ...]],
        extent: Span,
    ) -> None:
        """Read the paragraphs of one text."""
        shown: list[str] = []
        for lines in paragraphs:
            pieces = self.scan(lines)
            if "prose" in self.where:
                shown += visible_lines(self.source, Prose("paragraph", lines, pieces), self.hidden)
            self.pieces(pieces)
            if "links" in self.where:
                self.bare_addresses(lines, pieces)
        if shown:
            spans = tuple(line for lines in paragraphs for line in lines)
            self.found.append(Text(kind, " ".join(shown), spans, extent))

    def pieces(self, pieces: Sequence[Inline]) -> None:
        """Read what is code, a comment, a tag or an address in prose."""
        for piece in pieces:
            place = _HIDDEN.get(piece.kind)
            if place in self.where and "prose" not in self.where:
                self.add("other", self.lines_of(piece.content))
            if "links" not in self.where:
                continue
            if piece.kind in ("link", "image", "autolink"):
                self.address(piece.target, piece.span)
            elif piece.kind == "reference":
                self.address(self.addresses.get(normalise_label(piece.target), ""), piece.span)
            elif piece.kind == "html":
                self.attributes(piece.span)

    def bare_addresses(self, lines: Sequence[Span], pieces: Sequence[Inline]) -> None:
        """Read the addresses that stand in prose without brackets, which most pages make links of."""
        if "://" not in self.source.text[lines[0].start : lines[-1].end]:
            return
        taken = [piece.span for piece in pieces if piece.kind != "escape"]
        ends = list(accumulate((span.end for span in taken), max))
        for line in lines:
            for match in _BARE_ADDRESS.finditer(self.source.text, *line):
                before = bisect_right(taken, match.start(), key=lambda span: span.start)
                if not before or ends[before - 1] <= match.start():
                    self.address(match[0], Span(*match.span()))

    def html(self, block: Html) -> None:
        text = self.source.slice(block.span)
        if "comments" in self.where:
            for comment in comments(self.source.text, *block.span):
                self.add("other", self.lines_of(Span(*comment.span("text"))))
        if "links" in self.where:
            self.attributes(block.span)
        if "html" in self.where and not block.comment:
            self.add("other", self.lines_of(block.span))
        elif "prose" in self.where and not block.comment:
            shown = _TAG.sub(lambda tag: re.sub(r"[^\n]", " ", tag[0]), text)
            lines = self.lines_of(block.span)
            pieces = [shown[line.start - block.span.start : line.end - block.span.start] for line in lines]
            if any(map(str.strip, pieces)):
                self.found.append(Text("other", " ".join(pieces), lines, block.span))

    def attributes(self, span: Span) -> None:
        """Read the addresses in the tags of HTML."""
        for match in _ATTRIBUTE.finditer(self.source.text, *span):
            self.address(match["address"], Span(*match.span("address")))

    def address(self, address: str, span: Span) -> None:
        if address:
            # Behind the text of the link, if it is written there.
            place = self.source.text.rfind(address, *span)
            written = Span(place, place + len(address)) if place >= 0 else span
            self.found.append(Text("other", address, (written,), span))

    def lines_of(self, span: Span) -> tuple[Span, ...]:
        """Return the spans of the lines of a part of the source, without the spaces around each."""
        lines: list[Span] = []
        start = span.start
        for line in self.source.slice(span).split("\n"):
            begin = start + len(line) - len(line.lstrip())
            lines.append(Span(begin, begin + len(line.strip())))
            start += len(line) + 1
        return tuple([line for line in lines if line.start < line.end])

    def add(self, kind: Literal["other"], lines: tuple[Span, ...], extent: Span | None = None) -> None:
        if lines:
            text = " ".join(map(self.source.slice, lines))
            self.found.append(Text(kind, text, lines, extent or Span(lines[0].start, lines[-1].end)))


def _addresses(binding: Binding) -> dict[str, str]:
    """Return the addresses of the document's link definitions by their labels; the first one counts."""
    from speclint.checks.reading.leaf_blocks import leaf_blocks

    found: dict[str, str] = {}
    definitions: tuple[LinkDefinition, ...] = leaf_blocks(binding).definitions
    for definition in definitions:
        found.setdefault(normalise_label(definition.label), definition.destination)
    return found
