"""`speclint pr`: descriptions from events and files, under the rule set of the repository's template."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speclint.ruleset.library import bundled_rule_set
from speclint.workspace.pull_request import NoPullRequest, from_event, same_text

from .test_cli import Result, run

ROOT = Path(__file__).parent.parent
GOOD = (ROOT / "tests" / "documents" / "feature-pr").glob("*.md")
TEMPLATE = "## What\n\n<!-- What changes -->\n\n## Tests\n\n- [ ] Added\n"
RULES = """\
id: change
stages: {order: [draft, ready], default: ready}
sections:
  - What
  - {title: Tests, checklist: {complete_from: ready}}
"""
BODY = "## What\n\nIt [logs](docs/log.md) more.\n\n## Tests\n\n- [ ] Added\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a template for pull requests and a rule set for it."""
    for name, text in {
        ".git/HEAD": "",
        "docs/log.md": "# Log\n",
        "change.yaml": RULES,
        ".github/PULL_REQUEST_TEMPLATE.md": TEMPLATE,
        "speclint.toml": '[templates]\n".github/PULL_REQUEST_TEMPLATE.md" = "change.yaml"\n',
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def event(body: object, **rest: object) -> str:
    return json.dumps({"action": "opened", "pull_request": {"body": body, **rest}})


def check(project: Path, payload: str | bytes, *options: str) -> Result:
    """The command in a workflow that an event started."""
    path = project / "event.json"
    path.write_bytes(payload if isinstance(payload, bytes) else payload.encode())
    return run(
        "pr", *options, "--output-format", "concise", cwd=project, env={"GITHUB_EVENT_PATH": str(path)}
    )


def test_what_the_description_owes_is_told_with_its_lines(project: Path) -> None:
    done = check(project, event(BODY.replace("\n", "\r\n")))
    assert done.code == 1
    assert (
        done.out
        == 'pull request:7:3: error unchecked-item "Added" is not ticked; stage "ready" requires it\n'
    )
    assert check(project, event(BODY.replace("[ ]", "[x]"))).code == 0


def test_links_are_relative_to_the_top_of_the_repository(project: Path) -> None:
    done = check(project, event(BODY.replace("[ ]", "[x]").replace("log.md", "no.md")))
    assert done.out.startswith("pull request:3:11: error broken-link")


@pytest.mark.parametrize("body", [None, "", " \r\n\n", "<!-- nothing -->"])
def test_an_empty_description_is_one_finding(project: Path, body: str | None) -> None:
    done = check(project, event(body))
    assert (done.code, done.out) == (
        1, "pull request:1:1: error missing-section the description is empty; the template has 2 sections\n",
    )  # fmt: skip


@pytest.mark.parametrize("body", [TEMPLATE, TEMPLATE.replace("\n", "\r\n"), f"\n{TEMPLATE.strip()}"])
def test_an_untouched_template_is_one_finding(project: Path, body: str) -> None:
    done = check(project, event(body))
    told = "pull request:1:1: error unedited-template the description is the untouched template; fill it in\n"
    assert (done.code, done.out) == (1, told)


def test_nothing_is_met_by_a_description_that_nobody_wrote(project: Path) -> None:
    path = project / "body.md"
    path.write_text(TEMPLATE)
    assert "body.md: 0 of 3 obligations met" in run("pr", "--body", "body.md", cwd=project).out


class TestWhose:
    """Drafts are told what they owe and do not fail; bots are left alone."""

    def test_drafts(self, project: Path) -> None:
        draft = event("## What\n\nIt logs.\n", draft=True)
        done = check(project, draft)
        assert (done.code, len(done.out.splitlines())) == (0, 1)
        assert "a draft, so this is no failure yet" in done.err
        assert check(project, draft, "--drafts").code == 1

    def test_the_stage_of_a_draft(self, project: Path) -> None:
        assert check(project, event(BODY, draft=True), "--drafts").code == 0
        assert check(project, event(BODY, draft=True), "--drafts", "--stage", "ready").code == 1

    @pytest.mark.parametrize("user", [{"login": "renovate", "type": "Bot"}, {"login": "dependabot[bot]"}])
    def test_bots(self, project: Path, user: dict[str, str]) -> None:
        done = check(project, event(None, user=user))
        assert (done.code, done.out) == (0, "")
        assert f"not checked, {user['login']} is a bot" in done.err

    @pytest.mark.parametrize("user", [None, [], {"login": 3}, {"login": "ada", "type": "User"}])
    def test_people(self, project: Path, user: object) -> None:
        assert check(project, event(None, user=user)).code == 1


class TestRuleSet:
    """The option decides, then the configuration, then the template's twin, then `feature-pr`."""

    def test_by_option(self, project: Path) -> None:
        assert "has 2 sections" not in check(project, event(""), "--template", "feature-pr").out

    def test_by_the_skeleton(self, project: Path) -> None:
        (project / "speclint.toml").write_text('[templates]\n"docs/*.md" = "change.yaml"\n')
        (project / "change.md").write_text(TEMPLATE)
        assert "has 2 sections" in check(project, event("")).out

    def test_without_any(self, project: Path) -> None:
        (project / "speclint.toml").unlink()
        done = check(project, event(bundled_rule_set("feature-pr").skeleton))
        assert "is the untouched template" in done.out
        assert "change" not in check(project, event(BODY)).err

    def test_a_glob_for_all_documents_is_not_about_pull_requests(self, project: Path) -> None:
        (project / "speclint.toml").write_text('[templates]\n"*.md" = "change.yaml"\n')
        assert "has 2 sections" not in check(project, event("")).out

    def test_a_check_that_is_off_says_nothing(self, project: Path) -> None:
        with (project / "speclint.toml").open("a") as file:
            file.write('[checks]\nmissing-section = "off"\n')
        assert check(project, event("")).out == ""


@pytest.mark.parametrize("path", sorted(GOOD), ids=lambda path: path.stem)
def test_good_descriptions_pass(path: Path) -> None:
    done = run("pr", "--body", str(path), cwd=ROOT)
    assert (done.code, done.err) == (0, "")


class TestBody:
    """Elsewhere than in a workflow the description comes from a file, or from a pipe."""

    def test_file(self, project: Path) -> None:
        (project / "body.md").write_text(BODY)
        assert run("pr", "--body", "body.md", cwd=project).out.startswith("body.md:7:3: error unchecked-item")

    def test_pipe(self, project: Path) -> None:
        done = run("pr", "--body", "-", cwd=project, stdin=BODY.encode())
        assert done.out.startswith("pull request:7:3: error unchecked-item")

    def test_no_file(self, project: Path) -> None:
        done = run("pr", "--body", "no.md", cwd=project)
        assert (done.code, done.err) == (2, "speclint: no.md: no such file or folder\n")

    def test_not_text(self, project: Path) -> None:
        done = run("pr", "--body", "-", cwd=project, stdin=b"# A\n\xff")
        assert (done.code, "pull request:2:1: not UTF-8" in done.err) == (2, True)

    def test_none(self, project: Path) -> None:
        done = run("pr", cwd=project, env={"GITHUB_EVENT_PATH": ""})
        assert (done.code, "give --body" in done.err) == (2, True)


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ("", "event.json:1:1: not JSON"),
        ("{", "not JSON"),
        (b"\xff", "event.json:1:1: not UTF-8"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "no event of a pull request"),
        ('{"ref": "refs/heads/main"}', "no event of a pull request"),
        ('{"pull_request": 3}', "no event of a pull request"),
        ('{"pull_request": {"body": 3}}', "`pull_request.body` is no text"),
    ],
)
def test_an_event_that_is_none(project: Path, payload: str | bytes, told: str) -> None:
    done = check(project, payload)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert told in done.err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_an_event_that_is_a_pipe_is_not_waited_for(project: Path) -> None:
    os.mkfifo(project / "event")
    done = run("pr", cwd=project, env={"GITHUB_EVENT_PATH": "event"})
    assert (done.code, done.err) == (2, "speclint: event: not a regular file\n")


