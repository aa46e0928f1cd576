"""Describe what results depend on besides texts: code, options, configuration, rule sets, comparisons."""

from __future__ import annotations

from speclint.markdown.digest import digest
from speclint.ruleset.model import RuleSet
from speclint.workspace.cache import tool
from speclint.workspace.config import Configuration
from speclint.workspace.resolver import Resolver, WorkspaceError


class Terms:
    """What results depend on besides texts, read before all files, so that processes have it as well."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._digests: dict[tuple[str, str | None], str | None] = {}

    def of(self, name: str) -> str | None:
        """Return a digest of what the result of a file depends on, None if something of it cannot be used."""
        try:
            configuration = self._resolver.configuration(name)
        except WorkspaceError:
            return None
        template = self._resolver.options.template or configuration.template(name)
        key = configuration.path, template
        if key not in self._digests:
            try:
                self._digests[key] = self._digest(configuration, template)
            except WorkspaceError:
                self._digests[key] = None
        return self._digests[key]

    def _digest(self, configuration: Configuration, template: str | None) -> str:
        resolver = self._resolver
        options = resolver.options
        if template is not None:
            rules = [resolver.rule_set(template)]
        else:
            rules = list(resolver.known_rule_sets(configuration).values())
        parts = (
            tool(),
            # The rule set that the options name is the only one then, wherever it lies.
            options._replace(
                template=None, config=None, today=None, jobs=None, force_exclude=False, cache=None
            ),
            configuration._replace(path="", include=(), exclude=(), templates=(), coverage=()),
            [described_rules(one) for one in rules],
            described_comparisons(resolver, configuration),
        )
        return digest(repr(parts).encode("utf-8", "backslashreplace"))


def described_rules(rules: RuleSet) -> str:
    """Return a text that is the same for equal rule sets."""
    return repr(rules._replace(fingerprints=frozenset())) + repr(sorted(rules.fingerprints))


def described_comparisons(resolver: Resolver, configuration: Configuration) -> str:
    """Return a text that is the same if documents are compared with the same coverage and baseline.

    Raise `WorkspaceError` if one cannot be used.
    """
    coverage = resolver.coverage(configuration)
    path = resolver.options.baseline or configuration.baseline
    baseline = resolver.baseline(path) if path else None
    parts = (
        coverage and (coverage.name, sorted(coverage.files.items()), coverage.rest),
        baseline and (baseline.path, baseline.folder, digest(baseline.data or b"")),
    )
    return repr(parts)
