"""Define a field: a name and its value as a document states them."""

from typing import Literal, NamedTuple

from speclint.diagnostics import Span
from speclint.markdown.blocks import Block
from speclint.markdown.source import Source

# Where a field stands, and so how one beside it would have to be written; notations may share a place. One
# that is `unread` stands in front matter that does not parse: nothing is known but its name.
FieldPlace = Literal["front-matter", "line", "list", "table", "heading", "footer", "unread"]


class Item(NamedTuple):
    """An item of a list that is a field's value, "" for one that is empty, and where it stands."""

    text: str
    span: Span


class Field(NamedTuple):
    """A name and its value, wherever the author put them: metadata and labels alike.

    `name` is the text without emphasis and colon; `value` what follows on the same line (or in the cell),
    trimmed, with one layer of emphasis or code quotes removed; `value_span` is empty, where the value
    belongs, if there is none. `span` covers name and value. `blocks` are the blocks that belong to a label
    because they follow it before the next label, nested list items included (`**Tasks:**` and the list below
    it). `emphasised` is False for a plain `- Purpose: text`. `items` are those of a list in front matter;
    each of a list in one line has the place of the list.
    """

    name: str
    name_span: Span
    value: str
    value_span: Span
    span: Span
    place: FieldPlace
    blocks: tuple[Block, ...] = ()
    emphasised: bool = True
    items: tuple[Item, ...] = ()


def first_line(source: Source, field: Field) -> str:
    """Return the first line of a field's value."""
    text = source.slice(field.value_span)
    if field.place == "front-matter" or ("\n" not in text and "\r" not in text):
        return field.value
    return text.splitlines()[0].strip(" \t*_`\\")


def strip_marks(value: str) -> str:
    """Return a value without one layer of code quotes or emphasis around the whole of it."""
    for mark in ("`", "**", "__", "*", "_"):
        inner = value[len(mark) : -len(mark)]
        if value.startswith(mark) and value.endswith(mark) and inner.strip() and mark not in inner:
            return inner.strip()
    return value
