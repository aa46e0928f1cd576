"""List every check, one line each, in the order in which they run.

The module that a line names has a function with the check's name, which is imported when it is first called.
A check is a function from a binding to findings; those that come last get what the others found. The first
sentence of its docstring is true of a good document; then follow why it matters, a failing and a passing
example. `speclint explain` prints it.
"""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, NamedTuple

from speclint.diagnostics import Finding, Severity


class Check(NamedTuple):
    """A registered check; `severity` None means off unless a rule set or a user turns it on.

    `run` takes a `Binding`. If the check comes `last`, it takes the `SuppressionReport` of the comments that
    turn others off instead, and only a severity turns it off. `needs` is the option (a field of `Content`)
    without which, anywhere in the rule set, it finds nothing; `about` the field of the `Binding` without
    which it finds nothing either.
    """

    id: str
    family: str
    severity: Severity | None
    run: Callable[..., Iterator[Finding]]
    last: bool = False
    needs: str = ""
    about: str = ""

    @property
    def documentation(self) -> str:
        """The docstring of the check, which `speclint explain` prints."""
        function = self.run.function if isinstance(self.run, _Function) else self.run
        return function.__doc__ or ""


class _Function:
    """A function that is imported when it is first called."""

    __slots__ = ("function", "module", "name")

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name

    def __call__(self, subject: Any) -> Iterator[Finding]:
        findings: Iterator[Finding] = self.function(subject)
        return findings

    def __getattr__(self, name: str) -> Any:
        if name != "function":
            raise AttributeError(name)
        # Called as the slot is still empty.
        self.function = getattr(import_module(f"speclint.checks.{self.module}"), self.name)
        return self.function


def _check(
    id: str,
    family: str,
    severity: Severity | None,
    module: str,
    last: bool = False,
    needs: str = "",
    about: str = "",
) -> Check:
    return Check(id, family, severity, _Function(module, id.replace("-", "_")), last, needs, about)


CHECKS: tuple[Check, ...] = (
    # What a fence swallows is not missing, unfilled or out of order: nothing stands before this one.
    _check("unclosed-fence", "code", Severity.ERROR, "code.fences"),
    _check(
        "missing-section",
        "structure",
        Severity.ERROR,
        "structure.missing_section",
        about="missing",
    ),
    _check("section-order", "structure", Severity.ERROR, "structure.section_order", about="misplaced"),
    _check(
        "duplicate-section", "structure", Severity.ERROR, "structure.duplicate_section", about="duplicates"
    ),
    _check(
        "section-level",
        "structure",
        Severity.ERROR,
        "structure.section_level",
        about="wrong_levels",
    ),
    _check(
        "section-title",
        "structure",
        Severity.ERROR,
        "structure.section_title",
        about="near_misses",
    ),
    _check("unknown-section", "structure", None, "structure.unknown_section", about="unknown"),
    _check("accidental-heading", "structure", Severity.WARNING, "structure.accidental_heading"),
    # Later checks have nothing to add about what is empty: it stands behind those that point at headings.
    _check("empty-section", "structure", Severity.ERROR, "structure.empty_section"),
    _check("placeholder", "placeholders", Severity.ERROR, "placeholders.placeholder"),
    _check("instruction-comment", "placeholders", Severity.ERROR, "placeholders.instruction_comment"),
    # A name that was left as the template has it is wrong as such: the example around it says less.
    _check("name-mismatch", "consistency", Severity.ERROR, "consistency.names", needs="used_as"),
    _check("unedited-template", "placeholders", Severity.ERROR, "placeholders.unedited_template"),
    _check("empty-code", "code", Severity.ERROR, "code.fences"),
    _check("code-language", "code", Severity.ERROR, "code.code_language"),
    _check("code-syntax", "code", Severity.ERROR, "code.code_syntax"),
    _check("missing-field", "fields", Severity.ERROR, "fields.fields"),
    _check("invalid-field", "fields", Severity.ERROR, "fields.fields"),
    _check("date-order", "fields", Severity.ERROR, "fields.dates"),
    _check("missing-label", "fields", Severity.ERROR, "fields.fields"),
    _check("missing-checklist", "checklists", Severity.ERROR, "checklists.checklists"),
    _check("unchecked-item", "checklists", Severity.ERROR, "checklists.checklists"),
    _check("malformed-checkbox", "checklists", Severity.ERROR, "checklists.checklists"),
    _check("open-question", "checklists", Severity.ERROR, "checklists.checklists"),
    _check("coverage-below-threshold", "coverage", Severity.ERROR, "coverage.coverage"),
    _check("missing-coverage", "coverage", Severity.ERROR, "coverage.coverage"),
    _check("coverage-mismatch", "coverage", Severity.ERROR, "coverage.coverage"),
    _check("broken-link", "references", Severity.ERROR, "references.links"),
    _check("broken-anchor", "references", Severity.ERROR, "references.anchors"),
    _check("missing-path", "references", Severity.ERROR, "references.paths"),
    _check("undefined-reference", "references", Severity.ERROR, "references.references"),
    _check("duplicate-id", "consistency", Severity.ERROR, "consistency.ids"),
    _check("id-gap", "consistency", Severity.ERROR, "consistency.ids"),
    _check("changelog-order", "consistency", Severity.ERROR, "consistency.changelog", needs="changelog"),
    _check("rollout-order", "consistency", Severity.ERROR, "consistency.rollout", needs="rollout"),
    _check("budget-exceeded", "consistency", Severity.ERROR, "consistency.budgets"),
    _check("forbidden-text", "consistency", Severity.ERROR, "consistency.forbidden", needs="forbidden"),
    _check("invalid-suppression", "exceptions", Severity.ERROR, "exceptions.suppressions", last=True),
    _check("unused-suppression", "exceptions", Severity.WARNING, "exceptions.suppressions", last=True),
)
