"""The command as people and programs use it: files in, text and exit codes out."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint.checks.registry import CHECKS
from speclint.cli.commands import commands
from speclint.cli.main import main
from speclint.cli.options import CHECK, plain_values
from speclint.linting import baseline
from speclint.reporters.formats import FORMATS

from .forks import Ended, Forks

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

RULES = """\
id: note
name: Note
summary: What a note holds.
stages: {order: [draft, final], field: Status, values: {Draft: draft, Final: final}}
fields:
  Owner: {required: true}
  Status: {required: false}
sections:
  - {title: Reason, checklist: {complete_from: final}}
"""
GOOD = "# A\n\n**Owner:** Ada\n**Status:** Draft\n\n## Reason\n\n- [ ] one\n"
BAD = GOOD.replace("**Owner:** Ada\n", "")
BAD_LINE = 'error missing-field field "Owner" is missing'


class Result:
    """What a run of the command gave."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err


COMMANDS = Forks()


# What would change what is printed.
SAID_BY_OTHERS = ("NO_COLOR", "FORCE_COLOR", "CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD")


def run(
    *arguments: str,
    cwd: Path,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
    start: Callable[..., Ended] = COMMANDS.run,
) -> Result:
    """The command in a process of its own, as from a shell."""
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    clean = {key: value for key, value in os.environ.items() if key not in SAID_BY_OTHERS}
    done = start(arguments, cwd, {**clean, "PYTHONPATH": path, **(env or {})}, stdin)
    result = Result(done.code, done.out.decode(), done.err.decode())
    assert "Traceback" not in result.err
    return result


