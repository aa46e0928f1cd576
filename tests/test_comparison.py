"""`--since`: what a reviewer sees of a change, in repositories as they come."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import ClassVar

import pytest

from speclint.workspace.base_revision import BaseRevision

from .checkout import Repository, needs_git
from .test_cli import run

pytestmark = needs_git

RULES = """\
id: note
stages: {order: [draft, staging], field: Status, values: {Draft: draft, Staging: staging}}
fields: {Owner: {}, Status: {required: false}}
sections:
  - title: Reason
  - title: Plan
    sections: [Steps, Risks]
  - {title: Rollback, from: staging}
"""
# It has no owner, an open place, a link to nothing and no section Risks.
OLD = """\
# Old

**Status:** Draft

## Reason

[Describe why] it is.

## Plan

### Steps

See [there](gone.md).
"""
GOOD = """\
# Good

**Owner:** Ada
**Status:** Draft

## Reason

Because.

## Plan

### Steps

See [the old one](old.md).

### Risks

None.
"""

UNCHANGED = "unchanged (only what the change breaks there is reported)"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with old documents, on a branch that has changed nothing yet."""
    repository = Repository(tmp_path / "project")
    configuration = '[templates]\n"notes/**/*.md" = "note.yaml"\n'
    texts = {"notes/old.md": OLD, "notes/older.md": OLD, "notes/good.md": GOOD, "README.md": "# Project\n"}
    repository.commit({"speclint.toml": configuration, "note.yaml": RULES, **texts})
    repository.git("checkout", "--quiet", "-b", "feature")
    return repository


def owed(out: str) -> list[str]:
    """The places and checks of what counts, from a concise report."""
    found = [line.split(" ", 3) for line in out.splitlines()]
    return [f"{place.rpartition(':')[0]} {check}" for place, word, check, *_ in found if word != "note"]


def test_nothing_changed(repository: Repository) -> None:
    done = repository.since()
    assert (done.code, done.out) == (0, "")
    assert done.err == f"speclint: 0 Markdown files changed since main, 4 {UNCHANGED}\n"
    assert repository.lint().code == 1, "which is not to say that all is well"


class TestPullRequests:
    """Three that reviewers know: a new document, an edit to an old one, a status raised."""

    def test_a_new_document_that_is_half_filled(self, repository: Repository) -> None:
        repository.commit({"notes/new.md": OLD})
        done = repository.since()
        assert done.code == 1
        assert owed(done.out) == [
            "notes/new.md:1:1 missing-field",
            "notes/new.md:7:1 placeholder",
            "notes/new.md:11:5 missing-section",
            "notes/new.md:13:13 broken-link",
        ]
        assert "note" not in [line.split()[1] for line in done.out.splitlines()]

    def test_an_edit_to_one_section_of_an_old_document(self, repository: Repository) -> None:
        repository.edit("notes/old.md", "See [there]", "Look [there]")
        repository.commit()
        done = repository.since()
        assert (done.code, owed(done.out)) == (1, ["notes/old.md:13:14 broken-link"])
        assert [line.split()[1] for line in done.out.splitlines()] == ["error", "note", "note", "note"]
        assert done.err == f"speclint: 1 Markdown file changed since main, 3 {UNCHANGED}\n"
        repository.edit("notes/old.md", "Look [there](gone.md)", "Look [there](good.md)")
        done = repository.since()
        assert (done.code, owed(done.out)) == (0, []), "what it touches is good now"

    def test_a_status_raised(self, repository: Repository) -> None:
        repository.edit("notes/old.md", "Draft", "Staging")
        repository.commit()
        done = repository.since()
        assert done.code == 1
        assert len(owed(done.out)) == len(done.out.splitlines()) == 5
        assert 'missing-section section "Rollback" is missing, owed from stage "staging" on' in done.out
        assert 'notes/old.md: raised from "draft" to "staging", so all that it owes counts\n' in done.err


