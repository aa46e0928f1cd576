"""Survey a repository: templates, rule sets, documents, and what a configuration would check."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from speclint.authoring.derive import NotATemplate, derive
from speclint.authoring.init_proposal import Page, RuleSetFile
from speclint.binding.matcher import bind
from speclint.checks.placeholders.placeholder import placeholder
from speclint.diagnostics import RuleSetError
from speclint.markdown.blocks import Html
from speclint.markdown.document import Document, parse_document
from speclint.ruleset.build import from_data
from speclint.ruleset.detection import candidate, detect
from speclint.ruleset.library import bundled_rule_sets
from speclint.ruleset.model import RuleSet
from speclint.ruleset.open_places import placeholders_in
from speclint.ruleset.titles import fold
from speclint.workspace import config, discovery, files, limits
from speclint.workspace.config import Configuration
from speclint.workspace.linter import FileLinter, Job
from speclint.workspace.options import Options
from speclint.workspace.resolver import Resolver, WorkspaceError
from speclint.workspace.rule_sets import load
from speclint.workspace.selection import Selection

# Hidden folders in which other tools keep templates.
_HIDDEN = (".github", ".gitlab", ".azuredevops", ".specify")

# Names that only templates have, and names and folders that others may have as well.
_SURE = re.compile(
    r"(?i)(?:.*/)?(?:(?:pull|merge)_request_templates?/[^/]+|(?:(?:pull|merge)_request_|[n0x]{2,}[-_])?template\.\w+)"
)

_LIKELY = re.compile(r"(?i)(?:.*/)?(?:(?:[^/]*[-_. ])?templates?/.*|[^/]*[-_. ]template\.\w+)")

_ISSUES = re.compile(r"(?i)(?:.*/)?issue_templates?(?:[./].*)?$")

# How many open places make a template of a file with such a name, and a form to fill in of any other.
_FEW, _MANY = 2, 8

_MARKS = re.compile(rb"ruleset\.schema\.json|^(?:sections|extends)[ \t]*:", re.MULTILINE)

_OURS = b"ruleset.schema.json"

_NOTHING = from_data({"id": "nothing"})


class Survey(NamedTuple):
    """The pages and rule sets of a folder, with relative paths, and the number of its Markdown files.

    `files` leaves out those in hidden folders, which a run does not find.
    """

    pages: tuple[Page, ...]
    rule_sets: tuple[RuleSetFile, ...]
    files: int


def look_around(folder: str, complain: Callable[[str], None]) -> Survey:
    """Return the Markdown files of a folder and the rule sets in it.

    `complain` is called with each fault of a faulty rule set.
    """
    own = dict(_rule_sets(folder, complain))
    references = {rules.id: rules.id for rules in bundled_rule_sets()}
    references |= {rules.id: path for path, rules in own.items()}
    known = {rules.id: rules for rules in (*bundled_rule_sets(), *own.values())}
    candidates = [candidate(rules) for rules in known.values()]
    skeletons = {rules.skeleton: path for path, rules in own.items() if rules.skeleton}
    reader = FileLinter(Resolver(Options(config=Configuration())))
    pages: list[Page] = []
    templates: dict[str, str] = {}
    files = 0
    for path in _markdown_files(folder):
        files += not _relative(path, folder).startswith(".")
        if _configured_below(path, folder):
            continue
        try:
            source = reader.read(path, path)
        except WorkspaceError:
            continue  # reported when what would be checked is looked at
        document = parse_document(source)
        name = _relative(path, folder)
        rule_set = skeletons.get(source.text)
        if rule_set is not None:
            templates.setdefault(rule_set, name)
        id = detect(document, candidates)
        reference = rule_set or (references[id] if id else None)
        template = rule_set is not None or _is_template(name, document)
        if template or not name.startswith("."):
            blank = reference is None and _is_blank(document)
            derivable = (template or blank) and _is_derivable(document, name)
            pages.append(Page(name, reference, template, blank, frozenset(_headings(document)), derivable))
    rule_sets = [RuleSetFile(path, rules.id, templates.get(path, "")) for path, rules in own.items()]
    return Survey(tuple(pages), tuple(rule_sets), files)


def _rule_sets(folder: str, complain: Callable[[str], None]) -> Iterator[tuple[str, RuleSet]]:
    """Yield the rule sets in a folder, by path; call `complain` with the faults of others."""
    found = discovery.folders_ending((".yaml", ".yml"), folder, lambda error: None)
    for path in (around + name for around, names in found for name in names):
        if files.leads_out(path):
            continue
        try:
            data = files.read_bytes(path, limits.RULE_SET)
        except OSError:
            continue
        name = _relative(path, folder)
        if not _MARKS.search(data):
            continue
        try:
            yield name, load(path)
        except RuleSetError as error:
            # Other tools have files with such keys: only what says that it is ours is faulty.
            if _OURS in data:
                for problem in error.problems:
                    complain(str(problem))


def _markdown_files(folder: str) -> Iterator[str]:
    """Yield all Markdown files of a folder, and those of hidden folders that may hold templates."""
    for hidden in _HIDDEN:
        if os.path.isdir(os.path.join(folder, hidden)):
            yield from discovery.markdown_files(os.path.join(folder, hidden), lambda error: None)
    yield from discovery.markdown_files(folder, lambda error: None)


def _configured_below(path: str, folder: str) -> bool:
    """Return whether the nearest configuration of a file is below the folder."""
    nearest = config.find(os.path.dirname(os.path.abspath(path)))
    return nearest is not None and nearest.startswith(os.path.join(os.path.abspath(folder), ""))


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")


def _is_template(path: str, document: Document) -> bool:
    """Return whether a file is there to be copied, by its name or, if that is unclear, its placeholders."""
    if _ISSUES.match(path):
        return False
    if _SURE.fullmatch(path):
        return True
    if not _LIKELY.fullmatch(path):
        return False
    comments = sum(isinstance(block, Html) and block.comment for block in document.blocks)
    return comments + _open_places(document) >= _FEW


def _is_blank(document: Document) -> bool:
    """Return whether nothing of a document is filled in: it has many placeholders, one for each heading."""
    headings = sum(section.heading is not None for section in document.sections)
    return document.source.text.count("[") >= _MANY and _open_places(document) >= max(_MANY, headings)


def _is_derivable(document: Document, name: str) -> bool:
    """Return whether `speclint derive` makes a rule set of a template."""
    try:
        derive(document.source, name)
    except NotATemplate:
        return False
    return True


def _open_places(document: Document) -> int:
    return sum(1 for _ in placeholder(bind(document, _NOTHING)))


def _headings(document: Document) -> Iterator[str]:
    for section in document.sections:
        if section.level > 1 and not section.bold and not any(placeholders_in(section.title)):
            yield fold(section.title)


class Preview(NamedTuple):
    """What a run under a planned configuration would check.

    `checked` has the paths by rule set and by the glob that decides, "" if the document itself does; `chosen`
    counts the files that are not excluded, `skipped` those that are under no rule set. `messages` state what
    could not be read.
    """

    checked: Mapping[tuple[str, str], list[str]] = {}
    chosen: int = 0
    skipped: int = 0
    messages: tuple[str, ...] = ()


def preview(planned: Configuration, folder: str | None) -> Preview:
    """Return what a run over a folder (None: over nothing) would check under a planned configuration."""
    if folder is None:
        return Preview()
    resolver = Resolver(Options(), planned=planned)
    linter = FileLinter(resolver)
    selection = Selection.of(resolver, (folder,))
    checked: dict[tuple[str, str], list[str]] = {}
    skipped = 0
    messages = list(selection.messages)
    for path, name in selection.files:
        try:
            found = linter.prepare(path, name, linter.read(path, name))
        except WorkspaceError as error:
            messages += error.messages
            continue
        if isinstance(found, Job):
            glob = resolver.configuration(name).glob(name) or ""
            checked.setdefault((found.rules.id, glob), []).append(name)
        else:
            skipped += found.status == "skipped"
            messages += found.messages
    return Preview(checked, len(selection.files), skipped, tuple(dict.fromkeys(messages)))
