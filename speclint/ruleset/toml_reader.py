"""Find where a text of TOML does not parse; the twin of `yaml_reader` for what is not a rule set."""

from __future__ import annotations

from speclint.markdown.lazy_regex import lazy_regex

_PLACE = lazy_regex(r"[ \t]*\(at (?:line ([0-9]{1,9}), column ([0-9]{1,9})|end of document)\)$")


def syntax_fault(text: str) -> tuple[int, str] | None:
    """Return the offset of the first fault in a text of TOML, and its description; None if it parses.

    A number that is out of range, or nesting too deep for a person to have written it, is no fault.
    """
    import tomli

    try:
        tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        message = str(error)
        place = _PLACE.search(message)
        reason = message[: place.start()] if place else message
        if place is None or place[1] is None:
            return max(len(text.rstrip()) - 1, 0), reason
        lines = text.split("\n")[: int(place[1]) - 1]
        return sum(map(len, lines)) + len(lines) + int(place[2]) - 1, reason
    except (ValueError, RecursionError, OverflowError):
        return None
    return None
