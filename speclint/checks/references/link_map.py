"""Find the files that links name by a path at which they do not lie, by what the rule set says of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from speclint.binding.model import Binding, cached_per_binding
from speclint.checks.reading.entries import innermost
from speclint.checks.references.targets import Found, Link, links, lookup

_HOLE = re.compile(r"\{(n|name)\}")

_VALUES = {"n": r"\d+", "name": r"[^/]+"}


def target_of(binding: Binding, link: Link) -> Found | None:
    """Return what a link leads to, None if that is unknown.

    Where nothing is there, the rule set may say where the file lies that the link names by another path.
    """
    place = binding.location
    found = lookup(place, link) if place else None
    if place is None or found is None or found.kind is not None:
        return found
    moved = _mapped(binding, link)
    path = place.resolve(f"/{moved}") if moved else None
    return found if path is None else Found(path, place.files.kind(path))


def _mapped(binding: Binding, link: Link) -> str | None:
    """Return the path from the root that the path in a link stands for, None if it has no other."""
    for pattern, target in _maps(binding).get(link.span.start, {}).items():
        match = _compiled(pattern).fullmatch(link.path.removeprefix("./"))
        if match is not None:
            return _HOLE.sub(lambda hole, found=match: found[hole[1]], target)  # type: ignore[misc]
    return None


@cached_per_binding
def _maps(binding: Binding) -> Mapping[int, Mapping[str, str]]:
    """Return by the places of links the map of the innermost section that has one, or of the document."""
    starts = [link.span.start for link in links(binding)]
    own = innermost(binding, lambda content: (content.links and content.links.map) or None, starts)
    return {start: found for start, found in zip(starts, own, strict=True) if found}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = _HOLE.split(pattern.removeprefix("./"))
    return re.compile(
        "".join(
            f"(?P<{part}>{_VALUES[part]})" if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        )
    )
