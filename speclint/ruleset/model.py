"""Define rule sets: what documents of one template owe at each stage.

A rule set is a tree that mirrors the document, read from YAML by `loading`, validated by
`schemas/ruleset.schema.json`, merged with what it extends, and kept as plain values. Rule sets that were
validated before, above all the bundled ones, are built from copies of their data, so that the common path
needs neither YAML nor the schema.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from speclint.diagnostics import Severity
from speclint.ruleset.patterns import RulePattern
from speclint.ruleset.text_rules import Citations, Groups, Ids, Length, LinkRules, TextRule, TitleRule

# The largest file of a rule set that is read, in bytes.
MAX_BYTES = 1_000_000

ValueType = Literal["text", "date", "version", "number", "quantity"]


# The stage of a document that is at none of the stages of its rule set, and of one without stages.
OFF_THE_LINE = ""


class Stages(NamedTuple):
    """The ordered stages of a document.

    `field` is the name of what states the stage (a field, or a heading's suffix); `values` maps its possible
    values to a stage; at a value of `aside` the document is off the line; `default` is the stage of a
    document that states none.
    """

    order: tuple[str, ...]
    field: str | None
    values: Mapping[str, str]
    default: str
    aside: tuple[str, ...] = ()

    def reached(self, stage: str, start: str | None) -> bool:
        """Return whether an obligation that begins at `start` (None: always) is owed at `stage`."""
        return start is None or self.position(stage) >= self.order.index(start)

    def position(self, stage: str) -> int:
        """Return the place of a stage in the order, -1 for one off the line."""
        return -1 if stage == OFF_THE_LINE else self.order.index(stage)


class ItemRule(NamedTuple):
    """A box that a checklist must have, from the stage `start` on (None: always); `text` may hold `{n}`."""

    text: str
    start: str | None = None


class Checklist(NamedTuple):
    """The boxes that a section or label owes; `complete_from` is the stage from which all must be ticked.

    `items` are those that must be among them.
    """

    required: bool = True
    complete_from: str | None = None
    items: tuple[ItemRule, ...] = ()


class Coverage(NamedTuple):
    """The coverage statement that a section or label owes: `minimum` in percent, or that of a stage."""

    required: bool = True
    minimum: float | None = None
    stage: str | None = None


class Switch(NamedTuple):
    """A requirement without options, from the stage `start` on (None: always)."""

    start: str | None = None


class Code(NamedTuple):
    """The requirement on fenced code: it names a language (`named`), one of `languages` if given."""

    named: bool = True
    languages: tuple[str, ...] = ()
    start: str | None = None


class Dates(NamedTuple):
    """The required order of dates, from the stage `start` on (None: always)."""

    order: Literal["rising", "falling"] = "rising"
    start: str | None = None


class Words(NamedTuple):
    """The words or title patterns that a requirement is about, from the stage `start` on (None: always)."""

    words: tuple[str, ...]
    start: str | None = None


class Content(NamedTuple):
    """The requirements on the text below a section or label; None and () for none.

    `paths`: the files that it names exist; `code`: its fenced code; `changelog`: its entries are in falling
    order; `rollout`: its percentages rise to 100; `dates`: their order; `ids`: title patterns with `{n}`
    whose numbers have no gap; `forbidden`: texts that must not occur; `used_as`: words that have a label's
    value in code; `tables`: those of a section; `must_contain`: texts that must occur; `length`: how long it
    is; `links`: where they lead; `cites`: the ids that it names; `text`: there is some beside subsections;
    `heading`: what the title of a document is like.
    """

    paths: Switch | None = None
    code: Code | None = None
    changelog: Switch | None = None
    rollout: Switch | None = None
    dates: Dates | None = None
    ids: Ids | None = None
    used_as: Words | None = None
    forbidden: tuple[TextRule, ...] = ()
    tables: "tuple[TableRule, ...]" = ()
    must_contain: tuple[TextRule, ...] = ()
    length: Length | None = None
    links: LinkRules | None = None
    cites: tuple[Citations, ...] = ()
    text: bool = False
    heading: TitleRule | None = None


NO_CONTENT = Content()

NO_GROUPS = Groups()


class ValueRule(NamedTuple):
    """What a field or a label owes.

    `from_stage` is the stage it is owed from; `one_of` and `pattern` (a regular expression for the whole
    value) constrain the value, `type` its form; `not_before` names a date field that must not be later.
    Labels marked `together` are owed only in sections and list items that have one of them.
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


class TableRule(NamedTuple):
    """A table that a section owes, from the stage `start` on (None: always).

    `columns` are those it must have, in any order; one that is not required may be left out, and its cells
    may be empty. `min_rows` counts the rows below the header; in the columns named in `unique` no value
    stands twice. A table that is not `required` is checked where it stands.
    """

    columns: tuple[ValueRule, ...]
    required: bool = True
    start: str | None = None
    min_rows: int = 1
    unique: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The names of the columns, by which messages and lists call the table."""
        return ", ".join(column.name for column in self.columns)


class Repeat(NamedTuple):
    """How often a section may occur: at least `min` times, at most `max` (None: any number).

    With `unique`, no two of them have the same title.
    """

    min: int = 1
    max: int | None = None
    unique: bool = False


class SectionRule(NamedTuple):
    """A section that the template has.

    `number` counts the rules of a rule set in template order, from 0; `level` is the heading level in the
    skeleton (chapters are 2, and levels may be skipped); `path` the titles from the chapter down. `title` may
    hold `{n}`, `{name}`, `{date}`, `{version}`; `pattern` is a regular expression for titles instead.
    `repeat` is None for a section that occurs once. `questions_closed_from` is the stage from which open
    questions in it are faults. With `any_order`, its children may be in any order. `not_applicable` is
    whether it may state that it does not apply, and then owes nothing more; with "reason", only if it gives
    one, and with "empty" also by having no text. `groups` are those of its children of which one is there.
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
    sections: "tuple[SectionRule, ...]" = ()
    content: Content = NO_CONTENT
    not_applicable: bool | Literal["reason", "empty"] = True
    groups: Groups = NO_GROUPS


class RuleSet(NamedTuple):
    """Everything that documents of one template owe.

    `title` is the pattern of the document's title ("" for none). `labels` may occur anywhere in the document
    (an approval list at its end). `complete_from` is the stage from which every box of the document must be
    ticked, None for no such stage. `thresholds` maps stages (or "" if there are no stages) to percent.
    `severities` maps checks to their severities, None for off, by the stage from which they apply ("": from
    the first). `skeleton` is the template's Markdown; `fingerprints` are hashes of further example lines that
    a filled document does not keep (see `fingerprints`). `allowed_placeholders` are texts that look like
    placeholders and are none, in which `{n}` and `{name}` stand for any. `budgets` are the words for a
    budget, `content` what holds for the text of the whole document, and `groups` are those of its chapters
    of which one is there.
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
    content: Content = NO_CONTENT
    groups: Groups = NO_GROUPS

    def walk(self) -> Iterator[SectionRule]:
        """Yield every section rule in template order, which is that of `number`, parents before children."""
        stack = list(reversed(self.sections))
        while stack:
            rule = stack.pop()
            yield rule
            stack += reversed(rule.sections)

    def severities_at(self, stage: str) -> dict[str, Severity | None]:
        """Return the severity of every check that the rule set configures at a stage, None for off."""
        order = ("", *(self.stages.order if self.stages else ()))
        reached = order[: order.index(stage) + 1]
        return {
            check: by_stage[start]
            for check, by_stage in self.severities.items()
            for start in reached
            if start in by_stage
        }


def options(rules: RuleSet) -> frozenset[str]:
    """Return the names of the fields of `Content` that are set anywhere in a rule set."""
    contents = [rules.content, *(rule.content for rule in (*rules.fields, *rules.labels))]
    for rule in rules.walk():
        contents += [rule.content, *(label.content for label in rule.labels)]
    return frozenset(
        name
        for content in contents
        if content is not NO_CONTENT
        for name, value in zip(Content._fields, content, strict=True)
        if value
    )
