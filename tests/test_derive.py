"""Rule sets that are derived from templates: what they say, that they load, and that they fit documents.

The bundled rule sets are the measure: what is derived from their templates agrees with them, except where
people have said more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speclint.authoring.derive import NotATemplate, derive, id_of
from speclint.authoring.ruleset_draft import write
from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.markdown.document import parse_document
from speclint.ruleset.library import parse_rule_set
from speclint.ruleset.model import RuleSet, SectionRule, ValueRule
from speclint.workspace import rule_sets

from .amount import some
from .linted import lint

ROOT = Path(__file__).parent.parent
SEEDS = ROOT.parent / "shared" / "seeds"
TEMPLATES = ("django-feature", "feature-doc", "feature-pr", "feature-spec", "go-feature")


def yaml_of(template: str, name: str = "template.md") -> str:
    return write(derive(dedent(template), name))


def rules_of(template: str, name: str = "template.md") -> RuleSet:
    """The rule set derived from a template, with the template as its skeleton."""
    return parse_rule_set(yaml_of(template, name), skeleton=dedent(template))


def outline(sections: Sequence[SectionRule], indent: str = "") -> Iterator[str]:
    """The sections of a rule set, a line each: `?` for one that may be left out, `+` for a repeatable one."""
    for rule in sections:
        yield f"{indent}{rule.title}{'' if rule.required else ' ?'}{' +' if rule.repeat else ''}"
        yield from outline(rule.sections, f"{indent}  ")


def sections_of(template: str) -> str:
    return "\n".join(outline(rules_of(template).sections))


def checks_of(template: str, text: str) -> list[str]:
    """The checks that have something to say about a document under the rule set of a template."""
    binding = bind(parse_document(dedent(text)), rules_of(template))
    return [diagnostic.check for diagnostic in lint(binding)]


# Against the bundled rule sets

# Where the bundled rule sets know what the templates do not show: these may be left out.
SAID_BY_PEOPLE: dict[str, set[str]] = {
    "django-feature": {
        "Data Models / {name}", "Management Commands / {name}", "API Endpoints / GET /{name}",
        "Related Documentation / App-Specific Documentation",
    },
    "feature-doc": {"Implementation Details / Database Schema", "Migration Guide / From Version {name}"},
    "feature-pr": set(),
    "feature-spec": {
        "Risks and Mitigations / User Experience Risks / Risk {n}: {name}", "References / User Research",
    },
    "go-feature": set(),
}  # fmt: skip


@pytest.fixture(params=TEMPLATES)
def pair(request: pytest.FixtureRequest) -> tuple[str, Binding, Binding]:
    """A template's id, and the template bound under what is derived from it and under the bundled rules."""
    path = SEEDS / f"{request.param}.md"
    if not path.exists():
        pytest.skip("../shared/seeds is not there")
    text = path.read_text("utf-8")
    document = parse_document(text)
    derived = parse_rule_set(write(derive(text, path.name)), skeleton=text)
    bundled = rule_sets.load(str(ROOT / "rules" / f"{request.param}.yaml"))
    return request.param, bind(document, derived), bind(document, bundled)


def test_sections_are_those_of_the_bundled_rules(pair: tuple[str, Binding, Binding]) -> None:
    id, derived, bundled = pair
    assert derived.rules.id == id
    headings = [section for section in derived.document.sections if section.heading]
    for section in headings:
        ours, theirs = derived.rules_of.get(section.number), bundled.rules_of.get(section.number)
        assert (ours is None) == (theirs is None), section.title
        if ours and theirs:
            assert ours.level == theirs.level, section.title
            assert (ours.repeat is None) == (theirs.repeat is None), section.title
            if " / ".join(theirs.path) not in SAID_BY_PEOPLE[id]:
                assert ours.required == theirs.required, section.title
    assert [*derived.missing, *derived.misplaced, *derived.near_misses] == []


def test_checklists_are_those_of_the_bundled_rules(pair: tuple[str, Binding, Binding]) -> None:
    _, derived, bundled = pair
    for number, ours in derived.rules_of.items():
        theirs = bundled.rules_of[number]
        assert (ours.checklist is None) == (theirs.checklist is None), ours.path
        assert boxed(ours.labels) == boxed(theirs.labels), ours.path
    assert boxed(derived.rules.labels) == boxed(bundled.rules.labels)


