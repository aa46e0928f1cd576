"""What the command says is what it said before, byte for byte; `scripts/record_golden.py` records it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from . import golden
from .amount import SOAKING

# What other groups are about as well, with more documents or other rule sets: `make soak` has all.
MORE = ("corpus-forced-", "forced-django", "forced-feature-doc", "forced-go", "forced-feature-pr")


@pytest.mark.parametrize("name", [name for name in golden.GROUPS if SOAKING or not name.startswith(MORE)])
def test_the_outputs_are_those_recorded(name: str, tmp_path: Path) -> None:
    lacking = golden.GROUPS[name].lacking()
    if lacking:
        pytest.skip(f"{name} needs {' and '.join(lacking)}")
    found = {case: golden.digest(output) for case, output in golden.outputs(name, tmp_path).items()}
    expected = {case: value for case, value in golden.recorded().items() if case.startswith(f"{name}/")}
    differing = sorted(case for case in found.keys() | expected if found.get(case) != expected.get(case))
    if differing:
        pytest.fail(
            f"{len(differing)} of {len(found)} outputs are not those recorded:\n  "
            + "\n  ".join(differing)
            + "\nTo see them, run this, also with `--tree CHECKOUT` of one that passes; then `diff -r`:\n"
            + f"  .venv/bin/python scripts/record_golden.py --write-outputs DIR {name}\n"
            + "Where they are meant to differ: .venv/bin/python scripts/record_golden.py",
            pytrace=False,
        )


def test_every_recorded_case_is_run() -> None:
    assert {case.partition("/")[0] for case in golden.recorded()} <= golden.GROUPS.keys()