@pytest.mark.parametrize("how", ["committed", "staged", "unstaged"])
def test_changes_count_wherever_they_are(repository: Repository, how: str) -> None:
    repository.edit("notes/old.md", "it is.", "it is so.")
    if how != "unstaged":
        repository.git("add", "--all")
    if how == "committed":
        repository.commit()
    assert owed(repository.since().out) == ["notes/old.md:7:1 placeholder"]


def test_a_file_that_git_does_not_know_yet_is_new(repository: Repository) -> None:
    repository.write({"notes/new.md": OLD})
    assert len(owed(repository.since().out)) == 4


def test_a_deleted_file_is_none(repository: Repository) -> None:
    repository.git("rm", "--quiet", "notes/older.md")
    assert repository.since().code == 0


def test_what_became_of_main_since_is_not_this_change(repository: Repository) -> None:
    repository.commit({"notes/new.md": GOOD})
    repository.git("checkout", "--quiet", "main")
    repository.edit("notes/older.md", "it is.", "it is what it is.")
    repository.commit()
    repository.git("checkout", "--quiet", "feature")
    assert repository.since().err.startswith("speclint: 1 Markdown file changed since main, 4 unchanged")


@pytest.mark.parametrize("staged", [True, False])
def test_a_renamed_document_is_the_same_document(repository: Repository, staged: bool) -> None:
    if staged:
        repository.git("mv", "notes/old.md", "notes/new-name.md")
        repository.edit("notes/new-name.md", "it is.", "it is so.")
        repository.commit()
        assert owed(repository.since("notes/new-name.md").out) == ["notes/new-name.md:7:1 placeholder"]
        assert owed(repository.since().out)[0] == "notes/good.md:14:19 broken-link", "which named the old one"
    else:
        (repository.folder / "notes" / "older.md").rename(repository.folder / "notes" / "new.md")
        done = repository.since("notes/new.md")
        assert (done.code, owed(done.out)) == (0, []), "one of the two that were equal"


def test_a_target_that_the_change_takes_away_is_owed(repository: Repository) -> None:
    repository.git("rm", "--quiet", "notes/old.md")
    repository.edit("notes/good.md", "None.", "None known.")
    assert owed(repository.since().out) == ["notes/good.md:14:19 broken-link"]


@pytest.mark.parametrize(
    ("old", "new"),
    [("\n", "\r\n"), ("it is.", "it   is."), ("\n\n", "\n\n\n")],
    ids=["crlf", "blank", "lines"],
)
def test_how_a_text_is_spaced_owes_nothing(repository: Repository, old: str, new: str) -> None:
    repository.edit("notes/old.md", old, new)
    repository.commit()
    assert owed(repository.since().out) == []


class TestRuleSets:
    """Where documents come under other rules, the sections that these ask for are owed."""

    def test_the_rule_set_changed(self, repository: Repository) -> None:
        repository.edit("notes/old.md", "# Old", "# An old one")
        assert owed(repository.since().out) == ["notes/old.md:1:1 missing-field"]
        repository.edit("note.yaml", "[Steps, Risks]", "[Steps, Risks, Costs]")
        checks = [line.split()[1] for line in owed(repository.since().out)]
        assert checks == ["missing-field", "missing-section", "missing-section"]

    def test_the_configuration_puts_it_under_another(self, repository: Repository) -> None:
        repository.write({"other.yaml": RULES.replace("id: note", "id: other")})
        repository.edit("speclint.toml", "note.yaml", "other.yaml")
        repository.edit("notes/old.md", "it is.", "it is so.")
        checks = [line.split()[1] for line in owed(repository.since().out)]
        assert checks == ["placeholder", "missing-section"]

    def test_documents_that_did_not_change_are_not_checked(self, repository: Repository) -> None:
        repository.edit("note.yaml", "[Steps, Risks]", "[Steps, Risks, Costs]")
        assert repository.since().code == 0


