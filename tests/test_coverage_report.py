"""Coverage reports: real ones of coverage.py, others as their tools document them, and hostile ones."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint.coverage.model import Measurements, Tally
from speclint.coverage.numbers import ReportError
from speclint.coverage.reports import MAX_BYTES, merge, parse

CART = """\
def total(items, rebate=0):
    amount = 0
    for price in items:
        if price < 0:
            raise ValueError(price)
        amount += price
    if rebate:
        amount -= rebate
    return amount


def never():
    return [
        1,
        2,
    ]
"""

LCOV = """\
TN:
SF:src/cart.js
FN:1,total
FNDA:3,total
FNF:1
FNH:1
BRDA:4,0,0,3
BRDA:4,0,1,-
BRF:2
BRH:1
DA:1,3
DA:2,3
DA:4,0,aGFzaA
LF:3
LH:2
end_of_record
TN:
SF:src/empty.js
end_of_record
"""

GO = """\
mode: atomic
acme.org/shop/internal/billing/bill.go:10.30,12.16 2 7
acme.org/shop/internal/billing/bill.go:12.16,14.3 1 0
acme.org/shop/cmd/main.go:5.13,9.2 4 0
"""

COBERTURA = """\
<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage lines-valid="3" lines-covered="2" line-rate="0.6667" branch-rate="0.5" version="1.9">
  <sources><source>/build/shop</source></sources>
  <packages><package name="shop"><classes>
    <class name="Cart" filename="src/Cart.cs" line-rate="0.5">
      <methods><method name="Total"><lines>
        <line number="1" hits="0"/><line number="7" hits="9"/>
      </lines></method></methods>
      <lines>
        <line number="1" hits="2" branch="true" condition-coverage="50% (1/2)"/>
        <line number="2" hits="0" branch="false"/>
      </lines>
    </class>
    <class name="Cart.Inner" filename="src/Cart.cs" line-rate="1">
      <methods/>
      <lines><line number="2" hits="0"/><line number="3" hits="1"/></lines>
    </class>
  </classes></package></packages>
</coverage>
"""

JACOCO = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="shop"><sessioninfo id="a" start="1" dump="2"/>
  <group name="pay"><package name="com/example/pay">
    <class name="com/example/pay/Card" sourcefilename="Card.java">
      <method name="charge" desc="()V" line="3"><counter type="INSTRUCTION" missed="9" covered="1"/></method>
      <counter type="INSTRUCTION" missed="30" covered="70"/><counter type="LINE" missed="2" covered="8"/>
    </class>
    <sourcefile name="Card.java">
      <line nr="3" mi="0" ci="5" mb="0" cb="0"/>
      <counter type="INSTRUCTION" missed="30" covered="70"/><counter type="LINE" missed="2" covered="8"/>
    </sourcefile>
    <counter type="INSTRUCTION" missed="80" covered="120"/><counter type="LINE" missed="2" covered="8"/>
  </package></group>
  <counter type="INSTRUCTION" missed="80" covered="120"/><counter type="LINE" missed="2" covered="8"/>
</report>
"""

ISTANBUL = json.dumps(
    {
        "total": {
            "lines": {"total": 6, "covered": 5, "skipped": 0, "pct": 83.33},
            "statements": {"total": 12, "covered": 8, "skipped": 0, "pct": 66.66},
            "branches": {"total": 0, "covered": 0, "skipped": 0, "pct": "Unknown"},
        },
        "/build/shop/a.js": {
            "lines": {"total": 3, "covered": 3, "skipped": 0, "pct": 100},
            "statements": {"total": 5, "covered": 4, "skipped": 0, "pct": 80},
        },
        "/build/shop/lib/b.js": {
            "lines": {"total": 3, "covered": 2, "skipped": 0, "pct": 66.66},
            "statements": {"total": 7, "covered": 4, "skipped": 0, "pct": 57.14},
        },
    }
)

COVERAGE_PY = json.dumps(
    {
        "meta": {"format": 2, "version": "7.4.0", "branch_coverage": False},
        "files": {"shop\\cart.py": {"summary": {"covered_lines": 8, "num_statements": 11}}},
        "totals": {"covered_lines": 8, "num_statements": 11, "percent_covered": 72.7},
    }
)

EVERY = {
    "lcov": LCOV,
    "go": GO,
    "cobertura": COBERTURA,
    "jacoco": JACOCO,
    "istanbul": ISTANBUL,
    "coverage.py": COVERAGE_PY,
}


def measured(*texts: str, folder: str = "") -> Measurements:
    return merge([parse(text.encode(), f"build/{n}.txt") for n, text in enumerate(texts)], folder)


