"""The check `missing-text`."""

from __future__ import annotations

from collections.abc import Iterator

from speclint.binding.model import Binding, titles
from speclint.checks.texts.owed_texts import OwedText, owed_texts, text_name
from speclint.checks.texts.own_text import OWN_TEXT, without_own_text
from speclint.diagnostics import Finding, shorten


def missing_text(binding: Binding) -> Iterator[Finding]:
    r"""Every section, paragraph or item holds the text that the rule set asks of it.

    A requirement without "shall" or "must" binds nobody; a security review that does not say who reviewed is
    none. A rule set, a section or a label lists under `must_contain` what must occur: a `pattern`, what it is
    asked of (`each`: the `section` somewhere, every `paragraph` or every `item`), and a `message`. Paragraphs
    and items are held against it as one line each, however they wrap; items inside of others are items of
    their own, and headings are no text. With `text: required`, a section has text of its own before its
    first subsection, and a document before its first chapter.

    Fails, where every item must hold the pattern `\b(SHALL|MUST)\b`:

        - The shop MUST print a receipt.
        - An order is kept for ten years.

    Passes:

        - The shop MUST print a receipt.
        - An order that was paid
          SHALL be kept for ten years.
    """
    for owed in owed_texts(binding):
        for span in owed.lacking:
            whole = owed.rule.each == "section"
            subject: tuple[str, ...] = (*owed.titles, text_name(owed.rule)) if whole else ()
            yield Finding(span, _message(owed), subject=subject)
    for section in without_own_text(binding):
        if section is binding.title or section.heading is None:
            message = "the document has no text before its first chapter; write some"
            subject = (OWN_TEXT,)
        else:
            message = (
                f'section "{shorten(section.title)}" has no text before its first subsection; write some'
            )
            subject = (*titles(binding, section), OWN_TEXT)
        yield Finding(section.heading_span, message, subject=subject)


def _message(owed: OwedText) -> str:
    rule = owed.rule
    if rule.message:
        return rule.message
    if rule.each != "section":
        return f"nothing in this {rule.each} matches `{shorten(rule.pattern.source)}`"
    what = f'"{shorten(owed.what)}"' if owed.what else "the document"
    return f"nothing in {what} matches `{shorten(rule.pattern.source)}`"