def test_paths_limit_further(repository: Repository) -> None:
    repository.write({"notes/new.md": OLD, "notes/deep/new.md": OLD})
    done = repository.since("notes/deep")
    assert {line.partition(":")[0] for line in done.out.splitlines()} == {"notes/deep/new.md"}


def test_a_fix_is_measured_as_it_is_then(repository: Repository) -> None:
    repository.edit("notes/old.md", "it is.", "it is so.")
    done = repository.since("--fix", "notes/old.md")
    assert done.code == 1
    assert "### Risks" in (repository.folder / "notes" / "old.md").read_text()
    assert "older.md" not in done.out


def test_standard_input_is_compared_by_its_name(repository: Repository) -> None:
    command = ("--since", "main", "--output-format", "concise", "-")
    text = OLD.replace("it is.", "it is so.").encode()
    done = run(*command, "--stdin-filename", "notes/old.md", cwd=repository.folder, stdin=text)
    assert owed(done.out) == ["notes/old.md:7:1 placeholder"]
    done = run(*command, cwd=repository.folder, stdin=text)
    assert (done.code, "`--stdin-filename`" in done.err) == (2, True)
    fixed = run("--since", "main", "--fix", "-", "--stdin-filename", "notes/old.md", cwd=repository.folder,
                stdin=OLD.encode())  # fmt: skip
    assert fixed.out == OLD, "a text that did not change comes out as it came"


class TestRefused:
    """What cannot be compared is an error that says what to do."""

    @pytest.mark.parametrize(
        "ref", ["no-such", "-x", "--upload-pack=touch sprung", "main:note.yaml", "", "a\nb"]
    )
    def test_no_such_commit(self, repository: Repository, ref: str) -> None:
        done = repository.lint(f"--since={ref}")
        assert (done.code, done.out) == (2, "")
        assert f"cannot compare with `{ref!s}`".splitlines()[0][:20] in done.err
        assert not (repository.folder / "sprung").exists()

    def test_the_branch_of_the_remote(self, repository: Repository) -> None:
        repository.git("update-ref", "refs/remotes/origin/trunk", "HEAD")
        assert "did you mean `origin/trunk`?" in repository.lint("--since", "trunk").err

    def test_a_shallow_clone(self, repository: Repository, tmp_path: Path) -> None:
        repository.commit({"notes/new.md": GOOD})
        clone = tmp_path / "clone"
        address = repository.folder.as_uri()
        subprocess.run(
            ["git", "clone", "--quiet", "--depth=1", address, clone], check=True, capture_output=True
        )
        done = run("--since", "main", cwd=clone)
        assert done.code == 2
        assert "this clone is shallow" in done.err
        assert "fetch-depth: 0" in done.err

    def test_no_history_in_common(self, repository: Repository) -> None:
        repository.git("checkout", "--quiet", "--orphan", "alone")
        repository.commit({"alone.md": "# Alone\n"})
        assert "have no history in common" in repository.lint("--since", "main").err

    def test_no_commit_yet(self, tmp_path: Path) -> None:
        repository = Repository(tmp_path / "empty")
        repository.write({"a.md": OLD})
        assert repository.lint("--since", "main").code == 2

    def test_no_repository(self, tmp_path: Path) -> None:
        (tmp_path / "a.md").write_text(OLD)
        done = run("--since", "main", "a.md", cwd=tmp_path)
        assert done.code == 2
        assert "is in no git repository" in done.err

    def test_no_git(self, repository: Repository) -> None:
        done = repository.lint("--since", "main", PATH="")
        assert (done.code, "there is no git" in done.err) == (2, True)


def test_in_a_worktree(repository: Repository, tmp_path: Path) -> None:
    repository.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "-b", "more")
    (tmp_path / "tree" / "notes" / "new.md").write_text(GOOD)
    done = run("--since", "main", cwd=tmp_path / "tree")
    assert "1 Markdown file changed" in done.err


