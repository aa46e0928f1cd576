"""The commands and their options, as click understands them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from speclint import __version__
from speclint.cli.authoring import derive, init, new
from speclint.cli.catalogue import explain, templates
from speclint.cli.check import DEFAULT_SIZE, check_as_asked, formats_in
from speclint.cli.console import UsageFault
from speclint.cli.gate import promote, prune, pull_request
from speclint.reporters import formats
from speclint.workspace.run import STDIN

if TYPE_CHECKING:
    import click


def commands() -> click.Group:
    """The group of all commands."""
    import click

    output_format = click.option(
        "--output-format",
        "outputs",
        multiple=True,
        metavar="NAME[=FILE]",
        help=f"{', '.join(formats.FORMATS)}; with =FILE into a file. May be given several times, "
        "once without a file (default: text).",
    )
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
    @output_format
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
    @click.option(
        "--max-size",
        type=click.IntRange(1, 1000),
        metavar="MB",
        help=f"Refuse larger files (default: {DEFAULT_SIZE}).",
    )
    @click.option("--no-cache", is_flag=True, help="Neither read nor write any cache.")
    @click.option("--cache-dir", metavar="DIR", help="The folder of the cache.")
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
        return check_as_asked(**options)

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
    @output_format
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
        formats = formats_in(outputs or ("text",))
        return pull_request(body, template, stage, drafts, formats, config_path, quiet)

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
