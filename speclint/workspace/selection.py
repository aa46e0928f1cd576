"""Select the files that the paths on a command line name, each once, with the name to report."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from time import time_ns
from typing import TYPE_CHECKING

from speclint.diagnostics import error_reason
from speclint.markdown.source import Source
from speclint.workspace import discovery, files
from speclint.workspace.resolver import STDIN, UNNAMED, Resolver, WorkspaceError

if TYPE_CHECKING:
    from speclint.workspace.config import Configuration


class Selection:
    """The files that paths name; `files` are pairs of a path and the name that it is reported by.

    `messages` state what could not be read. `folders` are the prefixes of the files' paths, `excluded` maps
    each folder whose files the configuration excludes altogether to their number, and `left_out` has the
    names of files that are named and nevertheless excluded. `templates` are the paths of files in folders
    that are no documents, as rule sets are made from them. `states` has the states of the files that are no
    links, as they were found; `began` is a time, in nanoseconds, before that.
    """

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self.began = time_ns()
        self.files: list[tuple[str, str]] = []
        self.messages: list[str] = []
        self.folders: list[str] = []
        self.excluded: dict[str, int] = {}
        self.left_out: list[str] = []
        self.templates: list[str] = []
        self.states: dict[str, os.stat_result] = {}

    @classmethod
    def of(cls, resolver: Resolver, paths: Sequence[str], stdin_filename: str | None = None) -> Selection:
        """Select the files that paths name; `-` is standard input, reported as `stdin_filename`."""
        selection = cls(resolver)
        selection._select(paths, stdin_filename)
        return selection

    def _select(self, paths: Sequence[str], stdin_filename: str | None) -> None:
        named: dict[str, str] = {}
        # By folder, what the real paths of its files begin with, and whether they are others than it says.
        folders: dict[str, tuple[str, bool]] = {}
        # The real paths of files that are named in another way, in order.
        linked: dict[str, None] = {}
        name = stdin_filename or UNNAMED
        for folder, file in self.expand(list(filter(self._loads, paths)), name):
            path = folder + file
            if folder not in folders:
                real = os.path.realpath(folder)
                folders[folder] = os.path.join(real, ""), real != os.path.abspath(folder)
            around, elsewhere = folders[folder]
            is_link = self._is_link(path)
            if path == STDIN:
                key = path
            elif is_link or file in ("", os.curdir, os.pardir):
                key, elsewhere = os.path.realpath(path), True
            else:
                key = around + file
            # A link is left alone by a fix, so a file goes by a name of its own where it has one.
            if key not in named or (not is_link and os.path.islink(named[key])):
                named[key] = path
            if elsewhere:
                linked[key] = None
        self.folders = list(folders)
        for key in linked:
            if self.leads_out(named[key], key):
                del named[key]
        self.files = [(path, name if path == STDIN else path) for path in named.values()]

    def expand(self, paths: Sequence[str], stdin_name: str = UNNAMED) -> Iterator[tuple[str, str]]:
        """Yield the files that paths name: the prefix of each one's path, and its name behind that."""
        for path in paths:
            name = stdin_name if path == STDIN else path
            if path != STDIN and os.path.isdir(path):
                yield from self._files_in(path)
            elif self._resolver.options.force_exclude and name != UNNAMED and not self._is_chosen(name):
                if name not in self.templates:
                    self.left_out.append(name)
            else:
                file = os.path.basename(path)
                yield path[: len(path) - len(file)], file

    def _loads(self, path: str) -> bool:
        """Return whether a path, if it is a folder, has a configuration and rule sets that load.

        If not, add the messages: there is no use in reading its documents.
        """
        if path == STDIN or not os.path.isdir(path):
            return True
        try:
            configuration = self._resolver.configuration(os.path.join(path, "any.md"))
            if self._resolver.options.template is None:
                self._resolver.require_rule_sets(configuration)
        except WorkspaceError as error:
            self.messages += error.messages
            return False
        return True

    def leads_out(self, path: str, real: str) -> bool:
        """Return whether a path, `real` without links, leads out of its repository; if so, add a message."""
        outside = real != os.path.abspath(path) and files.leads_out(path)
        if outside:
            self.messages.append(f"{path}: not read: {files.OUTSIDE}")
        return outside

    def _is_link(self, path: str) -> bool:
        try:
            state = os.lstat(path)
        except (OSError, ValueError):  # reading it says what is wrong
            return False
        if stat.S_ISLNK(state.st_mode):
            return True
        self.states[path] = state
        return False

    def _is_chosen(self, path: str) -> bool:
        """Return whether a file would be linted if its folder were given."""
        try:
            configuration = self._resolver.configuration(path)
        except WorkspaceError:  # linting it says what is wrong
            return True
        folder, name = os.path.split(path)
        return bool(self._chosen_in(os.path.join(folder, "") if folder else "", [name], (configuration,)))

    def _files_in(self, folder: str) -> Iterator[tuple[str, str]]:
        """Yield the files of a folder that its configuration chooses."""
        before, count, chosen = len(self.messages), 0, 0
        templates = len(self.templates)

        def failed(error: OSError) -> None:
            self.messages.append(f"{error.filename}: cannot read the folder: {error_reason(error)}")

        try:
            whole = self._resolver.configuration(os.path.join(folder, "any.md"))
        except WorkspaceError as error:
            whole = None
            self.messages += error.messages
        applied = {whole.path: whole} if whole is not None else {}

        def hidden() -> Iterator[tuple[str, list[str]]]:
            """Yield what configurations name in hidden folders; which those are shows on the way."""
            for one in applied.values():
                places = discovery.hidden_places(one.globs, one.folder, folder)
                yield from discovery.markdown_at(places, failed)

        for around, names in chain(discovery.markdown_folders(folder, failed), hidden()):
            if not names:
                continue
            count += len(names)
            # What the configuration of the whole folder leaves out, one further down cannot bring back.
            try:
                own = self._resolver.configuration(around + names[0])
            except WorkspaceError:  # linting its files says what is wrong
                own = None
            if own is not None:
                applied.setdefault(own.path, own)
            names = self._chosen_in(around, names, (whole,) if own is whole else (whole, own))
            chosen += len(names)
            yield from zip(repeat(around), names)
        if count > len(self.templates) - templates and not chosen:
            self.excluded[folder] = count - (len(self.templates) - templates)
        if not count and len(self.messages) == before:
            self.messages.append(f"{folder}: no Markdown files (*.md, *.markdown) in this folder")

    def _chosen_in(
        self, around: str, names: list[str], configurations: Sequence[Configuration | None]
    ) -> list[str]:
        """Return those of the files of a folder that are documents and that configurations choose."""
        for one in filter(None, configurations):
            names = one.chosen_in(around, names)
            for template in self._resolver.templates_of(one):
                name = os.path.basename(template)
                if name in names and os.path.realpath(around + name) == template:
                    names.remove(name)
                    self.templates.append(around + name)
        return names


