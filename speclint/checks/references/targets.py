"""Find where the links of a document lead: every destination in it, and what is there.

Links to other sites are not followed: nothing is looked up in a network. What lies outside of the root is
never looked at either.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple

from speclint.binding.model import Binding, cached_per_binding
from speclint.binding.surroundings import DocumentLocation
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.diagnostics import Span
from speclint.markdown.blocks import LinkDefinition
from speclint.markdown.inline import Inline, normalise_label
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.leaf_blocks import Prose
from speclint.markdown.source import Source

if TYPE_CHECKING:
    from speclint.binding.surroundings import Kind


# A scheme, or `//host`.
_ELSEWHERE = lazy_regex(r"[A-Za-z][A-Za-z0-9+.-]*:|//")

# What a template engine or an author fills in later, and what stands for any text.
_OPEN = lazy_regex(r"[{}<>\[\]|*]|\$\(|%[sd]\b|\.{3}|…")

_PERCENT = lazy_regex(r"(?:%[0-9A-Fa-f]{2})+")

_DESTINATION = lazy_regex(r"\]\([ \t\r\n>]*<?(?P<destination>(?<=<)[^<>\n]*|(?:[^\s()\\]|\\.|\([^\s()]*\))*)")

_ESCAPED = lazy_regex(r"\\([!-/:-@\[-`{-~])")

_SUBMODULE_PATH = lazy_regex(r"(?m)^[ \t]*path[ \t]*=[ \t]*([^\s]+)")

# `@docs/guide.md`, as assistants and some tools read it: the path begins at the root.
_AT = lazy_regex(r"(?<![\w@/.`~+-])@(?P<path>[\w.][\w./+-]*)(?P<fragment>#[\w-]+)?")

_DOCUMENTS = (".md", ".markdown", ".mdx", ".rst", ".txt", ".adoc")

_TAG = lazy_regex(r"<(?P<name>a|img)(?=\s)(?P<attributes>[^<>]*)>", re.IGNORECASE)

_ATTRIBUTE = lazy_regex(
    r"(?<![\w-])(?P<name>href|src)\s{0,9}=\s{0,9}"
    r"(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s\"'<>]+))",
    re.IGNORECASE,
)

_COMMENT = lazy_regex(r"<!--(?:.*?-->|.*)", re.DOTALL)

# Site generators leave the ending of a page away, or write the one that it will have.
_PAGES = (".md", ".markdown", ".mdx", ".rst", ".adoc")


class Link(NamedTuple):
    """A destination inside the repository: its kind, its span, and the path and the fragment in it.

    The path is decoded, without a query; "" is the document itself. The fragment is decoded, and None if
    there is no `#`. A link that is "empty" has no destination: `[text]()`.
    """

    kind: Literal["link", "image", "reference", "empty"]
    span: Span
    path: str
    fragment: str | None


class Found(NamedTuple):
    """What a link leads to: a path of the repository and the kind of what is there, None for nothing."""

    path: str
    kind: Kind | None


@cached_per_binding
def links(binding: Binding) -> tuple[Link, ...]:
    """Return every link, image, definition, HTML link and `@` reference into the repository, in order."""
    source = binding.document.source
    found = leaf_blocks(binding)
    gathered: list[Link] = []
    used: set[str] = set()
    for prose in found.prose:
        for piece in prose.pieces:
            if piece.kind in ("link", "image"):
                gathered += _inline(source, piece)
            elif piece.kind == "html":
                gathered += _html(source.text, piece.span)
            elif piece.kind == "reference":
                used.add(normalise_label(piece.target))
        gathered += _references(source.text, prose)
    for block in found.html:
        gathered += _html(source.text, block.span)
    for definition in found.definitions:
        gathered += _defined(source, definition, used)
    gathered.sort(key=lambda link: link.span)
    return tuple(gathered)


def _inline(source: Source, piece: Inline) -> Iterator[Link]:
    # Code in running text may look like a link: `handlers[name](event)`.
    called = source.text[piece.span.start - 1 : piece.span.start].isalnum()
    if piece.kind == "link" and called and not re.search(r"[/.#]", piece.target):
        return
    if not piece.target:
        # `[](){#name}` is how some mark a place.
        if piece.kind == "image" or source.slice(piece.content).strip():
            yield Link("empty", piece.span, "", None)
        return
    place = _DESTINATION.match(source.text, piece.content.end, piece.span.end)
    if place is not None:
        kind: Literal["link", "image"] = "image" if piece.kind == "image" else "link"
        yield from _link(kind, Span(*place.span("destination")), piece.target)


def _defined(source: Source, definition: LinkDefinition, used: set[str]) -> Iterator[Link]:
    """Yield the destination of a definition, unless it is a note, or words that merely parse as one."""
    target = definition.destination
    # An anchor of the same page that nobody refers to is there for no reader.
    addressed = re.search(r"^[^#]*[/.]", target) or normalise_label(definition.label) in used
    if target and addressed and not definition.label.startswith("^"):
        yield from _link("link", definition.destination_span, _ESCAPED.sub(r"\1", target))


def _html(text: str, span: Span) -> Iterator[Link]:
    """Yield the links and images of HTML, outside its comments."""
    html = _COMMENT.sub(lambda comment: " " * len(comment[0]), text[span.start : span.end])
    for tag in _TAG.finditer(html):
        kind: Literal["link", "image"] = "link" if tag["name"].lower() == "a" else "image"
        for attribute in _ATTRIBUTE.finditer(html, *tag.span("attributes")):
            value = attribute.lastgroup or ""
            if (attribute["name"].lower() == "href") == (kind == "link") and attribute[value].strip():
                place = Span(*(span.start + offset for offset in attribute.span(value)))
                yield from _link(kind, place, attribute[value].strip())


def _references(text: str, prose: Prose) -> Iterator[Link]:
    """Yield references such as `@docs/guide.md`, outside code and links."""
    if text.find("@", prose.lines[0].start, prose.lines[-1].end) < 0:
        return
    starts: list[int] = []
    ends: list[int] = []
    for line in prose.lines:
        for match in _AT.finditer(text, *line):
            if prose.pieces and not starts:
                starts = [piece.span.start for piece in prose.pieces]
                # The farthest end of the pieces up to each: the later ones may stand inside.
                ends = list(accumulate((piece.span.end for piece in prose.pieces), max))
            before = bisect_right(starts, match.start())
            if before and ends[before - 1] > match.start():
                continue
            path = match["path"].rstrip(".")
            fragment = match["fragment"] if path == match["path"] else None
            if "/" in path and path.lower().endswith(_DOCUMENTS):
                end = match.end() if fragment else match.start("path") + len(path)
                span = Span(match.start(), end)
                yield Link("reference", span, f"/{path}", fragment[1:] if fragment else None)


def _link(kind: Literal["link", "image"], span: Span, target: str) -> Iterator[Link]:
    if "&" in target:
        from html import unescape

        target = unescape(target)
    if _ELSEWHERE.match(target):
        return
    path, mark, fragment = target.partition("#")
    path = decoded(path.partition("?")[0])
    if not _OPEN.search(path):
        yield Link(kind, span, path, decoded(fragment) if mark else None)


def decoded(text: str) -> str:
    """Return a part of an address with its percent-escapes decoded; those that are not UTF-8 stay."""
    return _PERCENT.sub(_decoded_run, text) if "%" in text else text


def _decoded_run(match: re.Match[str]) -> str:
    try:
        return bytes.fromhex(match[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def lookup(place: DocumentLocation, link: Link) -> Found | None:
    """Return what a link leads to by its own path, None if that is unknown."""
    path = place.resolve(link.path) if link.path else place.path
    if path is None:
        return None
    # The document itself may come from elsewhere, with its path as nothing but a name.
    kind = place.files.kind(path) if path != place.path else "file"
    if kind is None:
        stem, ending = posixpath.splitext(path)
        stems = (path, stem) if ending.lower() in (".html", ".htm") else (path,)
        if any(place.files.kind(f"{stem}{page}") for stem in stems for page in _PAGES):
            return None
        absolute = link.path[0] == "/" and place.files.kind(path.partition("/")[0]) is None
        if (absolute and not _is_ours(place, link, path)) or is_absent(place, path):
            return None
    return None if kind == "unknown" else Found(path, kind)


def _is_ours(place: DocumentLocation, link: Link, path: str) -> bool:
    """Return whether a path from the root must be in this repository, though its first folder is not there.

    One without a suffix may be an address of a web site, which has another root.
    """
    return place.whole and (link.kind == "reference" or "." in posixpath.basename(path))


def is_absent(place: DocumentLocation, path: str) -> bool:
    """Return whether a path lies in a submodule, which may not have been checked out."""
    modules = place.files.derived(".gitmodules", "submodules", _modules)
    return any(path == module or path.startswith(f"{module}/") for module in modules)


def _modules(text: str | None) -> tuple[str, ...]:
    return tuple(_SUBMODULE_PATH.findall(text or ""))