def fault(data: str | bytes) -> str:
    """What is wrong with a report, behind its line where that is known."""
    data = data.encode() if isinstance(data, str) else data
    with pytest.raises(ReportError) as caught:
        merge([parse(data, "report")])
    return f"{caught.value.line}: {caught.value}" if caught.value.line else str(caught.value)


# Real reports


@pytest.fixture(scope="module", params=["lines", "branches"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small project that has been measured, with its reports in every format of coverage.py."""
    if importlib.util.find_spec("coverage") is None:
        pytest.skip("coverage.py is not installed (it is in the extra `dev`)")
    folder = tmp_path_factory.mktemp(request.param)
    (folder / "shop").mkdir()
    (folder / "shop" / "__init__.py").touch()
    (folder / "shop" / "cart.py").write_text(CART)
    (folder / "main.py").write_text("from shop.cart import total\nassert total([1, 2]) == 3\n")
    branch = ["--branch"] if request.param == "branches" else []
    coverage(folder, "run", *branch, "--source=.", "main.py")
    for kind in ("xml", "json", "lcov"):
        coverage(folder, kind, "-o", f"report.{kind}")
    (folder / "table.txt").write_text(coverage(folder, "report", "--precision=4"))
    return folder


def coverage(folder: Path, *arguments: str) -> str:
    # A measurement of these tests is none of the project's.
    clean = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    command = [sys.executable, "-m", "coverage", *arguments]
    return subprocess.run(
        command, cwd=folder, env=clean, check=True, capture_output=True, text=True, timeout=60
    ).stdout


def printed(folder: Path, row: str) -> float:
    """The percentage that `coverage report` gives for a file or for all."""
    found = re.search(rf"^{re.escape(row)} .* ([\d.]+)%$", (folder / "table.txt").read_text(), re.MULTILINE)
    assert found
    return float(found[1])


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_the_total_is_what_coverage_report_prints(project: Path, kind: str) -> None:
    report = merge([parse((project / f"report.{kind}").read_bytes(), kind)], str(project))
    assert set(report.files) == {"main.py", "shop/__init__.py", "shop/cart.py"}
    assert report.total.percent == pytest.approx(printed(project, "TOTAL"), abs=1e-4)
    part = report.part("shop/cart.py")
    assert part is not None
    assert part.percent == pytest.approx(printed(project, "shop/cart.py"), abs=1e-4)


def test_lcov_of_coverage_py_has_the_printed_total_among_its_ways_of_counting(project: Path) -> None:
    report = merge([parse((project / "report.lcov").read_bytes(), "lcov")], str(project))
    assert report.total.bears_out(printed(project, "TOTAL"), 1e-4)
    assert report.total.tallies[0] == Tally(10, 13), "lines come first, as in genhtml"


def test_the_three_reports_of_one_run_agree_file_by_file(project: Path) -> None:
    reports = [parse((project / f"report.{kind}").read_bytes(), kind) for kind in ("xml", "json", "lcov")]
    files = [merge([report], str(project)).files for report in reports]
    assert [{path: set(found) for path, found in one.items()} for one in files[:2]] == [
        {path: set(found) for path, found in one.items()} for one in files[1:]
    ]
    assert merge(reports, str(project)).total.percent == merge(reports[:1], str(project)).total.percent


# Formats


@pytest.mark.parametrize(
    ("format", "total"),
    [
        ("lcov", ((2, 3), (3, 5))),
        ("go", ((2, 7),)),
        ("cobertura", ((2, 3), (3, 5))),
        ("jacoco", ((120, 200), (8, 10))),
        ("istanbul", ((5, 6), (8, 12))),
        ("coverage.py", ((8, 11), (8, 11))),
    ],
)
def test_total(format: str, total: tuple[tuple[int, int], ...]) -> None:
    assert measured(EVERY[format]).total.tallies == total


@pytest.mark.parametrize("format", EVERY)
def test_windows_line_ends_and_a_byte_order_mark_change_nothing(format: str) -> None:
    text = "\ufeff" + EVERY[format].replace("\n", "\r\n")
    assert measured(text).total == measured(EVERY[format]).total


@pytest.mark.parametrize(
    ("format", "name", "first"),
    [
        ("lcov", "src", (2, 3)),
        ("lcov", "./src/cart.js", (2, 3)),
        ("lcov", "cart", (2, 3)),
        ("go", "internal/billing", (2, 3)),
        ("go", "./internal/...", (2, 3)),
        ("go", "acme.org/shop/cmd", (0, 4)),
        ("cobertura", "src/Cart.cs", (2, 3)),
        ("jacoco", "com.example.pay", (70, 100)),
        ("jacoco", "com.example.pay.Card", (70, 100)),
        ("jacoco", "shop/src/main/java/com/example/pay", (70, 100)),
        ("istanbul", "lib/", (2, 3)),
        ("istanbul", "shop/lib/b.js", (2, 3)),
        ("coverage.py", "shop.cart", (8, 11)),
        ("coverage.py", "shop/cart.py", (8, 11)),
    ],
)
def test_part(format: str, name: str, first: tuple[int, int]) -> None:
    part = measured(EVERY[format]).part(name)
    assert part is not None
    assert part.tallies[0] == first


@pytest.mark.parametrize(
    "name", ["pay", "rt.js", "src/cart", "home", "", ".", "/", "...", "src/empty.js", "a b"]
)
def test_no_part(name: str) -> None:
    """Half a name, another folder, a folder around all of it, a file without lines."""
    files = {
        "/home/ci/web/payment/x.js": (Tally(1, 2),),
        "/home/ci/web/src/cart.js": (Tally(1, 2),),
        "/home/ci/web/src/cart.css": (Tally(1, 2),),
        "/home/ci/web/src/empty.js": (Tally(0, 0),),
    }
    assert Measurements("report", files).part(name) is None


def test_of_several_folders_the_outer_one_is_meant_or_none() -> None:
    files = {"src/x.c": (Tally(1, 10),), "vendor/src/y.c": (Tally(9, 10),)}
    part = Measurements("report", files).part("src")
    assert part is not None
    assert part.tallies == ((1, 10),)
    both = {"a/src/x.c": (Tally(1, 10),), "b/src/y.c": (Tally(9, 10),)}
    assert Measurements("report", both).part("src") is None


def test_a_line_counts_once_however_often_it_is_named() -> None:
    again = LCOV.replace("DA:4,0,aGFzaA", "DA:4,1").replace("DA:1,3", "DA:1,0")
    assert measured(LCOV + again).total.tallies[0] == (3, 3)
    assert measured(GO + GO.replace("mode: atomic\n", "").replace(" 0\n", " 1\n")).total.tallies == ((7, 7),)


def test_reports_are_added_and_a_file_in_several_counts_once() -> None:
    other = LCOV.replace("src/cart.js", "src/other.js")
    assert measured(LCOV, other).total.tallies[0] == (4, 6)
    better = LCOV.replace("DA:4,0", "DA:4,1")
    assert measured(LCOV, better).total.tallies[0] == (3, 3)
    assert measured(better, LCOV).total.tallies[0] == (3, 3)
    # Tools that count in other ways: the first way is the one that all have.
    assert measured(LCOV, GO).total.tallies == ((4, 10),)


def test_paths_below_the_current_folder_are_relative_to_it() -> None:
    relative = LCOV.replace("src/cart.js", "src/Cart.cs")
    assert measured(COBERTURA, relative, folder="/build/shop").total.tallies[0] == (2, 3)


def test_lcov_that_only_counts() -> None:
    assert measured("SF:a\nLF:10\nLH:7\nend_of_record\n").total.tallies[0] == (7, 10)


def test_lcov_counts_that_ran_over() -> None:
    text = "SF:a\nDA:1,-5\nDA:2,1.5e+10\nDA:3,0\nDA:4,18446744073709551615\nend_of_record\n"
    assert measured(text).total.tallies[0] == (2, 4)


def test_cobertura_without_lines() -> None:
    bare = '<coverage lines-valid="8" lines-covered="6" line-rate="0.5"/>'
    assert measured(bare).total.tallies[0] == (6, 8)
    rate = '<coverage line-rate="0.634"><class filename="a.py" line-rate="0.634"/></coverage>'
    assert measured(rate).total.percent == pytest.approx(63.4)
    with pytest.raises(ReportError, match="cannot be added"):
        measured(rate, LCOV)


# What cannot be used


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("", "is empty"),
        ("\ufeff \n", "is empty"),
        (b"TN:\nSF:\xff\n", "2: not UTF-8: invalid start byte"),
        (b"SQLite format 3\0...", "is the data of coverage.py"),
        ("# Title\n", "1: no coverage report that is known"),
        ("<html/>", "1: is XML with the root `html`"),
        ('<coverage clover="4"/>', "1: is a Clover report"),
        ('<coverage generated="1767225600"><project/></coverage>', "1: is a Clover report"),
        ("{}", "1: JSON, but neither"),
        ('{"a.js": {"statementMap": {}}}', "is Istanbul's full report"),
        ('{"a":\n', "2: no JSON, or cut off: Expecting value"),
        ("[" * 100_000, "JSON that is nested too deeply"),
        ('{"total": {"lines": {"total": NaN, "covered": 1}}}', "JSON with a number that is no count: NaN"),
        ('{"a": ' + "9" * 5000 + "}", "JSON with a number that is no count"),
        (COVERAGE_PY.replace(": 8", ": 12"), "shop\\cart.py: 12 covered, of only 11"),
        (COVERAGE_PY.replace(": 8", ": -8"), "`covered_lines` of shop\\cart.py is no count: -8"),
        (COVERAGE_PY.replace(": 8", ": 7.5"), "`covered_lines` of shop\\cart.py is no count: 7.5"),
        (COVERAGE_PY.replace(": 8", ": true"), "`covered_lines` of shop\\cart.py is no count: true or false"),
        (COVERAGE_PY.replace(": 11", ": 99999999999"), "shop\\cart.py: 99999999999 is more than anybody has"),
        ('{"totals": 1, "files": {"a": 1}}', "a: no summary"),
        ('{"totals": {"covered_lines": 0, "num_statements": 0}, "files": {}}', "nothing is counted"),
        ('{"total": {"lines": {}}, "a": []}', "a: no summary"),
        ("TN:\n", "nothing is counted"),
        ("SF:a\nDA:1,1\n", "2: ends without the `end_of_record` of a"),
        ("SF:a\nDA:1\nend_of_record\n", "2: `DA` without a line and a number of runs"),
        ("SF:a\nDA:x,1\nend_of_record\n", "2: `DA` without a line and a number of runs"),
        ("SF:a\nDA:1,1\nSF:b\n", "3: `SF` before the `end_of_record` of a"),
        ("TN:\nDA:1,1\n", "2: `DA` outside of a file's record"),
        ("SF:a\nDA:99999999999,1\n", "2: `DA` names line 99999999999"),
        ("SF:a\nLF:1\nLH:2\nend_of_record\n", "4: a: 2 covered, of only 1"),
        ("SF:a\nhello\n", "2: no line of an lcov tracefile"),
        ("SF: \n", "1: a file without a name"),
        (f"SF:{'a/' * 4000}\n", "1: a path of more than 4096 characters"),
        (GO[:-8], "4: no line of a Go cover profile; is it cut off?"),
        (GO + GO.replace(" 2 7", " 3 7"), "6: a block of 3 statements that had 2 before"),
        ("mode: set\n", "nothing is counted"),
        (COBERTURA[:-30], "19: no XML, or cut off: unclosed token"),
        (COBERTURA.replace('hits="2"', 'hits="-2"'), "11: `hits` of a line is no count: '-2'"),
        (COBERTURA.replace("(1/2)", "(3/2)"), "11: branches of a line: 3 covered, of only 2"),
        (COBERTURA.replace('filename="src/Cart.cs"', ""), "6: a file without a name"),
        (JACOCO.replace('missed="30"', 'missed="many"'), "11: `missed` is no count: 'many'"),
        ("<coverage/>", "nothing is counted"),
    ],
)
def test_faults(data: str | bytes, expected: str) -> None:
    assert fault(data).startswith(expected)


def test_too_large() -> None:
    assert fault(b"TN:\n" + bytes(MAX_BYTES)) == "larger than 50 MB"


LAUGHS = "".join(
    f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' if n else '<!ENTITY lol0 "lol">' for n in range(10)
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"<!DOCTYPE coverage [{LAUGHS}]><coverage>&lol9;</coverage>",
            "DOCTYPE with declarations of its own",
        ),
        (
            '<!DOCTYPE coverage [<!ENTITY x SYSTEM "file:///etc/passwd">]><coverage>&x;</coverage>',
            "DOCTYPE with declarations of its own",
        ),
        (
            '<!DOCTYPE coverage [<!ENTITY % p SYSTEM "http://example.com/x"> %p;]><coverage/>',
            "DOCTYPE with declarations of its own",
        ),
        (
            f'<!DOCTYPE c [<!ENTITY a "{"a" * 50_000}">]><c>{"&a;" * 50_000}</c>',
            "DOCTYPE with declarations of its own",
        ),
        ('<!DOCTYPE coverage SYSTEM "x.dtd"><coverage><source>&x;</source></coverage>', "entities"),
        (
            '<!DOCTYPE coverage SYSTEM "x.dtd"><coverage line-rate="&x;"/>',
            "nothing is counted",
        ),
        ("<coverage>&x;</coverage>", "undefined entity"),
        ("<coverage>" + "<a>" * 100_000, "nested more than 60 deep"),
        ("<coverage " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>", "nothing is counted"),
        ("<coverage>" + "<source>" + "x" * 1_000_000 + "</source></coverage>", "nothing is counted"),
        ('<?xml version="1.0" encoding="utf-16"?><coverage/>', "nothing is counted"),
        ('<?xml version="1.0" encoding="nonsense"?><coverage/>', "nothing is counted"),
    ],
)
def test_hostile_xml_is_refused(text: str, expected: str) -> None:
    assert re.search(expected, fault(text))


def test_nothing_is_fetched() -> None:
    """A DOCTYPE may point anywhere: no file is opened and no address looked up for it."""

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event in ("open", "socket.connect", "socket.getaddrinfo", "urllib.Request"):
            touched.append((event, arguments))

    touched: list[object] = []
    watching = False
    measured(COBERTURA)  # loads what it needs
    sys.addaudithook(refuse)
    watching = True
    measured(COBERTURA.replace("http://cobertura.sourceforge.net/xml/coverage-04.dtd", "/etc/passwd"))
    measured(COBERTURA)
    watching = False
    assert touched == []


# Any bytes


def only_known_faults(data: bytes) -> None:
    try:
        report = merge([parse(data, "report")])
    except ReportError:
        return
    for tally in report.total.tallies:
        assert 0 <= tally.covered <= tally.countable
    assert 0 <= report.total.percent <= 100


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    only_known_faults(data)


BEGINNINGS = [b"TN:\n", b"SF:a\n", b"mode: set\n", b"{", b"<coverage>", b"<report>", b"<!DOCTYPE coverage "]


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=200))
def test_any_bytes_behind_a_good_beginning(beginning: bytes, data: bytes) -> None:
    only_known_faults(beginning + data)


@given(st.sampled_from(sorted(EVERY)), st.data())
def test_a_damaged_report(format: str, data: st.DataObject) -> None:
    """A piece is cut out of a good report, and something else put there."""
    text = EVERY[format].encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    only_known_faults(text[:start] + data.draw(st.binary(max_size=10)) + text[end:])


@given(
    st.dictionaries(
        st.sampled_from(["a.py", "src/a.py", "src/b/c.py", "d"]),
        st.dictionaries(st.integers(1, 50), st.booleans(), max_size=10),
        min_size=1,
    )
)
def test_lcov_and_cobertura_of_the_same_lines_agree(files: dict[str, dict[int, bool]]) -> None:
    if not any(files.values()):
        return
    lcov = "".join(
        f"SF:{path}\n{''.join(f'DA:{n},{int(hit)}{chr(10)}' for n, hit in lines.items())}end_of_record\n"
        for path, lines in files.items()
    )
    classes = "".join(
        f'<class filename="{path}"><lines>'
        + "".join(f'<line number="{n}" hits="{int(hit)}"/>' for n, hit in lines.items())
        + "</lines></class>"
        for path, lines in files.items()
    )
    from_lcov, from_xml = measured(lcov), measured(f"<coverage>{classes}</coverage>")
    assert from_lcov.files == from_xml.files
    covered = sum(hit for lines in files.values() for hit in lines.values())
    assert from_lcov.total.tallies[0] == (covered, sum(map(len, files.values())))


@given(st.text(max_size=40))
def test_any_name_of_a_part(name: str) -> None:
    part = measured(GO).part(name)
    assert part is None or part.tallies[0].countable > 0


@pytest.mark.parametrize(
    "text",
    [
        "SF:a\n" + "".join(f"DA:{n},1\n" for n in range(50_000)) + "end_of_record\n",
        "SF:a\nDA:1,1\nend_of_record\n" * 25_000,
        '<coverage><class filename="a"><lines>'
        + '<line number="1" hits="1"/>' * 25_000
        + "</lines></class></coverage>",
        '<coverage><class filename="a"><lines><line number="1" hits="1"/></lines></class>'
        + "<source>x</source>" * 25_000
        + "</coverage>",
        "mode: set\n" + "a.go:1.1,2.2 1 1\n" * 50_000,
    ],
    ids=["lines of a file", "records of a file", "lines of a class", "sources", "blocks"],
)
def test_memory_stays_in_proportion(text: str) -> None:
    tracemalloc.start()
    try:
        measured(text)
        assert tracemalloc.get_traced_memory()[1] < 12 * len(text) + 250_000
    finally:
        tracemalloc.stop()
