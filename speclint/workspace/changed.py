"""Filter a run by `--since`: only changed documents are linted, and only what the change owes counts."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.binding.surroundings import DocumentLocation
from speclint.diagnostics import Diagnostic
from speclint.linting.baseline import BaselineError, grown
from speclint.linting.changes import is_raised, known
from speclint.linting.lint import run_checks
from speclint.markdown.document import Document, parse_document
from speclint.markdown.source import Source
from speclint.ruleset.model import RuleSet
from speclint.workspace import config, discovery
from speclint.workspace.base_revision import BaseRevision
from speclint.workspace.config import Configuration, ConfigurationError
from speclint.workspace.git import GitError
from speclint.workspace.linter import Job
from speclint.workspace.resolver import Resolver, WorkspaceError
from speclint.workspace.rule_sets import sources


class _Origin(NamedTuple):
    """A changed document as it was at the base: its path and text there."""

    base: BaseRevision
    path: str
    text: str


class ChangedSince:
    """The filter for what changed since the merge base of HEAD and `base`, a branch, tag or commit.

    `changed` and `unchanged` count the files that were compared. `raised` lists the documents whose stage the
    change raises, each with its name and the two stages.
    """

    def __init__(self, resolver: Resolver, base: str) -> None:
        self.base = base
        self.changed = 0
        self.unchanged = 0
        self.raised: list[tuple[str, str, str]] = []
        self._resolver = resolver
        self._revisions: dict[str, BaseRevision | GitError] = {}
        # By name of a document, what it was.
        self._origins: dict[str, _Origin] = {}

    def revision(self, path: str) -> BaseRevision:
        """Return the files around a path as they were at the base.

        Raise `WorkspaceError` if they are in no repository or git fails.
        """
        folder = path if os.path.isdir(path) else os.path.dirname(path) or os.curdir
        root, whole = discovery.root_of(folder)
        if root not in self._revisions:
            try:
                if not whole:
                    raise GitError(f"{folder} is in no git repository")
                self._revisions[root] = BaseRevision(root, self.base)
            except GitError as error:
                self._revisions[root] = error
        found = self._revisions[root]
        if isinstance(found, GitError):
            raise self.refusal(found)
        return found

    def selects(self, name: str, source: Source) -> bool:
        """Return whether a document changed; keep what it was for `weighed`. Raise `WorkspaceError`."""
        real = os.path.realpath(name)
        revision = self.revision(real)
        place = os.path.relpath(real, revision.root).replace(os.sep, "/")
        try:
            if revision.same(place, source.text):
                self.unchanged += 1
                return False
            self.changed += 1
            before = revision.origin(place, source.text)
            text = revision.at_base(before) if before is not None else None
        except GitError as error:
            raise self.refusal(error) from None
        if before is not None and text is not None:
            self._origins[name] = _Origin(revision, before, text)
        return True

    def weighed(
        self, job: Job, binding: Binding, diagnostics: tuple[Diagnostic, ...]
    ) -> tuple[Diagnostic, ...]:
        """Return the diagnostics of a document, those that it had at the base marked as known."""
        origin = self._origins.get(job.name)
        if origin is None:
            return diagnostics
        document = parse_document(origin.text)
        location = DocumentLocation(origin.base, origin.path)
        base = bind(document, job.rules, job.stage, location, job.settings.coverage)
        if is_raised(binding, base):
            self.raised.append((job.name, base.stage, binding.stage))
        try:
            before, _ = run_checks(base, job.settings)
            return known(binding, diagnostics, base, before, self._under_same_rules(job, origin, document))
        except GitError as error:
            raise self.refusal(error) from None

    def grown_baselines(self, places: Sequence[str]) -> Iterator[str]:
        """Yield what baselines list more than at the base, a line each; a new one may list anything.

        `places` are the paths that the run covers. Raise `WorkspaceError`.
        """
        resolver = self._resolver
        configurations = (resolver.configuration(os.path.join(place, "any.md")) for place in places)
        named = [resolver.options.baseline or one.baseline for one in configurations]
        for path in dict.fromkeys((*filter(None, named), *(one.path for one in resolver.baselines()))):
            revision, baseline = self.revision(path), resolver.baseline(path)
            relative = revision.relative(path)
            if baseline.data is None or relative is None:
                continue
            try:
                old = revision.at_base(relative)
                more = grown(old, baseline.data.decode()) if old is not None else ()
            except (GitError, BaselineError) as error:
                raise WorkspaceError([f"cannot compare {path} with `{self.base}`: {error}"]) from None
            if more:
                first = f"{more[0].check} in {more[0].path}"
                others = f" and {len(more) - 1} more" if len(more) > 1 else ""
                yield f"{path}: lists more than at {self.base}: {first}{others}; mend them instead"

    def refusal(self, error: GitError) -> WorkspaceError:
        """Return the error that says that nothing can be compared."""
        return WorkspaceError([f"cannot compare with `{self.base}`: {error}"])

    def _under_same_rules(self, job: Job, origin: _Origin, document: Document) -> bool:
        """Return whether a document was under its rule set at the base, and that has not changed since."""
        resolver = self._resolver
        configuration = resolver.configuration(job.name)
        if resolver.options.template is None:
            name = os.path.join(origin.base.root, origin.path)
            try:
                then = self._configuration_then(origin.base, configuration)
                rules = resolver.rule_set_of(document, name, then)
            except (WorkspaceError, ConfigurationError):
                return False
            if rules is None or rules.id != job.rules.id:
                return False
        return not any(origin.base.has_changed(path) for path in self._sources(job.rules, configuration))

    @staticmethod
    def _configuration_then(base: BaseRevision, configuration: Configuration) -> Configuration:
        """Return a configuration as it was at the base. Raise `ConfigurationError`."""
        if not base.has_changed(configuration.path):
            return configuration
        text = base.at_base(base.relative(configuration.path) or "")
        return Configuration() if text is None else config.parse(text, configuration.path)

    def _sources(self, rules: RuleSet, configuration: Configuration) -> Iterator[str]:
        """Yield the files that a rule set is made of; none for a bundled one."""
        configured = (configuration.reference(template) for _, template in configuration.templates)
        for reference in dict.fromkeys((self._resolver.options.template or "", *configured)):
            if config.is_path(reference) and self._resolver.rule_set(reference) is rules:
                yield from sources(reference)
