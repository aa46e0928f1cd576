"""Check what a schema cannot express about a rule set: names that must exist, be unique or be in order."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from speclint.diagnostics import Problem, did_you_mean, quoted
from speclint.markdown.inline import normalise_label
from speclint.ruleset.normal_form import NAME_KEYS, folded_name, rules_below, text_entry
from speclint.ruleset.patterns import RulePattern
from speclint.ruleset.table_validation import table_problems
from speclint.ruleset.text_validation import group_problems, text_problems
from speclint.ruleset.titles import fold
from speclint.ruleset.yaml_nodes import Node

# Chapters are headings of level 2, and Markdown ends at 6.
CHAPTER_LEVEL = 2

MAX_LEVEL = 6

# Sections that `repeat` asks for, in all and those in each other multiplied: what `--fix` would write.
MAX_REPEATED = 1_000

# What may begin at a stage of its own.
_TIMED = (
    *("paths", "code", "changelog", "rollout", "dates", "ids", "used_as", "budgets"),
    *("length", "links"),
)

# Lists of what may begin at a stage of its own, and may have a pattern.
_LISTED = ("forbidden", "must_contain", "cites")

_TITLE_PLACEHOLDERS = ("n", "name", "date", "version")


def validate(tree: Node, cut: Collection[str | int] = ()) -> Iterator[Problem]:
    """Yield every problem of a normal, merged tree that fits the schema.

    `cut` are the top-level keys below which something did not fit the schema and was removed: references to
    them are not checked.
    """
    return _Validator(tree, cut).problems()


def duplicate_names(node: Node) -> Iterator[Problem]:
    """Yield a problem for every name or alias that occurs twice among siblings, here and below."""
    for key in ("fields", "labels", "sections"):
        if key not in node.entries:
            continue
        owners: dict[str, int] = {}
        for owner, name, place in _names(node.entries[key], key):
            folded = folded_name(name, key)
            # An alias that folds to its own rule's name does no harm.
            if name and owners.setdefault(folded, owner) != owner:
                yield place.problem(f"`{name}` stands twice among these {key}", at_key=place.key is not None)
    for rule in rules_below(node):
        yield from duplicate_names(rule)


class _Validator:
    """The validation of one normal tree: names that must exist, be unique or be in order."""

    def __init__(self, tree: Node, cut: Collection[str | int] = ()) -> None:
        self.tree = tree
        # The keys below which something did not fit the schema: nothing is said of what refers to them.
        self.cut = cut
        stages = tree.entries.get("stages")
        order = stages.entries.get("order") if stages is not None else None
        self.stages = [str(stage.value) for stage in order.items] if order is not None else []
        self.fields = tree.entries["fields"].entries if "fields" in tree.entries else {}
        self.repeated = 0

    def problems(self) -> Iterator[Problem]:
        """Yield every problem of the tree."""
        yield from duplicate_names(self.tree)
        yield from self.of_stages()
        yield from self.of_rule(self.tree)
        yield from group_problems(self.tree)
        title = self.tree.entries.get("title")
        if title is not None:
            yield from self.of_rule(title)
        detect = self.tree.entries.get("detect")
        if detect is not None and "title" in detect.entries:
            yield from self.of_title(detect.entries["title"])
        for name, field in self.fields.items():
            yield from self.of_rule(field)
            yield from self.of_not_before(name, field)
        for label in self.items("labels"):
            yield from self.of_rule(label)
        for section in self.items("sections"):
            yield from self.of_section(section, CHAPTER_LEVEL - 1)

    def items(self, key: str) -> list[Node]:
        return self.tree.entries[key].items if key in self.tree.entries else []

    def of_stages(self) -> Iterator[Problem]:
        stages = self.tree.entries.get("stages")
        if stages is not None:
            if "order" not in stages.entries and "stages" not in self.cut:
                yield stages.problem("`stages` needs `order`")
            yield from self.of_stage(stages.entries.get("default"))
            yield from self.of_stage_field(stages.entries.get("field"))
            values = stages.entries.get("values")
            said: dict[str, str] = {}
            for value, stage in values.entries.items() if values is not None else ():
                yield from self.of_stage(stage)
                folded = normalise_label(value)
                if folded in said:
                    message = f"`{value}` and `{said[folded]}` are the same value"
                    yield stage.problem(message, at_key=True)
                said[folded] = value
            of_stages = {*said, *map(normalise_label, self.stages)}
            for aside in stages.entries["aside"].items if "aside" in stages.entries else ():
                if normalise_label(str(aside.value)) in of_stages:
                    yield aside.problem(f"`{aside.value}` is a stage, or means one; it cannot be aside")
        coverage = self.tree.entries.get("coverage")
        thresholds = coverage.entries.get("thresholds") if coverage is not None else None
        checks = self.tree.entries.get("checks")
        for by_stage in checks.entries.values() if checks is not None else ():
            for stage_name, severity in by_stage.entries.items():
                if stage_name:
                    yield from self.of_stage_name(stage_name, severity, at_key=True)
        for stage_name, percent in thresholds.entries.items() if thresholds is not None else ():
            if stage_name:
                yield from self.of_stage_name(stage_name, percent, at_key=True)

    def of_stage_field(self, field: Node | None) -> Iterator[Problem]:
        """Yield a problem if the rule set lists fields, and that of the stage is none of them."""
        if field is None or not self.fields or "fields" in self.cut:
            return
        names = [name for _, name, _ in _names(self.tree.entries["fields"], "fields")]
        headings = [text_entry(rule, "title").partition(":")[0] for rule in _all_sections(self.tree)]
        wanted = fold(str(field.value))
        if wanted not in map(fold, (*names, *headings)):
            hint = did_you_mean(str(field.value), names) or f"; there are {quoted(names)}"
            yield field.problem(f"no field `{field.value}`{hint}")

    def of_stage(self, node: Node | None) -> Iterator[Problem]:
        if node is not None:
            yield from self.of_stage_name(str(node.value), node, at_key=False)

    def of_stage_name(self, stage: str, node: Node, at_key: bool) -> Iterator[Problem]:
        if "stages" in self.cut:
            return
        if not self.stages:
            if "stages" not in self.tree.entries:
                yield node.problem(f"no stage `{stage}`: this rule set has no `stages`", at_key)
        elif stage not in self.stages:
            hint = did_you_mean(stage, self.stages) or f"; there are {quoted(self.stages)}"
            yield node.problem(f"no stage `{stage}`{hint}", at_key)

    def of_rule(self, rule: Node) -> Iterator[Problem]:
        """Yield the problems that the whole document, sections, labels and fields can have alike."""
        entries = rule.entries
        yield from self.of_stage(entries.get("from"))
        for option in _TIMED:
            if option in entries:
                yield from self.of_stage(entries[option].entries.get("from"))
        for option in _LISTED:
            for text in entries[option].items if option in entries else ():
                yield from self.of_rule(text)
        yield from text_problems(rule)
        titles = entries["ids"].entries.get("titles") if "ids" in entries else None
        for title in titles.items if titles is not None else ():
            yield from self.of_title(title)
            if "{n}" not in str(title.value):
                yield title.problem("`ids` needs `{n}` where the id stands, as in `Metric {n}`")
        for option, key in (
            ("checklist", "complete_from"),
            ("checklists", "complete_from"),
            ("coverage", "stage"),
            ("questions", "closed_from"),
        ):
            if option in entries:
                yield from self.of_stage(entries[option].entries.get(key))
        if "checklist" in entries:
            yield from self.of_items(entries["checklist"])
        if "pattern" in entries:
            yield from _pattern_problems(entries["pattern"])

    def of_items(self, checklist: Node) -> Iterator[Problem]:
        """Yield the problems of the boxes that a checklist must have."""
        seen: set[str] = set()
        for item in checklist.entries["items"].items if "items" in checklist.entries else ():
            yield from self.of_stage(item.entries.get("from"))
            text = item.entries.get("text")
            if text is not None:
                yield from self.of_title(text)
                folded = fold(str(text.value))
                if folded in seen:
                    yield text.problem(f"`{text.value}` stands twice among these items")
                seen.add(folded)

    def of_not_before(self, name: str, field: Node) -> Iterator[Problem]:
        other = field.entries.get("not_before")
        if other is None or "fields" in self.cut:
            return
        wanted = normalise_label(str(other.value))
        known = next((known for known in self.fields if normalise_label(known) == wanted), None)
        if known is None:
            hint = did_you_mean(str(other.value), self.fields)
            yield other.problem(f"no field `{other.value}`{hint}")
        elif known == name:
            yield other.problem(f"`{name}` cannot be compared with itself")
        elif text_entry(self.fields[known], "type") != "date":
            yield other.problem(f"`{known}` must have `type: date` to be compared with")
        if text_entry(field, "type") != "date":
            yield other.problem("`not_before` needs `type: date` beside it", at_key=True)

    def of_section(self, section: Node, parent_level: int, around: int = 1) -> Iterator[Problem]:
        """Yield the problems of a section; `around` is how often the sections around it occur."""
        if parent_level >= MAX_LEVEL:
            deepest = MAX_LEVEL - CHAPTER_LEVEL + 1
            yield section.problem(
                f"sections nest at most {deepest} deep: chapters are `##`, and `######` is the last"
            )
            return
        level = parent_level + 1
        own = section.entries.get("level")
        if own is not None and isinstance(own.value, int):
            if own.value <= parent_level:
                yield own.problem(f"`level` must be more than {parent_level}, that of the section around it")
            level = max(level, own.value)
        yield from self.of_rule(section)
        yield from group_problems(section)
        if "title" in section.entries:
            yield from self.of_title(section.entries["title"])
        if "aliases" in section.entries:
            for alias in section.entries["aliases"].items:
                yield from self.of_title(alias)
        repeat = section.entries.get("repeat")
        times = around * self.least(repeat)
        before = self.repeated
        self.repeated += times if times > 1 else 0
        if before <= MAX_REPEATED < self.repeated:
            yield (repeat or section).problem(f"`repeat` asks for more than {MAX_REPEATED:,} sections in all")
        if repeat is not None and "max" in repeat.entries:
            most, least = repeat.entries["max"], repeat.entries.get("min")
            least_value = least.value if least is not None else 1
            if isinstance(most.value, int) and isinstance(least_value, int) and least_value > most.value:
                yield most.problem(f"`max` must be at least `min`, which is {least_value}")
        for label in section.entries["labels"].items if "labels" in section.entries else ():
            yield from self.of_rule(label)
        for table in section.entries["tables"].items if "tables" in section.entries else ():
            yield from self.of_rule(table)
            for column in table.entries["columns"].items if "columns" in table.entries else ():
                yield from self.of_rule(column)
            yield from table_problems(table)
        for child in section.entries["sections"].items if "sections" in section.entries else ():
            yield from self.of_section(child, level, times)

    def least(self, repeat: Node | None) -> int:
        """Return the smallest number of sections that a `repeat` asks for."""
        least = repeat.entries.get("min") if repeat is not None else None
        return least.value if least is not None and isinstance(least.value, int) else 1

    def of_title(self, title: Node) -> Iterator[Problem]:
        if not isinstance(title.value, str):
            return  # told already
        for placeholder in re.findall(r"\{([^{}]*)\}", title.value):
            if placeholder not in _TITLE_PLACEHOLDERS:
                names = [f"{{{name}}}" for name in _TITLE_PLACEHOLDERS]
                hint = did_you_mean(f"{{{placeholder}}}", names)
                yield title.problem(
                    f"no placeholder `{{{placeholder}}}`{hint or f'; there are {quoted(names)}'}"
                )


def _all_sections(node: Node) -> Iterator[Node]:
    """Yield the sections below a node, at any depth."""
    for section in node.entries["sections"].items if "sections" in node.entries else ():
        yield section
        yield from _all_sections(section)


def _names(rules: Node, kind: str) -> Iterator[tuple[int, str, Node]]:
    """Yield the names and aliases of sibling rules: the number of the rule, the name, and its node."""
    named = list(rules.entries.items()) or [(text_entry(rule, NAME_KEYS[kind]), rule) for rule in rules.items]
    for number, (name, rule) in enumerate(named):
        title = rule.entries.get(NAME_KEYS.get(kind, ""))
        yield number, name, title._replace(key=None) if title is not None else rule
    for number, (_, rule) in enumerate(named):
        if "aliases" in rule.entries:
            for alias in rule.entries["aliases"].items:
                yield number, str(alias.value), alias


def _pattern_problems(pattern: Node) -> Iterator[Problem]:
    fault = RulePattern(str(pattern.value)).fault()
    if fault is not None:
        yield pattern.problem(f"not a regular expression: {fault}")
