"""Check what a schema cannot express about texts: patterns, lengths, links, ids, and groups of sections."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from speclint.diagnostics import Problem, did_you_mean, quoted
from speclint.ruleset.normal_form import text_entry
from speclint.ruleset.patterns import RulePattern
from speclint.ruleset.titles import fold
from speclint.ruleset.yaml_nodes import Node

_HOLE = re.compile(r"\{([^{}]*)\}")

_MAP_HOLES = ("n", "name")

_LOOKS_AROUND = re.compile(r"\(\?<?[=!]")


def text_problems(rule: Node) -> Iterator[Problem]:
    """Yield the problems of what a section, a label or the whole document asks of its text."""
    for key in ("forbidden", "must_contain"):
        for text in rule.entries[key].items if key in rule.entries else ():
            yield from _of_pattern(text, key)
    if "length" in rule.entries:
        for unit in ("words", "items", "paragraphs"):
            yield from _of_extent(rule.entries["length"].entries.get(unit))
    if "links" in rule.entries:
        yield from _of_links(rule.entries["links"])
    ids = rule.entries.get("ids")
    if ids is not None and ids.entries and "titles" not in ids.entries:
        yield ids.problem("`ids` needs `title`, such as `FR-{n}`")


def group_problems(node: Node) -> Iterator[Problem]:
    """Yield the problems of `at_least_one` and `at_most_one` of a section or the whole document."""
    sections = node.entries["sections"].items if "sections" in node.entries else []
    for key in ("at_least_one", "at_most_one"):
        for member in node.entries[key].items if key in node.entries else ():
            yield from _of_member(member, sections, key)


def _of_member(member: Node, sections: Sequence[Node], key: str) -> Iterator[Problem]:
    name = str(member.value)
    named = next((rule for rule in sections if fold(text_entry(rule, "title")) == fold(name)), None)
    if named is None:
        known = [text_entry(rule, "title") for rule in sections]
        listed = f"; there are {quoted(known)}" if known else f"; list it in `sections` beside `{key}`"
        yield member.problem(f"no section `{name}` here{did_you_mean(name, known) or listed}")
        return
    required = named.entries.get("required")
    if required is None or required.value is not False:
        yield member.problem(f"`{name}` is required in any case; give it `required: false` in `sections`")


def _of_pattern(rule: Node, key: str) -> Iterator[Problem]:
    """Yield a problem for a pattern that any text matches, and one for a language of what is no code."""
    pattern = rule.entries.get("pattern")
    if pattern is not None and matches_anything(str(pattern.value)):
        always = "is reported everywhere" if key == "forbidden" else "is never missing"
        yield pattern.problem(f"the pattern matches an empty text, so that it {always}")
    where, language = rule.entries.get("where"), rule.entries.get("language")
    if where is not None and language is not None and [place.value for place in where.items] != ["code"]:
        yield where.problem("`language` is for code alone: leave `where` out", at_key=True)


def matches_anything(pattern: str) -> bool:
    """Return whether a pattern finds something in an empty text, and so in any.

    One that looks around may do so on purpose: `^(?!.*SHALL)` finds texts without a word. A pattern that is
    no regular expression finds nothing.
    """
    if _LOOKS_AROUND.search(pattern) or RulePattern(pattern).fault() is not None:
        return False
    return re.search(pattern, "") is not None


def _of_extent(extent: Node | None) -> Iterator[Problem]:
    least = extent.entries.get("min") if extent is not None else None
    most = extent.entries.get("max") if extent is not None else None
    if least is None or most is None:
        return
    if isinstance(least.value, int) and isinstance(most.value, int) and least.value > most.value:
        yield most.problem(f"`max` must be at least `min`, which is {least.value}")


def _of_links(links: Node) -> Iterator[Problem]:
    for path, target in links.entries["map"].entries.items() if "map" in links.entries else ():
        holes = _HOLE.findall(path)
        yield from _of_holes(path, holes, _MAP_HOLES, target, at_key=True)
        text = str(target.value)
        for hole in _HOLE.findall(text):
            if hole in _MAP_HOLES and hole not in holes:
                yield target.problem(f"`{{{hole}}}` does not stand in `{path}`")
        yield from _of_holes(text, _HOLE.findall(text), _MAP_HOLES, target)
    for mention in links.entries["first_mention"].items if "first_mention" in links.entries else ():
        text = str(mention.value)
        yield from _of_holes(text, _HOLE.findall(text), ("n",), mention)
        if "{n}" not in text:
            yield mention.problem("`first_mention` needs `{n}` where the number stands, as in `RFC {n}`")


def _of_holes(
    text: str, holes: Sequence[str], known: Collection[str], node: Node, at_key: bool = False
) -> Iterator[Problem]:
    """Yield a problem for every hole that is none of those that are known, or stands twice."""
    for place, hole in enumerate(holes):
        if hole not in known:
            names = quoted([f"{{{name}}}" for name in known])
            yield node.problem(f"no placeholder `{{{hole}}}`; there are {names}", at_key)
        elif hole in holes[:place] and at_key:
            yield node.problem(f"`{{{hole}}}` stands twice in `{text}`", at_key)
