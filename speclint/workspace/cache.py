"""Keep the user's cache: one SQLite file with results of documents, validated files, and what was printed.

If the cache cannot be read or written, speclint works as if it were empty: `Cache` never raises. Everything
in it is plain JSON; nothing that is read from it is run. A result is used again when nothing that it depends
on has changed:

- the text, compared by size, times and inode of the file, and where these differ by a digest of its bytes;
- the terms: this version of speclint, options, configuration, rule sets, baselines, coverage reports;
- what was asked of the files around: what a path leads to, the digest of a text (see `surroundings`);
- the day, where a suppression expires at some day.

Every entry is signed with a key that only the user has: one that somebody else has written or changed is as
if it were not there (see `cache_trust`).

What a command printed is used again when all of that is the same for all files (see `printed`).

A file that was modified while it was read, or right before, may be written again with the same times: its
times are not kept then, as in the index of git.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from speclint.markdown.digest import digest
from speclint.ruleset.bundled import data_file
from speclint.workspace import limits
from speclint.workspace.cache_trust import key_in
from speclint.workspace.files import read_bytes

if TYPE_CHECKING:
    import sqlite3

_NAME = "speclint.sqlite3"
# When the tables change, so does this number, and the old ones are dropped.
_VERSION = 3
# The size from which on the repositories that were used longest ago are forgotten, in bytes.
_MAX_BYTES = 1_000_000_000
# Of how many commands it is kept what they printed, and how much of that altogether, in bytes.
_MOST_PRINTED, _MAX_PRINTED = 8, 64_000_000
# Some file systems tell times by two seconds. In nanoseconds.
_COARSE = 2_000_000_000
# How long another process may hold the file, in seconds.
_PATIENCE = 1.0

_TABLES = """
CREATE TABLE validated (path TEXT PRIMARY KEY, signature TEXT, sources TEXT, data TEXT) WITHOUT ROWID;
CREATE TABLE roots (root TEXT PRIMARY KEY, used INTEGER) WITHOUT ROWID;
CREATE TABLE answers (root TEXT, question TEXT, answer TEXT, PRIMARY KEY (root, question)) WITHOUT ROWID;
CREATE TABLE results (
    root TEXT, path TEXT, size INTEGER, modified INTEGER, changed INTEGER, inode INTEGER, digest TEXT,
    terms TEXT, day TEXT, questions TEXT, data TEXT, signature TEXT, PRIMARY KEY (root, path)
) WITHOUT ROWID;
CREATE TABLE printed (
    command TEXT PRIMARY KEY, state TEXT, used INTEGER, signature TEXT, head TEXT, data BLOB
);
"""


class Stamp(NamedTuple):
    """What differs after a file was written: size in bytes, times in nanoseconds, inode."""

    size: int
    modified: int
    changed: int
    inode: int

    @classmethod
    def of(cls, state: os.stat_result) -> "Stamp":
        """Return the stamp of a file's state."""
        return cls(state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino)

    def is_settled(self, now: int) -> bool:
        """Return whether a file's last change is so long ago that any later one shows in its times."""
        return max(self.modified, self.changed) < now - _COARSE


NO_STAMP = Stamp(-1, -1, -1, -1)


class CachedResult(NamedTuple):
    """A document's cached result: the file's state, what it depends on, and the result as JSON.

    `data` is "" while the result is only in the file of the cache, and `signature` while it is not there yet.
    """

    stamp: Stamp
    digest: str
    terms: str
    day: str
    questions: tuple[str, ...]
    data: str
    signature: str = ""


class Validated(NamedTuple):
    """The validated content of a file, and the absolute paths of all files that it was made from."""

    data: dict[str, Any]
    sources: tuple[str, ...]


