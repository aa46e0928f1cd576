"""The bundled rule sets: they load, their skeletons fit them, and they account for their templates.

The last is held against the originals in `../shared/seeds`, read by markdown-it-py, which shares no
code with the parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.markdown.document import Document, parse_document
from speclint.ruleset.library import parse_rule_set
from speclint.ruleset.model import RuleSet, SectionRule, ValueRule

ROOT = Path(__file__).parent.parent
RULES = ROOT / "rules"
SEEDS = ROOT.parent / "shared" / "seeds"
TEMPLATES = ("django-feature", "feature-doc", "feature-pr", "feature-spec", "go-feature")

# Bold text of the originals that labels nothing a document owes: examples and items of a list, the
# names of which each author chooses, and words that are bold in running text.
EXAMPLES = {
    "django-feature": r"Brief tagline|Component \d|Phase \d|See|for complete .*",
    "feature-doc": (r"\[Component Name\]|Feature not working|Performance degradation|Data validation errors"),
    "feature-pr": "",
    "feature-spec": r"Error \d|Component \d|Metric \d|Question \d|Owner|Due|\[Date\]",
    "go-feature": (
        r"Feature [AB]|Performance optimization|Caching layer|Event sourcing|Microservices split"
        r"|Database sharding|Message queue integration|CDN integration"
    ),
}


def yaml_text(template: str) -> str:
    return (RULES / f"{template}.yaml").read_text("utf-8")


def skeleton_text(template: str) -> str:
    return (RULES / f"{template}.md").read_text("utf-8")


def seed_text(template: str) -> str:
    path = SEEDS / f"{template}.md"
    if not path.exists():
        pytest.skip(f"{path.name} is not in ../shared/seeds")
    return path.read_text("utf-8")


def load(template: str) -> RuleSet:
    return parse_rule_set(yaml_text(template), f"{template}.yaml", skeleton_text(template))


def tree(sections: tuple[SectionRule, ...]) -> Iterator[SectionRule]:
    for section in sections:
        yield section
        yield from tree(section.sections)


def at_last_stage(template: str, document: Document) -> Binding:
    rules = load(template)
    return bind(document, rules, rules.stages.order[-1] if rules.stages else None)


def names(rules: tuple[ValueRule, ...]) -> set[str]:
    return {name.casefold() for rule in rules for name in (rule.name, *rule.aliases)}


class Heading(NamedTuple):
    """A heading of an original, with the bold and emphasised labels below it."""

    level: int
    title: str
    labels: list[str]


def outline(text: str) -> list[Heading]:
    """The headings of a text with their labels, a first one of level 0 for what precedes them."""
    found = [Heading(0, "", [])]
    tokens = MarkdownIt().parse(text)
    for i, token in enumerate(tokens):
        if token.type == "heading_open":
            inline = tokens[i + 1]
            if token.markup != "-":
                found.append(Heading(int(token.tag[1]), inline.content, []))
            else:
                # The label right above a lone `-`, which CommonMark takes for a heading.
                found[-1].labels.extend(labels(inline))
        elif token.type == "inline" and tokens[i - 1].type != "heading_open":
            found[-1].labels.extend(labels(token))
    return found


def labels(inline: Token) -> Iterator[str]:
    """The bold texts of an inline token and the names of its emphasised `name: value` lines."""
    children = inline.children or []
    for i, child in enumerate(children):
        if child.type == "strong_open":
            closing = next(j for j in range(i, len(children)) if children[j].type == "strong_close")
            yield "".join(piece.content for piece in children[i:closing]).strip(" :")
        elif child.type == "em_open":
            yield children[i + 1].content.split(":")[0]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@pytest.mark.parametrize("template", TEMPLATES)
def test_rule_set_loads(template: str) -> None:
    rules = load(template)
    assert rules.id == template
    assert rules.skeleton
    assert yaml_text(template).startswith("# yaml-language-server: $schema=../schemas/ruleset.schema.json\n")


def test_every_rule_set_is_tested() -> None:
    assert {path.stem for path in RULES.glob("*.yaml")} == set(TEMPLATES)
    assert {path.stem for path in RULES.glob("*.md")} == set(TEMPLATES)


@pytest.mark.parametrize("template", TEMPLATES)
def test_skeleton_has_the_tree_of_its_rule_set(template: str) -> None:
    binding = at_last_stage(template, parse_document(skeleton_text(template)))
    for faults in (
        binding.missing,
        binding.misplaced,
        binding.wrong_levels,
        binding.near_misses,
        binding.duplicates,
        binding.unknown,
    ):
        assert not faults
    for rule in tree(binding.rules.sections):
        assert binding.sections[rule.number], f"{rule.path} is not in the skeleton"
        assert {section.level for section in binding.sections[rule.number]} == {rule.level}
    # In the order of the rules, a repeated section being counted where it first stands.
    starts = [binding.sections[rule.number][0].span.start for rule in tree(binding.rules.sections)]
    assert starts == sorted(starts)


@pytest.mark.parametrize("template", TEMPLATES)
def test_skeleton_has_every_label_and_field(template: str) -> None:
    document = parse_document(skeleton_text(template))
    binding = at_last_stage(template, document)
    for rule in tree(binding.rules.sections):
        for section in binding.sections[rule.number]:
            found = {label.name.casefold() for label in section.labels}
            assert {label.name.casefold() for label in rule.labels} <= found, rule.path
    fields = {field.name.casefold() for field in document.fields}
    assert {field.name.casefold() for field in binding.rules.fields} <= fields


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_section_of_a_skeleton_reads_as_unfilled(template: str) -> None:
    """A section that `--fix` inserts from it must never pass for the author's work."""
    document = parse_document(skeleton_text(template))
    sections = [section for section in document.sections if section.body and not section.bold]
    assert sections
    for section in sections:
        body = document.source.text[section.body_span.start : section.body_span.end]
        assert re.search(r"\[[^\]\s][^\]]*\]", body), f"{section.title} holds nothing to fill in"


