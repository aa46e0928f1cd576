"""Find and read the configuration: `speclint.toml`, or `[tool.speclint]` in `pyproject.toml`.

The nearest one upward from a file applies to it, alone: configurations do not merge. Globs and the paths of
rule sets are relative to the folder of the configuration.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import islice
from typing import Any, NamedTuple

from speclint.diagnostics import Problem, Severity, did_you_mean, error_reason
from speclint.markdown import digest
from speclint.ruleset.bundled import bundled
from speclint.ruleset.globs import matches, named_folder
from speclint.workspace import files, limits
from speclint.workspace.cache import Cache
from speclint.workspace.rule_sets import is_markdown
from speclint.workspace.toml_text import MAX_DOTS, dotted_line, place_of, syntax_problem, value_place

DEDICATED, SHARED = "speclint.toml", "pyproject.toml"

TABLE = ("tool", "speclint")

# Where something of a key stands in a text.
Place = Callable[[str, tuple[str, ...]], tuple[int, int]]

# More faults of one file than anybody reads; each has to be looked for in the text.
_MOST_FAULTS = 20

# After so many errors of the schema, which take a second, no more are looked for.
_MOST_ERRORS = 10_000


SEVERITIES: Mapping[str, Severity | None] = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "info": Severity.INFO,
    "off": None,
}


class Configuration(NamedTuple):
    """The settings of a project for its documents; all defaults if it has none.

    `path` is the file it was read from ("" for none). `include` (empty: all) and `exclude` choose among the
    files found in folders. `templates` gives the rule set, by id or by the path of its file, for the files
    that a glob matches; the first match counts. `baseline` is the path of the file that lists known findings
    ("" for none); with `require_reason`, comments that turn checks off must give a reason. With `strict`, a
    run that did not look at what it was to look at is an error. `coverage` are the paths of the reports that
    statements about test coverage are compared with.
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
    strict: bool = False
    baseline: str = ""
    coverage: tuple[str, ...] = ()

    @property
    def folder(self) -> str:
        """The folder that globs and paths are relative to."""
        return os.path.dirname(os.path.abspath(self.path)) if self.path else ""

    @property
    def globs(self) -> tuple[str, ...]:
        """The globs of files to lint, without those for descriptions of pull requests."""
        return (*self.include, *(glob for glob, _ in self.templates if not is_for_requests(glob)))

    def chosen(self, path: str) -> bool:
        """Return whether a file found in a folder is to be linted."""
        return not (self.include or self.exclude) or self._takes(self.relative(path))

    def chosen_in(self, around: str, names: Iterable[str]) -> list[str]:
        """Return those of the files of a folder, whose path is `around`, that are to be linted."""
        if not (self.include or self.exclude):
            return list(names)
        below = _below(around, self.path, os.getcwd())
        return [name for name in names if self._takes(below + name)]

    def _takes(self, name: str) -> bool:
        included = not self.include or any(matches(glob, name) for glob in self.include)
        return included and not any(matches(glob, name) for glob in self.exclude)

    def template(self, path: str) -> str | None:
        """Return the id, or the path, of the rule set configured for a file; None if there is none."""
        glob = self.glob(path)
        return None if glob is None else self.reference(dict(self.templates)[glob])

    def glob(self, path: str) -> str | None:
        """Return the glob of `templates` that applies to a file, None if there is none."""
        name = self.relative(path) if self.templates else ""
        return next((glob for glob, _ in self.templates if matches(glob, name)), None)

    def reference(self, template: str) -> str:
        """Return a value of `templates` as `--template` takes it: an id as it is, a path made absolute."""
        return os.path.join(self.folder, template) if is_path(template) else template

    def reports(self) -> tuple[str, ...]:
        """Return the paths of the coverage reports, from the current folder."""
        return tuple(os.path.relpath(os.path.join(self.folder, path)) for path in self.coverage)

    def folder_around(self, path: str) -> str:
        """Return the folder around a file whose documents `include` or `templates` is about, "" for none."""
        name = self.relative(path)
        folders = filter(None, map(named_folder, self.globs))
        return next((folder for folder in folders if matches(f"/{folder}", name)), "")

    def relative(self, path: str) -> str:
        """Return a path as globs are compared with it."""
        folder, file = os.path.split(path)
        if file in ("", os.curdir, os.pardir):
            return _below(path, self.path, os.getcwd()).rstrip("/")
        return _below(folder, self.path, os.getcwd()) + file


@cache
def _below(folder: str, configuration: str, here: str) -> str:
    """Return the prefix of paths in a folder that makes them relative to a configuration's folder, with `/`.

    Without a configuration ("") that is the current folder, `here`.
    """
    start = os.path.dirname(os.path.join(here, configuration))
    below = os.path.relpath(os.path.join(here, folder), os.path.normpath(start)).replace(os.sep, "/")
    return "" if below == os.curdir else f"{below}/"


