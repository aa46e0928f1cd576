"""Declare every command with its arguments and options, once: click's commands are built from this table.

To add an option, add a line here; the command finds its value under the option's name.
"""

import os
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Literal, NamedTuple

from speclint.reporters.formats import FORMATS
from speclint.workspace import limits
from speclint.workspace.resolver import STDIN


class Option(NamedTuple):
    """An option: `flags` as they are written, and the `name` under which a command finds its value.

    A "flag" is True or False, a "text" is None if it is not given, a "list" may be given several times. A
    "number" lies in `range`, a "choice" is one of `choices`.
    """

    flags: tuple[str, ...]
    name: str
    help: str
    kind: Literal["flag", "text", "list", "number", "choice"] = "text"
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    range: tuple[int, int] = (0, 0)
    default: str | None = None
    required: bool = False

    @property
    def value(self) -> Any:
        """The value of an option that is not given."""
        return {"flag": False, "list": ()}.get(self.kind, self.default)


class Argument(NamedTuple):
    """A word of a command that is no option; `many` takes all that are left."""

    name: str
    metavar: str | None = None
    many: bool = False
    required: bool = True
    default: str | None = None


class Command(NamedTuple):
    """A command; its `module` of `speclint.cli` has a function `run`.

    `run` takes the values of arguments and options, and returns the exit code.
    """

    name: str
    module: str
    help: str
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()


def _flag(flags: str, name: str, help: str) -> Option:
    return Option(tuple(flags.split()), name, help, "flag")


def _text(flag: str, name: str, metavar: str, help: str, required: bool = False) -> Option:
    return Option((flag,), name, help, metavar=metavar, required=required)


def _list(flag: str, name: str, metavar: str, help: str) -> Option:
    return Option((flag,), name, help, "list", metavar)


def _number(flag: str, name: str, metavar: str, range: tuple[int, int], help: str) -> Option:
    return Option((flag,), name, help, "number", metavar, range=range)


_TEMPLATE = _text("--template", "template", "ID|FILE", "Check under this rule set.")
_OUTPUT_FORMAT = _list(
    "--output-format", "outputs", "NAME[=FILE]",
    f"{', '.join(FORMATS)}; with =FILE into a file. May be given several times, "
    "once without a file (default: text).",
)  # fmt: skip
_CONFIG = _text("--config", "config", "FILE", "Use this configuration.")
_CONFIG_FOR_ALL = _CONFIG._replace(help="Use this configuration for every file.")
_QUIET = _flag("-q --quiet", "quiet", "Print diagnostics and problems only.")

