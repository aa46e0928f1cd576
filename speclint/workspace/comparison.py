"""A run that compares: only what changed since a commit is checked, and only what the change owes counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.binding.surroundings import DocumentLocation
from speclint.diagnostics import Diagnostic
from speclint.linting.baseline import BaselineError, grown
from speclint.linting.changes import is_raised, known
from speclint.linting.lint import lint
from speclint.markdown.document import Document, parse_document
from speclint.markdown.source import Source
from speclint.ruleset.model import RuleSet
from speclint.workspace import config, discovery, rule_sets
from speclint.workspace.base_revision import BaseRevision
from speclint.workspace.config import Configuration, ConfigurationError
from speclint.workspace.git import GitError
from speclint.workspace.run import STDIN, Case, Options, Run
from speclint.workspace.surroundings import Checkout


class _Origin(NamedTuple):
    """What a changed document was at the base: where, and with which text."""

    past: BaseRevision
    path: str
    text: str


class Comparison(Run):
    """A run over what changed since `base`, a branch, tag or commit, counted from where HEAD left it.

    `changed` and `unchanged` count the files that were looked at; those that are as they were are not
    checked.
    """

    def __init__(self, options: Options, complain: Callable[[str], None], base: str) -> None:
        super().__init__(options, complain)
        self.base = base
        self.changed = 0
        self.unchanged = 0
        # Documents of which the change says that they have come further, with the two stages.
        self.raised: list[tuple[str, str, str]] = []
        # Finds out what documents were under.
        self._silent = Run(options, lambda message: None)
        self._pasts: dict[str, BaseRevision | None] = {}
        # By name of a document, what it was.
        self._origins: dict[str, _Origin] = {}

    def check(self, paths: Sequence[str], stdin_filename: str | None) -> None:
        """Checks every file that the paths name and that changed; nothing where the base is not to be had."""
        places = [stdin_filename or "<stdin>" if path == STDIN else path for path in paths]
        if all(self.past(place) for place in places):
            super().check(paths, stdin_filename)
            self._weigh_baselines(places)

    def past(self, path: str) -> BaseRevision | None:
        """The files around a path as they were at the base; None, and one complaint, where there are none."""
        folder = path if os.path.isdir(path) else os.path.dirname(path) or os.curdir
        root, whole = discovery.root_of(folder)
        if root not in self._pasts:
            self._pasts[root] = None
            try:
                if not whole:
                    raise GitError(f"{folder} is in no git repository")
                self._pasts[root] = BaseRevision(root, self.base)
            except GitError as error:
                self._refuse_to_compare(error)
        return self._pasts[root]

    def _weigh_baselines(self, places: Sequence[str]) -> None:
        """Finds fault with baselines that list more than at the base; a first one may list anything."""
        configurations = (self.configuration(os.path.join(place, "any.md")) for place in places)
        named = [self.options.baseline or one.baseline for one in configurations if one is not None]
        for path in dict.fromkeys((*filter(None, named), *self.ledgers)):
            past, ledger = self.past(path), self.ledger(path)
            relative = _relative(past, path) if past is not None else None
            if past is None or ledger is None or ledger.was is None or relative is None:
                continue
            try:
                old = past.at_base(relative)
                more = grown(old, ledger.was.decode()) if old is not None else ()
            except (GitError, BaselineError) as error:
                self.failed = True
                self.complain(f"cannot compare {path} with `{self.base}`: {error}")
                continue
            if more:
                self.found = True
                first = f"{more[0].check} in {more[0].path}"
                others = f" and {len(more) - 1} more" if len(more) > 1 else ""
                self.complain(f"{path}: lists more than at {self.base}: {first}{others}; mend them instead")

    def omitted(self) -> Iterator[str]:
        """What was not looked at, and how many files did not change."""
        yield from super().omitted()
        for name, before, now in self.raised:
            yield f'speclint: {name}: raised from "{before}" to "{now}", so all that it owes counts'
        if not self.failed:
            changed = f"{self.changed} Markdown file{'s' * (self.changed != 1)} changed since {self.base}"
            yield f"speclint: {changed}, {self.unchanged} unchanged (not checked)"

    def _refuse_to_compare(self, error: GitError) -> None:
        self.failed = True
        self.complain(f"cannot compare with `{self.base}`: {error}")

    def read(self, path: str, name: str) -> Source | None:
        """The text of a file that changed; what it was is kept for later."""
        source = super().read(path, name)
        real = os.path.realpath(name)
        past = self.past(real) if source is not None else None
        if source is None or past is None:
            return None
        place = os.path.relpath(real, past.root).replace(os.sep, "/")
        try:
            if past.same(place, source.text):
                self.unchanged += 1
                self.piped = source.text if path == STDIN else self.piped
                return None
            self.changed += 1
            before = past.origin(place, source.text)
            text = past.at_base(before) if before is not None else None
        except GitError as error:
            self._refuse_to_compare(error)
            return None
        if before is not None and text is not None:
            self._origins[name] = _Origin(past, before, text)
        return source

    def weighed(
        self, case: Case, binding: Binding, diagnostics: tuple[Diagnostic, ...]
    ) -> tuple[Diagnostic, ...]:
        """The diagnostics of a document, those that it had at the base marked as known."""
        origin = self._origins.get(case.name)
        if origin is None:
            return diagnostics
        document = parse_document(origin.text)
        base = bind(
            document, case.rules, case.stage, DocumentLocation(origin.past, origin.path), case.measured
        )
        if is_raised(binding, base):
            self.raised.append((case.name, base.stage, binding.stage))
        try:
            before = lint(
                base, case.select, case.ignore, case.severities, self.options.today, case.require_reason
            )
            return known(binding, diagnostics, base, before, self._under_same_rules(case, origin, document))
        except GitError as error:
            self._refuse_to_compare(error)
            return diagnostics

    def _under_same_rules(self, case: Case, origin: _Origin, document: Document) -> bool:
        """Whether a document was under the rule set that it is under now, and that is as it was."""
        configuration = self.configuration(case.name) or Configuration()
        if self.options.template is None:
            then = self._configuration_then(origin.past, configuration)
            name = os.path.join(origin.past.root, origin.path)
            rules = self._silent.rules_of(document, name, then) if then is not None else None
            if not rules or rules.id != case.rules.id:
                return False
        return not any(_changed(origin.past, path) for path in self._sources(case.rules, configuration))

    @staticmethod
    def _configuration_then(past: BaseRevision, configuration: Configuration) -> Configuration | None:
        """What a configuration said at the base; None when it was not usable."""
        if not _changed(past, configuration.path):
            return configuration
        text = past.at_base(_relative(past, configuration.path) or "")
        try:
            return Configuration() if text is None else config.parse(text, configuration.path)
        except ConfigurationError:
            return None

    def _sources(self, rules: RuleSet, configuration: Configuration) -> Iterator[str]:
        """The files that a rule set is made of; none for a bundled one."""
        configured = (configuration.reference(template) for _, template in configuration.templates)
        for reference in dict.fromkeys((self.options.template or "", *configured)):
            if config.is_path(reference) and self.rules(reference) is rules:
                yield from rule_sets.sources(reference)


def _relative(past: BaseRevision, path: str) -> str | None:
    """The path from the root of a repository; None outside of it."""
    relative = os.path.relpath(os.path.realpath(path), past.root).replace(os.sep, "/")
    return None if relative.startswith("../") else relative


def _changed(past: BaseRevision, path: str) -> bool:
    """Whether a file that steers speclint is another than at the base; one outside the repository is not."""
    relative = _relative(past, path) if path else None
    if relative is None:
        return False
    text = Checkout(past.root).read(relative)
    return past.at_base(relative) is not None if text is None else not past.same(relative, text)
