"""Match the globs of configurations and rule sets in bounded time, whatever the glob."""

from __future__ import annotations

import re
from functools import cache


def matches(glob: str, path: str) -> bool:
    """Return whether a path, relative and with `/`, matches a glob.

    `*` and `?` stop at `/`; `**` does not. A glob without `/` matches names in any folder, and a glob
    that matches a folder matches all that is in it. A `/` in front holds a glob to the topmost folder.
    """
    return _pattern(glob).match(path) is not None


def matches_whole(glob: str, text: str) -> bool:
    """Return whether a glob matches the whole of a text, such as an address: not what is in a folder."""
    return _pattern(glob, inside=False).match(text) is not None


def hidden_place(glob: str) -> str:
    """Return the part of a glob that names a hidden folder, and what it names in that; "" for none.

    What follows, from the first name on that a `*` or `?` leaves open, is not part of it.
    """
    parts = glob.rstrip("/").removeprefix("./").removeprefix("/").split("/")
    hidden = [number for number, part in enumerate(parts) if part.startswith(".")]
    if not hidden or ".git" in parts:
        return ""
    rest = parts[hidden[-1] + 1 :]
    named = next((number for number, part in enumerate(rest) if is_open(part)), len(rest))
    return "/".join(parts[: hidden[-1] + 1 + named])


def named_folder(glob: str) -> str:
    """Return the folder that a glob is about: its part in front of the first name that it leaves open.

    That of a file is the folder around it. "" for a glob that is about names in any folder.
    """
    parts = glob.removeprefix("./").removeprefix("/").rstrip("/").split("/")
    named = next((number for number, part in enumerate(parts) if is_open(part)), len(parts))
    is_file = named == len(parts) and "." in parts[-1].lstrip(".")
    return "/".join(parts[: named - is_file])


def is_open(glob: str) -> bool:
    """Return whether a glob is not just the path that it matches."""
    return "*" in glob or "?" in glob


@cache
def _pattern(glob: str, inside: bool = True) -> re.Pattern[str]:
    """Return the regular expression of a glob, which matches in bounded time, whatever the glob.

    `**/` at the start of a name stands for folders or nothing. Between two `**`, and between two `*` there,
    the first match is as good as any later one: an atomic group keeps it. With `inside`, what lies in a
    folder that matches does so, too.
    """
    rooted = glob.rstrip("/")
    anywhere = "" if "/" in rooted else "**/"
    first, *rest = re.split(r"((?<![^/])\*\*/|\*\*)", anywhere + rooted.removeprefix("./").removeprefix("/"))
    pieces = [_piece(first, last=not rest)]
    for mark, piece in zip(rest[::2], rest[1::2], strict=True):
        last = len(pieces) == len(rest) // 2
        body = (r"(?:.*?/)??" if mark == "**/" else ".*?") + _piece(piece, last)
        pieces.append(body if last else f"(?>{body})")
    end = r"(?:/.*)?\Z" if inside else r"\Z"
    return re.compile("".join((*pieces, end)), re.DOTALL)


def _piece(glob: str, last: bool) -> str:
    """Return the regular expression of a part of a glob without `**`; the last one reaches the end."""
    first, *rest = ("".join("[^/]" if c == "?" else re.escape(c) for c in part) for part in glob.split("*"))
    stars = [f"(?>[^/]*?{part})" for part in rest]
    if last and rest:
        stars[-1] = f"[^/]*{rest[-1]}"
    return "".join((first, *stars))
