"""List a text's entries, and those for which a rule set requires something.

An entry is what a reader takes for one of several: a heading, a list item, a line of text, a row of a table,
a line of code.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeVar

from speclint.binding.labels import owed_labels
from speclint.binding.model import Binding, cached_per_binding
from speclint.diagnostics import Span
from speclint.markdown.blocks import Block, CodeBlock, Heading, List, ListItem, Paragraph, Quote, Table
from speclint.ruleset.model import Content

T = TypeVar("T")

Kind = Literal["heading", "item", "line", "row", "code"]


class Entry(NamedTuple):
    """One of several.

    `span` is its own text: of an item the first paragraph without marker and box, of a row from its first
    cell to its last. `group` and `depth` tell with which others it stands: those of one kind in one list,
    table, code block, or level of headings have one group, and `depth` is how many lists are around it, or
    the level of a heading. `block` is the paragraph or code that a line is part of. `cells` are those of a
    row, `headers` what stands above them.
    """

    kind: Kind
    span: Span
    group: int
    depth: int
    block: Span
    cells: tuple[Span, ...] = ()
    headers: tuple[Span, ...] = ()


def promises(
    binding: Binding, option: Callable[[Content], T | None]
) -> Iterator[tuple[T, Span, tuple[Entry, ...]]]:
    """Yield every promise of one kind in the document, owed or not: its value, its text and its entries.

    Entries inside an inner promise belong to that alone.
    """
    claims = _claims(binding, option)
    held: list[list[Entry]] = [[] for _ in claims]
    if claims:
        found = entries(binding)
        for entry, place in zip(
            found, _innermost(claims, [entry.span.start for entry in found]), strict=True
        ):
            if place is not None:
                held[place].append(entry)
    for (span, value), inside in zip(claims, held, strict=True):
        yield value, span, tuple(inside)


def innermost(
    binding: Binding, option: Callable[[Content], T | None], starts: Sequence[int]
) -> tuple[T | None, ...]:
    """Return the value of the innermost promise of a kind around each offset, None without one.

    `starts` are in ascending order. A label is inside of the section it is in, a section inside of the one
    around it, and a chapter inside of the document.
    """
    claims = _claims(binding, option)
    return tuple([None if place is None else claims[place][1] for place in _innermost(claims, starts)])


def _claims(binding: Binding, option: Callable[[Content], T | None]) -> list[tuple[Span, T]]:
    """Return every promise of one kind and its span, outer ones before those in them."""
    general = option(binding.rules.content)
    whole = Span(0, len(binding.document.source.text) + 1)
    claims: list[tuple[Span, T]] = [] if general is None else [(whole, general)]
    for section in binding.document.sections:
        rule = binding.rules_of.get(section.number)
        value = option(rule.content) if rule else None
        if value is not None:
            claims.append((Span(section.heading_span.end, section.span.end), value))
    for label_rule, _, found in owed_labels(binding):
        value = option(label_rule.content)
        if value is not None:
            claims += [(label.span, value) for label in found]
    # Two promises at one place are one.
    by_span = dict(claims)
    return [(span, by_span[span]) for span in sorted(by_span, key=lambda span: (span.start, -span.end))]


def _innermost(claims: Sequence[tuple[Span, T]], starts: Sequence[int]) -> Iterator[int | None]:
    """Yield for each of several places, in order, the index of the innermost promise around it, or None."""
    around: list[int] = []
    following = 0
    for start in starts:
        while following < len(claims) and claims[following][0].start <= start:
            around.append(following)
            following += 1
        while around and claims[around[-1]][0].end <= start:
            around.pop()
        yield around[-1] if around else None


@cached_per_binding
def entries(binding: Binding) -> tuple[Entry, ...]:
    """Return every entry of the document, in the order of the text."""
    found: list[Entry] = []
    # Headings of one level below one section stand together.
    levels = [0] * 7
    stack: list[tuple[Block | ListItem, int, int]] = [(b, 0, 0) for b in reversed(binding.document.blocks)]
    while stack:
        block, group, depth = stack.pop()
        if isinstance(block, Heading):
            found.append(Entry("heading", block.text_span, levels[block.level - 1], block.level, block.span))
            levels[block.level :] = [block.span.start] * (7 - block.level)
        elif isinstance(block, List):
            stack += [(item, block.span.start, depth + 1) for item in reversed(block.items)]
        elif isinstance(block, ListItem):
            first, *rest = block.blocks or (None,)
            if isinstance(first, Paragraph):
                span = Span(min(block.content_start, first.lines[-1].end), first.lines[-1].end)
                found.append(Entry("item", span, group, depth, first.span))
            elif first is not None:
                rest.insert(0, first)
            stack += [(inner, block.span.start, depth) for inner in reversed(rest)]
        elif isinstance(block, Quote):
            stack += [(inner, group, depth) for inner in reversed(block.blocks)]
        else:
            found += _of_leaf(block, group, depth)
    return tuple(found)


def _of_leaf(block: Block, group: int, depth: int) -> Iterator[Entry]:
    if isinstance(block, Paragraph):
        for line in block.lines:
            yield Entry("line", line, group, depth, block.span)
    elif isinstance(block, CodeBlock):
        for line in block.lines:
            yield Entry("code", line, block.span.start, depth, block.body_span)
    elif isinstance(block, Table):
        headers, *rows = block.rows
        for row in rows:
            if row:
                span = Span(row[0].start, row[-1].end)
                yield Entry("row", span, block.span.start, depth, span, row, headers)


def upside_down(values: Sequence[T], clash: Callable[[T, T], bool]) -> int | None:
    """Return the index of the first value that clashes with the one before, if the reverse order fits better.

    None if it does not, or if there are fewer than three values.
    """
    first = next((i for i in range(1, len(values)) if clash(values[i - 1], values[i])), None)
    if first is None or len(values) < 3:
        return None
    faults = sum(1 for _ in misplaced(values, clash))
    against = sum(1 for _ in misplaced(values, lambda one, other: clash(other, one)))
    return first if against < faults else None


def misplaced(values: Sequence[T], clash: Callable[[T, T], bool]) -> Iterator[tuple[int, int]]:
    """Yield the indices of values that are out of order, each with that of the neighbour that shows it.

    `clash` tests whether its second argument must not follow its first. Of two that clash, the one is out of
    order without which its neighbours would be in order; else the second.
    """
    kept: list[int] = []
    for place, value in enumerate(values):
        if not kept or not clash(values[kept[-1]], value):
            kept.append(place)
            continue
        last = kept[-1]
        follows_before = len(kept) == 1 or not clash(values[kept[-2]], value)
        if follows_before and place + 1 < len(values) and clash(values[last], values[place + 1]):
            kept[-1] = place
            yield last, place
        else:
            yield place, last
