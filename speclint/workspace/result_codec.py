"""Encode results of files as plain JSON values and decode them, for the cache."""

from __future__ import annotations

from typing import Any

from speclint.diagnostics import Diagnostic, DiagnosticKey, Edit, Fix, Severity, Span
from speclint.linting.baseline import Entry
from speclint.linting.result import BaselineResult, FileResult
from speclint.markdown.source_excerpt import SourceExcerpt


def encode(result: FileResult) -> list[Any]:
    """Return a result as lists, texts and numbers, without its path and the fixes that were applied."""
    assert isinstance(result.source, SourceExcerpt)
    # Named tuples are lists in JSON.
    return [*result[1:7], result.diagnostics, result.source, result.fail_on, result.bound, result.baseline]


def decode(data: Any) -> FileResult:
    """Return the result that `encode` made. Raise `ValueError` or `TypeError` for anything else."""
    status, template, stages, stage, met, total, diagnostics, source, fail_on, bound, baseline = data
    numbers, starts, lines = source
    _expect(str, status, template, stage, *stages, *lines)
    _expect(int, met, total, *numbers, *starts, *bound)
    if not len(numbers) == len(starts) == len(lines) >= bool(diagnostics):
        raise ValueError
    if status not in ("linted", "skipped", "unstaged"):
        raise ValueError
    return FileResult(
        "",
        status,
        template,
        tuple(stages),
        stage,
        met,
        total,
        tuple(map(_diagnostic, diagnostics)),
        SourceExcerpt(tuple(numbers), tuple(starts), tuple(lines)),
        (),
        Severity(fail_on),
        tuple(bound),
        None if baseline is None else _baseline(*baseline),
    )


def _expect(kind: type, *values: Any) -> None:
    if not {kind}.issuperset(map(type, values)):
        raise TypeError


def _diagnostic(data: Any) -> Diagnostic:
    check, severity, span, message, section, fix, known, subject, times, key = data
    _expect(str, check, message, *section, *subject, key[0], *key[1], key[2])
    _expect(int, *span, times)
    _expect(bool, known)
    return Diagnostic(
        check,
        Severity(severity),
        Span(*span),
        message,
        tuple(section),
        None if fix is None else _fix(*fix),
        known,
        tuple(subject),
        times,
        DiagnosticKey(key[0], tuple(key[1]), key[2]),
    )


def _fix(title: str, edits: Any, safe: bool) -> Fix:
    _expect(str, title, *(text for _, text in edits))
    _expect(bool, safe)
    _expect(int, *(offset for span, _ in edits for offset in span))
    return Fix(title, tuple([Edit(Span(*span), text) for span, text in edits]), safe)


def _baseline(path: str, found: Any, known: int, gone: Any) -> BaselineResult:
    _expect(str, path)
    _expect(int, known)
    return BaselineResult(path, tuple(map(_entry, found)), known, tuple(map(_entry, gone)))


def _entry(entry: Any) -> Entry:
    path, check, section, digest, times = entry
    _expect(str, path, check, digest, *section)
    _expect(int, times)
    return Entry(path, check, tuple(section), digest, times)
