"""`speclint promote`: what stands between a document and a stage, section by section."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry

from .test_cli import Result, run

SCHEMAS = Path(__file__).parent.parent / "schemas"
RULES = """\
id: note
stages:
  order: [draft, staging, final]
  field: Status
  values: {Draft: draft, Staging: staging, Final: final}
sections:
  - Reason
  - title: Plan
    sections: [Steps, {title: Risks, from: staging}]
  - {title: Rollback, from: final}
  - {title: Review, checklist: {complete_from: staging}}
checks: {open-question: warning}
"""
NOTE = """\
# Note

**Status:** Draft

## Reason

Because.

## Plan

### Steps

One.

## Review

- [ ] Looked at
"""
LISTED = """\
a.md: 3 things stand between "draft" and "final"
  5 of 5 obligations of draft met
  4 of 7 obligations of final met

Note
  9:4 error missing-section section "Rollback" is missing, owed from stage "final" on; it goes after "Plan"

Note > Plan
  11:5 error missing-section section "Risks" is missing, owed from stage "staging" on; it goes after "Steps"

Note > Review
  17:3 error unchecked-item "Looked at" is not ticked; required from stage "staging" on, \
and the document is at "final"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "note.yaml").write_text(RULES)
    (tmp_path / "speclint.toml").write_text('[templates]\n"a.md" = "note.yaml"\n')
    (tmp_path / "a.md").write_text(NOTE)
    return tmp_path


def promote(folder: Path, stage: str, *options: str) -> Result:
    return run("promote", "a.md", "--to", stage, *options, cwd=folder)


def test_what_stands_between_is_listed_where_it_belongs(folder: Path) -> None:
    done = promote(folder, "final")
    assert done.code == 1
    assert done.out == LISTED
    assert (folder / "a.md").read_text() == NOTE


def test_nothing_stands_between(folder: Path) -> None:
    (folder / "a.md").write_text(NOTE.replace("[ ]", "[x]").replace("One.", "One.\n\n### Risks\n\nNone."))
    done = promote(folder, "staging")
    assert (done.code, done.out.splitlines()[0]) == (0, 'a.md: nothing stands between "draft" and "staging"')


def test_it_is_what_the_check_finds_at_that_stage(folder: Path) -> None:
    checked = run("--stage", "final", "--output-format", "json", "a.md", cwd=folder)
    expected = json.loads(checked.out)["files"][0]
    listed = json.loads(promote(folder, "final", "--json").out)
    found = [one for section in listed["sections"] for one in section["diagnostics"]]
    assert sorted(found, key=str) == sorted(expected["diagnostics"], key=str)
    assert {"met": listed["then"]["met"], "total": listed["then"]["total"]} == expected["obligations"]


def test_json(folder: Path) -> None:
    data = json.loads(promote(folder, "final", "--json").out)
    schema = json.loads((SCHEMAS / "promotion.schema.json").read_text())
    Draft202012Validator(schema, registry=Registry()).validate(data)
    assert (data["obstacles"], data["now"]["stage"], data["then"]["stage"]) == (3, "draft", "final")
    assert [one["section"] for one in data["sections"]] == [["Note"], ["Note", "Plan"], ["Note", "Review"]]


def test_its_own_stage_is_one_to_be_at(folder: Path) -> None:
    assert promote(folder, "draft").code == 0


@pytest.mark.parametrize(
    ("document", "stage", "told"),
    [
        (NOTE, "finl", "did you mean `final`?"),
        (NOTE.replace("Draft", "Final"), "staging", 'is at stage "final" already, which is beyond "staging"'),
        (b"\xff", "final", "a.md:1:1: not UTF-8"),
        (None, "final", "a.md: no such file"),
    ],
)
def test_what_cannot_be_told(folder: Path, document: str | bytes | None, stage: str, told: str) -> None:
    (folder / "a.md").unlink()
    if document is not None:
        (folder / "a.md").write_bytes(document if isinstance(document, bytes) else document.encode())
    done = promote(folder, stage)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_no_template_and_no_stages(folder: Path) -> None:
    (folder / "other.md").write_text("# Other\n")
    assert "no template recognised" in run("promote", "other.md", "--to", "final", cwd=folder).err
    (folder / "plain.yaml").write_text("sections: [Reason]\n")
    done = promote(folder, "final", "--template", "plain.yaml")
    assert (done.code, "it has no stages" in done.err) == (2, True)
    assert run("promote", "a.md", cwd=folder).code == 2, "to which stage?"
