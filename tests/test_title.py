"""Titles: what folds to the same, what a pattern matches, and what is close enough for a slip."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint.ruleset.similarity import closeness, edits
from speclint.ruleset.titles import TitlePattern, filled, fold, without_parenthesis

from .work import outweighs


@pytest.mark.parametrize(
    "title",
    [
        "overview", "OVERVIEW", "  Overview  ", "Overview:", "Overview ：", "Overview.", "Overview ##",
        "**Overview**", "_Overview_", "`Overview`", "[Overview](#overview)", "![Overview](icon.png)",
        "<b>Overview</b>", "1. Overview", "1) Overview", "(1) Overview", "1.2 Overview", "1.2. Overview",
        "01. Overview", "1 - Overview", "1 – Overview", "1: Overview", "A. Overview", "b) Overview",
        "IV. Overview", "§3 Overview", "§ 3.1 Overview", "Section 3: Overview", "REQ-12: Overview",
        "REQ_12 Overview", "[FS-12] Overview", "[FS-12]: Overview", "📋 Overview", "Overview 🚀",
        ":rocket: Overview", "1️⃣ Overview", "⚙️ Overview", "👩🏽‍💻 Overview", "Ｏｖｅｒｖｉｅｗ",
        "Overview (optional)", "Overview [Optional]", "Overview (if applicable)", "Overview *(if needed)*",
        "Overview (required)", "Overview {#overview}", "Overview {: .wide #top}",
    ],
)  # fmt: skip
def test_folds_to_overview(title: str) -> None:
    assert fold(title) == "overview"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Risks & Mitigations", "Risks and Mitigations"),
        ("UI/UX Mockups", "UI / UX mockups"),
        ("End-to-End Tests", "End to End Tests"),
        ("End‑to‑End Tests", "end – to – end tests"),
        ("Non-Functional Requirements", "2.2 Non Functional Requirements"),
        ("User’s Guide", "User's Guide"),
        ("Input,  Output", "Input Output"),
        ("Straße", "STRASSE"),
        ("Café", "CAFE\u0301"),
    ],
)
def test_folds_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    "title", ["1.", "1.2", "A.", "REQ-12", "[FS-12]", "🚀", "(optional)", "##", "&", "-", ":x:"]
)
def test_a_title_that_is_only_decoration_stays(title: str) -> None:
    assert fold(title)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Testing", "Test"),
        ("Unit Tests", "Unit Tests (backend)"),
        ("Step 1", "Step 2"),
        ("V2 Plan", "V1 Plan"),
    ],
)
def test_folds_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_without_parenthesis() -> None:
    assert without_parenthesis("Unit Tests (backend)") == "Unit Tests"
    assert without_parenthesis("Unit Tests") is None
    assert without_parenthesis("(all)") is None


@pytest.mark.parametrize(
    ("pattern", "title", "values"),
    [
        ("FR{n}: {name}", "FR1: Login", {"n": "1", "name": "Login"}),
        ("FR{n}: {name}", "FR-1 - Login", {"n": "1", "name": "Login"}),
        ("FR{n}: {name}", "FR 01 — Login page", {"n": "01", "name": "Login page"}),
        ("FR{n}: {name}", "fr1. Login", {"n": "1", "name": "Login"}),
        ("FR{n}: {name}", "FR1 Login", {"n": "1", "name": "Login"}),
        ("FR{n}: {name}", "[FR-1] Login", {"n": "1", "name": "Login"}),
        ("FR{n}: {name}", "3.1 FR1: Login", {"n": "1", "name": "Login"}),
        ("FR{n}: {name}", "**FR1**: Login", {"n": "1", "name": "Login"}),
        ("FR{n}: {name}", "FR1: [Requirement Name]", {"n": "1", "name": "[Requirement Name]"}),
        ("FR{n}: {name}", "FR1", {"n": "1"}),
        ("FR{n}: {name}", "FR: Login", None),
        ("FR{n}: {name}", "Free: Login", None),
        ("FR{n}: {name}", "NFR1: Login", None),
        ("Phase {n}: {name}", "Phase 2 (Frontend)", {"n": "2", "name": "(Frontend)"}),
        ("Phase {n}: {name}", "Phase B: Frontend", {"n": "B", "name": "Frontend"}),
        ("Phase {n}: {name}", "PHASE II – Frontend", {"n": "II", "name": "Frontend"}),
        ("Phase {n}: {name}", "Phases and tasks", None),
        ("Version {version} ({date})", "Version 2.0 (2025-01-04)", {"version": "2.0", "date": "2025-01-04"}),
        ("Version {version} ({date})", "Version 2.0 - 2025-01-04", {"version": "2.0", "date": "2025-01-04"}),
        ("Version {version} ({date})", "Version v2.1 June 2025", {"version": "v2.1", "date": "June 2025"}),
        ("{version} - {date}", "[1.2.0-rc.1] – 2025-01-04", {"version": "1.2.0-rc.1", "date": "2025-01-04"}),
        ("{version}", "[Unreleased]", {"version": "Unreleased"}),
        ("{version}", "Notes", None),
        ("{name} - Go Feature Context", "Queue — Go feature context", {"name": "Queue"}),
        ("Feature: {name}", "1. Feature - İstanbul", {"name": "İstanbul"}),
        ("Current Status: {name}", "Current Status: Testing", {"name": "Testing"}),
        ("Current Status: {name}", "Current Status", None),
        ("{name}", "Anything", {"name": "Anything"}),
        ("Overview", "1. OVERVIEW:", {}),
        ("Overview", "Review", None),
    ],
)  # fmt: skip
def test_pattern(pattern: str, title: str, values: dict[str, str] | None) -> None:
    assert TitlePattern(pattern).match(title) == values


def test_pattern_says_what_it_wants() -> None:
    pattern = TitlePattern("FR{n}: {name}")
    assert pattern.words() == "fr"
    assert filled(pattern.title, {"n": "3", "name": "Login"}) == "FR3: Login"
    assert filled(pattern.title, {}) == "FR1: ..."
    assert TitlePattern("{name}").anything
    assert not pattern.anything
    assert TitlePattern("Overview").fixed


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("Sucess Criteria", "Success Criteria"),
        ("Requirement", "Requirements"),
        ("Non-Function Requirements", "Non-Functional Requirements"),
        ("Nonfunctional Requirements", "Non-Functional Requirements"),
        ("Acceptance Criterias", "Acceptance Criteria"),
        ("Criteria for Success", "Success Criteria"),
        ("Overveiw", "Overview"),
        ("Unit Testing", "Unit Tests"),
        ("Log", "Logs"),
    ],
)
def test_a_slip_is_close(found: str, wanted: str) -> None:
    assert closeness(fold(found), fold(wanted)) >= 0.9


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("Testing", "Tooling"),
        ("UI Tests", "Unit Tests"),
        ("Technical Tasks", "Technical Risks"),
        ("New Models", "Modified Models"),
        ("Development Stage", "Development Rollout"),
        ("Metrics", "Monitoring and Metrics"),
        ("Notes", "Goals"),
        ("Comments", "Commands"),
        ("", "Overview"),
    ],
)
def test_another_title_is_not(found: str, wanted: str) -> None:
    assert closeness(fold(found), fold(wanted)) == 0


def test_a_word_more_or_less_is_in_between() -> None:
    assert 0 < closeness("functional requirements", "non functional requirements") < 0.9
    assert (
        0 < closeness("rollback", "rollback procedure") < closeness("detailed user flow", "user flow") < 0.9
    )


@pytest.mark.parametrize(
    ("one", "other", "count"), [("", "ab", 2), ("ab", "ba", 1), ("kitten", "sitting", 3)]
)
def test_edits(one: str, other: str, count: int) -> None:
    assert edits(one, other, 3) == edits(other, one, 3) == count


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 8))
def test_edits_are_counted_as_far_as_they_are_wanted(one: str, other: str, most: int) -> None:
    all_of_them = edits(one, other, 8)
    assert min(edits(one, other, most), most + 1) == min(all_of_them, most + 1)
    assert edits(f"common {one} end", f"common {other} end", 8) == all_of_them


@given(st.text(max_size=60))
def test_any_text_folds_and_matches(title: str) -> None:
    assert bool(fold(title)) == bool(title.split())
    assert TitlePattern("Overview").match(title) is None or "overview" in fold(title)
    for pattern in ("FR{n}: {name}", "Version {version} ({date})", "{version}", "{name} - {date}"):
        values = TitlePattern(pattern).match(title)
        assert values is None or all(values.values())
    assert 0 <= closeness(fold(title), "success criteria") <= 1


@pytest.mark.parametrize(
    "title", ["1." * 50000, "[" * 50000, "a-1 " * 50000, ": " * 50000, "(" * 50000, "-" * 50000]
)
def test_long_titles_stay_cheap(title: str) -> None:
    def matched(*titles: str) -> None:
        for one in titles:
            fold(one)
            for pattern in ("FR{n}: {name}", "{name} - {name} - {date}", "{version} - {date}"):
                TitlePattern(pattern).match(one)

    ordinary = [f"FR{n}: Criteria - Success of {n} - 2025-02-03" for n in range(2_000)]
    assert not outweighs(partial(matched, title), partial(matched, *ordinary), 50)
