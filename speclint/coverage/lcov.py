"""lcov tracefiles: `SF` opens a file, `DA` gives a line and how often it was run, `end_of_record` closes it.

`LF` and `LH` count what the `DA` lines say; they stand in for them where there are none. Branches are
counted from `BRF` and `BRH`.
"""

from __future__ import annotations

import re
from io import StringIO

from speclint.coverage.model import Tallies, Tally
from speclint.coverage.numbers import LineHits, ReportError, checked_path, count, tally

_COUNTS = ("LF", "LH", "BRF", "BRH")

_MAX_LINE = 100_000_000

_RECORD = re.compile(r"[A-Z]+:|end_of_record$|#|$")

# A line and its runs; some compilers count in floats, or below zero where a counter ran over.
_LINE = re.compile(
    r"DA:[ \t]{0,9}(?P<line>\d{1,20}),"
    r"[ \t]{0,9}(?P<runs>-?\d{1,20}(?:\.\d{1,6})?(?:e\+?\d{1,3})?)\s{0,9}(?:,|$)",
    re.ASCII,
)


def read(text: str) -> dict[str, Tallies]:
    """Return the lines, and the lines and branches, of every file.

    The same file may be in several records, one for each test: its lines are united, of its counts the
    largest hold. Raise `ReportError`, with the line of the fault.
    """
    hits = LineHits()
    lines: dict[str, Tally] = {}
    branches: dict[str, Tally] = {}
    path: str | None = None
    file = 0
    counts: dict[str, int] = {}
    number = 0
    for number, line in enumerate(StringIO(text), 1):
        # Most lines of a report are of this kind.
        listed = _LINE.match(line)
        if listed and path is not None:
            line_number = int(listed["line"])
            if line_number > _MAX_LINE:
                raise ReportError(f"`DA` names line {line_number}, which no file has", number)
            runs = listed["runs"]
            hits.add(file, line_number, runs[0] != "-" and runs.strip("0.") != "")
            continue
        line = line.strip()
        kind, _, value = line.partition(":")
        if not _RECORD.match(line):
            raise ReportError("no line of an lcov tracefile", number)
        if kind == "SF":
            if path is not None:
                raise ReportError(f"`SF` before the `end_of_record` of {path}", number)
            path, counts = checked_path(value, number), {}
            file = hits.open(path)
        elif path is None:
            if kind in ("DA", *_COUNTS, "end_of_record"):
                raise ReportError(f"`{kind}` outside of a file's record", number)
        elif kind == "DA":
            raise ReportError("`DA` without a line and a number of runs; is it cut off?", number)
        elif kind in _COUNTS:
            counts[kind] = count(value.strip(), f"`{kind}`", number)
        elif line == "end_of_record":
            for known, covered, all_of in ((lines, "LH", "LF"), (branches, "BRH", "BRF")):
                own = tally(counts.get(covered, 0), counts.get(all_of, 0), path, number)
                if path not in known or own.covered > known[path].covered:
                    known[path] = own
            path = None
    if path is not None:
        raise ReportError(f"ends without the `end_of_record` of {path}", number)
    counted = hits.tallies()
    found: dict[str, Tallies] = {}
    for path, own in counted.items():
        first = own if own.countable else lines[path]
        also = branches[path]
        found[path] = (first, Tally(first.covered + also.covered, first.countable + also.countable))
    return found
