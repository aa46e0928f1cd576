"""Resolve what applies to a path: its configuration, rule set, baseline, coverage, and place among files."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from speclint.binding.surroundings import DocumentLocation
from speclint.diagnostics import RuleSetError, did_you_mean, format_problems, quoted
from speclint.linting.settings import Settings
from speclint.markdown.document import Document
from speclint.ruleset.bundled import bundled
from speclint.ruleset.detection import (
    Candidate,
    bundled_candidate,
    candidate,
    closest_id,
    declaration,
    detect,
)
from speclint.ruleset.model import RuleSet
from speclint.workspace import config, discovery
from speclint.workspace.config import Configuration, ConfigurationError
from speclint.workspace.files import ReadError, read_data
from speclint.workspace.options import Options
from speclint.workspace.rule_sets import Derive, LoadedRuleSet, find
from speclint.workspace.surroundings import Checkout

if TYPE_CHECKING:
    from speclint.coverage.model import Measurements
    from speclint.workspace.baseline_file import BaselineFile
    from speclint.workspace.cache import Cache

# The name of standard input on the command line, and of one that nobody named.
STDIN, UNNAMED = "-", "<stdin>"

T = TypeVar("T")


class WorkspaceError(Exception):
    """Something that could not be done; `messages` state what and where, a line each."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.messages))