def boxed(labels: Sequence[ValueRule]) -> set[str]:
    return {label.name for label in labels if label.checklist}


def test_fields_are_those_of_the_bundled_rules(pair: tuple[str, Binding, Binding]) -> None:
    _, derived, bundled = pair
    theirs = {field.name: field for field in bundled.rules.fields}
    assert [field.name for field in derived.rules.fields] == list(theirs)
    for field in derived.rules.fields:
        known = theirs[field.name]
        assert field.required == known.required
        assert field.type == known.type
        assert field.not_before == known.not_before
        # People know further words for the same.
        assert set(field.one_of) <= set(known.one_of)
        assert bool(field.one_of) == bool(known.one_of)


def test_labels_are_among_those_of_the_bundled_rules(pair: tuple[str, Binding, Binding]) -> None:
    _, derived, bundled = pair
    for number, ours in derived.rules_of.items():
        names = {label.name for label in bundled.rules_of[number].labels}
        assert {label.name for label in ours.labels} <= names, ours.path


def test_stages_and_coverage_are_those_of_the_bundled_rules(pair: tuple[str, Binding, Binding]) -> None:
    _, derived, bundled = pair
    if derived.rules.stages is None:
        assert not derived.rules.thresholds
        return
    assert bundled.rules.stages is not None
    assert derived.rules.stages.order == bundled.rules.stages.order
    assert derived.rules.stages.field == bundled.rules.stages.field
    assert derived.rules.stages.values.items() <= bundled.rules.stages.values.items()
    assert derived.rules.thresholds == bundled.rules.thresholds


@pytest.mark.parametrize("id", TEMPLATES)
def test_our_own_skeletons_are_templates_as_well(id: str) -> None:
    text = (ROOT / "rules" / f"{id}.md").read_text("utf-8")
    binding = bind(parse_document(text), parse_rule_set(write(derive(text, f"{id}.md")), skeleton=text))
    assert [*binding.missing, *binding.misplaced, *binding.near_misses, *binding.unknown] == []


# What a template shows

SERVICE = """\
---
owner: <team name>
risk: <Low, Medium, or High>
reviewed: <date, in ISO 8601 (yyyy-mm-dd) format> # Only required for public services. Otherwise, remove it.
---

# SVC-NNNN: A short title of your own

## Purpose

<!-- What is it for? -->

Services marked (S) are kept apart.

## Scaling (optional)

## Options

### Option 1: [Name]

**Cost:** [Low | High]
**Gain:** [What it brings]

### Option 2: [Name]

**Cost:** [Low | High]

## Readiness

<!-- Tick what is done. -->

- [ ] (S) Runs apart
- [ ] Unit tests (coverage of at least 85 %)

## Retirement

<!-- This section is optional. -->
"""


def test_a_rule_set_for_people() -> None:
    assert write(derive(SERVICE, "docs/service-template.md", skeleton="service-template.md")) == dedent(
        """\
        # Derived from service-template.md by `speclint derive`. It is meant to be edited: comments and
        # order are for people.
        id: service
        name: SVC
        skeleton: service-template.md # the template: none of its text may be left

        detect:
          title: "SVC-{n}: {name}"

        fields:
          owner: {required: true}
          risk: {required: true, one_of: [Low, Medium, High]}
          reviewed: {required: false, type: date} # "Only required for public services."

        sections:
          - title: Purpose

          - title: Scaling
            required: false # "(optional)" in the heading

          - title: Options
            sections:
              - title: "Option {n}: {name}"
                repeat: true
                labels:
                  - {name: Cost, one_of: [Low, High]}
                  - {name: Gain, required: false}

          - title: Readiness
            checklist: true
            coverage: 85 # percent, at least

          - title: Retirement
            required: false # "This section is optional."

        # Standing text of the template: it may stay, and it may go.
        placeholders:
          allow:
            - Services marked (S) are kept apart.
        """
    )


