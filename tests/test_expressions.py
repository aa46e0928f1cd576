"""Expressions that are kept from run to run are those that Python compiles, whatever is in the file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint import expressions, storage
from speclint.expressions import Compiler

from .test_pattern import MODULES

ROOT = Path(__file__).parent.parent
WORD = (r"(?P<mark>['\"])(?P<word>[^\W\d_]{2,5}+)(?P=mark)|é", re.IGNORECASE)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("SPECLINT_CACHE_DIR", str(folder))
    return folder


def ours() -> dict[str, int]:
    """Every expression of our own with its flags."""
    return {
        value._source: value._flags
        for module in MODULES
        for value in vars(module).values()
        if type(value).__name__ == "_Late"
    }


def facts(compiled: re.Pattern[str]) -> tuple[object, ...]:
    return compiled.pattern, compiled.flags, compiled.groups, dict(compiled.groupindex), compiled


def test_all_of_ours_are_what_python_compiles() -> None:
    first = Compiler()
    all_of_ours = ours()
    assert len(all_of_ours) > 50
    for source, flags in all_of_ours.items():
        assert facts(first(source, flags)) == facts(re.compile(source, flags))
    first.save()
    second = Compiler()
    for source, flags in all_of_ours.items():
        # Patterns are equal when their code is.
        assert facts(second(source, flags)) == facts(re.compile(source, flags))
    assert second.known
    assert not second.fresh


def test_flags_make_another_expression() -> None:
    compiler = Compiler()
    assert compiler("a", re.IGNORECASE).match("A")
    assert not compiler("a", 0).match("A")


def test_what_does_not_compile_says_so() -> None:
    with pytest.raises(re.error, match="unterminated"):
        Compiler()("(", 0)


def kept() -> Path:
    compiler = Compiler()
    compiler(*WORD)
    compiler.save()
    assert compiler.path is not None
    return Path(compiler.path)


def test_a_damaged_file_is_none() -> None:
    path = kept()
    whole = path.read_bytes()
    content = whole.split(b"\n", 1)[1]
    for damaged in (b"", b"\n", whole[:-9], whole.replace(b"[", b"(", 1), b"\xff" + whole, content):
        path.write_bytes(damaged)
        compiler = Compiler()
        assert not compiler.known
        assert compiler(*WORD) == re.compile(*WORD)


ENTRIES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["0", "00000000", "ffffffff"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


FORGED = st.tuples(st.integers(0, 300), st.binary(max_size=10), st.integers(-2, 5), st.just({"a": 1}))


@given(ENTRIES | FORGED.map(lambda entry: [entry[0], (entry[1] * 4).hex(), *entry[2:]]))
def test_a_forged_entry_is_an_expression_or_none(entry: object) -> None:
    compiler = Compiler()
    source, flags = WORD
    compiler.known = {f"{int(flags)} {source}": entry}
    assert not compiler(source, flags).search("nothing to be found")


def test_a_foreign_content_is_none() -> None:
    path = kept()
    for content in (b"[]", b"null", b"3", b"{", b"[" * 100_000):
        storage.write_checked(str(path), expressions._version(), content)
        assert Compiler().known == {}


def test_where_nothing_can_be_kept_nothing_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (str(tmp_path / "file"), "/dev/null", "/proc/none"):
        monkeypatch.setenv("SPECLINT_CACHE_DIR", place)
        compiler = Compiler()
        assert compiler(*WORD) == re.compile(*WORD)
        compiler.save()


def test_without_a_home_nothing_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SPECLINT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.chdir(tmp_path)
    compiler = Compiler()
    compiler(*WORD)
    compiler.save()
    assert not compiler.fresh
    assert os.listdir(tmp_path) == []


def test_a_full_cache_starts_again() -> None:
    path = kept()
    compiler = Compiler()
    compiler.known |= {str(number): [] for number in range(1000)}
    compiler("another", 0)
    compiler.save()
    assert list(json.loads(path.read_bytes().split(b"\n", 1)[1])) == ["0 another"]


def test_a_second_run_compiles_less_and_says_the_same(cache: Path) -> None:
    command = [sys.executable, "-m", "speclint", "examples/pull-request.md"]
    runs = [subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False) for _ in "ab"]
    assert runs[0].stdout == runs[1].stdout != ""
    assert runs[0].stderr == runs[1].stderr == ""
    (file,) = cache.glob("expressions-*.json")
    assert len(json.loads(file.read_bytes().split(b"\n", 1)[1])) > 50
