"""Implement `speclint derive`: write the rule set that a template shows."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from types import SimpleNamespace

from speclint.authoring.derive import NotATemplate
from speclint.authoring.derive import derive as derive_draft
from speclint.authoring.ruleset_draft import RuleSetDraft, write
from speclint.cli.console import UsageError, print_note, report_error, report_errors, write_output
from speclint.diagnostics import RuleSetError, plural
from speclint.markdown.document import parse_document
from speclint.markdown.source import Source
from speclint.ruleset import library
from speclint.workspace import files, limits
from speclint.workspace.files import NotWritten
from speclint.workspace.linter import FileLinter
from speclint.workspace.resolver import STDIN, UNNAMED, WorkspaceError
from speclint.workspace.selection import Texts
from speclint.workspace.workspace import Workspace

# How many files a message names.
_SHOWN = 10


def run(asked: SimpleNamespace) -> int:
    """Write the rule set that a template shows, to a file or standard output, and return the exit code."""
    template, learned = asked.template, (*asked.learn, *asked.documents)
    output = None if asked.output == STDIN else asked.output
    if asked.documents and not asked.learn:
        message = f"one template at a time; documents such as `{asked.documents[0]}` go behind --learn"
        raise UsageError(message)
    if asked.id is not None and not re.fullmatch(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", asked.id):
        raise UsageError(f"`{asked.id}` is no id: lower-case letters and digits, joined by `-`, `_` or `.`")
    if output is not None and os.path.lexists(output) and not asked.force:
        report_error(f"{output}: already there; to write over it, say --force")
        return 2
    workspace = Workspace()
    name = UNNAMED if template == STDIN else template
    # What a repository names is read only inside it.
    outside = files.is_outside(template, files.repository_of(output or os.path.join(os.curdir, "any")))
    failed = False
    try:
        source = FileLinter(workspace.resolver).read(template, name)
        if len(source.text.encode()) > limits.RULE_SET:
            raise WorkspaceError([f"{name}: larger than 1 MB, which no rule set can name as its skeleton"])
        skeleton = "" if template == STDIN or outside else _relative(template, output)
        draft = _derived(source, name, asked.id, skeleton, output)
        if learned:
            texts = Texts(workspace.resolver, learned, but=template)
            draft = _learned(draft, source, name, texts)
            report_errors(texts.messages)
            failed = bool(texts.messages)
    except WorkspaceError as error:
        report_errors(error.messages)
        return 2
    if template != STDIN and outside:
        print_note(
            f"{output or 'the rule set'}: does not name its skeleton, as {template} {files.OUTSIDE}; "
            "derive it from a copy inside to have text that is left of the template found"
        )
    text = write(draft)
    if output is None:
        write_output(text)
        return 2 if failed else 0
    try:
        _write(output, text.encode(), asked.force)
    except NotWritten as error:
        report_error(f"{output}: not written: {error}")
        return 2
    print_note(f"{output}: written; to try it: speclint --template {output} DOCUMENT...")
    return 2 if failed else 0


def _derived(source: Source, name: str, id: str | None, skeleton: str, output: str | None) -> RuleSetDraft:
    """Return the draft of a rule set that loads. Raise `WorkspaceError`."""
    try:
        draft = derive_draft(source, name, id, skeleton)
        library.parse_rule_set(write(draft), output or "<rule set>", source.text)
    except NotATemplate as fault:
        raise WorkspaceError([f"{name}:1:1: {fault}"]) from None
    except RuleSetError as error:
        problems = (f"{name}: what is derived from it does not load: {problem}" for problem in error.problems)
        raise WorkspaceError(problems) from None
    return draft


def _learned(draft: RuleSetDraft, source: Source, name: str, texts: Texts) -> RuleSetDraft:
    """Return the draft corrected by documents. Raise `WorkspaceError` if none is of the template."""
    from speclint.authoring.learn import learn

    result = learn(draft, source.text, ((path, parse_document(text)) for path, text in texts))
    for line in _not_learned(result.documents, result.left_out):
        print_note(line)
    if not result.documents:
        raise WorkspaceError(
            [*texts.messages, f"{name}: nothing to learn from: no document is of this template"]
        )
    return result.draft


def _not_learned(count: int, left_out: Sequence[str]) -> Iterator[str]:
    """Yield how many documents were learned from, and which were left out, a line each."""
    if count:
        yield f"learned from {plural(count, 'document')}"
    if left_out:
        shown = ", ".join(left_out[:_SHOWN])
        more = f" and {len(left_out) - _SHOWN} more" if len(left_out) > _SHOWN else ""
        yield f"speclint: left out, not of this template: {shown}{more}"


def _relative(template: str, output: str | None) -> str:
    """Return the path of a template relative to the folder of `output` (None: the current folder)."""
    folder = os.path.dirname(os.path.abspath(output)) if output else os.curdir
    return os.path.relpath(template, folder).replace(os.sep, "/")


def _write(output: str, data: bytes, force: bool) -> None:
    """Write a rule set to its file. Raise `NotWritten`."""
    if force and os.path.lexists(output):
        try:
            before = files.read_data(output, limits.DOCUMENT)
        except files.ReadError as error:
            raise NotWritten(str(error)) from None
        files.replace(output, before, data)
    else:
        files.create_named(output, data, with_folders=True)
