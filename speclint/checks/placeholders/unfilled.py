"""Recognise text that is still to be filled in: brackets, blanks, dots and promises.

These are pure questions about a text and a place in it; the check `placeholder` decides where to ask them.
"""

from __future__ import annotations

import re

from speclint.markdown.lazy_regex import lazy_regex

# Most patterns are plain strings: they are compiled when a document first needs them, which few do.

# Only text with one of these is looked at more closely.
MARKS = lazy_regex(r"[\[<{#…［＜｛【〔]|\.\.\.|___")

# The first two characters tell of nearly all places that nothing begins there.
WORDS = lazy_regex(
    r"(?=[YMDxX?NlLtTfFW-][YMDxX?NoObBiIE#])"
    r"(?:YY|MM|DD|[xX]{2}|\?{3}|NNN|NEED|WIP\b|-#"
    r"|(?i:lorem|(?:tb[dca]|to[- ]?do)(?![^\W_])|fixme|to[ -]be\b))"
)

BRACKETS = lazy_regex(r"\[([^\[\]]+)\]")

# One deep, as placeholders have it that give examples.
NESTED_BRACKETS = lazy_regex(r"\[([^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)+)\]")

# Those of Chinese and Japanese.
WIDE = lazy_regex(r"［[^［］]+］|＜[^＜＞]+＞|｛[^｛｝]+｝|【[^【】]+】|〔[^〔〕]+〕")

WIDE_MARKS = lazy_regex(r"[［＜｛【〔]")

ANGLES = lazy_regex(r"<([^\W\d_](?:[^<>=\n]|<[^<>\n]{0,80}>){1,600})>")

BRACES = lazy_regex(r"\{\{[ \t]*([\w][\w -]{0,60}?)[ \t]*\}\}")

# Those of a template, and no others: in prose they also hold sets, keys and paths.
SINGLE_BRACES = lazy_regex(r"(?<!\{)\{([^\W\d_][^{}]+)\}(?!\})")

NUMBER = lazy_regex(r"(?<![\w-])[A-Z][A-Z0-9]{0,9}-(?:#{2,}|N{3,}|X{3,})(?![\w-])")

DATE = lazy_regex(
    r"(?<![\w/.-])(?:YYYY([-/.])MM\1DD|(?:DD([-/.])MM|MM([-/.])DD)(?:\2|\3)?[-/.]YYYY|YYYY-MM"
    r"|20\d\d-(?:XX|MM|xx|\?\?)(?:-(?:XX|DD|xx|\?\?))?|20(?:XX|xx|YY)-(?:XX|MM|xx)(?:-(?:XX|DD|xx))?)"
    r"(?![\w/-])"
)

# An underscore beside it is emphasis.
PROMISE = lazy_regex(
    r"(?:(?<![\w`/.#-])|(?<=(?<![\w`/.#-])_)|(?<=(?<![\w`/.#-])__))(?:TBD|TBC|TBA|TODO|FIXME|XXX+|xxx+|NNNN+|\?{3,}"
    r"|[Tt]o[ -]be[ -](?:determined|decided|defined|confirmed|completed|announced|added|written"
    r"|filled in|specified|done)|tbd|Tbd|tbc|todo|Todo|To[ -]do)"
    r"(?:(?![\w`/-]|\.\w)|(?=__?(?![\w*`/-])))"
)

# In running text; in brackets it may say what is not clear.
QUESTION_MARK = lazy_regex(r"(?<![\w`\"'“‘/\[-])NEEDS? CLARIFICATION\b(?![\"'”’`])")

# As a whole line or comment; as a value it is a state.
UNDER_WORK = lazy_regex(r"(?m)(?:^[^\w\ufffc\n]*|<!--[ \t]*)(?P<mark>WIP)(?:[^\w\ufffc\n]*$|[ \t]*-->)")

# `your_api_key_here`: a name that says itself that it is none.
YOURS = lazy_regex(r"(?i)(?<![\w-])your[_-](?:[a-z0-9]{1,30}[_-]){1,6}here(?![\w-])")

