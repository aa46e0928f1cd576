"""Rule sets: what documents of one template owe at each stage.

A rule set is a tree that mirrors the document, read from YAML (`load`, `loads`), checked against
`schemas/ruleset.schema.json`, merged with what it extends, and kept as plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from speclint.diagnostic import Severity

ValueType = Literal["text", "date", "version", "number"]


class Stages(NamedTuple):
    """The ordered life of a document.

    `field` names where the document says its stage (a field, or a heading's suffix); `values` maps what
    it may say there, folded, to a stage; `default` holds for a document that says nothing.
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


class ValueRule(NamedTuple):
    """What a field or a label owes.

    `from_stage` is the stage it is owed from; `one_of` and `pattern` (a regular expression for the whole
    value) constrain the value, `type` its form; `not_before` names a date field that must not be later.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = True
    from_stage: str | None = None
    type: ValueType = "text"
    one_of: tuple[str, ...] = ()
    pattern: str | None = None
    not_before: str | None = None
    checklist: Checklist | None = None
    coverage: Coverage | None = None


class Repeat(NamedTuple):
    """How often a section may stand: at least `min` times, at most `max` (None: any number)."""

    min: int = 1
    max: int | None = None


class SectionRule(NamedTuple):
    """A section the template has. `number` counts the rules of a rule set in template order, from 0;

    `level` is the heading level in the skeleton (chapters are 2); `path` the titles from the chapter
    down. `title` may hold `{n}`, `{name}`, `{date}`, `{version}`; `pattern` is a regular expression for
    titles instead. `repeat` is None for a section that stands once. `questions_closed_from` is the stage
    from which open questions in it are faults. `any_order`: its children may stand in any order.
    """

    number: int
    level: int
    path: tuple[str, ...]
    title: str
    aliases: tuple[str, ...] = ()
    pattern: str | None = None
    required: bool = True
    from_stage: str | None = None
    repeat: Repeat | None = None
    labels: tuple[ValueRule, ...] = ()
    checklist: Checklist | None = None
    coverage: Coverage | None = None
    questions_closed_from: str | None = None
    any_order: bool = False
    sections: tuple[SectionRule, ...] = ()


class RuleSet(NamedTuple):
    """All that documents of one template owe.

    `title` is the pattern of the document's title ("" for none). `labels` may stand anywhere in the
    document (an approval list at its end). `complete_from` is the stage from which every box of the
    document must be ticked, None for no such stage. `thresholds` maps stages (or "" where there are no
    stages) to percent. `severities` holds what the rule set says about checks, None for off.
    `skeleton` is the template's Markdown; `fingerprints` are hashes of further example lines that a
    filled document does not keep (see `speclint.fingerprint`). `allowed_placeholders` are literal texts
    that look like placeholders and are none.
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
    severities: Mapping[str, Severity | None]
    allowed_placeholders: tuple[str, ...]
    skeleton: str
    fingerprints: frozenset[str]


def loads(text: str, name: str = "<rule set>", skeleton: str = "") -> RuleSet:
    """The rule set in a YAML text; `name` stands for its path in errors. Raises `RuleSetError`."""
    raise NotImplementedError


def from_data(data: Mapping[str, Any]) -> RuleSet:
    """The rule set made from plain data that has been validated and merged before."""
    raise NotImplementedError
