"""Mending puts back what was taken out, keeps every byte around it, and ends alike whatever the order."""

from __future__ import annotations

import ast
import inspect
import random
import re
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.checks import registry
from speclint.diagnostics import Edit, Finding, Fix, Span
from speclint.fixes import fix as fixer
from speclint.fixes.edits import apply
from speclint.fixes.fix import Unfixable, UnsoundFix
from speclint.fixes.proposals import FIXERS
from speclint.linting import lint as linter
from speclint.markdown.document import Section, parse_document
from speclint.markdown.source import Source
from speclint.ruleset.library import bundled_rule_set, parse_rule_set
from speclint.ruleset.model import RuleSet

from .amount import some
from .linted import fix_binding, lint

DOCUMENTS = sorted((Path(__file__).parent / "documents").glob("*/*.md"))
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
UNFILLED = ("placeholder", "instruction-comment", "unedited-template")
# What an inserted text may owe besides: its boxes are open, its links and paths are made up.
OWED = (*UNFILLED, "unchecked-item", "open-question", "missing-path", "broken-link", "missing-coverage")


def rules_of(path: Path) -> RuleSet:
    return bundled_rule_set(path.parent.name)


def text_of(path: Path) -> str:
    return Source.decode(path.read_bytes()).text.replace("\r\n", "\n")


def with_endings(text: str, kind: str, rng: random.Random) -> str:
    """A text with other line ends, or none at its end, or a byte order mark."""
    if kind == "crlf":
        return text.replace("\n", "\r\n")
    if kind == "mixed":
        # Between two line feeds a lone carriage return would make one line end of two.
        return re.sub(r"(?<=.)\n(?!\n)", lambda _: rng.choice(["\n", "\r\n", "\r"]), text)
    if kind == "unfinished":
        return text.rstrip()
    return f"\ufeff{text}" if kind == "marked" else text


def owed(binding: Binding) -> list[Section]:
    """The sections that a document must have, each once."""
    found = []
    for section in sorted(binding.document.sections, key=lambda one: one.span):
        rule = binding.rules_of.get(section.number)
        if rule and rule.required and rule.repeat is None and binding.owed(rule.from_stage):
            found.append(section)
    return found


def without(text: str, sections: list[Section]) -> str:
    """A text without some sections."""
    for span in sorted({section.span for section in sections}, reverse=True):
        if not any(other.span != span and other.span.encloses(span) for other in sections):
            text = text[: span.start] + text[span.end :]
    return text


def removed_insertions(text: str, mended: str) -> bool:
    """Whether a text is left when something is taken out of the mended one."""
    rest = iter(mended)
    return all(character in rest for character in text)


KINDS = ("as it is", "crlf", "mixed", "unfinished", "marked")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_sections_taken_out_come_back(path: Path, kind: str) -> None:
    rng = random.Random(f"{path.name} {kind}")
    rules = rules_of(path)
    for _ in range(some(1, 12)):
        text = with_endings(text_of(path), kind, rng)
        whole = bind(parse_document(text), rules)
        wanted = [whole.rules_of[section.number].path for section in owed(whole)]
        headings = [section for section in owed(whole) if not section.bold]
        taken = rng.sample(headings, rng.randint(1, 5))
        cut = without(text, taken)
        before = bind(parse_document(cut), rules, whole.stage)
        mended = fix_binding(before)

        found = [mended.binding.rules_of[section.number].path for section in owed(mended.binding)]
        titles = [section.title for section in taken]
        if any(rule.from_stage for rule in rules.sections) and found != wanted:
            # A chapter that is not owed yet may stand empty.
            wanted = [one for one in wanted if one in found or one[0] != "Rollback Procedure"]
        assert found == wanted, titles
        assert removed_insertions(cut, mended.source.text), titles
        assert fix_binding(mended.binding).source.text == mended.source.text, titles
        known = {(d.check, d.message) for d in lint(before)}
        new = [d for d in lint(mended.binding) if (d.check, d.message) not in known]
        assert {d.check for d in new} <= set(OWED), titles
        assert any(d.check in UNFILLED for d in new) or not mended.applied, titles


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_heading_alone_comes_back(path: Path) -> None:
    text, rules = text_of(path), rules_of(path)
    whole = bind(parse_document(text), rules)
    every = some(15, 1)
    for section in owed(whole)[DOCUMENTS.index(path) % every :: every]:
        if section.heading is None:
            continue
        end = whole.document.source.line_number(section.heading.span.end)
        cut = text[: section.span.start] + text[whole.document.source.line_starts[end] :]
        mended = fix_binding(bind(parse_document(cut), rules, whole.stage))
        found = {mended.binding.rules_of[one.number].path for one in owed(mended.binding)}
        assert whole.rules_of[section.number].path in found, section.title
        assert fix_binding(mended.binding).source.text == mended.source.text


