"""Regular expressions that are compiled late do compile, and behave like others."""

from __future__ import annotations

import importlib
import pkgutil
import re
from contextlib import suppress
from itertools import accumulate
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import speclint
from speclint.checks.code import languages
from speclint.markdown.lazy_regex import LazyRegex, lazy_regex
from speclint.ruleset import patterns
from speclint.ruleset.patterns import RegexBudget, RegexTimeout, RulePattern

from .amount import some

MODULES = [
    importlib.import_module(info.name)
    for info in pkgutil.walk_packages(speclint.__path__, "speclint.")
    if info.name != "speclint.__main__"
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_expression_of_a_module_compiles(module: ModuleType) -> None:
    for name, value in vars(module).items():
        if isinstance(value, LazyRegex):
            value._compiled()
        elif isinstance(value, str) and name.lstrip("_").isupper() and "(?" in value and "{0}" not in value:
            re.compile(value)


def test_there_are_such_expressions() -> None:
    assert sum(isinstance(value, LazyRegex) for module in MODULES for value in vars(module).values()) > 50


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
    found = pattern.finditer("Any xx many any", RegexBudget())
    assert [span for span in found if span[0] < span[1]] == [(0, 3), (4, 6), (12, 15)]
    assert found[1] == (3, 3), "empty ones are among them"
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
        assert all(start <= end <= len(text) for start, end in pattern.finditer(text, RegexBudget(0.2)))


class Clock:
    """The processor time of a thread, as told: what each search takes of it."""

    def __init__(self, *taken: float) -> None:
        self.times = [time for end in accumulate(taken, initial=0.0) for time in (end, end)][1:-1]

    def __call__(self) -> float:
        return self.times.pop(0)


class Engine:
    """Searches that end as told, and the seconds that each was given."""

    def __init__(self, *ends: bool) -> None:
        self.ends = list(ends)
        self.given: list[float] = []

    def fullmatch(self, text: str, timeout: float) -> object:
        self.given.append(timeout)
        if not self.ends.pop(0):
            raise TimeoutError
        return object()


def searched(monkeypatch: pytest.MonkeyPatch, budget: RegexBudget, *ends: bool) -> list[float]:
    """The seconds by the clock on the wall that each search of a pattern was given."""
    engine = Engine(*ends)
    monkeypatch.setattr(patterns, "_untrusted", lambda source: engine)
    with suppress(RegexTimeout):
        assert RulePattern("a").fullmatch("a", budget)
    return engine.given


def test_only_processor_time_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = RegexBudget(2.0, Clock(0.5, 0.5, 1.5))
    assert searched(monkeypatch, budget, False, False, True) == [2.5, 5.0, 10.0]
    assert budget.left == 0.5


def test_a_search_that_used_up_the_budget_is_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    for clock, ends in ((Clock(2.1), False), (Clock(2.1), True)):
        budget = RegexBudget(2.0, clock)
        assert searched(monkeypatch, budget, ends) == [2.5]
        assert budget.left == 0
        assert searched(monkeypatch, budget) == []


def test_a_machine_that_never_has_time_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = RegexBudget(2.0, Clock(*[0.1] * 5))
    assert searched(monkeypatch, budget, *[False] * 5) == [2.5, 5.0, 10.0, 20.0, 40.0]
    assert budget.left == 0


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


NEEDY = {
    (module.__name__, name): value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, LazyRegex) and value.needs
} | {
    ("signs of", language): languages._compiled(language, signs)
    for language, signs in languages._SIGNS.items()
}


@pytest.mark.parametrize("key", NEEDY, ids="-".join)
@settings(max_examples=some(25, 100))
@given(data=st.data())
def test_every_match_has_one_of_the_texts_that_are_needed(key: tuple[str, str], data: st.DataObject) -> None:
    """An expression with `needs` is not even compiled where a text has none of them."""
    needy: Any = NEEDY[key]
    text = data.draw(st.from_regex(re.compile(needy.source, needy.flags)))
    assert any(need in text for need in needy.needs)


