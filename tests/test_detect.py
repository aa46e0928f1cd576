"""Detection: the templates and what is made of them are recognised, documents of other kinds are not."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from speclint.markdown.document import parse_document
from speclint.ruleset.bundled import bundled
from speclint.ruleset.detection import Candidate, candidate, detect
from speclint.ruleset.library import bundled_rule_sets

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
CANDIDATES = [candidate(rules) for rules in bundled_rule_sets()]
DOCUMENTS = sorted((ROOT / "tests" / "documents").glob("*/*.md"))


def detected(text: str) -> str | None:
    return detect(parse_document(text), CANDIDATES)


def needs(folder: str) -> Path:
    if not (SHARED / folder).is_dir():
        pytest.skip(f"there is no ../shared/{folder}")
    return SHARED / folder


def parts(text: str) -> Iterator[list[str]]:
    """The lines of a Markdown text, cut before every heading."""
    part: list[str] = []
    fenced = False
    for line in text.split("\n"):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        elif re.match("#+ ", line) and not fenced:
            yield part
            part = []
        part.append(line)
    yield part


def half(text: str, seed: int) -> str:
    """What is left of a document with another title and half of its sections."""
    chosen = random.Random(seed)
    sections = [part for part in parts(text) if part and not part[0].startswith("# ")]
    kept = sorted(chosen.sample(range(len(sections)), len(sections) // 2))
    return "\n".join(["# Something else", "", *(line for i in kept for line in sections[i])])


def misspelt(text: str) -> str:
    """The text with every fourth heading spelt a little otherwise."""
    lines = text.split("\n")
    headings = [i for i, line in enumerate(lines) if re.match("##+ ", line)]
    for i in headings[::4]:
        lines[i] = re.sub(r"(\w)(\w)(\w)$", r"\1\3\2", lines[i])
    return "\n".join(lines)


@pytest.mark.parametrize("id", bundled())
def test_templates_are_recognised(id: str) -> None:
    assert detected((ROOT / "rules" / f"{id}.md").read_text(encoding="utf-8")) == id
    assert detected((needs("seeds") / f"{id}.md").read_text(encoding="utf-8")) == id


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_filled_documents_are_recognised(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert detected(text) == path.parent.name
    assert detected(text.replace("\n", "\r\n")) == path.parent.name
    assert detected(misspelt(text)) == path.parent.name


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_halves_are_recognised(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for seed in range(10):
        assert detected(half(text, seed)) == path.parent.name
        assert detected(misspelt(half(text, seed))) == path.parent.name


def test_documents_of_other_kinds_are_not() -> None:
    corpus = needs("corpus")
    paths = sorted(corpus.glob("*/*.md"))
    assert len(paths) >= 300
    assert [path.name for path in paths if detected(path.read_text(encoding="utf-8"))] == []


def test_own_documents_are_not() -> None:
    paths = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("tests/cases/*.md")]
    assert paths
    assert [path.name for path in paths if detected(path.read_text(encoding="utf-8"))] == []


README = """\
# tool

## Overview
## Features
## Quick Start
## Installation
## Configuration
### Environment Variables
## Usage
### Basic Usage
### Advanced Usage
## API Reference
## Error Handling
## Testing
### Unit Tests
### Integration Tests
## Troubleshooting
### Common Issues
## Changelog
## Contributing
## License
"""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Feature: Dark mode\n",
        "# Feature: Dark mode\n\n## Overview\n\n## Requirements\n\n## Testing\n",
        "# New Feature\n\nWe would like one.\n",
        "# Feature Specification: Login\n",
        "# Overview\n\n## Testing\n",
        README,
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n## Version 1.0.0 (2025-01-01)\n",
        "---\ntemplate: post.html\n---\n# A post\n",
    ],
)
def test_too_little_to_tell(text: str) -> None:
    assert detected(text) is None


def test_front_matter_decides() -> None:
    assert detected("---\ntemplate: go-feature\n---\n# Feature Specification: Login\n") == "go-feature"


def test_title_decides_with_some_support() -> None:
    assert (
        detected("# Feature Specification: Login\n\n## Requirements\n\n## User Experience\n")
        == "feature-spec"
    )
    assert detected("# Feature: Login\n\n## Key Files\n\n### Data Flow\n\n### Debug Mode\n") == "feature-doc"


def test_a_title_that_another_template_has_too_does_not_decide() -> None:
    """Chapters of another template, with some headings below them that any specification has."""
    text = "# Feature Specification: Loans\n\n## Readers and Cases\n\n## Requirements\n\n"
    text += "### Functional Requirements\n\n## Success Criteria\n\n### Non-Functional Requirements\n"
    assert detected(text) is None
    assert detected(text.replace("Readers and Cases", "User Experience")) == "feature-spec"
    assert detected(text.replace("## Readers and Cases\n\n", "")) == "feature-spec"
    assert detected(f"{text}\n## Notes\n\n## Limits\n") is None


def test_likeness_decides_between_candidates() -> None:
    """A title that fits a template by chance does not outweigh the headings of another."""
    text = (ROOT / "rules" / "django-feature.md").read_text(encoding="utf-8")
    assert detected(re.sub("^# .*", "# Feature: Holds", text)) == "django-feature"


def test_a_rule_set_without_headings() -> None:
    assert detect(parse_document("# A\n\n## B\n"), [Candidate("x", "{name}", ())]) is None


def test_many_headings_take_no_time() -> None:
    """The near misses are looked for among the first headings only."""
    text = "# x\n" + "".join(f"## Heading of number {i}\n" for i in range(20_000))
    text += "".join(f"## {title}\n" for title in ("Key Files", "Data Flow", "Service Methods", "Debug Mode"))
    assert detected(text) is None
