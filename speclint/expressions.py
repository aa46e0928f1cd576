"""Our own regular expressions as Python compiles them, kept from one run to the next in the user's cache.

Compiling them is a quarter of a cold start, and gives the same every time. What is kept is the code of
Python's matcher, a file for each version of Python. Where that cannot be read, written or used, expressions
are compiled as always. The matcher verifies code before it takes it, so that no file can do harm by it.
"""

from __future__ import annotations

import json
import os
import re
import sys
from functools import cached_property
from importlib import import_module

from speclint import pattern, storage
from speclint.record import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# More than that are only in a cache that has seen many rule sets: what one run needs is below half of it.
_MOST = 1000


class Code(NamedTuple):
    """What an expression is compiled to: the arguments of the matcher behind the source."""

    flags: int
    code: list[int]
    groups: int
    names: dict[str, int]

    def expression(self, source: str) -> re.Pattern[str]:
        """The expression; raises one of `_FAULTS` where the code is none."""
        by_number: list[str | None] = [None] * (self.groups + 1)
        for name, number in self.names.items():
            by_number[number] = name
        compiled: re.Pattern[str] = _MATCHER.compile(
            source, self.flags, self.code, self.groups, self.names, tuple(by_number)
        )
        return compiled


# The bytes of one number of the code.
_SIZE = memoryview(b"").cast("I").itemsize

# What a damaged or foreign entry may raise.
_FAULTS = (AttributeError, IndexError, KeyError, OverflowError, RuntimeError, TypeError, ValueError)


def _inner(name: str) -> Any:
    """An inner module of `re`; None where this Python has none of that name."""
    try:
        return import_module(name)
    except ImportError:
        return None


_MATCHER, _COMPILER, _PARSER = _inner("_sre"), _inner("re._compiler"), _inner("re._parser")


class Compiler:
    """Compiles expressions, those that it knows from the cache at a hundredth of the cost."""

    def __init__(self) -> None:
        self.fresh: dict[str, Code] = {}

    @cached_property
    def path(self) -> str | None:
        """Where expressions are kept; asked for when the first is needed, as the command may name a cache."""
        return _path()

    @cached_property
    def known(self) -> dict[str, Any]:
        """By expression, what it is compiled to."""
        return _load(self.path) if self.path else {}

    def __call__(self, source: str, flags: int) -> re.Pattern[str]:
        key = f"{int(flags)} {source}"
        try:
            if key in self.known:
                return _code(self.known[key]).expression(source)
            if self.path is not None:
                code = self.fresh[key] = _compiled(source, flags)
                return code.expression(source)
        except _FAULTS:
            self.known.pop(key, None)
            self.fresh.pop(key, None)
        return re.compile(source, flags)

    def save(self) -> None:
        """Keeps what was compiled for the next run; where that is not possible, does nothing."""
        if not self.fresh or self.path is None:
            return
        entries = {key: _entry(code) for key, code in self.fresh.items()}
        if len(self.known) + len(entries) <= _MOST:
            entries = {**self.known, **entries}
        storage.write_checked(self.path, _version(), json.dumps(entries).encode())


def use() -> Compiler:
    """Has all late expressions compiled by a compiler that knows those of earlier runs."""
    pattern.compiler = compiler = Compiler()
    return compiler


def _compiled(source: str, flags: int) -> Code:
    parsed = _PARSER.parse(source, flags)
    return Code(
        int(flags | parsed.state.flags),
        list(map(int, _COMPILER._code(parsed, flags))),
        parsed.state.groups - 1,
        dict(parsed.state.groupdict),
    )


def _entry(code: Code) -> list[Any]:
    # Hexadecimal, since Python reads that without loading a library.
    binary = b"".join(number.to_bytes(_SIZE, sys.byteorder) for number in code.code)
    return [code.flags, binary.hex(), code.groups, code.names]


def _code(entry: Any) -> Code:
    flags, binary, groups, names = entry
    return Code(flags, memoryview(bytes.fromhex(binary)).cast("I").tolist(), groups, names)


def _path() -> str | None:
    folder = storage.cache_folder()
    if folder is None or None in (_MATCHER, _COMPILER, _PARSER):
        return None
    return os.path.join(folder, f"expressions-{storage.digest(_version())}.json")


def _load(path: str) -> dict[str, Any]:
    try:
        entries = json.loads(storage.read_checked(path, _version()) or b"{}")
    except (ValueError, RecursionError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _version() -> bytes:
    """What entries depend on: all of the Python that compiled them, and how they are written."""
    magic = getattr(_MATCHER, "MAGIC", None), getattr(_MATCHER, "CODESIZE", None), _SIZE
    return f"hexadecimal {sys.implementation.name} {sys.version} {sys.byteorder} {magic}".encode()
