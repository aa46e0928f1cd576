"""The check of paths: the files and folders that a section names are there."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.binding.labels import owed_labels
from speclint.binding.model import Binding
from speclint.binding.surroundings import DocumentLocation
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.checks.references.targets import is_absent
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.document import Section
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.leaf_blocks import Prose
from speclint.markdown.source import Source

# Endings of what people write and keep; nobody looks for what programs write.
_SOURCE = frozenset(
    {
        "adb", "asm", "astro", "bash", "bat", "bzl", "c", "cc", "clj", "cljs", "cpp", "cs", "css", "cts",
        "cu", "cxx", "dart", "el", "elm", "erl", "ex", "exs", "fish", "fs", "go", "gql", "gradle",
        "graphql", "groovy", "h", "hbs", "hpp", "hrl", "hs", "htm", "html", "hxx", "ipynb", "java", "jinja",
        "jl", "js", "jsx", "kt", "kts", "less", "lua", "m", "md", "mdx", "mjs", "mk", "ml", "mli", "mm",
        "mts", "nim", "nix", "php", "pl", "po", "proto", "ps1", "pug", "py", "pyi", "pyx", "r", "rake",
        "rb", "rego", "rs", "rst", "sass", "scala", "scm", "scss", "sh", "sol", "sql", "svelte", "swift",
        "tcl", "tex", "tf", "ts", "tsx", "twig", "vb", "vue", "wat", "xsd", "xslt", "zig", "zsh",
    }
)  # fmt: skip

# Kept as well, but a bare name of this kind may be anyone's, anywhere.
_SETTINGS = frozenset(
    {
        "cfg", "cmake", "conf", "csproj", "gemspec", "ini", "json", "json5", "jsonc", "lock", "mod",
        "plist", "properties", "sln", "sum", "tmpl", "toml", "txt", "xml", "yaml", "yml",
    }
)  # fmt: skip

_KEPT = _SOURCE | _SETTINGS

# What an import leaves away.
_IMPORTED = ("py", "ts", "tsx", "js", "jsx", "go", "rs", "java", "kt", "rb", "vue", "php", "cs", "swift")

# Folders of what is made from the rest, or of what everyone has for themselves.
_MADE = frozenset(
    {
        "node_modules", "dist", "build", "target", "out", "bin", "obj", "tmp", "temp", "log", "logs",
        "coverage", "htmlcov", "venv", ".venv", "env", ".env", ".git", "__pycache__", ".cache", ".next",
        ".nuxt", ".tox", "vendor", "generated", "gen", "_build", "site-packages", "data", "media",
        "uploads", "var",
    }
)  # fmt: skip

# Libraries that are called like files.
_LIBRARY = lazy_regex(
    r"(?:alpine|backbone|chart|d3|ember|express|nest|next|node|nuxt|p5|react|three|vue)\.js", re.IGNORECASE
)

_PATH = lazy_regex(r"/?(?:\.{1,2}/){0,20}[\w.@+-]+(?:/[\w.@+-]+){0,60}/?")

_MEDIA = lazy_regex(r"(?:application|audio|font|image|message|model|multipart|text|video)/[\w.+-]+")

_TOKEN = lazy_regex(r"[^\s,;()|]+")

_ITEM = lazy_regex(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?$")

_PATH_END = lazy_regex(r"[:#(]")

_STRIKE = lazy_regex("~~")

_BOX = lazy_regex(r"\[[ xX]\][ \t]+")

# Said beside a file that is not there: in words, in parentheses or emphasis, or alone behind a dash.
_ABSENT = lazy_regex(
    r"\b(?:(?:to|will) be (?:created|added|written|implemented|generated|removed|deleted)"
    r"|(?:was|been) (?:removed|deleted|renamed|moved)|(?:renamed|moved|split|ported|copied) from|formerly"
    r"|git-?ignored|no longer exists|not yet (?:created|written|added|implemented|there))\b"
    r"|[(\[*_](?:new|planned|proposed|future|upcoming|tbd|todo|removed|deleted|generated|example)\b"
    r"[^()\[\]\n]{0,60}[)\]*_]"
    r"|[-–—:|][ \t]{0,9}(?:new|planned|proposed|future|upcoming|removed|deleted|generated)"
    r"[ \t]{0,9}(?:[,;.|]|$)",
    re.IGNORECASE | re.MULTILINE,
)

# Said above them: `Files to create:`, `Removed files`.
_ABSENT_BELOW = lazy_regex(
    r"\b(?:new|to (?:be )?(?:created?|add(?:ed)?|writ(?:e|ten)|removed?|deleted?)|planned|proposed|future"
    r"|removed|deleted|generated|examples?)\b",
    re.IGNORECASE,
)

# In how many of the folders that a document names a bare name is looked for.
_FOLDERS = 10


class _Mention(NamedTuple):
    """A path as a document names it.

    `listed` is whether it is what its list item, table cell or label is about, `code` whether it is in code
    quotes.
    """

    span: Span
    path: str
    listed: bool
    code: bool


def missing_path(binding: Binding) -> Iterator[Finding]:
    """The files and folders named in sections that list them exist.

    Readers go from a list of key files straight to the code, and a path that has moved sends them astray. A
    rule set says where that is promised: `paths: true` for a section or label. What is looked at there are
    paths in code quotes, and those that stand at the head of a list item, in a table cell or behind a label;
    `::test_name`, `:12` and `#L3` behind them do not count. They begin at the root of the repository, at the
    folder of the document, or at one between. Drawings in code blocks are not looked at, nor what is struck
    through, nor what the text says is not there: `(new)`, `(planned)`, `(removed)`, `Files to create:`. While
    the code is still to be written, a warning may do: `missing-path: {draft: warning, staging: error}`.

    Fails, where there is no such file:

        ## Key Files
        - `src/sharing/servise.py` - who may see what

    Passes:

        ## Key Files
        - `src/sharing/service.py` - who may see what
        - `src/sharing/links.py` (planned)
    """  # noqa: D401 - true of a good document
    place = binding.location
    regions = _merged(_regions(binding)) if place else []
    if place is None or not regions:
        return
    mentions = list(_mentions(binding, regions))
    # Where one of the files is, the others can be expected, repository or not.
    if not place.whole and any(_is_there(place, mention) for mention in mentions):
        place = place._replace(whole=True)
    folders = _folders(mentions)
    # What was found out about paths, by all that was asked of them.
    known: dict[tuple[str, bool, bool], bool] = {}
    for mention in mentions:
        asked = (mention.path, mention.listed, mention.code)
        if asked not in known:
            known[asked] = _is_missing(place, mention, folders)
        if known[asked]:
            hint = 'a file still to come is marked "(planned)"'
            yield Finding(mention.span, f'"{shorten(mention.path)}" does not exist; {hint}')


# Where paths are promised


def _regions(binding: Binding) -> Iterator[Span]:
    """Yield the spans of sections and labels that promise that the paths in them exist."""
    for rule in binding.rules.walk():
        if rule.content.paths and binding.owed(rule.content.paths.start):
            for section in binding.sections[rule.number]:
                yield from _own_texts(binding, section, section.body_span.start)
    for label_rule, _, found in owed_labels(binding):
        if label_rule.content.paths and binding.owed(label_rule.content.paths.start):
            # A bold line is found as a label and as what it opens, which reaches further.
            fields = [label.span for label in found if label.field]
            yield from fields or (label.span for label in found)


def _own_texts(binding: Binding, section: Section, start: int) -> Iterator[Span]:
    """Yield the text of a section from an offset on, and of subsections that promise nothing of their own."""
    yield Span(start, section.body_span.end)
    for child in section.children:
        rule = binding.rules_of.get(child.number)
        if rule is None or rule.content.paths is None:
            yield from _own_texts(binding, child, child.span.start)


def _merged(spans: Iterator[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


# What they name


def _mentions(binding: Binding, regions: list[Span]) -> Iterator[_Mention]:
    """Yield the paths in texts, unless the document states that they are not there."""
    source = binding.document.source
    values = _label_values(binding)
    # The headings and lines with a colon at the end that a text stands below: the column of each, and
    # whether it says that what follows is not there.
    leads: list[tuple[int, bool]] = []
    region = 0
    for prose in leaf_blocks(binding).prose:
        start, end = prose.lines[0].start, prose.lines[-1].end
        while region < len(regions) and regions[region].end <= start:
            region += 1
        if region == len(regions):
            return
        if start not in regions[region]:
            leads = []
            continue
        if prose.kind != "cell":
            column = 0 if prose.kind == "heading" else source.position(start).column
            while leads and leads[-1][0] >= column:
                leads.pop()
            if prose.kind == "heading" or source.text[max(start, end - 4) : end].rstrip("*_ \t")[-1:] == ":":
                leads.append((column, _ABSENT_BELOW.search(source.text, start, end) is not None))
        if prose.kind == "heading" or not any(absent for _, absent in leads):
            yield from _without_absent(source, prose, _in_prose(source, prose, values))


def _without_absent(source: Source, prose: Prose, mentions: Iterator[_Mention]) -> Iterator[_Mention]:
    """Yield mentions that are not struck through, in lines that do not state that something is not there."""
    absent: dict[int, bool] = {}
    strikes: list[int] | None = None
    for mention in mentions:
        if strikes is None:
            lines = ((line.start, source.slice(line)) for line in prose.lines)
            strikes = [start + match.start() for start, text in lines for match in _STRIKE.finditer(text)]
        line = source.line_number(mention.span.start)
        if line not in absent:
            absent[line] = _ABSENT.search(source.text, *source.line_span(line)) is not None
        if not absent[line] and bisect_right(strikes, mention.span.start) % 2 == 0:
            yield mention


def _label_values(binding: Binding) -> list[Span]:
    """Return the spans of the values of labels that promise paths."""
    return sorted(
        label.value_span
        for rule, _, found in owed_labels(binding)
        if rule.content.paths
        for label in found
        if label.value
    )


def _in_prose(source: Source, prose: Prose, values: list[Span]) -> Iterator[_Mention]:
    """Yield the paths in lines of text: in code quotes, at the head of an item, in a cell, behind a label."""
    start, end = prose.lines[0].start, prose.lines[-1].end
    head = source.text[source.line_span(source.line_number(start)).start : start]
    is_item = prose.kind == "paragraph" and _ITEM.match(head) is not None
    if is_item and (box := _BOX.match(source.text, start, end)):
        start = box.end()
    before = bisect_right(values, end, key=lambda value: value.start)
    value = values[before - 1] if before and values[before - 1].start >= start else None
    covered = start
    for piece in prose.pieces:
        if piece.span.start < covered:
            continue  # in a link, which is another check's business
        if piece.kind == "code" and (path := _path(source.slice(piece.content))):
            opening = source.text[covered : piece.span.start] if covered == start else "text"
            listed = prose.kind == "cell" or (is_item and not opening.strip("*_ \t"))
            listed |= value is not None and piece.span.start in value
            yield _Mention(piece.content, path, listed, code=True)
        covered = piece.span.end
    if prose.pieces:
        return
    plain = value or (Span(start, end) if is_item or prose.kind == "cell" else None)
    for number, token in enumerate(_TOKEN.finditer(source.text, *plain) if plain else ()):
        text = token[0].strip("*:")
        if (value or not is_item or number == 0) and "/" in text and (path := _path(text)):
            at = token.start() + token[0].index(text)
            yield _Mention(Span(at, at + len(text)), path, listed=True, code=False)


def _path(text: str) -> str | None:
    """Return the path that a text names, None if it is none, or a pattern without a certain folder."""
    text = text.strip()
    if not text or len(text) > 400 or "..." in text or text[0] in "~@-" or _MEDIA.fullmatch(text):
        return None
    text = _PATH_END.split(text, maxsplit=1)[0].rstrip(".,;")
    if "*" in text:
        text = text[: text.index("*")].rpartition("/")[0]
    return text if _PATH.fullmatch(text) else None


# Whether it is there


def _folders(mentions: list[_Mention]) -> tuple[str, ...]:
    """Return the folders that a bare name may be in: those that the document names beside it."""
    paths = [mention.path for mention in mentions]
    folders = {path if path.endswith("/") else posixpath.dirname(path) for path in paths}
    return tuple(sorted(folder.strip("/") for folder in folders if folder.strip("/"))[:_FOLDERS])


def _is_there(place: DocumentLocation, mention: _Mention) -> bool:
    """Return whether a path with a folder in it exists, from the root or from the document's folder."""
    resolved = [place.resolve(path) for path in (f"/{mention.path}", mention.path) if "/" in mention.path]
    return any(found and place.files.kind(found) in ("file", "folder") for found in resolved)


