"""Checks of fenced code; what they know of languages and lexers."""
