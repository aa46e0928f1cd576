"""Provide what every format needs: a fault with its place, and numbers and paths within limits."""

from __future__ import annotations

from array import array

from speclint.coverage.model import Tally

MAX_COUNT = 1_000_000_000

MAX_PATH = 4096


class ReportError(Exception):
    """A coverage report that cannot be used; `line`, from 1, is the place, None if that is not known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


def count(value: object, what: str, line: int | None = None) -> int:
    """Return a number of lines, branches or runs, which may be a string of digits.

    `what` is its name in messages. Raise `ReportError` for anything else.
    """
    if isinstance(value, str) and len(value) <= 20 and value.isascii() and value.isdecimal():
        value = int(value)
    if type(value) is not int or value < 0:
        raise ReportError(f"{what} is no count: {_short(value)}", line)
    return value


def tally(covered: int, countable: int, what: str, line: int | None = None) -> Tally:
    """Return a tally. Raise `ReportError` if more was covered than there is, or more than `MAX_COUNT`."""
    if countable > MAX_COUNT:
        raise ReportError(f"{what}: {countable} is more than anybody has", line)
    if covered > countable:
        raise ReportError(f"{what}: {covered} covered, of only {countable}", line)
    return Tally(covered, countable)


def checked_path(path: str, line: int | None = None) -> str:
    """Return the path of a file with `/` between its parts. Raise `ReportError` if empty or too long."""
    if not path.strip():
        raise ReportError("a file without a name", line)
    if len(path) > MAX_PATH:
        raise ReportError(f"a path of more than {MAX_PATH} characters", line)
    return path.strip().replace("\\", "/")


def _short(value: object) -> str:
    text = "true or false" if isinstance(value, bool) else repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."


class LineHits:
    """Which lines of which files were run; a line that occurs again is covered if any of them was run.

    Eight bytes for each occurrence of a line, so that a large report stays small.
    """

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        self._seen = array("Q")

    def open(self, path: str) -> int:
        """Return the number by which `add` knows a file."""
        return self._files.setdefault(path, len(self._files))

    def add(self, file: int, line: int, hit: bool) -> None:
        """Add a line, below 2**30, of a file, and whether it was run."""
        self._seen.append(file << 31 | line << 1 | hit)

    def tallies(self) -> dict[str, Tally]:
        """Return the tally of lines of every file; a file without lines has none."""
        counts = [[0, 0] for _ in self._files]
        previous = -1
        # Of the entries of one line, those that say it was run come first.
        for entry in sorted(self._seen, reverse=True):
            if entry >> 1 != previous:
                previous = entry >> 1
                tallied = counts[entry >> 31]
                tallied[0] += entry & 1
                tallied[1] += 1
        return {path: Tally(*counts[number]) for path, number in self._files.items()}
