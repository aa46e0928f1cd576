"""Find the Markdown files of a folder, and the root of the files around it."""

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from speclint.ruleset.globs import hidden_place, is_open, matches
from speclint.workspace import files, limits

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


_SUFFIXES = (".md", ".markdown")

_IGNORE = ".gitignore"

# In a part of a path, and `**` in all.
_STARS = 3


# Folders that hold what others wrote; hidden ones are left out as well.
_OF_OTHERS = frozenset({"node_modules", "bower_components", "site-packages", "vendor"})

# Folders that hold what tools made, where git does not know better.
_MADE = frozenset({"venv", "env", "__pycache__", "build", "dist"})


def markdown_files(folder: str, failed: Callable[[OSError], None]) -> Iterator[str]:
    """Yield the paths of the Markdown files in a folder and below, as `markdown_folders` finds them."""
    for around, names in markdown_folders(folder, failed):
        yield from (around + name for name in names)


def markdown_folders(folder: str, failed: Callable[[OSError], None]) -> Iterator[tuple[str, list[str]]]:
    """Yield the Markdown files in a folder and below, sorted: the prefix of their paths, and their names.

    In a git repository these are the files that git tracks and those that it does not ignore; elsewhere, all
    but those that a `.gitignore` excludes. Links to folders are not followed, so no loop is possible and no
    file is found twice. `failed` is called with the error of each folder that cannot be read.
    """
    return folders_ending(_SUFFIXES, folder, failed)


def markdown_at(places: Iterable[str], failed: Callable[[OSError], None]) -> Iterator[tuple[str, list[str]]]:
    """Yield the Markdown files at places, which are files or folders, as `markdown_folders` does."""
    for place in places:
        if os.path.isdir(place):
            yield from markdown_folders(place, failed)
        elif place.lower().endswith(_SUFFIXES) and os.path.isfile(place):
            folder, name = os.path.split(place)
            yield _beginning(folder), [name]


def hidden_places(globs: Iterable[str], root: str, folder: str) -> Iterator[str]:
    """Yield the hidden folders, and files in them, that globs name and that lie below a folder.

    `root` is the folder that globs are relative to. No other hidden folder is entered, and no link followed.
    """
    for place in dict.fromkeys(filter(None, map(hidden_place, globs))):
        for found in sorted(_matching(place, root)) if is_open(place) else (place,):
            below = os.path.relpath(os.path.join(root, found), folder)
            if below.split(os.sep)[0] != os.pardir:
                yield os.path.normpath(os.path.join(folder, below))


def _matching(glob: str, root: str) -> Iterator[str]:
    """Yield the outermost files and folders below a root that a glob matches, relative to it."""
    named = {part for part in glob.split("/") if part.startswith(".")}
    waiting = [""]
    while waiting:
        around = waiting.pop()
        entries: list[os.DirEntry[str]] = []
        with suppress(OSError), os.scandir(os.path.join(root, around)) as scan:
            entries = [one for one in scan if one.name in named or not _is_foreign(one.name)]
        for entry in entries:
            path = around + entry.name
            if matches(f"/{glob}", path):
                yield path
            elif entry.is_dir(follow_symlinks=False) and entry.name not in _MADE:
                waiting.append(f"{path}/")


def folders_ending(
    suffixes: tuple[str, ...], folder: str, failed: Callable[[OSError], None]
) -> Iterator[tuple[str, list[str]]]:
    """Yield the files with one of some suffixes, given in lower case, as `markdown_folders` does."""
    root, whole = root_of(folder)
    if whole:
        from speclint.workspace import git

        listed = git.listed(folder)
        if listed is not None:
            yield from _chosen(suffixes, folder, listed)
            return
    rules = _rules_above(root, folder)
    # An explicitly named folder is searched even if `.gitignore` excludes it.
    ignored = _is_ignored(os.path.realpath(folder), rules, is_folder=True)
    yield from _walk(suffixes, folder, failed, () if ignored else rules)