def test_an_event_that_is_not_there(project: Path) -> None:
    done = run("pr", cwd=project, env={"GITHUB_EVENT_PATH": "no.json"})
    assert (done.code, done.err) == (2, "speclint: no.json: no such file or folder\n")


def test_halves_of_characters(project: Path) -> None:
    assert check(project, '{"pull_request": {"body": "## What\\n\\n\\ud800"}}').code == 1


@pytest.mark.parametrize(("stage", "told"), [("redy", "did you mean `ready`?"), ("x", "its stages are")])
def test_no_such_stage(project: Path, stage: str, told: str) -> None:
    done = check(project, event(BODY), "--stage", stage)
    assert (done.code, told in done.err) == (2, True)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["body", "user", "draft", "login"]), inner)
    ),
    max_leaves=8,
)


@given(VALUES)
def test_any_payload_is_a_request_or_refused(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    path = tmp_path_factory.getbasetemp() / "event.json"
    path.write_text(json.dumps({"pull_request": value}))
    try:
        request = from_event(str(path))
    except NoPullRequest:
        assert not isinstance(value, dict) or not isinstance(value.get("body"), str | None)
    else:
        assert request.body == (value.get("body") or "").encode("utf-8", "replace").decode()


@given(st.text(alphabet="a b\n\r\t#"))
def test_spacing_makes_no_text_another(text: str) -> None:
    assert same_text(text, text.replace("\n", "\r\n") + "\n")
    assert not same_text(text, f"{text} z")
