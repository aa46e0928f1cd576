"""Documents and rule sets by chance, for properties that hold for all of them.

A document is made of the pieces that specifications are made of, right and wrong ones, in any order, with the
titles and labels that the rule sets ask for; now and then there is a piece of noise. `Trial` has both.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml
from hypothesis import strategies as st

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source
from speclint.ruleset.library import parse_rule_set
from speclint.ruleset.model import RuleSet

TITLES = (
    "Overview",
    "Requirements",
    "Plan",
    "Tests",
    "Rollout",
    "Changes",
    "Files",
    "Risks",
    "Open Questions",
)
LABELS = ("Owner", "Status", "Created", "Target", "Flag", "Coverage", "Mitigation")
VALUES = (
    "Ada", "Draft", "Final", "2025-02-03", "2025-02-30", "under 200 ms", "[Name]", "TODO", "", "`ff.a`",
    "N/A", "N/A - later", "85%", "coverage 85 %, target 80%", "1.2.3", "日本 🚀", "YYYY-MM-DD",
)  # fmt: skip
STAGES = ["draft", "review", "final"]

MARKS = st.text(st.sampled_from("#-=` \t\n\r*[]x<!>1.:|aA_~\\&(){}é\ufeff\0\u2028"), max_size=30)

titles = st.one_of(
    st.sampled_from(TITLES),
    st.sampled_from(TITLES).map(str.upper),
    st.sampled_from(TITLES).map(lambda title: title[:-2] + title[-1]),
    st.sampled_from(
        ("R1: Speed", "R2: Size", "R4: Safety", "R: None", "[1.1.0] - 2025-02-03", "1.0.0", "Part A")
    ),
)


def joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Texts one behind the other."""
    return st.tuples(*parts).map("".join)


