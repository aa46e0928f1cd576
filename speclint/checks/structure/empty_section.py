"""The check `empty-section`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from speclint.binding.model import Binding
from speclint.binding.not_applicable import not_applicable_error
from speclint.diagnostics import Finding, shorten
from speclint.markdown.blocks import Html
from speclint.markdown.document import Document, Section
from speclint.markdown.inline import comments
from speclint.markdown.visibility import is_blank


def empty_section(binding: Binding) -> Iterator[Finding]:
    """Every section holds some text or further sections.

    A heading alone promises what nobody wrote. Where there is nothing to say, a sentence that says so
    tells the reader that it was not forgotten (`N/A - no data is stored`), unless the rule set does not take
    that, or not without a reason. A section with only a comment is left to the check
    `instruction-comment`, and one that is not owed before a later stage may wait until then. Of a chapter
    that lacks all of several sections only this is reported, of one that lacks its only section that.

    Fails:

        ## Dependencies

        ## Timeline

        Two weeks from March on.

    Passes:

        ## Dependencies

        None besides the standard library.

        ## Timeline

        Two weeks from March on.
    """
    owed_inside = Counter(missing.parent.number for missing in binding.missing)
    holders = set(binding.parents.values())
    for section in binding.document.sections:
        rule = binding.rules_of.get(section.number)
        if section.number in holders or section is binding.title:
            continue
        refused = refused_denial(binding, section)
        if not refused and (not is_empty(binding.document, section) or owed_inside[section.number] == 1):
            continue
        if section.bold if rule is None else not binding.owed(rule.from_stage):
            continue  # a bold line of the author's opens no section
        if rule is not None and rule.not_applicable == "empty":
            continue
        optional = rule is None or not rule.required
        advice = "fill it or remove it" if optional else "write what belongs there"
        span = section.heading_span if section.title or section.heading is None else section.heading.span
        message = f'section "{shorten(section.title)}" {refused or f"is empty; {advice}"}'
        yield Finding(span, message, accounts_for=section.span, cause=section)


def is_empty(document: Document, section: Section) -> bool:
    """Return whether a section has a heading and nothing below it that a reader of the source may see.

    Comments that are no instructions to the author are nothing: those for speclint and other tools, and the
    author's own that say that there is nothing.
    """
    source = document.source
    if not (section.heading or section.bold) or section.children or not is_blank(source, section.body):
        return False
    written = [block for block in section.body if isinstance(block, Html) and block.comment]
    if not written:
        return True
    from speclint.checks.reading.tool_comments import is_answer, is_for_tools

    texts = [each["text"] for block in written for each in comments(source.text, *block.span)]
    return all(is_for_tools(text) or is_answer(text) for text in texts)


def refused_denial(binding: Binding, section: Section) -> str:
    """Return why a section that is owed may not just state that it does not apply, "" if it may."""
    rule = binding.rules_of.get(section.number)
    owed = rule is not None and binding.owed(rule.from_stage)
    return not_applicable_error(binding.document, section, rule) if owed else ""