# A number of a ticket that is still to come: `ABC-###`.
TICKET = lazy_regex(r"(?<![\w-])[A-Z][A-Z0-9]{0,9}-#{3,}(?![\w-])")

FILLER = lazy_regex(r"(?i)lorem ipsum")

FIGURE = lazy_regex(r"(?<![\w.])X{2,}(?=[ \t]?(?:%|ms\b|[smh]\b|[KMG]i?B\b|RPS\b|req))")

BLANK = lazy_regex(r"(?<![\w\\])_{3,}(?![\w*])")

# The whole of a line, or what a label is followed by.
LAST_DOTS = lazy_regex(r"(?m)(?:\.{3,}|…)(?P<blank>[ \t*_]*)$")

# `#<!-- issue number -->`
OPEN_REFERENCE = lazy_regex(r"#<!--[^>]{0,80}-->")

DOTS = lazy_regex(r"(?:\.{3,}|…)$")

# `TODO list`: what a product is about, not what is to be done.
SUBJECT = lazy_regex(
    r"(?i)[ \t]+(?:app|application|list|item|entr|task|comment|marker|manager|board|apps|note|service|tracker"
    r"|tag|count|state|status|column|page|view|widget|data|model|table|card|group|s\b)"
)

# Words by which a text speaks of the form of dates or names instead of giving one.
FORM_WORDS = lazy_regex(
    r"(?i)\b(?:formats?|formatted|iso|patterns?|styles?|written as|parse[sd]?|accepts?|expects?|such as|rfc"
    r"|syntax|strings?|form|naming|named|convention|notation|encoded|layout|rendered|display(?:s|ed)?)\b"
)

INSTRUCTION = lazy_regex(
    r"(?i)(?:your|insert|describe|enter|specify|fill|brief(?:ly)?|links? to|name of|e\.g\."
    r"|placeholder|replace|tbd|todo|tbc|to be|detailed? description|short description"
    r"|one[- ]sentence|\d(?:[-–]\d)? sentences?|any additional"
    r"|add (?:a|an|the|your|more|details)\b|list (?:of|the|any|all)\b"
    r"|explain|summari[sz]e|provide|description of)\b"
)

QUESTION = lazy_regex(r"(?i)(?:what|who|how|why|when|where|which)\b.*[\w ]{4}")

# Words for what templates leave open.
VOCABULARY = frozenset(
    re.findall(
        r"\w+",
        """name names title description describe summary purpose date dates owner author authors reviewer role
        version value values number goal benefit criterion criteria requirement component feature scenario
        metric target person team email contact url link links reason details detail example field type
        endpoint mitigation impact duration phase milestone dependency issue question answer solution symptom
        step placeholder topic project department company id status priority deadline amount percentage text
        here""",
    )
)

# Those of them that also stand in an author's brackets in a sentence.
ALONE_ONLY = frozenset(
    re.findall(r"\w+", "type version value values number text link links feature team field step example")
)

# What buttons say: `[Add Owner]`.
COMMANDS = frozenset(
    re.findall(
        r"\w+",
        """add apply back cancel close confirm copy create delete download edit new next open pay remove save
        send show sign submit update view""",
    )
)

WORD = lazy_regex(r"[A-Za-z]+")

# Longer texts in brackets, unless they ask for something, are an author's sentences.
SENTENCE = 7

# `[RFC 2119]`, `[Section 3]`, `[Knuth 1974]`: where something else is to be found.
CITATION = lazy_regex(
    r"(?i)(?:(?-i:[A-Z]{2,})[- ]?\d|(?:section|figure|fig\.?|table|appendix|chapter|listing|note|rfc|iso"
    r"|version|part|level|see)\b|.*\b(?:19|20)\d\d[a-z]?$|.*\bet al)"
)

# `[Capability 1]`, `[Component A]`
NUMBERED = lazy_regex(r"[A-Z][a-z]+(?: [A-Za-z][a-z]+)? (?:\d|[A-D])$")

STAND_IN = lazy_regex(r"(?:X{1,3}|Y{1,2}|N{1,2}|Z)$")

# What a figure is followed by.
UNIT = lazy_regex(r"[ \t]?(?:%|/|[a-z])")

