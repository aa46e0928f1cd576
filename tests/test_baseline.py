"""Baselines: what was found before is known again, wherever it stands, and what was not is not."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint.binding.matcher import bind
from speclint.diagnostics import Diagnostic
from speclint.linting import baseline
from speclint.linting.baseline import BaselineError, Entry
from speclint.markdown.document import parse_document
from speclint.ruleset.library import bundled_rule_set, parse_rule_set

from .linted import lint
from .test_cli import run

RULES = Path(__file__).parent.parent / "rules"
SKELETONS = ("django-feature", "feature-doc", "feature-pr", "feature-spec", "go-feature")

TEXTS = st.text(max_size=8)
ENTRIES = st.lists(
    st.builds(
        Entry,
        path=st.sampled_from(["a.md", "docs/ü.md", "docs/\udc80.md"]),
        check=st.sampled_from(["placeholder", "missing-section"]),
        section=st.lists(TEXTS, max_size=2).map(tuple),
        digest=st.sampled_from(["0a", "0b"]),
        times=st.integers(1, 3),
    ),
    max_size=6,
).map(baseline.counted)


def skeleton(name: str) -> str:
    return (RULES / f"{name}.md").read_text(encoding="utf-8")


def found(text: str, name: str) -> tuple[Diagnostic, ...]:
    return lint(bind(parse_document(text), bundled_rule_set(name)))


def against(old: str, new: str, name: str) -> baseline.Compared:
    """What is found in a new text, with all that was found in the old one in a baseline."""
    known = baseline.counted(baseline.entries("a.md", found(old, name)))
    return baseline.compare(known, "a.md", found(new, name))


def new_ones(compared: baseline.Compared) -> list[str]:
    return [diagnostic.check for diagnostic in compared.diagnostics if not diagnostic.known]


# The file


@given(ENTRIES)
def test_what_is_written_is_read(entries: tuple[Entry, ...]) -> None:
    text = baseline.written(reversed(entries)).decode()
    assert baseline.read(text) == entries
    assert text.count("\n") == len(entries) + 2


@given(ENTRIES, ENTRIES)
def test_what_a_baseline_has_grown_by(old: tuple[Entry, ...], new: tuple[Entry, ...]) -> None:
    more = baseline.grown(baseline.written(old).decode(), baseline.written(new).decode())
    assert counts(more) == counts(new) - counts(old)
    assert counts(baseline.without(new, more)) == counts(new) & counts(old)
    assert baseline.grown(None, baseline.written(new).decode()) == new


def counts(entries: tuple[Entry, ...]) -> Counter[Entry]:
    return Counter({entry.one: entry.times for entry in entries})


def test_one_entry_a_line_in_order() -> None:
    entries = [Entry("b.md", "placeholder", (), "1"), Entry("a.md", "placeholder", ("Z", "Ä"), "2", 3)]
    assert baseline.written(entries).decode() == (
        '{"version": 1, "entries": [\n'
        '{"path": "a.md", "check": "placeholder", "section": ["Z", "Ä"], "digest": "2", "count": 3},\n'
        '{"path": "b.md", "check": "placeholder", "section": [], "digest": "1", "count": 1}\n'
        "]}\n"
    )
    assert baseline.written([]).decode() == '{"version": 1, "entries": [\n]}\n'


def test_an_entry_that_a_merge_has_doubled_counts_once() -> None:
    line = '{"path": "a.md", "check": "x", "section": [], "digest": "1", "count": %d}'
    assert baseline.read(f'{{"version": 1, "entries": [{line % 2}, {line % 3}]}}') == (
        Entry("a.md", "x", (), "1", 3),
    )


GOOD_LINE = '{"path": "a.md", "check": "x", "section": [], "digest": "1"}'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: not JSON: Expecting value"),
        ("[1]", '1:1: not a baseline: it has no "version"'),
        ('{"entries": []}', '1:1: not a baseline: it has no "version"'),
        ('{\n "version": 2}', "2:2: version 1 is the only one known here; write the baseline again"),
        ('{"version": true, "entries": []}', "1:2: version 1 is the only one known here"),
        ('{"version": 1}', '1:1: not a baseline: beside "version" it has only a list "entries"'),
        ('{"version": 1, "entries": {}}', "1:1: not a baseline"),
        ('{"version": 1, "entries": [], "more": 1}', "1:1: not a baseline"),
        ('{"version": 1, "entries": [\n%s\n}', "3:1: not JSON"),
        ('{"version": 1, "entries": [\n%s,\n  7]}', "3:3: an entry must be a mapping"),
        ('{"version": 1, "entries": [\n{"path": "a"}]}', '2:1: an entry needs "check"'),
        ('{"version": 1, "entries": [%s,\n%s]}'.replace("%s]", '{"path": 1}]'), '2:1: "path" must be a text'),
        (
            '{"version": 1, "entries": [{"path": "a", "check": "b", "section": [1], "digest": ""}]}',
            '1:28: "section" must be a list of texts',
        ),
        (
            '{"version": 1, "entries": [%s]}'.replace("%s", GOOD_LINE[:-1] + ', "lines": 1}'),
            '1:28: an entry has no "lines"',
        ),
        (
            '{"version": 1, "entries": [%s]}'.replace("%s", GOOD_LINE[:-1] + ', "count": 0}'),
            '1:28: "count" must be a whole number from 1 on',
        ),
        (
            '{"version": 1, "entries": [\n%s,\n<<<<<<< ours\n%s\n=======\n>>>>>>> theirs\n]}',
            "3:1: a merge has left its marks here",
        ),
        ("[" * 200_000, "1:1: not a baseline: a number or a nesting beyond reason"),
        ('{"version": 1' + "0" * 10_000 + "}", "1:1: not a baseline: a number or a nesting beyond reason"),
    ],
)
def test_what_is_no_baseline_is_refused_with_a_place(text: str, message: str) -> None:
    with pytest.raises(BaselineError) as refused:
        baseline.read(text.replace("%s", GOOD_LINE), "known.json")
    assert str(refused.value).startswith(f"known.json:{message}")


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_any_other_text_is_refused_too(text: str) -> None:
    with pytest.raises(BaselineError):
        baseline.read(text)


# What is known again


@pytest.mark.parametrize("name", SKELETONS)
def test_an_unchanged_document_has_nothing_new(name: str) -> None:
    compared = against(skeleton(name), skeleton(name), name)
    assert len(compared.diagnostics) > 20
    assert new_ones(compared) == []
    assert compared.gone == ()


@pytest.mark.parametrize("name", SKELETONS)
@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_and_blank_lines_change_nothing(name: str, ending: str) -> None:
    text = "\n\n" + skeleton(name).replace("\n## ", "\n\n\n## ")
    compared = against(skeleton(name), text.replace("\n", ending), name)
    assert new_ones(compared) == []
    assert compared.gone == ()


@given(st.data())
def test_text_elsewhere_changes_nothing(data: st.DataObject) -> None:
    name = "go-feature"
    lines = skeleton(name).split("\n")
    chapters = [i for i, line in enumerate(lines) if line.startswith("## ")]
    before = data.draw(st.sampled_from(chapters))
    text = "\n".join(
        [*lines[:before], "## Another Chapter", "", "With text of its own.", "", *lines[before:]]
    )
    compared = against(skeleton(name), text, name)
    assert new_ones(compared) == []
    assert compared.gone == ()


SPEC = parse_rule_set(
    "{id: s, sections: [{title: A, any_order: true, sections: [{title: X, labels: [L, M]}, {title: Y}]},"
    " {title: B, sections: [{title: P}, {title: Q}, {title: R}]}], fields: {Owner: , Team: }}"
)
DOCUMENT = """\
# Title

