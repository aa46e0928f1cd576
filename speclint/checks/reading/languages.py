"""Read the language that the info string of a fence names."""

from __future__ import annotations

from speclint.markdown.lazy_regex import lazy_regex

# Longer info strings are cut off here.
_CHARACTERS = 200

_ATTRIBUTES = lazy_regex(r"\{(?:[^{}]*?\s)?\.([\w+#-]++)")

_IN_BRACES = lazy_regex(r"\{[ \t]*+\.?([A-Za-z][\w+#-]*+)(?![\w+#-]*[ \t]*=)")

_WORD = lazy_regex(r"[.:]?([^\s,:;{}()=\"']++)(?![ \t]*=)")

# What people call one language, and the name that counts.
_ALIASES = {
    alias: name
    for name, aliases in {
        "python": ("py", "python3", "python2", "py3", "ipython", "pycon"),
        "typescript": ("ts", "tsx"),
        "javascript": ("js", "jsx", "mjs", "node"),
        "bash": ("sh", "shell", "zsh", "console", "shell-session", "shellsession", "terminal", "ksh", "fish"),
        "yaml": ("yml",),
        "json": ("jsonc", "json5", "jsonl", "ndjson"),
        "go": ("golang",),
        "rust": ("rs",),
        "ruby": ("rb",),
        "kotlin": ("kt", "kts"),
        "csharp": ("c#", "cs"),
        "cpp": ("c++", "cc", "cxx", "hpp"),
        "markdown": ("md", "mdx"),
        "dockerfile": ("docker", "containerfile"),
        "sql": ("postgresql", "postgres", "pgsql", "plpgsql", "mysql", "sqlite", "psql"),
        "protobuf": ("proto", "proto3"),
        "terraform": ("tf", "hcl"),
        "graphql": ("gql",),
        "text": ("txt", "plain", "plaintext", "none"),
        "ini": ("cfg", "conf", "dotenv", "env", "properties"),
        "makefile": ("make", "mk"),
        "powershell": ("ps1", "pwsh"),
        "html": ("htm", "xhtml"),
        "diff": ("patch",),
        "solidity": ("sol",),
        "haskell": ("hs",),
        "perl": ("pl",),
        "elixir": ("ex", "exs"),
    }.items()
    for alias in aliases
}


def language_of(info: str) -> str:
    """Return the language that an info string names, in lower case, "" if it names none.

    `{.python}` and `{python}` name one; `title="x"` does not.
    """
    info = info[:_CHARACTERS]
    braced = info.startswith("{")
    match = (_ATTRIBUTES.match(info) or _IN_BRACES.match(info)) if braced else _WORD.match(info)
    return match[1].lower() if match else ""


def canonical(language: str) -> str:
    """Return the canonical name of a language: `python` for `py`, `python3` and `python`."""
    language = language.lower()
    return _ALIASES.get(language, language)
