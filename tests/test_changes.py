"""Whatever happens between two runs, a run that remembers says what one without memory says, to the byte.

Changes and commands come by chance, from a seed; `SPECLINT_SEEDS` asks for more than a few.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from speclint.cli import main
from speclint.workspace import cache

from .amount import some
from .checkout import Repository, needs_git

NOTE = """\
# Note {n}

**Owner:** Ada
**Status:** Draft

## Reason

[Guide](../guide.md#start), [other](01.md#reason), ![picture](../pictures/a.png), [top](/guide.md)

- [ ] one

## Files

- `src/app.py`
- `src/gone.py`

## Tests

Coverage: 80%
"""
PIECES = (
    "\nTBD\n",
    "\n[Gone](gone.md)\n",
    "\n[Up](../../up.md)\n",
    "\n<!-- speclint-disable-next-line placeholder until=2026-06-01: later -->\nTBD\n",
    "\n<!-- speclint-disable-file broken-link -->\n",
    "\nStart with the words of the template, which nobody may leave here.\n",
    "\n```json\n{\n```\n",
    "\n## Odd\n",
    "\nasap\n",
)
RULES = """\
extends: base.yaml
id: note
sections:
  - {title: Files, paths: true, required: false}
forbidden: [{pattern: asap}]
"""
BASE = """\
name: Base
stages: {order: [draft, final], field: Status, values: {Draft: draft, Final: final}}
fields:
  Owner: {required: true}
  Status: {required: false}
sections:
  - {title: Reason, checklist: {complete_from: final}}
  - {title: Tests, coverage: true, required: false}
coverage: {thresholds: {draft: 60, final: 70}}
"""
SKELETON = "# Note {n}\n\n## Reason\n\nStart with the words of the template, which nobody may leave here.\n"
CONFIGURATION = '[templates]\n"notes/**" = "rules/note.yaml"\n'
COVERAGE = "SF:src/app.py\nDA:1,1\nDA:2,1\nDA:3,{hits}\nLF:3\nLH:{hit}\nend_of_record\n"
COUNT = 20

Said = tuple[int, str, str]


class Project:
    """A project that things happen to, and commands that are asked about it."""

    def __init__(self, around: Path, chance: random.Random) -> None:
        self.around = around
        self.chance = chance
        self.folder = around / "project"
        (around / "linked").symlink_to("project")
        for name in ("notes/more", "rules", "pictures", "src"):
            (self.folder / name).mkdir(parents=True)
        for n in range(COUNT):
            folder = "notes/more" if n % 5 == 4 else "notes"
            self.write(f"{folder}/{n:02}.md", NOTE.format(n=n) + chance.choice(("", *PIECES)))
        self.write("guide.md", "# Guide\n\n## Start\n")
        self.write("pictures/a.png", "")
        self.write("src/app.py", "")
        self.write("rules/note.yaml", RULES)
        self.write("rules/note.md", SKELETON)
        self.write("rules/other.yaml", "extends: note.yaml\n")
        self.write("rules/base.yaml", BASE)
        self.write("speclint.toml", CONFIGURATION)
        self.write("coverage.info", COVERAGE.format(hits=0, hit=2))

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def edit(self, name: str, *pairs: tuple[str, str]) -> None:
        """Puts one text in the place of another, for the first pair of which the one is there."""
        path = self.folder / name
        if not path.is_file():
            return
        data = path.read_bytes()
        for old, new in pairs:
            if old.encode() in data:
                path.write_bytes(data.replace(old.encode(), new.encode(), 1))
                return

    def toggle(self, name: str, text: str) -> None:
        """Makes a file, or removes it."""
        path = self.folder / name
        if path.is_symlink() or path.exists():
            path.unlink()
        else:
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_text(text, encoding="utf-8")

    def note(self) -> Path:
        """One of the notes."""
        return self.chance.choice(sorted((self.folder / "notes").rglob("*.md")))

    # What may happen to it.

    def edit_a_note(self) -> None:
        note = self.note()
        if note.is_file():
            with note.open("a", encoding="utf-8") as file:
                file.write(self.chance.choice(PIECES))

    def edit_a_note_in_place(self) -> None:
        note = self.note()
        if note.is_file():
            before = note.stat()
            self.edit(str(note.relative_to(self.folder)), ("Ada", "TBD"), ("TBD", "Bob"), ("Bob", "Ada"))
            os.utime(note, ns=(before.st_atime_ns, before.st_mtime_ns))

    def set_the_stage(self) -> None:
        name = str(self.note().relative_to(self.folder))
        self.edit(name, ("Status:** Draft", "Status:** Final"), ("Status:** Final", "Status:** Draft"))

    def touch_all(self) -> None:
        for path in self.folder.rglob("*.md"):
            if path.is_file():
                path.touch()

    def restore_all(self) -> None:
        for path in sorted(self.folder.rglob("*.md")):
            if path.is_file() and not path.is_symlink():
                copy = path.with_suffix(".copy")
                shutil.copyfile(path, copy)
                copy.replace(path)

    def rename_a_note(self) -> None:
        note = self.note()
        note.rename(note.with_name(self.chance.choice(("01.md", "gone.md", note.name.upper(), "new.md"))))

    def swap_two_notes(self) -> None:
        one, other = self.note(), self.note()
        between = one.with_suffix(".between")
        if one != other:
            one.rename(between)
            other.rename(one)
            between.rename(other)

    def add_a_note(self) -> None:
        n = self.chance.randrange(100)
        self.write(f"notes/{n:02}.md", NOTE.format(n=n))

    def delete_a_note(self) -> None:
        if len(list((self.folder / "notes").rglob("*.md"))) > COUNT - 2:
            self.note().unlink()

    def forbid_a_note(self) -> None:
        note = self.note()
        if note.is_file():
            note.chmod(self.chance.choice((0, 0o644)))

    def garble_a_note(self) -> None:
        note = self.note()
        if note.is_file():
            note.write_bytes(self.chance.choice((b"\xff\n", b"", b"# A\n")))

    def put_a_link_there(self) -> None:
        note = self.note()
        note.unlink()
        note.symlink_to(
            self.chance.choice(("../guide.md", "01.md", "../../outside.md", "nowhere", note.name))
        )

    def toggle_linked_files(self) -> None:
        name, text = self.chance.choice((
            ("notes/gone.md", "# Not gone\n"), ("../up.md", "# Up\n"), ("guide.md", "# Guide\n\n## Start\n"),
            ("pictures/a.png", ""), ("src/gone.py", ""), ("src/app.py", ""), ("../outside.md", "# Outside\n"),
            (".gitmodules", '[submodule "src"]\n\tpath = src\n'),
        ))  # fmt: skip
        self.toggle(name, text)

    def rename_a_heading(self) -> None:
        self.edit("guide.md", ("## Start", "## Begin"), ("## Begin", "## Start"))

    def change_the_rules(self) -> None:
        name, old, new = self.chance.choice((
            ("note.yaml", "asap", "soon"), ("note.yaml", "paths: true", "paths: false"),
            ("base.yaml", "Owner", "Keeper"), ("base.yaml", "draft: 60", "draft: 90"),
            ("base.yaml", "complete_from: final", "complete_from: draft"),
            ("note.md", "which nobody may leave here", "that nobody may leave here"),
            ("note.yaml", "sections:", "sectoins:"),
        ))  # fmt: skip
        self.edit(f"rules/{name}", (old, new), (new, old))

    def configure(self) -> None:
        line = self.chance.choice((
            'ignore = ["placeholder"]', 'exclude = ["notes/more"]', 'include = ["notes"]', 'fail-on = "info"',
            'checks = {broken-link = "info"}', 'coverage = ["coverage.info"]', 'baseline = "known.json"',
            "require-reason = true", "colour = 1",
        ))  # fmt: skip
        self.edit("speclint.toml", (f"{line}\n", ""), ("[templates]", f"{line}\n[templates]"))

    def misspell_a_glob(self) -> None:
        self.edit("speclint.toml", ("notes/**", "misspelt/**"), ("misspelt/**", "notes/**"))

    def configure_elsewhere(self) -> None:
        name, text = self.chance.choice((
            ("notes/speclint.toml", 'select = ["placeholder"]\n'),
            ("notes/speclint.toml", '[templates]\n"**" = "../rules/other.yaml"\n'),
            ("notes/more/pyproject.toml", '[tool.speclint]\nignore = ["broken-link"]\n'),
            ("../pyproject.toml", '[tool.speclint]\nignore = ["broken-link"]\n'),
            ("speclint.toml", CONFIGURATION),
        ))  # fmt: skip
        self.toggle(name, text)

    def ignore_files(self) -> None:
        self.toggle(self.chance.choice((".gitignore", "notes/.gitignore")), "more\n0*.md\n")

    def measure(self) -> None:
        hits = self.chance.randrange(2)
        self.write("coverage.info", COVERAGE.format(hits=hits, hit=2 + hits))

    def toggle_the_report(self) -> None:
        self.toggle("coverage.info", COVERAGE.format(hits=1, hit=3))

    def know_what_is_there(self) -> None:
        known = str(self.folder / "known.json")
        main.main(["check", "--write-baseline", known, str(self.note()), str(self.note())])

    def prune(self) -> None:
        main.main(["baseline", "prune", str(self.folder / "known.json"), str(self.folder)])

    def become_a_repository(self) -> None:
        above = self.chance.choice((self.around, self.folder, self.folder / "notes" / "more"))
        if (above / ".git").exists():
            shutil.rmtree(above / ".git")
        elif self.chance.random() < 0.5:
            Repository(above)
        else:
            (above / ".git").mkdir()

    def track_all(self) -> None:
        if (self.folder / ".git" / "HEAD").exists():
            with suppress(CalledProcessError):  # git refuses some of what may lie there
                Repository(self.folder).commit()

    def let_time_pass(self) -> None:
        os.environ["SOURCE_DATE_EPOCH"] = str(1767225600 + 86_400 * self.chance.choice((0, 365)))

    # What is asked about it.

    def command(self) -> tuple[Path, list[str]]:
        """A folder, and a command that is given there."""
        notes = sorted(str(path.relative_to(self.folder)) for path in (self.folder / "notes").rglob("*.md"))
        here, paths = self.chance.choice((
            (self.folder, ["."]), (self.folder, ["."]), (self.folder, ["."]), (self.folder, ["notes"]),
            (self.folder / "notes", ["."]), (self.folder / "notes" / "more", [".."]),
            (self.folder, ["./notes/../notes", "guide.md"]), (self.folder, [str(self.folder)]),
            (self.around, ["linked"]), (self.around, ["project"]), (self.around / "linked", ["."]),
            (self.folder, self.chance.sample(notes, len(notes))),
        ))  # fmt: skip
        choices: list[list[str]] = [
            [], [], [], ["--stage", "final"], ["--select", "placeholder,broken-link"],
            ["--ignore", "placeholder"], ["--fail-on", "info"], ["--strict"], ["--quiet"],
            ["--color", "always"], ["--output-format", "json"], ["--output-format", "sarif"],
            ["--output-format", "gitlab"],
            ["--template", str(self.folder / "rules/other.yaml")], ["--force-exclude"],
            ["--config", str(self.folder / "speclint.toml")], ["--since", "HEAD"],
            ["--coverage", str(self.folder / "coverage.info")],
            ["--baseline", str(self.folder / "known.json")], ["--jobs", "2"],
        ]  # fmt: skip
        return here, [*paths, *self.chance.choice(choices)]


HAPPENINGS: tuple[Callable[[Project], None], ...] = (
    Project.edit_a_note, Project.edit_a_note_in_place, Project.set_the_stage, Project.touch_all,
    Project.restore_all, Project.rename_a_note, Project.swap_two_notes, Project.add_a_note,
    Project.delete_a_note, Project.forbid_a_note, Project.garble_a_note, Project.put_a_link_there,
    Project.toggle_linked_files, Project.rename_a_heading, Project.change_the_rules, Project.configure,
    Project.misspell_a_glob, Project.configure_elsewhere, Project.ignore_files, Project.measure,
    Project.toggle_the_report, Project.know_what_is_there, Project.prune, Project.become_a_repository,
    Project.track_all, Project.let_time_pass,
)  # fmt: skip


@needs_git
@pytest.mark.parametrize("young", [True, False])
@pytest.mark.parametrize("seed", range(int(os.environ.get("SPECLINT_SEEDS", "2"))))
def test_memory_makes_no_difference(
    seed: int,
    young: bool,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """`young`: files are so new that their times say nothing, and else as old as they get."""
    chance = random.Random(f"{seed} {young}")
    monkeypatch.setenv("SPECLINT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    if not young:
        monkeypatch.setattr(cache, "_COARSE", -60_000_000_000)
    project = Project(tmp_path, chance)
    # The same commands come again, so that something is known of them.
    commands = [project.command() for _ in range(4)]
    history: list[object] = []
    for _ in range(some(8, 30)):
        for happening in chance.choices(HAPPENINGS, k=chance.choice((0, 1, 1, 2))):
            happening(project)
            history.append(happening.__name__)
        here, arguments = chance.choice([*commands, project.command()])
        monkeypatch.chdir(here)
        capsys.readouterr()
        history.append((str(here.relative_to(tmp_path)), arguments))
        warm: Said = (main.main(["check", *arguments]), *capsys.readouterr())
        plain: Said = (
            main.main(
                ["check", *arguments, "--no-cache", *([] if "--jobs" in arguments else ["--jobs", "1"])]
            ),
            *capsys.readouterr(),
        )
        assert warm == plain, history