def parts(text: str, rng: random.Random) -> str:
    """A text with lines dropped, moved and marked up at random."""
    lines = text.split("\n")
    for _ in range(rng.randint(1, 12)):
        i = rng.randrange(len(lines))
        kind = rng.randrange(6)
        if kind == 0:
            del lines[i : i + rng.randint(1, 4)]
            lines = lines or [""]
        elif kind == 1:
            lines.insert(i, lines[rng.randrange(len(lines))])
        elif kind == 2:
            lines[i] = (
                rng.choice(["#", "##", "- ", "> ", "    ", "-[ ] ", "- [x]", "```", "<!--", "| "]) + lines[i]
            )
        elif kind == 3:
            lines[i] = lines[i].lstrip("#").replace("**", "", 1)
        elif kind == 4:
            lines.insert(i, rng.choice(["-", "=", "---", "```", "-->", "[TODO]:", "\t- [X]x", "1) [] b"]))
        else:
            lines[i] = lines[i][: rng.randrange(len(lines[i]) + 1)]
    return "\n".join(lines)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_mangled_documents_are_mended_or_left(path: Path) -> None:
    """Whatever an author has done to a document, fixing settles, and safe fixes only insert."""
    rng = random.Random(path.name)
    rules = rules_of(path)
    for _ in range(some(2, 25)):
        text = parts(text_of(path), rng)
        for unsafe in (False, True):
            mended = fix_binding(bind(parse_document(text), rules), unsafe=unsafe)
            again = fix_binding(mended.binding, unsafe=unsafe)
            assert again.source.text == mended.source.text
            assert not again.applied


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_order_of_checks_makes_no_difference(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(path.name)
    rules = rules_of(path)
    for _ in range(some(1, 4)):
        text = parts(text_of(path), rng)
        ends = set()
        for _ in range(some(2, 4)):
            shuffled = rng.sample(registry.CHECKS, len(registry.CHECKS))
            monkeypatch.setattr(linter, "CHECKS", tuple(shuffled))
            ends.add(fix_binding(bind(parse_document(text), rules), unsafe=True).source.text)
        assert len(ends) == 1


SPEC = parse_rule_set("sections: [Overview, {title: Plan, sections: [Steps]}]\nfields: {Author: {}}\n")


@given(st.text(st.sampled_from("#-=` \t\n\r*[]x<!>1.:|aA\u00e9\ufeff"), max_size=80))
@settings(max_examples=some(50, 400))
def test_any_text_is_mended(text: str) -> None:
    mended = fix_binding(bind(parse_document(text), SPEC))
    assert removed_insertions(text, mended.source.text) or "malformed-checkbox" in str(mended.applied)
    assert not text or mended.source.text.endswith(("\r", "\n")) == text.endswith(("\r", "\n"))
    assert fix_binding(mended.binding).source.text == mended.source.text


@pytest.mark.parametrize("text", ["# A\n\ntext", "# A\r\n\r\ntext", "# A", "# A\n\n## Plan\n\nb"])
def test_a_last_line_end_that_is_missing_stays_missing(text: str) -> None:
    """Also where what is inserted at the end takes more than one pass."""
    rules = parse_rule_set(
        "sections: [Overview, {title: Plan, sections: [Steps]}, Risks]\nfields: {Author: {}}"
    )
    for unsafe in (False, True):
        mended = fix_binding(bind(parse_document(text), rules), unsafe=unsafe)
        assert "Risks" in mended.source.text
        assert mended.source.text.rstrip("\r\n") == mended.source.text
        assert "\n\n\n" not in mended.source.text


def test_real_documents_are_mended() -> None:
    if not CORPUS.is_dir():
        pytest.skip("the corpus is not here")
    rules = [bundled_rule_set(id) for id in ("feature-spec", "feature-pr")]
    for path in sorted(CORPUS.rglob("*.md"))[:: some(60, 8)]:
        document = parse_document(Source.decode(path.read_bytes()))
        for one in rules:
            mended = fix_binding(bind(document, one))
            assert not mended.binding.missing, path.name
            assert removed_insertions(document.source.text, mended.source.text), path.name


def be_the_only_check(monkeypatch: pytest.MonkeyPatch, check: Callable[[Binding], Iterator[Finding]]) -> None:
    """Make a check the only one; the causes of its findings are their fixes."""
    first = registry.CHECKS[0]
    monkeypatch.setattr(linter, "CHECKS", (first._replace(run=check),))
    monkeypatch.setattr(fixer, "FIXERS", {first.id: ""})
    monkeypatch.setattr(fixer, "fix_of", lambda binding, id, finding: finding.cause)


def only(monkeypatch: pytest.MonkeyPatch, *fixes: Fix) -> None:
    """Makes a check that asks for the texts of some fixes the only one."""

    def check(binding: Binding) -> Iterator[Finding]:
        for fix in fixes:
            if fix.edits[0].text not in binding.document.source.text:
                yield Finding(fix.edits[0].span, "Something is missing.", cause=fix)

    be_the_only_check(monkeypatch, check)


TEXT = "# Title\n\n## Overview\n\n    code\n\nText.\n"


@pytest.mark.parametrize(
    ("place", "text"),
    [(9, "```\n"), (9, "<!--\n"), (21, "- item\n"), (0, "    "), (21, "Text.\n")],
    ids=["a fence", "a comment", "a list", "an indented title", "a paragraph"],
)
def test_a_fix_that_would_lose_something_is_left_out(
    place: int, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    harmless = Fix("Go on", (Edit(Span(len(TEXT), len(TEXT)), "\n## More\n"),))
    only(monkeypatch, Fix("Break it", (Edit(Span(place, place), text),)), harmless)
    mended = fix_binding(bind(parse_document(TEXT), SPEC))
    assert mended.source.text == f"{TEXT}\n## More\n"
    assert [one.title for one in mended.applied] == ["Go on"]


@pytest.mark.parametrize(
    "text",
    ["**Solutions:**\r1. Match the payment\r", "```\r```\rLinks to added tests:\r- https://example.org\r"],
    ids=["fields behind a label", "fields behind a list"],
)
def test_a_fix_that_would_have_lost_something_is_made_when_others_have_made_room(text: str) -> None:
    rules = bundled_rule_set("go-feature")
    mended = fix_binding(bind(parse_document(text), rules))
    assert 'Insert field "Go version"' in [one.title for one in mended.applied]
    assert fix_binding(mended.binding).source.text == mended.source.text


def test_what_becomes_an_item_takes_no_field_into_it() -> None:
    text = "**Note:** *Later.*\n[x] Owners know\n"
    mended = fix_binding(bind(parse_document(text), bundled_rule_set("feature-spec")))
    assert mended.source.text.count("**Feature ID:**") == 1
    assert "\n[x] Owners know\n" in mended.source.text, "a bullet would take the fields below into its item"
    assert "Feature ID" in [field.name for field in mended.binding.document.fields]


def test_a_loss_that_no_fix_explains_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, Fix("Break it", (Edit(Span(9, 9), "```\n"),)))
    monkeypatch.setattr(fixer, "_loses", lambda *_: False)
    with pytest.raises(UnsoundFix, match=r'^the heading "## Overview" would be lost$'):
        fix_binding(bind(parse_document(TEXT), SPEC))


HEADINGS = "# Title\n\n" + "".join(f"## Part {number}\n\n" for number in range(200))


def before_headings(text_of: Callable[[int], str]) -> Iterator[Fix]:
    """A fix before each heading; its text is made from the number of the heading."""
    for number, match in enumerate(re.finditer("## Part", HEADINGS)):
        yield Fix(f"Go on {number}", (Edit(Span(match.start(), match.start()), text_of(number)),))


def test_the_one_fix_of_many_that_would_lose_something_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, *before_headings(lambda number: "```\n" if number == 77 else f"More {number}.\n\n"))
    mended = fix_binding(bind(parse_document(HEADINGS), SPEC))
    assert {one.title for one in mended.applied} == {
        f"Go on {number}" for number in range(200) if number != 77
    }


