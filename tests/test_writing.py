"""Files are written whole or not at all, and never over what somebody else wrote meanwhile."""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from speclint.workspace import files
from speclint.workspace.files import NotWritten, create, replace, save

from .test_cli import run

OLD, NEW = b"# Old\r\n", b"# New\r\n\xef\xbb\xbf\r"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.md"
    path.write_bytes(OLD)
    return path


def refused(write: Callable[..., None], *arguments: object) -> str:
    """Why something was not written."""
    with pytest.raises(NotWritten) as caught:
        write(*arguments)
    return str(caught.value)


def failing(error: int) -> Callable[..., Any]:
    """A call of the system that fails."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(error, os.strerror(error))

    return fail


def test_bytes_are_bytes(file: Path) -> None:
    replace(str(file), OLD, NEW)
    assert file.read_bytes() == NEW
    assert os.listdir(file.parent) == ["a.md"]


def test_a_name_without_a_folder(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    replace("a.md", OLD, NEW)
    create("b.md", NEW)
    assert file.read_bytes() == (file.parent / "b.md").read_bytes() == NEW


def test_a_large_file_is_written_in_pieces(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system may take less than it is given."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:1000]))
    replace(str(file), OLD, NEW * 1000)
    assert file.read_bytes() == NEW * 1000


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o755, 0o664])
def test_mode_is_kept(file: Path, mode: int) -> None:
    file.chmod(mode)
    replace(str(file), OLD, NEW)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_owner_is_kept(file: Path) -> None:
    os.chown(file, 12345, 23456)
    replace(str(file), OLD, NEW)
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 23456)


def test_owner_is_kept_only_where_possible(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def fchown(handle: int, user: int, group: int) -> None:
        asked.append((user, group))
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "fchown", fchown)
    monkeypatch.setattr(files, "_identity", lambda state: ())
    stranger = file.stat()
    fields = list(stranger)
    fields[stat.ST_UID] += 1
    monkeypatch.setattr(files, "_unchanged", lambda *_: os.stat_result(fields))
    replace(str(file), OLD, NEW)
    assert file.read_bytes() == NEW
    assert asked == [(stranger.st_uid + 1, stranger.st_gid), (-1, stranger.st_gid)]


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="no extended attributes here")
def test_extended_attributes_are_kept(file: Path) -> None:
    try:
        os.setxattr(file, "user.origin", b"elsewhere")
    except OSError:
        pytest.skip("this file system takes no extended attributes")
    replace(str(file), OLD, NEW)
    assert os.getxattr(file, "user.origin") == b"elsewhere"


def test_of_several_names_only_the_one_given_is_replaced(file: Path) -> None:
    other = file.with_name("b.md")
    os.link(file, other)
    replace(str(file), OLD, NEW)
    assert (file.read_bytes(), other.read_bytes()) == (NEW, OLD)


def test_a_long_name(tmp_path: Path) -> None:
    path = tmp_path / f"{'n' * 252}.md"
    path.write_bytes(OLD)
    replace(str(path), OLD, NEW)
    assert path.read_bytes() == NEW
    assert refused(create, str(tmp_path / f"{'n' * 300}.md"), NEW) == os.strerror(errno.ENAMETOOLONG)
    assert os.listdir(tmp_path) == [path.name]


def test_symbolic_links_are_left_alone(file: Path) -> None:
    link = file.with_name("link.md")
    link.symlink_to("a.md")
    assert refused(replace, str(link), OLD, NEW) == "is a symbolic link"
    assert link.is_symlink()
    assert file.read_bytes() == OLD


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert refused(replace, str(tmp_path / "pipe.md"), OLD, NEW) == "is not a regular file"
    assert refused(replace, str(tmp_path), OLD, NEW) == "is not a regular file"


def test_read_only_files_are_left_alone_even_by_root(file: Path) -> None:
    file.chmod(0o444)
    assert refused(replace, str(file), OLD, NEW) == "is read-only"
    assert file.read_bytes() == OLD


def test_a_file_that_is_gone(file: Path) -> None:
    file.unlink()
    assert refused(replace, str(file), OLD, NEW) == "is gone, or its folder is"
    assert refused(replace, str(file / "b.md"), OLD, NEW) == "is gone, or its folder is"
    assert refused(replace, "a\0.md", OLD, NEW)
    assert os.listdir(file.parent) == []


@pytest.mark.parametrize("now", [b"", OLD[:-1], OLD + b"\n", OLD.upper()])
def test_a_file_that_changed_before(file: Path, now: bytes) -> None:
    file.write_bytes(now)
    assert refused(replace, str(file), OLD, NEW) == "has changed since it was read"
    assert file.read_bytes() == now


def written_over(path: Path) -> None:
    path.write_bytes(b"# Mine\n")


def saved_again(path: Path) -> None:
    """The same text in another file, as editors save."""
    other = path.with_name("other")
    other.write_bytes(OLD)
    other.replace(path)


def made_read_only(path: Path) -> None:
    path.chmod(0o444)


def made_executable(path: Path) -> None:
    path.chmod(0o755)


def made_a_link(path: Path) -> None:
    path.rename(path.with_name("other"))
    path.symlink_to("other")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (written_over, "has changed since it was read"),
        (saved_again, "has changed since it was read"),
        (made_executable, "has changed since it was read"),
        (made_read_only, "is read-only"),
        (made_a_link, "is a symbolic link"),
        (Path.unlink, "is gone, or its folder is"),
    ],
)
def test_a_file_that_changes_while_the_new_one_is_written(
    file: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], why: str
) -> None:
    fsync = os.fsync

    def meanwhile(handle: int) -> None:
        fsync(handle)
        change(file)

    monkeypatch.setattr(os, "fsync", meanwhile)
    assert refused(replace, str(file), OLD, NEW) == why
    assert NEW not in [path.read_bytes() for path in file.parent.iterdir()], "no new file, and no litter"


# Every call between the first look and the replacement, and what it may answer.
FAILURES = [
    ("write", errno.ENOSPC),
    ("write", errno.EDQUOT),
    ("fsync", errno.EIO),
    ("fchmod", errno.EPERM),
    ("open", errno.EACCES),
    ("open", errno.EROFS),
    ("urandom", errno.EIO),
    ("replace", errno.EBUSY),
    ("lstat", errno.EACCES),
]


@pytest.mark.parametrize(("call", "error"), FAILURES, ids=lambda value: str(value))
def test_when_the_system_refuses_the_old_file_stays(
    file: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(os, call, failing(error))
        assert refused(replace, str(file), OLD, NEW) == os.strerror(error)
    assert file.read_bytes() == OLD
    assert os.listdir(file.parent) == ["a.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written(file: Path) -> None:
    file.parent.chmod(0o555)
    try:
        why = f"no file can be made in its folder: {os.strerror(errno.EACCES)}"
        assert refused(replace, str(file), OLD, NEW) == why
        assert refused(create, str(file.with_name("b.md")), NEW) == why
    finally:
        file.parent.chmod(0o755)


@pytest.mark.parametrize("error", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_a_folder_that_takes_no_new_file(file: Path, monkeypatch: pytest.MonkeyPatch, error: int) -> None:
    """As above, for root as well."""
    open_file = os.open

    def no_new_file(path: str, flags: int, *mode: int) -> int:
        if flags & os.O_CREAT:
            raise OSError(error, os.strerror(error))
        return open_file(path, flags, *mode)

    monkeypatch.setattr(os, "open", no_new_file)
    why = f"no file can be made in its folder: {os.strerror(error)}"
    assert refused(replace, str(file), OLD, NEW) == why
    assert file.read_bytes() == OLD


def test_folders_that_cannot_be_synchronised_are_no_failure(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def files_only(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", files_only)
    replace(str(file), OLD, NEW)
    assert file.read_bytes() == NEW


def test_an_interruption_leaves_no_litter(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace(str(file), OLD, NEW)
    assert os.listdir(file.parent) == ["a.md"]
    assert file.read_bytes() == OLD


def test_create(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    mask = os.umask(0o027)
    try:
        create(str(path), NEW)
    finally:
        os.umask(mask)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o640, "as other programs make files"
    assert os.listdir(tmp_path) == ["a.md"]


def test_create_takes_no_place_of_anything(file: Path) -> None:
    link = file.with_name("link.md")
    link.symlink_to("nowhere.md")
    for path in (file, link, file.parent):
        assert refused(create, str(path), NEW) == "is there already"
    assert file.read_bytes() == OLD
    assert not file.with_name("nowhere.md").exists()


def test_create_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    why = f"no file can be made in its folder: {os.strerror(errno.ENOENT)}"
    assert refused(create, str(tmp_path / "no" / "a.md"), NEW) == why


def test_create_without_hard_links(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    path = file.with_name("b.md")
    create(str(path), NEW)
    assert path.read_bytes() == NEW
    assert refused(create, str(file), NEW) == "is there already"
    monkeypatch.setattr(os, "replace", failing(errno.EIO))
    assert refused(create, str(file.with_name("c.md")), NEW) == os.strerror(errno.EIO)
    assert sorted(os.listdir(file.parent)) == ["a.md", "b.md"]


def test_create_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", failing(errno.ENOSPC))
    assert refused(create, str(tmp_path / "a.md"), NEW) == os.strerror(errno.ENOSPC)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("moment", ["before", "meanwhile"])
def test_another_run_that_wrote_the_same(file: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    """Two runs with `--fix` at once agree: the second has nothing to complain of."""
    if moment == "before":
        file.write_bytes(NEW)
    else:
        fsync = os.fsync

        def interrupted(handle: int) -> None:
            fsync(handle)
            file.write_bytes(NEW)

        monkeypatch.setattr(os, "fsync", interrupted)
    replace(str(file), OLD, NEW)
    assert file.read_bytes() == NEW
    assert os.listdir(file.parent) == ["a.md"]
    assert refused(replace, str(file), OLD, b"other") == "has changed since it was read"


def test_a_link_to_what_was_wanted_is_still_a_link(file: Path) -> None:
    file.rename(file.parent / "b.md")
    (file.parent / "b.md").write_bytes(NEW)
    file.symlink_to("b.md")
    assert refused(replace, str(file), OLD, NEW) == "is a symbolic link"


def test_what_a_killed_run_left_is_removed_by_the_next_one_that_fixes(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    (tmp_path / "docs").mkdir()
    old, young = f".speclint-{'0' * 16}.tmp", f".speclint-{'1' * 16}.tmp"
    kept = [
        young,
        ".speclint-1.tmp",
        f".speclint-{'2' * 16}.tmp.md",
        f"x.speclint-{'0' * 16}.tmp",
        "docs/" + old,
    ]
    for name in (old, *kept):
        (tmp_path / name).write_text("")
        if name != young:
            os.utime(tmp_path / name, (0, 0))
    link, folder = tmp_path / f".speclint-{'3' * 16}.tmp", tmp_path / f".speclint-{'4' * 16}.tmp"
    link.symlink_to("a.md")
    folder.mkdir()
    os.utime(link, (0, 0), follow_symlinks=False)
    os.utime(folder, (0, 0))
    for options in ((), ("--diff",)):
        run("--template", "feature-doc", *options, "a.md", cwd=tmp_path)
        assert (tmp_path / old).exists()
    run("--template", "feature-doc", "--fix", "a.md", cwd=tmp_path)
    assert not (tmp_path / old).exists()
    assert all((tmp_path / name).exists() for name in kept)
    assert link.is_symlink()
    assert folder.is_dir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_what_others_left_is_theirs(tmp_path: Path) -> None:
    left = tmp_path / f".speclint-{'0' * 16}.tmp"
    left.write_text("")
    os.chown(left, 12345, 12345)
    os.utime(left, (0, 0))
    files.sweep(str(tmp_path))
    assert left.exists()


# Reports


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout, with a file and a folder beside it."""
    (tmp_path / "checkout" / ".git").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_bytes(OLD)
    return tmp_path / "checkout"


