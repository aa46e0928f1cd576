"""The configuration: found, read, held against its schema, and refused with a place and a suggestion."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry

from speclint.diagnostics import Severity
from speclint.ruleset.globs import matches
from speclint.workspace import config
from speclint.workspace.cache import Cache
from speclint.workspace.config import Configuration, ConfigurationError

from .amount import some

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "schemas" / "config.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA, registry=Registry())

GOOD = [
    "",
    'include = ["docs/**"]\nexclude = []',
    '[templates]\n"specs/*.md" = "feature-spec"',
    '[checks]\nunchecked-item = "off"\nplaceholder = "warning"',
    'checks = { unchecked-item = "info" }\nfail-on = "info"',
    'coverage = ["build/coverage.xml"]',
    'select = ["unchecked-item"]\nignore = ["placeholder"]',
    'require-reason = true\nbaseline = "known.json"',
]

# What is wrong, and the problem that is reported: `line:column: message`.
BAD = [
    ('exclud = ["a"]', "1:1: no key `exclud`; did you mean `exclude`?"),
    ('exclude = "docs"', "1:11: `exclude` must be a list of strings"),
    ('require-reason = "yes"', "1:18: `require-reason` must be true or false"),
    ('baseline = ""', "1:12: `baseline` must be the path of a file"),
    ("baseline = true", "1:12: `baseline` must be the path of a file"),
    ("exclude = [1]", "1:11: `exclude` must be a list of strings"),
    ('include = [""]', "1:11: `include` must be a list of strings"),
    ('\nselect = ["uncheked-item"]', "2:11: no check `uncheked-item`; did you mean `unchecked-item`?"),
    (
        'ignore = [\n  "placeholder",\n  "uncheked-item",\n]',
        "3:3: no check `uncheked-item`; did you mean `unchecked-item`?",
    ),
    ('[checks]\nplaceholdr = "off"', "2:1: no check `placeholdr`; did you mean `placeholder`?"),
    (
        '[checks]\nplaceholder = "none"',
        '2:15: `placeholder` must be one of "error", "warning", "info", "off", not `none`',
    ),
    (
        'checks = { placeholder = "fatal" }',
        '1:26: `placeholder` must be one of "error", "warning", "info", "off", not `fatal`',
    ),
    ('coverage = "coverage.xml"', "1:12: `coverage` must be a list of strings"),
    ("[checks]\nplaceholder = true", '2:15: `placeholder` must be one of "error", "warning", "info", "off"'),
    ('fail-on = "off"', '1:11: `fail-on` must be one of "error", "warning", "info", not `off`'),
    (
        '# why\nfail-on = "warn"',
        '2:11: `fail-on` must be one of "error", "warning", "info", not `warn`; did you mean `warning`?',
    ),
    (
        'checks = { placeholder = "placeholder" }',
        '1:26: `placeholder` must be one of "error", "warning", "info", "off", not `placeholder`',
    ),
    (
        '[checks]\nid-gap = "eror"',
        '2:10: `id-gap` must be one of "error", "warning", "info", "off", not `eror`; did you mean `error`?',
    ),
    ("checks = []", "1:10: `checks` must be a table"),
    ('templates = "feature-spec"', "1:13: `templates` must be a table"),
    (
        '[templates]\n"a.md" = 1',
        "2:10: `a.md` must name a rule set, by id or by the path of its file",
    ),
]

# Bad in ways that a schema cannot see.
BAD_BEYOND_SCHEMA = [
    ("fail-on = ", "1:11: not TOML: Invalid value"),
    ("a = 1\na = 2", "2:6: not TOML: Cannot overwrite a value"),
    ('x = "', "1:6: not TOML: Unterminated string"),
    (
        '[templates]\n"a.md" = "feature-spek"',
        "2:10: no rule set `feature-spek`; did you mean `feature-spec`?",
    ),
    ('[templates]\n"a.md" = "rules/none.yaml"', "2:10: no file `rules/none.yaml`"),
    ('ignore = ["nothing-like-it"]', "1:11: no check `nothing-like-it`; `speclint explain` lists them"),
    ('exclude = ["!a.md"]', "1:12: `!a.md`: a glob cannot be turned round with `!`"),
    ('include = ["a/../b"]', "1:12: `a/../b`: a glob cannot leave the folder of this file"),
    ('[templates]\n"../*.md" = "feature-spec"', "2:1: `../*.md`: a glob cannot leave the folder"),
]


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        config.load(str(path))
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


@pytest.mark.parametrize("text", GOOD)
def test_good(text: str, tmp_path: Path) -> None:
    (tmp_path / "speclint.toml").write_text(text)
    config.load(str(tmp_path / "speclint.toml"))
    VALIDATOR.validate(tomli.loads(text))


@pytest.fixture
def kept(tmp_path: Path) -> Cache:
    """Where what configurations hold is kept."""
    return Cache(str(tmp_path / "cache"))


@pytest.mark.parametrize("name", ["speclint.toml", "pyproject.toml"])
def test_a_configuration_is_read_once(
    tmp_path: Path, kept: Cache, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    head = "[tool.speclint]\n" if name == "pyproject.toml" else ""
    path = tmp_path / name
    path.write_text(f'{head}exclude = ["a"]')
    first = config.load(str(path), kept)
    monkeypatch.setattr(tomli, "loads", None)
    assert config.find(str(tmp_path), kept) == str(path)
    assert config.load(str(path), kept) == first
    monkeypatch.undo()
    path.write_text(f'{head}exclude = ["b"]')
    assert config.load(str(path), kept).exclude == ("b",)


@pytest.mark.parametrize("damage", ["", "{}", "[" * 10_000, "null", '{"a": 1}'])
@pytest.mark.parametrize("column", ["sources", "data"])
def test_a_damaged_copy_of_a_configuration_is_none(
    tmp_path: Path, kept: Cache, column: str, damage: str
) -> None:
    path = tmp_path / "speclint.toml"
    path.write_text('exclude = ["a"]')
    config.load(str(path), kept)
    with sqlite3.connect(tmp_path / "cache" / "speclint.sqlite3") as database:
        database.execute(f"UPDATE validated SET {column} = ?", (damage,))
    for _ in range(2):
        assert config.load(str(path), Cache(str(tmp_path / "cache"))).exclude == ("a",)


def test_what_json_cannot_hold_is_not_kept(tmp_path: Path, kept: Cache) -> None:
    path = tmp_path / "speclint.toml"
    path.write_text("include = 2026-01-01")
    for _ in range(2):
        assert problems(path) == ["1:11: `include` must be a list of strings"]


@pytest.mark.parametrize(("text", "expected"), BAD)
def test_bad(text: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "speclint.toml"
    path.write_text(text)
    assert problems(path) == [expected]
    assert not VALIDATOR.is_valid(tomli.loads(text))


@pytest.mark.parametrize(("text", "expected"), BAD_BEYOND_SCHEMA)
def test_bad_beyond_schema(text: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "speclint.toml"
    path.write_text(text)
    assert problems(path)[0].startswith(expected)


def test_places_in_pyproject(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text(
        '[project]\nname = "exclud"\n\n[tool.speclint]\nexclud = []\n\n'
        '[tool.speclint.checks]\nplaceholdr = "off"\n'
    )
    assert [problem.partition(" ")[0] for problem in problems(path)] == ["5:1:", "8:1:"]
    path.write_text("[tool]\nspeclint = 1\n")
    assert problems(path) == ["2:1: `tool.speclint` must be a table"]


def test_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "speclint.toml"
    path.write_bytes(b'# fine\nexclude = ["\xff"]\n')
    assert problems(path) == ["2:1: not UTF-8: invalid start byte"]
    assert problems(tmp_path / "none.toml") == ["1:1: No such file or directory"]


def test_byte_order_mark_and_crlf(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(b'\xef\xbb\xbf[tool.speclint]\r\nexclude = ["a.md"]\r\n')
    assert config.find(str(tmp_path)) == str(path)
    assert config.load(str(path)).exclude == ("a.md",)


def test_values(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("")
    path = tmp_path / "speclint.toml"
    path.write_text(
        'exclude = ["old"]\nfail-on = "warning"\n[templates]\n"a/*.md" = "own.yaml"\n"**" = "feature-spec"\n'
        '[checks]\nplaceholder = "off"\nunchecked-item = "info"\n'
    )
    configuration = config.load(str(path))
    assert configuration.fail_on is Severity.WARNING
    assert configuration.checks == {"placeholder": None, "unchecked-item": Severity.INFO}
    assert configuration.template(str(tmp_path / "a" / "x.md")) == str(tmp_path / "own.yaml")
    assert configuration.template(str(tmp_path / "b" / "x.md")) == "feature-spec"
    assert configuration.chosen(str(tmp_path / "a" / "x.md"))
    assert not configuration.chosen(str(tmp_path / "old" / "a" / "x.md"))
    assert Configuration().template("a.md") is None


def test_nearest_wins(tmp_path: Path) -> None:
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert config.find(str(below)) is None or str(tmp_path) not in str(config.find(str(below)))
    (tmp_path / "pyproject.toml").write_text("[tool.speclint]\n")
    assert config.find(str(below)) == str(tmp_path / "pyproject.toml")
    (tmp_path / "a" / "pyproject.toml").write_text('[project]\ndependencies = ["speclint"]\n')
    assert config.find(str(below)) == str(tmp_path / "pyproject.toml")
    (below / "pyproject.toml").write_text("[tool.speclint]\n")
    (below / "speclint.toml").write_text("")
    assert config.find(str(below)) == str(below / "speclint.toml")


def test_broken_pyproject_of_others_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("speclint = [\n")
    assert config.find(str(tmp_path)) != str(path)
    path.write_text("[tool.speclint]\nselect = [\n")
    assert config.find(str(tmp_path)) == str(path)


@pytest.mark.parametrize(
    ("glob", "path", "expected"),
    [
        ("*.md", "a.md", True),
        ("*.md", "docs/a.md", True),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/b/a.md", False),
        ("docs/**/*.md", "docs/a.md", True),
        ("docs/**/*.md", "docs/b/c/a.md", True),
        ("docs", "docs/b/a.md", True),
        ("docs/", "x/docs/a.md", True),
        ("docs/old", "docs/old/a.md", True),
        ("docs/old", "x/docs/old/a.md", False),
        ("./docs/a.md", "docs/a.md", True),
        ("./a.md", "docs/a.md", False),
        ("/docs", "docs/a.md", True),
        ("/docs", "x/docs/a.md", False),
        ("**", "x/a.md", True),
        ("?.md", "ab.md", False),
        ("a.md", "a_md", False),
        ("[a].md", "[a].md", True),
        ("*.md", "../a.md", True),
    ],
)
def test_globs(glob: str, path: str, expected: bool) -> None:
    assert matches(glob, path) is expected


def matches_by_trying(glob: str, path: str) -> bool:
    """What `matches` says, by an expression that may try for ever."""
    rooted = glob.rstrip("/")
    pieces = re.split(r"((?<![^/])\*\*/|\*\*|\*|\?)", rooted.removeprefix("./").removeprefix("/"))
    meaning = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}
    body = "".join(meaning.get(piece) or re.escape(piece) for piece in pieces)
    anywhere = "" if "/" in rooted else r"(?:.*/)?"
    return re.match(rf"{anywhere}{body}(?:/.*)?\Z", path, re.DOTALL) is not None


@settings(max_examples=some(300, 3_000))
@given(
    st.lists(st.sampled_from(["a", "b", "*", "**", "**/", "/", "?", "ab", "/**/", "*a"]), max_size=7).map(
        "".join
    ),
    st.text(st.sampled_from("aab/\n"), max_size=9),
)
def test_a_glob_that_is_quick_matches_as_one_that_tries_everything(glob: str, path: str) -> None:
    assert matches(glob, path) == matches_by_trying(glob, path)


def test_of_very_many_faults_the_first_are_told(tmp_path: Path) -> None:
    path = tmp_path / "speclint.toml"
    path.write_text("".join(f"key{number} = 1\n" for number in range(5_000)))
    with pytest.raises(ConfigurationError) as caught:
        config.load(str(path))
    assert len(caught.value.problems) == 21
    assert caught.value.problems[-1].message == "and 4980 more faults"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# a\n" + "a." * 501 + "b = 1\n", "2:1: more than 500 dots in a line"),
        ("a = " + "9" * 5_000, "1:1: not TOML: a number here is out of range"),
        ("# " + "a" * 1_000_000, "1:1: larger than 1 MB"),
    ],
)
def test_what_no_person_writes_is_refused_before_it_is_read(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "speclint.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as caught:
        config.load(str(path))
    assert str(caught.value) == f"{path}:{message}"


@pytest.mark.parametrize("name", ["speclint.toml", "pyproject.toml"])
@pytest.mark.parametrize("git", ["folder", "file"])
def test_what_lies_above_a_repository_is_not_its_configuration(tmp_path: Path, name: str, git: str) -> None:
    (tmp_path / name).write_text("[tool.speclint]\n" if name == "pyproject.toml" else "nonsense = 1\n")
    root = tmp_path / "repository"
    (root / "docs").mkdir(parents=True)
    assert config.find(str(root / "docs")) == str(tmp_path / name)
    if git == "folder":
        (root / ".git").mkdir()
    else:
        (root / ".git").write_text("gitdir: elsewhere\n")
    assert config.find(str(root / "docs")) is None
    (root / "speclint.toml").write_text("")
    assert config.find(str(root / "docs")) == str(root / "speclint.toml")
