"""Report what makes a pass mean less than it seems to: what never applied, and what nothing is asked of."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence

from speclint.ruleset.build import asks_nothing
from speclint.ruleset.bundled import bundled
from speclint.ruleset.globs import matches
from speclint.ruleset.library import bundled_rule_sets
from speclint.ruleset.model import NO_CONTENT, RuleSet, SectionRule
from speclint.workspace.config import Configuration, is_for_requests
from speclint.workspace.resolver import Resolver
from speclint.workspace.run_result import RunResult

# A section that none of so many documents has is more likely misspelt in the rule set than never needed.
_ENOUGH = 5


def unused(resolver: Resolver, run: RunResult, paths: Sequence[str]) -> Iterator[str]:
    """Yield what was configured and applied to no file, a line each.

    Globs and sections of rule sets are reported only if the run saw all files that they could be about: if a
    folder was given that holds the configuration. Bundled rule sets are not reported.
    """
    folders = [os.path.join(os.path.abspath(path), "") for path in paths if os.path.isdir(path)]
    for configuration in resolver.configurations():
        if not configuration.path or not os.path.join(configuration.folder, "").startswith(tuple(folders)):
            continue
        yield from _dead_globs(configuration, run.names, resolver.options.template is None)
        references = [configuration.reference(template) for _, template in configuration.templates]
        for reference in dict.fromkeys(references):
            rules = resolver.rule_set(reference) if reference not in bundled() else None
            if rules is not None:
                yield from _idle_rules(run, rules)


def empty_rule_sets(resolver: Resolver, run: RunResult) -> Iterator[str]:
    """Yield messages about the rule sets of a run that ask nothing of their documents."""
    used = {document.template for document in run.linted}
    for reference, rules in resolver.loaded_rule_sets():
        if rules.id in used and asks_nothing(rules):
            yield f"{os.path.relpath(reference)}: rule set `{rules.id}` asks nothing: no section and no field"


def unrecognised(resolver: Resolver, run: RunResult) -> Iterator[str]:
    """Yield messages about the documents of configured folders that are under no rule set."""
    for name in run.skipped:
        folder = resolver.configuration(name).folder_around(name)
        if folder:
            yield f"{name}: under no rule set, although the configuration names its folder `{folder}`"


def _dead_globs(configuration: Configuration, names: Collection[str], by_template: bool) -> Iterator[str]:
    path = os.path.relpath(configuration.path)
    relative = [configuration.relative(name) for name in names]
    for glob in configuration.include:
        if not any(matches(glob, name) for name in relative):
            yield f"{path}: `include`: no file matches `{glob}`"
    for glob, template in configuration.templates if by_template else ():
        if not is_for_requests(glob) and not any(matches(glob, name) for name in relative):
            yield f"{path}: no file is under `{template}`: none matches `{glob}`"


def _idle_rules(run: RunResult, rules: RuleSet) -> Iterator[str]:
    """Yield messages about the sections that a rule set constrains and that no document has.

    Required sections are left out: every document without them is reported.
    """
    count = sum(document.template == rules.id for document in run.linted)
    if count < _ENOUGH:
        return
    bound = run.bound(rules.id)
    inherited = {rule.path for base in bundled_rule_sets() for rule in base.walk()}
    for rule in rules.walk():
        idle = not rule.required and _asks(rule) and rule.number not in bound
        if idle and rule.path not in inherited:
            title = " > ".join(rule.path)
            yield f"rule set `{rules.id}`: none of {count} documents has the section `{title}`"


def _asks(rule: SectionRule) -> bool:
    return bool(
        rule.labels or rule.checklist or rule.coverage or rule.questions_closed_from
        or rule.content != NO_CONTENT or rule.sections
    )  # fmt: skip
