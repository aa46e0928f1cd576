"""The rule-set language: what it says, every way to get it wrong, extending, and the copies kept of it."""

from __future__ import annotations

import json
import os
import pickle
import sqlite3
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from speclint import diagnostics
from speclint.checks.registry import CHECKS
from speclint.diagnostics import RuleSetError, Severity
from speclint.ruleset import build, bundled, detection, library, loading, model
from speclint.ruleset.library import parse_rule_set
from speclint.ruleset.model import (
    Checklist,
    Code,
    Content,
    Coverage,
    Dates,
    Repeat,
    Stages,
    Switch,
    TableRule,
    ValueRule,
    Words,
)
from speclint.ruleset.patterns import RulePattern
from speclint.ruleset.text_rules import Ids, TextRule
from speclint.workspace import rule_sets
from speclint.workspace.rule_sets import RepositoryFiles

from .amount import some
from .work import outweighs

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "schemas" / "ruleset.schema.json").read_text("utf-8"))

STAGES = "stages: {order: [draft, final]}\n"


def errors(text: str, name: str = "r.yaml") -> list[str]:
    """The problems of a rule set as a user reads them, without the path."""
    with pytest.raises(RuleSetError) as caught:
        parse_rule_set(text, name)
    assert all(problem.path == name for problem in caught.value.problems)
    return [str(problem).removeprefix(f"{name}:") for problem in caught.value.problems]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECLINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))


# What the language says


def test_everything_at_once() -> None:
    rules = parse_rule_set(
        """
id: note
name: Note
summary: A short note.
detect: {title: "Note: {name}"}
stages:
  order: [draft, final]
  field: Status
  values: {In  Work: draft, Done: final}
  aside: [Gone]
fields:
  Status: {required: false}
  Author:
  Created: {type: date}
  Updated: {required: false, aliases: [Changed], from: final, type: date, not_before: Created}
  Level: {one_of: [High, Low]}
  ID: {pattern: "[a-z]+"}
labels:
  - {name: Approval, paths: true, used_as: [flag], ids: {titles: ["A{n}", "B{n}"], from: final}}
sections:
  - Overview
  - title: Requirements
    any_order: true
    sections:
      - title: "R{n}: {name}"
        repeat: {min: 2, max: 5}
        labels:
          - {name: Boxes, checklist: {required: false, complete_from: final}, coverage: 70}
      - title: Tests
        paths: {from: final}
        code: [python, sql]
        changelog: true
        rollout: true
        dates: falling
        ids: "Case {n}"
        forbidden: [{pattern: any, language: ts, message: Say which., from: final}]
        tables:
          - columns:
              - ID
              - {name: Level, one_of: [P0], required: false, aliases: [Rank], type: number, pattern: a}
            rows: {min: 2}
            unique: [id]
            from: final
            required: false
          - {columns: [Case]}
        coverage: {required: false, minimum: 12.5, stage: final}
        questions: {closed_from: final}
  - title: Notes
    aliases: [Remarks]
    pattern: "Notes?"
    required: false
    from: final
    repeat: true
    checklist: true
    coverage: true
checklists: {complete_from: final}
coverage: {thresholds: {draft: 10, final: 20}}
checks: {section-order: warning, placeholder: off, missing-section: {draft: info, final: error}}
budgets: {words: [budget, limit], from: final}
forbidden: [{pattern: whilst}]
placeholders: {allow: ["[sic]"]}
""",
        skeleton="# Note\n",
        fingerprints=["b", "a"],
    )
    assert (rules.id, rules.name, rules.summary, rules.title) == (
        "note",
        "Note",
        "A short note.",
        "Note: {name}",
    )
    assert rules.stages == Stages(
        ("draft", "final"), "Status", {"In  Work": "draft", "Done": "final"}, "draft", ("Gone",)
    )
    assert rules.fields == (
        ValueRule("Status", required=False),
        ValueRule("Author"),
        ValueRule("Created", type="date"),
        ValueRule("Updated", ("Changed",), False, "final", "date", not_before="Created"),
        ValueRule("Level", one_of=("High", "Low")),
        ValueRule("ID", pattern=RulePattern("[a-z]+")),
    )
    approval = Content(paths=Switch(), used_as=Words(("flag",)), ids=Ids(("A{n}", "B{n}"), "final"))
    assert rules.labels == (ValueRule("Approval", content=approval),)
    overview, requirements, notes = rules.sections
    numbered, tests = requirements.sections
    assert [s.number for s in (overview, requirements, numbered, tests, notes)] == [0, 1, 2, 3, 4]
    assert [s.level for s in (overview, requirements, numbered, tests, notes)] == [2, 2, 3, 3, 2]
    assert (overview.path, numbered.path) == (("Overview",), ("Requirements", "R{n}: {name}"))
    assert requirements.any_order
    assert not overview.any_order
    assert (numbered.repeat, overview.repeat, notes.repeat) == (Repeat(2, 5), None, Repeat(1, None))
    assert numbered.labels == (
        ValueRule("Boxes", checklist=Checklist(False, "final"), coverage=Coverage(True, 70)),
    )
    assert tests.coverage == Coverage(False, 12.5, "final")
    assert tests.questions_closed_from == "final"
    assert tests.content == Content(
        paths=Switch("final"),
        code=Code(True, ("python", "sql")),
        changelog=Switch(),
        rollout=Switch(),
        dates=Dates("falling"),
        ids=Ids(("Case {n}",)),
        forbidden=(TextRule(RulePattern("any"), "ts", "Say which.", "final", ("code",)),),
        tables=(
            TableRule(
                (
                    ValueRule("ID"),
                    ValueRule(
                        "Level", ("Rank",), False, type="number", one_of=("P0",), pattern=RulePattern("a")
                    ),
                ),
                required=False,
                start="final",
                min_rows=2,
                unique=("id",),
            ),
            TableRule((ValueRule("Case"),)),
        ),
    )
    assert rules.budgets == Words(("budget", "limit"), "final")
    assert rules.content.forbidden == (TextRule(RulePattern("whilst")),)
    assert (notes.aliases, notes.pattern, notes.required, notes.from_stage) == (
        ("Remarks",),
        RulePattern("Notes?"),
        False,
        "final",
    )
    assert (notes.checklist, notes.coverage) == (Checklist(), Coverage())
    assert rules.complete_from == "final"
    assert rules.thresholds == {"draft": 10, "final": 20}
    assert rules.severities == {
        "section-order": {"": Severity.WARNING},
        "placeholder": {"": None},
        "missing-section": {"draft": Severity.INFO, "final": Severity.ERROR},
    }
    assert rules.severities_at("draft")["missing-section"] is Severity.INFO
    assert rules.severities_at("final")["missing-section"] is Severity.ERROR
    assert rules.allowed_placeholders == ("[sic]",)
    assert (rules.skeleton, rules.fingerprints) == ("# Note\n", frozenset("ab"))
    assert pickle.loads(pickle.dumps(rules)) == rules


