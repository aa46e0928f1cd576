"""`--fix` and `--diff` as people and programs use them: what is written, what is said, what is left alone."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.cli.main import main
from speclint.diagnostics import AppliedFix, Span
from speclint.fixes.fix import FixedBinding, UnsoundFix
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source
from speclint.ruleset.patterns import RegexTimeout
from speclint.workspace import fixer

from .amount import some
from .test_cli import ROOT, run, shell

RULES = """\
id: note
stages: {order: [draft, final], field: Status, values: {Draft: draft, Final: final}}
fields:
  Status: {required: false}
  Owner: {required: true}
sections:
  - {title: Reason, checklist: {complete_from: final}}
"""
GOOD = "# A\n\n**Owner:** Ada\n**Status:** Draft\n\n## Reason\n\n- [ ] one\n- [ ] two\n"
WORN = GOOD.replace("- [ ] one", "- [] one").replace("- [ ] two", "- [ ]two")
FIXED_LINES = (
    'notes/a.md:8:4: fixed malformed-checkbox Write "[ ]"\n'
    "notes/a.md:9:6: fixed malformed-checkbox Insert a space\n"
)
DIFF = (
    "--- notes/a.md\n"
    "+++ notes/a.md\n"
    "@@ -5,5 +5,5 @@\n"
    " \n"
    " ## Reason\n"
    " \n"
    "-- [] one\n"
    "-- [ ]two\n"
    "+- [ ] one\n"
    "+- [ ] two\n"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a rule set for its notes and one note that needs two fixes."""
    (tmp_path / "speclint.toml").write_text('[templates]\n"notes/*.md" = "note.yaml"\n')
    (tmp_path / "note.yaml").write_text(RULES)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text(WORN)
    (tmp_path / "README.md").write_text("# A project\n\n- [] one\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


class Said(NamedTuple):
    """What the command said, in this process."""

    code: int
    out: str
    err: str


@pytest.fixture
def here(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Said]:
    """Runs the command in this process, so that a test can change what it does."""

    def run_here(*arguments: str) -> Said:
        code = main(arguments)
        out, err = capfdbinary.readouterr()
        return Said(code, out.decode(), err.decode())

    return run_here


def test_what_can_be_fixed_is_fixed(folder: Path) -> None:
    result = run("--fix", "notes", cwd=folder)
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        f"{FIXED_LINES}notes/a.md: 3 of 3 obligations met (note at stage draft)\n\n"
        "1 document checked: 2 fixed, nothing remains\n"
    )
    assert (folder / "notes" / "a.md").read_text() == GOOD
    assert os.listdir(folder / "notes") == ["a.md"]


def test_fixing_twice_changes_nothing(folder: Path) -> None:
    run("--fix", "notes", cwd=folder)
    before = (folder / "notes" / "a.md").stat()
    result = run("--fix", "notes", cwd=folder)
    assert result.out.endswith("\n1 document checked: nothing found\n")
    after = (folder / "notes" / "a.md").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns), "it is not even written"


def test_what_remains_decides(folder: Path) -> None:
    (folder / "notes" / "a.md").write_text(WORN.replace("**Owner:** Ada\n", ""))
    result = run("--fix", "notes", cwd=folder)
    assert result.code == 1, "what was inserted is not filled in"
    assert result.out == (
        'notes/a.md:4:1: fixed missing-field Insert field "Owner"\n'
        'notes/a.md:8:4: fixed malformed-checkbox Write "[ ]"\n'
        "notes/a.md:9:6: fixed malformed-checkbox Insert a space\n"
        "notes/a.md:4:12: error placeholder `[Describe what belongs here]` is still to be filled in\n"
        "notes/a.md: 2 of 3 obligations met (note at stage draft)\n\n"
        "1 document checked: 3 fixed, 1 error remains\n"
    )
    assert "- [ ] one\n- [ ] two\n" in (folder / "notes" / "a.md").read_text(), "and the rest is fixed"


def test_without_fix_it_says_what_could_be_fixed(folder: Path) -> None:
    result = run("notes", cwd=folder)
    assert result.code == 1
    assert result.out.endswith("1 document checked: 2 errors (2 fixable with --fix)\n")
    assert (folder / "notes" / "a.md").read_text() == WORN


