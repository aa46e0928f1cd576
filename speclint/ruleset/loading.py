"""Read rule sets: YAML to plain data that is valid, complete and merged with what it extends.

The data is the normal form of the language: sections, labels and fields are mappings throughout, short forms
(`checklist: true`, `coverage: 80`) are written out, and the skeleton's text and the fingerprints are part of
it. `build.from_data` makes a `RuleSet` of it. Every fault of the file is reported at once.

Nothing here opens a file: the caller passes a `FileAccess` for the files that a rule set names. Only bundled
files are read without one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

from speclint.diagnostics import Problem, RuleSetError, did_you_mean, quoted
from speclint.markdown.digest import digest
from speclint.markdown.source import NotText, Source
from speclint.ruleset import schema, yaml_reader
from speclint.ruleset.bundled import PackageFiles, bundled, data_file, is_package_file
from speclint.ruleset.merge import merge, place_at, stray_removals
from speclint.ruleset.model import MAX_BYTES
from speclint.ruleset.normal_form import normalise
from speclint.ruleset.validation import duplicate_names, validate
from speclint.ruleset.yaml_nodes import Node, describe

MAX_EXTENDS = 20


class RuleFile(NamedTuple):
    """A rule set as it was read.

    `data` is its normal form (see the module). `sources` maps the path of every file that it was made from to
    a digest of its bytes, None for a file that was looked for and is missing.
    """

    data: dict[str, Any]
    sources: dict[str, str | None]


class FileAccess(Protocol):
    """The files that a rule set may name: what it extends, its skeleton, its fingerprints."""

    def read(self, path: str) -> bytes:
        """Return the bytes of a file, at most one more than `MAX_BYTES`. Raise `OSError` or `ValueError`."""

    def is_file(self, path: str) -> bool:
        """Return whether a regular file, or a link to one, is at a path."""

    def is_outside(self, path: str) -> bool:
        """Return whether a path leads to a file that a rule set must not read."""

    def resolve(self, path: str) -> str:
        """Return the path without symbolic links, by which files are compared."""


class NoFiles:
    """The `FileAccess` of a rule set that is only a text: there are no files."""

    def read(self, path: str) -> bytes:
        """Raise `FileNotFoundError`."""
        raise FileNotFoundError(path)

    def is_file(self, path: str) -> bool:
        """Return False."""
        return False

    def is_outside(self, path: str) -> bool:
        """Return False."""
        return False

    def resolve(self, path: str) -> str:
        """Return the path unchanged."""
        return path


def read_rule_file(path: str, files: FileAccess) -> RuleFile:
    """Return the rule set in a file. Raise `RuleSetError` with every fault."""
    reader = _Reader(files)
    return reader.finish(reader.read_file(path, (), None))


def parse_rule_file(
    text: str, name: str, skeleton: str, fingerprints: Iterable[str], files: FileAccess
) -> RuleFile:
    """Return the rule set in a text; `name` stands for its path. Raise `RuleSetError` with every fault."""
    reader = _Reader(files)
    return reader.finish(reader.read_text(text, name, (), skeleton, sorted(fingerprints)))


def derive_rule_file(path: str, files: FileAccess, derive: Callable[[str], str]) -> RuleFile:
    """Return the rule set that is derived from the Markdown template in a file.

    `derive` makes its YAML of the template's text, or raises `ValueError`. Raise `RuleSetError`.
    """
    reader = _Reader(files)
    template = reader.text_of(path, None)
    try:
        derived = derive(template)
    except ValueError as error:
        raise RuleSetError([Problem(path, 1, 1, str(error))]) from None
    try:
        return reader.finish(reader.read_text(derived, path, (), template, []))
    except RuleSetError as error:
        reasons = (f"what is derived from it does not load: {problem}" for problem in error.problems)
        raise RuleSetError([Problem(path, 1, 1, reason) for reason in reasons]) from None


def unknown_rule_set(name: str) -> str:
    """Return the message for a rule set that is neither bundled nor a file."""
    if _looks_like_path(name):
        return f"no file `{name}`"
    ids = bundled()
    return f"no rule set `{name}`{did_you_mean(name, ids) or f'; there are {quoted(ids)}'}"


def _looks_like_path(name: str) -> bool:
    return name.endswith((".yaml", ".yml", ".md", ".markdown")) or "/" in name or os.sep in name


class _Reader:
    """The reading of one file and those it extends: collects all problems, and the digests of all files."""

    def __init__(self, files: FileAccess) -> None:
        self.given_files = files
        self.problems: list[Problem] = []
        self.sources: dict[str, str | None] = {}

    def finish(self, tree: Node) -> RuleFile:
        """Return what was read. Raise `RuleSetError` if there were problems."""
        if self.problems:
            raise RuleSetError(self.problems)
        return RuleFile(tree.plain(), self.sources)

    def read_file(self, path: str, chain: tuple[str, ...], named: Node | None) -> Node:
        """Return the tree of a file.

        `chain` are the files that extend it; `named` is the value that names it, None for the first file.
        """
        text = self.text_of(path, named)
        return self.read_text(text, path, (*chain, self.files(path).resolve(path)), "", None)

    def files(self, path: str) -> FileAccess:
        # Those that travel with the package lie wherever it was installed, perhaps as links.
        return PackageFiles() if is_package_file(path) else self.given_files

    def text_of(self, path: str, named: Node | None) -> str:
        """Return the text of a file. Raise `RuleSetError`, at `named` if the file cannot be opened."""
        self.keep_inside(path, named)
        try:
            data = self.files(path).read(path)
        except (OSError, ValueError) as error:
            raise self.refused(path, named, _why_unreadable(error)) from None
        if len(data) > MAX_BYTES:
            raise self.refused(path, named, "is larger than 1 MB")
        self.sources[path] = digest(data)
        try:
            return Source.decode(data).text
        except NotText as error:
            raise RuleSetError(
                [*self.problems, Problem(path, error.line, error.column, str(error))]
            ) from None

    def keep_inside(self, path: str, named: Node | None) -> None:
        """Raise `RuleSetError` for a file outside of the repository of the first one."""
        if self.files(path).is_outside(path):
            raise self.refused(path, named, "leads out of the repository")

    def refused(self, path: str, named: Node | None, reason: str) -> RuleSetError:
        """Return the error for a file that cannot be used at all."""
        if named is None:
            return RuleSetError([*self.problems, Problem(path, 1, 1, f"the file {reason}")])
        return RuleSetError([*self.problems, named.problem(f"the file `{path}` {reason}")])

    def read_text(
        self, text: str, path: str, chain: tuple[str, ...], skeleton: str, fingerprints: list[str] | None
    ) -> Node:
        """Return the normal, merged tree of a text. Without `fingerprints`, look for files beside it."""
        if len(text) > MAX_BYTES:
            raise self.refused(path, None, "is larger than 1 MB")
        tree = yaml_reader.read(text, path, self.problems)
        if tree is None or tree.value is None:
            raise self.refused(path, None, "says nothing; write for instance `sections: [Overview]`")
        if not isinstance(tree.value, dict):
            message = f"a rule set must be a mapping, not {describe(tree.value)}"
            raise RuleSetError([*self.problems, tree.problem(message)])
        cut: set[str | int] = set()
        for misfit, problem in schema.check(tree, "ruleset.schema.json"):
            self.problems.append(problem)
            _cut_out(tree, misfit)
            cut.update(misfit[:1])

        tree = normalise(tree)
        base_name = tree.entries.pop("extends", None)
        folder = os.path.dirname(path)
        self.complete(tree, folder, skeleton, fingerprints)
        if base_name is None:
            self.problems += stray_removals(tree)
        else:
            self.problems += duplicate_names(tree)
            base = self.base(base_name, folder, chain)
            if self.problems:
                return tree  # what the two mean together cannot be said
            tree = place_at(merge(base, tree, self.problems), path, base_name.place)
        self.problems += validate(tree, cut)
        return tree

    def complete(self, tree: Node, folder: str, skeleton: str, fingerprints: list[str] | None) -> None:
        """Add to a tree its id and the contents of the files beside it, if it does not have them itself."""
        entries = tree.entries
        id = entries.setdefault("id", Node(_id_from(tree.path), tree.path, tree.place))
        beside = os.path.join(folder, str(id.value)) if fingerprints is None else None
        skeleton_file = entries.pop("skeleton", None)
        if not skeleton:
            skeleton = self.companion(skeleton_file, folder, beside and f"{beside}.md")
        fingerprints_file = entries.pop("fingerprints", None)
        if not fingerprints:
            listed = self.companion(fingerprints_file, folder, beside and f"{beside}.fingerprints")
            lines = (line.strip() for line in listed.splitlines())
            fingerprints = sorted({line for line in lines if line and not line.startswith("#")})
        if skeleton:
            entries["skeleton"] = Node(skeleton, tree.path, tree.place)
        if fingerprints:
            tokens = [Node(token, tree.path, tree.place) for token in fingerprints]
            entries["fingerprints"] = Node(tokens, tree.path, tree.place)

    def companion(self, named: Node | None, folder: str, beside: str | None) -> str:
        """Return the text of a file that belongs to a rule set, by name or else by its place, "" for none."""
        if named is not None:
            return self.text_of(os.path.join(folder, str(named.value)), named)
        if beside is None:
            return ""
        if not self.files(beside).is_file(beside):
            self.sources[beside] = None
            return ""
        return self.text_of(beside, None)

    def base(self, named: Node, folder: str, chain: tuple[str, ...]) -> Node:
        """Return the tree of what a rule set extends. Raise `RuleSetError` if there is none, or a cycle."""
        name = str(named.value)
        path = data_file("rules", f"{name}.yaml") if name in bundled() else os.path.join(folder, name)
        self.keep_inside(path, named)
        if not self.files(path).is_file(path):
            raise RuleSetError([*self.problems, named.problem(unknown_rule_set(name))])
        real = self.files(path).resolve(path)
        if real in chain:
            circle = " -> ".join(os.path.basename(step) for step in (*chain[chain.index(real) :], real))
            raise RuleSetError([*self.problems, named.problem(f"a rule set cannot extend itself: {circle}")])
        if len(chain) >= MAX_EXTENDS:
            message = f"more than {MAX_EXTENDS} rule sets extend one another"
            raise RuleSetError([*self.problems, named.problem(message)])
        return self.read_file(path, chain, named)


def _why_unreadable(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "does not exist"
    if isinstance(error, IsADirectoryError):
        return "is a folder"
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _id_from(path: str) -> str:
    """Return the id of a rule set without one: the name of its file, in the letters that an id may have."""
    stem = os.path.splitext(os.path.basename(path))[0]
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "rule-set"


def _cut_out(tree: Node, misfit: schema.Path) -> None:
    """Remove what does not fit the schema from a tree, so that the rest can be validated."""
    node = tree
    for step in misfit[:-1]:
        child = node.entries.get(step) if isinstance(step, str) else _item(node, step)
        if child is None:
            return
        node = child
    if misfit and isinstance(misfit[-1], str):
        node.entries.pop(misfit[-1], None)
    elif misfit and _item(node, int(misfit[-1])) is not None:
        # The other items keep their numbers: problems found before name them.
        node.items[int(misfit[-1])] = Node({}, node.path, node.place)


def _item(node: Node, number: int) -> Node | None:
    return node.items[number] if number < len(node.items) else None
