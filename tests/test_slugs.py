"""The anchors of headings: those that GitHub's own rules give, and of what a reader sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from speclint.markdown.slugs import Slugger, shown, slug

# Made by the npm package github-slugger; scripts/slugs.mjs says how.
REFERENCE = json.loads((Path(__file__).parent / "data" / "slugs.json").read_text("utf-8"))


def test_slugs_are_those_of_github_slugger() -> None:
    assert len(REFERENCE["texts"]) > 300
    differing = {text: slug(text) for text, wanted in REFERENCE["texts"].items() if slug(text) != wanted}
    assert not differing


@pytest.mark.parametrize("sequence", REFERENCE["sequences"], ids=lambda sequence: sequence[0][0] or "empty")
def test_headings_that_come_again_are_numbered_as_by_github_slugger(sequence: list[list[str]]) -> None:
    slugger = Slugger()
    assert [slugger.slug(heading) for heading, _ in sequence] == [anchor for _, anchor in sequence]


HEADINGS = [
    "plain words",
    "**bold**, *emphasis*, ~~struck~~",
    "snake_case, _emphasis_ and __init__.py",
    "_a_b_ and a_b_c and _private",
    "__a_ b_",
    "`code_span` and `` a`b ``",
    "` padded ` and `  two  `",
    "a [link](to_where_.md) and [ref][known] and [known]",
    "a [text][unknown] and [brackets]",
    "an ![image](of_it.png) here",
    "[![badge](b.svg)](to) Name",
    r"escaped \_underscores\_ and \*stars\*",
    "entities &amp; &copy; &#95; &nosuch; AT&T",
    "a <kbd>key</kbd> and <br> and <a name='x'></a>",
    "<https://example.com/a_b_c> as it is",
    "List<String> of Map<K, V>",
    "two  blanks   and a tab",
    "C:\\path_to\\_file_",
    "a _b `c_` d_ e",
    "_(parentheses)_ and (_inside_) and “_quotes_”",
    "a__b__c and __b__c and a__b__",
    "***__all__***",
]


@pytest.mark.parametrize("heading", HEADINGS)
def test_what_is_shown_is_what_another_parser_shows(heading: str) -> None:
    parser = MarkdownIt("commonmark").enable("strikethrough")
    document = parser.parse(f"# {heading}\n\n[known]: there.md\n")
    seen = [
        token.content
        for token in document[1].children or ()
        if token.type in ("text", "text_special", "code_inline", "softbreak")
    ]
    assert slug(shown(heading, {"known"})) == slug("".join(seen))
