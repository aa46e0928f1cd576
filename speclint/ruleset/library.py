"""Provide the bundled rule sets, and rule sets that are given as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from speclint.diagnostics import Problem, RuleSetError
from speclint.ruleset.build import from_data
from speclint.ruleset.bundled import PackageFiles, bundled, compiled, data_file
from speclint.ruleset.model import RuleSet

if TYPE_CHECKING:
    from speclint.ruleset.loading import FileAccess


@cache
def bundled_rule_set(id: str) -> RuleSet:
    """Return a bundled rule set, built from its compiled copy, or from its YAML if there is none.

    Raise `RuleSetError` if no bundled rule set has the id.
    """
    if id not in bundled():
        from speclint.ruleset.loading import unknown_rule_set

        raise RuleSetError([Problem(id, 1, 1, unknown_rule_set(id))])
    return from_data(compiled(id) or _source_data(id), trusted=True)


def bundled_rule_sets() -> Iterator[RuleSet]:
    """Yield every bundled rule set, in the order of their ids, each built when it is reached."""
    return map(bundled_rule_set, bundled())


def compile_bundled() -> dict[str, dict[str, Any]]:
    """Return what each `rules/<id>.json` should hold, by id: the data of the bundled rule set.

    Raise `RuleSetError` if one is faulty.
    """
    return {id: _source_data(id) for id in bundled()}


def _source_data(id: str) -> dict[str, Any]:
    from speclint.ruleset.loading import read_rule_file

    return read_rule_file(data_file("rules", f"{id}.yaml"), PackageFiles()).data


def parse_rule_set(
    text: str,
    name: str = "<rule set>",
    skeleton: str = "",
    fingerprints: Iterable[str] = (),
    files: FileAccess | None = None,
) -> RuleSet:
    """Return the rule set in a YAML text.

    `name` stands for its path in errors, and paths in it are relative to that; they are read through `files`,
    without which no file exists. `skeleton` is the template's Markdown. Raise `RuleSetError` with every
    fault.
    """
    from speclint.ruleset.loading import NoFiles, parse_rule_file

    return from_data(parse_rule_file(text, name, skeleton, fingerprints, files or NoFiles()).data)
