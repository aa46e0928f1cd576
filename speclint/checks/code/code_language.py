"""The check of the languages that fences name."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.checks.code.languages import is_drawing, likely_language
from speclint.checks.reading.entries import innermost
from speclint.checks.reading.fences import sound_blocks
from speclint.checks.reading.languages import canonical, language_of
from speclint.diagnostics import Finding, Span, shorten
from speclint.markdown.blocks import CodeBlock
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.model import Code

_NO_RULE = Code(named=False)

# What stands between code and its output: nothing, or a line or two that lead on to it.
_LEAD = lazy_regex(r"\s*+(?:[^\s*_#>+\d|<-][^\n]*+(?:\n[ \t]*+[^\s*_#>+\d|<-][^\n]*+)?)?\s*+")


def code_language(binding: Binding) -> Iterator[Finding]:
    """Every fence around code names its language.

    Without it nothing is highlighted or copied into the right tool, and code that does not parse is not
    found. What plainly is code must name one, `mermaid` included; drawings, trees, logs, tables, plain text
    and sketches need none, nor does code that is indented. The option `code` of a section or label says
    otherwise: `true` for a language at every fence, but for drawings and the output that follows upon code;
    `[python, sql]` for one of these; `false` for none. The innermost around a fence counts. Other names of a
    language, such as `py`, do as well, and so do attributes such as `{.python}`.

    Fails:

        ```
        SELECT id FROM alerts WHERE owner = 7;
        ```

    Passes:

        ```sql
        SELECT id FROM alerts WHERE owner = 7;
        ```
    """
    source = binding.document.source
    blocks = sound_blocks(binding)
    rules = innermost(binding, lambda content: content.code, [block.span.start for block in blocks])
    # Where the last block ends that has named its language.
    named = -1
    for block, rule in zip(blocks, rules, strict=True):
        lines = [source.slice(line) for line in block.lines]
        if (rule is not None and not rule.named) or not any(map(str.strip, lines)):
            continue
        owed = rule if rule is not None and binding.owed(rule.start) else _NO_RULE
        language = language_of(block.info)
        if language:
            named = block.span.end
            yield from _other_language(block, owed, language)
            continue
        likely = likely_language(lines)
        output = named >= 0 and _LEAD.fullmatch(source.text, named, block.span.start) is not None
        if not likely and (not owed.named or output or is_drawing(lines)):
            continue
        message = "this block of code names no language"
        if owed.languages:
            message += f"; the template asks for {_listed(owed.languages)}"
        elif likely:
            message += f"; it looks like `{likely}`"
        yield Finding(Span(block.span.start, block.span.start + len(block.fence)), message)


def _other_language(block: CodeBlock, rule: Code, language: str) -> Iterator[Finding]:
    if rule.languages and canonical(language) not in map(canonical, rule.languages):
        message = (
            f"`{shorten(language)}` is not the language here; the template asks for {_listed(rule.languages)}"
        )
        yield Finding(block.info_span, message)


def _listed(languages: tuple[str, ...]) -> str:
    *first, last = (f"`{shorten(language)}`" for language in languages)
    return f"{', '.join(first)} or {last}" if first else last
