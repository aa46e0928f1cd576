"""Plants defects into what a good document promises: references, code, ids, order and agreement.

Like those of `planting`, they are made where the parser says that something is, never where a check does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from speclint.binding.labels import labels_in
from speclint.binding.model import Binding
from speclint.checks.reading.leaf_blocks import leaf_blocks
from speclint.diagnostics import Span
from speclint.markdown.blocks import CodeBlock
from speclint.markdown.document import Section
from speclint.markdown.inline import Inline
from speclint.ruleset.model import Content
from speclint.ruleset.titles import TitlePattern

from .planting import Defect, Planter

# By language, what no parser takes.
SPOILT = {
    "json": (r"[}\]](?=\s*$)", ""),
    "yaml": (r"(?m)^([A-Za-z]\w*): .*$", r"\1: 'open"),
    "toml": (r"(?m)^(\w+) = .*$", r"\1 = "),
    "python": (r"(?m)^((?:async )?(?:def|class|with|for|if) .*):[ \t]*$", r"\1"),
}
PATH = re.compile(r"\w[\w.-]*(?:/[\w.-]+)+\.\w+")


def broken_promises(binding: Binding) -> Iterator[Defect]:
    """Every defect of these kinds that can be planted into a bound, clean document."""
    planter = _Promises(binding)
    yield from planter.references()
    yield from planter.paths()
    yield from planter.code()
    yield from planter.ids()
    yield from planter.order()
    yield from planter.agreement()


class _Promises(Planter):
    """The promises of one document."""

    def pieces(self, *kinds: str) -> Iterator[Inline]:
        for prose in leaf_blocks(self.binding).prose:
            for piece in prose.pieces:
                if piece.kind in kinds:
                    yield piece

    def parts(self, option: str) -> Iterator[tuple[Section, Span, Content]]:
        """The sections and labels that have an option of `Content`: where, and what it holds for."""
        for rule, section in self.bound():
            if getattr(rule.content, option):
                yield section, section.span, rule.content
            for label_rule in rule.labels:
                if getattr(label_rule.content, option):
                    names = {name.casefold() for name in (label_rule.name, *label_rule.aliases)}
                    for label in labels_in(self.binding, section):
                        if label.name.casefold() in names:
                            yield section, label.span, label_rule.content

    # References

    def references(self) -> Iterator[Defect]:
        for piece in self.pieces("link", "image"):
            path, mark, fragment = piece.target.partition("#")
            at = self.text.find(piece.target, piece.content.end, piece.span.end)
            if at < 0 or ":" in path:
                continue
            if path:
                end = at + path.rfind(".") if "." in path else at + len(path)
                yield self.defect(f"link: {path}", "broken-link", at, Span(end, end), "-of-old")
            if fragment:
                end = at + len(path + mark + fragment)
                yield self.defect(f"anchor: {fragment}", "broken-anchor", at, Span(end, end), "-of-old")
            text = self.source.slice(piece.content)
            if piece.kind == "link":
                yield self.defect(
                    f"no definition: {text}", "undefined-reference", piece.span.start, piece.span,
                    f"[{text}][nowhere to be found]",
                )  # fmt: skip
        for match in re.finditer(r"@(?:\.?\w[\w.-]*/)+[\w-]+(?=\.md)", self.text):
            end = match.end()
            yield self.defect(f"reference: {match[0]}", "broken-link", end, Span(end, end), "_OLD")
        paragraphs = [prose for prose in leaf_blocks(self.binding).prose if prose.kind == "paragraph"]
        for prose in paragraphs[::7]:
            end = prose.lines[-1].end
            yield self.defect("a footnote", "undefined-reference", end - 1, Span(end, end), "[^unwritten]")

    def paths(self) -> Iterator[Defect]:
        seen: set[int] = set()
        for _, span, _ in self.parts("paths"):
            for piece in self.pieces("code"):
                text = self.source.slice(piece.content)
                if piece.span.start in span and piece.span.start not in seen and PATH.fullmatch(text):
                    seen.add(piece.span.start)
                    at = piece.content.start + text.rfind(".")
                    yield self.defect(f"path: {text}", "missing-path", at, Span(at, at), "_of_old")

    # Code

    def code(self) -> Iterator[Defect]:
        blocks = [block for block in leaf_blocks(self.binding).code if block.fence]
        for block in blocks:
            at = block.span.start
            if block.info not in ("", "text") and block.lines:
                yield self.defect(f"no language: {block.info}", "code-language", at, block.info_span, "")
            if block.lines and block.closed:
                lines = self.lines_of(Span(block.lines[0].start, block.lines[-1].end))
                yield self.defect(f"no code: {block.info}", "empty-code", at, lines, "")
                yield from self.spoilt(block)
                yield from self.unclosed(block)

    def spoilt(self, block: CodeBlock) -> Iterator[Defect]:
        if block.language not in SPOILT:
            return
        pattern, new = SPOILT[block.language]
        body = self.source.slice(block.body_span)
        if match := list(re.finditer(pattern, body))[-1:]:
            span = Span(*(block.body_span.start + offset for offset in match[0].span()))
            first = self.line(span.start)
            text = self.replaced(span, match[0].expand(new))
            # A parser may notice only at the next thing, or at the end.
            lines = tuple(range(first, self.line(block.body_span.end) + 1))
            yield Defect(f"{block.language}: line {first}", "code-syntax", lines, text)

    def unclosed(self, block: CodeBlock) -> Iterator[Defect]:
        closing = self.source.line_span(self.line(block.span.end))
        mark = self.source.slice(closing)
        at = block.span.start
        for name, new in {"gone": "", "shorter": mark[:-1], "other mark": re.sub("[`~]", "'", mark)}.items():
            yield self.defect(f"fence {name}: line {self.line(at)}", "unclosed-fence", at, closing, new)

    # Ids

    def ids(self) -> Iterator[Defect]:
        for rule, section in self.bound():
            for child_rule in rule.sections:
                children = [
                    child
                    for child in self.binding.sections[child_rule.number]
                    if self.binding.parents.get(child.number) == section.number and child.heading
                ]
                numbers = [self.number(child_rule.title, child) for child in children]
                if len(children) > 1 and all(numbers):
                    last = numbers[-1]
                    assert last is not None
                    at = children[-1].span.start
                    yield self.defect(f"gap: {section.title}", "id-gap", at, last, str(len(children) + 3))
                    yield self.defect(f"twice: {section.title}", "duplicate-id", at, last, "1")

    def number(self, title: str, section: Section) -> Span | None:
        """Where the `{n}` of a title is."""
        found = TitlePattern(title).match(section.title) if "{n}" in title else None
        if found is None or not found["n"].isdigit() or section.heading is None:
            return None
        start, end = section.heading.text_span
        # The heading may have a number of its own before.
        words = self.text.find(title[: title.index("{n}")].strip(), start, end)
        at = self.text.find(found["n"], max(words, start), end)
        return Span(at, at + len(found["n"])) if at >= 0 else None

    # Order

    def order(self) -> Iterator[Defect]:
        for section, span, _ in self.parts("changelog"):
            versions = [child for child in section.children if re.search(r"\d+\.\d+", child.title)]
            for newer, older in pairwise(versions):
                new, old = (re.search(r"\d+(?:\.\d+)+", child.title) for child in (newer, older))
                assert new is not None
                assert old is not None
                at = self.text.index(old[0], older.heading_span.start)
                lines = (self.line(newer.span.start), self.line(at))
                for name, version in {"twice": new[0], "risen": "99" + new[0]}.items():
                    text = self.replaced(Span(at, at + len(old[0])), version)
                    yield Defect(f"version {name}", "changelog-order", lines, text)
            for match in re.finditer(r"20\d\d-\d\d-\d\d", self.source.slice(span)):
                at = span.start + match.start()
                whole = Span(at, at + 10)
                yield self.defect("no such date", "changelog-order", at, whole, match[0][:5] + "02-30")
        for _, span, _ in self.parts("dates"):
            dates = list(re.finditer(r"20\d\d-\d\d-\d\d", self.source.slice(span)))
            if len(dates) > 1:
                at = span.start + dates[-1].start()
                yield self.defect("a milestone long ago", "date-order", at, Span(at, at + 4), "1999")
        for _, span, _ in self.parts("rollout"):
            steps = list(re.finditer(r"\d+(?=\s?%)", self.source.slice(span)))
            if len(steps) > 2:
                for name, step, percent in (("falls", steps[-2], "0.5"), ("ends early", steps[-1], "97")):
                    at = span.start + step.start()
                    lines = (self.line(at), self.line(span.start + steps[-1].start()))
                    text = self.replaced(Span(at, at + len(step[0])), percent)
                    yield Defect(f"rollout {name}", "rollout-order", lines, text)

    # Agreement

    def agreement(self) -> Iterator[Defect]:
        for match in re.finditer(r"(\d[\d.]*)\s?(%|ms|s|MB|KB)[^\n(]{0,20}\(budget:? [^)]+\)", self.text):
            higher = match[2] == "%"
            span = Span(*match.span(1))
            new = "0.1" if higher else str(float(match[1]) * 1000)
            yield self.defect(f"budget: {match[0]}", "budget-exceeded", span.start, span, new)
        for _, span, _ in self.parts("used_as"):
            named = re.search(r"`([\w.-]+)`", self.source.slice(span))
            for block in leaf_blocks(self.binding).code if named else ():
                assert named is not None
                at = self.source.slice(block.body_span).find(f"'{named[1]}'")
                if at >= 0:
                    at += block.body_span.start + 1
                    used = Span(at, at + len(named[1]))
                    new = named[1].replace("_", "")[:-1]
                    yield self.defect(f"flag: {new}", "name-mismatch", at, used, new)
        for _, span, content in self.parts("forbidden"):
            for block in leaf_blocks(self.binding).code:
                if block.span.start in span and block.language == content.forbidden[0].language:
                    types = re.search(
                        r"(?<=: )(?:string|number|boolean)\b", self.source.slice(block.body_span)
                    )
                    if types:
                        start = block.body_span.start + types.start()
                        end = block.body_span.start + types.end()
                        yield self.defect("any", "forbidden-text", start, Span(start, end), "any")
        for rule, section in self.bound():
            for owed in rule.labels:
                for label in section.labels:
                    if owed.type == "quantity" and label.name.casefold() == owed.name.casefold():
                        value = label.value_span
                        yield self.defect(
                            f"vague: {section.title}", "invalid-field", value.start, value,
                            "as fast as people may hope",
                        )  # fmt: skip
