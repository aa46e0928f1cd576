"""The command line: the only module that prints and decides how to exit.

Exit codes: 0, nothing at or above `--fail-on`; 1, something; 2, something could not be done; 130,
interrupted; 141, the reader of the output went away.

Importing click takes as long as linting a document. A command of paths and plain options, which is what hooks
and editors run, is understood without it.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

from speclint import __version__, config, reading, reporters
from speclint.checks import CHECKS
from speclint.config import Configuration, ConfigurationError
from speclint.day import date, day_of
from speclint.problem import reason, told
from speclint.reporters.visible import visible
from speclint.ruleset import bundled
from speclint.run import FEW, STDIN, Change, Options, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import click

    from speclint.baseline import Entry
    from speclint.ledger import Ledger
    from speclint.proposal import Proposal
    from speclint.replay import Piece
    from speclint.ruleset import RuleSet
    from speclint.survey import Preview

COMMANDS = ("check", "pr", "promote", "explain", "templates", "new", "derive", "init", "baseline")
# Options of `check` that are understood without click, under the names of their parameters: those without a
# value, those with one, and those that may be given several times.
FLAGS = {
    "--fix": "fix", "--diff": "diff", "--unsafe-fixes": "unsafe", "--quiet": "quiet", "-q": "quiet",
    "--strict": "strict", "--force-exclude": "force_exclude", "--no-cache": "no_cache",
}  # fmt: skip
TEXTS = {
    "--template": "template", "--stage": "stage", "--config": "config_path", "--since": "since",
    "--baseline": "baseline", "--write-baseline": "write_baseline", "--stdin-filename": "stdin_filename",
    "--cache-dir": "cache_dir",
}  # fmt: skip
LISTS = {"--output-format": "outputs", "--select": "select", "--ignore": "ignore", "--coverage": "coverage"}
Output = tuple[str, str | None]
# How many files, or entries of a baseline, a message names.
_SHOWN = 10


class UsageFault(Exception):
    """A command line that cannot be understood; the message says why."""


class OutputFault(Exception):
    """Standard output cannot take what is written; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # What a terminal cannot show is written as an escape, never an error; programs read UTF-8 anywhere.
        if hasattr(stream, "reconfigure"):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    try:
        os.getcwd()
    except FileNotFoundError:
        complain("the current folder is gone")
        return 2
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] not in (*COMMANDS, "--help", "-h", "--version"):
        given.insert(0, "check")
    try:
        plain = without_click(given[1:]) if given[0] == "check" else None
        # Called from here: where memory ends, Python 3.11 may lose the error in frames between.
        return _with_click(given) if plain is None else check(*_asked(**plain))
    except UsageFault as fault:
        complain(f"{fault} (see: speclint {given[0]} --help)")
        return 2
    except OutputFault as fault:
        _drop_output()
        complain(f"standard output: {fault}")
        return 2
    except BrokenPipeError:
        # Who closes a pipe early, as `head` does, has read enough: nothing to say.
        _drop_output()
        return 128 + 13  # what a shell gives for SIGPIPE
    except KeyboardInterrupt:
        return 130
    except MemoryError:
        pass
    # Only now, without the error, all that it happened in is let go, and there is room to say so.
    complain("there is not enough memory for this; check fewer or smaller files at once")
    return 2


def without_click(words: Sequence[str]) -> dict[str, Any] | None:
    """What click would make of the words behind `check`; None where it takes click to know.

    That is so for help, for what is wrong, and for options that are not plain.
    """
    paths: list[str] = []
    options: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word == STDIN or not word.startswith("-"):
            paths.append(word)
        elif word in FLAGS:
            options[FLAGS[word]] = True
        elif name in TEXTS or name in LISTS:
            value = value if equals else next(rest, "-")
            if not equals and value.startswith("-"):
                return None
            if name in TEXTS:
                options[TEXTS[name]] = value
            else:
                options[LISTS[name]] = (*options.get(LISTS[name], ()), value)
        else:
            return None
    return {"paths": tuple(paths), **options}


def _with_click(arguments: list[str]) -> int:
    import click

    try:
        code = _commands().main(arguments, prog_name="speclint", standalone_mode=False)
    except click.UsageError as error:
        raise UsageFault(error.format_message().rstrip(".")) from None
    except click.Abort:
        return 130
    except SystemExit:  # how click takes leave of a closed pipe
        raise BrokenPipeError from None
    except OSError as error:
        raise OutputFault(reason(error)) from None
    return code if isinstance(code, int) else 0


# What is said while somebody notes it.
_notes: list[Piece] | None = None


@contextmanager
def _noted() -> Iterator[list[Piece]]:
    """All that is said meanwhile, as a list that grows."""
    global _notes
    _notes = []
    try:
        yield _notes
    finally:
        _notes = None


