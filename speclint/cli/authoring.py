"""`speclint derive`, `new` and `init`: rule sets, documents and configurations to start from."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from speclint.cli.check import configuration_at
from speclint.cli.console import UsageFault, complain, note, say, unknown
from speclint.diagnostics import error_reason
from speclint.reporters.escape import escape_controls
from speclint.workspace import config, files
from speclint.workspace.config import Configuration
from speclint.workspace.run import STDIN, Options, Run

if TYPE_CHECKING:
    from speclint.authoring.init_proposal import Proposal
    from speclint.authoring.init_survey import Preview
    from speclint.ruleset.model import RuleSet


# How many files a message names.
_SHOWN = 10


def derive(
    template: str,
    learned: tuple[str, ...] = (),
    output: str | None = None,
    id: str | None = None,
    force: bool = False,
) -> int:
    """Writes the rule set that a template shows, to a file or to standard output: the exit code."""
    from speclint.authoring.derive import NotATemplate
    from speclint.authoring.derive import derive as read_template
    from speclint.authoring.ruleset_draft import write
    from speclint.diagnostics import RuleSetError
    from speclint.markdown.document import parse_document
    from speclint.ruleset.library import parse_rule_set
    from speclint.workspace.files import NotWritten, create, replace
    from speclint.workspace.storage import MAX_BYTES

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
    outside = files.is_outside(template, files.repository_of(output or os.path.join(os.curdir, "any")))
    skeleton = "" if template == STDIN or outside else _relative(template, output)
    try:
        draft = read_template(source, name, id, skeleton)
        parse_rule_set(write(draft), output or "<rule set>", source.text)
    except NotATemplate as fault:
        complain(f"{name}:1:1: {fault}")
        return 2
    except RuleSetError as error:
        for problem in error.problems:
            complain(f"{name}: what is derived from it does not load: {problem}")
        return 2
    if learned:
        from speclint.authoring.learn import learn

        documents = run.texts(learned, but=template)
        result = learn(draft, source.text, ((path, parse_document(text)) for path, text in documents))
        for line in _not_learned(result.documents, result.left_out):
            note(line)
        if not result.documents:
            complain(f"{name}: nothing to learn from: no document is of this template")
            return 2
        draft = result.draft
    if template != STDIN and outside:
        note(
            f"{output or 'the rule set'}: does not name its skeleton, as {template} {files.OUTSIDE}; "
            "derive it from a copy inside to have text that is left of the template found"
        )
    text = write(draft)
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
        complain(f"{output}: not written: {error_reason(error)}")
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
    from speclint.authoring import new_document
    from speclint.ruleset.patterns import RegexTimeout
    from speclint.workspace import git
    from speclint.workspace.files import NotWritten, create

    if path == "":
        raise UsageFault("FILE is empty")
    folder = os.path.dirname(path or "") or os.curdir
    if path is not None and os.path.lexists(path):
        complain(f"{path}: is there already (nothing was written)")
        return 2
    if not os.path.isdir(folder):
        complain(f"{path}: there is no folder `{folder}`; make it first")
        return 2
    given = configuration_at(config_path) if config_path else None
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
        facts = new_document.Facts(
            title,
            git.user_name(folder) if author is None else author,
            _today() if date is None else new_document.iso_date(date),
            dict(map(_setting, settings)),
            frozenset(
                name
                for name, value in (("title", title), ("author", author), ("date", date))
                if value is not None
            ),
        )
        text = new_document.fill(new_document.start(rules), rules, facts)
        if path is None:
            say(text)
            return 0
        create(path, text.encode())
    except new_document.Refused as refusal:
        complain(f"{refusal} (nothing was written)")
        return 2
    except RegexTimeout as error:
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
        raise UsageFault(unknown("rule set", template, list(known)))
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

    from speclint.markdown.document import parse_document

    found = run.rules_of(parse_document(text), path, configuration)
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

    from speclint.authoring import init_proposal, init_survey
    from speclint.workspace.files import NotWritten, create

    if not os.path.isdir(folder):
        complain(f"{folder}: no such folder")
        return 2
    path = os.path.normpath(os.path.join(folder, config.DEDICATED))
    holds = config.find(folder)
    if holds is not None and os.path.dirname(holds) == os.path.abspath(folder):
        complain(f"{os.path.relpath(holds)}: configures this folder already (nothing was written)")
        return 2
    found = init_survey.look_around(folder, complain)
    proposed = init_proposal.propose(found.pages, found.rule_sets)
    text = init_proposal.toml(proposed)
    planned = Configuration(path, exclude=proposed.exclude, templates=proposed.templates)
    preview = init_survey.Preview(planned, complain)
    if found.files:
        preview.check((folder,), None)
    asking = not dry_run and all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))
    if dry_run or asking:
        say("".join(f"{escape_controls(line)}\n" for line in text.split("\n")))
    say("".join(f"{escape_controls(line)}\n" for line in _would_check(preview, proposed, found.files)))
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
    from speclint.authoring.init_proposal import listed

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
    sys.stderr.write(escape_controls(question))
    sys.stderr.flush()
    answer = sys.stdin.readline()
    return answer.strip().lower() in ("", "y", "yes") and answer != ""
