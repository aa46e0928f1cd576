"""A spec linter and completeness checker: Markdown specifications against their template."""

__version__ = "0.1.0"