def test_a_report_is_a_file_that_is_made_or_replaced(checkout: Path) -> None:
    for folder in (checkout, checkout.parent / "outside"):
        path = folder / "report.txt"
        save(str(path), OLD)
        path.chmod(0o640)
        save(str(path), NEW)
        assert path.read_bytes() == NEW
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        assert not list(folder.glob(".speclint-*"))


def test_a_report_is_replaced_and_not_written_into(checkout: Path) -> None:
    """So a hard link, or a run that is killed, does no harm."""
    os.link(checkout.parent / "outside" / "file", checkout / "report.txt")
    save(str(checkout / "report.txt"), NEW)
    assert (checkout.parent / "outside" / "file").read_bytes() == OLD


@pytest.mark.parametrize("target", ["../outside/file", "../outside/new", "README.md", ".git/config"])
def test_a_report_goes_through_no_link_of_a_checkout(checkout: Path, target: str) -> None:
    (checkout / "README.md").write_bytes(OLD)
    (checkout / "report.txt").symlink_to(target)
    assert refused(save, str(checkout / "report.txt"), NEW) == "is a symbolic link"
    assert (checkout / "README.md").read_bytes() == OLD
    assert (checkout.parent / "outside" / "file").read_bytes() == OLD
    assert not (checkout.parent / "outside" / "new").exists()
    assert not (checkout / ".git" / "config").exists()


