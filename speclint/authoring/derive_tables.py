"""Read the tables that the sections of a template have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speclint.authoring.ruleset_draft import TableDraft, ValueDraft
from speclint.authoring.template_document import NUMBERED, TemplateDocument, is_comment
from speclint.authoring.template_syntax import Value, has_open, is_open, optional_value, value_of
from speclint.markdown.blocks import Block, Paragraph, Table
from speclint.markdown.document import Section
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.markdown.visibility import shows_nothing
from speclint.ruleset.titles import fold

# What stands above a table that is only one way to say it.
_EXAMPLE = lazy_regex(
    r"(?i)\b(?:examples?|e\.g\.|for instance|samples?|such as|tables? or"
    r"|or (?:an? )?(?:bullets?|bulleted|list))\b"
)

# `Risk 1`, `REQ-001`: what stands for others of its kind.
_SAMPLE = lazy_regex(r"[^\W\d_]{2,}(?: [^\W\d_]+)?[ -]\d+")

_REMARK = lazy_regex(r"(?i)[ \t]*[(\[](?:optional|required|if applicable|if any)[)\]]$")

# Columns for what is worth saying in some rows only.
_ASIDE = lazy_regex(r"(?i)\b(?:notes?|comments?|remarks?|links?|references?|refs?)\b")

# The headers of a table of fields: names in the first column, values in the second.
_NAMES = frozenset(
    ("", "field", "fields", "key", "item", "property", "attribute", "metadata", "meta", "info", "aspect")
)

_VALUES = frozenset(("", "value", "values", "detail", "details", "content", "answer", "entry"))


# The names of columns that rate or sort, in which choices need no spaces between them.
_RATING = lazy_regex(
    r"\b(?:priority|severity|status|state|impact|likelihood|probability|risk|level|effort|complexity|confidence)\b"
)

_RATED = lazy_regex(r"[A-Za-z][\w -]{1,19}")


class TableReader:
    """The reading of the tables of one template."""

    def __init__(self, template: TemplateDocument) -> None:
        self.template = template

    def tables(self, section: Section) -> Iterator[TableDraft]:
        """Yield the tables in a section's own text that its documents are to have.

        Tables in quotes and lists belong to what is said there, and one under a text that speaks of an
        example may look otherwise. One in which nothing is open may be a legend, which may go.
        """
        for before, block in zip((None, *section.body), section.body, strict=False):
            if not isinstance(block, Table) or self._is_of_fields(block):
                continue
            above = self._text(before)
            columns = self._columns(block)
            if len(columns) > 1 and not _EXAMPLE.search(above):
                optional = optional_value(above)
                why = f'"{optional}"' if optional else "" if self._is_open(block) else "nothing in it is open"
                yield TableDraft(columns, required=not why, note=why)

    def _text(self, block: Block | None) -> str:
        """Return the text of a paragraph or comment, "" for another block."""
        if isinstance(block, Paragraph) or (block is not None and is_comment(block)):
            return " ".join(self.template.source.slice(block.span).split())
        return ""

    def _is_of_fields(self, table: Table) -> bool:
        """Return whether a table has names in one column and their values in the other."""
        if any(map(table.span.encloses, self.template.field_spans)):
            return True
        header = [fold(plain(self.template.source.slice(cell))) for cell in table.rows[0]]
        return len(header) == 2 and header[0] in _NAMES and header[1] in _VALUES

    def _is_open(self, table: Table) -> bool:
        """Return whether something in the rows of a table is still to be filled in."""
        cells = [self.template.source.slice(cell) for row in table.rows[1:] for cell in row]
        return not cells or any(
            shows_nothing(cell) or "☐" in cell or _SAMPLE.fullmatch(plain(cell)) or _cell_value(cell, "").open
            for cell in cells
        )

    def _columns(self, table: Table) -> tuple[ValueDraft, ...]:
        """Return the columns of a table without those whose names are the author's, or that stand twice.

        What the template leaves blank may stay so, but not the first column, by which its rows are known;
        where the template has nothing but that, the author is to say at least what the next one asks.
        """
        columns: dict[str, ValueDraft] = {}
        for place, cell in enumerate(table.rows[0]):
            raw = self.template.source.slice(cell)
            name = _REMARK.sub("", plain(raw)).strip()
            if not name or is_open(raw) or has_open(raw) or NUMBERED.match(name) or fold(name) in columns:
                continue
            cells = [
                self.template.source.slice(row[place]) if place < len(row) else "" for row in table.rows[1:]
            ]
            columns[fold(name)] = _column(name, raw, cells)
        found = list(columns.values())
        blank = [
            place for place, column in enumerate(found[1:], 1) if not column.required and not column.note
        ]
        wanted = [0]
        if found and found[0].required and len(blank) == len(found) - 1:
            wanted += next(([place] for place in blank if not _ASIDE.search(found[place].name)), blank[:1])
        for place in wanted if found else ():
            if not found[place].note:
                found[place] = found[place]._replace(required=True)
        return tuple(found)


def _column(name: str, header: str, cells: Sequence[str]) -> ValueDraft:
    """Return a column with what its cells show: choices, a type, and whether each has a value."""
    remark = "optional" if optional_value(header) else ""
    optional = remark or next(filter(None, map(optional_value, cells)), "")
    shown = [_cell_value(cell, fold(name)) for cell in cells]
    # Either of two names for one thing is enough.
    parts = tuple(part.strip() for part in name.split("/"))
    return ValueDraft(
        name,
        required=not optional and bool(cells) and not any(map(shows_nothing, cells)),
        type="date" if shown and all(value.type == "date" and value.open for value in shown) else "text",
        one_of=_choices(cells, shown),
        aliases=parts if len(parts) == 2 and all(len(part) > 2 for part in parts) else (),
        note=f'"{optional}"' if optional else "",
    )


def _cell_value(text: str, column: str) -> Value:
    """Return what a cell of a table shows, in a column whose folded name is given."""
    text = text.replace(r"\|", "|")
    value = value_of(text)
    if not value.one_of and "/" in text and _RATING.search(column):
        parts = tuple(part.strip() for part in plain(text).strip("[](){}").split("/"))
        if len(parts) == len(set(map(fold, parts))) and all(map(_RATED.fullmatch, parts)):
            value = Value(one_of=parts, open=True)
    if any(len(choice) == 1 for choice in value.one_of):
        value = value._replace(one_of=())  # which stand for longer words
    if "Med" in value.one_of:
        value = value._replace(one_of=(*value.one_of, "Medium"))
    return value._replace(open=value.open or has_open(text))


def _choices(cells: Sequence[str], shown: Sequence[Value]) -> tuple[str, ...]:
    """Return the choices that the cells of a column list, () if they list others or have other values."""
    listed = {value.one_of for value in shown if value.one_of}
    if len(listed) != 1:
        return ()
    (choices,) = listed
    known = set(map(fold, choices))
    given = (cell for cell, value in zip(cells, shown, strict=True) if not value.open)
    return choices if all(shows_nothing(cell) or fold(plain(cell)) in known for cell in given) else ()


def merged(instances: Sequence[Sequence[TableDraft]]) -> tuple[TableDraft, ...]:
    """Return the tables of several sections of one rule; one that a section lacks is optional."""
    found: dict[tuple[str, ...], list[TableDraft]] = {}
    for tables in instances:
        for table in tables:
            found.setdefault(tuple(fold(column.name) for column in table.columns), []).append(table)
    return tuple(
        same[0]._replace(required=len(same) >= len(instances) and all(one.required for one in same))
        for same in found.values()
    )
