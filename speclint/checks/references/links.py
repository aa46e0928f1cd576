"""The check of links and images: what they name is there."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.binding.surroundings import DocumentLocation
from speclint.checks.references.link_map import target_of
from speclint.checks.references.targets import links
from speclint.diagnostics import Finding, shorten


def broken_link(binding: Binding) -> Iterator[Finding]:
    """Every link and image inside the repository leads to a file or folder that exists.

    A link that leads nowhere costs every reader a search, and mostly tells of a page that was moved. Paths
    count from the folder of the document, or from the root of the repository when they begin with `/`, and so
    does `@docs/guide.md`, a reference as assistants read it. Looked at are inline links, the definitions of
    reference links, and `href` and `src` in HTML; a page may be named without its ending, and a file by the
    path that it has once published, where the rule set says so in `links.map`. Addresses of other sites are
    left alone, and so is what leads out of the repository: nothing is fetched from a network.

    Fails, where there is no such file:

        See the [manual](../manuel.md).

    Passes:

        See the [manual](../manual.md).
    """
    place = binding.location
    for link in links(binding):
        if link.kind == "empty":
            yield Finding(link.span, "the link leads nowhere: there is nothing in its parentheses")
            continue
        found = target_of(binding, link)
        if place and found and found.kind is None:
            what, which = ("the image", "") if link.kind == "image" else ("the link leads to", ", which")
            message = f'{what} "{shorten(found.path)}"{which} does not exist'
            yield Finding(link.span, message + _suggestion(place, link.path))


def _suggestion(place: DocumentLocation, path: str) -> str:
    """Return the end of a message that suggests the path from the root, or from the document's folder.

    "" if nothing is there either.
    """
    if path[0] == "/":
        relative = place.resolve(path.lstrip("/"))
        there = relative and place.files.kind(relative) in ("file", "folder")
        return f'; did you mean "{shorten(path.lstrip("/"))}"?' if there else ""
    root = place.resolve(f"/{path}")
    if not root or place.files.kind(root) not in ("file", "folder"):
        return ""
    folder = posixpath.dirname(place.path)
    return f'; did you mean "{shorten(posixpath.relpath(root, folder or "."))}"?'
