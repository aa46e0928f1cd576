"""The check of placeholders: brackets, blanks, dots and promises that stand where text should."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from speclint.binding import Binding
from speclint.checks.labels import name_keys, rule_keys
from speclint.checks.wording import short
from speclint.diagnostic import Finding
from speclint.document import Field, Section, is_blank
from speclint.fingerprint import fingerprint, is_kept, known, normalise_placeholder
from speclint.inline import normalise_label, scan
from speclint.markdown import (
    Block,
    CodeBlock,
    FrontMatter,
    Heading,
    Html,
    LinkDefinition,
    List,
    ListItem,
    Paragraph,
    Quote,
    Table,
)
from speclint.ruleset import SectionRule
from speclint.text import Span

# Only text with one of these is looked at more closely.
_TRIGGER = re.compile(
    r"[\[<{#…]|\.\.\.|___|[Yy]{4}|M/Y|MM|DD|[xX]{2}|\?{3}|[Ll](?:orem|OREM)|(?i:tb[dca]|to[- ]?do|fixme|to be)\b|NNN"
)
_BRACKETS = re.compile(r"\[([^\[\]]{1,300})\]")
_ANGLES = re.compile(r"<([^\W\d_][^<>=\n]{1,80})>")
_BRACES = re.compile(r"\{\{[ \t]*([\w][\w .-]{0,60}?)[ \t]*\}\}")
_NUMBER = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{0,9}-(?:#{2,}|N{3,}|X{3,})(?![\w-])")
_DATE = re.compile(
    r"(?<![\w/.-])(?:YYYY([-/.])MM\1DD|(?:DD([-/.])MM|MM([-/.])DD)(?:\2|\3)?[-/.]YYYY|YYYY-MM"
    r"|20\d\d-(?:XX|MM|xx|\?\?)(?:-(?:XX|DD|xx|\?\?))?|20(?:XX|xx|YY)-(?:XX|MM|xx)(?:-(?:XX|DD|xx))?)(?![\w/-])"
)
_PROMISE = re.compile(
    r"(?<![\w`/.#-])(?:TBD|TBC|TBA|TODO|FIXME|XXX+|xxx+|NNNN+|\?{3,}|[Tt]o[ -]be[ -](?:determined|decided|defined"
    r"|confirmed|completed|announced|added|written|filled in|specified|done)|tbd|Tbd|tbc|todo|Todo|To[ -]do)"
    r"(?![\w`/-]|\.\w)"
)
_FILLER = re.compile(r"lorem ipsum", re.IGNORECASE)
_FIGURE = re.compile(r"(?<![\w.])X{2,}(?=[ \t]?(?:%|ms\b|[smh]\b|[KMG]i?B\b|RPS\b|req))")
_BLANK = re.compile(r"(?<![\w\\])_{3,}(?![\w*])")
_DOTS = re.compile(r"(?:\.{3,}|…)$")
# `TODO list`: what a product is about, not what is to be done.
_SUBJECT = re.compile(
    r"[ \t]+(?:app|application|list|item|entr|task|comment|marker|manager|board|apps|note|service|tracker|tag"
    r"|count|state|status|column|page|view|widget|data|model|table|card|group|s\b)",
    re.IGNORECASE,
)
# Words by which a text speaks of the form of dates or names instead of giving one.
_FORM_WORDS = re.compile(
    r"\b(?:formats?|formatted|iso|patterns?|styles?|written as|parse[sd]?|accepts?|expects?|such as|rfc"
    r"|syntax|strings?|form|naming|named|convention|notation|encoded|layout|rendered|display(?:s|ed)?)\b",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"(?:your|insert|describe|enter|specify|fill|brief(?:ly)?|link to|links to|name of|e\.g\.|placeholder|replace"
    r"|tbd|todo|tbc|to be|detailed? description|short description|one[- ]sentence|\d(?:[-–]\d)? sentences?"
    r"|any additional|add (?:a|an|the|your|more|details)\b|list (?:of|the|any|all)\b|explain|summari[sz]e|provide)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"(?:what|who|how|why|when|where|which)\b.*[\w ]{4}", re.IGNORECASE)
_VOCABULARY = frozenset(
    "name names title description describe summary purpose date dates owner author authors reviewer role version"
    " value values number goal benefit criterion criteria requirement component feature scenario metric target"
    " person team email contact url link links reason details detail example field type endpoint"
    " mitigation impact duration phase milestone dependency issue question answer solution symptom step placeholder"
    " topic project department company id status priority deadline amount percentage text here".split()
)
_ALONE_ONLY = frozenset(
    "type version value values number text link links feature team field step example status".split()
)
_WORD = re.compile(r"[A-Za-z]+")
# `[RFC 2119]`, `[Section 3]`, `[Knuth 1974]`: where something else is to be found.
_CITATION = re.compile(
    r"(?:[A-Z]{2,}[- ]?\d|(?:section|figure|fig\.?|table|appendix|chapter|listing|note|rfc|iso|version|part|level|see)\b"
    r"|.*\b(?:19|20)\d\d[a-z]?$|.*\bet al)",
    re.IGNORECASE,
)
_STAND_IN = re.compile(r"[A-Z]{1,2}$")
_CHOICE = re.compile(r"[^|]{1,60}(?:[ \t]+\|[ \t]+[^|]{1,60}){1,20}$|[A-Z][^|]{0,60}(?:\|[A-Z][^|]{0,60}){1,20}$")
_SLASHES = re.compile(r"[A-Z][a-z][\w -]*(?:[ \t]?/[ \t]?[A-Z][a-z][\w -]*){2,20}$")
# What may stand between a slot and the label or separator in front of it, and behind it.
_BEFORE = re.compile(r"(?:^|[:：|→>–—=(≥≤<~]|[ \t]-)[\W_]*$")
_AFTER = re.compile(r"[*_`\"'”’)\]\\ \t]*(?:$|[.,;:|→(–—%]|-[ \t]|<br)")
_DECORATION = " \t*_`\"'()[]\\✅❌⚠️🔴🟡🟢•-–—.,;:"
_LABEL = re.compile(r"[ \t]*(?:\*\*|__)?[^:：\n]{1,80}?(?:[:：](?:\*\*|__)?|(?:\*\*|__)[:：])[ \t]*")
_BOLD_NAME = re.compile(r"\*\*([^*\n]{1,80})\*\*[ \t\\]*$")
_YAML_VALUE = re.compile(r"[ \t]*(?:-[ \t]+)?(?:[^\s#:\-][^:\n]{0,60}:[ \t]+|-[ \t]+)(?P<value>\S[^\n]*?)[ \t]*$")
_INI = frozenset(("ini", "toml", "cfg", "conf", "systemd", "desktop", "editorconfig", "properties", "config"))
# In front of brackets in code: what makes them a list, an index or an attribute.
_EXPRESSION = re.compile(r"(?:[\w\])\"'@#$\[{}<&|^?!]|[=(,:][ \t]*|\b(?:in|return|and|or|not|if|is|yield|else)[ \t]+)$")
_DECLARATION = re.compile(r"\b(?:class|def|func|function|struct|interface|type|enum|trait)[ \t]+$")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*(?:[.-]\w+)*$")
_ATTACHED_NAME = re.compile(r"[a-z]+(?:_[a-z]+)*_(?:name|id)$")
# Words for elements that browsers know: `<name>` is none, `<details>` is one.
_HTML_NAMES = frozenset(
    "a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption center cite code"
    " col colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure font footer"
    " form h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li link main map mark"
    " math menu meta meter nav noscript object ol optgroup option output p param picture pre progress q rp rt ruby s"
    " samp script search section select slot small source span strike strong style sub summary sup svg table tbody td"
    " template textarea tfoot th thead time title tr track tt u ul var video wbr path g rect circle".split()
)
_OPAQUE = "\ufffc"


class _Hit(NamedTuple):
    """A placeholder in a text: where it is, and whether it is one only by what stands around it."""

    start: int
    end: int


def placeholder(binding: Binding) -> Iterator[Finding]:
    """Every place that the template leaves open is filled in.

    What is still in brackets, left blank or promised for later (`TBD`) looks finished in a preview and is
    not. Brackets that mean something, such as links, boxes, citations, types or paths, are no placeholders,
    and in code only those are that the template has or that no code could have. Texts that look like
    placeholders and are none can be allowed in the rule set (`placeholders: allow`).

    Fails:

        **Author:** [Your Name]
        **Latency:** p95 below [X]ms

    Passes:

        **Author:** Ada Lovelace
        **Latency:** p95 below 200ms
    """
    return _Search(binding).findings()


class _Search:
    """One walk over a document."""

    def __init__(self, binding: Binding) -> None:
        self.document = binding.document
        self.source = binding.document.source
        self.text = self.source.text
        self.binding = binding
        self.known = known(binding.rules)
        self.allowed = {normalise_placeholder(text) for text in binding.rules.allowed_placeholders}
        # `[Capability 1]: Description` is a link definition only to a parser.
        self.labels = self.document.link_labels - {
            normalise_label(block.label)
            for block in _definitions(self.document.blocks)
            if not _is_address(block.destination)
        }

    def findings(self) -> Iterator[Finding]:
        stack: list[Block | ListItem] = list(reversed(self.document.blocks))
        while stack:
            block = stack.pop()
            if isinstance(block, Heading):
                yield from self.prose(block.lines, heading=True)
            elif isinstance(block, Paragraph):
                yield from self.prose(block.lines)
            elif isinstance(block, List):
                stack += reversed(block.items)
            elif isinstance(block, ListItem):
                yield from self.item(block)
                stack += reversed(block.blocks if block.checkbox is None else _behind(block))
                if block.checkbox is not None and block.blocks and isinstance(block.blocks[0], Paragraph):
                    yield from self.prose(_lines_from(block.blocks[0], block.content_start))
            elif isinstance(block, Quote):
                stack += reversed(block.blocks)
            elif isinstance(block, Table):
                yield from self.table(block)
            elif isinstance(block, CodeBlock):
                yield from self.code(block)
            elif isinstance(block, Html):
                yield from self.html(block)
            elif isinstance(block, LinkDefinition):
                yield from self.definition(block)
            elif isinstance(block, FrontMatter):
                yield from self.front_matter(block)
        yield from self.labels_without_value()

    def report(self, span: Span, line: Span | None = None) -> Iterator[Finding]:
        """The finding for a placeholder; it accounts for the line that it stands in."""
        text = self.source.slice(span)
        if normalise_placeholder(text) in self.allowed or text in self.binding.rules.allowed_placeholders:
            return
        yield Finding(span, f"`{short(text)}` is still to be filled in", accounts_for=line or self.line(span))

    def line(self, span: Span) -> Span:
        first = self.source.line_span(self.source.line_number(span.start))
        return Span(first.start, max(span.end, first.end))

    def is_known(self, text: str) -> bool:
        return fingerprint("placeholder", normalise_placeholder(text)) in self.known

    # Prose

    def prose(self, lines: Sequence[Span], heading: bool = False, cell: bool = False) -> Iterator[Finding]:
        """The placeholders in lines of running text, in order."""
        if not any(_TRIGGER.search(self.text, *line) for line in lines):
            return
        lines = tuple(lines)
        starts = [0]
        for line in lines:
            starts.append(starts[-1] + line.end - line.start + 1)
        raw = "\n".join(self.text[line.start : line.end] for line in lines)
        text, codes = self.masked(lines, starts, raw)
        hits = sorted({*self.in_text(raw, text, heading, cell), *self.in_code_spans(raw, text, codes)})
        end = 0
        for hit in hits:
            if hit.start >= end:
                end = hit.end
                first, last = _source(lines, starts, hit.start), _source(lines, starts, hit.end - 1) + 1
                yield from self.report(Span(first, last))

    def masked(
        self, lines: tuple[Span, ...], starts: list[int], raw: str
    ) -> tuple[str, list[tuple[int, int]]]:
        """The text with code, links, tags, comments and escapes blanked out, and where the code is."""
        text = raw
        codes: list[tuple[int, int]] = []
        pieces: list[str] = []
        position = 0
        for kind, span, content, _ in scan(self.source, lines, self.labels):
            start, end = _joined(lines, starts, span.start), _joined(lines, starts, span.end - 1) + 1
            if start < position:
                continue
            if kind == "code":
                inner = _joined(lines, starts, content.start)
                codes.append((inner, inner + content.end - content.start))
            elif kind == "html" and not self.is_tag(raw[start:end]):
                continue
            elif kind == "reference" and raw[start:end].count("[") == 1 and self.is_known(raw[start:end]):
                continue
            elif kind == "comment" and raw[start - 1 : start] == "#":
                continue
            pieces += (raw[position:start], _OPAQUE * (end - start))
            position = end
        if pieces:
            text = "".join((*pieces, raw[position:]))
        return text, codes

    def is_tag(self, text: str) -> bool:
        name = re.match(r"</?([A-Za-z][\w-]*)", text)
        if name is None or text.startswith("</") or "=" in text or text.endswith("/>"):
            return True
        return name[1].lower() in _HTML_NAMES

    def in_text(self, raw: str, text: str, heading: bool, cell: bool) -> Iterator[_Hit]:
        for match in _BRACKETS.finditer(text):
            if self.is_open(raw, text, match, cell):
                yield _Hit(*match.span())
        for match in _ANGLES.finditer(text):
            before, after = text[: match.start()][-1:], text[match.end() :][:1]
            if not re.match(r"[\w/=.<&]", before) and not re.match(r"[\w/(]", after):
                words = _WORD.findall(match[1].lower())
                spoken = bool(_INSTRUCTION.match(match[1])) or (
                    bool(words) and bool(_VOCABULARY.intersection(words)) and words[0] not in _HTML_NAMES
                )
                several = len(words) > 1 or _slot(text, *match.span())
                if self.is_known(match[1]) or (spoken and several):
                    yield _Hit(*match.span())
        for match in _BRACES.finditer(text):
            if text[: match.start()][-1:] != "$":
                yield _Hit(*match.span())
        for match in re.finditer(r"#<!--[^>]{0,80}-->", text):
            yield _Hit(*match.span())
        for pattern in (_NUMBER, _FIGURE, _BLANK, _FILLER):
            for match in pattern.finditer(text):
                if pattern is not _NUMBER or not _FORM_WORDS.search(_line_around(text, match.start())):
                    yield _Hit(*match.span())
        for match in _DATE.finditer(text):
            line = _line_around(text, match.start())
            if not _FORM_WORDS.search(line) or _slot_value(text, *match.span()):
                yield _Hit(*match.span())
        for match in _PROMISE.finditer(text):
            if self.is_promise(text, match, heading):
                yield _Hit(*match.span())
        for match in re.finditer(r"(?:\.{3,}|…)[ \t*_]*$", text, re.MULTILINE):
            start = match.start()
            line = text[text.rfind("\n", 0, start) + 1 : start]
            label = _LABEL.match(line)
            if not (line[label.end() :] if label else line).strip(_DECORATION) and not heading:
                if line.strip() or "\n" not in text:
                    yield _Hit(start, start + len(match.group().rstrip(" \t*_")))

    def is_open(self, raw: str, text: str, match: re.Match[str], cell: bool) -> bool:
        """Whether brackets in running text are a placeholder."""
        start, end = match.span()
        inner = match[1]
        before, after = text[max(0, start - 2) : start], text[end : end + 2]
        if after[:1] in ("(", "[") and not after[1:2].isspace() or after[:1] == "{":
            return False
        if before[-1:] in ("!", "\\", "[", "$") or after[:1] == "]":
            return False
        if _STAND_IN.match(inner.strip()):
            line = text[text.rfind("\n", 0, start) + 1 : start]
            unit = re.match(r"[ \t]?(?:%|/|[A-Za-z(])", text[end : end + 3])
            if not line.strip(" \t*-+") or (cell and not text.strip(" \t") != match.group()):
                return bool(re.match(r"(?:%|ms\b|/|s\b|[KMG]B)", text[end : end + 3]))
            return not before[-1:].isalnum() and (bool(unit) or not text[end : end + 1].strip("*_ .,;\n"))
        if is_kept(inner) or before[-1:].isalnum() or before[-1:] in (")", "]", '"'):
            return False
        if self.is_known(inner):
            return True
        if not any(c.isalpha() for c in inner) or before[-1:] == "/" or after[:1] in ("/", "."):
            return bool(re.match(r"YYYY", inner))
        return _looks_open(inner.replace(_OPAQUE, " ").strip(), _slot(text, start, end))

    def is_promise(self, text: str, match: re.Match[str], heading: bool) -> bool:
        """Whether `TBD`, `TODO` and their like promise text that is still to come."""
        word = match.group()
        start, end = match.span()
        if text[end : end + 1] in ("'", "’") or re.match(r"[\"'“‘]", text[start - 1 : start] or " "):
            return _slot_value(text, start, end)
        whole = _slot_value(text, start, end)
        if word == "TBD":
            following = text[end : end + 12]
            return whole or not _SUBJECT.match(following)
        if word in ("TODO", "FIXME"):
            following = text[end : end + 16]
            if following[:1] in (":", "("):
                return True
            if _SUBJECT.match(following):
                return False
            opened = bool(_BEFORE.search(text[max(0, text.rfind("\n", 0, start) + 1) : start]))
            return whole or (opened and not heading and word == "TODO" and _begins_value(text, start))
        if word.startswith("XXX") and text[end : end + 1] == ":":
            return True
        return whole and not (heading and word.lower().startswith("to"))

    def in_code_spans(self, raw: str, text: str, codes: list[tuple[int, int]]) -> Iterator[_Hit]:
        for start, end in codes:
            code = raw[start:end]
            for low, high in self.code_hits(code, language="", whole=True):
                yield _Hit(start + low, start + high)
            stripped = code.strip()
            if _DATE.fullmatch(stripped) or _PROMISE.fullmatch(stripped) or stripped in ("...", "…"):
                ticks_start, ticks_end = start, end
                while raw[ticks_start - 1 : ticks_start] == "`":
                    ticks_start -= 1
                while raw[ticks_end : ticks_end + 1] == "`":
                    ticks_end += 1
                if _slot_value(raw, ticks_start, ticks_end) and _labelled(raw, ticks_start):
                    low = start + code.index(stripped)
                    yield _Hit(low, low + len(stripped))

    # Code

    def code(self, block: CodeBlock) -> Iterator[Finding]:
        """The placeholders in code: those of the template, and what cannot be code."""
        texts = [self.source.slice(line) for line in block.lines]
        content = [(line, text) for line, text in zip(block.lines, texts, strict=True) if text.strip()]
        if len(content) == 1:
            line, text = content[0]
            stripped = text.strip(" \t#/*<!->;.")
            if _PROMISE.fullmatch(stripped) or _DOTS.match(text.strip()):
                start = line.start + len(text) - len(text.lstrip())
                yield from self.report(Span(start, start + len(text.strip())))
                return
        for line, text in content:
            if not any(mark in text for mark in "[<{#"):
                continue
            end = 0
            for low, high in sorted(self.code_hits(text, block.language, len(content) == 1)):
                if low >= end:
                    end = high
                    yield from self.report(Span(line.start + low, line.start + high))

    def code_hits(self, text: str, language: str, whole: bool) -> Iterator[tuple[int, int]]:
        """The placeholders in one line of code; `whole`: the line is all there is."""
        for match in _BRACKETS.finditer(text):
            if self.is_open_in_code(text, match, language, whole):
                yield match.span()
        for match in _ANGLES.finditer(text):
            if self.is_known(match[1]) and (" " in match[1] or "your" in match[1].lower()):
                yield match.span()
        for match in _BRACES.finditer(text):
            if self.is_known(match[1]):
                yield match.span()
        for match in re.finditer(r"(?<![\w-])[A-Z][A-Z0-9]{0,9}-#{3,}(?![\w-])", text):
            yield match.span()

    def is_open_in_code(self, text: str, match: re.Match[str], language: str, whole: bool) -> bool:
        start, end = match.span()
        inner = match[1]
        before, after = text[:start], text[end:]
        declared = bool(_DECLARATION.search(before)) and after[:1] in ("", ":", "(", " ", "{")
        if declared and _IDENTIFIER.match(inner):
            return after[:1] != "(" or inner[:1].isupper() or self.is_known(inner)
        if _ATTACHED_NAME.match(inner) and before[-1:] == "_" and re.match(r"\.[a-z]|_|$|/", after):
            return True
        if _STAND_IN.match(inner):
            return bool(re.match(r"%|ms\b", after)) and self.knows_figures()
        if not self.is_known(inner):
            return (
                bool(_INSTRUCTION.match(inner))
                and len(_WORD.findall(inner)) > 1
                and re.fullmatch(r"[\w ,.'’/&-]+", inner) is not None
                and not before[-1:].isalnum()
            )
        if " " in inner and not re.search(r"[\"'{}()=]", inner):
            return not before[-1:].isalnum()
        if language in _INI and text.strip() == match.group():
            return False
        if before[-1:] == "_" or (before[-1:] == "/" and not whole and _IDENTIFIER.match(inner) is not None):
            return True
        if not before.strip() and not after.strip():
            return whole or bool(language)
        return not _EXPRESSION.search(before) or (before.endswith("/") and inner.isidentifier())

    def knows_figures(self) -> bool:
        return bool(self.known)

    # Other places

    def item(self, item: ListItem) -> Iterator[Finding]:
        """An item without any text."""
        empty = not item.blocks
        if len(item.blocks) == 1 and isinstance(item.blocks[0], Paragraph):
            text = self.text[item.content_start : item.span.end].strip()
            empty = not text or text in ("[ ]", "[x]", "[X]", "[]")
        if empty:
            end = max(item.marker.end, item.checkbox_span.end if item.checkbox_span else 0)
            span = Span(item.marker.start, max(end, item.span.start + len(self._item_text(item))))
            yield Finding(span, "the list item is empty", accounts_for=self.line(span))

    def _item_text(self, item: ListItem) -> str:
        return self.text[item.span.start : item.span.end].rstrip()

    def table(self, table: Table) -> Iterator[Finding]:
        for number, row in enumerate(table.rows):
            texts = [self.source.slice(cell).strip() for cell in row]
            if number and row and not any(texts):
                line = self.source.line_span(self.source.line_number(row[0].start))
                span = Span(line.start, line.end)
                yield Finding(span, "the table row is empty", accounts_for=span)
                continue
            if texts and all(_DOTS.match(text) for text in texts) and number > 1:
                continue  # an elision: more rows like those above
            for cell in row:
                if cell.end > cell.start:
                    yield from self.prose((cell,), cell=True)

    def html(self, block: Html) -> Iterator[Finding]:
        if block.comment or len(block.lines) != 1:
            return
        if not self.is_tag(self.source.slice(block.lines[0]).strip()):
            yield from self.prose(block.lines)

    def definition(self, block: LinkDefinition) -> Iterator[Finding]:
        """`[Capability 1]: Description`, which only a parser takes for a link definition."""
        if _is_address(block.destination) or is_kept(block.label):
            return
        if self.is_known(block.label) or _looks_open(block.label, True):
            start = self.text.find("[", block.span.start)
            yield from self.report(Span(start, start + len(block.label) + 2))

    def front_matter(self, block: FrontMatter) -> Iterator[Finding]:
        first = self.source.line_number(block.body_span.start)
        last = self.source.line_number(max(block.body_span.start, block.body_span.end - 1))
        for number in range(first, last + 1):
            line = self.source.line_span(number)
            match = _YAML_VALUE.match(self.text, *line)
            if match is None or line.start >= block.body_span.end:
                continue
            start, end = match.span("value")
            value = self.text[start:end]
            bare = re.sub(r"[ \t]+#.*$", "", value).strip("'\"")
            brackets = _BRACKETS.fullmatch(bare)
            open_brackets = brackets and "," not in bare and not is_kept(brackets[1]) and (
                self.is_known(brackets[1]) or _looks_open(brackets[1], _INSTRUCTION.match(bare[1:]) is not None)
            )  # fmt: skip
            if (
                open_brackets
                or _BRACES.fullmatch(bare)
                or _DATE.fullmatch(bare)
                or _PROMISE.fullmatch(bare)
                or _NUMBER.fullmatch(bare)
                or _DOTS.match(bare)
                or (_ANGLES.fullmatch(bare) and "@" not in bare)
                or re.fullmatch(r"_{3,}", bare)
            ):
                yield from self.report(Span(start, end))

    # Labels

    def labels_without_value(self) -> Iterator[Finding]:
        everywhere = [*self.binding.rules.fields, *self.binding.rules.labels]
        common = frozenset().union(*map(rule_keys, everywhere)) if everywhere else frozenset()
        own = {0: common}
        for section in self.document.sections:
            if section.bold:
                continue
            rule = self.binding.rules_of.get(section.number)
            keys = own.get(rule.number + 1) if rule else common
            if keys is None and rule:
                keys = own[rule.number + 1] = common.union(*map(rule_keys, rule.labels))
            yield from self.in_labels(section, keys or common, rule)

    def in_labels(self, section: Section, keys: frozenset[str], rule: SectionRule | None) -> Iterator[Finding]:
        labels = section.labels
        for i, label in enumerate(labels):
            if label.value or label.place not in ("line", "list", "footer") or label.blocks:
                continue
            if not label.emphasised and label.place != "list":
                continue
            following = labels[i + 1] if i + 1 < len(labels) else None
            if following is not None and self.near(label, following):
                # A label right above others may be their heading, unless the template knows better.
                if not keys & name_keys(label.name) or not keys & name_keys(following.name):
                    continue
            elif not self.is_last(section, label):
                continue
            yield self.no_value(label.name_span, label)
        yield from self.bare_names(section, keys)

    def no_value(self, span: Span, label: Field) -> Finding:
        return Finding(span, f'"{short(label.name)}" has no value', accounts_for=self.line(label.span))

    def near(self, label: Field, following: Field) -> bool:
        between = self.text[label.span.end : following.span.start]
        return not between.strip(" \t\r\n*-+>_0123456789.)\\")

    def is_last(self, section: Section, label: Field) -> bool:
        """Whether nothing but blank space or a rule follows a label, or its list goes on with other items."""
        if label.place == "list":
            for block in _lists(section.body):
                for i, item in enumerate(block.items):
                    if label.span.start in item.span and label.span.start <= item.content_start + 2:
                        rest = item.blocks[1:]
                        later = block.items[i + 1 :]
                        mixed = any(other.checkbox is not None for other in later) and item.checkbox is None
                        return is_blank(rest) and not mixed
            return False
        return True

    def bare_names(self, section: Section, keys: frozenset[str]) -> Iterator[Finding]:
        """Labels of the template that stand in bold without a colon and without a value: `**As a**`."""
        for block in section.body:
            if not isinstance(block, Paragraph):
                continue
            for i, line in enumerate(block.lines):
                match = _BOLD_NAME.match(self.text, *line)
                if match is None or match[1].endswith(":") or not keys & name_keys(match[1]):
                    continue
                peers = len(block.lines) > 1
                if peers and (i + 1 == len(block.lines) or self.text.startswith("**", block.lines[i + 1].start)):
                    span = Span(match.start(), match.end())
                    yield Finding(span, f'"{short(match[1])}" has no value', accounts_for=self.line(span))


def _looks_open(inner: str, slot: bool) -> bool:
    """Whether brackets that no template is known to have are a placeholder; `slot`: they are a whole value."""
    words = _WORD.findall(inner.lower())
    if not words or len(inner) > 300:
        return False
    if _DATE.match(inner):
        return True
    if len(words) > 1 and _INSTRUCTION.match(inner) and (slot or inner[:1].isupper() or len(words) > 2):
        return True
    if _INSTRUCTION.fullmatch(inner) and inner.lower() in ("tbd", "todo", "tbc", "placeholder"):
        return True
    if _CHOICE.match(inner) or _SLASHES.match(inner):
        return slot or inner[:1].isupper()
    if not inner[0].isupper() or _CITATION.match(inner) or inner.isupper():
        return False
    spoken = _VOCABULARY.intersection(words)
    if len(words) == 1:
        return slot and bool(spoken)
    if slot:
        return bool(spoken) or bool(_QUESTION.match(inner)) or re.search(r"[./:()@=+]", inner) is None
    return bool(spoken - _ALONE_ONLY) and (len(words) <= 6 or inner[:1].isupper())


def _slot(text: str, start: int, end: int) -> bool:
    """Whether a place is all there is between separators: a value, a cell, an item."""
    line_start = text.rfind("\n", 0, start) + 1
    return bool(_BEFORE.search(text[max(line_start, start - 200) : start])) and bool(
        _AFTER.match(text[end : end + 20].split("\n")[0])
    )


def _slot_value(text: str, start: int, end: int) -> bool:
    """Whether a place is the whole value of a line or label, or stands in parentheses of its own."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    before = text[line_start:start]
    after = text[end : line_end if line_end >= 0 else len(text)]
    if before.rstrip("*_` ").endswith("(") and after.lstrip("*_` ").startswith(")"):
        return True
    return bool(_BEFORE.search(before)) and bool(_AFTER.match(after))


