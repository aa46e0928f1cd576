"""JUnit's XML, which CI systems show as tests: a suite for every document.

What makes the exit code 1 is a failing test; the rest is the suite's output. A document where nothing fails
is one test that passes. A run in which something could not be done has a test in error, so that it is not
taken for a good one.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from speclint.linting.result import FileResult
from speclint.reporters.concise import headline
from speclint.reporters.escape import escape_controls, plain_path
from speclint.reporters.formats import Report, Style

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# All texts go through `escape_controls`, and so have no character that XML forbids.


def render(report: Report, style: Style) -> str:
    """Return the report as an XML document in ASCII."""
    from xml.etree.ElementTree import Element, indent, tostring

    root = Element("testsuites", name="speclint")
    total = Counter[str]()
    for document in report.documents:
        suite = _suite(document)
        root.append(suite)
        total += Counter({name: int(suite.attrib[name]) for name in ("tests", "failures")})
    if report.failed:
        total += Counter(tests=1, errors=1)
        root.append(_failed())
    root.attrib.update(_counts(total))
    indent(root)
    # References serve every encoding.
    text = tostring(root, encoding="us-ascii", short_empty_elements=False).decode("ascii")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(document: FileResult) -> Element:
    """A suite with a test for everything that fails, or one that passes."""
    from xml.etree.ElementTree import Element, SubElement

    path = plain_path(document.path)
    suite = Element("testsuite", name=path)
    names = Counter[str]()
    output: list[str] = []
    for diagnostic in document.diagnostics:
        # A headline says it all, with the place; without, a test is known again when lines move.
        line = headline(document, diagnostic, Style())
        if diagnostic.known or diagnostic.severity < document.fail_on:
            output.append(line)
            continue
        name = f"{diagnostic.check}: {escape_controls(diagnostic.message)}"
        names[name] += 1
        if names[name] > 1:
            name = f"{name} ({names[name]})"
        number = str(document.source.line_number(diagnostic.span.start))
        test = SubElement(suite, "testcase", name=name, classname=path, file=path, line=number, time="0")
        message = escape_controls(diagnostic.message)
        SubElement(test, "failure", message=message, type=diagnostic.check).text = line
    failures = names.total()
    if not failures:
        SubElement(suite, "testcase", name="nothing fails", classname=path, file=path, time="0")
    if output:
        SubElement(suite, "system-out").text = "\n".join(output)
    suite.attrib.update(_counts(Counter(tests=max(1, failures), failures=failures)))
    return suite


def _failed() -> Element:
    from xml.etree.ElementTree import Element, SubElement

    suite = Element("testsuite", {"name": "speclint", **_counts(Counter(tests=1, errors=1))})
    test = SubElement(suite, "testcase", name="everything could be checked", classname="speclint", time="0")
    error = SubElement(test, "error", message="something could not be done", type="speclint")
    error.text = "standard error says what"
    return suite


def _counts(counts: Counter[str]) -> dict[str, str]:
    """The attributes that readers expect of a suite; nothing is ever timed or skipped."""
    return {name: str(counts[name]) for name in ("tests", "failures", "errors", "skipped", "time")}