class Resolver:
    """Resolves what applies to paths, and remembers it.

    Whatever cannot be used raises `WorkspaceError`, the same for every file that it concerns. `planned` is a
    configuration that is not on the disk yet: it applies in its folder, except where another one is nearer.
    `derive` makes the YAML of a rule set of a Markdown template.
    """

    def __init__(
        self,
        options: Options,
        cache: Cache | None = None,
        planned: Configuration | None = None,
        derive: Derive | None = None,
    ) -> None:
        self.options = options
        self.cache = cache
        self._planned = planned
        self._derive = derive
        # Coverage reports that a configuration names and that are not there.
        self.absent_reports: list[str] = []
        self._rule_sets: dict[str, LoadedRuleSet | WorkspaceError] = {}
        self._candidates: dict[str, Candidate | WorkspaceError] = {}
        # By path of a configuration.
        self._templates: dict[str, tuple[str, ...]] = {}
        self._configurations: dict[str, Configuration | WorkspaceError] = {}
        self._configuration_files: dict[str, str] = {}
        self._coverage: dict[tuple[str, ...], Measurements | WorkspaceError | None] = {}
        self._baselines: dict[str, BaselineFile | WorkspaceError] = {}
        # By folder, the root of what lies around its documents, its path from there, and whether that is the
        # root of a repository.
        self._roots: dict[str, tuple[str, str, bool]] = {}
        self._checkouts: dict[str, Checkout] = {}

    # Configurations

    def configuration(self, path: str) -> Configuration:
        """Return the configuration that applies to a file."""
        if self.options.config is not None:
            return self.options.config
        folder, file = os.path.split(path)
        if file in ("", os.curdir, os.pardir):
            folder = os.path.dirname(os.path.abspath(path))
        folder = folder or os.curdir
        if folder not in self._configuration_files:
            self._configuration_files[folder] = config.find(folder, self.cache) or ""
        found = self._configuration_files[folder]
        if self._planned is not None and not found.startswith(os.path.join(self._planned.folder, "")):
            return self._planned
        return self.configuration_at(found)

    def configuration_at(self, path: str) -> Configuration:
        """Return the configuration in a file; "" gives the default one."""

        def load() -> Configuration:
            try:
                return config.load(os.path.relpath(path), self.cache) if path else Configuration()
            except ConfigurationError as error:
                raise WorkspaceError(format_problems(error.problems)) from None

        return _remembered(self._configurations, path, load)

    def configurations(self) -> tuple[Configuration, ...]:
        """Return the configurations that applied to any file."""
        if self.options.config is not None:
            return (self.options.config,)
        return tuple(one for one in self._configurations.values() if isinstance(one, Configuration))

    def settings(self, configuration: Configuration) -> Settings:
        """Return what is asked of a document under a configuration."""
        options = self.options
        return Settings(
            select=options.select or configuration.select,
            ignore=(*options.ignore, *configuration.ignore),
            severities=configuration.checks,
            fail_on=options.fail_on or configuration.fail_on,
            require_reason=configuration.require_reason,
            today=options.today,
            coverage=self.coverage(configuration),
        )

    # Rule sets

    def rule_set(self, template: str) -> RuleSet:
        """Return the rule set of a bundled id or a path."""
        return self._loaded(template).rules

    def _loaded(self, template: str) -> LoadedRuleSet:
        def load() -> LoadedRuleSet:
            try:
                return find(template, cache=self.cache, derive=self._derive)
            except RuleSetError as error:
                raise WorkspaceError(format_problems(error.problems)) from None

        return _remembered(self._rule_sets, template, load)

    def loaded_rule_sets(self) -> Iterator[tuple[str, RuleSet]]:
        """Yield the rule sets that have been loaded from files, each with its path as it was named."""
        for reference, one in self._rule_sets.items():
            if isinstance(one, LoadedRuleSet) and reference not in bundled():
                yield reference, one.rules

    def known_rule_sets(self, configuration: Configuration) -> dict[str, RuleSet]:
        """Return by id the bundled rule sets and those that a configuration names."""
        found = _all_or_errors(self.rule_set, _references(configuration))
        return {rules.id: rules for rules in found}

    def settle_template(self, paths: Iterable[str]) -> None:
        """Replace an id among the options by the path of the rule set that has it.

        The configurations that apply to some paths are asked in their order. Raise `WorkspaceError` if none
        of them names it.
        """
        id = self.options.template
        if id is None or id in bundled() or config.is_path(id):
            return
        known: dict[str, None] = dict.fromkeys(bundled())
        messages: dict[str, None] = {}
        for path in paths:
            place = os.path.join(path, "any.md") if os.path.isdir(path) else path
            try:
                for reference in _own_references(self.configuration(place)):
                    rules = self.rule_set(reference)
                    if rules.id == id:
                        self.options = self.options._replace(template=reference)
                        return
                    known[rules.id] = None
            except WorkspaceError as error:
                messages |= dict.fromkeys(error.messages)
        hint = did_you_mean(id, known) or f"; there are {quoted(known)}"
        raise WorkspaceError(messages or [f"no rule set `{id}`{hint}"])

    def require_rule_sets(self, configuration: Configuration) -> None:
        """Raise `WorkspaceError` with the faults of all rule sets that a configuration names."""
        _all_or_errors(self.rule_set, _own_references(configuration))

    def templates_of(self, configuration: Configuration) -> Collection[str]:
        """Return the real paths of templates: those of the rule sets that options and a configuration name.

        Rule sets that do not load have none: linting reports them.
        """
        if configuration.path not in self._templates:
            found: dict[str, None] = {}
            for reference in (self.options.template, *_own_references(configuration)):
                if reference is not None:
                    with suppress(WorkspaceError):
                        found |= dict.fromkeys(map(os.path.realpath, self._loaded(reference).templates))
            self._templates[configuration.path] = tuple(found)
        return self._templates[configuration.path]

    def rule_set_of(self, document: Document, name: str, configuration: Configuration) -> RuleSet | None:
        """Return the rule set that a document is under, None if there is none."""
        template = self.options.template or configuration.template(name)
        if template is not None:
            return self.rule_set(template)
        references = _references(configuration)
        candidates = _all_or_errors(self._candidate, references)
        known = {one.id: (ref, one) for ref, one in zip(references, candidates, strict=True)}
        declared = declaration(document)
        wanted = closest_id(declared.value, known) if declared is not None else None
        if declared is not None and wanted is not None:
            line, column = document.source.position(declared.value_span.start)
            message = f"no rule set `{declared.value}`; did you mean `{wanted}`?"
            raise WorkspaceError([f"{name}:{line}:{column}: {message}"])
        id = detect(document, [one for _, one in known.values()])
        return None if id is None else self.rule_set(known[id][0])

    def _candidate(self, reference: str) -> Candidate:
        def load() -> Candidate:
            known = bundled_candidate(reference) if reference in bundled() else None
            return known or candidate(self.rule_set(reference))

        return _remembered(self._candidates, reference, load)

    # Coverage and baselines

    def coverage(self, configuration: Configuration) -> Measurements | None:
        """Return what the coverage reports measured, None if there are none.

        A report that is missing is an error if it was given on the command line. If the configuration names
        it, it may not have been made yet: then return None, as the other reports alone would be incomplete.
        """
        paths = self.options.coverage or configuration.reports()
        if not paths:
            return None

        def load() -> Measurements | None:
            absent = [] if self.options.coverage else [path for path in paths if not os.path.lexists(path)]
            self.absent_reports += absent
            return None if absent else _measurements(paths)

        return _remembered(self._coverage, paths, load)

    def baseline(self, path: str) -> BaselineFile:
        """Return the baseline in a file."""
        from speclint.linting.baseline import BaselineError
        from speclint.workspace.baseline_file import BaselineFile

        def load() -> BaselineFile:
            try:
                return BaselineFile.load(path, new=self.options.new_baseline)
            except BaselineError as error:
                raise WorkspaceError([str(error)]) from None

        return _remembered(self._baselines, path, load)

    def baseline_of(self, name: str, configuration: Configuration) -> BaselineFile | None:
        """Return the baseline that applies to a file, None if there is none."""
        path = self.options.baseline or configuration.baseline
        return self.baseline(path) if path and name != UNNAMED else None

    def baselines(self) -> tuple[BaselineFile, ...]:
        """Return the baselines that have been read."""
        return tuple(one for one in self._baselines.values() if not isinstance(one, WorkspaceError))

    # Places

    def location(self, path: str, name: str) -> DocumentLocation | None:
        """Return where a document lies, None for standard input without a name."""
        if path == STDIN and name == UNNAMED:
            return None
        # The folder is looked up as it is, the document itself may be a link to elsewhere.
        folder, file = os.path.split(name)
        if file in ("", os.curdir, os.pardir):
            folder, file = os.path.split(os.path.abspath(name))
        root, above, whole = self.root_of(folder)
        return DocumentLocation(self.checkout(root), above + file, whole)

    def root_of(self, folder: str) -> tuple[str, str, bool]:
        """Return the root around a folder, the folder's path from there, and whether it is a repository's."""
        if folder not in self._roots:
            real = os.path.realpath(folder)
            root, whole = discovery.root_of(real)
            above = os.path.relpath(real, root).replace(os.sep, "/")
            self._roots[folder] = root, "" if above == os.curdir else f"{above}/", whole
        return self._roots[folder]

    def checkout(self, root: str) -> Checkout:
        """Return the files below a root."""
        if root not in self._checkouts:
            self._checkouts[root] = Checkout(root)
        return self._checkouts[root]

    def forget_files(self) -> None:
        """Forget what is known about the files around documents."""
        self._checkouts.clear()

    def forget(self) -> None:
        """Forget configurations, rule sets, baselines, reports and files: they are read again when needed."""
        self.forget_files()
        for memory in (
            self._rule_sets, self._candidates, self._templates, self._configurations,
            self._configuration_files, self._coverage, self._baselines, self._roots,
        ):  # fmt: skip
            memory.clear()


