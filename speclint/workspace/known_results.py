"""Look up the results of earlier runs for the documents of a repository, and whether they still hold."""

import json
import os
from collections.abc import Callable

from speclint.linting.result import FileResult
from speclint.workspace.cache import NO_STAMP, Cache, CachedResult, Stamp
from speclint.workspace.result_codec import decode, encode

# From so many characters on, results are written while the run goes on: those of all files take much memory.
_PORTION = 4_000_000


class KnownResults:
    """The results of earlier runs for the documents below a root.

    `answers` are what was asked of the files, in earlier runs and in this one, and the answers; `complete`
    means that all of this one's are among them. `answer` gives the answer to a question about the files;
    `now` is a time, in nanoseconds, before they were looked at.
    """

    def __init__(self, cache: Cache, root: str, answer: Callable[[str], str], now: int) -> None:
        self._cache = cache
        self._root = root
        self._now = now
        self.answers, self._results = cache.load_results(root)
        self.complete = True
        self._changed: dict[str, CachedResult] = {}
        self._waiting = 0
        self._seen: set[str] = set()
        self._gone: set[str] = set()
        if any(one.data for one in self._results.values()):
            self._changed = dict(self._results)  # those of another root
        stale = [question for question, known in self.answers.items() if answer(question) != known]
        for question in stale:
            del self.answers[question]
        known = self.answers.keys()
        for path in [path for path, one in self._results.items() if not known >= set(one.questions)]:
            self._forget(path)

    def recall(
        self, path: str, stamp: Stamp, terms: str, day: str, read: Callable[[], str | None]
    ) -> FileResult | None:
        """Return the result of the document at a path from the root, None if it is not known.

        `read` returns the digest of its text, None if it has none.
        """
        self._seen.add(path)
        known = self._results.get(path)
        if known is None or known.terms != terms or known.day not in ("", day):
            return None
        data = known.data or self._cache.result_data(self._root, path, known, self.answers)
        if data is None:
            return None
        if known.stamp != stamp:
            if read() != known.digest:
                return None
            settled = self._settled(stamp)
            if settled != known.stamp:
                self._changed[path] = known._replace(stamp=settled, data=data)
        try:
            return decode(json.loads(data))
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
            return None  # not one of ours

    def keep(self, path: str, stamp: Stamp, terms: str, day: str, result: FileResult) -> None:
        """Remember the result of a document; `stamp` is the state of its file before it was read."""
        self._forget(path)
        asked = result.dependencies
        try:
            "".join((path, *asked, *asked.values())).encode()
        except UnicodeEncodeError:  # a path of bytes that are no text, which SQLite does not take
            self.complete = False
            return
        # What changed while the run went on has two answers, and neither is good for the next run.
        if any(self.answers.setdefault(one, answer) != answer for one, answer in asked.items()):
            self.complete = False
            return
        data = json.dumps(encode(result), separators=(",", ":"))
        self._changed[path] = CachedResult(
            self._settled(stamp), result.digest, terms, day if result.dated else "", tuple(asked), data
        )
        self._waiting += len(data)
        if self._waiting > _PORTION:
            self._write(self._gone - self._changed.keys())

    def save(self) -> None:
        """Write the results that have changed, and delete those of documents that are gone."""
        unseen = self._results.keys() - self._seen
        gone = {path for path in unseen if not os.path.lexists(os.path.join(self._root, path))}
        gone |= self._gone - self._changed.keys()
        if self._changed or gone:
            self._write(gone)

    def _write(self, gone: set[str]) -> None:
        self._cache.save_results(self._root, self._now, self.answers, self._changed, gone)
        self._gone.clear()
        self._changed.clear()
        self._waiting = 0

    def _forget(self, path: str) -> None:
        self._changed.pop(path, None)
        if self._results.pop(path, None) is not None:
            self._gone.add(path)

    def _settled(self, stamp: Stamp) -> Stamp:
        """Return the state of a file to keep: `NO_STAMP` if it is so recent that it proves nothing."""
        return stamp if stamp.is_settled(self._now) else NO_STAMP
