"""What a stranger sends is answered: exit 0, 1 or 2, in time, in little memory, and nothing is told or run.

Each case is the real command in a process of its own, within the limits of `tests.hostile.limits`.
"""

from __future__ import annotations

import subprocess
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest

from speclint.binding.matcher import bind
from speclint.cli import main
from speclint.markdown.document import parse_document
from speclint.ruleset.library import parse_rule_set

from .amount import one_of, some
from .hostile import checkouts, encodings, markdown, patterns, yaml_files
from .hostile.limits import Outcome, Runner, seconds_for
from .linted import fix_binding, lint
from .work import grows_evenly

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs fork, limits and /proc")

SIZE = some(3_000, 20_000)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """The process that runs the command."""
    runner = Runner()
    yield runner
    runner.close()


def answered(outcome: Outcome) -> None:
    """That a run ended by itself, and with no traceback."""
    assert "Traceback" not in outcome.err
    assert outcome.code in (0, 1, 2), outcome
    assert outcome.code < 2 or outcome.err.startswith("speclint: "), "what could not be done is said"


def test_there_are_enough_of_each_kind() -> None:
    counts = [len(cases.CASES) for cases in (markdown, encodings, yaml_files, patterns, checkouts)]
    assert all(count >= least for count, least in zip(counts, (80, 50, 30, 10, 30), strict=True))


@pytest.mark.parametrize("name", markdown.CASES)
def test_markdown(name: str, tmp_path: Path, runner: Runner) -> None:
    text = markdown.CASES[name](SIZE).encode()
    (tmp_path / "all.yaml").write_text(markdown.RULES)
    (tmp_path / "a.md").write_bytes(text)
    outcome = runner.run("--template", "all.yaml", "a.md", cwd=tmp_path, seconds=seconds_for(len(text)))
    answered(outcome)
    assert outcome.code == 1
    assert outcome.out.splitlines()[0].startswith("a.md:")


@pytest.mark.parametrize("name", list(markdown.CASES)[:: some(2, 1)])
def test_markdown_is_fixed_or_left(name: str, tmp_path: Path, runner: Runner) -> None:
    text = markdown.CASES[name](SIZE).encode()
    (tmp_path / "all.yaml").write_text(markdown.RULES)
    (tmp_path / "a.md").write_bytes(text)
    fixed = runner.run(
        "--template", "all.yaml", "--fix", "a.md", cwd=tmp_path, seconds=seconds_for(len(text))
    )
    answered(fixed)
    if fixed.code == 2:
        assert "too many of its fixes would lose something" in fixed.err
        assert (tmp_path / "a.md").read_bytes() == text


@pytest.mark.parametrize("name", markdown.CASES)
def test_markdown_as_a_template(name: str, tmp_path: Path, runner: Runner) -> None:
    """What is derived from it checks its own template, or is not written."""
    made_into_rules(markdown.CASES[name](SIZE), tmp_path, runner)


@pytest.mark.parametrize("name", markdown.LONG)
def test_no_expression_reads_a_text_again_and_again(name: str, tmp_path: Path, runner: Runner) -> None:
    text = markdown.LONG[name](some(15_000, 100_000))
    (tmp_path / "all.yaml").write_text(markdown.RULES)
    (tmp_path / "lcov.info").write_text("SF:a\nLF:4\nLH:2\nend_of_record\n")
    (tmp_path / "a.md").write_text(text)
    options = ("--template", "all.yaml", "--coverage", "lcov.info")
    outcome = runner.run(*options, "a.md", cwd=tmp_path, seconds=seconds_for(len(text)))
    answered(outcome)
    assert outcome.code == 1
    made_into_rules(text, tmp_path, runner)


def made_into_rules(text: str, folder: Path, runner: Runner) -> None:
    """Derives rules from a text, checks it under them, and starts a document."""
    seconds = seconds_for(len(text))
    (folder / "a.md").write_text(text)
    outcome = runner.run("derive", "a.md", "--output", "rules.yaml", cwd=folder, seconds=seconds)
    answered(outcome)
    assert (outcome.code == 0) == (folder / "rules.yaml").exists()
    if outcome.code == 0:
        checked = runner.run("--template", "rules.yaml", "a.md", cwd=folder, seconds=seconds)
        answered(checked)
        assert checked.code < 2
        answered(runner.run("new", "rules.yaml", cwd=folder, seconds=seconds))


@pytest.mark.parametrize("name", encodings.CASES)
def test_bytes(name: str, tmp_path: Path, runner: Runner) -> None:
    case = encodings.CASES[name]
    (tmp_path / "note.yaml").write_text("sections: [{title: Reason, checklist: true}]\nfields: {Owner: }\n")
    (tmp_path / "a.md").write_bytes(case.data)
    outcome = runner.run("--template", "note.yaml", "--fix", "a.md", cwd=tmp_path)
    answered(outcome)
    if case.readable:
        assert outcome.code in (0, 1)
    else:
        assert (outcome.code, outcome.out.count("\n")) == (2, 0)
        assert outcome.err.startswith("speclint: a.md:")
        assert ": not UTF-8: " in outcome.err
        assert (tmp_path / "a.md").read_bytes() == case.data


