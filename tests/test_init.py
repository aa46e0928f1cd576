"""`speclint init`: a configuration that fits what is there, and a promise of what it checks that is kept."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speclint.authoring.init_proposal import Page, RuleSetFile, listed, propose, toml
from speclint.authoring.new_document import Facts, fill
from speclint.ruleset.globs import matches
from speclint.ruleset.library import bundled_rule_set
from speclint.workspace import config
from tests.amount import some
from tests.test_cli import ROOT, Result, run

TEMPLATE = """\
# RFC NNNN: [Title]

## Summary

[What it is about]

## Motivation

[Why]

## Drawbacks

[Why not]
"""
RULES = """\
# yaml-language-server: $schema=../schemas/ruleset.schema.json
id: rfc
skeleton: ../docs/templates/rfc.md
detect: {title: "RFC {n}: {name}"}
sections: [Summary, Motivation, Drawbacks]
"""
RFC = "# RFC 1: A\n\n## Summary\n\nA.\n\n## Motivation\n\nB.\n\n## Drawbacks\n\nC.\n"


def draft(id: str, title: str = "Login") -> str:
    """A document of a bundled template that nobody has written yet."""
    rules = bundled_rule_set(id)
    return fill(rules.skeleton, rules, Facts(title))


def make(folder: Path, files: Mapping[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder


def promised(done: Result) -> tuple[dict[str, int], int, int]:
    """What `init` says: documents by rule set, files under no template, files left out."""
    counts: dict[str, int] = {}
    for id, number in re.findall(r"^([\w.-]+): (\d+) documents? ", done.out, re.MULTILINE):
        counts[id] = counts.get(id, 0) + int(number)
    found = re.search(r"unchecked: (\d+) under no template, (\d+) left out$", done.out, re.MULTILINE)
    return counts, int(found[1]) if found else 0, int(found[2]) if found else 0


def kept(folder: Path) -> tuple[dict[str, int], int]:
    """What a run does: documents by rule set, files under no template."""
    report = json.loads(run("--output-format", "json", cwd=folder).out)
    counts: dict[str, int] = {}
    for file in report["files"]:
        counts[file["template"]] = counts.get(file["template"], 0) + 1
    return counts, report["summary"]["skipped"]


REPOSITORIES: dict[str, tuple[dict[str, str], dict[str, object]]] = {
    "only a template for pull requests": (
        {".github/PULL_REQUEST_TEMPLATE.md": "## What\n\n## Tests\n", "README.md": "# Hi\n"},
        {},
    ),
    "specifications": (
        {f"docs/specs/{name}.md": draft("feature-spec", name) for name in "abcde"}
        | {"README.md": "# Hi\n", "docs/guide.md": "# Guide\n\nText.\n"},
        {"templates": {"docs/specs/*.md": "feature-spec"}},
    ),
    "a folder of RFCs with a rule set": (
        {"docs/templates/rfc.md": TEMPLATE, "rules/rfc.yaml": RULES, "docs/rfcs/README.md": "# RFCs\n"}
        | {f"docs/rfcs/000{n}-a.md": RFC for n in range(1, 4)},
        {"exclude": ["docs/templates"], "templates": {"docs/rfcs/0001-a.md": "rules/rfc.yaml"}},
    ),
    "a rule set without documents": (
        {"docs/templates/rfc.md": TEMPLATE, "rules/rfc.yaml": RULES},
        {"exclude": ["docs/templates"], "templates": {"docs/rfc/*.md": "rules/rfc.yaml"}},
    ),
    "a monorepo": (
        {f"services/{name}/docs/spec.md": draft("feature-spec", name) for name in ("a", "b", "c")}
        | {f"services/{name}/README.md": f"# {name}\n" for name in ("a", "b", "c")}
        | {"services/c/docs/notes.md": "# Notes\n", "docs/archive/old.md": draft("feature-doc")}
        | {f"docs/{name}.md": draft("feature-doc", name) for name in ("x", "y")},
        {
            "exclude": ["docs/archive"],
            "templates": {"docs/*.md": "feature-doc", "services/*/docs/spec.md": "feature-spec"},
        },
    ),
    "a folder with a configuration of its own": (
        {f"docs/{name}.md": draft("feature-doc", name) for name in ("x", "y")}
        | {f"sub/{name}.md": draft("feature-doc", name) for name in ("x", "y")}
        | {"sub/speclint.toml": 'exclude = ["x.md"]\n'},
        {"templates": {"docs/*.md": "feature-doc"}},
    ),
    "at the top": (
        {"a.md": draft("feature-doc", "a"), "b.md": draft("feature-doc", "b"), "TEMPLATE.md": TEMPLATE},
        {"exclude": ["/TEMPLATE.md"], "templates": {"/*.md": "feature-doc"}},
    ),
    "names that mean something elsewhere": (
        {
            f'odd "q" \\ [x]\n# é/!*?/{name}.md': draft("feature-doc", name)
            for name in ("a", "b")
        }
        | {f"!x/{name}.md": draft("feature-spec", name) for name in ("a", "b")},
        {
            "templates": {
                "./!x/*.md": "feature-spec",
                'odd "q" \\ [x]\n# é/!*?/*.md': "feature-doc",
            }
        },
    ),
    "nothing": ({}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", REPOSITORIES)
def test_what_is_promised_is_kept(name: str, tmp_path: Path) -> None:
    files, expected = REPOSITORIES[name]
    make(tmp_path, files)
    preview = run("init", "--dry-run", cwd=tmp_path)
    assert preview.code == 0
    assert not (tmp_path / "speclint.toml").exists()

    done = run("init", cwd=tmp_path)
    assert done.code == 0
    assert done.err.endswith("speclint.toml: written; `speclint` checks what it names\n")
    written = (tmp_path / "speclint.toml").read_text(encoding="utf-8")
    assert tomllib.loads(written) == expected
    config.load(str(tmp_path / "speclint.toml"))
    assert preview.out.endswith(done.out)
    if files:
        counts, unknown, left_out = promised(done)
        assert kept(tmp_path) == (counts, unknown)
        found = [path for path in files if path.endswith(".md") and not path.startswith(".")]
        assert sum(counts.values()) + unknown + left_out == len(found)


def test_the_whole_of_what_is_printed(tmp_path: Path) -> None:
    make(tmp_path, REPOSITORIES["specifications"][0])
    assert (
        run("init", cwd=tmp_path).out
        == """\
