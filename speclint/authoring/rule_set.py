"""Derive the rule set of a template: the public function over `derive`."""

from __future__ import annotations

from speclint.authoring.derive import derive
from speclint.authoring.ruleset_draft import write
from speclint.markdown.source import Source
from speclint.ruleset.library import parse_rule_set
from speclint.ruleset.model import RuleSet


def derive_rule_set(template: str, id: str = "derived") -> RuleSet:
    """Return the rule set that the text of a Markdown template shows.

    Raise `NotATemplate` for a text without headings, and `RuleSetError` if the result is no valid rule set.
    """
    return parse_rule_set(write(derive(Source(template), "<template>", id, "")), "<rule set>", template)