def say(text: str | bytes) -> None:
    """Writes to standard output, bytes as they are.

    Raises `OutputFault` when that cannot take it, or `BrokenPipeError`.
    """
    if sys.stdout is None:  # closed by whoever started the command
        raise OutputFault("is closed")
    try:
        if _notes is not None and isinstance(text, str):
            _notes.append((True, text))
        if isinstance(text, bytes):
            sys.stdout.buffer.write(text)
        else:
            sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputFault(reason(error)) from None


def _drop_output() -> None:
    """Keeps the interpreter from writing the rest once more at exit."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def remark(text: str) -> None:
    """Writes lines that are safe to show to stderr."""
    if _notes is not None:
        _notes.append((False, text))
    # Without anyone to read it, it is not worth failing for.
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.write(text)


def note(text: str) -> None:
    """Writes a line to stderr, safe to show."""
    remark(f"{visible(text)}\n")


def complain(message: str) -> None:
    """Says on stderr what could not be done, in one line."""
    note(f"speclint: {message}")


def _asked(
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
    no_cache: bool = False,
    cache_dir: str | None = None,
) -> tuple[Any, ...]:
    """The arguments of `check` for the options of the command line; raises `UsageFault` where they clash."""
    selected = _ids(select)
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
    return (
        paths, template, stage, _outputs(outputs or ("text",)), selected, _ids(ignore),
        fail_on, config_path, stdin_filename, color, quiet, fix, unsafe, diff, baseline, write_baseline,
        coverage, since, strict, force_exclude, jobs, not no_cache, cache_dir,
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
    cache: bool = True,
    cache_dir: str | None = None,
) -> int:
    """Checks files, folders and standard input, perhaps after fixing them, and reports: the exit code."""
    if template is not None and template not in bundled() and not config.is_path(template):
        raise UsageFault(_unknown("rule set", template, bundled()))
    configuration = _configuration(config_path) if config_path else None
    if config_path and configuration is None:
        return 2
    severity = config.SEVERITIES[fail_on] if fail_on else None
    options = Options(
        template, stage, select, ignore, severity, configuration, fix or diff, unsafe, write=not diff,
        baseline=baseline or write_baseline, write_baseline=write_baseline is not None, today=_day(),
        coverage=coverage, force_exclude=force_exclude, jobs=jobs, cache=cache, cache_dir=cache_dir,
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
        told = repr((options, outputs, _style(color, quiet), strict, paths))
        replay = run.replay(told, paths, stdin_filename)
    said = replay.recall() if replay is not None else None
    if said is not None:
        for is_result, text in said.pieces:
            say(text) if is_result else remark(text)
        return said.code
    with _noted() as pieces:
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
    report = reporters.Report(
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
        run.failed |= not _publish(report, outputs, color, quiet, aside=piped is not None)
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


def _day() -> date:
    """The day it is in UTC, the same for all who check at one time, or that of SOURCE_DATE_EPOCH."""
    said = os.environ.get("SOURCE_DATE_EPOCH") or str(int(time.time()))
    try:
        return day_of(int(said))
    except (ValueError, OverflowError, OSError):
        raise UsageFault(f"SOURCE_DATE_EPOCH must be a number of seconds, not `{said[:60]}`") from None


def _write_baseline(run: Run, path: str, paths: tuple[str, ...]) -> int:
    """Writes what was found into a baseline, whole or not at all: the exit code."""
    from speclint.writing import NotWritten

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


def prune(
    path: str | None,
    paths: tuple[str, ...],
    template: str | None = None,
    stage: str | None = None,
    config_path: str | None = None,
) -> int:
    """Removes from a baseline what its documents no longer have: the exit code."""
    from speclint.writing import NotWritten

    configuration = _configuration(config_path) if config_path else None
    if config_path and configuration is None:
        return 2
    if path is None:
        found = config.find(os.curdir) if configuration is None else None
        here = configuration or (_configuration(os.path.relpath(found)) if found else Configuration())
        if here is None:
            return 2
        if not here.baseline:
            raise UsageFault("which baseline? name its file (*.json), or set `baseline` in the configuration")
        path = here.baseline
    options = Options(template, stage, (), (), None, configuration, baseline=path, today=_day())
    run = Run(options, complain)
    ledger = run.ledger(path)
    if ledger is None:
        return 2
    # A document that is gone cannot be checked, but is named to be removed.
    there = tuple(one for one in paths if os.path.lexists(one) or not ledger.lost((one,)))
    if there or not paths:
        run.check(there or (os.curdir,), None)
    entries = ledger.pruned(paths or (os.curdir,))
    try:
        ledger.save(entries)
    except NotWritten as error:
        complain(f"{path}: the baseline was not written: {error}")
        return 2
    before, after = (sum(entry.times for entry in some) for some in (ledger.entries, entries))
    note(f"{before - after} of {before} findings removed from {path}")
    return 2 if run.failed else 0


def _run(options: Options, paths: Sequence[str], since: str | None) -> Run:
    """The run that is needed for some paths: that over a few files has the least to import."""
    if since is not None:
        from speclint.comparison import Comparison

        return Comparison(options, complain, since)
    if len(paths) >= FEW or any(map(os.path.isdir, paths)):
        from speclint.sweep import Sweep

        return Sweep(options, complain)
    return Run(options, complain)


def _publish(
    report: reporters.Report, outputs: Sequence[Output], color: str, quiet: bool, aside: bool = False
) -> bool:
    """Writes a report in every format that is wanted; whether each file could be written.

    What is for standard output goes to stderr when it is to stand `aside`.
    """
    written = True
    for name, path in outputs:
        render = reporters.reporter(name)
        if path is not None:
            text = render(report, reporters.Style(quiet=quiet))
            written &= not _is_document(path, report) and _write(path, text)
        elif aside:
            remark(render(report, reporters.Style(quiet=quiet)))
        else:
            say(render(report, _style(color, quiet)))
    return written


def _vacuous(run: Run, paths: Sequence[str], strict: bool) -> bool:
    """Says what passed because there was nothing to look at; whether that is an error."""
    lines = ["no document was checked"] if strict and not run.documents else []
    if any(map(os.path.isdir, paths)):
        from speclint.vacuity import vacuous

        lines += vacuous(run, paths)
    for line in lines:
        complain(f"{line} (--strict)" if strict else line)
    return strict and bool(lines)


def _show(changes: Sequence[Change], color: str) -> None:
    """Prints diffs: for programs byte for byte, and for people so that no terminal obeys what is in them."""
    from speclint.difference import shown, unified

    # In CI, where colors are often forced, a diff may still be meant for a file.
    people = color == "always" or (sys.stdout is not None and sys.stdout.isatty())
    for change in changes:
        difference = unified(change.name, change.old, change.new)
        say(shown(difference, _style(color, quiet=False).color) if people else difference.encode())


def _configuration(path: str) -> Configuration | None:
    try:
        return config.load(path)
    except ConfigurationError as error:
        for line in told(error.problems):
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


def _style(color: str, quiet: bool) -> reporters.Style:
    """How to write to standard output."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    forced = color == "always" or (color == "auto" and os.environ.get("FORCE_COLOR", "") not in ("", "0"))
    refused = color == "never" or (color == "auto" and bool(os.environ.get("NO_COLOR")))
    usable = terminal and os.environ.get("TERM") != "dumb"
    return reporters.Style(
        color=not refused and (forced or usable), excerpts=terminal or (forced and not refused), quiet=quiet
    )


