"""The reporters: what they say, and that nothing in a document can harm a terminal or a reader of JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry

from speclint.diagnostics import AppliedFix, Diagnostic, Edit, Fix, Severity, Span
from speclint.linting.result import FileResult
from speclint.markdown.source import Source
from speclint.reporters.escape import escape_controls
from speclint.reporters.formats import FORMATS, SHOW_FIXES, Report, Style, reporter
from speclint.reporters.text import forecast

from .linted import result_of

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "schemas" / "report.schema.json").read_text(encoding="utf-8")
)


def checked(
    text: str, *diagnostics: Diagnostic, path: str = "docs/a.md", stage: str = "staging"
) -> FileResult:
    return result_of(path, Source(text), "feature-spec", stage, 41, 44, diagnostics)


def at(text: str, part: str, message: str = "is wrong", severity: Severity = Severity.ERROR) -> Diagnostic:
    start = text.index(part)
    return Diagnostic("placeholder", severity, Span(start, start + len(part)), message, ("Goals",))


def rendered(name: str, report: Report, **style: bool) -> str:
    return reporter(name)(report, Style(**style))


def valid(report: Report) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(rendered("json", report))
    Draft202012Validator(SCHEMA, registry=Registry()).validate(data)
    return data


TEXT = "# Title\n\nThe [name] is new.\n"


def test_text() -> None:
    report = Report((checked(TEXT, at(TEXT, "[name]")), checked("", path="b.md", stage="")), skipped=1)
    assert rendered("text", report) == (
        "docs/a.md:3:5: error placeholder is wrong\n"
        "docs/a.md: 41 of 44 obligations met (feature-spec at stage staging)\n"
        "\n"
        "b.md: 41 of 44 obligations met (feature-spec)\n"
        "\n"
        "2 documents checked: 1 error\n"
    )


def test_quiet_text_is_diagnostics_only() -> None:
    found = checked(TEXT, at(TEXT, "[name]"))
    line = "docs/a.md:3:5: error placeholder is wrong\n"
    assert rendered("text", Report((found, checked(""), found)), quiet=True) == 2 * line


def test_counts() -> None:
    found = [at(TEXT, "[name]", severity=Severity(severity)) for severity in (3, 3, 2, 1, 1)]
    last = rendered("text", Report((checked(TEXT, *found),))).splitlines()[-1]
    assert last == "1 document checked: 2 errors, 1 warning, 2 info"
    assert rendered("text", Report((checked(TEXT),))).endswith("1 document checked: nothing found\n")


def test_what_was_there_before_is_a_note_behind_the_others_and_counts_for_nothing() -> None:
    known = at(TEXT, "Title")._replace(known=True)
    report = Report((checked(TEXT, known, at(TEXT, "[name]")),), base="main")
    assert rendered("text", report, excerpts=True).splitlines() == [
        "docs/a.md:3:5: error placeholder is wrong",
        "  3 | The [name] is new.",
        "    |     ^^^^^^",
        "docs/a.md:1:3: note placeholder is wrong",
        "docs/a.md: 41 of 44 obligations met (feature-spec at stage staging)",
        "",
        "1 document checked against main: 1 error, 1 known",
    ]
    assert rendered("concise", report).count(": note ") == 1
    assert "note" not in rendered("text", report, quiet=True)
    data = valid(report)
    assert data["base"] == "main"
    assert (data["summary"]["errors"], data["summary"]["known"]) == (1, 1)
    assert [d["known"] for d in data["files"][0]["diagnostics"]] == [True, False]


def test_nothing_checked_prints_nothing() -> None:
    assert rendered("text", Report((), 3)) == ""
    assert rendered("concise", Report((), 3)) == ""


@pytest.mark.parametrize(
    ("text", "part", "shown", "carets"),
    [
        (TEXT, "[name]", "  3 | The [name] is new.", "    |     ^^^^^^"),
        ("a\tb\n", "b", "  1 | a    b", "    |      ^"),
        ("日本 [x]\n", "[x]", "  1 | 日本 [x]", "    |      ^^^"),
        ("[日本] x\n", "[日本]", "  1 | [日本] x", "    | ^^^^^^"),
        ("\ufeff[a] b\n", "[a]", "  1 | [a] b", "    | ^^^"),
        ("e\u0301 [a]\n", "[a]", "  1 | e\u0301 [a]", "    |   ^^^"),
        ("\x1b[31m [a]\n", "[a]", "  1 | \\x1b[31m [a]", "    |          ^^^"),
        ("[a\nb] c\n", "[a\nb]", "  1 | [a", "    | ^^"),
    ],
)
def test_excerpt(text: str, part: str, shown: str, carets: str) -> None:
    lines = rendered("text", Report((checked(text, at(text, part)),)), excerpts=True).splitlines()
    assert lines[1:3] == [shown, carets]


def test_excerpt_of_a_long_line_is_cut() -> None:
    text = "a" * 100_000 + "[name]" + "b" * 100_000
    lines = rendered("text", Report((checked(text, at(text, "[name]")),)), excerpts=True).splitlines()
    assert lines[1] == "  1 | …" + "a" * 40 + "[name]" + "b" * 54 + "…"
    assert lines[2] == "    | " + " " * 41 + "^" * 6


def test_excerpt_of_an_empty_place() -> None:
    nothing = Diagnostic("placeholder", Severity.INFO, Span(2, 2), "gone")
    assert "^" not in rendered("text", Report((checked("a\n\nb\n", nothing),)), excerpts=True)
    lines = rendered(
        "text", Report((checked("ab", nothing._replace(span=Span(2, 2))),)), excerpts=True
    ).splitlines()
    assert lines[1:3] == ["  1 | ab", "    |   ^"]


def test_color() -> None:
    report = Report((checked(TEXT, at(TEXT, "[name]")),))
    for name in ("text", "concise"):
        assert "\x1b[31merror\x1b[0m" in rendered(name, report, color=True)
        assert "\x1b" not in rendered(name, report)


def test_json() -> None:
    fix = Fix("Fill it in", (Edit(Span(13, 19), "x"),), safe=False)
    report = Report((checked(TEXT, at(TEXT, "[name]")._replace(fix=fix)), checked("", stage="")), 2)
    data = valid(report)
    assert data["summary"] == {
        "files": 4, "checked": 2, "skipped": 2,
        "errors": 1, "warnings": 0, "infos": 0, "known": 0, "fixable": 1, "fixed": 0,
    }  # fmt: skip
    assert data["files"][0] == {
        "path": "docs/a.md",
        "template": "feature-spec",
        "stage": "staging",
        "obligations": {"met": 41, "total": 44},
        "fixed": [],
        "diagnostics": [
            {
                "check": "placeholder", "severity": "error", "message": "is wrong",
                "line": 3, "column": 5, "end_line": 3, "end_column": 11,
                "section": ["Goals"], "known": False, "fix": {"title": "Fill it in", "safe": False},
            }
        ],
    }  # fmt: skip
    assert data["files"][1]["stage"] is None


def fixed(text: str, part: str, title: str = "Insert it") -> AppliedFix:
    start = text.index(part)
    return AppliedFix("missing-section", title, Span(start, start + len(part)))


def test_what_was_fixed_comes_first() -> None:
    text = "# A\n\n\n## B\n\n[what]\n\n- [ ] c\n"
    inserted = fixed(text, "\n\n## B\n\n[what]\n\n", 'Insert section "B"')
    mended = fixed(text, "[ ]", 'Write "[ ]"')
    document = checked(text, at(text, "[what]"))._replace(fixed=(inserted, mended))
    expected = (
        'docs/a.md:4:1: fixed missing-section Insert section "B" (3 lines)\n'
        'docs/a.md:8:3: fixed missing-section Write "[ ]"\n'
        "docs/a.md:6:1: error placeholder is wrong\n"
    )
    report = Report((document,), fixing=True)
    assert rendered("concise", report) == expected
    assert rendered("text", report).startswith(f"{expected}docs/a.md: 41 of 44 obligations met")
    assert rendered("text", report, quiet=True) == "docs/a.md:6:1: error placeholder is wrong\n"
    assert "\x1b[32mfixed\x1b[0m" in rendered("concise", report, color=True)
    data = valid(report)
    assert data["summary"]["fixed"] == 2
    assert data["files"][0]["fixed"] == [
        {"check": "missing-section", "title": 'Insert section "B"', "line": 4, "end_line": 6},
        {"check": "missing-section", "title": 'Write "[ ]"', "line": 8, "end_line": 8},
    ]


@pytest.mark.parametrize(
    ("text", "span", "lines"),
    [
        ("- [ ] a\n", Span(5, 6), (1, 1)),
        ("a\n\n\nb\n", Span(2, 4), (2, 3)),
        ("a\nb\n", Span(2, 2), (2, 2)),
        ("a\nb", Span(4, 4), (2, 2)),
        ("a\r\n\r\nb\r\nc\r\n", Span(1, 12), (3, 4)),
        ("", Span(0, 0), (1, 1)),
    ],
)
def test_lines_of_what_was_fixed(text: str, span: Span, lines: tuple[int, int]) -> None:
    assert checked(text).lines(AppliedFix("a", "b", span)) == lines


@pytest.mark.parametrize(
    ("applied", "severities", "last"),
    [
        (2, (3, 3, 3, 3, 3), "2 fixed, 5 errors remain"),
        (1, (3,), "1 fixed, 1 error remains"),
        (1, (3, 2), "1 fixed, 1 error, 1 warning remain"),
        (1, (1,), "1 fixed, 1 info remains"),
        (1, (), "1 fixed, nothing remains"),
        (0, (2,), "nothing fixed, 1 warning remains"),
        (0, (), "nothing found"),
    ],
)
def test_what_remains(applied: int, severities: tuple[int, ...], last: str) -> None:
    found = [at(TEXT, "[name]", severity=Severity(severity)) for severity in severities]
    document = checked(TEXT, *found)._replace(fixed=(fixed(TEXT, "Title"),) * applied)
    assert rendered("text", Report((document,), fixing=True)).endswith(f"\n1 document checked: {last}\n")


@pytest.mark.parametrize(
    ("safe", "unsafe", "offer", "offer_when_fixing"),
    [
        (0, 0, "", ""),
        (3, 0, " (3 fixable with --fix)", ""),
        (3, 1, " (3 fixable with --fix, 1 more with --unsafe-fixes)", " (1 fixable with --unsafe-fixes)"),
        (0, 2, " (2 fixable with --fix --unsafe-fixes)", " (2 fixable with --unsafe-fixes)"),
    ],
)
def test_what_could_be_fixed(safe: int, unsafe: int, offer: str, offer_when_fixing: str) -> None:
    fixes = [Fix("Fill it in", (), safe=True)] * safe + [Fix("Guess", (), safe=False)] * unsafe
    found = [at(TEXT, "[name]")._replace(fix=fix) for fix in (None, None, *fixes)]
    report = Report((checked(TEXT, *found),))
    errors = f"{2 + safe + unsafe} errors"
    assert rendered("text", report).endswith(f": {errors}{offer}\n")
    fixing = report._replace(fixing=True)
    assert rendered("text", fixing).endswith(f": nothing fixed, {errors} remain{offer_when_fixing}\n")
    assert rendered("text", fixing._replace(unsafe=True)).endswith(f"{errors} remain\n")


def test_forecast() -> None:
    document = checked(TEXT, at(TEXT, "[name]"))._replace(fixed=(fixed(TEXT, "Title"),))
    report = Report((document, document), fixing=True)
    assert forecast(report) == "2 documents checked: 2 would be fixed, 2 errors would remain"
    nothing = Report((checked(TEXT),), fixing=True)
    assert forecast(nothing) == "1 document checked: nothing would be fixed, nothing would remain"


@pytest.mark.parametrize("name", FORMATS)
def test_for_formats_that_show_no_fixes_none_need_be_made(name: str) -> None:
    diagnostic = at(TEXT, "[name]")
    place = Span(diagnostic.span.start, diagnostic.span.start)
    fix = Fix("Write it", (Edit(place, "new "),), safe=True)
    without = Report((checked(TEXT, diagnostic),))
    report = Report((checked(TEXT, diagnostic._replace(fix=fix)),))
    assert (rendered(name, report) != rendered(name, without)) is (name in SHOW_FIXES)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_harmful_comes_out(name: str) -> None:
    hostile = "\x1b]0;x\x07\x00\x7f\x9b31m\u202e\u2066\u2028\ufeff\u200b"
    text = f"{hostile}[name]{hostile}\n"
    diagnostic = at(text, "[name]", message=f"{hostile} is wrong")._replace(section=(hostile,))
    document = checked(text, diagnostic, path=f"d\udcff{hostile}.md", stage=hostile)
    report = Report((document._replace(fixed=(fixed(text, "[name]", hostile),)),))
    output = rendered(name, report, excerpts=True)
    assert all(character == "\n" or character.isprintable() for character in output)
    output.encode("utf-8")
    if name == "json":
        assert valid(report)["files"][0]["diagnostics"][0]["message"] == f"{hostile} is wrong"


def test_visible() -> None:
    assert escape_controls("plain, ünïcode 日本 👩‍💻") == "plain, ünïcode 日本 👩‍💻"
    assert escape_controls("a\tb\n\x1b\udcff\u202e") == r"a\x09b\x0a\x1b\xff\u202e"
