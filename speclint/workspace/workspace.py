"""Hold a folder tree with its configuration, rule sets, baseline and cache: what every front end calls."""

import os
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from speclint.linting.result import FileResult
from speclint.markdown.source import Source
from speclint.workspace.cache import Cache
from speclint.workspace.config import Configuration
from speclint.workspace.linter import FileLinter, Filter
from speclint.workspace.options import Options
from speclint.workspace.resolver import STDIN, UNNAMED, Resolver, WorkspaceError, stage_error
from speclint.workspace.rule_sets import Derive
from speclint.workspace.run_result import RunResult
from speclint.workspace.selection import Selection

if TYPE_CHECKING:
    from speclint.workspace.baseline_file import BaselineTotals
    from speclint.workspace.changed import ChangedSince
    from speclint.workspace.printed import PrintedRun

# Fewer files are linted sooner than it takes to find out what is known of them.
FEW = 16


class Workspace:
    """A folder tree; `root` is the folder that relative paths are resolved from, by default the current one.

    `derive` makes the YAML of a rule set of a Markdown template, given its text and path: with it, templates
    can be named where rule sets are.

    What is read once (configurations, rule sets, baselines, other files) is remembered until `invalidate`. A
    workspace must be used by one thread at a time.
    """

    def __init__(
        self,
        root: str = os.curdir,
        options: Options = Options(),  # noqa: B008 - immutable
        derive: Derive | None = None,
    ) -> None:
        self.root = root
        self.options = options
        self.cache = _cache(options.cache) if options.cache is not None else None
        self.resolver = Resolver(options, self.cache, derive=derive)

    def lint_text(self, path: str, text: str) -> FileResult:
        """Lint a text as if it were in the file at a path, which need not be on the disk."""
        name = self._path(path)
        self.resolver.settle_template((self.root, name))
        return FileLinter(self.resolver).lint_source(name, name, Source(text))._replace(path=path)

    def lint_paths(
        self, paths: Iterable[str], stdin_filename: str | None = None, since: str | None = None
    ) -> RunResult:
        """Lint the files that paths name, and those in folders that they name, each once.

        `-` is standard input, reported as `stdin_filename`. With `since`, only what changed since that
        branch, tag or commit is linted, and only what the change owes counts.
        """
        return self._run(tuple(map(self._path, paths)), stdin_filename, since)

    def select(self, paths: Iterable[str], stdin_filename: str | None = None) -> Selection:
        """Return the files that paths name, as `lint_paths` finds them, for `lint_selection`."""
        self.settle_template(paths, stdin_filename)
        return Selection.of(self.resolver, tuple(map(self._path, paths)), stdin_filename)

    def lint_selection(self, selection: Selection) -> RunResult:
        """Lint selected files."""
        if len(selection.files) < FEW:
            linter = FileLinter(self.resolver)
            return self._result(selection, [linter.lint_file(*file) for file in selection.files])
        from speclint.workspace.runner import Runner

        runner = Runner(self.resolver, selection.states, selection.began)
        results = list(runner.run(selection.files))
        return self._result(selection, results)._replace(answers=runner.answers)

    def settle_template(self, paths: Iterable[str], stdin_filename: str | None = None) -> None:
        """Find the rule set whose id the options have, in the configurations here and of some paths.

        Raise `WorkspaceError` if none of them names it.
        """
        places = (stdin_filename or UNNAMED if path == STDIN else self._path(path) for path in paths)
        self.resolver.settle_template((self.root, *places))

    def printed(self, selection: Selection, paths: Sequence[str], command: str) -> "PrintedRun | None":
        """Return the cache's copy of what a command prints about selected files, None if there can be none.

        `command` is all that the command was told.
        """
        if self.cache is None or len(selection.files) < FEW or STDIN in paths or selection.messages:
            return None
        from speclint.workspace.printed import PrintedRun

        paths = tuple(map(self._path, paths))
        return PrintedRun.of(self.cache, self.resolver, selection, paths, command)

    def fix_paths(
        self,
        paths: Iterable[str],
        stdin_filename: str | None = None,
        since: str | None = None,
        *,
        unsafe: bool = False,
        write: bool = True,
    ) -> RunResult:
        """Fix files, then lint them, as `lint_paths` does.

        With `unsafe`, apply unsafe fixes as well. Without `write`, `changes` of the result has what would be
        written.
        """
        return self._run(tuple(map(self._path, paths)), stdin_filename, since, _Fixing(unsafe, write))

    def invalidate(self, path: str) -> None:
        """Forget everything that depended on a file: it is read again when it is needed."""
        # A document may be the skeleton of a rule set, so that nothing is left out by the kind of file.
        self.resolver.forget()

    def unused(self, run: RunResult, paths: Sequence[str]) -> tuple[str, ...]:
        """Return what was configured and applied to no file of a run over `paths`, a line each."""
        from speclint.workspace.unused_configuration import unused

        return tuple(unused(self.resolver, run, paths))

    def empty_rule_sets(self, run: RunResult) -> tuple[str, ...]:
        """Return which rule sets of a run ask nothing of their documents, a line each."""
        if not any(True for _ in self.resolver.loaded_rule_sets()):
            return ()
        from speclint.workspace.unused_configuration import empty_rule_sets

        return tuple(empty_rule_sets(self.resolver, run))

    def edited_rules(self, run: RunResult) -> tuple[str, ...]:
        """Return which configurations and rule sets the change edits, with their documents, a line each."""
        if run.since is None:
            return ()
        from speclint.workspace.edited_rules import edited_rules

        return tuple(edited_rules(run.since, self.resolver, run))

    def unrecognised(self, run: RunResult) -> tuple[str, ...]:
        """Return which documents of configured folders are under no rule set, a line each."""
        from speclint.workspace.unused_configuration import unrecognised

        return tuple(unrecognised(self.resolver, run))

    def _baseline_totals(self, results: Sequence[FileResult]) -> "tuple[BaselineTotals, ...]":
        files = self.resolver.baselines()
        if not files:
            return ()
        from speclint.workspace.baseline_file import BaselineTotals

        found = [one.baseline for one in results if one.baseline is not None]
        return tuple(BaselineTotals.of(file, found) for file in files)

    def _changed(self, since: str) -> "ChangedSince":
        from speclint.workspace.changed import ChangedSince

        return ChangedSince(self.resolver, since)

    def _path(self, path: str) -> str:
        return path if self.root == os.curdir or path == STDIN else os.path.join(self.root, path)

    def _run(
        self,
        paths: Sequence[str],
        stdin_filename: str | None,
        since: str | None,
        fixing: "_Fixing | None" = None,
    ) -> RunResult:
        self.settle_template(paths, stdin_filename)
        changed = self._changed(since) if since is not None else None
        places = [stdin_filename or UNNAMED if path == STDIN else path for path in paths]
        if changed is not None:
            try:
                for place in places:
                    changed.revision(place)
            except WorkspaceError as error:
                return RunResult((), messages=error.messages, since=changed)
        selection = Selection.of(self.resolver, paths, stdin_filename)
        if changed is None and fixing is None:
            return self.lint_selection(selection)
        filters: tuple[Filter, ...] = (changed,) if changed is not None else ()
        fixer = None
        if fixing is not None:
            from speclint.workspace.fixer import FileFixer

            fixer = FileFixer(FileLinter(self.resolver, filters), fixing.unsafe, fixing.write)
            results = fixer.fix_files(selection.files)
        else:
            linter = FileLinter(self.resolver, filters)
            results = [linter.lint_file(*file) for file in selection.files]
        grown: tuple[str, ...] = ()
        messages: tuple[str, ...] = ()
        if changed is not None:
            from speclint.workspace.broken_elsewhere import with_broken

            results = with_broken(changed, self.resolver, selection.files, results)
            try:
                grown = tuple(changed.grown_baselines(places))
            except WorkspaceError as error:
                messages = error.messages
        run = self._result(selection, results, messages)._replace(since=changed, grown=grown)
        if fixer is not None:
            piped = fixer.piped
            if STDIN in paths and all(path != STDIN for path, _ in selection.files):
                # What is left out goes through as it came.
                piped = FileLinter(self.resolver).read(STDIN, stdin_filename or UNNAMED).text
            run = run._replace(changes=tuple(fixer.changes), piped=piped)
        return run

    def _result(
        self, selection: Selection, results: Sequence[FileResult], more: Iterable[str] = ()
    ) -> RunResult:
        """Return the result of a run; `more` are messages about other things than files."""
        messages = [*selection.messages, *(message for one in results for message in one.messages)]
        messages += (*_stage_errors(self.options.stage, results), *more)
        return RunResult(
            tuple(results),
            tuple(name for _, name in selection.files),
            tuple(dict.fromkeys(messages)),
            selection.excluded,
            tuple(selection.left_out),
            tuple(selection.templates),
            tuple(self.resolver.absent_reports),
            self._baseline_totals(results),
        )


def _cache(folder: str) -> Cache:
    """Return the cache in a folder, "" for the user's own. Raise `WorkspaceError` if it is a checkout's."""
    named = folder or os.environ.get("SPECLINT_CACHE_DIR")
    if named:
        from speclint.workspace.cache_trust import is_part_of_checkout

        if is_part_of_checkout(named):
            reason = (
                "is in a repository that could bring a cache along; have git ignore it, or choose another"
            )
            raise WorkspaceError([f"{named}: no folder for a cache: {reason}"])
    return Cache(folder)


class _Fixing(NamedTuple):
    unsafe: bool
    write: bool


def _stage_errors(stage: str | None, results: Collection[FileResult]) -> list[str]:
    """Return the messages about a stage that was asked for and that no document has."""
    if stage is None or any(one.status == "linted" and one.stage == stage for one in results):
        return []
    used = {one.template: one.stages for one in results if one.template}
    return [stage_error(id, order, stage) for id, order in used.items()]


def configuration_here(workspace: Workspace) -> Configuration:
    """Return the configuration that applies in the root. Raise `WorkspaceError`."""
    return workspace.resolver.configuration(os.path.join(workspace.root, "any.md"))
