"""Compare the text below a heading with what the template has there.

A section that holds nothing but the template's text says nothing of its own, even where each line may stay:
what stands there is beside an instruction that nobody followed, or is the stand-in for an answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from speclint.markdown.inline import comments
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.open_places import placeholders_in, samples_in

# "asked": beside an instruction. "answer": a few words that are all there is.
BodyKind = Literal["asked", "answer"]

_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")

_BOX = lazy_regex(r"(?m)^[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[.\]")

# Comments for tools begin with the name of one.
_INSTRUCTION = lazy_regex(
    r"(?is)\s*(?!(?:markdownlint|prettier|toc|/toc|omit|cspell|vale|lint|speclint|end|start)\b)[^\w]*\w"
)

_LINE_MARK = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?")

# What is open in text wherever it comes from.
_OPEN = lazy_regex(r"\b(?:tb[dca]|todo|fixme|x{3}|n{3,}|yyyy)\b|\[[a-z]{1,2}\]|\?{3}|\.{3}|…|_{3}")

# How many lines a stand-in for an answer has at most, and words in each.
_LINES, _FEW = 3, 6

_LATER = lazy_regex(r"(?:pending|unknown|undecided|open|later|unclear|待定|未定)\b")

# Answers that many give, and labels.
_SAYS_NOTHING = lazy_regex(r"n/?a\b|none\b|not applicable|no\b|yes\b|nothing\b|.*[:：]\W*$|\*\*[^*]*\*\*$")

# In the history of versions, many do the same.
_ENTRY = lazy_regex(r"\d\.\d|\d{4}-\d\d")

# What is everybody's.
_STANDING = lazy_regex(r".*(?:licen[cs]e|copyright|\bcc0\b|\bmit\b|\]\(|://)")

_WORD = lazy_regex(r"[\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\W_\u3040-\u30ff\u3400-\u9fff]+")


class Body(NamedTuple):
    """The text below a heading of a template that fills nothing, for comparison, and why."""

    kind: BodyKind
    text: str


def bodies(template: str) -> Iterator[Body]:
    """Yield the bodies of a template's sections that fill nothing where they stand alone."""
    for heading, *lines in _sections(template):
        body = "\n".join(lines)
        text = comparable(body)
        if not text or _BOX.search(body) or _OPEN.search(text):
            continue
        if any(
            next(places(line), None) for line in body.splitlines() for places in (placeholders_in, samples_in)
        ):
            continue  # which is found by itself
        shown = text.split("\n")
        if all(_SAYS_NOTHING.match(line) for line in shown):
            continue
        if any(_INSTRUCTION.match(comment["text"]) for comment in comments(body)):
            yield Body("asked", text)
        elif not _ENTRY.search(heading) and _is_answer(shown):
            yield Body("answer", text)


def _is_answer(lines: list[str]) -> bool:
    """Return whether the lines of a section are the stand-in for an answer: few, of few words each."""
    if len(lines) > _LINES or any(map(_STANDING.match, lines)):
        return False
    words = [len(_WORD.findall(line)) for line in lines]
    return max(words) <= _FEW and (sum(words) > 1 or _LATER.match(lines[0]) is not None)


def comparable(body: str) -> str:
    """Return the lines of a text below a heading for comparison: no comments, blanks, markers and case."""
    position, parts = 0, []
    for comment in comments(body):
        parts.append(body[position : comment.start()])
        position = comment.end()
    text = "".join((*parts, body[position:]))
    lines = (" ".join(_LINE_MARK.sub("", line, count=1).split()) for line in text.splitlines())
    return "\n".join(line for line in lines if any(map(str.isalnum, line))).casefold()


def _sections(template: str) -> Iterator[list[str]]:
    """Yield each heading and the lines below it, up to the next."""
    found: list[str] | None = None
    fence, first = "", True
    for line in template.splitlines():
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) and line.strip() == mark[1] else fence
        elif mark:
            fence = mark[1]
        if not fence and _HEADING.match(line):
            if found is not None:
                yield found
            # Below the title there is what introduces the document.
            found = None if first and line.startswith("# ") else [line]
            first = False
        elif found is not None:
            found.append(line)
    if found is not None:
        yield found
