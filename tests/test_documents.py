"""Good documents draw no diagnostic, and every defect planted into them is found where it is."""

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


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_every_planted_defect_is_found_where_it_is(path: Path) -> None:
    missed: list[str] = []
    for defect in planted(path):
        diagnostics = found(bound(defect.text, path.parent.name))
        if not any(
            check == defect.check and any(first <= line <= last for line in defect.lines)
            for first, last, check, _ in diagnostics
        ):
            missed.append(f"{defect.check}: {defect.name} (line {defect.lines}): {diagnostics[:3]}")
    assert not missed, "\n".join(missed)


def test_the_defects_are_many_and_of_every_kind() -> None:
    every = [defect for path in DOCUMENTS for defect in planted(path)]
    assert len(every) > 5000
    assert len({defect.check for defect in every}) >= 33
