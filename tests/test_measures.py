"""Figures with units are read as people mean them."""

from __future__ import annotations

import pytest

from speclint.checks.consistency.measures import Measure, measures


def read(text: str) -> list[tuple[str, float, float, str]]:
    """What stands there, from what to what, and of what."""
    return [(text[m.start : m.end], m.low, m.high, m.unit.dimension) for m in measures(text)]


@pytest.mark.parametrize(
    ("text", "low", "high", "dimension"),
    [
        ("45ms", 45, 45, "time"),
        ("1,200 ms", 1200, 1200, "time"),
        ("1 200 ms", 1200, 1200, "time"),
        ("1\u202f200,5 ms", 1200.5, 1200.5, "time"),
        ("1,5 s", 1.5, 1.5, "time"),
        ("0,250 s", 0.25, 0.25, "time"),
        ("40-45 ms", 40, 45, "time"),
        ("40 to 45 ms", 40, 45, "time"),
        ("40ms–45ms", 40, 45, "time"),
        ("900ms-1.2s", 0.9, 1.2, "time"),
        ("60 to 45 ms", 45, 45, "time"),
        ("99.5 %", 99.5, 99.5, "%"),
        ("170 KB", 170, 170, "bytes"),
        ("1024Mi", 1024, 1024, "bytes"),
        ("$5k", 5000, 5000, "$"),
        ("5,000 USD", 5000, 5000, "$"),
        ("3,410 req/s", 3410, 3410, "rate"),
        ("100 requests per second", 100, 100, "rate"),
        ("5k RPS", 5000, 5000, "rate"),
        ("1.5 million rows", 1.5e6, 1.5e6, "row"),
        ("60 fps", 60, 60, "fps"),
        ("12", 12, 12, ""),
    ],
)
def test_one_figure(text: str, low: float, high: float, dimension: str) -> None:
    assert read(text) == [(text, low, high, dimension)]


@pytest.mark.parametrize("text", ["v1.2.3", "p95", "FR12", "#12", "the 3rd", "a-12"])
def test_no_figure(text: str) -> None:
    assert read(text) == []


def test_several() -> None:
    assert [said for said, *_ in read("8ms p50, 45ms p95 over 10 min (budget: 30ms)")] == [
        "8ms", "45ms", "10 min", "30ms",
    ]  # fmt: skip


def pair(text: str) -> tuple[Measure, Measure] | None:
    one, other = measures(text)
    return one.beside(other)


@pytest.mark.parametrize(
    "text",
    [
        "1.2 s, 900 ms",
        "1 h; 59 min",
        "2 GB | 1 GiB",
        "1 KiB, 1000 B",
        "2, 1.5 ms",
        "2 ms, 1.5",
        "$3, 2 USD",
        "61 rpm, 1 rps",
    ],
)
def test_what_is_more(text: str) -> None:
    both = pair(text)
    assert both is not None
    assert both[0].above(both[1])
    assert both[1].below(both[0])
    assert not both[1].above(both[0])


@pytest.mark.parametrize(
    "text", ["1 s, 1000 ms", "1024 KB, 1 MB", "1000 KB, 1 MB", "0.3 s, 300 ms", "1 GB, 1 GiB"]
)
def test_what_is_not(text: str) -> None:
    both = pair(text)
    assert both is not None
    assert not both[0].above(both[1])


@pytest.mark.parametrize(
    "text", ["45 ms, 30 MB", "80%, 30 ms", "3 GB per day, 100 MB per hour", "3 rows, 2 files"]
)
def test_what_cannot_be_compared(text: str) -> None:
    assert pair(text) is None
