"""Finds and reads the configuration: `speclint.toml`, or `[tool.speclint]` in `pyproject.toml`.

The nearest one upward from a file holds for it, alone: configurations do not merge. Globs and the paths
of rule sets are relative to the folder that the configuration stands in.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from speclint.checks.registry import CHECKS
from speclint.diagnostics import Problem, Severity, error_reason
from speclint.markdown import digest
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.bundled import bundled
from speclint.workspace import files
from speclint.workspace.cache import Cache

KEYS = (
    "include",
    "exclude",
    "templates",
    "checks",
    "select",
    "ignore",
    "fail-on",
    "require-reason",
    "baseline",
    "coverage",
)

DEDICATED, SHARED = "speclint.toml", "pyproject.toml"

TABLE = ("tool", "speclint")

MAX_BYTES = 1_000_000

# A key of so many parts takes the reader of TOML the square of them.
_MOST_DOTS = 500

# More faults of one file than anybody reads; each has to be looked for in the text.
_MOST_FAULTS = 20


SEVERITIES: Mapping[str, Severity | None] = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "off": None,
}


class Configuration(NamedTuple):
    """What a project says about its documents; all defaults where it says nothing.

    `path` is the file it was read from ("" for none). `include` (empty: all) and `exclude` choose among
    the files found in folders. `templates` gives the rule set, by id or by the path of its file, for
    the files that a glob matches; the first match counts. `baseline` is the path of the file that lists what
    was found before ("" for none); with `require_reason`, comments that turn checks off must say why.
    `coverage` are the reports that what documents say of test coverage is held against.
    """

    path: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    templates: tuple[tuple[str, str], ...] = ()
    checks: Mapping[str, Severity | None] = {}
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity = Severity.ERROR
    require_reason: bool = False
    baseline: str = ""
    coverage: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder that globs and paths are relative to."""
        return os.path.dirname(os.path.abspath(self.path)) if self.path else ""

    def chosen(self, path: str) -> bool:
        """Whether a file found in a folder is to be checked."""
        return not (self.include or self.exclude) or self._takes(self.relative(path))

    def chosen_in(self, around: str, names: Iterable[str]) -> list[str]:
        """Those of the files of a folder, which `around` leads to, that are to be checked."""
        if not (self.include or self.exclude):
            return list(names)
        below = _below(around, self.path, os.getcwd())
        return [name for name in names if self._takes(below + name)]

    def _takes(self, name: str) -> bool:
        included = not self.include or any(matches(glob, name) for glob in self.include)
        return included and not any(matches(glob, name) for glob in self.exclude)

    def template(self, path: str) -> str | None:
        """The id, or the path, of the rule set configured for a file."""
        glob = self.glob(path)
        return None if glob is None else self.reference(dict(self.templates)[glob])

    def glob(self, path: str) -> str | None:
        """The glob of `templates` that decides about a file."""
        name = self.relative(path) if self.templates else ""
        return next((glob for glob, _ in self.templates if matches(glob, name)), None)

    def reference(self, template: str) -> str:
        """A value of `templates` as `--template` would take it: an id as it is, a path made absolute."""
        return os.path.join(self.folder, template) if is_path(template) else template

    def reports(self) -> tuple[str, ...]:
        """The paths of the coverage reports, from the current folder."""
        return tuple(os.path.relpath(os.path.join(self.folder, path)) for path in self.coverage)

    def relative(self, path: str) -> str:
        """A path as globs are compared with it."""
        folder, file = os.path.split(path)
        if file in ("", os.curdir, os.pardir):
            return _below(path, self.path, os.getcwd()).rstrip("/")
        return _below(folder, self.path, os.getcwd()) + file


@cache
def _below(folder: str, configuration: str, here: str) -> str:
    """What paths in a folder begin with when they are relative to that of a configuration, with `/`.

    Without a configuration ("") that is the current folder, `here`.
    """
    start = os.path.dirname(os.path.join(here, configuration))
    below = os.path.relpath(os.path.join(here, folder), os.path.normpath(start)).replace(os.sep, "/")
    return "" if below == os.curdir else f"{below}/"


