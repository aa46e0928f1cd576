"""Load rule sets from files, by way of the user's cache of validated ones."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import NamedTuple

from speclint.diagnostics import Problem, RuleSetError
from speclint.markdown.document import parse_document
from speclint.ruleset.build import from_data
from speclint.ruleset.bundled import bundled
from speclint.ruleset.detection import candidate, detect
from speclint.ruleset.library import bundled_rule_set, bundled_rule_sets
from speclint.ruleset.model import RuleSet
from speclint.workspace import files, limits
from speclint.workspace.cache import Cache


class RepositoryFiles:
    """The files that a rule set may name: those in the repository of the file that it stands in."""

    def __init__(self, path: str) -> None:
        self._repository = files.repository_of(path)

    def read(self, path: str) -> bytes:
        """Return the bytes of a file, within the limit of a rule set. Raise `OSError` or `ValueError`."""
        return files.read_bytes(path, limits.RULE_SET)

    def is_file(self, path: str) -> bool:
        """Return whether a regular file, or a link to one, is at a path."""
        return os.path.isfile(path)

    def is_outside(self, path: str) -> bool:
        """Return whether a path leads out of the repository."""
        return files.is_outside(path, self._repository)

    def resolve(self, path: str) -> str:
        """Return the path without symbolic links."""
        return os.path.realpath(path)


# Makes the YAML of a rule set of the text and the path of a Markdown template, or raises `ValueError`. It is
# handed in by whoever builds a workspace: what derives rule sets lies above this room.
Derive = Callable[[str, str], str]


def is_markdown(path: str) -> bool:
    """Return whether a path is that of a Markdown file, of which a rule set has to be derived."""
    return path.lower().endswith((".md", ".markdown"))


class LoadedRuleSet(NamedTuple):
    """A rule set with the paths of the files that it was made from; none for a bundled one."""

    rules: RuleSet
    sources: tuple[str, ...] = ()

    @property
    def templates(self) -> tuple[str, ...]:
        """The paths of the Markdown files that it was made from: templates, which are no documents."""
        return tuple(filter(is_markdown, self.sources))


def load(path: str, cache: Cache | None = None) -> RuleSet:
    """Return the rule set in a YAML file, from the cache if none of its sources changed.

    Raise `RuleSetError` with every fault of it.
    """
    return read(path, cache).rules


def read(path: str, cache: Cache | None = None, derive: Derive | None = None) -> LoadedRuleSet:
    """Return the rule set in a file with its sources, as `load` does; `derive` makes one of a template."""
    copy = cache.validated(path) if cache is not None else None
    if copy is not None:
        try:
            return LoadedRuleSet(from_data(copy.data), copy.sources)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass  # a copy that is not one of ours
    from speclint.ruleset.loading import derive_rule_file, read_rule_file

    access = RepositoryFiles(path)
    if not is_markdown(path):
        file = read_rule_file(path, access)
    elif derive is not None:
        # The id must not depend on where the repository lies, or on the current folder.
        name = os.path.relpath(path, files.repository_of(path) or os.curdir)
        file = derive_rule_file(path, access, lambda text: derive(text, name))
    else:
        message = "is Markdown; `speclint derive` makes a rule set of a template"
        raise RuleSetError([Problem(path, 1, 1, message)])
    if cache is not None:
        cache.keep_validated(path, file.sources, file.data)
    there = (source for source, digest in file.sources.items() if digest is not None)
    return LoadedRuleSet(from_data(file.data), tuple(there))


def find(
    id_or_path: str, base_dir: str = "", cache: Cache | None = None, derive: Derive | None = None
) -> LoadedRuleSet:
    """Return the bundled rule set of an id, or else the one in a file, relative to `base_dir`.

    Raise `RuleSetError` if there is neither, or the rule set has faults.
    """
    if id_or_path in bundled():
        return LoadedRuleSet(bundled_rule_set(id_or_path))
    path = os.path.join(base_dir, id_or_path)
    # A folder is refused as what it is.
    if os.path.isfile(path) or (id_or_path and os.path.isdir(path)):
        return read(path, cache, derive)
    from speclint.ruleset.loading import unknown_rule_set

    raise RuleSetError([Problem(id_or_path, 1, 1, unknown_rule_set(id_or_path))])


def sources(path: str) -> tuple[str, ...]:
    """Return the paths of the files that the rule set in a file is made of. Raise `RuleSetError`."""
    from speclint.ruleset.loading import read_rule_file

    return (path,) if is_markdown(path) else tuple(read_rule_file(path, RepositoryFiles(path)).sources)


def load_rule_set(id_or_path: str) -> RuleSet:
    """Return the bundled rule set of an id, or the one in a YAML file.

    Raise `RuleSetError` with every fault and its place.
    """
    return find(id_or_path).rules


def detect_rule_set(text: str, rule_sets: Iterable[RuleSet] | None = None) -> RuleSet | None:
    """Return the rule set whose title and headings fit a text, None if there is none.

    `rule_sets` are the candidates, by default the bundled ones.
    """
    known = {rules.id: rules for rules in rule_sets or bundled_rule_sets()}
    id = detect(parse_document(text), [candidate(rules) for rules in known.values()])
    return None if id is None else known[id]