class Cache:
    """The cache in a folder; "" is the user's own, which is located when it is first used."""

    def __init__(self, folder: str = "") -> None:
        self._folder = folder
        self._connection: sqlite3.Connection | None = None
        self._process = 0
        self._broken = False
        self._key = b""
        # By root, when its results that were loaded had been saved; None for a root that was unknown.
        self._loaded: dict[str, int | None] = {}

    def __reduce__(self) -> "tuple[type[Cache], tuple[str]]":
        return Cache, (self._folder,)

    # Files that were validated

    def validated(self, path: str) -> Validated | None:
        """Return the validated content of a file, None if it is not cached or a source has changed."""
        with self._reading() as connection:
            if connection is not None:
                query = "SELECT signature, sources, data FROM validated WHERE path = ?"
                row = connection.execute(query, (_absolute(path),)).fetchone()
                if row is not None and row[0] == self._signature(_absolute(path), *row[1:]):
                    sources, data = json.loads(row[1]), json.loads(row[2])
                    if all(file_digest(source) == known for source, known in sources.items()):
                        there = tuple(source for source, known in sources.items() if known is not None)
                        return Validated(data, there) if isinstance(data, dict) else None
        return None

    def keep_validated(self, path: str, sources: Mapping[str, str | None], data: Mapping[str, Any]) -> None:
        """Keep the validated content of a file.

        `sources` maps the paths of all files that it was made from to their digests, None for a missing file.
        Content that is not JSON is not kept.
        """
        try:
            absolute = {os.path.abspath(source): known for source, known in sources.items()}
            contents = json.dumps(absolute), json.dumps(data)
        except (RecursionError, TypeError, ValueError):  # a date in a configuration, for one
            return
        with self._writing() as connection:
            if connection is not None:
                row = (_absolute(path), self._signature(_absolute(path), *contents), *contents)
                connection.execute("INSERT OR REPLACE INTO validated VALUES (?, ?, ?, ?)", row)

    # Results

    def load_results(self, root: str) -> tuple[dict[str, str], dict[str, CachedResult]]:
        """Return what was asked of the files below a root with the answers, and results of documents by path.

        For an unknown root, return those of the root that was used last, with `NO_STAMP` as stamps: it may be
        another checkout of the same repository. Whether a result is genuine is checked with its data, at once
        for those of another root, else by `result_data`.
        """
        answers: dict[str, str] = {}
        results: dict[str, CachedResult] = {}
        with self._reading() as connection:
            if connection is None:
                return answers, results
            self._loaded[root] = _saved(connection, root)
            order = "SELECT root FROM roots ORDER BY root = ? DESC, used DESC LIMIT 1"
            row = connection.execute(order, (root,)).fetchone()
            if row is None:
                return answers, results
            elsewhere = row[0] != root
            query = "SELECT question, answer FROM answers WHERE root = ?"
            answers.update(connection.execute(query, row))
            columns = "path, size, modified, changed, inode, digest, terms, day, questions"
            data = "data" if elsewhere else "''"
            query = f"SELECT {columns}, {data}, signature FROM results WHERE root = ?"
            for found in connection.execute(query, row):
                questions = tuple(found[8].split("\0")) if found[8] else ()
                state, (of_text, terms, day) = Stamp(*found[1:5]), found[5:8]
                one = CachedResult(state, of_text, terms, day, questions, found[9], found[10])
                if not elsewhere:
                    results[found[0]] = one
                elif self._is_genuine(row[0], found[0], one, answers):
                    results[found[0]] = one._replace(stamp=NO_STAMP)
        return answers, results

    def result_data(
        self, root: str, path: str, known: CachedResult, answers: Mapping[str, str]
    ) -> str | None:
        """Return the result of a document as JSON, None if it is not there or not genuine.

        `known` is what `load_results` returned for it, and `answers` the answers to its questions.
        """
        with self._reading() as connection:
            if connection is not None:
                query = "SELECT data FROM results WHERE root = ? AND path = ?"
                row = connection.execute(query, (root, path)).fetchone()
                if row is not None and self._is_genuine(root, path, known._replace(data=row[0]), answers):
                    return str(row[0])
        return None

    def _is_genuine(self, root: str, path: str, one: CachedResult, answers: Mapping[str, str]) -> bool:
        return one.signature == self._signature_of(root, path, one, answers)

    def _signature_of(self, root: str, path: str, one: CachedResult, answers: Mapping[str, str]) -> str:
        """Return the signature of a result and of all that it holds for, the answers included."""
        asked = [part for question in one.questions for part in (question, answers.get(question, ""))]
        stamp = map(str, one.stamp)
        return self._signature(root, path, *stamp, one.digest, one.terms, one.day, one.data, *asked)

    def _signature(self, *contents: str) -> str:
        """Return the signature of cached texts and of what made them."""
        # With its length before it, no part can pass for two.
        text = "".join(f"{len(part)}:{part}" for part in (tool(), *contents))
        return digest(text.encode("utf-8", "replace"), key=self._key)

    def save_results(
        self,
        root: str,
        now: int,
        answers: Mapping[str, str],
        changed: Mapping[str, CachedResult],
        gone: Iterable[str],
    ) -> None:
        """Keep the results of documents that have changed, and delete those that are gone, all or nothing.

        Nothing is kept if another run has saved since the results were loaded: its answers may be others.
        """
        with self._writing() as connection:
            if connection is None or _saved(connection, root) != self._loaded.get(root):
                return
            connection.execute("INSERT OR REPLACE INTO roots VALUES (?, ?)", (root, now))
            connection.execute("DELETE FROM answers WHERE root = ?", (root,))
            rows = ((root, question, answer) for question, answer in answers.items())
            connection.executemany("INSERT INTO answers VALUES (?, ?, ?)", rows)
            connection.executemany(
                "DELETE FROM results WHERE root = ? AND path = ?", ((root, path) for path in gone)
            )
            connection.executemany(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        root,
                        path,
                        *one.stamp,
                        one.digest,
                        one.terms,
                        one.day,
                        "\0".join(one.questions),
                        one.data,
                        self._signature_of(root, path, one, answers),
                    )
                    for path, one in changed.items()
                ),
            )
            _forget_oldest(connection, root)
            self._loaded[root] = now

    # What commands printed

    def printed(self, command: str, state: str) -> tuple[str, bytes] | None:
        """Return what `keep_printed` kept of a command, None if it is not there or of another state."""
        with self._reading() as connection:
            if connection is not None:
                query = "SELECT signature, head, data FROM printed WHERE command = ? AND state = ?"
                row = connection.execute(query, (command, state)).fetchone()
                if row is not None and row[0] == self._signature(command, state, row[1], digest(row[2])):
                    return row[1], row[2]
        return None

    def keep_printed(self, command: str, state: str, now: int, head: str, data: bytes) -> None:
        """Keep what a command printed, unless it is too much; `head` is JSON, `data` the text."""
        if len(head) + len(data) > _MAX_PRINTED:
            return
        with self._writing() as connection:
            if connection is not None:
                row = (command, state, now, self._signature(command, state, head, digest(data)), head, data)
                connection.execute("INSERT OR REPLACE INTO printed VALUES (?, ?, ?, ?, ?, ?)", row)
                sizes = "SELECT command, length(head) + length(data) FROM printed ORDER BY used DESC"
                total = 0
                for number, (one, size) in enumerate(connection.execute(sizes).fetchall()):
                    total += size
                    if number >= _MOST_PRINTED or total > _MAX_PRINTED:
                        connection.execute("DELETE FROM printed WHERE command = ?", (one,))

    # The file

    @contextmanager
    def _reading(self) -> "Iterator[sqlite3.Connection | None]":
        """Yield the connection, None if there is none; errors meanwhile are suppressed."""
        import sqlite3

        faults = (sqlite3.Error, sqlite3.Warning, OSError, ValueError, TypeError, LookupError, RecursionError)
        connection = None
        try:
            connection = self._connected(sqlite3)
        except faults:
            self._broken = True
        try:
            yield connection
        except faults:
            self._broken = True

    @contextmanager
    def _writing(self) -> "Iterator[sqlite3.Connection | None]":
        """Yield the connection in a transaction, None if there is none; errors roll it back."""
        with self._reading() as connection:
            if connection is None:
                yield None
                return
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                yield connection

    def _connected(self, sqlite3: Any) -> "sqlite3.Connection | None":
        # What a parent process has opened is not for its children.
        if self._broken or self._process not in (0, os.getpid()):
            return None
        if self._connection is None:
            self._process = os.getpid()
            home = user_cache_folder()
            key = key_in(home) if home is not None else None
            if home is None or key is None:
                self._broken = True
                return None
            self._key = key
            folder = self._folder or home
            path = os.path.join(folder, _NAME)
            os.makedirs(folder, mode=0o700, exist_ok=True)
            if not os.path.lexists(path):
                with suppress(FileExistsError):
                    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            try:
                self._connection = _open(sqlite3, path)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                os.unlink(path)  # damaged, or no database at all
                self._connection = _open(sqlite3, path)
        return self._connection


