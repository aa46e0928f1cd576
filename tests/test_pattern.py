"""Regular expressions that are compiled late do compile, and behave like others."""

from __future__ import annotations

import importlib
import pkgutil
import re
from contextlib import suppress
from types import ModuleType

import pytest

import speclint
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.patterns import RegexBudget, RegexTimeout, RulePattern

MODULES = [
    importlib.import_module(info.name)
    for info in pkgutil.walk_packages(speclint.__path__, "speclint.")
    if info.name != "speclint.__main__"
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_expression_of_a_module_compiles(module: ModuleType) -> None:
    late_type = type(lazy_regex(""))
    for name, value in vars(module).items():
        if isinstance(value, late_type):
            value.match("")
        elif isinstance(value, str) and name.lstrip("_").isupper() and "(?" in value and "{0}" not in value:
            re.compile(value)


def test_there_are_such_expressions() -> None:
    late_type = type(lazy_regex(""))
    assert sum(isinstance(value, late_type) for module in MODULES for value in vars(module).values()) > 50


def test_one_is_like_any_other() -> None:
    pattern = lazy_regex(r"(?P<word>[a-z]+)", re.IGNORECASE)
    match = pattern.search("12 AB")
    assert match is not None
    assert match["word"] == "AB"
    assert pattern.sub("x", "a b") == "x x"


def test_a_bad_one_says_so_when_it_is_used() -> None:
    with pytest.raises(re.error):
        lazy_regex("(").match("")


@pytest.mark.parametrize("trusted", [True, False])
def test_a_rule_set_s_pattern_matches_alike_on_both_engines(trusted: bool) -> None:
    pattern = RulePattern(r"(?i)\bany\b|x*", trusted)
    assert pattern.finditer("Any xx many any", RegexBudget()) == [(0, 3), (4, 6), (12, 15)]
    assert RulePattern("[a-z]+", trusted).fullmatch("abc", RegexBudget())
    assert not RulePattern("[a-z]+", trusted).fullmatch("abc1", RegexBudget())


# Each takes longer than anybody waits, on an engine that only backtracks.
CATASTROPHES = [
    (r"(a|aa)+$", "a" * 60 + "b"),
    (r"(a+)+$", "a" * 60 + "b"),
    (r"(.+)\1+$", "ab" * 4000 + "c"),
    (r"(\w+\s?)*$", "word " * 60 + "!"),
    (r"(.*a){25}b", "a" * 60),
    (r"^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 60),
    (r"(x+x+)+y", "x" * 60),
    (r"(?:a?){60}a{60}b", "a" * 60),
    (r"(?=(a+)+b)", "a" * 60),
    (r"((ab)*|(ba)*)*c", "ab" * 60),
    (r"(?:(?:a|b)*)*c", "ab" * 5000),
    (r"(a|b|ab)*c", "ab" * 60),
]


@pytest.mark.parametrize(("source", "text"), CATASTROPHES, ids=[source for source, _ in CATASTROPHES])
def test_a_catastrophic_pattern_ends(source: str, text: str) -> None:
    """It either answers or says that its time is up; that this test ends is what it shows."""
    pattern = RulePattern(source)
    assert pattern.fault() is None
    with suppress(RegexTimeout):
        assert all(start < end for start, end in pattern.finditer(text, RegexBudget(0.2)))


def test_the_allowance_is_for_all_patterns_together() -> None:
    allowance = RegexBudget(0.2)
    with pytest.raises(RegexTimeout, match="takes too long"):
        RulePattern(r"(a|aa)+$").fullmatch("a" * 60 + "b", allowance)
    with pytest.raises(RegexTimeout):
        RulePattern("a").fullmatch("a", allowance)


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("(", "missing ), unterminated subpattern at position 0"),
        ("((a{100}){100}){100}", "repetitions that multiply to more than 10,000"),
        ("a{3,}b{0,99999}", "repetitions that multiply to more than 10,000"),
        ("a" * 1001, "longer than 1000 characters"),
        ("[[a]", "Possible nested set at position 1"),
        (r"(?R)", "unknown extension ?R at position 1"),
        (r"\p{L}", r"bad escape \p at position 0"),
    ],
)
def test_what_is_no_pattern(source: str, fault: str) -> None:
    assert RulePattern(source).fault() == fault