class ConfigurationError(Exception):
    """A configuration that cannot be used; `problems` says what is wrong and where."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def is_path(template: str) -> bool:
    """Whether a reference to a rule set is the path of a file rather than an id."""
    return template.endswith((".yaml", ".yml")) or "/" in template or os.sep in template


def matches(glob: str, path: str) -> bool:
    """Whether a path, relative and with `/`, matches a glob.

    `*` and `?` stop at `/`; `**` does not. A glob without `/` matches names in any folder, and a glob
    that matches a folder matches all that is in it. A `/` in front holds a glob to the topmost folder.
    """
    return _pattern(glob).match(path) is not None


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """The regular expression of a glob, which takes no time without end, whatever the glob.

    `**/` at the head of a name stands for folders or nothing. Between two `**`, and between two `*` there,
    what comes first is as good as what comes later: it is settled for good, by an atomic group.
    """
    rooted = glob.rstrip("/")
    anywhere = "" if "/" in rooted else "**/"
    first, *rest = re.split(r"((?<![^/])\*\*/|\*\*)", anywhere + rooted.removeprefix("./").removeprefix("/"))
    pieces = [_piece(first, last=not rest)]
    for mark, piece in zip(rest[::2], rest[1::2], strict=True):
        last = len(pieces) == len(rest) // 2
        body = (r"(?:.*?/)??" if mark == "**/" else ".*?") + _piece(piece, last)
        pieces.append(body if last else f"(?>{body})")
    return re.compile("".join((*pieces, r"(?:/.*)?\Z")), re.DOTALL)


def _piece(glob: str, last: bool) -> str:
    """The regular expression of a part of a glob without `**`; `last` is one that must reach the end."""
    first, *rest = ("".join("[^/]" if c == "?" else re.escape(c) for c in part) for part in glob.split("*"))
    stars = [f"(?>[^/]*?{part})" for part in rest]
    if last and rest:
        stars[-1] = f"[^/]*{rest[-1]}"
    return "".join((first, *stars))


def find(folder: str, cache: Cache | None = None) -> str | None:
    """The configuration file nearest to a folder, in it or above it."""
    folder = os.path.abspath(folder)
    while True:
        dedicated, shared = os.path.join(folder, DEDICATED), os.path.join(folder, SHARED)
        if os.path.isfile(dedicated):
            return dedicated
        if os.path.isfile(shared) and _mentions_speclint(shared, cache):
            return shared
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _mentions_speclint(path: str, cache: Cache | None) -> bool:
    try:
        data = files.read_bytes(path, MAX_BYTES)
        if b"speclint" not in data:
            return False
        copy = cache.validated(path) if cache is not None else None
        if copy is None:
            import tomllib

            if len(data) > MAX_BYTES or _dotted(data.decode("utf-8-sig")):
                raise ValueError
            copy = tomllib.loads(data.decode("utf-8-sig"))
            if cache is not None:
                cache.keep_validated(path, {path: digest.digest(data)}, copy)
        tool = copy.get("tool")
        return isinstance(tool, dict) and "speclint" in tool
    except OSError:
        return False
    except (ValueError, RecursionError):
        return b"[tool.speclint" in data  # broken, but meant for us: reading it says what is wrong


def load(path: str, cache: Cache | None = None) -> Configuration:
    """The configuration in a file; raises `ConfigurationError`."""
    if files.leads_out(path):
        raise _refused(path, files.OUTSIDE)
    try:
        content = files.read_bytes(path, MAX_BYTES)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _refused(path, f"not UTF-8: {error.reason}", line) from None
    except (OSError, ValueError) as error:
        raise _refused(path, error_reason(error)) from None
    if len(content) > MAX_BYTES:
        raise _refused(path, "larger than 1 MB")
    # To read TOML takes as long as to look at a document: what it holds is kept in the user's cache.
    data = cache.validated(path) if cache is not None else None
    if data is None:
        data = _parsed(text, path)
        if cache is not None:
            cache.keep_validated(path, {path: digest.digest(content)}, data)
    return _configuration(data, text, path)


def _refused(path: str, message: str, line: int = 1) -> ConfigurationError:
    return ConfigurationError([Problem(path, line, 1, message)])


def loads(text: str, path: str) -> Configuration:
    """The configuration in a text, read as that of a file; raises `ConfigurationError`."""
    return _configuration(_parsed(text, path), text, path)


def _parsed(text: str, path: str) -> dict[str, Any]:
    """What a text of TOML holds; raises `ConfigurationError`."""
    import tomllib

    if line := _dotted(text):
        raise _refused(path, f"more than {_MOST_DOTS} dots in a line", line)
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError([_syntax_problem(path, text, str(error))]) from None
    except (ValueError, OverflowError):
        raise _refused(path, "not TOML: a number here is out of range") from None


def _configuration(data: Any, text: str, path: str) -> Configuration:
    if os.path.basename(path) == SHARED:
        for key in TABLE:
            data = data.get(key, {}) if isinstance(data, dict) else {}
        return _Reader(path, text, TABLE).read(data)
    return _Reader(path, text, ()).read(data)


def _dotted(text: str) -> int:
    """The first line, from 1, with more dots than a key may have; 0 for none."""
    if text.count(".") <= _MOST_DOTS:
        return 0
    lines = enumerate(text.split("\n"), 1)
    return next((number for number, line in lines if line.count(".") > _MOST_DOTS), 0)


def _syntax_problem(path: str, text: str, message: str) -> Problem:
    place = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    if place:
        return Problem(path, int(place[1]), int(place[2]), f"not TOML: {message[: place.start()]}")
    message = message.removesuffix(" (at end of document)")
    last_line = text.rpartition("\n")[2]
    return Problem(path, text.count("\n") + 1, len(last_line) + 1, f"not TOML: {message}")


class _Reader:
    """Turns the data of one configuration into values, and notes every fault with its place."""

    def __init__(self, path: str, text: str, table: tuple[str, ...]) -> None:
        self.path = path
        self.text = text
        self.table = table
        self.problems: list[Problem] = []
        # How many faults are not told, and the repository that nothing named here leads out of.
        self.more = 0
        self.repository = files.repository_of(path)

    def read(self, data: object) -> Configuration:
        if not isinstance(data, dict):
            self.fault((), f"`{'.'.join(self.table)}` must be a table")
            raise ConfigurationError(self.problems)
        for key in data:
            if key not in KEYS:
                self.unknown("key", (key,), KEYS)
        configuration = Configuration(
            self.path,
            include=self.globs(data, "include"),
            exclude=self.globs(data, "exclude"),
            templates=self.templates(data),
            checks=self.checks(data),
            select=self.ids(data, "select"),
            ignore=self.ids(data, "ignore"),
            fail_on=self.severity(("fail-on",), data.get("fail-on", "error"), allow_off=False)
            or Severity.ERROR,
            require_reason=self.switch(data, "require-reason"),
            baseline=self.path_of(data, "baseline"),
            coverage=self.paths(data, "coverage"),
        )
        if self.problems:
            told = sorted(self.problems)
            if self.more:
                told.append(told[-1]._replace(message=f"and {self.more} more faults"))
            raise ConfigurationError(told)
        return configuration

    def within(self, keys: tuple[str, ...], value: str) -> bool:
        """Whether a path, relative to this file, stays in its repository; a fault where it does not."""
        outside = files.is_outside(os.path.join(os.path.dirname(self.path), value), self.repository)
        if outside:
            self.fault(keys, f"`{value}` {files.OUTSIDE}")
        return not outside

    def strings(self, data: Mapping[str, object], key: str) -> tuple[str, ...]:
        value = data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.fault((key,), f"`{key}` must be a list of strings")
            return ()
        return tuple(value)

    def switch(self, data: Mapping[str, object], key: str) -> bool:
        value = data.get(key, False)
        if not isinstance(value, bool):
            self.fault((key,), f"`{key}` must be true or false")
        return value is True

    def path_of(self, data: Mapping[str, object], key: str) -> str:
        """The path of a file that a key names, made relative to where the configuration was found."""
        value = data.get(key, "")
        if key in data and (not isinstance(value, str) or not value):
            self.fault((key,), f"`{key}` must be the path of a file")
        elif isinstance(value, str) and value:
            self.within((key,), value)
        return os.path.join(os.path.dirname(self.path), value) if isinstance(value, str) and value else ""

    def paths(self, data: Mapping[str, object], key: str) -> tuple[str, ...]:
        paths = self.strings(data, key)
        return tuple(path for path in paths if self.within((key, path), path))

    def globs(self, data: Mapping[str, object], key: str) -> tuple[str, ...]:
        globs = self.strings(data, key)
        for glob in globs:
            self.possible((key, glob))
        return globs

    def possible(self, keys: tuple[str, ...]) -> None:
        if keys[-1].startswith("!"):
            self.fault(keys, f"`{keys[-1]}`: a glob cannot be turned round with `!`; list what is meant")
        elif ".." in keys[-1].split("/"):
            self.fault(keys, f"`{keys[-1]}`: a glob cannot leave the folder of this file with `..`")

    def ids(self, data: Mapping[str, object], key: str) -> tuple[str, ...]:
        known = [check.id for check in CHECKS]
        ids = self.strings(data, key)
        for unknown in ids:
            if unknown not in known:
                self.unknown("check", (key, unknown), known)
        return ids

    def subtable(self, data: Mapping[str, object], key: str) -> dict[str, object]:
        value = data.get(key, {})
        if isinstance(value, dict):
            return value
        self.fault((key,), f"`{key}` must be a table")
        return {}

    def templates(self, data: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
        pairs: list[tuple[str, str]] = []
        for glob, template in self.subtable(data, "templates").items():
            keys = ("templates", glob)
            self.possible(keys)
            if not isinstance(template, str) or not template:
                self.fault(keys, f"`{glob}` must name a rule set, by id or by the path of its file")
            elif not is_path(template):
                if template not in bundled():
                    self.unknown("rule set", (*keys, template), bundled())
            elif not self.within((*keys, template), template):
                pass
            elif not os.path.isfile(os.path.join(os.path.dirname(self.path), template)):
                self.fault((*keys, template), f"no file `{template}`")
            pairs.append((glob, str(template)))
        return tuple(pairs)

    def checks(self, data: Mapping[str, object]) -> dict[str, Severity | None]:
        known = [check.id for check in CHECKS]
        severities: dict[str, Severity | None] = {}
        for check, value in self.subtable(data, "checks").items():
            if check not in known:
                self.unknown("check", ("checks", check), known)
            severities[check] = self.severity(("checks", check), value, allow_off=True)
        return severities

    def severity(self, keys: tuple[str, ...], value: object, allow_off: bool) -> Severity | None:
        names = [name for name in SEVERITIES if allow_off or name != "off"]
        if isinstance(value, str) and value in names:
            return SEVERITIES[value]
        wrong = f", not `{value}`" if isinstance(value, str) else ""
        listed = ", ".join(f'"{name}"' for name in names)
        self.fault(keys, f"`{keys[-1]}` must be one of {listed}{wrong}")
        return None

    def unknown(self, kind: str, keys: tuple[str, ...], known: Iterable[str]) -> None:
        from speclint.diagnostics import did_you_mean

        if len(self.problems) >= _MOST_FAULTS:
            self.more += 1
            return
        hint = did_you_mean(keys[-1], known)
        if kind == "check" and not hint:
            hint = "; `speclint explain` lists them"
        self.fault(keys, f"no {kind} `{keys[-1]}`{hint}")

    def fault(self, keys: tuple[str, ...], message: str) -> None:
        if len(self.problems) >= _MOST_FAULTS:
            self.more += 1
            return
        line, column = _place(self.text, (*self.table, *keys))
        self.problems.append(Problem(self.path, line, column, message))


_HEADER = lazy_regex(r"[ \t]*\[([^\[\]\r\n]+)\]")


def _place(text: str, keys: tuple[str, ...]) -> tuple[int, int]:
    """The line and column of a key, or of a text in the list that is its value.

    When it cannot be found (TOML has many spellings), that of the nearest key or table around it.
    """
    lines = text.split("\n")
    place, found = (1, 1), 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(lines):
        header = _HEADER.match(line)
        if header:
            table = tuple(part.strip().strip("\"'") for part in header[1].split("."))
        if table != keys[: len(table)]:
            continue
        depth, column = len(table), header.start(1) if header else 0
        if not header:
            # On the way down, a key may stand anywhere behind the one before: `checks = { a = "off" }`.
            while depth < len(keys):
                match = re.search(rf"(?<![\w-])[\"']?{re.escape(keys[depth])}[\"']?(?![\w-])", line[column:])
                if match is None or (depth == len(table) and line[: match.start()].strip()):
                    break
                column, depth = column + match.start(), depth + 1
        if depth > found:
            place, found = (number + 1, column + 1), depth
    if found == len(keys) - 1:  # an item of a list over several lines
        for number, line in enumerate(lines[place[0] :], place[0] + 1):
            if f'"{keys[-1]}"' in line or f"'{keys[-1]}'" in line:
                return number, line.index(keys[-1])
            if _HEADER.match(line):
                break
    return place
