"""Read the states of tasks, in Markdown's notation and in those of other tools."""

from speclint.markdown.blocks import ListItem
from speclint.markdown.lazy_regex import lazy_regex

# States in the notations of Kiro, Obsidian and their like: in progress, dropped, put off, doubtful.
STATES = frozenset("-~/><!?")

# The star marks what is optional among Kiro's tasks.
_FOREIGN = lazy_regex(r"(?:\[(?P<state>[-~/><!?])\]\*?|\[(?P<mark>[ xX])\]\*)(?=\s|$)")


def is_ticked(text: str, item: ListItem) -> bool | None:
    """Return whether the box of a list item is ticked, None if it has no box.

    What is in progress or dropped is not.
    """
    if item.checkbox is not None:
        return item.checkbox == "x"
    if not text.startswith("[", item.content_start):
        return None
    match = _FOREIGN.match(text, item.content_start)
    return None if match is None else match["mark"] in ("x", "X")