class Texts:
    """The texts of the files that paths and globs name, each once, without the one at `but`.

    `messages` state what could not be read, once it has been iterated.
    """

    def __init__(self, resolver: Resolver, paths: Sequence[str], but: str) -> None:
        self.messages: list[str] = []
        self._resolver = resolver
        self._paths = paths
        self._but = but

    def __iter__(self) -> Iterator[tuple[str, Source]]:
        seen = {os.path.realpath(self._but)}
        selection = Selection(self._resolver)
        self.messages = selection.messages
        named = [found for path in self._paths for found in self._matching(path)]
        for folder, file in selection.expand(named):
            path = folder + file
            real = os.path.realpath(path)
            if real not in seen and not selection.leads_out(path, real):
                try:
                    yield path, files.read_text(path, self._resolver.options.max_bytes)
                except files.ReadError as error:
                    hint = " (for a pipe, use `-`)" if str(error) == "not a regular file" else ""
                    self.messages.append(f"{error.at(path)}{hint}")
            seen.add(real)

    def _matching(self, path: str) -> list[str]:
        """Return what a path names: itself, or as a glob the files that match."""
        if os.path.lexists(path) or not any(mark in path for mark in "*?["):
            return [path]
        from glob import glob

        found = sorted(glob(path, recursive=True))
        if not found:
            self.messages.append(f"{path}: no file matches")
        return found