def _is_document(path: str, report: reporters.Report) -> bool:
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
        complain(f"{path}: cannot write: {reason(error)}")
        return False
    return True


def derive(
    template: str,
    learned: tuple[str, ...] = (),
    output: str | None = None,
    id: str | None = None,
    force: bool = False,
) -> int:
    """Writes the rule set that a template shows, to a file or to standard output: the exit code."""
    from speclint import ruleset
    from speclint.blueprint import write
    from speclint.derive import NotATemplate
    from speclint.derive import derive as read_template
    from speclint.document import read
    from speclint.problem import RuleSetError
    from speclint.storage import MAX_BYTES
    from speclint.writing import NotWritten, create, replace

    output = None if output == STDIN else output
    if id is not None and not re.fullmatch(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", id):
        raise UsageFault(f"`{id}` is no id: lower-case letters and digits, joined by `-`, `_` or `.`")
    if output is not None and os.path.lexists(output) and not force:
        complain(f"{output}: already there; to write over it, say --force")
        return 2
    run = Run(Options(None, None, (), (), None, None), complain)
    name = "<stdin>" if template == STDIN else template
    source = run.read(template, name)
    if source is None:
        return 2
    if len(source.text.encode()) > MAX_BYTES:
        complain(f"{name}: larger than 1 MB, which no rule set can name as its skeleton")
        return 2
    # What a repository names is read only inside it.
    outside = reading.is_outside(template, reading.repository_of(output or os.path.join(os.curdir, "any")))
    skeleton = "" if template == STDIN or outside else _relative(template, output)
    try:
        draft = read_template(source, name, id, skeleton)
    except NotATemplate as fault:
        complain(f"{name}:1:1: {fault}")
        return 2
    if learned:
        from speclint.learn import learn

        documents = run.texts(learned, but=template)
        result = learn(draft, source.text, ((path, read(text)) for path, text in documents))
        for line in _not_learned(result.documents, result.left_out):
            note(line)
        if not result.documents:
            complain(f"{name}: nothing to learn from: no document is of this template")
            return 2
        draft = result.draft
    if template != STDIN and outside:
        note(
            f"{output or 'the rule set'}: does not name its skeleton, as {template} {reading.OUTSIDE}; "
            "derive it from a copy inside to have text that is left of the template found"
        )
    text = write(draft)
    try:
        ruleset.loads(text, output or "<rule set>", source.text)
    except RuleSetError as error:
        for problem in error.problems:
            complain(f"{name}: what is derived from it does not load: {problem}")
        return 2
    if output is None:
        say(text)
        return 2 if run.failed else 0
    try:
        if force and os.path.lexists(output):
            with open(output, "rb") as file:
                before = file.read()
            replace(output, before, text.encode())
        else:
            create(output, text.encode())
    except NotWritten as error:
        complain(f"{output}: not written: {error}")
        return 2
    except OSError as error:
        complain(f"{output}: not written: {reason(error)}")
        return 2
    note(f"{output}: written; to try it: speclint --template {output} DOCUMENT...")
    return 2 if run.failed else 0


def _not_learned(count: int, left_out: Sequence[str]) -> Iterator[str]:
    """What was learned from, and what was not, a line each."""
    if count:
        yield f"learned from {count} document{'s' * (count != 1)}"
    if left_out:
        shown = ", ".join(left_out[:_SHOWN])
        more = f" and {len(left_out) - _SHOWN} more" if len(left_out) > _SHOWN else ""
        yield f"speclint: left out, not of this template: {shown}{more}"


def _relative(template: str, output: str | None) -> str:
    """The path of a template as a rule set at `output` (None: in the current folder) names it."""
    folder = os.path.dirname(os.path.abspath(output)) if output else os.curdir
    return os.path.relpath(template, folder).replace(os.sep, "/")


def pull_request(
    body: str | None,
    template: str | None = None,
    stage: str | None = None,
    drafts: bool = False,
    outputs: tuple[Output, ...] = (("text", None),),
    config_path: str | None = None,
    quiet: bool = False,
) -> int:
    """Checks the description of a pull request, in a file or in the event of a workflow: the exit code."""
    from speclint import pullrequest
    from speclint.examination import Examination

    given = _configuration(config_path) if config_path else None
    if config_path and given is None:
        return 2
    run = Examination(Options(template, stage, (), (), None, given, today=_day()), complain)
    event = os.environ.get(pullrequest.EVENT)
    try:
        if body is not None:
            source = run.read(body, pullrequest.NAME if body == STDIN else body)
            request = pullrequest.PullRequest(source.text) if source is not None else None
        elif event:
            request = pullrequest.from_event(event)
        else:
            raise pullrequest.NoPullRequest(f"no pull request: {pullrequest.EVENT} is not set; give --body")
    except pullrequest.NoPullRequest as error:
        complain(str(error))
        return 2
    if request is None:
        return 2
    if request.bot:
        note(f"speclint: {pullrequest.NAME}: not checked, {request.bot} is a bot")
        return 0
    name = body if body is not None and body != STDIN else pullrequest.NAME
    run.examine(name, request)
    if run.documents:
        run.failed |= not _publish(reporters.Report(tuple(run.documents)), outputs, "auto", quiet)
    if run.failed:
        return 2
    if run.found and request.draft and not drafts:
        note(f"speclint: {pullrequest.NAME}: a draft, so this is no failure yet (--drafts makes it one)")
        return 0
    return 1 if run.found else 0


def promote(
    path: str,
    stage: str,
    as_json: bool = False,
    template: str | None = None,
    config_path: str | None = None,
) -> int:
    """Prints what stands between a document and a stage: the exit code."""
    from speclint import promotion
    from speclint.examination import Examination

    given = _configuration(config_path) if config_path else None
    if config_path and given is None:
        return 2
    run = Examination(Options(template, None, (), (), None, given, today=_day()), complain)
    promoted = run.promote(path, stage)
    if promoted is None:
        return 2
    say(promotion.data(promoted) if as_json else promotion.text(promoted, _style("auto", quiet=False)))
    return 1 if promoted.obstacles else 0


def explain(id: str | None) -> int:
    """Prints the documentation of a check, or the list of all checks."""
    if id is not None:
        import inspect

        found = next((check for check in CHECKS if check.id == id), None)
        if found is None:
            raise UsageFault(_unknown("check", id, [check.id for check in CHECKS]))
        severity = found.severity.label if found.severity else "off unless turned on"
        say(f"{id} ({found.family}, {severity})\n\n{inspect.cleandoc(found.documentation)}\n")
        return 0
    width = max(len(check.id) for check in CHECKS)
    families = dict.fromkeys(check.family for check in CHECKS)
    parts = []
    for family in families:
        lines = [f"{family}\n"]
        for check in CHECKS:
            if check.family == family:
                severity = check.severity.label if check.severity else "off"
                sentence = " ".join(check.documentation.strip().partition("\n\n")[0].split())
                lines.append(f"  {check.id:{width}}  {severity:7}  {sentence}\n")
        parts.append("".join(lines))
    say("\n".join(parts))
    return 0


def templates(config_path: str | None) -> int:
    """Prints the bundled rule sets, and those of the configuration that holds in this folder."""
    path = config_path or config.find(os.curdir)
    configuration = _configuration(path) if path else Configuration()
    if configuration is None:
        return 2
    run = Run(Options(None, None, (), (), None, configuration), complain)
    own = (configuration.reference(template) for _, template in configuration.templates)
    for reference in dict.fromkeys((*bundled(), *own)):
        rules = run.rules(reference)
        if rules is not None:
            lines = [f"{rules.id}: {rules.name}"]
            lines += [f"  {rules.summary}"] if rules.summary else []
            lines += [f"  stages: {' < '.join(rules.stages.order)}"] if rules.stages else []
            lines += [f"  from: {os.path.relpath(reference)}"] if reference not in bundled() else []
            say("".join(f"{visible(line)}\n" for line in lines))
    return 2 if run.failed else 0


def new(
    template: str,
    path: str | None,
    title: str | None = None,
    author: str | None = None,
    date: str | None = None,
    settings: Sequence[str] = (),
    config_path: str | None = None,
    quiet: bool = False,
) -> int:
    """Writes what documents of a template start from, to a new file or to standard output."""
    from speclint import draft, git
    from speclint.pattern import OutOfTime
    from speclint.writing import NotWritten, create

    if path == "":
        raise UsageFault("FILE is empty")
    folder = os.path.dirname(path or "") or os.curdir
    if path is not None and os.path.lexists(path):
        complain(f"{path}: is there already (nothing was written)")
        return 2
    if not os.path.isdir(folder):
        complain(f"{path}: there is no folder `{folder}`; make it first")
        return 2
    given = _configuration(config_path) if config_path else None
    if config_path and given is None:
        return 2
    run = Run(Options(None, None, (), (), None, given), complain)
    configuration = run.configuration(path or "any.md")
    if configuration is None:
        return 2
    rules = _rule_set(run, configuration, template)
    if rules is None:
        return 2
    try:
        facts = draft.Facts(
            title,
            git.user_name(folder) if author is None else author,
            _today() if date is None else draft.iso_date(date),
            dict(map(_setting, settings)),
            frozenset(
                name
                for name, value in (("title", title), ("author", author), ("date", date))
                if value is not None
            ),
        )
        text = draft.fill(draft.start(rules), rules, facts)
        if path is None:
            say(text)
            return 0
        create(path, text.encode())
    except draft.Refused as refusal:
        complain(f"{refusal} (nothing was written)")
        return 2
    except OutOfTime as error:
        complain(f"{error} (rule set `{rules.id}`)")
        return 2
    except NotWritten as error:
        complain(f"{path}: {error} (nothing was written)")
        return 2
    if not quiet:
        note(_next_step(run, configuration, rules, template, path, text))
    return 0


def _rule_set(run: Run, configuration: Configuration, template: str) -> RuleSet | None:
    """The rule set that is meant by an id, or by a path from here or from the configuration's folder."""
    if template.lower().endswith((".md", ".markdown")):
        raise UsageFault(f"`{template}` is Markdown; `speclint derive {template}` makes a rule set of it")
    if config.is_path(template):
        there = configuration.reference(template)
        return run.rules(there if os.path.isfile(there) and not os.path.lexists(template) else template)
    known = run.known(configuration)
    if known is not None and template not in known:
        raise UsageFault(_unknown("rule set", template, list(known)))
    return known[template] if known is not None else None


def _setting(text: str) -> tuple[str, str]:
    """The name and the value in `--set NAME=VALUE`."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageFault(f"`--set {text}` must be of the form NAME=VALUE")
    return name.strip(), value


def _today() -> str:
    return date.today().isoformat()


def _next_step(
    run: Run, configuration: Configuration, rules: RuleSet, template: str, path: str, text: str
) -> str:
    """What to do about a new document, and how it is made known if it would not be recognised."""
    from shlex import quote

    from speclint.document import read

    found = run.rules_of(read(text), path, configuration)
    options = f"--config {quote(configuration.path)} " if run.options.config else ""
    if found == rules:
        return f"{path}: written; `speclint {options}{quote(path)}` says what is still to be filled in"
    taken = f"would be taken for `{found.id}`" if found else "would not be recognised"
    return (
        f"{path}: written, but it {taken}: check it with `speclint {options}--template {quote(template)} "
        f"{quote(path)}`, or say under [templates] in {config.DEDICATED} that it is under `{template}`"
    )


def init(folder: str, dry_run: bool = False) -> int:
    """Proposes a configuration for a repository, says what it would check, and writes it."""
    from shlex import quote

    from speclint import proposal, survey
    from speclint.writing import NotWritten, create

    if not os.path.isdir(folder):
        complain(f"{folder}: no such folder")
        return 2
    path = os.path.normpath(os.path.join(folder, config.DEDICATED))
    holds = config.find(folder)
    if holds is not None and os.path.dirname(holds) == os.path.abspath(folder):
        complain(f"{os.path.relpath(holds)}: configures this folder already (nothing was written)")
        return 2
    found = survey.look_around(folder, complain)
    proposed = proposal.propose(found.pages, found.rule_sets)
    text = proposal.toml(proposed)
    planned = Configuration(path, exclude=proposed.exclude, templates=proposed.templates)
    preview = survey.Preview(planned, complain)
    if found.files:
        preview.check((folder,), None)
    asking = not dry_run and all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
    if dry_run or asking:
        say("".join(f"{visible(line)}\n" for line in text.split("\n")))
    say("".join(f"{visible(line)}\n" for line in _would_check(preview, proposed, found.files)))
    if holds is not None:
        note(
            f"speclint: {os.path.relpath(holds)} would hold here no longer: the nearest configuration counts"
        )
    for derivation in proposed.derivations:
        alike = f" (like {derivation.documents} documents)" if derivation.documents > 1 else ""
        note(
            f"{derivation.template}: a template without a rule set{alike}; to make one: {derivation.command}"
        )
    if dry_run:
        return 0
    if asking and not _agreed(f"Write {path}? [Y/n] "):
        note("nothing was written")
        return 0
    try:
        create(path, text.encode())
    except NotWritten as error:
        complain(f"{path}: {error} (nothing was written)")
        return 2
    command = "speclint" if folder == os.curdir else f"speclint {quote(folder)}"
    note(f"{path}: written; `{command}` checks what it names")
    return 0


def _would_check(preview: Preview, proposed: Proposal, files: int) -> Iterator[str]:
    """What a run would check, a rule set and glob at a time, and how much it would not."""
    from speclint.proposal import listed

    for (id, glob), names in preview.checked.items():
        count = f"{len(names)} document{'s' * (len(names) != 1)}"
        yield f"{id}: {count} {f'in {glob}' if glob else 'by title and headings'}"
        yield from (f"  {line}" for line in listed(names))
    used = {glob for _, glob in preview.checked}
    for glob, reference in proposed.templates:
        if glob not in used:
            yield f"{reference}: no documents yet in {glob}"
    checked = sum(map(len, preview.checked.values()))
    excluded = files - preview.chosen
    unchecked = excluded + len(preview.skipped)
    if not proposed.templates and not proposed.derivations and not checked:
        yield "no templates, rule sets or documents found: the configuration says only what it could say"
    if unchecked:
        which = f"{unchecked} Markdown files stay" if unchecked > 1 else "1 Markdown file stays"
        yield f"{which} unchecked: {len(preview.skipped)} under no template, {excluded} left out"


def _agreed(question: str) -> bool:
    """Whether the one at the terminal says yes, or just presses return."""
    sys.stderr.write(visible(question))
    sys.stderr.flush()
    answer = sys.stdin.readline()
    return answer.strip().lower() in ("", "y", "yes") and answer != ""


def _ids(values: Iterable[str]) -> tuple[str, ...]:
    """The check ids in comma-separated lists."""
    known = [check.id for check in CHECKS]
    ids = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    for id in ids:
        if id not in known:
            raise UsageFault(_unknown("check", id, known))
    return ids


def _outputs(values: Iterable[str]) -> tuple[Output, ...]:
    """The formats, each with the file to write it to (None: standard output)."""
    outputs: list[Output] = []
    for value in values:
        name, equals, path = value.partition("=")
        if name not in reporters.FORMATS:
            raise UsageFault(_unknown("output format", name, reporters.FORMATS))
        if equals and not path:
            raise UsageFault(f"no file name in `--output-format {value}`")
        outputs.append((name, path if path not in ("", "-") else None))
    if sum(path is None for _, path in outputs) > 1:
        raise UsageFault("only one output format can go to standard output; give the others a file")
    files = [os.path.realpath(path) for _, path in outputs if path is not None]
    if len(set(files)) < len(files):
        raise UsageFault("two output formats cannot go to the same file")
    return tuple(outputs)


def _unknown(kind: str, word: str, known: Sequence[str]) -> str:
    from speclint.schema import did_you_mean, quoted

    listed = f"; there are {quoted(known)}" if len(known) <= 10 else "; `speclint explain` lists them"
    return f"no {kind} `{word}`{did_you_mean(word, known) or listed}"


def _commands() -> click.Group:
    """The commands and their options, as click understands them."""
    import click

    help_names = {"help_option_names": ["-h", "--help"]}

    @click.group(context_settings=help_names)
    @click.version_option(__version__, message="%(prog)s %(version)s")
    def group() -> None:
        """Lints Markdown specifications against the rule sets of their templates.

        `check` is the command when none is named: `speclint docs/` is `speclint check docs/`.
        `speclint check --help` lists its options.
        """

    @group.command("check")
    @click.argument("paths", nargs=-1, metavar="[PATH]...")
    @click.option("--template", metavar="ID|FILE", help="Check under this rule set: an id or a .yaml file.")
    @click.option(
        "--stage", metavar="NAME", help="Check what is owed at this stage, whatever the document says."
    )
    @click.option(
        "--coverage",
        multiple=True,
        metavar="FILE",
        help="Hold what documents say of test coverage against this report: coverage.py, Cobertura, lcov, "
        "Go, JaCoCo or Istanbul. May be given several times.",
    )
    @click.option(
        "--output-format",
        "outputs",
        multiple=True,
        metavar="NAME[=FILE]",
        help=f"{', '.join(reporters.FORMATS)}; with =FILE into a file. May be given several times, "
        "once without a file (default: text).",
    )
    @click.option("--fix", is_flag=True, help="Fix what can be fixed safely, then check.")
    @click.option("--diff", is_flag=True, help="Show what --fix would write, as a diff, and write nothing.")
    @click.option(
        "--unsafe-fixes", "unsafe", is_flag=True, help="With --fix or --diff: fixes that guess, too."
    )
    @click.option("--select", multiple=True, metavar="IDS", help="Run only these checks (a,b).")
    @click.option("--ignore", multiple=True, metavar="IDS", help="Leave these checks out (a,b).")
    @click.option(
        "--fail-on",
        type=click.Choice(["error", "warning", "info"]),
        help="The least severity that makes the exit code 1 (default: error).",
    )
    @click.option("--config", "config_path", metavar="FILE", help="Use this configuration for every file.")
    @click.option(
        "--baseline",
        metavar="FILE",
        help="Count only what is not in this baseline (configuration: baseline).",
    )
    @click.option(
        "--write-baseline",
        metavar="FILE",
        help="Write what is found to this baseline, from then on known, and exit with 0.",
    )
    @click.option("--stdin-filename", metavar="NAME", help="The name that standard input (-) goes by.")
    @click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        help="When to use color (default: on a terminal; NO_COLOR and FORCE_COLOR are obeyed).",
    )
    @click.option("-q", "--quiet", is_flag=True, help="Print diagnostics and problems only.")
    @click.option(
        "--since",
        metavar="REF",
        help="Check what changed since HEAD left this branch, tag or commit; only what that owes counts.",
    )
    @click.option(
        "--strict",
        is_flag=True,
        help="An error (exit code 2) where no document was checked, a glob or a rule met nothing.",
    )
    @click.option(
        "--force-exclude",
        is_flag=True,
        help="Leave out what the configuration excludes also where it is named.",
    )
    @click.option(
        "--jobs",
        type=click.IntRange(1, 256),
        metavar="N",
        help="Look at many files in N processes (default: one per core, where there is enough to do).",
    )
    @click.option("--no-cache", is_flag=True, help="Do not use or keep results of many files.")
    @click.option("--cache-dir", metavar="DIR", help="Keep results here (default: the user's cache).")
    def check_command(**options: Any) -> int:
        """Check files, folders, or standard input (-). Without PATH, the current folder.

        In a git repository, a folder has the files that git tracks or does not ignore; elsewhere, those that
        no .gitignore leaves out.

        --fix inserts what is missing, which then has to be filled in, mends what has one right form, and
        reports what remains. A file is replaced as a whole or left as it was: symbolic links, read-only
        files and files that were changed meanwhile are not written. Of a file with several names (hard
        links), the others keep the old text. The text of standard input goes to standard output, fixed or
        as it came, and the report to standard error.

        Comments in documents turn checks off: <!-- speclint-disable-next-line CHECK: reason -->, and also
        speclint-disable ... speclint-enable and speclint-disable-file. With until=2027-01-31 before the
        colon they hold to the end of that day (UTC; SOURCE_DATE_EPOCH gives another today).
        """
        return check(*_asked(**options))

    @group.command("derive")
    @click.argument("template", metavar="TEMPLATE")
    @click.argument("documents", nargs=-1, metavar="")
    @click.option(
        "--learn",
        multiple=True,
        metavar="DOCUMENT...",
        help="Measure these documents of the template: files, folders, globs.",
    )
    @click.option("--output", metavar="FILE", help="Write the rule set here (default: standard output).")
    @click.option("--force", is_flag=True, help="Write over the file if it is there.")
    @click.option("--id", metavar="ID", help="The id of the rule set (default: from the name of the file).")
    def derive_command(
        template: str,
        documents: tuple[str, ...],
        learn: tuple[str, ...],
        output: str | None,
        force: bool,
        id: str | None,
    ) -> int:
        """Write a rule set for the Markdown file TEMPLATE (- for standard input), to be edited."""
        if documents and not learn:
            raise UsageFault(f"one template at a time; documents such as `{documents[0]}` go behind --learn")
        return derive(template, (*learn, *documents), output, id, force)

    @group.group("baseline", no_args_is_help=False)
    def baseline_group() -> None:
        """Keep the list of what was found before (`speclint check --write-baseline FILE` makes one)."""

    @baseline_group.command("prune")
    @click.argument("paths", nargs=-1, metavar="[FILE.json] [PATH]...")
    @click.option(
        "--template", metavar="ID|FILE", help="The rule set, where the baseline was written with it."
    )
    @click.option("--stage", metavar="NAME", help="The stage, where the baseline was written with it.")
    @click.option("--config", "config_path", metavar="FILE", help="Use this configuration for every file.")
    def prune_command(
        paths: tuple[str, ...], template: str | None, stage: str | None, config_path: str | None
    ) -> int:
        """Remove what is no longer found from a baseline.

        FILE.json is the baseline; without it, that of the configuration. Only documents that PATH names or
        holds (without PATH, the current folder) are looked at, and only what is known of them, or of those
        that are gone, is removed.
        """
        named = paths[:1] if paths[:1] and paths[0].endswith(".json") else ()
        return prune(named[0] if named else None, paths[len(named) :], template, stage, config_path)

    @group.command("pr")
    @click.option(
        "--body", metavar="FILE|-", help="The description, where no GitHub event (GITHUB_EVENT_PATH) has it."
    )
    @click.option("--template", metavar="ID|FILE", help="Check under this rule set.")
    @click.option("--stage", metavar="NAME", help="Check what is owed at this stage.")
    @click.option("--drafts", is_flag=True, help="Exit with 1 for drafts, too, that owe something.")
    @click.option(
        "--output-format",
        "outputs",
        multiple=True,
        metavar="NAME[=FILE]",
        help=f"{', '.join(reporters.FORMATS)}; with =FILE into a file. May be given several times, "
        "once without a file (default: text).",
    )
    @click.option("--config", "config_path", metavar="FILE", help="Use this configuration.")
    @click.option("-q", "--quiet", is_flag=True, help="Print diagnostics and problems only.")
    def pr_command(
        body: str | None,
        template: str | None,
        stage: str | None,
        drafts: bool,
        outputs: tuple[str, ...],
        config_path: str | None,
        quiet: bool,
    ) -> int:
        """Check the description of a pull request.

        It is taken from the event of a GitHub workflow that runs on `pull_request`, and checked under the
        rule set that the configuration has for the repository's PULL_REQUEST_TEMPLATE.md, or whose skeleton
        that file is, or else under feature-pr. An empty description, or the template as it came, is one
        finding. Links in it are relative to the top of the repository.

        Drafts are reported, at the stage `draft` where the rule set has one, and do not fail. What bots write
        is not checked.
        """
        return pull_request(body, template, stage, drafts, _outputs(outputs or ("text",)), config_path, quiet)

    @group.command("promote")
    @click.argument("path", metavar="DOC")
    @click.option("--to", "stage", required=True, metavar="STAGE", help="The stage that it is to have.")
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @click.option("--template", metavar="ID|FILE", help="Check under this rule set.")
    @click.option("--config", "config_path", metavar="FILE", help="Use this configuration.")
    def promote_command(
        path: str, stage: str, as_json: bool, template: str | None, config_path: str | None
    ) -> int:
        """List what stands between a document and a later stage, section by section.

        Nothing is edited. Exit code 0: nothing stands between; 1: something; 2: there is no such stage, or
        the document is beyond it.
        """
        return promote(path, stage, as_json, template, config_path)

    @group.command("explain")
    @click.argument("id", required=False)
    def explain_command(id: str | None) -> int:
        """Say what a check asks and why; without ID, list all checks."""
        return explain(id)

    @group.command("templates")
    @click.option("--config", "config_path", metavar="FILE", help="Also list this configuration's rule sets.")
    def templates_command(config_path: str | None) -> int:
        """List the rule sets, bundled and configured."""
        return templates(config_path)

    @group.command("new")
    @click.argument("template")
    @click.argument("path", required=False, metavar="[FILE]")
    @click.option("--title", metavar="TEXT", help="What the document is about; goes into its title.")
    @click.option("--author", metavar="NAME", help="The author (default: the `user.name` of git).")
    @click.option("--date", metavar="YYYY-MM-DD", help="The date of writing (default: today).")
    @click.option(
        "--set", "settings", multiple=True, metavar="FIELD=VALUE", help="The value of any other field."
    )
    @click.option("--config", "config_path", metavar="FILE", help="Use this configuration.")
    @click.option("-q", "--quiet", is_flag=True, help="Do not say what to do next.")
    def new_command(
        template: str,
        path: str | None,
        title: str | None,
        author: str | None,
        date: str | None,
        settings: tuple[str, ...],
        config_path: str | None,
        quiet: bool,
    ) -> int:
        """Start a document: write the skeleton of TEMPLATE to a new FILE, or to standard output.

        TEMPLATE is an id that `speclint templates` lists, or the path of a rule set. A rule set without a
        skeleton of its own gets one made of its rules. Title, author and date are filled in where the
        skeleton leaves them open; `speclint FILE` reports what is still to be written. A file that is
        there already is never touched.

            speclint new feature-spec docs/specs/login.md --title Login --set Priority=High
        """
        file = None if path == STDIN else path
        return new(template, file, title, author, date, settings, config_path, quiet)

    @group.command("init")
    @click.argument("folder", default=os.curdir)
    @click.option("--dry-run", is_flag=True, help="Print the configuration and write nothing.")
    def init_command(folder: str, dry_run: bool) -> int:
        """Write a speclint.toml for the repository in FOLDER (default: the current one).

        Looks for rule sets, templates and documents, proposes which glob goes under which rule set and what
        to leave out, and prints what would be checked. On a terminal it asks before it writes. A folder
        that has a configuration keeps it.
        """
        return init(folder, dry_run)

    return group