CHOICE = lazy_regex(
    r"[^|]{1,60}(?:[ \t]+\|[ \t]+[^|]{1,60}){1,20}$|[A-Z][^|]{0,60}(?:\|[A-Z][^|]{0,60}){1,20}$"
)

# In a sentence: a choice of words, and no reference with a bar in it.
_CHOICE_OF_WORDS = lazy_regex(r"[A-Z][A-Za-z' -]*(?:(?:[ \t]+\|[ \t]+|[ \t]?/[ \t]?)[A-Za-z][A-Za-z' -]*)+$")

SLASHES = lazy_regex(r"[A-Z][a-z][\w -]*(?:[ \t]?/[ \t]?[A-Z][a-z][\w -]*){2,20}$")

# What may stand between a slot and the label or separator in front of it, and behind it.
BEFORE = lazy_regex(r"(?:^|[:：|→>–—=(≥≤<~]|[ \t]-)[\W_]*$")

AFTER = lazy_regex(r"[*_`\"'”’)\]\\ \t]*(?:$|[.,;:|→(–—%]|-[ \t]|//|-->|<br)")

DECORATION = " \t*_`\"'()[]\\✅❌⚠️🔴🟡🟢•-–—.,;:"

LABEL = lazy_regex(r"[ \t]*(?:\*\*|__)?[^:：\n]{1,80}?(?:[:：](?:\*\*|__)?|(?:\*\*|__)[:：])[ \t]*")

BOLD_NAME = lazy_regex(r"\*\*([^*\n]{1,80})\*\*[ \t\\]*$")

YAML_VALUE = lazy_regex(
    r"[ \t]*(?:-[ \t]+)?(?:[^\s#:\-][^:\n]{0,60}:[ \t]+|-[ \t]+)(?P<value>\S(?:[^\n]*[^ \t\n])?)[ \t]*$"
)

# A text in TOML, alone in its line or behind its key.
TOML_VALUE = lazy_regex(
    r"[ \t]*(?:[^\s#=\[][^=\n]{0,60}=[ \t]*)?(?P<value>\"[^\"\n]*\"|'[^'\n]*')[ \t]*,?[ \t]*(?:#[^\n]*)?$"
)

INI = frozenset(("ini", "toml", "cfg", "conf", "systemd", "desktop", "editorconfig", "properties", "config"))

# In front of brackets in code: what makes them a list, an index or an attribute.
EXPRESSION = lazy_regex(
    r"(?:[\w\])@#$\[{}<&|^?!]|[=(,:][ \t]*|\b(?:in|return|and|or|not|if|is|yield|else)[ \t]+)$"
)

DECLARATION = lazy_regex(r"\b(?:class|def|func|function|struct|interface|type|enum|trait)[ \t]+$")