def test_unsafe_fixes_are_asked_for(folder: Path) -> None:
    (folder / "notes" / "a.md").write_text(GOOD + "- [✓] three\n")
    assert "(1 fixable with --fix --unsafe-fixes)\n" in run("notes", cwd=folder).out
    result = run("--fix", "notes", cwd=folder)
    assert result.out.endswith(
        "1 document checked: nothing fixed, 1 error remains (1 fixable with --unsafe-fixes)\n"
    )
    assert (folder / "notes" / "a.md").read_text() == GOOD + "- [✓] three\n"
    result = run("--fix", "--unsafe-fixes", "notes", cwd=folder)
    assert result.out.endswith("1 document checked: 1 fixed, nothing remains\n")
    assert (folder / "notes" / "a.md").read_text() == GOOD + "- [x] three\n"


def test_only_what_is_selected_is_fixed(folder: Path) -> None:
    assert "fixed" not in run("--fix", "--select", "missing-field", "notes", cwd=folder).out
    assert "fixed" not in run("--fix", "--ignore", "malformed-checkbox", "notes", cwd=folder).out
    configuration = (folder / "speclint.toml").read_text()
    (folder / "speclint.toml").write_text(f'{configuration}[checks]\nmalformed-checkbox = "off"\n')
    assert "fixed" not in run("--fix", "notes", cwd=folder).out
    assert (folder / "notes" / "a.md").read_text() == WORN


def test_files_under_no_template_are_left_alone(folder: Path) -> None:
    before = (folder / "README.md").read_bytes()
    assert run("--fix", ".", cwd=folder).err == "1 file checked, 1 skipped (no template)\n"
    assert (folder / "README.md").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--unsafe-fixes", "notes"], "`--unsafe-fixes` needs `--fix` or `--diff`"),
        (["--diff", "--output-format", "json", "notes"], "`--diff` shows a diff and no report"),
    ],
)
def test_what_makes_no_sense(folder: Path, arguments: list[str], message: str) -> None:
    result = run(*arguments, cwd=folder)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_formats(folder: Path) -> None:
    result = run(
        "--fix", "--output-format", "concise", "--output-format", "json=out.json", "notes", cwd=folder
    )
    assert (result.code, result.out) == (0, FIXED_LINES)
    data = json.loads((folder / "out.json").read_text())
    schema = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(data)
    assert data["summary"]["fixed"] == 2
    assert data["files"][0]["fixed"] == [
        {"check": "malformed-checkbox", "title": 'Write "[ ]"', "line": 8, "end_line": 8},
        {"check": "malformed-checkbox", "title": "Insert a space", "line": 9, "end_line": 9},
    ]


def test_diff_writes_nothing(folder: Path) -> None:
    for arguments in (["--diff"], ["--fix", "--diff"]):
        result = run(*arguments, "notes", cwd=folder)
        assert (result.code, result.out) == (1, DIFF)
        assert result.err == "1 document checked: 2 would be fixed, nothing would remain\n"
        assert (folder / "notes" / "a.md").read_text() == WORN
    assert run("-q", "--diff", "notes", cwd=folder).err == ""


def test_exit_code_of_diff(folder: Path) -> None:
    (folder / "notes" / "a.md").write_text(GOOD)
    result = run("--diff", "notes", cwd=folder)
    assert (result.code, result.out) == (0, "")
    assert result.err == "1 document checked: nothing would be fixed, nothing would remain\n"
    (folder / "notes" / "a.md").write_text(GOOD.replace("Ada", "[Name]"))
    result = run("--diff", "notes", cwd=folder)
    assert (result.code, result.out) == (1, "")
    assert result.err == "1 document checked: nothing would be fixed, 1 error would remain\n"
    (folder / "notes" / "a.md").write_text(WORN)
    assert run("--diff", "notes", cwd=folder).code == 1, "it would change something"


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_git_applies_the_diff_of_a_whole_folder(folder: Path) -> None:
    texts = {
        "a.md": WORN,
        "b c.md": WORN.replace("\n", "\r\n"),
        "mixed.md": "\ufeff" + WORN.replace("\n\n", "\r\n\n").rstrip("\n"),
    }
    for name, text in texts.items():
        (folder / "notes" / name).write_bytes(text.encode())
    difference = run("-q", "--diff", "notes", cwd=folder).out
    assert run("-q", "--fix", "notes", cwd=folder).code == 0
    fixed = {name: (folder / "notes" / name).read_bytes() for name in texts}
    for name, text in texts.items():
        (folder / "notes" / name).write_bytes(text.encode())
    subprocess.run(
        ["git", "apply", "-p0", "--whitespace=nowarn", "-"],
        cwd=folder,
        input=difference.encode(),
        check=True,
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
    )
    assert {name: (folder / "notes" / name).read_bytes() for name in texts} == fixed