## A

### X

See [one](#none).

Said by [TODO].

### Y

- [same](#lost)
- [same](#lost)

## B

### P

Text.
"""


def compared(old: str, new: str) -> tuple[list[str], list[str]]:
    """The messages of what is new in a text, and the checks of what is gone."""
    known = bind(parse_document(old), SPEC)
    now = bind(parse_document(new), SPEC)
    entries = baseline.counted(baseline.entries("a.md", lint(known)))
    result = baseline.compare(entries, "a.md", lint(now))
    fresh = [diagnostic.message for diagnostic in result.diagnostics if not diagnostic.known]
    return fresh, [entry.check for entry in result.gone for _ in range(entry.times)]


def changed(old: str, new: str) -> str:
    assert DOCUMENT.count(old) == 1, old
    return DOCUMENT.replace(old, new)


def test_a_section_that_was_moved_is_known() -> None:
    start, end = DOCUMENT.index("### X"), DOCUMENT.index("### Y")
    x, y = DOCUMENT[start:end], DOCUMENT[end : DOCUMENT.index("## B")]
    assert compared(DOCUMENT, DOCUMENT.replace(x + y, y + x)) == ([], [])


def test_the_title_of_the_document_and_numbers_of_headings_do_not_count() -> None:
    text = DOCUMENT.replace("# Title", "# Another Title", 1).replace("\n## A", "\n## 1. A")
    assert compared(DOCUMENT, text.replace("### X", "### 1.1 X").replace("\n## B", "\n## 2) B")) == ([], [])


def test_what_was_edited_is_new() -> None:
    fresh, gone = compared(DOCUMENT, changed("#none", "#nothing"))
    assert fresh == ['this document has no anchor "#nothing"']
    assert gone == ["broken-anchor"]


def test_what_looks_the_same_is_counted() -> None:
    same = "- [same](#lost)\n- [same](#lost)\n"
    more = compared(DOCUMENT, changed(same, same + "- [same](#lost)\n"))
    assert more == (['this document has no anchor "#lost"'], [])
    assert compared(DOCUMENT, changed(same, "- [same](#lost)\n")) == ([], ["broken-anchor"])


def test_one_section_less_that_is_missing_makes_no_other_new() -> None:
    for title in ("Q", "R"):
        assert compared(DOCUMENT, f"{DOCUMENT}\n### {title}\n\nText.\n") == ([], ["missing-section"])
    assert compared(DOCUMENT, changed("\n## A", "\n**Owner:** Ada\n\n## A")) == ([], ["missing-field"])
    assert compared(DOCUMENT, changed("See [one]", "**L:** yes\n\nSee [one]")) == ([], ["missing-label"])


def test_one_section_more_that_is_missing_is_new() -> None:
    fresh, gone = compared(DOCUMENT, changed("### P\n\nText.\n", "Text.\n"))
    assert (fresh, gone) == (['section "P" is missing; it goes first in "B"'], [])


# The command


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "note.yaml").write_text(
        "{id: note, sections: [{title: Notes}, {title: Risks}], fields: {Owner: }}"
    )
    (tmp_path / "speclint.toml").write_text('[templates]\n"*.md" = "note.yaml"\n')
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text("# A\n\n## Notes\n\nText [TODO] here.\n")
    (tmp_path / "docs" / "b.md").write_text("# B\n\n**Owner:** Ada\n\n## Notes\n\nText.\n")
    return tmp_path


def test_from_a_first_run_to_the_last_entry(folder: Path) -> None:
    done = run("--write-baseline", "known.json", "docs", cwd=folder)
    assert (done.code, done.out, done.err) == (0, "", "4 findings written to known.json\n")

    done = run("--baseline", "known.json", "docs", cwd=folder)
    assert done.code == 0
    assert "error" not in done.out
    assert done.err == "4 known from known.json\n"

    # The configuration names it as well; paths are relative to the baseline, not to the current folder.
    with (folder / "speclint.toml").open("r+") as file:
        rest = file.read()
        file.seek(0)
        file.write(f'baseline = "known.json"\n{rest}')
    (folder / "docs" / "a.md").write_text("# A\n\n## Notes\n\nText.\n\nAnd [TODO].\n")
    done = run("a.md", "--output-format", "concise", cwd=folder / "docs")
    assert done.code == 1
    assert done.out == "a.md:7:5: error placeholder `[TODO]` is still to be filled in\n"
    assert done.err == (
        "2 known from ../known.json\n"
        "1 finding of ../known.json no longer there (`speclint baseline prune` removes them):\n"
        '  docs/a.md: placeholder in "Notes"\n'
    )

    # Documents outside the paths, and checks that do not run, are left alone.
    assert (
        run("baseline", "prune", "docs/b.md", cwd=folder).err == "0 of 4 findings removed from known.json\n"
    )
    assert "no longer there" not in run("--ignore", "placeholder", "docs", cwd=folder).err
    assert run("baseline", "prune", cwd=folder).err == "1 of 4 findings removed from known.json\n"

    (folder / "docs" / "b.md").unlink()
    assert "  docs/b.md: missing-section\n" in run("docs", cwd=folder).err
    assert "no longer there" not in run("docs/a.md", cwd=folder).err
    done = run("baseline", "prune", "known.json", "docs/b.md", cwd=folder)
    assert (done.code, done.err) == (0, "1 of 3 findings removed from known.json\n")
    assert {entry.path for entry in baseline.read((folder / "known.json").read_text())} == {"docs/a.md"}


def test_writing_again_keeps_what_was_not_looked_at(folder: Path) -> None:
    run("--write-baseline", "known.json", "docs", cwd=folder)
    first = (folder / "known.json").read_bytes()
    for arguments in (("docs/a.md",), ("--select", "missing-field", "docs"), ("docs",)):
        assert run("--write-baseline", "known.json", *arguments, cwd=folder).code == 0
        assert (folder / "known.json").read_bytes() == first
    (folder / "docs" / "b.md").rename(folder / "docs" / "c.md")
    assert run("--write-baseline", "known.json", "docs", cwd=folder).code == 0
    assert b"b.md" not in (folder / "known.json").read_bytes()
    assert b"c.md" in (folder / "known.json").read_bytes()


def test_what_is_known_is_not_fixed(folder: Path) -> None:
    run("--write-baseline", "known.json", "docs", cwd=folder)
    texts = {path: path.read_bytes() for path in (folder / "docs").iterdir()}
    assert run("--fix", "--baseline", "known.json", "docs", cwd=folder).code == 0
    assert {path: path.read_bytes() for path in texts} == texts
    with (folder / "docs" / "b.md").open("a") as file:
        file.write("\n- [ ] one\n-[ ] two\n")
    done = run("--fix", "--baseline", "known.json", "docs", cwd=folder)
    assert (folder / "docs" / "b.md").read_text().endswith("- [ ] one\n- [ ] two\n")
    assert done.code == 0


def test_the_exit_code_is_that_of_what_is_new(folder: Path) -> None:
    run("--write-baseline", "known.json", "docs", cwd=folder)
    assert run("docs", cwd=folder).code == 1
    report = run("--baseline", "known.json", "--output-format", "json", "docs", cwd=folder)
    assert report.code == 0
    assert json.loads(report.out)["summary"]["errors"] == 0
    piped = run(
        "--baseline", "known.json", "--stdin-filename", "docs/a.md", "-",
        cwd=folder, stdin=(folder / "docs" / "a.md").read_bytes(),
    )  # fmt: skip
    assert piped.code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--baseline", "none.json", "docs"], "none.json:1:1: no such baseline; --write-baseline makes one"),
        (["--baseline", "docs", "docs"], "docs:1:1: the baseline cannot be read: Is a directory"),
        (["--baseline", "bad.json", "docs"], "bad.json:1:2: not JSON"),
        (["--baseline", "latin.json", "docs"], "latin.json:1:2: not UTF-8"),
        (["--write-baseline", "bad.json", "docs"], "bad.json: the baseline was not written"),
        (["--write-baseline", "none/known.json", "docs"], "none/known.json: the baseline was not written"),
        (["--write-baseline", "known.json", "docs", "gone.md"], "known.json: the baseline was not written"),
        (["--write-baseline", "", "docs"], "the name of the baseline is empty"),
        (["--write-baseline", "known.json", "--fix"], "`--write-baseline` shows nothing and fixes nothing"),
        (["baseline", "prune"], "which baseline?"),
        (["baseline", "prune", "none.json"], "none.json:1:1: no such baseline"),
        (["baseline"], "Missing command"),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, arguments: list[str], message: str) -> None:
    (folder / "bad.json").write_text("{]")
    (folder / "latin.json").write_bytes(b"{\xe4}")
    before = sorted(path.name for path in folder.iterdir())
    done = run(*arguments, cwd=folder)
    assert done.code == 2
    assert message in done.err
    assert sorted(path.name for path in folder.iterdir()) == before
    assert (folder / "bad.json").read_text() == "{]"
