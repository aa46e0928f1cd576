"""The command line: the only module that reads files to check, prints, and decides how to exit.

Exit codes: 0, nothing at or above `--fail-on`; 1, something; 2, something could not be done; 130,
interrupted.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import click

from speclint import __version__, config, discovery, reporters
from speclint.binding import bind
from speclint.checks import CHECKS
from speclint.completeness import obligations
from speclint.config import Configuration, ConfigurationError
from speclint.detect import candidate, detect
from speclint.diagnostic import Severity
from speclint.document import read
from speclint.linter import lint
from speclint.problem import RuleSetError
from speclint.reporters.visible import visible
from speclint.ruleset import RuleSet, bundled, find
from speclint.text import NotText, Source

MAX_BYTES = 10_000_000
STDIN = "-"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # What a terminal cannot show is written as an escape, never an error.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = command.main(arguments, prog_name="speclint", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        hint = f" (see: {error.ctx.command_path} --help)" if error.ctx else ""
        complain(f"{error.format_message()}{hint}")
        return 2
    except (click.Abort, KeyboardInterrupt):
        return 130
    except BrokenPipeError:
        # The reader has gone; the interpreter must not try to flush to it once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        complain("standard output was closed before everything was written")
        return 2
    return code if isinstance(code, int) else 0


def complain(message: str) -> None:
    """Says on stderr what could not be done, in one line."""
    click.echo(f"speclint: {visible(message)}", err=True)


class _Group(click.Group):
    """A group with `check` as the command that runs when none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in {*self.commands, "--help", "-h", "--version"}:
            args = ["check", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def command() -> None:
    """Lints Markdown specifications against the rule sets of their templates.

    `check` is the command when none is named: `speclint docs/` is `speclint check docs/`.
    `speclint check --help` lists its options.
    """


def _ids(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The check ids in comma-separated lists."""
    ids = tuple(part.strip() for value in values for part in value.split(",") if part.strip())
    for id in ids:
        known_check(id)
    return ids


def _outputs(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str | None], ...]:
    """The formats, each with the file to write it to (None: standard output)."""
    outputs: list[tuple[str, str | None]] = []
    for value in values or ("text",):
        name, equals, path = value.partition("=")
        if name not in reporters.FORMATS:
            fail_unknown("output format", name, reporters.FORMATS)
        if equals and not path:
            raise click.UsageError(f"no file name in `--output-format {value}`")
        outputs.append((name, path or None))
    if sum(path is None for _, path in outputs) > 1:
        raise click.UsageError("only one output format can go to standard output; give the others a file")
    return tuple(outputs)


class Options(NamedTuple):
    """What the command line asks of every file; None and () leave it to the configuration."""

    template: str | None
    stage: str | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: Severity | None
    config: Configuration | None


@command.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option("--template", metavar="ID|FILE", help="Check under this rule set: its id, or a .yaml file.")
@click.option("--stage", help="Check what is owed at this stage, whatever the document says.")
@click.option(
    "--output-format",
    "outputs",
    callback=_outputs,
    multiple=True,
    metavar="NAME[=FILE]",
    help="text (default), concise or json; with =FILE into a file. May be given several times.",
)
@click.option("--select", callback=_ids, multiple=True, metavar="IDS", help="Run only these checks (a,b).")
@click.option("--ignore", callback=_ids, multiple=True, metavar="IDS", help="Leave these checks out (a,b).")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    help="The least severity that makes the exit code 1 (default: error).",
)
@click.option("--config", "config_path", metavar="FILE", help="Use this configuration for every file.")
@click.option("--stdin-filename", metavar="NAME", help="The name that standard input (-) goes by.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    help="When to use color (default: on a terminal; NO_COLOR and FORCE_COLOR are obeyed).",
)
@click.option("-q", "--quiet", is_flag=True, help="Print diagnostics and problems only.")
def check(
    paths: tuple[str, ...],
    template: str | None,
    stage: str | None,
    outputs: tuple[tuple[str, str | None], ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str | None,
    config_path: str | None,
    stdin_filename: str | None,
    color: str,
    quiet: bool,
) -> int:
    """Check files, folders, or standard input (-). Without PATH, the current folder."""
    if template is not None and template not in bundled() and not config.is_path(template):
        fail_unknown("rule set", template, bundled())
    try:
        options = Options(
            template,
            stage,
            select,
            ignore,
            config.SEVERITIES[fail_on] if fail_on else None,
            config.load(config_path) if config_path else None,
        )
    except ConfigurationError as error:
        for problem in error.problems:
            complain(str(problem))
        return 2
    run = _Run(options)
    if template is not None and run.rules(template) is None:
        return 2
    run.check(paths or (".",), stdin_filename)
    report = reporters.Report(tuple(run.documents), len(run.skipped))

    for name, path in outputs:
        render = reporters.reporter(name)
        if path is None:
            click.echo(render(report, _style(color, quiet)), nl=False)
        elif not _write(path, render(report, reporters.Style(quiet=quiet))):
            run.failed = True
    if not quiet and run.skipped:
        click.echo(_skipped_line(run, paths), err=True)
    if run.failed:
        return 2
    return 1 if run.found else 0


def _skipped_line(run: _Run, paths: tuple[str, ...]) -> str:
    if len(run.skipped) == 1 and not run.documents and len(paths) == 1 and not os.path.isdir(paths[0]):
        return (
            f"speclint: {visible(run.skipped[0])}: skipped, no template recognised; "
            "to check it anyway, name one with --template (`speclint templates` lists them)"
        )
    checked = len(run.documents)
    return f"{checked} file{'s' * (checked != 1)} checked, {len(run.skipped)} skipped (no template)"


def _style(color: str, quiet: bool) -> reporters.Style:
    """How to write to standard output."""
    terminal = sys.stdout.isatty()
    forced = color == "always" or (color == "auto" and os.environ.get("FORCE_COLOR", "") not in ("", "0"))
    refused = color == "never" or (color == "auto" and bool(os.environ.get("NO_COLOR")))
    usable = terminal and os.environ.get("TERM") != "dumb"
    return reporters.Style(
        color=not refused and (forced or usable), excerpts=terminal or (forced and not refused), quiet=quiet
    )


def _write(path: str, text: str) -> bool:
    try:
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except (OSError, ValueError) as error:
        complain(f"{path}: cannot write: {_reason(error)}")
        return False
    return True


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


class _Run:
    """One run over files: what was checked, what was skipped, and whether anything went wrong."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.documents: list[reporters.Checked] = []
        self.skipped: list[str] = []
        self.failed = False
        self.found = False
        self._rules: dict[str, RuleSet | None] = {}
        self._configurations: dict[str, Configuration | None] = {}

    def fail(self, path: str, reason: str) -> None:
        """Notes and says that something about a file could not be done."""
        self.failed = True
        complain(f"{path}: {reason}")

    def check(self, paths: Sequence[str], stdin_filename: str | None) -> None:
        """Checks every file that the paths name, each once."""
        done: set[str] = set()
        for path in self.files(paths):
            name = stdin_filename or "<stdin>" if path == STDIN else path
            key = path if path == STDIN else os.path.realpath(path)
            if key not in done:
                done.add(key)
                self.check_file(path, name)

    def files(self, paths: Sequence[str]) -> Iterator[str]:
        for path in paths:
            if path != STDIN and os.path.isdir(path):
                yield from self.files_in(path)
            else:
                yield path

    def files_in(self, folder: str) -> Iterator[str]:
        """The files of a folder that its configuration chooses."""
        failed_before, count = self.failed, 0

        def failed(error: OSError) -> None:
            self.fail(str(error.filename), f"cannot read the folder: {_reason(error)}")

        whole = self.configuration(os.path.join(folder, ""))
        for path in discovery.markdown_files(folder, failed):
            count += 1
            # What the configuration of the whole folder leaves out, one further down cannot bring back.
            if all(one is None or one.chosen(path) for one in (whole, self.configuration(path))):
                yield path
        if not count and self.failed == failed_before:
            self.fail(folder, "no Markdown files (*.md, *.markdown) in this folder")

    def check_file(self, path: str, name: str) -> None:
        source = self.read(path, name)
        configuration = self.configuration(name)
        if source is None or configuration is None:
            return
        document = read(source)
        template = self.options.template or configuration.template(name)
        if template is None:
            known = self.known(configuration)
            id = None if known is None else detect(document, [candidate(rules) for rules in known.values()])
            if known is None or id is None:
                self.skipped += [name] if known is not None else []
                return
            rules: RuleSet | None = known[id]
        else:
            rules = self.rules(template)
        if rules is None:
            return
        stage = self.options.stage
        if stage is not None and (rules.stages is None or stage not in rules.stages.order):
            from speclint.schema import did_you_mean, quoted

            order = rules.stages.order if rules.stages else ()
            stages = f"its stages are {quoted(order)}" if order else "it has no stages"
            hint = did_you_mean(stage, order)
            self.fail(name, f"rule set `{rules.id}` has no stage `{stage}`; {stages}{hint}")
            return
        binding = bind(document, rules, stage)
        diagnostics = lint(
            binding,
            select=self.options.select or configuration.select,
            ignore=(*self.options.ignore, *configuration.ignore),
            severities=configuration.checks,
        )
        owed = obligations(binding, diagnostics)
        met = sum(obligation.met for obligation in owed)
        self.documents.append(
            reporters.Checked(name, source, rules.id, binding.stage, met, len(owed), diagnostics)
        )
        fail_on = self.options.fail_on or configuration.fail_on
        self.found |= any(diagnostic.severity >= fail_on for diagnostic in diagnostics)

    def read(self, path: str, name: str) -> Source | None:
        """The text of a file; says why and gives None when it cannot be read."""
        try:
            if path == STDIN:
                data = sys.stdin.buffer.read(MAX_BYTES + 1)
            else:
                mode = os.stat(path).st_mode
                if not stat.S_ISREG(mode):
                    self.fail(name, "not a regular file (for a pipe, use `-`)")
                    return None
                with open(path, "rb") as file:
                    data = file.read(MAX_BYTES + 1)
        except FileNotFoundError:
            self.fail(name, "no such file or folder")
            return None
        except (OSError, ValueError) as error:
            self.fail(name, f"cannot be read: {_reason(error)}")
            return None
        if len(data) > MAX_BYTES:
            self.fail(name, f"larger than {MAX_BYTES // 1_000_000} MB")
            return None
        try:
            return Source.decode(data)
        except NotText as error:
            self.fail(f"{name}:{error.line}:{error.column}", str(error))
            return None

    def configuration(self, path: str) -> Configuration | None:
        """The configuration that holds for a file; None, and a complaint once, when it is bad."""
        if self.options.config is not None:
            return self.options.config
        folder = os.path.dirname(os.path.abspath(path))
        if folder not in self._configurations:
            found = config.find(folder) or ""
            if found not in self._configurations:
                self._configurations[found] = self._load(found) if found else Configuration()
            self._configurations[folder] = self._configurations[found]
        return self._configurations[folder]

    def _load(self, path: str) -> Configuration | None:
        try:
            return config.load(os.path.relpath(path))
        except ConfigurationError as error:
            self.failed = True
            for problem in error.problems:
                complain(str(problem))
            return None

    def rules(self, template: str) -> RuleSet | None:
        """A rule set by id or path; None, and a complaint once, when there is none that is good."""
        if template not in self._rules:
            self._rules[template] = None
            try:
                self._rules[template] = find(template)
            except RuleSetError as error:
                self.failed = True
                for problem in error.problems:
                    complain(str(problem))
        return self._rules[template]

    def known(self, configuration: Configuration) -> dict[str, RuleSet] | None:
        """By id, the bundled rule sets and those that a configuration names; None when one is bad."""
        references = [*bundled(), *(configuration.reference(name) for _, name in configuration.templates)]
        found = [self.rules(reference) for reference in references]
        return None if None in found else {rules.id: rules for rules in found if rules is not None}


def known_check(id: str) -> None:
    """Raises a usage error when there is no check of this id."""
    ids = [check.id for check in CHECKS]
    if id not in ids:
        fail_unknown("check", id, ids)


def fail_unknown(kind: str, word: str, known: Iterable[str]) -> None:
    """Raises the usage error about a word that is none of the known ones."""
    from speclint.schema import did_you_mean, quoted

    known = tuple(known)
    listed = f"; there are {quoted(known)}" if len(known) <= 10 else ""
    raise click.UsageError(f"no {kind} `{word}`{did_you_mean(word, known) or listed}")


@command.command()
@click.argument("id", required=False)
def explain(id: str | None) -> None:
    """Say what a check asks and why; without ID, list all checks."""
    if id is None:
        family = ""
        width = max(len(check.id) for check in CHECKS)
        for check in sorted(CHECKS, key=lambda check: families().index(check.family)):
            if check.family != family:
                click.echo(f"{chr(10) if family else ''}{check.family}")
                family = check.family
            severity = check.severity.label if check.severity else "off"
            click.echo(f"  {check.id:{width}}  {severity:7}  {summary(check.documentation)}")
        return
    known_check(id)
    check = next(check for check in CHECKS if check.id == id)
    severity = check.severity.label if check.severity else "off unless turned on"
    click.echo(f"{check.id} ({check.family}, {severity})\n")
    import inspect

    click.echo(inspect.cleandoc(check.documentation))


def families() -> list[str]:
    """The families of checks, in the order in which they first run."""
    return list(dict.fromkeys(check.family for check in CHECKS))


def summary(documentation: str) -> str:
    """The first sentence of a check's documentation."""
    return " ".join(documentation.strip().partition("\n\n")[0].split())


@command.command()
@click.option("--config", "config_path", metavar="FILE", help="List the rule sets of this configuration too.")
def templates(config_path: str | None) -> int:
    """List the rule sets: the bundled ones, and those of the configuration here."""
    try:
        found = config_path or config.find(os.curdir)
        configuration = config.load(found) if found else Configuration()
    except ConfigurationError as error:
        for problem in error.problems:
            complain(str(problem))
        return 2
    run = _Run(Options(None, None, (), (), None, configuration))
    own = dict.fromkeys(configuration.reference(name) for _, name in configuration.templates)
    for reference in dict.fromkeys((*bundled(), *own)):
        rules = run.rules(reference)
        if rules is not None:
            click.echo(f"{visible(rules.id)}: {visible(rules.name)}")
            if rules.summary:
                click.echo(f"  {visible(rules.summary)}")
            if rules.stages:
                click.echo(f"  stages: {visible(' < '.join(rules.stages.order))}")
            if reference not in bundled():
                click.echo(f"  from: {visible(os.path.relpath(reference))}")
    return 2 if run.failed else 0
