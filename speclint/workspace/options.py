"""Define what a front end asks of a workspace."""

from typing import TYPE_CHECKING, NamedTuple

from speclint.diagnostics import Severity
from speclint.workspace import limits
from speclint.workspace.config import Configuration

if TYPE_CHECKING:
    from datetime import date


class Options(NamedTuple):
    """What is asked of every file; None and () leave it to the configuration.

    `template` is a rule set's id or path, `stage` the stage to lint at instead of each document's own.
    `config` is the configuration for every file. `baseline` is the path of one; with `new_baseline` the file
    may be missing. `coverage` are paths of coverage reports. `today` is the day that the expiry of
    suppressions is compared with, None: none has expired. With `fixes`, diagnostics carry their fixes. With
    `force_exclude`, excluded files are left out although they are named. `jobs` is the number of processes,
    None: as many as are worth it. Files of more than `max_bytes` are refused. `cache` is the folder of the
    cache: "" for the user's own, None for no cache.
    """

    template: str | None = None
    stage: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = None
    config: Configuration | None = None
    baseline: str | None = None
    new_baseline: bool = False
    coverage: tuple[str, ...] = ()
    today: "date | None" = None
    fixes: bool = True
    force_exclude: bool = False
    jobs: int | None = None
    max_bytes: int = limits.DOCUMENT
    cache: str | None = None
