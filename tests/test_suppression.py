"""Comments that turn checks off: what holds for all of them; the cases show what each form means."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.checks.exceptions.comments import comments
from speclint.checks.registry import CHECKS
from speclint.diagnostics import Severity
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source
from speclint.ruleset.library import bundled_rule_set, parse_rule_set

from .linted import judge, lint
from .test_cli import run

RULES = parse_rule_set("{id: note, sections: [{title: Notes}], fields: {Owner: }}")
UNFINISHED = Path(__file__).parent.parent / "rules" / "feature-doc.md"
OURS = [check.id for check in CHECKS if check.last]


def bound(text: str) -> Binding:
    return bind(parse_document(text), RULES)


def unfinished(text: str) -> Binding:
    return bind(parse_document(text), bundled_rule_set("feature-doc"))


FOUND = [d.check for d in lint(unfinished(UNFINISHED.read_text("utf-8")))]


@given(st.sets(st.sampled_from(sorted(set(FOUND)))))
def test_a_comment_for_the_file_hides_all_of_its_checks_and_nothing_else(checks: set[str]) -> None:
    text = UNFINISHED.read_text("utf-8")
    for check in sorted(checks):
        text += f"\n<!-- speclint-disable-file {check}: taken over -->\n"
    shown, hidden = judge(unfinished(text))
    assert [d.check for d in shown] == [check for check in FOUND if check not in checks]
    assert [d.check for d in hidden] == [check for check in FOUND if check in checks]


PIECES = (
    "<!-- ", "-->", "speclint-", "speclint-disable-next-line ", "speclint-disable ", "speclint-enable ",
    "speclint-disable-file ", "speclint: disable ", "missing-field", "broken-anchor", "all", ", ", " until=",
    "2026-01-01", "2026-13-01", ": ", "a reason", "\n", "\r\n", "\n\n", "> ", "- ", "| a | b |\n| - | - |\n",
    "`", "```\n", "<div>", "<script>", "# A\n", "## Notes\n", "[x](#y)", "\\", "---\n", "\ufeff", "\x00",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.booleans())
def test_no_text_is_too_strange(text: str, require_reason: bool) -> None:
    binding = bound(text)
    shown, hidden = judge(binding, today=date(2026, 3, 1), require_reason=require_reason)
    named = {word.text for one in comments(binding.document) if not one.fault for word in one.checks}
    assert {diagnostic.check for diagnostic in hidden} <= named
    assert not {diagnostic.check for diagnostic in hidden} & set(OURS)
    for diagnostic in shown:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        assert len(diagnostic.message.splitlines()) == 1


def test_line_endings_do_not_matter() -> None:
    text = (
        "# A\n\n## Notes\n\n<!-- speclint-disable-next-line broken-anchor:\nfor now -->\n\n[x](#y)\n\n"
        "<!-- speclint-disable broken-anchor -->\n[x](#y)\n<!-- speclint-enable broken-anchor -->\n"
    )
    for ending in ("\n", "\r\n", "\r"):
        shown, hidden = judge(bound(text.replace("\n", ending)))
        assert [d.check for d in shown] == ["missing-field"]
        assert [d.check for d in hidden] == ["broken-anchor", "broken-anchor"]


@pytest.mark.parametrize("between", ["\n", "\n\n", " "])
def test_ten_thousand_comments(between: str) -> None:
    many = between.join(["<!-- speclint-disable-next-line broken-anchor -->"] * 10_000)
    text = f"# A\n\n## Notes\n\n{many}\n[x](#y)\n"
    assert len(comments(parse_document(text))) == 10_000
    shown, hidden = judge(bound(text))
    assert [d.check for d in hidden] == ["broken-anchor"]
    # All but one are one too many.
    assert [d.check for d in shown] == ["missing-field", *["unused-suppression"] * 9_999]
    if between == " ":
        assert len({id(d.key.text) for d in shown[1:]}) == 1, "the text of their one long line is kept once"


def test_what_a_user_turned_off_is_not_told() -> None:
    text = "# A\n\n## Notes\n\n<!-- speclint-disable-next-line broken-anchor -->\nText.\n"
    assert "unused-suppression" in {d.check for d in lint(bound(text))}
    for options in (
        {"ignore": ["broken-anchor"]},
        {"ignore": ["unused-suppression"]},
        {"select": ["unused-suppression"]},
        {"severities": {"broken-anchor": None}},
    ):
        assert "unused-suppression" not in {d.check for d in lint(bound(text), **options)}
    severities = {"unused-suppression": Severity.ERROR}
    assert Severity.ERROR in {d.severity for d in lint(bound(text), severities=severities) if d.check in OURS}


def test_the_place_of_a_fault_is_its_word() -> None:
    text = "# A\n\n<!-- speclint-disable-file missing-feld -->\n"
    fault = next(d for d in lint(bound(text)) if d.check == "invalid-suppression")
    assert Source(text).slice(fault.span) == "missing-feld"


def test_a_day_in_the_command(tmp_path: Path) -> None:
    (tmp_path / "note.yaml").write_text("{id: note, sections: [{title: Notes}]}")
    path = tmp_path / "a.md"
    path.write_text("# A\n\n<!-- speclint-disable-file empty-section until=2027-01-31 -->\n\n## Notes\n")
    on = {day: str(int((date.fromisoformat(day) - date(1970, 1, 1)).total_seconds())) for day in DAYS}
    command = ("--template", "note.yaml", "--output-format", "concise", "a.md")
    held = run(*command, cwd=tmp_path, env={"SOURCE_DATE_EPOCH": on["2027-01-31"]})
    assert (held.code, held.out) == (0, "")
    over = run(*command, cwd=tmp_path, env={"SOURCE_DATE_EPOCH": on["2027-02-01"]})
    assert over.code == 1
    assert "a.md:3:42: error invalid-suppression expired: it held until 2027-01-31" in over.out
    assert "error empty-section" in over.out
    wrong = run(*command, cwd=tmp_path, env={"SOURCE_DATE_EPOCH": "tomorrow"})
    assert wrong.code == 2
    assert "SOURCE_DATE_EPOCH must be a number of seconds, not `tomorrow`" in wrong.err


DAYS = ("2027-01-31", "2027-02-01")


def test_the_configuration_asks_for_reasons(tmp_path: Path) -> None:
    (tmp_path / "note.yaml").write_text("{id: note, sections: [{title: Notes}]}")
    (tmp_path / "speclint.toml").write_text('require-reason = true\n[templates]\n"*.md" = "note.yaml"\n')
    (tmp_path / "a.md").write_text("# A\n\n<!-- speclint-disable-file empty-section -->\n\n## Notes\n")
    done = run("--output-format", "concise", "a.md", cwd=tmp_path)
    assert (done.code, done.out.count("\n")) == (1, 1)
    assert "a.md:3:1: error invalid-suppression says no reason" in done.out
