"""What is wrong in a file that steers speclint, and where: a bad rule set is reported like a bad document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from speclint.record import NamedTuple


class Problem(NamedTuple):
    """One fault of a file; line and column count from 1, columns in code points."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class RuleSetError(Exception):
    """A rule set that cannot be used; `problems` holds every fault found, in the order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[RuleSetError], tuple[tuple[Problem, ...]]]:
        return RuleSetError, (self.problems,)


# More than anybody reads of one file.
_SHOWN = 100


def told(problems: Sequence[Problem]) -> Iterator[str]:
    """Problems as lines; of very many the first ones, and how many more there are."""
    yield from map(str, problems[:_SHOWN])
    if len(problems) > _SHOWN:
        yield f"{problems[_SHOWN].path}: and {len(problems) - _SHOWN} more faults"


def reason(error: Exception) -> str:
    """Why something failed, in the words of the system where it has any."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
