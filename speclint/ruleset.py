"""Rule sets: what documents of one template owe at each stage.

A rule set is a tree that mirrors the document, read from YAML by `rulefile`, checked against
`schemas/ruleset.schema.json`, merged with what it extends, and kept as plain values. Rule sets that were
checked before, the bundled ones above all, are made from their JSON copies (see `storage`), so that the
common path needs neither YAML nor the schema.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from speclint import storage
from speclint.diagnostic import Severity
from speclint.inline import normalise_label
from speclint.pattern import RulePattern
from speclint.problem import Problem as Problem
from speclint.problem import RuleSetError as RuleSetError
from speclint.record import NamedTuple
from speclint.storage import bundled as bundled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    ValueType = Literal["text", "date", "version", "number", "quantity"]


class Stages(NamedTuple):
    """The ordered life of a document.

    `field` names where the document says its stage (a field, or a heading's suffix); `values` maps what
    it may say there, folded by `normalise_label`, to a stage; `default` holds where it says nothing.
    """

    order: tuple[str, ...]
    field: str | None
    values: Mapping[str, str]
    default: str

    def reached(self, stage: str, start: str | None) -> bool:
        """Whether an obligation that begins at `start` (None: always) is owed at `stage`."""
        return start is None or self.order.index(stage) >= self.order.index(start)


class Checklist(NamedTuple):
    """Boxes a section or label owes; `complete_from` is the stage from which all must be ticked."""

    required: bool = True
    complete_from: str | None = None


class Coverage(NamedTuple):
    """A coverage statement a section or label owes: a minimum in percent, or that of a stage."""

    required: bool = True
    minimum: float | None = None
    stage: str | None = None


class Switch(NamedTuple):
    """Something that is asked of a text, from the stage `start` on (None: always)."""

    start: str | None = None


class Code(NamedTuple):
    """What is asked of fenced code: that it names a language (`named`), one of `languages` if given."""

    named: bool = True
    languages: tuple[str, ...] = ()
    start: str | None = None


class Dates(NamedTuple):
    """The order in which dates stand, from a stage on."""

    order: Literal["rising", "falling"] = "rising"
    start: str | None = None


class Words(NamedTuple):
    """Words or patterns that something is asked of, from a stage on."""

    words: tuple[str, ...]
    start: str | None = None


class Forbidden(NamedTuple):
    """A text that must not occur: in prose, or with `language` in the code of that language."""

    pattern: RulePattern
    language: str | None = None
    message: str | None = None
    start: str | None = None


class Content(NamedTuple):
    """What the text below a section or label promises; None and () for nothing.

    `paths`: the files that it names exist; `code`: what its fenced code owes; `changelog`: its entries
    fall; `rollout`: its percentages grow to 100; `dates`: their order; `ids`: title patterns with `{n}`
    whose numbers have no gap; `forbidden`: what must not occur; `used_as`: words that take a label's value
    in code.
    """

    paths: Switch | None = None
    code: Code | None = None
    changelog: Switch | None = None
    rollout: Switch | None = None
    dates: Dates | None = None
    ids: Words | None = None
    used_as: Words | None = None
    forbidden: tuple[Forbidden, ...] = ()


NO_CONTENT = Content()


class ValueRule(NamedTuple):
    """What a field or a label owes.

    `from_stage` is the stage it is owed from; `one_of` and `pattern` (a regular expression for the whole
    value) constrain the value, `type` its form; `not_before` names a date field that must not be later.
    A label that stands `together` with others so marked is owed where one of them stands, in each list item
    that has one, and nowhere else.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = True
    from_stage: str | None = None
    type: ValueType = "text"
    one_of: tuple[str, ...] = ()
    pattern: RulePattern | None = None
    not_before: str | None = None
    checklist: Checklist | None = None
    coverage: Coverage | None = None
    together: bool = False
    content: Content = NO_CONTENT


class Repeat(NamedTuple):
    """How often a section may stand: at least `min` times, at most `max` (None: any number)."""

    min: int = 1
    max: int | None = None


class SectionRule(NamedTuple):
    """A section the template has. `number` counts the rules of a rule set in template order, from 0;

    `level` is the heading level in the skeleton (chapters are 2, and levels may be skipped); `path` the
    titles from the chapter down. `title` may hold `{n}`, `{name}`, `{date}`, `{version}`; `pattern` is a
    regular expression for titles instead. `repeat` is None for a section that stands once.
    `questions_closed_from` is the stage from which open questions in it are faults. `any_order`: its
    children may stand in any order.
    `not_applicable`: whether it may just say that it does not apply, and then owes nothing more; with
    "reason", only if it says why.
    """

    number: int
    level: int
    path: tuple[str, ...]
    title: str
    aliases: tuple[str, ...] = ()
    pattern: RulePattern | None = None
    required: bool = True
    from_stage: str | None = None
    repeat: Repeat | None = None
    labels: tuple[ValueRule, ...] = ()
    checklist: Checklist | None = None
    coverage: Coverage | None = None
    questions_closed_from: str | None = None
    any_order: bool = False
    sections: tuple[SectionRule, ...] = ()
    content: Content = NO_CONTENT
    not_applicable: bool | Literal["reason"] = True


class RuleSet(NamedTuple):
    """All that documents of one template owe.

    `title` is the pattern of the document's title ("" for none). `labels` may stand anywhere in the
    document (an approval list at its end). `complete_from` is the stage from which every box of the
    document must be ticked, None for no such stage. `thresholds` maps stages (or "" where there are no
    stages) to percent. `severities` holds what the rule set says about checks, None for off, by the stage
    from which it holds ("": from the first).
    `skeleton` is the template's Markdown; `fingerprints` are hashes of further example lines that a
    filled document does not keep (see `speclint.fingerprint`). `allowed_placeholders` are literal texts
    that look like placeholders and are none. `budgets` are the words for a budget, `forbidden` what must
    not occur anywhere in the document.
    """

    id: str
    name: str
    title: str
    stages: Stages | None
    fields: tuple[ValueRule, ...]
    labels: tuple[ValueRule, ...]
    sections: tuple[SectionRule, ...]
    complete_from: str | None
    thresholds: Mapping[str, float]
    severities: Mapping[str, Mapping[str, Severity | None]]
    allowed_placeholders: tuple[str, ...]
    skeleton: str
    fingerprints: frozenset[str]
    summary: str = ""
    budgets: Words | None = None
    forbidden: tuple[Forbidden, ...] = ()

    def severities_at(self, stage: str) -> dict[str, Severity | None]:
        """What the rule set says about checks at a stage: the severity of each, None for off."""
        order = ("", *(self.stages.order if self.stages else ()))
        reached = order[: order.index(stage) + 1]
        return {
            check: by_stage[start]
            for check, by_stage in self.severities.items()
            for start in reached
            if start in by_stage
        }


@cache
def bundled_rule_set(id: str) -> RuleSet:
    """A bundled rule set: its compiled copy, or its YAML where that is newer. Raises `RuleSetError`."""
    if id not in bundled():
        return find(id)
    data = storage.data_if_current(storage.compiled(id), storage.data_file("rules", ""))
    if data is None:
        return load(storage.data_file("rules", f"{id}.yaml"))
    return from_data(data, trusted=True)


def bundled_rule_sets() -> Iterator[RuleSet]:
    """Every bundled rule set, in the order of their ids, made when it is asked for."""
    return map(bundled_rule_set, bundled())


def compile_bundled() -> dict[str, dict[str, Any]]:
    """By id, what `rules/<id>.json` should hold: a copy of the bundled rule set. Raises `RuleSetError`."""
    from speclint import rulefile

    folder = storage.data_file("rules", "")
    copies: dict[str, dict[str, Any]] = {}
    for id in bundled():
        file = rulefile.read(os.path.join(folder, f"{id}.yaml"))
        copies[id] = {"sources": storage.relative_sources(file.sources, folder), "data": file.data}
    return copies


def loads(
    text: str, name: str = "<rule set>", skeleton: str = "", fingerprints: Iterable[str] = ()
) -> RuleSet:
    """The rule set in a YAML text; `name` stands for its path in errors, and paths in it are relative
    to that. Raises `RuleSetError`."""
    from speclint import rulefile

    return from_data(rulefile.reads(text, name, skeleton, fingerprints).data)


def load(path: str) -> RuleSet:
    """The rule set in a file, from the user's cache where nothing has changed. Raises `RuleSetError`."""
    data = storage.read_copy(path)
    if data is not None:
        try:
            return from_data(data)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass  # a copy that is not one of ours
    from speclint import rulefile

    file = rulefile.read(path)
    storage.write_copy(path, file.sources, file.data)
    return from_data(file.data)


def find(id_or_path: str, base_dir: str = "") -> RuleSet:
    """The bundled rule set of an id, or else the one in a file, relative to `base_dir`.

    Raises `RuleSetError` for what is neither.
    """
    if id_or_path in bundled():
        return bundled_rule_set(id_or_path)
    path = os.path.join(base_dir, id_or_path)
    # A folder is refused as what it is.
    if os.path.isfile(path) or (id_or_path and os.path.isdir(path)):
        return load(path)
    from speclint import rulefile

    raise RuleSetError([Problem(id_or_path, 1, 1, rulefile.unknown_rule_set(id_or_path))])


def from_data(data: Mapping[str, Any], trusted: bool = False) -> RuleSet:
    """The rule set in plain data as `rulefile` gives it: valid, merged, in normal form.

    The regular expressions of a `trusted` one, which travels with the package, need no time limit.
    """
    stages = _stages(data["stages"]) if "stages" in data else None
    thresholds: dict[str, float] = dict(data.get("coverage", {}).get("thresholds", {}))
    if stages is not None and "" in thresholds:
        general = thresholds.pop("")
        thresholds = {stage: thresholds.get(stage, general) for stage in stages.order}
    numbers = iter(range(1_000_000))
    return RuleSet(
        id=data["id"],
        name=data.get("name", data["id"]),
        title=data.get("detect", {}).get("title", ""),
        stages=stages,
        fields=tuple(_value_rule(name, rule, trusted) for name, rule in data.get("fields", {}).items()),
        labels=_labels(data, trusted),
        sections=tuple(_section(rule, numbers, (), 1, trusted) for rule in data.get("sections", ())),
        complete_from=data.get("checklists", {}).get("complete_from"),
        thresholds=thresholds,
        severities={
            check: {
                stage: None if name == "off" else Severity[name.upper()] for stage, name in by_stage.items()
            }
            for check, by_stage in data.get("checks", {}).items()
        },
        allowed_placeholders=tuple(data.get("placeholders", {}).get("allow", ())),
        skeleton=data.get("skeleton", ""),
        fingerprints=frozenset(data.get("fingerprints", ())),
        summary=data.get("summary", ""),
        budgets=_words(data.get("budgets", {}), "words", ("budget",)),
        forbidden=_forbidden(data, trusted),
    )


def options(rules: RuleSet) -> frozenset[str]:
    """The fields of `Content` that are set anywhere in a rule set."""
    contents = [rule.content for rule in (*rules.fields, *rules.labels)]
    contents += [Content(forbidden=rules.forbidden), *_contents(rules.sections)]
    return frozenset(
        name
        for content in contents
        if content is not NO_CONTENT
        for name, value in zip(Content._fields, content, strict=True)
        if value
    )


def _contents(rules: Iterable[SectionRule]) -> Iterator[Content]:
    for rule in rules:
        yield rule.content
        yield from (label.content for label in rule.labels)
        yield from _contents(rule.sections)


def _stages(data: Mapping[str, Any]) -> Stages:
    values = {normalise_label(value): stage for value, stage in data.get("values", {}).items()}
    order = tuple(data["order"])
    return Stages(order, data.get("field"), values, data.get("default", order[0]))


def _section(
    data: Mapping[str, Any], numbers: Iterator[int], above: tuple[str, ...], parent_level: int, trusted: bool
) -> SectionRule:
    number = next(numbers)
    path = (*above, data["title"])
    get = data.get
    level = get("level", parent_level + 1)
    repeat = get("repeat", False)
    questions = get("questions")
    return SectionRule(
        number,
        level,
        path,
        data["title"],
        tuple(get("aliases", ())),
        _pattern(data, trusted),
        get("required", True),
        get("from"),
        None if repeat is False else Repeat(int(repeat.get("min", 1)), repeat.get("max")),
        _labels(data, trusted),
        _checklist(data),
        _coverage(data),
        questions["closed_from"] if questions else None,
        get("any_order", False),
        tuple([_section(child, numbers, path, level, trusted) for child in get("sections", ())]),
        _content(data, trusted),
        get("not_applicable", True),
    )


def _labels(data: Mapping[str, Any], trusted: bool) -> tuple[ValueRule, ...]:
    return tuple([_value_rule(label["name"], label, trusted) for label in data.get("labels", ())])


def _pattern(data: Mapping[str, Any], trusted: bool) -> RulePattern | None:
    return RulePattern(data["pattern"], trusted) if "pattern" in data else None


def _value_rule(name: str, data: Mapping[str, Any], trusted: bool) -> ValueRule:
    get = data.get
    return ValueRule(
        name,
        tuple(get("aliases", ())),
        # One that stands with others is owed beside them only.
        get("required", not get("together", False)),
        get("from"),
        get("type", "text"),
        tuple(get("one_of", ())),
        _pattern(data, trusted),
        get("not_before"),
        _checklist(data),
        _coverage(data),
        get("together", False),
        _content(data, trusted),
    )


def _content(data: Mapping[str, Any], trusted: bool) -> Content:
    if data.keys().isdisjoint(Content._fields):
        return NO_CONTENT
    get = data.get
    dates = get("dates", False)
    return Content(
        paths=_switch(get("paths", False)),
        code=_code(data["code"]) if "code" in data else None,
        changelog=_switch(get("changelog", False)),
        rollout=_switch(get("rollout", False)),
        dates=None if dates is False else Dates(dates.get("order", "rising"), dates.get("from")),
        ids=_words(get("ids", False), "titles"),
        used_as=_words(get("used_as", False), "words"),
        forbidden=_forbidden(data, trusted),
    )


def _code(data: Any) -> Code:
    return Code(False) if data is False else Code(True, tuple(data.get("languages", ())), data.get("from"))


def _switch(data: Any) -> Switch | None:
    return None if data is False else Switch(data.get("from"))


def _words(data: Any, key: str, default: tuple[str, ...] = ()) -> Words | None:
    return None if data is False else Words(tuple(data.get(key, default)), data.get("from"))


def _forbidden(data: Mapping[str, Any], trusted: bool) -> tuple[Forbidden, ...]:
    return tuple(
        [
            Forbidden(
                RulePattern(rule["pattern"], trusted),
                rule.get("language"),
                rule.get("message"),
                rule.get("from"),
            )
            for rule in data.get("forbidden", ())
        ]
    )


def _checklist(data: Mapping[str, Any]) -> Checklist | None:
    checklist = data.get("checklist", False)
    return (
        None
        if checklist is False
        else Checklist(checklist.get("required", True), checklist.get("complete_from"))
    )


def _coverage(data: Mapping[str, Any]) -> Coverage | None:
    coverage = data.get("coverage", False)
    if coverage is False:
        return None
    return Coverage(coverage.get("required", True), coverage.get("minimum"), coverage.get("stage"))
