"""Runs the examples in the docstrings of the checks, which `speclint explain` prints.

Every check says what fails and what passes. What an example leaves to its words ("where the template has
..."), the table `SETTINGS` gives: the rule set and the text around the example, for every check.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import Any, NamedTuple

import pytest
import yaml

from speclint.binding import matcher
from speclint.binding.surroundings import DocumentLocation
from speclint.checks.registry import CHECKS
from speclint.diagnostics import Diagnostic
from speclint.markdown import document
from speclint.ruleset import library

from .linted import lint
from .made import Made


class Setting(NamedTuple):
    """The rule set in YAML, the text around an example, the skeleton, and the other files there are."""

    rules: str = "sections: [{title: Notes, required: false}]"
    before: str = "# Title\n\n"
    after: str = ""
    skeleton: str = ""
    files: tuple[str, ...] | None = None
    select: tuple[str, ...] = ()
    """Checks that run besides the one that the example is of."""


_STAGES = """
stages:
  order: [development, staging, production]
  field: Status
  values: {Development: development, Staging: staging, Production: production}
  default: development
fields: {Status: {required: false}}
"""
_REQUIREMENTS = 'sections: [{title: Requirements, sections: [{title: "FR{n}: {name}", repeat: true}]}]'
_UNDER_NOTES = "# Title\n\n## Notes\n\n"

_CITED = """
sections:
  - {title: Requirements, ids: {title: "FR-{n}", defines: requirement}}
  - {title: Tests, cites: {id: requirement, every: EVERY}}
