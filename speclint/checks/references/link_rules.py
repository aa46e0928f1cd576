"""The checks of what a rule set says of links: `forbidden-link` and `missing-link`."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from speclint.binding.labels import name_keys
from speclint.binding.model import Binding
from speclint.checks.reading.entries import innermost
from speclint.checks.reading.texts import texts_in, texts_of
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.globs import matches_whole
from speclint.ruleset.text_rules import LinkRules
from speclint.ruleset.values import listed

# A scheme, or `//host`.
_ELSEWHERE = lazy_regex(r"[A-Za-z][A-Za-z0-9+.-]*:|//")

_DIGITS = lazy_regex(r"\d+")


def forbidden_link(binding: Binding) -> Iterator[Finding]:
    """Every link leads to where the rule set lets links lead.

    A proposal that rests on a page of somebody's own is a puzzle when that page is gone. A rule set or a
    section says in `links` which addresses it allows (`allow`) and which not (`deny`), as globs: `*` stops at
    `/`, `**` does not. With `relative_only`, addresses are relative to the document, or among those allowed.
    An address counts without the `./` in front; anchors in the page are always allowed. Looked at are links,
    images, addresses in the text, and HTML.

    Fails, where `allow` is `["./*", "https://example.org/**"]`:

        See the [rules](https://example.com/rules).

    Passes:

        See the [rules](https://example.org/rules) and the [proposal before](./prop-3.md).
    """
    addresses = texts_of(binding, ("links",))
    starts = [text.start for text in addresses]
    own = innermost(
        binding, lambda content: content.links if content.links and content.links.restricts else None, starts
    )
    for text, rule in zip(addresses, own, strict=True):
        if rule is None or not binding.owed(rule.start):
            continue
        reason = _refusal(rule, text.text)
        if reason:
            yield Finding(text.extent, f'a link to "{shorten(text.text)}" is not allowed here; {reason}')


def _refusal(rule: LinkRules, address: str) -> str:
    """Return why a link may not lead to an address, "" if it may."""
    if address.startswith("#"):
        return ""
    denied = next((glob for glob in rule.deny if _matches(glob, address)), None)
    if denied:
        return f"the rule set denies `{shorten(denied)}`"
    if not rule.allow and not rule.relative_only:
        return ""
    relative = rule.relative_only and not address.startswith("/") and not _ELSEWHERE.match(address)
    if relative or any(_matches(glob, address) for glob in rule.allow):
        return ""
    allowed = [f"`{shorten(glob)}`" for glob in rule.allow]
    return f"write {listed([*(['a relative address'] if rule.relative_only else []), *allowed])}"


def _matches(glob: str, address: str) -> bool:
    """Return whether a glob matches an address, with or without its fragment.

    A glob that begins with `./` or `/` is only for addresses in or below the folder of the document, or for
    those from the root.
    """
    inside = not _ELSEWHERE.match(address) and not address.startswith(("/", "../"))
    if (glob.startswith("./") and not inside) or (glob.startswith("/") and not address.startswith("/")):
        return False
    path = address.removeprefix("/") if glob.startswith("/") else address.removeprefix("./")
    ways = {path, path.partition("#")[0]}
    return any(matches_whole(glob, way) or matches_whole(glob, way.rstrip("/")) for way in ways)


def missing_link(binding: Binding) -> Iterator[Finding]:
    """What the rule set names is a link where it is first mentioned.

    A reader who meets `RFC 12` for the first time wants to look it up. `links.first_mention` lists the names,
    with `{n}` for their numbers; `RFC-12` and `RFC12` are `RFC 12`. What stands in headings and code is no
    mention, nor is the number of the document itself, as its file or its first field of that name has it.

    Fails, where `first_mention` is `["RFC {n}"]`:

        This replaces RFC 12.

    Passes:

        This replaces [RFC 12](rfc-12.md). What RFC 12 says of sessions stays.
    """  # noqa: D401 - true of a good document
    links = texts_of(binding, ("links",))
    starts = [link.extent.start for link in links]
    ends = list(accumulate((link.extent.end for link in links), max))
    for rule, scope in _first_mentions(binding):
        for title in rule.first_mention:
            known = _own_numbers(binding, title)
            for number, span in _mentions(binding, title, scope):
                if number in known:
                    continue
                known.add(number)
                before = bisect_right(starts, span.start)
                if not before or ends[before - 1] < span.end:
                    name = shorten(binding.document.source.slice(span))
                    message = f'"{name}" is mentioned here first; make it a link'
                    yield Finding(span, message)


def _first_mentions(binding: Binding) -> Iterator[tuple[LinkRules, Span]]:
    """Yield what says that first mentions are links, each with the part of the document that it is about."""
    general = binding.rules.content.links
    rules: list[tuple[LinkRules | None, Sequence[Span]]] = [(general, [binding.document.root.span])]
    for section_rule in binding.rules.walk():
        inside = [section.span for section in binding.sections[section_rule.number]]
        rules.append((section_rule.content.links, inside))
    for rule, spans in rules:
        if rule is not None and rule.first_mention and binding.owed(rule.start):
            yield from ((rule, span) for span in spans)


def _mentions(binding: Binding, title: str, scope: Span) -> Iterator[tuple[int, Span]]:
    """Yield the numbers with which a name is mentioned in prose, each with its place, in order."""
    before, _, behind = title.partition("{n}")
    words = r"[-_ ]?".join(map(re.escape, re.split(r"[-_ ]+", before)))
    pattern = re.compile(rf"(?<![\w/.-]){words}0*(\d{{1,9}})(?!\w){re.escape(behind)}")
    word = next(iter(re.findall(r"\w+", before)), "")
    for text in texts_in(texts_of(binding, ("prose",)), scope):
        for match in pattern.finditer(text.text) if word in text.text else ():
            yield int(match[1]), text.span(*match.span())


def _own_numbers(binding: Binding, title: str) -> set[int]:
    """Return the numbers of the document itself: those in its file's name and in the field of that name."""
    stem = posixpath.basename(binding.location.path) if binding.location else ""
    keys = name_keys(title.partition("{n}")[0].strip(" -_#."))
    values = [field.value for field in binding.document.fields if not keys.isdisjoint(name_keys(field.name))]
    return {int(digits[:9]) for text in (stem, *values[:1]) for digits in _DIGITS.findall(text)}
