"""Find the ids that a document defines, and those that it cites, as its rule set has them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from speclint.binding.labels import owes_nothing
from speclint.binding.model import Binding, cached_per_binding
from speclint.checks.consistency.numbered_ids import TITLE_WITHDRAWN
from speclint.checks.reading.entries import Entry, promises
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.checks.reading.prose import visible_lines
from speclint.checks.reading.texts import Text, texts_in
from speclint.diagnostics import Span
from speclint.markdown.document import Section
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.model import Content
from speclint.ruleset.text_rules import Citations, Ids
from speclint.ruleset.titles import without_number

# A range that names more than so many is none.
_LONGEST_RANGE = 1000

_ADDRESS = lazy_regex(r"(?:https?://|www\.)\S+")

# What stands behind an id that begins an entry and is its own: `FR-1: text`, `FR-1 - text`.
_SEPARATED = lazy_regex(r"\W{0,3}(?:[:：.)\](–—|→=-]|$)")

_ENDS = lazy_regex(r"\s*(?:[.;:)\]!?,]|and\b|or\b|$)")

Key = tuple[str, str]


class Definition(NamedTuple):
    """An id that an entry begins with: its key, where it stands, as it is written, and whether it holds.

    One that is struck out, or declared as dropped, does not.
    """

    key: Key
    span: Span
    name: str
    holds: bool


class Cited(NamedTuple):
    """What one rule about citations finds in all of its sections, () for the whole document.

    `undefined` are the places and names of ids that nothing defines, `uncited` the definitions that none of
    the sections cites.
    """

    rule: Citations
    sections: tuple[Section, ...]
    undefined: tuple[tuple[Span, str], ...]
    uncited: tuple[Definition, ...]


def cited_name(rule: Citations) -> str:
    """Return how lists call what a rule about citations owes."""
    return f"every {rule.id} cited"


class _Mention(NamedTuple):
    """An id in a text: the keys from `first` to `last` are cited; `sure` if it is certainly an id."""

    form: str
    first: str
    last: str
    span: Span
    sure: bool


@cached_per_binding
def citations(binding: Binding) -> tuple[Cited, ...]:
    """Return what the rules about citations find at the binding's stage."""
    return tuple(_citations(binding))


def _citations(binding: Binding) -> Iterator[Cited]:
    whole = binding.document.root
    for rule in binding.rules.content.cites:
        if binding.owed(rule.start):
            yield _cited(binding, rule, (), (whole.span,))
    for section_rule in binding.rules.walk():
        for rule in section_rule.content.cites:
            bound = binding.sections[section_rule.number] if binding.owed(rule.start) else ()
            sections = tuple(section for section in bound if not owes_nothing(binding, section))
            if sections:
                spans = tuple(section.span for section in sections)
                yield _cited(binding, rule, sections, spans)


def _cited(binding: Binding, rule: Citations, sections: tuple[Section, ...], spans: Sequence[Span]) -> Cited:
    kind = rule.id.casefold()
    forms = {form for ids, _ in _promises(binding) if _kind(ids) == kind for form in ids.titles}
    defined = _definitions(binding).get(kind, {})
    own = sorted(definition.span for definition in defined.values())
    mentions = [
        mention
        for form in sorted(forms)
        for span in spans
        for text in texts_in(_texts(binding), span)
        for mention in _mentions(form, text)
        if not _is_own(own, mention.span)
    ]
    undefined = {
        mention.span: binding.document.source.slice(mention.span)
        for mention in mentions
        if mention.sure
        and not {(mention.form, mention.first), (mention.form, mention.last)} <= defined.keys()
    }
    uncited: tuple[Definition, ...] = ()
    if rule.every:
        covered = _Covered(mentions)
        uncited = tuple(each for each in defined.values() if each.holds and each.key not in covered)
    return Cited(rule, sections, tuple(sorted(undefined.items())), uncited)


def _is_own(own: Sequence[Span], span: Span) -> bool:
    """Return whether a mention is the id of a definition itself."""
    place = bisect_right(own, span.start, key=lambda one: one.start)
    return place > 0 and span.start < own[place - 1].end


class _Covered:
    """The ids that mentions cite."""

    def __init__(self, mentions: Sequence[_Mention]) -> None:
        self.keys = {(each.form, key) for each in mentions for key in (each.first, each.last)}
        # By form the numbers that ranges begin with, in order, and the farthest end of those up to each.
        self.starts: dict[str, list[int]] = {}
        self.ends: dict[str, list[int]] = {}
        ranges = [each for each in mentions if each.first != each.last]
        for each in sorted(ranges, key=lambda each: int(each.first)):
            ends = self.ends.setdefault(each.form, [])
            self.starts.setdefault(each.form, []).append(int(each.first))
            ends.append(max(int(each.last), ends[-1] if ends else 0))

    def __contains__(self, key: Key) -> bool:
        form, number = key
        if key in self.keys or not number.isdecimal():
            return key in self.keys
        place = bisect_left(self.starts.get(form, []), int(number) + 1)
        return place > 0 and self.ends[form][place - 1] >= int(number)


# What is defined


@cached_per_binding
def _promises(binding: Binding) -> tuple[tuple[Ids, tuple[Entry, ...]], ...]:
    """Return what defines ids, each with its entries; nothing if no such section is there."""
    found = promises(binding, _ids)
    return tuple((ids, entries) for ids, _, entries in found if ids.defines is not None)


