"""Regular expressions that are compiled late do compile, and behave like others."""

from __future__ import annotations

import importlib
import pkgutil
import re
from types import ModuleType

import pytest

import speclint
from speclint.pattern import late

MODULES = [
    importlib.import_module(info.name)
    for info in pkgutil.walk_packages(speclint.__path__, "speclint.")
    if info.name != "speclint.__main__"
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_expression_of_a_module_compiles(module: ModuleType) -> None:
    late_type = type(late(""))
    for name, value in vars(module).items():
        if isinstance(value, late_type):
            value.match("")
        elif isinstance(value, str) and name.lstrip("_").isupper() and "(?" in value and "{0}" not in value:
            re.compile(value)


def test_there_are_such_expressions() -> None:
    late_type = type(late(""))
    assert sum(isinstance(value, late_type) for module in MODULES for value in vars(module).values()) > 50


def test_one_is_like_any_other() -> None:
    pattern = late(r"(?P<word>[a-z]+)", re.IGNORECASE)
    match = pattern.search("12 AB")
    assert match is not None
    assert match["word"] == "AB"
    assert pattern.sub("x", "a b") == "x x"


def test_a_bad_one_says_so_when_it_is_used() -> None:
    with pytest.raises(re.error):
        late("(").match("")
