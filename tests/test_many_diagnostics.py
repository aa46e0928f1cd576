"""A document lists at most 1,000 diagnostics of a check: nobody reads more, and they take room and time."""

from __future__ import annotations

from pathlib import Path

import pytest

import speclint
from speclint.binding.matcher import bind
from speclint.cli.main import main
from speclint.linting.lint import MOST_OF_A_CHECK, lint_binding
from speclint.markdown.document import parse_document
from speclint.ruleset.library import parse_rule_set

STAGES = (
    "id: note\nname: Note\nfields: {Status: }\n"
    "stages: {order: [draft, done], field: Status, values: {Draft: draft, Done: done}}\n"
)
RULES = STAGES + "sections: [{title: Steps, checklist: {complete_from: done}}]\n"
HEAD = "# Note\n\n**Status:** Done\n\n## Steps\n\n"


def boxes(count: int) -> str:
    return HEAD + "".join(f"- [ ] Step number {i}\n" for i in range(count))


def test_the_rest_is_counted() -> None:
    rules = parse_rule_set(RULES)
    result = speclint.lint(boxes(1_500), rules)
    assert len(result.diagnostics) == MOST_OF_A_CHECK + 1
    assert "(and 499 more of `unchecked-item` that are not listed)" in result.diagnostics[-1].message
    assert "not listed" not in result.diagnostics[-2].message
    exactly = speclint.lint(boxes(MOST_OF_A_CHECK), rules)
    assert len(exactly.diagnostics) == MOST_OF_A_CHECK
    assert "not listed" not in exactly.diagnostics[-1].message


def test_obligations_count_what_is_not_listed() -> None:
    steps = ", ".join(f"{{title: Step {i}, checklist: {{complete_from: done}}}}" for i in range(1_200))
    rules = parse_rule_set(f"{STAGES}sections: [{steps}]\n")
    text = "# Note\n\n**Status:** Done\n" + "".join(f"\n## Step {i}\n\n- [ ] Open\n" for i in range(1_200))
    binding = bind(parse_document(text), rules)
    some, every = lint_binding(binding), lint_binding(binding, most=None)
    assert len(some.diagnostics) < len(every.diagnostics)
    assert some.obligations == every.obligations
    lists = [one.met for one in some.obligations if one.kind == "checklist"]
    assert lists == [False] * 1_200


def test_what_a_baseline_lists_leaves_room_for_what_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "note.yaml").write_text(RULES)
    document = tmp_path / "a.md"
    document.write_text(boxes(1_500))
    given = ["--no-cache", "--template", "note.yaml"]
    assert main([*given, "--write-baseline", "known.json", "a.md"]) == 0
    capsys.readouterr()
    assert main([*given, "--baseline", "known.json", "a.md"]) == 0
    document.write_text(boxes(1_500) + "- [ ] Something else that is still to be done\n")
    capsys.readouterr()
    assert main([*given, "--baseline", "known.json", "--output-format", "concise", "a.md"]) == 1
    [new] = [line for line in capsys.readouterr().out.splitlines() if "error" in line and ":1507:" in line]
    assert "unchecked-item" in new


def test_each_has_its_fix_and_fixing_goes_on_to_the_end() -> None:
    text = HEAD + "".join(f"- [] Step number {i}\n" for i in range(1_200))
    rules = parse_rule_set(RULES)
    fixed = speclint.fix(text, rules, unsafe=True)
    assert len(fixed.applied) == 1_200
