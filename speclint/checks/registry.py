"""List every check, one line each, in the order in which they run.

The module that a line names has a function with the check's name, which is imported when it is first called.
A check is a function from a binding to findings; those that come last get what the others found. The first
sentence of its docstring is true of a good document; then follow why it matters, a failing and a passing
example. `speclint explain` prints it.
"""

from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib import import_module
from typing import Any, NamedTuple

from speclint.diagnostics import Finding, Severity, Span


class Check(NamedTuple):
    """A registered check; `severity` None means off unless a rule set or a user turns it on.

    `run` takes a `Binding`. If the check comes `last`, it takes the `SuppressionReport` of the comments that
    turn others off instead, and only a severity turns it off. `needs` are options (fields of `Content`)
    without any of which, anywhere in the rule set, it finds nothing; `about` fields of the `Binding` without
    any of which it finds nothing either.
    """

    id: str
    family: str
    severity: Severity | None
    run: Callable[..., Iterator[Finding]]
    last: bool = False
    needs: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def documentation(self) -> str:
        """The docstring of the check, which `speclint explain` prints."""
        function = self.run.function if isinstance(self.run, _Function) else self.run
        return function.__doc__ or ""


class _Function:
    """A function that is imported when it is first called."""

    __slots__ = ("function", "module", "name", "yields_to")

    def __init__(self, module: str, name: str, yields_to: tuple[str, ...]) -> None:
        self.module = module
        self.name = name
        self.yields_to = yields_to

    def __call__(self, subject: Any) -> Iterator[Finding]:
        others = (cache(partial(_spans, subject, self.yields_to)),) if self.yields_to else ()
        findings: Iterator[Finding] = self.function(subject, *others)
        return findings

    def __getattr__(self, name: str) -> Any:
        if name != "function":
            raise AttributeError(name)
        # Called as the slot is still empty.
        self.function = getattr(import_module(f"speclint.checks.{self.module}"), self.name)
        return self.function


def _spans(binding: Any, checks: tuple[str, ...]) -> tuple[Span, ...]:
    """Where checks find something."""
    return tuple(finding.span for check in CHECKS if check.id in checks for finding in check.run(binding))


def _check(
    id: str,
    severity: Severity | None,
    module: str,
    last: bool = False,
    needs: tuple[str, ...] = (),
    about: tuple[str, ...] = (),
    yields_to: tuple[str, ...] = (),
) -> Check:
    """Return a check; its function is also given what returns the spans that the checks it yields to find."""
    function = _Function(module, id.replace("-", "_"), yields_to)
    return Check(id, module.partition(".")[0], severity, function, last, needs, about)


CHECKS: tuple[Check, ...] = (
    # What a fence swallows is not missing, unfilled or out of order: nothing stands before this one.
    _check("unclosed-fence", Severity.ERROR, "code.fences"),
    _check(
        "missing-section",
        Severity.ERROR,
        "structure.missing_section",
        about=("missing", "lacking"),
    ),
    _check("section-order", Severity.ERROR, "structure.section_order", about=("misplaced",)),
    _check(
        "duplicate-section", Severity.ERROR, "structure.duplicate_section", about=("duplicates", "exceeding")
    ),
    _check(
        "section-level",
        Severity.ERROR,
        "structure.section_level",
        about=("wrong_levels",),
    ),
    _check(
        "section-title",
        Severity.ERROR,
        "structure.section_title",
        about=("near_misses",),
    ),
    _check("unknown-section", None, "structure.unknown_section", about=("unknown",)),
    _check("invalid-title", Severity.ERROR, "structure.invalid_title", needs=("heading",)),
    _check("accidental-heading", Severity.WARNING, "structure.accidental_heading"),
    # Later checks have nothing to add about what is empty: it stands behind those that point at headings.
    _check("empty-section", Severity.ERROR, "structure.empty_section"),
    _check("placeholder", Severity.ERROR, "placeholders.placeholder"),
    _check("instruction-comment", Severity.ERROR, "placeholders.instruction_comment"),
    # A name that was left as the template has it is wrong as such: the example around it says less.
    _check("name-mismatch", Severity.ERROR, "consistency.names", needs=("used_as",)),
    _check("unedited-template", Severity.ERROR, "placeholders.unedited_template"),
    _check("empty-code", Severity.ERROR, "code.fences"),
    _check("code-language", Severity.ERROR, "code.code_language"),
    # Code that is still to be filled in need not parse.
    _check(
        "code-syntax",
        Severity.ERROR,
        "code.code_syntax",
        yields_to=("placeholder", "unedited-template"),
    ),
    _check("missing-field", Severity.ERROR, "fields.fields"),
    # A value that is still to be filled in is reported once.
    _check(
        "invalid-field",
        Severity.ERROR,
        "fields.fields",
        yields_to=("placeholder", "instruction-comment", "unedited-template"),
    ),
    _check("duplicate-field", Severity.ERROR, "fields.duplicate_field"),
    _check("date-order", Severity.ERROR, "fields.dates"),
    _check("missing-label", Severity.ERROR, "fields.fields"),
    _check("missing-table", Severity.ERROR, "tables.owed", needs=("tables",)),
    _check("missing-column", Severity.ERROR, "tables.owed", needs=("tables",)),
    _check("invalid-cell", Severity.ERROR, "tables.owed", needs=("tables",)),
    _check("malformed-table", Severity.ERROR, "tables.malformed"),
    _check("missing-checklist", Severity.ERROR, "checklists.checklists"),
    _check("missing-item", Severity.ERROR, "checklists.items"),
    _check("unchecked-item", Severity.ERROR, "checklists.checklists"),
    _check("malformed-checkbox", Severity.ERROR, "checklists.checklists"),
    _check("open-question", Severity.ERROR, "checklists.checklists"),
    _check("coverage-below-threshold", Severity.ERROR, "coverage.coverage"),
    _check("missing-coverage", Severity.ERROR, "coverage.coverage"),
    _check("coverage-mismatch", Severity.ERROR, "coverage.coverage"),
    _check("broken-link", Severity.ERROR, "references.links"),
    _check("broken-anchor", Severity.ERROR, "references.anchors"),
    _check("forbidden-link", Severity.ERROR, "references.link_rules", needs=("links",)),
    _check("missing-link", Severity.ERROR, "references.link_rules", needs=("links",)),
    _check("missing-path", Severity.ERROR, "references.paths"),
    _check("undefined-reference", Severity.ERROR, "references.references"),
    _check("duplicate-id", Severity.ERROR, "consistency.ids"),
    _check("id-gap", Severity.ERROR, "consistency.ids"),
    _check("undefined-id", Severity.ERROR, "consistency.cited_ids", needs=("cites",)),
    _check("uncited-id", Severity.ERROR, "consistency.cited_ids", needs=("cites",)),
    _check("changelog-order", Severity.ERROR, "consistency.changelog", needs=("changelog",)),
    _check("rollout-order", Severity.ERROR, "consistency.rollout", needs=("rollout",)),
    _check("budget-exceeded", Severity.ERROR, "consistency.budgets"),
    _check("forbidden-text", Severity.ERROR, "consistency.forbidden", needs=("forbidden",)),
    _check("missing-text", Severity.ERROR, "texts.missing_text", needs=("must_contain", "text")),
    _check("text-length", Severity.ERROR, "texts.text_length", needs=("length",)),
    _check("invalid-suppression", Severity.ERROR, "exceptions.suppressions", last=True),
    _check("unused-suppression", Severity.WARNING, "exceptions.suppressions", last=True),
)
