"""Which fix answers which finding."""

from __future__ import annotations

from speclint.binding.model import Binding
from speclint.diagnostics import Diagnostic


def with_fixes(binding: Binding, diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    return diagnostics
