"""Reads a rule set file: YAML to plain data that is valid, complete and merged with what it extends.

The data is the normal form of the language: sections, labels and fields are mappings throughout, short
forms (`checklist: true`, `coverage: 80`) are written out, and the skeleton's text and the fingerprints
are part of it. `ruleset.from_data` makes a `RuleSet` of it. Every fault of the file is reported at once.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from speclint import diagnostics
from speclint.diagnostics import Problem, RuleSetError
from speclint.markdown.digest import digest
from speclint.markdown.inline import normalise_label
from speclint.markdown.source import NotText, Position, Source
from speclint.ruleset import schema, yaml_nodes
from speclint.ruleset.bundled import bundled, data_file
from speclint.ruleset.patterns import RulePattern
from speclint.ruleset.titles import fold
from speclint.ruleset.yaml_nodes import Node
from speclint.workspace import files
from speclint.workspace.storage import MAX_BYTES

MAX_EXTENDS = 20

# Chapters are headings of level 2, and Markdown ends at 6.
CHAPTER_LEVEL = 2

MAX_LEVEL = 6

# Sections that `repeat` asks for, in all and those in each other multiplied: what `--fix` would write.
MAX_REPEATED = 1_000


# The lists of rules that extending merges by name, and what each rule is called there.
_NAMES = {"sections": "title", "labels": "name"}

# What `true` turns on, and the key of a mapping for which a value may stand alone.
_SWITCHES = frozenset(
    ("checklist", "repeat", "coverage", "paths", "code", "changelog", "rollout", "dates", "budgets")
)

# What may begin at a stage of its own.
_TIMED = ("paths", "code", "changelog", "rollout", "dates", "ids", "used_as", "budgets")

_SHORT = {"code": "languages", "dates": "order", "ids": "titles", "used_as": "words"}

_TITLE_PLACEHOLDERS = ("n", "name", "date", "version")


class RuleFile(NamedTuple):
    """What a rule set was read from and says: see the module for `data`, `storage` for `sources`."""

    data: dict[str, Any]
    sources: dict[str, str | None]


def read(path: str) -> RuleFile:
    """The rule set in a file. Raises `RuleSetError` with everything that is wrong with it."""
    reader = _Reader(path)
    return reader.finish(reader.read_file(path, (), None))


def reads(text: str, name: str, skeleton: str, fingerprints: Iterable[str]) -> RuleFile:
    """The rule set in a text; `name` stands for its path. Raises `RuleSetError`."""
    reader = _Reader(name)
    return reader.finish(reader.read_text(text, name, (), skeleton, sorted(fingerprints)))


def unknown_rule_set(name: str) -> str:
    """What to say of a rule set that is neither bundled nor a file."""
    if _looks_like_path(name):
        return f"no file `{name}`"
    ids = bundled()
    return f"no rule set `{name}`{diagnostics.did_you_mean(name, ids) or f'; there are {diagnostics.quoted(ids)}'}"


def _looks_like_path(name: str) -> bool:
    return name.endswith((".yaml", ".yml")) or "/" in name or os.sep in name


class _Reader:
    """Reads one file and those it extends, and notes all problems and all files read."""

    def __init__(self, path: str) -> None:
        self.repository = files.repository_of(path)
        self.problems: list[Problem] = []
        self.sources: dict[str, str | None] = {}

    def finish(self, tree: Node) -> RuleFile:
        """What was read, when nothing was wrong."""
        if self.problems:
            raise RuleSetError(self.problems)
        return RuleFile(tree.plain(), self.sources)

    def read_file(self, path: str, chain: tuple[str, ...], named: Node | None) -> Node:
        """The tree of a file. `chain` are the files that extend it, `named` where it is named."""
        text = self.text_of(path, named)
        return self.read_text(text, path, (*chain, os.path.realpath(path)), "", None)

    def text_of(self, path: str, named: Node | None) -> str:
        """The text of a file; one that cannot be opened is reported where it is named, if anywhere."""
        self.keep_inside(path, named)
        try:
            data = files.read_bytes(path, MAX_BYTES)
        except (OSError, ValueError) as error:
            raise self.refused(path, named, _why_unreadable(error)) from None
        if len(data) > MAX_BYTES:
            raise self.refused(path, named, "is larger than 1 MB")
        self.sources[path] = digest(data)
        try:
            return Source.decode(data).text
        except NotText as error:
            raise RuleSetError(
                [*self.problems, Problem(path, error.line, error.column, str(error))]
            ) from None

    def keep_inside(self, path: str, named: Node | None) -> None:
        """Raises `RuleSetError` for a file outside of the repository of the first one."""
        # Those that travel with the package lie wherever it was installed, perhaps as links.
        ours = os.path.dirname(path) == os.path.dirname(data_file("rules", ""))
        if not ours and files.is_outside(path, self.repository):
            raise self.refused(path, named, files.OUTSIDE)

    def refused(self, path: str, named: Node | None, reason: str) -> RuleSetError:
        """The error for a file that cannot be used at all."""
        if named is None:
            return RuleSetError([*self.problems, Problem(path, 1, 1, f"the file {reason}")])
        return RuleSetError([*self.problems, named.problem(f"the file `{path}` {reason}")])

    def read_text(
        self, text: str, path: str, chain: tuple[str, ...], skeleton: str, fingerprints: list[str] | None
    ) -> Node:
        """The normal, merged tree of a text. Without `fingerprints`, looks for files beside the path."""
        if len(text) > MAX_BYTES:
            raise self.refused(path, None, "is larger than 1 MB")
        tree = yaml_nodes.read(text, path, self.problems)
        if tree is None or tree.value is None:
            raise self.refused(path, None, "says nothing; write for instance `sections: [Overview]`")
        if not isinstance(tree.value, dict):
            message = f"a rule set must be a mapping, not {yaml_nodes.describe(tree.value)}"
            raise RuleSetError([*self.problems, tree.problem(message)])
        cut: set[str | int] = set()
        for misfit, problem in schema.check(tree, "ruleset.schema.json"):
            self.problems.append(problem)
            _cut(tree, misfit)
            cut.update(misfit[:1])

        tree = _normal(tree)
        base_name = tree.entries.pop("extends", None)
        folder = os.path.dirname(path)
        self.complete(tree, folder, skeleton, fingerprints)
        if base_name is None:
            self.problems += _stray_removals(tree)
        else:
            self.problems += _Meaning.of_names(tree)
            base = self.base(base_name, folder, chain)
            if self.problems:
                return tree  # what the two mean together cannot be said
            tree = _placed(_merge(base, tree, self.problems), path, base_name.place)
        self.problems += _Meaning(tree, cut).problems()
        return tree

    def complete(self, tree: Node, folder: str, skeleton: str, fingerprints: list[str] | None) -> None:
        """Adds what a file need not say: its id, its name and the contents of the files beside it."""
        entries = tree.entries
        id = entries.setdefault("id", Node(_id_from(tree.path), tree.path, tree.place))
        beside = os.path.join(folder, str(id.value)) if fingerprints is None else None
        skeleton_file = entries.pop("skeleton", None)
        if not skeleton:
            skeleton = self.companion(skeleton_file, folder, beside and f"{beside}.md")
        fingerprints_file = entries.pop("fingerprints", None)
        if not fingerprints:
            listed = self.companion(fingerprints_file, folder, beside and f"{beside}.fingerprints")
            lines = (line.strip() for line in listed.splitlines())
            fingerprints = sorted({line for line in lines if line and not line.startswith("#")})
        if skeleton:
            entries["skeleton"] = Node(skeleton, tree.path, tree.place)
        if fingerprints:
            tokens = [Node(token, tree.path, tree.place) for token in fingerprints]
            entries["fingerprints"] = Node(tokens, tree.path, tree.place)

    def companion(self, named: Node | None, folder: str, beside: str | None) -> str:
        """The text of a file that belongs to a rule set, by name or else by its place; "" for none."""
        if named is not None:
            return self.text_of(os.path.join(folder, str(named.value)), named)
        if beside is None:
            return ""
        if not os.path.isfile(beside):
            self.sources[beside] = None
            return ""
        return self.text_of(beside, None)

    def base(self, named: Node, folder: str, chain: tuple[str, ...]) -> Node:
        """The tree of what a rule set extends."""
        name = str(named.value)
        path = data_file("rules", f"{name}.yaml") if name in bundled() else os.path.join(folder, name)
        self.keep_inside(path, named)
        if not os.path.isfile(path):
            raise RuleSetError([*self.problems, named.problem(unknown_rule_set(name))])
        real = os.path.realpath(path)
        if real in chain:
            circle = " -> ".join(os.path.basename(step) for step in (*chain[chain.index(real) :], real))
            raise RuleSetError([*self.problems, named.problem(f"a rule set cannot extend itself: {circle}")])
        if len(chain) >= MAX_EXTENDS:
            message = f"more than {MAX_EXTENDS} rule sets extend one another"
            raise RuleSetError([*self.problems, named.problem(message)])
        return self.read_file(path, chain, named)


def _why_unreadable(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, IsADirectoryError):
        return "is a folder"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _id_from(path: str) -> str:
    """The id of a rule set that says none: the name of its file, in the letters an id may have."""
    stem = os.path.splitext(os.path.basename(path))[0]
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "rule-set"


def _cut(tree: Node, misfit: schema.Path) -> None:
    """Takes what does not fit the schema out of a tree, so that the rest can be looked at too."""
    node = tree
    for step in misfit[:-1]:
        child = node.entries.get(step) if isinstance(step, str) else _item(node, step)
        if child is None:
            return
        node = child
    if misfit and isinstance(misfit[-1], str):
        node.entries.pop(misfit[-1], None)
    elif misfit and _item(node, int(misfit[-1])) is not None:
        # The other items keep their numbers: problems found before name them.
        node.items[int(misfit[-1])] = Node({}, node.path, node.place)


def _item(node: Node, number: int) -> Node | None:
    return node.items[number] if number < len(node.items) else None


def _normal(tree: Node) -> Node:
    """A valid tree in its normal form."""
    entries: dict[str, Node] = {}
    for key, node in tree.entries.items():
        if key in _NAMES:
            rules = [
                _normal(rule if isinstance(rule.value, dict) else rule._replace(value={_NAMES[key]: rule}))
                for rule in node.items
                if rule.value != {}
            ]
            node = node._replace(value=rules)
        elif key == "fields":
            fields = {name: _normal(field) for name, field in node.entries.items()}
            node = node._replace(value=dict(fields))
        elif key in _SWITCHES and node.value is True:
            node = node._replace(value={})
        elif key in _SHORT and node.value not in (True, False) and not isinstance(node.value, dict):
            listed = node if key == "dates" or node.items else node._replace(value=[node])
            node = node._replace(value={_SHORT[key]: listed})
        elif key == "checks":
            severities = {
                check: severity if severity.entries else severity._replace(value={"": severity})
                for check, severity in node.entries.items()
            }
            node = node._replace(value=dict(severities))
        elif key == "coverage" and isinstance(node.value, int | float) and node.value is not False:
            node = node._replace(value={"minimum": node})
        elif key == "coverage" and "thresholds" in node.entries:
            thresholds = node.entries["thresholds"]
            if not isinstance(thresholds.value, dict):
                thresholds = thresholds._replace(value={"": thresholds})
            node = node._replace(value={**node.entries, "thresholds": thresholds})
        entries[key] = node
    return tree._replace(value=entries)


def _merge(base: Node, child: Node, problems: list[Problem]) -> Node:
    """The base with what the child says instead; lists of rules and mappings are merged by name."""
    entries = dict(base.entries)
    for key, node in child.entries.items():
        known = entries.get(key)
        if key in _NAMES:
            entries[key] = _merge_rules(known, node, key, problems)
        elif key == "fields":
            entries[key] = _merge_fields(known, node, problems)
        elif (
            known is not None
            and isinstance(known.value, dict)
            and isinstance(node.value, dict)
            and "" not in node.entries  # one threshold for all stages
        ):
            entries[key] = _merge(known, node, problems)
        else:
            entries[key] = node
    return child._replace(value=entries)


def _merge_rules(base: Node | None, child: Node, kind: str, problems: list[Problem]) -> Node:
    """Sections or labels: what the base has is changed in place, what is new follows its predecessor."""
    name = _NAMES[kind]
    rules = list(base.items) if base is not None else []
    place = len(rules)
    for rule in child.items:
        wanted = _folded(_text(rule, name), kind)
        found = next(
            (i for i, known in enumerate(rules) if _folded(_text(known, name), kind) == wanted), None
        )
        if "remove" in rule.entries:
            if found is None:
                problems.append(_nothing_to_remove(rule, _text(rule, name)))
            else:
                del rules[found]
                place = found
        elif found is None:
            rules.insert(place, _merge(_empty(rule), rule, problems))
            place += 1
        else:
            rules[found] = _merge(rules[found], rule, problems)
            place = found + 1
    return child._replace(value=rules)


def _merge_fields(base: Node | None, child: Node, problems: list[Problem]) -> Node:
    fields = dict(base.entries) if base is not None else {}
    for name, field in child.entries.items():
        known = next((known for known in fields if normalise_label(known) == normalise_label(name)), None)
        if "remove" in field.entries:
            if known is None:
                problems.append(_nothing_to_remove(field, name))
            else:
                del fields[known]
        elif known is None:
            fields[name] = field
        else:
            # The child's spelling, at the base's place.
            merged = _merge(fields[known], field, problems)
            fields = {
                (name if key == known else key): merged if key == known else old
                for key, old in fields.items()
            }
    return child._replace(value=dict(fields))


def _empty(rule: Node) -> Node:
    return rule._replace(value={})


def _folded(name: str, kind: str) -> str:
    """The name of a rule as those of its kind (`sections`, `labels`, `fields`) are compared."""
    return fold(name) if kind == "sections" else normalise_label(name)


def _nothing_to_remove(rule: Node, name: str) -> Problem:
    return rule.entries["remove"].problem(f"no `{name}` to remove in what this extends", at_key=True)


def _stray_removals(tree: Node) -> Iterator[Problem]:
    """`remove` in a rule set that extends nothing."""
    for key, node in tree.entries.items():
        if key == "remove":
            yield node.problem("`remove` without `extends`: there is nothing to remove from", at_key=True)
    for node in _rules_below(tree):
        yield from _stray_removals(node)


def _rules_below(node: Node) -> Iterator[Node]:
    """The fields, labels and sections right below a node."""
    for key in ("fields", "labels", "sections"):
        if key in node.entries:
            yield from node.entries[key].items
            yield from node.entries[key].entries.values()


def _placed(tree: Node, path: str, place: Position) -> Node:
    """A tree in which whatever stands in another file is placed where that file is named."""
    value: Any = tree.value
    if isinstance(value, dict):
        value = {key: _placed(node, path, place) for key, node in value.items()}
    elif isinstance(value, list):
        value = [_placed(node, path, place) for node in value]
    if tree.path == path:
        return tree._replace(value=value)
    return Node(value, path, place, place)


def _text(rule: Node, key: str) -> str:
    node = rule.entries.get(key)
    return node.value if node is not None and isinstance(node.value, str) else ""


class _Meaning:
    """Asks of a normal tree what a schema cannot: names that must exist, be unique or be in order."""

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
        """Everything that is wrong with the tree."""
        yield from self.of_names(self.tree)
        yield from self.of_stages()
        yield from self.of_rule(self.tree)
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
            values = stages.entries.get("values")
            said: dict[str, str] = {}
            for value, stage in values.entries.items() if values is not None else ():
                yield from self.of_stage(stage)
                folded = normalise_label(value)
                if folded in said:
                    message = f"`{value}` and `{said[folded]}` are the same value"
                    yield stage.problem(message, at_key=True)
                said[folded] = value
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
            hint = (
                diagnostics.did_you_mean(stage, self.stages)
                or f"; there are {diagnostics.quoted(self.stages)}"
            )
            yield node.problem(f"no stage `{stage}`{hint}", at_key)

    def of_rule(self, rule: Node) -> Iterator[Problem]:
        """What holds alike for the whole document, sections, labels and fields."""
        entries = rule.entries
        yield from self.of_stage(entries.get("from"))
        for option in _TIMED:
            if option in entries:
                yield from self.of_stage(entries[option].entries.get("from"))
        for forbidden in entries["forbidden"].items if "forbidden" in entries else ():
            yield from self.of_rule(forbidden)
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
        if "pattern" in entries:
            yield from _pattern_problems(entries["pattern"])

    def of_not_before(self, name: str, field: Node) -> Iterator[Problem]:
        other = field.entries.get("not_before")
        if other is None or "fields" in self.cut:
            return
        wanted = normalise_label(str(other.value))
        known = next((known for known in self.fields if normalise_label(known) == wanted), None)
        if known is None:
            hint = diagnostics.did_you_mean(str(other.value), self.fields)
            yield other.problem(f"no field `{other.value}`{hint}")
        elif known == name:
            yield other.problem(f"`{name}` cannot be compared with itself")
        elif _text(self.fields[known], "type") != "date":
            yield other.problem(f"`{known}` must have `type: date` to be compared with")
        if _text(field, "type") != "date":
            yield other.problem("`not_before` needs `type: date` beside it", at_key=True)

    def of_section(self, section: Node, parent_level: int, around: int = 1) -> Iterator[Problem]:
        """What is wrong with a section, of which there are as many as sections around it that it is in."""
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
        for child in section.entries["sections"].items if "sections" in section.entries else ():
            yield from self.of_section(child, level, times)

    def least(self, repeat: Node | None) -> int:
        """How many sections a `repeat` asks for."""
        least = repeat.entries.get("min") if repeat is not None else None
        return least.value if least is not None and isinstance(least.value, int) else 1

    def of_title(self, title: Node) -> Iterator[Problem]:
        if not isinstance(title.value, str):
            return  # told already
        for placeholder in re.findall(r"\{([^{}]*)\}", title.value):
            if placeholder not in _TITLE_PLACEHOLDERS:
                names = [f"{{{name}}}" for name in _TITLE_PLACEHOLDERS]
                hint = diagnostics.did_you_mean(f"{{{placeholder}}}", names)
                yield title.problem(
                    f"no placeholder `{{{placeholder}}}`{hint or f'; there are {diagnostics.quoted(names)}'}"
                )

    @classmethod
    def of_names(cls, node: Node) -> Iterator[Problem]:
        """Names and aliases that stand twice among siblings, here and below."""
        for key in ("fields", "labels", "sections"):
            if key not in node.entries:
                continue
            owners: dict[str, int] = {}
            for owner, name, place in _names(node.entries[key], key):
                folded = _folded(name, key)
                # An alias that folds to its own rule's name does no harm.
                if name and owners.setdefault(folded, owner) != owner:
                    yield place.problem(
                        f"`{name}` stands twice among these {key}", at_key=place.key is not None
                    )
        for rule in _rules_below(node):
            yield from cls.of_names(rule)


def _names(rules: Node, kind: str) -> Iterator[tuple[int, str, Node]]:
    """The names and aliases of sibling rules: the number of the rule, the name, and where it stands."""
    named = list(rules.entries.items()) or [(_text(rule, _NAMES[kind]), rule) for rule in rules.items]
    for number, (name, rule) in enumerate(named):
        title = rule.entries.get(_NAMES.get(kind, ""))
        yield number, name, title._replace(key=None) if title is not None else rule
    for number, (_, rule) in enumerate(named):
        if "aliases" in rule.entries:
            for alias in rule.entries["aliases"].items:
                yield number, str(alias.value), alias


def _pattern_problems(pattern: Node) -> Iterator[Problem]:
    fault = RulePattern(str(pattern.value)).fault()
    if fault is not None:
        yield pattern.problem(f"not a regular expression: {fault}")
