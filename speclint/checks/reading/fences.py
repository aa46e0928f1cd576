"""Find which fenced blocks are code, and which swallow prose because nothing closes them where it should.

A fence that is not closed swallows what follows. Either nothing closes it, or the next fence does, and from
there on code reads as prose and prose as code, until a fence that names a language sets it right: such a
fence cannot close another.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from speclint.binding.labels import name_keys
from speclint.binding.model import Binding, cached_per_binding
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.diagnostics import Span, shorten
from speclint.markdown.blocks import CodeBlock
from speclint.markdown.document import Document, Section, parse_document
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source
from speclint.ruleset.model import SectionRule
from speclint.ruleset.titles import fold, pattern_of

_MARKS = lazy_regex(r"(?P<blanks>[ \t]*+)(?P<marks>``++|~~++)[ \t]*+(?P<rest>[^\n]*)$")

_HEADING = lazy_regex(r"(?P<marks>#{1,6})[ \t]++(?P<title>[^\n]*[^\s#])")

# What Markdown has at the beginning of a line and code has not: a label, a box.
_INFO = lazy_regex(r"\S{1,40}(?:$|[ \t]++[\w-]{1,40}=)|\{")

_PROSE = lazy_regex(r"\*\*[^*\n]{1,80}(?:\*\*[ \t]?:|:\*\*)|[-*+] \[[ xX]\] \S")

# In these, whatever Markdown has is an example.
_TEXTS = frozenset(("markdown", "md", "mdx", "text", "txt", "rst", "diff", "html"))


class _Mark(NamedTuple):
    """A line of code that looks like a fence, and why it does not close the one around it."""

    line: int
    reason: str


class Swallowed(NamedTuple):
    """What became code unintentionally: titles of sections, labels and fields, and their places.

    Labels, fields and titles together are in `names`, by the keys that names are compared by. `document` is
    the text parsed as if it were not code.
    """

    document: Document
    titles: tuple[tuple[str, Span], ...]
    names: Mapping[str, Span]


class Runaway(NamedTuple):
    """A fence that is not closed where its author meant it to be.

    `reach` extends to the place from which fences are right again.
    """

    block: CodeBlock
    reach: Span
    message: str
    swallowed: Swallowed


@cached_per_binding
def sound_blocks(binding: Binding) -> tuple[CodeBlock, ...]:
    """Return every fenced block that its author meant to be code, in order."""
    reaches = [runaway.reach for runaway in runaways(binding)]
    found: list[CodeBlock] = []
    passed = 0
    for block in leaf_blocks(binding).code:
        while passed < len(reaches) and reaches[passed].end <= block.span.start:
            passed += 1
        if block.fence and not (passed < len(reaches) and block.span.start in reaches[passed]):
            found.append(block)
    return tuple(found)


@cached_per_binding
def runaways(binding: Binding) -> tuple[Runaway, ...]:
    """Return every fence that is not closed where it should be, in the order of the text.

    Fences without a language open as well as close, so that a fault may show only blocks later: at one that
    nothing closes, or that holds the opening of another. Then the fault lies with the first one that holds
    prose, since the last that names a language.
    """
    blocks = [_Block(binding, block) for block in leaf_blocks(binding).code if block.fence]
    faults: list[list[_Block]] = []
    # The blocks since the last fence that surely opened one.
    chain: list[_Block] = []
    # The block at fault, as long as what stands below it may have changed places with prose.
    fault: list[_Block] = []
    for number, block in enumerate(blocks):
        if block.code.info:
            chain, fault = [], []
        chain.append(block)
        if block.is_open:
            if not fault:
                first = next((place for place, each in enumerate(chain) if each.holds_prose), len(chain) - 1)
                chain = chain[first:]
                faults.append(fault)
            fault += chain
            chain = []
            following = blocks[number + 1] if number + 1 < len(blocks) else None
            if not (block.code.language in _TEXTS or (following and block.ends_at(following))):
                fault = []
        elif not fault and block.near_mark is not None and block.heading_lines:
            chain, fault = [], [block]
            faults.append(fault)
    return tuple([_runaway(binding, fault) for fault in faults])


def _runaway(binding: Binding, blocks: "Sequence[_Block]") -> Runaway:
    """Return the fault of the first of several blocks, up to the end of the last."""
    first, last = blocks[0], blocks[-1]
    source = first.source
    reach = Span(first.code.span.start, last.code.span.end)
    if first.near_mark is not None:
        message = f"line {first.near_mark.line} does not close this fence: {first.near_mark.reason}"
    elif first.opening_inside is not None:
        message = f"this fence is still open in line {first.opening_inside}, where the next one begins"
    elif first.code.closed:
        line = source.line_number(first.code.span.end)
        message = f"this fence is not closed before line {line}, where the next one should begin"
    elif source.text[first.code.span.end :].strip():
        message = "no line closes this fence before its list item or quote ends"
    else:
        message = "no line closes this fence"
    # The fence behind a block that its container or an example in it ended was meant to close it.
    closers = [block.code.span.start for before, block in pairwise(blocks) if before.is_open]
    meant = source.line_span(first.near_mark.line).start if first.near_mark else reach.start
    starts = [source.line_span(source.line_number(start)).end for start in (meant, *closers)]
    swallowed = _swallowed(binding, [Span(*ends) for ends in zip(starts, (*closers, reach.end), strict=True)])
    if swallowed.titles:
        title, more = shorten(swallowed.titles[0][0]), len(swallowed.titles) - 1
        others = f" and {more} more" if more else ""
        message += f'; the section "{title}"{others} below it became code'
    return Runaway(first.code, reach, message, swallowed)


def _swallowed(binding: Binding, spans: Sequence[Span]) -> Swallowed:
    """Return what some texts would hold if they were not code."""
    source = binding.document.source
    titles: list[tuple[str, Span]] = []
    names: dict[str, Span] = {}
    for span in spans:
        document = parse_document(source.slice(span))
        for section in document.sections:
            if section.heading is None and not section.bold:
                continue
            place = _moved(section.heading_span, span.start)
            known = fold(section.title) in _known_titles(binding)
            # What is left of the code may have comments that look like headings.
            if known or (section.level > 1 and not section.bold and _stands_alone(source, place)):
                titles.append((section.title, place))
            names.update(dict.fromkeys(name_keys(section.title), place))
        fields = [field for section in document.sections for field in section.labels]
        for field in (*document.fields, *fields):
            names.update(dict.fromkeys(name_keys(field.name), _moved(field.name_span, span.start)))
    return Swallowed(document, tuple(sorted(titles, key=lambda title: title[1])), names)


def _moved(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def _stands_alone(source: Source, span: Span) -> bool:
    """Return whether the lines above and below are blank."""
    above = source.line_number(span.start) - 1
    below = source.line_number(span.end) + 1
    return all(
        not source.slice(source.line_span(line)).strip(" \t>")
        for line in (above, below)
        if 0 < line <= len(source.line_starts)
    )


class _Block:
    """A fenced block of code, and what in it is unlikely to be meant as code."""

    def __init__(self, binding: Binding, block: CodeBlock) -> None:
        self.binding = binding
        self.source = binding.document.source
        self.code = block

    @cached_property
    def marks(self) -> list[tuple[int, re.Match[str]]]:
        """The lines that hold marks of a fence, by their number among the block's."""
        body = self.source.slice(self.code.body_span)
        if "``" not in body and "~~" not in body:
            return []
        lines = enumerate(map(self.source.slice, self.code.lines))
        return [(number, match) for number, line in lines if (match := _MARKS.match(line))]

    @cached_property
    def opening_inside(self) -> int | None:
        """The number of a line that would open a fence of this kind, if it were not in one."""
        fence = self.code.fence
        for number, match in self.marks:
            marks, rest = match["marks"], match["rest"]
            if marks.startswith(fence) and rest and not _is_deep(match) and "`" not in rest:
                return self.source.line_number(self.code.lines[number].start)
        return None

    @cached_property
    def is_open(self) -> bool:
        """Whether the block cannot be what its author meant: it is not closed, or another begins in it."""
        return not self.code.closed or self.opening_inside is not None

    @cached_property
    def near_mark(self) -> _Mark | None:
        """The line that was meant to close the block, as far as one can tell."""
        if self.code.language in _TEXTS or not self.marks:
            return None
        end = self.heading_lines[0] if self.heading_lines else len(self.code.lines)
        fence = self.code.fence
        few, other, deep, followed = [], [], [], []
        for number, match in self.marks:
            marks = match["marks"]
            if number >= end:
                break
            if marks.startswith(fence):
                if _is_deep(match):
                    deep.append(number)
                elif not _INFO.match(match["rest"]):
                    followed.append(number)
            elif not match["rest"]:
                if marks[0] == fence[0]:
                    few.append(number)
                elif len(marks) == len(fence):
                    other.append(number)
        # Those that stand in pairs are the fences of an example.
        for numbers, reason in (
            (few, "it has fewer marks"),
            (other, "it has other marks"),
            (deep, "it is indented too far"),
            (followed, "text follows its marks"),
        ):
            if len(numbers) % 2:
                return _Mark(self.source.line_number(self.code.lines[numbers[-1]].start), reason)
        return None

    @cached_property
    def heading_lines(self) -> list[int]:
        """The lines that are most likely headings, by their number among the block's."""
        if self.code.language in _TEXTS or "#" not in self.source.slice(self.code.body_span):
            return []
        found = []
        lines = self.code.lines
        for number, line in enumerate(lines):
            match = _HEADING.match(self.source.text, *line)
            if match is None:
                continue
            known = fold(plain(match["title"])) in _known_titles(self.binding)
            alone = all(
                not self.source.slice(lines[near]).strip()
                for near in (number - 1, number + 1)
                if 0 <= near < len(lines)
            )
            if known or (alone and len(match["marks"]) > 1):
                found.append(number)
        return found

    @cached_property
    def holds_prose(self) -> bool:
        """Whether something in the block is unlikely to be meant as code."""
        if self.code.language in _TEXTS:
            return False
        return bool(self.heading_lines or self.near_mark) or any(
            _PROSE.match(self.source.text, *line) for line in self.code.lines
        )

    def ends_at(self, following: "_Block") -> bool:
        """Return whether the next thing behind the block is another one that names no language."""
        between = Span(self.code.span.end, following.code.span.start)
        return not following.code.info and not self.source.slice(between).strip(" \t\r\n>")


