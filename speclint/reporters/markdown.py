"""A summary in Markdown, as for `$GITHUB_STEP_SUMMARY`: a table of the documents, and what was found in each.

The worst come first, and what does not fit into the size that GitHub takes is counted. What comes from
documents stands in code spans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from speclint.diagnostics import Diagnostic, Severity, plural
from speclint.linting.result import FileResult
from speclint.reporters.escape import html_code, markdown_code, markdown_code_in_cell
from speclint.reporters.formats import Report, Style
from speclint.reporters.text import total

# GitHub takes 1 MiB from a step, which may have more to say.
MAX_BYTES = 1_000_000

MOST_OF_A_DOCUMENT = 50

_LONGEST = 300


def render(report: Report, style: Style) -> str:
    """Return the report as Markdown of at most `MAX_BYTES` bytes."""
    documents = sorted(report.documents, key=_badness)
    parts = ["## speclint\n\n", f"{total(report)}.\n"]
    if report.base is not None:
        parts.append(f"\nCompared with {markdown_code(_cut(report.base))}.\n")
    if report.failed:
        parts.append("\n**Something could not be done; the log says what.**\n")
    if not documents:
        return "".join(parts)
    titles = ["document", "template", "obligations met", "errors", "warnings"]
    titles += ["new"] if report.base is not None else []
    parts.append(f"\n{_row(titles)}{_row(['---', '---', *['--:'] * (len(titles) - 2)])}")
    # Half of the room at most is for the table.
    rows = [_row(_cells(report, document)) for document in documents]
    fitting = _fitting(rows, MAX_BYTES // 2)
    parts += rows[:fitting]
    if fitting < len(rows):
        parts.append(f"\n{plural(len(rows) - fitting, 'more document')} not listed.\n")
    found = [document for document in documents if document.diagnostics]
    details = [_details(document) for document in found]
    fitting = _fitting(details, MAX_BYTES - 1000 - sum(map(_size, parts)))
    parts += details[:fitting]
    if fitting < len(details):
        left_out = sum(len(document.diagnostics) for document in found[fitting:])
        more = plural(left_out, "more diagnostic")
        parts.append(f"\n{more} of {plural(len(found) - fitting, 'document')} not shown.\n")
    return "".join(parts)


def _badness(document: FileResult) -> tuple[int, int, int]:
    """Return a key that sorts the worst documents first."""
    return -document.count(Severity.ERROR), -document.count(Severity.WARNING), -len(document.diagnostics)


def _cells(report: Report, document: FileResult) -> Iterator[str]:
    yield markdown_code_in_cell(_cut(document.path))
    stage = f" at {markdown_code_in_cell(_cut(document.stage))}" if document.stage else ""
    yield f"{markdown_code_in_cell(_cut(document.template))}{stage}"
    yield f"{document.met}/{document.total}"
    yield str(document.count(Severity.ERROR))
    yield str(document.count(Severity.WARNING))
    if report.base is not None:
        yield str(sum(not diagnostic.known for diagnostic in document.diagnostics))


def _details(document: FileResult) -> str:
    """Return what was found in a document, folded."""
    worst = document.worst_first()
    shown = worst[:MOST_OF_A_DOCUMENT]
    lines = [
        "",
        f"<details><summary>{html_code(_cut(document.path))}: {len(worst)} found</summary>",
        "",
        *(_item(document, diagnostic) for diagnostic in shown),
        "",
    ]
    if len(worst) > len(shown):
        lines += [f"{plural(len(worst) - len(shown), 'more diagnostic')} not shown.", ""]
    return "".join(f"{line}\n" for line in [*lines, "</details>"])


def _item(document: FileResult, diagnostic: Diagnostic) -> str:
    line = document.source.line_number(diagnostic.span.start)
    known = " (known)" if diagnostic.known else ""
    message = markdown_code(_cut(diagnostic.message))
    return f"- **{diagnostic.weight.label}**{known} {diagnostic.check}, line {line}: {message}"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _fitting(parts: list[str], room: int) -> int:
    """Return how many of the parts, from the first on, take at most `room` bytes."""
    for number, part in enumerate(parts):
        room -= _size(part)
        if room < 0:
            return number
    return len(parts)


def _size(text: str) -> int:
    return len(text.encode())
