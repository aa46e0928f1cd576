"""Placeholders and template text: every unfilled line of the originals is found, and nothing else is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from speclint.binding.matcher import bind
from speclint.checks.registry import CHECKS as REGISTERED
from speclint.diagnostics import Diagnostic
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source
from speclint.ruleset.model import RuleSet
from speclint.workspace import rule_sets

from .linted import lint

ROOT = Path(__file__).parent.parent
SEEDS = ROOT.parent / "shared" / "seeds"
CORPUS = ROOT.parent / "shared" / "corpus"
CHECKS = ("placeholder", "instruction-comment", "unedited-template")

# The lines of each original that a careful reader marks as unfilled.
UNFILLED = {
    "feature-doc": (
        "1 4 9 13-15 20-23 25-28 32-35 41-44 48-51 56-62 69 71-72 77-81 83-86 91-98 105-111 113-116 "
        "121-123 125-126 128-129 136 141 146-150 156-158 162-169 173-175 181-184 186-189 191-194 198-199 "
        "201-202 210-211 216-217 219-220 225 230-233 239-241 245-247 254 258-261 263-264"
    ),
    "django-feature": (
        "1 3 7 10-13 19 22-24 28 30-31 34-37 39 41-42 45-47 51 53 56-58 61-62 66 68-69 74 76 79-80 82-83 "
        "85-86 90-91 94-95 104-105 107 113-114 116-117 119-120 122-123 129-131 133-134 142-144 146-148 "
        "154 156-162 167 169 173 177 181-187 196 200 203 208-209 213-214 219 222-223 226-228 230 233 "
        "236-237 241 244-245 247-248 250-251 254 257-259 267-268 271-272 277-278 281-282 285-286 291-293 "
        "297-298 301 304-305"
    ),
    "feature-pr": (
        "5 9-11 15-17 23 26-28 32-44 51-54 59-61 66-70 79-82 84-86 88-90 95-97 104-108 110-115 122-127 "
        "129-130 139-144 149-152 158-166 172-174 176-177 182 186-189 193-195 199-201 208-210 215-217 "
        "225-228 230-232 234-236 238-247 252 255-258 268-271 279-281 320 324 328"
    ),
    "feature-spec": (
        "1 3-9 16 19-21 24-26 34-36 38-40 42-44 46-47 52-54 57-59 62-64 72 74 76 78 80 84 87-88 95 98-99 "
        "102-103 110-112 117-118 125-127 133-135 143 152 161 174 184 193 203-205 212-213 216-217 220-221 "
        "254-257 260-264 267-269 271-273 280-282 285-287 290-292 306-309 311-314 318-321 328-331 335-337 "
        "340-342 345-347 376-379 382-383 390-392 395-397 400-402 408-409 416-417 420-421 424-425 430-433 "
        "438"
    ),
    "go-feature": (
        "1 4 6-7 12-15 19-33 40-45 47-53 58-65 67-74 81-89 91-92 94-98 100-101 103-112 117-122 124-126 "
        "128-130 132-138 140-146 151-158 160-163 165-169 171-174 176-177 184-186 188-192 194-197 199-203 "
        "205-208 210-217 219-220 222-233 238-242 244-249 251-254 256-261 268-298 300-303 305-308 310-315 "
        "320-321 323-326 328-330 332-337 339-342 344-348 353-359 361 363-369 371-372 374-380 382-388 "
        "395-401 403-408 410-415 417-423 429-431 434-437 440-442 448-456 458-464 466-472 474-477 479-480 "
        "482-486 491-497 499 501-505 507-509 514-516 518-522 524-530 532-538 540-543 545-548 555-559 "
        "561-563 565-567 569-571 573-575 577-578 580-584 586-589 591-592 597-604 606-610 612-615 617-621 "
        "623-626 628-631 638-639 641-643 645-646 648-650 652-653 655-656 661-707 713-715 718-720 723-725 "
        "729-732"
    ),
}
# Lines of the originals that a finished document may keep: headings, labels, boxes, links, idioms.
KEPT = {
    "feature-doc": (
        "3 6-7 12 17 19 30 38 40 46 54 65 132 134-135 153 155 160 172 177 179 205 207-208 251-253 256"
    ),
    "django-feature": "5 9 15 17 21 26 33 49 55 60 64 72 78 89 93 97 99 101 176 190 294 307 309",
    "feature-pr": "3 7 14 19 21 25 30 47 49 57 254 262-265 273-276 283-314 316 318 322 326",
    "feature-spec": (
        "11 13 15 18 37 45 142 144-149 175 177-181 186-190 227-233 236-240 243-247 270 334 339 344 354-357"
    ),
    "go-feature": "3 9 11 17 36 38 56 77 79 180 236 428 433 439 710 712 717 722 727",
}


def line_numbers(ranges: str) -> set[int]:
    """The numbers in `1 3-5`."""
    numbers: set[int] = set()
    for part in ranges.split():
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers


def bundled(template: str) -> RuleSet:
    return rule_sets.load(str(ROOT / "rules" / f"{template}.yaml"))


def found(text: str, rules: RuleSet) -> tuple[Source, tuple[Diagnostic, ...]]:
    source = Source(text)
    return source, lint(bind(parse_document(source), rules), select=CHECKS)


def covered(source: Source, diagnostics: tuple[Diagnostic, ...]) -> set[int]:
    """The lines with text that lie in a diagnostic."""
    lines: set[int] = set()
    for diagnostic in diagnostics:
        start, end = diagnostic.span
        lines.update(range(source.line_number(start), source.line_number(max(start, end - 1)) + 1))
    return {line for line in lines if source.slice(source.line_span(line)).strip()}


def seed(template: str) -> str:
    path = SEEDS / f"{template}.md"
    if not path.exists():
        pytest.skip("../shared/seeds is not there")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("template", UNFILLED)
def test_every_unfilled_line_of_the_original_is_found(template: str) -> None:
    source, diagnostics = found(seed(template), bundled(template))
    assert line_numbers(UNFILLED[template]) - covered(source, diagnostics) == set()


@pytest.mark.parametrize("template", UNFILLED)
def test_what_a_document_keeps_is_not_found(template: str) -> None:
    source, diagnostics = found(seed(template), bundled(template))
    assert line_numbers(KEPT[template]) & covered(source, diagnostics) == set()


@pytest.mark.parametrize("template", UNFILLED)
def test_no_character_is_reported_twice(template: str) -> None:
    _, diagnostics = found(seed(template), bundled(template))
    spans = sorted(diagnostic.span for diagnostic in diagnostics)
    assert all(before.end <= after.start for before, after in pairwise(spans))


@pytest.mark.parametrize("template", UNFILLED)
def test_the_skeleton_is_unfilled_throughout(template: str) -> None:
    skeleton = (ROOT / "rules" / f"{template}.md").read_text(encoding="utf-8")
    source, diagnostics = found(skeleton, bundled(template))
    lines = covered(source, diagnostics)
    bracketed = {
        number
        for number in range(1, len(source.line_starts) + 1)
        if "[" in source.slice(source.line_span(number)).replace("[ ]", "")
    }
    assert bracketed - lines == set()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "tests" / "documents").glob("*/*.md")), ids=lambda path: path.stem
)
def test_filled_documents_have_none(path: Path) -> None:
    source, diagnostics = found(path.read_bytes().decode(), bundled(path.parent.name))
    assert [(source.position(d.span.start).line, d.message) for d in diagnostics] == []


def test_a_filled_document_with_one_forgotten_block_has_one_diagnostic() -> None:
    """A block of the original that came back is one run, whatever its language."""
    text = seed("go-feature")
    start, end = (
        text.index("```go", text.index("### Health Checks")),
        text.index("## Security Implementation"),
    )
    filled = (ROOT / "tests" / "documents" / "go-feature" / "quota-limiter.md").read_bytes().decode()
    source, diagnostics = found(f"{filled}\n\n{text[start:end]}", bundled("go-feature"))
    assert [diagnostic.check for diagnostic in diagnostics] == ["unedited-template"]
    assert len(covered(source, diagnostics)) > 25


HOSTILE = {
    "brackets": "[a] " * 40_000,
    "open brackets": "[" * 100_000,
    "angles": "<a b" * 40_000,
    "promises": "TBD " * 40_000,
    "labels": "**A:**\n" * 10_000,
    "empty items": "-\n" * 10_000,
    "list labels": "- **A:**\n" * 5_000,
    "code": "```\n" + "[a b](" * 40_000 + "\n```\n",
    "dots": "." * 100_000,
    "underscores": "_" * 100_000 + "a",
    "dates": "YYYY-" * 40_000,
    "colons": ":" * 100_000 + "[X]ms",
    "comments": "#<!--" * 40_000,
    "slashes": "[" + "Aa/" * 90 + "]" * 40_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_linear_time(name: str) -> None:
    """No answer is expected, only that there is one: a quadratic step would take minutes."""
    rules = bundled("feature-spec")
    binding = bind(parse_document(HOSTILE[name]), rules)
    for check in REGISTERED:
        if check.id in CHECKS:
            list(check.run(binding))
