"""The check of example text that was left as the template has it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from speclint.binding import Binding
from speclint.checks.unfilled import YOURS
from speclint.checks.wording import short
from speclint.diagnostic import Finding
from speclint.document import Document
from speclint.fingerprint import (
    block_text,
    digest,
    fingerprint,
    is_telling,
    known,
    labelled,
    normalise,
    normalise_code,
    placeholders_in,
)
from speclint.markdown import Block, CodeBlock, Heading, List, ListItem, Paragraph, Quote, Table
from speclint.record import NamedTuple
from speclint.text import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from speclint.fingerprint import Kind

    Match = Literal["no", "short", "yes"]

# How much of a block of code must be the template's for the block to count as kept: idioms recur.
_KEPT = 0.9
_FEW_LINES = 5

# The kinds of fingerprints that lines of prose have.
_TEXTS: tuple[Kind, ...] = ("text", "short", "value")


class _Line(NamedTuple):
    """A line of a document, and how far it is the template's."""

    span: Span
    match: Match


def unedited_template(binding: Binding) -> Iterator[Finding]:
    """Nothing of the template's example text is left.

    Example code, sample metrics and sample steps read well and say nothing about this feature. Lines that
    any document may hold (headings, labels, checkbox items, links, idioms of a language) do not count by
    themselves; lines that follow each other are reported once.

    Fails, where the template has the same steps:

        1. Merge the branch
        2. Deploy to the first environment

    Passes:

        1. Merge `search-alerts` into `main`
        2. Deploy to the Dublin cluster
    """
    allowed = binding.rules.allowed_placeholders
    tokens = known(binding.rules) - {
        fingerprint(kind, normalise(text)) for text in allowed for kind in _TEXTS
    }
    if not tokens:
        return
    source = binding.document.source
    run: list[_Line] = []
    for line in (*_lines(binding.document, tokens), _Line(Span(0, 0), "no")):
        if line.match != "no":
            run.append(line)
            continue
        # A few common words, alone or twice, are anybody's.
        if any(found.match == "yes" for found in run) or len(run) > 2:
            span = Span(run[0].span.start, run[-1].span.end)
            first = short(source.slice(run[0].span).strip())
            more = len(run) - 1
            lines = f" and {more} more line{'s' if more > 1 else ''} are" if more else " is"
            yield Finding(span, f"`{first}`{lines} the template's example", accounts_for=span)
        run = []


def _lines(document: Document, tokens: frozenset[str]) -> Iterator[_Line]:
    """Every line with text, in order; fences and headings end a run."""
    source = document.source
    stack: list[Block | ListItem] = list(reversed(document.blocks))
    begins: dict[int, int] = {}
    while stack:
        block = stack.pop()
        if isinstance(block, Heading):
            title = normalise(source.slice(block.text_span))
            found = fingerprint("text", title) in tokens
            yield _Line(block.text_span, "yes" if found else "no")
        elif isinstance(block, Paragraph):
            for line in block.lines:
                start = max(line.start, begins.get(block.span.start, 0))
                span = Span(min(start, line.end), line.end)
                yield _Line(span, _of_prose(source.slice(span), tokens))
        elif isinstance(block, List):
            stack += reversed(block.items)
        elif isinstance(block, Quote):
            stack += reversed(block.blocks)
        elif isinstance(block, ListItem):
            blocks = block.blocks
            if block.checkbox is not None:
                yield _Line(block.marker, "no")
                blocks = blocks[1:]
            elif blocks:
                begins[blocks[0].span.start] = block.content_start
            stack += reversed(blocks)
        elif isinstance(block, Table):
            for row in block.rows[1:]:
                if row:
                    span = Span(row[0].start, row[-1].end)
                    yield _Line(span, _of_prose(source.slice(span), tokens))
        elif isinstance(block, CodeBlock):
            yield _Line(block.info_span, "no")
            for code in _of_code(document, block, tokens):
                text = source.slice(code.span)
                # What is reported as unfilled is not reported as unedited too.
                unfilled = "your" in text and YOURS.search(text)
                yield code._replace(match="no") if unfilled else code
            yield _Line(block.info_span, "no")
        else:
            yield _Line(block.span, "no")


def _of_prose(line: str, tokens: frozenset[str]) -> Match:
    text = normalise(line)
    if not text:
        return "no"
    hashed = digest(text)
    if f"text:{hashed}" in tokens:
        return "yes"
    if f"short:{hashed}" in tokens:
        return "short"
    _, value = labelled(line)
    # With brackets in front of it, a line is reported as unfilled anyway.
    example = value and fingerprint("value", value) in tokens and not any(placeholders_in(line))
    return "yes" if example else "no"


def _of_code(document: Document, block: CodeBlock, tokens: frozenset[str]) -> Iterator[_Line]:
    """The lines of a block of code: all when it is the template's as a whole, else the made-up ones."""
    source = document.source
    lines = [(line, source.slice(line)) for line in block.lines]
    lines = [(line, text) for line, text in lines if text.strip()]
    if not lines:
        return
    hashes = [digest(normalise_code(text)) for _, text in lines]
    sampled = [f"sample:{hashed}" in tokens for hashed in hashes]
    body = block_text(text for _, text in lines)
    whole = fingerprint("block", body) in tokens and (
        any(sampled) or len(lines) > 2 or len(re.findall(r"\w+", body)) > 2
    )
    if not whole:
        kept = [
            sample or f"code:{hashed}" in tokens
            for (_, text), sample, hashed in zip(lines, sampled, hashes, strict=True)
            if is_telling(text)
        ]
        whole = len(kept) >= _FEW_LINES and sum(kept) >= _KEPT * len(kept)
    for (span, _), sample in zip(lines, sampled, strict=True):
        yield _Line(span, "yes" if whole or sample else "no")