feature-spec: 5 documents in docs/specs/*.md
  docs/specs/a.md
  docs/specs/b.md
  docs/specs/c.md
  and 2 more
2 Markdown files stay unchecked: 2 under no template, 0 left out
"""
    )


def test_a_template_without_a_rule_set_gets_the_command_that_makes_one(tmp_path: Path) -> None:
    make(tmp_path, {"docs/rfcs/0000-template.md": TEMPLATE, "docs/rfcs/README.md": "# RFCs\n"})
    make(tmp_path, {f"docs/rfcs/000{n}-a.md": RFC for n in range(1, 4)})
    done = run("init", cwd=tmp_path)
    command = "speclint derive docs/rfcs/0000-template.md --output rules/rfc.yaml"
    assert f"template without a rule set (like 3 documents); to make one: {command}\n" in done.err
    written = (tmp_path / "speclint.toml").read_text(encoding="utf-8")
    assert f'#   {command}\n#   "docs/rfcs/*.md" = "rules/rfc.yaml"\n' in written
    assert tomllib.loads(written) == {"exclude": ["docs/rfcs/0000-template.md"]}


def test_the_proposed_command_works_as_it_is_pasted(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "a folder"):
        make(folder, {"docs/rfcs/0000-template.md": TEMPLATE, "docs/rfcs/0001-a.md": RFC})
        where = () if folder == tmp_path else (folder.name,)
        told = run("init", "--dry-run", *where, cwd=tmp_path).err
        [command] = re.findall("to make one: speclint (.*)", told)
        assert run(*shlex.split(command), cwd=tmp_path).code == 0, "there is no folder for it yet"
        assert (folder / "rules" / "rfc.yaml").is_file()
        under = str(folder / "rules" / "rfc.yaml")
        assert run("--template", under, str(folder / "docs/rfcs/0001-a.md"), cwd=tmp_path).code in (0, 1)


def test_a_template_that_shows_nothing_gets_no_command(tmp_path: Path) -> None:
    text = "Please describe [what] it does.\n\n- [ ] Tests\n"
    make(tmp_path, {".github/PULL_REQUEST_TEMPLATE.md": text})
    done = run("init", cwd=tmp_path)
    assert "derive" not in done.err + (tmp_path / "speclint.toml").read_text()


def test_a_template_for_pull_requests_has_no_documents(tmp_path: Path) -> None:
    make(tmp_path, REPOSITORIES["only a template for pull requests"][0])
    run("init", cwd=tmp_path)
    written = (tmp_path / "speclint.toml").read_text(encoding="utf-8")
    assert (
        "#   speclint derive .github/PULL_REQUEST_TEMPLATE.md --output rules/pull-request.yaml\n" in written
    )
    assert "#   speclint --template rules/pull-request.yaml -\n" in written


def test_what_may_be_a_template_is_named_and_not_left_out(tmp_path: Path) -> None:
    form = "# [Title]\n" + "".join(
        f"\n## Part {n}\n\n[Describe part {n}]\n\n[Who did it]\n" for n in range(5)
    )
    make(tmp_path, {"docs/form.md": form, "docs/written.md": form.replace("[", "").replace("]", "")})
    done = run("init", cwd=tmp_path)
    assert (
        "docs/form.md: a template without a rule set; to make one: speclint derive docs/form.md" in done.err
    )
    assert tomllib.loads((tmp_path / "speclint.toml").read_text()) == {}


def test_a_first_document_beside_the_template_stands_for_its_folder() -> None:
    pages = [Page("rfcs/TEMPLATE.md", None, template=True), Page("rfcs/0001-cache.md", "rfc.yaml")]
    proposed = propose(pages, [RuleSetFile("rfc.yaml", "rfc", "rfcs/TEMPLATE.md")])
    assert proposed.templates == (("rfcs/*.md", "rfc.yaml"),)
    assert proposed.exclude == ("rfcs/TEMPLATE.md",)


def test_a_new_document_is_no_template(tmp_path: Path) -> None:
    """However much of it is still to be written, and whatever it is about."""
    make(tmp_path, {"docs/template-engine.md": draft("feature-spec"), "docs/b.md": draft("feature-spec")})
    assert "feature-spec: 2 documents in docs/*.md" in run("init", cwd=tmp_path).out


def test_a_repository_without_anything_gets_a_configuration_to_start_from(tmp_path: Path) -> None:
    done = run("init", cwd=tmp_path)
    assert "no templates, rule sets or documents found" in done.out
    written = (tmp_path / "speclint.toml").read_text(encoding="utf-8")
    assert '# "docs/specs/*.md" = "feature-spec"' in written
    # Without the marks of comments, the examples are good as well.
    (tmp_path / "speclint.toml").write_text(re.sub(r"(?m)^# (?=[\[\"e])", "", written))
    assert config.load(str(tmp_path / "speclint.toml")).templates == (("docs/specs/*.md", "feature-spec"),)


@pytest.mark.parametrize(
    ("name", "text"),
    [("speclint.toml", ""), ("pyproject.toml", "[tool.speclint]\n"), ("pyproject.toml", "[tool.speclint\n")],
)
def test_a_configuration_that_is_there_stays(name: str, text: str, tmp_path: Path) -> None:
    make(tmp_path, {name: text})
    for arguments in (("init",), ("init", "--dry-run")):
        done = run(*arguments, cwd=tmp_path)
        assert (done.code, done.out) == (2, "")
        assert done.err == f"speclint: {name}: configures this folder already (nothing was written)\n"
    assert (tmp_path / name).read_text() == text
    assert len(os.listdir(tmp_path)) == 1


def test_a_name_that_is_taken_stays(tmp_path: Path) -> None:
    (tmp_path / "speclint.toml").symlink_to("nowhere")
    done = run("init", cwd=tmp_path)
    assert done.code == 2
    assert "speclint.toml: is there already (nothing was written)" in done.err


def test_a_configuration_above_is_named(tmp_path: Path) -> None:
    make(tmp_path, {"speclint.toml": "", "sub/a.md": "# A\n"})
    done = run("init", "sub", cwd=tmp_path)
    assert done.code == 0
    assert "speclint.toml would hold here no longer" in done.err
    assert done.err.endswith("sub/speclint.toml: written; `speclint sub` checks what it names\n")


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    done = run("init", "gone", cwd=tmp_path)
    assert (done.code, done.err) == (2, "speclint: gone: no such folder\n")


def test_what_is_wrong_in_the_repository_is_told_and_does_not_stop_it(tmp_path: Path) -> None:
    make(
        tmp_path, {"rules/bad.yaml": RULES.replace("sections", "sectoins"), "docs/a.md": draft("feature-doc")}
    )
    make(tmp_path, {"other.yaml": "sections: 7\n", "huge.yaml": "sections: [A]\n" + "#" * 1_100_000})
    (tmp_path / "docs" / "latin.md").write_bytes(b"# caf\xe9\n")
    done = run("init", cwd=tmp_path)
    assert done.code == 0
    assert "rules/bad.yaml:5:1: no key `sectoins`; did you mean `sections`?" in done.err
    assert "docs/latin.md:1:6: not UTF-8" in done.err
    assert "other.yaml" not in done.err
    assert tomllib.loads((tmp_path / "speclint.toml").read_text()) == {}
    assert "feature-doc: 1 document by title and headings\n" in done.out


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudoterminals")
@pytest.mark.parametrize(
    ("answer", "written"),
    [("\n", True), ("Y\n", True), ("yes\n", True), ("n\n", False), ("what\n", False), ("\x04", False)],
)
def test_on_a_terminal_it_asks_once(answer: str, written: bool, tmp_path: Path) -> None:
    import pty

    make(tmp_path, {"docs/a.md": draft("feature-doc")})
    ours, theirs = pty.openpty()
    os.write(ours, answer.encode())
    done = subprocess.run(
        [sys.executable, "-m", "speclint", "init"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    said = os.read(ours, 10_000).decode()
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 0
    assert done.stdout.startswith("# Which documents speclint checks")
    assert "Write speclint.toml? [Y/n] " in said
    assert (tmp_path / "speclint.toml").exists() == written


# The proposal itself

PARTS = st.sampled_from(
    ["a", "b", "docs", "spec", "archive", "templates", "!x", "*", "[q]", 'a"b', "x\ny", "#", "ü", "\x7f"]
)
PATHS = st.lists(PARTS, min_size=1, max_size=4).map(lambda parts: "/".join(parts) + ".md")
REFERENCES = st.sampled_from([None, "feature-doc", "feature-spec", "rules/own.yaml"])
PAGES = st.lists(
    st.builds(Page, PATHS, REFERENCES, st.booleans()), max_size=12, unique_by=lambda page: page.path
)
TWINS = (RuleSetFile("rules/own.yaml", "own", "docs/spec/a.md"), RuleSetFile("b.yaml", "own"))
OWN = st.sampled_from([(), (RuleSetFile("rules/own.yaml", "own"),), TWINS])


@settings(max_examples=some(40, 300))
@given(PAGES, OWN)
def test_whatever_is_there_no_glob_takes_what_it_should_not(
    pages: list[Page], own: tuple[RuleSetFile, ...]
) -> None:
    own_paths = {rule_set.path for rule_set in own}
    pages = [page for page in pages if page.rule_set != "rules/own.yaml" or "rules/own.yaml" in own_paths]
    proposal = propose(pages, own)
    data = tomllib.loads(toml(proposal))
    assert data.get("templates", {}) == dict(proposal.templates)
    assert tuple(data.get("exclude", ())) == proposal.exclude
    assert proposal == propose(pages, own)
    for page in pages:
        left_out = any(matches(glob, page.path) for glob in proposal.exclude)
        assert left_out or not page.template or "*" in page.path
        decided = next((name for glob, name in proposal.templates if matches(glob, page.path)), None)
        if not left_out and not page.template:
            assert decided in (None, page.rule_set)
    assert own_paths <= {name for _, name in proposal.templates}


def test_long_lists_are_cut_where_that_saves_a_line() -> None:
    assert listed("abcd") == ["a", "b", "c", "d"]
    assert listed("abcde") == ["a", "b", "c", "and 2 more"]
