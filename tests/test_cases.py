"""Runs the check cases: `tests/cases/<check-id>.md`, one case per second-level heading.

`tests/cases/<check-id>.fixes.md` holds more of them, which are about what is inserted.

A case file reads like this. The YAML is the case's rule set; where a case has none, the one before the
first case holds. Nine of its keys are not the rule set's own: `template` names a bundled rule set to use
instead, `stage` is the stage to lint at, `all: true` expects the diagnostics of every check, `skeleton` is
the template's Markdown, `path` is where the document lies in its repository (`docs/spec.md`), and `files`
are the others there: a list of paths (`src/` for a folder), or a mapping from paths to texts. Without
`files` and `path`, nothing is known of where the document lies. `today` is the day on which the document is
checked, and `require_reason: true` asks for reasons where comments turn checks off. `measured` is what a
coverage report says: a mapping from the paths of files to what is covered and what there is to cover.

    # missing-section
    ## A required section that is gone
    ```yaml
    sections: [{title: Overview}]
    ```
    ~~~~markdown
    # Title
    ~~~~
    ~~~~text
    1:1-1:8 missing-section: ...
    ~~~~
    ~~~~fixed
    # Title

    ## Overview
    ...
    ~~~~

The expected lines are sorted by place; a document without a `text` block is a good one. A `fixed` block is
what the check's safe fixes make of the document, an `unsafe` block what all its fixes do. For every case the
runner also proves what holds for all diagnostics and all fixes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from speclint.binding import matcher
from speclint.binding.model import Binding
from speclint.binding.surroundings import DocumentLocation
from speclint.checks.checklists.boxes import boxes
from speclint.checks.registry import CHECKS
from speclint.coverage.model import Measurements, Tally
from speclint.diagnostics import Diagnostic
from speclint.markdown import document
from speclint.markdown.source import Source
from speclint.ruleset.library import parse_rule_set

from .linted import fix_binding, lint
from .made import Made

CASES = Path(__file__).parent / "cases"
BUNDLED = Path(__file__).parent.parent / "rules"

# Checks whose fixes insert text of the template, and those that say that it is still that.
INSERTING = ("missing-section", "missing-field", "missing-label", "empty-section")
UNFILLED = ("placeholder", "instruction-comment", "unedited-template")

_OPENING = {
    "```yaml": "yaml",
    "~~~~markdown": "markdown",
    "~~~~text": "text",
    "~~~~fixed": "fixed",
    "~~~~unsafe": "unsafe",
}


class Case(NamedTuple):
    """One document, what it is linted under, the diagnostics expected, and what fixes make of it."""

    check: str
    name: str
    rules: dict[str, Any]
    text: str
    expected: str
    fixed: str | None
    unsafe: str | None


def check_of(path: Path) -> str:
    """The id of the check that a file of cases is about."""
    return path.name.partition(".")[0]


def read_cases(path: Path) -> Iterator[Case]:
    """The cases of one file, in order."""
    shared: dict[str, Any] = {}
    name = ""
    blocks: dict[str, str] = {}
    lines = iter([*path.read_text(encoding="utf-8").split("\n"), "## "])
    for line in lines:
        if line in _OPENING:
            closing = line.rstrip("abcdefghijklmnopqrstuvwxyz")
            kind = _OPENING[line]
            assert kind not in blocks, f"{path.name}: two {kind} blocks under {name!r}"
            blocks[kind] = "".join(f"{inner}\n" for inner in iter(lambda: next(lines), closing))
        elif line.startswith("## "):
            rules = yaml.safe_load(blocks["yaml"]) if "yaml" in blocks else shared
            if not name:
                shared = rules
            else:
                assert "markdown" in blocks, f"{path.name}: no document under {name!r}"
                yield Case(
                    check_of(path), name, rules, blocks["markdown"], blocks.get("text", ""),
                    blocks.get("fixed"), blocks.get("unsafe"),
                )  # fmt: skip
            name = line[3:]
            blocks = {}


def selected(case: Case) -> tuple[str, ...]:
    """The checks that a case runs: its own, or all where it says so."""
    return () if case.rules.get("all") else (case.check,)


def conditions(case: Case) -> dict[str, Any]:
    """The day of a case, and whether reasons are asked for, as `lint` takes them."""
    return {key: case.rules.get(key) for key in ("today", "require_reason")}


# A case is bound several times, and most cases of a file have the same rules.
parsed = lru_cache(maxsize=20)(parse_rule_set)


def bound(case: Case, text: str) -> Binding:
    """A text under the rule set of a case."""
    data = dict(case.rules)
    stage = data.pop("stage", None)
    for key in ("all", "today", "require_reason"):
        data.pop(key, None)
    skeleton = data.pop("skeleton", "")
    path, files = data.pop("path", None), data.pop("files", None)
    place = (
        None
        if path is None and files is None
        else DocumentLocation(Made(files or ()), path or "docs/spec.md")
    )
    counted = data.pop("measured", None)
    measured = None
    if counted is not None:
        files_counted = {path: (Tally(*counts),) for path, counts in counted.items()}
        measured = Measurements("coverage.xml", files_counted)
    if "template" in data:
        bundled = BUNDLED / f"{data['template']}.yaml"
        skeleton = bundled.with_suffix(".md").read_text(encoding="utf-8")
        rules = parsed(bundled.read_text(encoding="utf-8"), str(bundled), skeleton)
    else:
        data = {"id": "case", "name": "Case", **data}
        rules = parsed(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), case.name, skeleton)
    return matcher.bind(document.parse_document(text), rules, stage, place, measured)


def diagnose(case: Case, text: str) -> tuple[Diagnostic, ...]:
    """What the checks of a case find in a text."""
    return lint(bound(case, text), select=selected(case), **conditions(case))


def shown(diagnostic: Diagnostic, source: Source) -> str:
    """A diagnostic as the case files write it."""
    start, end = (source.position(offset) for offset in diagnostic.span)
    place = f"{start.line}:{start.column}-{end.line}:{end.column}"
    return f"{place} {diagnostic.check}: {diagnostic.message}"


FILES = sorted(CASES.glob("*.md"))
ALL_CASES = [case for path in FILES for case in read_cases(path)]


def case_id(case: Case) -> str:
    """A readable pytest id: the check and the words of the case's heading."""
    return f"{case.check}: {re.sub(r'[^ -~]|[][]', '', case.name)}"


