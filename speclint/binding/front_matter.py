"""Find out whether the front matter of a document parses; nothing is taken from one that does not."""

from __future__ import annotations

from typing import NamedTuple

from speclint.diagnostics import Span
from speclint.markdown.blocks import FrontMatter
from speclint.markdown.document import Document
from speclint.markdown.lazy_regex import lazy_regex

# A line that parses wherever it stands: a key with a plain, quoted or no value, an item, a comment.
_QUOTED = r"\"[^\"\\\x00-\x1f]*\"|'[^'\x00-\x1f]*'"

_PLAIN = r"[^\W_](?:[^:#\x00-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]|:(?=[\w/])|(?<=[^\s])#)*"

_ITEM = rf"[ ]*(?:[^\W_][\w .-]*|{_QUOTED})[ ]*"

_VALUE = rf"(?:(?:{_QUOTED}|\[{_ITEM}(?:,{_ITEM})*\])[ ]*(?:[ ]#[\w ]*)?|{_PLAIN}|[>|]-?[ ]*)"

_SIMPLE = lazy_regex(rf"(?:(?P<key>[A-Za-z][\w-]*):(?:[ ]+{_VALUE})?[ ]*|(?P<item>[ ]*-)[ ]+{_VALUE}|[ ]*)$")

_TWICE = lazy_regex(r"Cannot (?:overwrite|declare|mutate)|.*(?:twice|already)")


class FrontMatterFault(NamedTuple):
    """Where front matter does not parse, as an offset in its text, and what the parser says."""

    offset: int
    said: str


def front_matter_fault(document: Document) -> FrontMatterFault | None:
    """Return the first fault of the front matter of a document, None for what parses or is not there.

    A key that stands twice is no fault here; and Markdown between two lines (`**Purpose**: ...`) is no YAML,
    nor meant as such.
    """
    block = document.blocks[0] if document.blocks else None
    if not isinstance(block, FrontMatter):
        return None
    text = document.source.slice(block.body_span)
    # The parsers cost more to import than most documents do.
    if block.language == "toml":
        from speclint.ruleset import toml_reader

        found = toml_reader.syntax_fault(text)
        return FrontMatterFault(*found) if found and not _TWICE.match(found[1]) else None
    if _is_simple(text) or text.lstrip().startswith("*"):
        return None
    from speclint.ruleset import yaml_reader

    found = yaml_reader.syntax_fault(text)
    return FrontMatterFault(*found) if found else None


def readable(document: Document) -> Document:
    """Return a document without the values of its front matter if that does not parse."""
    if front_matter_fault(document) is None:
        return document
    fields = tuple(
        field._replace(
            value="", value_span=Span(field.name_span.end, field.name_span.end), place="unread", items=()
        )
        if field.place == "front-matter"
        else field
        for field in document.fields
    )
    return document._replace(fields=fields)


def _is_simple(text: str) -> bool:
    """Return whether a text certainly is YAML: keys with short values, and lists of such below them."""
    indent: str | None = None
    for line in text.split("\n"):
        match = _SIMPLE.match(line.removesuffix("\r"))
        if match is None:
            return False
        if match["key"]:
            # Only below a key without a value may items stand, all with one indent.
            indent = "" if line.rstrip().endswith(":") else None
            continue
        if match["item"]:
            if indent is None or indent not in ("", match["item"]):
                return False
            indent = match["item"]
    return True
