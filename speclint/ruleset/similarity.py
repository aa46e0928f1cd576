"""Measure how close a title is to another."""

from __future__ import annotations

from functools import lru_cache

_STOP_WORDS = frozenset(("a", "an", "and", "for", "in", "of", "on", "the", "to", "with"))

_SUFFIXES = frozenset(
    ("", "s", "es", "e", "ed", "er", "ing", "ion", "ions", "al", "ment", "ments", "ance", "ation", "ations")
)


# Documents of one kind have the same headings, right or wrong.
@lru_cache(maxsize=10_000)
def closeness(found: str, wanted: str) -> float:
    """Return how likely a folded title is meant to be another, from 0 (not at all) to 1 (the same).

    From 0.9 on, the titles differ in spelling or word order only, below in words left out or added.
    """
    first, second = _words(found), _words(wanted)
    joined = "".join(first), "".join(second)
    if joined[0] == joined[1]:
        return 0.98
    # One slip in a long title; two where words are run together or cut apart as well.
    slips = 1 if len(first) == len(second) else 2
    if 11 <= len(joined[1]) <= 60 and abs(len(joined[0]) - len(joined[1])) <= slips >= edits(*joined, slips):
        return 0.95
    if not _all_shared(first, second):
        return 0.0
    short, long = sorted((len(first), len(second)))
    if short == long:
        return 0.9 if sorted(first) == sorted(second) else 0.95
    if short > 1:
        return 0.8 if long - short == 1 else 0.7 if long - short <= 3 else 0.0
    same_start = len(first[0]) >= 5 and first[0] == second[0]
    return 0.6 if same_start and long == 2 else 0.0


# With one of these, a title says the contrary of what it says without.
_NEGATIONS = frozenset(("non", "no", "not", "without", "out", "un", "anti", "never"))


def says_more(found: str, wanted: str) -> bool:
    """Return whether a folded title is another with one or two words more, about the same thing.

    That is, what is added stands before it ("Success metrics") or behind "and" ("Risks and limits"), and does
    not say the contrary ("Non-goals").
    """
    short, long = _words(wanted), _words(found)
    if not short or not 1 <= len(long) - len(short) <= 2 or not _NEGATIONS.isdisjoint({*long} - {*short}):
        return False
    ends_alike = _similar(short[-1], long[-1])
    joined = long[: len(short)] == short and f"{short[-1]} and " in found
    return (ends_alike or joined) and _all_shared(short, long)


def _all_shared(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    """Whether the longer of two titles has every word of the shorter, if with another ending."""
    left = list(second)
    shared = 0
    for word in first:
        if word in left:
            left.remove(word)
            shared += 1
    short = min(len(first), len(second))
    if shared == 0 and short > 1 and not _similar(first[0], second[0]):
        return False
    unmatched = [word for word in first if word not in second]
    for word in unmatched:
        like = next((other for other in left if _similar(word, other)), None)
        if like is not None:
            left.remove(like)
            shared += 1
    return shared >= short > 0


@lru_cache(maxsize=10_000)
def _words(folded: str) -> tuple[str, ...]:
    words = folded[:120].split()
    return tuple([word for word in words if word not in _STOP_WORDS][:12] or words[:12])


def _similar(one: str, other: str) -> bool:
    """Return whether two words are one word, misspelt or with another ending."""
    if len(one) > 30 or len(other) > 30:
        return False
    if one + "s" == other or other + "s" == one:
        return True
    if one[:4] == other[:4]:
        pairs = enumerate(zip(one, other, strict=False))
        common = next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))
        # A letter of the stem may be the first of an ending too: "stage", "staging".
        for stem in (common, common - 1):
            if stem >= 4 and one[stem:] in _SUFFIXES and other[stem:] in _SUFFIXES:
                return True
    short, long = sorted((len(one), len(other)))
    allowed = 0 if long < 4 else 1 if long < 10 else 2
    return long - short <= allowed and edits(one, other, allowed) <= allowed


def edits(one: str, other: str, most: int) -> int:
    """Return the optimal string alignment distance of two texts, or any number above `most` if it is more.

    It counts letters to insert, delete, replace, or swap with their neighbour.
    """
    # Each letter that only one of them has takes an edit.
    letters, others = set(one), set(other)
    if len(letters - others) > most or len(others - letters) > most:
        return most + 1
    # What they begin and end with together takes none.
    shared = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if shared is None:
        return abs(len(one) - len(other))
    one, other = one[shared:], other[shared:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, facing in enumerate(other, 1):
            cost = min(row[-1] + 1, before[j] + 1, before[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            break  # a swap reaches back two letters, nothing further
    return row[-1]