CHECK = Command(
    "check",
    "check",
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
    """,
    (Argument("paths", "[PATH]...", many=True, required=False),),
    (
        _TEMPLATE._replace(help="Check under this rule set: an id, a .yaml file, or a Markdown template."),
        _text("--stage", "stage", "NAME", "Check what is owed at this stage, whatever the document says."),
        _list(
            "--coverage", "coverage", "FILE",
            "Hold what documents say of test coverage against this report: coverage.py, Cobertura, lcov, "
            "Go, JaCoCo or Istanbul. May be given several times.",
        ),
        _OUTPUT_FORMAT,
        _flag("--fix", "fix", "Fix what can be fixed safely, then check."),
        _flag("--diff", "diff", "Show what --fix would write, as a diff, and write nothing."),
        _flag("--unsafe-fixes", "unsafe", "With --fix or --diff: fixes that guess, too."),
        _list("--select", "select", "IDS", "Run only these checks (a,b)."),
        _list("--ignore", "ignore", "IDS", "Leave these checks out (a,b)."),
        Option(
            ("--fail-on",), "fail_on", "The least severity that makes the exit code 1 (default: error).",
            "choice", choices=("error", "warning", "info"),
        ),
        _CONFIG_FOR_ALL,
        _text(
            "--baseline", "baseline", "FILE",
            "Count only what is not in this baseline (configuration: baseline).",
        ),
        _text(
            "--write-baseline", "write_baseline", "FILE",
            "Write what is found to this baseline, from then on known, and exit with 0.",
        ),
        _text("--stdin-filename", "stdin_filename", "NAME", "The name that standard input (-) goes by."),
        Option(
            ("--color",), "color",
            "When to use color (default: on a terminal; NO_COLOR and FORCE_COLOR are obeyed).",
            "choice", choices=("auto", "always", "never"), default="auto",
        ),
        _QUIET,
        _text(
            "--since", "since", "REF",
            "Check what changed since HEAD left this branch, tag or commit; only what that owes counts.",
        ),
        _flag(
            "--strict", "strict",
            "An error (exit code 2) where no document was checked, a glob or a rule met nothing, a rule set "
            "asks nothing, or a document of a configured folder is under none (configuration: strict).",
        ),
        _flag(
            "--force-exclude", "force_exclude",
            "Leave out what the configuration excludes also where it is named.",
        ),
        _number(
            "--jobs", "jobs", "N", (1, 256),
            "Look at many files in N processes (default: one per core, where there is enough to do).",
        ),
        _number(
            "--max-size", "max_size", "MB", (1, 1000),
            f"Refuse larger files (default: {limits.DOCUMENT // 1_000_000}).",
        ),
        _flag("--no-cache", "no_cache", "Neither read nor write any cache."),
        _text("--cache-dir", "cache_dir", "DIR", "The folder of the cache."),
    ),
)  # fmt: skip

DERIVE = Command(
    "derive",
    "derive",
    """Write a rule set for the Markdown file TEMPLATE (- for standard input), to be edited.""",
    (Argument("template", "TEMPLATE"), Argument("documents", "", many=True, required=False)),
    (
        _list(
            "--learn",
            "learn",
            "DOCUMENT...",
            "Measure these documents of the template: files, folders, globs.",
        ),
        _text("--output", "output", "FILE", "Write the rule set here (default: standard output)."),
        _flag("--force", "force", "Write over the file if it is there."),
        _text("--id", "id", "ID", "The id of the rule set (default: from the name of the file)."),
    ),
)

PRUNE = Command(
    "prune",
    "baseline",
    """Remove what is no longer found from a baseline.

    FILE.json is the baseline; without it, that of the configuration. Only documents that PATH names or
    holds (without PATH, the current folder) are looked at, and only what is known of them, or of those
    that are gone, is removed.
    """,
    (Argument("paths", "[FILE.json] [PATH]...", many=True, required=False),),
    (
        _TEMPLATE._replace(help="The rule set, where the baseline was written with it."),
        _text("--stage", "stage", "NAME", "The stage, where the baseline was written with it."),
        _CONFIG_FOR_ALL,
    ),
)

PULL_REQUEST = Command(
    "pr",
    "pull_request",
    """Check the description of a pull request.

    It is taken from the event of a GitHub workflow that runs on `pull_request`, and checked under the
    rule set that the configuration has for the repository's PULL_REQUEST_TEMPLATE.md, or whose skeleton
    that file is, or else under feature-pr. An empty description, or the template as it came, is one
    finding. Links in it are relative to the top of the repository.

    Drafts are reported, at the stage `draft` where the rule set has one, and do not fail. What bots write
    is not checked.
    """,
    (),
    (
        _text(
            "--body", "body", "FILE|-", "The description, where no GitHub event (GITHUB_EVENT_PATH) has it."
        ),
        _TEMPLATE,
        _text("--stage", "stage", "NAME", "Check what is owed at this stage."),
        _flag("--drafts", "drafts", "Exit with 1 for drafts, too, that owe something."),
        _OUTPUT_FORMAT,
        _CONFIG,
        _QUIET,
    ),
)

PROMOTE = Command(
    "promote",
    "promote",
    """List what stands between a document and a later stage, section by section.

    Nothing is edited. Exit code 0: nothing stands between; 1: something; 2: there is no such stage, or
    the document is beyond it.
    """,
    (Argument("path", "DOC"),),
    (
        _text("--to", "stage", "STAGE", "The stage that it is to have.", required=True),
        _flag("--json", "json", "Print JSON."),
        _TEMPLATE,
        _CONFIG,
    ),
)

EXPLAIN = Command(
    "explain",
    "explain",
    """Say what a check asks and why; without ID, list all checks.""",
    (Argument("id", required=False),),
)

TEMPLATES = Command(
    "templates",
    "templates",
    """List the rule sets, bundled and configured.""",
    (),
    (_CONFIG._replace(help="Also list this configuration's rule sets."),),
)

NEW = Command(
    "new",
    "new",
    """Start a document: write the skeleton of TEMPLATE to a new FILE, or to standard output.

    TEMPLATE is an id that `speclint templates` lists, or the path of a rule set. A rule set without a
    skeleton of its own gets one made of its rules. Title, author and date are filled in where the
    skeleton leaves them open; `speclint FILE` reports what is still to be written. A file that is
    there already is never touched.

        speclint new feature-spec docs/specs/login.md --title Login --set Priority=High
    """,
    (Argument("template"), Argument("path", "[FILE]", required=False)),
    (
        _text("--title", "title", "TEXT", "What the document is about; goes into its title."),
        _text("--author", "author", "NAME", "The author (default: the `user.name` of git)."),
        _text("--date", "date", "YYYY-MM-DD", "The date of writing (default: today)."),
        _list("--set", "settings", "FIELD=VALUE", "The value of any other field."),
        _CONFIG,
        _flag("-q --quiet", "quiet", "Do not say what to do next."),
    ),
)

INIT = Command(
    "init",
    "init",
    """Write a speclint.toml for the repository in FOLDER (default: the current one).

    Looks for rule sets, templates and documents, proposes which glob goes under which rule set and what
    to leave out, and prints what would be checked. On a terminal it asks before it writes. A folder
    that has a configuration keeps it.
    """,
    (Argument("folder", required=False, default=os.curdir),),
    (_flag("--dry-run", "dry_run", "Print the configuration and write nothing."),),
)

COMMANDS = (CHECK, DERIVE, PULL_REQUEST, PROMOTE, EXPLAIN, TEMPLATES, NEW, INIT)
# The commands of the group `baseline`.
BASELINE_COMMANDS = (PRUNE,)
NAMES = (*(command.name for command in COMMANDS), "baseline")


def first_word(command: Command, words: Sequence[str]) -> str:
    """Return the first of some words that is neither an option of a command nor its value, "" for none."""
    valued = {flag for option in command.options if option.kind != "flag" for flag in option.flags}
    rest = iter(words)
    for word in rest:
        if not word.startswith("-"):
            return word
        if word in valued:
            next(rest, "")
    return ""


def plain_values(command: Command, words: Sequence[str]) -> SimpleNamespace | None:
    """Return what click would parse from paths and plain options, None if it takes click to parse them.

    Importing click takes as long as linting a document, and hooks and editors use nothing else.
    """
    by_flag = {flag: option for option in command.options for flag in option.flags}
    values: dict[str, Any] = {option.name: option.value for option in command.options}
    paths: list[str] = []
    rest = iter(words)
    for word in rest:
        flag, equals, value = word.partition("=")
        option = by_flag.get(flag)
        if word == STDIN or not word.startswith("-"):
            paths.append(word)
        elif option is None or option.kind in ("number", "choice") or (option.kind == "flag" and equals):
            return None
        elif option.kind == "flag":
            values[option.name] = True
        else:
            value = value if equals else next(rest, "-")
            if not equals and value.startswith("-"):
                return None
            values[option.name] = (*values[option.name], value) if option.kind == "list" else value
    return SimpleNamespace(paths=tuple(paths), **values)
