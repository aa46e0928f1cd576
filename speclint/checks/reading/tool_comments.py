"""Tell comments that ask nothing of the author: those for tools and lawyers, and the author's own answers."""

from __future__ import annotations

from speclint.markdown.lazy_regex import lazy_regex

_DIRECTIVE = lazy_regex(
    r"(?i)\s*(?:/?toc(?:stop)?\b|no[ _-]?toc|markdownlint|mdl|prettier|speclint|vale|cspell|eslint|stylelint"
    r"|textlint|remark|alex|doctoc|start\b|end\b|begin\b|more\b|copyright|\(c\)|©|licen[cs]ed?\b|spdx|generated|auto-?generated"
    r"|do not (?:edit|remove)|omit|include[: ]|snippet|embed|template\b|version\b|id:|truncate|lint|spell"
    r"|noinspection|all-contributors|release|anchor|page-?break|column|slide|source\b|diagram source"
    r"|rendered)"
)


def is_for_tools(comment: str) -> bool:
    """Return whether the text of a comment has no words, or is meant for a tool or a lawyer."""
    return not comment.strip() or _DIRECTIVE.match(comment) is not None


_ANSWER = lazy_regex(
    r"(?i)\s*(?:n\s?/\s?a\b|not applicable\b|does not apply\b|(?:none|nothing)\b(?! (?:of|but)\b)"
    r"|(?:keine[rs]?|entfällt|ninguno|aucune?|нет)\b|(?:无|なし)"
    r"|no (?!more|less|longer|fewer|need|matter|one\b)\w)"
)


def is_answer(comment: str) -> bool:
    """Return whether the text of a comment says that there is nothing: `None - these are new cards`."""
    return _ANSWER.match(comment) is not None
