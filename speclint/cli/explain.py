"""Implement `speclint explain`: print what checks ask and why."""

from __future__ import annotations

import inspect
from types import SimpleNamespace

from speclint.checks.registry import CHECKS
from speclint.cli.console import UsageError, unknown_word, write_output


def run(asked: SimpleNamespace) -> int:
    """Print the documentation of a check, or the list of all checks, and return the exit code."""
    write_output(_list() if asked.id is None else _page(asked.id))
    return 0


def _page(id: str) -> str:
    found = next((check for check in CHECKS if check.id == id), None)
    if found is None:
        raise UsageError(unknown_word("check", id, [check.id for check in CHECKS]))
    severity = found.severity.label if found.severity else "off unless turned on"
    return f"{id} ({found.family}, {severity})\n\n{inspect.cleandoc(found.documentation)}\n"


def _list() -> str:
    width = max(len(check.id) for check in CHECKS)
    parts = []
    for family in dict.fromkeys(check.family for check in CHECKS):
        lines = [f"{family}\n"]
        for check in CHECKS:
            if check.family == family:
                severity = check.severity.label if check.severity else "off"
                sentence = " ".join(check.documentation.strip().partition("\n\n")[0].split())
                lines.append(f"  {check.id:{width}}  {severity:7}  {sentence}\n")
        parts.append("".join(lines))
    return "\n".join(parts)