def test_a_diff_on_a_terminal_cannot_steer_it(folder: Path) -> None:
    pty = pytest.importorskip("pty")
    (folder / "notes" / "a.md").write_text(WORN.replace("one", "\x1b]0;x\x07one\t\u202e"))
    parent, child = pty.openpty()
    subprocess.run(
        [sys.executable, "-m", "speclint", "-q", "--diff", "notes"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": "1"},
        cwd=folder,
        stdout=child,
        check=False,
    )
    os.close(child)
    shown = os.read(parent, 10_000).decode()
    os.close(parent)
    assert "-- [] \\x1b]0;x\\x07one\t\\u202e\r\n" in shown
    assert "\x1b" not in shown
    piped = run("-q", "--diff", "notes", cwd=folder, env={"FORCE_COLOR": "1"}).out
    assert "-- [] \x1b]0;x\x07one\t\u202e\n" in piped, "a program gets the text as it is"
    colored = run("-q", "--diff", "--color", "always", "notes", cwd=folder).out
    assert "\x1b[32m+- [ ] two\x1b[0m\n" in colored


@pytest.mark.parametrize("runner", ["CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD"])
def test_a_diff_commands_no_runner(folder: Path, runner: str) -> None:
    text = WORN
    for bad in (
        "::add-mask::a",
        "  ::stop-commands::x",
        "##vso[task.x]b",
        "##[group]c",
        "\x1b[2Jd\r::debug::e",
    ):
        text += f"{bad}\n- [] three\n\n"
    (folder / "notes" / "a.md").write_bytes(text.encode())
    raw = run("-q", "--diff", "notes", cwd=folder).out
    assert "\x1b" in raw, "git takes it as it is"
    value = "True" if runner == "TF_BUILD" else "true"
    safe = run("-q", "--diff", "notes", cwd=folder, env={runner: value}).out
    assert len(safe) > 100
    assert not [line for line in re.split("[\r\n]", safe) if line.lstrip().startswith("::")]
    assert not re.search(r"##\w*\[|\x1b|\r", safe)
    assert run("-q", "--diff", "notes", cwd=folder, env={runner: "false"}).out == raw


ODD = "\ufeff" + WORN.replace("\n\n", "\r\n\r").replace("Ada", "Ada \t").rstrip("\n")


def test_standard_input_goes_to_standard_output(folder: Path) -> None:
    mended = ODD.replace("- [] one", "- [ ] one").replace("- [ ]two", "- [ ] two")
    done = subprocess.run(
        [sys.executable, "-m", "speclint", "--fix", "--stdin-filename", "notes/x.md", "-"],
        cwd=folder,
        input=ODD.encode(),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, mended.encode())
    assert done.stderr.decode().startswith("notes/x.md:")
    assert done.stderr.decode().endswith("1 document checked: 2 fixed, nothing remains\n")
    assert not (folder / "notes" / "x.md").exists()


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("notes/x.md", GOOD, 0),
        ("notes/x.md", GOOD.replace("Ada", "[Name]"), 1),
        ("README.md", "# Other\r\n- [] x\r", 0),
        ("README.md", "", 0),
    ],
)
def test_standard_input_that_needs_no_fix_comes_out_as_it_came(
    folder: Path, name: str, text: str, code: int
) -> None:
    result = run("--fix", "--stdin-filename", name, "-", cwd=folder, stdin=text.encode())
    assert (result.code, result.out) == (code, text)


def test_standard_input_that_cannot_be_read(folder: Path) -> None:
    result = run("--fix", "--template", "note.yaml", "-", cwd=folder, stdin=b"# A\n\n\xff\n")
    assert (result.code, result.out) == (2, "")
    assert result.err == "speclint: <stdin>:3:1: not UTF-8: invalid start byte\n"
    result = shell(f'"{sys.executable}" -m speclint --fix - <&-', folder)
    assert (result.code, result.out) == (2, "")


def test_standard_input_beside_files(folder: Path) -> None:
    result = run(
        "--fix", "--output-format", "concise", "--stdin-filename", "notes/x.md", "-", "notes",
        cwd=folder, stdin=WORN.encode(),
    )  # fmt: skip
    assert result.out == GOOD
    assert result.err == FIXED_LINES.replace("a.md", "x.md") + FIXED_LINES
    assert (folder / "notes" / "a.md").read_text() == GOOD


