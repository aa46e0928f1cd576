"""Find what a template leaves open in a line: brackets, masks, samples that stand for real values.

These are questions about lines of templates. What is found here is open in the template's documents too,
whatever it looks like there (see `fingerprints`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from speclint.markdown.lazy_regex import lazy_regex

# What is in brackets and yet belongs to a finished document: boxes, remarks, tags, usage lines.
_NO_PLACEHOLDER = lazy_regex(
    r"[\sxX✓✔]?$|[\d\s.,:;+*/^-]*$|[!^@]|#(?!##)|\[[^\]]*$|sic$|wip$|rfc$|draft$|n/?a$|optional$|required$"
    r"|if (?:applicable|needed|any|relevant)$|\.{3}$|…$"
    r"|(?:必須|任意|重要|注意|必填|可选|選填|필수|선택)$",
    re.IGNORECASE,
)

# What usage lines of commands have in brackets: `tool [options] [file]`.
_USAGE = r"(?i)(?:options?|args?|arguments?|flags|commands?|files?)$"

# With brackets in them, at most one deep: `[how it is tested, e.g. "by [action]"]`.
_BRACKETS = r"(?<![\w!\]\\])\[((?:[^\[\]\n]|\[[^\[\]\n]*\])+)\](?![\[(])"

# What may stand in the brackets of a placeholder in code, where brackets also hold lists and strings.
_WORDS = r"[\w/.&?!:|()%# -]+|(?=.*\w \w)[A-Z\d][\w' ,;:.?-]*"

_ATTACHED_BRACKETS = r"(?<=[_(])\[([^\[\]\n]+)\](?![\[(])"

_ANGLES = r"(?<![\w/<\\])<([A-Za-z](?:[^<>=\n]|<[^<>\n]{0,80}>){1,600})>"

# `\<what it shows\>`, so that it shows as it stands there.
_ESCAPED = r"\\[\[<][^\W\d_][^\[\]<>\\\n]+\\[\]>]"

_ONE_ANGLE = r"(?<![\w/<`])<([A-Za-z][\w-]*)>(?![\w/(`])"

_ANGLE_AS_CODE = r"`<([A-Za-z][\w-]*)>`"

_BRACES = r"\{\{([^{}\n]{1,80})\}\}"

_SINGLE_BRACES = r"(?<![\w${/\\])\{([^\W\d_][^{}\n]+)\}(?![}\w/])"

# Those of Chinese and Japanese; a section's title may stand in the last two.
_WIDE = r"［([^［］\n]+)］|＜([^＜＞\n]+)＞|｛([^｛｝\n]+)｝|(?:【([^【】\n]+)】|〔([^〔〕\n]+)〕)"

_WIDE_MARKS = re.compile(r"[［＜｛【〔]")

_CODE_SPAN = r"`[^`\n]*`"

_NAME = (
    r"(?:John|Jane|Joe)[ \t](?:Q\.?[ \t])?(?:Doe|Smith|Public|Bloggs)|(?:Max|Erika)[ \t]Mustermann"
    r"|山田太郎|张三|李四|홍길동"
)

_HANDLE = (
    r"(?<![\w@.])@(?:handle|user(?:-?name)?|your[-_]?(?:handle|name|username)|you|someone|"
    r"github[-_]?(?:handle|user(?:name)?|id)|(?:author|owner|reviewer|approver|name)s?|[a-z]{1,30}[-_](?:handle|username))(?![\w-])"
)

_ADDRESS = (
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]+\.)*"
    r"(?:example\.(?:com|org|net)|example|(?:foo|bar|domain)\.com)\b"
)

_MASK = (
    r"(?<![\w./#?&=-])(?:[A-Z]{1,9}X{3,}|#(?:0{4,}|N{2,}|X{2,})|[A-Z][A-Z0-9]{1,9}-(?:0{3,}|N{3,}|X{3,}|#{3,})"
    r"|\$(?:ARGUMENTS|[A-Z_]*(?:NAME|TITLE|DESCRIPTION|INPUT))|(?<![:,])0{4}|yyyy[-/.]mm[-/.]dd|dd[-/.]mm[-/.]yyyy)(?![\w/-])(?!\.\w)"
)

# A number that nobody's ticket has: `SHOP-123`.
_SAMPLE_NUMBER = r"(?:[A-Z]{2,}-|#)(?:0+|1|12|123|1234|12345|[XN#]+)(?!\w)"

_LINK = r"\[([^\[\]\n]+)\]\(([^()\s]*)\)"

# `[link](https://example.org)`, as a value
_NAMELESS = lazy_regex(
    r"(?i)(?:(?:jira|design|the|your) )?(?:link|url|ticket|issue|pr|doc(?:ument)?|page|name|title|here)s?$"
)

_STAND_IN = lazy_regex(
    r"(?i)(?:author|name|user(?:name)?|owner|reviewer|link|test|issue|ticket)(?: name| \d| [ab])$"
)

_NOWHERE = lazy_regex(
    r"(?i)(?:#|\.{3}|…|(?:url|uri|link|href|path|todo|tbd|address)(?:[-_ ]?(?:here|to[-_]\w+))?|https?://(?:\.{3}|…|url|link)?)?$"
)

_RESERVED = lazy_regex(r"https?://(?:[\w-]+\.)*(?:example\.(?:com|org|net)|[\w-]+\.example)\b", re.IGNORECASE)

# All that a label, a cell or an item has.
_BEFORE_SLOT = re.compile(r"(?:[:：|]|^[ \t]*(?:[-*+]|\d+[.)]))[*_\"' \t]*$")

_BEHIND_SLOT = re.compile(r"[*_\"' \t]*(?:$|\|)")

# What stands in a document where its template has one of these: a sample, a mask, a link as a whole,
# a question mark as a value.
_SAMPLES = (
    lazy_regex(_LINK, needs=("](",)),
    lazy_regex(rf"\[@[\w-]+\]|{_HANDLE}|{_ADDRESS}", needs=("@",)),
    lazy_regex(
        _NAME,
        needs=("Doe", "Smith", "Public", "Bloggs", "Mustermann", "山田太郎", "张三", "李四", "홍길동"),
    ),
    lazy_regex(_MASK, needs=("XXX", "000", "NN", "XX", "###", "yyyy", "$")),
    lazy_regex(_ESCAPED, needs=("\\[", "\\<")),
    lazy_regex(
        r"(?m)(?:(?<=[:*_|-][ \t])|(?<=：))(?P<quote>[\"'`]?)\?+(?P=quote)(?=[ \t]*(?:$|\|))", needs=("?",)
    ),
)

_IDENTIFIER = re.compile(r"[A-Z][a-z]+(?:[A-Z][a-z]+)*")

_IN_SENTENCE = re.compile(r"(?:[^\W\d_]{2,}[ \t]){3}\Z")

# Headings for the title of a document that say only that it goes there.
_ANY_TITLE = lazy_regex(
    r"(?i)(?:(?:the|your|an?|my|short,?|brief|descriptive|concise|proposal|feature|project|rfc|adr) )*"
    r"(?:(?:title|name|heading)\b.*|(?:your|my|insert|enter|put|write|replace)\b.*)$"
)


def is_any_title(text: str) -> bool:
    """Return whether the title of a template says only that a title goes there."""
    return _ANY_TITLE.match(text) is not None


def placeholders_in(line: str, code: bool = False) -> Iterator[str]:
    """Yield the texts in brackets, angle brackets and braces that a template means to be replaced.

    In a line of code (`code`), only those that cannot be code themselves.
    """
    if "[" in line:
        yield from _in_brackets(line, code)
    if "<" in line:
        yield from _in_angles(line, code)
    for match in re.finditer(_BRACES, line):
        yield match[1]
    if code:
        return
    for match in re.finditer(_SINGLE_BRACES, line):
        yield match[1]
    for match in re.finditer(_WIDE, line) if _WIDE_MARKS.search(line) else ():
        text = next(filter(None, match.groups()))
        title = line.startswith("##") and match[0][0] in "【〔"
        if not title and not is_kept(text):
            yield text


def _in_brackets(line: str, code: bool) -> Iterator[str]:
    for pattern in (_BRACKETS, _ATTACHED_BRACKETS):
        for match in re.finditer(pattern, line):
            if code and not re.fullmatch(_WORDS, match[1]):
                continue
            apart = (
                line[match.start() - 1 : match.start()] != "/" and line[match.end() : match.end() + 1] != "."
            )
            usage = apart and re.match(_USAGE, match[1]) and len(match[0]) < len(line.strip("-*+ \t"))
            if not is_kept(match[1]) and not usage and not _is_spoken_of(line, match):
                yield match[1]


def _is_spoken_of(line: str, match: re.Match[str]) -> bool:
    """Return whether brackets with a name are code that a sentence speaks of: `carry `[Authorize]``."""
    start, end = match.span()
    return (
        line[start - 1 : start] == line[end : end + 1] == "`"
        and _IDENTIFIER.fullmatch(match[1]) is not None
        and _IN_SENTENCE.search(line, 0, start - 1) is not None
    )


def _in_angles(line: str, code: bool) -> Iterator[str]:
    for match in re.finditer(_ANGLES, line):
        text = match[1]
        if (" " in text and not code and not text.endswith("/")) or "your" in text.lower():
            yield text
    if not code:
        # In code, what stands alone there.
        for match in re.finditer(_ONE_ANGLE, re.sub(_CODE_SPAN, "", line)):
            yield match[1]
        for match in re.finditer(_ANGLE_AS_CODE, line):
            yield match[1]


def is_kept(text: str) -> bool:
    """Return whether a text in brackets is one that finished documents have: a box, a citation, a remark."""
    return _NO_PLACEHOLDER.match(text.strip()) is not None


def samples_in(line: str) -> Iterator[str]:
    """Yield what in a line of a template, not in brackets, stands for something real that goes there.

    A link that leads nowhere, a made-up person, a mask such as `TXXX`, a question mark as a value. A link to
    a reserved domain counts where it is all that a label, a cell or an item has, and its number is made up.
    """
    for match in sample_matches(line):
        text = sample_of(match)
        if not text.startswith("["):
            yield text
        elif text.startswith("[@"):
            if _is_slot(line, match):
                yield text
        elif is_sample_link(match[1], match[2], _is_slot(line, match)):
            yield text


def sample_matches(text: str) -> Iterator[re.Match[str]]:
    """Yield what in a text may be a sample, of each kind in order."""
    for pattern in _SAMPLES:
        yield from pattern.finditer(text)


def sample_of(match: re.Match[str]) -> str:
    """Return what a match of `sample_matches` found; question marks, however many and quoted, as one."""
    return match[0] if match[0].strip("?\"'`") else "?"


def is_sample_link(text: str, destination: str, slot: bool) -> bool:
    """Return whether a template's link stands for another; `slot` means that it is a value as a whole."""
    if re.search(_MASK, text) or re.search(r"/0{4}\b|[/-]X{3,}\b|/N{3,}\b|/(?:\.{3}|…)(?:/|$)", destination):
        return True
    if _STAND_IN.match(text):
        return True
    if not slot:
        return False
    made_up = re.search(_SAMPLE_NUMBER, text) is not None
    return bool(
        made_up or _NOWHERE.match(destination) or (_RESERVED.match(destination) and _NAMELESS.match(text))
    )


def _is_slot(line: str, match: re.Match[str]) -> bool:
    before, behind = line[: match.start()], line[match.end() :]
    return bool(_BEFORE_SLOT.search(before) and _BEHIND_SLOT.match(behind))