@pytest.mark.parametrize(
    ("target", "why"), [("../outside", files.OUTSIDE), (".git", "leads into `.git`"), ("docs", "")]
)
def test_a_report_keeps_to_the_checkout_through_linked_folders(
    checkout: Path, target: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / "docs").mkdir()
    (checkout / "out").symlink_to(target)
    monkeypatch.chdir(checkout)
    for path in ("out/file", str(checkout / "out" / "file")):
        if why:
            assert refused(save, path, NEW) == why
        else:
            save(path, NEW)
    assert (checkout.parent / "outside" / "file").read_bytes() == OLD
    assert os.listdir(checkout / ".git") == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", "feature-doc", "out/new.md"),
        ("derive", "a.md", "--output", "out/new.yaml"),
        ("derive", "a.md", "--force", "--output", "out/rules.yaml"),
        ("--template", "feature-doc", "--write-baseline", "out/new.json", "a.md"),
        ("--template", "feature-doc", "--output-format", "json=out/new.json", "a.md"),
    ],
)
def test_no_command_writes_through_a_linked_folder(checkout: Path, arguments: tuple[str, ...]) -> None:
    (checkout / "out").symlink_to("../outside")
    (checkout / "a.md").write_text("# A\n\n## [Reason]\n\n[Why]\n")
    (checkout.parent / "outside" / "rules.yaml").write_bytes(OLD)
    done = run(*arguments, cwd=checkout)
    assert done.code == 2
    assert files.OUTSIDE in done.err
    assert sorted(os.listdir(checkout.parent / "outside")) == ["file", "rules.yaml"]
    assert (checkout.parent / "outside" / "rules.yaml").read_bytes() == OLD