@pytest.mark.parametrize("template", TEMPLATES)
def test_original_binds_to_its_rule_set(template: str) -> None:
    """Every heading of the original is named, at its level and in its place."""
    document = parse_document(seed_text(template))
    binding = at_last_stage(template, document)
    for faults in (binding.missing, binding.misplaced, binding.wrong_levels, binding.near_misses):
        assert not faults
    chapters = [heading for heading in outline(document.source.text) if heading.level > 1]
    assert sum(map(len, binding.sections)) == len(chapters)
    # No title is left over, and every rule, the optional ones included, has one.
    assert not binding.unknown
    assert not binding.duplicates
    for rule in tree(binding.rules.sections):
        assert binding.sections[rule.number], rule.path


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_label_of_the_original_is_named(template: str) -> None:
    document = parse_document(seed_text(template))
    binding = at_last_stage(template, document)
    anywhere = names(binding.rules.fields) | names(binding.rules.labels)
    headings = outline(document.source.text)
    sections = [section for section in document.sections if section.heading is not None]
    assert len(sections) == len(headings) - 1
    example = re.compile(EXAMPLES[template] or r"(?!)")
    rules = [None, *(binding.rules_of.get(section.number) for section in sections)]
    for heading, rule in zip(headings, rules, strict=True):
        known = anywhere | (names(rule.labels) if rule else set())
        unknown = {name for name in heading.labels if name.casefold() not in known}
        assert all(map(example.fullmatch, unknown)), f"under {heading.title}: {unknown}"


@pytest.mark.parametrize("template", TEMPLATES)
def test_nothing_is_copied_from_the_original(template: str) -> None:
    """No six words in a row of its text or code, headings and choices of one field apart."""
    prose = [line for line in seed_text(template).splitlines() if not re.match(r"#+ |.*\|", line)]
    for text in (skeleton_text(template), yaml_text(template)):
        ours = " ".join(words(text))
        for line in prose:
            row = words(line)
            for i in range(len(row) - 5):
                assert " ".join(row[i : i + 6]) not in ours, line