def file_digest(path: str) -> str | None:
    """Return the digest of a file's bytes, None if it is missing or cannot be read."""
    try:
        return digest(read_bytes(path, limits.RULE_SET))
    except (OSError, ValueError):
        return None


def user_cache_folder() -> str | None:
    """Return the folder of the user's cache, None if there is none.

    That is `SPECLINT_CACHE_DIR`, or else the system's place for caches
    (https://pypi.org/project/platformdirs/).
    """
    folder = os.environ.get("SPECLINT_CACHE_DIR")
    if folder:
        return folder
    from platformdirs import user_cache_path

    home = str(user_cache_path("speclint", appauthor=False))
    return home if os.path.isabs(home) else None


@cache
def tool() -> str:
    """Return a digest of what makes results: the code of speclint, its parsers, and Python.

    It is the same for equal installations, wherever and whenever they were made.
    """
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sources: dict[str, bytes] = {}
    for folder, folders, names in os.walk(package):
        folders[:] = (name for name in folders if name != "__pycache__")
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                sources[os.path.relpath(path, package)] = read_bytes(path, limits.DOCUMENT)
    for name in ("config", "ruleset"):
        with suppress(OSError):
            schema = data_file("schemas", f"{name}.schema.json")
            sources[f"{name} schema"] = read_bytes(schema, limits.DOCUMENT)
    content = (part for name in sorted(sources) for part in (name.encode(), sources[name]))
    return digest(f"{sys.version} {_versions()}".encode(), *content)


