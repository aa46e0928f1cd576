"""A spec linter and completeness checker: Markdown specifications against their template.

The names in `__all__` are the whole public API (docs/api.md); each is loaded when it is first used.
"""

# No module is imported here, not even of Python's: `python -m speclint` runs this while modules are still
# looked for in the current folder. `__init__.pyi` tells type checkers what the names are.

__version__ = "0.1.0"

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

# Where the names are defined: importing all of them takes as long as linting a document.
_HOMES = {
    "authoring.rule_set": ("derive_rule_set", "derive_yaml"),
    "diagnostics": ("AppliedFix", "Diagnostic", "DiagnosticKey", "Edit", "Fix", "RuleSetError", "Severity"),
    "fixes.text": ("FixError", "FixResult", "fix"),
    "linting.lint": ("LintResult", "lint"),
    "linting.obligations": ("Obligation",),
    "linting.result": ("FileResult",),
    "linting.settings": ("Settings",),
    "ruleset.model": ("RuleSet",),
    "ruleset.patterns": ("RegexTimeout",),
    "workspace.options": ("Options",),
    "workspace.resolver": ("WorkspaceError",),
    "workspace.rule_sets": ("detect_rule_set", "load_rule_set"),
    "workspace.run_result": ("RunResult",),
    "workspace.workspace": ("Workspace",),
}


def __getattr__(name: str) -> object:
    from importlib import import_module

    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"speclint.{module}"), name)
    raise AttributeError(f"module 'speclint' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted((*globals(), *__all__))
