"""The check `invalid-title`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.diagnostics import Finding, Span, shorten


def invalid_title(binding: Binding) -> Iterator[Finding]:
    """The document has a title of the form and length that the rule set asks for, or none if it wants none.

    Lists of documents show titles in a narrow column, and programs read numbers off them. The title is the
    first heading of level 1; its length is in characters, without markup. `pattern` is for the whole of it.

    Fails, where `title` is `{max_length: 30}`:

        # Keep the whole price list in memory

    Passes:

        # Keep the price list in memory
    """  # noqa: D401 - true of a good document
    rule, title = binding.rules.content.heading, binding.title
    if rule is None:
        return
    if title is None or title.level != 1:
        if rule.wanted:
            line = binding.document.source.line_span(1)
            message = "the document has no title; begin it with a heading such as `# Title`"
            yield Finding(Span(line.start, line.end), message, subject=("title",))
        return
    span = title.heading_span
    if not rule.wanted:
        yield Finding(span, f'the document has the title "{shorten(title.title)}"; here it has none')
        return
    if rule.max_length is not None and len(title.title) > rule.max_length:
        length = len(title.title)
        yield Finding(span, f"the title has {length} characters; at most {rule.max_length} are allowed")
    if rule.pattern is not None and not rule.pattern.fullmatch(title.title, binding.regex_budget):
        wanted = f'the title "{shorten(title.title)}" must match `{shorten(rule.pattern.source)}`'
        yield Finding(span, rule.message or wanted)