# `READER_ID`, `reader_id`
NAME = lazy_regex(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*|[a-z][a-z0-9]*(?:_[a-z0-9]+)+")

IDENTIFIER = lazy_regex(r"[A-Za-z_]\w*(?:[.-]\w+)*$")

ATTACHED_NAME = lazy_regex(r"[a-z]+(?:_[a-z]+)*_(?:name|id)$")

# Words for elements that browsers know: `<name>` is none, `<details>` is one.
HTML_NAMES = frozenset(
    re.findall(
        r"\w+",
        """a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption
        center circle cite code col colgroup data datalist dd del details dfn dialog div dl dt em embed
        fieldset figcaption figure font footer form g h1 h2 h3 h4 h5 h6 head header hgroup hr html i
        iframe img input ins kbd label legend li link main map mark math menu meta meter nav noscript
        object ol optgroup option output p param path picture pre progress q rect rp rt ruby s samp
        script search section select slot small source span strike strong style sub summary sup svg
        table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr""",
    )
)

# Stands for what has been read as code, links or tags.
OPAQUE = "\ufffc"

# How far around a place its line is looked at, so that lines of any length cost no more.
NEAR = 200


def looks_open(inner: str, slot: bool) -> bool:
    """Return whether brackets that are not the template's are a placeholder.

    `slot` means that they are a whole value, a cell or the like (see the function).
    """
    inner = inner.replace(r"\|", "|")  # as cells of tables have it
    words = WORD.findall(inner.lower())
    if not words or len(inner) > 300:
        return False
    if DATE.match(inner):
        return True
    if len(words) > 1 and INSTRUCTION.match(inner) and (slot or inner[:1].isupper() or len(words) > 2):
        return True
    if INSTRUCTION.fullmatch(inner) and inner.lower() in ("tbd", "todo", "tbc", "placeholder"):
        return True
    if CHOICE.match(inner) or SLASHES.match(inner):
        return slot or _CHOICE_OF_WORDS.match(inner) is not None
    if not inner[0].isupper() or CITATION.match(inner) or inner.isupper():
        return False
    return _is_capitalised_slot(inner, words, slot)


def _is_capitalised_slot(inner: str, words: list[str], slot: bool) -> bool:
    """Return whether brackets that begin with a capital letter are a placeholder by their words."""
    if slot and NUMBERED.match(inner):
        return True
    if words[0] in COMMANDS:
        return False
    spoken = VOCABULARY.intersection(words)
    if len(words) == 1:
        return slot and bool(spoken)
    if slot and not spoken and not QUESTION.match(inner):
        return len(words) <= SENTENCE and re.search(r"[./:()@=+]|^\w+(?:, *\w+)+$", inner) is None
    if slot:
        return True
    return bool(spoken - ALONE_ONLY) and (len(words) <= 6 or inner[:1].isupper())


def is_mark(comment: str) -> bool:
    """Return whether a comment says nothing but `TODO` or the like."""
    text = comment[4:-3].strip()
    return text == "WIP" or PROMISE.fullmatch(text) is not None


def before_in_line(text: str, start: int) -> str:
    """Return the text in front of an offset in its line, at most `NEAR` code points."""
    return text[max(text.rfind("\n", max(0, start - NEAR), start) + 1, start - NEAR) : start]


def after_in_line(text: str, end: int) -> str:
    """Return the text behind an offset in its line, at most `NEAR` code points."""
    return text[end : end + NEAR].split("\n", 1)[0]


def slot(text: str, start: int, end: int) -> bool:
    """Return whether a range is all there is between separators: a value, a cell, an item."""
    before = before_in_line(text, start)
    return bool(BEFORE.search(before[-40:] if len(before) > 40 else before)) and bool(
        AFTER.match(after_in_line(text, end))
    )


def slot_value(text: str, start: int, end: int) -> bool:
    """Return whether a range is a whole value, or is in parentheses of its own."""
    bracketed = before_in_line(text, start).rstrip("*_` ").endswith("(")
    if bracketed and after_in_line(text, end).lstrip("*_` ").startswith(")"):
        return True
    return slot(text, start, end)


def begins_value(text: str, start: int) -> bool:
    """Return whether a line or the value of its label begins at an offset."""
    line = before_in_line(text, start)
    label = LABEL.match(line)
    return not (line[label.end() :] if label else line).strip(DECORATION)


def begins_line(text: str, start: int) -> bool:
    """Return whether only decoration precedes an offset in its line."""
    return not before_in_line(text, start).strip(DECORATION)


def follows_label(text: str, start: int) -> bool:
    """Return whether only a label or nothing precedes an offset in its line."""
    return begins_line(text, start) or bool(re.search(r"[:：|(][\s*_]*$", before_in_line(text, start)[-40:]))


def speaks_of_form(text: str, start: int, end: int) -> bool:
    """Return whether the line of a range is about the form of such texts."""
    return bool(FORM_WORDS.search(before_in_line(text, start)) or FORM_WORDS.search(after_in_line(text, end)))


def is_open_date(text: str, start: int, end: int) -> bool:
    """Return whether `YYYY-MM-DD` stands for a day and does not describe how days are written."""
    if slot(text, start, end) and text[start - 1 : start] != "(":
        return True
    explained = re.search(r"\b(?:dates?|days?)[ \t]*\($", text[max(0, start - 12) : start])
    return not explained and not speaks_of_form(text, start, end)
