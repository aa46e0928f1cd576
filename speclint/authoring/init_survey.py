"""Looks around in a repository: templates, rule sets, documents, and what a configuration would check."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from speclint.authoring.init_proposal import Page, RuleSetFile
from speclint.binding.matcher import bind
from speclint.checks.placeholders.placeholder import placeholder
from speclint.diagnostics import RuleSetError
from speclint.linting.result import Outcome
from speclint.markdown.blocks import Html
from speclint.markdown.document import Document, parse_document
from speclint.ruleset.build import from_data
from speclint.ruleset.detection import candidate, detect
from speclint.ruleset.fingerprints import placeholders_in
from speclint.ruleset.library import bundled_rule_sets
from speclint.ruleset.model import RuleSet
from speclint.ruleset.titles import fold
from speclint.workspace import config, discovery, files
from speclint.workspace.config import Configuration
from speclint.workspace.rule_sets import load
from speclint.workspace.run import Case, Options, Run
from speclint.workspace.storage import MAX_BYTES

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
    """What was found, with paths relative to the folder, and how many Markdown files a run would find."""

    pages: tuple[Page, ...]
    rule_sets: tuple[RuleSetFile, ...]
    files: int


def look_around(folder: str, complain: Callable[[str], None]) -> Survey:
    """The Markdown files of a folder and the rule sets in it; what is no good rule set is told."""
    own = dict(_rule_sets(folder, complain))
    references = {rules.id: rules.id for rules in bundled_rule_sets()}
    references |= {rules.id: path for path, rules in own.items()}
    known = {rules.id: rules for rules in (*bundled_rule_sets(), *own.values())}
    candidates = [candidate(rules) for rules in known.values()]
    skeletons = {rules.skeleton: path for path, rules in own.items() if rules.skeleton}
    reader = Run(Options(None, None, (), (), None, Configuration()), lambda message: None)
    pages: list[Page] = []
    templates: dict[str, str] = {}
    files = 0
    for path in _markdown_files(folder):
        files += not _relative(path, folder).startswith(".")
        if _configured_below(path, folder):
            continue
        source = reader.read(path, path)
        if source is None:
            continue  # told when what would be checked is looked at
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
            pages.append(Page(name, reference, template, blank, frozenset(_headings(document))))
    rule_sets = [RuleSetFile(path, rules.id, templates.get(path, "")) for path, rules in own.items()]
    return Survey(tuple(pages), tuple(rule_sets), files)


def _rule_sets(folder: str, complain: Callable[[str], None]) -> Iterator[tuple[str, RuleSet]]:
    """The rule sets in a folder, by path."""
    found = discovery.folders_ending((".yaml", ".yml"), folder, lambda error: None)
    for path in (around + name for around, names in found for name in names):
        if files.leads_out(path):
            continue
        try:
            data = files.read_bytes(path, MAX_BYTES)
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
    """All Markdown files of a folder, and those of hidden folders that may hold templates."""
    for hidden in _HIDDEN:
        if os.path.isdir(os.path.join(folder, hidden)):
            yield from discovery.markdown_files(os.path.join(folder, hidden), lambda error: None)
    yield from discovery.markdown_files(folder, lambda error: None)


def _configured_below(path: str, folder: str) -> bool:
    """Whether a file in a folder has a configuration that lies nearer than one of the folder would."""
    nearest = config.find(os.path.dirname(os.path.abspath(path)))
    return nearest is not None and nearest.startswith(os.path.join(os.path.abspath(folder), ""))


def _relative(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")


def _is_template(path: str, document: Document) -> bool:
    """Whether a file is there to be copied: by its name or, where that says too little, its open places."""
    if _ISSUES.match(path):
        return False
    if _SURE.fullmatch(path):
        return True
    if not _LIKELY.fullmatch(path):
        return False
    comments = sum(isinstance(block, Html) and block.comment for block in document.blocks)
    return comments + _open_places(document) >= _FEW


def _is_blank(document: Document) -> bool:
    """Whether nothing of a document is written: it leaves a place open for every heading, and many."""
    headings = sum(section.heading is not None for section in document.sections)
    return document.source.text.count("[") >= _MANY and _open_places(document) >= max(_MANY, headings)


def _open_places(document: Document) -> int:
    return sum(1 for _ in placeholder(bind(document, _NOTHING)))


def _headings(document: Document) -> Iterator[str]:
    for section in document.sections:
        if section.level > 1 and not section.bold and not any(placeholders_in(section.title)):
            yield fold(section.title)


class Preview(Run):
    """What a run under a configuration that is not there yet would check.

    `checked` has the paths by rule set and by the glob that decides, "" where the document itself does;
    `chosen` counts the files that are not left out.
    """

    def __init__(self, planned: Configuration, complain: Callable[[str], None]) -> None:
        super().__init__(Options(None, None, (), (), None, None), complain)
        self.planned = planned
        self.checked: dict[tuple[str, str], list[str]] = {}
        self.chosen = 0

    def files_in(self, folder: str) -> Iterator[tuple[str, str]]:
        """The files of a folder that its configuration chooses."""
        for file in super().files_in(folder):
            self.chosen += 1
            yield file

    def configuration(self, path: str) -> Configuration | None:
        """The planned one, except where another lies nearer to a file."""
        below = _configured_below(path, self.planned.folder)
        return super().configuration(path) if below else self.planned

    def judge(self, case: Case) -> Outcome:
        """Notes which rule set a file would be checked under."""
        configuration = self.configuration(case.name)
        glob = (configuration.glob(case.name) if configuration else None) or ""
        self.checked.setdefault((case.rules.id, glob), []).append(case.name)
        return Outcome(case.name, "left")
