"""Implement `speclint new`: start a document."""

from __future__ import annotations

import os
from types import SimpleNamespace

from speclint.authoring import new_document
from speclint.cli.console import (
    UsageError,
    print_note,
    report_error,
    report_errors,
    unknown_word,
    write_output,
)
from speclint.cli.running import workspace_for
from speclint.markdown.document import parse_document
from speclint.ruleset.model import RuleSet
from speclint.ruleset.patterns import RegexTimeout
from speclint.workspace import config, git
from speclint.workspace.config import Configuration
from speclint.workspace.files import NotWritten, create_named
from speclint.workspace.options import Options
from speclint.workspace.resolver import STDIN, WorkspaceError
from speclint.workspace.workspace import Workspace


def run(asked: SimpleNamespace) -> int:
    """Write the start of a document, to a new file or standard output, and return the exit code."""
    path: str | None = None if asked.path == STDIN else asked.path
    if path == "":
        raise UsageError("FILE is empty")
    folder = os.path.dirname(path or "") or os.curdir
    if path is not None and os.path.lexists(path):
        report_error(f"{path}: is there already (nothing was written)")
        return 2
    if not os.path.isdir(folder):
        report_error(f"{path}: there is no folder `{folder}`; make it first")
        return 2
    try:
        workspace = workspace_for(Options(cache=""), asked.config)
        configuration = workspace.resolver.configuration(path or "any.md")
        rules = _rule_set(workspace, configuration, asked.template)
    except WorkspaceError as error:
        report_errors(error.messages)
        return 2
    try:
        text = new_document.fill(new_document.start(rules), rules, _facts(asked, folder))
        if path is None:
            write_output(text)
            return 0
        create_named(path, text.encode())
    except new_document.Refused as refusal:
        report_error(f"{refusal} (nothing was written)")
        return 2
    except RegexTimeout as error:
        report_error(f"{error} (rule set `{rules.id}`)")
        return 2
    except NotWritten as error:
        report_error(f"{path}: {error} (nothing was written)")
        return 2
    if not asked.quiet:
        try:
            print_note(_next_step(workspace, configuration, rules, asked, path, text))
        except WorkspaceError as error:
            report_errors(error.messages)
    return 0


def _facts(asked: SimpleNamespace, folder: str) -> new_document.Facts:
    """Return what is known of the document. Raise `Refused` and `UsageError`."""
    given = {"title": asked.title, "author": asked.author, "date": asked.date}
    return new_document.Facts(
        asked.title,
        git.user_name(folder) if asked.author is None else asked.author,
        _today() if asked.date is None else new_document.iso_date(asked.date),
        dict(map(_setting, asked.settings)),
        frozenset(name for name, value in given.items() if value is not None),
    )


def _rule_set(workspace: Workspace, configuration: Configuration, template: str) -> RuleSet:
    """Return the rule set with an id, or with a path from here or from the configuration's folder.

    Raise `UsageError` or `WorkspaceError`.
    """
    if config.is_path(template):
        there = configuration.reference(template)
        found_there = os.path.isfile(there) and not os.path.lexists(template)
        return workspace.resolver.rule_set(there if found_there else template)
    known = workspace.resolver.known_rule_sets(configuration)
    if template not in known:
        raise UsageError(unknown_word("rule set", template, list(known)))
    return known[template]


def _setting(text: str) -> tuple[str, str]:
    """Return the name and the value in `--set NAME=VALUE`. Raise `UsageError`."""
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(f"`--set {text}` must be of the form NAME=VALUE")
    return name.strip(), value


def _today() -> str:
    from datetime import date

    return date.today().isoformat()


def _next_step(
    workspace: Workspace,
    configuration: Configuration,
    rules: RuleSet,
    asked: SimpleNamespace,
    path: str,
    text: str,
) -> str:
    """Return what to do about a new document, with the options that it needs if it would not be detected."""
    from shlex import quote

    found = workspace.resolver.rule_set_of(parse_document(text), path, configuration)
    options = f"--config {quote(configuration.path)} " if workspace.options.config else ""
    if found == rules:
        return f"{path}: written; `speclint {options}{quote(path)}` says what is still to be filled in"
    taken = f"would be taken for `{found.id}`" if found else "would not be recognised"
    return (
        f"{path}: written, but it {taken}: check it with `speclint {options}"
        f"--template {quote(asked.template)} {quote(path)}`, or say under "
        f"[templates] in {config.DEDICATED} that it is under `{asked.template}`"
    )