def shell(command: str, cwd: Path) -> Result:
    """A command line of bash with this speclint, for what only a shell can set up."""
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert "Traceback" not in done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a rule set for its notes, a good one and a bad one."""
    (tmp_path / "speclint.toml").write_text('[templates]\n"notes/*.md" = "note.yaml"\n')
    (tmp_path / "note.yaml").write_text(RULES)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "bad.md").write_text(BAD)
    (tmp_path / "notes" / "good.md").write_text(GOOD)
    (tmp_path / "README.md").write_text("# A project\n")
    return tmp_path


def test_folder(folder: Path) -> None:
    result = run(".", cwd=folder)
    assert result.code == 1
    assert result.out.startswith(f"notes/bad.md:1:1: {BAD_LINE}\nnotes/bad.md: ")
    assert "\n\nnotes/good.md: 3 of 3 obligations met (note at stage draft)\n\n" in result.out
    assert result.out.endswith("2 documents checked: 1 error (1 fixable with --fix)\n")
    assert result.err == "2 files checked, 1 skipped (no template)\n"
    assert run(cwd=folder).out == result.out, "the current folder is the default"
    assert run("check", cwd=folder).out == result.out


def test_files(folder: Path) -> None:
    assert run("notes/good.md", cwd=folder).code == 0
    assert run("notes/bad.md", "notes/good.md", cwd=folder).code == 1
    twice = run("-q", "notes/bad.md", "./notes/bad.md", "notes", cwd=folder)
    assert twice.out == f"notes/bad.md:1:1: {BAD_LINE}\n", "a file named twice is checked once"


def test_options_before_paths_need_no_command(folder: Path) -> None:
    assert run("--template", "note.yaml", "README.md", cwd=folder).code == 1
    assert run("--output-format=concise", "notes/bad.md", cwd=folder).out == f"notes/bad.md:1:1: {BAD_LINE}\n"


def test_a_file_named_like_a_command(folder: Path) -> None:
    for name in ("explain", "check"):
        (folder / name).write_text(BAD)
        assert run("check", "--template", "note.yaml", name, cwd=folder).out.startswith(f"{name}:1:1: error")


def test_standard_input(folder: Path) -> None:
    result = run("-q", "--template", "note.yaml", "-", cwd=folder, stdin=BAD.encode())
    assert (result.code, result.out) == (1, f"<stdin>:1:1: {BAD_LINE}\n")
    result = run("-q", "--stdin-filename", "notes/x.md", "-", cwd=folder, stdin=BAD.encode())
    assert (result.code, result.out) == (1, f"notes/x.md:1:1: {BAD_LINE}\n"), "its name finds the rule set"
    result = run("-", cwd=folder, stdin=b"# Something\n")
    assert result.code == 0
    assert "<stdin>: skipped, no template recognised" in result.err


def test_nothing_recognised_says_what_to_do(folder: Path) -> None:
    result = run("README.md", "-", cwd=folder)
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith("0 files checked, 2 skipped (no template); name one with --template or in")


def test_a_single_skipped_file_says_what_to_do(folder: Path) -> None:
    result = run("README.md", cwd=folder)
    assert (result.code, result.out) == (0, "")
    assert "README.md: skipped, no template recognised" in result.err
    assert "--template" in result.err


def test_stage(folder: Path) -> None:
    result = run("--stage", "final", "notes/good.md", cwd=folder)
    assert result.code == 1
    assert "unchecked-item" in result.out
    result = run("--stage", "finl", "notes/good.md", "notes/bad.md", cwd=folder)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "speclint: rule set `note` has no stage `finl`; its stages are `draft`, `final`; "
        "did you mean `final`?\n"
    )


def test_stage_where_templates_are_mixed(folder: Path) -> None:
    """Who has the stage is checked at it, who has no stages as always, the rest is named."""
    (folder / "plain.yaml").write_text("sections: [Reason]\n")
    (folder / "step.yaml").write_text("stages: {order: [begun, final-step]}\nsections: [Reason]\n")
    (folder / "speclint.toml").write_text(
        '[templates]\n"notes/*.md" = "note.yaml"\n"plain/*" = "plain.yaml"\n"step/*" = "step.yaml"\n'
    )
    for name in ("plain", "step"):
        (folder / name).mkdir()
        (folder / name / "a.md").write_text("# A\n\n## Reason\n\nBecause.\n")
    result = run("--stage", "final", "--output-format", "json", ".", cwd=folder)
    assert result.code == 1
    data = json.loads(result.out)
    stages = {file["path"]: file["stage"] for file in data["files"]}
    assert stages == {"notes/bad.md": "final", "notes/good.md": "final", "plain/a.md": None}
    assert data["summary"]["skipped"] == 2, "the README and the step"
    assert result.err == (
        "speclint: step/a.md: not checked, rule set `step` has no stage `final`\n"
        "3 files checked, 1 skipped (no template)\n"
    )
    assert run("-q", "--stage", "final", ".", cwd=folder).err == ""
    result = run("-q", "--stage", "final", "plain", "step", cwd=folder)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "speclint: rule set `plain` has no stage `final`; it has no stages\n"
        "speclint: rule set `step` has no stage `final`; its stages are `begun`, `final-step`; "
        "did you mean `final-step`?\n"
    )


def test_select_ignore_and_fail_on(folder: Path) -> None:
    assert run("--ignore", "missing-field", "notes", cwd=folder).code == 0
    assert run("--select", "unchecked-item, empty-section", "notes", cwd=folder).code == 0
    assert run("--select", "missing-field", "notes", cwd=folder).code == 1
    (folder / "speclint.toml").write_text(
        '[templates]\n"notes/*.md" = "note.yaml"\n[checks]\nmissing-field = "warning"\n'
    )
    assert run("notes", cwd=folder).code == 0
    assert run("--fail-on", "warning", "notes", cwd=folder).code == 1
    assert run("--fail-on", "info", "notes", cwd=folder).code == 1


def test_json_and_files(folder: Path) -> None:
    result = run("--output-format", "json", "--output-format", "text=out.txt", ".", cwd=folder)
    data = json.loads(result.out)
    assert data["summary"]["skipped"] == 1
    assert [file["path"] for file in data["files"]] == ["notes/bad.md", "notes/good.md"]
    assert BAD_LINE in (folder / "out.txt").read_text()
    assert run("--output-format", "json=no/such/folder.json", ".", cwd=folder).code == 2
    assert run("--output-format", "json=-", ".", cwd=folder).out == result.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--xyzzy"], "No such option '--xyzzy' (see: speclint check --help)"),
        (["--select", ",", "notes"], "`--select` names no check"),
        (["explain", "nothing-like-it"], "no check `nothing-like-it`; `speclint explain` lists them"),
        ([""], "'': no such file or folder"),
        (["--select", "mising-field", "x.md"], "no check `mising-field`; did you mean `missing-field`?"),
        (["--output-format", "jsn", "x.md"], "no output format `jsn`; did you mean `json`?"),
        (["--output-format", "json=", "x.md"], "no file name"),
        (["--output-format", "json", "--output-format", "text"], "only one output format"),
        (["--template", "feature-spek", "x.md"], "no rule set `feature-spek`; did you mean `feature-spec`?"),
        (["--fail-on", "off", "x.md"], "off"),
        (["explain", "mising-field"], "no check `mising-field`; did you mean `missing-field`?"),
        (["--template", "none.yaml", "README.md"], "none.yaml"),
        (["--config", "none.toml", "README.md"], "none.toml:1:1: No such file or directory"),
        (["none.md"], "none.md: no such file or folder"),
        (["empty"], "empty: no Markdown files"),
        (["/dev/null"], "/dev/null: not a regular file"),
    ],
)
def test_what_cannot_be_done(folder: Path, arguments: list[str], message: str) -> None:
    (folder / "empty").mkdir()
    result = run(*arguments, cwd=folder)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("speclint: ")
    assert message in result.err
    assert len(result.err.splitlines()) == 1


def test_the_other_files_are_still_checked(folder: Path) -> None:
    notes = folder / "notes"
    (notes / "a-latin.md").write_bytes(b"# Title\n\ncaf\xe9\n")
    (notes / "b-large.md").write_bytes(b"a" * 2_000_001)
    os.mkfifo(notes / "c-pipe.md")
    (notes / "d-loop.md").symlink_to("d-loop.md")
    (notes / "loop").symlink_to("..")
    result = run("notes", "notes/c-pipe.md", "notes/d-loop.md", cwd=folder)
    assert result.code == 2
    assert "notes/bad.md:1:1:" in result.out
    lines = result.err.splitlines()
    assert lines[0].startswith("speclint: notes/a-latin.md:3:4: not UTF-8")
    assert lines[1] == "speclint: notes/b-large.md: larger than 2 MB"
    assert lines[2] == "speclint: notes/c-pipe.md: not a regular file (for a pipe, use `-`)"
    assert lines[3].startswith("speclint: notes/d-loop.md: cannot be read: ")
    assert len(lines) == 4


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable(folder: Path) -> None:
    (folder / "notes" / "bad.md").chmod(0)
    result = run("notes", cwd=folder)
    assert result.code == 2
    assert "bad.md: cannot be read: Permission denied" in result.err


def test_bad_configuration_and_rule_set(folder: Path) -> None:
    (folder / "note.yaml").write_text("id: note\nsections:\n  - titel: Reason\n")
    result = run(".", cwd=folder)
    assert result.code == 2
    assert result.err.startswith("speclint: ")
    assert "note.yaml:3:" in result.err
    assert "did you mean `title`?" in result.err
    (folder / "speclint.toml").write_text('exclud = ["a"]\n')
    result = run(".", cwd=folder)
    assert (result.code, result.out) == (2, "")
    assert result.err == "speclint: speclint.toml:1:1: no key `exclud`; did you mean `exclude`?\n"


def test_what_folders_give(folder: Path) -> None:
    for name in (".hidden/a.md", "node_modules/a.md", "venv/a.md", "own/pyvenv.cfg", "own/a.md", "old/a.md"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(BAD)
    (folder / "b.markdown").write_text(BAD)
    (folder / "C.MD").write_text(BAD)
    configuration = (folder / "speclint.toml").read_text()
    (folder / "speclint.toml").write_text(f'exclude = ["old"]\n{configuration}')
    result = run("--template", "note.yaml", "--output-format", "concise", ".", cwd=folder)
    assert [line.partition(":")[0] for line in result.out.splitlines() if "missing-field" in line] == [
        "C.MD", "README.md", "b.markdown", "notes/bad.md",
    ]  # fmt: skip
    explicit = run("--template", "note.yaml", "old/a.md", ".hidden/a.md", "-q", cwd=folder)
    assert len([line for line in explicit.out.splitlines() if "missing-field" in line]) == 2


def test_a_nearer_configuration_wins_and_cannot_bring_back(folder: Path) -> None:
    (folder / "notes" / "speclint.toml").write_text('[checks]\nmissing-field = "off"\n')
    assert run("--template", "note.yaml", "notes", cwd=folder).code == 0
    (folder / "speclint.toml").write_text('exclude = ["notes"]\n')
    assert "notes" not in run("--template", "note.yaml", ".", cwd=folder).out
    assert "notes" in run("--template", "note.yaml", "notes", cwd=folder).out


def test_all_is_excluded(folder: Path) -> None:
    configuration = (folder / "speclint.toml").read_text()
    (folder / "speclint.toml").write_text(f'exclude = ["notes"]\n{configuration}')
    result = run("notes", cwd=folder)
    assert (result.code, result.out) == (0, "")
    assert result.err == "speclint: notes: all 2 Markdown files are excluded by the configuration\n"
    (folder / "notes" / "bad.md").unlink()
    assert "notes: its only Markdown file is excluded by" in run("notes", cwd=folder).err
    assert run("-q", "notes", cwd=folder).err == ""


def test_a_misspelt_template_in_front_matter(folder: Path) -> None:
    path = folder / "a.md"
    path.write_text("---\nauthor: Ada\ntemplate: feature-spek\n---\n# A\n")
    result = run("a.md", cwd=folder)
    assert (result.code, result.out) == (2, "")
    assert result.err == "speclint: a.md:3:11: no rule set `feature-spek`; did you mean `feature-spec`?\n"
    path.write_text("---\ntemplate: page.html\n---\n# A\n")
    assert run("a.md", cwd=folder).code == 0, "other tools have templates too"


def test_color(folder: Path) -> None:
    plain = run("notes/bad.md", cwd=folder).out
    assert "\x1b" not in plain
    assert "\x1b[31m" in run("--color", "always", "notes/bad.md", cwd=folder).out
    assert "\x1b[31m" in run("notes/bad.md", cwd=folder, env={"FORCE_COLOR": "1"}).out
    assert run("notes/bad.md", cwd=folder, env={"FORCE_COLOR": "0"}).out == plain
    both = run("notes/bad.md", cwd=folder, env={"FORCE_COLOR": "1", "NO_COLOR": "1"}).out
    assert "\x1b" not in both
    assert run("--color", "never", "notes/bad.md", cwd=folder, env={"FORCE_COLOR": "1"}).out == plain


def test_terminal(folder: Path) -> None:
    """On a terminal there are colors and source lines, with NO_COLOR source lines only."""
    pty = pytest.importorskip("pty")
    for variable, colored in (("UNUSED", True), ("NO_COLOR", False)):
        parent, child = pty.openpty()
        env = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", variable: "1"}
        env.pop("FORCE_COLOR", None)
        with subprocess.Popen(
            [sys.executable, "-m", "speclint", "-q", "notes/bad.md"],
            cwd=folder,
            stdout=child,
            stderr=subprocess.DEVNULL,
            env=env,
        ) as process:
            process.wait(timeout=60)
        os.close(child)
        output = os.read(parent, 10_000).decode()
        os.close(parent)
        assert ("\x1b[31m" in output) is colored
        assert "^" in output


def test_no_encoding_can_stop_it(folder: Path) -> None:
    text = BAD.replace("**Status:** Draft", "**Status:** Entwürfe 日本")
    (folder / "notes" / "bäd.md").write_text(text, encoding="utf-8")
    for encoding in ("ascii", "latin-1", "utf-8"):
        result = subprocess.run(
            [sys.executable, "-m", "speclint", "notes"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding},
            capture_output=True,
            check=False,
        )
        assert result.returncode == 1
        assert b"Traceback" not in result.stderr


def test_odd_paths(folder: Path) -> None:
    odd = os.fsencode(folder / "notes") + b"/\xff\x1b[31m\n.md"
    try:
        Path(os.fsdecode(odd)).write_text(BAD)
    except OSError:
        pytest.skip("this file system takes no such name")
    result = run("-q", "notes", cwd=folder)
    assert rf"notes/\xff\x1b[31m\x0a.md:1:1: {BAD_LINE}" in result.out.splitlines()
    assert json.loads(run("--output-format", "json", "notes", cwd=folder).out)["summary"]["checked"] == 3


def test_closed_output(folder: Path) -> None:
    (folder / "notes" / "long.md").write_text(BAD + "- [y] x\n" * 20_000)
    with subprocess.Popen(
        [sys.executable, "-m", "speclint", "notes"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
        assert process.wait(timeout=120) == 141
    assert errors == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", ["notes", "--help", "explain"])
def test_output_that_cannot_be_written(folder: Path, arguments: str) -> None:
    command = f'"{sys.executable}" -m speclint {arguments}'
    for redirected, code, err in (
        (">/dev/full", 2, "speclint: standard output: No space left on device\n"),
        ("| true; exit ${PIPESTATUS[0]}", 141, ""),
    ):
        result = shell(f"{command} {redirected}", folder)
        # A command may be done before its reader is gone.
        assert (result.code, result.err) == (code, err) or (result.code in (0, 1) and "true" in redirected)


def test_closed_streams(folder: Path) -> None:
    command = f'"{sys.executable}" -m speclint'
    result = shell(f"{command} notes >&-", folder)
    assert (result.code, result.err) == (2, "speclint: standard output: is closed\n")
    result = shell(f"{command} - <&-", folder)
    assert (result.code, result.err) == (2, "speclint: <stdin>: standard input is closed\n")
    result = shell(f"{command} -q none.md notes 2>&-", folder)
    assert (result.code, result.out) == (2, f"notes/bad.md:1:1: {BAD_LINE}\n")


def as_click_says(*words: str) -> dict[str, object]:
    """The parameters of `check` that click is given by some words: those that are not the default."""
    command = commands().commands["check"]
    return {name: value for name, value in command.make_context("check", list(words)).params.items() if value}


WORDS = st.sampled_from(["-", "a.md", "docs/", "final", "text=report.txt", "a,b"])
PLAIN = [option for option in CHECK.options if option.kind in ("flag", "text", "list")]


@st.composite
def plain_words(draw: st.DrawFn) -> list[str]:
    """A command line of paths and plain options, in any order."""
    words: list[str] = []
    for option in draw(st.lists(st.sampled_from(PLAIN), max_size=6)):
        words += draw(st.lists(WORDS, max_size=2))
        flag = draw(st.sampled_from(option.flags))
        value = draw(WORDS.filter(lambda word: word != "-"))
        if option.kind == "flag":
            words.append(flag)
        elif draw(st.booleans()):
            words.append(f"{flag}={value}")
        else:
            words += [flag, value]
    return [*words, *draw(st.lists(WORDS, max_size=2))]


@given(words=plain_words())
def test_plain_options_are_understood_as_click_does(words: list[str]) -> None:
    plain = plain_values(CHECK, words)
    assert plain is not None
    command = commands().commands["check"]
    assert vars(plain) == command.make_context("check", list(words)).params


@pytest.mark.parametrize(
    "words",
    ["--help", "-h", "--", "--fix=1", "--stag x", "-qq", "--stage", "--stage --fix", "--stage -", "--jobs 2",
     "--fail-on error", "--color=never", "a.md -x"],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_click(words: str) -> None:
    assert plain_values(CHECK, words.split()) is None


def test_plain_options_do_not_load_click(folder: Path) -> None:
    loads = (
        "import sys; from speclint.cli.main import main; main(sys.argv[1:]); print('click' in sys.modules)"
    )
    for words in (["--stage", "final"], ["--output-format", "json", "-q"], ["--template", "note.yaml"]):
        done = subprocess.run(
            [sys.executable, "-S", "-c", f"import sys; sys.path[1:1] = {sys.path!r}; {loads}", *words,
             "notes/good.md"],
            cwd=folder, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout.splitlines()[-1] == "False"


def test_what_is_to_be_done_at_the_end_is_done(folder: Path) -> None:
    """The process ends without taking itself apart, but not without those who wait for its end."""
    program = (
        "import atexit, sys; atexit.register(print, 'the end');"
        "from speclint.__main__ import main; sys.argv[1:] = ['--version']; main()"
    )
    path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env={**os.environ, "PYTHONPATH": path},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1:] == ["the end"]


def test_a_folder_that_is_gone(folder: Path) -> None:
    gone = folder / "gone"
    gone.mkdir()
    for arguments in ("", "templates", "x.md", "-q x.md"):
        result = shell(f'rmdir "{gone}"; "{sys.executable}" -m speclint {arguments}', gone)
        assert (result.code, result.out) == (2, "")
        assert result.err == "speclint: the current folder is gone\n"
        gone.mkdir()


def test_interrupted(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "speclint", "--template", "note.yaml", "-"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Where the tests run in the background, the signal is ignored, and that is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        # It has read the first bytes when it answers no longer to a full pipe; then it waits for more.
        assert process.stdin is not None
        process.stdin.write(b"a" * 200_000)
        process.stdin.flush()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()


def test_explain(folder: Path) -> None:
    listed = run("explain", cwd=folder)
    assert listed.code == 0
    for check in CHECKS:
        assert f"\n  {check.id} " in listed.out
        said = run("explain", check.id, cwd=folder).out if check is CHECKS[0] else ""
        assert not said or said.startswith(f"{check.id} ({check.family}, ")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_check_is_documented(check: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", check.id]) == 0  # type: ignore[attr-defined]
    said = capsys.readouterr().out
    title, blank, sentence, *rest = said.splitlines()
    assert title.startswith(check.id)  # type: ignore[attr-defined]
    assert blank == ""
    assert sentence[0].isupper() or sentence[0] in "`[", sentence
    assert "\nFails" in said
    assert "\nPasses" in said
    assert all(not line.startswith("     ") or "    " in line for line in rest)


def test_templates(folder: Path) -> None:
    result = run("templates", cwd=folder)
    assert result.code == 0
    for id in ("django-feature", "feature-doc", "feature-pr", "feature-spec", "go-feature", "note"):
        assert re.search(rf"^{id}: ", result.out, re.MULTILINE)
    assert "  stages: development < staging < production\n" in result.out
    assert "note: Note\n  What a note holds.\n  stages: draft < final\n  from: note.yaml\n" in result.out


def test_version_and_help(folder: Path) -> None:
    assert re.fullmatch(r"speclint \d+\.\d+\S*\n", run("--version", cwd=folder).out)
    assert "--stage" in run("check", "--help", cwd=folder).out
    assert "explain" in run("--help", cwd=folder).out


def test_readme_example_is_real() -> None:
    shown = re.search(r"```console\n\$ speclint (examples/\S+)\n(.*?)```", README, re.DOTALL)
    assert shown
    assert run(shown[1], cwd=ROOT).out == shown[2]
    document = (ROOT / shown[1]).read_text(encoding="utf-8")
    excerpt = re.search(r"```markdown\n(.*?)```", README, re.DOTALL)
    assert excerpt
    for line in excerpt[1].splitlines():
        assert line == "..." or f"\n{line}\n" in document


def test_readme_rule_set_is_the_example() -> None:
    import yaml

    block = re.search(r"```yaml\n(id: service\n.*?)```", README, re.DOTALL)
    assert block
    shown = yaml.safe_load(block[1])
    real = yaml.safe_load((ROOT / "examples" / "service.yaml").read_text(encoding="utf-8"))
    for key in ("id", "name", "stages", "coverage"):
        assert shown[key] == real[key]
    assert all(section in real["sections"] for section in shown["sections"])


def test_readme_configuration_is_good(tmp_path: Path) -> None:
    block = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert block
    (tmp_path / "rules").mkdir()
    shutil.copy(ROOT / "examples" / "service.yaml", tmp_path / "rules")
    for folder in ("services/a", "docs/specs", "docs/archive"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(ROOT / "examples" / "services" / "refunds.md", tmp_path / folder)
    (tmp_path / "baseline.json").write_bytes(baseline.written(()))
    dedicated = block[1]
    shared = "[tool.speclint]\n" + re.sub(r"^\[(\w+)\]", r"[tool.speclint.\1]", dedicated, flags=re.MULTILINE)
    for name, text in (("speclint.toml", dedicated), ("pyproject.toml", shared)):
        (tmp_path / name).write_text(text)
        result = run("--output-format", "json", ".", cwd=tmp_path)
        files = {file["path"]: file["template"] for file in json.loads(result.out)["files"]}
        assert files == {"docs/specs/refunds.md": "feature-spec", "services/a/refunds.md": "service"}
        (tmp_path / name).unlink()


def test_rule_sets_page(tmp_path: Path) -> None:
    """The rule sets of the page are good ones, and its faults are told as it says."""
    page = (ROOT / "docs" / "rule-sets.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    decision = examples[0]
    assert len(examples) == 7
    (tmp_path / "a.md").write_text("# A\n")
    for number, example in enumerate(examples):
        (tmp_path / f"{number}.yaml").write_text(example)
        assert run("--template", f"{number}.yaml", "a.md", cwd=tmp_path).code == 1, example
    for good, bad in (("required:", "requird:"), ("from: accepted  ", "from: acepted  ")):
        decision = decision.replace(good, bad)
    (tmp_path / "decision.yaml").write_text(decision)
    shown = re.search(r"```text\n(.*?)```", page, re.DOTALL)
    assert shown
    result = run("--template", "decision.yaml", "a.md", cwd=tmp_path)
    assert (result.code, result.err.replace("speclint: ", "")) == (2, shown[1])


def test_checks_lists_are_current() -> None:
    stale = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "list_checks.py"), "--check"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert stale.stderr == ""


def test_examples(tmp_path: Path) -> None:
    result = run("--output-format", "json", "examples", cwd=ROOT)
    files = {file["path"]: file for file in json.loads(result.out)["files"]}
    found = {path: {d["check"] for d in file["diagnostics"]} for path, file in files.items()}
    assert result.code == 1
    assert found["examples/services/rate-limits.md"] == set()
    assert found["examples/services/refunds.md"] == {
        "date-order", "coverage-below-threshold", "unchecked-item",
    }  # fmt: skip
    assert {"placeholder", "missing-section"} <= found["examples/services/holiday-mode.md"]
    assert "missing-section" in found["examples/pull-request.md"]


def test_own_documents(tmp_path: Path) -> None:
    result = run(".", cwd=ROOT)
    assert (result.code, result.out) == (0, "")


def test_common_path_imports_little(tmp_path: Path) -> None:
    """One document, cold: nothing is imported that the common path does not need."""
    code = (
        "import sys; from speclint.cli.main import main; main([sys.argv[1]]);"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    # Where there is no configuration, since one that no cache knows is validated.
    document = tmp_path / "spec.md"
    document.write_bytes(next((ROOT / "tests" / "documents" / "feature-spec").glob("*.md")).read_bytes())
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path[1:1] = {sys.path!r}; {code}", str(document)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stderr.split())
    assert "speclint.markdown" in loaded
    formats = {f"speclint.reporters.{name}" for name in FORMATS if name not in ("text", "concise")}
    libraries = {"click", "mistune", "yaml", "jsonschema", "inspect", "difflib", "urllib.parse"}
    assert loaded & {"speclint.ruleset.loading", *libraries, *formats} == set()
