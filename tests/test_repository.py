"""What lies around a document: paths below the root, and never a look at what is outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from speclint.binding.matcher import bind
from speclint.binding.surroundings import DocumentLocation
from speclint.diagnostics import Diagnostic
from speclint.markdown import document
from speclint.ruleset.library import parse_rule_set
from speclint.workspace import surroundings
from speclint.workspace.surroundings import Checkout

from .linted import lint

CHECKS = ("broken-link", "broken-anchor", "missing-path")
RULES = parse_rule_set("{id: x, name: X, sections: [{title: Key Files, paths: true, required: false}]}")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository, with a secret file and a secret folder beside it."""
    root = tmp_path / "repository"
    (root / "docs").mkdir(parents=True)
    (root / "docs" / "guide.md").write_text("# Guide\n")
    (tmp_path / "secret.md").write_text("# Secret\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "inner.md").write_text("# Inner\n")
    return root


def found(root: Path, text: str, path: str = "docs/spec.md") -> tuple[Diagnostic, ...]:
    place = DocumentLocation(Checkout(str(root)), path)
    return lint(bind(document.parse_document(text), RULES, location=place), select=CHECKS)


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("guide.md", "docs/guide.md"),
        ("./guide.md", "docs/guide.md"),
        ("../docs//./guide.md", "docs/guide.md"),
        ("guide.md/", "docs/guide.md"),
        ("/docs/guide.md", "docs/guide.md"),
        ("//docs/guide.md", "docs/guide.md"),
        ("..", ""),
        ("/", ""),
        (".", "docs"),
        ("../..", None),
        ("../../repository/docs/guide.md", None),
        ("a/../../../secret.md", None),
        ("/../secret.md", None),
        ("..\\..\\secret.md", "docs/..\\..\\secret.md"),
        ("...", "docs/..."),
    ],
)
def test_a_target_is_a_path_below_the_root_or_none(root: Path, target: str, path: str | None) -> None:
    assert DocumentLocation(Checkout(str(root)), "docs/spec.md").resolve(target) == path


def test_files_and_folders(root: Path) -> None:
    checkout = Checkout(str(root))
    assert checkout.kind("") == "folder"
    assert checkout.kind("docs") == "folder"
    assert checkout.kind("docs/guide.md") == "file"
    assert checkout.kind("docs/gone.md") is None
    assert checkout.kind("docs/guide.md/inner") is None
    assert checkout.read("docs/guide.md") == "# Guide\n"
    assert checkout.read("docs") is None
    assert checkout.read("docs/gone.md") is None


@pytest.mark.parametrize(
    "path",
    ["../secret.md", "../gone.md", "docs/../../secret.md", "../secrets/inner.md", "../repository-gone", "/"],
)
def test_what_is_outside_is_unknown_whether_or_not_it_is_there(root: Path, path: str) -> None:
    (root.parent / "repository-gone").mkdir()
    checkout = Checkout(str(root))
    assert checkout.kind(path) == "unknown"
    assert checkout.read(path) is None


def test_links_that_lead_out_are_unknown_whether_or_not_anything_is_there(root: Path) -> None:
    (root / "file.md").symlink_to("../secret.md")
    (root / "folder").symlink_to("../secrets")
    (root / "nothing").symlink_to("../gone")
    (root / "absolute").symlink_to(root.parent / "secret.md")
    (root / "hop").symlink_to("file.md")
    checkout = Checkout(str(root))
    paths = (
        "file.md",
        "folder",
        "folder/inner.md",
        "folder/gone.md",
        "nothing",
        "nothing/gone.md",
        "absolute",
    )
    for path in (*paths, "hop"):
        assert checkout.kind(path) == "unknown", path
        assert checkout.read(path) is None, path


def test_links_inside_are_followed(root: Path) -> None:
    (root / "handbook").symlink_to("docs")
    (root / "manual.md").symlink_to("handbook/guide.md")
    (root / "docs" / "up").symlink_to("../..//repository/docs")
    checkout = Checkout(str(root))
    assert checkout.kind("handbook") == "folder"
    assert checkout.read("handbook/guide.md") == "# Guide\n"
    assert checkout.read("manual.md") == "# Guide\n"
    assert checkout.kind("docs/up/up/up/guide.md") == "file"
    # A link inside the root that leads to nothing is nothing.
    (root / "stale").symlink_to("docs/gone.md")
    assert checkout.kind("stale") is None


def test_what_is_no_file_is_unknown_and_never_opened(root: Path) -> None:
    os.mkfifo(root / "pipe.md")
    (root / "loop").symlink_to("loop")
    (root / "one").symlink_to("two")
    (root / "two").symlink_to("one")
    checkout = Checkout(str(root))
    for path in ("pipe.md", "loop", "loop/inner.md", "one", "docs/a\0b", "\0", "x" * 5000, "x/" * 5000):
        assert checkout.kind(path) in ("unknown", None), path[:20]
        assert checkout.read(path) is None, path[:20]
    assert checkout.kind("pipe.md") == "unknown"


