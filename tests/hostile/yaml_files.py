"""Rule sets that mean harm: by name, the text of a YAML file."""

from __future__ import annotations

from itertools import pairwise

from speclint.ruleset.yaml_composer import MAX_NODES


def doubling(names: str, unit: str, first: str) -> str:
    """Names each of which stands for the one before it, several times."""
    lines = [f"{names[0]}: &{names[0]} {first}"]
    for before, name in pairwise(names):
        lines.append(f"{name}: &{name} " + unit.replace("@", f"*{before}"))
    return "\n".join(lines) + "\n"


LETTERS = "abcdefghijklmnopqrstuvwxyz"
GOOD = "sections: [Reason]\n"
# Nearly as many values as a rule set may hold, so that it is read to its end.
MOST = MAX_NODES - 10


def some(unit: str, count: int) -> str:
    """A unit so many times, with a number in the place of `@`, as the items of a list."""
    return ", ".join(unit.replace("@", str(i)) for i in range(count))


CASES: dict[str, str] = {
    "billion laughs": doubling(LETTERS[:10], "[" + ", ".join(["@"] * 10) + "]", '["lol"]'),
    "laughs in mappings": doubling(LETTERS, "{x: @, y: @}", "{x: 1}"),
    "laughs under sections": "x:\n"
    + "".join(f"  - &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + GOOD,
    "alias of itself": "sections: &a [*a]\n",
    "alias of itself, deeper": "sections: &a [{title: A, sections: *a}]\n",
    "alias of nothing": "sections: *a\n",
    "alias ladder": "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}]\n" for i in range(1, 2_000)),
    "20,000 anchors": "".join(f"a{i}: &a{i} x\n" for i in range(20_000)),
    "merge bomb": "a: &a {x: 1}\n" + "".join(f"b{i}: {{<<: [*a, *a, *a]}}\n" for i in range(2_000)),
    "merge of itself": "a: &a {<<: *a}\n",
    "30,000 nested brackets": "[" * 30_000,
    "30,000 nested brackets, closed": "[" * 30_000 + "]" * 30_000,
    "30,000 nested braces": "{a: " * 30_000 + "}" * 30_000,
    "30,000 nested keys": "? " * 30_000 + "a",
    "30,000 items on a line": "- " * 30_000 + "a",
    "deep blocks": "".join(" " * i + "a:\n" for i in range(400)),
    "deep blocks, mixed": "".join("  " * i + "- a:\n" for i in range(300)),
    "deep sections": "sections: " + "[{title: A, sections: " * 3_000,
    "huge integer": "sections: [{title: A, level: " + "9" * 500_000 + "}]\n",
    "huge hexadecimal": "sections: [{title: A, level: 0x" + "f" * 500_000 + "}]\n",
    "huge float": "coverage: {thresholds: 1e" + "9" * 1_000 + "}\n" + GOOD,
    "not a number": "coverage: {thresholds: .nan}\n" + GOOD,
    "sexagesimal": "coverage: {thresholds: " + "59:" * 100_000 + "59}\n",
    "duplicate keys": "name: a\n" * 20_000,
    "unknown keys": "".join(f"key{i}: 1\n" for i in range(MOST)),
    "unknown keys of sections": "sections: [{title: A, " + some("k@: 1", MOST) + "}]\n",
    "unknown keys, one a section": "sections: [" + some("{title: A@, titel: b}", MOST // 3) + "]\n",
    "unknown stages": "stages: {order: [a, b]}\nsections:\n"
    + "".join(f"- {{title: A{i}, from: c{i}}}\n" for i in range(MOST // 3)),
    "stages without end": "stages: {order: [" + some("s@", MOST) + "]}\n" + GOOD,
    "sections without end": "sections: [" + some("A@", MOST) + "]\n",
    "the same section": "sections: [" + "A, " * MOST + "A]\n",
    "labels without end": "sections: [{title: A, labels: [" + some("L@", MOST) + "]}]\n",
    "labels without end, for the document": "labels: [" + some("L@", MOST) + "]\n",
    "fields without end": "fields: {" + some("F@: {}", MOST) + "}\n",
    "a section many times": "sections: [{title: 'A {n}', repeat: {min: 100000000}}]\n",
    "sections in sections many times": (
        "sections: [{title: 'A {n}', repeat: {min: 50}, sections: [{title: 'B {n}', repeat: {min: 50}}]}]\n"
    ),
    "many sections many times": (
        "sections: [" + some("{title: 'A@ {n}', repeat: {min: 900}}", MOST // 4) + "]\n"
    ),
    "a stage twice, the last of many": "stages: {order: [" + some("s@", MOST) + ", s1], field: A}\n",
    "a long id without stages": "id: " + "a" * 900_000 + "\n" + GOOD,
    "aliases without end": "sections: [{title: A, aliases: [" + some("L@", MOST) + "]}]\n",
    "patterns in a title": "sections: ['" + "{name}" * 10_000 + "']\n",
    "many patterns in titles": "sections: [" + some("'" + "{name} a " * 50 + "@'", 500) + "]\n",
    "long key": "k" * 900_000 + ": 1\n",
    "long title": "sections: ['" + "a" * 900_000 + "']\n",
    "a tag that runs": "name: !!python/object/apply:os.system ['touch pwned']\n",
    "a tag that makes": "name: !!python/object/new:os.system ['touch pwned']\n",
    "a tag of its own": "!a name: b\n",
    "binary": "name: !!binary aGVsbG8=\n",
    "a directive": "%TAG ! tag:yaml.org,2002:python/\n---\nname: !name:os.system a\n",
    "10,000 documents": "---\na: 1\n" * 10_000,
    "surrogates": 'name: "\\ud800\\udc00"\n' + GOOD,
    "escapes": 'name: "\\e[31m\\0\\u202e"\n' + GOOD,
    "controls": "name: a\x07b\n",
    "an open quote": 'name: "' + "a\n" * 100_000,
    "an open block": "name: |\n" + " a\n" * 100_000,
    "indented block": "name: |9\n" + " " * 9 + "a\n",
    "comments": "# a\n" * 200_000 + GOOD,
    "tabs": "\tname: a\n",
    "colons": "a: b: c: " * 10_000,
    "more than 1 MB": "# " + "a" * 1_000_001 + "\n",
    "extends itself": "extends: bad.yaml\n",
    "extends a device": "extends: /dev/zero\n",
    "extends what is not there": "extends: ../../../../nothing.yaml\n",
    "skeleton of a device": "skeleton: /dev/zero\n" + GOOD,
    "skeleton outside": "skeleton: /etc/passwd\n" + GOOD,
    "a NUL in a path": 'skeleton: "a\\0b"\n' + GOOD,
    "a NUL in another": 'extends: "a\\0b"\n' + GOOD,
    "a long path": "extends: " + "a/" * 5_000 + "b.yaml\n",
    "an id that is a path": "id: ../../etc/passwd\n" + GOOD,
    "nothing": "",
    "a list": "- a\n",
}  # fmt: skip
