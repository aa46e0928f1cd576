"""Write fields and labels in the style of others: lines, list items, table rows, front matter keys."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from speclint.markdown.document import Field
from speclint.markdown.source import BYTE_ORDER_MARK, Source

# What stands before an entry in its line: quote marks, a list marker, a box.
_BEFORE = (
    r"(?P<around>[ \t>]*)(?:(?P<marker>[-*+]|(?P<number>\d{1,9})(?P<close>[.)]))(?P<gap>[ \t]+)"
    r"(?P<box>\[[ xX]\][ \t]+)?)?$"
)

# A line break that is not to be lost between lines of one paragraph.
_HARD_BREAK = r"(?: {2,}|[ \t]*\\|[ \t]*<br[ \t]*/?>[ \t]*)$"


def entry_lines(source: Source, like: Field, name: str, value: str, below: str, step: int) -> str:
    """Return the lines of an entry written like another one in `source`, with the text below it.

    `step` is 1 behind that one and -1 before it, for the number of a list item.
    """
    text = source.text
    start = source.line_span(source.line_number(like.span.start)).start
    start += text.startswith(BYTE_ORDER_MARK) and start == 0
    head = re.search(r"[*_]*$", text[like.span.start : like.name_span.start])
    assert head is not None
    before = re.match(_BEFORE, text[start : like.span.start])
    prefix = indent = ""
    if before is not None:
        prefix = indent = before["around"]
        if before["marker"]:
            marker = before["marker"]
            if before["number"]:
                marker = f"{max(int(before['number']) + step, 0)}{before['close']}"
            prefix += f"{marker}{before['gap']}"
            indent += " " * len(f"{marker}{before['gap']}")
            prefix += "[ ] " * bool(before["box"])
    written = source.slice(like.name_span)
    colon = written[-1:] if written.endswith((":", "：")) else ""
    between = text[like.name_span.end : like.value_span.start]
    if value and not between.endswith((" ", "\t")):
        between += " "
    # A line that is emphasised as a whole is closed behind its value.
    tail = text[like.value_span.end : like.span.end].strip()
    end = source.line_span(source.line_number(like.value_span.end)).end
    last = re.match(_HARD_BREAK, text[max(like.value_span.end, like.span.end) : end])
    first = f"{prefix}{head[0]}{name}{colon}{between}{value}{tail}".rstrip()
    first += last[0] if last and value else ""
    inner = below.splitlines(keepends=True)
    return f"{first}\n" + "".join(
        f"{indent}{line}" if line.strip() or ">" in indent else line for line in inner
    )


def table_row(source: Source, like: Field, name: str, value: str) -> str:
    """Return a row of a table in the style of another one in `source`, with a line feed."""
    line = source.line_span(source.line_number(like.span.start))
    start = line.start + source.text.startswith(BYTE_ORDER_MARK, line.start)
    marks = re.fullmatch(r"(?s)([*_`]*)(.*?)([:：]?[*_`]*[:：]?)", source.slice(like.name_span))
    assert marks is not None
    pieces = (
        source.text[start : like.name_span.start],
        f"{marks[1]}{name}{marks[3]}",
        source.text[like.name_span.end : like.value_span.start],
        re.sub(r"(?<!\\)\|", r"\\|", value),
        source.text[like.value_span.end : line.end],
    )
    return "".join(pieces) + "\n"


def are_one_list(lines: str, behind: str) -> bool:
    """Return whether inserted lines and what follows them are items of one list."""
    item = r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]"
    return bool(re.match(item, lines) and re.match(item, behind))


def front_matter_key(fields: Sequence[Field], name: str) -> str:
    """Return a name in the style of the front matter's keys: its case, and `-`, `_` or a space as joint."""
    keys = [field.name for field in fields if field.place == "front-matter"]
    if keys and all(key == key.lower() for key in keys):
        name = name.lower()
    if any(" " in key for key in keys):
        return name
    return re.sub(r"\s+", "-" if any("-" in key for key in keys) else "_", name)


def front_matter_entry(key: str, value: str, in_toml: bool) -> str:
    """Return the line of a key in YAML or TOML front matter, with its value as a string."""
    bare = value.strip("`")
    if in_toml:
        name = key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)
        return f"{name} = {json.dumps(bare, ensure_ascii=False)}\n"
    quoted = "'{}'".format(bare.replace("'", "''")) if '"' in bare or "\\" in bare else f'"{bare}"'
    return f"{key}: {quoted}\n"
