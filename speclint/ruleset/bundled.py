"""The rule sets that travel with the package, and their compiled copies."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def data_file(folder: str, name: str) -> str:
    """The path of a file in `rules` or `schemas`: inside an installed package, beside it in a checkout."""
    inside = os.path.join(_PACKAGE, folder)
    return os.path.join(
        inside if os.path.isdir(inside) else os.path.join(os.path.dirname(_PACKAGE), folder), name
    )


@cache
def bundled() -> tuple[str, ...]:
    """The ids of the bundled rule sets, in alphabetical order."""
    names = os.listdir(data_file("rules", ""))
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


@cache
def compiled(name: str) -> dict[str, Any]:
    """What `scripts/compile_rules.py` wrote to a file in `rules`; nothing where that is not there."""
    try:
        with open(data_file("rules", f"{name}.json"), "rb") as file:
            content = json.load(file)
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
