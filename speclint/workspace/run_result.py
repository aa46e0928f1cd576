"""The result of one run over files."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from speclint.linting.result import FileResult

if TYPE_CHECKING:
    from speclint.workspace.baseline_file import BaselineTotals
    from speclint.workspace.changed import ChangedSince
    from speclint.workspace.fixer import Change


class RunResult(NamedTuple):
    """The result of one run over files.

    `files` has the result of every file, in their order, and `names` the name of every file that the run
    covered. `messages` state what could not be done, a line each, each once. `excluded` maps each folder
    whose files the configuration excludes altogether to their number; `left_out` are files that are named and
    nevertheless excluded; `templates` are files that are no documents, as rule sets are made from them;
    `absent_reports` are coverage reports that a configuration names and that are
    missing. `baselines` has what was found of each baseline. `changes` are what fixing would change if
    nothing was to be written; `piped` is the text of standard input, fixed or unchanged. `since` is the
    filter of `--since`, and `grown` lists what baselines list more than at its base. `answers` maps each root
    to what was asked of the files below it, and the answers; None if that is not all known.
    """

    files: tuple[FileResult, ...]
    names: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    excluded: Mapping[str, int] = {}
    left_out: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
    absent_reports: tuple[str, ...] = ()
    baselines: "tuple[BaselineTotals, ...]" = ()
    changes: "tuple[Change, ...]" = ()
    piped: str | None = None
    since: "ChangedSince | None" = None
    grown: tuple[str, ...] = ()
    answers: Mapping[str, Mapping[str, str]] | None = None

    @property
    def linted(self) -> tuple[FileResult, ...]:
        """The results of the documents that were linted."""
        return tuple(one for one in self.files if one.status == "linted")

    @property
    def skipped(self) -> tuple[str, ...]:
        """The names of the files that are under no rule set."""
        return tuple(one.path for one in self.files if one.status == "skipped")

    @property
    def without_stage(self) -> dict[str, list[str]]:
        """The names of the files whose rule set lacks the stage that was asked for, by rule set id."""
        found: dict[str, list[str]] = {}
        for one in self.files:
            if one.status == "unstaged":
                found.setdefault(one.template, []).append(one.path)
        return found

    @property
    def failing(self) -> bool:
        """Whether anything was found that makes the exit code 1."""
        return bool(self.grown or self.changes) or any(one.failing for one in self.files)

    def bound(self, rules: str) -> set[int]:
        """Return the numbers of the section rules of a rule set that any document has sections for."""
        return {number for one in self.linted if one.template == rules for number in one.bound}