def test_nothing_that_a_repository_names_is_run(repository: Repository) -> None:
    trap = repository.folder / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch '{repository.folder}/sprung'\ncat\n")
    trap.chmod(0o755)
    keys = ("core.fsmonitor", "core.pager", "core.sshCommand", "diff.external", "diff.x.textconv",
            "diff.x.command", "filter.x.clean", "filter.x.smudge", "filter.x.process")  # fmt: skip
    for key in keys:
        repository.git("config", key, str(trap))
    hook = repository.folder / ".git" / "hooks" / "post-index-change"
    hook.parent.mkdir(exist_ok=True)
    shutil.copy(trap, hook)
    repository.write({".gitattributes": "*.md diff=x filter=x\n", "notes/new.md": OLD})
    (repository.folder / "sprung").unlink(missing_ok=True)
    assert len(owed(repository.since().out)) == 4
    assert not (repository.folder / "sprung").exists()


def test_names_may_be_anything(repository: Repository) -> None:
    for name in ("notes/a\nb.md", 'notes/"quoted".md', "notes/ä ö.md", "notes/-x.md", "notes/:(top).md"):
        repository.write({name: OLD})
    assert len(owed(repository.since("notes").out)) == 20
    repository.commit()
    repository.git("branch", "--force", "main")
    assert repository.since().err.startswith("speclint: 0 Markdown files changed since main, 9 unchanged")


def test_a_hook_s_variables_lead_to_no_other_repository(repository: Repository) -> None:
    done = repository.lint("--since", "main", GIT_DIR="/nonexistent", GIT_INDEX_FILE="/nonexistent")
    assert done.code == 0


def test_the_text_of_any_file_at_the_base(repository: Repository) -> None:
    repository.write({"note.yaml": "", "binary": "x"})
    past = BaseRevision(str(repository.folder), "main")
    assert past.at_base("note.yaml") == RULES
    assert past.at_base("nothing") is None
    assert (past.kind("notes"), past.kind("notes/old.md"), past.kind("gone")) == ("folder", "file", None)


class TestBaselines:
    """A baseline lists what was there before; a change may shorten it, and not lengthen it."""

    @pytest.fixture
    def listed(self, repository: Repository) -> Repository:
        """The repository with what its documents lack in a baseline, on its base branch as well."""
        repository.edit("speclint.toml", "[templates]", 'baseline = "known.json"\n[templates]')
        assert repository.lint("--write-baseline", "known.json").code == 0
        repository.commit()
        repository.git("branch", "--force", "main")
        assert repository.lint().code == 0
        return repository

    def test_a_baseline_that_grew_is_an_error(self, listed: Repository) -> None:
        listed.commit({"notes/new.md": OLD})
        assert listed.since().code == 1
        assert listed.lint("--write-baseline", "known.json").code == 0
        listed.commit()
        done = listed.since()
        assert done.code == 1, "to list a fault is not to mend it"
        assert "known.json: lists more than at main: broken-link in notes/new.md and 3 more" in done.err

    def test_one_that_shrank_or_is_new_is_none(self, listed: Repository) -> None:
        listed.edit("notes/old.md", "[Describe why] it", "It")
        assert listed.lint("--write-baseline", "known.json").code == 0
        listed.commit()
        assert listed.since().code == 0
        listed.git("rm", "--quiet", "--cached", "known.json")
        listed.commit()
        listed.git("branch", "--force", "main")
        assert listed.since().code == 0

    def test_what_is_listed_counts_when_the_stage_is_raised(self, listed: Repository) -> None:
        listed.edit("notes/old.md", "Draft", "Staging")
        listed.commit()
        assert [line.split()[1] for line in owed(listed.since().out)] == [
            "missing-field", "placeholder", "missing-section", "missing-section", "broken-link",
        ]  # fmt: skip


