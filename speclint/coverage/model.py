"""Look up what coverage reports measured: tallies of files, of the folders around them, and of all together.

A tool may count in several ways: statements, lines, lines and branches. A part is therefore given by several
tallies, the first being the one that the tool itself puts in its summary.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Tally(NamedTuple):
    """How much there is to cover (lines, statements, branches), and how much of it was covered."""

    covered: int
    countable: int

    @property
    def percent(self) -> float:
        """The share in percent; 100 if there is nothing to cover, as in the tools."""
        return 100 * self.covered / self.countable if self.countable else 100.0


# One part in each of the ways in which a report counts; the first is the tool's own figure.
Tallies = tuple[Tally, ...]


class Part(NamedTuple):
    """What was measured of a part of the code: its name ("" for all of it) and its tallies."""

    name: str
    tallies: Tallies

    @property
    def percent(self) -> float:
        """The share in percent that the tool itself gives."""
        return self.tallies[0].percent

    def bears_out(self, percent: float, tolerance: float, at_least: bool = False) -> bool:
        """Return whether some way of counting gives a share within `tolerance` of `percent`.

        Both are in percent. With `at_least`, any larger share will do.
        """
        return any(
            tally.percent >= percent - tolerance and (at_least or tally.percent <= percent + tolerance)
            for tally in self.tallies
        )


# Where the sources of a Java build begin; its reports name packages.
_JAVA_ROOT = re.compile(r"^(?:.*/)?src/(?:main|test)/(?:java|kotlin|scala|groovy)/")

# What a path may have around it: `./internal/...`, `src/**`.
_AROUND = re.compile(r"^(?:\./|/)+|(?:/+(?:\.\.\.|\*{1,2})?)$")


class Measurements:
    """What was measured, by file; `name` is the report's name in messages.

    `files` has paths with `/`, as the report gives them; `rest` is what belongs to no file.
    """

    __slots__ = ("_known", "_passing", "_project", "files", "name", "rest", "total")

    def __init__(self, name: str, files: Mapping[str, Tallies], rest: Tallies = ()) -> None:
        self.name = name
        self.files = files
        self.rest = rest
        self.total = Part("", added([*files.values(), *((rest,) if rest else ())]))
        self._project = _common_folder(files)
        self._known: dict[str, Part | None] = {}
        # By the names in their paths, with and without ending, the files; made when first asked for.
        self._passing: dict[str, list[str]] | None = None

    def part(self, name: str) -> Part | None:
        """Return the part that a path, package or module names.

        None if there is none, if several could be meant, or if nothing in it can be covered. A path may omit
        its beginning (`internal/billing`), and a file its ending; packages may have dots.
        """
        if name not in self._known:
            self._known[name] = self._part(name)
        return self._known[name]

    def _part(self, name: str) -> Part | None:
        wanted = _AROUND.sub("", name.replace("\\", "/"))
        wanted = _JAVA_ROOT.sub("", wanted)
        spellings = [wanted]
        if "/" not in wanted and "." in wanted:
            spellings.append(wanted.replace(".", "/"))
        for spelling in filter(None, spellings):
            found = self._named(spelling)
            if found:
                return Part(name, found) if found[0].countable else None
        return None

    def _named(self, path: str) -> Tallies:
        """Return the tallies of a file or folder, () if there is none, or several could be meant."""
        wanted = f"/{path}/"
        # What lies around the whole project is no part of it: a match reaches into it, or to its folder.
        start = max(0, len(self._project.strip("/")) + 2 - len(wanted))
        matching: dict[str, list[Tallies]] = {}
        stems: list[Tallies] = []
        for file in self._candidates(path):
            tallies = self.files[file]
            whole = f"/{file.strip('/')}/"
            at = whole.find(wanted, start)
            if at >= 0:
                matching.setdefault(whole[:at], []).append(tallies)
            elif f"{whole.rpartition('.')[0]}/".endswith(wanted):
                stems.append(tallies)
        if not matching:
            return stems[0] if len(stems) == 1 else ()
        # Of `src` and `vendor/lib/src` the outer one is meant; between `a/src` and `b/src` nothing decides.
        outer = min(matching, key=len)
        if any(not f"{above}/".startswith(f"{outer}/") for above in matching):
            return ()
        return added(matching[outer])

    def _candidates(self, path: str) -> list[str]:
        """Return the files that have the rarest of the names in a path."""
        if self._passing is None:
            self._passing = _by_name(self.files)
        passing = self._passing
        return min((passing.get(name, []) for name in path.split("/")), key=len)


def _by_name(files: Iterable[str]) -> dict[str, list[str]]:
    passing: dict[str, list[str]] = {}
    for file in files:
        names = set(file.split("/"))
        names.add(file.rpartition("/")[2].rpartition(".")[0])
        for name in names:
            passing.setdefault(name, []).append(file)
    return passing


def _common_folder(paths: Iterable[str]) -> str:
    """Return the innermost folder around all of some paths, "" if they share none."""
    ordered = sorted(path.rpartition("/")[0] for path in paths)
    if not ordered:
        return ""
    first, last = ordered[0].split("/"), ordered[-1].split("/")
    shared = 0
    while shared < min(len(first), len(last)) and first[shared] == last[shared]:
        shared += 1
    return "/".join(first[:shared])


def added(parts: Iterable[Tallies]) -> Tallies:
    """Return the sums of parts, one for each way of counting that all of them have."""
    sums: list[list[int]] | None = None
    for tallies in parts:
        if sums is None:
            sums = [[0, 0] for _ in tallies]
        del sums[len(tallies) :]
        for entry, tally in zip(sums, tallies, strict=False):
            entry[0] += tally.covered
            entry[1] += tally.countable
    return tuple(Tally(covered, countable) for covered, countable in sums or [[0, 0]])
