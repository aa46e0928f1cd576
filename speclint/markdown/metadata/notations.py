"""The notations of metadata: which function reads fields where. A notation is a file, and a line here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from speclint.markdown.blocks import FrontMatter, Heading, Paragraph, Table
from speclint.markdown.metadata.field import Field
from speclint.markdown.metadata.front_matter import front_matter_fields
from speclint.markdown.metadata.headings import heading_fields
from speclint.markdown.metadata.labelled_lines import paragraph_labels, starts_label
from speclint.markdown.metadata.tables import table_fields
from speclint.markdown.source import Source

BlockReader = Callable[[Source, Any], Iterable[Field]]


class ParagraphNotation(NamedTuple):
    """Reads the labels in the lines of a paragraph, from an offset on.

    `read` is also given whether the paragraph begins a list item. `starts` returns whether a paragraph begins
    with a label: such a one in a list item ends what belongs to the label before it.
    """

    read: Callable[[Source, Paragraph, int, bool], list[Field]]
    starts: Callable[[Source, Paragraph], bool]


# The first block of a document, by its type.
AT_THE_TOP: Mapping[type, BlockReader] = {FrontMatter: front_matter_fields}

# Headings below the title.
IN_HEADINGS: tuple[Callable[[Source, Heading], Iterable[Field]], ...] = (heading_fields,)

# Paragraphs, those of list items too. The first notation that finds anything in one is that of all of it.
IN_PARAGRAPHS = (ParagraphNotation(paragraph_labels, starts_label),)

# Other blocks, by their type.
IN_BLOCKS: Mapping[type, BlockReader] = {Table: table_fields}