def _ids(content: Content) -> Ids | None:
    return content.ids


def _kind(ids: Ids) -> str:
    return (ids.defines or "").casefold()


@cached_per_binding
def _definitions(binding: Binding) -> dict[str, dict[Key, Definition]]:
    """Return by kind and key what a document defines; of two with one id, the first."""
    found: dict[str, dict[Key, Definition]] = {}
    for ids, entries in _promises(binding):
        kind = found.setdefault(_kind(ids), {})
        for entry in entries:
            for form in ids.titles:
                for definition in _defined(binding, form, entry):
                    kind.setdefault(definition.key, definition)
    return found


def _defined(binding: Binding, form: str, entry: Entry) -> Iterator[Definition]:
    """Yield the id that an entry begins with, or those of a range."""
    if entry.kind == "code":
        return
    source = binding.document.source
    span = entry.cells[0] if entry.cells else entry.span
    raw = source.slice(Span(span.start, min(span.end, span.start + 300))).split("\n", 1)[0]
    shown = plain(raw)
    shown = without_number(shown) if entry.kind == "heading" else shown
    shown = shown.lstrip("[(~ ")
    match = _pattern(form, False).match(shown)
    if match is None:
        return
    number = _number(match["n"])
    if entry.kind == "line" and raw[:1] not in "*_`~[" and not _SEPARATED.match(shown, match.end()):
        return  # a sentence may begin with an id of something
    end = raw.find(match["n"]) + len(match["n"])
    place = Span(span.start, span.start + max(end, 1))
    holds = not TITLE_WITHDRAWN.search(raw)
    name = shown[: match.end()]
    yield Definition((form, number), place, name, holds)
    more = _more(form).match(shown, match.end())
    if more and more["range"] and number.isdecimal():
        last = int(more["n"])
        if int(number) < last <= int(number) + _LONGEST_RANGE:
            end = raw.rfind(more["n"]) + len(more["n"])
            for each in range(int(number) + 1, last + 1):
                yield Definition((form, str(each)), place._replace(end=span.start + end), name, holds)


# What is cited


@cached_per_binding
def _texts(binding: Binding) -> tuple[Text, ...]:
    """Return the texts in which ids may be cited: prose and headings, without comments and addresses."""
    source = binding.document.source
    found: list[Text] = []
    for prose in leaf_blocks(binding).prose:
        text = " ".join(visible_lines(source, prose, ("comment", "html", "autolink")))
        if "://" in text or "www." in text:
            text = _ADDRESS.sub(lambda address: " " * len(address[0]), text)
        if prose.lines and text:
            extent = Span(prose.lines[0].start, prose.lines[-1].end)
            found.append(Text("paragraph", text, prose.lines, extent))
    return tuple(found)


def _mentions(form: str, text: Text) -> Iterator[_Mention]:
    """Yield the ids of a form in a text, those of ranges and lists too: `R-1 to R-3`, `R-1, 2`."""
    position = 0
    pattern, exact = _pattern(form, False), _pattern(form, True)
    while match := pattern.search(text.text, position):
        sure = exact.match(text.text, match.start()) is not None
        number, position = _number(match["n"]), match.end()
        yield _Mention(form, number, number, text.span(*match.span()), sure)
        while more := _more(form).match(text.text, position):
            following = _number(more["n"])
            in_range = bool(more["range"]) and number.isdecimal() and int(number) <= int(following)
            if not in_range and (more["range"] or more["words"]):
                break
            ends = more["words"] or in_range or _ENDS.match(text.text, more.end())
            span = text.span(more.start("words") if more["words"] else more.start("n"), more.end())
            within = in_range and int(following) - int(number) <= _LONGEST_RANGE
            yield _Mention(form, number if within else following, following, span, sure and bool(ends))
            number, position = following, more.end()


@cache
def _pattern(form: str, exact: bool) -> re.Pattern[str]:
    """Return the expression of an id with the group `n`; with `exact`, in the case of the form."""
    expression = rf"(?<!\w)(?<!\w-){_words(form)}(?P<n>\d{{1,9}}(?:\.\d{{1,9}})*[a-z]?)(?!\w)"
    return re.compile(expression, 0 if exact else re.IGNORECASE)


@cache
def _more(form: str) -> re.Pattern[str]:
    """Return the expression of what goes on with an id: the end of a range, or a further number."""
    return re.compile(
        r"\s*(?:(?P<range>to\b|through\b|\.\.\.?|…|[-–—])|(?:[,;/&]|and\b|or\b)(?:\s*(?:and|or)\b)?)\s*"
        rf"(?P<words>{_words(form)})?(?P<n>\d{{1,9}})(?![\w%]|\.\d)",
        re.IGNORECASE,
    )


def _words(form: str) -> str:
    """Return the expression of what stands before the number in an id."""
    words = form.partition("{n}")[0].lstrip("[( ")
    parts = re.split(r"([-_ ]+)", words)
    return "".join("[-_ ]?" if number % 2 else re.escape(part) for number, part in enumerate(parts))


def _number(text: str) -> str:
    """Return a number by which ids compare: without leading zeros, `0` for none but zeros."""
    return ".".join(part.lstrip("0") or "0" for part in text.split("."))