def stage_error(rules: str, order: tuple[str, ...], stage: str) -> str:
    """Return the message that a rule set does not have the stage that was asked for."""
    stages = f"its stages are {quoted(order)}" if order else "it has no stages"
    return f"rule set `{rules}` has no stage `{stage}`; {stages}{did_you_mean(stage, order)}"


Key = TypeVar("Key")
Item = TypeVar("Item")


def _remembered(memory: dict[Key, T | WorkspaceError], key: Key, load: Callable[[], T]) -> T:
    """Return the value under a key, loading it the first time; an error is remembered and raised again."""
    if key not in memory:
        try:
            memory[key] = load()
        except WorkspaceError as error:
            memory[key] = error
    found = memory[key]
    if isinstance(found, WorkspaceError):
        raise WorkspaceError(found.messages)
    return found


def _all_or_errors(load: Callable[[Item], T], items: Iterable[Item]) -> list[T]:
    """Return all items loaded. Raise one `WorkspaceError` with the messages of all that failed."""
    found: list[T] = []
    messages: list[str] = []
    for item in items:
        try:
            found.append(load(item))
        except WorkspaceError as error:
            messages += error.messages
    if messages:
        raise WorkspaceError(messages)
    return found


def _references(configuration: Configuration) -> list[str]:
    """Return the rule sets that are detected: the bundled ones, and those that a configuration names."""
    return [*bundled(), *_own_references(configuration)]


def _own_references(configuration: Configuration) -> list[str]:
    """Return the rule sets that a configuration names, each once, without bundled ones."""
    named = dict.fromkeys(configuration.reference(name) for _, name in configuration.templates)
    return [reference for reference in named if reference not in bundled()]


def _measurements(paths: tuple[str, ...]) -> Measurements:
    from speclint.coverage.numbers import ReportError
    from speclint.coverage.reports import MAX_BYTES, Report, merge, parse

    reports: list[Report] = []
    messages: list[str] = []
    for path in paths:
        try:
            reports.append(parse(read_data(path, MAX_BYTES), path))
        except ReadError as error:
            messages.append(error.at(path or "''"))
        except ReportError as error:
            messages.append(f"{path}:{error.line}: {error}" if error.line else f"{path}: {error}")
    if messages:
        raise WorkspaceError(messages)
    try:
        return merge(reports, os.getcwd())
    except ReportError as error:
        raise WorkspaceError([f"{', '.join(paths)}: {error}"]) from None
