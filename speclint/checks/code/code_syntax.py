"""The check of code that a parser can read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from speclint.binding.front_matter import front_matter_fault
from speclint.binding.model import Binding
from speclint.checks.code.json_syntax import json_fault
from speclint.checks.code.syntax import Fault, meaning_of, python_fault, toml_fault, yaml_fault
from speclint.checks.reading.fences import sound_blocks
from speclint.checks.reading.languages import language_of
from speclint.diagnostics import Finding, Span
from speclint.markdown.blocks import FrontMatter
from speclint.markdown.source import Source


class _Language(NamedTuple):
    """A language whose texts are parsed; with `by_line`, every line is a text.

    `cost` is how long its parser takes, relative to others.
    """

    name: str
    fault: Callable[[str], Fault | None]
    by_line: bool = False
    cost: int = 1


_PYTHON = _Language("Python", python_fault)

_YAML = _Language("YAML", yaml_fault, cost=3)

_LINES = _Language("JSON", json_fault, by_line=True)

_LANGUAGES: Mapping[str, _Language] = {
    "json": _Language("JSON", json_fault),
    "jsonl": _LINES,
    "ndjson": _LINES,
    "yaml": _YAML,
    "yml": _YAML,
    "toml": _Language("TOML", toml_fault),
    "python": _PYTHON,
    "py": _PYTHON,
    "python3": _PYTHON,
}

# So much code of a document is parsed at most, in characters by their cost; people write less.
_MOST = 100_000


class _Text:
    """The lines of a block, without their common indentation."""

    def __init__(self, source: Source, lines: tuple[Span, ...]) -> None:
        texts = [source.slice(line) for line in lines]
        filled = [text for text in texts if text.strip()]
        shared = min((len(text) - len(text.lstrip(" ")) for text in filled), default=0)
        if not shared and all(text[0] == "\t" for text in filled):
            shared = min(len(text) - len(text.lstrip("\t")) for text in filled) if filled else 0
        self.spans = [Span(min(line.start + shared, line.end), line.end) for line in lines]
        self.text = "\n".join(map(source.slice, self.spans))

    def offset(self, offset: int) -> int:
        """Return the offset in the source of an offset in the text."""
        number = self.text.count("\n", 0, offset)
        column = offset - (self.text.rfind("\n", 0, offset) + 1)
        return min(self.spans[number].start + column, self.spans[number].end)


def code_syntax(binding: Binding, unfilled: Callable[[], Iterable[Span]]) -> Iterator[Finding]:
    """Code in JSON, YAML, TOML or Python parses.

    Examples are copied, and one that does not parse costs everyone who tries it. Of front matter that does
    not parse no value is known. What people write for other people is left alone: `...` for what is left out,
    comments in JSON, `<id>` for a value, excerpts, dialogues with a shell, and code in which something is
    still to be filled in. Nothing is ever executed.

    Fails:

        ```json
        {"id": 7, "name": "Ada",}
        ```

    Passes:

        ```json
        {"id": 7, "name": "Ada"}
        ```
    """
    yield from _of_front_matter(binding, unfilled)
    source = binding.document.source
    left = _MOST
    for block in sound_blocks(binding):
        language = _LANGUAGES.get(language_of(block.info))
        if language is None:
            continue
        cost = language.cost * (block.body_span.end - block.body_span.start)
        if cost > left:
            continue
        left -= cost
        groups = [(line,) for line in block.lines] if language.by_line else [block.lines]
        for lines in groups:
            text = _Text(source, lines)
            fault = language.fault(text.text)
            if fault is not None and not any(map(block.span.overlaps, unfilled())):
                yield _finding(source, language, text, fault)
                break


def _of_front_matter(binding: Binding, unfilled: Callable[[], Iterable[Span]]) -> Iterator[Finding]:
    block = binding.document.blocks[0] if binding.document.blocks else None
    # Fields in front matter are those of one that parses.
    read = any(field.place == "front-matter" for field in binding.document.fields)
    if read or not isinstance(block, FrontMatter):
        return
    found = front_matter_fault(binding.document)
    if found is None or any(map(block.span.overlaps, unfilled())):
        return
    source = binding.document.source
    start = block.body_span.start + min(found.offset, block.body_span.end - block.body_span.start - 1)
    line = source.line_span(source.line_number(start))
    language = "YAML" if block.language == "yaml" else "TOML"
    message = f"the front matter is no {language}, and nothing in it is read: {meaning_of(found.said)}"
    yield Finding(Span(min(start, line.end), line.end), message)


def _finding(source: Source, language: _Language, text: _Text, fault: Fault) -> Finding:
    reason = fault.reason
    if fault.other is not None:
        reason = reason.replace("{line}", str(source.line_number(text.offset(fault.other))))
    start = text.offset(fault.start)
    line_end = source.line_span(source.line_number(start)).end
    span = Span(start, max(start, min(text.offset(fault.end), line_end)))
    return Finding(span, f"this {language.name} does not parse: {reason}")
