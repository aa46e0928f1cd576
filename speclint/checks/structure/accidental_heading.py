"""The check `accidental-heading`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.diagnostics import Finding, Span, shorten


def accidental_heading(binding: Binding) -> Iterator[Finding]:
    """No text stands right above a line that is a lone `-` or `=`, and no prose right above `---`.

    Markdown takes the two lines for a heading: the text turns large and enters the outline, and the list
    that was to begin there loses its first item. Prose is what has several lines or is a sentence or
    label; an underline as long as its text is meant as one. The other checks read the text as text.

    Fails:

        The metrics are:
        -
        - Latency

    Passes:

        The metrics are:

        - Errors
        - Latency
    """
    source = binding.document.source
    for heading in binding.document.accidental_headings:
        if heading.underline is None:
            continue
        line = heading.lines[-1]
        mark = source.slice(heading.underline)
        lone = "lone " if len(mark) == 1 else ""
        yield Finding(
            Span(line.start, heading.underline.end),
            f'"{shorten(source.slice(line))}" becomes a heading by the {lone}"{shorten(mark)}" below it; '
            "put an empty line between them, or remove the mark",
            cause=heading,
        )
