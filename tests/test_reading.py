"""Reading what somebody else has put there: files only, within a limit, and none outside the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from speclint.workspace.files import NotAFile, is_outside, leads_out, read_bytes, repository_of


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository with a document, and a secret beside it."""
    (tmp_path / "secret.md").write_text("secret")
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "a.md").write_text("12345")
    return tmp_path / "repository"


def test_no_more_is_read_than_one_byte_too_many(top: Path) -> None:
    assert read_bytes(str(top / "a.md"), 5) == b"12345"
    assert read_bytes(str(top / "a.md"), 2) == b"123"


def test_a_file_that_is_longer_than_it_says_is_read_as_well() -> None:
    """As one that grows meanwhile; those of the kernel say that they are empty."""
    path = Path("/proc/self/limits")
    if not path.exists():
        pytest.skip("there is no /proc here")
    assert path.stat().st_size == 0
    assert read_bytes(str(path), 10_000) == path.read_bytes()
    assert read_bytes(str(path), 20) == path.read_bytes()[:21]


def test_what_is_no_file_is_not_waited_for(top: Path) -> None:
    os.mkfifo(top / "pipe")
    (top / "link").symlink_to("pipe")
    for path in (top / "pipe", top / "link", Path(os.devnull)):
        with pytest.raises(NotAFile, match="is not a regular file"):
            read_bytes(str(path), 10)
    with pytest.raises(IsADirectoryError):
        read_bytes(str(top), 10)
    with pytest.raises(FileNotFoundError):
        read_bytes(str(top / "gone"), 10)


def test_a_link_out_of_the_repository_leads_out(top: Path) -> None:
    (top / "out.md").symlink_to("../secret.md")
    (top / "hop.md").symlink_to("out.md")
    (top / "in.md").symlink_to("a.md")
    (top / "folder").symlink_to("..")
    assert [name for name in ("out.md", "hop.md", "folder/secret.md") if not leads_out(str(top / name))] == []
    assert [name for name in ("a.md", "in.md", "folder/repository/a.md") if leads_out(str(top / name))] == []


def test_a_link_to_another_repository_leads_out(top: Path) -> None:
    (top.parent / "other" / ".git").mkdir(parents=True)
    (top.parent / "other" / "a.md").write_text("other")
    (top / "docs").symlink_to("../other")
    assert leads_out(str(top / "docs" / "a.md"))
    assert not leads_out(str(top.parent / "other" / "a.md"))


def test_a_repository_that_is_reached_by_a_link_is_one(top: Path) -> None:
    (top.parent / "link").symlink_to("repository")
    assert repository_of(str(top.parent / "link" / "a.md")) == str(top.resolve())
    assert not leads_out(str(top.parent / "link" / "a.md"))


def test_without_a_repository_nothing_is_outside(tmp_path: Path) -> None:
    assert not is_outside("/etc/passwd", None)
    assert is_outside("/etc/passwd", str(tmp_path))
