"""`speclint check`: files in, a report out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from speclint.checks.registry import CHECKS
from speclint.cli.console import UsageFault, complain, note, noted, remark, say, style_for, unknown
from speclint.diagnostics import error_reason, format_problems
from speclint.reporters import formats
from speclint.ruleset.bundled import bundled
from speclint.workspace import config, storage
from speclint.workspace.clock import day_of
from speclint.workspace.config import Configuration, ConfigurationError
from speclint.workspace.run import FEW, STDIN, Change, Options, Run
from speclint.workspace.surroundings import MAX_BYTES

if TYPE_CHECKING:
    from speclint.linting.baseline import Entry
    from speclint.workspace.baseline_file import Ledger


Output = tuple[str, str | None]

# In MB.
DEFAULT_SIZE = MAX_BYTES // 1_000_000

# How many entries of a baseline, and how many lines about what met nothing, are told.
_SHOWN, _MOST = 10, 100


def check_as_asked(
    paths: tuple[str, ...],
    template: str | None = None,
    stage: str | None = None,
    coverage: tuple[str, ...] = (),
    outputs: tuple[str, ...] = (),
    fix: bool = False,
    diff: bool = False,
    unsafe: bool = False,
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    fail_on: str | None = None,
    config_path: str | None = None,
    baseline: str | None = None,
    write_baseline: str | None = None,
    stdin_filename: str | None = None,
    color: str = "auto",
    quiet: bool = False,
    since: str | None = None,
    strict: bool = False,
    force_exclude: bool = False,
    jobs: int | None = None,
    max_size: int | None = None,
    no_cache: bool = False,
    cache_dir: str | None = None,
) -> int:
    """Checks what the options on the command line ask for, where they go together: the exit code."""
    selected = ids_in(select)
    if select and not selected:
        raise UsageFault("`--select` names no check")
    if unsafe and not (fix or diff):
        raise UsageFault("`--unsafe-fixes` needs `--fix` or `--diff`")
    if diff and outputs:
        raise UsageFault("`--diff` shows a diff and no report; leave out `--output-format`")
    if since is not None and STDIN in paths and stdin_filename is None:
        raise UsageFault("with `--since`, `--stdin-filename` must say which file standard input is")
    if "" in (baseline, write_baseline):
        raise UsageFault("the name of the baseline is empty")
    if write_baseline is not None and (baseline is not None or fix or diff or outputs):
        others = "`--baseline`, `--fix`, `--diff` and `--output-format`"
        raise UsageFault(f"`--write-baseline` shows nothing and fixes nothing; leave out {others}")
    with storage.cache_in("" if no_cache else cache_dir or None):
        return check(
            paths, template, stage, formats_in(outputs or ("text",)), selected, ids_in(ignore),
            fail_on, config_path, stdin_filename, color, quiet, fix, unsafe, diff, baseline, write_baseline,
            coverage, since, strict, force_exclude, jobs, max_size,
        )  # fmt: skip


def check(
    paths: tuple[str, ...],
    template: str | None = None,
    stage: str | None = None,
    outputs: tuple[Output, ...] = (("text", None),),
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    fail_on: str | None = None,
    config_path: str | None = None,
    stdin_filename: str | None = None,
    color: str = "auto",
    quiet: bool = False,
    fix: bool = False,
    unsafe: bool = False,
    diff: bool = False,
    baseline: str | None = None,
    write_baseline: str | None = None,
    coverage: tuple[str, ...] = (),
    since: str | None = None,
    strict: bool = False,
    force_exclude: bool = False,
    jobs: int | None = None,
    max_size: int | None = None,
) -> int:
    """Checks files, folders and standard input, perhaps after fixing them, and reports: the exit code."""
    if template is not None and template not in bundled() and not config.is_path(template):
        raise UsageFault(unknown("rule set", template, bundled()))
    configuration = configuration_at(config_path) if config_path else None
    if config_path and configuration is None:
        return 2
    severity = config.SEVERITIES[fail_on] if fail_on else None
    options = Options(
        template, stage, select, ignore, severity, configuration, fix or diff, unsafe, write=not diff,
        baseline=baseline or write_baseline, write_baseline=write_baseline is not None, today=day_of_run(),
        coverage=coverage, force_exclude=force_exclude, jobs=jobs,
        max_bytes=(max_size or DEFAULT_SIZE) * 1_000_000,
    )  # fmt: skip
    run = _run(options, paths or (os.curdir,), since)
    if template is not None and run.rules(template) is None:
        return 2
    if coverage and run.measured(Configuration()) is False:
        return 2
    paths = paths or (os.curdir,)
    if write_baseline is not None:
        run.check(paths, stdin_filename)
        return _write_baseline(run, write_baseline, paths)
    replay = None
    if not options.fix and all(path is None for _, path in outputs):
        told = repr((options, outputs, style_for(color, quiet), strict, paths))
        replay = run.replay(told, paths, stdin_filename)
    said = replay.recall() if replay is not None else None
    if said is not None:
        for is_result, data in said.pieces:
            # Where it would come to the same, there is no need to take it apart.
            as_it_is = is_result and os.linesep == "\n" and getattr(sys.stdout, "encoding", "") == "utf-8"
            if as_it_is:
                say(data)
            elif is_result:
                say(str(data, "utf-8", "replace"))
            else:
                remark(str(data, "utf-8", "replace"))
        return said.code
    with noted() as pieces:
        run.check(paths, stdin_filename)
        code = _report(run, paths, outputs, color, quiet, diff, since, strict)
    if replay is not None and code != 2:
        run.remember(replay, code, pieces)
    return code


def _report(
    run: Run,
    paths: tuple[str, ...],
    outputs: tuple[Output, ...],
    color: str,
    quiet: bool,
    diff: bool,
    since: str | None,
    strict: bool,
) -> int:
    """Says what a run found: the exit code."""
    fix, unsafe, stage = run.options.fix, run.options.unsafe, run.options.stage
    # Where only changes are looked at, there may well be none.
    if since is None and (strict or not quiet):
        run.failed |= _vacuous(run, paths, strict)
    unstaged = sum(map(len, run.without_stage.values()))
    report = formats.Report(
        tuple(run.documents), len(run.skipped) + unstaged, fix, unsafe, base=since, failed=run.failed
    )
    if diff:
        _show(run.changes, color)
        if report.documents and not quiet:
            from speclint.reporters.text import forecast

            note(forecast(report))
    else:
        piped = run.piped if run.options.fix else None
        if piped is not None:
            say(piped.encode())
        # Standard output is for the text then.
        run.failed |= not publish(report, outputs, color, quiet, aside=piped is not None)
    if not quiet:
        for line in _not_checked(run, paths):
            note(line)
        for ledger in filter(None, run.ledgers.values()):
            # At another stage, or after fixes that were not made, other things are found.
            for line in _about(ledger, () if stage is not None or diff else paths):
                note(line)
    if run.failed:
        return 2
    return 1 if run.found or run.changes else 0


def day_of_run() -> date:
    """The day it is in UTC, the same for all who check at one time, or that of SOURCE_DATE_EPOCH."""
    said = os.environ.get("SOURCE_DATE_EPOCH") or str(int(time.time()))
    try:
        return day_of(int(said))
    except (ValueError, OverflowError, OSError):
        raise UsageFault(f"SOURCE_DATE_EPOCH must be a number of seconds, not `{said[:60]}`") from None


def _write_baseline(run: Run, path: str, paths: tuple[str, ...]) -> int:
    """Writes what was found into a baseline, whole or not at all: the exit code."""
    from speclint.workspace.files import NotWritten

    ledger = None if run.failed else run.ledger(path)
    if ledger is None:
        complain(f"{path}: the baseline was not written")
        return 2
    entries = ledger.rewritten(paths)
    try:
        ledger.save(entries)
    except NotWritten as error:
        complain(f"{path}: the baseline was not written: {error}")
        return 2
    for line in _not_checked(run, paths):
        note(line)
    note(f"{_findings(entries)} written to {path}")
    return 0


def _findings(entries: Sequence[Entry]) -> str:
    count = sum(entry.times for entry in entries)
    return f"{count} finding{'s' * (count != 1)}"


def _about(ledger: Ledger, paths: Sequence[str]) -> Iterator[str]:
    """What is to be said of a baseline: how much of it is known, and, where paths are given, what is gone."""
    if ledger.known:
        yield f"{ledger.known} known from {ledger.path}"
    gone = [*ledger.gone, *ledger.lost(paths)] if paths else []
    if gone:
        yield f"{_findings(gone)} of {ledger.path} no longer there (`speclint baseline prune` removes them):"
        for entry in gone[:_SHOWN]:
            where = f' in "{" > ".join(entry.section)}"' if entry.section else ""
            times = f" ({entry.times} times)" if entry.times > 1 else ""
            yield f"  {entry.path}: {entry.check}{where}{times}"
        if len(gone) > _SHOWN:
            yield f"  and {_findings(gone[_SHOWN:])} more"


def _run(options: Options, paths: Sequence[str], since: str | None) -> Run:
    """The run that is needed for some paths: that over a few files has the least to import."""
    if since is not None:
        from speclint.workspace.comparison import Comparison

        return Comparison(options, complain, since)
    if len(paths) >= FEW or any(map(os.path.isdir, paths)):
        from speclint.workspace.sweep import Sweep

        return Sweep(options, complain)
    return Run(options, complain)


def publish(
    report: formats.Report, outputs: Sequence[Output], color: str, quiet: bool, aside: bool = False
) -> bool:
    """Writes a report in every format that is wanted; whether each file could be written.

    What is for standard output goes to stderr when it is to stand `aside`.
    """
    written = True
    for name, path in outputs:
        render = formats.reporter(name)
        if path is not None:
            text = render(report, formats.Style(quiet=quiet))
            written &= not _is_document(path, report) and _write(path, text)
        elif aside:
            remark(render(report, formats.Style(quiet=quiet)))
        else:
            say(render(report, style_for(color, quiet)))
    return written


def _vacuous(run: Run, paths: Sequence[str], strict: bool) -> bool:
    """Says what passed because there was nothing to look at; whether that is an error."""
    lines = ["no document was checked"] if strict and not run.documents else []
    if any(map(os.path.isdir, paths)):
        from speclint.workspace.unused_configuration import vacuous

        lines += vacuous(run, paths)
    for line in lines[:_MOST]:
        complain(f"{line} (--strict)" if strict else line)
    if len(lines) > _MOST:
        complain(f"and {len(lines) - _MOST} more that met nothing")
    return strict and bool(lines)


def _show(changes: Sequence[Change], color: str) -> None:
    """Prints diffs: for programs byte for byte, and for people so that no terminal obeys what is in them."""
    from speclint.reporters.diff import shown, unified

    # In CI, where colors are often forced, a diff may still be meant for a file.
    people = color == "always" or (sys.stdout is not None and sys.stdout.isatty())
    for change in changes:
        difference = unified(change.name, change.old, change.new)
        say(shown(difference, style_for(color, quiet=False).color) if people else difference.encode())


def configuration_at(path: str) -> Configuration | None:
    try:
        return config.load(path)
    except ConfigurationError as error:
        for line in format_problems(error.problems):
            complain(line)
        return None


def _not_checked(run: Run, paths: tuple[str, ...]) -> Iterator[str]:
    """What was not checked, and why, a line each."""
    for path in run.unmeasured:
        yield f"speclint: {path}: no such coverage report, so nothing is compared with it"
    for folder, count in run.excluded.items():
        files = f"all {count} Markdown files are" if count > 1 else "its only Markdown file is"
        yield f"speclint: {folder}: {files} excluded by the configuration"
    yield from run.omitted()
    if any(document.stage == run.options.stage for document in run.documents):
        for id, names in run.without_stage.items():
            files = f"{len(names)} files" if len(names) > 1 else names[0]
            yield f"speclint: {files}: not checked, rule set `{id}` has no stage `{run.options.stage}`"
    if not run.skipped:
        return
    checked = len(run.documents)
    if checked:
        yield f"{checked} file{'s' * (checked != 1)} checked, {len(run.skipped)} skipped (no template)"
    elif len(run.skipped) == 1 and len(paths) == 1 and not os.path.isdir(paths[0]):
        yield (
            f"speclint: {run.skipped[0]}: skipped, no template recognised; "
            "to check it anyway, name one with --template (`speclint templates` lists them)"
        )
    else:
        yield (
            f"0 files checked, {len(run.skipped)} skipped (no template); "
            "name one with --template or in the configuration (`speclint templates` lists them)"
        )


def _is_document(path: str, report: formats.Report) -> bool:
    """Whether a report would replace a document that was checked; says so."""
    real = os.path.realpath(path)
    if all(os.path.realpath(document.path) != real for document in report.documents):
        return False
    complain(f"{path}: cannot write: is a document that was checked")
    return True


def _write(path: str, text: str) -> bool:
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        complain(f"{path}: cannot write: {error_reason(error)}")
        return False
    return True


def ids_in(values: Iterable[str]) -> tuple[str, ...]:
    """The check ids in comma-separated lists."""
    known = [check.id for check in CHECKS]
    ids = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    for id in ids:
        if id not in known:
            raise UsageFault(unknown("check", id, known))
    return ids


def formats_in(values: Iterable[str]) -> tuple[Output, ...]:
    """The formats, each with the file to write it to (None: standard output)."""
    outputs: list[Output] = []
    for value in values:
        name, equals, path = value.partition("=")
        if name not in formats.FORMATS:
            raise UsageFault(unknown("output format", name, formats.FORMATS))
        if equals and not path:
            raise UsageFault(f"no file name in `--output-format {value}`")
        outputs.append((name, path if path not in ("", "-") else None))
    if sum(path is None for _, path in outputs) > 1:
        raise UsageFault("only one output format can go to standard output; give the others a file")
    files = [os.path.realpath(path) for _, path in outputs if path is not None]
    if len(set(files)) < len(files):
        raise UsageFault("two output formats cannot go to the same file")
    return tuple(outputs)