OUTLINES = {
    "optional, in the heading": (
        "# T\n## A (optional)\n## B [Optional]\n## C (if applicable)\n## D *(optional)*\n## E _optional_\n"
        "## F *(include if data is kept)*\n## G *(mandatory)*\n## H <!-- optional -->",
        "A ?\nB ?\nC ?\nD ?\nE ?\nF ?\nG\nH ?",
    ),
    "optional, below the heading": (
        "# T\n## A\n<!-- Optional. -->\n## B\nThis section is optional.\n## C\n"
        "Omit this section if it does not apply.\n"
        "## D\n> If applicable, the costs.\n## E\n<!-- **Note:** *Not required until the release.* -->\n"
        "## F\n\n<!--\nSay why.\n\nThis section may be omitted for fixes.\n-->",
        "A ?\nB ?\nC ?\nD ?\nE\nF ?",
    ),
    "not optional, though filled only later": (
        "# T\n## A\n**Note:** *Section not required until a release is planned.*\n## B\n"
        "It is not required to be long.",
        "A\nB",
    ),
    "optional, said of something else": (
        "# T\n## A\n<!-- Say why. It can optionally have links; add screenshots if applicable. -->\n"
        "## B\nDescribe optional parameters.\n## C\n- If applicable, a list.\n## D\n"
        "Optional dependencies are listed here.",
        "A\nB\nC\nD",
    ),
    "optional, in a comment right above the heading": (
        "# T\n\n## A\n\nText.\n\n<!-- This is an optional element. Feel free to remove. -->\n## B\n"
        "\n- one\n\n## C\n\n"
        "<!-- This is an optional element. Feel free to remove. -->\n{example | description}",
        "A\nB ?\nC",
    ),
    "sections in an optional one are owed inside it": ("# T\n## A (optional)\n### B", "A ?\n  B"),
    "siblings that differ by a number": (
        "# T\n## A\n### Story 1\n### Story 2 (optional)\n## B\n### Step 1: Clone\n### Step 2: Build",
        "A\n  Story {n}: {name} ? +\nB\n  Step {n}: {name} +",
    ),
    "siblings that differ by a letter": ("# T\n## Option A\n## Option B\n", "Option {n}: {name} +"),
    "placeholders of all kinds": (
        "# T\n## A\n### [Component]\n## B\n### {title of option 1}\n### {title of option 2}\n## C\n"
        "### <Option A>\n"
        "## D\n### {{ name }}\n## E\n### \\<Black box 1\\>\n## F\n### Risk: [what may fail]\n## G\n"
        "### REQ-NNN [Name]",
        "A\n  {name} +\nB\n  {name} +\nC\n  {name} +\nD\n  {name} +\nE\n  {name} +\nF\n  Risk: {name} +\n"
        "G\n  REQ-{n} {name} +",
    ),
    "a heading of the author's own among others binds nothing": ("# T\n## A\n## [More]\n## B", "A\nB"),
    "what several instances have, and what one has": (
        "# T\n## A\n### Part [Name]\n#### Cost\n#### Gain\n### Part [Other]\n#### Cost",
        "A\n  Part {name} +\n    Cost\n    Gain ?",
    ),
    "versions and dates": (
        "# Changelog\n## [1.1.0] - YYYY-MM-DD\n## [1.0.0] - 2025-01-31",
        "{version} - {date} +",
    ),
    "numbered chapters": ("# T\n## 1. Scope\n## 2. Terms\n### 2.1 Words", "Scope\nTerms\n  Words"),
    "lettered and numbered parts are chapters": (
        "# T\n## Part 1: Scope\n## Part 2: Terms",
        "Part 1: Scope\nPart 2: Terms",
    ),
    "chapters of the first level": ("- Start: (fill me in)\n\n# A\n## B\n# C", "A\n  B\nC"),
    "chapters of the third level": ("### A\n#### B\n### C", "A\n  B\nC"),
    "a title that varies above chapters of its own level": ("# RFC: [Title]\n# A\n# B", "A\nB"),
    "one chapter and no title": ("## A\n### B", "A\n  B"),
    "headings in comments and code are none": ("# T\n## A\n<!--\n## B\n-->\n```\n## C\n```", "A"),
    "bold lines where no heading is": (
        "**What happened**\n\nText.\n\n**What should (please be short)**\n",
        "What happened\nWhat should",
    ),
    "anchors and links in headings": (
        '# T\n## A {#a}\n## [B](b.md)\n## <a id="c"></a>C\n## `D`',
        "A\nB\nC\nD",
    ),
    "a comment in the place of a name": (
        "# T\n## A\n### Rule: <!-- its name -->\n## B <!-- why -->",
        "A\n  Rule: {name} +\nB",
    ),
    "a number and a comment in the place of a name": (
        "## 1. <!-- Group -->\n- [ ] 1.1 <!-- Task -->\n## 2. <!-- Group -->\n- [ ] 2.1 <!-- Task -->",
        "{n}. {name} +",
    ),
    "a numbered chapter of any name among others binds nothing": (
        "# T\n## 1. [Title]\n## 2. Scope\n## 3. Terms",
        "Scope\nTerms",
    ),
    "groups of the author's own": (
        "# T\n## Parts\n### [Layer]\n#### [Part]\n##### Interface",
        "Parts\n  {name} +\n    {name} ? +\n      Interface",
    ),
    "numbered groups beside a chapter without a number": (
        "# T\n## 1. [Group]\n## Notes",
        "{n}. {name} +\nNotes",
    ),
    "parts that differ by the number of what they are in": (
        "# T\n## Phase 1: Cards\n### Tests for Story 1 (needed: all)\n### Code\n"
        "## Phase 2: Loans\n### Tests for Story 2 (needed: all)\n### Code\n## Phase N: Polish",
        "Phase {n}: {name} +\n  Tests for Story {n}: {name} ? +\n  Code ?",
    ),
    "a letter for a number": (
        "# T\n## Step N: [What]\n## OS X\n## Vitamin A",
        "Step {n}: {name} +\nOS X\nVitamin A",
    ),
    "a heading twice": ("# T\n## A\n## A", "A +"),
}