def test_where_most_fixes_would_lose_something_none_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    only(monkeypatch, *before_headings(lambda number: f"<!-- {number}\n"))
    monkeypatch.setattr(fixer, "_TRIED", 0)
    with pytest.raises(Unfixable, match="too many of its fixes would lose something"):
        fix_binding(bind(parse_document(HEADINGS), SPEC))


def test_fixing_that_does_not_end_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(binding: Binding) -> Iterator[Finding]:
        count = binding.document.source.text.count("More")
        fix = Fix(f"Go on {count}", (Edit(Span(0, 0), "More.\n\n"),))
        yield Finding(Span(0, 0), "Never enough.", cause=fix)

    be_the_only_check(monkeypatch, check)
    with pytest.raises(UnsoundFix, match=r"^fixing does not come to an end; last: unclosed-fence, Go on 20$"):
        fix_binding(bind(parse_document(TEXT), SPEC))


def test_a_fix_that_changes_nothing_for_its_check_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def check(binding: Binding) -> Iterator[Finding]:
        yield Finding(Span(0, 0), "Never enough.", cause=Fix("Go on", (Edit(Span(0, 0), "More.\n\n"),)))

    be_the_only_check(monkeypatch, check)
    mended = fix_binding(bind(parse_document(TEXT), SPEC))
    assert (mended.source.text, mended.applied) == (TEXT, ())


