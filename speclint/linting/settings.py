"""Define what is asked of a document besides its rule set."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from speclint.diagnostics import Severity

if TYPE_CHECKING:
    from datetime import date

    from speclint.coverage.model import Measurements


class Settings(NamedTuple):
    """Which checks run, how severe they are, and what they compare the document with.

    `select` lists the checks to run (empty: all), `ignore` those to leave out. `severities` overrides the
    rule set, which overrides each check's default; None turns a check off. `fail_on` is the least severity
    that makes a document fail. With `require_reason`, each comment that turns a check off must give a reason.
    `today` is the day at which such comments are compared with their date of expiry; None: none has expired.
    `coverage` is what coverage tools measured, None for nothing.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, Severity | None] = {}
    fail_on: Severity = Severity.ERROR
    require_reason: bool = False
    today: "date | None" = None
    coverage: "Measurements | None" = None