def _chosen(suffixes: tuple[str, ...], folder: str, listed: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield those of the files that git lists which exist and are neither hidden nor vendored."""
    found: dict[str, list[str]] = {}
    for path in listed:
        if path.lower().endswith(suffixes):
            below, _, name = path.rpartition("/")
            if not name.startswith("."):
                found.setdefault(below, []).append(name)
    # Files come before folders, as in a walk.
    for parts in sorted(below.split("/") if below else [] for below in found):
        if not any(map(_is_foreign, parts)):
            around = _beginning(os.path.join(folder, *parts))
            plain = _plain_files(around)
            names = sorted(found["/".join(parts)])
            yield around, [name for name in names if name in plain or _is_there(around + name)]


def _beginning(folder: str) -> str:
    """Return the prefix of the paths of files in a folder, in normal form."""
    folder = os.path.normpath(folder)
    return "" if folder == os.curdir else os.path.join(folder, "")


def _plain_files(folder: str) -> set[str]:
    """Return the names of the files in a folder, without links; none if it cannot be read."""
    with suppress(OSError), os.scandir(folder or os.curdir) as scan:
        return {entry.name for entry in scan if entry.is_file(follow_symlinks=False)}
    return set()


def _is_there(path: str) -> bool:
    """Return whether a path leads to a file, or to something that must be read to report why it cannot be."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):  # deleted, or not part of a sparse checkout
        return False
    except OSError:
        return True


def _is_foreign(name: str) -> bool:
    return name.startswith(".") or name in _OF_OTHERS


def _walk(
    suffixes: tuple[str, ...], folder: str, failed: Callable[[OSError], None], rules: "tuple[_Rules, ...]"
) -> Iterator[tuple[str, list[str]]]:
    # No link is followed, so where a folder really is need be asked for the first one only.
    waiting = [(folder, os.path.realpath(folder), rules)]
    while waiting:
        folder, real, rules = waiting.pop()
        try:
            with os.scandir(folder) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            failed(error)
            continue
        if any(entry.name == _IGNORE for entry in entries):
            rules = (*rules, *_rules_in(folder))
        folders: list[tuple[str, str]] = []
        names: list[str] = []
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path, place = os.path.normpath(entry.path), os.path.join(real, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if not (
                    entry.name in _OF_OTHERS | _MADE
                    or os.path.exists(os.path.join(path, "pyvenv.cfg"))
                    or _is_ignored(place, rules, is_folder=True)
                ):
                    folders.append((path, place))
            elif (
                entry.name.lower().endswith(suffixes)
                and _is_file(entry)
                and not _is_ignored(place, rules, is_folder=False)
            ):
                names.append(entry.name)
        yield _beginning(folder), names
        waiting += ((path, place, rules) for path, place in reversed(folders))


class _Rules(NamedTuple):
    """The rules of a `.gitignore`, and the folder that they are relative to."""

    folder: str
    spec: "GitIgnoreSpec"


def _rules_above(root: str, folder: str) -> tuple[_Rules, ...]:
    """Return the rules of the folders above one, from the root on."""
    above: list[str] = []
    folder = os.path.realpath(folder)
    while folder != root and os.path.dirname(folder) != folder:
        folder = os.path.dirname(folder)
        above.insert(0, folder)
    has_rules = (one for one in above if os.path.exists(os.path.join(one, _IGNORE)))
    return tuple(rules for one in has_rules for rules in _rules_in(one))


def _rules_in(folder: str) -> Iterator[_Rules]:
    """Yield the rules of a folder's `.gitignore`; none if that is missing or cannot be read, as git does."""
    from pathspec import GitIgnoreSpec

    path = os.path.join(folder, _IGNORE)
    with suppress(OSError):
        text = files.read_bytes(path, limits.IGNORE_FILE)[: limits.IGNORE_FILE].decode(
            "utf-8", "surrogateescape"
        )
        lines = filter(_makes_sense, text.splitlines())
        yield _Rules(os.path.realpath(folder), GitIgnoreSpec.from_lines(lines))


def _makes_sense(line: str) -> bool:
    """Return whether a line of a `.gitignore` is a pattern; others, such as `[z-a]`, match nothing.

    Neither do those with so many stars that matching would take too long.
    """
    from pathspec import GitIgnoreSpec

    parts = line.split("/")
    if any(part.count("*") > _STARS for part in parts) or parts.count("**") > _STARS:
        return False
    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def _is_ignored(path: str, rules: tuple[_Rules, ...], is_folder: bool) -> bool:
    """Return whether the nearest rules that match a path exclude it; `path` has no symbolic links."""
    for folder, spec in reversed(rules):
        name = path.removeprefix(folder).lstrip(os.sep).replace(os.sep, "/")
        found = spec.check_file(f"{name}/" if is_folder else name)
        if found.include is not None:
            return found.include
    return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def root_of(folder: str) -> tuple[str, bool]:
    """Return the root that the documents of a folder may refer into, and whether it is a repository's.

    That is the top of the repository around the folder; without one, the current folder if the folder lies in
    it, and else the folder itself.
    """
    folder = os.path.realpath(folder)
    top = files.top_of(folder)
    if top is not None:
        return top, True
    here = os.path.realpath(os.getcwd())
    inside = folder == here or folder.startswith(here.rstrip(os.sep) + os.sep)
    return (here if inside else folder), False
