"""The checks of comments that turn checks off; the linter asks them last, of what all others found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from speclint.diagnostics import Finding

if TYPE_CHECKING:
    from speclint.checks.exceptions.comments import SuppressionReport


def invalid_suppression(outcome: SuppressionReport) -> Iterator[Finding]:
    """Every comment that turns a check off names one, is well written, and has not expired.

    A comment that is not understood hides nothing, or not what its author meant. With `until=2027-01-31` it
    holds to the end of that day (UTC); after that it is an error, and what it hid is reported again.
    Where the configuration says `require-reason = true`, a reason stands behind a colon. Comments are
    `speclint-disable-next-line`, `speclint-disable` up to `speclint-enable`, and `speclint-disable-file`;
    in code they say nothing. No comment turns off this check or `unused-suppression`.

    Fails:

        <!-- speclint-disable-next-line mising-label: taken over from the old wiki -->

    Passes:

        <!-- speclint-disable-next-line missing-label until=2027-01-31: taken over from the old wiki -->
    """
    yield from (Finding(*fault) for fault in outcome.invalid)


def unused_suppression(outcome: SuppressionReport) -> Iterator[Finding]:
    """Every comment that turns a check off hides something that the check finds.

    What an old comment hides tomorrow was not meant by whoever wrote it. A comment counts as used when its
    check finds something at any stage of the document. Of a check that does not run (`--select`, `--ignore`,
    `off`) nothing is said.

    Fails:

        <!-- speclint-disable-next-line placeholder: the brackets are ours -->
        The queue holds ten messages.

    Passes:

        <!-- speclint-disable-next-line placeholder: the brackets are ours -->
        The queue is called [Your Name Here].
    """
    yield from (Finding(*fault) for fault in outcome.unused)
