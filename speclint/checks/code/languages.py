"""Recognise languages of code: which one an info string names, and which one a text certainly is in.

What is recognised is never in doubt: a text counts as code by what only code of a language has. Drawings,
trees, logs, tables, terms of mathematics, prose and sketches in no language at all are not recognised.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from speclint.checks.code.syntax import python_nodes
from speclint.markdown.lazy_regex import lazy_regex

# So much of a text is looked at.
_LINES, _COLUMNS = 200, 200

# Drawings: boxes, arrows, trees.
_DRAWN = lazy_regex(
    r"[\u2190-\u21ff\u2500-\u25ff\u27f0-\u27ff\u2900-\u297f]|\+--|--\+|-->|<--|==>|\|__"
    r"|(?m:^[ \t]*+[|v^/\\][ \t|v^/\\]*+$)"
)

_PATH = lazy_regex(r"[ \t|`+\\-]*+[\w.@{}*<>-]++(?:/[\w.@{}*<>-]*+)*+[ \t]*+(?:#[^\n]*)?$")


def is_drawing(lines: Sequence[str]) -> bool:
    """Return whether a text is a drawing or a tree of files."""
    filled = [line for line in lines if line.strip()]
    if _DRAWN.search("\n".join(filled)):
        return True
    return "/" in "".join(filled[:1]) and len(filled) > 1 and all(_PATH.match(line) for line in filled)


# What only code of a language has, at the beginning of a line; a text is in the first that fits.
_SIGNS = {
    "mermaid": (
        r"(?:flowchart|graph) +(?:TD|TB|BT|LR|RL)\b",
        r"(?:sequenceDiagram|classDiagram|erDiagram|stateDiagram(?:-v2)?)[ \t]*$",
    ),
    "plantuml": (r"@startuml\b",),
    "diff": (r"diff --git ", r"@@ -\d+(?:,\d+)? \+\d+", r"--- a/\S+$"),
    "bash": (
        r"#! ?/(?:usr/)?bin/(?:env +)?(?:ba|z|k)?sh\b",
        r"(?:for \w+ in .*|while .*|until .*); do$",
        r"if \[{1,2} .*; then$",
    ),
    "xml": (r"<\?xml ",),
    "php": (r"<\?php\b",),
    "html": (
        r"<!DOCTYPE html",
        r"<html\b",
        r" *<(?:div|form|button|template|section|table|ul)(?: [a-z][\w:-]*=\"[^\"]*\")+ ?/?>",
    ),
    "solidity": (
        r"pragma solidity ",
        r" *function \w+\([^)]*\) (?:external|public|private|internal|view|pure)\b",
        r" *event \w+\(.* indexed ",
    ),
    "protobuf": (r"syntax = \"proto[23]\";", r"message \w+ \{", r"service \w+ \{$"),
    "terraform": (r"(?:resource|data) \"\w+\" \"[\w-]+\" \{", r"(?:variable|provider|module) \"[\w-]+\" \{"),
    "dockerfile": (
        r"FROM [\w./:${}-]+(?: AS \w+)?\n(?:.*\n)?(?:RUN|COPY|WORKDIR|CMD|ENTRYPOINT|ENV|EXPOSE|ARG|USER) ",
    ),
    "cpp": (
        r"[ \t]*#include <(?:iostream|vector|string|memory|map|functional|algorithm)>",
        r"template ?<typename ",
    ),
    "c": (r"[ \t]*#include [<\"][\w./]+[>\"]",),
    "csharp": (r"using [A-Z][\w.]+;$", r"namespace [A-Z][\w.]*(?:;| ?\{)$"),
    "java": (
        r"(?:import|package) [a-z][\w.]+;$",
        r"[ \t]*(?:public|private|protected) (?:static |final )*(?:class|interface|enum|record) \w+",
    ),
    "kotlin": (
        r"[ \t]*(?:(?:private|internal|override|suspend|open|data|sealed) )+(?:fun|class|interface|object)\b",
        r"[ \t]*(?:private )?val \w+: [A-Z][\w<>?, ]* = ",
        r"[ \t]*fun (?:<\w+> )?(?:\w+\.)?\w+\([^)]*\)(?:: ?[\w<>?, ]+)? ?[{=]",
    ),
    "swift": (
        r"[ \t]*(?:(?:public|private|internal|open|static|override|mutating|@\w+) )*"
        r"func \w+(?:<[^>]*>)?\((?:[^\n)]*\b\w+: [^\n]*|[^\n]*\) (?:async |throws |rethrows )*-> [^\n]*)$",
        r"(?:public )?extension \w+(?:: \w+(?:, \w+)*)?(?: where [^{\n]*)? \{",
        r"[ \t]*guard let \w+",
        r"import (?:Foundation|SwiftUI|UIKit|Combine)$",
    ),
    "go": (
        r"func (?:\(\w+ \*?\w+\) )?\w+(?:\[[^\]]*\])?\((?![^\n]*->).*\{$",
        r"package [a-z]\w*$",
        r"(?:var|const|import) \($",
        r"type \w+(?:\[[^\]]*\])? (?:struct|interface) ?\{",
        r"[ \t]*if (?:err := .*; )?err != nil \{",
    ),
    "rust": (
        r"[ \t]*(?:pub(?:\(\w+\))? )?(?:const |async |unsafe )*fn \w+(?:<[^>]*>)?\(.*[{;,(}]",
        r"[ \t]*impl\b[^{;]*\{",
        r"[ \t]*#!?\[\w+[\](]",
        r"[ \t]*let mut \w+",
        r"use (?:crate|std|super|self|\w+)::",
        r"[ \t]*(?:println|assert_eq|assert|panic|vec|format)!\(",
        r"(?:pub )?(?:unsafe )?trait \w+[^{;]*\{",
    ),
    "typescript": (
        r"(?:export )?(?:declare )?interface \w+(?:<[^>]*>)?(?: extends [\w, <>]+)? ?\{",
        r"(?:export )?type \w+(?:<[^>]*>)? = \S",
        r"(?:export )?(?:async )?function \w+(?:<[^>]*>)?\(.*\w\??: \w.*\{$",
        r"[ \t]*(?:export )?const \w+: \w.* = ",
    ),
    "javascript": (
        r"import .* from ['\"][^'\"]+['\"];?$",
        r"[ \t]*(?:export )?(?:const|var) (?:\w+|[{\[][\w, ]+[}\]]) = .*(?:[;{(\[]|=>)$",
        r"[ \t]*(?:export )?(?:default )?(?:async )?function\*? ?\w*\([^)]*\) ?\{",
        r"[ \t]*module\.exports\b",
        r"[ \t]*(?:describe|it|test)\(['\"].*=> ?\{$",
    ),
    "ruby": (r"require(?:_relative)? ['\"]", r"class \w+ < [\w:]+$", r"[ \t]*(?:belongs_to|has_many) :"),
    "css": (r"[.#]?[\w-]+(?:[ ,>:.#][\w.# :>-]*)? \{\n[ \t]+[a-z-]+: [^;]+;$",),
    "makefile": (r"\.PHONY: ", r"[\w.-]+:(?: [\w.-]+)*\n\t"),
}

# Of these, every text with a sign of the language has one.
_NEEDS = {
    "mermaid": ("flowchart", "graph", "Diagram"),
    "plantuml": ("@startuml",),
    "diff": ("diff --git ", "@@ -", "--- a/"),
    "bash": ("#!", "; do", "; then"),
    "xml": ("<?xml ",),
    "php": ("<?php",),
    "html": ("<!DOCTYPE html", "<html", '="'),
    "solidity": ("pragma solidity ", "function ", "event "),
    "protobuf": ("syntax = ", "message ", "service "),
    "terraform": ('" {',),
    "dockerfile": ("FROM ",),
    "cpp": ("#include <", "template"),
    "c": ("#include",),
    "csharp": ("using ", "namespace "),
    "java": ("import ", "package ", "public ", "private ", "protected "),
    "kotlin": ("fun", "class", "interface", "object", "val "),
    "go": ("func ", "package ", "var (", "const (", "import (", "struct", "interface", "!= nil {"),
    "rust": ("fn ", "impl", "#[", "#![", "let mut ", "use ", "!(", "trait "),
    "typescript": ("interface ", "type ", "function ", "const "),
    "javascript": ("import ", "const ", "var ", "function", "module.exports", "=>"),
    "swift": ("func ", "extension ", "guard let ", "import "),
    "ruby": ("require", "class ", "belongs_to", "has_many"),
    "css": ("{\n",),
    "makefile": (".PHONY: ", "\n\t"),
}

# What people write where a program would have a condition.
_SKETCH = lazy_regex(
    r"[ \t]*(?:\} *)?(?:else +)?(?:if|for|while|when|foreach)\b[^\"'/#]*"
    r"\b(?:has|have|does|should|there|each(?! (?:in|of)\b)) ",
    needs=("has ", "have ", "does ", "should ", "there ", "each "),
)


def likely_language(lines: Sequence[str]) -> str:
    """Return the language that a text certainly is in, "" if that is in doubt."""
    filled = [line for each in lines[:_LINES] if (line := each[:_COLUMNS].rstrip())]
    if not filled or any(map(_SKETCH.match, filled)):
        return ""
    shared = min(len(line) - len(line.lstrip()) for line in filled)
    filled = [line[shared:] for line in filled]
    for recognise in (_of_sessions, _of_json, _of_sql, _of_commands, _of_settings):
        if language := recognise(filled):
            return language
    text = "\n".join(filled)
    for language, signs in _SIGNS.items():
        if _compiled(language, signs).search(text):
            return language
    if _is_python(text):
        return "python"
    return "yaml" if _is_yaml(filled) else ""


@cache
def _compiled(language: str, signs: tuple[str, ...]) -> re.Pattern[str]:
    return lazy_regex(f"(?m)^(?:{'|'.join(signs)})", needs=_NEEDS[language])


_PROMPT = lazy_regex(r"(?:\S{1,40}@\S{1,40}[:~ ]\S{0,40})?[$%] +[\w./~-]")

_COMMENT = lazy_regex(r"[ \t]*#")


def _of_sessions(lines: Sequence[str]) -> str:
    first = next((line for line in lines if not _COMMENT.match(line)), "")
    if first.startswith(">>> "):
        return "python"
    return "console" if _PROMPT.match(first) else ""


_MEMBER = lazy_regex(r'[ \t]*"[^"]{1,80}"[ \t]*:[ \t]*\S')

_BRACKETS = lazy_regex(r"[ \t]*[{}\[\]][{}\[\], \t]*$")


def _of_json(lines: Sequence[str]) -> str:
    """Return "json" if a text begins with a brace and is only members, values and braces, else ""."""
    if lines[0][0] not in "{[":
        return ""
    members = sum(_MEMBER.match(line) is not None for line in lines)
    braces = sum(_BRACKETS.match(line) is not None for line in lines)
    if len(lines) <= 2:
        return "json" if re.match(r'[\[{ ]+"[^"]{1,80}"[ \t]*:', lines[0]) else ""
    return "json" if members and members + braces >= 0.7 * len(lines) else ""


_STATEMENT = lazy_regex(
    r"(?:SELECT\b.*|INSERT INTO \w|UPDATE [\w.\"]+(?: SET\b|$)|DELETE FROM \w|DROP (?:TABLE|INDEX|COLUMN) "
    r"|CREATE (?:OR REPLACE )?(?:UNIQUE |TEMP(?:ORARY)? )?(?:TABLE|INDEX|VIEW|FUNCTION|TYPE|TRIGGER|SCHEMA) "
    r"|ALTER TABLE \w|GRANT \w|EXPLAIN (?:ANALYZE |SELECT)|TRUNCATE TABLE |WITH \w+ AS \()",
    needs=(
        "SELECT", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "DROP ", "CREATE ", "ALTER TABLE ", "GRANT ",
        "EXPLAIN ", "TRUNCATE TABLE ", "WITH ",
    ),
)  # fmt: skip

_CLAUSE = lazy_regex(r"(?m)\b(?:FROM|WHERE|VALUES|SET|ADD|PRIMARY KEY|ON|TO|INTO)\b|;[ \t]*(?:--.*)?$|\($")


def _of_sql(lines: Sequence[str]) -> str:
    first = next((line for line in lines if not line.startswith("--") and line != "BEGIN;"), "")
    return "sql" if _STATEMENT.match(first) and _CLAUSE.search("\n".join(lines)) else ""


# Commands of a shell, and what makes a line that begins with the name of one a command.
_COMMAND = lazy_regex(
    r"(?:sudo +)?(?:[A-Z_][A-Z0-9_]*=\S* +)*(?:"
    r"git +(?:add|checkout|clone|commit|diff|fetch|log|merge|pull|push|rebase|revert|status|switch|tag)\b"
    r"|(?:npm|pnpm|yarn|bun) +(?:run|install|ci|test|start|build|add|exec)\b|npx +\S"
    r"|(?:pip3?|uv|poetry|docker|docker-compose|kubectl|helm|kustomize|terraform|cargo|apt|apt-get|systemctl"
    r"|rails|rake|gradle|mvn|dotnet|flask|alembic|gcloud|aws|gh) +[a-z][\w:-]*(?: +\S+){0,9}$"
    r"|go +(?:run|build|test|get|install|mod|vet|generate|tool)\b|brew +install\b|bundle +(?:exec|install)\b"
    r"|(?:python3?|node|ruby|php|bash|sh|java|deno) +(?:-[mc] +\S|[\w./-]+\.\w+(?: |$))"
    r"|(?:curl|wget|http|psql|redis-cli|mysql|ssh|scp|rsync|pytest|hey|k6|ab|wrk|jq)(?: +\S+){0,9} +-{1,2}\w"
    r"|(?:curl|wget) +['\"]?https?://|cd +[\w./~$-]+$|export +\w+=|source +\S+$|mkdir +-p +\S"
    r"|pytest(?: +[\w./:-]+){0,9}$|make +[\w-]+$|\.\.?/[\w./-]+"
    r")",
    needs=(
        "git", "npm", "yarn", "bun", "npx", "pip", "uv", "poetry", "docker", "kubectl", "helm", "kustomize",
        "terraform", "cargo", "apt", "systemctl", "rails", "rake", "gradle", "mvn", "dotnet", "flask",
        "alembic", "gcloud", "aws", "gh", "go", "brew", "python", "node", "ruby", "php", "sh", "java", "deno",
        "curl", "wget",
        "http", "psql", "redis-cli", "mysql", "scp", "rsync", "pytest", "hey", "k6", "ab", "wrk", "jq", "cd",
        "export", "source", "mkdir", "make", "./",
    ),
)  # fmt: skip


def _of_commands(lines: Sequence[str]) -> str:
    """Return "bash" if the first line is a command, and so are half of the others, else "".

    Lines that are indented, comments or continued from the line above do not count.
    """
    begun = [
        line
        for above, line in pairwise(("", *lines))
        if not line[0].isspace() and not _COMMENT.match(line) and not above.endswith(("\\", "|"))
    ]
    commands = [_COMMAND.match(line) is not None for line in begun]
    return "bash" if commands and commands[0] and sum(commands) >= 0.5 * len(commands) else ""


_TABLE = lazy_regex(r"\[{1,2}[\w.\"-]+(?: \"[^\"]*\")?\]{1,2}$")

_SETTING = lazy_regex(r"[\w.\"-]+ ?= ?(?P<value>.*)")

_TOML_VALUE = lazy_regex(r"[\"'\[{]|(?:true|false)$|[+-]?\d[\d_.:TZ-]*$")

_VARIABLE = lazy_regex(r"(?:export )?[A-Z][A-Z0-9_]{2,}=\S*(?: +#.*)?$")


def _of_settings(lines: Sequence[str]) -> str:
    lines = [line for line in lines if not line.startswith(("#", ";"))]
    if len(lines) > 1 and all(map(_VARIABLE.match, lines)):
        return "ini"
    settings = [match for line in lines if (match := _SETTING.match(line))]
    if not lines or not _TABLE.match(lines[0]) or not settings:
        return ""
    if any(line[0] not in " \t]})\"'" and not (_TABLE.match(line) or _SETTING.match(line)) for line in lines):
        return ""
    return "toml" if all(_TOML_VALUE.match(match["value"]) for match in settings) else "ini"


# Statements that stand in no other language, and what a script of two lines or more has.
_DEFINES = lazy_regex(
    r"(?m)^[ \t]*(?:(?:async )?def \w+\((?:[^\n]*:[ \t]*(?:#.*|\.\.\.|pass|return\b.*)?$|[^\n)]*$)"
    r"|class \w+(?:\([^)]*\))?:[ \t]*$|from [\w.]+ import \w)",
    needs=("def ", "class ", "from "),
)


def _is_python(text: str) -> bool:
    if _DEFINES.search(text):
        return True
    if "=" not in text and "import" not in text:  # which any of what follows has
        return False
    kinds = python_nodes(text)
    if "\n" in text and (kinds >= {"Assign", "Call", "Attribute"} or kinds >= {"Assign", "Dict", "Constant"}):
        return True
    return "Import" in kinds


_KEY = lazy_regex(
    r"(?P<indent> *)(?P<item>(?:- +)*)(?P<key>[\"']?[A-Za-z_$/][\w./${}-]*[\"']?):(?: +(?P<value>\S.*))?$"
)

_ITEM = lazy_regex(r" *- +\S")


def _is_yaml(lines: Sequence[str]) -> bool:
    """Return whether a text is only keys, items and comments, some nested, the outer keys in lower case."""
    keys = [_KEY.match(line) for line in lines]
    known = [
        key is not None or _ITEM.match(line) is not None or _COMMENT.match(line) is not None or line == "---"
        for key, line in zip(keys, lines, strict=True)
    ]
    outer = [key for key in keys if key and not key["indent"]]
    nested = any(
        key is not None
        and not key["value"]
        and following is not None
        and len(following["indent"] + following["item"]) > len(key["indent"])
        for key, following in pairwise(keys)
    )
    if len(lines) < 3 or not nested or not outer or sum(known) < 0.9 * len(lines):
        return False
    return not any(key["key"].strip("\"'")[:1].isupper() for key in outer)
