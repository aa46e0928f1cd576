"""Build click's commands from the table in `options`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from speclint import __version__
from speclint.cli.options import BASELINE_COMMANDS, COMMANDS, Argument, Command, Option

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

_HELP = {"help_option_names": ["-h", "--help"]}


def commands() -> click.Group:
    """Return the group of all commands."""
    import click

    @click.group(cls=_group_class(), context_settings=_HELP)
    @click.version_option(__version__, message="%(prog)s %(version)s")
    def group() -> None:
        """Lints Markdown specifications against the rule sets of their templates.

        `check` is the command when none is named: `speclint docs/` is `speclint check docs/`.
        `speclint check --help` lists its options, `speclint help COMMAND` those of another.
        """

    @group.group("baseline", no_args_is_help=False)
    def baseline_group() -> None:
        """Keep the list of what was found before (`speclint check --write-baseline FILE` makes one)."""

    for command in COMMANDS:
        group.add_command(_built(command))
    for command in BASELINE_COMMANDS:
        baseline_group.add_command(_built(command))
    return group


def complete(variable: str, instruction: str) -> int:
    """Answer a shell that asks for completions, or for the script that asks, and return the exit code.

    `instruction` is the value of the environment variable with that name, such as `bash_source`.
    """
    from click.shell_completion import shell_complete

    return shell_complete(commands(), {}, "speclint", variable, instruction)


def _group_class() -> type[click.Group]:
    import click

    class Commands(click.Group):
        """The commands, of which `check` need not be named; only completions are looked for this way."""

        def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
            unnamed = ctx.resilient_parsing and args and args[0] not in self.commands
            return super().parse_args(ctx, ["check", *args] if unnamed else args)

        def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
            check = self.commands["check"]
            own = super().shell_complete(ctx, incomplete)
            if incomplete.startswith("-"):
                return own + check.shell_complete(click.Context(check), incomplete)
            return own or check.params[0].shell_complete(click.Context(check), incomplete)

    return Commands


def run(command: Command, values: SimpleNamespace) -> int:
    """Run a command and return its exit code."""
    function: Callable[[SimpleNamespace], int] = import_module(f"speclint.cli.{command.module}").run
    return function(values)


def _built(command: Command) -> click.Command:
    import click

    def callback(**values: Any) -> int:
        return run(command, SimpleNamespace(**values))

    params: list[click.Parameter] = [*map(_argument, command.arguments), *map(_option, command.options)]
    return click.Command(command.name, callback=callback, params=params, help=inspect.cleandoc(command.help))


def _files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what lets a shell complete the path of a file."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _argument(argument: Argument) -> click.Argument:
    import click

    extra: dict[str, Any] = {} if argument.default is None else {"default": argument.default}
    return click.Argument(
        [argument.name],
        shell_complete=_files,
        nargs=-1 if argument.many else 1,
        required=argument.required,
        metavar=argument.metavar,
        **extra,
    )


def _option(option: Option) -> click.Option:
    import click

    extra: dict[str, Any] = {}
    if option.kind == "flag":
        extra["is_flag"] = True
    elif option.kind == "list":
        extra["multiple"] = True
    elif option.kind == "choice":
        extra["type"] = click.Choice(option.choices)
    elif option.kind == "number":
        extra["type"] = click.IntRange(*option.range)
    elif any(word in (option.metavar or "") for word in ("FILE", "DIR")):
        extra["shell_complete"] = _files
    if option.default is not None:
        extra["default"] = option.default
    return click.Option(
        [*option.flags, option.name],
        metavar=option.metavar,
        help=option.help,
        required=option.required,
        **extra,
    )
