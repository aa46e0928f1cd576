"""Compare titles that are not quite those of a rule with those of the rule."""

from __future__ import annotations

import re

from speclint.binding.rule_index import RuleIndex
from speclint.markdown.document import Section
from speclint.ruleset.model import SectionRule
from speclint.ruleset.similarity import closeness
from speclint.ruleset.titles import HEADING_NUMBER, filled, fold, pattern_of, without_subtitle


def title_closeness(index: RuleIndex, section: Section, rule: SectionRule) -> float:
    """Return how close the title of a section is to those of a rule, from 0 to 1 (the same)."""
    folded = fold(section.title)
    best = 0.0
    for title in (rule.title, *rule.aliases):
        pattern = index.patterns.get(title)
        if pattern is None or pattern.anything:
            continue
        if pattern.fixed:
            best = max(
                best, closeness(folded, pattern.folded), _closeness_without_subtitle(section.title, title)
            )
        elif words := pattern.words():
            beginning = re.findall(r"[^\W\d_]+", folded)[: words.count(" ") + 1]
            found = " ".join(beginning)
            best = max(best, 0.9 if found == words else closeness(found, words))
    return best


def wanted_title(index: RuleIndex, section: Section, rule: SectionRule, count: int) -> str:
    """Return the title that a section bound to a rule should have.

    `count` is the number that it gets if its title has none.
    """
    pattern = index.patterns.get(rule.title) or pattern_of(rule.title)
    if pattern.fixed:
        return rule.title
    chapter = re.match(HEADING_NUMBER, section.title)
    title = section.title[chapter.end() :] if chapter else section.title
    label = re.match(r"[^:–—]{0,40}[:–—]\s*|\w++(?:[\s.-]++\d++|(?<=\w\d))\s+", title)
    # `3. Loans` and `Req 3: Loans` have their number, which in `Loans of 14 days` is part of the name.
    labelled = re.search(r"\d+(?:\.\d+)*", label[0] if label else title if title[-1:].isdigit() else "")
    number = labelled[0] if labelled else chapter["number"] if chapter else str(count)
    return filled(rule.title, {"n": number, "name": title[label.end() :] if label else title})


def _closeness_without_subtitle(found: str, wanted: str) -> float:
    """Return how likely a title is meant to be another that begins with it, or the reverse, from 0 to 1."""
    for likely, short, long in ((0.9, found, wanted), (0.7, wanted, found)):
        if ":" in long or "(" in long:
            beginning = without_subtitle(long)
            if beginning is not None and fold(beginning) == fold(short):
                return likely
    return 0.0
