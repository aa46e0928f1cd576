"""JSON reports: coverage.py's (`coverage json`) and Istanbul's `json-summary` (nyc, c8, Jest, Vitest)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NoReturn

from speclint.coverage.model import Tallies, Tally
from speclint.coverage.numbers import ReportError, checked_path, count, tally


def read(text: str) -> tuple[dict[str, Tallies], Tallies]:
    """Return the files of a report, and its total if it lists none. Raise `ReportError` for a bad one."""
    try:
        data: object = json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise ReportError(f"no JSON, or cut off: {error.msg}", error.lineno) from None
    except RecursionError:
        raise ReportError("JSON that is nested too deeply") from None
    except ValueError:
        raise ReportError("JSON with a number that is no count") from None
    if isinstance(data, dict):
        total, files = data.get("total"), data.get("files")
        if isinstance(files, dict) and "totals" in data:
            return _listed(files, _coverage_py) or ({}, _coverage_py({"summary": data["totals"]}, "totals"))
        if isinstance(total, dict) and "lines" in total:
            files = {path: entry for path, entry in data.items() if path != "total"}
            return _listed(files, _istanbul) or ({}, _istanbul(total, "total"))
    if isinstance(data, dict) and any(isinstance(v, dict) and "statementMap" in v for v in data.values()):
        raise ReportError("is Istanbul's full report; have it write `json-summary` too, and name that")
    raise ReportError("JSON, but neither a report of coverage.py nor Istanbul's json-summary", 1)


def _listed(
    files: Mapping[str, object], tallies: Callable[[object, str], Tallies]
) -> tuple[dict[str, Tallies], Tallies] | None:
    """Return the files of a report, None if it lists none."""
    return (
        ({checked_path(path): tallies(entry, path) for path, entry in files.items()}, ()) if files else None
    )


def _refuse(name: str) -> NoReturn:
    raise ReportError(f"JSON with a number that is no count: {name}")


def _coverage_py(entry: object, path: str) -> Tallies:
    """Return the tally of coverage.py's percentage (with branches, if measured), and the lines."""
    summary = entry.get("summary") if isinstance(entry, dict) else None
    lines = _tally(summary, "covered_lines", "num_statements", path)
    if not isinstance(summary, dict) or "num_branches" not in summary:
        return lines, lines
    branches = _tally(summary, "covered_branches", "num_branches", path)
    both = Tally(lines.covered + branches.covered, lines.countable + branches.countable)
    return both, lines


def _istanbul(entry: object, path: str) -> Tallies:
    """Return the lines and the statements."""
    if not isinstance(entry, dict):
        raise ReportError(f"{path[:200]}: no summary")
    return tuple(
        _tally(entry.get(kind), "covered", "total", f"{path} ({kind})") for kind in ("lines", "statements")
    )


def _tally(counts: object, covered: str, countable: str, what: str) -> Tally:
    if not isinstance(counts, dict):
        raise ReportError(f"{what[:200]}: no summary")
    values = [count(counts.get(key), f"`{key}` of {what[:200]}") for key in (covered, countable)]
    return tally(values[0], values[1], what[:200])
