"""What is taken for plain YAML is good YAML, and what people write mostly is plain."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from speclint.checks.plain_yaml import is_plain

PLAIN = [
    "name: a\n",
    "image: shop/api:1.2  # pinned\nurl: https://example.org/a\n",
    "a:\n  b:\n    - c\n    - d: e\n      f: g\n    - h\ni: j\n",
    "a:\n- b\n- c: d\n  e:\n  - f\ng: h\n",
    "- - a\n  - b\n- c\n",
    "# first\n---\na: 1\n\n---\nb: \"two words\"\nc: ''\nd: []\ne: {}\nf:\n",
    "verbs: [\"get\", 'list', watch pods, 8080]\nmode: 420 # 0644\nlimits:  # of memory\n  - [a/b , c.d]\n",
    "on:\n  push:\njobs:\n  test:\n    steps:\n      - uses: a/b\n        with:\n          c: 1\n",
]
NOT_PLAIN = [
    "a: b: c\n",
    "a:\n  b: 1\n c: 2\n",
    "a: 1\n  b: 2\n",
    "- a\nb: c\n",
    "a: 1\n- b\n",
    "a:\n  - b\n  c: d\n",
    "a: 'open\n",
    'a: "open\n',
    "a: [1, 2\n",
    "\ta: 1\n",
    "a: \tb\n",
    "a\n",
    "a: &b c\n",
    "a: |\n  text\n",
    "a: b #c\nd\n",
    "a: @b\n",
    "- a\n - b\n",
    "- a: 1\n   b: 2\n",
    "a: ? b\n",
    "a: - b\n",
    "a: [b: c, -]\n",
    "a: [b,, c]\n",
    "a: [b, {c: d}]\n",
    "a: [b, c]#d\n",
    "a: b -\n- c\n",
]


def parses(text: str) -> bool:
    try:
        list(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.YAMLError:
        return False
    return True


@pytest.mark.parametrize("text", PLAIN)
def test_plain(text: str) -> None:
    assert is_plain(text)
    assert parses(text)


@pytest.mark.parametrize("text", NOT_PLAIN)
def test_what_is_for_the_parser(text: str) -> None:
    assert not is_plain(text)


VALUES = (
    "1|x y|x:y|x: y|x:|- z|-1|'q'|\"q\"|'|\"|[]|{}|[a]|&a b|*a|!t"
    "|>|#|x#|x #y|%|@|`|?|? a|~|<<|---|...|,|a,b|(a)|[a, b]|[ 'a' ,\"b\"]|[a -]|[-]|[a: b]|[a #]|[a],"
)
LINES = st.builds(
    "{}{}{}{}{}".format,
    st.sampled_from(["", " ", "  ", "   ", "    ", "      "]),
    st.sampled_from(["", "", "", "- ", "- - ", "-   ", "-"]),
    st.sampled_from(["", "a:", "a: ", "b.c: ", "d :", "e:  "]),
    st.sampled_from(["", "", "| ", *VALUES.split("|")]),
    st.sampled_from(["", "", "", " ", " # c", "#c", "\t", " '"]),
)


@settings(max_examples=3000)
@given(st.lists(LINES, max_size=7).map("\n".join))
def test_what_is_plain_parses(text: str) -> None:
    if is_plain(text):
        assert parses(text)