def test_the_diff_of_standard_input(folder: Path) -> None:
    result = run("-q", "--diff", "--template", "note.yaml", "-", cwd=folder, stdin=WORN.encode())
    assert (result.code, result.out) == (1, DIFF.replace("notes/a.md", "<stdin>"))


def read_only(path: Path) -> None:
    path.chmod(0o444)


def linked(path: Path) -> None:
    path.rename(path.parent.parent / "real.text")
    path.symlink_to("../real.text")


@pytest.mark.parametrize(("change", "why"), [(read_only, "is read-only"), (linked, "is a symbolic link")])
def test_what_must_not_be_written_is_reported_as_it_lies(
    folder: Path, change: Callable[[Path], None], why: str
) -> None:
    (folder / "notes" / "b.md").write_text(WORN)
    change(folder / "notes" / "a.md")
    result = run("--fix", "--output-format", "concise", "notes", cwd=folder)
    assert result.code == 2
    assert result.err == f"speclint: notes/a.md: not written: {why}\n"
    assert result.out.startswith("notes/a.md:8:3: error malformed-checkbox")
    assert result.out.endswith(FIXED_LINES.replace("a.md", "b.md")), "the others are fixed"
    assert (folder / "notes" / "a.md").read_text() == WORN
    assert (folder / "notes" / "b.md").read_text() == GOOD


def test_a_link_has_no_diff(folder: Path) -> None:
    (folder / "notes" / "b.md").write_text(WORN)
    linked(folder / "notes" / "a.md")
    result = run("-q", "--diff", "notes", cwd=folder)
    assert (result.code, result.out) == (2, DIFF.replace("a.md", "b.md"))
    assert result.err == "speclint: notes/a.md: no diff: is a symbolic link\n"


def test_links_that_need_no_fix_are_no_trouble(folder: Path) -> None:
    (folder / "real.text").write_text(GOOD)
    (folder / "notes" / "a.md").unlink()
    (folder / "notes" / "a.md").symlink_to("../real.text")
    assert run("--fix", "notes", cwd=folder).code == 0


def test_a_file_that_a_link_leads_to_is_fixed_by_its_own_name(folder: Path) -> None:
    (folder / "notes" / "a.md").rename(folder / "notes" / "b.md")
    (folder / "notes" / "a.md").symlink_to("b.md")
    result = run("--fix", "notes", cwd=folder)
    assert result.code == 0
    assert result.out.startswith(FIXED_LINES.replace("a.md", "b.md"))
    assert (folder / "notes" / "a.md").is_symlink()


Mend = Callable[..., FixedBinding]


def changing(path: Path, mend: Mend) -> Mend:
    """Fixes as ever, but somebody saves the document before the fix is written."""

    def mend_slowly(*arguments: Any, **options: Any) -> FixedBinding:
        path.write_text("# Mine\n")
        return mend(*arguments, **options)

    return mend_slowly


def test_a_file_changed_meanwhile_is_not_written(
    folder: Path, here: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "notes" / "a.md"
    monkeypatch.setattr(fixer, "fix_binding", changing(path, fixer.fix_binding))
    said = here("--fix", "notes")
    assert said.code == 2
    assert said.err == "speclint: notes/a.md: not written: has changed since it was read\n"
    assert path.read_text() == "# Mine\n"


def test_a_full_disk_is_told(
    folder: Path, here: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        said = here("--fix", "notes")
    assert said.code == 2
    assert said.err == "speclint: notes/a.md: not written: No space left on device\n"
    assert (folder / "notes" / "a.md").read_text() == WORN
    assert os.listdir(folder / "notes") == ["a.md"]


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_an_unsound_fix_is_not_written(
    folder: Path, here: Callable[..., Said], monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    mend = fixer.fix_binding

    def unsound(binding: Binding, **options: Any) -> FixedBinding:
        if "three" in binding.document.source.text:
            raise UnsoundFix('the heading "Reason" would be lost')
        return mend(binding, **options)

    monkeypatch.setattr(fixer, "fix_binding", unsound)
    (folder / "notes" / "0.md").write_text(f"{WORN}- [ ] three\n")
    said = here(option, "notes")
    assert said.code == 2
    assert said.err.startswith(
        "speclint: notes/0.md: not fixed, this is a bug of speclint's: "
        'the heading "Reason" would be lost; please report it\n'
    )
    assert (folder / "notes" / "0.md").read_text() == f"{WORN}- [ ] three\n"
    if option == "--fix":
        assert "notes/0.md:8:3: error malformed-checkbox" in said.out, "what is wrong is still said"
        assert (folder / "notes" / "a.md").read_text() == GOOD, "the others are fixed"
    else:
        assert said.out == DIFF


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (UnsoundFix("it does not settle"), "not fixed, this is a bug of speclint's: it does not settle"),
        (RegexTimeout("a+"), "not fixed: the pattern `a+` takes too long (rule set `note`)"),
    ],
)
def test_standard_input_comes_out_even_when_it_cannot_be_fixed(
    folder: Path,
    here: Callable[..., Said],
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    why: str,
) -> None:
    def failing(*_: object, **__: object) -> FixedBinding:
        raise error

    monkeypatch.setattr(fixer, "fix_binding", failing)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(ODD.encode())))
    said = here("--fix", "--stdin-filename", "notes/x.md", "-")
    assert (said.code, said.out) == (2, ODD)
    assert f"speclint: notes/x.md: {why}" in said.err


