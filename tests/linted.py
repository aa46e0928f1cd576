"""Shorter ways to lint and fix what is bound already: settings are given by name."""

from __future__ import annotations

from typing import Any

from speclint.binding.model import Binding
from speclint.diagnostics import AppliedFix, Diagnostic
from speclint.fixes import fix
from speclint.fixes.fix import FixedBinding
from speclint.fixes.proposals import with_fixes
from speclint.linting.lint import run_checks
from speclint.linting.result import FileResult
from speclint.linting.settings import Settings
from speclint.markdown.source import Source


def lint(binding: Binding, **settings: Any) -> tuple[Diagnostic, ...]:
    """The diagnostics of a bound document, with their fixes."""
    return with_fixes(binding, run_checks(binding, Settings(**settings))[0])


def judge(binding: Binding, **settings: Any) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """The diagnostics of a bound document, and those that comments in it hide."""
    return run_checks(binding, Settings(**settings))


def fix_binding(
    binding: Binding, *, unsafe: bool = False, spared: Any = None, **settings: Any
) -> FixedBinding:
    """A bound document after fixing."""
    return fix.fix_binding(binding, unsafe=unsafe, settings=Settings(**settings), spared=spared)


def result_of(
    path: str,
    source: Source,
    template: str,
    stage: str,
    met: int,
    total: int,
    diagnostics: tuple[Diagnostic, ...],
    fixed: tuple[AppliedFix, ...] = (),
) -> FileResult:
    """The result of a document, as reporters get it."""
    return FileResult(path, "linted", template, (), stage, met, total, diagnostics, source, fixed)
