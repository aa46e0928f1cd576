"""Find where Python, TOML and YAML in a document do not parse; nothing is executed.

Documents show code as people read it: excerpts, sketches, dialogues. What is no fault there is left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from speclint.markdown.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from ast import AST


class Fault(NamedTuple):
    """A place where a text does not parse, in offsets, and why, in a few words.

    `{line}` in the reason stands for the number of the line of the offset `other`.
    """

    start: int
    end: int
    reason: str
    other: int | None = None


# Python

_BRACKET = lazy_regex(r"[(\[{]|[)\]}]")

# Dialogues with a shell, Python's or another.
_DIALOGUE = lazy_regex(r"(?m)^[ \t]*(?:>>>|\.\.\. |> |\$ |%|!|\?|In \[)")

# What a generator or a person fills in.
_SLOT = lazy_regex(r"\{\{|\{%|<%|<[A-Za-z][\w .-]{0,60}>|(?:class|def)[ \t]++[\[<{]|^[ \t]*+\[[\w ]{1,60}\]:")

# An excerpt that begins in the middle of a statement.
_MIDDLE = lazy_regex(r"(?:elif|else|except|finally|case)\b")

# Members of something that is not shown, below a comment that stands at the margin.
_BODY_ALONE = lazy_regex(r"(?:[ \t]*+(?:#[^\n]*+)?\n)++[ \t]++[^\s#]")

# A sketch: something left out, the signs of mathematics, operators of other languages.
_SKETCH = lazy_regex(r"(?m)^[ \t]*+[\w ]*\betc\b\.*$|\(\.\.\.|\.\.\.\)|…|[×÷·≤≥≠≈∈∉∀∃∪∩⊕∧∨¬→←⇒∑∏√²³]|\|\||&&")

_DEFINITION = lazy_regex(r"[ \t]*+(?:async[ \t]++)?(?:def|class)\b")

# What other versions of Python take: `type X = ...`, `def f[T]`, `except A, B:`, `t"..."`.
_OTHER_VERSION = lazy_regex(
    r"[ \t]*+(?:type[ \t]++\w++.*=|(?:async[ \t]++)?(?:def|class)[ \t]++\w++\[|except[^:]*,)"
    r"|.*\b[tT][rR]?[\"']"
)

_LINE_NUMBER = lazy_regex(r"\bon line ([0-9]{1,9})")

_DETECTED = lazy_regex(r"[ \t]*\(detected at [^()]*\)")

# Parsers give up, and take long to, where brackets are nested deeper.
_DEEPEST = 60


def python_fault(text: str) -> Fault | None:
    """Return the first fault in a text of Python 3, None for what parses or is no whole program."""
    if "\0" in text or _DIALOGUE.search(text) or _is_deep(text):
        return None
    error, added = _parsed(text), 0
    if isinstance(error, IndentationError) and _BODY_ALONE.match(text):
        error, added = _parsed(f"if 1:\n{text}"), 1
    if not isinstance(error, SyntaxError):
        return None
    lines = text.split("\n")
    message = str(error.msg)
    number = min(max((error.lineno or len(lines)) - added, 1), len(lines))
    line = lines[number - 1]
    around = lines[max(0, number - 2) : number + 1]
    if (
        _OTHER_VERSION.match(line)
        or message.startswith(("f-string", "Missing parentheses in call to", "too many", "Exceeds"))
        or _MIDDLE.match(text.lstrip())
        or any(_SLOT.search(near) or _SKETCH.search(near) for near in around)
        or _lacks_body(message, lines, number)
    ):
        return None
    before = sum(map(len, lines[: number - 1])) + number - 1
    column = _indent(line) if isinstance(error, IndentationError) else max(error.offset or 1, 1) - 1
    start = before + max(min(column, len(line.rstrip()) - 1), 0)
    end = max(before + len(line.rstrip()), start)
    other = None
    if named := _LINE_NUMBER.search(message):
        message = f"{message[: named.start(1)]}{{line}}{message[named.end(1) :]}"
        above = int(named[1]) - 1 - added
        other = sum(map(len, lines[:above])) + above
    return Fault(start, end, _DETECTED.sub("", message), other)


def python_nodes(text: str) -> frozenset[str]:
    """Return the names of the kinds of nodes that a text of Python has; none if it does not parse."""
    from ast import AST

    tree = None if "\0" in text or _is_deep(text) else _parsed(text)
    nodes = [tree] if isinstance(tree, AST) else []
    for node in nodes:
        for field in node._fields:
            value = getattr(node, field, None)
            children = value if isinstance(value, list) else [value]
            nodes += [child for child in children if isinstance(child, AST)]
    return frozenset(type(node).__name__ for node in nodes)


def _parsed(text: str) -> AST | SyntaxError | None:
    """Return the syntax tree of a text of Python, or its error; None if the parser gives up."""
    # Loaded only for documents that show Python.
    import ast
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text, "<code>")
        except SyntaxError as error:
            return error
        except (ValueError, RecursionError, MemoryError, OverflowError):
            return None


def _lacks_body(message: str, lines: Sequence[str], number: int) -> bool:
    """Return whether the fault is only that functions and classes are listed without their bodies."""
    line = lines[number - 1]
    if message.startswith("expected an indented block"):
        above = next((each for each in reversed(lines[: number - 1]) if each.strip()), line)
        listed = not line.strip() or above is line or line.lstrip().startswith("@") or _DEFINITION.match(line)
        return above.lstrip().startswith("#") or bool(listed and _DEFINITION.match(above))
    if _DEFINITION.match(line) is None:
        return False
    indent = _indent(line)
    below = next((line for line in lines[number:] if line.strip()), "")
    return not below or _indent(below) <= indent


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_deep(text: str) -> bool:
    """Return whether a text is nested deeper than people nest."""
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket.group() in "([{" else max(depth - 1, 0)
        if depth > _DEEPEST:
            return True
    return False


# TOML

# Two tables of one name, as an excerpt may have that shows both ways to write it.
_TWICE = lazy_regex(
    r"(?:Cannot|Table|Key)\b.*(?:overwrite|declare|mutate|redefine|twice|already|namespace|defined)"
)

_LEFT_OUT = lazy_regex(
    r"(?m)(?<![\"'\w])(?:\.\.\.|…)|\{\{|\{%|<%|=[ \t]*+<[A-Za-z]"
    r"|^[ \t]*+(?:<[^<>=\n]++>|[\"'(]?[A-Za-z][\w ,-]{0,60}(?:\.\.\.|…|\betc\.?)[\"')]?)[ \t]*+$"
)

_DOTTED = lazy_regex(r"(?:[\w\"'-]{1,80}[ \t]*+\.[ \t]*+){60}")


def toml_fault(text: str) -> Fault | None:
    """Return the first fault in a text of TOML, None for what parses, and for what leaves something out."""
    if _LEFT_OUT.search(text) or _DOTTED.search(text) or _is_deep(text):
        return None
    from speclint.ruleset.toml_reader import syntax_fault

    found = syntax_fault(text)
    if found is None or _TWICE.match(found[1]):
        return None
    offset, reason = found
    return _from(text, offset, f"{reason[:1].lower()}{reason[1:]}")


# YAML

# Something left out, something for a generator to fill in, a request, a dialogue with a shell.
_NO_YAML = lazy_regex(
    r"(?m)^[ \t]*+(?:-[ \t]++)?(?:\.\.\.|…|[\[<{(]\.\.\.)|\{\{|\{%|<%"
    # A line that says that more of the same follows.
    r"|^[ \t]*+(?:-[ \t]++)?(?:<[^<>:\n]++>|[\"'(]?[A-Za-z][\w ,-]{0,60}(?:\.\.\.|…|\betc\.?)[\"')]?)[ \t]*+$"
    r"|^[ \t]*+(?:(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ \t]++\S|[$>][ \t])"
)


# What the parser says, and what it means to people.
_MEANINGS = (
    (
        "mapping values are not allowed",
        "`:` stands where no key can be; a value that holds one goes in quotes",
    ),
    ("could not find expected ':'", "a key without `:`"),
    ("end of stream (while scanning a quoted scalar)", "the quotes are never closed"),
    ("but got '<stream end>'", "a bracket is never closed"),
    ("expected ',' or ']'", "`,` or `]` is missing"),
    ("expected ',' or '}'", "`,` or `}` is missing"),
    ("but found '<block mapping start>'", "the indentation fits nothing above"),
    ("but found '<block sequence start>'", "the indentation fits nothing above"),
    ("but found '-'", "an item where a key should be, or indented wrongly"),
    ("expected <block end>", "text where a key, an item or the end of the block should be"),
    ("expected '<document start>'", "text behind the end of the value"),
    ("while scanning an alias", "`*` begins an alias; a value that begins with it goes in quotes"),
)


def yaml_fault(text: str) -> Fault | None:
    """Return the first fault in a text of YAML, None for what parses, and for what leaves something out."""
    if _NO_YAML.search(text):
        return None
    from speclint.ruleset.yaml_reader import syntax_fault

    found = syntax_fault(text)
    if found is None:
        return None
    offset, said = found
    return _from(text, offset, meaning_of(said))


def meaning_of(said: str) -> str:
    """Return what a message of the YAML parser means to people."""
    return next((meaning for sign, meaning in _MEANINGS if sign in said), f"{said[:1].lower()}{said[1:]}")


def _from(text: str, offset: int, reason: str) -> Fault:
    """Return a fault from an offset to the end of its line, or at the last character of the text."""
    last = max(len(text.rstrip()) - 1, 0)
    start = min(max(offset, 0), last)
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    return Fault(start, max(start + len(text[start:end].rstrip()), start), reason)
