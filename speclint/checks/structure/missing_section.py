"""The check `missing-section`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from speclint.binding.model import Binding, Lacking, Missing, titles
from speclint.checks.reading.fences import swallowed_section
from speclint.checks.structure.empty_section import is_empty, refused_denial
from speclint.checks.structure.renamed_section import renamed_sections
from speclint.diagnostics import Finding, shorten
from speclint.ruleset.titles import filled, pattern_of
from speclint.ruleset.values import listed


def missing_section(binding: Binding) -> Iterator[Finding]:
    """Every section that the template asks for at the document's stage is there.

    What nobody wrote down, nobody reviewed: a plan without a rollback is found out during the rollback.
    A section that has nothing to say still has its heading and says so. Case, numbering, emoji and
    aliases of a title do not matter, and a bold line may stand for a heading. A chapter that is gone is
    reported once, without the sections that would be in it, and so is one that is there but empty. A chapter
    that says that it does not apply (`N/A - reason`) lacks none, where the rule set lets it. Of sections that
    the rule set lists under `at_least_one`, one must be there, whichever.

    Fails, where the template has `Risks` and then `Rollback`:

        ## Risks

        None known.

    Passes:

        ## Risks

        None known.

        ## Rollback

        Switch the flag off.
    """
    for lacking in binding.lacking:
        titled = lacking.parent.number in binding.rules_of
        inside = f'"{shorten(lacking.parent.title)}"' if titled else "the document"
        wanted = listed([f'"{shorten(title)}"' for title in lacking.titles])
        message = f"{inside} needs a section {wanted}"
        yield Finding(lacking.parent.heading_span, message, subject=group_subject(binding, lacking))
    if not binding.missing:
        return
    owed_inside = Counter(missing.parent.number for missing in binding.missing)
    holders = set(binding.parents.values())
    for missing in binding.missing:
        parent = missing.parent
        chapter = parent.number in binding.rules_of and parent.number not in holders
        unfilled = is_empty(binding.document, parent) and owed_inside[parent.number] > 1
        if not (chapter and (unfilled or refused_denial(binding, parent))):
            # One that a fence swallows is reported with the fence.
            span = swallowed_section(binding, missing.rule) or missing.after.heading_span
            yield Finding(
                span,
                _message(binding, missing),
                subject=subject(binding, missing),
                times=missing.times,
                cause=missing,
            )


def group_subject(binding: Binding, lacking: Lacking) -> tuple[str, ...]:
    """Return the titles of the sections that one of several belongs in, and then those of all of them."""
    return (*titles(binding, lacking.parent), listed(lacking.titles))


def subject(binding: Binding, missing: Missing) -> tuple[str, ...]:
    """Return the titles of the sections that a missing section belongs in, and then its own."""
    return (*titles(binding, missing.parent), filled(missing.rule.title, {}))


def _message(binding: Binding, missing: Missing) -> str:
    rule, after = missing.rule, missing.after
    title = filled(rule.title, {})
    owed = f'owed from stage "{rule.from_stage}" on' if rule.from_stage else ""
    if rule.repeat and not (pattern := pattern_of(rule.title)).fixed:
        before = binding.rules_of.get(after.number)
        some = before is not None and before.number == rule.number
        count = f"{missing.times} more" if some else f"at least {missing.times}"
        kind = "" if pattern.anything else f' such as "{shorten(title)}"'
        inside = f'"{shorten(missing.parent.title)}"' if len(rule.path) > 1 else "the document"
        message = f"{inside} needs {count} section{'s' if missing.times > 1 else ''}{kind}"
        return f"{message}, {owed}" if owed else message
    if after.number != missing.parent.number:
        place = f'it goes after "{shorten(after.title)}"'
    elif len(rule.path) > 1:
        place = f'it goes first in "{shorten(after.title)}"'
    else:
        place = "it goes first"
    message = f'section "{shorten(title)}" is missing'
    if other := renamed_sections(binding).get(rule.number):
        place = f'is "{shorten(other.title)}" meant to be it?'
    return f"{message}, {owed}; {place}" if owed else f"{message}; {place}"
