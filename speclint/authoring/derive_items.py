"""Read the boxes of a template that all its documents are to have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from speclint.authoring.template_document import COMMENT, TemplateDocument, is_comment
from speclint.authoring.template_syntax import has_open, is_open, optional_value
from speclint.markdown.blocks import Block, List, ListItem, Paragraph
from speclint.markdown.document import items
from speclint.markdown.inline import normalise_label, plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.titles import fold

# What says that the boxes below it are samples, or that an author picks among them.
_SAMPLES = lazy_regex(
    r"\b(?:examples?|e\.g\.|for instance|samples?|such as|placeholders?|illustrat\w+|replace|adapt"
    r"|customi[sz]e|tailor|modify|adjust|edit|add (?:or remove|more|your|items?)|remove|delete|generat\w+"
    r"|as needed|if (?:applicable|needed|relevant)|(?:may|could) include|suggest\w*|optional(?:ly)?|template"
    r"|pick|choose|select|tick|(?:check|mark) (?:all|any|one|the|with)|appl(?:y|ies|icable))\b",
    re.IGNORECASE,
)

# Tasks and the like, by their ids: `T001 Create the project`, `1.2 Add the table`, `[US1]`, `CHK001`.
_ID = lazy_regex(r"\W{0,3}(?:[A-Z]{1,6}[-_ ]?\d{1,4}\b|\d+(?:\.\d+)*[.):]?\s|\[[A-Z]{1,6}\d*\])")

# What an author is to fill in, without brackets: `Owner: ____`, `Item 1`, `...`.
_BLANK = lazy_regex(
    r"_{3,}|\.{3}|…|\bX{2,}\b|\b(?:item|task|step|criteri\w+|requirement|scenario) ?#?\d+\b", re.IGNORECASE
)

# Sections of work to be done: their boxes are the author's own.
_WORK = lazy_regex(
    r"\b(?:tasks?|to-?dos?|(?:next|implementation) steps?|phases?|scenarios?|cases|questions?|milestones?"
    r"|actions?|backlog|roadmap)\b",
    re.IGNORECASE,
)

# A link whose address stands elsewhere.
_LABEL = lazy_regex(r"\[([^\[\]]{1,100})\](?![(\[:])")

_LONGEST = 200


class ItemReader:
    """The reading of the boxes of one template."""

    def __init__(self, template: TemplateDocument) -> None:
        self.template = template

    def items(self, title: str, blocks: Sequence[Block], outside: Sequence[Block] = ()) -> tuple[str, ...]:
        """Return the texts of boxes in blocks that are not in others (`outside`) and have no open place.

        None where something says that they are samples, where they stand for the author's own work, or where
        most boxes are still to be filled in: the others then show what may stand there.
        """
        if _WORK.search(title) or any(map(_SAMPLES.search, (title, *self._texts(blocks)))):
            return ()
        apart = [block.span for block in outside]
        found: dict[str, str] = {}
        open_items = 0
        for item in items(blocks):
            if item.checkbox is None or any(item.span.start in span for span in apart):
                continue
            text = self._text(item)
            shown = plain(text)
            if not fold(shown).strip("0123456789. ") or _ID.match(shown):
                return ()
            if (
                "<!--" in self.template.source.slice(item.span)
                or is_open(text)
                or has_open(text)
                or _BLANK.search(shown)
            ):
                open_items += 1
            elif len(shown) <= _LONGEST and not optional_value(text) and not set("{}[]<>") & set(shown):
                found.setdefault(fold(shown), " ".join(shown.split()).rstrip(":"))
        return tuple(found.values()) if open_items <= len(found) else ()

    def _text(self, item: ListItem) -> str:
        first = item.blocks[0] if item.blocks else None
        if not isinstance(first, Paragraph):
            return ""
        text = COMMENT.sub("", self.template.source.text[item.content_start : first.span.end])
        labels = self.template.document.link_labels
        text = _LABEL.sub(lambda link: link[1] if normalise_label(link[1]) in labels else link[0], text)
        return " ".join(text.split())

    def _texts(self, blocks: Sequence[Block]) -> Iterator[str]:
        """Yield the paragraphs and comments among blocks, those in lists left out."""
        for block in blocks:
            if not isinstance(block, List) and (isinstance(block, Paragraph) or is_comment(block)):
                yield self.template.source.slice(block.span)


def merged(instances: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the items that all of several sections of one rule have."""
    first, *others = instances
    known = [set(map(fold, one)) for one in others]
    return tuple(item for item in first if all(fold(item) in one for one in known))
