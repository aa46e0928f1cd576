from typing import Final

from speclint.authoring.rule_set import derive_rule_set, derive_yaml
from speclint.diagnostics import AppliedFix, Diagnostic, DiagnosticKey, Edit, Fix, RuleSetError, Severity
from speclint.fixes.text import FixError, FixResult, fix
from speclint.linting.lint import LintResult, lint
from speclint.linting.obligations import Obligation
from speclint.linting.result import FileResult
from speclint.linting.settings import Settings
from speclint.ruleset.model import RuleSet
from speclint.ruleset.patterns import RegexTimeout
from speclint.workspace.options import Options
from speclint.workspace.resolver import WorkspaceError
from speclint.workspace.rule_sets import detect_rule_set, load_rule_set
from speclint.workspace.run_result import RunResult
from speclint.workspace.workspace import Workspace

__version__: Final[str]

__all__ = [
    "AppliedFix",
    "Diagnostic",
    "DiagnosticKey",
    "Edit",
    "FileResult",
    "Fix",
    "FixError",
    "FixResult",
    "LintResult",
    "Obligation",
    "Options",
    "RegexTimeout",
    "RuleSet",
    "RuleSetError",
    "RunResult",
    "Settings",
    "Severity",
    "Workspace",
    "WorkspaceError",
    "derive_rule_set",
    "derive_yaml",
    "detect_rule_set",
    "fix",
    "lint",
    "load_rule_set",
]