@pytest.mark.parametrize("name", OUTLINES)
def test_sections(name: str) -> None:
    template, expected = OUTLINES[name]
    assert sections_of(template) == expected


FIELDS = {
    "front matter": (
        "---\ntitle: <a few words>\nstatus: Draft\ntype: <Standard, Meta, or Note>\nstart: YYYY-MM-DD\n"
        "due: # only required for features\n---\n# T\n## A",
        "title, status, type [Standard|Meta|Note], start date, due ?",
    ),
    "front matter that is optional as a whole": (
        "---\n# These are optional metadata elements. Remove what you do not need.\n"
        'status: "{open | closed | …}"\n'
        "date: {YYYY-MM-DD of the last change}\n---\n# T\n## A",
        "status ?, date date ?",
    ),
    "front matter of a form or a page": (
        "---\nname: Bug\nabout: A report\ntitle: ''\nlabels: bug\n---\n## A",
        "",
    ),
    "front matter of the template's page": (
        '---\ndescription: "The template of a plan"\nscripts:\n  sh: run.sh\n---\n# T\n## A',
        "",
    ),
    "front matter that is empty in the template": (
        "---\nstage: open\nstart: # as YYYY-MM-DD\nrelease:\nhelpers: []\n---\n# T\n## A",
        "stage, start, release ?, helpers ?",
    ),
    "front matter with directions in a comment": (
        "---\nstage: open\nstart: # as YYYY-MM-DD\nend: # as YYYY-MM-DD\nsuite:\n---\n\n<!---\nHow to:\n\n"
        "stage: Leave as is\nstart: Today's date\nend: Leave as is\nsuite: Its name\n-->\n\n# T\n## A",
        "stage, start, end ?, suite",
    ),
    "what is known only later": (
        "---\nname: (your name)\nhelpers: (look for some later)\nissues: (will hold links to the work)\n"
        "feature: (the tracking issue, once accepted)\npython: (3.11 or later)\n---\n# T\n## A",
        "name, helpers ?, issues ?, feature ?, python",
    ),
    "relations to other documents, which not every document has": (
        '---\ntitle: <a few words>\nsee-also:\n  - "/a.md"\nreplaces:\n  - "/b.md"\nsuperseded-by: RFC-1\n'
        "---\n# T\n## A",
        "title, see-also ?, replaces ?, superseded-by ?",
    ),
    "a list of advice below a line of its own is none": (
        "---\ntitle: <a few words>\n---\n\nAbout the process:\n1. **Iterate.** Begin with little.\n"
        "1. **Ask.** Others know more.\n\n# T\n## A",
        "title",
    ),
    "a remark behind the name says when it is owed": (
        "---\ntitle: <title>\ncategory (*only required for talks): <A | B>\n---\n\n# T\n## A",
        "title, category [A|B] ?",
    ),
    "several on one line": (
        "# T\n**Branch**: `[###-name]` | **Date**: [DATE] | **Spec**: [link]\n## A",
        "Branch, Date date, Spec",
    ),
    "bold lines": (
        "# T\n**Status:** [Draft | Final]\n**Version:** [X.Y.Z]\n**Ticket:** _if applicable_ [T-1](x.md)\n"
        "**Note:** keep this short\n## A",
        "Status [Draft|Final], Version version, Ticket ?",
    ),
    "a list at the top": (
        "- Name: (fill me in with a name)\n- Start Date: (fill me in with today's date, YYYY-MM-DD)\n"
        "- PR: (leave this empty)\n\n# A\n# B",
        "Name, Start Date date, PR ?",
    ),
    "a list of advice is none": (
        "# T\n- Copy this file.\n- Rename it: use lower case.\n- Open a pull request.\n## A",
        "",
    ),
    "a table at the top": (
        "# T\n| Field | Value |\n| --- | --- |\n| Author | [Name] |\n| Created | YYYY-MM-DD |\n"
        "| Updated | YYYY-MM-DD |\n## A",
        "Author, Created date, Updated date >= Created",
    ),
    "a chapter of metadata": (
        "# T\n## Metadata\n- **Owner:** [Name]\n- **Level:** low / medium / high\n## A",
        "Owner, Level [low|medium|high]",
    ),
    "a line in emphasis below a task is the task's": (
        "# Plan\n\n- [ ] 1. [Task]\n  - [Detail]\n  - _Needs: [1]_\n\n- [ ] 2. [Task]\n  - _Needs: [2]_\n",
        "",
    ),
    "a list of lines in emphasis": (
        "# T\n## A\n\nText.\n\n- *Owner: [name]*\n- *Since: [YYYY-MM-DD]*\n",
        "Owner, Since date",
    ),
    "two choices with a slash": ("# T\n**Status:** [Draft / Approved]\n## A", "Status [Draft|Approved]"),
    "two things to write, with a slash": ("# T\n**Contact:** [Name / Role]\n## A", "Contact"),
    "choices in a cell": (
        "# T\n| Field | Value |\n| - | - |\n| Status | [Draft \\| Approved] |\n## A",
        "Status [Draft|Approved]",
    ),
    "plain fields in one line": (
        "# T\nStatus: [Draft | Final] · Owner: [name] · Date: [YYYY-MM-DD]\n## A",
        "Status [Draft|Final], Owner, Date date",
    ),
    "a heading with choices": ("# T\n## Status: [Draft | Final]\n## A", "Status [Draft|Final]"),
    "a comment with the choices": ("# T\n**Kind:** <!-- Fix | Feature -->\n## A", "Kind [Fix|Feature]"),
    "an open list is no choice": (
        "# T\n**Kind:** [Fix | Feature | ...]\n**Style:** [Event, Queue, etc.]\n## A",
        "Kind, Style",
    ),
    "what is to be written is no choice": (
        "# T\n**Contact:** [name/email/phone]\n**Due:** [day or month]\n## A",
        "Contact, Due",
    ),
}