def test_a_rule_set_may_say_little() -> None:
    rules = parse_rule_set("sections: [Overview]")
    assert (rules.id, rules.name, rules.stages) == ("rule-set", "rule-set", None)
    assert parse_rule_set("{}", "docs/My Notes.yaml").id == "my-notes"
    assert parse_rule_set("\ufeffsections: [Overview]\r\n").sections == rules.sections


def test_one_threshold_for_all_stages() -> None:
    assert parse_rule_set("coverage: {thresholds: 80}").thresholds == {"": 80}
    assert parse_rule_set(STAGES + "coverage: {thresholds: 80}").thresholds == {"draft": 80, "final": 80}


def test_false_takes_back_nothing_but_itself() -> None:
    (section,) = parse_rule_set(
        "sections: [{title: A, checklist: false, coverage: false, repeat: false}]"
    ).sections
    assert (section.checklist, section.coverage, section.repeat) == (None, None, None)


def test_words_that_other_yaml_readers_change_stay_text() -> None:
    text = "fields: {A: {one_of: [yes, No, on, off, 2025-01-01, 1.2.3, 0x10, 1_000, 010, 1e3, .inf, =]}}"
    written = ["yes", "No", "on", "off", "2025-01-01", "1.2.3", "0x10", "1_000", "010", "1e3", ".inf", "="]
    assert list(parse_rule_set(text).fields[0].one_of) == written


def test_aliases_repeat_what_they_name() -> None:
    rules = parse_rule_set("sections:\n- title: A\n  labels: &l [X, Y]\n- {title: B, labels: *l}\n")
    assert rules.sections[0].labels == rules.sections[1].labels == (ValueRule("X"), ValueRule("Y"))


# Every way to get it wrong

