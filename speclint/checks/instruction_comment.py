"""The check of instruction comments: the template's advice where the author's text should be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from speclint.binding import Binding
from speclint.checks.wording import short
from speclint.diagnostic import Finding
from speclint.document import Field, Section, is_blank, walk
from speclint.fingerprint import fingerprint, known, normalise_placeholder
from speclint.markdown import Block, Html, List, Paragraph, Table
from speclint.text import Span

_COMMENT = re.compile(r"<!--(?P<text>.*?)-->", re.DOTALL)
# Comments for tools and lawyers.
_DIRECTIVE = re.compile(
    r"\s*(?:/?toc\b|no[ _-]?toc|markdownlint|mdl|prettier|speclint|vale|cspell|eslint|stylelint|textlint|remark"
    r"|alex|doctoc|start\b|end\b|begin\b|more\b|copyright|\(c\)|©|licen[cs]ed?\b|spdx|generated|auto-?generated"
    r"|do not (?:edit|remove)|omit|include[: ]|snippet|embed|template\b|version\b|id:|truncate|lint|spell"
    r"|noinspection|all-contributors|release|anchor|page-?break|column|slide|source\b|diagram source|rendered)",
    re.IGNORECASE,
)
# How an instruction begins.
_INSTRUCTION = re.compile(
    r"\s*(?:\[|<|(?:please|briefly?|say|tell|explain|describe|description|link|list|add|provide|insert|fill|include"
    r"|replace|specify|enter|write|summari[sz]e|summary of|outline|give|state|name|note any|define|document"
    r"|detail|identify|mention|show|attach|paste|put|draw|choose|select|pick|delete|remove|if applicable|e\.g"
    r"|example|optional|required|how|what|why|who|when|where|which|does|is there|are there|any|your|todo|tbd"
    r"|this section|one[- ]sentence|short|\d(?:[-–]\d)? sentences?)\b)",
    re.IGNORECASE,
)


def instruction_comment(binding: Binding) -> Iterator[Finding]:
    """No section, label, list item or cell has only the template's instruction as its content.

    A comment cannot be seen in the rendered document, so a section that holds nothing else looks empty.
    Comments beside real content and comments for tools are left alone.

    Fails:

        ### Architecture
        <!-- Explain the design -->

    Passes:

        ### Architecture
        <!-- The diagram is drawn from design.dot. -->
        A queue stands between the two services.
    """
    document = binding.document
    text = document.source.text
    if "<!--" not in text:
        return
    tokens = known(binding.rules)

    def instructs(content: str, alone: bool) -> bool:
        if fingerprint("comment", normalise_placeholder(content)) in tokens:
            return True
        if not content.strip() or _DIRECTIVE.match(content):
            return False
        return alone or _INSTRUCTION.match(content) is not None

    def finding(start: int, end: int) -> Finding:
        match = _COMMENT.match(text, start, end)
        content = match["text"] if match else text[start:end]
        span = Span(start, match.end() if match else end)
        return Finding(
            span, f'only the instruction "{short(content.strip())}" stands here', accounts_for=Span(start, end)
        )

    def among(blocks: Sequence[Block], alone: bool) -> Iterator[Finding]:
        """The instructions in blocks that show nothing else."""
        if is_blank(blocks):
            for block in blocks:
                if isinstance(block, Html):
                    for match in _COMMENT.finditer(text, *block.span):
                        if instructs(match["text"], alone):
                            yield finding(match.start(), match.end())

    for section in document.sections:
        if section.bold:
            continue
        lead = list(_lead(section))
        if section.heading is not None:
            yield from among(lead, alone=len(lead) == len(section.body) and not section.children)
        for label in section.labels:
            if label.place == "table":
                continue
            if not label.value:
                yield from among(label.blocks, alone=True)
            else:
                yield from _in_value(text, label.value_span, instructs, finding)
        for block in walk(section.body):
            if isinstance(block, List):
                for item in block.items:
                    if item.blocks and all(isinstance(inner, Html) for inner in item.blocks):
                        yield from among(item.blocks, alone=True)
            elif isinstance(block, Table):
                for row in block.rows[1:]:
                    for cell in row:
                        yield from _in_value(text, cell, instructs, finding)


def _lead(section: Section) -> Iterator[Block]:
    """The blocks of a section before its first label or line in bold."""
    first = min((label.span.start for label in section.labels), default=section.span.end)
    first = min(first, *(part.span.start for part in section.bold_sections), section.span.end)
    for block in section.body:
        if block.span.end > first:
            return
        yield block


def _in_value(text, span, instructs, finding):  # type: ignore[no-untyped-def]
    value = text[span.start : span.end].strip()
    match = _COMMENT.fullmatch(value)
    if match and "-->" not in match["text"] and instructs(match["text"], True):
        start = text.index("<!--", span.start)
        yield finding(start, span.end)
