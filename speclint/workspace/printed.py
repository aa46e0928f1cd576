"""Keep what a command printed, and find it again when nothing that it depends on has changed.

This is for the run over a whole repository where nothing happened: the results of thousands of documents need
not even be read. It knows no part of a run: one file that is another, or may be, and everything is looked at.
"""

import json
import os
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.markdown.digest import digest
from speclint.ruleset.bundled import bundled, compiled
from speclint.workspace.cache import Cache, Stamp, tool
from speclint.workspace.config import Configuration
from speclint.workspace.resolver import Resolver, WorkspaceError
from speclint.workspace.run_result import RunResult
from speclint.workspace.selection import Selection
from speclint.workspace.terms import described_comparisons, described_rules


class Printed(NamedTuple):
    """What a command printed: its exit code, and texts in order.

    Each has whether it is for standard output; else it is for standard error.
    """

    code: int
    texts: tuple[tuple[bool, str], ...]


class PrintedRun:
    """What one command printed about some files, if `state` is what it depends on, apart from files around.

    `state` is "" if one of the files is too young for its times to be trusted: nothing is known or kept then.
    """

    def __init__(self, cache: Cache, resolver: Resolver, began: int, command: str, state: str) -> None:
        self._cache = cache
        self._resolver = resolver
        self._began = began
        self._command = command
        self._state = state

    @classmethod
    def of(
        cls, cache: Cache, resolver: Resolver, selection: Selection, paths: Sequence[str], command: str
    ) -> "PrintedRun | None":
        """Return what a command prints about selected files, None if something of them cannot be used."""
        try:
            files = [
                (path, name, Stamp.of(selection.states.get(path) or os.stat(path)))
                for path, name in selection.files
            ]
            places = tuple(map(os.path.isdir, paths)), selection.excluded, selection.left_out
            parts = [tool(), resolver.options, *places, files, *_surroundings(resolver, selection, paths)]
        except (WorkspaceError, OSError, ValueError):  # linting them says what is wrong
            return None
        is_settled = all(stamp.is_settled(selection.began) for _, _, stamp in files)
        state = _digest(parts) if is_settled else ""
        return cls(cache, resolver, selection.began, _digest([os.getcwd(), paths, command]), state)

    def recall(self) -> Printed | None:
        """Return what the command printed, None if it is not known or something has changed."""
        found = self._cache.printed(self._command, self._state) if self._state else None
        if found is None:
            return None
        try:
            code, answers, lengths = json.loads(found[0])
            for root, known in answers.items():
                checkout = self._resolver.checkout(root)
                if any(checkout.answer(question) != answer for question, answer in known.items()):
                    return None
            return Printed(code, tuple(_cut(found[1], lengths)))
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
            return None  # not one of ours

    def keep(self, code: int, texts: Sequence[tuple[bool, str]], result: RunResult) -> None:
        """Remember what the command printed about the result of its run, unless that failed."""
        if not self._state or code not in (0, 1) or result.messages or result.answers is None:
            return
        data = [text.encode("utf-8", "surrogatepass") for _, text in texts]
        lengths = [(is_output, len(text)) for (is_output, _), text in zip(texts, data, strict=True)]
        head = json.dumps((code, result.answers, lengths), separators=(",", ":"))
        self._cache.keep_printed(self._command, self._state, self._began, head, b"".join(data))


def _surroundings(resolver: Resolver, selection: Selection, paths: Sequence[str]) -> Iterator[object]:
    """Yield values that are the same if the same applies to selected files. Raise `WorkspaceError`.

    Nothing is read that a run would not read, and it is read in the same order: what is read may be reported.
    """
    yield [compiled(name) for name in ("candidates", *bundled())]
    applied: dict[str, Configuration] = {}
    for folder, name in {os.path.dirname(name): name for _, name in selection.files}.items():
        configuration = resolver.configuration(name)
        applied[configuration.path] = configuration
        yield folder, configuration.path, resolver.root_of(folder)
    # A configuration that applies to no file may still be reported, with its rule sets.
    for configuration in resolver.configurations():
        yield configuration
        named = (configuration.reference(template) for _, template in configuration.templates)
        for template in dict.fromkeys((resolver.options.template, *named)):
            if template is not None and template not in bundled():
                yield template, described_rules(resolver.rule_set(template))
    for configuration in applied.values():
        yield described_comparisons(resolver, configuration)
    yield resolver.absent_reports
    for baseline in resolver.baselines():
        yield baseline.path, baseline.of_deleted(paths)


def _cut(data: bytes, lengths: Sequence[tuple[bool, int]]) -> Iterator[tuple[bool, str]]:
    start = 0
    for is_output, length in lengths:
        yield is_output, data[start : start + length].decode("utf-8", "surrogatepass")
        start += length


def _digest(parts: object) -> str:
    return digest(repr(parts).encode("utf-8", "backslashreplace"))