def test_a_path_that_the_user_gives_outside_of_repositories_is_trusted(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    (tmp_path / "link").symlink_to("file")
    save(str(tmp_path / "link"), NEW)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_bytes() == NEW


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
def test_what_is_no_file_is_written_into(checkout: Path) -> None:
    save(os.devnull, NEW)
    assert not stat.S_ISREG(os.stat(os.devnull).st_mode)
    for folder in (checkout, checkout.parent):
        pipe = folder / "pipe"
        os.mkfifo(pipe)
        end = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        save(str(pipe), NEW)
        assert os.read(end, 100) == NEW
        os.close(end)
        assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="there is no /dev/stdout")
def test_a_report_to_the_standard_output(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n")
    done = run("--output-format", "json=/dev/stdout", "a.md", cwd=tmp_path)
    assert json.loads(done.out)


def test_the_command_writes_no_report_through_a_link(checkout: Path) -> None:
    (checkout / "a.md").write_text("# A\n")
    (checkout / "report.txt").symlink_to("../outside/file")
    done = run("--output-format", "concise=report.txt", "a.md", cwd=checkout)
    assert done.code == 2
    assert "speclint: report.txt: cannot write: is a symbolic link\n" in done.err
    assert (checkout.parent / "outside" / "file").read_bytes() == OLD
