"""Fingerprints of a template: short hashes of what a filled document does not keep.

A template's placeholders, instructions and example text are known by hashes of their normalised form, so
that the original's text need not be stored. A fingerprint is a kind and a hash, `text:0123456789ab`:

| kind | of what |
| --- | --- |
| placeholder | the text between the brackets of a placeholder |
| folded | the same in small letters, where it has others: in running text, case does not count |
| token | a sample or mask that is not in brackets: `TXXX`, `@handle`, a link to nowhere |
| comment | the text of an instruction comment |
| text | a line of prose that says something of its own |
| short | an entry of a changelog or a bold item of a few common words, which counts only beside others |
| value | what follows a label that is itself an example |
| sample | a line of code with a made-up name in it |
| code | any other line of code, which counts only in a block kept as a whole |
| block | a code block as a whole |
| asked | the text of a section beside an instruction, which fills it not |
| answer | a few words that are the whole text of a section |
| whole | a template whose fingerprints are all there, so that it need not be read |

Headings, labels, checkbox items, links and choices belong to every document and have none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Literal
from zlib import crc32

from speclint.markdown.inline import comments, normalise_label
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.marks import marks_in
from speclint.ruleset.model import RuleSet
from speclint.ruleset.open_places import is_any_title, placeholders_in, samples_in
from speclint.ruleset.section_bodies import bodies

Kind = Literal[
    "placeholder",
    "folded",
    "token",
    "comment",
    "text",
    "short",
    "value",
    "sample",
    "code",
    "block",
    "asked",
    "answer",
    "whole",
]


_ARROW = r"\]\s*[-─=]*[>→▶]\s*\["


_FINGERPRINT = lazy_regex(r"(?P<kind>[a-z]+):(?P<checksum>[0-9a-f]{8})[0-9a-f]{4}")

_MARKER = lazy_regex(r"(?:>[ \t]?|[-*+•][ \t]+|\d{1,9}[.)][ \t]+|\|[ \t]*)+")

_EMPHASIS = lazy_regex(r"[*`]+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)")

_BOX = r"[ \t]*[-*+][ \t]+\[[ xX]\]"

_FENCE = r"([ \t]*)(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})([^`\n]*)$"

# In scripts that put no blanks between words, two characters are about one.
_WORD = lazy_regex(
    r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{1,2}|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)

_TREE = r"[├└│]"

_FULL_DATE = r"\d{4}-\d\d-\d\d"

# What the template itself asks to leave as it is.
_STAYS = r"(?i)\bleave (?:this |it |these )?(?:field |line )?(?:empty|blank|as is|unchanged)\b"

_RULE = r"[|:=\- \t]+$"

# Headings that name an example of their own: `command_name`, `GET /api/feature/`.
_NAME_IN_TITLE = r"\bcommand_name\b|/feature/|\bfeature_\w|\bexample_\w"

_LABELLED = lazy_regex(r"(?P<label>.{1,100}?)(?:[:：](?:\*\*|__)?|[ \t][-–—])[ \t]+(?P<value>\S.*)$")

_LINK = r"\]\(|\]\[|://|(?:^|\s)@\S+/\S"

_EXAMPLE_LINK = r"\[(?:External Doc|Related Feature) \d|/app-name/|feature_commands"

_NUMERIC = r"(?i)[\W\d]*(?:%|ms|s|x|days?|weeks?|months?|years?|hours?|minutes?)?\W*$"

_FORM = r"#{3,}|\[[A-Z]{1,2}\]|Y{4}-|(?:^|:[*_]*\s)(?:\.{3}|…)\s*$|_{4,}|\bTBD\b"

# Names that are made up to show where a real one goes.
_MADE_UP = (
    r"(?i:(?<!\w)(?:\w*_)?feature(?!s?[ _-]?(?:flag|gate|branch|guide|team))(?:[_\W\d]|$)"
    r"|feature[-_.](?!flag|gate)\w|\w[-_.]feature(?![ _-]?(?:flag|gate))\b)"
    r"|Feature(?!Gate|Flag|s?\b)[A-Z]|\wFeature(?=[A-Z(_]|$)|LegacyFeature"
    r"|(?<![a-z])(?:field|option|value|command|method|component|param)_?\d\b|\b(?:field_name|command_name)\b"
    r"|\bcommand_(?:setup|process|verify)\b|\b(?:ModelName|OtherModel|TypeA|TypeInvalid|do_something)\b"
    r"|\bModel\.objects\b|\bimport Model\b|\bModel\.\w+\(|\bother_app\b|\bxxx_|'xxx'|\byour[_-]\w"
    r"|\b(?:test|bench)-id\b|\bexpensive_calculation\b|\b(?:old|new)_(?:method|setting)\b|\bpath/to\b"
    r"|\bapp-name\b|\bsub_option\b|--option\b|\boption-name\b|\bparam=value\b|\bfield=value\b"
    r"|\(condition\)|'relation'|\bexample_\w|\bmy_\w|\bfoo\b|\b(?:External Doc|Related Feature) \d"
)

# What templates put behind an example's label.
_STOCK = (
    r"(?:description|purpose|example|responsibility)\b|(?:current|target) \w+$|how (?:it|this) \w+$"
    r"|if applicable$|one sentence\b|value$"
)

# A link definition whose destination leads somewhere: `[Capability 1]: Description` has none.
_DEFINITION = r"(?m)^ {0,3}\[([^\[\]\n]{1,300})\]:[ \t]*\S*[/.#:<]\S*[ \t]*$"

_EXAMPLE_LABEL = r"\[[^\]]+\]|\w \d\W*$|field_name|option-name|--flag|`param`|External Doc|app-name"


def fingerprint(kind: Kind, text: str) -> str:
    """Return the fingerprint of a normalised text."""
    return f"{kind}:{digest(text)}"


def digest(text: str) -> str:
    """Return the hash in a fingerprint of a text: twelve hexadecimal digits."""
    data = text.encode("utf-8", "surrogatepass")
    return f"{crc32(data):08x}{crc32(data[::-1]) & 0xFFFF:04x}"


class Known:
    """Fingerprints to look up texts in, most of which are not among them.

    `kinds` are the kinds of the fingerprints.
    """

    __slots__ = ("_checksums", "_tokens", "kinds")

    def __init__(self, tokens: frozenset[str]) -> None:
        self._tokens = tokens
        found = [match for match in map(_FINGERPRINT.fullmatch, tokens) if match]
        self.kinds = frozenset(match["kind"] for match in found)
        # Half of a hash tells nearly as much as the whole, at a fifth of the cost.
        self._checksums = frozenset(int(match["checksum"], 16) for match in found)

    def kind(self, text: str, *kinds: Kind) -> Kind | None:
        """Return the first of some kinds under which a normalised text is known, None if there is none."""
        if crc32(text.encode("utf-8", "surrogatepass")) not in self._checksums:
            return None
        hashed = digest(text)
        return next((kind for kind in kinds if f"{kind}:{hashed}" in self._tokens), None)


def normalise(text: str) -> str:
    """Return a line of prose for comparison: no list markers, emphasis, code quotes, case or end mark."""
    text = without_marker(text)
    if "_" in text:
        text = _EMPHASIS.sub("", text)
    elif "*" in text or "`" in text:
        text = text.replace("*", "").replace("`", "")
    return " ".join(text.split()).rstrip(".;| ").casefold()


def without_marker(line: str) -> str:
    """Return a line without the markers of the lists, quotes and tables that it is in."""
    line = line.strip()
    if line[:1].isalpha():
        return line
    marker = _MARKER.match(line)
    return line[marker.end() :] if marker else line


def normalise_code(text: str) -> str:
    """Return a line of code for comparison: every run of whitespace is one space."""
    return " ".join(text.split())


def normalise_placeholder(text: str) -> str:
    """Return the text of a placeholder or comment for comparison."""
    return " ".join(text.strip("[] \t\r\n").split())


def last_part(title: str) -> str:
    """Return what follows the number or kind in a document's title: `A queue` of `ADR-7: A queue`."""
    return re.split(r":[ \t]+|[ \t][-–—][ \t]", title, maxsplit=1)[-1]


