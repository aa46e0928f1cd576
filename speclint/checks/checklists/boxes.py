"""Find the boxes of a document: well-formed ones, and what was meant to be one."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from speclint.binding.labels import owed_labels
from speclint.binding.model import Binding, cached_per_binding
from speclint.checks.reading.task_states import STATES
from speclint.diagnostics import Span
from speclint.markdown.blocks import Block, List, ListItem, Paragraph, Quote
from speclint.markdown.document import Document, Section
from speclint.markdown.inline import normalise_label, plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.source import Source
from speclint.markdown.visibility import is_alert
from speclint.ruleset.model import SectionRule


class Box(NamedTuple):
    """A box at `span`, which begins at its bracket or, if the marker is malformed too, at that.

    `ticked` is None if a malformed box does not show it. `replacement` is what a malformed box should read in
    place of `span`, "?" if only the author can know that, and "" for a well-formed one. `foreign` means that
    it is written in the notation of another tool: `[ ]*` for a task that is optional, `[-]` or `[~]` for one
    that is begun or dropped. Such a box is well formed, and open unless it holds an `x`. `end` is where the
    paragraph of the box ends, of which `text` is the first line.
    """

    span: Span
    text: str
    ticked: bool | None
    replacement: str = ""
    foreign: bool = False
    end: int = 0


class Demand(NamedTuple):
    """A part of the document and what is required of its boxes from `stage` on: to be ticked, or answered."""

    span: Span
    stage: str
    questions: bool = False


# Brackets at the start of an item or line, perhaps escaped, with at most a few characters inside. The star
# behind them marks what is optional among Kiro's tasks.
_BRACKETS = lazy_regex(
    r"(?P<open>\\?\[)(?P<inner>[^\[\]\\\r\n]{0,4})(?P<close>\\?\])(?P<star>\*(?=\s|$))?(?P<next>.?)"
)

_ROUND = lazy_regex(r"\((?P<inner>[ xX]?)\)(?=\s|$)")

# At the start of a line of running text: a list marker with no blank behind it, or with one but indented
# so far that it begins no item, or a bullet that Markdown does not know.
_LOST_MARKER = lazy_regex(r"(?P<marker>[-*+]|\d{1,9}[.)])[ \t]{0,4}(?=\\?\[)|[•‣–—][ \t]{0,4}(?=\\?\[)")


_TICKS = frozenset("✓✔✅☑🗸√")

_CROSSES = frozenset("✗✘☒❌×")

_WORDS = frozenset(("xx", "yes", "no", "done", "todo", "ok"))

# States of other tools that stand for nothing else at the start of an item.
_SURE_STATES = frozenset("-~/>")


@cached_per_binding
def boxes(binding: Binding) -> tuple[Box, ...]:
    """Return every box outside quotes and code, nested lists included, in the order of the text.

    GitHub's alerts are no quotes to a reader, although they are written as such.

    Some spellings are boxes only in company: `[y]` is one beside true boxes or where the rule set asks for a
    checklist, and may be anything elsewhere.
    """
    found = list(_boxes(binding))
    for number, (box, following) in enumerate(pairwise(found)):
        if following.span.start < box.end:
            # A malformed box begins a line of the same paragraph.
            found[number] = box._replace(end=following.span.start)
    return tuple(found)


def _boxes(binding: Binding) -> Iterator[Box]:
    document = binding.document
    text = document.source.text
    checklists = [span for span in _checklist_spans(binding) if span.start < span.end]
    place = 0
    reach = -1
    for item_or_paragraph, in_company in _candidates(document.source, document.blocks):
        start = item_or_paragraph.span.start
        while place < len(checklists) and checklists[place].start <= start:
            reach = max(reach, checklists[place].end)
            place += 1
        company = in_company or start < reach
        if isinstance(item_or_paragraph, ListItem):
            item = item_or_paragraph
            if item.checkbox_span is not None:
                shown = plain(_first_line(text, item))
                yield Box(item.checkbox_span, shown, item.checkbox == "x", end=_paragraph_end(item))
            elif item.blocks and isinstance(item.blocks[0], Paragraph):
                line = Span(item.content_start, item.blocks[0].lines[0].end)
                if box := _bracketed(document, line, company):
                    yield box._replace(end=item.blocks[0].span.end)
        else:
            for line in item_or_paragraph.lines:
                if box := _malformed_line(document, line, company):
                    yield box._replace(end=line.end)


def _first_line(text: str, item: ListItem) -> str:
    first = item.blocks[0] if item.blocks else None
    return text[item.content_start : first.lines[0].end] if isinstance(first, Paragraph) else ""


def _paragraph_end(item: ListItem) -> int:
    """Return where the paragraph that an item begins with ends, or its box if it has none."""
    first = item.blocks[0] if item.blocks else None
    return first.span.end if isinstance(first, Paragraph) else item.content_start


def _candidates(source: Source, blocks: Sequence[Block]) -> Iterator[tuple[ListItem | Paragraph, bool]]:
    """Yield list items and paragraphs in order, and whether each has true boxes beside it in its list.

    An item's first line belongs to the item, its further lines count as a paragraph.
    """
    stack: list[tuple[Block | ListItem, bool]] = [(block, False) for block in reversed(blocks)]
    while stack:
        block, company = stack.pop()
        if isinstance(block, List):
            company = any(item.checkbox_span is not None for item in block.items)
            stack += [(item, company) for item in reversed(block.items)]
        elif isinstance(block, ListItem):
            yield block, company
            inner = list(block.blocks)
            if inner and isinstance(inner[0], Paragraph):
                rest = inner[0].lines[1:]
                inner[0:1] = [Paragraph(Span(rest[0].start, rest[-1].end), rest)] if rest else []
            stack += [(child, company) for child in reversed(inner)]
        elif isinstance(block, Paragraph):
            yield block, company
        elif isinstance(block, Quote) and is_alert(source, block):
            stack += [(child, False) for child in reversed(block.blocks)]


def _malformed_line(document: Document, line: Span, company: bool) -> Box | None:
    """Return the malformed box that a line of running text begins with, None if there is none."""
    text = document.source.text
    if text[line.start : line.start + 1].isalpha():
        return None
    match = _LOST_MARKER.match(text, *line)
    if match is None and not company:
        # Without any bullet, brackets are a box only where boxes are asked for.
        return None
    start = match.end() if match else line.start
    box = _bracketed(document, Span(start, line.end), company)
    if box is None or (match and match["marker"] == "*" and "*" in text[start : line.end]):
        return None
    marker = match["marker"] if match and match["marker"] else "-"
    unknown = box.foreign or box.replacement == "?"
    replacement = "?" if unknown else f"{marker} {box.replacement or _box(box.ticked)}"
    return Box(Span(line.start, box.span.end), box.text, box.ticked, replacement)


def _bracketed(document: Document, line: Span, company: bool) -> Box | None:
    """Return the box, most likely a malformed one, that a text begins with, None if there is none."""
    text = document.source.text
    if text[line.start : line.start + 1].isalpha():
        return None
    match = _BRACKETS.match(text, *line)
    if match is None:
        return _round_box(text, line) if company else None
    inner, following, star = match["inner"], match["next"], match["star"] is not None
    core = inner.strip()
    if _is_link(document, core, following):
        return None
    escaped = "\\" in match["open"] + match["close"]
    apart = following == "" or following.isspace()
    is_state = apart and not escaped and inner in STATES
    certain = not escaped and (_is_box(inner, core, apart) or (is_state and inner in _SURE_STATES))
    if not certain and not (company and _may_be_box(core, following)):
        return None
    ticked = core != "" if core in ("", "x", "X") or core in _TICKS else None
    span = Span(match.start(), match.end("close"))
    shown = plain(text[match.start("next") : line.end])
    if is_state or (apart and not escaped and inner in (" ", "x", "X")):
        return Box(span, shown, bool(ticked), foreign=is_state or star)
    written = "?" if ticked is None or star else _box(ticked) + ("" if apart else " ")
    return Box(span, shown, ticked, written)


def _is_link(document: Document, core: str, following: str) -> bool:
    return following in ("(", "[", ":") or (core != "" and normalise_label(core) in document.link_labels)


def _box(ticked: bool | None) -> str:
    return "[x]" if ticked else "[ ]"


def _round_box(text: str, line: Span) -> Box | None:
    """Return the box in parentheses that a text begins with."""
    match = _ROUND.match(text, *line)
    if match is None:
        return None
    ticked = match["inner"] in ("x", "X")
    return Box(Span(*match.span()), plain(text[match.end() : line.end]), ticked, _box(ticked))


def _is_box(inner: str, core: str, apart: bool) -> bool:
    """Whether brackets hold what only boxes do; `apart` is whether a blank or nothing follows them."""
    if core in ("x", "X"):
        return apart or inner == "x"  # `[X]ms` and `[X]%` are placeholders
    if core == "":
        return apart or inner != ""  # `[]byte` is a type
    return core in _TICKS or core in _CROSSES


def _may_be_box(core: str, following: str) -> bool:
    """Return whether brackets among boxes hold what people write for a tick or a state; numbers are notes."""
    if core == "X" and following in ("%", "/", "m", "s"):
        return False
    if len(core) == 1:
        return not core.isdigit()
    return core == "" or core.casefold() in _WORDS


def _checklist_spans(binding: Binding) -> list[Span]:
    """Return the parts of the document that the rule set asks a checklist for, in order."""
    spans = [
        section.span
        for section in binding.document.sections
        if (rule := binding.rules_of.get(section.number)) and (rule.checklist or rule.questions_closed_from)
    ]
    spans += [
        label.span for rule, _, found in owed_labels(binding) if rule.checklist is not None for label in found
    ]
    return sorted(spans)


def demands(binding: Binding) -> list[Demand]:
    """Return what the rule set requires of boxes in which part of the document; the innermost part decides.

    A part without a requirement of its own has that of the part around it, up to the whole document.
    """
    document = binding.document
    found = []
    if binding.rules.complete_from is not None:
        found.append(Demand(Span(0, len(document.source.text) + 1), binding.rules.complete_from))
    for section in document.sections:
        rule: SectionRule | None = binding.rules_of.get(section.number)
        if rule is None:
            continue
        if rule.questions_closed_from is not None:
            extent = _extent(binding, section, rule)
            found.append(Demand(extent, rule.questions_closed_from, questions=True))
        elif rule.checklist is not None and rule.checklist.complete_from is not None:
            found.append(Demand(_extent(binding, section, rule), rule.checklist.complete_from))
    for owed, _, labels in owed_labels(binding):
        if owed.checklist is not None and owed.checklist.complete_from is not None:
            found += [Demand(label.span, owed.checklist.complete_from) for label in labels]
    return sorted(found, key=lambda demand: (demand.span.start, -demand.span.end))


def _extent(binding: Binding, section: Section, rule: SectionRule) -> Span:
    """Return a section's span up to the first section in it that belongs elsewhere, at a wrong level."""
    sections = binding.document.sections
    for number in range(section.number + 1, len(sections)):
        if sections[number].span.start >= section.span.end:
            break
        inner = binding.rules_of.get(number)
        if inner is not None and inner.path[: len(rule.path)] != rule.path:
            return Span(section.span.start, sections[number].span.start)
    return section.span


@cached_per_binding
def demanded(binding: Binding) -> tuple[tuple[Box, Demand], ...]:
    """Return every box that is under a demand, malformed ones too, with that demand."""
    return tuple(_demanded(binding))


def _demanded(binding: Binding) -> Iterator[tuple[Box, Demand]]:
    waiting = demands(binding)
    waiting.reverse()
    around: list[Demand] = []
    for box in boxes(binding):
        while waiting and waiting[-1].span.start <= box.span.start:
            around.append(waiting.pop())
        while around and around[-1].span.end <= box.span.start:
            around.pop()
        if around:
            yield box, around[-1]
