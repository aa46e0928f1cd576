"""What a fix changes, as a unified diff that `git apply -p0` and `patch -p0` take."""

from __future__ import annotations

import re

from speclint.reporters.concise import BOLD, RESET
from speclint.reporters.escape import escape_controls

# What would end a name too early, or be taken for the beginning of a quoted one.
_AWKWARD = re.compile('[\x00-\x1f"\\\\\x7f-\x9f\u2028\u2029\ud800-\udfff]')

_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\')

_NO_NEWLINE = "\\ No newline at end of file\n"

_COLORS = {"-": "\x1b[31m", "+": "\x1b[32m", "@": "\x1b[36m"}


def unified(path: str, old: str, new: str) -> str:
    """Return the diff between two texts of the file at a path, "" where they are the same.

    Lines end at `\\n` alone, as for all programs that read diffs; a `\\r` is the text's own.
    """
    from difflib import unified_diff

    name = _name(path)
    lines = unified_diff(_lines(old), _lines(new), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines)


def shown(difference: str, color: bool = False) -> str:
    """Return a diff of one file for people: what a terminal would obey or hide is written as an escape."""
    lines: list[str] = []
    for number, line in enumerate(difference.split("\n")[:-1]):
        # Tabs do no harm, and neither does the half of a line end.
        line = "\t".join(map(escape_controls, line.removesuffix("\r").split("\t")))
        # Only by its place can a header be told from a line that begins like one.
        mark = BOLD if number < 2 else _COLORS.get(line[0], "")
        lines.append(f"{mark}{line}{RESET}\n" if color and mark else f"{line}\n")
    return "".join(lines)


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _name(path: str) -> str:
    """A path as git and patch read it: quoted like a string of C where need be."""
    if _AWKWARD.search(path):
        data = path.encode("utf-8", "surrogateescape")
        return '"' + "".join(chr(b) if b in _PLAIN else f"\\{b:03o}" for b in data) + '"'
    # A tab says where a name with blanks ends.
    return f"{path}\t" if " " in path else path