"""
_TESTS = "# Title\n\n## Requirements\n\n- FR-001: Booking\n- FR-002: Paying\n\n## Tests\n\n"

SETTINGS: dict[str, Setting] = {
    "unclosed-fence": Setting("sections: [Rollback]"),
    "missing-section": Setting("sections: [Risks, Rollback]"),
    "section-order": Setting("sections: [Risks, Rollback]"),
    "duplicate-section": Setting("sections: [Risks]"),
    "section-level": Setting("sections: [{title: Implementation, sections: [Backend]}]"),
    "section-title": Setting("sections: [Success Criteria]"),
    "unknown-section": Setting("sections: [Risks]"),
    "invalid-title": Setting("title: {max_length: 30}\nsections: []", ""),
    "accidental-heading": Setting(before=_UNDER_NOTES),
    "empty-section": Setting("sections: [Dependencies, Timeline]"),
    "placeholder": Setting(),
    "instruction-comment": Setting("sections: [{title: Design, sections: [Architecture]}]", "## Design\n\n"),
    "name-mismatch": Setting(
        "sections: [{title: Feature Flag, labels: [{name: Flag, used_as: [flag]}]}]",
        "# Title\n\n## Feature Flag\n\n",
    ),
    "unedited-template": Setting(
        before=_UNDER_NOTES,
        skeleton="# [Name]\n\n## Notes\n\n1. Merge the branch\n2. Deploy to the first environment\n",
    ),
    "empty-code": Setting(before=_UNDER_NOTES),
    "code-language": Setting(before=_UNDER_NOTES),
    "code-syntax": Setting(before=_UNDER_NOTES),
    "missing-field": Setting(
        "fields: {Author: {required: true}, Created: {required: false}}\nsections: [Notes]",
        after="\n## Notes\n\nNone.\n",
    ),
    "invalid-field": Setting(
        f"{_STAGES.strip()[: -len('fields: {Status: {required: false}}')]}"
        "fields: {Status: {required: false}, Created: {required: false, type: date}}\nsections: [Notes]",
        after="\n## Notes\n\nNone.\n",
    ),
    "duplicate-field": Setting("fields: {Status: , Author: }\nsections: []\n"),
    "date-order": Setting(
        "fields:\n"
        "  Created: {required: false, type: date}\n"
        "  Last Updated: {required: false, type: date, not_before: Created}\n"
        "sections: [{title: Plan, sections: [{title: Milestones, dates: rising}]}]",
    ),
    "missing-label": Setting(
        "sections:\n"
        "  - title: Plan\n"
        "    sections:\n"
        "      - title: Risks\n"
        '        sections: [{title: "Risk {n}: {name}", repeat: true, labels: [Probability, Mitigation]}]',
        "# Title\n\n## Plan\n\n### Risks\n\n",
    ),
    "missing-table": Setting("sections: [{title: Risks, tables: [{columns: [Risk, Mitigation]}]}]"),
    "missing-column": Setting(
        "sections: [{title: Notes, tables: [{columns: [Risk, Mitigation]}]}]", before=_UNDER_NOTES
    ),
    "invalid-cell": Setting(
        "sections: [{title: Notes, tables: [{columns: [ID, {name: Priority, one_of: [P0, P1]}]}]}]",
        before=_UNDER_NOTES,
    ),
    "malformed-table": Setting(before=_UNDER_NOTES),
    "missing-checklist": Setting(
        "sections: [{title: Plan, sections: [{title: Monitoring, checklist: true}]}]", "## Plan\n\n"
    ),
    "missing-item": Setting(
        "sections: [{title: Release, checklist: {items: [Load test passed]}}]", "# Title\n\n"
    ),
    "unchecked-item": Setting(
        f"{_STAGES}sections:\n"
        "  - {title: Plan, sections: [{title: Development Stage, checklist: {complete_from: staging}}]}",
        "# Title\n\n**Status:** Staging\n\n## Plan\n\n",
    ),
    "malformed-checkbox": Setting(before=_UNDER_NOTES),
    "open-question": Setting(
        f"{_STAGES}sections: [{{title: Open Questions, questions: {{closed_from: production}}}}]",
        "# Title\n\n**Status:** Production\n\n",
    ),
    "coverage-below-threshold": Setting(
        f"{_STAGES}sections: [{{title: Staging Stage, coverage: {{stage: staging}}}}]\n"
        "coverage: {thresholds: {development: 60, staging: 70, production: 80}}",
        "# Title\n\n**Status:** Staging\n\n## Staging Stage\n\n",
    ),
    "missing-coverage": Setting(
        "sections: [{title: Plan, sections: [{title: Development Stage, coverage: {minimum: 60}}]}]",
        "## Plan\n\n",
    ),
    "coverage-mismatch": Setting("sections: [{title: Notes, coverage: {minimum: 60}}]", _UNDER_NOTES),
    "broken-link": Setting(files=("manual.md",)),
    "broken-anchor": Setting("sections: [Rollout]"),
    "forbidden-link": Setting(
        'sections: [{title: Notes, links: {allow: ["./*", "https://example.org/**"]}}]', before=_UNDER_NOTES
    ),
    "missing-link": Setting(
        'sections: [{title: Notes}]\nlinks: {first_mention: ["RFC {n}"]}', before=_UNDER_NOTES
    ),
    "missing-path": Setting(
        "sections: [{title: Key Files, paths: true}]",
        files=("src/sharing/service.py", "src/sharing/access.py"),
    ),
    "undefined-reference": Setting(before=_UNDER_NOTES),
    "duplicate-id": Setting(_REQUIREMENTS, "# Title\n\n## Requirements\n\n"),
    "id-gap": Setting(_REQUIREMENTS, "# Title\n\n## Requirements\n\n"),
    "undefined-id": Setting(_CITED.replace("EVERY", "false"), _TESTS),
    "uncited-id": Setting(_CITED.replace("EVERY", "true"), _TESTS),
    "changelog-order": Setting("sections: [{title: Changelog, changelog: true}]", "## Changelog\n\n"),
    "rollout-order": Setting("sections: [{title: Rollout, rollout: true}]", "## Rollout\n\n"),
    "budget-exceeded": Setting(before=_UNDER_NOTES),
    "forbidden-text": Setting(
        "sections: [{title: Contracts}]\nforbidden: [{pattern: '\\bany\\b', language: typescript}]",
        "## Contracts\n\n",
    ),
    "missing-text": Setting(
        "sections: [{title: Notes, must_contain: [{pattern: '\\b(SHALL|MUST)\\b', each: item}]}]",
        before=_UNDER_NOTES,
    ),
    "text-length": Setting("sections: [{title: Summary, length: {words: {min: 5}}}]"),
    "invalid-suppression": Setting(before=_UNDER_NOTES),
    "unused-suppression": Setting(before=_UNDER_NOTES, select=("placeholder",)),
}

_EXAMPLE = re.compile(r"^(Fails|Passes)\b[^\n]*:\n((?:\n|    [^\n]*\n)+)", re.MULTILINE)


def examples(check: str) -> dict[str, str]:
    """Return the texts under `Fails` and `Passes` in what `speclint explain` prints of a check."""
    documentation = next(each.documentation for each in CHECKS if each.id == check)
    found = _EXAMPLE.findall(f"{inspect.cleandoc(documentation)}\n")
    assert [word for word, _ in found] == ["Fails", "Passes"], f"{check}: one example of each kind"
    return {word: f"{textwrap.dedent(text).strip()}\n" for word, text in found}


def found_in(check: str, example: str) -> list[Diagnostic]:
    """Return what a check finds in an example, put into its setting."""
    setting = SETTINGS[check]
    data: dict[str, Any] = {"id": "example", "name": "Example", **yaml.safe_load(setting.rules)}
    rules = library.parse_rule_set(yaml.safe_dump(data, sort_keys=False), check, setting.skeleton)
    location = None if setting.files is None else DocumentLocation(Made(setting.files), "docs/spec.md")
    text = f"{setting.before}{example}{setting.after}"
    binding = matcher.bind(document.parse_document(text), rules, None, location, None)
    return [each for each in lint(binding, select=(check, *setting.select)) if each.check == check]


def test_every_check_has_a_setting() -> None:
    assert list(SETTINGS) == [check.id for check in CHECKS]


@pytest.mark.parametrize("check", [check.id for check in CHECKS])
def test_failing_example_fails(check: str) -> None:
    assert found_in(check, examples(check)["Fails"])


@pytest.mark.parametrize("check", [check.id for check in CHECKS])
def test_passing_example_passes(check: str) -> None:
    assert found_in(check, examples(check)["Passes"]) == []
