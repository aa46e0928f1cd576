"""Find what the `regex` library reads otherwise than Python's `re`, in a pattern that both accept.

Rule sets are written in the syntax of `re`, and run on `regex`, which has a limit of time. What means one
thing here and another there is refused, so that a pattern means what the author of a rule set can look up.
"""

import re
from collections.abc import Iterator

# Escapes, comments, sets and quantifiers are read as one; other braces are characters to Python.
_SET = r"\[\^?\]?(?:\\.|[^\]\\])*\]"
_QUANTIFIER = r"\{[0-9]+(?:,[0-9]*)?\}|\{,[0-9]*\}"
_TOKEN = re.compile(rf"\\.|\(\?#[^)]*\)|{_SET}|{_QUANTIFIER}|.", re.DOTALL)
# With the flag `x`, the rest of a line is a comment.
_VERBOSE_TOKEN = re.compile(rf"\\.|\(\?#[^)]*\)|#[^\n]*|{_SET}|{_QUANTIFIER}|.", re.DOTALL)

_VERBOSE = re.compile(r"\(\?[a-zA-Z]*x")

# How fuzzy matching begins, or is begun and ends in an error: `{i}`, `{e<=2}`, `{1<=e<=2}`, `{2i+d<5}`.
_FUZZY = re.compile(r"\{[0-9]*(?:[deis]|<)")

_IN_SET = re.compile(r"\\.|\[:|.", re.DOTALL)


def difference(source: str) -> str | None:
    """Return what would be read otherwise, with its place and what to write instead; None if nothing is.

    The pattern is one that `re` accepts.
    """
    # Where white space counts for nothing, and for which part of a pattern, is not worth finding out.
    verbose = _VERBOSE.search(source) is not None
    faults = [*_faults(source, _TOKEN, verbose)]
    if verbose:
        faults += _faults(source, _VERBOSE_TOKEN, verbose)
    return min(faults)[1] if faults else None


def _faults(source: str, tokens: re.Pattern[str], verbose: bool) -> Iterator[tuple[int, str]]:
    for token in tokens.finditer(source):
        start, text = token.start(), token[0]
        if text == "{" and (_FUZZY.match(source, start) or (verbose and source[start : start + 2] != "{}")):
            yield start, f"`{{` at position {start} begins no repetition; write `\\{{` for the character"
        elif text[0] == "[" and len(text) > 1:
            for part in _IN_SET.finditer(text, 1):
                if part[0] == "[:":
                    at = start + part.start()
                    yield (
                        at,
                        f"`[:` at position {at} is no class of Python's; write `\\[:` for the characters",
                    )