@pytest.mark.parametrize("case", ALL_CASES, ids=case_id)
def test_case(case: Case) -> None:
    source = Source(case.text)
    diagnostics = diagnose(case, case.text)

    actual = [shown(diagnostic, source) for diagnostic in diagnostics]
    assert actual == case.expected.splitlines()

    for diagnostic in diagnostics:
        start, end = diagnostic.span
        assert 0 <= start <= end <= len(case.text), "a span outside the text"
        assert len(diagnostic.message.splitlines()) == 1, "a message of several lines"
        if diagnostic.fix is not None and diagnostic.fix.safe:
            assert all(start == end for (start, end), _ in diagnostic.fix.edits), "a safe fix only inserts"
    assert diagnose(case, case.text) == diagnostics, "linting twice gives different results"
    assert len(set(actual)) == len(actual), "the same diagnostic twice"


@pytest.mark.parametrize("case", ALL_CASES, ids=case_id)
def test_fixing(case: Case) -> None:
    """Fixes come to an end, a second time they change nothing, and safe ones lose and tick nothing."""
    for unsafe, expected in ((False, case.fixed), (True, case.unsafe)):
        options: dict[str, Any] = {
            "unsafe": unsafe,
            "select": selected(case),
            "today": case.rules.get("today"),
        }
        mended = fix_binding(bound(case, case.text), **options)
        text = mended.source.text
        if expected is not None:
            assert text == expected
        assert fix_binding(mended.binding, **options).source.text == text
        assert (text == case.text) == (not mended.applied)
        found = lint(mended.binding)
        for applied in mended.applied:
            assert 0 <= applied.span.start <= applied.span.end <= len(text)
            if applied.check in INSERTING:
                unfilled = [d for d in found if d.check in UNFILLED and d.span.overlaps(applied.span)]
                assert unfilled, f"what was inserted passes for filled in: {applied}"
        remaining = lint(mended.binding, select=selected(case), **conditions(case))
        left = [d for d in remaining if d.fix and (d.fix.safe or unsafe)]
        assert not left, "fixes are left that could be applied"
        if not unsafe:
            rest = iter(text)
            assert all(character in rest for character in case.text), "something was removed"
            ticked = [
                [box.text for box in boxes(b) if box.ticked is True]
                for b in (bound(case, case.text), mended.binding)
            ]
            assert ticked[1] == ticked[0], "a box was ticked, or got away"


def test_every_check_has_cases() -> None:
    assert {check_of(path) for path in FILES} == {check.id for check in CHECKS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_file_is_of_a_check(path: Path) -> None:
    """A case file is named after a check and has it as its title, and no two cases share a name."""
    names = [case.name for case in read_cases(path)]
    assert check_of(path) in {check.id for check in CHECKS}
    assert path.read_text(encoding="utf-8").startswith(f"# {check_of(path)}\n")
    assert names
    assert len(set(names)) == len(names)
