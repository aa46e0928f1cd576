"""Code that parsers choke on: it is reported or left alone, never a crash, and never slow."""

from __future__ import annotations

import ast
import json
import sys
import warnings
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from speclint.binding.matcher import bind
from speclint.checks.code import syntax
from speclint.checks.code.json_syntax import json_fault
from speclint.checks.code.languages import likely_language
from speclint.checks.code.syntax import python_fault, python_nodes, toml_fault, yaml_fault
from speclint.checks.reading.languages import canonical, language_of
from speclint.diagnostics import Diagnostic
from speclint.markdown import document
from speclint.markdown.source import Source
from speclint.ruleset.library import parse_rule_set

from .amount import some
from .linted import lint
from .work import outweighs

RULES = parse_rule_set("id: code\nname: Code\nsections: []\n")
CHECKS = ("unclosed-fence", "empty-code", "code-language", "code-syntax")
SIZE = 30_000


def linted(text: str) -> tuple[Diagnostic, ...]:
    return lint(bind(document.parse_document(text), RULES), select=CHECKS)


def outweighs_prose(run: Callable[[], object], size: int) -> bool:
    """Return whether something takes far longer than to lint so many characters of prose."""
    return outweighs(run, prose(size), 150)


@cache
def prose(size: int) -> Callable[[], object]:
    """Linting so many characters of prose."""
    return partial(linted, "Some words of text.\n\n" * (size // 21))


BODIES = {
    "brackets": "[" * SIZE,
    "braces": "{" * SIZE,
    "parentheses": "(" * SIZE,
    "pairs": "{[" * (SIZE // 2),
    "signs": "-" * SIZE + "1",
    "words": "not " * (SIZE // 4) + "x",
    "lambdas": "lambda:" * (SIZE // 7) + "1",
    "sums": "1+" * (SIZE // 2) + "1",
    "quotes": '"' * SIZE,
    "apostrophes": "'" * SIZE,
    "escapes": '"' + "\\x" * (SIZE // 2) + '"',
    "members": '{"a":' * (SIZE // 5),
    "dots": "." * SIZE,
    "comments": "/*" * (SIZE // 2),
    "angles": "<a " * (SIZE // 3),
    "templates": "{{" * (SIZE // 2),
    "nothing": "\0" * SIZE,
    "half a character": "\ud800 = 1",
    "a long number": "x = " + "1" * SIZE,
    "a bare long number": "1" * SIZE,
    "anchors": "a: &a [*a, *a]\n" * (SIZE // 15),
    "items": "- " * (SIZE // 2),
    "questions": "? " * (SIZE // 2),
    "keys": "a:\n b:\n" * (SIZE // 7),
    "tables": "a=[" * (SIZE // 3),
    "a dotted key": "a." * (SIZE // 2) + "b = 1",
    "tabs": "\t" * SIZE,
    "byte order marks": "\ufeff" * 50,
    "form feeds": "x = 1\f\n" * (SIZE // 7),
    "backslashes": "x \\\n" * (SIZE // 4),
    "headings": "## a\n\n" * (SIZE // 6),
    "marks": "``\n" * (SIZE // 3),
    "blanks": " " * SIZE + "x",
}


@pytest.mark.parametrize("language", ["json", "jsonl", "yaml", "toml", "python", ""])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_hostile_code(language: str, body: str) -> None:
    text = f"```{language}\n{body}\n```\n"
    found: list[tuple[Diagnostic, ...]] = []
    assert not outweighs_prose(lambda: found.append(linted(text)), SIZE)
    diagnostics = found[0]
    source = Source(text)
    for diagnostic in diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)
        if diagnostic.check == "code-syntax":
            lines = [source.line_number(offset) for offset in diagnostic.span]
            assert lines[0] == lines[1]
            assert 1 < lines[0] < len(source.line_starts)
        assert len(diagnostic.message) < 300
        assert len(diagnostic.message.splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "```\n" * 5000,
        "```py\nx\n``\n## A\n" * 2000,
        "1. a\n   ```\n   x\n```\n" * 1500,
        "- ```py\n  x\n```\n" * 2000,
        "> ```\n> x\n\n" * 2500,
        "```md\n```py\n```\n```\n" * 1500,
        "```\na\n\n## B\n\n" * 2500,
        '```json\n{"a":1,}\n```\n' * 1500,
    ],
)
def test_many_fences(text: str) -> None:
    assert not outweighs_prose(partial(linted, text), SIZE)


def test_what_is_too_long_is_left_alone() -> None:
    block = "```yaml\n" + "key: value\n" * 4000 + "a: b: c\n```\n"
    assert linted(block) == ()
    (found,) = linted(block + "\n```yaml\na: b: c\n```\n")
    assert found.check == "code-syntax"


def test_nothing_is_executed_or_warned_of(capsys: pytest.CaptureFixture[str]) -> None:
    body = "import sys\nprint('run')\nsys.exit(3)\npattern = '\\d'\nx = 1 is 1\n"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert linted(f"```python\n{body}```\n```yaml\na: !!python/object/apply:os.abort []\n```\n") == ()
    assert capsys.readouterr().out == ""
    assert "run" not in sys.modules


ANYTHING = st.text(st.sampled_from(list("{}[]:,\"'\\ \n\tab01-#./*<>$=&!|%@()`~…é")), max_size=60)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(ANYTHING)
@settings(max_examples=some(100, 300))
def test_any_text_has_a_place_for_its_fault(text: str) -> None:
    for find in (json_fault, python_fault, toml_fault, yaml_fault):
        fault = find(text)
        if fault is not None:
            assert 0 <= fault.start <= fault.end <= len(text)
            assert fault.reason
            assert "\n" not in fault.reason


@given(DATA, st.sampled_from([None, 2]))
@settings(max_examples=some(70, 200))
def test_what_python_writes_as_json_parses(data: object, indent: int | None) -> None:
    assert json_fault(json.dumps(data, indent=indent)) is None
    assert json_fault(json.dumps(data, indent=indent, ensure_ascii=False)) is None


@given(ANYTHING)
@settings(max_examples=some(100, 300))
def test_what_other_parsers_take_is_no_fault(text: str) -> None:
    def parses(parse: object) -> bool:
        assert callable(parse)
        try:
            parse(text)
        except (ValueError, yaml.YAMLError, SyntaxError):
            return False
        return True

    if parses(json.loads):
        assert json_fault(text) is None
    if parses(lambda text: list(yaml.parse(text, Loader=yaml.SafeLoader))):
        assert yaml_fault(text) is None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if parses(ast.parse):
            assert python_fault(text) is None


def test_the_nodes_of_a_program_are_those_that_ast_walks() -> None:
    for module in (syntax, json):
        text = Path(str(module.__file__)).read_text(encoding="utf-8")
        assert python_nodes(text) == {type(node).__name__ for node in ast.walk(ast.parse(text))}
    assert python_nodes("a b") == python_nodes("\0") == frozenset()


@given(ANYTHING, st.sampled_from(["", "json", "yaml", "python", "md"]))
@settings(max_examples=some(100, 300))
def test_fences_in_any_text(text: str, language: str) -> None:
    document_text = f"# T\n\n```{language}\n{text}\n```\n\n{text}\n"
    diagnostics = linted(document_text)
    for diagnostic in diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(document_text)


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("python", "python"),
        ("Python title=x", "python"),
        ("{.python}", "python"),
        ("{ #id .yaml .numbered }", "yaml"),
        ("{python}", "python"),
        ("{r setup, echo=FALSE}", "r"),
        ("{mermaid}", "mermaid"),
        ('title="x"', ""),
        ('{title="x"}', ""),
        ("{#id}", ""),
        ("", ""),
        ("rust,no_run", "rust"),
        ("js{1,3}", "js"),
        ("c++", "c++"),
        ("shell-session", "shell-session"),
    ],
)
def test_language_of(info: str, language: str) -> None:
    assert language_of(info) == language


def test_canonical() -> None:
    assert canonical("PY") == canonical("python3") == "python"
    assert canonical("tsx") == canonical("TypeScript")
    assert canonical("golang") == "go"
    assert canonical("klingon") == "klingon"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("[search]\nlimit = 10", "toml"),
        ("[search]\nlimit = ten", "ini"),
        ("DEBUG=1\nHOST=localhost # here", "ini"),
        ("diff --git a/x b/x\n--- a/x\n+++ b/x", "diff"),
        ("<?xml version='1.0'?>", "xml"),
        ("fn main() {\n    let mut x = 1;\n}", "rust"),
        ("public class Alert {\n}", "java"),
        ("data class Alert(val id: String)", "kotlin"),
        ("#include <stdio.h>", "c"),
        ("CREATE TABLE alerts (\n  id int\n);", "sql"),
        ("-- due\nSELECT id\nFROM alerts", "sql"),
        ("for n in 1 2; do\n  echo $n\ndone", "bash"),
        ("curl -X POST https://example.com \\\n  -d '{}'", "bash"),
        ("settings = {\n    'a': 1,\n}", "python"),
        ("for each in found:\n    x = each.load()", "python"),
        ("x = 1", ""),
        ("SELECT what you need", ""),
        ("a: b", ""),
        ("", ""),
    ],
)
def test_likely_language(text: str, language: str) -> None:
    assert likely_language(text.split("\n")) == language
