"""What came of one document: plain values, which may come from another process or from an earlier run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from speclint.diagnostics import Diagnostic, Edit, Fix

if TYPE_CHECKING:
    from speclint.linting.baseline import Entry
    from speclint.reporters.formats import Checked

Status = Literal["checked", "skipped", "unstaged", "left"]


# "checked"; "skipped", under no rule set; "unstaged", without the stage that was asked for; "left", for a
# reason that was told.


class Judged(NamedTuple):
    """What a baseline says of a document: its diagnostics, those in it known, all of them as entries, and the
    entries that were not found."""

    diagnostics: tuple[Diagnostic, ...]
    found: tuple[Entry, ...]
    gone: tuple[Entry, ...]


class Outcome(NamedTuple):
    """What came of the document at `name`.

    `rules` is the id of its rule set and `order` that one's stages. Of a document that was checked, `checked`
    is the result, `bound` are the numbers of the section rules that it has sections for, and `judged` is what
    the baseline at `ledger` says. `asked` are the questions that were put to the files around, with their
    answers (see `results`), `digest` is that of the text, `dated` says that it may depend on the day; they
    are empty where nobody wants to know. `said` are complaints, `failed` that something could not be done.
    """

    name: str
    status: Status
    rules: str = ""
    order: tuple[str, ...] = ()
    checked: Checked | None = None
    bound: tuple[int, ...] = ()
    ledger: str = ""
    judged: Judged | None = None
    asked: Mapping[str, str] = {}
    digest: str = ""
    dated: bool = False
    said: tuple[str, ...] = ()
    failed: bool = False

    def interned(self) -> Outcome:
        """The same outcome; texts that others have as well are there once, which of thousands is half."""
        if self.checked is None:
            return self
        diagnostics = tuple([_interned(diagnostic) for diagnostic in self.checked.diagnostics])
        return self._replace(checked=self.checked._replace(diagnostics=diagnostics))


def _interned(diagnostic: Diagnostic) -> Diagnostic:
    fix = diagnostic.fix
    if fix is not None:
        edits = tuple([Edit(span, sys.intern(text)) for span, text in fix.edits])
        fix = Fix(sys.intern(fix.title), edits, fix.safe)
    return Diagnostic(
        sys.intern(diagnostic.check),
        diagnostic.severity,
        diagnostic.span,
        sys.intern(diagnostic.message),
        tuple(map(sys.intern, diagnostic.section)),
        fix,
        diagnostic.known,
        tuple(map(sys.intern, diagnostic.subject)),
    )