def _is_deep(match: re.Match[str]) -> bool:
    """Return whether a line is indented too far for a fence."""
    return len(match["blanks"].expandtabs(4)) >= 4


@cached_per_binding
def _known_titles(binding: Binding) -> frozenset[str]:
    """Return the titles that sections of the template have, folded."""
    titles: set[str] = set()
    for rule in binding.rules.walk():
        titles.update(map(fold, (rule.title, *rule.aliases)))
    return frozenset(titles)


def swallowed_section(binding: Binding, rule: SectionRule) -> Span | None:
    """Return the place of a section of the template that became code, None if none did."""
    found = runaways(binding)
    patterns = [pattern_of(title) for title in (rule.title, *rule.aliases)] if found else []
    for runaway in found:
        for title, span in runaway.swallowed.titles:
            if any(not each.anything and each.match(title) is not None for each in patterns):
                return span
    return None


def swallowed_name(binding: Binding, keys: Collection[str], section: Section | None = None) -> Span | None:
    """Return the place of a field or label, by its keys, that became code, None if none did.

    `section` is the one that lacks it, None for the document.
    """
    for runaway in runaways(binding):
        if section is None or section.span.overlaps(runaway.reach):
            for key in keys:
                if key in runaway.swallowed.names:
                    return runaway.swallowed.names[key]
    return None
