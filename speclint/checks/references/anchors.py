"""The check of anchors: the part of a page that a link names is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from speclint.binding.model import Binding, cached_per_binding
from speclint.checks.reading.fences import runaways
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.checks.references.link_map import target_of
from speclint.checks.references.targets import Link, links
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.document import Document, parse_document
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.leaf_blocks import LeafBlocks, leaf_blocks_of
from speclint.markdown.slugs import Slugger, shown, slug
from speclint.markdown.source import Source
from speclint.ruleset.similarity import closeness
from speclint.ruleset.titles import without_attributes

_PAGES = (".md", ".markdown")

# Larger files are not read for the sake of a link.
_MAX_LENGTH = 1_000_000

_LINES = lazy_regex(r"L(?P<first>\d{1,9})(?:C\d{1,9})?(?:-L?(?P<last>\d{1,9})(?:C\d{1,9})?)?")

# Where notes go, what a reader's browser searches for, what a page's own program reads.
_NOT_A_HEADING = lazy_regex(
    r"(?:user-content-)?fn(?:ref)?(?:[-:].*|\d+)|top|[/!?:].*|.*=.*", re.IGNORECASE | re.DOTALL
)

_TAG = lazy_regex(r"<(?P<close>/?)(?P<name>[A-Za-z][\w-]*)(?P<attributes>[^<>]*)>")

_ID = lazy_regex(
    r"(?<![\w-])(?:id|name)\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))",
    re.IGNORECASE,
)

_COMMENT = lazy_regex(r"<!--(?:.*?-->|.*)", re.DOTALL)

# `{#name}` as kramdown, Pandoc and others have it, `(name)=` as MyST has it.
_NAMES = lazy_regex(
    r"(?<![ \t])[ \t]*+\{:?[^{}\n#]{0,200}#([^\s{}#]{1,200})[^{}\n]{0,200}\}|^\(([\w.:-]{1,200})\)=$"
)

_SELECTORS = "\ufe0e\ufe0f"

# How many anchors are compared for likeness in one document.
_COMPARISONS = 3000


class Anchors(NamedTuple):
    """The anchors of a page: all that work, folded, and those of its headings as GitHub writes them."""

    known: frozenset[str]
    headings: tuple[str, ...]


def broken_anchor(binding: Binding) -> Iterator[Finding]:
    """Every `#anchor` in a link names a heading, or another anchor, of the page it leads to.

    Such a link still opens the page, and leaves the reader at its top. Anchors of headings are as GitHub
    makes them: in lower case, blanks as dashes, without punctuation and emoji, `-1`, `-2` behind those that
    come again. `id` and `name` in HTML and `{#names}` count as well, and `#L10` when the file has that many
    lines. Looked at are links into this document and into other Markdown files of the repository.

    Fails:

        See [the rollout](#roll-out).

        ## Rollout

    Passes:

        See [the rollout](#rollout).

        ## Rollout
    """
    comparisons = _COMPARISONS
    for link in links(binding):
        fragment = (link.fragment or "").partition(":~:")[0]
        page = _page(binding, link) if fragment else None
        if page is None:
            continue
        span = _behind_hash(binding, link)
        lines = _LINES.fullmatch(fragment)
        if lines:
            count = _line_count(binding, page)
            last = max(int(lines["first"]), int(lines["last"] or 0))
            if count is not None and last > count:
                yield Finding(span, f"{_name(link)} has no line {last:,}, only {count:,}")
            continue
        anchors = _anchors(binding, page)
        if anchors is None or _NOT_A_HEADING.fullmatch(fragment) or _folded(fragment) in anchors.known:
            continue
        hint = ""
        if len(anchors.headings) <= comparisons:
            comparisons -= len(anchors.headings)
            meant = _closest(fragment, anchors.headings)
            hint = f'; did you mean "#{shorten(meant)}"?' if meant else ""
        yield Finding(span, f'{_name(link)} has no anchor "#{shorten(fragment)}"{hint}')


def _name(link: Link) -> str:
    return f'"{shorten(link.path)}"' if link.path else "this document"


def _behind_hash(binding: Binding, link: Link) -> Span:
    """Return the span of a link's fragment, with its `#`; that of the link if it is not found."""
    at = binding.document.source.text.find("#", *link.span)
    return Span(at, link.span.end) if at >= 0 else link.span


def _page(binding: Binding, link: Link) -> str | None:
    """Return the path of the file that a link leads to, "" for this document, None if it leads to none."""
    if not link.path:
        return ""
    found = target_of(binding, link)
    if binding.location is None or found is None or found.kind != "file":
        return None
    return "" if found.path == binding.location.path else found.path


def _line_count(binding: Binding, page: str) -> int | None:
    """Return how many lines a file has, None if that is unknown."""
    if not page:
        return _lines_in(binding.document.source)
    assert binding.location is not None
    return binding.location.files.derived(page, "lines", _lines_of)


def _lines_of(text: str | None) -> int | None:
    return _lines_in(Source(text)) if text is not None and len(text) <= _MAX_LENGTH else None


def _lines_in(source: Source) -> int:
    return len(source.line_starts) - (source.line_starts[-1] == len(source.text))


def _anchors(binding: Binding, page: str) -> Anchors | None:
    """Return the anchors of a page, None if they are unknown."""
    if not page:
        return _own_anchors(binding)
    assert binding.location is not None
    if not page.lower().endswith(_PAGES):
        return None
    return binding.location.files.derived(page, "anchors", _anchors_of)


def _anchors_of(text: str | None) -> Anchors | None:
    if text is None or len(text) > _MAX_LENGTH:
        return None
    document = parse_document(text)
    return _anchors_in(document, leaf_blocks_of(document))


@cached_per_binding
def _own_anchors(binding: Binding) -> Anchors:
    own = _anchors_in(binding.document, leaf_blocks(binding))
    for runaway in runaways(binding):
        # What became code is reported with the fence that swallows it.
        lost = runaway.swallowed.document
        own = own._replace(known=own.known | _anchors_in(lost, leaf_blocks_of(lost)).known)
    return own


def _anchors_in(document: Document, found: LeafBlocks) -> Anchors:
    text = document.source.text
    titles = [(heading.span.start, shown(heading.text, document.link_labels)) for heading in found.headings]
    known: set[str] = set()
    for block in found.html:
        html = _COMMENT.sub("", text[block.span.start : block.span.end])
        known.update(_ids(html))
        titles += ((block.span.start, title) for title in _html_headings(html))
    for prose in found.prose:
        for piece in prose.pieces:
            if piece.kind == "html":
                known.update(_ids(text[piece.span.start : piece.span.end]))
        reach = prose.lines[0].start, prose.lines[-1].end
        for line in prose.lines if text.find("#", *reach) >= 0 or text.find("(", *reach) >= 0 else ():
            if text.find("#", *line) >= 0 or text.startswith("(", line.start):
                known.update(name for match in _NAMES.findall(text[line.start : line.end]) for name in match)
    slugger = Slugger()
    headings: list[str] = []
    for _, title in sorted(titles, key=lambda entry: entry[0]):
        headings.append(slugger.slug(title))
        # Tags and images at the ends of a heading leave blanks, a line break nothing, a name in braces all of
        # it: what people write for these is not what GitHub makes of them, and both may work elsewhere.
        known.add(slug(_NAMES.sub("", title).replace("\n", " ").strip()))
        if title.endswith("}"):
            known.add(slug(without_attributes(title)))
    return Anchors(frozenset(map(_folded, (*headings, *known))), tuple(headings))


def _ids(html: str) -> Iterator[str]:
    for tag in _TAG.finditer(html):
        for values in _ID.findall(tag["attributes"]):
            yield "".join(values)


def _html_headings(html: str) -> Iterator[str]:
    """Yield the visible text of the headings in HTML."""
    opened, start = "", 0
    for tag in _TAG.finditer(html):
        name = tag["name"].lower()
        if len(name) != 2 or name[0] != "h" or not name[1].isdigit():
            continue
        if tag["close"] and name == opened:
            yield shown(" ".join(_TAG.sub("", html[start : tag.start()]).split()))
        opened, start = ("", 0) if tag["close"] else (name, tag.end())


def _folded(anchor: str) -> str:
    """Return an anchor for comparison: case and the variation selectors of emoji do not count."""
    anchor = anchor.lower().removeprefix("user-content-")
    return anchor if anchor.isascii() else "".join(c for c in anchor if c not in _SELECTORS)


def _closest(fragment: str, anchors: tuple[str, ...]) -> str | None:
    """Return the anchor that a wrong one most likely means, None if none is similar."""
    wanted = _folded(fragment)
    letters = "".join(filter(str.isalnum, wanted))
    words = wanted.replace("-", " ")
    best, meant = 0.0, None
    for anchor in anchors:
        near = (
            1.0
            if "".join(filter(str.isalnum, anchor)) == letters
            else closeness(words, anchor.replace("-", " "))
        )
        if near > best:
            best, meant = near, anchor
    return meant
