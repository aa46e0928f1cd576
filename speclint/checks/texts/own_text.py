"""Find the sections that lack the text of their own that a rule set asks for."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.labels import owes_nothing
from speclint.binding.model import Binding
from speclint.markdown.blocks import Block, FrontMatter, Table
from speclint.markdown.document import Section
from speclint.markdown.inline import comments
from speclint.markdown.visibility import is_blank

# How lists call such a text.
OWN_TEXT = "text of its own"


def without_own_text(binding: Binding) -> Iterator[Section]:
    """Yield the sections without the text that must stand before their subsections; the title's for chapters.

    A section with nothing in it at all is left to another check.
    """
    source = binding.document.source
    if binding.rules.content.text:
        top = binding.title or binding.document.root
        before = binding.document.root.body if top is not binding.document.root else ()
        if not any(_is_text(binding, block) for block in (*before, *top.body)):
            yield top
    for rule in binding.rules.walk():
        for section in binding.sections[rule.number] if rule.content.text else ():
            if is_blank(source, section.body) and not owes_nothing(binding, section):
                yield section


def _is_text(binding: Binding, block: Block) -> bool:
    """Return whether a block at the top of a document is more than metadata, comments and the like."""
    source = binding.document.source
    if isinstance(block, FrontMatter) or is_blank(source, (block,)):
        return False
    fields = [field.span for field in binding.document.fields if field.span.overlaps(block.span)]
    if fields and isinstance(block, Table):
        return False
    holes = [*fields, *(comment.span() for comment in comments(source.text, *block.span))]
    position, rest = block.span.start, []
    for start, end in sorted(holes):
        rest.append(source.text[position : max(start, position)])
        position = max(position, end)
    rest.append(source.text[position : max(block.span.end, position)])
    return any(map(str.isalnum, "".join(rest)))
