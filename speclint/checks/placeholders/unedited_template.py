"""The check of example text that was left as the template has it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from speclint.binding.model import Binding
from speclint.checks.placeholders.unfilled import YOURS
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.blocks import Block, CodeBlock, Heading, List, ListItem, Paragraph, Quote, Table
from speclint.markdown.document import Document
from speclint.markdown.visibility import is_blank
from speclint.ruleset.fingerprints import (
    Known,
    fingerprint,
    is_telling,
    known,
    labelled,
    last_part,
    normalise,
    normalise_code,
)
from speclint.ruleset.open_places import placeholders_in
from speclint.ruleset.section_bodies import comparable

if TYPE_CHECKING:
    from speclint.ruleset.fingerprints import Kind

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


# A line of the author's ends a run, wherever it is.
_OTHER = _Line(Span(0, 0), "no")


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
    kept = _but(known(binding.rules), allowed)
    if not kept.kinds:
        return
    source = binding.document.source
    run: list[_Line] = []
    found: list[Span] = []
    for line in (*_lines(binding.document, kept), _OTHER):
        if line.match != "no":
            run.append(line)
            continue
        # A few common words, alone or twice, are anybody's.
        if any(found.match == "yes" for found in run) or len(run) > 2:
            span = Span(run[0].span.start, run[-1].span.end)
            first = shorten(source.slice(run[0].span).strip())
            more = len(run) - 1
            lines = f" and {more} more line{'s' if more > 1 else ''} are" if more else " is"
            found.append(span)
            yield Finding(span, f"`{first}`{lines} the template's example", accounts_for=span)
        run = []
    yield from _untouched_sections(binding.document, kept, found, allowed)


_FEW_LINES = 2


def _untouched_sections(
    document: Document, kept: Known, found: list[Span], allowed: tuple[str, ...]
) -> Iterator[Finding]:
    """Yield a finding for each section in which only text of the template stands that fills nothing."""
    if kept.kinds.isdisjoint(("asked", "answer")):
        return
    source = document.source
    reported = [span.start for span in found]
    may_stay = frozenset(map(comparable, allowed))
    for section in document.sections:
        if section.heading is None or not section.body:
            continue
        if any(not is_blank(source, child.body) for child in section.children):
            continue
        last = bisect_left(reported, section.body_span.end) - 1
        if last >= 0 and found[last].end > section.span.start:
            continue
        text = comparable(source.slice(section.body_span))
        kind = kept.kind(text, "asked", "answer")
        lines = text.split("\n")
        # Many lines that may stay say something, whatever is asked beside them.
        kept_beside = kind == "asked" and len(lines) <= _FEW_LINES
        if kind and (kept_beside or not may_stay.issuperset(lines)):
            span = Span(section.body[0].span.start, section.body[-1].span.end)
            yield Finding(span, "only the template's own text stands here", accounts_for=span)


# Every document under a rule set asks.
@lru_cache(maxsize=8)
def _but(tokens: frozenset[str], allowed: tuple[str, ...]) -> Known:
    """Return the fingerprints of a template without those of texts that may stay."""
    may_stay = {fingerprint(kind, normalise(text)) for text in allowed for kind in _TEXTS}
    return Known(tokens - may_stay - {fingerprint("answer", comparable(text)) for text in allowed})


def _lines(document: Document, known: Known) -> Iterator[_Line]:
    """Yield every line with text, in order; fences and headings end a run."""
    source = document.source
    text = source.text
    stack: list[Block | ListItem] = list(reversed(document.blocks))
    begins: dict[int, int] = {}
    while stack:
        block = stack.pop()
        if isinstance(block, Paragraph):
            begin = begins.get(block.span.start, 0)
            for start, end in block.lines:
                start = min(max(start, begin), end)
                match = _of_prose(text[start:end], known)
                yield _OTHER if match == "no" else _Line(Span(start, end), match)
        elif isinstance(block, ListItem):
            blocks = block.blocks
            if block.checkbox is not None:
                yield _OTHER
                blocks = blocks[1:]
            elif blocks:
                begins[blocks[0].span.start] = block.content_start
            stack += reversed(blocks)
        elif isinstance(block, List):
            stack += reversed(block.items)
        elif isinstance(block, Quote):
            stack += reversed(block.blocks)
        elif isinstance(block, Heading):
            title = source.slice(block.text_span)
            last = last_part(title) if block.level == 1 else title
            if known.kind(normalise(title), "text"):
                yield _Line(block.text_span, "yes")
            elif known.kind(normalise(last), "text"):
                yield _Line(Span(block.text_span.end - len(last), block.text_span.end), "yes")
            else:
                yield _OTHER
        elif isinstance(block, Table):
            for row in block.rows[1:]:
                if row:
                    span = Span(row[0].start, row[-1].end)
                    yield _Line(span, _of_prose(source.slice(span), known))
        elif isinstance(block, CodeBlock):
            yield _OTHER
            for code in _of_code(document, block, known):
                # What is reported as unfilled is not reported as unedited too.
                line = source.slice(code.span)
                yield _OTHER if "your" in line and YOURS.search(line) else code
            yield _OTHER
        else:
            yield _OTHER


def _of_prose(line: str, known: Known) -> Match:
    text = normalise(line)
    if not text:
        return "no"
    kind = known.kind(text, "text", "short")
    if kind is not None:
        return "yes" if kind == "text" else "short"
    if "value" not in known.kinds:
        return "no"
    _, value = labelled(line)
    # With brackets in front of it, a line is reported as unfilled anyway.
    example = value and known.kind(value, "value") and not any(placeholders_in(line))
    return "yes" if example else "no"


def _of_code(document: Document, block: CodeBlock, known: Known) -> Iterator[_Line]:
    """Yield the lines of a code block: all if it is the template's as a whole, else the made-up ones."""
    if known.kinds.isdisjoint(("sample", "code", "block")):
        return
    source = document.source
    lines = [(line, text) for line in block.lines if (text := normalise_code(source.slice(line)))]
    kinds = [known.kind(text, "sample", "code") for _, text in lines]
    body = "\n".join(text for _, text in lines)
    whole = known.kind(body, "block") is not None and (
        "sample" in kinds or len(lines) > 2 or len(re.findall(r"\w+", body)) > 2
    )
    if not whole and any(kinds):
        kept = [kind is not None for (_, text), kind in zip(lines, kinds, strict=True) if is_telling(text)]
        whole = len(kept) >= _FEW_LINES and sum(kept) >= _KEPT * len(kept)
    if whole or "sample" in kinds:
        for (span, _), kind in zip(lines, kinds, strict=True):
            yield _Line(span, "yes" if whole or kind == "sample" else "no")
