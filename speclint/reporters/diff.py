"""Render what a fix changes, as a unified diff that `git apply -p0` and `patch -p0` take."""

from __future__ import annotations

import re
from collections import Counter

from speclint.reporters.ansi import BOLD, CYAN, GREEN, RED, RESET
from speclint.reporters.escape import escape_controls

# What would end a name too early, or be taken for the beginning of a quoted one.
_AWKWARD = re.compile('[\x00-\x1f"\\\\\x7f-\x9f\u2028\u2029\ud800-\udfff]')

_COMMAND = re.compile(r"(\A\s+):(?=:)")

_PLAIN = frozenset(range(0x20, 0x7F)) - frozenset(b'"\\')

_NO_NEWLINE = "\\ No newline at end of file\n"

# Comparisons of lines: about two seconds. difflib is quadratic in lines that repeat, or worse; real documents
# with sixty changes stay below a tenth of this.
_MOST_WORK = 5_000_000

_COLORS = {"-": RED, "+": GREEN, "@": CYAN}


def unified(path: str, old: str, new: str) -> str:
    """Return the diff between two texts of the file at a path, "" if they are the same.

    Lines end at LF alone, as for all programs that read diffs; a CR is part of the text.
    """
    before, after = _lines(old), _lines(new)
    if before == after:
        return ""
    name = _name(path)
    if _work(before, after) > _MOST_WORK:
        lines = [f"--- {name}\n", f"+++ {name}\n", *_one_hunk(before, after)]
    else:
        from difflib import unified_diff

        lines = list(unified_diff(before, after, name, name))
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_NEWLINE}" for line in lines)


def shown(difference: str, color: bool = False) -> str:
    """Return a diff of one file for people: control and invisible characters are written as escapes."""
    lines: list[str] = []
    for number, line in enumerate(difference.split("\n")[:-1]):
        # Tabs do no harm, and neither does the half of a line end, without which the diff would not apply.
        end = "\r\n" if line.endswith("\r") else "\n"
        line = "\t".join(map(escape_controls, line.removesuffix("\r").split("\t")))
        # Nor is the space before a line that stays enough for GitHub, which takes `::` for a command there.
        line = _COMMAND.sub(r"\1\\x3a", line)
        # Only by its place can a header be told from a line that begins like one.
        mark = BOLD if number < 2 else _COLORS.get(line[0], "")
        lines.append(f"{mark}{line}{RESET}{end}" if color and mark else f"{line}{end}")
    return "".join(lines)


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def _work(before: list[str], after: list[str]) -> int:
    """Return about how many comparisons difflib would make: pairs of equal lines, once for every change."""
    old, new = Counter(before), Counter(after)
    # Of long texts, difflib leaves out the lines that are more than a hundredth of them.
    most = len(after) // 100 + 1 if len(after) >= 200 else len(after)
    pairs = sum(count * new[line] for line, count in old.items() if new[line] <= most)
    return pairs * (1 + max((old - new).total(), (new - old).total()))


def _one_hunk(before: list[str], after: list[str]) -> list[str]:
    """Return a hunk from the first line that differs to the last one, with three lines around them."""
    shorter = min(len(before), len(after))
    start = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    same = next((n for n in range(shorter - start) if before[-1 - n] != after[-1 - n]), shorter - start)
    old_end, new_end = len(before) - same, len(after) - same
    first, below = max(0, start - 3), min(3, same)
    return [
        f"@@ -{_range(first, old_end + below)} +{_range(first, new_end + below)} @@\n",
        *(f" {line}" for line in before[first:start]),
        *(f"-{line}" for line in before[start:old_end]),
        *(f"+{line}" for line in after[start:new_end]),
        *(f" {line}" for line in before[old_end : old_end + below]),
    ]


def _range(start: int, end: int) -> str:
    length = end - start
    if length == 1:
        return f"{start + 1}"
    # An empty range names the line before it.
    return f"{start + 1 if length else start},{length}"


def _name(path: str) -> str:
    """Return a path as git and patch read it: quoted like a string in C if necessary."""
    if _AWKWARD.search(path):
        data = path.encode("utf-8", "surrogateescape")
        return '"' + "".join(chr(b) if b in _PLAIN else f"\\{b:03o}" for b in data) + '"'
    # A tab marks the end of a name with spaces.
    return f"{path}\t" if " " in path else path
