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
from speclint.reporters.escape import escape_controls, escape_posix_path
from speclint.reporters.formats import Report, Style

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def render(report: Report, style: Style) -> str:
    """Return the report as an XML document in ASCII.

    All texts have gone through `escape_controls`, so that none has a character that XML 1.0 forbids.
    """
    from xml.etree import ElementTree

    suites = [_suite(document) for document in report.documents]
    if report.failed:
        suites.append(_failed())
    counts = {
        name: sum(int(suite.get(name, "")) for suite in suites) for name in ("tests", "failures", "errors")
    }
    root = ElementTree.Element("testsuites", {"name": "speclint", **_counts(**counts)})
    root.extend(suites)
    ElementTree.indent(root)
    if not suites:
        root.text = "\n"
    # In ASCII, with references for all other characters, the bytes are right in every encoding.
    text = ElementTree.tostring(root, "us-ascii", xml_declaration=False, short_empty_elements=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text.decode("ascii")}\n'


def _suite(document: FileResult) -> Element:
    from xml.etree.ElementTree import Element, SubElement

    path = escape_posix_path(document.path)
    suite = Element("testsuite")
    names = Counter[str]()
    output: list[str] = []
    for diagnostic in document.diagnostics:
        # The headline has the place; the name does not, so that a test is known again when lines move.
        line = headline(document, diagnostic, Style())
        if diagnostic.known or diagnostic.severity < document.fail_on:
            output.append(line)
            continue
        message = escape_controls(diagnostic.message)
        name = f"{diagnostic.check}: {message}"
        names[name] += 1
        if names[name] > 1:
            name = f"{name} ({names[name]})"
        number = str(document.source.line_number(diagnostic.span.start))
        test = SubElement(suite, "testcase", name=name, classname=path, file=path, line=number, time="0")
        SubElement(test, "failure", message=message, type=diagnostic.check).text = line
    failures = names.total()
    if not failures:
        SubElement(suite, "testcase", name="nothing fails", classname=path, file=path, time="0")
    if output:
        SubElement(suite, "system-out").text = "\n".join(output)
    suite.attrib = {"name": path, **_counts(tests=max(1, failures), failures=failures)}
    return suite


def _failed() -> Element:
    """Return the suite that reports that something could not be done."""
    from xml.etree.ElementTree import Element, SubElement

    suite = Element("testsuite", {"name": "speclint", **_counts(tests=1, errors=1)})
    test = SubElement(suite, "testcase", name="everything could be checked", classname="speclint", time="0")
    error = SubElement(test, "error", message="something could not be done", type="speclint")
    error.text = "standard error says what"
    return suite


def _counts(tests: int, failures: int = 0, errors: int = 0) -> dict[str, str]:
    """Return the attributes that readers expect of a suite; nothing is ever timed or skipped."""
    counts = {"tests": tests, "failures": failures, "errors": errors, "skipped": 0, "time": 0}
    return {name: str(count) for name, count in counts.items()}
