"""The checks `undefined-id` and `uncited-id`: what is cited is defined, and what is defined is cited."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.checks.consistency.citations import citations
from speclint.diagnostics import Finding, shorten


def undefined_id(binding: Binding) -> Iterator[Finding]:
    """Every id that is cited is the id of something in the document.

    A test for a requirement that does not exist tests nothing, and was meant for another one. A section says
    with `ids: {title: "FR-{n}", defines: requirement}` what is defined in its headings, labels, items and
    first cells of rows, and another one with `cites: requirement` that it names such ids. They are whole
    words, and leading zeros do not count. `R-1 to R-3` and `R-1, 2` cite each; code in fences cites none.

    Fails, where `Requirements` defines `FR-{n}`, up to FR-002, and `Tests` cites them:

        - Booking covers FR-001.
        - Paying covers FR-003.

    Passes:

        - Booking covers FR-001.
        - Paying covers FR-002.
    """
    for cited in citations(binding):
        for span, name in cited.undefined:
            yield Finding(span, f"no {cited.rule.id} `{shorten(name)}` is defined in this document")


def uncited_id(binding: Binding) -> Iterator[Finding]:
    """Every id that must be cited is.

    A requirement that no test names is not tested, and nobody notices. A section with
    `cites: {id: requirement, every: true}` names every requirement that the document defines (see
    `undefined-id`), those aside that are struck out or said to be dropped.

    Fails, where `Tests` cites every `FR-{n}` of `Requirements`, which are FR-001 and FR-002:

        - Booking covers FR-001.

    Passes:

        - Booking covers FR-001.
        - Paying covers FR-002.
    """
    for cited in citations(binding):
        where = f'"{shorten(cited.sections[0].title)}"' if cited.sections else "the document"
        for definition in cited.uncited:
            yield Finding(definition.span, f"{shorten(definition.name)} is cited nowhere in {where}")