@pytest.mark.parametrize("name", FIELDS)
def test_fields(name: str) -> None:
    template, expected = FIELDS[name]
    assert ", ".join(map(shown, rules_of(template).fields)) == expected


def shown(rule: ValueRule) -> str:
    """A field or label in short: `Status [Draft|Final] ?`."""
    parts = [rule.name]
    parts += [rule.type] if rule.type != "text" else []
    parts += [f"[{'|'.join(rule.one_of)}]"] if rule.one_of else []
    parts += [f">= {rule.not_before}"] if rule.not_before else []
    parts += ["boxes"] if rule.checklist else []
    parts += ["together"] if rule.together else [] if rule.required else ["?"]
    return " ".join(parts)


LABELS = {
    "form fields": ("**Duration:** [X days]\n**Tasks:**\n- [ ] [Task]\n", "Duration, Tasks boxes"),
    "a story": ("**As a** [user]\n**I want** [goal]\n", "As a together, I want together"),
    "a list of them": ("- **Developer:** [Name]\n- **QA:** [Name]\n", "Developer, QA"),
    "choices and options": (
        "**Impact:** [High | Low]\n**Link:** [address, if any]\n",
        "Impact [High|Low], Link ?",
    ),
    "examples are none": ("- **Error 1:** [what]\n- **Error 2:** [what]\n- **[Date]:** [what]\n", ""),
    "remarks are none": (
        "**Note:** keep it short.\n\n**Important:** no links.\n\n> **Tip:** [see below]\n",
        "",
    ),
    "what may be advice is only proposed": ("- **Short**: nobody reads more.\n- **Plain**: no jargon.\n", ""),
    "a line above fixed items says as little as one without": (
        "- **Setup (first)**: nothing before it\n- **Cards (later)**: all need it\n  - in turn\n  - or not\n"
        "- **Risks**:\n  - [Risk]\n",
        "Risks",
    ),
    "words in running text are none": (
        "**All** of this matters. - Papers: are there any?\n\n- Papers: are there any?\n",
        "",
    ),
    "legends and items of a checklist are none": ("(R) is **required**.\n\n- [ ] (R) **Design:** done\n", ""),
}


