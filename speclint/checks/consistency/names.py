"""Check that a name given once, such as that of a feature flag, is the one used in the code."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.binding.labels import Label, owed_labels
from speclint.binding.model import Binding, cached_per_binding
from speclint.checks.reading.languages import canonical, language_of
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.checks.reading.lexer import without_comments
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.leaf_blocks import text_of
from speclint.ruleset.model import ValueRule
from speclint.ruleset.similarity import edits
from speclint.ruleset.values import is_unfilled

_NAME = lazy_regex(r"[A-Za-z][\w-]{0,60}(?:[.:/][\w-]{1,60}){0,6}(?![\w.:/-])")

# A word with none of these may be any word.
_MARKED = lazy_regex(r"[._:/-]|[a-z][A-Z0-9]")

_QUOTED = lazy_regex(r"([\"'`])(?P<name>[A-Za-z][\w.:/-]{1,99})\1")

_BARE = lazy_regex(r"(?<![\w.:\"'`-])(?P<name>[A-Za-z][\w-]{0,60}(?:[.:][\w-]{1,60}){1,6})(?![\w\"'`(\[.:-])")

# The languages in which a word with a point in it may be a name; in others it is an attribute.
_TEXTS = frozenset(("", "text", "yaml", "bash", "toml", "ini", "http", "dockerfile"))

_FILE = lazy_regex(
    r"\.(?:json|ya?ml|toml|tsx?|jsx?|py|go|rb|sql|md|html|css|png|svg|txt|log|com|org|io|example)\Z"
)

_WORD = lazy_regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_TABLE = lazy_regex(
    r"\b(?:update|into|from|join|table)\s{1,9}[\"'`\[]?(\w{1,60}(?:\.\w{1,60})?)", re.IGNORECASE
)

# What these take may be a value of anything.
_GENERIC = frozenset(("key", "name", "id", "slug", "code"))

# Before a value, the word that takes it: `flag="x"`, `flag={'x'}`, `key IN ('x'`, `isEnabled(user, 'x'`.
_TAKEN_BY = lazy_regex(
    r"(?<!\w)(?P<word>[A-Za-z_]\w{0,60}+)[\"'`]?\]?(?:<\w{1,60}>)?"
    r"(?:\s{0,9}(?:[=!]==?|:=|=>|[=:(])\s{0,9}(?:[\w.]{1,60},\s{0,9}){0,2}[{(\[]{0,2}\s{0,9}|\["
    r"|\s{1,9}(?:in\s{0,9}\(|like)\s{0,9})\Z"
    r"|--(?P<option>[\w-]{1,60})[ =]{1,3}\Z",
    re.IGNORECASE,
)

# How far before a value the word that takes it is looked for, and a statement that speaks of the kind.
_REACH = 80

_STATEMENT = 300

# More names than these no label gives.
_MOST = 20


class _Given(NamedTuple):
    """A name that a label gives, and its span."""

    name: str
    span: Span


class _Use(NamedTuple):
    """Another name in a place of the given one; `near` if it looks like that one misspelt."""

    name: str
    span: Span
    block: int
    near: bool


class _Code(NamedTuple):
    """A block of code without its comments: its language, its text, and its lines."""

    language: str
    text: str
    lines: Sequence[Span]


def name_mismatch(binding: Binding) -> Iterator[Finding]:
    """A name that a label gives is the one used in the code.

    Who switches off `ff.new_search` to roll back must not find that the page asks for `ff.search`. A label
    with `used_as` gives a name; where code takes one of that kind, as in `flag="ff.search"`,
    `isEnabled('ff.search')` or, of a table of flags, `key = 'ff.search'`, it is the same. Other names are
    left alone where the right one stands in the same block or the text speaks of them, unless they look
    misspelt. Constants such as `FF_NEW_SEARCH` are the same name.

    Fails, where `Flag` is `used_as: [flag]`:

        **Flag:** `ff.new_search`

        ```tsx
        <Gate flag="ff.search">
        ```

    Passes:

        **Flag:** `ff.new_search`

        ```tsx
        <Gate flag="ff.new_search">
        ```
    """  # noqa: D401 - true of a good document
    for rule, labels in _rules(binding):
        given = [name for label in labels for name in _given(binding, label)]
        if given:
            yield from _Search(binding, rule, given).findings()


def _rules(binding: Binding) -> Iterator[tuple[ValueRule, list[Label]]]:
    """Yield the label rules whose values are used in code, each with all of its labels in the document."""
    found: dict[tuple[str, tuple[str, ...]], tuple[ValueRule, list[Label]]] = {}
    for rule, _, labels in owed_labels(binding):
        used_as = rule.content.used_as
        if used_as is not None and used_as.words and binding.owed(used_as.start):
            found.setdefault((rule.name, used_as.words), (rule, []))[1].extend(labels)
    yield from found.values()


def _given(binding: Binding, label: Label) -> Iterator[_Given]:
    """Yield the names that a label gives: in its value, or in the list or text below it."""
    if is_unfilled(label.value):
        return
    source = binding.document.source
    area = label.value_span if label.value else Span(label.name_span.end, label.span.end)
    spans = _code_spans(binding)
    first, last = (bisect_left(spans, offset, key=_start) for offset in area)
    for span in spans[first:last]:
        match = _NAME.match(source.text, *span)
        if match is not None and source.text[match.end() : span.end][:1] in ("", "=", " "):
            yield _Given(match[0], Span(*match.span()))
    if first == last and label.value:
        value = source.slice(area)
        start = area.start + len(value) - len(value.lstrip("*_\"' "))
        match = _NAME.match(source.text, start, area.end)
        if match is not None and _MARKED.search(match[0]) and match[0].lower() != "n/a":
            yield _Given(match[0], Span(*match.span()))


def _start(span: Span) -> int:
    return span.start


@cached_per_binding
def _code_spans(binding: Binding) -> list[Span]:
    """Return the spans of the content of all code spans of the document, in order."""
    return [
        piece.content
        for prose in leaf_blocks(binding).prose
        for piece in prose.pieces
        if piece.kind == "code"
    ]


@cached_per_binding
def _code(binding: Binding) -> list[_Code]:
    """Return the code blocks of the document, without their comments."""
    source = binding.document.source
    found: list[_Code] = []
    for block in leaf_blocks(binding).code:
        text = text_of(source, block)
        language = canonical(language_of(block.info))
        found.append(_Code(language, without_comments(text, language), block.lines))
    return found


class _Search:
    """The search for other names in the places of those that the labels of one rule give."""

    def __init__(self, binding: Binding, rule: ValueRule, given: Sequence[_Given]) -> None:
        self.binding = binding
        self.rule = rule
        self.given = given[:_MOST]
        self.names = {name for name, _ in self.given}
        used_as = rule.content.used_as
        assert used_as is not None
        self.takers = {_squeezed(word) for word in used_as.words}
        # The words for what is named; whatever speaks of them is about such names.
        told = [words for name in (rule.name, *rule.aliases) if (words := _words(name))]
        told += [words for word in used_as.words if len(words := _words(word)) == 1]
        self.kinds = {word for words in told for word in words} - _GENERIC
        self.prefixes = {prefix for name in self.names if (prefix := _prefix(name))}
        self.parts = {name[len(_prefix(name)) :] for name in self.names} - self.names
        constants = {re.sub(r"\W", "_", name).upper() for name in self.names | self.parts}
        spellings = "|".join(sorted(map(re.escape, self.names | constants), key=len, reverse=True))
        self.near: dict[str, bool] = {}
        self.right = re.compile(rf"(?<![\w.-])(?:\w+\.)?(?:{spellings})(?![\w-])")
        # By what they say, the code spans of the text; those that give the names do not count.
        places = {span for _, span in self.given}
        spans = [span for span in _code_spans(binding) if span not in places]
        self.said = Counter(
            binding.document.source.slice(span) for span in spans if span.end - span.start <= 100
        )

    def findings(self) -> Iterator[Finding]:
        """Yield a finding for every other name, at its first use; or one at the label, if that is wrong."""
        code = _code(self.binding)
        rightly = {i for i, block in enumerate(code) if self.right.search(block.text)}
        exactly = any(name in block.text for block in code for name in self.names)
        uses = [use for i, block in enumerate(code) for use in self._uses(i, block, exactly)]
        # The text may speak of other names, though not by the words of the given one.
        spoken = {use.name for use in uses if rightly and self.said[use.name]} - self.parts
        # Where one is the right name misspelt, the others are other names.
        meant = rightly | {use.block for use in uses if use.near}
        wrong = [use for use in uses if use.name not in spoken and (use.near or use.block not in meant)]
        times = Counter(use.name for use in uses)
        if len({use.name for use in wrong}) == len(self.given) == 1 and not rightly:
            name, span = self.given[0]
            other = wrong[0].name
            if not self.said[name] and times[other] + self.said[other] > 1:
                yield Finding(
                    span, f'"{self.rule.name}" names "{shorten(name)}", but the code uses "{shorten(other)}"'
                )
                return
        seen: set[str] = set()
        for use in (*wrong, *self._misspelt_in_text(times)):
            if use.name not in seen:
                seen.add(use.name)
                yield Finding(use.span, self._message(use.name))

    def _uses(self, number: int, block: _Code, exactly: bool) -> Iterator[_Use]:
        """Yield the other names of a block, in the places of the given ones."""
        start = 0
        for text, line in zip(block.text.split("\n"), block.lines, strict=False):
            for match in _QUOTED.finditer(text):
                name = match["name"]
                if self._is_right(name) or _FILE.search(name):
                    continue
                at, near = start + match.start(), self._is_near(name)
                if self._is_wanted(block.text, at, name, near, exactly):
                    begin = line.start + match.start("name")
                    yield _Use(name, Span(begin, begin + len(name)), number, near)
            for match in _BARE.finditer(text) if block.language in _TEXTS else ():
                name = match["name"]
                if self._is_right(name) or _FILE.search(name) or not self._is_prefixed(name):
                    continue
                at, near = start + match.start(), self._is_near(name)
                if near or self._is_about(block.text, at) or self._taker(block.text, at):
                    begin = line.start + match.start("name")
                    yield _Use(name, Span(begin, begin + len(name)), number, near)
            start += len(text) + 1

    def _is_wanted(self, text: str, at: int, name: str, near: bool, exactly: bool) -> bool:
        """Return whether a given name is expected where a block has another one in quotes."""
        prefixed = self._is_prefixed(name)
        taker = self._taker(text, at)
        if name in self.parts:
            # Without its prefix it may be meant all the same, unless it is written out elsewhere.
            return exactly and taker in self.takers and (taker not in _GENERIC or self._is_in_table(text, at))
        if taker in self.takers and taker not in _GENERIC:
            return prefixed or near or _MARKED.search(name) is not None
        if taker in self.takers:
            return prefixed or (_MARKED.search(name) is not None and self._is_in_table(text, at))
        return (prefixed and near) or ((prefixed or near) and self._is_about(text, at))

    def _taker(self, text: str, at: int) -> str:
        """Return the word that takes the value at an offset, "" for none."""
        match = _TAKEN_BY.search(text, max(0, at - _REACH), at)
        return _squeezed(match["word"] or match["option"]) if match else ""

    def _is_about(self, text: str, at: int) -> bool:
        """Return whether the text right before an offset, or the statement around it, is about the name."""
        before = text[max(0, at - _REACH) : at].rpartition(";")[2].rpartition("\n\n")[2]
        return not self.kinds.isdisjoint(_words(before)) or self._is_in_table(text, at)

    def _is_in_table(self, text: str, at: int) -> bool:
        """Return whether the statement around an offset is about a table of what is named."""
        statement = text[max(0, at - _STATEMENT) : at].rpartition(";")[2]
        return any(not self.kinds.isdisjoint(_words(table)) for table in _TABLE.findall(statement))

    def _misspelt_in_text(self, used: Counter[str]) -> Iterator[_Use]:
        """Yield the code spans of the text that misspell a name; a name that the code has is another one."""
        source = self.binding.document.source
        for span in _code_spans(self.binding):
            name = source.text[span.start : min(span.end, span.start + 100)]
            if not self.said[name] or used[name] or self._is_right(name):
                continue
            if _NAME.fullmatch(name) and self._is_prefixed(name) and self._is_near(name):
                yield _Use(name, span, -1, True)

    def _is_right(self, name: str) -> bool:
        """Return whether a name is a given one; a constant may have its words in capitals."""
        if name in self.names:
            return True
        return name.isupper() and any(_words(name) == _words(given) for given in self.names | self.parts)

    def _is_prefixed(self, name: str) -> bool:
        """Return whether a name has the prefix of a given one: `ff.`."""
        return any(name.startswith(prefix) for prefix in self.prefixes)

    def _is_near(self, name: str) -> bool:
        """Return whether a name looks like a given one misspelt."""
        if name not in self.near:
            self.near[name] = any(_is_misspelt(name, given) for given in self.names)
        return self.near[name]

    def _message(self, name: str) -> str:
        names = " or ".join(f'"{shorten(given)}"' for given in dict.fromkeys(one.name for one in self.given))
        return f'"{shorten(name)}" is not the {self.rule.name.lower()} that "{self.rule.name}" names: {names}'


def _prefix(name: str) -> str:
    """Return the prefix that a name shares with others of its kind: `ff.` of `ff.new_search`; "" for none."""
    match = re.match(r"[A-Za-z][\w-]*?[.:/]", name)
    return match[0] if match else ""


def _words(text: str) -> list[str]:
    """Return the words of names, in the singular: `featureFlags`, `feature_flags` are `feature`, `flag`."""
    return [word.lower().removesuffix("s") for word in _WORD.findall(text)]


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _is_misspelt(one: str, other: str) -> bool:
    """Return whether a name looks like another misspelt; what differs in a number is another name."""
    words, wanted = ([word.lower() for word in _WORD.findall(name)] for name in (one, other))
    if words == wanted or re.findall(r"\d+", one) != re.findall(r"\d+", other):
        return False
    if len(words) == len(wanted):
        return all(map(_is_slip, words, wanted))
    return _is_slip("".join(words), "".join(wanted))


def _is_slip(word: str, right: str) -> bool:
    """Return whether a word is another with at most one letter too many, too few, wrong, or misplaced."""
    if word == right:
        return True
    start = _shared(word, right)
    word, right = word[start:], right[start:]
    end = _shared(word[::-1], right[::-1])
    rest, wanted = word[: len(word) - end], right[: len(right) - end]
    # A short word has one that is like it by chance.
    return start + end >= 3 and max(len(rest), len(wanted)) <= 2 and edits(rest, wanted, 1) <= 1


def _shared(one: str, other: str) -> int:
    """Return how many letters two words have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
