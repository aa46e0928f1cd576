"""The check of references: what `[text][label]` and `[^note]` refer to is defined."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from speclint.binding.model import Binding
from speclint.checks.reading.fences import runaways
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.inline import Inline, normalise_label
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.leaf_blocks import LeafBlocks, leaf_blocks_of
from speclint.markdown.source import Source

# What belongs to code, formulas and expressions rather than to a label.
_CODE = lazy_regex(r"[=<>|;{}$^+\\\[\]]|a-z|A-Z|0-9|a-f|A-F|\.\.")

_QUANTIFIERS = "*+?{$\\"

_WORDS = lazy_regex(r"[^\W\d_]{2}")

# `[guide]: {{< ref "guide" >}}`, `[post]: {% link post.md %}`, `[home]: ${SITE}/`.
_TEMPLATED = lazy_regex(r"[ ]{0,3}\[(?P<label>[^\[\]\n]{1,200})\]:[ \t]*(?:\{\{|\{%|<%|\$\{)")

_NOTE = lazy_regex(r"[\w.:-]{1,100}")

# What people put in brackets before a title.
_TAGS = lazy_regex(
    "wip|rfc|draft|fix|bug|hotfix|feature|feat|chore|security|breaking|urgent|done|new|must|should|could|may"
    "|optional|required|p[0-3]|x",
    re.IGNORECASE,
)


def undefined_reference(binding: Binding) -> Iterator[Finding]:
    """Every `[text][label]` and every `[^note]` has its definition in the document.

    Without one, readers see the brackets instead of a link, and look in vain for the note. The definition is
    a line of its own, `[label]: address` or `[^note]: text`. A label that is referred to more than once is
    reported where it first stands; brackets as code and formulas have them are no references.

    Fails:

        It follows the [decision][adr-7], as measured.[^1]

    Passes:

        It follows the [decision][adr-7], as measured.[^1]

        [adr-7]: decisions/7.md
        [^1]: In March, with ten clients.
    """
    source, found = binding.document.source, leaf_blocks(binding)
    defined, notes = binding.document.link_labels, _notes(source, found)
    for runaway in runaways(binding):
        # What became code is reported with the fence that swallows it.
        lost = runaway.swallowed.document
        defined, notes = defined | lost.link_labels, notes | _notes(lost.source, leaf_blocks_of(lost))
    reported: set[tuple[str, str]] = set()
    templated: frozenset[str] | None = None
    for prose in found.prose:
        for number, piece in enumerate(prose.pieces):
            if piece.kind not in ("reference", "footnote"):
                continue
            label, name = normalise_label(piece.target), shorten(piece.target)
            if (piece.kind, label) in reported or (piece.kind == "reference" and label in defined):
                continue
            inner = prose.pieces[number + 1 : number + 500]
            if piece.kind == "reference" and _refers(source, piece, inner):
                templated = _templated(source, found) if templated is None else templated
                if label in templated:
                    continue
                reported.add((piece.kind, label))
                message = f"`[{name}]` is not defined; add a line `[{name}]: address`"
                yield Finding(_label_span(source, piece), message)
            elif piece.kind == "footnote" and label not in notes and _is_note(source, piece, bool(notes)):
                reported.add((piece.kind, label))
                yield Finding(piece.span, f"there is no note `[^{name}]`; add a line `[^{name}]: text`")


def _templated(source: Source, found: LeafBlocks) -> frozenset[str]:
    """Return the labels that have an address for a site generator, which is none for CommonMark."""
    if "]:" not in source.text:
        return frozenset()
    lines = (_TEMPLATED.match(source.text, *line) for prose in found.prose for line in prose.lines)
    return frozenset(normalise_label(line["label"]) for line in lines if line)


def _notes(source: Source, found: LeafBlocks) -> frozenset[str]:
    """Return the labels of all notes, which are `[^label]:` at the beginning of a line."""
    notes = {normalise_label(block.label[1:]) for block in found.definitions if block.label[:1] == "^"}
    for prose in found.prose:
        for piece in prose.pieces:
            if piece.kind != "footnote" or not source.text.startswith(":", piece.span.end):
                continue
            if _begins_line(source, piece):
                notes.add(normalise_label(piece.target))
    return frozenset(notes)


def _refers(source: Source, piece: Inline, inner: Sequence[Inline]) -> bool:
    """Return whether brackets are certainly meant as a reference, not as code, a formula or tags."""
    before, after = _around(source, piece)
    # A question mark or a star behind may as well belong to the sentence.
    if before.isalnum() or (before and before in "_)]$`\\") or (after and after in "[(]+{$\\"):
        return False
    text, label = _without_code(source, piece.content, inner).strip(), piece.target
    if not text or _CODE.search(text) or _CODE.search(label):
        return False
    if not _WORDS.search(text) and not _WORDS.search(label):
        return False  # `[i][j]`, `[1][2]`
    if source.text.startswith("[]", piece.content.end + 1) and "," in text:
        return False  # `[string, number][]`
    return not _TAGS.fullmatch(text) or " " in label or not _begins_line(source, piece)


def _around(source: Source, piece: Inline) -> tuple[str, str]:
    """Return the characters before and after a piece, "" at the ends of the text."""
    start, end = piece.span
    return source.text[start - 1 : start] if start else "", source.text[end : end + 1]


def _begins_line(source: Source, piece: Inline) -> bool:
    """Return whether only marks of lists, quotes and headings precede a piece in its line."""
    line = source.line_span(source.line_number(piece.span.start))
    return not source.text[line.start : piece.span.start].strip(" \t>*+-#|0123456789.)")


def _without_code(source: Source, content: Span, inner: Sequence[Inline]) -> str:
    """Return the text of a reference, with a word for code, images and tags in it."""
    parts: list[str] = []
    position = content.start
    for piece in takewhile(lambda piece: piece.span.start < content.end, inner):
        if piece.kind in ("code", "image", "html") and piece.span.start >= position:
            parts += (source.text[position : piece.span.start], "code")
            position = piece.span.end
    return "".join((*parts, source.text[position : content.end]))


def _label_span(source: Source, piece: Inline) -> Span:
    """Return the span of the label in a reference: `[label]`, or all of `[text][]`."""
    behind = Span(piece.content.end + 1, piece.span.end)
    return behind if re.search(r"\[[^\]]", source.slice(behind)) else piece.span


def _is_note(source: Source, piece: Inline, has_notes: bool) -> bool:
    """Return whether `[^label]` refers to a note, and is no expression such as `[^/]+`."""
    before, after = _around(source, piece)
    if not _NOTE.fullmatch(piece.target) or (before and before in "([\\^/\"'"):
        return False
    if piece.target.isdigit() or has_notes:
        return True
    attached = before != "" and not before.isspace()
    return attached and (not after or after not in _QUANTIFIERS) and not _CODE.search(piece.target)
