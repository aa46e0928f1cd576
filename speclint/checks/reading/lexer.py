"""Remove comments, or comments and strings, from code; everything else keeps its place.

This is not parsing: it knows how comments and strings begin and end in common languages, enough to tell what
code does from its comments. From an unknown language nothing is removed.
"""

from __future__ import annotations

import re

from speclint.checks.reading.languages import canonical
from speclint.markdown.lazy_regex import lazy_regex

_SLASHES = r"//[^\n]*"

_STARS = r"/\*[\s\S]*?(?:\*/|\Z)"

_HASH = r"#[^\n]*"

# Where `#` means other things too, it begins a comment only behind a blank.
_LONE_HASH = r"(?<!\S)#[^\n]*"

_DASHES = r"--[^\n]*"

# A quote that nothing closes is an apostrophe.
_DOUBLE = r'"(?:[^"\\\n]|\\[\s\S])*"'

_SINGLE = r"'(?:[^'\\\n]|\\[\s\S])*'"

_TRIPLE = (
    r'"""(?:[^"\\]|\\[\s\S]|"(?!""))*(?:"""|\\?\Z)',
    r"'''(?:[^'\\]|\\[\s\S]|'(?!''))*(?:'''|\\?\Z)",
)

_SCRIPT_STRINGS = (
    _DOUBLE,
    _SINGLE,
    # A regular expression may hold quotes; it stands where no value can end.
    r"(?<=[(,=:\[!&|?{};\n])[ \t]{0,9}/(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.){0,99}\]){1,200}/",
)


def _grammar(
    comments: tuple[str, ...], strings: tuple[str, ...], further: str = r"\\[\s\S]"
) -> re.Pattern[str]:
    """Return an expression for the comments and strings of a language.

    `further` is what is skipped: an escaped quote outside of strings begins none.
    """
    return lazy_regex(f"(?P<comment>{'|'.join(comments)})|(?P<string>{'|'.join(strings)})|{further}")


_C = _grammar((_SLASHES, _STARS), (_TRIPLE[0], _DOUBLE, _SINGLE))

# Templates are taken apart elsewhere, because they hold code.
_SCRIPT = _grammar((_SLASHES, _STARS), _SCRIPT_STRINGS, r"\\[\s\S]|[`{}]")

_GO = _grammar((_SLASHES, _STARS), (_DOUBLE, _SINGLE, r"`[^`]*(?:`|\Z)"))

_RUST = _grammar((_SLASHES, _STARS), (r'"(?:[^"\\]|\\[\s\S])*"', r"'(?:[^'\\\n]|\\[^\n]{1,10})'"))

_PHP = _grammar((_SLASHES, _STARS, r"#(?!\[)[^\n]*"), (_DOUBLE, _SINGLE))

_PYTHON = _grammar((_HASH,), (*_TRIPLE, _DOUBLE, _SINGLE))

_SHELL = _grammar((_LONE_HASH,), (r'"(?:[^"\\]|\\[\s\S])*"', r"'[^']*'"))

_YAML = _grammar((_LONE_HASH,), (_DOUBLE, r"(?<!\w)'[^'\n]*'"))

_SQL = _grammar((_DASHES, _STARS), (r"'[^']*'", r'"[^"\n]*"'))

_LUA = _grammar((r"--\[\[[\s\S]*?(?:\]\]|\Z)", _DASHES), (_DOUBLE, _SINGLE))

_CSS = _grammar((_STARS,), (_DOUBLE, _SINGLE))

_MARKUP = _grammar((r"<!--[\s\S]*?(?:-->|\Z)",), (r"(?!)",))

_GRAMMARS = {
    **dict.fromkeys(("typescript", "javascript"), _SCRIPT),
    **dict.fromkeys(
        ("c", "cpp", "csharp", "dart", "groovy", "java", "json", "kotlin", "objective-c", "protobuf", "scala",
         "scss", "less", "solidity", "swift"), _C
    ),
    **dict.fromkeys(("python", "ruby", "toml", "elixir", "graphql", "terraform", "r", "perl"), _PYTHON),
    **dict.fromkeys(("bash", "dockerfile", "makefile"), _SHELL),
    **dict.fromkeys(("html", "xml", "vue", "svelte"), _MARKUP),
    "css": _CSS, "go": _GO, "lua": _LUA, "php": _PHP, "rust": _RUST, "sql": _SQL, "yaml": _YAML,
}  # fmt: skip

# The text of a template literal, up to its end or the next code in it.
_TEMPLATE = lazy_regex(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*(`|\$\{|\\?\Z)")

_VISIBLE = lazy_regex(r"[^\n]")


def without_comments(code: str, language: str) -> str:
    """Return code with spaces for its comments; every line keeps its length."""
    return _blanked(code, [span for kind, *span in _tokens(code, language) if kind == "comment"])


def without_comments_and_strings(code: str, language: str) -> str:
    """Return code with spaces for its comments and strings; every line keeps its length."""
    return _blanked(code, [span for _, *span in _tokens(code, language)])


def _blanked(code: str, spans: list[list[int]]) -> str:
    parts: list[str] = []
    position = 0
    for start, end in spans:
        parts += [code[position:start], _VISIBLE.sub(" ", code[start:end])]
        position = end
    return "".join([*parts, code[position:]])


def _tokens(code: str, language: str) -> list[tuple[str, int, int]]:
    """Return the comments and strings of code, in order: "comment" or "string", start and end."""
    grammar = _GRAMMARS.get(canonical(language))
    found: list[tuple[str, int, int]] = []
    if grammar is None:
        return found
    # For every template literal that is open, the braces open in the code inside it.
    braces: list[int] = []
    position = 0
    while match := grammar.search(code, position):
        position = match.end()
        if match.lastgroup is not None:
            found.append((match.lastgroup, *match.span()))
            continue
        mark = match[0]
        if mark == "{" and braces:
            braces[-1] += 1
        elif mark == "}" and braces and braces[-1]:
            braces[-1] -= 1
        elif mark == "`" or (mark == "}" and braces):
            if mark == "}":
                braces.pop()
            template = _TEMPLATE.match(code, position)
            assert template is not None
            position = template.end()
            found.append(("string", match.start(), position))
            if template[1] == "${":
                braces.append(0)
    return found
