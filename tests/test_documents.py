"""Good documents draw no diagnostic, and defects planted into them are found where they are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import yaml

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.binding.surroundings import DocumentLocation
from speclint.markdown import document
from speclint.markdown.source import Source
from speclint.ruleset.library import bundled_rule_set

from .linted import lint
from .made import Made
from .planting import Defect, defects, template_text
from .planting_promises import broken_promises
from .planting_tables import damaged_tables, first_tables, with_tables

# With the templates that the rule sets were made from, what they had for examples is planted as well.
SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
FOLDER = Path(__file__).parent / "documents"
DOCUMENTS = sorted(FOLDER.glob("*/*.md"))
AROUND = yaml.safe_load((FOLDER / "repository.yaml").read_text("utf-8"))
PLACE = DocumentLocation(Made(AROUND["files"]), f"{AROUND['documents']}/document.md")


def name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def bound(text: str, template: str) -> Binding:
    return bind(document.parse_document(text), bundled_rule_set(template), location=PLACE)


def found(binding: Binding) -> list[tuple[int, int, str, str]]:
    """First line, last line, check and message of every diagnostic."""
    source = binding.document.source
    return [
        (
            source.line_number(diagnostic.span.start),
            source.line_number(max(diagnostic.span.start, diagnostic.span.end - 1)),
            diagnostic.check,
            diagnostic.message,
        )
        for diagnostic in lint(binding)
    ]


@cache
def planted(path: Path) -> tuple[Defect, ...]:
    """The defects of a document, each once."""
    text = Source.decode(path.read_bytes()).text
    binding = bound(text, path.parent.name)
    original = SEEDS / f"{path.parent.name}.md"
    if not original.exists():
        return (*defects(binding), *broken_promises(binding))
    template = bound(original.read_text("utf-8"), path.parent.name)
    return (*defects(binding), *broken_promises(binding), *template_text(binding, template))


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_a_good_document_draws_no_diagnostic(path: Path) -> None:
    text = Source.decode(path.read_bytes()).text
    assert found(bound(text, path.parent.name)) == []


def missed(defect: Defect, template: str) -> str:
    """What is said of a defect that is not found where it is; nothing of one that is."""
    diagnostics = found(bound(defect.text, template))
    for first, last, check, _ in diagnostics:
        if check == defect.check and any(first <= line <= last for line in defect.lines):
            return ""
    return f"{defect.check}: {defect.name} (line {defect.lines}): {diagnostics[:3]}"


def chosen(path: Path) -> list[Defect]:
    """One defect of every third kind; the three documents of a template have the kinds by turns."""
    turn = DOCUMENTS.index(path)
    kinds: dict[tuple[str, str], list[Defect]] = {}
    for defect in planted(path):
        kinds.setdefault(defect.kind, []).append(defect)
    return [kinds[kind][5 * turn % len(kinds[kind])] for kind in sorted(kinds)[turn % 3 :: 3]]


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_planted_defects_are_found_where_they_are(path: Path) -> None:
    """`make soak` goes through the rest of them."""
    assert [said for defect in chosen(path) if (said := missed(defect, path.parent.name))] == []


WITH_TABLES = [
    path for path in DOCUMENTS if any(first_tables(bound(path.read_text("utf-8"), path.parent.name)))
]


@pytest.mark.parametrize("path", WITH_TABLES, ids=name)
def test_what_becomes_of_a_table_that_is_asked_for_is_found(path: Path) -> None:
    good = bound(Source.decode(path.read_bytes()).text, path.parent.name)
    rules = with_tables(good)

    def under_rules(text: str) -> Binding:
        return bind(document.parse_document(text), rules, location=PLACE)

    assert found(under_rules(good.document.source.text)) == []
    planted = list(damaged_tables(good))
    assert len(planted) >= 8
    for defect in planted:
        diagnostics = found(under_rules(defect.text))
        places = [(first, last) for first, last, check, _ in diagnostics if check == defect.check]
        assert any(a <= line <= b for a, b in places for line in defect.lines), (defect.name, diagnostics)


def test_the_defects_are_many_and_of_every_kind() -> None:
    every = [defect for path in DOCUMENTS for defect in planted(path)]
    assert len(every) > 5000
    assert len({defect.check for defect in every}) >= 33
    assert len({defect.kind for defect in every}) >= 70
