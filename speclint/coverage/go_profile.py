"""Go cover profiles (`go test -coverprofile`): blocks of statements, counted as `go tool cover` counts."""

from __future__ import annotations

import re
from io import StringIO

from speclint.coverage.model import Tallies
from speclint.coverage.numbers import MAX_COUNT, ReportError, checked_path, count, tally

# file.go:12.34,15.2 3 1: from line and column, to line and column, statements, runs.
_BLOCK = re.compile(r"(?P<path>.+):(?P<place>\d+\.\d+,\d+\.\d+) (?P<statements>\d+) (?P<runs>\d+)")

_MODE = re.compile(r"mode: (?:set|count|atomic)")


def read(text: str) -> dict[str, Tallies]:
    """Return the statements of every file.

    With `-coverpkg` every package under test lists every block: a block counts once, covered if it was run
    anywhere. Raise `ReportError`, with the line of the fault.
    """
    blocks: dict[str, dict[str, tuple[int, bool]]] = {}
    for number, line in enumerate(StringIO(text), 1):
        line = line.strip()
        if not line or _MODE.fullmatch(line):
            continue
        match = _BLOCK.fullmatch(line)
        if match is None:
            raise ReportError("no line of a Go cover profile; is it cut off?", number)
        statements = count(match["statements"], "the number of statements", number)
        if statements > MAX_COUNT:
            raise ReportError(f"{statements} statements in a block are more than anybody has", number)
        hit = count(match["runs"], "the number of runs", number) > 0
        known = blocks.setdefault(checked_path(match["path"], number), {})
        before = known.get(match["place"])
        if before is not None and before[0] != statements:
            raise ReportError(f"a block of {statements} statements that had {before[0]} before", number)
        known[match["place"]] = (statements, hit or (before is not None and before[1]))
    return {
        path: (tally(sum(n for n, hit in own.values() if hit), sum(n for n, _ in own.values()), path),)
        for path, own in blocks.items()
    }