def _is_missing(place: DocumentLocation, mention: _Mention, folders: tuple[str, ...]) -> bool:
    """Return whether a mention certainly is a file or folder and leads nowhere."""
    path = mention.path
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    if not parts or parts[0] in _MADE or "node_modules" in parts or "dist" in parts:
        return False
    kept = _has_ending(parts[-1], _KEPT)
    if not mention.code and not kept and not path.endswith("/"):
        return False
    bases = _bases(place)
    if len(parts) == 1:
        if not _is_source_file(mention, parts[0]):
            return False
        bases += folders
    resolved = (place.resolve(posixpath.join("/", base, path.lstrip("/"))) for base in bases)
    tried = [found for found in resolved if found is not None]
    if not tried or any(place.files.kind(found) or is_absent(place, found) for found in tried):
        return False
    if len(parts) == 1:
        return True
    return _is_expected(place, path, parts, bases, tried, kept)


def _is_source_file(mention: _Mention, name: str) -> bool:
    """Whether a bare name plainly is that of a file of source code: the list it heads is about files."""
    return (
        mention.listed
        and mention.path[0] != "/"
        and _has_ending(name, _SOURCE)
        and not _LIBRARY.fullmatch(name)
    )


def _has_ending(name: str, endings: frozenset[str]) -> bool:
    stem, _, ending = name.lower().rpartition(".")
    return stem != "" and ending in endings


def _is_expected(
    place: DocumentLocation,
    path: str,
    parts: Sequence[str],
    bases: Sequence[str],
    tried: Sequence[str],
    kept: bool,
) -> bool:
    """Return whether a path that leads nowhere should be a file or folder of this repository.

    `tried` are the resolved paths; `kept` means that its suffix is one of files that repositories keep.
    """
    bases = ("",) if path[0] == "/" else bases
    begun = any(place.files.kind(posixpath.join(base, parts[0])) for base in bases)
    if not begun and (not place.whole or path[0] == "/" or "." in parts[0][1:]):
        return False  # of another repository, a route, a host
    if kept or path[0] == "/":
        return kept  # `/docs/v2/items` is a route, whatever folders there are
    # Without an ending it may be anything, unless it begins where something is.
    modules = (f"{found}.{imported}" for found in tried for imported in _IMPORTED)
    return begun and not any(place.files.kind(module) for module in modules)


def _bases(place: DocumentLocation) -> tuple[str, ...]:
    """Return the folders that a path may be relative to: the root, the document's, and those between."""
    parts = posixpath.dirname(place.path).split("/")
    return tuple(dict.fromkeys("/".join(parts[:count]) for count in range(len(parts) + 1)))