def test_an_expression_is_compiled_only_where_a_text_has_what_it_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lazy = lazy_regex("ab+c", needs=("ab",))
    with monkeypatch.context() as patched:
        patched.setattr(re, "compile", None)
        assert lazy.search("nothing here") is None
        assert list(lazy.finditer("nothing here")) == []
    assert lazy.search("xabbc").span() == (1, 5)  # type: ignore[union-attr]
    assert lazy.search("nothing here") is None


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("{i}", 0), ("a{d}", 1), ("a{s}", 1), ("[a-z]+{e<=2}", 6), ("a{1<=e<=2}", 1), ("a{2i+d<5}", 1),
        ("a{i<=1,d}", 1), ("a{e:[a-z]}", 1), ("{id}", 0), (r"\{{e}\}", 2), ("[{i}]{i}", 5),
        ("(?#[){i}", 5), ("(?x)a{ i }", 5), ("(?x)#[\n{i}]", 7), ("(?i:(?x:a {i}))", 10), ("[]{i}]{d}", 6),
    ],
)  # fmt: skip
def test_braces_are_repetitions_or_characters_and_never_approximate(source: str, place: int) -> None:
    with suppress(re.error):
        re.compile(source)
        fault = RulePattern(source).fault()
        assert fault == f"`{{` at position {place} begins no repetition; write `\\{{` for the character"
        return
    pytest.fail("not a pattern of Python's")


@pytest.mark.parametrize("source", ["[a[:alpha:]]", r"[\][:digit:]", "[^][:^x:]"])
def test_sets_have_no_classes_that_python_does_not_know(source: str) -> None:
    place = source.index("[:")
    expected = f"`[:` at position {place} is no class of Python's; write `\\[:` for the characters"
    assert RulePattern(source).fault() == expected


@pytest.mark.parametrize(
    "source",
    [
        "(?e)a", "(?b)a", "(?r)a", "(?p)a", "(?w)a", "(?V1)a", "(?V0)a", "(?f)a", "(?|a|b)", "(?R)", "(?1)",
        "(?<n>a)", "(?&n)", r"\L<a>", r"\m", r"\M", r"\p{L}", r"\P{L}", r"\X", r"\R", r"\K", r"\G",
        r"\h", "a(?i)",
        "(*FAIL)", "(?(DEFINE)a)", "a{2}{3}", "[[a]--[b]]", "[a||b]", "[a&&b]", "[a~~b]",
    ],
)  # fmt: skip
def test_what_python_does_not_know_is_refused(source: str) -> None:
    assert RulePattern(source).fault() is not None


@pytest.mark.parametrize(
    "source",
    [
        "{", "}", "{}", "a{2}", "a{2,}", "a{,2}", "a{,}", "{name}", r"\{\{.*\}\}", "{{name}}", "a{1, 2}",
        r"\{i\}", "[{i}]", r"[a\[:alpha:]", "(?#{i})a", "(?i)a", "(?i:a)b", "(?x)a{2} # two",
        "(?P<n>a)(?P=n)", "(?>a)b", "a++", "(?x)a{}",
    ],
)  # fmt: skip
def test_what_both_read_alike_is_taken(source: str) -> None:
    assert RulePattern(source).fault() is None


WORDS = r"""
a b i 1 \d \w \s \b \A \Z ^ $ . * + ? {2} {,2} {1,} {,} {i} {e<=1} {1<=e<=2} { } {} {ab} *+ \07 \x61
( (?: (?= (?! (?<=a) (?P<n> (?P=n) (?> ) | [ ] [^ [a-c] []a] [a[:alpha:] [: - \- # , : \{ \[ \\ \1
(?i) (?s: (?i: (?-i: (?m) (?(1)a|b) (?#[) (?x) (?x:
"""
PIECES = (*WORDS.split(), "{1, 2}", " ", "\n")


@given(
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.text("aAbi1 {}[]-\n,:#e<=_", max_size=8)
)
@settings(max_examples=some(20, 300), deadline=None)
def test_what_is_taken_means_what_it_means_to_python(source: str, text: str) -> None:
    if RulePattern(source).fault() is None:
        ours, theirs = RulePattern(source), RulePattern(source, trusted=True)
        with suppress(RegexTimeout):
            assert ours.fullmatch(text, RegexBudget()) == theirs.fullmatch(text, RegexBudget())
            assert ours.finditer(text, RegexBudget()) == theirs.finditer(text, RegexBudget())
