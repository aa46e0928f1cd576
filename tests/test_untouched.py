"""An untouched copy of a template, under its own rule set, meets no obligation that has an open place."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from speclint.authoring.rule_set import derive_rule_set
from speclint.binding.labels import owed_labels
from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.linting.obligations import obligations, places_of
from speclint.markdown.document import parse_document
from speclint.markdown.inline import normalise_label
from speclint.ruleset.model import SectionRule

from .linted import lint

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def templates() -> dict[str, Path]:
    """All templates at hand, by name: the skeletons, those of the tests, and those of other projects."""
    found = {f"skeleton {path.stem}": path for path in sorted((ROOT / "rules").glob("*.md"))}
    own = (ROOT / "tests" / "templates").glob("*.md")
    found |= {f"own {path.stem}": path for path in sorted(own) if ".filled" not in path.name}
    for name in ("eip", "kep", "rust-rfc"):
        found[f"shared {name}"] = SHARED / "templates" / f"{name}.md"
    for corpus in sorted(SHARED.glob("corpus*/documents.tsv")):
        with corpus.open(encoding="utf-8") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                path = corpus.parent / row["family"] / row["template"]
                found[f"{corpus.parent.name} {row['family']} {path.stem}"] = path
    return found


# What is open for any reader, found without the program: brackets that are no links and boxes, braces, angle
# brackets that are no HTML, and masks. Marks of items are none.
OPEN = re.compile(
    r"(?<![\]!\w])\[(?![ xX~]?\]|(?:P\??|US\d+|Story|ID)\])[^\[\]\n]{2,}\](?![(\[:])"
    r"|(?<![$\w])\{[^#{}\n][^{}\n]+\}"
    r"|<(?!/|(?:br|details|summary|a|img|https?)\b)[A-Za-z][^<>\n]*>|\b(?:N{4,}|TXXX|YYYY|TBD)\b|\$ARGUMENTS"
    r"|#0000|#N{3,}"
)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
FENCE = re.compile(r"(?ms)^[ \t]*(```|~~~).*?^[ \t]*\1")


def own_texts(binding: Binding) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Kind, titles and text of what is owed in a document: fields, and sections without their labels."""
    text = binding.document.source.text
    for field in binding.document.fields:
        yield "field", (field.name,), field.value
    labels = [label.span for owed in owed_labels(binding) for label in owed.found]

    def within(rule: SectionRule, path: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...], str]]:
        for section in binding.sections[rule.number]:
            start, end = section.span.start, section.body_span.end
            own = [(max(a, start), min(b, end)) for a, b in labels if a < end and b > start]
            parts = []
            for a, b in sorted(own):
                parts.append(text[start:a])
                start = max(start, b)
            yield "section", (*path, rule.title), "".join((*parts, text[start:end]))
        for child in rule.sections:
            yield from within(child, (*path, rule.title))

    for rule in binding.rules.sections:
        yield from within(rule, ())


@pytest.mark.parametrize("name", templates())
def test_what_is_open_is_not_met(name: str) -> None:
    path = templates()[name]
    if not path.exists():
        pytest.skip(f"{path.name} of ../shared is not there")
    text = path.read_text(encoding="utf-8")
    rules = derive_rule_set(text)
    binding = bind(parse_document(text), rules)
    owed = obligations(binding, places_of(lint(binding)))
    met = {(one.kind, (*one.section, one.name)) for one in owed if one.met}
    met -= {(one.kind, (*one.section, one.name)) for one in owed if not one.met}
    if not owed:
        pytest.skip(f"nothing is asked by {path.name}")
    links = binding.document.link_labels
    open_ones = [
        (kind, titles, found[0])
        for kind, titles, own in own_texts(binding)
        if (kind, titles) in met
        for found in OPEN.finditer(COMMENT.sub("", FENCE.sub("", own)))
        if normalise_label(found[0][1:-1]) not in links
    ]
    assert open_ones == []