headings = st.one_of(
    joined(
        st.sampled_from(["# ", "## ", "### ", "###### ", "##", "## 1. "]),
        titles,
        st.sampled_from(["", " #", ":"]),
    ),
    joined(titles, st.sampled_from(["\n---", "\n===", "\n-"])),
    titles.map(lambda title: f"**{title}**"),
)
labels = joined(
    st.sampled_from(["**", "- **", "- ", ""]),
    st.sampled_from(LABELS),
    st.sampled_from([":** ", "**: ", ": "]),
    st.sampled_from(VALUES),
)
items = joined(
    st.sampled_from(
        ["- [ ] ", "- [x] ", "- [] ", "- [x]", "* [X ] ", "  - [✓] ", "1. ", "- ", "> - [ ] ", "-[ ] "]
    ),
    st.sampled_from([*VALUES, "5% of users", "100% of users, day 3", "2025-03-01: begin", "src/gone.py"]),
)
blocks = st.sampled_from(
    [
        '```json\n{"a": 1}\n```', '```json\n{"a": }\n```', "```\nimport a\n```", "```python\n",
        "~~~yaml\na: b\n~~~", "```ts\nflag('ff.b'); // any\n```", "<!-- Say why -->", "<!-- open",
        "<details>\n<summary>a</summary>\n", "</details>", "| Owner | Ada |\n| --- | --- |\n| Created | |",
        "|a|\n|-|", "| a | b |\n|---|---|\n| 1 | |\n| 1 | Final | 2020 |\n| <br> |",
        "> quoted", "> ## Quoted", "    indented", "---", "***", "[a]: b",
        "[see](#overview) [that](../x.md) [no][where] ![i](i.png) a[^1]",
        "<!-- speclint-disable-next-line placeholder: known -->", "<!-- speclint-disable-file -->",
        "45ms (budget: 30ms)", "Coverage is 41%.", "`src/a.py`", "@docs/a.md", "text", "whilst", "N/A", "",
    ]
)  # fmt: skip
front_matter = st.sampled_from(
    ["", "", "", "---\nStatus: Final\n---\n", "---\nOwner: [\n---\n", "---\n", "\ufeff"]
)
pieces = st.one_of(headings, headings, labels, items, blocks, MARKS)
separators = st.sampled_from(["\n", "\n\n", "\n\n", "\n\n\n"])
endings = st.sampled_from(["\n", "\n", "\r\n", "\r"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """The text of a document."""
    body = "".join(
        piece + separator for piece, separator in draw(st.lists(st.tuples(pieces, separators), max_size=14))
    )
    text = draw(front_matter) + draw(st.sampled_from(["# Doc: A\n\n", "# A\n", ""])) + body
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return text.replace("\n", draw(endings))


starts = st.sampled_from(STAGES)
switches = st.one_of(st.just(True), starts.map(lambda stage: {"from": stage}))
patterns = st.sampled_from([r"\w+", r"[A-Z].*", r"whil[s]t", r"any", r"(a|b)+", r"\d{4}"])


def optional(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A mapping with some of the keys."""
    return st.fixed_dictionaries({}, optional=keys)


value_rules = optional(
    required=st.booleans(),
    type=st.sampled_from(["text", "date", "version", "number", "quantity"]),
    one_of=st.just(["Draft", "Final"]),
    pattern=patterns,
)
value_rules = value_rules.map(
    lambda rule: {k: v for k, v in rule.items() if k != "pattern" or "one_of" not in rule}
)
named_labels = st.lists(
    st.tuples(st.sampled_from(LABELS), value_rules), max_size=2, unique_by=lambda one: one[0]
).map(lambda pairs: [{"name": name, **rule} for name, rule in pairs])


tables = optional(
    required=st.booleans(),
    rows=st.fixed_dictionaries({"min": st.integers(0, 2)}),
    **{"from": starts},
)
columns = st.lists(
    st.tuples(st.sampled_from(["Owner", "Ada", "a", "b"]), value_rules),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one[0],
).map(lambda pairs: [{"name": name, **rule} for name, rule in pairs])
table_rules = st.lists(
    st.builds(
        lambda rule, columns, unique: {
            "columns": columns, **rule, **({"unique": [columns[0]["name"]]} if unique else {})
        },
        tables, columns, st.booleans(),
    ),
    max_size=2,
)  # fmt: skip


def section_rules(depth: int) -> st.SearchStrategy[list[dict[str, Any]]]:
    """The rules of sections, with others inside to some depth."""
    inner = section_rules(depth - 1) if depth else st.just([])
    rule = optional(
        required=st.booleans(),
        labels=named_labels,
        tables=table_rules,
        checklist=st.one_of(st.just(True), starts.map(lambda stage: {"complete_from": stage})),
        coverage=st.sampled_from([True, 80]),
        changelog=switches,
        rollout=switches,
        paths=switches,
        dates=st.sampled_from(["rising", "falling"]),
        code=st.sampled_from([True, False, ["ts", "json"]]),
        any_order=st.booleans(),
        not_applicable=st.sampled_from([True, False, "reason"]),
        forbidden=patterns.map(lambda pattern: [{"pattern": pattern}]),
        sections=inner,
        **{"from": starts},
    )
    names = st.sampled_from((*TITLES, "R{n}: {name}"))
    pairs = st.lists(st.tuples(names, rule, st.booleans()), max_size=4, unique_by=lambda one: one[0])
    return pairs.map(
        lambda pairs: [
            {"title": title, **rule, **({"repeat": True} if repeats or "{" in title else {})}
            for title, rule, repeats in pairs
        ]
    )


def loaded(data: dict[str, Any]) -> RuleSet:
    """The rule set in plain data."""
    base = {
        "id": "trial",
        "stages": {"order": STAGES, "field": "Status", "values": {"Draft": "draft", "Final": "final"}},
    }
    if "fields" in data:
        # A stage is stated in one of the fields.
        data = {**data, "fields": {"Status": {"required": False}, **data["fields"]}}
    text = yaml.safe_dump({**base, **data}, sort_keys=False, allow_unicode=True)
    return parse_rule_set(text, "trial.yaml", SKELETON)


SKELETON = "# Doc: [Name]\n\n**Owner:** [Name]\n\n" + "".join(
    f"## {title}\n\n[What belongs here]\n\n- [ ] [Step]\n\n" for title in TITLES
)

rule_sets = st.fixed_dictionaries(
    {"sections": section_rules(1)},
    optional={
        "fields": st.dictionaries(st.sampled_from(LABELS), value_rules, max_size=3),
        "labels": named_labels,
        "forbidden": patterns.map(lambda pattern: [{"pattern": pattern}]),
        "coverage": st.just({"thresholds": {"draft": 10, "final": 80}}),
        "checks": st.just({"unknown-section": "warning"}),
    },
).filter(lambda data: bool(data["sections"]))


class Trial(NamedTuple):
    """A document and the rule set that it is held against, with the stage that is asked for."""

    text: str
    data: dict[str, Any]
    stage: str | None

    def binding(self) -> Binding:
        """The document under the rule set."""
        return bind(parse_document(Source(self.text)), loaded(self.data), self.stage)


trials = st.builds(Trial, documents(), rule_sets, st.none() | starts)
