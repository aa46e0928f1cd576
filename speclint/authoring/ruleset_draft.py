"""Write the draft of a rule set as YAML: what a template shows, with comments for whoever edits it.

The YAML is written by hand, because a library would lose what makes it readable: comments, the order of keys,
short mappings on one line. What is written loads, whatever the texts in it hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from speclint.markdown.lazy_regex import lazy_regex

_WIDTH = 100


class ValueDraft(NamedTuple):
    """A field or a label. `note` is a comment on its line; a `proposed` one is written as a comment."""

    name: str
    required: bool = True
    type: str = "text"
    one_of: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    checklist: bool = False
    coverage: float | None = None
    together: bool = False
    not_before: str = ""
    note: str = ""
    proposed: bool = False


class TableDraft(NamedTuple):
    """A table of a section. `note` is a comment on it."""

    columns: tuple[ValueDraft, ...]
    required: bool = True
    note: str = ""

    @property
    def name(self) -> str:
        """The names of the columns, by which the rule set knows the table."""
        return ", ".join(column.name for column in self.columns)


class SectionDraft(NamedTuple):
    """A section of the draft.

    `level` is None for one below its parent's; `notes` are comment lines above it, `share` the comment behind
    its title, `why` the one behind `required: false`. `checklist` is None for none, else the stage from which
    its boxes must be ticked ("" for no stage), and `items` are those that must be there. A section that
    `may_be_empty` needs no text. A `proposed` one is written as a comment.
    """

    title: str
    level: int | None = None
    aliases: tuple[str, ...] = ()
    required: bool = True
    repeat: bool = False
    any_order: bool = False
    may_be_empty: bool = False
    labels: tuple[ValueDraft, ...] = ()
    tables: tuple[TableDraft, ...] = ()
    checklist: str | None = None
    items: tuple[str, ...] = ()
    coverage: float | None = None
    coverage_stage: str = ""
    closed_from: str = ""
    sections: tuple[SectionDraft, ...] = ()
    share: str = ""
    why: str = ""
    notes: tuple[str, ...] = ()
    proposed: bool = False


class StagesDraft(NamedTuple):
    """The stages that a template shows.

    `field` is "" if nothing states the stage of a document; `thresholds` are percentages of coverage by
    stage. If `certain`, they are rules, else a proposal in comments.
    """

    order: tuple[str, ...]
    field: str = ""
    values: tuple[tuple[str, str], ...] = ()
    thresholds: tuple[tuple[str, float], ...] = ()
    certain: bool = False
    notes: tuple[str, ...] = ()


class RuleSetDraft(NamedTuple):
    """The draft of a rule set.

    `title` is the pattern of documents' titles, "" for none; `skeleton` the path of the template, as the rule
    set refers to it; `preface` are comment lines at the top; `allow` are texts of the template that documents
    may keep, under the comment `allow_note`; `checks` are ids with a severity and a comment.
    """

    id: str
    name: str
    title: str = ""
    skeleton: str = ""
    stages: StagesDraft | None = None
    fields: tuple[ValueDraft, ...] = ()
    sections: tuple[SectionDraft, ...] = ()
    labels: tuple[ValueDraft, ...] = ()
    allow: tuple[str, ...] = ()
    allow_note: str = ""
    checks: tuple[tuple[str, str, str], ...] = ()
    preface: tuple[str, ...] = ()


def write(draft: RuleSetDraft) -> str:
    """Return the draft as the YAML text of a rule set, which loads and is meant to be edited."""
    lines: list[str] = [*_comments(draft.preface, "")]
    lines += [f"id: {scalar(draft.id)}", f"name: {scalar(draft.name)}"]
    if draft.skeleton:
        lines.append(
            f"skeleton: {scalar(draft.skeleton)}{_remark('the template: none of its text may be left')}"
        )
    if draft.title:
        lines += ["", "detect:", f"  title: {scalar(draft.title)}"]
    if draft.stages:
        lines += ["", *_stages(draft.stages)]
    if draft.fields:
        lines += ["", *_block("fields", [line for field in draft.fields for line in _field(field)])]
    if draft.sections:
        body = list(_sections(draft.sections, apart=any(section.sections for section in draft.sections)))
        lines += ["", *_block("sections", body)]
    if draft.labels:
        body = [line for label in draft.labels for line in _label(label)]
        lines += ["", "# These may stand anywhere in the document.", *_block("labels", body)]
    if draft.stages and draft.stages.certain and draft.stages.thresholds:
        shown = ", ".join(
            f"{scalar(stage, True)}: {_number(value)}" for stage, value in draft.stages.thresholds
        )
        lines += ["", "coverage:", f"  thresholds: {{{shown}}} # percent"]
    if draft.allow:
        lines += ["", *_comments([draft.allow_note], ""), "placeholders:", "  allow:"]
        lines += [f"    - {scalar(text)}" for text in draft.allow]
    if draft.checks:
        lines += ["", "checks:"]
        for check, severity, note in draft.checks:
            lines += [*_comments([note], "  "), f"  {check}: {severity}"]
    return "\n".join(lines) + "\n"


def _block(key: str, body: list[str]) -> list[str]:
    """Return the lines of a key and of its content, commented out if all of that is."""
    if any(line.strip() and not line.lstrip().startswith("#") for line in body):
        return [f"{key}:", *body]
    return [f"# {key}:", *(f"# {line.replace('# ', '', 1)}" for line in body if line)]


def _stages(stages: StagesDraft) -> Iterator[str]:
    lines = ["stages:", f"  order: {_flow(stages.order)}"]
    if stages.field:
        lines.append(f"  field: {scalar(stages.field)}")
    if stages.values:
        lines.append("  values:")
        lines += [f"    {scalar(value)}: {scalar(stage)}" for value, stage in stages.values]
    if not stages.certain and stages.thresholds:
        shown = ", ".join(f"{scalar(stage, True)}: {_number(value)}" for stage, value in stages.thresholds)
        lines += ["coverage:", f"  thresholds: {{{shown}}}"]
    yield from _comments(stages.notes, "")
    for line in lines:
        yield line if stages.certain else f"# {line}"


def _field(field: ValueDraft) -> Iterator[str]:
    options = _value_options(field)
    text = f"{scalar(field.name)}: {{{options}}}{_remark(field.note)}"
    yield f"  # {text}" if field.proposed else f"  {text}"


def _label(label: ValueDraft) -> Iterator[str]:
    options = _value_options(label, label=True)
    text = f"{{name: {scalar(label.name, True)}, {options}}}" if options else scalar(label.name)
    yield f"  {'# ' if label.proposed else ''}- {text}{_remark(label.note)}"


def _value_options(value: ValueDraft, label: bool = False) -> str:
    """Return the options of a field or label, as in a mapping on one line."""
    options: list[str] = []
    if not label or not value.required:
        options.append(f"required: {str(value.required).lower()}")
    if value.aliases:
        options.append(f"aliases: {_flow(value.aliases)}")
    if value.type != "text":
        options.append(f"type: {value.type}")
    if value.not_before:
        options.append(f"not_before: {scalar(value.not_before, True)}")
    if value.one_of:
        options.append(f"one_of: {_flow(value.one_of)}")
    if value.checklist:
        options.append("checklist: true")
    if value.coverage is not None:
        options.append(f"coverage: {_number(value.coverage)}")
    if value.together:
        options.append("together: true")
    return ", ".join(options)


def _tables(tables: Sequence[TableDraft]) -> list[str]:
    return _block("tables", [line for table in tables for line in _table(table)]) if tables else []


def _table(table: TableDraft) -> Iterator[str]:
    """Yield the lines of a table, as an item of `tables`."""
    columns = [line[4:] for column in table.columns for line in _label(column)]
    if len(short := f"[{', '.join(columns)}]") < _WIDTH - 30 and "#" not in short:
        yield f"  - columns: {short}{_remark(table.note)}"
    else:
        yield f"  - columns:{_remark(table.note)}"
        yield from (f"      - {column}" for column in columns)
    if not table.required:
        yield "    required: false"


def _sections(sections: Sequence[SectionDraft], apart: bool) -> Iterator[str]:
    """Yield the lines of sibling sections, with `apart` separated by empty lines."""
    for i, section in enumerate(sections):
        if apart and i:
            yield ""
        yield from _section(section)


def _section(section: SectionDraft) -> Iterator[str]:
    """Yield the lines of a section, indented as an item of `sections`."""
    lines = [f"title: {scalar(section.title)}{_remark(section.share)}"]
    if section.aliases:
        lines.append(f"aliases: {_flow(section.aliases)}")
    if section.level is not None:
        lines.append(f"level: {section.level}")
    if not section.required:
        lines.append(f"required: false{_remark(section.why)}")
    if section.repeat:
        lines.append("repeat: true")
    if section.any_order:
        lines.append("any_order: true")
    if section.may_be_empty:
        lines.append("not_applicable: empty")
    if section.labels:
        labels = [line for label in section.labels for line in _label(label)]
        plain = all(line.startswith("  - ") and "#" not in line and "{" not in line for line in labels)
        short = f"labels: [{', '.join(scalar(label.name, True) for label in section.labels)}]"
        lines += [short] if plain and len(short) < _WIDTH - 20 else _block("labels", labels)
    lines += _tables(section.tables)
    if section.checklist is not None:
        lines += _checklist(section.checklist, section.items)
    if section.coverage_stage:
        lines.append(f"coverage: {{stage: {scalar(section.coverage_stage, True)}}}")
    elif section.coverage is not None:
        lines.append(f"coverage: {_number(section.coverage)} # percent, at least")
    if section.closed_from:
        lines.append(f"questions: {{closed_from: {scalar(section.closed_from, True)}}}")
    if section.sections:
        lines += _block("sections", list(_sections(section.sections, apart=False)))
    head = "# " if section.proposed else ""
    yield from _comments(section.notes, "  ")
    for i, line in enumerate(lines):
        yield f"  {head}{'- ' if i == 0 else '  '}{line}" if line else ""


def _checklist(stage: str, items: Sequence[str]) -> Iterator[str]:
    """Yield the lines of a checklist, of which `stage` is the one from which it must be ticked."""
    complete = f"complete_from: {scalar(stage, True)}"
    if not items:
        yield f"checklist: {{{complete}}}" if stage else "checklist: true"
        return
    yield "checklist:"
    if stage:
        yield f"  {complete}"
    yield "  items:"
    yield from (f"    - {scalar(item)}" for item in items)


def _flow(texts: Iterable[str]) -> str:
    return f"[{', '.join(scalar(text, True) for text in texts)}]"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


# What is the same text with and without quotes, and needs none.
_PLAIN = lazy_regex(r"(?:\.{1,2}/)*[A-Za-z_(/][\w ./&+'’()<>=*-]*[\w.)?!+*]|[A-Za-z]")

_RESERVED = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))


def scalar(text: str, flow: bool = False) -> str:
    """Return a text as a YAML scalar on one line, quoted if necessary; `flow` means inside brackets.

    What YAML does not print is escaped, so that every text without lone surrogates can be written.
    """
    plain = _PLAIN.fullmatch(text) and text.isprintable() and text.lower() not in _RESERVED
    # Inside brackets, a question mark ends a text to some readers.
    if plain and not (flow and "?" in text):
        return text
    escaped = "".join(_escaped(character) for character in text)
    return f'"{escaped}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def comment(text: str) -> str:
    """Return a text that is safe in a YAML comment: one line, only what YAML prints."""
    return "".join(c if c.isprintable() else " " for c in " ".join(text.split()))


def _remark(text: str) -> str:
    return f" # {comment(text)}" if text else ""


def _comments(texts: Iterable[str], indent: str) -> Iterator[str]:
    """Yield comment lines, wrapped."""
    for text in texts:
        words = comment(text).split(" ")
        line = ""
        for word in words:
            if line and len(indent) + len(line) + len(word) + 3 > _WIDTH:
                yield f"{indent}# {line}"
                line = word
            else:
                line = f"{line} {word}".lstrip()
        if line:
            yield f"{indent}# {line}"
