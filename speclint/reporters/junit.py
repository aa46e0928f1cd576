"""JUnit's XML, which CI systems show as tests: a suite for every document.

What makes the exit code 1 is a failing test; the rest is the suite's output. A document where nothing fails
is one test that passes. A run in which something could not be done has a test in error, so that it is not
taken for a good one.
"""

from __future__ import annotations

from collections import Counter

from speclint.linting.result import FileResult
from speclint.reporters.concise import headline
from speclint.reporters.escape import escape_controls, plain_path
from speclint.reporters.formats import Report, Style

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def render(report: Report, style: Style) -> str:
    """The report as an XML document in ASCII."""
    suites: list[str] = []
    total = Counter[str]()
    for document in report.documents:
        suite, tests, failures = _suite(document)
        suites += suite
        total += Counter(tests=tests, failures=failures)
    if report.failed:
        total += Counter(tests=1, errors=1)
        suites += _failed()
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        _tag("testsuites", name="speclint", **_counts(total)),
        *suites,
        "</testsuites>",
    ]
    # References serve every encoding.
    return "".join(f"{line}\n" for line in lines).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _suite(document: FileResult) -> tuple[list[str], int, int]:
    """The lines of a suite, and how many of its tests there are and how many fail."""
    path = plain_path(document.path)
    names = Counter[str]()
    tests: list[str] = []
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
        tests += [
            f"    {_tag('testcase', name=name, classname=path, file=path, line=number, time='0')}",
            f"      {_tag('failure', message=escape_controls(diagnostic.message), type=diagnostic.check)}"
            f"{_text(line)}</failure>",
            "    </testcase>",
        ]
    failures = names.total()
    if not failures:
        tests.append(
            f"    {_tag('testcase', name='nothing fails', classname=path, file=path, time='0')}</testcase>"
        )
    if output:
        tests.append(f"    <system-out>{_text(chr(10).join(output))}</system-out>")
    counts = Counter(tests=max(1, failures), failures=failures)
    return (
        [f"  {_tag('testsuite', name=path, **_counts(counts))}", *tests, "  </testsuite>"],
        max(1, failures),
        failures,
    )


def _failed() -> list[str]:
    counts = _counts(Counter(tests=1, errors=1))
    return [
        f"  {_tag('testsuite', name='speclint', **counts)}",
        f"    {_tag('testcase', name='everything could be checked', classname='speclint', time='0')}",
        f"      {_tag('error', message='something could not be done', type='speclint')}"
        "standard error says what</error>",
        "    </testcase>",
        "  </testsuite>",
    ]


def _counts(counts: Counter[str]) -> dict[str, str]:
    """The attributes that readers expect of a suite; nothing is ever timed or skipped."""
    return {name: str(counts[name]) for name in ("tests", "failures", "errors", "skipped", "time")}


def _tag(element: str, **attributes: str) -> str:
    shown = "".join(f' {name}="{_text(value)}"' for name, value in attributes.items())
    return f"<{element}{shown}>"


def _text(text: str) -> str:
    """A text that is `visible`, and so has no character that XML forbids, with its marks escaped."""
    return text.translate(_ENTITIES)
