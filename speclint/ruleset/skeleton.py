"""Provide what authors start from: the Markdown skeleton of a rule set, its own or a generated one.

A generated one has all that the rules ask for at any stage and nothing optional. Everything to fill in is in
brackets that the check `placeholder` reports whether it knows the skeleton or not; no box is ticked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from speclint.ruleset.model import Checklist, RuleSet, SectionRule, TableRule, ValueRule
from speclint.ruleset.patterns import RegexBudget, RegexTimeout
from speclint.ruleset.titles import filled, fold

# Words with which an open place begins: brackets with other words may be an author's own.
_NAME = "[Enter a name]"

_TEXT = "[Describe what belongs here]"

_BOX = "- [ ] [Describe what is to be done]"

_DATE = "YYYY-MM-DD"

_FIGURE = "[X]%"

# How many of a section that repeats are written at most, however many are asked for.
_MOST = 9


def skeleton(rules: RuleSet) -> str:
    """Return the Markdown that documents start from: the rule set's own, or one generated from its rules."""
    return rules.skeleton or _made(rules)


def section_text(rule: SectionRule, number: int = 1, level: int | None = None) -> str:
    """Return a section and the subsections it owes, with a line feed behind the last line.

    `number` replaces `{n}`; `level` is that of the heading, None for the rule's own.
    """
    shift = 0 if level is None else level - rule.level
    return "\n".join(_section(rule, heading_text(rule, number), shift))


def heading_text(rule: SectionRule, number: int = 1) -> str:
    """Return a heading for a rule, without its `#`s; what the author is to fill in is in brackets."""
    if rule.pattern is None:
        return _title(rule.title, number)
    candidates = (rule.title, *rule.aliases, _example(rule.pattern.source))
    for candidate in candidates:
        title = _title(candidate, number)
        try:
            if rule.pattern.fullmatch(title, RegexBudget()):
                return title
        except RegexTimeout:
            break
    return _title((rule.aliases or (rule.title,))[0], number)


def body_text(rule: SectionRule) -> str:
    """Return the text below the heading of a rule, before its subsections, "" if these are enough."""
    lines = [line for label in rule.labels if label.required for line in label_lines(label)]
    tables = [table for table in rule.content.tables if table.required]
    for table in tables:
        lines += [*([""] if lines else []), *table_lines(table)]
    if rule.checklist is not None and rule.checklist.required:
        lines += [*([""] if tables else []), *_boxes(rule.checklist)]
    if rule.coverage is not None and rule.coverage.required:
        lines += [f"- Test coverage: {_FIGURE}"]
    if not lines and not any(map(_least, rule.sections)):
        lines = [_TEXT]
    return "".join(f"{line}\n" for line in lines)


def label_lines(rule: ValueRule) -> list[str]:
    """Return the lines of a label: a list item, with the boxes it owes below it."""
    if rule.checklist is None or not rule.checklist.required:
        return [f"- **{rule.name}:** {value_text(rule)}"]
    covered = rule.coverage is not None and rule.coverage.required
    boxes = [f"  {box}" for box in _boxes(rule.checklist)]
    return [f"- **{rule.name}:**", *boxes, *([f"  - [ ] Test coverage ≥ {_FIGURE}"] if covered else [])]


def _boxes(checklist: Checklist) -> list[str]:
    """Return the boxes of a checklist: those that must be there, and one to be filled in."""
    return [*(f"- [ ] {_title(item.text, 1)}" for item in checklist.items), _BOX]


def table_lines(rule: TableRule) -> list[str]:
    """Return the lines of a table with all the columns that must be there, and as many rows as it owes."""
    columns = [column for column in rule.columns if column.required] or list(rule.columns)
    cells = [value_text(column).replace("|", r"\|") for column in columns]
    header = [column.name.replace("|", r"\|") for column in columns]
    rows = [cells] * max(1, min(rule.min_rows, _MOST))
    return [f"| {' | '.join(row)} |" for row in (header, ["---"] * len(columns), *rows)]