@pytest.mark.parametrize("name", yaml_files.CASES)
def test_yaml(name: str, tmp_path: Path, runner: Runner) -> None:
    text = yaml_files.CASES[name]
    (tmp_path / "bad.yaml").write_text(text)
    (tmp_path / "a.md").write_text("# A\n")
    outcome = runner.run("--template", "bad.yaml", "a.md", cwd=tmp_path, seconds=seconds_for(len(text)))
    answered(outcome)
    assert len(outcome.err) < 200_000, "nobody reads so many faults"
    if outcome.code < 2:
        asked = ("--template", "bad.yaml", "a.md")
        ways = [("--fix", *asked), ("new", "bad.yaml"), ("promote", "--to", "none", *asked)]
        for arguments in one_of(ways, list(yaml_files.CASES).index(name)):
            further = runner.run(*arguments, cwd=tmp_path, seconds=seconds_for(len(text)))
            answered(further)
            assert len(further.err) < 200_000
    assert not (tmp_path / "pwned").exists()
    assert "root:" not in outcome.out + outcome.err


# Those that take all the time that patterns have: in `make test` one stands for the others.
LASTING = ("lazy", "a reference back in a star", "counted", "alternatives that overlap")


@pytest.mark.parametrize(
    "name", [name for name in patterns.CASES if name not in LASTING] + [*LASTING][: some(1, len(LASTING))]
)
def test_patterns(name: str, tmp_path: Path, runner: Runner) -> None:
    pattern = patterns.CASES[name]
    (tmp_path / "bad.yaml").write_text(
        f"fields: {{Owner: {{pattern: '{pattern}'}}}}\nforbidden: [{{pattern: '{pattern}'}}]\n",
        encoding="utf-8",
    )
    (tmp_path / "a.md").write_text(f"# A\n\n**Owner:** {patterns.TEXT}\n\n{patterns.TEXT}\n")
    # The two seconds that patterns may take, and those of the rest.
    answered(runner.run("--template", "bad.yaml", "a.md", cwd=tmp_path, seconds=4))


@pytest.mark.parametrize("name", checkouts.CASES)
def test_checkouts(name: str, tmp_path: Path, runner: Runner, request: pytest.FixtureRequest) -> None:
    # Python's own way to remove folders ends at some depth.
    request.addfinalizer(lambda: subprocess.run(["rm", "-rf", str(tmp_path / "repository")], check=False))
    top = checkouts.checkout(tmp_path, checkouts.CASES[name])
    secrets = [tmp_path / name for name in ("secret.md", "secret.yaml", "secret.json", "secrets/a.md")]
    before = [path.read_bytes() for path in secrets]
    reports = one_of([(), ("--output-format", "json")], list(checkouts.CASES).index(name))
    for arguments in (*reports, ("--fix",)):
        outcome = runner.run(*arguments, ".", cwd=top, seconds=2)
        answered(outcome)
        assert checkouts.SECRET not in outcome.out + outcome.err
        assert "root:" not in outcome.out + outcome.err
        assert all(line.isprintable() for line in (outcome.out + outcome.err).splitlines())
        assert not any(line.startswith("::") for line in outcome.out.splitlines())
    assert [path.read_bytes() for path in secrets] == before


@pytest.mark.parametrize("size", [2_000_000, 2_000_001])
def test_a_document_has_at_most_2_mb(size: int, tmp_path: Path, runner: Runner) -> None:
    (tmp_path / "a.md").write_bytes(b"a" * size)
    outcome = runner.run("--template", "feature-doc", "a.md", cwd=tmp_path, seconds=20)
    answered(outcome)
    too_large = outcome.err == "speclint: a.md: larger than 2 MB\n"
    assert too_large == (size > 2_000_000)
    assert outcome.code == (2 if too_large else 1)


def test_a_document_may_be_larger_if_that_is_said(tmp_path: Path, runner: Runner) -> None:
    (tmp_path / "a.md").write_bytes(b"a" * 1_000_001)
    outcome = runner.run("--template", "feature-doc", "--max-size", "1", "a.md", cwd=tmp_path)
    assert (outcome.code, outcome.err) == (2, "speclint: a.md: larger than 1 MB\n")
    outcome = runner.run("--template", "feature-doc", "--max-size", "2", "a.md", cwd=tmp_path, seconds=20)
    answered(outcome)
    assert outcome.code == 1


def test_too_little_memory_is_told(tmp_path: Path, runner: Runner) -> None:
    (tmp_path / "a.md").write_text("a\n=\n" * 500_000)
    outcome = runner.run("--template", "feature-doc", "a.md", cwd=tmp_path, seconds=60)
    answered(outcome)
    assert outcome.code == 2
    assert "there is not enough memory" in outcome.err


def test_what_memory_is_short_of_is_let_go_before_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Large:
        pass

    held: list[weakref.ref[Large]] = []

    def check(*arguments: object, **options: object) -> int:
        large = Large()
        held.append(weakref.ref(large))
        raise MemoryError

    def report_error(message: str) -> None:
        assert "not enough memory" in message
        assert held.pop()() is None

    monkeypatch.setattr("speclint.cli.check.run", check)
    monkeypatch.setattr(main, "report_error", report_error)
    assert main.main(["a.md"]) == 2
    assert held == []


# Growth


RULES = parse_rule_set(markdown.RULES)


def lint_and_mend(text: str) -> None:
    """Everything that is done with a document."""
    binding = bind(parse_document(text), RULES)
    lint(binding)
    fix_binding(binding)


@pytest.mark.parametrize("name", [name for name in markdown.CASES if "noise" not in name])
def test_work_grows_with_the_text_and_no_faster(name: str) -> None:
    """The work is counted in lines of code, not in seconds.

    What does not show here, because it happens inside one line, is measured by `make bench`.
    """
    make = markdown.CASES[name]

    def run(size: int) -> None:
        lint_and_mend(make(size))

    size = some(200, 500)
    run(size)  # loads what is loaded late
    # From some size on a text may be read in another way, which is a step and no growth.
    assert grows_evenly(run, size) or grows_evenly(run, 2 * size) or grows_evenly(run, 2_000)