class TestDocumentsThatDidNotChange:
    """What a change takes away from under them."""

    @pytest.fixture
    def linked(self, tmp_path: Path) -> Repository:
        repository = Repository(tmp_path / "project")
        links = (
            "[1](good.md) [2](good.md#steps) [3](../src/app%20one.py) [4](old/) [5](never.md)\n\n"
            '<a href="good.md#risks">6</a> ![7](../img/flow.png) [8][r] @notes/good.md\n\n'
            "[r]: ../src/b\\_c.py\n"
        )
        repository.commit({
            "speclint.toml": '[templates]\n"notes/**/*.md" = "note.yaml"\n', "note.yaml": RULES,
            "notes/good.md": GOOD, "notes/linked.md": GOOD.replace("None.\n", links), "notes/old/a.md": OLD,
            "notes/other.md": GOOD, "src/app one.py": "", "src/b_c.py": "", "img/flow.png": "",
        })  # fmt: skip
        repository.git("checkout", "--quiet", "-b", "feature")
        return repository

    GONE: ClassVar = ["good.md)", "good.md#steps", "good.md#risks", "@notes/good.md"]
    CHANGES: ClassVar = {
        "a file that is gone": ("rm notes/good.md", GONE),
        "a file that has another name": ("mv notes/good.md notes/better.md", GONE),
        "a heading that has another name": ("sed -i s/Steps/Stages/ notes/good.md", ["#steps"]),
        "a name with a blank": ("rm 'src/app one.py'", ["../src/app%20one.py"]),
        "a folder": ("rm -r notes/old", ["old/"]),
        "an image, and an address": ("rm img/flow.png src/b_c.py", ["../img/flow.png", "../src/b"]),
        "a target that comes back": ("rm img/flow.png; touch img/flow.png", []),
        "a change that takes nothing away": ("sed -i s/How/Thus/ notes/good.md", []),
    }

    @pytest.mark.parametrize("how", ["committed", "staged", "unstaged"])
    @pytest.mark.parametrize("name", CHANGES)
    def test_it_is_reported_where_they_refer_to_it(self, linked: Repository, name: str, how: str) -> None:
        command, expected = self.CHANGES[name]
        subprocess.run(["bash", "-c", command], cwd=linked.folder, check=True)
        if how != "unstaged":
            linked.git("add", "--all")
        if how == "committed":
            linked.git("commit", "--quiet", "--allow-empty", "--message", "Change")
        done = linked.since()
        found = [line for line in done.out.splitlines() if line.startswith("notes/linked.md")]
        assert done.code == (1 if expected else 0)
        assert all(" error broken-" in line for line in found)
        lines = (linked.folder / "notes" / "linked.md").read_text().splitlines()
        places = [tuple(map(int, line.split(":")[1:3])) for line in found]
        texts = [lines[line - 1][column - 1 :] for line, column in places]
        assert len(texts) == len(expected), texts
        assert all(text.startswith(start) for text, start in zip(texts, expected, strict=True)), texts

    def test_nothing_of_theirs_is_fixed(self, linked: Repository) -> None:
        (linked.folder / "notes" / "good.md").unlink()
        before = (linked.folder / "notes" / "linked.md").read_text()
        assert linked.since("--fix", "--unsafe-fixes").code == 1
        assert (linked.folder / "notes" / "linked.md").read_text() == before

    def test_rules_that_were_edited_are_named_with_what_is_under_them(self, linked: Repository) -> None:
        linked.edit("note.yaml", "  - title: Reason\n", "  - title: Reason\n    required: false\n")
        linked.commit()
        done = linked.since()
        assert done.code == 0
        assert (
            "note.yaml: changed since main, so less may be asked than before of notes/good.md, " in done.err
        )
        linked.edit("speclint.toml", "[templates]", 'ignore = ["placeholder"]\n[templates]')
        assert "speclint.toml: changed since main, so less may be asked" in linked.since().err