@pytest.mark.parametrize("name", LABELS)
def test_labels(name: str) -> None:
    body, expected = LABELS[name]
    (section,) = rules_of(f"# T\n## A\n{body}").sections
    assert ", ".join(map(shown, section.labels)) == expected


def test_what_is_not_certain_is_a_comment() -> None:
    assert "# labels:\n    #   - Short\n    #   - Plain\n" in yaml_of(
        "# T\n## A\n- **Short**: nobody reads more.\n- **Plain**: no jargon.\n"
    )


CHECKLISTS = {
    "boxes": ("- [ ] Done", True),
    "boxes that are ticked already": ("1. [x] Done", True),
    "no boxes": ("- Done", False),
    "a box outside of a list": ("[ ] I agree to all of this", False),
    "boxes to choose from": (
        "Please delete options that are not relevant.\n\n- [ ] Fix\n- [ ] Feature",
        False,
    ),
    "boxes of which one stays": (
        "<!-- Pick one of these and delete the rest. -->\n\n- [ ] Gate\n- [ ] Other",
        False,
    ),
    "boxes in a comment": ("<!--\n- [ ] Done\n-->", False),
}


@pytest.mark.parametrize("name", CHECKLISTS)
def test_checklists(name: str) -> None:
    body, expected = CHECKLISTS[name]
    (section,) = rules_of(f"# T\n## A\n{body}\n").sections
    assert (section.checklist is not None) == expected


def test_open_questions_are_no_checklist() -> None:
    (section,) = rules_of("# T\n## Open Questions\n- [ ] [Question]\n").sections
    assert section.checklist is None


OF_ALL_SECTIONS = {
    "a comment": ("<!-- Thanks! Remove the sections that do not apply. -->\n## A", True),
    "a sentence": ("# T\nAny section that isn't relevant may be deleted.\n## A", True),
    "a list": ("# T\n- Copy this.\n- Delete irrelevant sections.\n## A", True),
    "over two lines": ("# T\n> Omit all sections\n> which are not needed.\n## A", True),
    "the opposite": ("# T\nDo not remove sections that do not apply.\n## A", False),
    "lines": ("# T\nDelete the lines that do not apply.\n## A", False),
    "one section": ("# T\n## A\nRemove the sections that do not apply.\n## B", False),
}


