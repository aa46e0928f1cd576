"""Read which sections of a template may be left out, or left empty."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.authoring.derive_text import StandingText
from speclint.authoring.optional_sections import (
    delta_titles,
    empty_sentence,
    is_left_to_do,
    is_of_format,
    later_sentence,
    optional_sentence,
    shown_form,
)
from speclint.authoring.template_document import TemplateDocument, comments_in, is_comment
from speclint.authoring.template_syntax import Title
from speclint.markdown.blocks import Block, Html, Paragraph, Quote
from speclint.markdown.document import Section, walk
from speclint.markdown.lazy_regex import lazy_regex

# `Service [ ] / API [ ]`: of the sections named so, an author has those that are checked.
_INLINE_BOX = lazy_regex(r"([^\W_][\w &-]{0,30}?)[ \t]*\[ \]")

# The heading of sections each of which may be left out.
_OPTIONAL_PARTS = lazy_regex(r"(?i)\boptional (?:sub-?)?(?:sections|chapters|parts)\b")


class OptionalReader:
    """The reading of what one template says of its sections as a whole."""

    def __init__(self, template: TemplateDocument, standing: StandingText) -> None:
        self.standing = standing
        self.template = template
        self._deltas = {
            section.number: delta_titles(child.title for child in section.children)
            for section in template.document.sections
            if section.children
        }
        self._boxes: dict[int, tuple[str, ...]] = {}
        self._parents = {
            child.number: section for section in template.document.sections for child in section.children
        }

    def why(self, title: Title, section: Section) -> str:
        """Return why a section may be left out, in the template's words if they say it, "" if it may not."""
        if title.remark:
            return f'"{title.remark.strip("*_ ")}" in the heading'
        leading = (*self._above(section), *self._lead(section))
        for text in leading:
            if said := optional_sentence(text) or empty_sentence(text):
                return f'"{said}"'
        for text in self._texts(section):
            if said := optional_sentence(text, leading=False):
                return f'"{said}"'
        return self._why_by_title(title, section)

    def may_be_empty(self, section: Section) -> bool:
        """Return whether the template lets a section have no text: for good, until later, or as it may go."""
        if any(empty_sentence(text) or later_sentence(text) for text in self._lead(section)):
            return True
        if section.heading and shown_form(section.heading.text):
            return True
        return not section.children and self.standing.is_standing(section)

    def _why_by_title(self, title: Title, section: Section) -> str:
        parent = self._parents.get(section.number)
        if is_left_to_do(title.text):
            return "what is still to be done"
        if is_of_format(title.text) or (section.heading and shown_form(section.heading.text)):
            return "about the form of documents"
        if any(map(self._explains, filter(None, (section, parent)))):
            return "it explains the document, and nothing in it is open"
        if section.title in self._deltas.get(parent.number if parent else 0, ()):
            return "at least one of those that say what changes"
        if parent and _OPTIONAL_PARTS.search(parent.title):
            return f'"{parent.title}" above it'
        if parent and self._is_chosen(title.text, parent):
            return "only if it is checked above"
        return ""

    def _explains(self, section: Section) -> bool:
        return self.standing.is_standing(section) and self.standing.is_about_document(section)

    def _is_chosen(self, title: str, parent: Section) -> bool:
        """Return whether a box in a line of the parent, of which authors check some, names a section."""
        if parent.number not in self._boxes:
            lines = (text for text in self._texts(parent) if text.count("[ ]") > 1)
            names = (found[1].strip() for line in lines for found in _INLINE_BOX.finditer(line))
            self._boxes[parent.number] = tuple(filter(None, names))
        return title.startswith(self._boxes[parent.number])

    def _above(self, section: Section) -> Iterator[str]:
        """Yield the comments right above the heading of a section, if they belong to it."""
        before = (
            self.template.document.sections[section.number - 1].body
            if section.number and not section.bold
            else ()
        )
        if before and self._is_above(before[-1]):
            yield from comments_in(self.template.source.slice(before[-1].span))

    def _is_above(self, block: Block) -> bool:
        """Return whether a block is a comment on the heading below it, with no empty line between."""
        if not is_comment(block):
            return False
        first, last = (
            self.template.source.line_number(line.start) for line in (block.lines[0], block.lines[-1])
        )
        before = self.template.source.slice(self.template.source.line_span(first - 1)) if first > 1 else ""
        after = (
            self.template.source.slice(self.template.source.line_span(last + 1))
            if last < len(self.template.source.line_starts)
            else ""
        )
        return not before.strip() and after.startswith("#")

    def _lead(self, section: Section) -> Iterator[str]:
        """Yield what a section begins with: its leading comments, then the first paragraph."""
        for i, block in enumerate(section.body):
            if is_comment(block):
                following = section.body[i + 1] if i + 1 < len(section.body) else None
                for text in comments_in(self.template.source.slice(block.span)):
                    # Right above a text, an "optional element" is that text.
                    touches = (
                        following is not None
                        and self.template.source.line_number(following.span.start)
                        == self.template.source.line_number(block.lines[-1].start) + 1
                    )
                    if not self._is_above(block) and not (touches and "element" in text):
                        yield text
                continue
            if isinstance(block, Quote) and block.blocks:
                block = block.blocks[0]
            if isinstance(block, Paragraph):
                yield self._text(block)
            return

    def _texts(self, section: Section) -> Iterator[str]:
        """Yield the paragraphs of a section and its comments, but those on the heading below."""
        for block in walk(section.body):
            if isinstance(block, Paragraph):
                yield self._text(block)
            elif isinstance(block, Html) and block.comment and not self._is_above(block):
                yield from comments_in(self.template.source.slice(block.span))

    def _text(self, block: Paragraph) -> str:
        return "\n".join(map(self.template.source.slice, block.lines)).strip()