def inserting(binding: Binding, **_: object) -> FixedBinding:
    """A fixer that appends a section where it is not yet."""
    old = binding.document.source
    if "## Rollback" in old.text:
        return FixedBinding(old, binding, ())
    text = f"{old.text}\n## Rollback\n\n[steps]\n"
    applied = AppliedFix("missing-section", 'Insert section "Rollback"', Span(len(old.text), len(text)))
    source = Source(text)
    return FixedBinding(
        source, bind(parse_document(source), binding.rules, binding.stage, binding.location), (applied,)
    )


def test_links_to_what_was_inserted_in_another_document_are_good(
    folder: Path, here: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The report is about all the documents as they are afterwards."""
    monkeypatch.setattr(fixer, "fix_binding", inserting)
    for name, other in (("a", "b"), ("b", "a")):
        (folder / "notes" / f"{name}.md").write_text(f"{GOOD}\nSee [{other}]({other}.md#rollback).\n")
    assert here("notes").out.count("broken-anchor") == 2
    said = here("--fix", "notes")
    assert 'notes/a.md:13:1: fixed missing-section Insert section "Rollback" (3 lines)\n' in said.out
    assert "broken-anchor" not in said.out


def test_an_interruption_is_no_traceback(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    assert main(["--fix", "notes"]) == 130
    assert (folder / "notes" / "a.md").read_text() == WORN
    assert os.listdir(folder / "notes") == ["a.md"]


boxes = ["- [] open", "- [ ]done", "-[ ] tight", "  * [ X ] odd", "- [ ] good"]
lines = st.sampled_from([*boxes, "", "text  ", "\ttab\t", "## Reason", "```", "**Owner:** Ada", "\x0c"])
ends = st.sampled_from(["\n", "\r\n", "\r", "\n\n", " \n"])


@settings(max_examples=some(50, 150))
@given(mark=st.sampled_from(["", "\ufeff"]), pairs=st.lists(st.tuples(lines, ends)), last=lines)
def test_every_byte_outside_of_a_fix_stays(mark: str, pairs: list[tuple[str, str]], last: str) -> None:
    """Line ends of all kinds, byte order mark, tabs, trailing blanks, a missing final newline."""
    text = mark + "".join(line + end for line, end in [("# A", "\n"), *pairs]) + last

    def boxless(text: str) -> str:
        return re.sub(r"-? ?\[ *([xX]?) *\] ?", "", text)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.md")
        Path(folder, "note.yaml").write_text(RULES)
        path.write_bytes(text.encode())
        rules, only = str(Path(folder, "note.yaml")), "malformed-checkbox"
        options = ["-q", "--fix", "--select", only, "--template", rules, str(path)]
        assert main(options) in (0, 1)
        once = path.read_bytes()
        assert boxless(once.decode()) == boxless(text)
        assert main(options) in (0, 1)
        assert path.read_bytes() == once


def loaded(*arguments: str) -> set[str]:
    """The modules that the command loads."""
    code = (
        "import sys; from speclint.cli.main import main; main(sys.argv[1:]); "
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "1 document checked" in done.stdout
    return set(done.stderr.split())


def test_nothing_is_loaded_in_vain(folder: Path) -> None:
    fixing = {"speclint.fixes.fix", "speclint.workspace.fixer"}
    others = {"click", "speclint.reporters.diff", "speclint.workspace.git"}
    assert not loaded("notes") & {*others, *fixing}
    assert loaded("--fix", "notes") & {*others, *fixing} == fixing
