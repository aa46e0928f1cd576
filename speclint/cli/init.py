"""Implement `speclint init`: propose a configuration for a repository."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import SimpleNamespace

from speclint.authoring import init_proposal, init_survey
from speclint.authoring.init_proposal import Proposal, listed
from speclint.authoring.init_survey import Preview
from speclint.cli.console import print_note, report_error, report_errors, write_output
from speclint.diagnostics import plural
from speclint.reporters.escape import escape_controls
from speclint.workspace import config
from speclint.workspace.config import Configuration
from speclint.workspace.files import NotWritten, create_named


def run(asked: SimpleNamespace) -> int:
    """Propose a configuration, show what it would check, write it if agreed, and return the exit code."""
    from shlex import quote

    folder: str = asked.folder
    if not os.path.isdir(folder):
        report_error(f"{folder}: no such folder")
        return 2
    path = os.path.normpath(os.path.join(folder, config.DEDICATED))
    holds = config.find(folder)
    if holds is not None and os.path.dirname(holds) == os.path.abspath(folder):
        report_error(f"{os.path.relpath(holds)}: configures this folder already (nothing was written)")
        return 2
    found = init_survey.look_around(folder, report_error)
    proposed = init_proposal.propose(found.pages, found.rule_sets)
    text = init_proposal.toml(proposed)
    planned = Configuration(path, exclude=proposed.exclude, templates=proposed.templates)
    preview = init_survey.preview(planned, folder if found.files else None)
    report_errors(preview.messages)
    terminals = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
    asking = not asked.dry_run and terminals
    if asked.dry_run or asking:
        _print_lines(text.split("\n"))
    _print_lines(_would_check(preview, proposed, found.files))
    if holds is not None:
        holder = os.path.relpath(holds)
        print_note(f"speclint: {holder} would hold here no longer: the nearest configuration counts")
    beneath = "" if folder == os.curdir else folder
    for derivation in proposed.derivations:
        alike = f" (like {derivation.documents} documents)" if derivation.documents > 1 else ""
        what = f"{derivation.template}: a template without a rule set{alike}"
        print_note(f"{what}; to make one: {derivation.command(beneath)}")
    if asked.dry_run:
        return 0
    if asking and not _agreed(f"Write {path}? [Y/n] "):
        print_note("nothing was written")
        return 0
    try:
        create_named(path, text.encode())
    except NotWritten as error:
        report_error(f"{path}: {error} (nothing was written)")
        return 2
    command = "speclint" if folder == os.curdir else f"speclint {quote(folder)}"
    print_note(f"{path}: written; `{command}` checks what it names")
    return 0


def _print_lines(lines: list[str] | Iterator[str]) -> None:
    write_output("".join(f"{escape_controls(line)}\n" for line in lines))


def _would_check(preview: Preview, proposed: Proposal, files: int) -> Iterator[str]:
    """Yield what a run would lint, by rule set and glob, and how many files it would not, a line each."""
    for (id, glob), names in preview.checked.items():
        yield f"{id}: {plural(len(names), 'document')} {f'in {glob}' if glob else 'by title and headings'}"
        yield from (f"  {line}" for line in listed(names))
    used = {glob for _, glob in preview.checked}
    for glob, reference in proposed.templates:
        if glob not in used:
            yield f"{reference}: no documents yet in {glob}"
    checked = sum(map(len, preview.checked.values()))
    excluded = files - preview.chosen
    unchecked = excluded + preview.skipped
    if not proposed.templates and not proposed.derivations and not checked:
        yield "no templates, rule sets or documents found: the configuration says only what it could say"
    if unchecked:
        which = f"{unchecked} Markdown files stay" if unchecked > 1 else "1 Markdown file stays"
        yield f"{which} unchecked: {preview.skipped} under no template, {excluded} left out"


def _agreed(question: str) -> bool:
    """Return whether the answer to a question on the terminal is yes, or just the return key."""
    sys.stderr.write(escape_controls(question))
    sys.stderr.flush()
    answer = sys.stdin.readline()
    return answer.strip().lower() in ("", "y", "yes") and answer != ""
