"""One run over files and folders: which to check, under which rule set, with what result.

It prints nothing: what cannot be done is told to whom it may concern, and the run goes on. It writes no file
but those that it is asked to fix.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Literal, NamedTuple

from speclint.binding.matcher import bind
from speclint.binding.model import Binding
from speclint.binding.surroundings import DocumentLocation
from speclint.diagnostics import RuleSetError, Severity, error_reason, format_problems
from speclint.linting.lint import chosen, judge
from speclint.linting.obligations import obligations
from speclint.linting.result import Outcome
from speclint.markdown.document import parse_document
from speclint.markdown.source import NotText, Source
from speclint.reporters.formats import Checked
from speclint.ruleset.bundled import bundled
from speclint.ruleset.detection import Candidate, bundled_candidate, candidate, declaration, detect, meant
from speclint.ruleset.model import RuleSet
from speclint.ruleset.patterns import RegexTimeout
from speclint.workspace import config, discovery, files, rule_sets
from speclint.workspace.config import Configuration, ConfigurationError
from speclint.workspace.surroundings import MAX_BYTES, Checkout

if TYPE_CHECKING:
    from datetime import date

    from speclint.coverage.model import Measurements
    from speclint.diagnostics import Diagnostic
    from speclint.fixes.fix import Applied
    from speclint.markdown.document import Document
    from speclint.workspace.baseline_file import Ledger
    from speclint.workspace.replay import Piece, Replay


STDIN = "-"

# Fewer files are looked at sooner than it takes to find out what is known of them.
FEW = 16


class Options(NamedTuple):
    """What is asked of every file; None and () leave it to the configuration."""

    template: str | None
    stage: str | None
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: Severity | None
    config: Configuration | None
    # Texts are fixed before they are checked; without `write`, only in mind.
    fix: bool = False
    unsafe: bool = False
    write: bool = True
    # The file of what was found before; it is what the configuration names where this is None.
    baseline: str | None = None
    # What is found is to be written there: nothing is known yet, and the file need not be there.
    write_baseline: bool = False
    # The day it is, for what holds until some day; None: nothing has expired.
    today: date | None = None
    # Coverage reports; () leaves them to the configuration.
    coverage: tuple[str, ...] = ()
    # Files that are named are left out like those that are found.
    force_exclude: bool = False
    # How many processes look at files; None: as many as are worth it.
    jobs: int | None = None
    # Larger files are refused.
    max_bytes: int = MAX_BYTES


class Case(NamedTuple):
    """A text and what it is to be checked under; its stage is its own where that is None.

    `document` is what was read from it, as long as it is at hand.
    """

    path: str
    name: str
    source: Source
    document: Document | None
    rules: RuleSet
    stage: str | None
    select: Collection[str]
    ignore: Collection[str]
    severities: Mapping[str, Severity | None]
    fail_on: Severity
    require_reason: bool
    measured: Measurements | None
    ledger: Ledger | None = None
    fixed: tuple[Applied, ...] = ()


class Change(NamedTuple):
    """What fixing would make of a text."""

    name: str
    old: str
    new: str


class Run:
    """One run over files: what was checked, what was skipped, and whether anything went wrong."""

    def __init__(self, options: Options, complain: Callable[[str], None]) -> None:
        self.options = options
        self.complain = complain
        self.documents: list[Checked] = []
        self.skipped: list[str] = []
        # Folders whose files the configuration leaves out altogether, and how many files those are.
        self.excluded: dict[str, int] = {}
        # By the id of their rule set, the files that have no such stage as was asked for.
        self.without_stage: dict[str, list[str]] = {}
        # Files that are named and nevertheless left out.
        self.left_out: list[str] = []
        # By the id of a rule set, the numbers of its section rules that any document had a section for.
        self.bound: dict[str, set[int]] = {}
        # What fixing would change, where it may not write.
        self.changes: list[Change] = []
        # The text of standard input, fixed or as it came.
        self.piped: str | None = None
        # By path, the baselines; None for one that cannot be used.
        self.ledgers: dict[str, Ledger | None] = {}
        # Coverage reports that a configuration names and that are not there.
        self.unmeasured: list[str] = []
        self.failed = False
        self.found = False
        self._rules: dict[str, RuleSet | None] = {}
        self._candidates: dict[str, Candidate | None] = {}
        # By the id of a rule set that any document was under, its stages.
        self._used: dict[str, tuple[str, ...]] = {}
        self._configurations: dict[str, Configuration | None] = {}
        self._measured: dict[tuple[str, ...], Measurements | Literal[False] | None] = {}
        # By folder, the root of what lies around its documents, its path from there, and whether that is the
        # root of a repository; and by root, what is known of that.
        self._around: dict[str, tuple[str, str, bool]] = {}
        self._checkouts: dict[str, Checkout] = {}
        # What the paths of the files that were named begin with, a folder each.
        self.folders: list[str] = []
        # The files that the run is over, also those that could not be read.
        self.names: list[str] = []
        # What files that are no links were like when they were found.
        self.states: dict[str, os.stat_result] = {}
        self._told: set[str] = set()

    def learn(self, other: Run) -> None:
        """Takes over what another run has read: configurations, rule sets, baselines and coverage reports."""
        self._rules = dict(other._rules)
        self._candidates = dict(other._candidates)
        self._configurations = dict(other._configurations)
        self._measured = dict(other._measured)
        self.ledgers = dict(other.ledgers)
        self._around = dict(other._around)

    def fail(self, path: str, why: str) -> None:
        """Notes and says that something about a file could not be done."""
        self.failed = True
        self.complain(f"{path}: {why}")

    def check(self, paths: Sequence[str], stdin_filename: str | None) -> None:
        """Checks every file that the paths name, each once, after fixing all of them if that is asked."""
        named = self.named(paths, stdin_filename)
        self.names = [name for _, name in named]
        for outcome in self.fixed(named) if self.options.fix else self.outcomes(named):
            self.take(outcome)
        stage = self.options.stage
        if stage is not None and all(document.stage != stage for document in self.documents):
            for id, order in self._used.items():
                self.refuse(id, order, stage)

    def named(self, paths: Sequence[str], stdin_filename: str | None) -> list[tuple[str, str]]:
        """The files that the paths name, each once, and the names that they go by."""
        named: dict[str, str] = {}
        # By folder, what the real paths of its files begin with, and whether they are others than it says.
        folders: dict[str, tuple[str, bool]] = {}
        # The real paths of files that are named in another way, in order.
        linked: dict[str, None] = {}
        for folder, file in self.files(paths):
            path = folder + file
            if folder not in folders:
                real = os.path.realpath(folder)
                folders[folder] = os.path.join(real, ""), real != os.path.abspath(folder)
            around, elsewhere = folders[folder]
            is_link = self.is_link(path)
            if path == STDIN:
                key = path
            elif is_link or file in ("", os.curdir, os.pardir):
                key, elsewhere = os.path.realpath(path), True
            else:
                key = around + file
            # A link is left alone by a fix, so a file goes by a name of its own where it has one.
            if key not in named or (not is_link and os.path.islink(named[key])):
                named[key] = path
            if elsewhere:
                linked[key] = None
        self.folders = list(folders)
        for key in linked:
            if self.leads_out(named[key], key):
                del named[key]
        return [(path, (stdin_filename or "<stdin>") if path == STDIN else path) for path in named.values()]

    def is_link(self, path: str) -> bool:
        """Whether a path is a symbolic link; what else is there is noted in `states`."""
        try:
            state = os.lstat(path)
        except (OSError, ValueError):  # reading it says what is wrong
            return False
        if stat.S_ISLNK(state.st_mode):
            return True
        self.states[path] = state
        return False

    def leads_out(self, path: str, real: str) -> bool:
        """Whether a path, of which the real one is given, leads out of its repository; says so."""
        outside = real != os.path.abspath(path) and files.leads_out(path)
        if outside:
            self.fail(path, f"not read: {files.OUTSIDE}")
        return outside

    def fixed(self, named: Sequence[tuple[str, str]]) -> Iterator[Outcome]:
        """What comes of files after all of them have been fixed."""
        cases = [self.case(*one) for one in named]
        cases = [self.fix(case) if isinstance(case, Case) else case for case in cases]
        # What was found out about files may no longer be true of them.
        self._checkouts.clear()
        return (self.judge(case) if isinstance(case, Case) else case for case in cases)

    def replay(self, command: str, paths: Sequence[str], stdin_filename: str | None) -> Replay | None:
        """The last run of a command over the files that the paths name; None where none is kept."""
        return None

    def remember(self, replay: Replay, code: int, pieces: Sequence[Piece]) -> None:
        """Keeps what a command said about this run."""

    def outcomes(self, named: Sequence[tuple[str, str]]) -> Iterator[Outcome]:
        """What comes of files, in their order."""
        return (self.look(*one) for one in named)

    def look(self, path: str, name: str) -> Outcome:
        """What comes of a file."""
        case = self.case(path, name)
        return self.judge(case) if isinstance(case, Case) else case

    def take(self, outcome: Outcome) -> None:
        """Keeps what came of a document."""
        for line in outcome.said:
            # What is wrong with all files is said by every process.
            if line not in self._told:
                self._told.add(line)
                self.complain(line)
        self.failed |= outcome.failed
        if outcome.rules:
            self._used[outcome.rules] = outcome.order
        if outcome.status == "skipped":
            self.skipped.append(outcome.name)
        if outcome.status == "unstaged":
            self.without_stage.setdefault(outcome.rules, []).append(outcome.name)
        ledger = self.ledger(outcome.ledger) if outcome.judged is not None else None
        if outcome.judged is not None and ledger is not None:
            ledger.take(outcome.judged)
        checked = outcome.checked
        if checked is not None:
            self.documents.append(checked)
            self.bound.setdefault(checked.template, set()).update(outcome.bound)
            self.found |= any(d.severity >= checked.fail_on and not d.known for d in checked.diagnostics)

    def refuse(self, id: str, order: Sequence[str], stage: str) -> None:
        """Notes and says that a rule set with these stages does not have the one that was asked for."""
        from speclint.diagnostics import did_you_mean, quoted

        stages = f"its stages are {quoted(order)}" if order else "it has no stages"
        self.failed = True
        self.complain(f"rule set `{id}` has no stage `{stage}`; {stages}{did_you_mean(stage, order)}")

    def files(self, paths: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The files that paths name: what leads to the folder of each, and its name there."""
        for path in paths:
            if path != STDIN and os.path.isdir(path):
                yield from self.files_in(path)
            elif self.options.force_exclude and path != STDIN and not self.is_chosen(path):
                self.left_out.append(path)
            else:
                file = os.path.basename(path)
                yield path[: len(path) - len(file)], file

    def texts(self, paths: Sequence[str], but: str) -> Iterator[tuple[str, Source]]:
        """The files that paths and globs name with their texts, each once, without the one at `but`."""
        done = {os.path.realpath(but)}
        named = [found for path in paths for found in self.globbed(path)]
        for folder, file in self.files(named):
            path = folder + file
            real = os.path.realpath(path)
            known = real in done or self.leads_out(path, real)
            source = None if known else self.read(path, path)
            done.add(real)
            if source is not None:
                yield path, source

    def globbed(self, path: str) -> list[str]:
        """What a path names: itself, or as a glob the files that match."""
        if os.path.lexists(path) or not any(mark in path for mark in "*?["):
            return [path]
        from glob import glob

        found = sorted(glob(path, recursive=True))
        if not found:
            self.fail(path, "no file matches")
        return found

    def is_chosen(self, path: str) -> bool:
        """Whether the configuration of a file does not leave it out."""
        configuration = self.configuration(path)
        return configuration is None or configuration.chosen(path)

    def files_in(self, folder: str) -> Iterator[tuple[str, str]]:
        """The files of a folder that its configuration chooses, as `files` has them."""
        failed_before, count, chosen = self.failed, 0, 0

        def failed(error: OSError) -> None:
            self.fail(str(error.filename), f"cannot read the folder: {error_reason(error)}")

        whole = self.configuration(os.path.join(folder, "any.md"))
        for around, names in discovery.markdown_folders(folder, failed):
            if not names:
                continue
            count += len(names)
            # What the configuration of the whole folder leaves out, one further down cannot bring back.
            own = self.configuration(around + names[0])
            for one in (whole,) if own is whole else (whole, own):
                if one is not None:
                    names = one.chosen_in(around, names)
            chosen += len(names)
            yield from zip(repeat(around), names)
        if count and not chosen:
            self.excluded[folder] = count
        if not count and self.failed == failed_before:
            self.fail(folder, "no Markdown files (*.md, *.markdown) in this folder")

    def case(self, path: str, name: str) -> Case | Outcome:
        """A text and what it is checked under; what came of it where it is not to be checked or cannot be."""
        source = self.read(path, name)
        if source is not None and path == STDIN:
            self.piped = source.text
        configuration = self.configuration(name)
        left = Outcome(name, "left")
        if source is None or configuration is None:
            return left
        measured = self.measured(configuration)
        if measured is False:
            return left
        document = parse_document(source)
        rules = self.rules_of(document, name, configuration)
        if rules is None:
            return left
        if rules is False:
            return Outcome(name, "skipped")
        ledger = None
        baseline = self.options.baseline or configuration.baseline
        if baseline and name != "<stdin>":
            ledger = self.ledger(baseline)
            if ledger is None:
                return left
        # Without stages everything is owed at any time, and so at the one that was asked for.
        stage = self.options.stage if rules.stages else None
        if stage is not None and rules.stages is not None and stage not in rules.stages.order:
            return Outcome(name, "unstaged", rules.id, rules.stages.order)
        return Case(
            path, name, source, document, rules, stage,
            select=self.options.select or configuration.select,
            ignore=(*self.options.ignore, *configuration.ignore),
            severities=configuration.checks,
            fail_on=self.options.fail_on or configuration.fail_on,
            require_reason=configuration.require_reason,
            ledger=ledger,
            measured=measured,
        )  # fmt: skip

    def fix(self, case: Case) -> Case:
        """Fixes a text and writes it: the case with what it is now, which is what it was when that fails."""
        from speclint.fixes.fix import Unfixable, UnsoundFix, fix_binding

        # All cases wait for the last one, and documents take much more room than their texts.
        unread = case._replace(document=None)
        try:
            mended = fix_binding(
                self.bind(case),
                unsafe=self.options.unsafe,
                select=case.select,
                ignore=case.ignore,
                severities=case.severities,
                today=self.options.today,
                spared=case.ledger.spares(case.name) if case.ledger is not None else None,
            )
        except RegexTimeout as error:
            self.fail(case.name, f"not fixed: {error} (rule set `{case.rules.id}`)")
            return unread
        except Unfixable as error:
            self.fail(case.name, f"not fixed: {error}")
            return unread
        except UnsoundFix as error:
            self.fail(case.name, f"not fixed, this is a bug of speclint's: {error}; please report it")
            return unread
        if mended.source.text == case.source.text or not self.write(case, mended.source.text):
            return unread
        return unread._replace(source=mended.source, fixed=mended.applied)

    def write(self, case: Case, text: str) -> bool:
        """Puts a new text in the place of the old one, or notes that it would; says why when it cannot."""
        from speclint.workspace.files import NotWritten, replace

        old = case.source.text
        if not self.options.write and os.path.islink(case.path):
            # No program would take the diff, nor that of the other files with it.
            self.fail(case.name, "no diff: is a symbolic link")
            return False
        if not self.options.write:
            self.changes.append(Change(case.name, old, text))
        elif case.path == STDIN:
            self.piped = text
        else:
            try:
                replace(case.path, old.encode(), text.encode())
            except NotWritten as error:
                self.fail(case.name, f"not written: {error}")
                return False
        return True

    def bind(self, case: Case) -> Binding:
        """The binding of a text."""
        document = case.document or parse_document(case.source)
        return bind(document, case.rules, case.stage, self.place(case.path, case.name), case.measured)

    def judge(self, case: Case) -> Outcome:
        """Lints a text: what comes of it."""
        order = case.rules.stages.order if case.rules.stages else ()
        judged = None
        try:
            binding = self.bind(case)
            diagnostics, hidden = judge(
                binding, case.select, case.ignore, case.severities, self.options.today, case.require_reason
            )
            if case.ledger is not None:
                checks = chosen(binding, case.select, case.ignore, case.severities)
                ran = {check.id for check, _ in checks}
                judged = case.ledger.judged(case.name, binding, diagnostics, ran)
                diagnostics = judged.diagnostics
            diagnostics = self.weighed(case, binding, diagnostics)
        except RegexTimeout as error:
            self.fail(case.name, f"{error} (rule set `{case.rules.id}`)")
            return Outcome(case.name, "left", case.rules.id, order)
        owed = obligations(binding, diagnostics, hidden)
        met = sum(obligation.met for obligation in owed)
        checked = Checked(
            case.name, case.source, case.rules.id, binding.stage, met, len(owed), diagnostics, case.fixed,
            case.fail_on,
        )  # fmt: skip
        return Outcome(
            case.name,
            "checked",
            case.rules.id,
            order,
            checked.trimmed(),
            tuple(number for number, sections in enumerate(binding.sections) if sections),
            case.ledger.path if case.ledger is not None else "",
            judged,
        )

    def ledger(self, path: str) -> Ledger | None:
        """The baseline in a file; None, and a complaint once, when it cannot be used."""
        if path not in self.ledgers:
            from speclint.linting.baseline import BaselineError
            from speclint.workspace.baseline_file import load

            self.ledgers[path] = None
            try:
                self.ledgers[path] = load(path, new=self.options.write_baseline)
            except BaselineError as error:
                self.failed = True
                self.complain(str(error))
        return self.ledgers[path]

    def weighed(
        self, case: Case, binding: Binding, diagnostics: tuple[Diagnostic, ...]
    ) -> tuple[Diagnostic, ...]:
        """The diagnostics of a document, those marked that count for nothing here."""
        return diagnostics

    def rules_of(
        self, document: Document, name: str, configuration: Configuration
    ) -> RuleSet | Literal[False] | None:
        """The rule set that a document is under; False for none, None where the reason is told."""
        template = self.options.template or configuration.template(name)
        if template is not None:
            return self.rules(template)
        found = [(reference, self.candidate(reference)) for reference in _references(configuration)]
        known = {one.id: (reference, one) for reference, one in found if one is not None}
        if any(one is None for _, one in found):
            return None
        said = declaration(document)
        wanted = meant(said.value, known) if said is not None else None
        if said is not None and wanted is not None:
            line, column = document.source.position(said.value_span.start)
            self.fail(f"{name}:{line}:{column}", f"no rule set `{said.value}`; did you mean `{wanted}`?")
            return None
        id = detect(document, [one for _, one in known.values()])
        return False if id is None else self.rules(known[id][0])

    def place(self, path: str, name: str) -> DocumentLocation | None:
        """Where a document lies; None for standard input without a name."""
        if path == STDIN and name == "<stdin>":
            return None
        # The folder is looked up as it is, the document itself may be a link to elsewhere.
        folder, file = os.path.split(name)
        if file in ("", os.curdir, os.pardir):
            folder, file = os.path.split(os.path.abspath(name))
        if folder not in self._around:
            real = os.path.realpath(folder)
            root, whole = discovery.root_of(real)
            above = os.path.relpath(real, root).replace(os.sep, "/")
            self._around[folder] = root, "" if above == os.curdir else f"{above}/", whole
        root, above, whole = self._around[folder]
        if root not in self._checkouts:
            self._checkouts[root] = Checkout(root)
        return DocumentLocation(self._checkouts[root], above + file, whole)

    def read(self, path: str, name: str) -> Source | None:
        """The text of a file; says why and gives None when it cannot be read."""
        data = self.data(path, name, self.options.max_bytes, piped=True)
        if data is None:
            return None
        try:
            return Source.decode(data)
        except NotText as error:
            self.fail(f"{name}:{error.line}:{error.column}", str(error))
            return None

    def data(self, path: str, name: str, limit: int, piped: bool = False) -> bytes | None:
        """The bytes of a file, no more than a limit; says why and gives None when they cannot be read.

        `piped` says that `-` stands for standard input.
        """
        try:
            if piped and path == STDIN and sys.stdin is None:  # closed by whoever started the command
                self.fail(name, "standard input is closed")
                return None
            from_pipe = piped and path == STDIN
            data = sys.stdin.buffer.read(limit + 1) if from_pipe else files.read_bytes(path, limit)
        except (files.NotAFile, IsADirectoryError):
            self.fail(name, "not a regular file" + " (for a pipe, use `-`)" * piped)
            return None
        except FileNotFoundError:
            self.fail(name or "''", "no such file or folder")
            return None
        except (OSError, ValueError) as error:
            self.fail(name, f"cannot be read: {error_reason(error)}")
            return None
        if len(data) > limit:
            self.fail(name, f"larger than {limit // 1_000_000} MB")
            return None
        return data

    def configuration(self, path: str) -> Configuration | None:
        """The configuration that holds for a file; None, and a complaint once, when it is bad."""
        if self.options.config is not None:
            return self.options.config
        folder, file = os.path.split(path)
        if file in ("", os.curdir, os.pardir):
            folder = os.path.dirname(os.path.abspath(path))
        folder = folder or os.curdir
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
            for line in format_problems(error.problems):
                self.complain(line)
            return None

    def measured(self, configuration: Configuration) -> Measurements | Literal[False] | None:
        """What the coverage reports say, read once; None without any, False when one of them is bad.

        One that is not there is bad on the command line. Where the configuration names it, it may not have
        been made yet: then nothing is compared, as the others alone would say too little.
        """
        paths = self.options.coverage or configuration.reports()
        if not paths:
            return None
        if paths not in self._measured:
            absent = [] if self.options.coverage else [path for path in paths if not os.path.lexists(path)]
            self.unmeasured += absent
            self._measured[paths] = None if absent else self._measure(paths)
        return self._measured[paths]

    def _measure(self, paths: Sequence[str]) -> Measurements | Literal[False]:
        from speclint.coverage.numbers import ReportError
        from speclint.coverage.reports import MAX_BYTES, Report, merge, parse

        reports: list[Report] = []
        for path in paths:
            data = self.data(path, path, MAX_BYTES)
            if data is None:
                continue
            try:
                reports.append(parse(data, path))
            except ReportError as error:
                self.fail(f"{path}:{error.line}" if error.line else path, str(error))
        if len(reports) < len(paths):
            return False
        try:
            return merge(reports, os.getcwd())
        except ReportError as error:
            self.fail(", ".join(paths), str(error))
            return False

    def omitted(self) -> Iterator[str]:
        """What was asked for and not looked at, for a reason that is none of the files', a line each."""
        for path in self.left_out:
            yield f"speclint: {path}: excluded by the configuration"

    def configurations(self) -> tuple[Configuration, ...]:
        """The configurations that held for any file."""
        if self.options.config is not None:
            return (self.options.config,)
        found = {one.path: one for one in self._configurations.values() if one is not None}
        return tuple(found.values())

    def rules(self, template: str) -> RuleSet | None:
        """A rule set by id or path; None, and a complaint once, when there is none that is good."""
        if template not in self._rules:
            self._rules[template] = None
            try:
                self._rules[template] = rule_sets.find(template)
            except RuleSetError as error:
                self.failed = True
                for line in format_problems(error.problems):
                    self.complain(line)
        return self._rules[template]

    def candidate(self, reference: str) -> Candidate | None:
        """What detection needs of a rule set by id or path; None, and a complaint once, when that is bad."""
        if reference not in self._candidates:
            known = bundled_candidate(reference) if reference in bundled() else None
            if known is None:
                rules = self.rules(reference)
                known = candidate(rules) if rules is not None else None
            self._candidates[reference] = known
        return self._candidates[reference]

    def known(self, configuration: Configuration) -> dict[str, RuleSet] | None:
        """By id, the bundled rule sets and those that a configuration names; None when one is bad."""
        found = [self.rules(reference) for reference in _references(configuration)]
        return None if None in found else {rules.id: rules for rules in found if rules is not None}


def _references(configuration: Configuration) -> list[str]:
    """The rule sets that are recognised: those that are bundled, and those that a configuration names."""
    return [*bundled(), *(configuration.reference(name) for _, name in configuration.templates)]
