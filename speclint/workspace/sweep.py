"""A run over many files: what earlier runs know is not looked at again, the rest is spread over processes."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from time import time_ns
from typing import Literal

from speclint.binding.surroundings import DocumentLocation
from speclint.coverage.model import Measurements
from speclint.linting.result import Outcome
from speclint.markdown import digest
from speclint.markdown.source import Source
from speclint.ruleset.model import RuleSet
from speclint.workspace import files, storage
from speclint.workspace.config import Configuration
from speclint.workspace.replay import Piece, Replay
from speclint.workspace.results import Results, Stamp, stamp_of
from speclint.workspace.run import FEW, STDIN, Case, Options, Run
from speclint.workspace.surroundings import Checkout, RecordingFiles
from speclint.workspace.workers import WorkerLost, cores, spread

# So many bytes are worth another process, and so many are handed to one at a time.
_WORTH, _PORTION = 200_000, 100_000

# What any file takes besides, as if it were bytes.
_FOR_A_FILE = 1000


Named = tuple[str, str]


class Sweep(Run):
    """A run over many files."""

    def __init__(self, options: Options, complain: Callable[[str], None]) -> None:
        super().__init__(options, complain)
        # Before any file is looked at.
        self.began = time_ns()
        self._named: dict[tuple[str | None, ...], list[Named]] = {}
        # By root, what was asked of the files around and the answers; None while that is not all known.
        self.world: dict[str, dict[str, str]] | None = None

    def named(self, paths: Sequence[str], stdin_filename: str | None) -> list[Named]:
        """The files that the paths name; looked for once."""
        key = (stdin_filename, *paths)
        if key not in self._named:
            self._named[key] = super().named(paths, stdin_filename)
        return self._named[key]

    def replay(self, command: str, paths: Sequence[str], stdin_filename: str | None) -> Replay | None:
        """The last run of a command over the files that the paths name; None where there can be none."""
        named = self.named(paths, stdin_filename)
        if self.failed or len(named) < FEW or STDIN in paths or storage.cache_folder() is None:
            return None
        # What is wrong with rule sets is said when a document needs them.
        reader = Run(self.options, _mute)
        reader.learn(self)
        terms = _Terms(reader)
        for folder in self.folders:
            one = os.path.join(folder, "any.md")
            reader.configuration(one)
            self.place(one, one)
        read = [(one, terms.of_all(one)) for one in reader.configurations()]
        if reader.failed or reader.ledgers:  # a baseline also tells of files that are not among these
            return None
        told = repr((command, read, reader.unmeasured, self.excluded, self.left_out, self._around))
        # Looking at what cannot be looked at says what is wrong.
        with suppress(OSError, ValueError):
            files = [(path, self.states.get(path) or os.stat(path)) for path, _ in named]
            return Replay(f"{os.getcwd()} {command}", told, files, self.began)
        return None

    def remember(self, replay: Replay, code: int, pieces: Sequence[Piece]) -> None:
        """Keeps what a command said about this run."""
        if self.world is not None and not self.failed:
            replay.keep(code, pieces, self.world)

    def outcomes(self, named: Sequence[Named]) -> Iterator[Outcome]:
        """What comes of files, in their order."""
        if len(named) < FEW:
            yield from super().outcomes(named)
            return
        terms = _Terms(self)
        memory = _Memory(self) if storage.cache_folder() is not None else None
        known: dict[Named, Outcome] = {}
        sizes: dict[Named, int] = {}
        for one in named:
            if one[0] == STDIN:
                known[one] = self.look(*one)
                continue
            with suppress(OSError, ValueError):  # reading it says what is wrong
                sizes[one] = (self.states.get(one[0]) or os.stat(one[0])).st_size
            owed = terms.of(one[1])
            found = memory.recall(*one, owed) if memory is not None and owed is not None else None
            if found is not None:
                known[one] = found
        left = [one for one in named if one not in known]
        looked = self._looked(left, sizes, memory is not None)
        for one in named:
            outcome = known.pop(one, None)
            if outcome is None:
                outcome = next(looked, None)
                if outcome is None:  # a process was lost
                    continue
                if memory is not None:
                    memory.keep(*one, outcome)
            yield outcome.interned()
        if memory is not None:
            self.world = memory.save()

    def _looked(self, left: Sequence[Named], sizes: dict[Named, int], traced: bool) -> Iterator[Outcome]:
        """What comes of files that nothing is known of; not of all of them when a process is lost."""
        shares = portions(left, sizes)
        total = sum(sizes.get(one, 0) for one in left)
        jobs = self.options.jobs or min(cores(), 1 + total // _WORTH)
        lookout = Lookout(self, traced)
        if jobs == 1 or len(shares) <= 1:
            for portion in shares:
                yield from lookout(portion)
            return
        try:
            for outcomes in spread(lookout, shares, jobs):
                yield from outcomes
        except WorkerLost as error:
            self.fail(shares[error.task][0][1], f"{error} while it was at this file or one of the next")


def portions(files: Sequence[Named], sizes: Mapping[Named, int]) -> list[list[Named]]:
    """Files in their order, in parts of about as much work; `sizes` are in bytes."""
    parts: list[list[Named]] = []
    room = 0
    for one in files:
        if room <= 0:
            parts.append([])
            room = _PORTION
        parts[-1].append(one)
        room -= sizes.get(one, 0) + _FOR_A_FILE
    return parts


class Lookout:
    """Looks at files for a run, perhaps in another process."""

    def __init__(self, run: Run, traced: bool) -> None:
        self.run = _Traced(run.options, _mute) if traced else Run(run.options, _mute)
        self.run.learn(run)

    def __call__(self, portion: Sequence[Named]) -> list[Outcome]:
        said: list[str] = []
        self.run.complain = said.append
        outcomes: list[Outcome] = []
        for one in portion:
            outcome = self.run.look(*one)
            outcomes.append(outcome._replace(said=tuple(said), failed=self.run.failed))
            said.clear()
            self.run.failed = False
        self.run.complain = _mute
        return outcomes


def _mute(message: str) -> None:
    pass


class _Traced(Run):
    """A run that notes what the outcome of each document came from."""

    def look(self, path: str, name: str) -> Outcome:
        """What comes of a file, with the digest of its text."""
        self.digest, self.dated = "", False
        outcome = super().look(path, name)
        return outcome._replace(digest=self.digest, dated=self.dated)

    def read(self, path: str, name: str) -> Source | None:
        """The text of a file."""
        source = super().read(path, name)
        if source is not None:
            self.digest = digest.digest(source.text.encode())
            self.dated = "speclint" in source.text and "until" in source.text
        return source

    def place(self, path: str, name: str) -> DocumentLocation | None:
        """Where a document lies, among files that remember what they are asked."""
        place = super().place(path, name)
        if place is None or not isinstance(place.files, Checkout):
            return place
        self.witness = RecordingFiles(place.files)
        return place._replace(files=self.witness)

    def judge(self, case: Case) -> Outcome:
        """What comes of a text, with what was asked."""
        return super().judge(case)._replace(asked=self.witness.answers())


class _Memory:
    """What earlier runs know of files, by the root that they lie below."""

    def __init__(self, run: Sweep) -> None:
        self.run = run
        self._day = run.options.today.isoformat() if run.options.today else ""
        self._results: dict[str, Results] = {}
        # By path, what a file that is not known was like before it was read, and its terms.
        self._before: dict[str, tuple[Results, str, Stamp, str]] = {}

    def recall(self, path: str, name: str, terms: str) -> Outcome | None:
        """What came of a file, when it would be the same now."""
        place = self.run.place(path, name)
        if place is None:
            return None
        terms += str(place.whole)
        try:
            state = self.run.states.get(path) or os.stat(path)
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(state.st_mode):
            return None
        stamp = stamp_of(state)
        checkout = place.files
        assert isinstance(checkout, Checkout)
        results = self._results.get(checkout.root)
        if results is None:
            results = Results(checkout.root, checkout.answer, self.run.began)
            self._results[checkout.root] = results
        outcome = results.recall(
            place.path, stamp, terms, self._day, lambda: _digest_of(path, self.run.options.max_bytes)
        )
        if outcome is None:
            self._before[path] = results, place.path, stamp, terms
            return None
        checked = outcome.checked
        return outcome._replace(name=name, checked=checked and checked._replace(path=name))

    def keep(self, path: str, name: str, outcome: Outcome) -> None:
        """Remembers what came of a file, unless something went wrong with it."""
        before = self._before.pop(path, None)
        if before is not None and outcome.status != "left" and not outcome.said:
            results, relative, stamp, terms = before
            results.keep(relative, stamp, terms, self._day, outcome)

    def save(self) -> dict[str, dict[str, str]] | None:
        """Writes what is known now: by root, what was asked of the files around, None where that changed."""
        for results in self._results.values():
            results.save()
        if any(results.torn for results in self._results.values()):
            return None
        return {results.root: results.answers for results in self._results.values()}


class _Terms:
    """What outcomes depend on beside texts, read before all files, so that processes have it as well."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._digests: dict[tuple[str, str | None], str | None] = {}

    def of(self, name: str) -> str | None:
        """A digest of what the outcome of a file depends on; None when something about it is wrong."""
        configuration = self.run.configuration(name)
        if configuration is None:
            return None
        template = self.run.options.template or configuration.template(name)
        key = configuration.path, template
        if key not in self._digests:
            self._digests[key] = self._digest(configuration, template)
        return self._digests[key]

    def of_all(self, configuration: Configuration) -> list[str | None]:
        """Digests of what a run depends on: all rule sets of the configuration, and the one asked for."""
        templates = dict.fromkeys((None, self.run.options.template))
        return [self._digest(configuration, template) for template in templates]

    def _digest(self, configuration: Configuration, template: str | None) -> str | None:
        run = self.run
        measured = run.measured(configuration)
        if template is not None:
            rules = [run.rules(template)]
        else:
            known = run.known(configuration)
            rules = list(known.values()) if known is not None else [None]
        baseline = run.options.baseline or configuration.baseline
        ledger = run.ledger(baseline) if baseline else None
        if measured is False or None in rules or (baseline and ledger is None):
            return None
        options = run.options._replace(config=None, today=None, jobs=None, force_exclude=False)
        parts = (
            storage.tool(),
            options,
            configuration._replace(path="", include=(), exclude=(), templates=(), coverage=()),
            [_told(one) for one in rules if one is not None],
            _measurements(measured),
            ledger and (ledger.path, ledger.folder, digest.digest(ledger.was or b"")),
        )
        return digest.digest(repr(parts).encode("utf-8", "backslashreplace"))


def _digest_of(path: str, most: int) -> str | None:
    """The digest of a document; None when it cannot be read or is too large."""
    try:
        data = files.read_bytes(path, most)
    except (OSError, ValueError):
        return None
    return digest.digest(data) if len(data) <= most else None


def _told(rules: RuleSet) -> str:
    """A rule set as a text that is the same whenever the rule set is."""
    return repr(rules._replace(fingerprints=frozenset())) + repr(sorted(rules.fingerprints))


def _measurements(measured: Measurements | Literal[False] | None) -> object:
    return measured and (measured.name, sorted(measured.files.items()), measured.rest)