class ConfigurationError(Exception):
    """A configuration that cannot be used; `problems` holds every fault with its place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def is_path(template: str) -> bool:
    """Return whether a reference to a rule set is the path of a file rather than an id."""
    is_file_name = template.endswith((".yaml", ".yml")) or is_markdown(template)
    return is_file_name or "/" in template or os.sep in template


def is_for_requests(glob: str) -> bool:
    """Return whether a glob of `templates` is for the descriptions of pull requests."""
    return "pull_request_template" in glob.lower()


def find(folder: str, cache: Cache | None = None) -> str | None:
    """Return the configuration file nearest to a folder, in it or above it; None if there is none.

    What lies above the root of the folder's repository belongs to others, and is not looked at.
    """
    folder = os.path.abspath(folder)
    while True:
        dedicated, shared = os.path.join(folder, DEDICATED), os.path.join(folder, SHARED)
        if os.path.isfile(dedicated):
            return dedicated
        if os.path.isfile(shared) and _mentions_speclint(shared, cache):
            return shared
        above = os.path.dirname(folder)
        if above == folder or os.path.lexists(os.path.join(folder, ".git")):
            return None
        folder = above


def _mentions_speclint(path: str, cache: Cache | None) -> bool:
    try:
        data = files.read_bytes(path, limits.CONFIGURATION)
        if b"speclint" not in data:
            return False
        copy = cache.validated(path) if cache is not None else None
        if copy is not None:
            return _has_table(copy.data)
        import tomli

        if len(data) > limits.CONFIGURATION or dotted_line(data.decode("utf-8-sig")):
            raise ValueError
        table = tomli.loads(data.decode("utf-8-sig"))
        if cache is not None and not _has_table(table):
            cache.keep_validated(path, {path: digest.digest(data)}, table)
        return _has_table(table)
    except OSError:
        return False
    except (ValueError, RecursionError):
        return b"[tool.speclint" in data  # broken, but meant for us: reading it says what is wrong


def _has_table(data: Mapping[str, Any]) -> bool:
    tool = data.get("tool")
    return isinstance(tool, dict) and "speclint" in tool


def load(path: str, cache: Cache | None = None) -> Configuration:
    """Return the configuration in a file. Raise `ConfigurationError` with every fault of it."""
    if files.leads_out(path):
        raise _refused(path, files.OUTSIDE)
    try:
        content = files.read_bytes(path, limits.CONFIGURATION)
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _refused(path, f"not UTF-8: {error.reason}", line) from None
    except (OSError, ValueError) as error:
        raise _refused(path, error_reason(error)) from None
    if len(content) > limits.CONFIGURATION:
        raise _refused(path, "larger than 1 MB")
    # To read and validate TOML takes longer than to lint a document: what is valid is kept in the cache.
    copy = cache.validated(path) if cache is not None else None
    if copy is not None:
        return _reader(text, path).read(_table(copy.data, path))
    data = _parsed(text, path)
    configuration = _validated(data, text, path)
    if cache is not None:
        cache.keep_validated(path, {path: digest.digest(content)}, data)
    return configuration


def _refused(path: str, message: str, line: int = 1) -> ConfigurationError:
    return ConfigurationError([Problem(path, line, 1, message)])


def parse(text: str, path: str) -> Configuration:
    """Return the configuration in a text, read as that of a file. Raise `ConfigurationError`."""
    return _validated(_parsed(text, path), text, path)


def _parsed(text: str, path: str) -> dict[str, Any]:
    """Return the data of a text of TOML. Raise `ConfigurationError`."""
    import tomli

    if line := dotted_line(text):
        raise _refused(path, f"more than {MAX_DOTS} dots in a line", line)
    try:
        return tomli.loads(text)
    except (tomli.TOMLDecodeError, RecursionError) as error:
        raise ConfigurationError([syntax_problem(path, text, str(error))]) from None
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


def _reader(text: str, path: str) -> "_Reader":
    return _Reader(path, text, TABLE if os.path.basename(path) == SHARED else ())


def _table(data: Mapping[str, Any], path: str) -> Any:
    """Return speclint's part of the data of a file."""
    table: Any = data
    if os.path.basename(path) == SHARED:
        for key in TABLE:
            table = table.get(key, {}) if isinstance(table, dict) else {}
    return table


class _Reader:
    """The reading of one configuration: turns its data into values, and collects its faults with places."""

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
        """Return the configuration in data, in which `misfits` are the keys that do not fit the schema."""
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
            raise self.refusal()
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
            strict=data.get("strict", False),
            baseline=os.path.join(self.folder, baseline) if baseline else "",
            coverage=tuple(coverage),
        )

    def refusal(self) -> ConfigurationError:
        reported = sorted(self.problems)
        if self.more:
            reported.append(reported[-1]._replace(message=f"and {self.more} more faults"))
        return ConfigurationError(reported)

    def validate(self, data: object) -> None:
        """Collect what does not fit the published schema."""
        from speclint.ruleset import schema

        errors = list(islice(schema.errors(data, "config.schema.json"), _MOST_ERRORS))
        for error in errors:
            # An item of a list stands for the whole list.
            keys = tuple(key for key in error.absolute_path if isinstance(key, str))
            message = error.schema.get("errorMessage")
            if message and keys not in self.misfits:
                self.misfits.add(keys)
                self.fault(keys, f"`{keys[-1]}` {message}", value_place)
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
                message = f"`{keys[-1]}` must be one of {names}"
                if isinstance(error.instance, str):
                    hint = did_you_mean(error.instance, error.validator_value)
                    message = f"{message}, not `{error.instance}`{hint}"
                self.fault(keys, message, value_place)
        if len(errors) == _MOST_ERRORS:
            raise self.refusal()

    def fitting(self, data: Mapping[str, Any], key: str) -> Any:
        """Return the value of a list or table, an empty one if it does not fit the schema."""
        return () if (key,) in self.misfits else data.get(key, ())

    def is_within(self, keys: tuple[str, ...], value: str) -> bool:
        """Return whether a path, relative to this file, stays in its repository; if not, collect a fault."""
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
        """Collect a fault for a rule set that does not exist."""
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

    def fault(self, keys: tuple[str, ...], message: str, place: Place = place_of) -> None:
        if len(self.problems) >= _MOST_FAULTS:
            self.more += 1
            return
        line, column = place(self.text, (*self.table, *keys))
        self.problems.append(Problem(self.path, line, column, message))
