"""Find the marks of a template: brackets that its documents keep, as `[P]` in `- [ ] T001 [P] Print cards`.

A mark stands between the number and the text of items, or a legend explains it beside such a mark.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from speclint.markdown.lazy_regex import lazy_regex

# Behind the box or the number of an item, before its text.
_ITEM = lazy_regex(
    r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(?P<id>[A-Z]{1,9}-?[\dNX]+[.:]?[ \t]+)?"
    r"(?P<marks>(?:\[[A-Z][\w?]{0,11}\][ \t]+)*)(?=[^\s:—–=|-])"
)

# `**[P]**: can run beside others`
_LEGEND = lazy_regex(
    r"[ \t>]*(?:[-*+][ \t]+)?[*_`]*\[(?P<mark>[A-Z][\w?]{0,11})\][*_`]*[ \t]*(?:[:=]|[–—-][ \t])"
    r"[*_]*[ \t]*(?P<text>\S.*)"
)

_BRACKETS = lazy_regex(r"\[([A-Z][\w?]{0,11})\]")

# What shows the form of items, in a heading or as code: `[ID] [P?] [Story] Description`.
_FORM = lazy_regex(r"`([^`\n]*\[[^`\n]*)`")

_SHORT = lazy_regex(r"[A-Z]{1,3}\d{0,3}\??$")

# As the value of a label, it is a place to fill in.
_VALUE = r"[:：][*_]*[ \t]+\[{}\][ \t]*$"


def marks_in(lines: Iterable[str]) -> frozenset[str]:
    """Return the texts of the marks in a template's lines of prose, without their brackets."""
    lines = [line for line in lines if "[" in line]
    marks = set(_between(lines))
    if not marks:
        return frozenset()
    legend: list[str] = []
    for line in (*lines, ""):
        found = _LEGEND.match(line)
        if found and "[" not in found["text"]:
            legend.append(found["mark"])
        elif legend:
            # What stands in one list with a mark is one.
            marks.update(legend if not marks.isdisjoint(legend) else ())
            legend = []
    for form in (form[1] for line in lines for form in _FORM.finditer(line)):
        shown = _BRACKETS.findall(form)
        if len(shown) > 1 and not marks.isdisjoint(text.rstrip("?") for text in shown):
            marks.update(shown)
    return frozenset(mark for mark in marks if not _is_value(mark, lines))


def _between(lines: Iterable[str]) -> Iterator[str]:
    """Yield what stands between number and text: short marks, and others that most numbered items have."""
    numbered = 0
    longer: Counter[str] = Counter()
    for item in filter(None, map(_ITEM.match, lines)):
        numbered += item["id"] is not None
        for mark in _BRACKETS.findall(item["marks"]):
            if _SHORT.match(mark):
                yield mark
            elif item["id"]:
                longer[mark] += 1
    yield from (mark for mark, times in longer.items() if times > max(1, numbered / 2))


def _is_value(mark: str, lines: Iterable[str]) -> bool:
    pattern = _VALUE.format(re.escape(mark))
    return any(f"[{mark}]" in line and re.search(pattern, line) for line in lines)
