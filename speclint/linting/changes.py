"""Decide which diagnostics of a changed document are owed by its change, and which were there before: pure.

A document is cut into parts, and each diagnostic is compared by the parts that it lies in:

- The head is one part: front matter, title, and the fields and text below it. So is the heading of every
  other section with the text up to the next heading, and the footer. An edit to a section thus changes
  neither its siblings nor the sections around it.
- A part is unchanged when the base has one of the same title and text. Spaces, line ends and the numbering of
  headings make no difference, nor does it matter where the part stands; of two equal parts, one is new when
  the base has only one.
- Diagnostics are known, and count for nothing, when the same one was there at the base and no part that they
  lie in has changed. What an untouched section only now gets, through a file that is gone for instance, is
  owed.
- A section that is missing changes no part. It is known when it was missing at the base. It is owed when it
  was there, when what it belongs in is new, and when the document came under another rule set or another
  stage.
- Raising the stage of a document claims that all of its sections meet the new one: nothing is known.

Two diagnostics are the same when they are of one check, in the same part, and mark the same words, spaces
aside; those about something that is missing, when it is the same that is missing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from speclint.binding.model import Binding
from speclint.diagnostics import Diagnostic, Span
from speclint.linting.keys import marked_lines
from speclint.markdown.source import BYTE_ORDER_MARK
from speclint.ruleset.titles import fold

_MISSING = "missing-section"


class _Part(NamedTuple):
    """A stretch of a document that changes as a whole: its start offset, the titles down to it, its text."""

    start: int
    path: tuple[str, ...]
    text: str


def known(
    binding: Binding,
    diagnostics: Sequence[Diagnostic],
    base: Binding,
    base_diagnostics: Sequence[Diagnostic],
    same_rules: bool = True,
) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a document, those that were there at the base marked as known.

    `base` and `base_diagnostics` are those of the document as it was, under the current rule set and at the
    stage of then; `same_rules` means that it was under the same rule set, and that this has not changed
    since.
    """
    if is_raised(binding, base):
        return tuple(diagnostic._replace(known=False) for diagnostic in diagnostics)
    return tuple(_Comparison(binding, base, base_diagnostics, same_rules).marked(diagnostics))


def is_raised(binding: Binding, base: Binding) -> bool:
    """Return whether a document is at a later stage than it was at the base."""
    stages = binding.rules.stages
    return stages is not None and stages.position(binding.stage) > stages.position(base.stage)


class _Comparison:
    def __init__(
        self, binding: Binding, base: Binding, base_diagnostics: Sequence[Diagnostic], same_rules: bool
    ) -> None:
        self.binding = binding
        self.parts = list(_parts(binding))
        self.starts = [part.start for part in self.parts]
        before = list(_parts(base))
        self.origins = _origins(self.parts, before)
        self.same_obligations = same_rules and binding.stage == base.stage
        starts = [part.start for part in before]
        self.before: Counter[Hashable] = Counter()
        # By what is missing, the places where it was and how many were wanted there.
        self.missing: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for diagnostic in base_diagnostics:
            place = max(0, bisect_right(starts, diagnostic.span.start) - 1)
            if diagnostic.check == _MISSING:
                self.missing[fold(diagnostic.key.text)].append((place, diagnostic.times))
            else:
                self.before[place, *_sameness(base, diagnostic)] += 1

    def marked(self, diagnostics: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
        were_missing = self.were_missing(diagnostics) if self.same_obligations else set()
        for number, diagnostic in enumerate(diagnostics):
            if diagnostic.check == _MISSING:
                yield diagnostic._replace(known=diagnostic.known or number in were_missing)
            else:
                yield diagnostic._replace(known=diagnostic.known or self.was_there(diagnostic))

    def was_there(self, diagnostic: Diagnostic) -> bool:
        """Return whether the base has the diagnostic, in parts that have not changed; count each once."""
        places = self.places(diagnostic.span)
        if any(self.origins[place] is None for place in places):
            return False
        key = (self.origins[places.start], *_sameness(self.binding, diagnostic))
        found = self.before[key] > 0
        self.before[key] -= found
        return found

    def were_missing(self, diagnostics: Sequence[Diagnostic]) -> set[int]:
        """Return the numbers of the diagnostics about missing sections that the base lacked as well.

        Those that it lacked at the same place are matched first: what a new part lacks was not missing
        elsewhere.
        """
        found: set[int] = set()
        for here in (True, False):
            for number, diagnostic in enumerate(diagnostics):
                if diagnostic.check != _MISSING or number in found:
                    continue
                origin = self.origins[self.places(diagnostic.span).start]
                lacking = self.missing[fold(diagnostic.key.text)]
                fits = (
                    entry
                    for entry in lacking
                    if entry[1] >= diagnostic.times and (entry[0] == origin or not here)
                )
                entry = next(fits, None)
                if entry is not None:
                    lacking.remove(entry)
                    found.add(number)
        return found

    def places(self, span: Span) -> range:
        """Return the numbers of the parts that a span lies in."""
        first = max(0, bisect_right(self.starts, span.start) - 1)
        return range(first, max(first, bisect_right(self.starts, max(span.start, span.end - 1)) - 1) + 1)


def _parts(binding: Binding) -> Iterator[_Part]:
    """Yield the parts of a document in their order, the head first."""
    document = binding.document
    text = document.source.text
    title = binding.title
    body = title.body_span if title is not None else document.root.body_span
    yield _Part(0, (), _text(text[: body.end]))
    paths: dict[int, tuple[str, ...]] = {}
    for section in document.sections:
        for child in section.children if not section.bold else ():
            around = paths.get(section.number, ())
            paths[child.number] = (*around, fold(child.title))
    for section in document.sections[1:]:
        if section.heading is None or section.bold or section.body_span.end <= body.end:
            continue
        own = text[section.heading.span.end : section.body_span.end]
        yield _Part(section.span.start, paths[section.number], f"{fold(section.title)}\n{_text(own)}")
    if document.footer is not None:
        yield _Part(document.footer.span.start, ("",), _text(text[document.footer.span.start :]))


def _text(text: str) -> str:
    return " ".join(text.removeprefix(BYTE_ORDER_MARK).split())


def _origins(parts: Sequence[_Part], before: Sequence[_Part]) -> list[int | None]:
    """Return for each part the number of the unchanged part at the base that it comes from, None for none.

    Parts at their old place are matched first, so that of copies the original is the one that is known.
    """
    origins: list[int | None] = [None] * len(parts)
    free = set(range(len(before)))
    for by_path in (True, False):
        stock: dict[Hashable, list[int]] = defaultdict(list)
        for number in sorted(free, reverse=True):
            stock[_key(before[number], by_path)].append(number)
        for i, part in enumerate(parts):
            same = stock.get(_key(part, by_path))
            if same and origins[i] is None:
                free.remove(same[-1])
                origins[i] = same.pop()
    return origins


def _key(part: _Part, by_path: bool) -> Hashable:
    return (part.path, part.text) if by_path else (bool(part.path), part.text)


def _sameness(binding: Binding, diagnostic: Diagnostic) -> tuple[str, str]:
    """Return what identifies a diagnostic within its part: its check and a text.

    Where the text of the key is that of whole lines, the text at the span is taken instead: lines may have
    been wrapped anew, and the part is otherwise the same.
    """
    source = binding.document.source
    text = diagnostic.key.text
    if text == marked_lines(source, diagnostic.span):
        text = _text(source.slice(diagnostic.span))
    return diagnostic.check, fold(text)