def value_text(rule: ValueRule) -> str:
    """Return the placeholder for the value of a field or label."""
    choice = f"[{' | '.join(rule.one_of)}]"
    if len(rule.one_of) > 1 and len(choice) <= 300 and not re.search(r"[\[\]\n]|\|\S|\S\|", choice[1:-1]):
        return choice
    if rule.coverage is not None:
        return _FIGURE
    return {
        "date": f"[{_DATE}]",
        "version": "[Enter a version]",
        "number": "[Enter a number]",
        "quantity": "[Enter how much or how many]",
    }.get(rule.type, "[Enter one of the values allowed]" if rule.one_of else _TEXT)


def _made(rules: RuleSet) -> str:
    fields = [rule for rule in rules.fields if rule.required]
    in_headings = {fold(rule.title.partition(":")[0]): rule for rule in rules.walk()}
    lines = [f"# {_title(rules.title or '{name}', 1)}", ""]
    top = [f"**{rule.name}:** {value_text(rule)}" for rule in fields if fold(rule.name) not in in_headings]
    stages = rules.stages
    said = {fold(rule.name) for rule in fields} | in_headings.keys()
    if stages is not None and stages.field is not None and fold(stages.field) not in said:
        # No field is owed, but a document that cannot say its stage stays at the first one.
        top.append(f"**{stages.field}:** [{' | '.join(stages.values or stages.order)}]")
    lines += [*top, ""] if top else []
    by_name = {fold(rule.name): rule for rule in fields}
    for rule in rules.sections:
        for number in range(1, _least(rule) + 1):
            field = by_name.get(fold(rule.title.partition(":")[0]))
            heading = heading_text(rule, number)
            if field is not None:
                heading = heading.replace(_NAME, value_text(field))
            lines += [*_section(rule, heading, 0)]
    closing = [line for label in rules.labels if label.required for line in _closing_lines(label)]
    if closing:
        lines += ["---", *closing, ""]
    return "\n".join(lines)


def _closing_lines(rule: ValueRule) -> list[str]:
    """Return the lines of a label at the end of the document, where it belongs to no section."""
    if rule.checklist is None or not rule.checklist.required:
        return ["", f"**{rule.name}:** {value_text(rule)}"]
    return ["", f"**{rule.name}:**", *_boxes(rule.checklist)]


def _section(rule: SectionRule, heading: str, shift: int) -> Iterator[str]:
    """Yield the lines of a section and those below it, each section closed by an empty line."""
    yield f"{'#' * min(6, rule.level + shift)} {heading}"
    yield ""
    body = body_text(rule)
    if body:
        yield body
    for child in rule.sections:
        for number in range(1, _least(child) + 1):
            yield from _section(child, heading_text(child, number), shift)


def _least(rule: SectionRule) -> int:
    """Return the smallest number of sections that a rule asks for."""
    if not rule.required:
        return 0
    return 1 if rule.repeat is None else min(rule.repeat.min, _MOST)


def _title(title: str, number: int) -> str:
    values = {"n": str(number), "name": _NAME, "date": _DATE}
    return " ".join(filled(title, values).split())


# What the pieces of a simple regular expression become, one kind after the other.
_PIECES = (
    (r"\(\?[a-zA-Z]+\)|\^|\$|\\[AbZz]", ""),  # flags and anchors
    (r"\((?:\?:|\?P<\w+>)?([^()|]*)(?:\|[^()]*)?\)\+?", r"\1"),  # of a group its first alternative
    (r"(?:\\d|\[0-9\])[+*]?", "1"),
    (r"(?:\\[SwW])?(?:\.|\\S|\\w|\[[^\]]*\])(?:[+*]\??|\{\d*,?\d*\})", "{name}"),
    (r"(?:\\s|\[ \]|\\ )[+*?]?", " "),
    (r"(?<=[^}\s\\])[?*]", ""),
    (r"\\(.)", r"\1"),
)

_DIGITS = r"(?:\\d|\[0-9\])\{(\d{1,2})[^}]*\}"


def _example(pattern: str) -> str:
    """Return a title that a simple regular expression is likely to match; the caller must try it."""
    pattern = re.sub(_DIGITS, lambda match: "1" * int(match[1]), pattern)
    for piece, text in _PIECES:
        pattern = re.sub(piece, text, pattern)
    return pattern