IN_QUOTES = "must be a text, not a number; put it in quotes"
FAULTS: dict[str, tuple[str, list[str]]] = {
    "unknown key": (
        "sections:\n  - titel: A\n    title: B\n",
        ["2:5: no key `titel`; did you mean `title`?"],
    ),
    "unknown key, nothing near": (
        "coverage: {zzz: 1}\n",
        ["1:12: no key `zzz`; there are `thresholds`"],
    ),
    "unknown check": (
        "checks:\n  mising-section: off\n",
        ["2:3: no check `mising-section`; did you mean `missing-section`?"],
    ),
    "unknown severity": (
        "checks: {placeholder: errors}",
        [
            "1:23: `placeholder` must be one of `error`, `warning`, `info`, `off`, not `errors`;"
            " did you mean `error`?"
        ],
    ),
    "a text for true": (
        'sections: [{title: A, required: "false"}]',
        ["1:33: `required` must be true or false, not a text"],
    ),
    "a number for a text": ("name: 12", ["1:7: `name` must be a text, not a number; put it in quotes"]),
    "true for a text": ("name: true", ["1:7: `name` must be a text, not true; put it in quotes"]),
    "a list for a mapping": ("stages: [a]", ["1:9: `stages` must be a mapping, not a list"]),
    "nothing for a list": ("sections:\nname: A\n", ["1:10: `sections` must be a list, not empty"]),
    "a number in a list": (
        "sections: [A, 3]",
        ["1:15: an item of `sections` must be a text or a mapping, not a number; put it in quotes"],
    ),
    "several kinds": (
        "sections: [{title: A, coverage: high}]",
        ["1:33: `coverage` must be true or false, a number or a mapping, not a text"],
    ),
    "a word not in a list": (
        "fields: {A: {type: datum}}",
        [
            "1:20: `type` must be one of `text`, `date`, `version`, `number`, `quantity`, not `datum`;"
            " did you mean `date`?"
        ],
    ),
    "remove says true": (
        "sections: [{title: A, remove: 1}]",
        ["1:31: `remove` must be true, not a number"],
    ),
    "a key that is misspelt is not missing as well": (
        "sections: [{titel: A}]",
        ["1:13: no key `titel`; did you mean `title`?"],
    ),
    "a key that must be there": (
        "sections: [{required: false}]",
        ["1:12: an item of `sections` needs `title`"],
    ),
    "a bad id": (
        "id: My Spec",
        ["1:5: `id` must be made of lower-case letters and digits, joined by `-`, `_` or `.`"],
    ),
    "an empty text": ("sections: ['']", ["1:12: an item of `sections` must not be empty"]),
    "an empty list": ("stages: {order: []}", ["1:17: `order` must not be empty"]),
    "too much": ("coverage: {thresholds: 101}", ["1:24: `thresholds` must be at most 100, not 101"]),
    "too little": (
        "sections: [{title: A, repeat: {min: -1}}]",
        ["1:37: `min` must be at least 0, not -1"],
    ),
    "not whole": (
        "sections: [{title: A, repeat: {min: 1.5}}]",
        ["1:37: `min` must be a whole number, not a number"],
    ),
    "a stage twice": ("stages: {order: [a, b, a]}", ["1:24: `a` stands twice in `order`"]),
    "stages without order": ("stages: {field: Status}", ["1:9: `stages` needs `order`"]),
    "unknown stages everywhere": (
        """stages:
  order: [draft, final]
  values: {Done: finnal}
  default: start
fields: {A: {from: finl}}
labels: [{name: B, checklist: {complete_from: fina}}]
sections:
  - title: C
    from: finale
    questions: {closed_from: dratf}
    coverage: {stage: x}
    sections: [{title: D, from: y}]
checklists: {complete_from: finall}
coverage: {thresholds: {fnal: 1}}
""",
        [
            "3:18: no stage `finnal`; did you mean `final`?",
            "4:12: no stage `start`; there are `draft`, `final`",
            "5:20: no stage `finl`; did you mean `final`?",
            "6:47: no stage `fina`; did you mean `final`?",
            "9:11: no stage `finale`; did you mean `final`?",
            "10:30: no stage `dratf`; did you mean `draft`?",
            "11:23: no stage `x`; there are `draft`, `final`",
            "12:33: no stage `y`; there are `draft`, `final`",
            "13:29: no stage `finall`; did you mean `final`?",
            "14:25: no stage `fnal`; did you mean `final`?",
        ],
    ),
    "a stage without stages": (
        "sections: [{title: A, from: final}]",
        ["1:29: no stage `final`: this rule set has no `stages`"],
    ),
    "thresholds without stages": (
        "coverage: {thresholds: {final: 1}}",
        ["1:25: no stage `final`: this rule set has no `stages`"],
    ),
    "a value twice": (
        "stages: {order: [a, b], values: {Done: a, done: b}}",
        ["1:43: `done` and `Done` are the same value"],
    ),
    "not_before": (
        """fields:
  A: {type: date, not_before: Craeted}
  B: {type: date, not_before: B}
  C: {type: date, not_before: D}
  D: {not_before: Created}
  Created: {type: date}
""",
        [
            "2:31: no field `Craeted`; did you mean `Created`?",
            "3:31: `B` cannot be compared with itself",
            "4:31: `D` must have `type: date` to be compared with",
            "5:7: `not_before` needs `type: date` beside it",
        ],
    ),
    "bad patterns": (
        "fields: {A: {pattern: '('}}\nlabels: [{name: B, pattern: '[[a]'}]\n"
        "sections: [{title: C, pattern: '*', labels: [{name: D, pattern: 'a{99999999999}'}]}]\n",
        [
            "1:23: not a regular expression: missing ), unterminated subpattern at position 0",
            "2:29: not a regular expression: Possible nested set at position 1",
            "3:32: not a regular expression: nothing to repeat at position 0",
            "3:65: not a regular expression: repetitions that multiply to more than 10,000",
        ],
    ),
    "bad options of what stands in a section": (
        STAGES
        + """sections:
- title: A
  paths: {from: never}
  code: [7]
  dates: up
  ids: Metric
  forbidden: [{pattern: '('}, {language: ts}, {pattern: a, from: finale}]
  labels: [{name: B, lifecycle: true, used_as: flag, ids: true}]
""",
        [
            "4:17: no stage `never`; there are `draft`, `final`",
            "5:10: an item of `code` must be a text, not a number; put it in quotes",
            "6:10: `dates` must be one of `rising`, `falling`, not `up`",
            "7:8: `ids` needs `{n}` where the id stands, as in `Metric {n}`",
            "8:25: not a regular expression: missing ), unterminated subpattern at position 0",
            "8:31: an item of `forbidden` needs `pattern`",
            "8:66: no stage `finale`; did you mean `final`?",
            "9:22: no key `lifecycle`; there are `name`, `required`, `together`, `aliases`, `from`, `type`,"
            " `one_of`, `pattern`, `checklist`, `coverage`, `paths`, `code`, `rollout`, `dates`, `ids`,"
            " `forbidden`, `must_contain`, `used_as`, `remove`",
            "9:48: `used_as` must be a list, true or false or a mapping, not a text",
            "9:59: `ids` must be false, not true",
        ],
    ),
    "bad demands on texts": (
        STAGES
        + """title: {pattern: '('}
at_least_one: [B, C]
links: {map: {"a-{m}.md": "b.md", "c.md": "d-{n}.md"}, first_mention: [RFC]}
sections:
- title: A
  must_contain: [{pattern: 'x*'}, {pattern: '^(?!.*SHALL)', from: never}]
  forbidden: [{pattern: '(a|b)?'}, {pattern: a, language: ts, where: [prose]}]
  length: {words: {min: 5, max: 4}, from: never}
  ids: {defines: requirement}
  cites: {id: requirement, from: never}
- title: B
""",
        [
            "2:18: not a regular expression: missing ), unterminated subpattern at position 0",
            "3:16: `B` is required in any case; give it `required: false` in `sections`",
            "3:19: no section `C` here; there are `A`, `B`",
            "4:15: no placeholder `{m}`; there are `{n}`, `{name}`",
            "4:43: `{n}` does not stand in `c.md`",
            "4:72: `first_mention` needs `{n}` where the number stands, as in `RFC {n}`",
            "7:28: the pattern matches an empty text, so that it is never missing",
            "7:67: no stage `never`; there are `draft`, `final`",
            "8:25: the pattern matches an empty text, so that it is reported everywhere",
            "8:63: `language` is for code alone: leave `where` out",
            "9:33: `max` must be at least `min`, which is 5",
            "9:43: no stage `never`; there are `draft`, `final`",
            "10:8: `ids` needs `title`, such as `FR-{n}`",
            "11:34: no stage `never`; there are `draft`, `final`",
        ],
    ),
    "bad severities by stage": (
        STAGES + "checks: {placeholder: {draft: warn, done: off}, empty-section: {}}",
        [
            "2:31: `draft` must be one of `error`, `warning`, `info`, `off`, not `warn`;"
            " did you mean `warning`?",
            "2:37: no stage `done`; there are `draft`, `final`",
            "2:64: `empty-section` must not be empty",
        ],
    ),
    "bad title placeholders": (
        "detect: {title: 'Spec: {nam}'}\nsections: [{title: 'FR{N}: {number}', aliases: ['{zzz}']}]",
        [
            "1:17: no placeholder `{nam}`; did you mean `{name}`?",
            "2:20: no placeholder `{N}`; did you mean `{n}`?",
            "2:20: no placeholder `{number}`; did you mean `{name}`?",
            "2:49: no placeholder `{zzz}`; there are `{n}`, `{name}`, `{date}`, `{version}`",
        ],
    ),
    "siblings of one name": (
        """sections:
  - Overview
  - title: over  view
  - title: OVERVIEW
  - title: B
    aliases: [overview]
    sections: [C, C]
labels: [L, l]
fields:
  F:
  G: {aliases: [F]}
  f:
""",
        [
            "4:12: `OVERVIEW` stands twice among these sections",
            "6:15: `overview` stands twice among these sections",
            "7:19: `C` stands twice among these sections",
            "8:13: `l` stands twice among these labels",
            "11:17: `F` stands twice among these fields",
            "12:3: `f` stands twice among these fields",
        ],
    ),
    "min above max": (
        "sections: [{title: A, repeat: {min: 3, max: 2}}]",
        ["1:45: `max` must be at least `min`, which is 3"],
    ),
    "too deep for Markdown": (
        "sections: [{title: A, sections: [{title: B, sections: [{title: C, sections:"
        " [{title: D, sections: [{title: E, sections: [F]}]}]}]}]}]",
        ["1:122: sections nest at most 5 deep: chapters are `##`, and `######` is the last"],
    ),
    "no deeper than the section around it": (
        "sections: [{title: A, level: 3, sections: [{title: B, level: 3}]}]",
        ["1:62: `level` must be more than 3, that of the section around it"],
    ),
    "below the last level": (
        "sections: [{title: A, level: 6, sections: [B]}]",
        ["1:44: sections nest at most 5 deep: chapters are `##`, and `######` is the last"],
    ),
    "a level that Markdown does not have": (
        "sections: [{title: A, level: 7}]",
        ["1:30: `level` must be at most 6, not 7"],
    ),
    "remove without extends": (
        "sections: [{title: A, remove: true}]",
        ["1:23: `remove` without `extends`: there is nothing to remove from"],
    ),
    "unknown base": (
        "extends: featur-spec",
        ["1:10: no rule set `featur-spec`; did you mean `feature-spec`?"],
    ),
    "no such base file": ("extends: nowhere/base.yaml", ["1:10: no file `nowhere/base.yaml`"]),
    "no such skeleton": ("skeleton: gone.md", ["1:11: the file `gone.md` does not exist"]),
    "several at once": (
        "nam: A\nsections:\n  - {title: A, requird: true}\n  - {title: A}\nname: 3\n",
        [
            "1:1: no key `nam`; did you mean `name`?",
            "3:16: no key `requird`; did you mean `required`?",
            "4:13: `A` stands twice among these sections",
            "5:7: `name` must be a text, not a number; put it in quotes",
        ],
    ),
    "a fault in the stages silences what refers to them": (
        "stages: final\nsections: [{title: A, from: final}]",
        ["1:9: `stages` must be a mapping, not a text"],
    ),
    # YAML itself
    "duplicate key": (
        "name: A\nid: a\nname: B\n",
        ["3:1: key `name` stands twice; it is already on line 1"],
    ),
    "keys that are no text": (
        "1: a\ntrue: b\nnull: c\n? [x]\n: d\n? {y: z}\n: e\n1.5: f\n",
        [
            "1:1: a key must be a text, not a number; put it in quotes",
            "2:1: a key must be a text, not true; put it in quotes",
            "3:1: a key must be a text, not empty",
            "4:3: a key must be a text, not a list",
            "6:3: a key must be a text, not a mapping",
            "8:1: a key must be a text, not a number; put it in quotes",
        ],
    ),
    "empty": ("", ["1:1: the file says nothing; write for instance `sections: [Overview]`"]),
    "only comments": ("# a\n", ["1:1: the file says nothing; write for instance `sections: [Overview]`"]),
    "only null": ("~", ["1:1: the file says nothing; write for instance `sections: [Overview]`"]),
    "a list": ("\n- A\n", ["2:1: a rule set must be a mapping, not a list"]),
    "a text": ("Overview", ["1:1: a rule set must be a mapping, not a text"]),
    "a tab": ("sections:\n\t- A\n", ["2:1: not YAML: a tab here; indent with spaces"]),
    "an open bracket": (
        "sections: [A\n",
        ["2:1: not YAML: expected ',' or ']', but got '<stream end>' (while parsing a flow sequence)"],
    ),
    "a colon too many": ("name: a: b\n", ["1:8: not YAML: mapping values are not allowed here"]),
    "two documents": ("name: A\n---\nname: B\n", ["2:1: a second document; a rule set is one YAML document"]),
    "a tag": (
        "name: !!str 12\n",
        ["1:7: tags such as `!!str` are not supported; put a text in quotes instead"],
    ),
    "a merge key": (
        "fields: &f {A: }\nlabels:\n  - name: X\n    <<: *f\n",
        ["4:5: merge keys (`<<`) are not supported; use `extends`, or repeat the entries"],
    ),
    "an alias to nothing": ("name: *x\n", ["1:7: `*x` has no `&x` above it"]),
    "an alias to itself": ("sections: &s [*s]\n", ["1:15: `*s` stands inside what it names"]),
    "a control character": ("name: A\x07\n", ["1:8: not YAML: the character U+0007 is not allowed"]),
    "a column twice": (
        "sections: [{title: A, tables: [{columns: [ID, {name: Key, aliases: [id]}]}]}]",
        ["1:69: `id` stands twice among these columns"],
    ),
    "unique in a column that is not there": (
        "sections: [{title: A, tables: [{columns: [Key], unique: [Kee]}, {columns: [A], unique: [zzz]}]}]",
        ["1:58: no column `Kee`; did you mean `Key`?", "1:89: no column `zzz`; there are `A`"],
    ),
    "a table at a stage that is not there": (
        "sections: [{title: A, tables: [{columns: [Key], from: later}]}]",
        ["1:55: no stage `later`: this rule set has no `stages`"],
    ),
    "a column with a bad pattern, and one without a name": (
        "sections: [{title: A, tables: [{columns: [{name: A, pattern: '['}, {type: date}]}]}]",
        [
            "1:62: not a regular expression: unterminated character set at position 0",
            "1:68: an item of `columns` needs `name`",
        ],
    ),
    "a table without columns, and one for a label": (
        "sections: [{title: A, tables: [{rows: {min: 1}}], labels: [{name: B, tables: []}]}]",
        [
            "1:32: an item of `tables` needs `columns`",
            "1:70: no key `tables`; did you mean `aliases`?",
        ],
    ),
    "columns count code points": ("{summary: 'ä😀', name: 3}\n", [f"1:23: `name` {IN_QUOTES}"]),
    "lines end where Markdown's do": ("name: 'a\u2028b'\nid: 3\n", [f"2:5: `id` {IN_QUOTES}"]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault(fault: str) -> None:
    text, expected = FAULTS[fault]
    assert errors(text) == expected


def test_one_faulty_anchor_is_one_problem() -> None:
    assert errors("sections:\n- {title: A, labels: &l [3]}\n- {title: B, labels: *l}\n") == [
        "2:26: an item of `labels` must be a text or a mapping, not a number; put it in quotes"
    ]


def test_error_is_a_value() -> None:
    with pytest.raises(RuleSetError) as caught:
        parse_rule_set("nam: A\nid: 3", "x.yaml")
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


# Files


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def file_errors(path: Path) -> list[str]:
    """The problems of a rule set file, its folder left out."""
    with pytest.raises(RuleSetError) as caught:
        rule_sets.load(str(path))
    return [str(problem).replace(f"{path.parent}{os.sep}", "") for problem in caught.value.problems]


def test_files_beside_a_rule_set(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "note.yaml": "sections: [A]",
            "note.md": "# Beside\n",
            "note.fingerprints": "# why\nbb\n\n  aa  \n",
            "other.yaml": "skeleton: sub/other.md\nfingerprints: note.fingerprints\n",
            "sub/other.md": "# Named\n",
        },
    )
    note = rule_sets.load(str(tmp_path / "note.yaml"))
    assert (note.id, note.skeleton, note.fingerprints) == ("note", "# Beside\n", frozenset({"aa", "bb"}))
    other = rule_sets.load(str(tmp_path / "other.yaml"))
    assert (other.skeleton, other.fingerprints) == ("# Named\n", frozenset({"aa", "bb"}))


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert file_errors(tmp_path / "gone.yaml") == ["gone.yaml:1:1: the file does not exist"]
    (tmp_path / "folder.yaml").mkdir()
    assert file_errors(tmp_path / "folder.yaml") == ["folder.yaml:1:1: the file is a folder"]
    (tmp_path / "latin.yaml").write_bytes("name: A\nid: ä".encode("latin-1"))
    assert file_errors(tmp_path / "latin.yaml")[0].startswith("latin.yaml:2:5: not UTF-8")
    (tmp_path / "big.yaml").write_bytes(b"#" * 1_000_001)
    assert file_errors(tmp_path / "big.yaml") == ["big.yaml:1:1: the file is larger than 1 MB"]
    write(tmp_path, {"own.yaml": "skeleton: big.yaml"})
    assert file_errors(tmp_path / "own.yaml") == ["own.yaml:1:11: the file `big.yaml` is larger than 1 MB"]
    [error] = file_errors(Path("a\0b.yaml"))
    assert error.startswith("a\0b.yaml:1:1: the file cannot be read: ")


def test_find(tmp_path: Path) -> None:
    write(tmp_path, {"rules/own.yaml": "sections: [A]"})
    assert rule_sets.find("feature-spec").rules.id == "feature-spec"
    assert rule_sets.find("rules/own.yaml", str(tmp_path)).rules.id == "own"
    for name, message in (
        ("featurespec", "no rule set `featurespec`; did you mean `feature-spec`?"),
        ("x", "no rule set `x`; there are `django-feature`, `feature-doc`, `feature-pr`, `feature-spec`,"),
        ("rules/gone.yaml", "no file `rules/gone.yaml`"),
        ("rules", "the file is a folder"),
        ("../rules/feature-doc", "no file `../rules/feature-doc`"),
        ("", "no rule set ``"),
        ("\0", "no rule set `\0`"),
    ):
        with pytest.raises(RuleSetError) as caught:
            rule_sets.find(name, str(tmp_path))
        assert caught.value.problems[0].message.startswith(message)
    with pytest.raises(RuleSetError):
        library.bundled_rule_set("../rules/feature-doc")


# Extending

BASE = """
name: Base
detect: {title: "Base: {name}"}
stages: {order: [draft, final], values: {Open: draft}}
fields:
  Author: {aliases: [By]}
  Date: {type: date}
sections:
  - Overview
  - title: Design
    from: final
    checklist: {complete_from: final}
    labels: [Reason, {name: Cost, required: false}]
    sections: [Data, Code]
  - Tests
labels: [Approval]
coverage: {thresholds: {draft: 1, final: 2}}
checks: {placeholder: warning}
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path, {"base.yaml": BASE, "base.md": "# Base\n", "base.fingerprints": "aa\n"})


def extend(folder: Path, child: str) -> model.RuleSet:
    write(folder, {"child.yaml": f"extends: base.yaml\n{child}"})
    return rule_sets.load(str(folder / "child.yaml"))


def titles(sections: tuple[model.SectionRule, ...]) -> list[str]:
    return [section.title for section in sections]


def test_extends_takes_everything_over(base: Path) -> None:
    child = extend(base, "")
    assert child == rule_sets.load(str(base / "base.yaml"))._replace(id="child")


def test_extends_overrides_options(base: Path) -> None:
    child = extend(
        base,
        """
name: Child
stages: {values: {Closed: final}, default: final}
fields: {author: {required: false}, Extra: }
sections:
  - {title: DESIGN, from: draft, checklist: true, labels: [{name: reason, type: number}]}
  - {title: Tests, checklist: false, aliases: [Proof]}
coverage: {thresholds: {final: 3}}
checks: {empty-section: off}
""",
    )
    assert (child.name, child.title, child.skeleton) == ("Child", "Base: {name}", "# Base\n")
    assert child.stages == Stages(("draft", "final"), None, {"Open": "draft", "Closed": "final"}, "final")
    assert child.fields == (
        ValueRule("author", ("By",), required=False),
        ValueRule("Date", type="date"),
        ValueRule("Extra"),
    )
    overview, design, tests = child.sections
    assert (overview.title, design.title, tests.title) == ("Overview", "DESIGN", "Tests")
    assert (design.from_stage, design.checklist) == ("draft", Checklist(True, "final"))
    assert design.labels == (ValueRule("reason", type="number"), ValueRule("Cost", required=False))
    assert titles(design.sections) == ["Data", "Code"]
    assert (tests.aliases, tests.checklist) == (("Proof",), None)
    assert child.thresholds == {"draft": 1, "final": 3}
    assert child.severities_at("draft") == {"placeholder": Severity.WARNING, "empty-section": None}


def test_extends_inserts_behind_the_sibling_before(base: Path) -> None:
    child = extend(
        base,
        "sections:\n- First\n- Overview\n- Second\n- Third\n- {title: Design, sections: [Data, Between]}\n",
    )
    assert titles(child.sections) == ["Overview", "Second", "Third", "Design", "Tests", "First"]
    assert titles(child.sections[3].sections) == ["Data", "Between", "Code"]
    assert [section.number for section in child.sections] == [0, 1, 2, 3, 7, 8]


def test_extends_removes(base: Path) -> None:
    child = extend(
        base,
        """
fields: {AUTHOR: {remove: true}}
labels: [{name: approval, remove: true}]
sections:
  - {title: overview, remove: true}
  - {title: Design, labels: [{name: Cost, remove: true}], sections: [{title: Code, remove: true}]}
""",
    )
    assert [field.name for field in child.fields] == ["Date"]
    assert child.labels == ()
    assert titles(child.sections) == ["Design", "Tests"]
    assert (child.sections[0].labels, titles(child.sections[0].sections)) == (
        (ValueRule("Reason"),),
        ["Data"],
    )


def test_extends_replaces_tables(base: Path) -> None:
    write(base, {"base.yaml": "sections: [{title: A, tables: [{columns: [Key]}]}, {title: B}]\n"})
    replaced, kept = extend(base, "sections: [{title: A, tables: [{columns: [ID]}]}]\n").sections
    assert replaced.content.tables == (TableRule((ValueRule("ID"),)),)
    assert kept.content.tables == ()
    (same, _) = extend(base, "sections: [{title: A, required: false}]\n").sections
    assert same.content.tables == (TableRule((ValueRule("Key"),)),)


def test_extends_one_threshold_replaces_those_by_stage(base: Path) -> None:
    assert extend(base, "coverage: {thresholds: 50}").thresholds == {"draft": 50, "final": 50}


def test_extends_own_skeleton_and_fingerprints_win(base: Path) -> None:
    write(base, {"child.md": "# Child\n", "child.fingerprints": "bb"})
    child = extend(base, "")
    assert (child.skeleton, child.fingerprints) == ("# Child\n", frozenset({"bb"}))


def test_extends_a_bundled_rule_set(tmp_path: Path) -> None:
    write(tmp_path, {"team.yaml": "extends: feature-doc\nsections: [{title: Purpose, remove: true}]\n"})
    team = rule_sets.load(str(tmp_path / "team.yaml"))
    doc = library.bundled_rule_set("feature-doc")
    assert team.id == "team"
    assert titles(team.sections) == [title for title in titles(doc.sections) if title != "Purpose"]
    assert team.fingerprints == doc.fingerprints


@pytest.mark.parametrize(
    ("child", "expected"),
    [
        ("sections: [{title: Gone, remove: true}]", ["2:26: no `Gone` to remove in what this extends"]),
        ("labels: [{name: Gone, remove: true}]", ["2:23: no `Gone` to remove in what this extends"]),
        ("fields: {Gone: {remove: true}}", ["2:17: no `Gone` to remove in what this extends"]),
        (
            "sections: [{title: New, labels: [{name: X, remove: true}]}]",
            ["2:44: no `X` to remove in what this extends"],
        ),
        ("sections: [{title: New, from: fin}]", ["2:31: no stage `fin`; did you mean `final`?"]),
        ("sections: [{title: New, aliases: [Tests]}]", ["2:35: `Tests` stands twice among these sections"]),
        # What no longer holds in the base is told where the base is named.
        (
            "stages: {order: [draft, done]}",
            [
                "1:10: no stage `final`; there are `draft`, `done`",
            ],
        ),
        ("sectoins: []", ["2:1: no key `sectoins`; did you mean `sections`?"]),
    ],
)
def test_extends_faults_of_the_child(base: Path, child: str, expected: list[str]) -> None:
    write(base, {"child.yaml": f"extends: base.yaml\n{child}"})
    assert file_errors(base / "child.yaml") == [f"child.yaml:{line}" for line in expected]


def test_extends_faults_of_both(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"base.yaml": "nam: A\nsections: [{title: A, from: b}]", "child.yaml": "extends: base.yaml\nid: 3\n"},
    )
    assert file_errors(tmp_path / "child.yaml") == [
        "base.yaml:1:1: no key `nam`; did you mean `name`?",
        "base.yaml:2:29: no stage `b`: this rule set has no `stages`",
        "child.yaml:2:5: `id` must be a text, not a number; put it in quotes",
    ]  # fmt: skip


def test_extends_in_a_circle(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a.yaml": "name: A\nextends: b.yaml",
            "b.yaml": "extends: ./c.yaml",
            "c.yaml": "extends: a.yaml",
            "self.yaml": "extends: self.yaml",
        },
    )
    assert file_errors(tmp_path / "a.yaml") == [
        "./c.yaml:1:10: a rule set cannot extend itself: a.yaml -> b.yaml -> c.yaml -> a.yaml"
    ]
    assert file_errors(tmp_path / "self.yaml") == [
        "self.yaml:1:10: a rule set cannot extend itself: self.yaml -> self.yaml"
    ]


def test_extends_too_often(tmp_path: Path) -> None:
    write(tmp_path, {f"{i}.yaml": f"extends: {i + 1}.yaml" for i in range(30)} | {"30.yaml": "{}"})
    assert file_errors(tmp_path / "0.yaml") == ["19.yaml:1:10: more than 20 rule sets extend one another"]
    assert rule_sets.load(str(tmp_path / "15.yaml")).id == "15"


# Hostile files

HOSTILE: dict[str, str] = {
    "flow brackets": "[" * 30_000,
    "flow brackets, closed": "[" * 30_000 + "]" * 30_000,
    "flow braces": "{a: " * 30_000,
    "flow mixed": "[{a: " * 15_000,
    "block sequences on one line": "- " * 30_000 + "a",
    "block mappings": "".join(f"{' ' * i}a:\n" for i in range(500)),
    "explicit keys": "? " * 30_000,
    "deep under sections": "sections: " + "[{title: A, sections: " * 5_000,
    "alias bomb": "a: &a [x, x, x, x, x, x, x, x, x]\n"
    + "".join(
        f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    ),
    "alias bomb of mappings": "a: &a {x: 1}\n"
    + "".join(f"b{i}: &{chr(98 + i)} {{x: *{chr(97 + i)}, y: *{chr(97 + i)}}}\n" for i in range(20)),
    "alias ladder": "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 300)),
    "alias in a key": "&a a: *a\n*a : b\n",
    "merge bomb": "a: &a {x: 1}\nb: &b {<<: [*a, *a]}\nc: {<<: [*b, *b, *b]}\n",
    "recursion through a mapping": "sections: &s {a: {b: *s}}\n",
    "recursion through a key": "? &k [*k]\n: a\n",
    "huge integer": "coverage: {thresholds: " + "9" * 100_000 + "}",
    "huge negative integer": "coverage: {thresholds: -" + "1" * 6_000,
    "huge float": "coverage: {thresholds: 1e999999}",
    "huge version directive": f"%YAML {'1' * 6_000}.1\n---\nname: A\n",
    "version 2": "%YAML 2.0\n---\nname: A\n",
    "sexagesimal": "coverage: {thresholds: " + "59:" * 3_000 + "59}",
    "python object": "name: !!python/object/apply:os.system ['true']\n",
    "unknown tag handle": "name: !x!y z\n",
    "binary": "name: !!binary aGVsbG8=\n",
    "surrogate escape": 'name: "\\ud800"\n',
    "escape beyond Unicode": 'name: "\\UFFFFFFFF"\n',
    "unknown escape": 'name: "\\q"\n',
    "nul": "name: a\0b\n",
    "lone surrogate": "name: \ud800\n",
    "duplicate keys": "name: A\n" * 3_000,
    "unknown keys": "".join(f"k{i}: 1\n" for i in range(3_000)),
    "long key": "k" * 200_000 + ": 1\n",
    "long text with colons": "name: " + "a: " * 50_000,
    "open quote": 'name: "' + "a\n" * 30_000,
    "documents": "--- a\n" * 10_000,
    "colons": ":" * 50_000,
    "dashes": "-" * 50_000 + ": a",
    "anchors": "&a " * 10_000,
    "stars": "*" * 50_000,
    "backslashes": 'name: "' + "\\\\" * 100_000,
    "percent": "%" * 20_000,
    "only a bom": "\ufeff",
    "bom inside": "name: A\n\ufeffid: a\nnope: 1\n",
    "carriage returns": "\r" * 50_000 + "nope: 1",
    "next line": "name: A\x85nope: 1\n",
    "same title often": "sections: [" + "A, " * 5_000 + "A]",
    "pattern": "fields: {A: {pattern: '" + "(" * 5_000 + ")" * 5_000 + "'}}",
    "pattern counts": "fields: {A: {pattern: 'a{4294967296}'}}",
    "braces in a title": "sections: ['" + "{" * 50_000 + "{x}']",
}


ORDINARY = partial(
    errors, "name: A\nsections:\n" + "".join(f"  - {{title: Part {n}, nope: 1}}\n" for n in range(1_000))
)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    faults: list[list[str]] = []
    assert not outweighs(lambda: faults.append(errors(HOSTILE[name])), ORDINARY, 30)
    lines = faults[0]
    assert lines
    assert all("\n" not in line and len(line) < 1_000 for line in lines)


keys = st.sampled_from(
    sorted({*SCHEMA["properties"], *SCHEMA["$defs"]["section"]["properties"], "order", "x"})
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates()
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(keys | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=25,
)


def refusal(text: str) -> tuple[diagnostics.Problem, ...]:
    """The problems of a text, none when it is a rule set; any other exception goes through."""
    try:
        parse_rule_set(text)
    except RuleSetError as error:
        return error.problems
    return ()


@settings(max_examples=some(60, 200))
@given(values)
def test_any_data_is_a_rule_set_or_refused(data: Any) -> None:
    for style in (None, True):
        text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=style)
        for problem in refusal(text):
            assert 1 <= problem.line <= text.count("\n") + 2
            assert problem.column >= 1


@settings(max_examples=some(60, 200))
@given(st.text(st.sampled_from("a:- \n\t[]{},&*!|>'\"%@`#?<\\\x00\u2028\ufeff1"), max_size=60))
def test_any_text_is_a_rule_set_or_refused(text: str) -> None:
    refusal(text)


# The schema


def test_schema_is_one_and_describes_every_key() -> None:
    from jsonschema import Draft202012Validator

    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"]

    def described(schema: dict[str, Any], path: str) -> None:
        for key, inner in schema.get("properties", {}).items():
            assert inner.get("description") or inner.get("enum"), f"{path}.{key} has no description"
            described(inner, f"{path}.{key}")

    described(SCHEMA, "")
    for name, schema in SCHEMA["$defs"].items():
        described(schema, name)


def test_schema_knows_every_check() -> None:
    assert {check.id for check in CHECKS} <= set(SCHEMA["properties"]["checks"]["properties"])


# Copies


def run(code: str, **environment: str) -> str:
    """What a fresh interpreter prints, and which of the costly modules it has loaded."""
    names = ["yaml", "jsonschema", "difflib", "speclint.ruleset.loading"]
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys\nfrom speclint.ruleset import bundled, library\n"
            "from speclint.workspace import rule_sets\nfrom speclint.workspace.cache import Cache\n"
            f"{code}\nprint([m for m in {names} if m in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    return result.stdout.strip()


def test_compiled_rule_sets_are_up_to_date() -> None:
    compiled = library.compile_bundled() | {detection.COMPILED: detection.compile_candidates()}
    kept = {path.stem: json.loads(path.read_text("utf-8")) for path in (ROOT / "rules").glob("*.json")}
    assert kept == compiled, "run scripts/compile_rules.py"


def test_compiled_and_read_rule_sets_are_equal() -> None:
    assert bundled.bundled() == tuple(sorted(path.stem for path in (ROOT / "rules").glob("*.yaml")))
    for rules in library.bundled_rule_sets():
        path = str(ROOT / "rules" / f"{rules.id}.yaml")
        file = loading.read_rule_file(path, RepositoryFiles(path))
        assert rules == build.from_data(file.data, trusted=True)
        assert detection.bundled_candidate(rules.id) == detection.candidate(rules)


def test_bundled_rule_sets_need_no_yaml() -> None:
    assert run("assert len(list(library.bundled_rule_sets())) == 5") == "[]"


def cached(folder: Path, cache: Path) -> str:
    code = f"print(rule_sets.load({str(folder / 'child.yaml')!r}, Cache()).sections[-1].title)"
    return run(code, SPECLINT_CACHE_DIR=str(cache))


def test_cache(base: Path) -> None:
    cache = base / "cache"
    write(base, {"child.yaml": "extends: base.yaml\nsections: [Last, One]"})
    copied = "One\n[]"
    assert "yaml" in cached(base, cache)
    assert cached(base, cache) == copied

    # Every file that the rule set is made of counts, also one that was not there before.
    for name, text in {
        "child.yaml": "extends: base.yaml\nsections: [One] #",
        "base.yaml": BASE + "\n#",
        "base.md": "x",
        "child.md": "x",
        "child.fingerprints": "x",
    }.items():
        write(base, {name: text})
        assert cached(base, cache) != copied, name
        assert cached(base, cache) == copied, name

    # A damaged copy is no copy, and is replaced.
    with sqlite3.connect(cache / "speclint.sqlite3") as database:
        database.execute("UPDATE validated SET data = '{'")
    assert cached(base, cache) != copied
    assert cached(base, cache) == copied
    (cache / "speclint.sqlite3").write_bytes(b"no database")
    assert cached(base, cache) != copied
    assert cached(base, cache) == copied


def test_cache_that_cannot_be_used(tmp_path: Path) -> None:
    write(tmp_path, {"child.yaml": "sections: [One]", "file": ""})
    for place in (tmp_path / "file", Path("/dev/null"), tmp_path / "a\udcff"):
        assert cached(tmp_path, place).startswith("One\n")


def test_cache_of_a_broken_file_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPECLINT_CACHE_DIR", str(tmp_path / "cache"))
    write(tmp_path, {"child.yaml": "sections: [3]"})
    file_errors(tmp_path / "child.yaml")
    assert not (tmp_path / "cache").exists()


def test_cache_follows_xdg(tmp_path: Path) -> None:
    write(tmp_path, {"child.yaml": "sections: [One]"})
    code = f"rule_sets.load({str(tmp_path / 'child.yaml')!r}, Cache())"
    run(code, SPECLINT_CACHE_DIR="", XDG_CACHE_HOME=str(tmp_path / "xdg"))
    assert (tmp_path / "xdg" / "speclint" / "speclint.sqlite3").is_file()
    run(code, SPECLINT_CACHE_DIR="", XDG_CACHE_HOME="", HOME=str(tmp_path / "home"))
    assert (tmp_path / "home" / ".cache" / "speclint" / "speclint.sqlite3").is_file()


# The manual


def test_examples_of_the_manual_load(tmp_path: Path) -> None:
    manual = (ROOT / "docs" / "rule-sets.md").read_text("utf-8")
    examples = [part.split("\n```")[0] for part in manual.split("```yaml\n")[1:]]
    assert [parse_rule_set(example).id for example in examples] == ["rule-set"] * 7
    second = titles(parse_rule_set(examples[1]).sections)
    assert second[second.index("Rollout Plan") + 1] == "Cost Estimate"
    assert "User Experience" not in second


def test_manual_names_every_key() -> None:
    manual = (ROOT / "docs" / "rule-sets.md").read_text("utf-8")
    definitions = SCHEMA["$defs"]
    keys = {
        *SCHEMA["properties"],
        *(k for name in definitions for k in definitions[name].get("properties", ())),
    }
    for key in keys:
        assert f"`{key}" in manual or f"{key}:" in manual or f"{key}," in manual, key


# The field of the stage


@pytest.mark.parametrize(
    ("rest", "problem"),
    [
        ("fields: {Owner: , Status: }", "1:39: no field `Statsu`; did you mean `Status`?"),
        ("fields: {Owner: , Team: }", "1:39: no field `Statsu`; there are `Owner`, `Team`"),
    ],
)
def test_the_field_of_the_stage_is_one_of_those_listed(rest: str, problem: str) -> None:
    with pytest.raises(RuleSetError) as caught:
        parse_rule_set(f"stages: {{order: [draft, done], field: Statsu}}\n{rest}\n")
    assert [str(one) for one in caught.value.problems] == [f"<rule set>:{problem}"]


@pytest.mark.parametrize(
    "rest",
    [
        "sections: [Scope]",
        "fields: {Owner: , Statsu: }",
        "fields: {Owner: , Standing: {aliases: [STATSU]}}",
        'fields: {Owner: }\nsections: [{title: Plan, sections: ["Statsu: {name}"]}]',
    ],
)
def test_the_field_of_the_stage_may_be_an_alias_or_a_heading(rest: str) -> None:
    rules = parse_rule_set(f"stages: {{order: [draft, done], field: Statsu}}\n{rest}\n")
    assert rules.stages is not None
    assert rules.stages.field == "Statsu"


def test_a_value_of_a_stage_is_not_aside() -> None:
    with pytest.raises(RuleSetError) as caught:
        parse_rule_set(
            "stages: {order: [draft, done], field: S, values: {Live: done}, aside: [LIVE, Gone, Draft]}"
        )
    assert [str(one) for one in caught.value.problems] == [
        "<rule set>:1:72: `LIVE` is a stage, or means one; it cannot be aside",
        "<rule set>:1:84: `Draft` is a stage, or means one; it cannot be aside",
    ]