@pytest.mark.parametrize("name", OF_ALL_SECTIONS)
def test_where_sections_may_go_a_missing_one_is_a_warning(name: str) -> None:
    template, expected = OF_ALL_SECTIONS[name]
    assert ("  missing-section: warning\n" in f"{yaml_of(template)}\n") is expected


STAYING = {
    "beside comments": (
        "# T\n## A\n<!-- Why? -->\nServices marked (S) stay.\n## B\n<!-- Who? -->",
        ["Services marked (S) stay."],
    ),
    "beside quotes that tell what to write": (
        "# T\n## A\n> Say why\n> and for whom.\n\nA tick below means that it was signed off.\n## B\n> Who?\n",
        ["A tick below means that it was signed off."],
    ),
    "not the text of a section without a quote": (
        "# T\n## A\n> Say why.\n## B\n> Who?\n## C\nTests are mandatory for what changes the data.\n",
        [],
    ),
    "not where instructions stand in the open": (
        "# T\n## A\nSay why.\n## B\nSay who.\n## C\nAn example:\n\n> Lists are read page by page.\n",
        [],
    ),
    "not a place left open over several lines": (
        "# T\n## A\n<!-- Optional. -->\n{Say why, or\n name who knows,\n and when {the day} was.}\n"
        "It holds {for {all} of}\nThe others are ours alone.\n## B\n<!-- Who? -->\n[One,\nor two]\n",
        ["The others are ours alone."],
    ),
}


@pytest.mark.parametrize("name", STAYING)
def test_text_that_is_meant_to_stay(name: str) -> None:
    template, expected = STAYING[name]
    assert list(derive(template, "template.md").allow) == expected


def test_levels_that_are_skipped() -> None:
    first, second = rules_of("# T\n## A\n##### B\n## C\n### D\n###### E").sections
    assert [rule.level for rule in (first, first.sections[0])] == [2, 5]
    assert [rule.level for rule in (second.sections[0], second.sections[0].sections[0])] == [3, 6]


STAGES = """\
# T
**State:** [Alpha | Beta | GA]
## Graduation
### Alpha
- [ ] Behind a flag (test coverage >= 50%)
### Beta
- [ ] On by default (test coverage >= 70%)
### GA
- [ ] Locked
"""


def test_checklists_by_stage_and_a_status_that_names_them_are_stages() -> None:
    rules = rules_of(STAGES)
    assert rules.stages is not None
    assert rules.stages.order == ("alpha", "beta", "ga")
    assert rules.stages.field == "State"
    assert rules.thresholds == {"alpha": 50, "beta": 70}
    (graduation,) = rules.sections
    assert [rule.checklist and rule.checklist.complete_from for rule in graduation.sections] == [
        "beta",
        "ga",
        "ga",
    ]


def test_checklists_by_stage_alone_are_a_proposal() -> None:
    text = yaml_of(STAGES.replace("**State:** [Alpha | Beta | GA]\n", ""))
    assert (
        "# stages:\n#   order: [alpha, beta, ga]\n# coverage:\n#   thresholds: {alpha: 50, beta: 70}\n"
        in text
    )
    rules = parse_rule_set(text)
    assert rules.stages is None
    uncommented = text.replace("\n# stages:\n#   order", "\nstages:\n  order").replace(
        "\n# coverage:\n#   thr", "\ncoverage:\n  thr"
    )
    stages = parse_rule_set(uncommented).stages
    assert stages is not None
    assert stages.order == ("alpha", "beta", "ga")


def test_a_status_alone_is_a_proposal() -> None:
    text = yaml_of("# T\n**Status:** [Draft | In Review | Final]\n## A\n")
    assert "# stages:\n#   order: [draft, in-review, final]\n#   field: Status\n" in text
    assert parse_rule_set(text).stages is None


