"""Parse reports of coverage tools: bytes in, what was measured out, one format a module.

A format is recognised by what is in the file, never by its name. What a report counts comes first in its own
tool's way, and then in others that people quote as well:

| report | first | then |
| --- | --- | --- |
| coverage.py XML and JSON | lines and branches, as `coverage report` has it | lines |
| Cobertura XML of other tools | lines | lines and branches |
| lcov | lines, as genhtml has it | lines and branches |
| Go cover profile | statements, as `go tool cover` has it | |
| JaCoCo XML | instructions, as its own pages have it | lines |
| Istanbul json-summary | lines | statements |
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from speclint.coverage.model import Measurements, Tallies, added
from speclint.coverage.numbers import ReportError

MAX_BYTES = 50_000_000


class Report(NamedTuple):
    """What one report counts: tallies by path, with `/`, and what belongs to no file (() for nothing).

    `share` means that it gives shares only, so that nothing can be added to them.
    """

    name: str
    files: Mapping[str, Tallies]
    rest: Tallies = ()
    share: bool = False


def parse(data: bytes, name: str) -> Report:
    """Return the report in a file's bytes; `name` is its name in messages.

    Raise `ReportError`, with the line if there is one, for what is no report, or a broken one.
    """
    if len(data) > MAX_BYTES:
        raise ReportError(f"larger than {MAX_BYTES // 1_000_000} MB")
    if data.startswith(b"SQLite format 3\0"):
        raise ReportError("is the data of coverage.py; make a report of it: `coverage xml`, `coverage json`")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReportError(f"not UTF-8: {error.reason}", data.count(b"\n", 0, error.start) + 1) from None
    beginning = text[:4096].lstrip()
    if not beginning:
        raise ReportError("is empty")
    share = False
    if beginning.startswith("<"):
        from speclint.coverage import xml_reports

        files, rest, share = xml_reports.read(text)
    elif beginning.startswith(("{", "[")):
        from speclint.coverage import json_reports

        files, rest = json_reports.read(text)
    elif beginning.startswith("mode:"):
        from speclint.coverage import go_profile

        files, rest = go_profile.read(text), ()
    elif beginning.startswith(("TN:", "SF:")):
        from speclint.coverage import lcov

        files, rest = lcov.read(text), ()
    else:
        raise ReportError(
            "no coverage report that is known: coverage.py XML or JSON, Cobertura, lcov, Go cover profile, "
            "JaCoCo XML, Istanbul json-summary",
            1,
        )
    return Report(name, files, rest, share)


def merge(reports: Sequence[Report], folder: str = "") -> Measurements:
    """Return what several reports (at least one) measured together; paths below `folder` become relative.

    If several reports have a file, the one with more of it covered counts: the true union can only be counted
    by the tool that made them. Raise `ReportError` if nothing was counted.
    """
    files: dict[str, Tallies] = {}
    rests: list[Tallies] = []
    above = f"{folder.replace(os.sep, '/').rstrip('/')}/" if folder else ""
    for report in reports:
        if report.share and len(reports) > 1:
            raise ReportError(f"{report.name} gives rates and no counts; it cannot be added to other reports")
        for path, tallies in report.files.items():
            path = path.removeprefix(above).removeprefix("./")
            known = files.get(path)
            if known is None or tallies[0].covered > known[0].covered:
                files[path] = tallies
        if report.rest:
            rests.append(report.rest)
    name = os.path.basename(reports[0].name) if len(reports) == 1 else "the combined report"
    measured = Measurements(name, files, added(rests) if rests else ())
    if not measured.total.tallies[0].countable:
        raise ReportError("nothing is counted in it, so there is no figure to compare with")
    return measured