def is_made_up(text: str) -> bool:
    """Return whether a text contains a made-up name, which stands for a real one."""
    return re.search(_MADE_UP, text) is not None


def is_telling(line: str) -> bool:
    """Return whether a line of code has at least two words, as `import json` has and `return` has not."""
    return len(_WORD.findall(line)) >= 2


@lru_cache(maxsize=8)
def fingerprints(template: str) -> frozenset[str]:
    """Return the fingerprints of a template's Markdown."""
    return frozenset(_fingerprints(template))


def known(rules: RuleSet) -> frozenset[str]:
    """Return the fingerprints of a rule set: those it lists and those of its skeleton."""
    return _known(rules.skeleton, rules.fingerprints)


# Every document under a rule set asks, several times.
@lru_cache(maxsize=8)
def _known(skeleton: str, listed: frozenset[str]) -> frozenset[str]:
    if fingerprint("whole", skeleton) in listed:
        return listed
    return listed | fingerprints(skeleton)


def _fingerprints(template: str) -> Iterator[str]:
    if template:
        yield fingerprint("whole", template)
    for match in comments(template):
        yield fingerprint("comment", normalise_placeholder(match["text"]))
    for body in bodies(template):
        yield fingerprint(body.kind, body.text)
    code: list[str] = []
    prose: list[str] = []
    fence = ""
    indent = 0
    language = ""
    for line in [*re.split(r"\r\n|\n|\r", template), ""]:
        mark = re.match(_FENCE, line)
        if fence:
            if mark and mark[2].startswith(fence) and not mark[3].strip() and len(mark[1]) < indent + 4:
                yield from _of_code(code, language)
                code, fence = [], ""
            else:
                code.append(line)
        elif mark:
            fence, indent, language = mark[2], len(mark[1]), mark[3].strip()
        else:
            prose.append(line)
    yield from _of_code(code, language)
    text = _without_comments("\n".join(prose))
    # What a definition makes a link is no placeholder.
    defined = frozenset(normalise_label(found[1]) for found in re.finditer(_DEFINITION, text))
    dated = False
    lines = re.sub(_DEFINITION, "", text).split("\n")
    marks = [f"[{mark}]" for mark in marks_in(lines)]
    for line in lines:
        if line.startswith("#"):
            dated = re.search(_FULL_DATE, line) is not None
        yield from _of_prose(line, dated, defined, marks)


