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

from speclint.diagnostics import Problem, Severity, did_you_mean, error_reason
from speclint.markdown import digest
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.bundled import bundled
from speclint.workspace import files, storage

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


def find(folder: str) -> str | None:
    """The configuration file nearest to a folder, in it or above it."""
    folder = os.path.abspath(folder)
    while True:
        dedicated, shared = os.path.join(folder, DEDICATED), os.path.join(folder, SHARED)
        if os.path.isfile(dedicated):
            return dedicated
        if os.path.isfile(shared) and _mentions_speclint(shared):
            return shared
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _mentions_speclint(path: str) -> bool:
    try:
        data = files.read_bytes(path, MAX_BYTES)
        if b"speclint" not in data:
            return False
        copy = storage.read_copy(path)
        if copy is None:
            import tomllib

            if len(data) > MAX_BYTES or _dotted(data.decode("utf-8-sig")):
                raise ValueError
            copy = tomllib.loads(data.decode("utf-8-sig"))
            if not _has_table(copy):
                storage.write_copy(path, {path: digest.digest(data)}, copy)
        return _has_table(copy)
    except OSError:
        return False
    except (ValueError, RecursionError):
        return b"[tool.speclint" in data  # broken, but meant for us: reading it says what is wrong


def _has_table(data: Mapping[str, Any]) -> bool:
    tool = data.get("tool")
    return isinstance(tool, dict) and "speclint" in tool


def load(path: str) -> Configuration:
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
    # To read and validate TOML takes longer than to lint a document: what is valid is kept in the cache.
    copy = storage.read_copy(path)
    if copy is not None:
        return _reader(text, path).read(_table(copy, path))
    data = _parsed(text, path)
    configuration = _validated(data, text, path)
    storage.write_copy(path, {path: digest.digest(content)}, data)
    return configuration


def _refused(path: str, message: str, line: int = 1) -> ConfigurationError:
    return ConfigurationError([Problem(path, line, 1, message)])


def loads(text: str, path: str) -> Configuration:
    """The configuration in a text, read as that of a file; raises `ConfigurationError`."""
    return _validated(_parsed(text, path), text, path)


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


def _validated(data: Mapping[str, Any], text: str, path: str) -> Configuration:
    reader = _reader(text, path)
    table = _table(data, path)
    if not isinstance(table, dict):
        reader.fault((), f"`{'.'.join(TABLE)}` must be a table")
        raise ConfigurationError(reader.problems)
    reader.validate(table)
    return reader.read(table)


def _reader(text: str, path: str) -> _Reader:
    return _Reader(path, text, TABLE if os.path.basename(path) == SHARED else ())


def _table(data: Mapping[str, Any], path: str) -> Any:
    """What is speclint's in the data of a file."""
    table: Any = data
    if os.path.basename(path) == SHARED:
        for key in TABLE:
            table = table.get(key, {}) if isinstance(table, dict) else {}
    return table


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
        self.folder = os.path.dirname(path)
        self.text = text
        self.table = table
        self.problems: list[Problem] = []
        # What does not fit the schema, by its keys: nothing else is said of it.
        self.misfits: set[tuple[str, ...]] = set()
        # How many faults are not reported, and the repository that nothing named here leads out of.
        self.more = 0
        self.repository = files.repository_of(path)

    def read(self, data: Mapping[str, Any]) -> Configuration:
        """The configuration in data that fits the schema, but for the `misfits`."""
        for key in ("include", "exclude"):
            for glob in self.fitting(data, key):
                self.check_glob((key, glob))
        coverage = [
            path for path in self.fitting(data, "coverage") if self.is_within(("coverage", path), path)
        ]
        templates = self.templates(data)
        baseline = data.get("baseline", "")
        if baseline and ("baseline",) not in self.misfits:
            self.is_within(("baseline",), baseline)
        if self.problems:
            reported = sorted(self.problems)
            if self.more:
                reported.append(reported[-1]._replace(message=f"and {self.more} more faults"))
            raise ConfigurationError(reported)
        return Configuration(
            self.path,
            include=tuple(data.get("include", ())),
            exclude=tuple(data.get("exclude", ())),
            templates=templates,
            checks={check: SEVERITIES[name] for check, name in data.get("checks", {}).items()},
            select=tuple(data.get("select", ())),
            ignore=tuple(data.get("ignore", ())),
            fail_on=SEVERITIES[data.get("fail-on", "error")] or Severity.ERROR,
            require_reason=data.get("require-reason", False),
            baseline=os.path.join(self.folder, baseline) if baseline else "",
            coverage=tuple(coverage),
        )

    def validate(self, data: object) -> None:
        """Notes what does not fit the published schema."""
        from speclint.ruleset import schema

        errors = list(schema.errors(data, "config.schema.json"))
        for error in errors:
            # An item of a list stands for the whole list.
            keys = tuple(key for key in error.absolute_path if isinstance(key, str))
            message = error.schema.get("errorMessage")
            if message and keys not in self.misfits:
                self.misfits.add(keys)
                self.fault(keys, f"`{keys[-1]}` {message}")
        for error in errors:
            keys = tuple(key for key in error.absolute_path if isinstance(key, str))
            if error.validator == "additionalProperties":
                known = error.schema["properties"]
                for key in error.instance:
                    if key not in known:
                        self.unknown("key", (key,), known)
            elif error.validator == "enum" and keys in (("select",), ("ignore",), ("checks",)):
                if keys not in self.misfits:
                    self.unknown("check", (*keys, error.instance), error.validator_value)
            elif error.validator == "enum":
                names = ", ".join(f'"{name}"' for name in error.validator_value)
                wrong = f", not `{error.instance}`" if isinstance(error.instance, str) else ""
                self.fault(keys, f"`{keys[-1]}` must be one of {names}{wrong}")

    def fitting(self, data: Mapping[str, Any], key: str) -> Any:
        """The value of a list or table, an empty one where it does not fit the schema."""
        return () if (key,) in self.misfits else data.get(key, ())

    def is_within(self, keys: tuple[str, ...], value: str) -> bool:
        """Whether a path, relative to this file, stays in its repository; a fault where it does not."""
        outside = files.is_outside(os.path.join(self.folder, value), self.repository)
        if outside:
            self.fault(keys, f"`{value}` {files.OUTSIDE}")
        return not outside

    def check_glob(self, keys: tuple[str, ...]) -> None:
        if keys[-1].startswith("!"):
            self.fault(keys, f"`{keys[-1]}`: a glob cannot be turned round with `!`; list what is meant")
        elif ".." in keys[-1].split("/"):
            self.fault(keys, f"`{keys[-1]}`: a glob cannot leave the folder of this file with `..`")

    def templates(self, data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        table = self.fitting(data, "templates")
        for glob in table:
            keys = ("templates", glob)
            self.check_glob(keys)
            if keys not in self.misfits:
                self.check_reference((*keys, table[glob]))
        return tuple((glob, table[glob]) for glob in table)

    def check_reference(self, keys: tuple[str, ...]) -> None:
        """Notes a rule set that is not there."""
        template = keys[-1]
        if not is_path(template):
            if template not in bundled():
                self.unknown("rule set", keys, bundled())
        elif self.is_within(keys, template) and not os.path.isfile(os.path.join(self.folder, template)):
            self.fault(keys, f"no file `{template}`")

    def unknown(self, kind: str, keys: tuple[str, ...], known: Iterable[str]) -> None:
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