def _begins_value(text: str, start: int) -> bool:
    """Whether a line or the value of its label begins here."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    label = _LABEL.match(line)
    return not (line[label.end() :] if label else line).strip(_DECORATION)


def _labelled(text: str, start: int) -> bool:
    """Whether a label or nothing stands in front of a place in its line."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return not line.strip(_DECORATION) or bool(re.search(r"[:：|(][\s*_]*$", line))


def _line_around(text: str, offset: int) -> str:
    end = text.find("\n", offset)
    return text[text.rfind("\n", 0, offset) + 1 : end if end >= 0 else len(text)]


def _joined(lines: tuple[Span, ...], starts: list[int], offset: int) -> int:
    """The place in the joined lines of an offset in the source."""
    low, high = 0, len(lines) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if lines[middle].start <= offset:
            low = middle
        else:
            high = middle - 1
    return starts[low] + offset - lines[low].start


def _source(lines: tuple[Span, ...], starts: list[int], position: int) -> int:
    """The offset in the source of a place in the joined lines."""
    low, high = 0, len(lines) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if starts[middle] <= position:
            low = middle
        else:
            high = middle - 1
    return lines[low].start + position - starts[low]


def _lines_from(block: Paragraph, start: int) -> tuple[Span, ...]:
    first, *rest = block.lines
    return (Span(min(max(first.start, start), first.end), first.end), *rest)


def _behind(item: ListItem) -> tuple[Block, ...]:
    return item.blocks[1:] if item.blocks and isinstance(item.blocks[0], Paragraph) else item.blocks


def _lists(blocks: Sequence[Block]) -> Iterator[List]:
    stack: list[Block] = list(reversed(blocks))
    while stack:
        block = stack.pop()
        if isinstance(block, List):
            yield block
            for item in reversed(block.items):
                stack += reversed(item.blocks)
        elif isinstance(block, Quote):
            stack += reversed(block.blocks)


def _definitions(blocks: Sequence[Block]) -> Iterator[LinkDefinition]:
    stack: list[Block] = list(blocks)
    while stack:
        block = stack.pop()
        if isinstance(block, LinkDefinition):
            yield block
        elif isinstance(block, List):
            for item in block.items:
                stack += item.blocks
        elif isinstance(block, Quote):
            stack += block.blocks


def _is_address(destination: str) -> bool:
    """Whether the destination of a link definition leads somewhere."""
    return destination == "" or re.search(r"[/.#:<]", destination) is not None


