"""Build a rule set from plain data that is valid, merged and in normal form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from speclint.diagnostics import Severity
from speclint.ruleset.model import (
    NO_CONTENT,
    NO_GROUPS,
    OFF_THE_LINE,
    Checklist,
    Code,
    Content,
    Coverage,
    Dates,
    ItemRule,
    Repeat,
    RuleSet,
    SectionRule,
    Stages,
    Switch,
    TableRule,
    ValueRule,
    Words,
)
from speclint.ruleset.patterns import RulePattern
from speclint.ruleset.text_rules import (
    Citations,
    Extent,
    Groups,
    Ids,
    Length,
    LinkRules,
    TextRule,
    TitleRule,
)


def from_data(data: Mapping[str, Any], trusted: bool = False) -> RuleSet:
    """Return the rule set in plain data as `loading` returns it: valid, merged, in normal form.

    The regular expressions of a `trusted` rule set, a bundled one, run without a time limit.
    """
    stages = _stages(data["stages"]) if "stages" in data else None
    thresholds: dict[str, float] = dict(data.get("coverage", {}).get("thresholds", {}))
    if stages is not None and "" in thresholds:
        general = thresholds.pop("")
        off_the_line = (OFF_THE_LINE,) if stages.aside else ()
        thresholds = {stage: thresholds.get(stage, general) for stage in (*off_the_line, *stages.order)}
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
        content=_document_content(data, trusted),
        groups=_groups(data),
    )


def asks_nothing(rules: RuleSet) -> bool:
    """Return whether a rule set asks nothing of its documents beyond what is asked of any.

    A skeleton or stages ask for nothing without sections or fields. A rule set that sets the severity of a
    check, unless it turns it off, was written for that.
    """
    sets = any(severity for by_stage in rules.severities.values() for severity in by_stage.values())
    nothing = from_data({"id": rules.id})
    return not sets and nothing == rules._replace(
        name=nothing.name,
        summary=nothing.summary,
        title=nothing.title,
        stages=nothing.stages,
        severities=nothing.severities,
        allowed_placeholders=nothing.allowed_placeholders,
        skeleton=nothing.skeleton,
        fingerprints=nothing.fingerprints,
    )


def _stages(data: Mapping[str, Any]) -> Stages:
    order = tuple(data["order"])
    values = dict(data.get("values", {}))
    return Stages(
        order, data.get("field"), values, data.get("default", order[0]), tuple(data.get("aside", ()))
    )


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
        None if repeat is False else _repeat(repeat),
        _labels(data, trusted),
        _checklist(data),
        _coverage(data),
        questions["closed_from"] if questions else None,
        get("any_order", False),
        tuple([_section(child, numbers, path, level, trusted) for child in get("sections", ())]),
        _content(data, trusted),
        get("not_applicable", True),
        _groups(data),
    )


def _repeat(data: Mapping[str, Any]) -> Repeat:
    return Repeat(int(data.get("min", 1)), data.get("max"), data.get("unique", False))


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
        ids=_ids(get("ids", False)),
        used_as=_words(get("used_as", False), "words"),
        forbidden=_text_rules(get("forbidden", ()), trusted),
        tables=tuple([_table(table, trusted) for table in get("tables", ())]),
        must_contain=_text_rules(get("must_contain", ()), trusted),
        length=_length(data["length"]) if "length" in data else None,
        links=_links(data["links"]) if "links" in data else None,
        cites=tuple([_citations(each) for each in get("cites", ())]),
        text=get("text") == "required",
    )


def _document_content(data: Mapping[str, Any], trusted: bool) -> Content:
    content = _content(data, trusted)
    return content._replace(heading=_title(data["title"], trusted)) if "title" in data else content


def _table(data: Mapping[str, Any], trusted: bool) -> TableRule:
    return TableRule(
        tuple([_value_rule(column["name"], column, trusted) for column in data["columns"]]),
        data.get("required", True),
        data.get("from"),
        data.get("rows", {}).get("min", 1),
        tuple(data.get("unique", ())),
    )


def _code(data: Any) -> Code:
    return Code(False) if data is False else Code(True, tuple(data.get("languages", ())), data.get("from"))


def _switch(data: Any) -> Switch | None:
    return None if data is False else Switch(data.get("from"))


def _words(data: Any, key: str, default: tuple[str, ...] = ()) -> Words | None:
    return None if data is False else Words(tuple(data.get(key, default)), data.get("from"))


def _text_rules(data: Iterable[Mapping[str, Any]], trusted: bool) -> tuple[TextRule, ...]:
    return tuple(
        [
            TextRule(
                RulePattern(rule["pattern"], trusted),
                rule.get("language"),
                rule.get("message"),
                rule.get("from"),
                tuple(rule.get("where", ("code",) if "language" in rule else ("prose",))),
                rule.get("each", "section"),
            )
            for rule in data
        ]
    )


def _length(data: Mapping[str, Any]) -> Length:
    words, items, paragraphs = (
        Extent(extent.get("min"), extent.get("max"))
        for extent in (data.get(unit, {}) for unit in ("words", "items", "paragraphs"))
    )
    return Length(words, items, paragraphs, data.get("from"))


def _links(data: Mapping[str, Any]) -> LinkRules:
    return LinkRules(
        tuple(data.get("allow", ())),
        tuple(data.get("deny", ())),
        data.get("relative_only", False),
        dict(data.get("map", {})),
        tuple(data.get("first_mention", ())),
        data.get("from"),
    )


def _ids(data: Any) -> Ids | None:
    return None if data is False else Ids(tuple(data["titles"]), data.get("from"), data.get("defines"))


def _citations(data: Mapping[str, Any]) -> Citations:
    return Citations(data["id"], data.get("every", False), data.get("from"))


def _groups(data: Mapping[str, Any]) -> Groups:
    if data.keys().isdisjoint(Groups._fields):
        return NO_GROUPS
    return Groups(tuple(data.get("at_least_one", ())), tuple(data.get("at_most_one", ())))


def _title(data: Any, trusted: bool) -> TitleRule:
    if data is False:
        return TitleRule(wanted=False)
    return TitleRule(True, _pattern(data, trusted), data.get("max_length"), data.get("message"))


def _checklist(data: Mapping[str, Any]) -> Checklist | None:
    checklist = data.get("checklist", False)
    if checklist is False:
        return None
    return Checklist(
        checklist.get("required", True),
        checklist.get("complete_from"),
        tuple([ItemRule(item["text"], item.get("from")) for item in checklist.get("items", ())]),
    )


def _coverage(data: Mapping[str, Any]) -> Coverage | None:
    coverage = data.get("coverage", False)
    if coverage is False:
        return None
    return Coverage(coverage.get("required", True), coverage.get("minimum"), coverage.get("stage"))
