"""Read how a template says that a section may be left out, or left empty.

Everything here is a question about the words of one text: a heading, a comment or a paragraph. Only what is
said of the section counts, not what is said of a part of its content ("If applicable, how are books moved?").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from speclint.diagnostics import Span
from speclint.markdown.inline import plain
from speclint.markdown.lazy_regex import lazy_regex
from speclint.ruleset.titles import fold

# What a section is for, where it is not for every document, nor for its way.
_SOME = (
    r"for(?! (?:all|every|each|any|everyone|everything|the (?:final|next)|approval|acceptance|review|merging"
    r"|submission|(?:the |a )?(?:release|launch))\b)"
)

_REMARKS = (
    # Behind the title, in parentheses.
    r"(?:is )?optional\b|if\b|when\b|where\b|only\b|conditional|as (?:needed|applicable|appropriate)"
    r"|(?:include|delete|remove|omit|skip)(?: only)? (?:if|when)\b|adapt\b"
    r"|recommended (?:for|if|when)\b|not (?:required|mandatory|always)|may be (?:omitted|removed)"
    rf"|(?:only )?(?:required|mandatory|needed)(?: only)? (?:{_SOME}|if|when)\b"
    r"|falls (?:zutreffend|nötig)|facultati[fv]\w*|optionnel\w*|le cas échéant|opcional|si (?:procede|aplica)"
    r"|se aplicável|facoltativ\w*|opzionale|optioneel|indien van toepassing|необязательн\w*|опциональн\w*"
    r"|если применимо|可选|選填|选填|如适用|任意|省略可|선택"
)

# In the heading itself.
OPTIONAL_REMARK = lazy_regex(
    rf"(?<![ \t*_])[ \t*_]*+[(\[（【][*_ \t]*(?:{_REMARKS})[^()\[\]（）【】]{{0,80}}[)\]）】][*_]*"
    r"|(?<=[^\W_])[ \t]+[*_]+optional[*_]+$|(?<![ \t])[ \t]++[-–—][ \t]++optional$"
    r"|(?<![ \t])[ \t]++[-–—][ \t]++(?:only )?(?:required|mandatory|needed) (?:only )?"
    rf"(?:{_SOME}|if|when)\b.{{0,60}}$",
    re.IGNORECASE,
)

FIRM_REMARK = lazy_regex(
    r"(?<![ \t*_])[ \t*_]*+[(\[][*_ \t]*+(?:required|mandatory|recommended|please\b[^()\[\]]*+"
    r"|(?:required|mandatory) for (?:all|every|each|any)\b[^()\[\]]*+)[*_ \t]*[)\]][*_]*",
    re.IGNORECASE,
)

_PART = r"(?:sub-?)?(?:section|chapter|part|heading|element|paragraph|block)s?"

_DROP = r"(?:remove|delete|omit|skip|drop|leave out)"

_HAVE = r"(?:create|include|add|fill(?: in| out)?|complete|use|keep)"

_COND = r"(?:if|when|where|unless)"

# Behind other text, "this paragraph" is a paragraph.
_NAMED = lazy_regex(r"\b(?:sub-?)?(?:section|chapter)s?\b", re.IGNORECASE)

# Wherever it is said of a section.
_OF_SECTION = lazy_regex(
    rf"\b{_PART}\b[^.\n]{{0,20}} (?:is|are) (?:\w+ )?optional\b"
    rf"|\bis an optional {_PART}\b"
    rf"|\boptional {_PART}(?:[.:,]|$)"
    rf"|\b{_DROP} (?:this|the (?:whole |entire )?)[ ]?(?:\w+ )?{_PART}\b(?!['’]s)[^.\n]{{0,30}}\b{_COND}\b"
    rf"|\b{_DROP} (?:this|the (?:whole|entire)) (?:section|chapter|heading)\b(?!['’]s)"
    rf"|\b{_COND}\b[^.\n]{{0,60}}\b{_DROP} (?:this|the (?:whole|entire)) (?:\w+ )?{_PART}\b"
    r"|\bleave (?:this|the (?:whole|entire)) (?:section|chapter) out\b"
    rf"|\bthis {_PART} is (?:only )?(?:encouraged|recommended)\b"
    rf"|\b{_PART}\b[^.\n]{{0,20}} (?:may|can) be (?:omitted|removed|left out|skipped|deleted|dropped)\b"
    rf"|\b{_PART} (?:is )?not (?:yet )?(?:required|needed|necessary|mandatory)\b(?! until)"
    rf"|\bthis {_PART} (?:is |must be |should be |needs to be )?(?:only )?(?:completed|filled|required|needed"
    rf"|mandatory|necessary|relevant|applicable|applies|included)(?: out| in)? (?:only )?"
    rf"(?:{_COND}|{_SOME}|to)\b"
    rf"|\b{_HAVE} this {_PART}(?: in| out)? (?:(?:only )?{_COND}\b|only {_SOME})"
    rf"|\buse this {_PART} for\b[^.\n]{{0,60}}\b(?:features|proposals|projects|documents|services"
    r"|components)\b"
    r"|\bfeel free to (?:remove|delete|skip|omit|drop)\b",
    re.IGNORECASE,
)

# One of these is in every match: a cheap test before the expression.
_PARTS_NAMED = ("section", "chapter", "part", "heading", "element", "paragraph", "block", "feel free")

_NOT = lazy_regex(
    r"(?:\bnot|n['’]t|\bnever|\bcannot)[\s*_]+(?:be )?(?:\w+ )?"
    r"(?:optional|remove|delete|omit|skip|drop|leave|left|deleted|removed|omitted|skipped|dropped)\b",
    re.IGNORECASE,
)

# At the beginning; elsewhere it may be said of anything. A question asks for a part of the content.
_AT_START = lazy_regex(
    r"[\s*_>(\[-]*(?:note:?[\s*_]*)?(?:"
    r"optional(?=\s*(?:$|[.:,;)\]!*_–—-])|\s+(?:section|element|but|if|when|for)\b)"
    r"|(?:if|where|when) (?:applicable|needed|relevant|necessary|appropriate|any\b)"
    r"(?!,? (?:how|what|which|whom?|why|where|when)\b|[^.!]*\?)"
    r"|not (?:always )?(?:required|necessary|needed|mandatory)\b(?! until)"
    r"|only (?:required|needed|necessary|mandatory|relevant|applicable|applies|fill|complete|include|if|when"
    r"|for)\b(?! (?:once|after|from|by|before|until|at|later)\b)"
    r"|conditional[:.]"
    r"|(?:for|new|existing|breaking|public|internal|major|large|frontend|backend|ui|api)\b"
    r"[^.:!?\n]{0,40} only\s*[:.–—(]"
    r"|include (?:this (?:sub-?)?section )?(?:only )?(?:if|when)\b|when to include\b"
    r"|(?!(?:use|write|list|name|give|say|read|text|one|two|english|plain|with|in)[ \t])"
    r"(?:[\w-]+ ){1,3}only:(?=\s)"
    rf"|(?:(?:to|must|should) be )?(?:fill(?:ed)?|completed?)(?: this| it)?(?: in| out)?"
    rf" (?:only (?:{_COND}|{_SOME})|if|unless)\b"
    rf"|(?:required|needed|mandatory|applies|applicable) (?:only )?(?:{_COND}|{_SOME}|to)\b"
    rf"|{_DROP} (?:this )?(?:entirely |altogether )?(?:only )?(?:{_COND}|for)\b"
    r"(?! (?:you are |you['’]re |it is |all is )?(?:done|finished|ready|complete|filled|published|merged)\b)"
    r"|(?:this |it )?(?:may|can) be (?:omitted|removed|left out|skipped|deleted|dropped)\b)",
    re.IGNORECASE,
)

# A sentence of its own behind others, whose only object can be the section.
_ALONE = lazy_regex(
    rf"[\s*_>(\[-]*(?:(?:fill|complete)(?: this| it)?(?: in| out)? only {_COND}\b"
    rf"|{_DROP} (?:this |it )?{_COND}\b[^.]{{0,20}}(?:not (?:applicable|relevant|needed)|n/a)\b)",
    re.IGNORECASE,
)

# Plain words of other languages, wherever they are said of a section.
_OF_SECTION_ELSEWHERE = lazy_regex(
    r"\b(?:dieser abschnitt|dieses kapitel) (?:ist optional|kann entfallen|kann weggelassen werden|entfällt)"
    r"|\b(?:diesen abschnitt|dieses kapitel)\b[^.]{0,40}\b(?:löschen|weglassen|entfernen|streichen"
    r"|überspringen)\b"
    r"|\bcette section est (?:facultative|optionnelle)\b"
    r"|\b(?:supprime[rz]|omettez|omettre|retire[rz]) cette section\b"
    r"|\besta secci[óo]n es opcional\b|\b(?:elimin|omit|borr|suprim)(?:a|ar|e|ir) esta secci[óo]n\b"
    r"|\besta seç[ãa]o é opcional\b|\b(?:remova|apague|omita|exclua) esta seç[ãa]o\b"
    r"|\bquesta sezione è (?:facoltativa|opzionale)\b"
    r"|\bdeze sectie is optioneel\b|\bverwijder deze sectie\b"
    r"|\b(?:удалите|пропустите) этот раздел\b|\bэтот раздел (?:необязателен|не обязателен|опционален)"
    r"|(?:删除|刪除|省略|跳过|略过)(?:本节|此节|本章|此部分|該節)|本节(?:是)?可选"
    r"|このセクションは(?:任意|省略|削除)|이 섹션(?:은|을) (?:선택|생략|삭제)",
    re.IGNORECASE,
)

_PARTS_ELSEWHERE = (
    "abschnitt", "kapitel", "cette", "secci", "seç", "sezione", "sectie", "раздел", "节", "節", "章", "部分",
    "セクション", "섹션",
)  # fmt: skip

_AT_START_ELSEWHERE = lazy_regex(
    r"[\W_]*(?:nur (?:ausfüllen|erforderlich|nötig)|falls (?:zutreffend|nötig|erforderlich)"
    r"|facultatif|optionnel|le cas échéant|à remplir (?:uniquement|seulement) si"
    r"|opcional|s[óo]lo si|si (?:procede|aplica|corresponde)|se aplicável|facoltativo|opzionale"
    r"|se applicabile|optioneel|indien van toepassing|необязательно|опционально|если применимо)\b(?![^.!]*\?)"
    r"|[\W_]*(?:可选|選填|选填|如适用|如不适用|任意|省略可|該当する場合"
    r"|선택 ?사항|해당되는 경우|해당하는 경우)",
    re.IGNORECASE,
)

# Of the section: "leave the last column empty" is said of a table.
_EMPTY = lazy_regex(
    rf"^[\W_]*(?:please )?leave (?:(?:this|the) (?:section )?|it )?(?:empty|blank)\b"
    rf"|\b{_COND}\b[^.]{{0,60}}\bleave (?:this(?: section)?|it|the section) (?:empty|blank)\b"
    r"|\b(?:this|the) section (?:may|can) (?:be|be left|stay|remain) (?:empty|blank)\b"
    r"|^[\W_]*(?:it )?(?:may|can) (?:be|be left|stay|remain) (?:empty|blank)\b"
    rf"|^[\W_]*(?:empty|blank) {_COND}\b|\ban empty section is\b"
    r"|^[\W_]*(?:kann|darf) leer bleiben\b|^[\W_]*leer lassen\b|^[\W_]*laisse[rz] vide\b"
    r"|^[\W_]*d[ée]j(?:ar|e|elo|elo) (?:vac[ií][oa]|en blanco)\b|^[\W_]*(?:如无.{0,8})?留空|^[\W_]*空欄",
    re.IGNORECASE,
)

_EMPTY_WORDS = ("empty", "blank", "leer", "vide", "vac", "blanco", "留空", "空欄")

_LATER = lazy_regex(
    r"[\W_]*(?:note:?[\W_]*)?(?:(?:this )?section )?(?:is )?not (?:yet )?"
    r"(?:required|needed|mandatory) until\b",
    re.IGNORECASE,
)

_PARTS = r"(?:sub-?)?(?:section|chapter|part|heading|element)s"

_IDLE = (
    r"(?:(?:do|does|is|are)(?: not|n['’]t) (?:\w+ )?(?:apply|applicable|relevant|needed|necessary|required)"
    r"|(?:is|are) (?:irrelevant|unnecessary|inapplicable))"
)

# Of all sections, above the first.
_OF_ALL_SECTIONS = lazy_regex(
    rf"(?<!not )(?<!n['’]t )(?<!never )\b{_DROP} (?:any|all|the|those|these|every)?[ ]?(?:other )?"
    rf"(?:{_PARTS}|{_PART}) (?:that|which) (?:you (?:feel|think|find) )?{_IDLE}"
    rf"|(?<!not )(?<!n['’]t )(?<!never )\b{_DROP} (?:any |all |the )?"
    rf"(?:irrelevant|unnecessary|inapplicable|unneeded|unused) {_PARTS}"
    rf"|\b(?:{_PARTS}|{_PART}) (?:that|which) {_IDLE}\b[^.\n]{{0,30}}\b(?:may|can|should|could) be"
    r" (?:removed|deleted|omitted|skipped|dropped|left out)\b",
    re.IGNORECASE,
)

# What is still to be done: a finished document has nothing to list there.
_LEFT_TO_DO = lazy_regex(
    r"(?:to[- ]?dos?|what (?:remains|is (?:still )?(?:left|missing|open))|still (?:open|missing)|outstanding"
    r"|loose ends|unfinished (?:work|parts|items)|missing (?:parts|pieces)"
    r"|(?:still|left|things|remaining) to(?: be)? do(?:ne)?|to be done"
    r"|(?:open|outstanding|remaining|pending) (?:to-?dos?|points|items|tasks|work|ends)"
    r"|offene (?:punkte|aufgaben)|(?:points )?à faire|pendientes?|por hacer|待办(?:事项)?|待辦事項"
    r"|残(?:作業|課題)|할 ?일)"
    r"(?: \(?list\)?| items?| liste?)?",
    re.IGNORECASE,
)

# What shows the form of documents or of their items, and is none of their sections.
_OF_FORMAT = lazy_regex(
    r"(?:[\w-]+ ){0,2}(?:format|syntax|notation) (?:template|legend|guide|reference)"
    r"|(?:how to|about|using) (?:use )?th(?:is|e) (?:template|document|form)"
    r"|template (?:notes?|usage|instructions?)|instructions? for authors",
    re.IGNORECASE,
)

_FORM = lazy_regex(
    r"(?i)(?:\b(?:format|syntax|notation|form)\b[^`]{0,20})`(?P<code>[^`]*\[[^`]+)`"
    r"|`(?P<several>[^`]*\[[^`\]]+\][^`]*\[[^`\]]+\][^`]*)`"
)

# What a change does to something: one of several, of which a change has at least one.
_DELTA = lazy_regex(
    r"(?:ADDED|MODIFIED|REMOVED|RENAMED|CHANGED|DEPRECATED|DELETED|UPDATED)[ \t]+(?![A-Z ]+$)\S.*"
)

_DELTAS = ("added", "modified", "removed", "renamed", "changed", "deprecated", "deleted", "updated", "fixed")

_SHOWN = 72


def optional_sentence(text: str, leading: bool = True) -> str:
    """Return the sentence of a text that makes its section optional, "" for none.

    At the beginning of a section's text (`leading`), a sentence without a subject is about the section.
    """
    for number, sentence in enumerate(_sentences(text)):
        first = leading and number == 0
        if (
            _is_of_section(sentence, leading)
            or (first and (_AT_START.match(sentence) or _AT_START_ELSEWHERE.match(sentence)))
            or (leading and _ALONE.match(sentence))
        ) and not _NOT.search(sentence):
            return shown_sentence(sentence)
    return ""


def _is_of_section(sentence: str, leading: bool) -> bool:
    """Return whether a sentence that speaks of its section says that it may be left out."""
    lowered = sentence.lower()
    if any(part in lowered for part in _PARTS_NAMED) and _OF_SECTION.search(sentence):
        return leading or _NAMED.search(sentence) is not None
    named = any(part in lowered for part in _PARTS_ELSEWHERE)
    return named and _OF_SECTION_ELSEWHERE.search(sentence) is not None


def empty_sentence(text: str) -> str:
    """Return the sentence of a text that lets its section be empty, "" for none."""
    if not any(word in text.lower() for word in _EMPTY_WORDS):
        return ""
    # Behind the mark of an item, it is said of what the item is about.
    sentences = (one for one in _sentences(text) if not re.match(r"[-*+] |\d+[.)] ", one))
    return next((shown_sentence(one) for one in sentences if _EMPTY.search(one)), "")


def later_sentence(text: str) -> str:
    """Return the sentence of a text by which its section is to be filled later, "" for none."""
    first = next(_sentences(text), "")
    return shown_sentence(first) if _LATER.match(first) else ""


def says_all_optional(text: str) -> str:
    """Return the words above the first section that let inapplicable sections be removed, "" for none."""
    found = _OF_ALL_SECTIONS.search(" ".join(text.split()))
    return found[0] if found else ""


def is_left_to_do(title: str) -> bool:
    """Return whether a title is one of a list of what is still to be done."""
    return _LEFT_TO_DO.fullmatch(fold(title)) is not None


def is_of_format(title: str) -> bool:
    """Return whether a title is one of a text on the form of documents, which documents need not have."""
    return _OF_FORMAT.fullmatch(fold(title)) is not None


def shown_form(heading: str) -> Span | None:
    """Return the place of code in a heading that shows a form: `Format: `[ID] [P?] Text``, None for none."""
    found = _FORM.search(heading)
    return Span(*found.span(found.lastgroup or 0)) if found else None


def delta_titles(titles: Iterable[str]) -> frozenset[str]:
    """Return those of sibling titles that say what a change does to something: `ADDED Requirements`.

    Words that are not in capitals are such only beside others like them.
    """
    parted = {title: fold(title).partition(" ") for title in titles}
    counts = Counter(of for verb, _, of in parted.values() if verb in _DELTAS)
    return frozenset(
        title
        for title, (verb, _, of) in parted.items()
        if _DELTA.fullmatch(title) or (verb in _DELTAS and counts[of] > (1 if of else 2))
    )


def first_sentence(text: str) -> str:
    """Return the first sentence of a text as messages and comments show it."""
    return shown_sentence(next(_sentences(text), ""))


def shown_sentence(sentence: str) -> str:
    """Return a sentence without markup, at most 72 code points long."""
    shown = plain(sentence).lstrip("-> ")
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 3].rstrip()}..."


def _sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text, in which empty lines and items end one too."""
    for part in re.split(r"\n[ \t>]*(?:\n|(?=(?:[-*+]|\d{1,3}[.)])[ \t]))", text):
        joined = " ".join(part.split())
        start = 0
        for stop in re.finditer(r"[.!?][*_)\"”]*(?= )|[。！？]", joined):
            yield joined[start : stop.end()].strip()
            start = stop.end()
        if rest := joined[start:].strip():
            yield rest
