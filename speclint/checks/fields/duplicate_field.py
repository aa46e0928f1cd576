"""The check `duplicate-field`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from speclint.binding.labels import name_keys, rule_keys
from speclint.binding.model import Binding
from speclint.binding.stage import stage_keys
from speclint.diagnostics import Finding, shorten
from speclint.markdown.document import Field
from speclint.ruleset.titles import fold

_IN_FRONT_MATTER = ("front-matter", "unread")

_IN_LINES = ("line", "list")


def duplicate_field(binding: Binding) -> Iterator[Finding]:
    """Every field stands in the document once.

    Of a key that stands twice in front matter some tools take the first, most the last, and others nothing;
    of two lines nobody knows which one holds. In front matter that is any key, in lines a field of the
    template that has two values. Lines that list several records, each with the same fields, are none.

    Fails:

        **Status:** Draft
        **Author:** Ada
        **Status:** Final

    Passes:

        **Status:** Final
        **Author:** Ada
    """
    fields = binding.document.fields
    yield from _repeated(binding, [field for field in fields if field.place in _IN_FRONT_MATTER], False)
    known = stage_keys(binding.rules).union(*map(rule_keys, binding.rules.fields))
    lines = [f for f in fields if f.place in _IN_LINES and not known.isdisjoint(name_keys(f.name))]
    found = list(_repeated(binding, lines, True))
    # Where more than one field is repeated, lines list several things.
    if len({finding.subject for finding in found}) == 1:
        yield from found


def _repeated(binding: Binding, fields: Sequence[Field], values_differ: bool) -> Iterator[Finding]:
    """Yield a finding for each field whose name an earlier one has; only if its value is another one."""
    first: dict[str, Field] = {}
    for field in fields:
        earlier = first.setdefault(fold(field.name), field)
        if earlier is field or (
            values_differ and (not field.value or fold(earlier.value) == fold(field.value))
        ):
            continue
        line = binding.document.source.line_number(earlier.name_span.start)
        message = f'"{shorten(field.name)}" stands on line {line} already'
        yield Finding(field.name_span, message, subject=(fold(field.name),))
