"""What holds for every document under every rule set; the tests and `make soak` ask for the same.

Each function raises `AssertionError`, or whatever speclint itself should never have raised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.checks.checklists.boxes import boxes
from speclint.checks.registry import CHECKS
from speclint.diagnostics import Diagnostic, Span
from speclint.fixes.fix import FixedBinding, Unfixable
from speclint.linting.obligations import obligations, places_of
from speclint.linting.result import FileResult
from speclint.markdown.document import Document, parse_document
from speclint.markdown.source import Source
from speclint.reporters.formats import FORMATS, Report, Style, reporter

from .linted import fix_binding, lint
from .test_formats import READ

ALL = [check.id for check in CHECKS]


def linted(binding: Binding) -> tuple[Diagnostic, ...]:
    """What all checks find: every place inside the text, every message one line, and twice the same."""
    text = binding.document.source.text
    found = lint(binding, select=ALL)
    owed = obligations(binding, places_of(found))
    assert sum(one.met for one in owed) <= len(owed)
    for one in found:
        assert inside(one.span, text), one
        assert one.message, one
        assert not set(one.message) & set("\r\n"), one
        for edit in one.fix.edits if one.fix else ():
            assert inside(edit.span, text), one
    again = bind(
        parse_document(Source(text)), binding.rules, binding.stage, binding.location, binding.coverage
    )
    assert lint(again, select=ALL) == found
    return found


def inside(span: Span, text: str) -> bool:
    """Whether a span lies in a text."""
    return 0 <= span.start <= span.end <= len(text)


def fixed(binding: Binding) -> FixedBinding | None:
    """What a fix makes of a document: nothing is lost or ticked, and a second one changes nothing.

    None where too much would be lost, as in no document of a person's.
    """
    old = binding.document
    try:
        mended = fix_binding(binding)
    except Unfixable:
        return None
    new = mended.binding.document
    inserted = [one for one in mended.applied if one.check != "malformed-checkbox"]
    assert (new.source.text == old.source.text) == (not mended.applied)
    for one in mended.applied:
        assert inside(one.span, new.source.text), one
    if len(inserted) == len(mended.applied):
        assert follows(old.source.text.encode(), new.source.text.encode()), "a byte is gone"
    assert follows(levels(old), levels(new)), "a heading is gone"
    again = fix_binding(mended.binding)
    assert again.source.text == new.source.text, "a second fix changes something"
    fresh = bind(
        parse_document(Source(new.source.text)),
        binding.rules,
        binding.stage,
        binding.location,
        binding.coverage,
    )
    assert fix_binding(fresh).source.text == new.source.text, "a fix of what was written changes something"
    ticked = [sum(box.ticked is True for box in boxes(one)) for one in (binding, mended.binding)]
    # What an author ticked may only have become a box by being made an item.
    marks = re.findall(r"(?:\A|[\r\n])[ \t>]*\[ *[xX] *\]", old.source.text)
    assert ticked[1] <= ticked[0] + len(marks), "a box is ticked"
    return mended


def levels(document: Document) -> list[tuple[int, str]]:
    """The headings of a document."""
    return [(one.heading.level, one.heading.text) for one in document.sections if one.heading is not None]


def follows(part: Iterable[object], whole: Iterable[object]) -> bool:
    """Whether everything is in the whole, in the same order."""
    rest = iter(whole)
    return all(one in rest for one in part)


def reported(binding: Binding, found: tuple[Diagnostic, ...], mended: FixedBinding | None, path: str) -> int:
    """Writes a report in every format and reads it back: the number of characters written."""
    document = FileResult(path, "linted", "trial", (), binding.stage, 0, 1, found, binding.document.source)
    documents = [document]
    if mended is not None:
        left = lint(mended.binding, select=ALL)
        documents.append(document._replace(source=mended.source, diagnostics=left, fixed=mended.applied))
    report = Report(tuple(documents), fixing=mended is not None)
    written = 0
    for name in FORMATS:
        text = reporter(name)(report, Style())
        READ[name](text, report)
        written += len(text)
        reporter(name)(report, Style(color=True, excerpts=True))
    return written


def kept(binding: Binding, path: str = "docs/a.md") -> None:
    """Everything at once."""
    found = linted(binding)
    reported(binding, found, fixed(binding), path)
