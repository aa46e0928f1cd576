"""Fingerprints: what of a template is known, under which kind, and that the stored ones are not stale."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from speclint.ruleset.fingerprints import Known, fingerprint, fingerprints, normalise, normalise_code

if TYPE_CHECKING:
    from speclint.ruleset.fingerprints import Kind

ROOT = Path(__file__).parent.parent
SEEDS = ROOT.parent / "shared" / "seeds"
TEMPLATES = ("django-feature", "feature-doc", "feature-pr", "feature-spec", "go-feature")


@pytest.mark.parametrize("template", TEMPLATES)
def test_stored_fingerprints_are_those_of_the_original(template: str) -> None:
    path = SEEDS / f"{template}.md"
    if not path.exists():
        pytest.skip("../shared/seeds is not there")
    stored = (ROOT / "rules" / f"{template}.fingerprints").read_text(encoding="utf-8")
    skeleton = (ROOT / "rules" / f"{template}.md").read_text(encoding="utf-8")
    wanted = fingerprints(path.read_text(encoding="utf-8")) | fingerprints(skeleton)
    assert stored.split() == sorted(wanted), "scripts/fingerprint_template.py ORIGINAL SKELETON > rules/..."


def test_the_command_prints_them_sorted(tmp_path: Path) -> None:
    template = tmp_path / "template.md"
    template.write_text("# [Name]\n\nA sentence of the template.\n", encoding="utf-8")
    command = [sys.executable, "scripts/fingerprint_template.py", str(template)]
    printed = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert printed.splitlines() == [
        fingerprint("folded", "name"),
        fingerprint("placeholder", "Name"),
        fingerprint("text", "a sentence of the template"),
        fingerprint("whole", "# [Name]\n\nA sentence of the template.\n"),
    ]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("1. Ask the reviewers for their opinion", "text"),
        ("- Manual testing", "text"),
        ("1. Deploy backend", "text"),
        ("1. **Slow queries**", "short"),
        ("- Error rate >5%", "text"),
        ("> **Note** - a longer remark of the template", "text"),
        ("**Coverage:** 70%", None),
        ("## A heading of several words", None),
        ("### Version 1.2.0 (2025-01-04)", "text"),
        ("**Label:**", None),
        ("- [ ] A box with a text of its own", None),
        ("- [A page](page.md) - what it says about this", None),
        ("| --- | --- |", None),
        ("---", None),
        ("- Pull request: (leave this empty)", None),
        ("<!-- Explain the whole design here -->", None),
    ],
)
def test_kinds_of_prose(line: str, kind: Kind | None) -> None:
    tokens = {token.partition(":")[0] for token in fingerprints(line)} & {"text", "short"}
    assert tokens == ({kind} if kind else set())


def test_lines_with_a_placeholder_are_known_by_it_alone() -> None:
    tokens = fingerprints("Write to [Your Name] about it")
    assert {token for token in tokens if not token.startswith("whole:")} == {
        fingerprint("placeholder", "Your Name"),
        fingerprint("folded", "your name"),
    }


def test_what_a_definition_makes_a_link_is_no_placeholder() -> None:
    template = "## Summary\n[summary]: #summary\n\nSee [the site] and [Your Name].\n\n[the site]: https://a.example\n"
    tokens = fingerprints(template)
    assert {token for token in tokens if token.startswith("placeholder:")} == {
        fingerprint("placeholder", "Your Name")
    }


def test_a_definition_that_leads_nowhere_is_a_placeholder_with_a_text() -> None:
    assert fingerprint("placeholder", "Issue 1") in fingerprints("[Issue 1]: Description\n")


def test_code_counts_line_by_line_and_as_a_block() -> None:
    template = "```python\nimport json\nservice = FeatureService()\n}\n```\n"
    assert fingerprints(template) == {
        fingerprint("whole", template),
        fingerprint("code", "import json"),
        fingerprint("sample", "service = FeatureService()"),
        fingerprint("block", "import json\nservice = FeatureService()\n}"),
    }


def test_brackets_of_code_are_no_placeholders() -> None:
    tokens = fingerprints("```python\nx: Dict[str, Any] = data['key'][0]\ny = arr[i]\n```\n")
    assert not any(token.startswith("placeholder") for token in tokens)


def test_lines_compare_without_markers_emphasis_case_and_blanks() -> None:
    assert normalise("  3. **Deploy**  the `API`.") == normalise("* deploy the API") == "deploy the api"
    assert normalise_code("\tx  =  1 ") == "x = 1"


def test_emphasis_goes_and_names_keep_their_underscores() -> None:
    assert normalise("**Roll _back_** with `roll_back`") == "roll back with roll_back"
    assert normalise("a*_b") == "ab"


def test_a_text_is_known_as_the_first_of_the_kinds_asked_for() -> None:
    known = Known(frozenset(fingerprint(kind, "merge the branch") for kind in ("code", "text")))
    assert known.kinds == {"code", "text"}
    assert known.kind("merge the branch", "sample", "text", "code") == "text"
    assert known.kind("merge the branch", "sample") is None
    assert known.kind("merge a branch", "text", "code") is None


def test_what_is_no_fingerprint_is_known_for_nothing() -> None:
    known = Known(frozenset(("", "text", "text:", "text:xyz", "text:0123456789AB", "text:0123456789ab0")))
    assert known.kinds == frozenset()
    assert known.kind("", "text") is None


def test_entries_of_a_changelog_count_only_together() -> None:
    template = "### Version 1.0.0 (2024-12-01)\n- Initial release\n"
    assert fingerprint("short", "initial release") in fingerprints(template)
    assert fingerprint("text", "initial release") not in fingerprints(template)