def _without_comments(text: str) -> str:
    """Return a text without its comments, whose line endings stay."""
    parts: list[str] = []
    position = 0
    for comment in comments(text):
        parts += [text[position : comment.start()], "\n" * comment.group().count("\n")]
        position = comment.end()
    return "".join([*parts, text[position:]])


def _of_code(lines: list[str], language: str) -> Iterator[str]:
    diagram = not language and any(re.search(_ARROW, line) for line in lines)
    open_lines = False
    for line in lines:
        found = [] if diagram else list(placeholders_in(line, code=True))
        for text in found:
            yield fingerprint("placeholder", normalise_placeholder(text))
        if found:
            open_lines = True
        elif is_telling(line):
            kind: Kind = "sample" if is_made_up(line) and not re.search(_TREE, line) else "code"
            yield fingerprint(kind, normalise_code(line))
    if lines and not open_lines:
        yield fingerprint("block", block_text(lines))


def block_text(lines: Iterable[str]) -> str:
    """Return the lines of a code block as one text for comparison."""
    return "\n".join(filter(None, map(normalise_code, lines)))


def _of_prose(line: str, dated: bool, defined: Collection[str], marks: Collection[str] = ()) -> Iterator[str]:
    """Yield the fingerprints of a line of prose.

    `dated` means that it is in an entry of a changelog; `defined` are the labels of link definitions. Lines
    with `marks`, which have a legend, stay, apart from what else is open there.
    """
    stays = False
    for mark in marks:
        if mark in line:
            stays = True
            line = line.replace(mark, "")
    found = [text for text in placeholders_in(line) if normalise_label(text) not in defined]
    rest = line
    for text in found:
        normal = normalise_placeholder(text)
        yield fingerprint("placeholder", normal)
        if normal != normal.casefold():
            yield fingerprint("folded", normal.casefold())
        rest = rest.replace(text, "")
    for text in samples_in(rest):
        found.append(text)
        yield fingerprint("token", text)
    line = line.strip()
    if (
        stays
        or not line
        or re.search(_FORM, line.lstrip("#"))
        or re.match(_BOX, line)
        or re.match(_RULE, line)
    ):
        return
    if re.search(_STAYS, line):
        return
    if line.startswith("#"):
        title = line.strip("# \t")
        if not found and (re.search(_FULL_DATE, title) or re.search(_NAME_IN_TITLE, title)):
            yield fingerprint("text", normalise(title))
        elif line.startswith("# ") and is_any_title(last := last_part(title)):
            yield fingerprint("text", normalise(last))
        return
    kind = kind_of_text(line, dated)
    if kind and not found:
        yield fingerprint(kind, normalise(line))
    label, value = labelled(line)
    if value and re.match(_STOCK, value) and re.search(_EXAMPLE_LABEL, label):
        yield fingerprint("value", value)


def kind_of_text(line: str, dated: bool = False) -> Kind | None:
    """Return the kind of a line of prose: "text", "short" (which counts only beside others), or None.

    `dated` means that it is in an entry of a changelog.
    """
    text = without_marker(line)
    if re.search(_LINK, text):
        return "text" if re.search(_EXAMPLE_LINK, text) else None
    if is_made_up(text):
        return "text"
    words = _WORD.findall(text)
    _, value = labelled(line)
    if len(words) < 2 or text.endswith((":", ":**")) or (value and re.match(_NUMERIC, value)):
        return None
    # Steps and triggers count however short they are; "Initial release" is in everybody's changelog.
    common = len(words) <= 3 and not re.search(r"[\d<>%`]", text)
    item = text != line.strip() and not text.startswith(("**", "__"))
    return "short" if common and (dated or not item) else "text"


def labelled(line: str) -> tuple[str, str]:
    """Return the label of a line of prose and the normalised value behind its colon or dash, "" for none."""
    match = _LABELLED.match(without_marker(line))
    return (match["label"], normalise(match["value"])) if match else ("", "")
