"""Front matter: what is read of it, and that nothing is read of what does not parse."""

from __future__ import annotations

import random

import pytest

from speclint.binding.front_matter import front_matter_fault, readable
from speclint.markdown.document import Document, parse_document
from speclint.ruleset.yaml_reader import syntax_fault

PIECES = (
    "a: ", "b:", "c: d", "- ", " - ", "  - ", "x", "y z", "'q'", '"w"', "[a, b]", '["a", b]', "[a", "]", "[",
    "\n", "\n", "\n", "\r\n", "#", "# c", " # c", "|", ">", ">-", ": ", ":", '"', "'", ",", "é", "\t", "\x07",
    "&a", "*b", "{", "}", "!", "@", "%", "~", "?",
)  # fmt: skip


def document(body: str, mark: str = "---") -> Document:
    return parse_document(f"{mark}\n{body}{mark}\n\n# T\n")


def fields(body: str, mark: str = "---") -> dict[str, tuple[str, list[str]]]:
    found = readable(document(body, mark)).fields
    return {field.name: (field.value, [item.text for item in field.items]) for field in found}


def test_what_is_taken_for_good_without_the_parser_is_good() -> None:
    # The parser costs more than a document does: most front matter is known to be YAML without it.
    chance = random.Random(7)
    parsed = broken = 0
    for _ in range(3000):
        body = "a: b\n" + "".join(chance.choice(PIECES) for _ in range(chance.randint(2, 10))) + "\n"
        text = document(body)
        if not text.fields:
            continue
        block_fault = front_matter_fault(text)
        assert (block_fault is None) == (syntax_fault(body) is None), body
        parsed += block_fault is None
        broken += block_fault is not None
    assert min(parsed, broken) > 100


@pytest.mark.parametrize(
    ("line", "value", "items"),
    [
        ('x: "a: b # c" # d', "a: b # c", []),
        ("x: 'it''s'", "it's", []),
        ("x: a#b # c", "a#b", []),
        ("x: # a | b", "", []),
        ("x: # who\n  - # nobody\n", "", [""]),
        ("x:\n- a # first\n- 'b'\n- ", "a, b", ["a", "b", ""]),
        ("x: [a, 'b, c', \"d\"] # e", "[a, 'b, c', \"d\"]", ["a", "b, c", "d"]),
        ("x: [a,\n  b\n]", "[a, b ]", ["a", "b"]),
        ("x: []", "[]", []),
        ("x: >-\n  a: b\n  c", "a: b c", []),
        ("x: a\n  b", "a b", []),
        ("x:\n  y: a\n  z: b", "y: a, z: b", []),
    ],
)
def test_values_of_yaml(line: str, value: str, items: list[str]) -> None:
    assert fields(f"{line}\nlast: z\n") == {"x": (value, items), "last": ("z", [])}


def test_values_of_toml() -> None:
    body = (
        'a = "b # c" # d\nday = 2026-03-01\ndone = false\nlist = [\n  "x", # first\n  "y",\n]\n'
        'text = """\nfoo = bar\n"""\n"my key" = \'v\'\n[table]\na = "no"\n'
    )
    assert fields(body, "+++") == {
        "a": ("b # c", []),
        "day": ("2026-03-01", []),
        "done": ("false", []),
        "list": ("x, y", ["x", "y"]),
        "text": ("foo = bar\n", []),
        "my key": ("v", []),
    }


@pytest.mark.parametrize(
    ("body", "mark"), [("a: b\nc: [d\n", "---"), ("a: b\nc: 'd\n", "---"), ('a = "b"\nc = d\n', "+++")]
)
def test_of_what_does_not_parse_the_names_are_known(body: str, mark: str) -> None:
    assert fields(body, mark) == {"a": ("", []), "c": ("", [])}


@pytest.mark.parametrize(
    "text", ["+++\n\nText.\n+++\n", "+++\na = 1\n", "+++ x\na = 1\n+++\n", "++\na = 1\n++\n"]
)
def test_what_is_no_toml_at_the_top_is_text(text: str) -> None:
    assert not parse_document(text).fields
