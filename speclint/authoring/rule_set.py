"""Derive the rule set of a template: the public functions over `derive`."""

from __future__ import annotations

from speclint.authoring.derive import NotATemplate, derive
from speclint.authoring.ruleset_draft import write
from speclint.markdown.source import Source
from speclint.ruleset.library import parse_rule_set
from speclint.ruleset.model import RuleSet


def derive_rule_set(template: str, id: str = "derived") -> RuleSet:
    """Return the rule set that the text of a Markdown template shows.

    Raise `NotATemplate` for a text without headings, and `RuleSetError` if the result is no valid rule set.
    """
    return parse_rule_set(write(derive(Source(template), "<template>", id, "")), "<rule set>", template)


def derive_yaml(template: str, path: str = "<template>") -> str:
    """Return the YAML of the rule set that the text of a Markdown template shows, as `speclint derive` does.

    The id is made from its path. Raise `NotATemplate` for a text that shows neither section nor field.
    """
    draft = derive(Source(template), path)
    if not (draft.sections or draft.fields or draft.labels):
        raise NotATemplate("no section and no field in this file: nothing could be asked of a document")
    return write(draft)
