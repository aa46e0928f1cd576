"""The checks of fences: each closed where its author meant it to be, and none around nothing."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.checks.reading.fences import runaways, sound_blocks
from speclint.diagnostics import Finding, Span


def unclosed_fence(binding: Binding) -> Iterator[Finding]:
    """Every fence of code is closed before the prose goes on.

    To Markdown, a fence that nothing closes runs to the end of the document, and all sections below it are
    code. Marks that are fewer than those of the fence, of the other kind, indented by four or more blanks, or
    followed by text do not close it: the next fence does then, and prose and code change places. Fences in
    longer fences, and those that are indented in a docstring, are left alone.

    Fails:

        ```python
        notify(user)
        ``

        ## Rollback

    Passes:

        ```python
        notify(user)
        ```

        ## Rollback
    """
    source = binding.document.source
    for runaway in runaways(binding):
        first = source.line_span(source.line_number(runaway.block.span.start))
        end = max(runaway.block.span.start + len(runaway.block.fence), runaway.block.info_span.end)
        span = Span(runaway.block.span.start, min(end, first.end))
        yield Finding(span, runaway.message, accounts_for=runaway.reach)


def empty_code(binding: Binding) -> Iterator[Finding]:
    """Every block of code holds some.

    An empty block is an example that was promised and not written.

    Fails:

        ```sql
        ```

    Passes:

        ```sql
        CREATE INDEX alerts_owner ON alerts (owner_id);
        ```
    """
    source = binding.document.source
    for block in sound_blocks(binding):
        if not any(source.slice(line).strip() for line in block.lines):
            message = "the block of code is empty; fill it or remove it"
            yield Finding(block.span, message, accounts_for=block.span)