def _versions() -> list[str]:
    """Return the names of the parsers installed beside speclint, with their versions, sorted."""
    found: set[str] = set()
    for folder in sys.path:
        with suppress(OSError):
            names = os.listdir(folder or os.curdir)
            found.update(
                name
                for name in names
                if name.endswith("-info") and name.lower().startswith(("pyyaml-", "regex-"))
            )
    return sorted(found)


def _absolute(path: str) -> str:
    return os.path.abspath(path).encode("utf-8", "backslashreplace").decode()


def _open(module: Any, path: str) -> "sqlite3.Connection":
    """Open the cache's file. Raise `sqlite3.Error`."""
    connection: sqlite3.Connection = module.connect(path, timeout=_PATIENCE)
    # What a power cut takes is only a cache.
    connection.execute("PRAGMA synchronous = OFF")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version != _VERSION:
        with connection:
            for (table,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
            ).fetchall():
                connection.execute(f'DROP TABLE "{table}"')
            for statement in _TABLES.strip().split(";\n"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
    return connection


def _saved(connection: "sqlite3.Connection", root: str) -> int | None:
    """Return when results of a root were last saved, None for an unknown root."""
    row = connection.execute("SELECT used FROM roots WHERE root = ?", (root,)).fetchone()
    return None if row is None else row[0]


def _forget_oldest(connection: "sqlite3.Connection", root: str) -> None:
    """Delete the repositories that were used longest ago while the file is too large."""

    def size() -> int:
        pages, free, page = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * page)

    others = connection.execute("SELECT root FROM roots WHERE root <> ? ORDER BY used", (root,)).fetchall()
    for (other,) in others:
        if size() <= _MAX_BYTES:
            return
        for table in ("results", "answers", "roots"):
            connection.execute(f"DELETE FROM {table} WHERE root = ?", (other,))
