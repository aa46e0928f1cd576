"""Read metadata in front matter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.diagnostics import Span
from speclint.markdown.blocks import FrontMatter
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.metadata.field import Field, Item
from speclint.markdown.source import Source
from speclint.markdown.visibility import is_invisible

_KEY = lazy_regex(r"(?P<name>[^\s#:\-][^:\n]{0,60}?)[ \t]*:(?:[ \t]++(?P<value>[^\r\n]*[^ \t\r\n])?)?[ \t]*$")

_ITEM = lazy_regex(r"(?P<indent>[ \t]*)-(?:[ \t]+(?P<text>[^\r\n]*?))?[ \t]*$")

_COMMENT = lazy_regex(r"(?:^|[ \t])#.*$")

# The head of a text that stands below its key: `|`, `>-`, `|2`.
_BLOCK_TEXT = lazy_regex(r"[|>][-+0-9]{0,2}$")

_ITEM_OF_FLOW = lazy_regex(
    r"""[ \t\r\n]*(?P<text>"(?:[^"\\]|\\.)*+"|'(?:[^']|'')*+'|[^,\[\]]*)[^,]*(?:,|$)"""
)


def front_matter_fields(source: Source, block: FrontMatter) -> Iterator[Field]:
    """Yield the top-level keys of front matter as fields.

    The items of a list are given one by one, and joined by commas as its value; the lines of a text below a
    key are joined by blanks. A comment is no value.
    """
    if block.language == "toml":
        # Loaded only for documents that have it.
        from speclint.markdown.metadata.toml_front_matter import toml_fields

        yield from toml_fields(source, block)
        return
    first = source.line_number(block.body_span.start)
    last = source.line_number(max(block.body_span.start, block.body_span.end - 1))
    lines = [source.line_span(line) for line in range(first, last + 1)]
    for i, line in enumerate(lines):
        match = _KEY.match(source.text, *line)
        if match is None or line.start >= block.body_span.end:
            continue
        span = Span(*match.span("value")) if match["value"] else Span(line.end, line.end)
        value, items, end = _value(source, span, _below(source, lines, i + 1))
        yield Field(
            name=match["name"].strip("'\""),
            name_span=Span(*match.span("name")),
            value=value,
            value_span=Span(span.start, max(span.end, end)),
            span=Span(line.start, max(span.end, end, match.end("name"))),
            place="front-matter",
            items=items,
        )


class _Value(NamedTuple):
    """The value of a key, its items if it is a list, and the offset where it ends."""

    text: str
    items: tuple[Item, ...]
    end: int


def _value(source: Source, span: Span, below: Sequence[Span]) -> _Value:
    """Return the value of a key, of which `span` is in its own line and `below` are the lines below."""
    text = source.slice(span)
    bare = "" if text.startswith("#") else text
    if not bare:
        return _listed_below(source, below, span.end)
    head = _COMMENT.sub("", bare).rstrip()
    if _BLOCK_TEXT.match(head):
        return _Value(_joined(source, below), (), below[-1].end if below else span.end)
    if bare[0] in "'\"" or head[0] in "[{" or below:
        end = below[-1].end if below and not _ends(bare) else span.end
        whole = " ".join(_uncommented(source.slice(Span(span.start, end))).split())
    else:
        whole, end = head, span.end
    if whole.startswith("[") and whole.endswith("]"):
        place = Span(span.start, end if below else span.start + len(head))
        items = tuple(Item(text, place) for text in flow_items(whole[1:-1]))
        return _Value(whole, items, end)
    value = unquoted(whole)
    return _Value("" if is_invisible(value) else value, (), end)


def _below(source: Source, lines: Sequence[Span], start: int) -> list[Span]:
    """Return the lines from `start` on that belong to the key above them, without blank ones at the end."""
    end = last = start
    while end < len(lines):
        text = source.slice(lines[end])
        if text.strip():
            if not text.startswith((" ", "\t", "-", "]", "}")):
                break
            last = end + 1
        end += 1
    return list(lines[start:last])


def _ends(text: str) -> bool:
    """Return whether a value in quotes or brackets ends in the line in which it begins."""
    mark = {"[": "]", "{": "}"}.get(text[0], text[0])
    return mark in "]}'\"" and _COMMENT.sub("", text).rstrip().endswith(mark) and len(text) > 1


def _uncommented(text: str) -> str:
    """Return the lines of a value without the comments behind them; quotes are left alone."""
    if "#" not in text or text[:1] in "'\"":
        return text
    return "\n".join(_COMMENT.sub("", line) for line in text.splitlines())


def _listed_below(source: Source, below: Sequence[Span], end: int) -> _Value:
    """Return the list, mapping or text in the lines below a key."""
    items: list[Item] = []
    others: list[str] = []
    indent = None
    for line in below:
        text = source.slice(line)
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        match = _ITEM.match(source.text, *line)
        if match is not None and (indent is None or match["indent"] == indent):
            indent = match["indent"]
            shown = unquoted(_without_comment(match["text"] or ""))
            place = Span(*match.span("text")) if match["text"] else Span(match.start(), match.end())
            items.append(Item(shown, Span(max(place.start, line.start), place.end)))
        elif items and match is None:
            last = items[-1]
            items[-1] = Item(f"{last.text}, {_without_comment(text.strip())}".strip(", "), last.span)
        else:
            others.append(_without_comment(text.strip()).removeprefix("- ").strip("'\""))
    value = ", ".join(filter(None, [*(item.text for item in items), *others]))
    return _Value(value, tuple(items), below[-1].end if below else end)


def _joined(source: Source, below: Sequence[Span]) -> str:
    return " ".join(source.slice(line).strip() for line in below).strip()


def _without_comment(text: str) -> str:
    """Return a value in one line without the comment behind it."""
    if text[:1] in ("'", '"'):
        closing = text.find(text[0], 1)
        if closing > 0:
            return text[: closing + 1]
    return _COMMENT.sub("", text).rstrip()


def flow_items(inside: str) -> Iterator[str]:
    """Yield the items between the brackets of a list, without their quotes."""
    for match in _ITEM_OF_FLOW.finditer(inside):
        text = match["text"].strip()
        if text:
            yield unquoted(text)
        if match.end() == len(inside):
            return


def unquoted(text: str) -> str:
    """Return a scalar without the quotes around it, and what stands behind the closing one."""
    mark = text[:1]
    if mark not in ("'", '"'):
        return text
    closing = text.find(mark, 1)
    while closing > 0 and (text[closing + 1 : closing + 2] == mark == "'" or _escaped(text, closing)):
        closing = text.find(mark, closing + (2 if mark == "'" else 1))
    if closing <= 0:
        return text
    inner = text[1:closing]
    return inner.replace("''", "'") if mark == "'" else inner.replace('\\"', '"').replace("\\\\", "\\")


def _escaped(text: str, place: int) -> bool:
    return text[place] == '"' and (len(text[:place]) - len(text[:place].rstrip("\\"))) % 2 == 1
