"""Fix a text: the public function over the loop in `fix`."""

from __future__ import annotations

from typing import NamedTuple

from speclint.binding.matcher import bind
from speclint.binding.surroundings import DocumentLocation, Files
from speclint.diagnostics import AppliedFix
from speclint.fixes.fix import Unfixable, UnsoundFix, fix_binding
from speclint.fixes.proposals import with_fixes
from speclint.linting.lint import LintResult, lint_binding
from speclint.linting.settings import Settings
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source
from speclint.ruleset.model import RuleSet


class FixError(Exception):
    """A text that cannot be fixed without losing something of it; the message states what."""


class FixResult(NamedTuple):
    """A fixed text, the fixes that were applied, in order of place, and the result of linting it."""

    text: str
    applied: tuple[AppliedFix, ...]
    result: LintResult


def fix(
    text: str | Source,
    rules: RuleSet,
    stage: str | None = None,
    path: str | None = None,
    files: Files | None = None,
    settings: Settings = Settings(),  # noqa: B008 - immutable
    *,
    unsafe: bool = False,
) -> FixResult:
    """Apply all safe fixes to a text, with `unsafe` the others too, until none is left; then lint it.

    The arguments are those of `lint`. Findings that comments in the text hide are not fixed. Fixing a fixed
    text changes nothing. Raise `FixError`, and what `lint` raises.
    """
    location = DocumentLocation(files, path) if files is not None and path is not None else None
    binding = bind(parse_document(text), rules, stage, location, settings.coverage)
    try:
        fixed = fix_binding(binding, unsafe=unsafe, settings=settings)
    except (Unfixable, UnsoundFix) as error:
        raise FixError(str(error)) from None
    result = lint_binding(fixed.binding, settings)
    result = result._replace(diagnostics=with_fixes(fixed.binding, result.diagnostics))
    return FixResult(fixed.source.text, fixed.applied, result)
