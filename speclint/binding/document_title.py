"""Find the section that is the title of a document."""

from __future__ import annotations

from speclint.binding.rule_index import RuleIndex
from speclint.markdown.document import Document, Section
from speclint.ruleset.similarity import closeness
from speclint.ruleset.titles import fold, pattern_of


def title_section(document: Document, index: RuleIndex) -> Section | None:
    """Return the section that is the document's title, not one of its chapters, None if it has none."""
    tops = document.root.children
    first = next((top for top in tops if top.level == 1), tops[0] if len(tops) == 1 else None)
    if first is None:
        return None
    if index.rule_set.title and pattern_of(index.rule_set.title).match(first.title) is not None:
        return first
    if any(index.is_chapter(rule) for rule, _ in index.named(first.title)):
        chapters = sum(index.names_chapter(child) for child in first.children)
        return first if len(tops) == 1 and chapters > len(first.children) - chapters else None
    if not first.children and sum(map(index.names_chapter, tops)) > 1:
        # All chapters stand at the level of the title: is this one of them, misspelt?
        folded = fold(first.title)
        if any(closeness(folded, fold(rule.title)) >= 0.9 for rule in index.rule_set.sections):
            return None
    return first if first.level == 1 or first.children else None