def test_applied_fixes_are_where_they_say() -> None:
    text = "# Title\n\n## Plan\n\nText.\n"
    mended = fix_binding(bind(parse_document(text), SPEC))
    shown = [(one.title, mended.source.slice(one.span).split("\n")[0]) for one in mended.applied]
    assert shown == [
        ('Insert field "Author"', "**Author:** [Describe what belongs here]"),
        ('Insert section "Overview"', "## Overview"),
        ('Insert section "Steps"', "### Steps"),
    ]


def test_every_fixer_is_a_function_for_a_check() -> None:
    """The table names functions, so that they can be imported late: a wrong name is noticed here."""
    assert FIXERS.keys() <= {check.id for check in registry.CHECKS}
    for name in FIXERS.values():
        module, _, function = name.partition(".")
        assert inspect.isfunction(getattr(import_module(f"speclint.fixes.{module}"), function))


CHECK_FILES = sorted(Path(registry.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("path", CHECK_FILES, ids=lambda path: path.stem)
def test_no_check_imports_a_fix(path: Path) -> None:
    """Not inside of functions or for types either: a check finds, fixes are made when somebody asks."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{name}" for name in names]
        assert not [name for name in names if f"{name}.".startswith("speclint.fixes.")]
        if isinstance(node, ast.ImportFrom) and node.module == "speclint.diagnostics":
            assert not {alias.name for alias in node.names} & {"Fix", "Edit"}


def test_edits_at_one_place_keep_their_order() -> None:
    edits = [Edit(Span(1, 1), "b"), Edit(Span(1, 1), "c"), Edit(Span(2, 3), "e")]
    assert apply("adx", edits) == "abcde"
