"""A spec linter and completeness checker: Markdown specifications against their template."""

from __future__ import annotations

__version__ = "0.1.0"
