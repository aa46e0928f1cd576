"""A run over one text: the description of a pull request, or a document that is to be promoted."""

from __future__ import annotations

import os

from speclint.binding.matcher import bind
from speclint.binding.surroundings import DocumentLocation
from speclint.linting.lint import lint
from speclint.linting.obligations import obligations
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source
from speclint.reporters.formats import Checked
from speclint.ruleset.model import RuleSet, Stages
from speclint.ruleset.patterns import RegexTimeout
from speclint.workspace import discovery, pull_request
from speclint.workspace.config import Configuration
from speclint.workspace.promotion import Promotion, promotion
from speclint.workspace.pull_request import PullRequest
from speclint.workspace.run import Case, Run
from speclint.workspace.surroundings import Checkout

_DRAFT = "draft"


class Examination(Run):
    """A run that asks one text for more than whether it is good."""

    def examine(self, name: str, request: PullRequest) -> None:
        """Checks the description of a pull request of the repository around the current folder."""
        root, whole = discovery.root_of(os.curdir)
        files = Checkout(root)
        configuration = self.configuration(os.path.join(root, "any.md"))
        if configuration is None:
            return
        paths = list(pull_request.templates(root))
        relative = (os.path.relpath(path, root).replace(os.sep, "/") for path in paths)
        originals = [text for path in relative if (text := files.read(path)) is not None]
        rules = self._rules_of_description(configuration, paths, originals)
        if rules is None:
            return
        stage = self._stage(rules, request.draft)
        if stage is None and self.options.stage is not None:
            return
        source = Source(request.body)
        # What it refers to lies where the top of the repository is.
        place = DocumentLocation(files, pull_request.NAME, whole)
        try:
            binding = bind(parse_document(source), rules, stage, place)
            checked = pull_request.judge(binding, name, originals, configuration, self.options.today)
            self.documents.append(checked)
        except RegexTimeout as error:
            self.fail(name, f"{error} (rule set `{rules.id}`)")
            return
        self.found = any(one.severity >= configuration.fail_on for one in self.documents[0].diagnostics)

    def _rules_of_description(
        self, configuration: Configuration, paths: list[str], originals: list[str]
    ) -> RuleSet | None:
        if self.options.template is not None:
            return self.rules(self.options.template)
        template = pull_request.configured(configuration, paths)
        if template is not None:
            return self.rules(template)
        known = self.known(configuration)
        if known is None:
            return None
        return pull_request.rule_set_of(originals, known.values()) or known[pull_request.DEFAULT]

    def _stage(self, rules: RuleSet, draft: bool) -> str | None:
        """The stage that was asked for, or that of drafts; None where the text decides, or it is refused."""
        order = rules.stages.order if rules.stages else ()
        wanted = self.options.stage
        if wanted is None:
            return _DRAFT if draft and _DRAFT in order else None
        return wanted if self._has_stage(rules, wanted) is not None else None

    def _has_stage(self, rules: RuleSet, stage: str) -> Stages | None:
        """The stages of a rule set; None, and a complaint, when one is not among them."""
        if rules.stages is None or stage not in rules.stages.order:
            self.refuse(rules.id, rules.stages.order if rules.stages else (), stage)
            return None
        return rules.stages

    def promote(self, path: str, stage: str) -> Promotion | None:
        """What stands between a document and a stage; says why and gives None when that cannot be told."""
        case = self.case(path, path)
        if not isinstance(case, Case):
            if case.status == "skipped":
                self.fail(path, "no template recognised; name one with --template")
            return None
        stages = self._has_stage(case.rules, stage)
        if stages is None:
            return None
        try:
            now = self._at(case, None)
            if stages.order.index(now.stage) > stages.order.index(stage):
                self.fail(path, f'is at stage "{now.stage}" already, which is beyond "{stage}"')
                return None
            then = self._at(case, stage)
            binding = self.bind(case._replace(stage=stage))
        except RegexTimeout as error:
            self.fail(path, f"{error} (rule set `{case.rules.id}`)")
            return None
        return promotion(now, then, binding, case.fail_on)

    def _at(self, case: Case, stage: str | None) -> Checked:
        """A document as it is checked at a stage, None for its own."""
        binding = self.bind(case._replace(stage=stage))
        diagnostics = lint(
            binding, case.select, case.ignore, case.severities, self.options.today, case.require_reason
        )
        owed = obligations(binding, diagnostics)
        met = sum(obligation.met for obligation in owed)
        return Checked(case.name, case.source, case.rules.id, binding.stage, met, len(owed), diagnostics)
