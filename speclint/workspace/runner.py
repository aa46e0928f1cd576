"""Lint many files: those with a known result are not linted again, the rest is spread over processes."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from speclint.linting.result import FileResult
from speclint.markdown.digest import digest
from speclint.workspace.cache import Cache, Stamp
from speclint.workspace.files import read_bytes
from speclint.workspace.known_results import KnownResults
from speclint.workspace.linter import FileLinter
from speclint.workspace.resolver import STDIN, Resolver
from speclint.workspace.surroundings import Checkout
from speclint.workspace.terms import Terms

# So many bytes are worth another process, and so many are handed to one at a time.
_WORTH, _PORTION = 200_000, 100_000
# What any file takes besides, as if it were bytes.
_FOR_A_FILE = 1000

# A copy of this process is there at once. Elsewhere libraries of the system do not survive being copied.
_START = "fork" if sys.platform == "linux" else "spawn"

# A file: its path, and the name that it is reported by.
Named = tuple[str, str]

# What a worker process lints with; each has its own.
_WORKER: ContextVar[FileLinter] = ContextVar("worker")


class Runner:
    """Lints files in their order; the results are the same however many processes there are.

    After a run, `answers` has what was asked of the files around and the answers, by root; it is None if that
    is not all known.
    """

    def __init__(self, resolver: Resolver, states: Mapping[str, os.stat_result], began: int) -> None:
        self._resolver = resolver
        self._states = states
        self._began = began
        self.answers: dict[str, dict[str, str]] | None = None

    def run(self, files: Sequence[Named]) -> Iterator[FileResult]:
        """Yield the results of files."""
        terms = Terms(self._resolver)
        cache = self._resolver.cache
        memory = _Memory(self._resolver, cache, self._states, self._began) if cache is not None else None
        known: dict[Named, FileResult] = {}
        sizes: dict[Named, int] = {}
        for file in files:
            if file[0] == STDIN:
                known[file] = FileLinter(self._resolver).lint_file(*file)
                continue
            with suppress(OSError, ValueError):  # reading it says what is wrong
                sizes[file] = (self._states.get(file[0]) or os.stat(file[0])).st_size
            digest_of_terms = terms.of(file[1])
            if memory is not None and digest_of_terms is not None:
                found = memory.recall(*file, digest_of_terms)
                if found is not None:
                    known[file] = found.interned()
        linted = self._linted([file for file in files if file not in known], sizes, memory is not None)
        for file in files:
            result = known.pop(file, None)
            if result is None:
                result = next(linted, None)
                if result is None:  # a process was lost
                    continue
                if memory is not None:
                    memory.keep(*file, result)
                result = result._replace(dependencies={}).interned()
            yield result
        if memory is not None:
            memory.save()
            self.answers = memory.answers()

    def _linted(
        self, left: Sequence[Named], sizes: Mapping[Named, int], recording: bool
    ) -> Iterator[FileResult]:
        """Yield the results of files that are not known; some are left out if a process is lost."""
        shares = portions(left, sizes)
        total = sum(sizes.get(file, 0) for file in left)
        jobs = min(self._resolver.options.jobs or min(_cores(), 1 + total // _WORTH), len(shares))
        linter = FileLinter(self._resolver, recording=recording)
        if jobs <= 1:
            yield from (linter.lint_file(*file) for share in shares for file in share)
        else:
            yield from _spread(linter, shares, jobs)


def portions(files: Sequence[Named], sizes: Mapping[Named, int]) -> list[list[Named]]:
    """Cut files, in their order, into parts of about equal work; `sizes` are in bytes."""
    parts: list[list[Named]] = []
    room = 0
    for file in files:
        if room <= 0:
            parts.append([])
            room = _PORTION
        parts[-1].append(file)
        room -= sizes.get(file, 0) + _FOR_A_FILE
    return parts


def _spread(linter: FileLinter, shares: Sequence[Sequence[Named]], jobs: int) -> Iterator[FileResult]:
    """Lint shares of files in `jobs` processes, or in this one if the system allows no others."""
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import active_children, get_context

    context: Any = get_context(_START)
    done = 0
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=_prepare_worker, initargs=(linter,))
    try:
        futures = []
        others = active_children()
        try:
            with _uninterrupted():
                futures = [executor.submit(_lint_share, share) for share in shares]
        except OSError:  # too many processes, or files that are open
            # Those that could be started wait for work that nobody hands out.
            for process in active_children():
                if process not in others:
                    process.kill()
        # A future that is kept keeps its results, which are larger than those that are made of them.
        futures.reverse()
        while futures:
            yield from futures.pop().result()
            done += 1
    except BrokenProcessPool:
        name = shares[done][0][1]
        message = (
            f"{name}: a process that checked files was killed while it was at this file or one of the next"
        )
        yield FileResult(name, "failed", messages=(message,))
        return
    finally:
        executor.shutdown(wait=True, cancel_futures=True)
    yield from (linter.lint_file(*file) for share in shares[done:] for file in share)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Delay an interruption: one that arrives while a process is being forked would be lost."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare_worker(linter: FileLinter) -> None:
    import signal

    # Who interrupts means the process that started this one, which then ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _WORKER.set(linter)


def _lint_share(share: Sequence[Named]) -> list[FileResult]:
    linter = _WORKER.get()
    return [linter.lint_file(*file) for file in share]


def _cores() -> int:
    """Return how many processes can run at once here."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Memory:
    """The results of earlier runs, by the root that the files lie below."""

    def __init__(
        self, resolver: Resolver, cache: Cache, states: Mapping[str, os.stat_result], began: int
    ) -> None:
        self._resolver = resolver
        self._cache = cache
        self._states = states
        self._began = began
        self._day = resolver.options.today.isoformat() if resolver.options.today else ""
        self._known: dict[str, KnownResults] = {}
        # By path, what a file that is not known was like before it was read, and its terms.
        self._before: dict[str, tuple[KnownResults, str, Stamp, str]] = {}
        self._complete = True

    def recall(self, path: str, name: str, terms: str) -> FileResult | None:
        """Return the result of a file if it would be the same now, else None."""
        location = self._resolver.location(path, name)
        if location is None or not isinstance(location.files, Checkout):
            return None
        terms += str(location.whole)
        try:
            state = self._states.get(path) or os.stat(path)
        except (OSError, ValueError):
            return None
        if not stat.S_ISREG(state.st_mode):
            return None
        stamp = Stamp.of(state)
        checkout = location.files
        known = self._known.get(checkout.root)
        if known is None:
            known = KnownResults(self._cache, checkout.root, checkout.answer, self._began)
            self._known[checkout.root] = known
        most = self._resolver.options.max_bytes
        result = known.recall(location.path, stamp, terms, self._day, lambda: _digest_of(path, most))
        if result is None:
            self._before[path] = known, location.path, stamp, terms
            return None
        return result._replace(path=name)

    def keep(self, path: str, name: str, result: FileResult) -> None:
        """Remember the result of a file, unless it failed."""
        before = self._before.pop(path, None)
        if before is not None and result.status != "failed" and not result.messages:
            known, relative, stamp, terms = before
            known.keep(relative, stamp, terms, self._day, result)
        else:
            self._complete = False

    def save(self) -> None:
        """Write what is known."""
        for known in self._known.values():
            known.save()

    def answers(self) -> dict[str, dict[str, str]] | None:
        """Return by root what was asked of the files and the answers, None if that is not all known."""
        if not self._complete or not all(known.complete for known in self._known.values()):
            return None
        return {root: known.answers for root, known in self._known.items()}


def _digest_of(path: str, most: int) -> str | None:
    """Return the digest of a document, None if it cannot be read or is larger than `most` bytes."""
    try:
        data = read_bytes(path, most)
    except (OSError, ValueError):
        return None
    return digest(data) if len(data) <= most else None