@pytest.mark.parametrize(
    ("heading", "pattern"),
    [
        ("KEP-NNNN: Your short, descriptive title", "KEP-{n}: {name}"),
        ("Feature Specification: [FEATURE NAME]", "Feature Specification: {name}"),
        ("{name} - Design", "{name} - Design"),
        ("ADR {NUMBER}: {TITLE}", "ADR {n}: {name}"),
        ("RFC: <Title>", "RFC: {name}"),
        ("FIP-Number: Title", "FIP-{n}: {name}"),
        ("Design: Title", "Design: {name}"),
        ("[Feature Name]", ""),
        ("{short title, representative of solved problem}", ""),
        ("Feature name", ""),
        ("Pull Request", ""),
    ],
)
def test_titles_by_which_documents_are_recognised(heading: str, pattern: str) -> None:
    assert rules_of(f"# {heading}\n## A").title == pattern


@pytest.mark.parametrize(
    ("path", "title", "heading", "id"),
    [
        ("docs/adr-template.md", "", "", "adr"),
        ("rfcs/0000-template.md", "RFC {n}: {name}", "", "rfc"),
        ("keps/NNNN-kep-template/README.md", "", "", "kep"),
        ("0000-template.md", "", "Design document", "design-document"),
        (".github/PULL_REQUEST_TEMPLATE.md", "", "", "pull-request"),
        (".github/ISSUE_TEMPLATE/bug_report.md", "", "", "bug-report"),
        ("template.md", "", "", "rule-set"),
        ("Übersicht.md", "", "", "bersicht"),
    ],
)
def test_ids(path: str, title: str, heading: str, id: str) -> None:
    assert id_of(path, title, heading) == id


@pytest.mark.parametrize("text", ["", "\n\n", "Only text.\n", "<!-- # A -->\n", "- a list\n"])
def test_a_text_without_headings_is_no_template(text: str) -> None:
    with pytest.raises(NotATemplate, match="no heading"):
        derive(text, "template.md")


# Whatever the text

LINES = st.sampled_from(
    [
        "# A",
        "## B",
        "### [C]",
        "#### D 1",
        "##### D 2",
        "###### {n}",
        "## {x",
        "## }{",
        "##",
        "# ",
        "**L:** [v]",
        "- **L**: x",
        "- [ ] box",
        "<!-- optional -->",
        "---",
        "k: v",
        "| a | b |",
        "| - | - |",
        "```",
        "> q",
        "Text: here",
        "F: [A | B]",
        "- **X 1:** [y]",
        "=",
        "-",
        "T",
        "## B: [A | B]",
        "**Bold**",
        "## NNNN",
        "## \u2028\x85",
        "## 'a: b' # c",
        "**\u202e:** x",
    ]
)


@settings(max_examples=some(50, 150))
@given(st.lists(LINES | st.text(max_size=30), max_size=30))
def test_every_markdown_gives_a_rule_set_that_loads(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        draft = derive(text, "template.md")
    except NotATemplate:
        return
    parse_rule_set(write(draft), skeleton=text)


# Templates in the manner of well-known projects, each with a document that was filled in properly

STYLES = sorted(
    path.name.removesuffix(".filled.md") for path in (ROOT / "tests" / "templates").glob("*.filled.md")
)


def style(name: str) -> tuple[str, str]:
    """A template and its filled document."""
    folder = ROOT / "tests" / "templates"
    return (folder / f"{name}.md").read_text("utf-8"), (folder / f"{name}.filled.md").read_text("utf-8")


@pytest.mark.parametrize("name", STYLES)
def test_a_filled_document_draws_no_diagnostic(name: str) -> None:
    template, filled = style(name)
    binding = bind(parse_document(filled), rules_of(template))
    assert [(diagnostic.check, diagnostic.message) for diagnostic in lint(binding)] == []
    assert binding.unknown == ()


@pytest.mark.parametrize("name", STYLES)
def test_the_template_itself_is_told_to_be_unfilled(name: str) -> None:
    template, _ = style(name)
    checks = set(checks_of(template, template))
    assert checks & {"placeholder", "instruction-comment", "unedited-template", "empty-section"}
    assert not checks & {
        "missing-section",
        "missing-field",
        "missing-label",
        "section-order",
        "section-level",
    }


@pytest.mark.parametrize("name", STYLES)
def test_the_first_part_of_a_document_draws_diagnostics(name: str) -> None:
    template, filled = style(name)
    half = filled[: filled.index("\n", len(filled) // 3)]
    assert "missing-section" in checks_of(template, half)