def test_a_root_that_is_a_link_is_where_it_leads(root: Path) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    (root / "inside").symlink_to(link / "docs")
    checkout = Checkout(str(link))
    assert checkout.root == str(root.resolve())
    assert checkout.read("docs/guide.md") == "# Guide\n"
    assert checkout.kind("inside/guide.md") == "file"


def test_what_is_no_text_or_too_large_is_not_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "bytes.md").write_bytes(b"# \xff\n")
    (root / "marked.md").write_bytes(b"\xef\xbb\xbf# Marked\n")
    checkout = Checkout(str(root))
    assert checkout.read("bytes.md") is None
    assert checkout.read("marked.md") == "\ufeff# Marked\n"
    monkeypatch.setattr(surroundings, "MAX_BYTES", 7)
    assert checkout.read("docs/guide.md") is None
    assert checkout.kind("docs/guide.md") == "file"


PROBES = (
    "[1](../{0})\n\n![2](<{0}>)\n\n[3](/{0}#x)\n\n<a href='{0}'>4</a>\n\n@{0}.md\n\n[5]: {0}#L99\n\n"
    "## Key Files\n- `{0}`\n- `docs/{0}`\n- `/{0}`\n"
)


@pytest.mark.parametrize(
    ("there", "gone"),
    [
        ("../../secret.md", "../../nothin.md"),
        ("../../secret.md#secret", "../../nothin.md#secret"),
        ("../../secrets/", "../../nothing/"),
        ("../../secrets/inner.md", "../../secrets/other.md"),
        ("../x/../../../secret.md", "../x/../../../nothin.md"),
        ("..%2F..%2Fsecret.md", "..%2F..%2Fnothin.md"),
        ("%2e%2e/%2e%2e/secret.md", "%2e%2e/%2e%2e/nothin.md"),
        ("out/inner.md", "out/other.md"),
        ("out/inner.md#inner", "out/inner.md#other"),
        ("out/inner", "out/other"),
        ("file.md#secret", "file.md#nothin"),
        ("file.md#L1", "file.md#L9"),
    ],
)
def test_a_document_cannot_ask_what_is_outside(root: Path, there: str, gone: str) -> None:
    """The diagnostics for something that is there and for something that is not are the same."""
    for folder in (root, root / "docs"):
        (folder / "out").symlink_to(root.parent / "secrets")
        (folder / "file.md").symlink_to(root.parent / "secret.md")

    def answers(target: str) -> list[tuple[str, int, str]]:
        text = PROBES.format(target)
        path = target.partition("#")[0]
        return [
            (each.check, text.count("\n", 0, each.span.start), each.message.replace(path, "it"))
            for each in found(root, text)
        ]

    assert answers(there) == answers(gone)


def test_hostile_targets_end_in_a_diagnostic_or_in_nothing(root: Path) -> None:
    os.mkfifo(root / "docs" / "pipe.md")
    (root / "docs" / "loop.md").symlink_to("loop.md")
    for target in (
        "pipe.md#x",
        "loop.md#x",
        "%00",
        "a%00b.md",
        "x" * 1900,
        "/".join("x" * 900),
        "%ff%fe.md",
        "?",
        "#",
    ):
        found(root, f"[text]({target}) and [again](<{target}>)\n\n## Key Files\n- `{target}`\n")


def test_outside_of_a_repository_links_are_judged_as_well_and_paths_where_one_leads_somewhere(
    root: Path,
) -> None:
    def wrong(text: str, whole: bool) -> list[str]:
        place = DocumentLocation(Checkout(str(root)), "docs/spec.md", whole)
        found = lint(
            bind(document.parse_document(text), RULES, location=place), select=("broken-link", "missing-path")
        )
        return [diagnostic.check for diagnostic in found]

    links = "[1](gone.md) [2](img/gone.png) [3](../README.md) [4](#here) [5](.) [6](spec.md)\n\n# Here\n"
    assert wrong(links, whole=True) == wrong(links, whole=False) == ["broken-link"] * 3
    assert wrong("See @elsewhere/gone.md.\n", whole=True) == ["broken-link"]
    assert wrong("See @elsewhere/gone.md.\n", whole=False) == []
    paths = "## Key Files\n- `elsewhere/gone.py` - is it there?\n"
    assert wrong(paths, whole=True) == ["missing-path"]
    # The code may lie anywhere else, until one file is found.
    assert wrong(paths, whole=False) == []
    assert wrong(f"{paths}- `docs/guide.md`\n", whole=False) == ["missing-path"]


def test_what_is_known_of_a_file_is_kept_for_all_documents(root: Path) -> None:
    reads: list[str] = []

    class Counting(Checkout):
        def read(self, path: str) -> str | None:
            reads.append(path)
            return super().read(path)

    place = DocumentLocation(Counting(str(root)), "docs/spec.md")
    for _ in range(2):
        text = document.parse_document(
            "[1](guide.md#guide) [2](guide.md#gone) [3](guide.md#L1) [4](guide.md#L2)\n"
        )
        assert len(lint(bind(text, RULES, location=place), select=CHECKS)) == 2
    assert reads.count("docs/guide.md") == 2  # once for its anchors, once for its lines
